package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"netral/internal/fault"
)

// Line is the history of the tables of one package: the files
// migrations/NNNN_name.sql in FS, numbered from 1 without a gap, each beginning
// with "-- +goose Up". They only go forward, each in one transaction, and one
// that has run anywhere is never changed again: its SHA-256 is kept beside its
// number in the table schema_NAME and compared at every start.
type Line struct {
	Name string
	FS   fs.FS
}

// step is one file of a line.
type step struct {
	Version int64  `json:"version"`
	Name    string `json:"name"`
	Sum     string `json:"sha256"`
	text    string
}

var (
	lineName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)
	stepName = regexp.MustCompile(`^([0-9]{4})_[a-z0-9_]+\.sql$`)
)

// table is where the line's state is kept.
func (l Line) table() string { return schemaPrefix + l.Name }

const schemaPrefix = "schema_"

// steps reads the line's files. What is wrong with them is a mistake of ours.
func (l Line) steps() ([]step, error) {
	if !lineName.MatchString(l.Name) {
		return nil, fmt.Errorf("migration line %q: the name must match %s", l.Name, lineName)
	}
	entries, err := fs.ReadDir(l.FS, "migrations")
	if err != nil {
		return nil, fmt.Errorf("migration line %s: %w", l.Name, err)
	}
	var all []step
	for _, e := range entries {
		m := stepName.FindStringSubmatch(e.Name())
		if m == nil {
			return nil, fmt.Errorf("migration line %s: %s: the name must match %s", l.Name, e.Name(), stepName)
		}
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil || n != int64(len(all)+1) {
			return nil, fmt.Errorf("migration line %s: %s: want number %04d", l.Name, e.Name(), len(all)+1)
		}
		b, err := fs.ReadFile(l.FS, path.Join("migrations", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("migration line %s: %w", l.Name, err)
		}
		// A checkout with other line ends is the same migration.
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		for _, bad := range []string{"+goose Down", "+goose NO TRANSACTION", "+goose ENVSUB"} {
			if bytes.Contains(b, []byte(bad)) {
				return nil, fmt.Errorf("migration line %s: %s: %q is not used here: forward only, one transaction, the same text everywhere", l.Name, e.Name(), bad)
			}
		}
		sum := sha256.Sum256(b)
		all = append(all, step{Version: n, Name: e.Name(), Sum: hex.EncodeToString(sum[:]), text: string(b)})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("migration line %s: no files", l.Name)
	}
	return all, nil
}

// Migrate brings the tables of the lines to what this program knows, in the
// order given, while nothing else writes. Several processes may do so at the
// same time. Interrupted, it goes on where it stopped: a file and the note
// that it has run are one transaction.
//
// Before anything runs, every line is compared with what ran earlier. A file
// that has changed since, and a database that a newer program has migrated,
// are refused.
func (db *DB) Migrate(ctx context.Context, lines ...Line) error {
	return db.exclusive(ctx, func() error {
		all := make([][]step, len(lines))
		for i, l := range lines {
			steps, err := l.steps()
			if err != nil {
				return err
			}
			for _, o := range lines[:i] {
				if o.Name == l.Name {
					return fmt.Errorf("migration line %s is given twice", l.Name)
				}
			}
			if _, err := db.applied(ctx, l, steps); err != nil {
				return err
			}
			all[i] = steps
		}
		for i, l := range lines {
			if err := db.up(ctx, l, all[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Migrated refuses a database that Migrate would change, or refuse. It changes
// nothing.
func (db *DB) Migrated(ctx context.Context, lines ...Line) error {
	return db.exclusive(ctx, func() error {
		for _, l := range lines {
			steps, err := l.steps()
			if err != nil {
				return err
			}
			n, err := db.applied(ctx, l, steps)
			if err != nil {
				return err
			}
			if n < len(steps) {
				return fault.New(fault.Conflict, "store.behind", l.Name, n, len(steps))
			}
		}
		return nil
	})
}

// applied is how many steps of the line have run, once they are found to be
// the same as ours.
func (db *DB) applied(ctx context.Context, l Line, steps []step) (int, error) {
	done, err := (&versions{db: db, line: l}).done(ctx, db.writer)
	if err != nil {
		return 0, fmt.Errorf("migration line %s: %w", l.Name, err)
	}
	return len(done), compare(l, steps, done)
}

// compare holds what ran against what this program has.
func compare(l Line, steps, done []step) error {
	if len(done) > len(steps) {
		return fault.New(fault.Conflict, "store.newer", l.Name, len(done), len(steps))
	}
	for i, d := range done {
		if d.Version != int64(i+1) || d.Name != steps[i].Name || d.Sum != steps[i].Sum {
			return fault.New(fault.Conflict, "store.changed", l.Name, steps[i].Name)
		}
	}
	return nil
}

// up runs what is missing of one line.
func (db *DB) up(ctx context.Context, l Line, steps []step) error {
	sub, err := fs.Sub(l.FS, "migrations")
	if err != nil {
		return err
	}
	had := -1
	for {
		v := &versions{db: db, line: l, steps: steps}
		opts := []goose.ProviderOption{
			goose.WithStore(v),
			goose.WithDisableGlobalRegistry(true),
			goose.WithSlog(db.log),
		}
		if db.dialect == Postgres {
			opts = append(opts, goose.WithSessionLocker(advisory{}))
		}
		p, err := goose.NewProvider(goose.DialectCustom, db.writer, sub, opts...)
		if err != nil {
			return fmt.Errorf("migration line %s: %w", l.Name, err)
		}
		ran, err := p.Up(ctx)
		for _, r := range ran {
			db.log.InfoContext(ctx, "migrated", "line", l.Name, "file", r.Source.Path, "took", r.Duration)
		}
		if err == nil {
			return nil
		}
		// SQLite has no lock that outlives a transaction. Where two processes
		// run the same file, one of them fails, at the latest when it notes
		// the number, and finds here that the work is done.
		has, again := db.applied(context.WithoutCancel(ctx), l, steps)
		if again != nil {
			return again
		}
		if ctx.Err() == nil && has > had && isRace(err) {
			had = has
			continue
		}
		if partial, ok := errors.AsType[*goose.PartialError](err); ok && ctx.Err() == nil && !isFull(err) && !isLocked(err) && !isGone(err) {
			return fault.Wrap(fault.Internal, err, "store.migration", l.Name, path.Base(partial.Failed.Source.Path))
		}
		return fmt.Errorf("migration line %s: %w", l.Name, err)
	}
}

// isRace says whether a migration may have failed because another process did
// the same at the same time.
func isRace(err error) bool {
	_, lite := sqliteCode(err)
	return lite && !isFull(err)
}

// versions is the version table of one line, in goose's terms.
type versions struct {
	db    *DB
	line  Line
	steps []step
}

var (
	_ database.Store         = (*versions)(nil)
	_ database.StoreExtender = (*versions)(nil)
)

func (v *versions) Tablename() string { return v.line.table() }

func (v *versions) createSQL() string {
	return `CREATE TABLE IF NOT EXISTS ` + v.Tablename() + ` (
	version BIGINT PRIMARY KEY,
	name TEXT NOT NULL,
	sum TEXT NOT NULL,
	at BIGINT NOT NULL
)`
}

func (v *versions) insertSQL() string {
	return `INSERT INTO ` + v.Tablename() + ` (version, name, sum, at) VALUES ($1, $2, $3, $4)`
}

func (v *versions) CreateVersionTable(ctx context.Context, c database.DBTxConn) error {
	_, err := c.ExecContext(ctx, v.createSQL())
	return err
}

// Insert notes a step with its checksum. Version 0 is goose's mark that the
// table is there.
func (v *versions) Insert(ctx context.Context, c database.DBTxConn, req database.InsertRequest) error {
	now := v.db.Now().UnixMilli()
	if req.Version == 0 {
		_, err := c.ExecContext(ctx, v.insertSQL()+` ON CONFLICT (version) DO NOTHING`, 0, "", "", now)
		return err
	}
	if req.Version > int64(len(v.steps)) {
		return fmt.Errorf("migration %d is not one of ours", req.Version)
	}
	s := v.steps[req.Version-1]
	_, err := c.ExecContext(ctx, v.insertSQL(), s.Version, s.Name, s.Sum, now)
	return err
}

func (v *versions) Delete(context.Context, database.DBTxConn, int64) error {
	return errors.New("migrations only go forward")
}

func (v *versions) GetMigration(ctx context.Context, c database.DBTxConn, version int64) (*database.GetMigrationResult, error) {
	var n int64
	err := c.QueryRowContext(ctx, `SELECT version FROM `+v.Tablename()+` WHERE version = $1`, version).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, database.ErrVersionNotFound
	}
	if err != nil {
		return nil, err
	}
	return &database.GetMigrationResult{IsApplied: true}, nil
}

func (v *versions) GetLatestVersion(ctx context.Context, c database.DBTxConn) (int64, error) {
	var n sql.NullInt64
	if err := c.QueryRowContext(ctx, `SELECT MAX(version) FROM `+v.Tablename()).Scan(&n); err != nil {
		return 0, err
	}
	if !n.Valid {
		return 0, database.ErrVersionNotFound
	}
	return n.Int64, nil
}

func (v *versions) ListMigrations(ctx context.Context, c database.DBTxConn) (all []*database.ListMigrationsResult, err error) {
	rows, err := c.QueryContext(ctx, `SELECT version FROM `+v.Tablename()+` ORDER BY version DESC`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		m := &database.ListMigrationsResult{IsApplied: true}
		if err := rows.Scan(&m.Version); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

func (v *versions) TableExists(ctx context.Context, c database.DBTxConn) (bool, error) {
	q := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1`
	if v.db.dialect == Postgres {
		q = `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1`
	}
	var n int
	err := c.QueryRowContext(ctx, q, v.Tablename()).Scan(&n)
	return n > 0, err
}

// done lists the steps that have run, in order.
func (v *versions) done(ctx context.Context, c database.DBTxConn) (all []step, err error) {
	if ok, err := v.TableExists(ctx, c); err != nil || !ok {
		return nil, err
	}
	rows, err := c.QueryContext(ctx, `SELECT version, name, sum FROM `+v.Tablename()+` WHERE version > 0 ORDER BY version`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var s step
		if err := rows.Scan(&s.Version, &s.Name, &s.Sum); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// advisory keeps all writers of all processes away while a line is migrated.
// It waits as long as it must: the other one may be rebuilding a large table.
type advisory struct{}

func (advisory) SessionLock(ctx context.Context, c *sql.Conn) error {
	if _, err := c.ExecContext(ctx, `SET lock_timeout = 0`); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(writerLock))
	return err
}

func (advisory) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	if _, err := c.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, int64(writerLock)); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, `RESET lock_timeout`)
	return err
}
