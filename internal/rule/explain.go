package rule

import (
	"slices"

	"netral/internal/day"
)

// Change is one fact with another value.
type Change struct{ Fact, From, To string }

// Flip is a smallest set of changes after which the answer is another.
type Flip struct {
	Changes []Change
	Outcome Outcome
	Rules   []*Rule // that then decide
}

// maxFlips bounds how many flips are told; more would not be read.
const maxFlips = 12

// Flips finds the smallest changes of facts that flip a decided answer: single
// facts first; pairs only where no single one does. Only facts that are known
// and marked as behaviour are changed. Milder outcomes come first. Changes
// after which the answer would be open are left out.
func (b *Book) Flips(s Situation, on day.Day) []Flip {
	root := b.roots[b.era(on)]
	now := b.settled(root, s)
	if now == Undecided {
		return nil
	}
	var out []Flip
	try := slices.Clone(s)
	singles := b.changes(s)
	for _, c := range singles {
		c.apply(try)
		if f, ok := b.flip(root, s, try, now, c); ok {
			out = append(out, f)
		}
		c.undo(try, s)
	}
	if len(out) == 0 {
		for i, c := range singles {
			c.apply(try)
			for _, e := range singles[i+1:] {
				if e.fact == c.fact {
					continue
				}
				e.apply(try)
				if f, ok := b.flip(root, s, try, now, c, e); ok {
					out = append(out, f)
				}
				e.undo(try, s)
			}
			c.undo(try, s)
		}
	}
	slices.SortStableFunc(out, func(x, y Flip) int { return int(x.Outcome) - int(y.Outcome) })
	return out[:min(len(out), maxFlips)]
}

type change struct {
	fact  int
	value uint8
}

func (c change) apply(s Situation)     { s[c.fact] = c.value }
func (c change) undo(s, was Situation) { s[c.fact] = was[c.fact] }

// changes lists every other value of every known fact that is behaviour.
func (b *Book) changes(s Situation) []change {
	var out []change
	for f := range b.facts {
		if s[f] == 0 || b.facts[f].Derived || !b.facts[f].Flip {
			continue
		}
		for v := range b.facts[f].Values {
			if uint8(v+1) != s[f] {
				out = append(out, change{f, uint8(v + 1)})
			}
		}
	}
	return out
}

func (b *Book) flip(root int32, was, s Situation, now Outcome, cs ...change) (Flip, bool) {
	o := b.settled(root, s)
	if o == now || o == Undecided {
		return Flip{}, false
	}
	f := Flip{Outcome: o}
	for _, c := range cs {
		vs := b.facts[c.fact].Values
		f.Changes = append(f.Changes, Change{b.facts[c.fact].Name, vs[was[c.fact]-1].Name, vs[c.value-1].Name})
	}
	for _, leaf := range b.reach(root, s).leaves {
		v := &b.diagram.verdicts[leaf]
		for _, r := range v.rules[:v.deciding] {
			if !slices.Contains(f.Rules, b.Rules[r]) {
				f.Rules = append(f.Rules, b.Rules[r])
			}
		}
	}
	return f, true
}

// settled is the outcome of a situation if all completions agree on it.
func (b *Book) settled(root int32, s Situation) Outcome {
	if ref, ok := b.walk(root, s); ok {
		return b.diagram.verdicts[^ref].outcome
	}
	var o Outcome
	for i, leaf := range b.reach(root, s).leaves {
		v := b.diagram.verdicts[leaf].outcome
		if i > 0 && v != o {
			return Undecided
		}
		o = v
	}
	return o
}

// Period is a run of days with one answer.
type Period struct {
	From     day.Day // day.None for the first
	Outcome  Outcome
	Rules    []*Rule // that decide, in some completion at least
	Stage    Facts   // the derived facts on its first day
	Possible []Outcome
}

// Periods gives the answer on every day, as runs: a new one begins where the
// outcome or the deciding rules change because a rule begins or ends, or
// because a derived fact changes. What is given stays as it is on all days.
func (b *Book) Periods(given Facts, t Timeline, from, until day.Day) ([]Period, error) {
	days := []day.Day{from}
	for _, d := range slices.Concat(b.boundary, t.Boundaries(given)) {
		if d > from && d < until {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	var out []Period
	for _, d := range days {
		all, source := b.Complete(given, t, d)
		s, err := b.Situation(all)
		if err != nil {
			return nil, err
		}
		p := b.period(s, d)
		p.Stage = Facts{}
		for f, from := range source {
			if from == Derived {
				p.Stage[f] = all[f]
			}
		}
		if n := len(out); n > 0 && out[n-1].Outcome == p.Outcome && slices.Equal(out[n-1].Rules, p.Rules) && slices.Equal(out[n-1].Possible, p.Possible) {
			continue
		}
		out = append(out, p)
	}
	return out, nil
}

func (b *Book) period(s Situation, on day.Day) Period {
	root := b.roots[b.era(on)]
	p := Period{From: on}
	var has [outcomes]bool
	count := map[int]int{}
	for _, leaf := range b.reach(root, s).leaves {
		v := &b.diagram.verdicts[leaf]
		has[v.outcome] = true
		for _, r := range v.rules[:v.deciding] {
			count[r]++
		}
	}
	for o := Undecided; o < outcomes; o++ {
		if has[o] {
			p.Possible = append(p.Possible, o)
		}
	}
	if len(p.Possible) == 1 {
		p.Outcome = p.Possible[0]
	}
	for i, r := range b.Rules {
		if count[i] > 0 {
			p.Rules = append(p.Rules, r)
		}
	}
	return p
}
