package rule

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"netral/internal/day"
)

func TestAnswer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkAnswers(t, drawModel(t)) })
}

func TestAnswerWide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkAnswers(t, drawWide(t)) })
}

func checkAnswers(t *rapid.T, m *model) {
	b := m.load(t)
	for range 4 {
		known, on := drawKnown(t, m), drawDay(t)
		got := b.Answer(situation(t, b, known), on)
		all := m.completions(known)

		possible := map[Outcome]bool{}
		in, decides := map[string]int{}, map[string]bool{}
		for _, s := range all {
			v := m.decide(s, on)
			possible[v.outcome] = true
			for _, id := range v.rules {
				in[id]++
			}
			for _, id := range v.deciding {
				decides[id] = true
			}
		}
		want := slices.Sorted(maps.Keys(possible))
		if !slices.Equal(got.Possible, want) {
			t.Fatalf("possible %v, want %v", got.Possible, want)
		}
		if o := got.Outcome; len(want) == 1 && o != want[0] || len(want) > 1 && o != Undecided {
			t.Fatalf("outcome %v of %v", o, want)
		}
		if len(got.Rules) != len(in) {
			t.Fatalf("%d rules, want %v", len(got.Rules), in)
		}
		for i, a := range got.Rules {
			id := a.Rule.ID
			if a.Certain != (in[id] == len(all)) || a.Decides != decides[id] || in[id] == 0 {
				t.Fatalf("rule %s certain %v decides %v; stands in %d of %d, decides %v", id, a.Certain, a.Decides, in[id], len(all), decides[id])
			}
			if i > 0 {
				before := got.Rules[i-1]
				if cmp.Or(-compareBool(before.Decides, a.Decides), cmp.Compare(a.Rule.Outcome, before.Rule.Outcome),
					-compareBool(before.Certain, a.Certain), cmp.Compare(before.Rule.Line, a.Rule.Line)) >= 0 {
					t.Fatalf("rule %s comes after %s", id, before.Rule.ID)
				}
			}
			checkNeeds(t, m, a, known, all, on)
		}
		checkMissing(t, m, got, known, all, on)
	}
}

// because lists the known facts that a rule asks about in the ways it holds
// already or, where it does not, in those that nothing known speaks against.
func (m *model) because(r mRule, known mSituation) (out []string) {
	ways := r.any
	if len(ways) == 0 {
		ways = []mCond{{}}
	}
	open, full := map[string]bool{}, map[string]bool{}
	holds := false
	for _, alt := range ways {
		possible, complete := true, true
		for _, c := range []mCond{r.when, alt} {
			for f, words := range c {
				v, ok := known[f]
				possible = possible && (!ok || m.fact(f).has(v, words))
				complete = complete && ok
			}
		}
		holds = holds || possible && complete
		for _, c := range []mCond{r.when, alt} {
			for f := range c {
				open[f] = open[f] || possible
				full[f] = full[f] || possible && complete
			}
		}
	}
	for _, f := range m.facts {
		if _, ok := known[f.name]; ok && (holds && full[f.name] || !holds && open[f.name]) {
			out = append(out, f.name)
		}
	}
	return out
}

// compareBool puts false before true.
func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

// checkNeeds: a rule applies only where its Needs are met, and rests only on
// known facts that it asks about.
func checkNeeds(t *rapid.T, m *model, a Applied, known mSituation, all []mSituation, on day.Day) {
	id := a.Rule.ID
	r := m.rules[slices.IndexFunc(m.rules, func(r mRule) bool { return r.id == id })]
	if want := m.because(r, known); !slices.Equal(a.Because, want) {
		t.Fatalf("rule %s rests on %v, want %v", id, a.Because, want)
	}
	if a.Certain && len(a.Needs) > 0 {
		t.Fatalf("certain rule %s needs %v", id, a.Needs)
	}
	fits := func(s mSituation, way Facts) bool {
		for f, values := range way {
			if !slices.Contains(strings.Split(values, "|"), s[f]) {
				return false
			}
		}
		return true
	}
	for _, s := range all {
		if len(a.Ways) > 0 && slices.Contains(m.decide(s, on).rules, id) && !slices.ContainsFunc(a.Ways, func(w Facts) bool { return fits(s, w) }) {
			t.Fatalf("rule %s applies in %v, by none of %v", id, s, a.Ways)
		}
	}
	for f, values := range a.Needs {
		if _, ok := known[f]; ok {
			t.Fatalf("rule %s needs %s, which is known", id, f)
		}
		for _, s := range all {
			if slices.Contains(m.decide(s, on).rules, id) && !slices.Contains(strings.Split(values, "|"), s[f]) {
				t.Fatalf("rule %s needs %s=%s and applies in %v", id, f, values, s)
			}
		}
	}
}

// checkMissing: exactly the facts on which the outcome depends are missing,
// the most decisive first; those on which only the rules depend refine.
func checkMissing(t *rapid.T, m *model, got Decision, known mSituation, all []mSituation, on day.Day) {
	var missing, refine []string
	left := map[string]float64{}
	for _, f := range m.facts {
		if _, ok := known[f.name]; ok {
			continue
		}
		moves, changes := false, false
		for _, s := range all {
			v := m.decide(s, on)
			for _, w := range f.values {
				o := m.decide(s.with(f.name, w), on)
				moves = moves || o.outcome != v.outcome
				changes = changes || !slices.Equal(o.rules, v.rules)
			}
		}
		for _, w := range f.values {
			left[f.name] += m.entropy(m.completions(known.with(f.name, w)), on) / float64(len(f.values))
		}
		switch {
		case moves:
			missing = append(missing, f.name)
		case changes:
			refine = append(refine, f.name)
		}
	}
	less := func(x, y string) int {
		if d := left[x] - left[y]; d < -1e-6 || d > 1e-6 {
			return cmp.Compare(left[x], left[y])
		}
		return cmp.Compare(x, y)
	}
	slices.SortFunc(missing, less)
	slices.SortFunc(refine, less)
	asked := map[string]bool{}
	missing, refine = m.ask(missing, known, asked), m.ask(refine, known, asked)
	if !slices.Equal(got.Missing, missing) || !slices.Equal(got.Refine, refine) {
		t.Fatalf("missing %v refine %v, want %v (%v) and %v", got.Missing, got.Refine, missing, left, refine)
	}
}

// ask names each fact once, and for a derived one what it follows from, if that
// is unknown.
func (m *model) ask(facts []string, known mSituation, asked map[string]bool) (out []string) {
	for _, f := range facts {
		names := []string{f}
		if m.fact(f).derived {
			names = m.fact(f).needs
		}
		for _, n := range names {
			if _, ok := known[n]; !ok && !asked[n] {
				asked[n] = true
				out = append(out, n)
			}
		}
	}
	return out
}
