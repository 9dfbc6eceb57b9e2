package promote

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// matterTitle, factTitle and valueTitle are the book's own words.
func matterTitle(l *Law, r *web.Request, name string) string { return valueTitle(l, r, "matter", name) }

func factTitle(l *Law, r *web.Request, fact string) string {
	f, _ := l.Book.Fact(fact)
	return f.Title.In(r.Lang)
}

func valueTitle(l *Law, r *web.Request, fact, value string) string {
	f, _ := l.Book.Fact(fact)
	v, ok := f.Value(value)
	if !ok {
		return value
	}
	return v.Title.In(r.Lang)
}

// targetTitle is a post, or a level when there is no post.
func targetTitle(l *Law, r *web.Request, t Target) string {
	if t.Title != "" {
		if t.UnitName != "" {
			return t.Title + ", " + t.UnitName
		}
		return t.Title
	}
	s := valueTitle(l, r, "level", t.Level)
	if t.Echelon != "" && t.Echelon != "none" {
		s += " " + t.Echelon
	}
	return s
}

// answerShape is the shape and colour of an answer.
func answerShape(a Answer) string {
	switch a {
	case Eligible:
		return "allowed"
	case Held:
		return "conditional"
	case NotYet:
		return "prohibited"
	case Outside:
		return "outside"
	}
	return "undecided"
}

func answerWord(r *web.Request, a Answer) string { return r.T("promote.answer." + string(a)) }

// effect is what a requirement does: bars, missing, holds, warns, met, outside.
func (q *Requirement) effect() string {
	certain, could := bars(q.Possible)
	switch {
	case slices.Contains(q.Possible, rule.Outside):
		return "outside"
	case certain:
		return "bars"
	case could:
		return "missing"
	case slices.Contains(q.Possible, rule.Conditional):
		return "holds"
	case slices.Contains(q.Possible, rule.Caution):
		return "warns"
	}
	return "met"
}

// effects lists them, failures first.
func effects() []string { return []string{"bars", "missing", "holds", "warns", "outside", "met"} }

func effectShape(e string) string {
	switch e {
	case "bars":
		return "prohibited"
	case "holds":
		return "conditional"
	case "warns":
		return "caution"
	case "met":
		return "allowed"
	case "outside":
		return "outside"
	}
	return "undecided"
}

// headline says the answer in a sentence.
func (v checkView) headline() string {
	r, c := v.r, v.c
	switch c.Answer {
	case Eligible:
		if c.Warns > 0 {
			return r.N("promote.head.warned", c.Warns)
		}
		return r.T("promote.head.eligible")
	case Held:
		return r.N("promote.head.held", v.count("holds"))
	case Outside:
		return r.T("promote.head.outside")
	case Undecided:
		return r.T("promote.head.undecided", strings.Join(v.missing(), ", "))
	}
	switch {
	case c.From == day.None:
		return r.T("promote.head.never", c.Until)
	case c.From == c.On:
		return r.T("promote.head.if")
	}
	return r.T("promote.head.from", c.From)
}

func (v checkView) count(effect string) int {
	n := 0
	for i := range v.c.Req {
		if v.c.Req[i].effect() == effect {
			n++
		}
	}
	return n
}

func (v checkView) of(effect string) []Requirement {
	var out []Requirement
	for _, q := range v.c.Req {
		if q.effect() == effect {
			out = append(out, q)
		}
	}
	return out
}

// missing names the data that could bar.
func (v checkView) missing() []string {
	var out []string
	for _, q := range v.c.Req {
		if q.effect() != "missing" {
			continue
		}
		for _, rd := range q.Read {
			if rd.Value == "" {
				out = append(out, strings.ToLower(factTitle(v.l, v.r, rd.Fact))+yearOf(rd.Year))
			}
		}
	}
	return out
}

func yearOf(y int) string {
	if y == 0 {
		return ""
	}
	return " (" + strconv.Itoa(y) + ")"
}

// readingText is a datum in words.
func readingText(l *Law, r *web.Request, rd Reading) string {
	if rd.Value == "" {
		return r.T("promote.datum.missing") + yearOf(rd.Year)
	}
	s := valueTitle(l, r, rd.Fact, rd.Value)
	switch {
	case rd.Fact == "age":
		s = r.T("promote.datum.born", rd.Number, dayOf(rd.About))
	case rd.Unit == "months":
		s = r.T("promote.datum.months", rd.Number/12, rd.Number%12)
		if rd.About != "" {
			s += ": " + rd.About
		}
	case rd.Unit == "times":
		s = strconv.Itoa(rd.Number)
	case rd.Fact == "mark" || rd.Fact == "leave":
		if until := dayOf(rd.About); until != day.None {
			s += ", " + r.T("promote.datum.until", until-1)
		}
	case rd.About != "" && rd.About != rd.Value && (rd.Fact == "kin" || slices.Contains(PaperKinds(), PaperKind(rd.Fact))):
		s += ": " + paperText(r, rd.About)
	}
	return s + yearOf(rd.Year)
}

// paperText turns "number, YYYY-MM-DD" into words.
func paperText(r *web.Request, s string) string {
	if i := strings.LastIndex(s, ", "); i >= 0 {
		if d := dayOf(s[i+2:]); d != day.None {
			return s[:i] + ", " + text.DayShort(r.Lang, d)
		}
	}
	return s
}

// sourceText says where a datum comes from and since when it is there.
func sourceText(r *web.Request, rd Reading) string {
	if rd.Source == "" {
		return ""
	}
	if rd.At.IsZero() {
		return rd.Source
	}
	return rd.Source + ", " + text.DayShort(r.Lang, day.At(rd.At))
}

// dueText says by when a training has to follow, where a policy says so.
func (v checkView) dueText(ru *rule.Rule) string {
	n, err := strconv.Atoi(v.c.Policy["policy_training"+monthsOf])
	if err != nil || !slices.ContainsFunc(ru.When, func(c rule.Condition) bool { return c.Fact == "policy_training" && slices.Contains(c.Words, "within") }) {
		return ""
	}
	return v.r.T("promote.due", n, v.c.On.AddMonths(n))
}

// fieldLabel is what a field of a form is called.
func fieldLabel(l *Law, r *web.Request, name string) string {
	switch name {
	case "kind", "value":
		return r.T("promote.paper.kind")
	case "number":
		return r.T("promote.paper.number")
	case "dated":
		return r.T("promote.paper.dated")
	case "until":
		return r.T("promote.paper.until")
	case "note":
		return r.T("promote.paper.note")
	case "cause":
		return r.T("promote.excuse.cause")
	case "proof":
		return r.T("promote.excuse.note")
	case "fact":
		return r.T("promote.policy.what")
	case "from":
		return r.T("promote.policy.from")
	case "months":
		return r.T("promote.policy.months_label")
	case "decree":
		return r.T("promote.policy.decree")
	case "reason":
		return r.T("promote.policy.reason")
	case "text":
		return r.T("promote.reply.label")
	case "on":
		return r.T("promote.field.on")
	}
	return factTitle(l, r, name)
}

// problemsOf are the problems of a form, each with the name of its field.
func problemsOf(l *Law, r *web.Request, f *fault.Error, names ...string) []ui.Problem {
	var out []ui.Problem
	for _, n := range names {
		if m := r.Field(f, n); m != "" {
			out = append(out, ui.Problem{Name: inputOf(n), Message: fieldLabel(l, r, n) + ": " + m})
		}
	}
	return out
}

// inputOf is the input that stands for a field: a paper and what it says, and a
// policy and its value, are one list to choose from.
func inputOf(name string) string {
	switch {
	case name == "kind":
		return "paper"
	case name == "fact":
		return "policy"
	case slices.Contains(trials(), name):
		return "andai_" + name
	}
	return name
}

// needText is what must come true.
func needText(l *Law, r *web.Request, n Need) string {
	var values []string
	for _, v := range n.Values {
		values = append(values, valueTitle(l, r, n.Fact, v))
	}
	s := factTitle(l, r, n.Fact) + yearOf(n.Year) + ": "
	if len(values) > 3 { // an order: the least is enough
		return s + r.T("promote.need.least", values[0])
	}
	return s + strings.Join(values, " "+r.T("promote.or")+" ")
}

// citesOf are the provisions of a rule in words.
func citesOf(l *Law, r *web.Request, ru *rule.Rule) string {
	var out []string
	for _, c := range ru.Cites {
		if it, in, ok := l.Book.Item(c); ok {
			out = append(out, in.Title.In(r.Lang)+": "+it.Provision.In(r.Lang))
		}
	}
	return strings.Join(out, "; ")
}

// mend is where a datum of the roster is asked to be corrected; "" for others.
func mend(fact string) string {
	kind := map[string]string{
		"status": "person", "education": "person", "grade": "person", "age": "person",
		"experience": "tenure", "in_post": "tenure", "double": "tenure", "spins": "tenure",
		"rating1": "rating", "rating2": "rating", "training": "training", "mark": "mark", "leave": "leave", "kin": "relation",
	}[fact]
	if kind == "" {
		return ""
	}
	return "/kantor/saya/koreksi?" + url.Values{"jenis": {kind}}.Encode()
}

// capital begins a phrase of the book with a capital letter.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

func percent(f float64) string {
	return strconv.Itoa(int(f*100+0.5)) + "%"
}

func matterNames(l *Law, r *web.Request, names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = matterTitle(l, r, n)
	}
	return strings.Join(out, ", ")
}

// options of a fact for a list to choose from, without "none" where it says
// that there is no paper.
func factOptions(l *Law, r *web.Request, fact, now string, none bool) []ui.Option {
	f, _ := l.Book.Fact(fact)
	var out []ui.Option
	for _, v := range f.Values {
		if v.Name != "none" || none {
			out = append(out, ui.Option{Value: v.Name, Label: v.Title.In(r.Lang), Checked: v.Name == now})
		}
	}
	return out
}

func levelOptions(l *Law, r *web.Request, now string) []ui.Option {
	var out []ui.Option
	for _, name := range l.Levels() {
		out = append(out, ui.Option{Value: name, Label: valueTitle(l, r, "level", name), Checked: name == now})
	}
	return out
}
