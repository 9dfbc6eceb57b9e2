package store

import (
	"context"
	"errors"
	"sync/atomic"
)

// defaultBatch bounds how many writes share one commit, and so how long the first
// of them waits for the others.
const defaultBatch = 256

// job is one Write on its way through the committer. The function runs in the
// caller's goroutine, when the committer says that it is its turn: so a panic
// unwinds the caller's own stack, and a test may fail inside.
type job struct {
	ctx   context.Context
	state atomic.Int32     // waiting, taken or gone
	turn  chan *Tx         // committer → caller: run now, on this
	ran   chan error       // caller → committer: how it went
	done  chan error       // committer → caller: the end of it
	alone func(*job) error // not a Write: run with the writer set free

	// Owned by the committer.
	tx      *Tx
	err     error // of the function
	ok      bool  // succeeded in the present attempt
	over    bool  // answered, or its caller is gone
	aborted bool  // its function panicked or ended its goroutine
}

const (
	waiting int32 = iota
	taken
	gone
)

// errAborted stands for a function that did not return.
var errAborted = errors.New("store: the function did not return")

// Write runs fn in the one transaction that may write, and returns once the
// change is durable. An error or a panic of fn undoes what fn did; the panic
// goes on in the caller.
//
// Writes that wait at the same time share one commit, so fn sees what the
// writes before it did, but nobody outside sees anything before all of it is
// on the disk. When the batch has to be undone because of another write or a
// lost connection, fn runs again: it must touch nothing but the transaction. It must be quick,
// since everybody waits: no network, no key derivation, no rendering.
//
// A context that ends before fn has begun makes Write return at once. From
// then on it is ignored, and fn gets one that cannot be cancelled: otherwise
// one caller could break the transaction of the others.
//
// Inside another Write or Read it is refused.
func (db *DB) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if marked(ctx) {
		return errNested()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := db.enter(); err != nil {
		return err
	}
	defer db.inflight.Done()
	j := newJob(ctx)
	select {
	case db.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	inner := mark(context.WithoutCancel(ctx))
	cancelled := ctx.Done()
	for {
		select {
		case tx := <-j.turn:
			j.run(inner, tx, fn)
		case err := <-j.done:
			if err != nil {
				return classify(err)
			}
			for _, f := range j.tx.after {
				f()
			}
			return nil
		case <-cancelled:
			if j.state.CompareAndSwap(waiting, gone) {
				return ctx.Err()
			}
			cancelled = nil
		}
	}
}

func newJob(ctx context.Context) *job {
	return &job{ctx: ctx, turn: make(chan *Tx), ran: make(chan error), done: make(chan error, 1)}
}

// run runs fn in the caller's goroutine and tells the committer. When fn
// panics, the rollback is awaited before the panic goes on.
func (j *job) run(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) {
	returned := false
	defer func() {
		if !returned {
			j.ran <- errAborted
			<-j.done
		}
	}()
	err := fn(ctx, tx)
	returned = true
	j.ran <- err
}

// end answers a job. Only the first answer counts.
func (j *job) end(err error) {
	if j.over {
		return
	}
	j.over = true
	j.done <- err
}

// exclusive runs f while no write is under way and the writer's connection is
// free, for migrations and restores.
func (db *DB) exclusive(ctx context.Context, f func() error) error {
	if marked(ctx) {
		return errNested()
	}
	if err := db.enter(); err != nil {
		return err
	}
	defer db.inflight.Done()
	j := newJob(ctx)
	j.alone = func(*job) error { return f() }
	select {
	case db.queue <- j:
		return classify(<-j.done)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commitLoop is the goroutine that owns the writer.
func (db *DB) commitLoop() {
	defer close(db.idle)
	w := &writer{db: db}
	defer w.drop()
	for j := range db.queue {
		for j != nil {
			if j.alone != nil {
				w.drop()
				j.end(j.alone(j))
				j = nil
				continue
			}
			j = w.commit(j)
			w.shrink()
			w.lessRoom(context.Background())
		}
	}
}
