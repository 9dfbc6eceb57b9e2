package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"netral/internal/day"
	"netral/internal/store"
)

// entry is a line of the schedule.
type entry struct {
	name string
	spec string
	next func(after time.Time) time.Time // strictly after
	job  Job
}

// Every enqueues the job at every multiple of the interval, counted from the
// beginning of 1970 in Jakarta, so that all processes mean the same moments.
// After a time without any runner it comes once, not once for each time that
// was missed. The job's At is ignored; its Key is that of the line when empty,
// so that a slow job is not piled up.
func (r *Runner) Every(name string, interval time.Duration, job Job) {
	if interval < time.Second {
		panic(fmt.Sprintf("jobs: schedule %q: an interval of %s", name, interval))
	}
	r.schedule(entry{name: name, spec: "every " + interval.String(), job: job, next: func(after time.Time) time.Time {
		return nextMultiple(after, interval)
	}})
}

// Daily enqueues the job every day at that hour and minute in Jakarta, where
// no clock is ever changed. It is like Every otherwise.
func (r *Runner) Daily(name string, hour, minute int, job Job) {
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		panic(fmt.Sprintf("jobs: schedule %q: at %d:%d", name, hour, minute))
	}
	r.schedule(entry{name: name, spec: fmt.Sprintf("daily %02d:%02d WIB", hour, minute), job: job, next: func(after time.Time) time.Time {
		return nextDaily(after, hour, minute)
	}})
}

func nextMultiple(after time.Time, interval time.Duration) time.Time {
	// Truncate counts from the year 1; days and hours fall on WIB's when its
	// offset is added before and taken away after.
	const offset = 7 * time.Hour
	t := after.UTC().Add(offset).Truncate(interval).Add(-offset)
	for !t.After(after) {
		t = t.Add(interval)
	}
	return t
}

func nextDaily(after time.Time, hour, minute int) time.Time {
	at := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	t := day.At(after).Start().Add(at)
	if !t.After(after) {
		t = (day.At(after) + 1).Start().Add(at)
	}
	return t.UTC()
}

func (r *Runner) schedule(e entry) {
	if !sound(e.name) {
		panic(fmt.Sprintf("jobs: schedule %q has no usable name", e.name))
	}
	for _, o := range r.plan {
		if o.name == e.name {
			panic(fmt.Sprintf("jobs: schedule %q is there twice", e.name))
		}
	}
	if e.job.Key == "" {
		e.job.Key = "schedule:" + e.name
	}
	r.plan = append(r.plan, e)
}

// ring enqueues what the clock says. Of several processes one does: the others
// find that the line has moved on.
func (r *Runner) ring(ctx context.Context) error {
	if len(r.plan) == 0 {
		return nil
	}
	var due []entry
	err := r.cfg.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		due = due[:0]
		for _, e := range r.plan {
			spec, next, err := line(ctx, tx, e.name)
			if err != nil {
				return err
			}
			if spec != e.spec || !next.After(tx.Now) {
				due = append(due, e)
			}
		}
		return nil
	})
	if err != nil || len(due) == 0 {
		return err
	}
	return r.cfg.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, e := range due {
			if err := e.ring(ctx, tx); err != nil {
				return fmt.Errorf("schedule %s: %w", e.name, err)
			}
		}
		return nil
	})
}

func (e entry) ring(ctx context.Context, tx *store.Tx) error {
	spec, next, err := line(ctx, tx, e.name)
	if err != nil {
		return err
	}
	if spec == e.spec && next.After(tx.Now) {
		return nil // another process was first
	}
	last := int64(0)
	if spec == e.spec { // a line that is new or was changed begins with its next time
		job := e.job
		job.At = tx.Now
		if err := Enqueue(ctx, tx, job); err != nil {
			return err
		}
		last = tx.Now.UnixMilli()
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO jobs_schedule (name, spec, next, last) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, next = excluded.next,
		last = CASE WHEN excluded.last > 0 THEN excluded.last ELSE jobs_schedule.last END`,
		e.name, e.spec, e.next(tx.Now).UnixMilli(), last)
	return err
}

// line is a line of the schedule as stored; spec is "" when there is none.
func line(ctx context.Context, tx *store.Tx, name string) (spec string, next time.Time, err error) {
	var at int64
	err = tx.QueryRowContext(ctx, `SELECT spec, next FROM jobs_schedule WHERE name = $1`, name).Scan(&spec, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", time.Time{}, nil
	}
	return spec, time.UnixMilli(at).UTC(), err
}
