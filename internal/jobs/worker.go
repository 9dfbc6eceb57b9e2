package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"netral/internal/fault"
	"netral/internal/store"
)

// Options are the habits of a kind of job. The zero value is good.
type Options struct {
	// NameKey is what people call the kind: a key of the catalogue. Without one
	// the page shows the kind itself.
	NameKey string
	// Limit is how many of the kind one process runs at a time; 0 for as many
	// as the runner has room for.
	Limit int
	// Timeout is how long one attempt may take; 10 minutes when 0.
	Timeout time.Duration
	// Base and Cap shape the delays: after attempt n between half and the whole
	// of Base·2ⁿ⁻¹, Cap at most. 30 seconds and 6 hours when 0.
	Base, Cap time.Duration
}

// worker is a registered kind.
type worker struct {
	Options
	kind string
	do   func(ctx context.Context, payload []byte) error
}

var errPayload = errors.New("the payload is not what the worker takes")

// Register says who does the jobs of a kind. The payload is decoded strictly:
// what the worker does not know is refused, and the job is dead at once,
// because no repetition would mend it. Register before Run; registering a kind
// twice panics, for it is a mistake in the assembly of the program.
func Register[P any](r *Runner, kind string, opt Options, do func(context.Context, P) error) {
	r.register(worker{Options: opt, kind: kind, do: func(ctx context.Context, payload []byte) error {
		var p P
		dec := json.NewDecoder(bytes.NewReader(payload))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&p); err != nil {
			return fmt.Errorf("%w: %v", errPayload, err)
		}
		return do(ctx, p)
	}})
}

func (r *Runner) register(w worker) {
	if !sound(w.kind) || r.workers[w.kind] != nil {
		panic(fmt.Sprintf("jobs: kind %q has no usable name or is registered twice", w.kind))
	}
	if w.Timeout == 0 {
		w.Timeout = 10 * time.Minute
	}
	if w.Base == 0 {
		w.Base = 30 * time.Second
	}
	if w.Cap == 0 {
		w.Cap = 6 * time.Hour
	}
	r.workers[w.kind] = &w
	r.kinds = append(r.kinds, w.kind)
	slices.Sort(r.kinds)
}

// delay is how long to wait after the given attempt, from 1. scatter is in
// [0, 1): jobs that failed together do not come back together.
func (w *worker) delay(attempt int, scatter float64) time.Duration {
	d := w.Base
	for range attempt - 1 {
		if d >= w.Cap {
			break
		}
		d *= 2
	}
	d = min(d, w.Cap)
	return d/2 + time.Duration(scatter*float64(d-d/2))
}

// stopped is an error that no repetition mends.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

// Stop marks an error as one that no repetition mends: the job is dead at once.
func Stop(err error) error {
	if err == nil {
		return nil
	}
	return stopped{err}
}

// later is not an error but a wish.
type later struct{ at time.Time }

func (l later) Error() string { return "jobs: again at " + l.at.UTC().Format(time.RFC3339) }

// Again is what a worker returns when it is too early: the job comes back at
// the given moment and the attempt does not count.
func Again(at time.Time) error { return later{at} }

// claimKey is where Finish finds the job that it is called in.
type claimKey struct{}

// held is the job that a worker was called for.
type held struct {
	claim
	finished bool
}

// Finish, called by a worker in its own Write, ends the job in that
// transaction: what the worker changed and the end of the job commit together,
// so the change happens exactly once. When the job has meanwhile gone to
// another runner it returns a fault, which undoes the Write. Call it last.
func Finish(ctx context.Context, tx *store.Tx) error {
	h, ok := ctx.Value(claimKey{}).(*held)
	if !ok {
		return errors.New("jobs: Finish outside a worker, or with another context")
	}
	ok, err := h.remove(ctx, tx)
	if err != nil {
		return fmt.Errorf("finish job %d: %w", h.id, err)
	}
	if !ok {
		return fault.New(fault.Conflict, "jobs.error.lost")
	}
	tx.After(func() { h.finished = true })
	return nil
}

// panicked is a worker that panicked.
type panicked struct {
	value any
	stack []byte
}

func (p panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// call runs the worker of a claim; a panic becomes an error.
func (w *worker) call(ctx context.Context, h *held) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked{v, debug.Stack()}
		}
	}()
	return w.do(context.WithValue(ctx, claimKey{}, h), []byte(h.payload))
}

// problem is the key under which people read of an error, and whether
// repeating is of no use.
func problem(ctx context.Context, err error) (key string, final bool) {
	var f *fault.Error
	var p panicked
	var s stopped
	final = errors.As(err, &s)
	switch {
	case errors.Is(err, errPayload):
		return "jobs.error.payload", true
	case errors.As(err, &p):
		return "jobs.error.panic", final
	case errors.As(err, &f):
		return f.Key, final
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		return "jobs.error.timeout", final
	}
	return "jobs.error.other", final
}
