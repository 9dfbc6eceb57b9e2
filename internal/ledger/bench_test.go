package ledger_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// engines runs a benchmark on both engines. PostgreSQL is the tests' server,
// which does not wait for the disk: its figures are of the work, not of
// durable writes.
func engines(b *testing.B, fn func(b *testing.B, book *ledger.Book)) {
	for name, dsn := range map[string]func(testing.TB, ...store.Line) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			fn(b, ledgertest.Open(b, storetest.Open(b, dsn(b, ledgertest.Lines()...))))
		})
	}
}

// BenchmarkAppend writes entries of the size of a slip's, by so many callers
// that each wait for their own to be durable.
func BenchmarkAppend(b *testing.B) {
	engines(b, func(b *testing.B, book *ledger.Book) {
		for _, callers := range []int{1, 64, 256} {
			b.Run(fmt.Sprint(callers), func(b *testing.B) {
				var next atomic.Int64
				var wg sync.WaitGroup
				for range callers {
					wg.Go(func() {
						for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
							_, err := book.Write(context.Background(), actor.Anonymous("page", "id"), entryOf(ledger.Entry{
								Kind: "test.slip.issued", Subject: fmt.Sprintf("slip:%d", i),
								Detail: map[string]any{"act": "photo", "stage": "hopeful", "outcome": "prohibited", "rule": "etik-1", "book": "id-asn", "edition": "2026-1"},
							}))
							if err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			})
		}
	})
}

// BenchmarkVerify recomputes a log of 100,000 entries.
func BenchmarkVerify(b *testing.B) {
	const size = 100_000
	engines(b, func(b *testing.B, book *ledger.Book) {
		bulk(b, book, size)
		for b.Loop() {
			r, err := book.Verify(context.Background())
			if err != nil || !r.Clean() || r.Size != size {
				b.Fatalf("%+v, %v", r, err)
			}
		}
		b.ReportMetric(size*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}

// BenchmarkProof proves entries of a log of 20,000, as a slip's page does.
func BenchmarkProof(b *testing.B) {
	const size = 20_000
	engines(b, func(b *testing.B, book *ledger.Book) {
		bulk(b, book, size)
		i := int64(0)
		for b.Loop() {
			p, err := book.Proof(context.Background(), i*7919%size)
			if err != nil {
				b.Fatal(err)
			}
			_ = p.Marshal()
			i++
		}
	})
}

// BenchmarkCheck checks a proof as a reader of a paper does, offline.
func BenchmarkCheck(b *testing.B) {
	book := sqliteBook(b)
	bulk(b, book, 1000)
	p, err := book.Proof(context.Background(), 500)
	if err != nil {
		b.Fatal(err)
	}
	r, err := book.Get(context.Background(), 500)
	if err != nil {
		b.Fatal(err)
	}
	text := p.Marshal()
	for b.Loop() {
		p, err := ledger.ParseProof(text)
		if err != nil {
			b.Fatal(err)
		}
		if err := p.Check(r.Leaf, book.Verifier()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTile serves full hash tiles and bundles.
func BenchmarkTile(b *testing.B) {
	book := sqliteBook(b)
	bulk(b, book, 1024)
	for _, path := range []string{"/tile/0/001", "/tile/entries/001"} {
		b.Run(path[6:], func(b *testing.B) { serveMany(b, book, path) })
	}
}
