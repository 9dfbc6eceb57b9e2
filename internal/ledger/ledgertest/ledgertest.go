// Package ledgertest gives a test a database with a ledger, on both engines,
// and verifies the ledger when the test is done.
//
//	ledgertest.Each(t, []store.Line{leave.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) { … })
package ledgertest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

// Origin names the log of tests.
const Origin = "netral.test/catatan"

// Rand is randomness that is the same in every run. It is not safe for
// concurrent use; a Book guards it.
func Rand(seed byte) io.Reader { return &stream{seed: seed} }

// stream is SHA-256 of a seed and a counter, block after block.
type stream struct {
	seed byte
	n    uint64
	rest []byte
}

func (s *stream) Read(p []byte) (int, error) {
	for i := range p {
		if len(s.rest) == 0 {
			block := sha256.Sum256(binary.BigEndian.AppendUint64([]byte{s.seed}, s.n))
			s.rest, s.n = block[:], s.n+1
		}
		p[i], s.rest = s.rest[0], s.rest[1:]
	}
	return len(p), nil
}

// Key is the key of tests.
func Key(tb testing.TB) *ledger.Key {
	tb.Helper()
	k, err := ledger.NewKey(Origin, Rand(1))
	if err != nil {
		tb.Fatalf("make the key of tests: %v", err)
	}
	return k
}

// Lines puts the ledger's tables before those of the test.
func Lines(lines ...store.Line) []store.Line {
	return append([]store.Line{ledger.Migrations}, lines...)
}

// Open opens the ledger of a database that has its tables.
func Open(tb testing.TB, db *store.DB, change ...func(*ledger.Config)) *ledger.Book {
	tb.Helper()
	cfg := ledger.Config{Origin: Origin, Key: Key(tb), Rand: Rand(2), Now: func() time.Time { return db.Now() }}
	for _, f := range change {
		f(&cfg)
	}
	book, err := ledger.Open(context.Background(), db, cfg)
	if err != nil {
		tb.Fatalf("open the ledger: %v", err)
	}
	return book
}

// Each runs fn as a subtest on each engine with a fresh database that has the
// tables of the ledger and of the lines. When fn has returned, the ledger must
// verify.
func Each(t *testing.T, lines []store.Line, fn func(t *testing.T, db *store.DB, book *ledger.Book), opts ...storetest.Option) {
	t.Helper()
	storetest.Each(t, Lines(lines...), func(t *testing.T, db *store.DB) {
		book := Open(t, db)
		defer func() {
			if !t.Failed() { // a panic or a failure says more than what it left
				Clean(t, book)
			}
		}()
		fn(t, db, book)
	}, opts...)
}

// Clean wants the ledger to verify, and returns the report.
func Clean(tb testing.TB, book *ledger.Book) ledger.Report {
	tb.Helper()
	r, err := book.Verify(context.Background())
	if err != nil {
		tb.Errorf("verify the ledger: %v", err)
		return r
	}
	for _, s := range Words(tb, r, text.EN) {
		tb.Errorf("the ledger does not verify: %s", s)
	}
	return r
}

// Words are the problems of a report in a language.
func Words(tb testing.TB, r ledger.Report, lang string) []string {
	tb.Helper()
	cat, err := text.New()
	if err != nil {
		tb.Errorf("read the catalogues: %v", err)
		return nil
	}
	var all []string
	for _, p := range r.Problems {
		all = append(all, cat.T(lang, p.Key, p.Args...))
	}
	return all
}
