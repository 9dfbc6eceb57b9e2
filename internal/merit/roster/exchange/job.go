package exchange

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/store"
)

const (
	jobKind  = "roster.import"
	tidyKind = "roster.import.tidy"
)

// task is the payload of a job.
type task struct {
	ID string `json:"id"`
}

// How long is kept what nobody asked for any more.
const (
	keepFiles   = 7 * 24 * time.Hour
	keepRefused = 30 * 24 * time.Hour
)

// Work registers the jobs of imports, and their nightly tidying, with a runner.
func (s *Service) Work(r *jobs.Runner) {
	jobs.Register(r, jobKind, jobs.Options{NameKey: "exchange.job.import", Limit: 1, Timeout: 6 * time.Hour}, s.work)
	jobs.Register(r, tidyKind, jobs.Options{NameKey: "exchange.job.tidy"}, func(ctx context.Context, _ struct{}) error {
		return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return forget(ctx, tx, tx.Now.Add(-keepFiles), tx.Now.Add(-keepRefused))
		})
	})
	r.Daily(tidyKind, 3, 30, jobs.Job{Kind: tidyKind, Payload: struct{}{}})
}

// work does what an import waits for. A job that runs again, because its process
// died or because it ended by an error of ours, goes on where it was.
func (s *Service) work(ctx context.Context, t task) (err error) {
	m, err := s.load(ctx, t.ID)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	write := m.State == Ready || m.State == Writing
	if !write && m.State != Waiting && m.State != Checking {
		return nil
	}
	f, err := s.temp()
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it is gone already
	if _, err := s.parts(ctx, m.ID, "file", f); err != nil {
		return err
	}
	refused, err := s.temp()
	if err != nil {
		return err
	}
	defer refused.Close() //nolint:errcheck // it is gone already
	who, err := s.today(ctx, m.who)
	if err != nil {
		return err
	}
	im, err := s.begin(who, File{Name: m.Name, Size: m.Size, Body: f}, m.Input, s.teller(ctx, m.ID))
	if err != nil {
		return s.end(ctx, m, nil, err)
	}
	if write {
		rep, err := s.carry(ctx, im, m, refused)
		if ctx.Err() != nil || !rep.Written && again(err) != nil {
			return err
		}
		return errors.Join(s.keepRefused(ctx, m.ID, refused), again(err))
	}
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := move(ctx, tx, m.ID, Checking, Waiting, Checking)
		return err
	}); err != nil {
		return err
	}
	im.rep.SHA256 = m.SHA256
	err = im.dry(ctx, refused)
	if im.cross != nil {
		im.cross.close()
	}
	if ctx.Err() != nil {
		return err
	}
	if err := s.keepRefused(ctx, m.ID, refused); err != nil {
		return err
	}
	return s.end(ctx, m, &im.rep, err)
}

// today is whoever asked for an import with those of their roles that they still
// hold: between asking and writing there may be a night.
func (s *Service) today(ctx context.Context, who actor.Actor) (actor.Actor, error) {
	who.Via = "job"
	if s.Who == nil {
		return who, nil
	}
	now, ok, err := s.Who(ctx, who.ID)
	if err != nil {
		return who, err
	}
	who.Grants = slices.DeleteFunc(who.Grants, func(g actor.Grant) bool { return !ok || !slices.Contains(now.Grants, g) })
	return who, nil
}

// again is the error only when doing it once more may help.
func again(err error) error {
	if f := fault.Of(err); f != nil && (f.Kind == fault.Internal || f.Kind == fault.Busy) {
		return err
	}
	return nil
}

// end notes how a check ended. What the file is to blame for is no error of the
// job.
func (s *Service) end(ctx context.Context, m *Import, rep *Report, err error) error {
	if again(err) != nil {
		return err
	}
	if rep == nil {
		rep = m.Report // nothing new was found
	}
	state, trouble := Checked, (*Trouble)(nil)
	if f := fault.Of(err); f != nil {
		state, trouble = Failed, troubleOf(f)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := move(ctx, tx, m.ID, state, Waiting, Checking, Ready, Writing); err != nil {
			return err
		}
		if err := setReport(ctx, tx, m.ID, rep, trouble); err != nil {
			return err
		}
		if state == Checked && m.Input.Commit && (rep.Refused == 0 || m.Input.Good) {
			return s.enqueue(ctx, tx, m.ID, Ready, Checked)
		}
		return nil
	})
}

// keepRefused keeps the table of refused rows in place of an earlier one.
func (s *Service) keepRefused(ctx context.Context, id string, f io.ReadSeeker) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return dropParts(ctx, tx, id, "refused") }); err != nil {
		return err
	}
	_, _, err := s.keepParts(ctx, id, "refused", f, s.limits().File)
	return err
}

// teller writes down how far a stage is, some twenty times for each.
func (s *Service) teller(ctx context.Context, id string) Progress {
	var was string
	last := int64(-1)
	return func(stage string, done, total int64) {
		part := int64(0)
		if total > 0 {
			part = done * 100 / total
		}
		if stage == was && part < last+5 {
			return
		}
		was, last = stage, part
		// Nobody is helped by an import that ends because its progress could not
		// be told.
		_ = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return setStage(ctx, tx, id, stage, part) })
	}
}
