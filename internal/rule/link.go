package rule

import (
	"fmt"
	"slices"
	"strings"
)

// link resolves every name in the rules: facts, values, lists, sanctions,
// citations, sources, overridden rules.
func (b *Book) link(problems *Problems) {
	sanctions, lists, sources := map[string]bool{}, keys(b.Lists), keys(b.Sources)
	for _, s := range b.Sanctions {
		sanctions[s.Code] = true
	}
	clauses := 0
	for _, r := range b.Rules {
		bad := func(format string, args ...any) {
			*problems = append(*problems, Problem{r.File, r.Line, "rule " + r.ID + ": " + fmt.Sprintf(format, args...)})
		}
		if !lists[r.List] {
			bad("unknown list %q; possible: %s", clip(r.List), names(b.Lists))
		}
		for _, c := range r.Sanction {
			if !sanctions[c] {
				bad("unknown sanction %q", clip(c))
			}
		}
		for _, c := range r.Cites {
			if _, ok := b.itemAt[c]; !ok {
				bad("cites %q, which is not in the register", clip(c))
			}
		}
		for _, c := range r.Sources {
			if !sources[c] {
				bad("unknown source %q", clip(c))
			}
		}
		for _, o := range r.Overrides {
			i, ok := b.ruleAt[o]
			if !ok || i == r.index {
				bad("overrides %q, which is not another rule", clip(o))
				continue
			}
			if r.Default && !b.Rules[i].Default {
				bad("is a default and cannot override %q, which is not", o)
			}
			r.defeats = append(r.defeats, i)
		}
		b.linkConditions(r.When, bad)
		for _, alt := range r.Any {
			b.linkConditions(alt, bad)
		}
		r.findWays(bad)
		clauses += len(r.ways)
	}
	if clauses > maxClauses {
		*problems = append(*problems, Problem{"rules", 0, fmt.Sprintf("the rules have %d alternatives together; at most %d are compiled", clauses, maxClauses)})
	}
	if len(*problems) == 0 {
		b.sortByOverride(problems)
	}
}

func keys(all []Labelled) map[string]bool {
	m := map[string]bool{}
	for _, l := range all {
		m[l.Key] = true
	}
	return m
}

func names(all []Labelled) string {
	out := make([]string, len(all))
	for i, l := range all {
		out[i] = l.Key
	}
	return strings.Join(out, ", ")
}

func (b *Book) linkConditions(cs []Condition, bad func(string, ...any)) {
	for i := range cs {
		c := &cs[i]
		at, ok := b.factAt[c.Fact]
		if !ok {
			bad("unknown fact %q; possible: %s", clip(c.Fact), b.PossibleFacts())
			continue
		}
		c.fact = at
		for _, w := range c.Words {
			m := b.facts[at].mask(w)
			if m == 0 {
				bad("fact %s has no value or group %q; possible: %s", c.Fact, clip(w), b.PossibleValues(c.Fact))
			}
			c.mask |= m
		}
	}
}

// findWays makes the conjunctions by which the rule can hold: its conditions
// with each of its alternatives, one test a fact.
func (r *Rule) findWays(bad func(string, ...any)) {
	alternatives := r.Any
	if len(alternatives) == 0 {
		alternatives = [][]Condition{nil}
	}
	for i, alt := range alternatives {
		var w way
		for _, c := range slices.Concat(r.When, alt) {
			if at := slices.IndexFunc(w, func(t test) bool { return t.fact == c.fact }); at >= 0 {
				if w[at].mask&c.mask == 0 && w[at].mask != 0 && c.mask != 0 {
					bad("alternative %d can never hold: it asks fact %s for two values at once", i+1, c.Fact)
				}
				w[at].mask &= c.mask
				continue
			}
			w = append(w, test{c.fact, c.mask})
		}
		slices.SortFunc(w, func(x, y test) int { return x.fact - y.fact })
		r.ways = append(r.ways, w)
	}
}

// sortByOverride orders rules so that every rule comes before those it
// overrides; a circle of exceptions has no meaning and is refused.
func (b *Book) sortByOverride(problems *Problems) {
	const white, grey, black = 0, 1, 2
	colour := make([]byte, len(b.Rules))
	var order []int
	var visit func(i int) bool
	visit = func(i int) bool {
		switch colour[i] {
		case black:
			return true
		case grey:
			return false
		}
		colour[i] = grey
		for _, j := range b.Rules[i].defeats {
			if !visit(j) {
				return false
			}
		}
		colour[i] = black
		order = append(order, i)
		return true
	}
	for i, r := range b.Rules {
		if !visit(i) {
			*problems = append(*problems, Problem{r.File, r.Line, "rule " + r.ID + ": its exceptions go round in a circle"})
			return
		}
	}
	slices.Reverse(order)
	b.order = order
}
