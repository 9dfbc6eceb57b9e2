package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxStatements bounds the prepared statements kept for the writer. The
// program has a few hundred texts; more means that somebody builds them.
const maxStatements = 512

// writerLock is the PostgreSQL advisory lock that makes one writer over all
// processes: "netral" in ASCII.
const writerLock = 0x6e657472616c

// writer is the committer's state: its connection and what is prepared there.
type writer struct {
	db    *DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt

	commits  int   // since the start
	walRetry int64 // size of the -wal file at which the next checkpoint is tried
	roomy    int   // for how many transactions more there is much room
}

// errHidden stands for an error that a function did not return. PostgreSQL has
// undone the transaction then, and answers COMMIT with success all the same.
var errHidden = errors.New("store: a statement failed and its error was not returned")

func (w *writer) newTx(b *batch) *Tx {
	return &Tx{Dialect: w.db.dialect, Now: w.db.Now(), run: w.conn, exec: w.cached, batch: b, room: w.moreRoom}
}

// begin opens the transaction and, on PostgreSQL, waits for its turn among the
// processes and sets the first savepoint in the same message.
func (w *writer) begin(ctx context.Context) (point, error) {
	if w.conn == nil {
		conn, err := w.db.writer.Conn(ctx)
		if err != nil {
			return noPoint, err
		}
		w.conn, w.stmts = conn, map[string]*sql.Stmt{}
	}
	if w.db.dialect == SQLite {
		_, err := w.exec(ctx, "BEGIN IMMEDIATE")
		return noPoint, err
	}
	// Not the server's default isolation: a snapshot taken before the lock is
	// granted would not show what the previous writer did.
	_, err := w.exec(ctx, fmt.Sprintf("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(%d); SAVEPOINT w", writerLock))
	if err != nil && !isGone(err) {
		w.rollback(ctx)
	}
	return freshPoint, err
}

// exec runs one of the committer's own statements.
func (w *writer) exec(ctx context.Context, q string) (sql.Result, error) {
	if w.db.dialect == Postgres {
		return w.conn.ExecContext(ctx, q, pgx.QueryExecModeSimpleProtocol)
	}
	return w.cached(ctx, q)
}

// cached runs a statement through the prepared ones. Only statements without
// rows go here: a prepared statement with open rows cannot be run again. On
// PostgreSQL the driver keeps its own.
func (w *writer) cached(ctx context.Context, q string, args ...any) (sql.Result, error) {
	if w.db.dialect == Postgres {
		return w.conn.ExecContext(ctx, q, args...)
	}
	s, ok := w.stmts[q]
	if !ok {
		var err error
		if s, err = w.conn.PrepareContext(ctx, q); err != nil {
			return nil, err
		}
		if len(w.stmts) >= maxStatements {
			w.forget()
		}
		w.stmts[q] = s
	}
	return s.ExecContext(ctx, args...)
}

// rollback undoes the transaction. A connection on which that fails is not
// used again.
func (w *writer) rollback(ctx context.Context) {
	if _, err := w.exec(ctx, "ROLLBACK"); err != nil {
		w.drop()
	}
}

func (w *writer) forget() {
	for q, s := range w.stmts {
		s.Close() //nolint:errcheck // nothing to lose
		delete(w.stmts, q)
	}
}

// drop gives the connection up; the next batch takes a new one.
func (w *writer) drop() {
	if w.conn == nil {
		return
	}
	w.forget()
	// ErrBadConn makes the pool throw the connection away: whatever state it is
	// in, nobody meets it again.
	w.conn.Raw(func(any) error { return driver.ErrBadConn }) //nolint:errcheck // that error
	w.conn.Close()                                           //nolint:errcheck // closed just now
	w.conn, w.roomy = nil, 0
}

// hidden is not nil when the transaction has failed on PostgreSQL. It asks the
// driver, not the server.
func (w *writer) hidden() (err error) {
	if w.db.dialect == SQLite {
		return nil
	}
	failed := false
	err = w.conn.Raw(func(c any) error {
		failed = c.(*stdlib.Conn).Conn().PgConn().TxStatus() != 'T'
		return nil
	})
	if err == nil && failed {
		err = errHidden
	}
	return err
}
