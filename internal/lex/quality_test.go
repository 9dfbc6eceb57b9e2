package lex_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
	"netral/internal/lex"
	"netral/internal/rule"
)

// question is a labelled question: what its words state, and nothing else.
type question struct {
	Q       string     `yaml:"q"`
	Want    rule.Facts `yaml:"want"`
	Hints   rule.Facts `yaml:"hints"`
	On      string     `yaml:"on"`
	Today   string     `yaml:"today"`
	Outside bool       `yaml:"outside"`
}

func questions(t testing.TB, file string) []question {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Questions []question `yaml:"questions"`
	}
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		t.Fatal(err)
	}
	return f.Questions
}

// share is a number of successes out of some, with its Wilson interval of 95 %.
type share struct{ ok, of int }

func (s *share) add(ok bool) {
	s.of++
	if ok {
		s.ok++
	}
}

func (s share) rate() float64 {
	if s.of == 0 {
		return 1
	}
	return float64(s.ok) / float64(s.of)
}

func (s share) interval() (lo, hi float64) {
	if s.of == 0 {
		return 0, 1
	}
	const z = 1.959964
	n, p := float64(s.of), s.rate()
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return mid - half, mid + half
}

func (s share) String() string {
	lo, hi := s.interval()
	return fmt.Sprintf("%5.1f %% (%d of %d; %.1f to %.1f)", 100*s.rate(), s.ok, s.of, 100*lo, 100*hi)
}

// quality is how well a set of questions is read.
type quality struct {
	act, outside, exact, on, hints share
	precision, recall              share          // over all facts
	found, right, stated           map[string]int // by fact
	misses                         []string       // questions not read exactly, for the set that may be looked at
}

func measure(t testing.TB, w *world, qs []question) quality {
	q := quality{found: map[string]int{}, right: map[string]int{}, stated: map[string]int{}}
	for _, x := range qs {
		today := on(t, "2023-10-19")
		if x.Today != "" {
			today = on(t, x.Today)
		}
		for f, v := range x.Want {
			if !w.book.Known(f, v) {
				t.Fatalf("%s: the book has no %s=%s", x.Q, f, v)
			}
		}
		r := w.reader.Read(x.Q, today)
		q.outside.add(r.Outside == x.Outside)
		day := day.None
		if x.On != "" {
			day = on(t, x.On)
		}
		if x.Outside {
			if !r.Outside {
				q.misses = append(q.misses, fmt.Sprintf("%s\n\tread as %v, is outside", x.Q, r.Facts))
			}
			continue
		}
		q.on.add(r.On == day)
		if x.Hints != nil {
			q.hints.add(maps.Equal(r.Hints, x.Hints))
		}
		q.act.add(r.Facts["act"] == x.Want["act"])
		exact := maps.Equal(r.Facts, x.Want) && r.On == day
		q.exact.add(exact)
		for f, v := range r.Facts {
			q.found[f]++
			q.precision.add(x.Want[f] == v)
			if x.Want[f] == v {
				q.right[f]++
			}
		}
		for f, v := range x.Want {
			q.stated[f]++
			q.recall.add(r.Facts[f] == v)
		}
		if !exact {
			q.misses = append(q.misses, x.Q+"\n\t"+differences(r.Facts, x.Want)+onOf(r.On, day))
		}
	}
	return q
}

func differences(got, want rule.Facts) string {
	var out []string
	for _, f := range slices.Sorted(maps.Keys(want)) {
		if got[f] != want[f] {
			out = append(out, fmt.Sprintf("%s: %q, want %q", f, got[f], want[f]))
		}
	}
	for _, f := range slices.Sorted(maps.Keys(got)) {
		if want[f] == "" {
			out = append(out, fmt.Sprintf("%s: %q, want none", f, got[f]))
		}
	}
	return strings.Join(out, "; ")
}

func onOf(got, want day.Day) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("; on: %q, want %q", got, want)
}

func (q quality) report(t testing.TB, name string) {
	t.Logf("%s: act %v", name, q.act)
	t.Logf("%s: outside %v", name, q.outside)
	t.Logf("%s: exact %v", name, q.exact)
	t.Logf("%s: precision %v", name, q.precision)
	t.Logf("%s: recall %v", name, q.recall)
	t.Logf("%s: day %v, hints %v", name, q.on, q.hints)
	for _, f := range slices.Sorted(maps.Keys(q.stated)) {
		t.Logf("%s: %-12s precision %v  recall %v", name, f, share{q.right[f], q.found[f]}, share{q.right[f], q.stated[f]})
	}
}

// TestQuality measures both sets. The floors are a little below what was
// reached (docs/reading.md); the
// held-out set's questions are never shown, so that nobody tunes on them.
func TestQuality(t *testing.T) {
	w := shipped(t)
	for _, set := range []struct {
		file                                   string
		act, outside, exact, precision, recall float64
		show                                   bool
	}{
		{"dev.yaml", 0.98, 0.985, 0.96, 0.985, 0.985, true},
		{"heldout.yaml", 0.90, 0.95, 0.78, 0.93, 0.91, false},
	} {
		t.Run(set.file, func(t *testing.T) {
			q := measure(t, w, questions(t, "testdata/"+set.file))
			q.report(t, set.file)
			if set.show {
				for _, m := range q.misses {
					t.Log(m)
				}
			}
			for _, f := range []struct {
				name  string
				got   share
				floor float64
			}{
				{"act accuracy", q.act, set.act}, {"outside accuracy", q.outside, set.outside}, {"exact match", q.exact, set.exact},
				{"precision", q.precision, set.precision}, {"recall", q.recall, set.recall},
			} {
				if f.got.rate() < f.floor {
					t.Errorf("%s is %v, below the floor of %.1f %%", f.name, f.got, 100*f.floor)
				}
			}
		})
	}
}

// TestEveryActIsRead: an act that the book takes in needs words in the lexicon
// and a question in the set.
func TestEveryActIsRead(t *testing.T) {
	w := shipped(t)
	read := map[string]bool{}
	for _, x := range questions(t, "testdata/dev.yaml") {
		if a := x.Want["act"]; a != "" && !read[a] {
			today := on(t, "2023-10-19")
			if x.Today != "" {
				today = on(t, x.Today)
			}
			read[a] = w.reader.Read(x.Q, today).Facts["act"] == a
		}
	}
	act, _ := w.book.Fact("act")
	for _, v := range act.Values {
		if !read[v.Name] {
			t.Errorf("act %q is read from no question of dev.yaml", v.Name)
		}
	}
}

// TestMandatory holds the questions that the product is shown with.
func TestMandatory(t *testing.T) {
	w := shipped(t)
	for q, want := range map[string]rule.Facts{
		"bolehkah ASN berfoto bersama pasangan capres-cawapres?": {"person": "pns", "act": "photo", "object": "candidate", "contest": "president"},
		"boleh ga like foto istri yg nyaleg?":                    {"act": "like", "relation": "spouse", "object": "candidate", "contest": "legislature"},
		"may I go to an organisation's event with party flags?":  {"act": "attend_event", "host": "mass_org", "party_signs": "yes"},
	} {
		for _, today := range []string{"2023-10-19", "2023-11-20", "2026-11-25"} {
			if got := w.reader.Read(q, on(t, today)).Facts; !maps.Equal(got, want) {
				t.Errorf("%s on %s: %s", q, today, differences(got, want))
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	w := shipped(b)
	for b.Loop() {
		l, err := lex.Load(os.DirFS("../../data"), "lexicon", w.book)
		if err != nil {
			b.Fatal(err)
		}
		l.Reader(w.names)
	}
}
