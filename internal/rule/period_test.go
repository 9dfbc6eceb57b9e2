package rule

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"netral/internal/day"
)

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
