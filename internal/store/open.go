package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"netral/internal/fault"
)

// openSQLite opens one file twice: a pool of one connection that writes and a
// pool of readers that cannot. In WAL mode they do not wait for each other.
func (db *DB) openSQLite(ctx context.Context, path string, opt Options) error {
	if path == "" || strings.Contains(path, ":memory:") || strings.HasPrefix(path, "file:") || strings.Contains(path, "://") {
		return fault.New(fault.Invalid, "store.dsn", Redact(path))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	// SQLite would make the file by the umask, readable by all; its -wal and
	// -shm files take over the mode of the main file.
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "store.open", path)
	}
	if err := f.Close(); err != nil {
		return err
	}
	db.dialect, db.path = SQLite, abs
	common := url.Values{"_pragma": {
		"busy_timeout(" + strconv.FormatInt(opt.LockWait.Milliseconds(), 10) + ")",
		"journal_mode(WAL)",
		"synchronous(FULL)",
		"foreign_keys(1)",
		"secure_delete(1)",             // what the ledger erases must not stay in freed pages
		"journal_size_limit(67108864)", // the -wal file shrinks again after a burst
	}}
	dsn := func(more url.Values) string {
		q := url.Values{
			"_pragma": append([]string(nil), common["_pragma"]...),
			"_dqs":    {"0"}, // "x" is never a text, as on PostgreSQL
		}
		for k, v := range more {
			q[k] = append(q[k], v...)
		}
		return "file:" + (&url.URL{Path: abs}).EscapedPath() + "?" + q.Encode()
	}
	if db.writer, err = openKept(dsn(url.Values{"_txlock": {"immediate"}})); err != nil {
		return err
	}
	db.writer.SetMaxOpenConns(1)
	db.writer.SetConnMaxLifetime(0)
	if db.reader, err = openKept(dsn(url.Values{"_pragma": {"query_only(1)"}})); err != nil {
		return err
	}
	db.reader.SetMaxOpenConns(opt.Readers)
	db.reader.SetMaxIdleConns(opt.Readers)
	var mode string
	if err := db.writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return fault.Wrap(fault.Invalid, err, "store.open", path)
	}
	if mode != "wal" {
		return fault.Wrap(fault.Invalid, fmt.Errorf("journal mode is %q, want wal", mode), "store.open", path)
	}
	return nil
}

// openPostgres opens one pool. The writer borrows a connection from it and
// keeps it; the others read.
func (db *DB) openPostgres(ctx context.Context, dsn string, opt Options) error {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return fault.Wrap(fault.Invalid, errors.New("cannot parse the PostgreSQL address"), "store.dsn", Redact(dsn))
	}
	cfg.MaxConns = int32(opt.Readers) + 2
	cfg.ConnConfig.RuntimeParams["application_name"] = "netral"
	cfg.ConnConfig.RuntimeParams["lock_timeout"] = strconv.FormatInt(opt.LockWait.Milliseconds(), 10)
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		// A Write that returned is on the disk, whatever the server's default.
		_, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	db.dialect = Postgres
	db.closers = append(db.closers, func() error { pool.Close(); return nil })
	db.writer = stdlib.OpenDBFromPool(pool)
	db.reader = stdlib.OpenDBFromPool(pool)
	// database/sql must not keep connections of its own beside the pool's.
	db.writer.SetMaxOpenConns(2)
	db.reader.SetMaxOpenConns(opt.Readers)
	if err := db.writer.PingContext(ctx); err != nil {
		return fault.Wrap(fault.Busy, err, "store.unavailable")
	}
	return nil
}

// Redact takes a password out of a database address, for showing it.
func Redact(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		if strings.Contains(dsn, "://") {
			return strings.SplitN(dsn, "://", 2)[0] + "://…"
		}
		return dsn
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}
