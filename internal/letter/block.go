package letter

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The kinds of blocks.
type shape uint8

const (
	gap shape = iota
	heading
	centred
	clause // with label
	paragraph
	item   // with marker
	pair   // with label
	sign   // with lines and side
	copies // with lines
	annex  // with landscape
	crown  // heading of an attachment
	table
)

// block is a line of a template, or what stands between a mark and its end.
type block struct {
	shape   shape
	line    int
	when    condition
	label   string
	text    string
	marker  byte // of an item: 'a' or '1'
	inside  bool // belongs to the clause above
	side    string
	flat    bool // landscape
	list    string
	lines   []string
	columns []column
}

type condition struct {
	kind string // "", jika, tanpa, tiap
	name string
}

type column struct {
	line         int
	head         string
	width        float64
	align, value string
}

// marks are the lines that begin with @.
func marks() []string {
	return []string{"@tanda", "@tembusan", "@lampiran", "@kepala", "@tabel", "@selesai"}
}

func (r *reader) body(lines []string, from int) {
	in := false // within a clause
	for i := from; i < len(lines); i++ {
		raw := strings.TrimRight(lines[i], " \t")
		l := strings.TrimSpace(raw)
		if strings.HasPrefix(l, "%%") {
			continue
		}
		b := block{line: i + 1}
		deep := raw != strings.TrimLeft(raw, " \t")
		if m := whenShape.FindStringSubmatch(l); m != nil {
			var ok bool
			if b.when, ok = r.condition(i+1, m[1]); !ok {
				continue
			}
			l, deep = m[3], len(m[2]) > 1
		}
		switch {
		case l == "":
			b.shape, in = gap, false
		case strings.HasPrefix(l, "@"):
			in = false
			i = r.mark(&b, l, lines, i)
		default:
			r.text(&b, l)
			b.inside = in && deep
			in = b.inside || b.shape == clause
			r.named(&b)
		}
		r.t.blocks = append(r.t.blocks, b)
	}
}

func (r *reader) condition(line int, given string) (condition, bool) {
	w := strings.Fields(given)
	if len(w) != 2 || !slices.Contains([]string{"jika", "tanpa", "tiap"}, w[0]) {
		r.bad(line, "letter.template.condition", clip(given))
		return condition{}, false
	}
	c := condition{w[0], w[1]}
	if c.kind == "tiap" {
		if r.list(c.name) == nil {
			r.bad(line, "letter.template.list", clip(c.name), r.lists())
			return c, false
		}
	} else if !has(r.kind.Fields, c.name) && r.list(c.name) == nil {
		r.bad(line, "letter.template.field", clip(c.name), r.names(nil))
		return c, false
	}
	return c, true
}

// text reads a line that is no mark.
func (r *reader) text(b *block, l string) {
	if label, rest, ok := strings.Cut(l, "::"); ok {
		b.shape, b.label, b.text = clause, strings.TrimSpace(label), strings.TrimSpace(rest)
		if m := itemShape.FindStringSubmatch(b.text); m != nil {
			b.marker, b.text = markerOf(m), m[3]
		}
		return
	}
	switch m := itemShape.FindStringSubmatch(l); {
	case strings.HasPrefix(l, "# "):
		b.shape, b.text = heading, strings.TrimSpace(l[2:])
	case strings.HasPrefix(l, "> "):
		b.shape, b.text = centred, strings.TrimSpace(l[2:])
	case m != nil:
		b.shape, b.marker, b.text = item, markerOf(m), m[3]
	case strings.HasPrefix(l, "- "):
		label, rest, ok := strings.Cut(l[2:], " : ")
		if !ok {
			r.bad(b.line, "letter.template.pair", clip(l))
		}
		b.shape, b.label, b.text = pair, strings.TrimSpace(label), strings.TrimSpace(rest)
	default:
		b.shape, b.text = paragraph, l
	}
}

func markerOf(m []string) byte {
	if m[1] != "" {
		return 'a'
	}
	return '1'
}

// mark reads a mark and what belongs to it; it gives the last line of it.
func (r *reader) mark(b *block, l string, lines []string, i int) int {
	w := strings.Fields(l)
	option := strings.Join(w[1:], " ")
	if b.when.kind == "tiap" {
		r.bad(i+1, "letter.template.each_mark", w[0])
	}
	switch w[0] {
	case "@lampiran":
		b.shape, b.flat = annex, option == "mendatar"
		if option != "" && option != "mendatar" {
			r.bad(i+1, "letter.template.option", clip(option), w[0], []string{"mendatar"})
		}
		return i
	case "@tanda":
		b.shape, b.side = sign, option
		if sides := []string{"kiri", "tengah", "kanan"}; !slices.Contains(sides, option) {
			r.bad(i+1, "letter.template.option", clip(option), w[0], sides)
		}
	case "@tembusan":
		b.shape = copies
	case "@kepala":
		b.shape = crown
	case "@tabel":
		b.shape, b.list = table, option
		if r.list(option) == nil {
			r.bad(i+1, "letter.template.list", clip(option), r.lists())
		}
	default:
		r.bad(i+1, "letter.template.mark", clip(w[0]), marks())
		return i
	}
	end := i + 1
	for ; end < len(lines) && strings.TrimSpace(lines[end]) != "@selesai"; end++ {
		inner := strings.TrimSpace(lines[end])
		if strings.HasPrefix(inner, "@") || end == len(lines)-1 {
			r.bad(i+1, "letter.template.open", w[0])
			return end - 1
		}
		if inner == "" && b.shape != sign || strings.HasPrefix(inner, "%%") {
			continue
		}
		if b.shape == table {
			r.column(b, end+1, inner)
			continue
		}
		r.fields(end+1, inner, nil)
		b.lines = append(b.lines, inner)
	}
	if b.shape == table && len(b.columns) == 0 {
		r.bad(i+1, "letter.template.no_columns")
	}
	return end
}

func (r *reader) column(b *block, line int, l string) {
	p := strings.Split(l, "|")
	if len(p) != 4 {
		r.bad(line, "letter.template.column", len(p))
		return
	}
	for i := range p {
		p[i] = strings.TrimSpace(p[i])
	}
	width, err := strconv.ParseFloat(p[1], 64)
	if err != nil || width < 1 || width > 1000 {
		r.bad(line, "letter.template.width", clip(p[1]))
		return
	}
	aligns := []string{"kiri", "tengah", "kanan"}
	if !slices.Contains(aligns, p[2]) {
		r.bad(line, "letter.template.option", clip(p[2]), clip(p[0]), aligns)
	}
	r.fields(line, p[0], nil)
	r.fields(line, p[3], r.list(b.list))
	b.columns = append(b.columns, column{line, p[0], width, p[2], p[3]})
}

// named checks the fields that a block names.
func (r *reader) named(b *block) {
	var l *List
	if b.when.kind == "tiap" {
		l = r.list(b.when.name)
	}
	r.fields(b.line, b.label, l)
	r.fields(b.line, b.text, l)
}

// fields checks the names in braces; those of the list come first.
func (r *reader) fields(line int, s string, l *List) {
	for _, m := range fieldMark.FindAllStringSubmatch(s, -1) {
		name, how, piped := strings.Cut(m[1], "|")
		if piped && how != "besar" {
			r.bad(line, "letter.template.how", clip(how), clip(name))
		}
		if !has(r.kind.Fields, name) && (l == nil || !has(l.Fields, name)) {
			r.bad(line, "letter.template.field", clip(name), r.names(l))
		}
	}
	if strings.ContainsAny(fieldMark.ReplaceAllString(s, ""), "{}") {
		r.bad(line, "letter.template.brace", clip(s))
	}
}

func (r *reader) list(name string) *List {
	for i := range r.kind.Lists {
		if r.kind.Lists[i].Name == name {
			return &r.kind.Lists[i]
		}
	}
	return nil
}

func (r *reader) lists() (out []string) {
	for _, l := range r.kind.Lists {
		out = append(out, l.Name)
	}
	return out
}

func (r *reader) names(l *List) (out []string) {
	for _, f := range r.kind.Fields {
		out = append(out, f.Name)
	}
	if l != nil {
		for _, f := range l.Fields {
			out = append(out, f.Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func has(list []Field, name string) bool {
	return slices.ContainsFunc(list, func(f Field) bool { return f.Name == name })
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}
