package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"runtime/debug"

	"github.com/jackc/pgx/v5"

	"netral/internal/fault"
)

// attempts bounds how often a batch, or one write in it, is done again.
const attempts = 3

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
}

// batch is what the writes of one transaction share.
type batch struct {
	broken error // why the transaction cannot go on
	shared map[any]any
}

// verdict is how an attempt at a batch ended.
type verdict uint8

const (
	final verdict = iota // committed, or not worth doing again
	spoil                // undone because of one write, which has its answer; the others are done again
	retry                // undone by something that may pass
)

// commit takes first and whoever waits behind it through one durable commit.
// It returns a job that is not a write and must come next, or nil.
func (w *writer) commit(first *job) (next *job) {
	jobs := []*job{first}
	var err error
	for try := 1; try <= attempts; {
		var v verdict
		jobs, next, v, err = w.attempt(jobs, next)
		if v == final {
			break
		}
		if v == retry {
			w.drop()
			try++
		}
		w.db.log.Warn("a batch of writes is done again", "try", try, "writes", len(jobs), "err", err)
	}
	if isConstraint(err) && len(jobs) > 1 {
		// A constraint that is checked at commit: find the one that breaks it.
		for _, j := range jobs {
			if !j.over {
				alone, _, _, err := w.attempt([]*job{j}, j)
				endAll(alone, err)
			}
		}
		return next
	}
	endAll(jobs, err)
	return next
}

// endAll answers those that have no answer yet: with err, or when there is
// none, with what their own function returned.
func endAll(jobs []*job, err error) {
	for _, j := range jobs {
		if err != nil {
			j.end(err)
			continue
		}
		j.end(j.err)
	}
}

// attempt runs the jobs in one transaction and, while there is room, those
// that have come in meanwhile. It returns all of them, a job that must come
// next, how it ended, and the error that hit all. With stop not nil nobody is
// taken in.
func (w *writer) attempt(jobs []*job, stop *job) (all []*job, next *job, v verdict, err error) {
	next = stop
	ctx := context.Background()
	if err := w.begin(ctx); err != nil {
		return jobs, next, passing(err), err
	}
	b := &batch{shared: map[any]any{}}
	good := 0
	for i := 0; ; i++ {
		if i == len(jobs) {
			if next != nil || len(jobs) >= w.db.maxBatch {
				break
			}
			j := w.db.poll()
			if j == nil {
				break
			}
			if j.alone != nil {
				next = j
				break
			}
			jobs = append(jobs, j)
		}
		if j := jobs[i]; j.claim() {
			w.one(ctx, b, j)
			if b.broken != nil {
				w.rollback(ctx)
				if isGone(b.broken) {
					return jobs, next, retry, b.broken
				}
				j.end(b.broken) // its doing
				if isFull(b.broken) {
					return jobs, next, retry, b.broken // it will hit the others too
				}
				return jobs, next, spoil, b.broken
			}
			if j.ok {
				good++
			}
		}
	}
	if good == 0 {
		w.rollback(ctx)
		return jobs, next, final, nil
	}
	after, err := w.runHooks(ctx, b)
	if err != nil {
		w.rollback(ctx)
		return jobs, next, passing(err), err
	}
	if err := w.finish(ctx, after != nil); err != nil {
		w.rollback(ctx)
		if isUnsure(err) {
			return jobs, next, final, fault.Wrap(fault.Busy, err, "store.unsure")
		}
		return jobs, next, passing(err), err
	}
	for _, f := range after {
		if err := guard(func() error { f(); return nil }); err != nil {
			w.db.log.Error("after a commit", "err", err)
		}
	}
	return jobs, next, final, nil
}

// passing says whether a batch that met err is worth doing again.
func passing(err error) verdict {
	if isGone(err) || isTransient(err) {
		return retry
	}
	return final
}

// runHooks runs what was registered with BeforeCommit, in a savepoint of its
// own: PostgreSQL answers COMMIT with success even where an error that nobody
// reported has already made it a ROLLBACK, but it refuses to release a
// savepoint then. The list that comes back is not nil when there were hooks.
func (w *writer) runHooks(ctx context.Context, b *batch) (after []func(), err error) {
	if len(w.db.hooks) == 0 {
		return nil, nil
	}
	if _, err := w.exec(ctx, "SAVEPOINT w"); err != nil {
		return nil, err
	}
	tx := w.newTx(b)
	defer tx.end()
	for _, hook := range w.db.hooks {
		if err := guard(func() error { return hook(mark(ctx), tx) }); err != nil {
			return nil, err
		}
		if b.broken != nil {
			return nil, b.broken
		}
		if tx.wrong != nil {
			return nil, tx.wrong
		}
	}
	return append([]func(){}, tx.after...), nil
}

// finish makes the transaction durable.
func (w *writer) finish(ctx context.Context, hooked bool) error {
	if hooked && w.db.dialect == Postgres { // in one message
		_, err := w.exec(ctx, "RELEASE SAVEPOINT w; COMMIT")
		return err
	}
	if hooked {
		if _, err := w.exec(ctx, "RELEASE SAVEPOINT w"); err != nil {
			return err
		}
	}
	_, err := w.exec(ctx, "COMMIT")
	return err
}

// guard makes an error of a panic in code that runs in the committer's
// goroutine, where nobody else could catch it.
func guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return f()
}

// poll takes a job that waits, or nil.
func (db *DB) poll() *job {
	select {
	case j := <-db.queue: // nil when closed
		return j
	default:
		return nil
	}
}

// claim makes the job the committer's, unless it has its answer or its caller
// has gone.
func (j *job) claim() bool {
	if j.over {
		return false
	}
	if j.state.Load() == taken {
		return true // done again
	}
	if err := j.ctx.Err(); err != nil && j.state.CompareAndSwap(waiting, gone) {
		j.err = err
		j.end(err)
		return false
	}
	if !j.state.CompareAndSwap(waiting, taken) {
		j.over = true // gone; nobody listens
		return false
	}
	return true
}

// one runs one job in its savepoint.
func (w *writer) one(ctx context.Context, b *batch, j *job) {
	for try := 1; ; try++ {
		j.ok, j.err = false, nil
		if _, err := w.exec(ctx, "SAVEPOINT w"); err != nil {
			b.broken = err
			return
		}
		j.tx = w.newTx(b)
		j.turn <- j.tx
		err := <-j.ran
		j.tx.end()
		if err == errAborted {
			j.aborted = true
		} else if j.tx.wrong != nil {
			err = j.tx.wrong
		}
		if b.broken == nil && err == nil {
			// An error here, after a function that saw none, means that it hid
			// one. What it told the others through Shared is then wrong too,
			// so all of the batch goes.
			if _, err := w.exec(ctx, "RELEASE SAVEPOINT w"); err != nil {
				b.broken = err
				return
			}
			j.ok = true
			return
		}
		j.err = err
		if b.broken == nil {
			b.broken = w.undo(ctx, err)
		}
		if j.aborted {
			j.end(errAborted) // the caller unwinds; nothing of it may run again
			return
		}
		if b.broken != nil || !isTransient(err) || try == attempts {
			return
		}
	}
}

// undo takes back what one write did. An error means that the whole
// transaction is lost.
func (w *writer) undo(ctx context.Context, cause error) error {
	_, err := w.exec(ctx, "ROLLBACK TO SAVEPOINT w")
	if err == nil {
		_, err = w.exec(ctx, "RELEASE SAVEPOINT w")
	}
	if err != nil {
		return fmt.Errorf("undo a write: %w (after: %w)", err, cause)
	}
	return nil
}

func (w *writer) newTx(b *batch) *Tx {
	return &Tx{Dialect: w.db.dialect, Now: w.db.Now(), run: w.conn, exec: w.cached, batch: b}
}

// begin opens the transaction and, on PostgreSQL, waits for its turn among the
// processes.
func (w *writer) begin(ctx context.Context) error {
	if w.conn == nil {
		conn, err := w.db.writer.Conn(ctx)
		if err != nil {
			return err
		}
		w.conn, w.stmts = conn, map[string]*sql.Stmt{}
	}
	if w.db.dialect == SQLite {
		_, err := w.exec(ctx, "BEGIN IMMEDIATE")
		return err
	}
	// Not the server's default isolation: a snapshot taken before the lock is
	// granted would not show what the previous writer did.
	_, err := w.exec(ctx, fmt.Sprintf("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(%d)", writerLock))
	if err != nil && !isGone(err) {
		w.rollback(ctx)
	}
	return err
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
	w.conn = nil
}
