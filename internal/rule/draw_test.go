package rule

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"netral/internal/day"
)

var (
	firstDay = day.Of(2024, 1, 1)
	lastDay  = day.Of(2024, 1, 8)
)

func drawModel(t *rapid.T) *model {
	m := &model{}
	for i := range rapid.IntRange(1, 4).Draw(t, "facts") {
		f := mFact{name: fmt.Sprintf("f%d", i), groups: map[string][]string{}, unless: map[string][]string{}, flip: rapid.Bool().Draw(t, "flip")}
		for j := range rapid.IntRange(2, 4).Draw(t, "values") {
			v := fmt.Sprintf("v%d", j)
			f.values = append(f.values, v)
			if rapid.Bool().Draw(t, "grouped") {
				f.groups[v] = []string{rapid.SampledFrom([]string{"g", "h"}).Draw(t, "group")}
			}
		}
		if rapid.Bool().Draw(t, "assumes") {
			f.assume = rapid.SampledFrom(f.values).Draw(t, "assume")
			if i > 0 && rapid.Bool().Draw(t, "unless") {
				o := m.facts[rapid.IntRange(0, i-1).Draw(t, "of")]
				f.unless[o.name] = []string{rapid.SampledFrom(o.values).Draw(t, "is")}
			}
		}
		if i > 0 && rapid.IntRange(0, 3).Draw(t, "derived") == 0 {
			f.derived, f.needs = true, []string{"f0"}
		}
		m.facts = append(m.facts, f)
	}
	n := rapid.IntRange(1, 7).Draw(t, "rules")
	for i := range n {
		m.rules = append(m.rules, drawRule(t, m, fmt.Sprintf("r%d", i)))
	}
	// Exceptions go in either direction of file order, never in a circle.
	order := rapid.Permutation(m.rules).Draw(t, "order")
	for i := range m.rules {
		r := &m.rules[i]
		at := slices.IndexFunc(order, func(o mRule) bool { return o.id == r.id })
		for _, o := range order[:at] {
			if (o.isDefault || !r.isDefault) && rapid.IntRange(0, 2).Draw(t, "overrides") == 0 {
				r.overrides = append(r.overrides, o.id)
			}
		}
	}
	return m
}

// drawWide is a book of many facts with two values and few outcomes, so that
// different rules often come to the same answer.
func drawWide(t *rapid.T) *model {
	m := &model{}
	for i := range 6 {
		m.facts = append(m.facts, mFact{name: fmt.Sprintf("f%d", i), values: []string{"v0", "v1", "v2"}[:2+i%5/4], flip: true})
	}
	for i := range rapid.IntRange(3, 8).Draw(t, "rules") {
		r := drawRule(t, m, fmt.Sprintf("r%d", i))
		r.outcome = rapid.SampledFrom([]Outcome{Allowed, Prohibited}).Draw(t, "outcome")
		m.rules = append(m.rules, r)
	}
	return m
}

func drawRule(t *rapid.T, m *model, id string) mRule {
	r := mRule{id: id, from: day.None, until: day.None,
		outcome:   Outcome(rapid.IntRange(int(Allowed), int(Outside)).Draw(t, "outcome")),
		isDefault: rapid.IntRange(0, 3).Draw(t, "default") == 0}
	facts := rapid.Permutation(m.facts).Draw(t, "order")
	split := rapid.IntRange(0, len(facts)).Draw(t, "split")
	r.when = drawCond(t, facts[:split])
	for range rapid.IntRange(0, 2).Draw(t, "any") {
		alt := drawCond(t, facts[max(split-1, 0):]) // may ask a fact of when again
		for f, words := range alt {
			fact := m.fact(f)
			if r.when[f] != nil && !slices.ContainsFunc(fact.values, func(v string) bool { return fact.has(v, words) && fact.has(v, r.when[f]) }) {
				delete(alt, f)
			}
		}
		r.any = append(r.any, alt)
	}
	if rapid.Bool().Draw(t, "begins") {
		r.from = firstDay + day.Day(rapid.IntRange(0, 5).Draw(t, "from"))
	}
	if rapid.Bool().Draw(t, "ends") {
		r.until = max(r.from, firstDay) + day.Day(rapid.IntRange(1, 3).Draw(t, "until"))
	}
	return r
}

func drawCond(t *rapid.T, facts []mFact) mCond {
	c := mCond{}
	for _, f := range facts {
		if rapid.Bool().Draw(t, "cares") {
			words := slices.Clone(f.values)
			for _, gs := range f.groups {
				words = append(words, gs...)
			}
			slices.Sort(words)
			c[f.name] = rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Compact(words)), 1, 2, func(s string) string { return s }).Draw(t, "words")
		}
	}
	return c
}

func drawDay(t *rapid.T) day.Day {
	return firstDay + day.Day(rapid.IntRange(-1, int(lastDay-firstDay)).Draw(t, "on"))
}
