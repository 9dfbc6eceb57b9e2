package rule

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"netral/internal/day"
)

func TestFlips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkFlips(t, drawModel(t)) })
}

// TestFlipsOfPairs draws books in which one change is seldom enough: several
// grounds for a ban, each on facts of its own.
func TestFlipsOfPairs(t *testing.T) {
	t.Parallel()
	pairs := 0
	rapid.Check(t, func(t *rapid.T) {
		m := &model{rules: []mRule{{id: "else", outcome: Allowed, isDefault: true, when: mCond{}, from: day.None, until: day.None}}}
		for i := range 4 {
			f := mFact{name: fmt.Sprintf("f%d", i), values: []string{"v0", "v1", "v2"}, flip: rapid.IntRange(0, 4).Draw(t, "flip") > 0}
			m.facts = append(m.facts, f)
			m.rules = append(m.rules, mRule{id: fmt.Sprintf("r%d", i), from: day.None, until: day.None,
				outcome: rapid.SampledFrom([]Outcome{Prohibited, Prohibited, Caution}).Draw(t, "outcome"),
				when:    mCond{f.name: rapid.SliceOfNDistinct(rapid.SampledFrom(f.values), 1, 2, func(s string) string { return s }).Draw(t, "words")}})
		}
		for range 2 {
			r := drawRule(t, m, fmt.Sprintf("r%d", len(m.rules)))
			r.outcome, r.isDefault = Prohibited, false
			m.rules = append(m.rules, r)
		}
		pairs += checkFlips(t, m)
	})
	if pairs == 0 {
		t.Error("no flip took two changes: the books are too simple to tell anything")
	}
}

// checkFlips compares with every change of one fact, then of two; it gives the
// number of flips that took two.
func checkFlips(t *rapid.T, m *model) (pairs int) {
	b := m.load(t)
	known, on := drawKnown(t, m), drawDay(t)
	got := b.Flips(situation(t, b, known), on)
	settled := func(s mSituation) Outcome {
		o := outcomes
		for _, c := range m.completions(s) {
			switch v := m.decide(c, on).outcome; {
			case o == outcomes:
				o = v
			case o != v:
				return Undecided
			}
		}
		return o
	}
	now := settled(known)
	var want []string
	if now != Undecided {
		var changes [][2]string
		for _, f := range m.facts {
			for _, v := range f.values {
				if w, ok := known[f.name]; ok && f.flip && !f.derived && v != w {
					changes = append(changes, [2]string{f.name, v})
				}
			}
		}
		note := func(s mSituation, names ...string) {
			if o := settled(s); o != now && o != Undecided {
				want = append(want, fmt.Sprintf("%d %s", o, strings.Join(names, " ")))
			}
		}
		for _, c := range changes {
			note(known.with(c[0], c[1]), c[0]+"="+c[1])
		}
		if len(want) == 0 {
			for i, c := range changes {
				for _, e := range changes[i+1:] {
					if c[0] != e[0] {
						note(known.with(c[0], c[1]).with(e[0], e[1]), c[0]+"="+c[1], e[0]+"="+e[1])
					}
				}
			}
		}
	}
	slices.Sort(want)
	want = want[:min(len(want), maxFlips)]
	var have []string
	for _, f := range got {
		s, names := known, []string{}
		for _, c := range f.Changes {
			if c.From != known[c.Fact] {
				t.Fatalf("flip from %s=%s, which is %s", c.Fact, c.From, known[c.Fact])
			}
			s = s.with(c.Fact, c.To)
			names = append(names, c.Fact+"="+c.To)
		}
		if len(f.Changes) == 2 {
			pairs++
		}
		have = append(have, fmt.Sprintf("%d %s", f.Outcome, strings.Join(names, " ")))
		rules := map[string]bool{}
		for _, c := range m.completions(s) {
			for _, id := range m.decide(c, on).deciding {
				rules[id] = true
			}
		}
		var ids []string
		for _, r := range f.Rules {
			ids = append(ids, r.ID)
		}
		if want := slices.DeleteFunc(m.ids(), func(id string) bool { return !rules[id] }); !slices.Equal(ids, want) {
			t.Fatalf("flip %v: rules %v, want %v", f.Changes, ids, want)
		}
	}
	if !slices.Equal(have, want) {
		t.Fatalf("flips %q, want %q", have, want)
	}
	return pairs
}
