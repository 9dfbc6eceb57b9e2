package callup

import (
	"math/big"
	"slices"
	"strconv"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/lot"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// moments are written by the language of the reader.
type at struct{ t time.Time }

// In writes the moment.
func (a at) In(lang string) string { return text.Time(lang, a.t) }

func when(t time.Time) at { return at{t} }

func clock(r *web.Request, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return text.Time(r.Lang, t)
}

func short(r *web.Request, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return text.DayShort(r.Lang, day.At(t)) + " " + t.In(day.WIB).Format("15.04")
}

func itoa(n int) string { return strconv.Itoa(n) }

// group is the name of a group for people: a level by its word, else as it is.
func group(r *web.Request, name string) string {
	if slices.Contains(Levels(), name) {
		return r.T("callup.level." + name)
	}
	if name == "all" {
		return r.T("callup.group.all")
	}
	return name
}

// label is the name of a group of a round for people.
func label(r *web.Request, x *Round, name string) string {
	for _, g := range x.Groups {
		if g.Name == name && g.Label != "" {
			return g.Label
		}
	}
	return group(r, name)
}

func words(r *web.Request, prefix string, list []string) string {
	out := ""
	for i, x := range list {
		if i > 0 {
			out += ", "
		}
		out += r.T(prefix + x)
	}
	if out == "" {
		return r.T("callup.none")
	}
	return out
}

func off(r *web.Request, why string) string {
	if why == Rested {
		return r.T("callup.off.rest")
	}
	return r.T("callup.absence." + why)
}

// shape of a state: what is fine, what waits, what went wrong.
func roundShape(state string) string {
	switch state {
	case Drawn:
		return "allowed"
	case Void:
		return "prohibited"
	}
	return "conditional"
}

func callShape(c *Call, now time.Time) string {
	switch {
	case c.Late(now) || c.State == Absent:
		return "prohibited"
	case c.State == Filed || c.State == Told:
		return "allowed"
	case c.State == Excused || c.State == Passed:
		return "outside"
	}
	return "conditional"
}

// percent writes a probability for people, the fraction beside it.
func percent(r *web.Request, p *big.Rat) string {
	f, _ := p.Float64()
	s := strconv.FormatFloat(f*100, 'f', 2, 64)
	return decimal(r, s) + " %"
}

func decimal(r *web.Request, s string) string {
	if r.Lang == text.EN {
		return s
	}
	out := []byte(s)
	for i := range out {
		if out[i] == '.' {
			out[i] = ','
		}
	}
	return string(out)
}

func number(r *web.Request, f float64, digits int) string {
	return decimal(r, strconv.FormatFloat(f, 'f', digits, 64))
}

// fraction is the exact probability; long ones are left to the percentage.
func fraction(p *big.Rat) string {
	s := p.RatString()
	if len(s) > 24 {
		return ""
	}
	return s
}

// probability writes a p-value: small ones as a bound.
func probability(r *web.Request, p float64) string {
	if p < 0.001 {
		return "< " + number(r, 0.001, 3)
	}
	return number(r, p, 3)
}

// agreement says in a word what alpha means.
func agreement(x *Result) string {
	switch {
	case !x.Known:
		return "unknown"
	case x.Alpha >= 0.8:
		return "high"
	case x.Alpha >= 0.5:
		return "fair"
	}
	return "low"
}

// problems are the lines of an error summary; those about a field of the form lead
// there.
func problems(r *web.Request, f *fault.Error, fields ...string) []ui.Problem {
	if f == nil {
		return nil
	}
	var out []ui.Problem
	if f.Key != "fault.fields" {
		out = append(out, ui.Problem{Message: r.Fault(f)})
	}
	for _, x := range f.Fields {
		p := ui.Problem{Message: r.Shell.Text.Field(r.Lang, x)}
		switch {
		case slices.Contains(fields, x.Name):
			p.Name = x.Name
		case f.Key == "sample.quota":
			p.Message = group(r, x.Name) + ": " + p.Message
		}
		out = append(out, p)
	}
	return out
}

func rulesFacts(r *web.Request, x lot.Rules) []ui.Fact {
	quotas := r.T("callup.rules.share")
	if len(x.Quotas) > 0 {
		quotas = ""
		for i, q := range x.Quotas {
			if i > 0 {
				quotas += ", "
			}
			quotas += group(r, q.Group) + " " + itoa(q.N)
		}
	}
	facts := []ui.Fact{
		{Term: r.T("callup.rules.who"), Text: words(r, "callup.level.", x.Levels)},
		{Term: r.T("callup.rules.every"), Text: r.T("callup.rules.count", x.Count, text.Key("callup.every."+x.Every))},
		{Term: r.T("callup.rules.by"), Text: r.T("callup.by."+x.By) + "; " + quotas},
		{Term: r.T("callup.rules.substitutes"), Text: r.T("callup.rules.next", x.Substitutes)},
		{Term: r.T("callup.rules.notice"), Text: r.T("callup.rules.hours", x.NoticeHours)},
		{Term: r.T("callup.rules.exempt"), Text: words(r, "callup.absence.", x.Exempt)},
		{Term: r.T("callup.rules.excuse"), Text: words(r, "callup.absence.", x.Excuse)},
		{Term: r.T("callup.rules.rest"), Text: r.N("callup.rules.rounds", x.Rest)},
		{Term: r.T("callup.rules.source"), Text: r.T("callup.source." + x.Source)},
		{Term: r.T("callup.rules.void"), Text: r.T("callup.rules.late", x.LateHours)},
		{Term: r.T("callup.rules.panel"), Text: r.T("callup.rules.members", x.Panel, x.Questions)},
	}
	rubric := ""
	for i, c := range x.Rubric {
		if i > 0 {
			rubric += "; "
		}
		rubric += c.Title + " (0–" + itoa(c.Max) + ")"
	}
	return append(facts, ui.Fact{Term: r.T("callup.rules.rubric"), Text: rubric})
}

// redoWords has the words of the verdict about a draw in the place of those about
// an act.
type redoWords struct{ r *web.Request }

// T is the message of a key.
func (w redoWords) T(key string, args ...any) string {
	switch key {
	case "ui.outcome.allowed":
		return w.r.T("callup.redo.word_good")
	case "ui.outcome.prohibited":
		return w.r.T("callup.redo.word_bad")
	}
	return w.r.T(key, args...)
}
