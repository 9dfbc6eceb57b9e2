package screen_test

import (
	"fmt"
	"slices"
	"testing"

	"netral/internal/lex/screen"
)

func verdictsOf() []screen.Verdict {
	return []screen.Verdict{screen.Partisan, screen.Neutral, screen.Unclear}
}

// measured is how a set was read: how many of each label got each verdict.
type measured struct {
	table   map[[2]screen.Verdict]int // label, verdict
	stance  [2]int                    // right, of partisan texts found partisan
	targets [2]int                    // exactly right, of partisan texts found partisan
	misses  []string
}

func measure(t testing.TB, r *screen.Reader, xs []text) measured {
	t.Helper()
	m := measured{table: map[[2]screen.Verdict]int{}}
	for i, x := range xs {
		s, want := x.with(i)
		got := r.Read(s, x.on)
		m.table[[2]screen.Verdict{x.verdict, got.Verdict}]++
		if x.verdict == screen.Partisan && got.Verdict == screen.Partisan {
			m.stance[1]++
			if x.stance == got.Stance {
				m.stance[0]++
			}
			m.targets[1]++
			var ids []string
			for _, g := range got.Targets {
				ids = append(ids, g.ID)
			}
			slices.Sort(ids)
			slices.Sort(want)
			if slices.Equal(ids, want) {
				m.targets[0]++
			}
		}
		if x.verdict != got.Verdict {
			m.misses = append(m.misses, fmt.Sprintf("%d %s, is %s: %s", x.line, got.Verdict, x.verdict, s))
		}
	}
	return m
}

type set struct{ file string }

func sets() []set { return []set{{"dev.txt"}, {"heldout.txt"}, {"second.txt"}, {"fresh.txt"}} }

func TestQuality(t *testing.T) {
	w := shipped(t)
	for _, x := range sets() {
		set := x.file
		t.Run(set, func(t *testing.T) {
			m := measure(t, w.reader, corpus(t, set))
			for _, label := range verdictsOf() {
				t.Logf("%s %-9s", set, label)
				for _, v := range verdictsOf() {
					t.Logf("   %-9s %d", v, m.table[[2]screen.Verdict{label, v}])
				}
			}
			t.Logf("stance %v targets %v", m.stance, m.targets)
			if set == "dev.txt" || set == "second.txt" {
				for _, x := range m.misses {
					t.Log(x)
				}
			}
		})
	}
}
