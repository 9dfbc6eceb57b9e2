package appoint

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// perPage keeps a page of proposals small.
const perPage = 40

// maxAbsent is how many fields for absences the form of the oath has.
const maxAbsent = 60

func stateShape(state string) string {
	switch state {
	case Done:
		return "allowed"
	case Signed:
		return "conditional"
	case Cancelled:
		return "outside"
	}
	return "undecided"
}

func verdictShape(answer string) string {
	switch answer {
	case Yes:
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

func levelWord(r *web.Request, level string) string {
	if rank(level) < 0 {
		return level
	}
	return r.T("appoint.level." + level)
}

func number(r *web.Request, n int) string { return text.Number(r.Lang, int64(n)) }

func date(r *web.Request, d day.Day) string {
	if d == day.None {
		return "–"
	}
	return text.Date(r.Lang, d)
}

// rowField is a field of a row: which row, which of its fields.
var rowField = regexp.MustCompile(`^rows\[(\d+)\]`)

// problems are the lines of an error summary; those about a field of the form
// lead there.
func problems(r *web.Request, f *fault.Error, prefix string, fields ...string) []ui.Problem {
	if f == nil {
		return nil
	}
	var out []ui.Problem
	if f.Key != "fault.fields" {
		out = append(out, ui.Problem{Message: r.Fault(f)})
	}
	for _, x := range f.Fields {
		p := ui.Problem{Message: r.Shell.Text.Field(r.Lang, x)}
		if slices.Contains(fields, x.Name) {
			p.Name = prefix + x.Name
		}
		if m := rowField.FindStringSubmatch(x.Name); m != nil {
			n, _ := strconv.Atoi(m[1]) //nolint:errcheck // digits
			p.Message = r.T("appoint.propose.at", n+1, p.Message)
			if slices.Contains(fields, "rows") {
				p.Name = prefix + "rows"
			}
		}
		out = append(out, p)
	}
	return out
}

type listView struct {
	r       *web.Request
	list    []Batch
	form    url.Values
	fault   *fault.Error
	prepare bool
}

type workView struct {
	r       *web.Request
	w       Work
	form    url.Values
	fault   *fault.Error
	page    int
	arrived *Arrival
}

// did says whether the form that was not taken is this one.
func (v workView) did(what string) bool { return v.fault != nil && v.form.Get("do") == what }

// typed is what was typed into a field of a form that was not taken.
func (v workView) typed(what, name string) string {
	if v.did(what) {
		return v.form.Get(what + "-" + name)
	}
	return ""
}

func (v workView) wrong(what, name string) string {
	if v.did(what) {
		return v.r.Field(v.fault, name)
	}
	return ""
}

func (v workView) fields() []string {
	switch v.form.Get("do") {
	case "propose":
		return []string{"post", "person", "others", "proposer", "reason", "single"}
	case "many":
		return []string{"rows"}
	case "table":
		return []string{"proposer"}
	case "assess":
		return []string{"number", "date", "assessors", "summary"}
	case "approve":
		return []string{"kind", "number", "date"}
	case "oath":
		return []string{}
	case "cancel":
		return []string{"why"}
	case "checkin":
		return []string{"code"}
	}
	return nil
}

func (v workView) missing() []Line {
	var out []Line
	for _, l := range v.w.Lines {
		if l.Arrived.IsZero() && l.Sworn == day.None {
			out = append(out, l)
		}
	}
	return out
}

func (v workView) shown() []Line {
	from := min((v.page-1)*perPage, len(v.w.Lines))
	return v.w.Lines[from:min(from+perPage, len(v.w.Lines))]
}

func (v workView) name(id string) string {
	if n := v.w.Names[id]; n != "" {
		return n
	}
	return id
}

type caseView struct {
	r     *web.Request
	w     Work
	line  Line
	form  url.Values
	fault *fault.Error
}

func (v caseView) name(id string) string {
	if n := v.w.Names[id]; n != "" {
		return n
	}
	return id
}

func (v caseView) typed(what, name string) string {
	if v.form.Get("do") == what {
		return v.form.Get(what + "-" + name)
	}
	return ""
}

func (v caseView) wrong(what, name string) string {
	if v.fault != nil && v.form.Get("do") == what {
		return v.r.Field(v.fault, name)
	}
	return ""
}

// obstacles of the proposal.
func (v caseView) obstacles() []Obstacle {
	var out []Obstacle
	for _, o := range v.w.Obstacles {
		if o.Post == v.line.Post {
			out = append(out, o)
		}
	}
	return out
}

// involved are those who may have to stand back.
func (v caseView) involved() []ui.Option {
	ids := []string{}
	if v.w.Minutes != nil {
		ids = append(ids, v.w.Minutes.Assessors...)
	}
	if v.w.Decider != "" {
		ids = append(ids, v.w.Decider)
	}
	var out []ui.Option
	for _, id := range unique(ids) {
		out = append(out, ui.Option{Value: id, Label: v.name(id), Checked: v.typed("recuse", "person") == id})
	}
	return out
}

// grouped is a code in fours, easier to read aloud.
func grouped(code string) string {
	out := ""
	for i := 0; i < len(code); i += 4 {
		if i > 0 {
			out += "-"
		}
		out += code[i:min(i+4, len(code))]
	}
	return out
}

// absent is the reason that was typed or is on file.
func (v workView) absent(l Line) string {
	if v.did("oath") {
		return v.form.Get("absent-" + l.Post)
	}
	return l.Absent
}
