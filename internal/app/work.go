package app

import (
	"context"
	"errors"
	"fmt"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/jobs"
)

// The kinds of jobs that come by the clock.
const (
	kindVerify = "ledger.verify"
	kindSweep  = "identity.sweep"
	kindLooks  = "roster.forget"
	kindTokens = "token.forget"
)

// nothing is the payload of a job that needs none.
type nothing struct{}

// employ registers who does which job, and when the clock asks for one. All of
// it happens at night in Jakarta.
func (h *house) employ() {
	h.exchange.Work(h.runner)
	daily := func(kind, nameKey string, hour, minute, attempts int, do func(context.Context) error) {
		jobs.Register(h.runner, kind, jobs.Options{NameKey: nameKey}, func(ctx context.Context, _ nothing) error { return do(ctx) })
		h.runner.Daily(kind, hour, minute, jobs.Job{Kind: kind, Payload: nothing{}, MaxAttempts: attempts})
	}
	daily(kindSweep, "app.job.sweep", 1, 10, 0, h.identity.Sweep)
	daily(kindTokens, "app.job.tokens", 1, 20, 0, func(ctx context.Context) error {
		_, err := h.tokens.Forget(ctx)
		return err
	})
	daily(kindLooks, "app.job.looks", 1, 30, 0, func(ctx context.Context) error {
		_, err := h.roster.Forget(ctx, actor.System())
		return err
	})
	h.remindSlips()
	// One attempt: a record that is not whole stays so, and must stand first on
	// the page of the queue the same night.
	daily(kindVerify, "app.job.verify", 2, 0, 1, h.verifyRecord)
}

// verifyRecord recomputes the whole record.
func (h *house) verifyRecord(ctx context.Context) error {
	report, err := h.book.Verify(ctx)
	switch {
	case err != nil:
		return err
	case !report.Clean():
		h.log.Error("THE RECORD IS NOT WHOLE", "problems", fmt.Sprint(report.Problems))
		return jobs.Stop(fault.New(fault.Internal, "app.job.not_whole", report.Found))
	}
	h.log.Info("the record is whole", "entries", report.Size)
	return nil
}

// queued counts the jobs that were given up and those that wait too long.
func (h *house) queued(ctx context.Context) (dead, overdue int64, err error) {
	l, err := h.runner.List(ctx, jobs.ListInput{Limit: 1})
	if err != nil {
		return 0, 0, err
	}
	return l.Counts[jobs.Dead], l.Counts[jobs.Overdue], nil
}

// work runs the queue until stop is called, which lets what runs finish.
func (h *house) work(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := h.runner.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			h.log.Error("the queue stands still", "err", err)
		}
	}()
	return func() { cancel(); <-done }
}
