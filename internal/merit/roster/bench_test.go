package roster_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"netral/internal/day"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
)

var (
	firstNames = []string{"Siti", "Muhammad", "Budi", "Dewi", "Agus", "Sri", "Ahmad", "Nur", "Rina", "Eko", "Wahyu", "Fitri", "Joko", "Yusuf", "Ratna", "Hendra", "Zainal", "Lestari", "Bambang", "Indah", "Slamet", "Kartika", "Teguh", "Maya", "Fajar", "Putri", "Dian", "Rizki", "Tri", "Endang"}
	syllables  = []string{"wi", "ra", "su", "har", "to", "no", "sa", "ri", "ka", "ma", "la", "di", "nu", "yo", "pra", "ta", "ku", "san", "ti", "mul", "ya", "ni", "ar", "jo", "ha", "wan", "bu", "gi", "le", "man"}
)

// lcg is a small generator, the same in every run.
type lcg uint64

func (l *lcg) n(n int) int {
	*l = *l*6364136223846793005 + 1442695040888963407
	return int(uint64(*l)>>33) % n
}

func (l *lcg) word() string {
	s := ""
	for range 2 + l.n(3) {
		s += syllables[l.n(len(syllables))]
	}
	return string(s[0]-32) + s[1:]
}

// province makes people in batches of 1,000, with two tenures each.
func province(seed, people int, yield func(roster.Batch)) {
	r := lcg(seed)
	since, change := on("2010-01-01"), on("2019-01-01")
	units := max(10, people/107)
	var b roster.Batch
	for i := range units {
		u := roster.Unit{ID: fmt.Sprintf("u%06d", i), Name: "Unit " + r.word(), Abbreviation: fmt.Sprintf("U%d", i), From: since, Until: day.None}
		if i > 0 {
			u.Parent = fmt.Sprintf("u%06d", (i-1)/8)
		}
		b.Units = append(b.Units, u)
		b.Posts = append(b.Posts,
			roster.Post{ID: fmt.Sprintf("h%06d", i), Unit: u.ID, Title: "Kepala " + u.Name, Level: roster.Pengawas, Echelon: "IV.a", Head: true, From: since, Until: day.None},
			roster.Post{ID: fmt.Sprintf("s%06d", i), Unit: u.ID, Title: "Pengadministrasi", Level: roster.Pelaksana, Seats: 200, From: since, Until: day.None})
		if len(b.Units) == 1000 {
			yield(b)
			b = roster.Batch{}
		}
	}
	yield(b)
	b = roster.Batch{}
	for i := range people {
		born := day.Of(1966+r.n(30), time.Month(1+r.n(12)), 1+r.n(28))
		sex, digit := roster.Male, 1
		if r.n(2) == 1 {
			sex, digit = roster.Female, 2
		}
		start := born.Time().Year() + 22 + r.n(6)
		name := firstNames[r.n(len(firstNames))] + " " + r.word()
		if r.n(3) > 0 {
			name += " " + r.word()
		}
		p := roster.Person{
			ID: fmt.Sprintf("p%08d", i), NIP: fmt.Sprintf("%s%04d%02d%d%03d", born.Time().Format("20060102"), start, 1+i%12, digit, 1+i%999), NRK: fmt.Sprintf("%06d", i%1000000),
			Name: name, Grade: roster.Grades()[8+r.n(8)], Education: "S-1", Born: born, Sex: sex, Status: roster.PNS, From: day.Of(start, 1, 1), Until: day.None,
		}
		b.People = append(b.People, p)
		u, kind := r.n(units), "s"
		if i < units {
			u, kind = i, "h"
		}
		b.Tenures = append(b.Tenures,
			roster.Tenure{Person: p.ID, Post: fmt.Sprintf("s%06d", r.n(units)), Kind: roster.Definitive, Decree: "SK 1", From: since, Until: change},
			roster.Tenure{Person: p.ID, Post: fmt.Sprintf("%s%06d", kind, u), Kind: roster.Definitive, Decree: "SK 2", From: change, Until: day.None})
		if len(b.People) == 1000 {
			yield(b)
			b = roster.Batch{}
		}
	}
	if len(b.People) > 0 {
		yield(b)
	}
}

// open makes an empty roster on an engine.
func open(tb testing.TB, engine string) *roster.Service {
	tb.Helper()
	dsn := storetest.SQLite
	if engine == "postgres" {
		dsn = storetest.Postgres
	}
	db := storetest.Open(tb, dsn(tb, ledgertest.Lines(roster.Migrations)...))
	return service(db, ledgertest.Open(tb, db))
}

func fill(tb testing.TB, s *roster.Service, people int) {
	tb.Helper()
	province(1, people, func(b roster.Batch) {
		if _, err := s.Bulk(context.Background(), officer(), b, roster.Source{Kind: "demo", Name: "bench", Fresh: true}); err != nil {
			tb.Fatal(err)
		}
	})
}

// BenchmarkBulk loads 64,135 people with two tenures each into an empty roster.
func BenchmarkBulk(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := open(b, engine)
				b.StartTimer()
				fill(b, s, 64_135)
			}
			b.ReportMetric(64_135*float64(b.N)/b.Elapsed().Seconds(), "people/s")
		})
	}
}

// BenchmarkView is a person's page, with the note of who looked.
func BenchmarkView(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			s := open(b, engine)
			fill(b, s, 64_135)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				r := lcg(5)
				for pb.Next() {
					if _, err := s.View(context.Background(), officer(), roster.ViewInput{ID: fmt.Sprintf("p%08d", r.n(64_135)), On: day.None}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// BenchmarkSearch asks for misspelt names, parts of NIPs and first names.
func BenchmarkSearch(b *testing.B) {
	s := open(b, "sqlite")
	var names []string
	province(1, 64_135, func(batch roster.Batch) {
		for _, p := range batch.People {
			names = append(names, p.Name)
		}
		if _, err := s.Bulk(context.Background(), officer(), batch, roster.Source{Kind: "demo", Name: "bench", Fresh: true}); err != nil {
			b.Fatal(err)
		}
	})
	ask := func(b *testing.B, q string) {
		if _, err := s.Search(context.Background(), officer(), roster.SearchInput{Text: q}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			fresh := &roster.Service{Book: s.Book, Now: s.Now, Rand: s.Rand, Allow: yes}
			if _, err := fresh.Search(context.Background(), officer(), roster.SearchInput{Text: "siti"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("misspelt", func(b *testing.B) {
		r := lcg(9)
		for b.Loop() {
			ask(b, misspell(&r, names[r.n(len(names))]))
		}
	})
	b.Run("common", func(b *testing.B) {
		for b.Loop() {
			ask(b, "muhammad")
		}
	})
	b.Run("digits", func(b *testing.B) {
		for b.Loop() {
			ask(b, "1990010")
		}
	})
}

// BenchmarkQuality runs all checks over 64,135 people.
func BenchmarkQuality(b *testing.B) {
	s := open(b, "sqlite")
	fill(b, s, 64_135)
	for b.Loop() {
		fresh := &roster.Service{Book: s.Book, Now: s.Now, Rand: s.Rand, Allow: yes}
		if _, err := fresh.Quality(context.Background(), officer(), roster.QualityInput{}); err != nil {
			b.Fatal(err)
		}
	}
}
