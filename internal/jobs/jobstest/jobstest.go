// Package jobstest makes and drains queues in tests.
package jobstest

import (
	"context"
	"testing"

	"netral/internal/jobs"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
)

// Runner makes a runner whose delays are the same in every run.
func Runner(tb testing.TB, db *store.DB, book *ledger.Book, change ...func(*jobs.Config)) *jobs.Runner {
	tb.Helper()
	cfg := jobs.Config{DB: db, Book: book, Rand: ledgertest.Rand(3)}
	for _, f := range change {
		f(&cfg)
	}
	r, err := jobs.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// Drain does everything that is due by the clock of the database, and wants all
// of it to succeed. It returns how many jobs were done.
func Drain(tb testing.TB, r *jobs.Runner) int {
	tb.Helper()
	n := 0
	for _, e := range Events(tb, r) {
		switch e.Outcome {
		case "done":
			n++
		case "later":
		default:
			tb.Errorf("job %d of kind %s: %s: %v", e.Job, e.Kind, e.Outcome, e.Err)
		}
	}
	return n
}

// Events is Drain for tests of what goes wrong.
func Events(tb testing.TB, r *jobs.Runner) []jobs.Event {
	tb.Helper()
	all, err := r.Drain(context.Background())
	if err != nil {
		tb.Fatalf("drain the queue: %v", err)
	}
	return all
}
