// Package storetest gives a test a database of its own, on both engines.
//
//	storetest.Each(t, []store.Line{leave.Migrations}, func(t *testing.T, db *store.DB) { … })
//
// SQLite is a file in the test's folder. PostgreSQL is a server that the test
// binary starts the first time one is asked for, from the programs of the
// operating system, in a folder and on a socket of its own; it ends with the
// test binary, however that ends, and takes its folder with it. Where the
// programs are missing the PostgreSQL half is skipped with a message; with CI
// in the environment it fails.
//
// NETRAL_PG_BIN names the folder of initdb and postgres, for testing with
// another version.
package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/store"
)

// Start is what a test's clock says at first: a day on which a hopeful was not
// yet a candidate.
var start = time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC)

// Clock stands still until it is told otherwise. It is safe for concurrent
// use.
type Clock struct {
	mu sync.Mutex
	t  time.Time
}

// NewClock makes a clock that says t.
func NewClock(t time.Time) *Clock { return &Clock{t: t} }

// Now is what the clock says.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// Step moves the clock on and returns what it then says.
func (c *Clock) Step(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
	return c.t
}

// Set makes the clock say t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

// Option changes how a database is opened.
type Option func(*store.Options)

// WithClock makes the database use c; without it, time stands still on
// 19 October 2023, 09:00 in Jakarta.
func WithClock(c *Clock) Option { return func(o *store.Options) { o.Now = c.Now } }

// WithOptions lets f change any option.
func WithOptions(f func(*store.Options)) Option { return f }

// Each runs fn as a subtest on each engine, with a fresh database that has the
// tables of the lines. It is closed, and gone, when fn and its cleanups are
// done.
func Each(t *testing.T, lines []store.Line, fn func(t *testing.T, db *store.DB), opts ...Option) {
	t.Helper()
	EachDSN(t, lines, func(t *testing.T, dsn string) {
		fn(t, Open(t, dsn, opts...))
	})
}

// EachDSN is Each for those who open the database themselves, perhaps several
// times or in another process.
func EachDSN(t *testing.T, lines []store.Line, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t, lines...)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t, lines...)) })
}

// Open opens a database until the end of the test.
func Open(tb testing.TB, dsn string, opts ...Option) *store.DB {
	tb.Helper()
	opt := store.Options{Now: func() time.Time { return start }, Log: slog.New(slog.DiscardHandler)}
	for _, f := range opts {
		f(&opt)
	}
	db, err := store.Open(context.Background(), dsn, opt)
	if err != nil {
		tb.Fatalf("open %s: %v", dsn, err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close %s: %v", dsn, err)
		}
	})
	return db
}

// SQLite makes a fresh SQLite database and returns its path.
func SQLite(tb testing.TB, lines ...store.Line) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "netral.db")
	migrate(tb, path, lines)
	return path
}

// Postgres makes a fresh PostgreSQL database on the test binary's server and
// returns its address.
func Postgres(tb testing.TB, lines ...store.Line) string {
	tb.Helper()
	s := shared(tb)
	return s.fresh(tb, lines)
}

func migrate(tb testing.TB, dsn string, lines []store.Line) {
	tb.Helper()
	if len(lines) == 0 {
		return
	}
	db, err := store.Open(context.Background(), dsn, store.Options{Now: func() time.Time { return start }})
	if err != nil {
		tb.Fatalf("open %s: %v", dsn, err)
	}
	err = db.Migrate(context.Background(), lines...)
	if e := db.Close(); err == nil {
		err = e
	}
	if err != nil {
		tb.Fatalf("migrate %s: %v", dsn, err)
	}
}

// fingerprint tells sets of lines apart.
func fingerprint(tb testing.TB, lines []store.Line) string {
	tb.Helper()
	var b strings.Builder
	for _, l := range lines {
		err := fs.WalkDir(l.FS, "migrations", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(l.FS, p)
			fmt.Fprintf(&b, "%s %s %x\n", l.Name, p, sha256.Sum256(text))
			return err
		})
		if err != nil {
			tb.Fatalf("read migrations of %s: %v", l.Name, err)
		}
	}
	return b.String()
}
