package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"netral/internal/fault"
)

// Finding is one thing that Check looked at: the key of a message, its
// arguments, and whether all is well.
type Finding struct {
	Key  string
	OK   bool
	Args []any
}

const (
	mega = 1 << 20
	// lowSpace is the free space below which somebody should act, and
	// lowShare the least part of the database's own size.
	lowSpace = 256 * mega
	lowShare = 10
	// clockApart is how far our clock and the server's may differ.
	clockApart = 5 * time.Second
)

// Check looks at the database as an operator would: engine, size and space,
// how safely it writes, whether it is sound, where each line stands, and the
// clock. It changes nothing; on a large SQLite file it takes a while.
func (db *DB) Check(ctx context.Context, lines ...Line) ([]Finding, error) {
	c := &checker{db: db}
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		look := c.sqlite
		if db.dialect == Postgres {
			look = c.postgres
		}
		if err := look(ctx, tx); err != nil {
			return err
		}
		for _, l := range lines {
			if err := c.line(ctx, tx, l); err != nil {
				return err
			}
		}
		return c.clock(ctx, tx)
	})
	return c.found, err
}

type checker struct {
	db    *DB
	found []Finding
	last  int64 // when a migration ran last, by the clock of that day
}

func (c *checker) add(f Finding) { c.found = append(c.found, f) }

// one reads a single text.
func one(ctx context.Context, tx *Tx, q string, args ...any) (s string, err error) {
	err = tx.QueryRowContext(ctx, q, args...).Scan(&s)
	return s, err
}

func (c *checker) sqlite(ctx context.Context, tx *Tx) error {
	version, err := one(ctx, tx, `SELECT sqlite_version()`)
	if err != nil {
		return err
	}
	c.add(Finding{Key: "store.check.engine", OK: true, Args: []any{"SQLite", version, c.db.path}})

	size := int64(0)
	for _, end := range []string{"", "-wal"} {
		if fi, err := os.Stat(c.db.path + end); err == nil {
			size += fi.Size()
		}
	}
	if free, ok := freeSpace(filepath.Dir(c.db.path)); !ok {
		c.add(Finding{Key: "store.check.size", OK: true, Args: []any{megabytes(size)}})
	} else if free < lowSpace || free < size/lowShare {
		c.add(Finding{Key: "store.check.space_low", Args: []any{megabytes(size), megabytes(free)}})
	} else {
		c.add(Finding{Key: "store.check.space", OK: true, Args: []any{megabytes(size), megabytes(free)}})
	}

	mode, err := one(ctx, tx, `PRAGMA journal_mode`)
	if err != nil {
		return err
	}
	sync, err := one(ctx, tx, `PRAGMA synchronous`)
	if err != nil {
		return err
	}
	if mode == "wal" && (sync == "2" || sync == "3") {
		c.add(Finding{Key: "store.check.durable", OK: true, Args: []any{"journal_mode=" + mode + ", synchronous=" + sync}})
	} else {
		c.add(Finding{Key: "store.check.not_durable", Args: []any{"journal_mode=" + mode + ", synchronous=" + sync}})
	}

	sound, err := one(ctx, tx, `PRAGMA quick_check(1)`)
	if err != nil && !isCorrupt(err) {
		return err
	}
	if err != nil {
		sound = err.Error()
	}
	orphans := 0
	if sound == "ok" {
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM pragma_foreign_key_check`).Scan(&orphans); err != nil {
			return err
		}
	}
	switch {
	case sound != "ok":
		c.add(Finding{Key: "store.check.damaged", Args: []any{sound}})
	case orphans > 0:
		c.add(Finding{Key: "store.check.orphans", Args: []any{orphans}})
	default:
		c.add(Finding{Key: "store.check.sound", OK: true})
	}
	return nil
}

func megabytes(n int64) int64 { return (n + mega - 1) / mega }

func (c *checker) postgres(ctx context.Context, tx *Tx) error {
	version, err := one(ctx, tx, `SELECT current_setting('server_version')`)
	if err != nil {
		return err
	}
	name, err := one(ctx, tx, `SELECT CAST(current_database() AS TEXT)`)
	if err != nil {
		return err
	}
	c.add(Finding{Key: "store.check.engine", OK: true, Args: []any{"PostgreSQL", version, name}})

	var size int64
	if err := tx.QueryRowContext(ctx, `SELECT pg_database_size(current_database())`).Scan(&size); err != nil {
		return err
	}
	// The server's disk cannot be seen from here.
	c.add(Finding{Key: "store.check.size", OK: true, Args: []any{megabytes(size)}})

	safe := true
	var all []string
	for _, s := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		v, err := one(ctx, tx, `SELECT current_setting($1)`, s)
		if err != nil {
			return err
		}
		safe = safe && v != "off"
		all = append(all, s+"="+v)
	}
	if safe {
		c.add(Finding{Key: "store.check.durable", OK: true, Args: []any{strings.Join(all, ", ")}})
	} else {
		c.add(Finding{Key: "store.check.not_durable", Args: []any{strings.Join(all, ", ")}})
	}

	var failures int64
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(SUM(checksum_failures), 0) FROM pg_stat_database WHERE datname = current_database()`).Scan(&failures); err != nil {
		return err
	}
	sums, err := one(ctx, tx, `SELECT current_setting('data_checksums')`)
	if err != nil {
		return err
	}
	switch {
	case failures > 0:
		c.add(Finding{Key: "store.check.sum_failures", Args: []any{failures}})
	case sums == "off":
		c.add(Finding{Key: "store.check.no_sums", OK: true})
	default:
		c.add(Finding{Key: "store.check.sound", OK: true})
	}
	return nil
}

// line says where one line stands.
func (c *checker) line(ctx context.Context, tx *Tx, l Line) error {
	steps, err := l.steps()
	if err != nil {
		return err
	}
	v := &versions{db: c.db, line: l}
	done, err := v.done(ctx, tx)
	if err != nil {
		return err
	}
	if len(done) > 0 {
		var at int64
		if err := tx.QueryRowContext(ctx, `SELECT MAX(at) FROM `+v.Tablename()).Scan(&at); err != nil {
			return err
		}
		c.last = max(c.last, at)
	}
	if f := fault.Of(compare(l, steps, done)); f != nil {
		c.add(Finding{Key: f.Key, Args: f.Args})
	} else if len(done) < len(steps) {
		c.add(Finding{Key: "store.check.behind", Args: []any{l.Name, len(done), len(steps)}})
	} else {
		c.add(Finding{Key: "store.check.line", OK: true, Args: []any{l.Name, len(done)}})
	}
	return nil
}

// clock compares ours with the server's and with the past.
func (c *checker) clock(ctx context.Context, tx *Tx) error {
	if c.db.dialect == Postgres {
		var theirs int64
		if err := tx.QueryRowContext(ctx, `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`).Scan(&theirs); err != nil {
			return err
		}
		if d := c.db.Now().Sub(time.UnixMilli(theirs)).Abs(); d > clockApart {
			c.add(Finding{Key: "store.check.clocks_differ", Args: []any{int64(d / time.Second)}})
			return nil
		}
	}
	if ahead := time.UnixMilli(c.last).Sub(tx.Now); ahead > clockApart {
		c.add(Finding{Key: "store.check.clock_behind", Args: []any{int64(ahead / time.Second)}})
		return nil
	}
	c.add(Finding{Key: "store.check.clock", OK: true, Args: []any{tx.Now.Format(time.RFC3339)}})
	return nil
}
