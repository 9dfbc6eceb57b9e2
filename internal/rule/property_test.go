package rule

import (
	"cmp"
	"fmt"
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

func drawTimeline(t *rapid.T, m *model) Timeline {
	var tl Timeline
	var derived []mFact
	for _, f := range m.facts {
		if f.derived {
			derived = append(derived, f)
		}
	}
	if len(derived) == 0 {
		return tl
	}
	pin := func() Facts {
		out := Facts{}
		for _, f := range derived {
			if rapid.Bool().Draw(t, "sets") {
				out[f.name] = rapid.SampledFrom(append(slices.Clone(f.values), "other")).Draw(t, "to")
			}
		}
		return out
	}
	for range rapid.IntRange(1, 3).Draw(t, "tracks") {
		tr := Track{When: Facts{}, Default: pin()}
		if f := m.facts[0]; rapid.Bool().Draw(t, "when") {
			tr.When[f.name] = rapid.SampledFrom(f.values).Draw(t, "is")
		}
		for range rapid.IntRange(0, 3).Draw(t, "spans") {
			sp := Span{From: day.None, Until: day.None, Set: pin()}
			if rapid.Bool().Draw(t, "begins") {
				sp.From = firstDay + day.Day(rapid.IntRange(0, 6).Draw(t, "from"))
			}
			if rapid.Bool().Draw(t, "ends") {
				sp.Until = firstDay + day.Day(rapid.IntRange(0, 7).Draw(t, "until"))
			}
			tr.Spans = append(tr.Spans, sp)
		}
		tl.Tracks = append(tl.Tracks, tr)
	}
	return tl
}

// derive is the model's reading of a timeline: what applies for sure, else what
// all tracks that may apply agree on.
func (m *model) derive(tl Timeline, known mSituation, on day.Day, fact string) string {
	sure := ""
	var maybe []string
	for _, tr := range tl.Tracks {
		may, must := true, true
		for f, v := range tr.When {
			w, ok := known[f]
			must = must && w == v
			may = may && (!ok || w == v)
		}
		if !may {
			continue
		}
		value := tr.Default[fact]
		for _, sp := range tr.Spans {
			if v, ok := sp.Set[fact]; ok && (sp.From == day.None || sp.From <= on) && (sp.Until == day.None || on < sp.Until) {
				value = v
			}
		}
		if !must {
			maybe = append(maybe, value)
		} else if value != "" {
			sure = value
		}
	}
	if sure == "" && len(maybe) > 0 && !slices.ContainsFunc(maybe, func(v string) bool { return v != maybe[0] }) {
		sure = maybe[0]
	}
	return sure
}

// complete is the model's reading of what is added to given facts.
func (m *model) complete(tl Timeline, given mSituation, on day.Day) (all mSituation, derived Facts) {
	all, derived = given, Facts{}
	for _, f := range m.facts {
		v := m.derive(tl, given, on, f.name)
		if _, ok := given[f.name]; !ok && slices.Contains(f.values, v) {
			all, derived[f.name] = all.with(f.name, v), v
		}
	}
	for _, f := range m.facts {
		_, ok := all[f.name]
		for other, values := range f.unless {
			ok = ok || slices.Contains(values, all[other])
		}
		if !ok && f.assume != "" {
			all = all.with(f.name, f.assume)
		}
	}
	return all, derived
}

func TestCompleteAndPeriods(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		if f := &m.facts[len(m.facts)-1]; len(m.facts) > 1 && !f.derived {
			f.derived, f.needs = true, []string{"f0"} // at least one, or there is little to see
		}
		b := m.load(t)
		tl, given := drawTimeline(t, m), drawKnown(t, m)
		if rapid.Bool().Draw(t, "open") { // mostly, what the timeline turns on is unknown
			for _, f := range m.facts {
				if f.derived || f.name == "f0" {
					delete(given, f.name)
				}
			}
		}
		got, err := b.Periods(Facts(given), tl, firstDay, lastDay)
		if err != nil {
			t.Fatal(err)
		}
		at, before := -1, ""
		for on := firstDay; on < lastDay; on++ {
			all, derived := m.complete(tl, given, on)
			facts, from := b.Complete(Facts(given), tl, on)
			if !maps.Equal(facts, Facts(all)) {
				t.Fatalf("%s: complete %v, want %v", on, facts, all)
			}
			numbers := situation(t, b, given)
			b.plan(tl, Facts(given)).derive(numbers, on)
			b.assume(numbers)
			if !slices.Equal(numbers, situation(t, b, all)) {
				t.Fatalf("%s: planned %v, want %v", on, b.named(numbers, ^uint64(0)), all)
			}
			for f := range facts {
				_, isGiven := given[f]
				_, isDerived := derived[f]
				if want := map[bool]string{true: Given}[isGiven] + map[bool]string{true: Derived}[isDerived] + map[bool]string{true: Assumed}[!isGiven && !isDerived]; from[f] != want {
					t.Fatalf("%s is %q, want %q", f, from[f], want)
				}
			}
			possible, rules := map[Outcome]bool{}, map[string]bool{}
			for _, s := range m.completions(all) {
				v := m.decide(s, on)
				possible[v.outcome] = true
				for _, id := range v.deciding {
					rules[id] = true
				}
			}
			p, r := slices.Sorted(maps.Keys(possible)), slices.Sorted(maps.Keys(rules))
			now := fmt.Sprint(p, r)
			if now != before {
				at++
				before = now
				if at >= len(got) || got[at].From != on || !maps.Equal(got[at].Stage, derived) {
					t.Fatalf("%s: no period begins with %s %v; have %+v", on, now, derived, got)
				}
			}
			var ids []string
			for _, r := range got[at].Rules {
				ids = append(ids, r.ID)
			}
			slices.Sort(ids)
			if o := got[at].Outcome; !slices.Equal(got[at].Possible, p) || !slices.Equal(ids, r) || len(p) == 1 && o != p[0] || len(p) > 1 && o != Undecided {
				t.Fatalf("%s: period %+v, want %s", on, got[at], now)
			}
		}
		if at != len(got)-1 {
			t.Fatalf("%d periods, want %d: %+v", len(got), at+1, got)
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		b := m.load(t)
		got := b.Check(m.files(), ".", Timeline{})
		all := m.completions(nil)

		// One day of each era.
		days := []day.Day{firstDay - 1}
		for on := firstDay; on <= lastDay+2; on++ {
			if slices.ContainsFunc(m.rules, func(r mRule) bool { return r.from == on || r.until == on }) {
				days = append(days, on)
			}
		}
		if got.Eras != len(days) || len(got.Periods) != len(days) || got.Situations != uint64(len(all)*len(days)) || got.AtLeast {
			t.Fatalf("%d eras %d situations, want %d and %d times that", got.Eras, got.Situations, len(days), len(all))
		}
		share := map[Outcome]uint64{}
		conflicts, gaps, alive := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, on := range days {
			for _, s := range all {
				v := m.decide(s, on)
				share[v.outcome]++
				if len(v.rules) == 0 {
					gaps[on.String()] = true
				}
				for _, id := range v.deciding {
					alive[id] = true
				}
				if m.disagree(v) {
					conflicts[strings.Join(v.rules, " ")] = true
				}
			}
		}
		for _, sh := range got.Outcomes {
			if share[sh.Outcome] != sh.Situations {
				t.Fatalf("%v in %d situations, want %d", sh.Outcome, sh.Situations, share[sh.Outcome])
			}
			delete(share, sh.Outcome)
		}
		if len(share) > 0 {
			t.Fatalf("outcomes not told: %v", share)
		}
		if len(got.Gaps) != len(gaps) || len(got.Conflicts) != len(conflicts) || len(got.Dead) != len(m.rules)-len(alive) {
			t.Fatalf("%d gaps %d conflicts %d dead; want %v %v and all but %v", len(got.Gaps), len(got.Conflicts), len(got.Dead), gaps, conflicts, alive)
		}
		for _, d := range got.Dead {
			if alive[d.Rules[0]] || d.File != "rules/all.yaml" || d.Line == 0 {
				t.Fatalf("dead: %+v", d)
			}
		}
		for _, f := range slices.Concat(got.Gaps, got.Conflicts) {
			on, _ := day.Parse(f.On)
			cost := func(s mSituation) int {
				n := 0
				for _, f := range m.facts {
					if f.assume != "" && s[f.name] != f.assume {
						n++
					}
				}
				return n
			}
			smallest := len(m.facts) + 1
			bare := slices.ContainsFunc(m.facts, func(f mFact) bool { return f.assume == "" })
			for _, s := range all {
				if slices.Equal(m.decide(s, on).rules, slices.Sorted(slices.Values(f.Rules))) {
					smallest = min(smallest, cost(s))
				}
			}
			for _, s := range m.completions(mSituation(f.Witness)) {
				if v := m.decide(s, on); !slices.Equal(v.rules, slices.Sorted(slices.Values(f.Rules))) {
					t.Fatalf("witness %v of %v: %v decide in %v", f.Witness, f.Rules, v.rules, s)
				}
			}
			n := 0
			for name, v := range f.Witness {
				if v != m.fact(name).assume {
					n++
				}
			}
			if !bare && n != smallest {
				t.Fatalf("witness %v is not the smallest: %d, there is one of %d", f.Witness, n, smallest)
			}
		}
	})
}

// disagree: an undefeated permission beside a restriction, or an answer beside
// "outside", or a condition beside a ban.
func (m *model) disagree(v mVerdict) bool {
	has := map[Outcome]bool{}
	for _, r := range m.rules {
		if slices.Contains(v.rules, r.id) {
			has[r.outcome] = true
		}
	}
	return len(has) > 1 && (has[Allowed] || has[Outside]) || has[Conditional] && has[Prohibited]
}

// TestSameAlways: order and content of everything are a function of the input.
func TestSameAlways(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		tl, known, on := drawTimeline(t, m), drawKnown(t, m), drawDay(t)
		once := func() string {
			b := m.load(t)
			s := situation(t, b, known)
			p, err := b.Periods(Facts(known), tl, firstDay, lastDay)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			for _, a := range b.Answer(s, on).Rules {
				fmt.Fprintln(&out, a.Rule.ID, a.Certain, a.Decides, a.Because, a.Needs)
			}
			for _, f := range b.Flips(s, on) {
				fmt.Fprintln(&out, f.Changes, f.Outcome, len(f.Rules))
			}
			for _, q := range p {
				fmt.Fprintln(&out, q.From, q.Outcome, len(q.Rules), q.Stage, q.Possible)
			}
			fmt.Fprintln(&out, b.Check(m.files(), ".", tl), b.SHA256)
			d := b.Answer(s, on)
			fmt.Fprintln(&out, d.Outcome, d.Possible, d.Missing, d.Refine)
			return out.String()
		}
		if first, second := once(), once(); first != second {
			t.Fatalf("twice:\n%s\n%s", first, second)
		}
	})
}
