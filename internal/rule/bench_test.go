package rule

import (
	"math/rand/v2"
	"os"
	"testing"

	"netral/internal/day"
)

// The benchmarks run on the conduct book as it stands.
func conduct(b *testing.B) *Book {
	b.Helper()
	book, err := Load(os.DirFS("../../rules/id-asn"), ".")
	if err != nil {
		b.Fatal(err)
	}
	return book
}

// questions are situations in which each fact is known with the chance; the
// same ones in every run. Assumed facts are filled in, as on a page.
func (b *Book) questionsForTest(chance float64) []Situation {
	r := rand.New(rand.NewPCG(7, 11))
	out := make([]Situation, 512)
	for i := range out {
		s := make(Situation, len(b.facts))
		for f := range s {
			if f == 0 || r.Float64() < chance {
				s[f] = uint8(1 + r.IntN(len(b.facts[f].Values)))
			}
		}
		b.assume(s)
		out[i] = s
	}
	return out
}

var benchDay = day.Of(2023, 10, 19)

func BenchmarkDecide(b *testing.B) {
	book := conduct(b)
	qs := book.questionsForTest(1)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, ok := book.Decide(qs[i&511], benchDay); !ok {
			b.Fatal("undecided")
		}
		i++
	}
}

func BenchmarkAnswer(b *testing.B) {
	benchmarkPart(b, func(book *Book, s Situation) { book.Answer(s, benchDay) })
}
func BenchmarkFlips(b *testing.B) {
	benchmarkPart(b, func(book *Book, s Situation) { book.Flips(s, benchDay) })
}

func benchmarkPart(b *testing.B, f func(*Book, Situation)) {
	book := conduct(b)
	for _, c := range []struct {
		name   string
		chance float64
	}{{"complete", 1}, {"few missing", 0.8}, {"half missing", 0.5}, {"act only", 0}} {
		b.Run(c.name, func(b *testing.B) {
			qs := book.questionsForTest(c.chance)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				f(book, qs[i&511])
				i++
			}
		})
	}
}

func BenchmarkPeriods(b *testing.B) {
	book := conduct(b)
	var tl Timeline
	for _, contest := range []string{"president", "legislature", "governor", "other_head"} {
		tr := Track{When: Facts{"contest": contest}, Default: Facts{"stage": "none", "standing": "none", "replacement_window": "closed"}}
		at := day.Of(2023, 6, 1)
		for i, stage := range []string{"preparation", "nomination", "determined", "campaign", "quiet", "voting", "counting", "concluded"} {
			standing := "hopeful"
			if i > 1 {
				standing = "candidate"
			}
			tr.Spans = append(tr.Spans, Span{From: at, Until: at + 40, Set: Facts{"stage": stage, "standing": standing}})
			at += 40
		}
		tl.Tracks = append(tl.Tracks, tr)
	}
	var given []Facts
	for _, s := range book.questionsForTest(0.4) {
		g := book.named(s, ^uint64(0))
		for _, f := range book.facts {
			if f.Derived {
				delete(g, f.Name)
			}
		}
		given = append(given, g)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := book.Periods(given[i&511], tl, day.Of(2022, 1, 1), day.Of(2026, 1, 1)); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		conduct(b)
	}
}

func BenchmarkCheck(b *testing.B) {
	book, fsys := conduct(b), os.DirFS("../../rules/id-asn")
	var r Report
	for b.Loop() {
		r = book.Check(fsys, ".", Timeline{})
	}
	b.ReportMetric(float64(r.Situations), "situations")
}
