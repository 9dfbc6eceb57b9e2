package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync/atomic"
	"time"
)

// runner is what a *sql.Tx and a *sql.Conn have in common. There is no Prepare:
// statements are kept prepared anyway.
type runner interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

var _ runner = (*Tx)(nil)

// Tx is a transaction, valid until the function that got it returns. One
// goroutine at a time may use it.
//
// A statement that fails ends the usefulness of the Tx on PostgreSQL:
// return the error. Where a conflict is expected, write ON CONFLICT.
type Tx struct {
	// Dialect is the engine, for the few places where the text must differ.
	Dialect Dialect
	// Now is the one clock of the transaction: UTC, whole milliseconds.
	Now time.Time

	run   runner
	exec  func(context.Context, string, ...any) (sql.Result, error)
	room  func(context.Context) error
	batch *batch // nil in a Read
	after []func()
	rows  *sql.Rows // handed out last
	wrong error     // how the transaction was misused
	ended atomic.Bool
}

// end makes the transaction unusable for those who kept it.
func (tx *Tx) end() {
	tx.ended.Store(true)
	if tx.reading() {
		tx.rows.Close() //nolint:errcheck // somebody forgot; the next one needs the connection
	}
}

// reading says whether the rows handed out last are still open.
func (tx *Tx) reading() bool {
	if tx.rows == nil {
		return false
	}
	if _, err := tx.rows.Columns(); err == nil { // the one thing that closed rows refuse and open ones never do
		return true
	}
	tx.rows = nil
	return false
}

// own is the context for a statement. In a Write it cannot be cancelled, also
// where the function uses one from outside: the connection belongs to the
// whole batch, and a cancelled statement ends it.
func (tx *Tx) own(ctx context.Context) context.Context {
	if tx.batch != nil {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

var (
	errEnded   = errors.New("store: the transaction has ended")
	errReading = errors.New("store: the rows of the query before are still open")
)

// After registers f to run once the transaction is committed, in the goroutine
// of the caller of Write, in order of registration; for a hook of BeforeCommit,
// in the goroutine that commits. After a rollback, and in a Read, f does not
// run.
func (tx *Tx) After(f func()) { tx.after = append(tx.after, f) }

// ExecContext runs a statement that returns no rows.
func (tx *Tx) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	if err := tx.usable(); err != nil {
		return nil, err
	}
	res, err := tx.exec(tx.own(ctx), q, args...)
	return res, tx.note(err)
}

// QueryContext runs a statement that returns rows; the caller closes them
// before the next statement.
func (tx *Tx) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if err := tx.usable(); err != nil {
		return nil, err
	}
	rows, err := tx.run.QueryContext(tx.own(ctx), q, args...)
	if err == nil {
		tx.rows = rows
	}
	return rows, tx.note(err)
}

// Each runs a statement that returns rows and calls f on each of them, in
// order; f scans, and runs no statement. The first error, of the statement, of
// f or of the reading, ends it and is the one returned. The rows are closed
// when Each returns, so that the next statement may follow.
func (tx *Tx) Each(ctx context.Context, f func(*sql.Rows) error, q string, args ...any) error {
	rows, err := tx.QueryContext(ctx, q, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to the end, or there is an error to return already
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return tx.note(rows.Err())
}

// QueryRowContext runs a statement that returns at most one row.
func (tx *Tx) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	if err := tx.usable(); err != nil {
		return refused(ctx, err)
	}
	row := tx.run.QueryRowContext(tx.own(ctx), q, args...)
	_ = tx.note(row.Err())
	return row
}

// refused makes a row that has err and nothing else. Only database/sql can make
// one, so it is asked of a database that cannot be reached.
func refused(ctx context.Context, err error) *sql.Row {
	db := sql.OpenDB(nowhere{err})
	defer db.Close() //nolint:errcheck // never open
	return db.QueryRowContext(context.WithoutCancel(ctx), "")
}

type nowhere struct{ err error }

func (n nowhere) Connect(context.Context) (driver.Conn, error) { return nil, n.err }
func (n nowhere) Driver() driver.Driver                        { return nil }

// usable refuses statements after the end of the transaction and after an
// error that ended it early. SQLite rolls back by itself on some errors, and
// what came after would be committed one by one.
func (tx *Tx) usable() error {
	if tx.ended.Load() {
		return errEnded
	}
	if tx.batch != nil && tx.batch.broken != nil {
		return tx.batch.broken
	}
	if tx.reading() {
		tx.wrong = errReading // SQLite would not mind, PostgreSQL cannot
		return tx.wrong
	}
	return nil
}

// note remembers an error that the whole batch cannot survive.
func (tx *Tx) note(err error) error {
	if err != nil && tx.batch != nil && tx.batch.broken == nil && endsTransaction(err) {
		tx.batch.broken = err
	}
	return err
}

// Shared returns the value that all writes of one batch share under key; the
// first to ask makes it. It lives until the batch is committed or undone, so
// it may hold what was read inside the transaction. In a Read it is made anew.
// It is not undone with a write that fails: change it last, when the function
// can no longer fail.
func (tx *Tx) Shared(key any, make func() (any, error)) (any, error) {
	if tx.batch == nil {
		return make()
	}
	if v, ok := tx.batch.shared[key]; ok {
		return v, nil
	}
	v, err := make()
	if err != nil {
		return nil, err
	}
	tx.batch.shared[key] = v
	return v, nil
}

type inTx struct{}

// marked says whether ctx belongs to a running Read or Write.
func marked(ctx context.Context) bool { return ctx.Value(inTx{}) != nil }

func mark(ctx context.Context) context.Context { return context.WithValue(ctx, inTx{}, true) }
