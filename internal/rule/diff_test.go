package rule

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"netral/internal/day"
	"netral/internal/fault"
)

// drawEdition is the model with some things otherwise, or another altogether.
func drawEdition(t *rapid.T, m *model) *model {
	if rapid.IntRange(0, 3).Draw(t, "afresh") == 0 {
		return drawModel(t)
	}
	n := &model{facts: slices.Clone(m.facts), rules: slices.Clone(m.rules)}
	switch rapid.IntRange(0, 4).Draw(t, "what") {
	case 0: // a rule goes
		gone := rapid.SampledFrom(n.rules).Draw(t, "gone").id
		n.rules = slices.DeleteFunc(n.rules, func(r mRule) bool { return r.id == gone })
		for i := range n.rules {
			n.rules[i].overrides = slices.DeleteFunc(slices.Clone(n.rules[i].overrides), func(id string) bool { return id == gone })
		}
		if len(n.rules) == 0 {
			n.rules = append(n.rules, drawRule(t, n, "new"))
		}
	case 1: // a rule comes
		n.rules = append(n.rules, drawRule(t, n, "new"))
	case 2: // a rule says something else
		i := rapid.IntRange(0, len(n.rules)-1).Draw(t, "which")
		n.rules[i].outcome = Outcome(rapid.IntRange(int(Allowed), int(Outside)).Draw(t, "outcome"))
	case 3: // a value comes
		i := rapid.IntRange(0, len(n.facts)-1).Draw(t, "which")
		n.facts[i].values = append(slices.Clone(n.facts[i].values), "extra")
	case 4: // a fact comes, first
		n.facts = slices.Insert(n.facts, 0, mFact{name: "extra", values: []string{"v0", "v1"}, groups: map[string][]string{}, flip: true})
		n.rules = append(n.rules, drawRule(t, n, "new"))
	}
	return n
}

// unionModel holds the facts and values of both and no rules; only for
// listing situations.
func unionModel(m, n *model) *model {
	u := &model{}
	for _, f := range slices.Concat(m.facts, n.facts) {
		at := slices.IndexFunc(u.facts, func(g mFact) bool { return g.name == f.name })
		if at < 0 {
			u.facts = append(u.facts, mFact{name: f.name, values: slices.Clone(f.values)})
			continue
		}
		for _, v := range f.values {
			if !slices.Contains(u.facts[at].values, v) {
				u.facts[at].values = append(u.facts[at].values, v)
			}
		}
	}
	return u
}

// side is what the edition says of a situation of both, as text.
func (m *model) side(s mSituation, on day.Day) (known bool, outcome Outcome, deciding []string) {
	for _, f := range m.facts {
		if !slices.Contains(f.values, s[f.name]) {
			return false, Undecided, nil
		}
	}
	v := m.decide(s, on)
	slices.Sort(v.deciding)
	return true, v.outcome, v.deciding
}

// checkSmallest: where every fact can be assumed, no situation of the shift is
// nearer to what is assumed than the witness.
func checkSmallest(t *rapid.T, m, n *model, on day.Day, all []mSituation, sh Shift) {
	assume := mSituation{}
	for _, f := range slices.Concat(m.facts, n.facts) { // the new book's word wins
		assume[f.name] = f.assume
	}
	cost := func(s map[string]string) (c int) {
		for f, v := range s {
			if v != assume[f] {
				c++
			}
		}
		return c
	}
	for _, v := range assume {
		if v == "" {
			return
		}
	}
	for _, s := range all {
		k1, o1, r1 := m.side(s, on)
		k2, o2, r2 := n.side(s, on)
		if (k1 != k2 || k1 && (o1 != o2 || !slices.Equal(r1, r2))) && k1 == sh.Old.Known && k2 == sh.New.Known && o1 == sh.Old.Outcome && o2 == sh.New.Outcome && cost(s) < cost(sh.Witness) {
			t.Fatalf("%s: witness %v of %v to %v; %v is smaller", on, sh.Witness, sh.Old, sh.New, s)
		}
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		n := drawEdition(t, m)
		u := unionModel(m, n)
		all := u.completions(nil)
		if len(all) > 1200 {
			t.Skip("too many to visit one by one")
		}
		got, err := Diff(m.load(t), n.load(t))
		if err != nil {
			t.Fatal(err)
		}
		for on := firstDay - 1; on <= lastDay+2; on++ {
			counts, differing, known := map[string]uint64{}, uint64(0), uint64(0)
			for _, s := range all {
				k1, o1, r1 := m.side(s, on)
				k2, o2, r2 := n.side(s, on)
				if k1 || k2 {
					known++
				}
				if k1 != k2 || k1 && (o1 != o2 || !slices.Equal(r1, r2)) {
					differing++
					counts[fmt.Sprint(k1, o1, k2, o2)]++
				}
			}
			i := slices.IndexFunc(got.Eras, func(e EraDelta) bool {
				return (e.From == day.None || e.From <= on) && (e.Until == day.None || on < e.Until)
			})
			if (i >= 0) != (differing > 0) {
				t.Fatalf("%s: %d situations differ, told: %v", on, differing, i >= 0)
			}
			if i < 0 {
				continue
			}
			e := got.Eras[i]
			if e.Changed != differing || e.Situations != known || len(e.Shifts) != len(counts) {
				t.Fatalf("%s: %d of %d changed in %d ways, want %d of %d in %v", on, e.Changed, e.Situations, len(e.Shifts), differing, known, counts)
			}
			for _, sh := range e.Shifts {
				if want := counts[fmt.Sprint(sh.Old.Known, sh.Old.Outcome, sh.New.Known, sh.New.Outcome)]; want != sh.Situations {
					t.Fatalf("%s: %+v, want %d situations", on, sh, want)
				}
				for _, s := range u.completions(mSituation(sh.Witness)) {
					k1, o1, r1 := m.side(s, on)
					k2, o2, r2 := n.side(s, on)
					if k1 != sh.Old.Known || k2 != sh.New.Known || o1 != sh.Old.Outcome || o2 != sh.New.Outcome || !slices.Equal(r1, sh.Old.Rules) || !slices.Equal(r2, sh.New.Rules) {
						t.Fatalf("%s: witness %v of %+v: %v %v %v, %v %v %v in %v", on, sh.Witness, sh, k1, o1, r1, k2, o2, r2, s)
					}
				}
				checkSmallest(t, m, n, on, all, sh)
				for f := range sh.Witness {
					if !strings.Contains(sh.Words.ID, "F"+f+": ") || !strings.Contains(sh.Words.EN, "T"+f+": ") {
						t.Fatalf("words %q do not speak of %s", sh.Words, f)
					}
				}
			}
		}
		for i := 1; i < len(got.Eras); i++ {
			if got.Eras[i-1].Until > got.Eras[i].From || got.Eras[i-1].Until == day.None {
				t.Fatalf("eras overlap: %+v", got.Eras)
			}
		}
	})
}

func TestDiffOfOneself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		got, err := Diff(m.load(t), m.load(t))
		if err != nil || !got.Same() || got.Reworded() {
			t.Fatalf("%+v %v", got, err)
		}
	})
}

func TestDiffOfWriting(t *testing.T) {
	t.Parallel()
	m := &model{
		facts: []mFact{
			{name: "a", values: []string{"x", "y"}, flip: true},
			{name: "b", values: []string{"x", "y"}, flip: true},
		},
		rules: []mRule{
			{id: "one", outcome: Allowed, when: mCond{"a": {"x"}}, from: day.None, until: day.None},
			{id: "two", outcome: Prohibited, when: mCond{"a": {"y"}}, from: day.None, until: day.None},
			{id: "six", outcome: Allowed, isDefault: true, when: mCond{}, from: day.None, until: day.None},
		},
	}
	n := &model{
		facts: []mFact{
			{name: "a", values: []string{"x", "z"}, flip: true},
			{name: "c", values: []string{"x", "y"}, flip: true},
		},
		rules: []mRule{
			{id: "one", outcome: Caution, when: mCond{"a": {"x"}}, from: firstDay, until: day.None, overrides: []string{"six"}},
			{id: "ten", outcome: Prohibited, when: mCond{"a": {"z"}}, from: day.None, until: day.None},
			{id: "six", outcome: Allowed, isDefault: true, when: mCond{}, from: day.None, until: day.None},
		},
	}
	got, err := Diff(m.load(t), n.load(t))
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]any{
		"facts added":    {got.FactsAdded, []string{"c"}},
		"facts removed":  {got.FactsRemoved, []string{"b"}},
		"values added":   {got.ValuesAdded, []string{"a=z"}},
		"values removed": {got.ValuesRemoved, []string{"a=y"}},
		"rules added":    {got.RulesAdded, []string{"ten"}},
		"rules removed":  {got.RulesRemoved, []string{"two"}},
		"rules changed":  {got.RulesChanged, []RuleChange{{"one", []string{"outcome", "overrides", "from"}}}},
	} {
		if fmt.Sprint(pair[0]) != fmt.Sprint(pair[1]) {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
	if got.Same() || !got.Reworded() {
		t.Error("nothing changed?")
	}
	// Until the first day "one" is not in force in the new edition, and the
	// default answers; from then on it is a caution. On both sides of it y went
	// and z came.
	if len(got.Eras) != 2 || got.Eras[0].Until != firstDay || got.Eras[1].From != firstDay {
		t.Fatalf("eras %+v", got.Eras)
	}
	last := got.Eras[1]
	if last.Situations != 12 || last.Changed != 12 { // a=x,y,z × b × c
		t.Errorf("%d of %d changed, want all 12", last.Changed, last.Situations)
	}
	var said []string
	for _, s := range last.Shifts {
		said = append(said, fmt.Sprintf("%v %v %v %v %v %v %d %s", s.Old.Known, s.Old.Outcome, s.Old.Rules, s.New.Known, s.New.Outcome, s.New.Rules, s.Situations, s.Words.EN))
	}
	want := []string{
		"true allowed [one] true caution [one] 4 Ta: Vx",
		"true prohibited [two] false undecided [] 4 Ta: Vy",
		"false undecided [] true prohibited [ten] 4 Ta: Vz",
	}
	if !slices.Equal(said, want) {
		t.Errorf("shifts\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
}

func TestDiffTooLarge(t *testing.T) {
	t.Parallel()
	many := func(fact, prefix string, facts, values int) *model {
		m := &model{rules: []mRule{{id: "r", outcome: Allowed, when: mCond{}, from: day.None, until: day.None}}}
		for i := range facts {
			f := mFact{name: fmt.Sprint(fact, i), flip: true}
			for j := range values {
				f.values = append(f.values, fmt.Sprint(prefix, j))
			}
			m.facts = append(m.facts, f)
		}
		return m
	}
	for key, pair := range map[string][2]*model{
		"rule.diff_facts":  {many("a", "v", 40, 2), many("b", "v", 40, 2)},
		"rule.diff_values": {many("a", "v", 1, 40), many("a", "w", 1, 40)},
	} {
		_, err := Diff(pair[0].load(t), pair[1].load(t))
		if f := fault.Of(err); !errors.Is(err, fault.TooLarge) || f.Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	// A rule that is simple in one order of facts and entangled in the other.
	const n = 25
	paired, apart := &model{rules: []mRule{{id: "r", outcome: Allowed, when: mCond{}, from: day.None, until: day.None}}}, &model{rules: []mRule{{id: "r", outcome: Allowed, when: mCond{}, from: day.None, until: day.None}}}
	for i := range n {
		a := mFact{name: fmt.Sprint("a", i), values: []string{"x", "y"}}
		b := mFact{name: fmt.Sprint("b", i), values: []string{"x", "y"}}
		paired.facts = append(paired.facts, a, b)
		paired.rules[0].any = append(paired.rules[0].any, mCond{a.name: {"x"}, b.name: {"x"}})
		apart.facts = slices.Insert(apart.facts, i, a)
		apart.facts = append(apart.facts, b)
	}
	if _, err := Diff(paired.load(t), apart.load(t)); fault.Of(err).Key != "rule.diff_nodes" {
		t.Error(err)
	}
	if addCount(math.MaxUint64-1, 2) != math.MaxUint64 || addCount(math.MaxUint64-1, 1) != math.MaxUint64 || addCount(2, 3) != 5 {
		t.Error("counts go round")
	}
	// As many facts as there may be: more situations than a word can count.
	b := many("a", "v", MaxFacts, 3).load(t)
	r := b.Check(fstest.MapFS{}, ".", Timeline{})
	if !r.AtLeast || r.Situations != math.MaxUint64 || r.Outcomes[0].Situations != math.MaxUint64 {
		t.Errorf("counted %d, at least: %v", r.Situations, r.AtLeast)
	}
	m := many("a", "v", MaxFacts, 3)
	m.rules[0].outcome = Caution
	d, err := Diff(b, m.load(t))
	if err != nil || d.Eras[0].Changed != math.MaxUint64 || d.Eras[0].Situations != math.MaxUint64 {
		t.Errorf("%+v %v", d, err)
	}
}
