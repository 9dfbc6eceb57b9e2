package jobs_test

import (
	"context"
	"testing"

	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// BenchmarkWork enqueues 500 jobs in one Write and works them off, 32 at a time,
// each with its own durable end. It reports jobs a second.
func BenchmarkWork(b *testing.B) {
	for name, dsn := range map[string]string{"sqlite": storetest.SQLite(b, ledgertest.Lines(lines()...)...), "postgres": storetest.Postgres(b, ledgertest.Lines(lines()...)...)} {
		b.Run(name, func(b *testing.B) {
			db := storetest.Open(b, dsn)
			r := jobstest.Runner(b, db, ledgertest.Open(b, db), func(c *jobs.Config) { c.Workers = 32 })
			jobs.Register(r, "nothing", jobs.Options{}, func(context.Context, int) error { return nil })
			const n = 500
			for b.Loop() {
				err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					for i := range n {
						if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: "nothing", Payload: i}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
				if got := jobstest.Drain(b, r); got != n {
					b.Fatalf("%d of %d done", got, n)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}
