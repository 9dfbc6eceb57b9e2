package exchange

import (
	"strconv"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
)

// Problem is one thing that is wrong with one cell of one row.
type Problem struct {
	Row     int64
	Field   string // name of the column as Netral calls it; "" is about the row
	Heading string // as the file calls it; "" when it has no such column
	Letter  string
	Given   string
	Key     string
	Args    []any
}

// line is one row of the file, read.
type line struct {
	row   int64
	cells []string // as they stand in the file
	bad   []Problem
	data  any // *roster.Unit, …

	who, other string // people as the file names them: "nip:…", "nrk:…", "id:…"
	said       bool   // of a post: whether it leads its unit was said
	dated      bool   // its first day was said
	nip, nrk   string // of a person: how else the person may be known
	fresh      bool   // nothing is held about it
	ahead      bool   // it was resolved in the first pass
}

// reader turns cells into rows.
type reader struct {
	h         *header
	asOf      day.Day
	since1904 bool
	words     map[string]map[string]string

	l *line // the one that is read
}

func newReader(h *header, asOf day.Day, since1904 bool) *reader {
	p := &reader{h: h, asOf: asOf, since1904: since1904, words: map[string]map[string]string{}}
	for i := range h.spec.columns {
		name := h.spec.columns[i].name
		if w := words(h.spec.name, name); w != nil {
			p.words[name] = w
		}
	}
	return p
}

// read reads one row. The cells are the caller's again after it.
func (p *reader) read(row int64, cells []string) *line {
	l := &line{row: row, cells: append([]string(nil), cells...)}
	p.l = l
	if len(cells) > p.h.width {
		p.bad("", "exchange.row.wide", len(cells), p.h.width)
	}
	for i, c := range cells {
		if c != "" && c[0] == '#' && i < p.h.width && p.h.columns[i].Field != "" && broken(strings.TrimSpace(c)) {
			p.bad(p.h.columns[i].Field, "exchange.cell.formula", strings.TrimSpace(c))
		}
	}
	switch p.h.spec.kind {
	case roster.KindUnit:
		l.data = p.unit()
	case roster.KindPost:
		l.data = p.post()
	case roster.KindPerson:
		l.data = p.person()
	case roster.KindTenure:
		l.data = p.tenure()
	case roster.KindRating:
		l.data = p.rating()
	case roster.KindTraining:
		l.data = p.training()
	case roster.KindMark:
		l.data = p.mark()
	case roster.KindLeave:
		l.data = p.leave()
	case roster.KindRelation:
		l.data = p.relation()
	}
	return l
}

// bad notes a problem with a field. A NIK is never told back.
func (p *reader) bad(field, key string, args ...any) { p.l.note(p.h, field, key, args...) }

func (l *line) note(h *header, field, key string, args ...any) {
	if field == "until" && !h.has(field) && h.has("last") {
		field = "last"
	}
	x := Problem{Row: l.row, Field: field, Key: key, Args: args}
	x.Heading, x.Letter = h.heading(field)
	if i, ok := h.at[field]; ok && i < len(l.cells) && field != "nik" {
		x.Given = clip(strings.TrimSpace(l.cells[i]))
	}
	l.bad = append(l.bad, x)
}

// check notes what the roster itself finds wrong with the row.
func (l *line) check(h *header) {
	var found fault.Fields
	switch d := l.data.(type) {
	case *roster.Unit:
		found = d.Check()
	case *roster.Post:
		found = d.Check()
	case *roster.Person:
		found = d.Check()
	case *roster.Tenure:
		found = d.Check()
	case *roster.Rating:
		found = d.Check()
	case *roster.Training:
		found = d.Check()
	case *roster.Mark:
		found = d.Check()
	case *roster.Leave:
		found = d.Check()
	case *roster.Relation:
		found = d.Check()
	}
	for _, f := range found {
		l.note(h, fieldOf(f.Name), f.Key, f.Args...)
	}
}

// fieldOf is a field as the columns call it.
func fieldOf(name string) string {
	switch name {
	case "before":
		return "front"
	case "after":
		return "back"
	case "place":
		return "rank"
	}
	return name
}

func (p *reader) text(field string) string {
	i, ok := p.h.at[field]
	if !ok || i >= len(p.l.cells) {
		return ""
	}
	s := p.l.cells[i]
	if s == "" || broken(s) {
		return ""
	}
	if strings.IndexByte(s, 0xc2) >= 0 {
		s = strings.ReplaceAll(s, "\u00a0", " ")
	}
	return strings.TrimSpace(s)
}

func (p *reader) day(field string) day.Day {
	s := p.text(field)
	d, ok := parseDay(s, p.since1904)
	if !ok {
		p.bad(field, "exchange.cell.day", clip(s))
	}
	return d
}

// days are the first day and the one after the last. A file says either.
func (p *reader) days() (from, until day.Day) {
	from, until = p.day("from"), p.day("until")
	if last := p.day("last"); last != day.None {
		until = last + 1
	}
	return from, until
}

// version is days of what has several rows; without a first day they begin with
// the day as of which the file is.
func (p *reader) version() (from, until day.Day) {
	from, until = p.days()
	if p.l.dated = from != day.None; !p.l.dated {
		from = p.asOf
	}
	return from, until
}

func (p *reader) word(field string) string {
	s := p.text(field)
	if s == "" {
		return ""
	}
	w := p.words[field]
	if v, ok := w[s]; ok {
		return v
	}
	if v, ok := w[fold(s)]; ok {
		return v
	}
	return s
}

func (p *reader) number(field string) int {
	s := p.text(field)
	if s == "" {
		return 0
	}
	if i := strings.IndexByte(s, '.'); i > 0 && strings.Trim(s[i+1:], "0") == "" {
		s = s[:i]
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		p.bad(field, "exchange.cell.number", clip(s))
	}
	return n
}

// long is a number of many digits, without what people write between them.
func (p *reader) long(field string) string {
	s := p.text(field)
	if s == "" {
		return ""
	}
	if rounded(s) {
		p.bad(field, "exchange.cell.rounded")
		return ""
	}
	return roster.TidyNumber(strings.TrimPrefix(s, "'"))
}

func (p *reader) yes(field string) bool {
	s := p.text(field)
	switch fold(s) {
	case "ya", "y", "yes", "true", "1", "x", "v", "benar":
		return true
	case "", "tidak", "t", "no", "n", "false", "0", "salah":
		return false
	}
	p.bad(field, "exchange.cell.yes", clip(s))
	return false
}

// person of a row that is about one.
func (p *reader) owner() {
	switch id, nip, nrk := p.text("person"), p.long("nip"), p.text("nrk"); {
	case len(id) == 18 && number(id):
		p.l.who = "nip:" + id
	case id != "":
		p.l.who = "id:" + id
	case nip != "":
		p.l.who = "nip:" + nip
	case nrk != "":
		p.l.who = "nrk:" + nrk
	default:
		if len(p.l.bad) == 0 {
			p.bad("nip", "exchange.row.nobody")
		}
	}
}

func (p *reader) unit() *roster.Unit {
	from, until := p.version()
	u := &roster.Unit{ID: p.text("id"), Parent: p.text("parent"), Name: p.text("name"), Abbreviation: p.text("abbreviation"), Kind: p.text("kind"),
		Area: p.text("area"), Rank: p.number("rank"), From: from, Until: until}
	if u.ID == "" {
		p.bad("id", "exchange.row.key")
	}
	return u
}

func (p *reader) post() *roster.Post {
	from, until := p.version()
	x := &roster.Post{ID: p.text("id"), Unit: p.text("unit"), Title: p.text("title"), Level: roster.Level(p.word("level")), Echelon: echelon(p.text("echelon")),
		Rung: p.word("rung"), Class: p.number("class"), Seats: p.number("seats"), Head: p.yes("head"), Duties: p.text("duties"), From: from, Until: until}
	p.l.said = p.text("head") != ""
	if x.ID == "" {
		p.bad("id", "exchange.row.key")
	}
	return x
}

// echelon reads "IIa", "II.A" and "II/a" as "II.a".
func echelon(s string) string { return joint(s, ".") }

// joint puts a mark between Roman digits and the letter behind them.
func joint(s, mark string) string {
	if i := strings.Index(s, mark); i > 0 && i == len(s)-2 && s[i+1] >= 'a' && s[i+1] <= 'e' && strings.Trim(s[:i], "IVX") == "" || s == "" {
		return s
	}
	t := strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "/", "", "-", "").Replace(s))
	i := 0
	for i < len(t) && strings.IndexByte("IVX", t[i]) >= 0 {
		i++
	}
	switch {
	case i > 0 && i == len(t)-1 && t[i] >= 'A' && t[i] <= 'E':
		return t[:i] + mark + strings.ToLower(t[i:])
	case i > 0 && i == len(t):
		return t
	}
	return s
}

func (p *reader) person() *roster.Person {
	from, until := p.version()
	x := &roster.Person{ID: p.text("id"), NIP: p.long("nip"), NRK: p.text("nrk"), NIK: p.long("nik"), Name: p.text("name"), Before: p.text("front"), After: p.text("back"),
		Grade: joint(p.text("grade"), "/"), Education: p.word("education"), Field: p.text("field"), Born: p.day("born"), Sex: roster.Sex(p.word("sex")),
		Status: roster.Status(p.word("status")), From: from, Until: until}
	if n := len(x.NRK); n > 0 && n < 6 && number(x.NRK) { // a number to a spreadsheet loses the zeros in front
		x.NRK = strings.Repeat("0", 6-n) + x.NRK
	}
	p.l.nip, p.l.nrk = x.NIP, x.NRK
	switch {
	case x.ID != "":
		p.l.who = "id:" + x.ID
	case x.NIP != "":
		p.l.who = "nip:" + x.NIP
	case x.NRK != "":
		p.l.who = "nrk:" + x.NRK
	default:
		if len(p.l.bad) == 0 {
			p.bad("nip", "exchange.row.nobody")
		}
	}
	return x
}

func (p *reader) tenure() *roster.Tenure {
	p.owner()
	from, until := p.days()
	x := &roster.Tenure{Post: p.text("post"), Kind: p.word("kind"), Decree: p.text("decree"), DecreeDate: p.day("decree_day"), From: from, Until: until}
	if x.Kind == "" {
		x.Kind = roster.Definitive
	}
	return x
}

func (p *reader) rating() *roster.Rating {
	p.owner()
	return &roster.Rating{Year: p.number("year"), Predicate: p.word("predicate")}
}

func (p *reader) training() *roster.Training {
	p.owner()
	from, until := p.days()
	return &roster.Training{Kind: p.word("kind"), Name: p.text("name"), Certificate: p.text("certificate"), From: from, Until: until}
}

func (p *reader) mark() *roster.Mark {
	p.owner()
	from, until := p.days()
	return &roster.Mark{Level: p.word("level"), What: p.text("what"), Decree: p.text("decree"), From: from, Until: until}
}

func (p *reader) leave() *roster.Leave {
	p.owner()
	from, until := p.days()
	return &roster.Leave{Kind: p.word("kind"), Decree: p.text("decree"), From: from, Until: until}
}

func (p *reader) relation() *roster.Relation {
	p.owner()
	from, until := p.days()
	other := p.text("other")
	p.l.other = "id:" + other
	if t := roster.TidyNumber(other); len(t) == 18 && number(t) {
		p.l.other = "nip:" + t
	}
	if other == "" || rounded(other) {
		p.bad("other", "exchange.row.nobody")
	}
	return &roster.Relation{Kind: p.word("kind"), From: from, Until: until}
}
