package ask

import (
	"context"
	"slices"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/internal/store"
)

// TableInput asks for the may / may-not table of one kind of person on a day.
type TableInput struct {
	Person string `json:"person,omitempty" query:"person" doc:"Kind of person, a value of the fact person. Default pns." example:"pns"`
	On     string `json:"on,omitempty" query:"on" doc:"Day, YYYY-MM-DD. Default today." example:"2023-10-19"`
}

// Table is one page: everyday situations and what holds for each.
type Table struct {
	Person string
	On     day.Day
	Basis  *Basis
	Rows   []Row
}

// Row is a situation. Where the answer is the same for every contest, Cells
// has one cell with an empty Contest.
type Row struct {
	Key   string // catalogue: ask.row.KEY
	Facts rule.Facts
	Cells []Cell
}

// Cell is the answer for a contest.
type Cell struct {
	Contest  string
	Outcome  rule.Outcome
	Possible []rule.Outcome
	Rules    []*rule.Rule
}

// situations are the rows, in the order of the page: what people ask most
// first. The titles are in the catalogue.
func situations() []Row {
	return []Row{
		{Key: "photo", Facts: rule.Facts{"act": "photo", "object": "candidate", "sign": "none", "published": "no"}},
		{Key: "photo_posted", Facts: rule.Facts{"act": "photo", "object": "candidate", "sign": "none", "published": "yes"}},
		{Key: "pose", Facts: rule.Facts{"act": "pose", "object": "candidate", "sign": "partisan", "published": "yes"}},
		{Key: "like", Facts: rule.Facts{"act": "like", "object": "candidate", "content": "victory"}},
		{Key: "like_family", Facts: rule.Facts{"act": "like", "object": "candidate", "content": "victory", "relation": "family"}},
		{Key: "comment", Facts: rule.Facts{"act": "comment", "object": "candidate", "content": "victory"}},
		{Key: "share", Facts: rule.Facts{"act": "share", "object": "candidate", "content": "victory"}},
		{Key: "follow", Facts: rule.Facts{"act": "follow", "object": "team", "content": "victory"}},
		{Key: "group", Facts: rule.Facts{"act": "join_group", "object": "team", "content": "victory"}},
		{Key: "post", Facts: rule.Facts{"act": "post_support", "object": "candidate"}},
		{Key: "attend_silent", Facts: rule.Facts{"act": "attend_campaign", "object": "candidate", "support": "passive", "attributes": "none"}},
		{Key: "attend_active", Facts: rule.Facts{"act": "attend_campaign", "object": "candidate", "support": "active", "attributes": "party"}},
		{Key: "spouse_campaign", Facts: rule.Facts{"act": "attend_campaign", "object": "candidate", "relation": "spouse", "leave": "yes", "support": "passive", "attributes": "none"}},
		{Key: "org_flags", Facts: rule.Facts{"act": "attend_event", "host": "mass_org", "party_signs": "yes", "mandate": "no", "object": "none"}},
		{Key: "org_letter", Facts: rule.Facts{"act": "attend_event", "host": "mass_org", "party_signs": "no", "mandate": "letter", "object": "none"}},
		{Key: "wear", Facts: rule.Facts{"act": "wear_attribute", "object": "party", "attributes": "party"}},
		{Key: "banner", Facts: rule.Facts{"act": "install_display", "object": "candidate"}},
		{Key: "voice", Facts: rule.Facts{"act": "voice_support", "object": "candidate", "audience": "public"}},
		{Key: "team", Facts: rule.Facts{"act": "team_role", "object": "candidate"}},
		{Key: "party", Facts: rule.Facts{"act": "join_party", "object": "party"}},
		{Key: "car", Facts: rule.Facts{"act": "use_facility", "object": "candidate", "facility": "yes"}},
		{Key: "news", Facts: rule.Facts{"act": "follow_news", "object": "none"}},
		{Key: "programme", Facts: rule.Facts{"act": "watch_programme", "object": "none"}},
		{Key: "teach", Facts: rule.Facts{"act": "teach_voting", "object": "none"}},
		{Key: "report", Facts: rule.Facts{"act": "report_breach", "object": "none"}},
		{Key: "vote", Facts: rule.Facts{"act": "vote", "object": "none"}},
	}
}

// Table decides every situation of the page for one kind of person on a day.
func (s *Service) Table(_ context.Context, _ actor.Actor, in TableInput) (*Table, error) {
	b := s.Basis()
	t := &Table{Person: in.Person, On: day.At(s.Now()), Basis: b}
	var wrong fault.Fields
	if in.Person == "" {
		t.Person = "pns"
	}
	wrong.Add(b.Rules.Known("person", t.Person), "person", "rule.value_unknown", clip(t.Person), b.Rules.PossibleValues("person"))
	if in.On != "" {
		d, err := day.Parse(in.On)
		wrong.Add(err == nil, "on", "ask.on_wrong", clip(in.On), day.First, day.Last)
		t.On = d
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	contests, _ := b.Rules.Fact("contest")
	for _, row := range situations() {
		for _, c := range contests.Values {
			cell, err := b.cell(row.Facts, t.Person, c.Name, t.On)
			if err != nil {
				return nil, err
			}
			row.Cells = append(row.Cells, cell)
		}
		row.Cells = merge(row.Cells)
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

func (b *Basis) cell(facts rule.Facts, person, contest string, on day.Day) (Cell, error) {
	known := rule.Facts{"person": person, "contest": contest}
	for f, v := range facts {
		known[f] = v
	}
	all, _ := b.Rules.Complete(known, b.Timeline, on)
	s, err := b.Rules.Situation(all)
	if err != nil {
		return Cell{}, err
	}
	d := b.Rules.Answer(s, on)
	a := Answer{Outcome: d.Outcome, Rules: d.Rules}
	c := Cell{Contest: contest, Outcome: d.Outcome, Possible: d.Possible}
	for _, r := range a.Deciding() {
		c.Rules = append(c.Rules, r.Rule)
	}
	return c, nil
}

// merge makes one cell of those that agree in outcome and first rule; when all
// contests agree the cell names none.
func merge(cells []Cell) []Cell {
	same := func(x, y Cell) bool {
		return x.Outcome == y.Outcome && slices.Equal(x.Possible, y.Possible) && slices.Equal(x.Rules, y.Rules)
	}
	if !slices.ContainsFunc(cells, func(c Cell) bool { return !same(c, cells[0]) }) {
		one := cells[0]
		one.Contest = ""
		return []Cell{one}
	}
	return cells
}

// Turn is a situation of the table whose answer is another from a day on.
type Turn struct {
	Key           string // catalogue: ask.row.KEY
	Contest       string
	Before, After Cell
}

// Turns lists the situations of the table whose outcome or deciding rules are
// others on the day than on the day before, for a civil servant of Jakarta.
func (b *Basis) Turns(on day.Day) ([]Turn, error) {
	contests, _ := b.Rules.Fact("contest")
	var out []Turn
	for _, row := range situations() {
		for _, c := range contests.Values {
			before, err := b.cell(row.Facts, "pns", c.Name, on-1)
			if err != nil {
				return nil, err
			}
			after, err := b.cell(row.Facts, "pns", c.Name, on)
			if err != nil {
				return nil, err
			}
			if before.Outcome != after.Outcome || !slices.Equal(before.Rules, after.Rules) {
				out = append(out, Turn{row.Key, c.Name, before, after})
			}
		}
	}
	return out, nil
}

// Count says how many slips were issued, by outcome.
func (s *Service) Count(ctx context.Context) (map[string]int64, error) {
	var out map[string]int64
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = slips(ctx, tx)
		return err
	})
	return out, err
}
