package rule

import (
	"math/bits"
	"slices"

	"netral/internal/day"
	"netral/internal/fault"
)

// Situation is a situation in the book's own numbering: for each fact 0 when
// unknown, else 1 + the index of its value. It is made by Book.Situation and
// may be changed in place by whoever decides many.
type Situation []uint8

// Situation translates facts by name. Unknown facts and values are an Invalid
// fault that names each, with what is possible.
func (b *Book) Situation(facts Facts) (Situation, error) {
	s := make(Situation, len(b.facts))
	var wrong fault.Fields
	for _, name := range sortedKeys(facts) {
		i, ok := b.factAt[name]
		if !ok {
			wrong.Add(false, clip(name), "rule.fact_unknown", clip(name), b.PossibleFacts())
			continue
		}
		v := b.facts[i].index(facts[name])
		if v < 0 {
			wrong.Add(false, name, "rule.value_unknown", clip(facts[name]), b.PossibleValues(name))
			continue
		}
		s[i] = uint8(v + 1)
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

func sortedKeys(f Facts) []string {
	out := make([]string, 0, len(f))
	for k := range f {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Verdict is the answer to a complete situation. It is shared: do not change
// its slice.
type Verdict struct {
	Outcome  Outcome
	Rules    []int // indexes into Book.Rules; the deciding ones first
	Deciding int   // how many of Rules decide
}

// Decide answers a situation in which every fact that matters is known; ok is
// false when one is missing, or when the situation is not of this book's
// length. It allocates nothing and is safe for concurrent use.
func (b *Book) Decide(s Situation, on day.Day) (v Verdict, ok bool) {
	if len(s) != len(b.facts) {
		return Verdict{}, false
	}
	ref, ok := b.walk(b.roots[b.era(on)], s)
	if !ok {
		return Verdict{}, false
	}
	leaf := &b.diagram.verdicts[^ref]
	return Verdict{leaf.outcome, leaf.rules, leaf.deciding}, true
}

func (b *Book) walk(ref int32, s Situation) (int32, bool) {
	d := b.diagram
	for ref >= 0 {
		v := s[d.fact[ref]]
		if v == 0 {
			return ref, false
		}
		ref = d.kid[d.kids[ref]+int32(v)-1]
	}
	return ref, true
}

// Decision is the answer to a situation in which facts may be missing.
type Decision struct {
	Outcome  Outcome   // Undecided when completions disagree
	Rules    []Applied // that decide in every completion first, then those that may
	Possible []Outcome // all outcomes that completions have, mildest first
	Missing  []string  // facts that would settle the outcome, most decisive first
	Refine   []string  // facts that leave the outcome and change only which rules apply
}

// Applied is a rule in an answer.
type Applied struct {
	Rule    *Rule
	Certain bool     // applies whatever the missing facts are
	Decides bool     // has the gravest outcome wherever it applies
	Because []string // the known facts it rests on, in the book's order
	Needs   Facts    // for an uncertain rule: what missing facts must be for it to apply (several values joined by "|")
	Ways    []Facts  // the same for each of its alternatives that is still open; one of them is enough
}

// Answer decides with facts missing. The order of everything in it is fixed by
// the book and the situation.
func (b *Book) Answer(s Situation, on day.Day) Decision {
	l := b.look()
	defer l.done()
	root := b.roots[b.era(on)]
	l.all(root, s)
	var d Decision
	d.Outcome, d.Possible = l.possible()
	count := make([]int32, len(b.Rules))
	decides := make([]bool, len(b.Rules))
	var met []int
	for _, leaf := range l.leaves {
		v := &b.diagram.verdicts[leaf]
		for i, r := range v.rules {
			if count[r] == 0 {
				met = append(met, r)
			}
			count[r]++
			decides[r] = decides[r] || i < v.deciding
		}
	}
	d.Rules = make([]Applied, 0, len(met))
	for _, r := range met {
		d.Rules = append(d.Rules, b.applied(b.Rules[r], s, int(count[r]) == len(l.leaves), decides[r]))
	}
	slices.SortFunc(d.Rules, compareApplied)
	if l.facts != 0 {
		d.Missing, d.Refine = l.questions(root)
	}
	return d
}

// possible lists the outcomes met, and the one outcome if there is but one.
func (l *look) possible() (Outcome, []Outcome) {
	var has [outcomes]bool
	for _, leaf := range l.leaves {
		has[l.b.diagram.verdicts[leaf].outcome] = true
	}
	var out []Outcome
	for o := range outcomes {
		if has[o] {
			out = append(out, o)
		}
	}
	if len(out) == 1 {
		return out[0], out
	}
	return Undecided, out
}

// compareApplied puts rules that decide first, then the graver, then the
// certain, then those with a breach attached, then file order.
func compareApplied(x, y Applied) int {
	rank := func(a Applied) int {
		n := int(outcomes-a.Rule.Outcome) * 8
		if !a.Decides {
			n += 100
		}
		n += breachRank(a.Rule.Breach)
		return n
	}
	if d := rank(x) - rank(y); d != 0 {
		return d
	}
	if x.Certain != y.Certain {
		if x.Certain {
			return -1
		}
		return 1
	}
	return x.Rule.index - y.Rule.index
}

// breachRank orders charges of one outcome: what is enforced by a procedure
// before what is advice.
func breachRank(breach string) int {
	return slices.Index([]string{"crime", "discipline", "ethics", "administrative", "policy", "advice", ""}, breach)
}

// applied says on which facts a rule rests in this situation. Where what is
// known already makes it hold, it rests on that alone.
func (b *Book) applied(r *Rule, s Situation, certain, decides bool) Applied {
	a := Applied{Rule: r, Certain: certain, Decides: decides}
	holds := slices.ContainsFunc(r.ways, func(w way) bool { return w.off(s) == 0 })
	var need [MaxFacts]uint64
	facts, missing := uint64(0), ^uint64(0)
	for _, w := range r.ways {
		if w.against(s) || holds && w.off(s) > 0 {
			continue
		}
		way := Facts{}
		var asks uint64
		for _, t := range w {
			asks |= 1 << t.fact
			need[t.fact] |= t.mask
			if s[t.fact] == 0 {
				way[b.facts[t.fact].Name] = b.facts[t.fact].wordsOf(t.mask)
			}
		}
		missing &= asks // needed only where every open way asks for it
		facts |= asks
		if !certain && !holds {
			a.Ways = append(a.Ways, way)
		}
	}
	for ; facts != 0; facts &= facts - 1 {
		f := bits.TrailingZeros64(facts)
		fact := &b.facts[f]
		switch {
		case s[f] != 0:
			a.Because = append(a.Because, fact.Name)
		case !certain && missing>>f&1 != 0 && need[f] != allValues(*fact):
			if a.Needs == nil {
				a.Needs = Facts{}
			}
			a.Needs[fact.Name] = fact.wordsOf(need[f])
		}
	}
	return a
}

func (f *Fact) wordsOf(mask uint64) string {
	var out string
	for i, v := range f.Values {
		if mask&(1<<i) != 0 {
			if out != "" {
				out += "|"
			}
			out += v.Name
		}
	}
	return out
}
