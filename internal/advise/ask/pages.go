package ask

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/lex"
	"netral/internal/rule"
	"netral/internal/web"
	"netral/internal/web/ui"
)

func itoa(n int) string { return strconv.Itoa(n) }

// problems are the fields of a fault under the names they have on the page.
func problems(r *web.Request, f *fault.Error) []ui.Problem {
	if f == nil {
		return nil
	}
	if len(f.Fields) == 0 {
		return []ui.Problem{{Message: r.Fault(f)}}
	}
	names := map[string]string{"text": fieldText, "on": fieldOn, "person": "status"}
	var out []ui.Problem
	for _, x := range f.Fields {
		out = append(out, ui.Problem{Name: names[x.Name], Message: r.Shell.Text.Field(r.Lang, x)})
	}
	return out
}

// facts are the hidden fields that carry the given facts beside a text that is
// being mended.
func (s state) facts() url.Values {
	v := s.values()
	v.Del(fieldText)
	v.Del(fieldOn)
	return v
}

func (s state) undated() url.Values {
	v := s.values()
	v.Del(fieldOn)
	return v
}

// dated carries the day of the answer with the slip: a slip made after midnight
// must not be about another day than the page showed.
func (v answerView) dated() url.Values {
	x := v.st.values()
	x.Set(fieldOn, v.a.On.String())
	return x
}

// topic of the act being asked for: the one chosen, or that of the act that is
// known already.
func (v answerView) topic() topic {
	known := v.a.Facts["act"]
	for _, t := range topics() {
		if t.Key == v.st.Topic || v.st.Topic == "" && slices.Contains(t.Acts, known) {
			return t
		}
	}
	return topic{}
}

func (v answerView) topics() []ui.Option {
	var out []ui.Option
	for _, t := range topics() {
		out = append(out, ui.Option{Value: t.Key, Label: v.r.T("ask.topic." + t.Key), Hint: v.r.T("ask.topic_about." + t.Key)})
	}
	return out
}

// hint says under a question why it is asked.
func (v answerView) hint() string {
	if v.st.Ask == "" && len(v.a.Missing) > 0 {
		return v.r.T("ask.question_hint", v.p.Outcomes(v.a.Possible))
	}
	return ""
}

// options are the values of the fact that is asked for; of the act only those
// of the topic. Whoever does not know may say so, except about the act itself.
func (v answerView) options() []ui.Option {
	only := v.fact.Values
	var out []ui.Option
	topic := v.topic()
	for _, x := range only {
		if v.fact.Name == "act" && !slices.Contains(topic.Acts, x.Name) {
			continue
		}
		out = append(out, ui.Option{Value: x.Name, Label: sentence(x.Title.In(v.r.Lang)), Checked: v.a.Facts[v.fact.Name] == x.Name})
	}
	if v.fact.Name != "act" {
		out = append(out, ui.Option{Value: Unknown, Label: v.r.T("ask.dont_know"), Checked: v.st.Facts[v.fact.Name] == Unknown})
	}
	return out
}

// sentence begins with a capital.
func sentence(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

func (v answerView) question(fact string) string {
	f, _ := v.a.basis.Rules.Fact(fact)
	return f.Ask.In(v.r.Lang)
}

// chips show every fact that matters: what was given or read, what follows from
// the day, and the assumptions on which a rule rests.
func (v answerView) chips() []ui.Chip {
	var out []ui.Chip
	relevant := v.a.relevant()
	for _, f := range v.a.basis.Rules.Facts() {
		x, ok := v.a.Facts[f.Name]
		from := v.a.From[f.Name]
		if v.st.Facts[f.Name] == Unknown {
			out = append(out, ui.Chip{Label: f.Title.In(v.r.Lang), Value: v.r.T("ask.dont_know"), Button: ui.Button{Name: fieldGo, Value: "tanya:" + f.Name}})
			continue
		}
		if !ok && slices.Contains(v.a.Refine, f.Name) && !f.Derived {
			out = append(out, ui.Chip{Label: f.Title.In(v.r.Lang), Value: v.r.T("ask.not_said"), Button: ui.Button{Name: fieldGo, Value: "tanya:" + f.Name, Text: v.r.T("ask.say")}})
			continue
		}
		if !ok || !v.shown(f, from, relevant) {
			continue
		}
		c := ui.Chip{Label: f.Title.In(v.r.Lang), Value: v.p.Value(f.Name, x), Doubt: from == rule.Assumed}
		if !f.Derived {
			c.Button = ui.Button{Name: fieldGo, Value: "tanya:" + f.Name}
		}
		out = append(out, c)
	}
	return out
}

// shown leaves out what no rule of the answer rests on, unless it was said or
// tells the stage.
func (v answerView) shown(f rule.Fact, from string, relevant []string) bool {
	return from == rule.Given || from == rule.Read || f.Name == "standing" || f.Name == "stage" || slices.Contains(relevant, f.Name)
}

// sign is the outcome whose shape the page shows. What was not read is open: to
// show it as outside the rules would say more than is known.
func (v answerView) sign() string {
	if v.a.Unread() {
		return rule.Undecided.String()
	}
	return v.a.Outcome.String()
}

// note tells what the reader could not use: a stage said in words that the day
// does not agree with, and the day where it was read.
func (v answerView) note() string {
	var out []string
	if v.a.Dated == rule.Read {
		out = append(out, v.r.T("ask.day_read", v.a.On))
	}
	for _, name := range []string{"standing", "stage"} {
		said, ok := v.a.Reading.Hints[name]
		is, known := v.a.Facts[name]
		if ok && known && said != is {
			out = append(out, v.r.T("ask.hint_differs", v.p.Value(name, said), v.a.On, v.p.Value(name, is)))
		}
	}
	return strings.Join(out, " ")
}

// who names the contestants and parties that were read.
func (v answerView) who() string {
	var out []string
	for _, id := range v.a.Reading.Who {
		if n := v.a.basis.Contestant(id, v.r.Lang); n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return strings.Join(out, "; ")
}

// piece is a part of the question's text; Read says that a fact rests on it.
type piece struct {
	Text string
	Read bool
}

// marked cuts the text at the spans of the reading.
func (a *Answer) marked() []piece {
	spans := slices.Clone(a.Reading.Spans)
	slices.SortFunc(spans, func(x, y lex.Span) int { return x.From - y.From })
	var out []piece
	at := 0
	for _, s := range spans {
		from := max(s.From, at)
		if from >= s.To || s.To > len(a.Text) {
			continue
		}
		if from > at {
			out = append(out, piece{Text: a.Text[at:from]})
		}
		out = append(out, piece{Text: a.Text[from:s.To], Read: true})
		at = s.To
	}
	if at < len(a.Text) {
		out = append(out, piece{Text: a.Text[at:]})
	}
	return out
}

func (v answerView) cites(ru *rule.Rule) []CiteView { return Cites(v.a.basis.Rules, ru, v.r.Lang) }

func (v answerView) summary(x rule.Applied) string {
	return v.p.Outcome(x.Rule.Outcome) + " – " + x.Rule.Title.In(v.r.Lang)
}

// others are rules that apply beside those that decide.
func (v answerView) others() []rule.Applied {
	deciding := v.a.Deciding()
	var out []rule.Applied
	for _, x := range v.a.Rules {
		if !slices.ContainsFunc(deciding, func(d rule.Applied) bool { return d.Rule == x.Rule }) {
			out = append(out, x)
		}
	}
	return out
}

func (v answerView) ruleFacts(x rule.Applied) []ui.Fact {
	r := v.r
	out := []ui.Fact{{Term: r.T("ask.cites"), Body: citeList(r, v.cites(x.Rule))}}
	add := func(key, text string) {
		if text != "" {
			out = append(out, ui.Fact{Term: r.T(key), Text: text})
		}
	}
	var because []string
	for _, f := range x.Because {
		because = append(because, v.p.Fact(f)+": "+v.p.Value(f, v.a.Facts[f]))
	}
	add("ask.because", strings.Join(because, "; "))
	add("ask.applies", v.p.If(x))
	add("ask.breach", v.p.Breach(x.Rule))
	add("ask.sanctions", strings.Join(v.p.Sanctions(x.Rule), "; "))
	add("ask.confidence", v.p.Confidence(x.Rule.Confidence))
	add("ask.conflict", x.Rule.Conflict.In(r.Lang))
	add("ask.in_force", inForceWords(v.p, x.Rule))
	return out
}

// inForceWords says from when to when a rule holds.
func inForceWords(p Phrase, ru *rule.Rule) string {
	switch {
	case ru.From != day.None && ru.Until != day.None:
		return p.T("ask.from_until", ru.From, ru.Until-1)
	case ru.From != day.None:
		return p.T("ask.from", ru.From)
	case ru.Until != day.None:
		return p.T("ask.until", ru.Until-1)
	}
	return ""
}

type flipRow struct{ Outcome, Text, Go string }

func (v answerView) flipRows() []flipRow {
	var out []flipRow
	for _, f := range v.a.Flips {
		parts := make([]string, len(f.Changes))
		for i, c := range f.Changes {
			parts[i] = c.Fact + "=" + c.To
		}
		out = append(out, flipRow{f.Outcome.String(), v.p.Flip(f), "isi:" + strings.Join(parts, ";")})
	}
	return out
}

// strip is the answer over time. A stretch is called by its stage, or where no
// contest is known by the rule that decides.
func (v answerView) strip() ui.Strip {
	s := ui.Strip{Title: v.r.T("ask.strip"), Lang: v.r.Lang, Day: v.a.On}
	for i, p := range v.a.Periods {
		u := ui.Period{From: p.From, Until: day.None, Outcome: p.Outcome.String()}
		if i == 0 {
			u.From = day.None
		}
		if i+1 < len(v.a.Periods) {
			u.Until = v.a.Periods[i+1].From
		}
		switch {
		case p.Stage["standing"] != "":
			u.Stage = sentence(v.p.Value("standing", p.Stage["standing"]))
		case len(p.Rules) > 0:
			u.Stage = p.Rules[0].Title.In(v.r.Lang)
		}
		s.Periods = append(s.Periods, u)
	}
	return s
}
