package rule

import (
	"slices"

	"netral/internal/day"
)

// Period is a run of days with one answer.
type Period struct {
	From     day.Day
	Outcome  Outcome
	Rules    []*Rule // that decide, in some completion at least
	Stage    Facts   // the derived facts on its first day
	Possible []Outcome
}

// Periods gives the answer on every day from from up to until, as runs: a new
// one begins where the outcome or the deciding rules change because a rule
// begins or ends, or because a derived fact changes. What is given stays as it
// is on all days.
func (b *Book) Periods(given Facts, t Timeline, from, until day.Day) ([]Period, error) {
	g, err := b.Situation(given)
	if err != nil {
		return nil, err
	}
	days := []day.Day{from}
	for _, d := range slices.Concat(b.boundary, t.Boundaries(given)) {
		if d > from && d < until {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	p := b.plan(t, given)
	l := b.look()
	defer l.done()
	var out []Period
	var before Situation
	s, was := make(Situation, len(g)), int32(0)
	for i, d := range days {
		copy(s, g)
		derived := p.derive(s, d)
		b.assume(s)
		root := b.roots[b.era(d)]
		if i > 0 && root == was && slices.Equal(s, before) {
			continue
		}
		was, before = root, append(before[:0], s...)
		next := l.period(root, s, d)
		if n := len(out); n > 0 && out[n-1].Outcome == next.Outcome && slices.Equal(out[n-1].Rules, next.Rules) && slices.Equal(out[n-1].Possible, next.Possible) {
			continue
		}
		next.Stage = b.named(s, derived)
		out = append(out, next)
	}
	return out, nil
}

func (l *look) period(root int32, s Situation, on day.Day) Period {
	l.all(root, s)
	p := Period{From: on}
	p.Outcome, p.Possible = l.possible()
	decides := make([]bool, len(l.b.Rules))
	for _, leaf := range l.leaves {
		v := &l.b.diagram.verdicts[leaf]
		for _, r := range v.rules[:v.deciding] {
			decides[r] = true
		}
	}
	for i, r := range l.b.Rules {
		if decides[i] {
			p.Rules = append(p.Rules, r)
		}
	}
	return p
}

// named translates those of the facts that are known back into names.
func (b *Book) named(s Situation, among uint64) Facts {
	out := Facts{}
	for f := range b.facts {
		if s[f] != 0 && among>>f&1 != 0 {
			out[b.facts[f].Name] = b.facts[f].Values[s[f]-1].Name
		}
	}
	return out
}
