package bench

import (
	"context"
	"maps"
	"slices"
	"testing"

	"netral/internal/day"
	"netral/internal/rule"
)

func engines(t testing.TB) (*rule.Book, map[string]Engine) {
	t.Helper()
	b, err := Conduct()
	if err != nil {
		t.Fatal(err)
	}
	cedar, err := NewCedar(b)
	if err != nil {
		t.Fatal(err)
	}
	cel, err := NewCEL(b)
	if err != nil {
		t.Fatal(err)
	}
	opa, err := NewOPA(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	return b, map[string]Engine{"netral": Ours{b}, "cedar-go": cedar, "cel-go": cel, "opa": opa}
}

// TestAgree: all engines give the same outcome by the same rules, over every
// outcome that the book knows and nearly every rule that can decide.
func TestAgree(t *testing.T) {
	t.Parallel()
	b, all := engines(t)
	outcomes, decided := map[rule.Outcome]int{}, map[int]bool{}
	for _, s := range Situations(b, 4000, 42) {
		want, by := decide(t, all["netral"], s)
		outcomes[want]++
		for _, i := range by {
			decided[i] = true
		}
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if got, rules := decide(t, all[name], s); got != want || !slices.Equal(rules, by) {
				t.Fatalf("%s says %v by %v, netral %v by %v\non %s: %v", name, got, named(b, rules), want, named(b, by), s.On, s.Facts)
			}
		}
	}
	for _, r := range b.Rules {
		if outcomes[r.Outcome] == 0 {
			t.Errorf("no situation is %v", r.Outcome)
		}
	}
	if len(decided)*10 < len(b.Rules)*7 {
		t.Errorf("only %d of %d rules ever decide: the situations are too much alike", len(decided), len(b.Rules))
	}
}

func decide(t *testing.T, e Engine, s Situation) (rule.Outcome, []int) {
	t.Helper()
	in, err := e.Input(s.Facts, s.On)
	if err != nil {
		t.Fatal(err)
	}
	o, rules, err := e.Decide(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(rules)
	return o, rules
}

func named(b *rule.Book, rules []int) (ids []string) {
	for _, i := range rules {
		ids = append(ids, b.Rules[i].ID)
	}
	return ids
}

func benchmarkDecision(b *testing.B, name string) {
	book, all := engines(b)
	e := all[name]
	var ins []any
	for _, s := range Situations(book, 1024, 7) {
		in, err := e.Input(s.Facts, s.On)
		if err != nil {
			b.Fatal(err)
		}
		ins = append(ins, in)
	}
	into := make([]int, 0, len(book.Rules))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, _, err := e.Decide(ins[i&1023], into[:0]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkDecisionNetral(b *testing.B) { benchmarkDecision(b, "netral") }
func BenchmarkDecisionCedar(b *testing.B)  { benchmarkDecision(b, "cedar-go") }
func BenchmarkDecisionCEL(b *testing.B)    { benchmarkDecision(b, "cel-go") }
func BenchmarkDecisionOPA(b *testing.B)    { benchmarkDecision(b, "opa") }

// BenchmarkCheck is the check of the whole space: every situation on every day,
// the register and the examples.
func BenchmarkCheck(b *testing.B) {
	book, err := Conduct()
	if err != nil {
		b.Fatal(err)
	}
	fsys, err := ConductFS()
	if err != nil {
		b.Fatal(err)
	}
	var r rule.Report
	for b.Loop() {
		r = book.Check(fsys, ".", rule.Timeline{})
	}
	b.ReportMetric(float64(r.Situations), "situations")
}

// BenchmarkLoad is reading, linking and compiling the book.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Conduct(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPage is what the engine does for one answer page with a few facts
// missing: the answer, what would flip it, and the days on which it changes.
func BenchmarkPage(b *testing.B) {
	book, err := Conduct()
	if err != nil {
		b.Fatal(err)
	}
	type page struct {
		given rule.Facts
		s     rule.Situation
		on    day.Day
	}
	var pages []page
	for _, s := range Situations(book, 1024, 9) {
		g := rule.Facts{}
		for i, f := range book.Facts() {
			if !f.Derived && (i+len(pages))%5 != 4 { // one fact in five is missing, another each time
				g[f.Name] = s.Facts[f.Name]
			}
		}
		in, err := book.Situation(g)
		if err != nil {
			b.Fatal(err)
		}
		pages = append(pages, page{g, in, s.On})
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		p := pages[i&1023]
		book.Answer(p.s, p.on)
		book.Flips(p.s, p.on)
		if _, err := book.Periods(p.given, rule.Timeline{}, p.on-1000, p.on+1000); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
