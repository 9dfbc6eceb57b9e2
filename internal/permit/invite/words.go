package invite

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/ui"
)

func date(r *web.Request, d day.Day) string {
	if d == day.None {
		return "–"
	}
	return text.Date(r.Lang, d)
}

func moment(r *web.Request, t time.Time) string { return text.Time(r.Lang, t) }

// clockTime is a moment in a message, in the language of who reads it.
type clockTime time.Time

func (c clockTime) In(lang string) string { return text.Time(lang, time.Time(c)) }

func count(r *web.Request, n int) string { return text.Number(r.Lang, int64(n)) }

// hours is "19.30–21.00".
func hours(from, to string) string {
	if to == "" {
		return from
	}
	return from + "–" + to
}

func dash(s string) string { return cmp.Or(s, "–") }

// shape is the look of an outcome; "" is information.
func shape(outcome string) string { return cmp.Or(outcome, "outside") }

func stateShape(state string) string {
	return map[string]string{Entered: "undecided", Disposed: "conditional", Lettered: "conditional", Done: "allowed", Withdrawn: "outside"}[state]
}

func publicShape(state string) string {
	switch state {
	case PublicValid:
		return "allowed"
	case PublicReserved:
		return "conditional"
	case PublicExpired, PublicSuperseded:
		return "outside"
	}
	return "prohibited"
}

// piece is a stretch of a text; Word is set for one that is quoted.
type piece struct {
	Text string
	Mark bool
	Word Said
}

// paragraphs are the lines of a text, with what is quoted marked.
func paragraphs(s string, spans []Span) [][]piece {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(a.From-b.From, b.To-a.To) })
	var flat []piece
	at := 0
	for _, sp := range spans {
		if sp.From < at || sp.To > len(s) || sp.From >= sp.To {
			continue
		}
		flat = append(flat, piece{Text: s[at:sp.From]}, piece{s[sp.From:sp.To], true, sp.Word})
		at = sp.To
	}
	flat = append(flat, piece{Text: s[at:]})
	out := [][]piece{nil}
	for _, p := range flat {
		for i, l := range strings.Split(p.Text, "\n") {
			if i > 0 {
				out = append(out, nil)
			}
			if l != "" {
				out[len(out)-1] = append(out[len(out)-1], piece{l, p.Mark, p.Word})
			}
		}
	}
	return slices.DeleteFunc(out, func(p []piece) bool { return len(p) == 0 })
}

// quoted are all spans of a vetting.
func (v *Vetting) quoted() []Span {
	var out []Span
	for _, g := range v.Grounds {
		out = append(out, g.Quotes...)
	}
	return out
}

// formView is a page with forms: what was typed and what is wrong with it.
type formView struct {
	r     *web.Request
	form  url.Values
	fault *fault.Error
}

func (v formView) did(what string) bool { return v.fault != nil && v.form.Get("do") == what }

// typed is what was typed into a field of the form that was not taken, or what it
// begins with.
func (v formView) typed(what, name, first string) string {
	if v.did(what) {
		return v.form.Get(what + "-" + name)
	}
	return first
}

func (v formView) wrong(what, name string) string {
	if v.did(what) {
		return v.r.Field(v.fault, name)
	}
	return ""
}

// problems are the lines of an error summary; those about a field of the form lead
// there.
func (v formView) problems(prefix string, fields ...string) []ui.Problem {
	if v.fault == nil {
		return nil
	}
	var out []ui.Problem
	if v.fault.Key != "fault.fields" {
		out = append(out, ui.Problem{Message: v.r.Fault(v.fault)})
	}
	for _, x := range v.fault.Fields {
		p := ui.Problem{Message: v.r.Shell.Text.Field(v.r.Lang, x)}
		if slices.Contains(fields, x.Name) {
			p.Name = prefix + x.Name
		}
		out = append(out, p)
	}
	return out
}

func options(r *web.Request, key string, values []string, chosen ...string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: v, Label: r.T(key + v), Checked: slices.Contains(chosen, v)}
	}
	return out
}

func sureness(r *web.Request, chosen string) []ui.Option {
	var out []ui.Option
	for _, c := range Confidences() {
		out = append(out, ui.Option{Value: c, Label: r.T("ui.confidence." + strings.ToLower(c)), Checked: c == chosen})
	}
	return out
}

type boardView struct {
	r *web.Request
	b Board
}

type enterView struct {
	formView
	id         string // of the one that is amended; "" for a new one
	version    int
	organisers []Organiser
	today      day.Day
}

func (v enterView) value(name string) string { return v.form.Get(name) }

func (v enterView) error(name string) string { return v.r.Field(v.fault, name) }

func enterFields() []string {
	return []string{"text", "title", "day", "from", "to", "venue", "organiser", "kinds", "contact", "person", "role", "requests", "speakers", "invited", "channel", "ref", "received"}
}

type workView struct {
	formView
	w Work
}

func (v workView) name(id string) string { return cmp.Or(v.w.Names[id], id) }

func (v workView) names(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = v.name(id)
	}
	return strings.Join(out, "; ")
}

func (v workView) fields() []string {
	return map[string][]string{"dispose": {"verdict", "instruction", "people", "deadline", "why"}, "sign": {"task"}, "take": {"why"}, "drop": {"why"}}[v.form.Get("do")]
}

type letterView struct {
	formView
	v LetterView
}

type slipView struct {
	formView
	l  Letter
	sl Slip
}

type checkView struct {
	formView
	f *Finding
}

type organiserView struct {
	formView
	v OrganiserView
}

type organisersView struct {
	formView
	list   []Organiser
	change bool
}

type deskView struct {
	formView
	d Desk
}

type reserveView struct {
	formView
	sh    Sheet
	base  string
	today day.Day
}

// grouped is a code in fours, as people read it aloud.
func grouped(code string) string {
	var out []string
	for i := 0; i < len(code); i += 4 {
		out = append(out, code[i:min(i+4, len(code))])
	}
	return strings.Join(out, " ")
}

// hand is who acts, with both names where they act for another.
func handWords(r *web.Request, h Hand) string {
	switch {
	case h.Kind == Lent:
		return r.T("invite.hand.lent", h.Name, h.OwnTitle, h.Title, h.For, h.Paper)
	case h.Kind == Plh && h.For != "":
		return r.T("invite.hand.plh", h.Name, h.Title, h.For)
	case h.Kind == Plh, h.Kind == Plt:
		return r.T("invite.hand."+h.Kind+"_vacant", h.Name, h.Title)
	}
	return r.T("invite.hand.definitive", h.Name, h.Title)
}

func powerWords(r *web.Request, list []Holder) string {
	if len(list) == 0 {
		return r.T("invite.route.vacant")
	}
	out := make([]string, len(list))
	for i, h := range list {
		out[i] = h.Name
		if h.Kind != Definitive {
			out[i] += " (" + r.T("invite.power."+h.Kind) + ")"
		}
	}
	return strings.Join(out, "; ")
}

// reading is the form of an invitation as it stands, for amending it.
func (x *Invitation) reading(o Organiser) url.Values {
	var speakers []string
	for _, sp := range x.Speakers {
		speakers = append(speakers, cmp.Or(sp.Person, sp.Name))
	}
	return url.Values{"text": {x.Text}, "title": {x.Title}, "day": {x.Day.String()}, "from": {x.From}, "to": {x.To}, "venue": {x.Venue}, "organiser": {o.Name}, "kinds": o.Kinds, "contact": {o.Contact}, "person": {o.Person},
		"role": {x.Role}, "requests": x.Requests, "speakers": {strings.Join(speakers, "\n")}, "invited": {strings.Join(x.Invited, "\n")}, "channel": {x.Channel}, "ref": {x.Ref}, "received": {x.Received.String()}}
}
