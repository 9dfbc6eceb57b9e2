package jobs

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"netral/internal/ledger"
	"netral/internal/store"
)

// Config is what a runner needs. DB, Book and Rand are required.
type Config struct {
	DB   *store.DB
	Book *ledger.Book // for what officers do to the queue
	// Rand names the runner and scatters delays.
	Rand io.Reader
	// Log gets failures: number, kind and cause; discarded when nil.
	Log *slog.Logger
	// Workers is how many jobs run at a time; 8 when 0.
	Workers int
	// Poll is how long an idle runner waits before it looks again; half a
	// second when 0.
	Poll time.Duration
	// Lease is how long a job of a runner that died waits for another one; a
	// minute when 0. A third of it is the interval of the heartbeat.
	Lease time.Duration
	// Grace is how long jobs may go on after Run was told to stop; 20 seconds
	// when 0. What is not done by then is interrupted and given back.
	Grace time.Duration
	// Observe is told of every attempt, for metrics; may be nil. It is called
	// from several goroutines.
	Observe func(Event)
}

// Event is the end of an attempt.
type Event struct {
	Job     int64
	Kind    string
	Attempt int
	// Outcome is "done", "failed" (will be repeated), "dead", "later" (wished
	// by the worker), "released" (the runner stopped) or "lost" (went to
	// another runner).
	Outcome string
	Took    time.Duration
	// ErrorKey is the message for people, empty unless failed or dead.
	ErrorKey string
	// Err is the cause, for tests and logs; never shown.
	Err error
}

// Runner does the jobs of the registered kinds. Make one with New, Register
// workers, then Run it once.
type Runner struct {
	cfg     Config
	name    string
	workers map[string]*worker
	kinds   []string
	plan    []entry
	wake    chan struct{}

	rand sync.Mutex // guards cfg.Rand

	mu     sync.Mutex
	active map[*held]context.CancelCauseFunc
	count  map[string]int // running, by kind
	wg     sync.WaitGroup
}

// New makes a runner. It does nothing until Run or Drain.
func New(cfg Config) (*Runner, error) {
	if cfg.DB == nil || cfg.Book == nil || cfg.Rand == nil {
		return nil, errors.New("jobs: DB, Book and Rand are required")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Workers == 0 {
		cfg.Workers = 8
	}
	if cfg.Poll == 0 {
		cfg.Poll = 500 * time.Millisecond
	}
	if cfg.Lease == 0 {
		cfg.Lease = time.Minute
	}
	if cfg.Grace == 0 {
		cfg.Grace = 20 * time.Second
	}
	name := make([]byte, 8)
	if _, err := io.ReadFull(cfg.Rand, name); err != nil {
		return nil, fmt.Errorf("name the runner: %w", err)
	}
	return &Runner{
		cfg: cfg, name: hex.EncodeToString(name), workers: map[string]*worker{}, wake: make(chan struct{}, 1),
		active: map[*held]context.CancelCauseFunc{}, count: map[string]int{},
	}, nil
}

// Wake makes the runner look at once. It never waits.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

var errStopping = errors.New("jobs: the runner stops")

// Run works until ctx ends, then lets what runs finish within Config.Grace,
// gives the rest back, and returns nil. Trouble with the database is logged and
// does not end it.
func (r *Runner) Run(ctx context.Context) error {
	beating, calm := context.WithCancel(context.WithoutCancel(ctx))
	var heart sync.WaitGroup
	heart.Go(func() { r.heartbeat(beating) })
	work, interrupt := context.WithCancelCause(context.WithoutCancel(ctx))

	pause := time.NewTimer(0)
	defer pause.Stop()
	trouble := 0
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			continue
		case <-r.wake:
		case <-pause.C:
		}
		_, err := r.round(ctx, work, func(Event) { r.Wake() })
		wait := r.cfg.Poll
		switch {
		case err == nil:
			trouble = 0
		case ctx.Err() == nil:
			trouble = min(trouble+1, 5)
			wait <<= trouble
			r.cfg.Log.Error("the queue cannot be read", "err", err)
		}
		pause.Reset(wait)
	}

	idle := make(chan struct{})
	go func() {
		r.wg.Wait()
		close(idle)
	}()
	if !within(idle, r.cfg.Grace) {
		interrupt(errStopping)
		if !within(idle, r.cfg.Grace/2+time.Second) {
			r.cfg.Log.Error("jobs do not stop; another runner gets them when their lease is over", "jobs", r.busy())
		}
	}
	interrupt(nil)
	calm()
	heart.Wait()
	return nil
}

func within(done <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// Drain does all that is due by the clock of the database, what comes due
// meanwhile included, and returns what happened. It is for commands and tests;
// Run does the same without end.
func (r *Runner) Drain(ctx context.Context) ([]Event, error) {
	beating, calm := context.WithCancel(context.WithoutCancel(ctx))
	var heart sync.WaitGroup
	heart.Go(func() { r.heartbeat(beating) })
	defer heart.Wait()
	defer calm()
	var mu sync.Mutex
	var all []Event
	for ctx.Err() == nil {
		n, err := r.round(ctx, ctx, func(e Event) {
			mu.Lock()
			all = append(all, e)
			mu.Unlock()
		})
		r.wg.Wait()
		if err != nil || n == 0 {
			return all, err
		}
	}
	return all, ctx.Err()
}

// round claims what there is room for and starts it.
func (r *Runner) round(ctx, work context.Context, done func(Event)) (int, error) {
	if err := r.ring(ctx); err != nil {
		return 0, err
	}
	var any bool
	if len(r.kinds) == 0 || r.free() == 0 {
		return 0, nil
	}
	err := r.cfg.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		any, err = anyDue(ctx, tx, r.kinds)
		return err
	})
	if err != nil || !any {
		return 0, err
	}
	var got []claim
	var lost []Event
	err = r.cfg.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if lost, err = r.rescue(ctx, tx); err != nil {
			return err
		}
		got, err = r.claim(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, e := range lost {
		r.tell(e, done)
	}
	for _, c := range got {
		r.start(work, c, done)
	}
	return len(got), nil
}

// rescue takes jobs from runners that are silent for longer than their lease.
func (r *Runner) rescue(ctx context.Context, tx *store.Tx) (lost []Event, err error) {
	gone, err := expired(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, c := range gone {
		e := Event{Job: c.id, Kind: c.kind, Attempt: c.attempt, ErrorKey: "jobs.error.gone", Err: errors.New("the runner fell silent")}
		if c.attempt >= c.attempts {
			e.Outcome = "dead"
			_, err = c.bury(ctx, tx, "jobs.error.gone")
		} else {
			e.Outcome = "failed"
			_, err = c.giveBack(ctx, tx, tx.Now, c.attempt, "jobs.error.gone")
		}
		if err != nil {
			return nil, err
		}
		if err := count(ctx, tx, c.kind, 0, 1, btoi(e.Outcome == "dead")); err != nil {
			return nil, err
		}
		lost = append(lost, e)
	}
	return lost, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// claim takes kinds with a limit one by one, and all others together.
func (r *Runner) claim(ctx context.Context, tx *store.Tx) (got []claim, err error) {
	lease := tx.Now.Add(r.cfg.Lease)
	free := r.free()
	var open []string
	for _, k := range r.kinds {
		limit := r.workers[k].Limit
		if limit == 0 {
			open = append(open, k)
			continue
		}
		n := min(limit-r.running(k), free-len(got))
		if n <= 0 {
			continue
		}
		c, err := take(ctx, tx, r.name, lease, n, []string{k})
		if err != nil {
			return nil, err
		}
		got = append(got, c...)
	}
	if n := free - len(got); n > 0 && len(open) > 0 {
		c, err := take(ctx, tx, r.name, lease, n, open)
		if err != nil {
			return nil, err
		}
		got = append(got, c...)
	}
	return got, nil
}

func (r *Runner) free() int { return r.cfg.Workers - r.busy() }

func (r *Runner) busy() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.active)
}

func (r *Runner) running(kind string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count[kind]
}

// heartbeat prolongs the leases of what runs, and interrupts what has gone to
// another runner.
func (r *Runner) heartbeat(ctx context.Context) {
	beat := time.NewTicker(r.cfg.Lease / 3)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		r.mu.Lock()
		all := make([]*held, 0, len(r.active))
		for h := range r.active {
			all = append(all, h)
		}
		r.mu.Unlock()
		if len(all) == 0 {
			continue
		}
		var gone []*held
		err := r.cfg.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			gone = gone[:0]
			for _, h := range all {
				ok, err := h.prolong(ctx, tx, tx.Now.Add(r.cfg.Lease))
				if err != nil {
					return err
				}
				if !ok {
					gone = append(gone, h)
				}
			}
			return nil
		})
		if err != nil && ctx.Err() == nil {
			r.cfg.Log.Error("leases of jobs cannot be prolonged", "jobs", len(all), "err", err)
			continue
		}
		r.mu.Lock()
		for _, h := range gone {
			if cancel := r.active[h]; cancel != nil {
				cancel(errGone)
			}
		}
		r.mu.Unlock()
	}
}

var errGone = errors.New("jobs: another runner has the job")
