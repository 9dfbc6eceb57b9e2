package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

const benchTable = `CREATE TABLE bench (id TEXT PRIMARY KEY, owner TEXT NOT NULL, n BIGINT NOT NULL, body TEXT NOT NULL); CREATE INDEX bench_owner ON bench (owner, n);`

// BenchmarkWrite is one durable write of a row with 180 bytes of text and a
// second index, by so many callers at once, with group commit and with a
// commit for each. The database is in a temporary folder: point TMPDIR at the
// disk that is to be measured, since a tmpfs has no sync worth the name.
func BenchmarkWrite(b *testing.B) {
	lines := []store.Line{line("bench", benchTable)}
	engines := map[string]func(b *testing.B) string{
		"sqlite":   func(b *testing.B) string { return storetest.SQLite(b, lines...) },
		"postgres": func(b *testing.B) string { return storetest.Own(b, true).Fresh(b, lines...) },
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dsn := engines[engine](b)
			var id atomic.Int64
			for _, how := range []string{"single", "group"} {
				for _, callers := range []int{1, 16, 64, 256} {
					b.Run(fmt.Sprintf("%s/%d", how, callers), func(b *testing.B) {
						db := storetest.Open(b, dsn)
						if how == "single" {
							db.SetMaxBatch(1)
						}
						benchWrite(b, db, callers, &id)
					})
				}
			}
		})
	}
}

func benchWrite(b *testing.B, db *store.DB, callers int, id *atomic.Int64) {
	b.Helper()
	body := strings.Repeat("netral ", 26)
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				n := id.Add(1)
				err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.ExecContext(ctx, `INSERT INTO bench (id, owner, n, body) VALUES ($1, $2, $3, $4)`,
						fmt.Sprintf("%016x", n*0x9e3779b97f4a7c), fmt.Sprintf("o%d", n%997), n, body)
					return err
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}

// BenchmarkRead is one read of a row by its key, beside nobody.
func BenchmarkRead(b *testing.B) {
	lines := []store.Line{line("bench", benchTable)}
	for engine, dsn := range map[string]string{"sqlite": storetest.SQLite(b, lines...), "postgres": storetest.Postgres(b, lines...)} {
		b.Run(engine, func(b *testing.B) {
			db := storetest.Open(b, dsn)
			err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO bench (id, owner, n, body) VALUES ('x', 'o', 1, 'b') ON CONFLICT (id) DO NOTHING`)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					var n int
					return tx.QueryRowContext(ctx, `SELECT n FROM bench WHERE id = $1`, "x").Scan(&n)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
