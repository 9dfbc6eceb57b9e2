package promote_test

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"netral/internal/day"
	"netral/internal/merit/promote"
)

// anybody draws a record with holes in it.
func anybody(t *rapid.T) promote.Record {
	pick := func(name string, of ...string) promote.Datum[string] {
		v := rapid.SampledFrom(append(of, "?")).Draw(t, name)
		if v == "?" {
			return promote.Datum[string]{}
		}
		return some(v)
	}
	d := func(name string, from, to string) day.Day {
		return day.Day(rapid.Int32Range(int32(on(from)), int32(on(to))).Draw(t, name))
	}
	r := promote.Record{Person: "p", Status: pick("status", "pns", "pns", "cpns", "pppk", "gone"), Education: pick("education", "SMA", "D-III", "S-1", "S-3", "other"),
		Grade: pick("grade", "III/a", "III/c", "III/d", "IV/a", "IV/c", "class"), Case: pick("case", "none", "none", "examined", "appeal")}
	if rapid.Bool().Draw(t, "born known") {
		r.Born = some(d("born", "1960-01-01", "1999-12-31"))
	}
	if rapid.IntRange(0, 9).Draw(t, "tenures known") > 0 {
		var list []promote.Tenure
		at := d("began", "2005-01-01", "2022-01-01")
		for i := range rapid.IntRange(0, 5).Draw(t, "tenures") {
			x := promote.Tenure{ID: string(rune('a' + i)), Unit: rapid.SampledFrom([]string{"u1", "u2", ""}).Draw(t, "unit"), Definitive: rapid.IntRange(0, 4).Draw(t, "kind") > 0,
				Level: rapid.SampledFrom([]string{"pelaksana", "pengawas", "administrator", "jpt_pratama", "fungsional"}).Draw(t, "level"), From: at, Until: day.None}
			if x.Level == "fungsional" {
				x.Rung = rapid.SampledFrom([]string{"terampil", "ahli_muda", "ahli_madya"}).Draw(t, "rung")
			}
			if rapid.IntRange(0, 11).Draw(t, "open start") == 0 {
				x.From = day.None
			}
			at += day.Day(rapid.Int32Range(30, 2000).Draw(t, "length"))
			if rapid.IntRange(0, 3).Draw(t, "ends") > 0 {
				x.Until = at
			}
			list = append(list, x)
		}
		r.Tenures = some(list)
		if rapid.Bool().Draw(t, "excuse") {
			r.Excuses = map[string]bool{"b": true}
		}
	}
	for y := 2020; y <= 2024; y++ {
		if p := rapid.SampledFrom([]string{"", "baik", "sangat_baik", "kurang"}).Draw(t, "rating"); p != "" {
			r.Ratings = append(r.Ratings, promote.Rating{Year: y, Predicate: p})
		}
	}
	if rapid.Bool().Draw(t, "trainings known") {
		r.Trainings = some([]promote.Training{{Kind: rapid.SampledFrom([]string{"pkp", "pka", "pkn2", "latsar"}).Draw(t, "training"), Until: d("training until", "2020-01-01", "2026-01-01")}})
	}
	if rapid.IntRange(0, 4).Draw(t, "marks known") > 0 {
		r.Marks = some([]promote.Span{{Kind: rapid.SampledFrom([]string{"light", "medium", "heavy"}).Draw(t, "mark"), From: d("mark from", "2020-01-01", "2025-01-01"), Until: d("mark until", "2020-01-01", "2026-01-01")}})
		r.Leaves = some([]promote.Span{{Kind: rapid.SampledFrom([]string{"cltn", "annual"}).Draw(t, "leave"), From: d("leave from", "2020-01-01", "2025-01-01"), Until: d("leave until", "2020-01-01", "2026-01-01")}})
	}
	if rapid.IntRange(0, 4).Draw(t, "kin known") > 0 {
		r.Kin = some([]promote.Kin{{Person: rapid.SampledFrom([]string{"kadis", "other"}).Draw(t, "kin"), Kind: rapid.SampledFrom([]string{"spouse", "sibling", "cousin", "other"}).Draw(t, "kin kind"),
			Level: rapid.SampledFrom([]string{"", "pengawas", "jpt_pratama"}).Draw(t, "kin level"), From: day.None, Until: day.None}})
	}
	for _, k := range []promote.PaperKind{promote.Competence, promote.Integrity, promote.Health, promote.Field, promote.MoveNeed} {
		for range rapid.IntRange(0, 2).Draw(t, "papers") {
			p := paper(k, map[promote.PaperKind]string{promote.Competence: "met", promote.Integrity: "clear", promote.Health: "fit", promote.Field: "related", promote.MoveNeed: "stated"}[k])
			p.Post, p.From = rapid.SampledFrom([]string{"", "camat", "elsewhere"}).Draw(t, "paper post"), d("paper from", "2020-01-01", "2025-01-01")
			if k == promote.Competence && rapid.Bool().Draw(t, "short") {
				p.Value = "short"
			}
			r.Papers = append(r.Papers, p)
		}
	}
	return r
}

// The columns say of everybody what the record says.
func TestColumnsAgreeWithRecords(t *testing.T) {
	l := law(t)
	rapid.Check(t, func(t *rapid.T) {
		when := day.Day(rapid.Int32Range(int32(on("2022-06-01")), int32(on("2025-12-31"))).Draw(t, "on"))
		target := promote.Target{Post: "camat", Unit: "u1", Level: rapid.SampledFrom([]string{"pengawas", "administrator", "jpt_pratama", "fungsional"}).Draw(t, "target"),
			Echelon: rapid.SampledFrom([]string{"II.b", "III.a", "IV.a", ""}).Draw(t, "echelon"), Deciders: []string{"kadis"}}
		if rapid.Bool().Draw(t, "approved") {
			target.Papers = camat().Papers
		}
		policy := promote.Policy{"policy_training": rapid.SampledFrom([]string{"off", "warn", "before", "within"}).Draw(t, "policy"), "policy_spin": rapid.SampledFrom([]string{"off", "warn", "block"}).Draw(t, "spin")}
		c := l.NewColumns(when, 4)
		var records []promote.Record
		for range 4 {
			r := anybody(t)
			records = append(records, r)
			c.Add(&r)
		}
		got := c.Screen(&target, policy)
		for i := range records {
			a := l.Assess(&records[i], &target, policy, when, nil)
			if promote.Answers()[got.Answer[i]] != a.Answer {
				t.Fatalf("row %d: columns %s, record %s\nbars %v open %v holds %v", i, promote.Answers()[got.Answer[i]], a.Answer, l.Names(got.Bars[i]), l.Names(got.Open[i]), l.Names(got.Holds[i]))
			}
			if n := len(l.Names(got.Warns[i])); n != a.Warns {
				t.Fatalf("row %d: columns warn %d times, record %d", i, n, a.Warns)
			}
		}
	})
}

func BenchmarkScreen(b *testing.B) {
	l := law(b)
	r := rand.New(rand.NewPCG(1, 2))
	target := camat()
	c := l.NewColumns(on("2023-12-27"), 64135)
	for range 64135 {
		x := lurah()
		x.Born.Value -= day.Day(r.IntN(7000))
		x.Ratings = x.Ratings[:1+r.IntN(2)]
		c.Add(&x)
	}
	b.ResetTimer()
	for b.Loop() {
		c.Screen(&target, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/64135, "ns/person")
}
