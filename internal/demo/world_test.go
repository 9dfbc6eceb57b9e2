package demo_test

import (
	"context"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

func yes(actor.Actor, string, roster.Resource) error { return nil }

func officer() actor.Actor {
	return actor.Actor{ID: "account:demo", Lang: "id", Via: "cli", Grants: []actor.Grant{{Role: "personnel"}}}
}

func service(db *store.DB, book *ledger.Book, today day.Day) *roster.Service {
	return &roster.Service{Book: book, Now: func() time.Time { return today.Start().Add(9 * time.Hour) }, Rand: ledgertest.Rand(9), Allow: yes}
}

// open makes an empty roster on an engine.
func open(tb testing.TB, engine string, today day.Day) *roster.Service {
	tb.Helper()
	dsn := storetest.SQLite
	if engine == "postgres" {
		dsn = storetest.Postgres
	}
	db := storetest.Open(tb, dsn(tb, ledgertest.Lines(roster.Migrations)...))
	return service(db, ledgertest.Open(tb, db), today)
}

func fill(tb testing.TB, s *roster.Service, cfg demo.Config) {
	tb.Helper()
	if err := demo.Fill(context.Background(), s, officer(), cfg, nil); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkFill loads the whole province.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := open(b, "sqlite", day.Of(2024, 11, 14))
		b.StartTimer()
		fill(b, s, demo.Config{Seed: 1, People: 64_135, Today: day.Of(2024, 11, 14)})
		if _, err := s.Search(context.Background(), officer(), roster.SearchInput{Text: "siti"}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(64_135*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}

// BenchmarkGenerate makes rows and drops them.
func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		err := demo.Generate(context.Background(), demo.Config{Seed: 1, People: 400_000, Today: day.Of(2024, 11, 14)}, func(roster.Batch) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(400_000*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}
