package rule

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"netral/internal/day"
)

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
