package ask

import (
	"netral/internal/day"
	"netral/internal/rule"
)

// View is an Answer for programs: the body of /api/v1/ask, the object that
// `netral ask --json` prints, and the answer inside a slip. Texts are in one
// language; names, ids and outcomes are the same in both.
type View struct {
	ID         string            `json:"id,omitempty" doc:"As given, in batches."`
	On         day.Day           `json:"on" doc:"The day the answer is for, in Jakarta."`
	Outcome    rule.Outcome      `json:"outcome" doc:"undecided while a fact is missing that matters; outside when the book does not deal with it."`
	Rules      []RuleView        `json:"rules" doc:"Rules that apply or may apply, those that decide first."`
	Facts      map[string]string `json:"facts" doc:"Every fact the answer rests on."`
	From       map[string]string `json:"from" doc:"Where each fact comes from: given, read, derived or assumed."`
	Missing    []string          `json:"missing" doc:"Facts that would settle the outcome, most decisive first."`
	Possible   []rule.Outcome    `json:"possible" doc:"Outcomes that are still possible, mildest first."`
	Flips      []FlipView        `json:"flips" doc:"The smallest changes of facts after which the outcome is another."`
	Changes    []ChangeView      `json:"changes" doc:"Days on which the answer becomes another because a stage or a rule begins or ends."`
	Stage      string            `json:"stage" doc:"The stage of the contest on the day; empty while the contest is not known."`
	Supervisor string            `json:"supervisor,omitempty" doc:"The body that supervises on the day."`
	Book       BookRef           `json:"book"`
	Calendar   CalendarRef       `json:"calendar"`
}

// RuleView is a rule in an answer.
type RuleView struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Text       string            `json:"text"`
	Outcome    rule.Outcome      `json:"outcome"`
	Decides    bool              `json:"decides" doc:"It makes the outcome."`
	Certain    bool              `json:"certain" doc:"It applies whatever the missing facts are."`
	Breach     string            `json:"breach,omitempty" doc:"Which kind of breach is possible; a person decides whether there is one."`
	Sanction   []string          `json:"sanction,omitempty" doc:"The range of penalties that may follow."`
	Cites      []CiteView        `json:"cites"`
	Confidence string            `json:"confidence" doc:"H high, M medium, L low; BK background knowledge, INF inferred."`
	Conflict   string            `json:"conflict,omitempty" doc:"Where sources disagree."`
	Opinions   []OpinionView     `json:"opinions,omitempty"`
	Conditions []string          `json:"conditions,omitempty"`
	Instead    string            `json:"instead,omitempty" doc:"What can be done instead."`
	Ask        string            `json:"ask,omitempty" doc:"Whom to ask."`
	Because    []string          `json:"because,omitempty" doc:"The known facts it rests on."`
	Needs      map[string]string `json:"needs,omitempty" doc:"For a rule that may apply: the missing facts and the values under which it does."`
	Ways       []rule.Facts      `json:"ways,omitempty" doc:"For a rule with alternatives that may apply: the same for each; one of them is enough."`
}

// CiteView is a provision.
type CiteView struct {
	ID         string `json:"id"`
	Instrument string `json:"instrument"`
	Provision  string `json:"provision"`
	Confidence string `json:"confidence"`
}

// OpinionView is what a body holds where bodies disagree.
type OpinionView struct {
	Who    string `json:"who"`
	Says   string `json:"says"`
	Source string `json:"source,omitempty"`
}

// FlipView is a smallest change of facts.
type FlipView struct {
	Changes []FactChange `json:"changes"`
	Outcome rule.Outcome `json:"outcome"`
	Rules   []string     `json:"rules"`
}

// FactChange is one fact with another value.
type FactChange struct {
	Fact string `json:"fact"`
	From string `json:"from"`
	To   string `json:"to"`
}

// ChangeView is a day on which the answer changes.
type ChangeView struct {
	Date     day.Day           `json:"date"`
	Outcome  rule.Outcome      `json:"outcome"`
	Possible []rule.Outcome    `json:"possible"`
	Rules    []string          `json:"rules"`
	Stage    map[string]string `json:"stage"`
}

// View is the answer for programs, in the language.
func (a *Answer) View(lang string) View {
	v := View{
		On: a.On, Outcome: a.Outcome, Facts: a.Facts, From: a.From, Stage: a.Stage(), Book: a.Book(), Calendar: a.Calendar(),
		Rules: []RuleView{}, Missing: list(a.Missing), Possible: list(a.Possible), Flips: []FlipView{}, Changes: []ChangeView{},
	}
	if s, ok := a.Supervisor(); ok {
		v.Supervisor = s.Body.In(lang)
	}
	for _, r := range a.Rules {
		v.Rules = append(v.Rules, a.rule(r, lang))
	}
	for _, f := range a.Flips {
		fv := FlipView{Outcome: f.Outcome, Rules: ids(f.Rules)}
		for _, c := range f.Changes {
			fv.Changes = append(fv.Changes, FactChange{c.Fact, c.From, c.To})
		}
		v.Flips = append(v.Flips, fv)
	}
	for _, c := range a.Changes() {
		v.Changes = append(v.Changes, ChangeView{c.On, c.Outcome, list(c.Possible), ids(c.Rules), c.Stage})
	}
	return v
}

// list is never nil, so that programs read [] and not null.
func list[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

func ids(rules []*rule.Rule) []string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = r.ID
	}
	return out
}

func (a *Answer) rule(r rule.Applied, lang string) RuleView {
	b := a.basis.Rules
	v := RuleView{
		ID: r.Rule.ID, Title: r.Rule.Title.In(lang), Text: r.Rule.Text.In(lang), Outcome: r.Rule.Outcome,
		Decides: r.Decides, Certain: r.Certain, Breach: r.Rule.Breach, Confidence: r.Rule.Confidence,
		Conflict: r.Rule.Conflict.In(lang), Instead: r.Rule.Instead.In(lang), Ask: r.Rule.Ask.In(lang),
		Because: r.Because, Needs: r.Needs, Cites: Cites(b, r.Rule, lang),
	}
	if len(r.Ways) > 1 {
		v.Ways = r.Ways
	}
	for _, code := range r.Rule.Sanction {
		if s, ok := b.Sanction(code); ok {
			v.Sanction = append(v.Sanction, s.Title.In(lang))
		}
	}
	for _, o := range r.Rule.Opinions {
		v.Opinions = append(v.Opinions, OpinionView{o.Who.In(lang), o.Says.In(lang), o.Source})
	}
	for _, c := range r.Rule.Conditions {
		v.Conditions = append(v.Conditions, c.In(lang))
	}
	return v
}

// Cites are the provisions a rule rests on.
func Cites(b *rule.Book, r *rule.Rule, lang string) []CiteView {
	out := make([]CiteView, 0, len(r.Cites))
	for _, c := range r.Cites {
		if item, in, ok := b.Item(c); ok {
			out = append(out, CiteView{c, in.Title.In(lang), item.Provision.In(lang), item.Confidence})
		}
	}
	return out
}
