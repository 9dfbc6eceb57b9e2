package screen_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"netral/internal/lex/screen"
	"netral/internal/proportion"
)

func verdictsOf() []screen.Verdict {
	return []screen.Verdict{screen.Partisan, screen.Neutral, screen.Unclear}
}

// set is a part of the corpus. What was not tuned on is never shown text by
// text, so that nobody tunes on it.
type set struct {
	file, name string
	tuned      bool
}

func sets() []set {
	return []set{
		{"fresh.txt", "fresh", false},
		{"heldout.txt", "held out", false},
		{"dev.txt", "tuned on", true},
		{"second.txt", "tuned on, second", true},
	}
}

// measured is how a set was read: how many of each label got each verdict.
type measured struct {
	table   map[[2]screen.Verdict]int // label, verdict
	stance  share                     // right, of partisan texts found partisan
	targets share                     // exactly right, of the same
	misses  []string
}

type share struct{ ok, of int }

func (s *share) add(ok bool) {
	s.of++
	if ok {
		s.ok++
	}
}

// String is the share with its exact interval of 95 %.
func (s share) String() string {
	in := proportion.Exact(s.ok, s.of)
	if s.of == 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d, %.1f %% (%.1f–%.1f)", s.ok, s.of, 100*float64(s.ok)/float64(s.of), 100*in.Low, 100*in.High)
}

func measure(t testing.TB, r *screen.Reader, xs []text) measured {
	t.Helper()
	m := measured{table: map[[2]screen.Verdict]int{}}
	for i, x := range xs {
		s, want := x.with(i)
		got := r.Read(s, x.on)
		m.table[[2]screen.Verdict{x.verdict, got.Verdict}]++
		if x.verdict == screen.Partisan && got.Verdict == screen.Partisan {
			m.stance.add(x.stance == got.Stance)
			var ids []string
			for _, g := range got.Targets {
				ids = append(ids, g.ID)
			}
			slices.Sort(ids)
			slices.Sort(want)
			m.targets.add(slices.Equal(ids, want))
		}
		if x.verdict != got.Verdict {
			m.misses = append(m.misses, fmt.Sprintf("%d %s, is %s: %s", x.line, got.Verdict, x.verdict, s))
		}
	}
	return m
}

// precision is how many of those given a verdict have it; recall how many of
// those that have it were given it.
func (m measured) precision(v screen.Verdict) (s share) {
	for _, label := range verdictsOf() {
		s.of += m.table[[2]screen.Verdict{label, v}]
	}
	s.ok = m.table[[2]screen.Verdict{v, v}]
	return s
}

func (m measured) recall(v screen.Verdict) (s share) {
	for _, got := range verdictsOf() {
		s.of += m.table[[2]screen.Verdict{v, got}]
	}
	s.ok = m.table[[2]screen.Verdict{v, v}]
	return s
}

// rows are the lines of docs/screening.md about a set.
func (m measured) rows(name string) []string {
	var out []string
	for _, v := range verdictsOf() {
		out = append(out, fmt.Sprintf("| %s | %s | %s | %s |", name, v, m.precision(v), m.recall(v)))
	}
	p := m.recall(screen.Partisan)
	missed := m.table[[2]screen.Verdict{screen.Partisan, screen.Neutral}]
	n := m.recall(screen.Neutral)
	accused := share{m.table[[2]screen.Verdict{screen.Neutral, screen.Partisan}], n.of}
	out = append(out,
		fmt.Sprintf("| %s | partisan texts passed over as neutral | %s |", name, share{missed, p.of}),
		fmt.Sprintf("| %s | neutral texts called partisan | %s |", name, accused),
		fmt.Sprintf("| %s | side for or against right | %s |", name, m.stance),
		fmt.Sprintf("| %s | all targets right and no other | %s |", name, m.targets),
	)
	for _, label := range verdictsOf() {
		row := fmt.Sprintf("| %s | %s |", name, label)
		for _, v := range verdictsOf() {
			row += fmt.Sprintf(" %d |", m.table[[2]screen.Verdict{label, v}])
		}
		out = append(out, row)
	}
	return out
}

// TestQuality pins the figures: docs/screening.md must say what is measured, to
// the text. Whoever changes the reader, the words or the corpus changes them
// knowingly, or not at all.
func TestQuality(t *testing.T) {
	w := shipped(t)
	doc, err := os.ReadFile("../../../docs/screening.md")
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for _, s := range sets() {
		xs := corpus(t, s.file)
		all += len(xs)
		m := measure(t, w.reader, xs)
		for _, row := range m.rows(s.name) {
			if !strings.Contains(string(doc), row+"\n") {
				t.Errorf("docs/screening.md lacks the line\n%s", row)
			}
		}
		if s.tuned {
			for _, x := range m.misses {
				t.Log(x)
			}
		}
	}
	if all < 600 {
		t.Errorf("the corpus has %d texts, fewer than 600", all)
	}
	if want := fmt.Sprintf("%d texts", all); !strings.Contains(string(doc), want) {
		t.Errorf("docs/screening.md does not say %q", want)
	}
}

// TestUntunedHalf: at least half of what the first tuning could have seen was
// kept from it.
func TestUntunedHalf(t *testing.T) {
	if held, dev := len(corpus(t, "heldout.txt")), len(corpus(t, "dev.txt")); held < dev {
		t.Errorf("%d texts held out, %d tuned on", held, dev)
	}
}
