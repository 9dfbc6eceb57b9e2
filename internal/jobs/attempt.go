package jobs

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"netral/internal/store"
)

// start runs a claim in a goroutine of its own and settles it.
func (r *Runner) start(work context.Context, c claim, done func(Event)) {
	h := &held{claim: c}
	ctx, cancel := context.WithCancelCause(work)
	r.mu.Lock()
	r.active[h] = cancel
	r.count[c.kind]++
	r.mu.Unlock()
	r.wg.Go(func() {
		e := r.attempt(ctx, h)
		cancel(nil)
		r.mu.Lock()
		delete(r.active, h)
		r.count[c.kind]--
		r.mu.Unlock()
		r.tell(e, done)
	})
}

func (r *Runner) tell(e Event, done func(Event)) {
	log := []any{"job", e.Job, "kind", e.Kind, "attempt", e.Attempt, "outcome", e.Outcome}
	switch e.Outcome {
	case "dead", "failed":
		log = append(log, "key", e.ErrorKey, "err", e.Err)
		var p panicked
		if errors.As(e.Err, &p) {
			log = append(log, "stack", string(p.stack))
		}
		if e.Outcome == "dead" {
			r.cfg.Log.Error("a job is given up", log...)
		} else {
			r.cfg.Log.Warn("a job failed and will be repeated", log...)
		}
	case "lost":
		r.cfg.Log.Warn("a job went to another runner while it ran here", log...)
	}
	if r.cfg.Observe != nil {
		r.cfg.Observe(e)
	}
	done(e)
}

// attempt calls the worker and notes how it went.
func (r *Runner) attempt(ctx context.Context, h *held) Event {
	w := r.workers[h.kind]
	limited, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	began := time.Now()
	err := w.call(limited, h)
	e := Event{Job: h.id, Kind: h.kind, Attempt: h.attempt, Took: time.Since(began), Err: err}
	if h.finished {
		e.Outcome = "done"
		return e
	}
	key, final := problem(limited, err)
	scatter := r.scatter()

	note := func(ctx context.Context, tx *store.Tx) (held bool, err error) {
		var wish later
		switch {
		case e.Err == nil:
			e.Outcome = "done"
			return h.remove(ctx, tx)
		case errors.As(e.Err, &wish):
			e.Outcome = "later"
			return h.giveBack(ctx, tx, wish.at, h.attempt-1, "")
		case errors.Is(context.Cause(limited), errStopping):
			e.Outcome = "released"
			return h.giveBack(ctx, tx, tx.Now, h.attempt-1, "")
		case final || h.attempt >= h.attempts:
			e.Outcome, e.ErrorKey = "dead", key
			held, err = h.bury(ctx, tx, key)
		default:
			e.Outcome, e.ErrorKey = "failed", key
			held, err = h.giveBack(ctx, tx, tx.Now.Add(w.delay(h.attempt, scatter)), h.attempt, key)
		}
		if held && err == nil {
			err = count(ctx, tx, h.kind, 0, 1, btoi(e.Outcome == "dead"))
		}
		return held, err
	}
	held, err := r.settle(ctx, note)
	switch {
	case err != nil:
		// The lease runs out and the job runs again: once too often is what
		// "at least once" means.
		r.cfg.Log.Error("the end of a job cannot be noted", "job", h.id, "kind", h.kind, "err", err)
		e.Outcome = "lost"
	case !held:
		e.Outcome = "lost"
	}
	return e
}

// settleWaits are the pauses between tries to note the end of a job. Their sum
// is well under a lease of a minute.
func settleWaits() []time.Duration {
	return []time.Duration{50 * time.Millisecond, time.Second, 5 * time.Second, 0}
}

func (r *Runner) settle(ctx context.Context, note func(context.Context, *store.Tx) (bool, error)) (held bool, err error) {
	ctx = context.WithoutCancel(ctx)
	for _, wait := range settleWaits() {
		err = r.cfg.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			held, err = note(ctx, tx)
			return err
		})
		if err == nil {
			return held, nil
		}
		time.Sleep(wait)
	}
	return false, err
}

// scatter is a number in [0, 1).
func (r *Runner) scatter() float64 {
	r.rand.Lock()
	defer r.rand.Unlock()
	var b [8]byte
	if _, err := io.ReadFull(r.cfg.Rand, b[:]); err != nil {
		return 0.5 // an average delay is no reason to lose a job
	}
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
}
