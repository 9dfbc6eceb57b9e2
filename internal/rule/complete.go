package rule

import (
	"slices"

	"netral/internal/day"
)

// How a fact of a situation came to be known.
const (
	Given   = "given"   // said by the person, or by the program that asks
	Read    = "read"    // read from the words of a question
	Derived = "derived" // follows from the day
	Assumed = "assumed" // nobody said otherwise
)

// Complete adds to what is given the facts that follow from the day and those
// that may be assumed. The second result says where each fact comes from. Given
// facts are never overwritten.
func (b *Book) Complete(given Facts, t Timeline, on day.Day) (Facts, map[string]string) {
	all, from := make(Facts, len(b.facts)), make(map[string]string, len(b.facts))
	for f, v := range given {
		all[f], from[f] = v, Given
	}
	for f, v := range t.Derive(given, on) {
		if _, ok := all[f]; !ok && b.Known(f, v) {
			all[f], from[f] = v, Derived
		}
	}
	for i := range b.facts {
		f := &b.facts[i]
		if _, ok := all[f.Name]; !ok && f.Assume != "" && f.mayAssume(all) {
			all[f.Name], from[f.Name] = f.Assume, Assumed
		}
	}
	return all, from
}

func (f *Fact) mayAssume(known Facts) bool {
	for other, values := range f.Unless {
		if v, ok := known[other]; ok && slices.Contains(values, v) {
			return false
		}
	}
	return true
}

// assume is the second half of Complete, in the book's numbering.
func (b *Book) assume(s Situation) {
	for i := range b.facts {
		f := &b.facts[i]
		if s[i] == 0 && f.Assume != "" && !slices.ContainsFunc(f.unless, func(t test) bool { return s[t.fact] != 0 && t.mask>>(s[t.fact]-1)&1 != 0 }) {
			s[i] = uint8(f.index(f.Assume) + 1)
		}
	}
}

// A plan is a timeline in the book's numbering, for one set of given facts:
// what Derive does, made ready for many days.
type plan struct {
	facts  int
	tracks []planned
}

type planned struct {
	sure  bool // applies; else it may apply
	plain []pin
	spans []pinned
}

type pinned struct {
	span Span
	set  []pin
}

// pin gives a fact a value; foreign stands for a value that the book does not
// know, which hides the one it replaces and is dropped in the end.
type pin struct {
	fact  int
	value uint8
}

const foreign = 0xFF

func (b *Book) plan(t Timeline, given Facts) plan {
	p := plan{facts: len(b.facts)}
	for _, tr := range t.Tracks {
		if !tr.mayApply(given) {
			continue
		}
		q := planned{sure: tr.applies(given), plain: b.pins(tr.Default)}
		for _, s := range tr.Spans {
			q.spans = append(q.spans, pinned{s, b.pins(s.Set)})
		}
		p.tracks = append(p.tracks, q)
	}
	return p
}

func (b *Book) pins(facts Facts) []pin {
	out := make([]pin, 0, len(facts))
	for f, v := range facts {
		i, ok := b.factAt[f]
		if !ok {
			continue
		}
		value := uint8(foreign)
		if j := b.facts[i].index(v); j >= 0 {
			value = uint8(j + 1)
		}
		out = append(out, pin{i, value})
	}
	return out
}

// derive sets the facts of s that are unknown and follow from the day, and
// says which these are.
func (p plan) derive(s Situation, on day.Day) uint64 {
	var sure, split, set [MaxFacts]uint8
	first := true
	for _, tr := range p.tracks {
		clear(set[:])
		for _, q := range tr.plain {
			set[q.fact] = q.value
		}
		for _, sp := range tr.spans {
			if sp.span.holds(on) {
				for _, q := range sp.set {
					set[q.fact] = q.value
				}
			}
		}
		for f := range p.facts {
			switch {
			case tr.sure && set[f] != 0:
				sure[f] = set[f]
			case !tr.sure && first:
				split[f] = set[f]
			case !tr.sure && split[f] != set[f]:
				split[f] = 0
			}
		}
		first = first && tr.sure
	}
	var derived uint64
	for f := range p.facts {
		v := sure[f]
		if v == 0 {
			v = split[f]
		}
		if s[f] == 0 && v != 0 && v != foreign {
			s[f] = v
			derived |= 1 << f
		}
	}
	return derived
}
