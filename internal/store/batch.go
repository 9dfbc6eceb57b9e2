package store

import (
	"context"
	"fmt"
	"runtime/debug"

	"netral/internal/fault"
)

// attempts bounds how often a batch, or one write in it, is done again.
const attempts = 3

// batch is what the writes of one transaction share.
type batch struct {
	broken  error // why the transaction cannot go on
	shared  map[any]any
	point   point
	started bool // something has been done that succeeded
}

// point is the state of the savepoint in which writes run one after another.
// Keeping it between two writes saves a round trip for each.
type point uint8

const (
	noPoint    point = iota
	freshPoint       // set, and nothing has been done since
	usedPoint        // set, and a write that succeeded is in it
	wholePoint       // the beginning of the transaction is as good as one
)

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
	b := &batch{shared: map[any]any{}}
	if b.point, err = w.begin(ctx); err != nil {
		return jobs, next, passing(err), err
	}
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
	if _, err := w.exec(ctx, "COMMIT"); err != nil {
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

// runHooks runs what was registered with BeforeCommit.
func (w *writer) runHooks(ctx context.Context, b *batch) (after []func(), err error) {
	if len(w.db.hooks) == 0 {
		return nil, nil
	}
	tx := w.newTx(b)
	for _, hook := range w.db.hooks {
		if err = guard(func() error { return hook(mark(ctx), tx) }); err != nil {
			break
		}
	}
	tx.end()
	if err == nil {
		err = b.broken
	}
	if err == nil {
		err = tx.wrong
	}
	if err == nil {
		err = w.hidden()
	}
	return tx.after, err
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
		if err := w.setPoint(ctx, b); err != nil {
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
			if b.broken = w.keep(ctx, b); b.broken == nil {
				j.ok = true
			}
			return
		}
		j.err = err
		if b.broken == nil {
			b.broken = w.undo(ctx, b, err)
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

// setPoint begins the savepoint of a write.
func (w *writer) setPoint(ctx context.Context, b *batch) (err error) {
	switch {
	case b.point == noPoint && !b.started:
		// The first write can be undone with the transaction. That saves SQLite
		// a copy of each page that it changes; a large one is alone anyway.
		b.point = wholePoint
		return nil
	case b.point == noPoint:
		_, err = w.exec(ctx, "SAVEPOINT w")
	case b.point == usedPoint:
		_, err = w.exec(ctx, "RELEASE SAVEPOINT w; SAVEPOINT w")
	}
	b.point = freshPoint
	return err
}

// keep makes what a write did part of the batch.
func (w *writer) keep(ctx context.Context, b *batch) error {
	if w.db.dialect == Postgres {
		b.point = usedPoint
		return w.hidden()
	}
	b.started = true
	if b.point == wholePoint {
		b.point = noPoint
		return nil
	}
	b.point = noPoint
	_, err := w.exec(ctx, "RELEASE SAVEPOINT w")
	return err
}

// undo takes back what one write did; the savepoint stays. An error means that
// the whole transaction is lost.
func (w *writer) undo(ctx context.Context, b *batch, cause error) error {
	if b.point == wholePoint {
		_, err := w.exec(ctx, "ROLLBACK")
		if err == nil {
			b.point, err = w.begin(ctx)
			b.shared = map[any]any{} // another process may have written in between
		}
		if err != nil {
			return fmt.Errorf("undo the first write: %w (after: %w)", err, cause)
		}
		return nil
	}
	b.point = freshPoint
	if _, err := w.exec(ctx, "ROLLBACK TO SAVEPOINT w"); err != nil {
		return fmt.Errorf("undo a write: %w (after: %w)", err, cause)
	}
	return nil
}
