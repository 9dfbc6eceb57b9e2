package rule

import (
	"cmp"
	"slices"

	"netral/internal/day"
)

// Change is one fact with another value.
type Change struct{ Fact, From, To string }

// Flip is a smallest set of changes after which the answer is another.
type Flip struct {
	Changes []Change
	Outcome Outcome
	Rules   []*Rule // that then decide, in file order
}

// maxFlips bounds how many flips are told; more would not be read.
const maxFlips = 12

// Flips finds the smallest changes of facts that flip a decided answer: single
// facts first; pairs only where no single one does. Only facts that are known
// and marked as behaviour are changed. Milder outcomes come first, then the
// book's order of facts and values. Changes after which the answer would be
// open are left out. At most twelve are told.
func (b *Book) Flips(s Situation, on day.Day) []Flip {
	l := b.look()
	defer l.done()
	root := b.roots[b.era(on)]
	now := l.settled(root, s)
	if now == Undecided {
		return nil
	}
	var found []flipped
	try := slices.Clone(s)
	singles := b.changes(s, l.touched(root, s))
	for _, c := range singles {
		c.apply(try)
		if o := l.settled(root, try); o != now && o != Undecided {
			found = append(found, flipped{[2]change{c}, o})
		}
		c.undo(try, s)
	}
	if len(found) == 0 {
		// One change of a pair must be of a fact that is looked at now, the
		// other of a fact that is looked at after it; else it alters nothing.
		for _, c := range singles {
			c.apply(try)
			for _, e := range b.changes(s, l.touched(root, try)&^(1<<c.fact)) {
				e.apply(try)
				if o := l.settled(root, try); o != now && o != Undecided {
					found = append(found, flipped{pair(c, e), o})
				}
				e.undo(try, s)
			}
			c.undo(try, s)
		}
	}
	slices.SortFunc(found, compareFlipped)
	found = slices.Compact(found) // a pair can be found from either end
	found = found[:min(len(found), maxFlips)]
	out := make([]Flip, 0, len(found))
	for _, f := range found {
		out = append(out, b.flip(l, root, s, f))
	}
	return out
}

// flipped is a flip in the book's numbering. A single change leaves the second
// zero: value 0 is no value.
type flipped struct {
	changes [2]change
	outcome Outcome
}

func pair(c, e change) [2]change {
	if e.fact < c.fact {
		c, e = e, c
	}
	return [2]change{c, e}
}

func compareFlipped(x, y flipped) int {
	return cmp.Or(
		cmp.Compare(x.outcome, y.outcome),
		cmp.Compare(x.changes[0].fact, y.changes[0].fact), cmp.Compare(x.changes[0].value, y.changes[0].value),
		cmp.Compare(x.changes[1].fact, y.changes[1].fact), cmp.Compare(x.changes[1].value, y.changes[1].value),
	)
}

type change struct {
	fact  int
	value uint8
}

func (c change) apply(s Situation)     { s[c.fact] = c.value }
func (c change) undo(s, was Situation) { s[c.fact] = was[c.fact] }

// changes lists every other value of those among the facts that are known and
// behaviour.
func (b *Book) changes(s Situation, among uint64) []change {
	var out []change
	for f := range b.facts {
		if among>>f&1 == 0 || s[f] == 0 || b.facts[f].Derived || !b.facts[f].Flip {
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

// flip puts a flip into words of the book.
func (b *Book) flip(l *look, root int32, was Situation, f flipped) Flip {
	out := Flip{Outcome: f.outcome}
	s := slices.Clone(was)
	for _, c := range f.changes {
		if c.value == 0 {
			continue
		}
		c.apply(s)
		vs := b.facts[c.fact].Values
		out.Changes = append(out.Changes, Change{b.facts[c.fact].Name, vs[was[c.fact]-1].Name, vs[c.value-1].Name})
	}
	l.all(root, s)
	for _, leaf := range l.leaves {
		v := &b.diagram.verdicts[leaf]
		for _, r := range v.rules[:v.deciding] {
			if !slices.Contains(out.Rules, b.Rules[r]) {
				out.Rules = append(out.Rules, b.Rules[r])
			}
		}
	}
	slices.SortFunc(out.Rules, func(x, y *Rule) int { return x.index - y.index })
	return out
}
