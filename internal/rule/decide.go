package rule

import (
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
// false when one is missing. It allocates nothing and is safe for concurrent
// use.
func (b *Book) Decide(s Situation, on day.Day) (v Verdict, ok bool) {
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
	Needs   Facts    // for an uncertain rule: the missing facts and the values under which it applies (several joined by "|")
}

// Answer decides with facts missing. The order of everything in it is fixed by
// the book and the situation.
func (b *Book) Answer(s Situation, on day.Day) Decision {
	root := b.roots[b.era(on)]
	seen := b.reach(root, s)
	var d Decision
	var has [outcomes]bool
	count := make(map[int]int)
	decides := make(map[int]bool)
	for _, leaf := range seen.leaves {
		v := &b.diagram.verdicts[leaf]
		has[v.outcome] = true
		for i, r := range v.rules {
			count[r]++
			decides[r] = decides[r] || i < v.deciding
		}
	}
	for o := Undecided; o < outcomes; o++ {
		if has[o] {
			d.Possible = append(d.Possible, o)
		}
	}
	if len(d.Possible) == 1 {
		d.Outcome = d.Possible[0]
	}
	for r := range count {
		d.Rules = append(d.Rules, b.applied(b.Rules[r], s, count[r] == len(seen.leaves), decides[r]))
	}
	slices.SortFunc(d.Rules, compareApplied)
	if len(seen.facts) > 0 {
		d.Missing, d.Refine = b.questions(root, s, seen)
	}
	return d
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

// applied says on which facts a rule rests in this situation.
func (b *Book) applied(r *Rule, s Situation, certain, decides bool) Applied {
	a := Applied{Rule: r, Certain: certain, Decides: decides}
	need := make([]uint64, len(b.facts))
	for _, cs := range b.ways(r, s) {
		masks := make(map[int]uint64, len(cs))
		for _, c := range cs {
			if m, ok := masks[c.fact]; ok {
				masks[c.fact] = m & c.mask
			} else {
				masks[c.fact] = c.mask
			}
		}
		for f, m := range masks {
			need[f] |= m
		}
	}
	for f, m := range need {
		switch {
		case m == 0:
		case s[f] != 0:
			a.Because = append(a.Because, b.facts[f].Name)
		case !certain && m != allValues(b.facts[f]):
			if a.Needs == nil {
				a.Needs = Facts{}
			}
			a.Needs[b.facts[f].Name] = b.facts[f].wordsOf(m)
		}
	}
	return a
}

// ways lists the conjunctions of a rule that nothing known speaks against.
func (b *Book) ways(r *Rule, s Situation) [][]Condition {
	alternatives := r.Any
	if len(alternatives) == 0 {
		alternatives = [][]Condition{nil}
	}
	var out [][]Condition
	for _, alt := range alternatives {
		all := slices.Concat(r.When, alt)
		if !slices.ContainsFunc(all, func(c Condition) bool { return s[c.fact] != 0 && c.mask&(1<<(s[c.fact]-1)) == 0 }) {
			out = append(out, all)
		}
	}
	return out
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
