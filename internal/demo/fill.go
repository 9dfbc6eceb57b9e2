package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"

	"netral/data"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
)

// Filled says what a roster holds of a synthetic government.
type Filled struct {
	Config  Config
	Batches int  // that are written
	Whole   bool // nothing is missing
}

// whole is the reason that the last batch of a government is written with.
const whole = "lengkap"

// version changes when the same Config gives other rows, so that a roster that
// is half full is never filled up with those of another.
const version = 2

// edition names the rows that this program makes.
func edition() (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, version)
	err := fs.WalkDir(data.Demo, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(data.Demo, path)
		fmt.Fprintln(h, path, len(b))
		h.Write(b) //nolint:errcheck // a hash never fails
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:4]), err
}

// sourceFormat is the name of the source of all rows; it is shown beside them,
// and says what to go on with after an interruption.
const sourceFormat = "Provinsi peraga: benih %d, %d orang, kumpulan %d, hari %s edisi %s"

// Look finds the synthetic government of a roster; false when it has none. One
// that another edition of Netral began and did not finish is a Conflict.
func Look(ctx context.Context, s *roster.Service) (Filled, bool, error) {
	all, err := s.Loaded(ctx, "demo")
	if err != nil || len(all) == 0 {
		return Filled{}, false, err
	}
	own, err := edition()
	if err != nil {
		return Filled{}, false, err
	}
	for _, l := range all {
		f := Filled{Batches: l.Changes, Whole: l.Last == whole}
		var on, made string
		if _, err := fmt.Sscanf(l.Name, sourceFormat, &f.Config.Seed, &f.Config.People, &f.Config.Batch, &on, &made); err != nil {
			continue
		}
		if f.Config.Today, err = day.Parse(on); err != nil {
			continue
		}
		if made != own && !f.Whole {
			return Filled{}, false, fault.New(fault.Conflict, "demo.other_edition", l.Name)
		}
		return f, true, nil
	}
	return Filled{}, false, fault.New(fault.Conflict, "demo.not_ours", all[0].Name)
}

// Fill makes the government and writes it into a roster without one. What was
// begun with the same Config is gone on with; what is whole is left alone; what
// was begun with another is a Conflict. Progress is told how many people are
// written, of how many; it may be nil.
func Fill(ctx context.Context, s *roster.Service, who actor.Actor, cfg Config, progress func(done, total int)) error {
	if cfg.Batch <= 0 {
		cfg.Batch = defaultBatch
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	have, found, err := Look(ctx, s)
	if err != nil {
		return err
	}
	if found && have.Config != cfg {
		return fault.New(fault.Conflict, "demo.another", have.Config.People, have.Config.Seed, have.Config.Today.String())
	}
	if have.Whole {
		progress(cfg.People, cfg.People)
		return nil
	}
	made, err := edition()
	if err != nil {
		return err
	}
	f := filling{s: s, who: who, skip: have.Batches, total: cfg.People, progress: progress,
		src: roster.Source{Kind: "demo", Name: fmt.Sprintf(sourceFormat, cfg.Seed, cfg.People, cfg.Batch, cfg.Today, made), Fresh: true, Postpone: cfg.People > mostPrompt}}
	return f.run(ctx, cfg)
}

// mostPrompt is up to how many people a government has all its indexes from the
// first row on, since somebody looks at it meanwhile.
const mostPrompt = 200_000

// filling writes batches that another goroutine makes.
type filling struct {
	s        *roster.Service
	who      actor.Actor
	src      roster.Source
	skip     int // batches that are there
	done     int // people
	total    int
	progress func(done, total int)
}

func (f *filling) run(ctx context.Context, cfg Config) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	batches := make(chan roster.Batch, 2)
	var making sync.WaitGroup
	making.Go(func() {
		err := Generate(ctx, cfg, func(b roster.Batch) error {
			select {
			case batches <- b:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err != nil {
			cancel(err)
		}
		close(batches)
	})
	defer making.Wait()
	var late *roster.Batch // written once it is known whether it is the last
	for b := range batches {
		if late != nil {
			if err := f.write(ctx, late, ""); err != nil {
				cancel(err)
				return err
			}
		}
		late = &b
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if late == nil {
		return nil
	}
	return f.write(ctx, late, whole)
}

func (f *filling) write(ctx context.Context, b *roster.Batch, reason string) error {
	for i := range b.People { // the rows of one person follow each other
		if i == 0 || b.People[i].ID != b.People[i-1].ID {
			f.done++
		}
	}
	if f.skip > 0 {
		f.skip--
	} else {
		src := f.src
		src.Reason, src.Last = reason, reason == whole
		if _, err := f.s.Bulk(ctx, f.who, *b, src); err != nil {
			return err
		}
	}
	f.progress(min(f.done, f.total), f.total)
	return nil
}
