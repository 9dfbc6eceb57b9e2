package rule

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"netral/internal/day"
)

// The model is a second, slow and obvious reading of a book: plain maps, every
// situation visited one by one. It shares no code with the package.

type mFact struct {
	name, assume string
	values       []string
	groups       map[string][]string // value → groups
	unless       map[string][]string
	derived      bool
	needs        []string
	flip         bool
}

type mCond map[string][]string

type mRule struct {
	id          string
	outcome     Outcome
	when        mCond
	any         []mCond
	isDefault   bool
	overrides   []string
	from, until day.Day
}

type model struct {
	facts []mFact
	rules []mRule
}

type mSituation map[string]string

func (f mFact) has(value string, words []string) bool {
	for _, w := range words {
		if w == value || slices.Contains(f.groups[value], w) {
			return true
		}
	}
	return false
}

func (m *model) fact(name string) mFact {
	for _, f := range m.facts {
		if f.name == name {
			return f
		}
	}
	panic("no fact " + name)
}

// ids lists the rules in file order.
func (m *model) ids() (out []string) {
	for _, r := range m.rules {
		out = append(out, r.id)
	}
	return out
}

func (m *model) match(c mCond, s mSituation) bool {
	for f, words := range c {
		if !m.fact(f).has(s[f], words) {
			return false
		}
	}
	return true
}

func (m *model) holds(r mRule, s mSituation, on day.Day) bool {
	if r.from != day.None && on < r.from || r.until != day.None && on >= r.until || !m.match(r.when, s) {
		return false
	}
	for _, alt := range r.any {
		if m.match(alt, s) {
			return true
		}
	}
	return len(r.any) == 0
}

// stands reports that the rule holds and no rule that itself stands defeats it.
func (m *model) stands(r mRule, s mSituation, on day.Day) bool {
	if !m.holds(r, s, on) {
		return false
	}
	for _, o := range m.rules {
		if slices.Contains(o.overrides, r.id) && m.stands(o, s, on) {
			return false
		}
		if r.isDefault && !o.isDefault && m.stands(o, s, on) {
			return false
		}
	}
	return true
}

type mVerdict struct {
	outcome  Outcome
	rules    []string // standing, in file order
	deciding []string
}

func (m *model) decide(s mSituation, on day.Day) mVerdict {
	var v mVerdict
	for _, r := range m.rules {
		if m.stands(r, s, on) {
			v.rules = append(v.rules, r.id)
			if r.outcome > v.outcome {
				v.outcome, v.deciding = r.outcome, nil
			}
			if r.outcome == v.outcome {
				v.deciding = append(v.deciding, r.id)
			}
		}
	}
	return v
}

// completions lists every complete situation that agrees with what is known.
func (m *model) completions(known mSituation) []mSituation {
	all := []mSituation{{}}
	for _, f := range m.facts {
		values := f.values
		if v, ok := known[f.name]; ok {
			values = []string{v}
		}
		var next []mSituation
		for _, s := range all {
			for _, v := range values {
				t := mSituation{f.name: v}
				for k, w := range s {
					t[k] = w
				}
				next = append(next, t)
			}
		}
		all = next
	}
	return all
}

func (s mSituation) with(fact, value string) mSituation {
	t := mSituation{}
	for k, v := range s {
		t[k] = v
	}
	t[fact] = value
	return t
}

// files writes the model as the files of a book.
func (m *model) files() fstest.MapFS {
	var voc, rules strings.Builder
	voc.WriteString("facts:\n")
	for _, f := range m.facts {
		fmt.Fprintf(&voc, "  - name: %s\n    title: {id: F%s, en: T%s}\n", f.name, f.name, f.name)
		if f.derived {
			fmt.Fprintf(&voc, "    derived: true\n    needs: [%s]\n", strings.Join(f.needs, ", "))
		} else {
			voc.WriteString("    ask: {id: \"?\", en: \"?\"}\n")
		}
		fmt.Fprintf(&voc, "    flip: %v\n", f.flip)
		if f.assume != "" {
			fmt.Fprintf(&voc, "    assume: %s\n", f.assume)
		}
		if len(f.unless) > 0 {
			fmt.Fprintf(&voc, "    unless: %s\n", mCond(f.unless).yaml())
		}
		voc.WriteString("    values:\n")
		for _, v := range f.values {
			fmt.Fprintf(&voc, "      - {name: %s, groups: [%s], title: {id: N%s, en: V%s}}\n", v, strings.Join(f.groups[v], ", "), v, v)
		}
	}
	rules.WriteString("rules:\n")
	for _, r := range m.rules {
		fmt.Fprintf(&rules, "  - id: %s\n    list: l\n    title: {id: t, en: t}\n    text: {id: t, en: t}\n    cites: [i]\n    confidence: H\n", r.id)
		fmt.Fprintf(&rules, "    conditions: [{id: c, en: c}]\n    ask: {id: a, en: a}\n    outcome: %s\n    default: %v\n    overrides: [%s]\n", r.outcome, r.isDefault, strings.Join(r.overrides, ", "))
		fmt.Fprintf(&rules, "    when: %s\n", r.when.yaml())
		if r.from != day.None {
			fmt.Fprintf(&rules, "    from: %s\n", r.from)
		}
		if r.until != day.None {
			fmt.Fprintf(&rules, "    until: %s\n", r.until)
		}
		if len(r.any) > 0 {
			rules.WriteString("    any:\n")
			for _, a := range r.any {
				fmt.Fprintf(&rules, "      - %s\n", a.yaml())
			}
		}
	}
	return fstest.MapFS{
		"vocabulary.yaml": {Data: []byte(voc.String())},
		"book.yaml":       {Data: []byte(emptyBook)},
		"rules/all.yaml":  {Data: []byte(rules.String())},
	}
}

const emptyBook = `
id: small
edition: "1"
title: {id: b, en: b}
instruments: [{id: law, title: {id: u, en: a}}]
register: [{id: i, instrument: law, provision: {id: p, en: p}, confidence: H}]
lists: {l: {id: l, en: l}}
`

func (c mCond) yaml() string {
	var parts []string
	for f, words := range c {
		parts = append(parts, fmt.Sprintf("%s: [%s]", f, strings.Join(words, ", ")))
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}

func (m *model) load(t interface{ Fatalf(string, ...any) }) *Book {
	b, err := Load(m.files(), ".")
	if err != nil {
		t.Fatalf("load: %v\n%s", err, m.files()["rules/all.yaml"].Data)
	}
	return b
}

// drawKnown is a situation with some facts missing.
func drawKnown(t *rapid.T, m *model) mSituation {
	s := mSituation{}
	for _, f := range m.facts {
		if rapid.IntRange(0, 2).Draw(t, "known") > 0 {
			s[f.name] = rapid.SampledFrom(f.values).Draw(t, f.name)
		}
	}
	return s
}

func situation(t interface{ Fatalf(string, ...any) }, b *Book, s mSituation) Situation {
	out, err := b.Situation(Facts(s))
	if err != nil {
		t.Fatalf("situation: %v", err)
	}
	return out
}

func idsOf(b *Book, rules []int) []string {
	var out []string
	for _, r := range rules {
		out = append(out, b.Rules[r].ID)
	}
	slices.Sort(out)
	return out
}

// entropy of the outcomes of some completions, equally likely.
func (m *model) entropy(all []mSituation, on day.Day) float64 {
	n := map[Outcome]int{}
	for _, s := range all {
		n[m.decide(s, on).outcome]++
	}
	var h float64
	for o := range outcomes {
		if n[o] > 0 {
			p := float64(n[o]) / float64(len(all))
			h -= p * math.Log2(p)
		}
	}
	return h
}

func TestDecide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		b := m.load(t)
		for on := firstDay - 1; on <= lastDay; on++ {
			for _, s := range m.completions(nil) {
				v, ok := b.Decide(situation(t, b, s), on)
				want := m.decide(s, on)
				if !ok || v.Outcome != want.outcome || !slices.Equal(idsOf(b, v.Rules), want.rules) || !slices.Equal(idsOf(b, v.Rules[:v.Deciding]), want.deciding) {
					t.Fatalf("%s %v: %v %v deciding %d, %v; want %+v", on, s, v.Outcome, idsOf(b, v.Rules), v.Deciding, ok, want)
				}
			}
		}
	})
}
