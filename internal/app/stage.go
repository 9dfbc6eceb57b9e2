package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/fault"
	"netral/internal/identity"
)

// What a demonstration has beside people and posts: work that is under way. All
// of it is done through the use cases that everybody uses, by the accounts of the
// demonstration, after the people have come; nothing is written into a table from
// the side. What lies in the past is told with a clock that is passed in. The
// record keeps the real one: it says that all of this was written today, and every
// title says that it is a demonstration.

// stage is who tells the stories.
type stage struct {
	h     *house
	cfg   demo.Config
	clock *stageClock
	rand  io.Reader
	bkd   actor.Actor     // the personnel office
	head  actor.Actor     // the governor
	own   map[string]bool // people who have an account: nobody decides about themselves
	told  func(done, total int)
}

// stageClock is the moment that a story has come to.
type stageClock struct{ at atomic.Int64 }

func (c *stageClock) now() time.Time  { return time.UnixMilli(c.at.Load()).UTC() }
func (c *stageClock) set(t time.Time) { c.at.Store(t.UnixMilli()) }
func (c *stageClock) on(d day.Day)    { c.set(d.Start().Add(9 * time.Hour)) }

// staging says how far the stories of a demonstration are.
type staging struct {
	done, total atomic.Int64
	state       atomic.Int32 // as of a filling

	mu   sync.Mutex
	cfg  demo.Config
	plan []demo.Planned // of the ceremony that is still to be held; nil when there is none
}

func (s *staging) planned() (demo.Config, []demo.Planned) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg, s.plan
}

// tale is a story and how much of the whole work it is.
type tale struct {
	name   string
	weight int
	tell   func(*stage, context.Context) error
}

func tales() []tale {
	return []tale{
		{"employee", 2, (*stage).employee},
		{"draws", 20, (*stage).draws},
		{"confirmed", 15, (*stage).confirmed},
		{"ceremony", 60, (*stage).ceremony},
	}
}

// play tells the stories that have not been told yet. A story that was broken off
// stays as it is.
func (h *house) play(ctx context.Context, cfg demo.Config) (err error) {
	g := &h.stage
	total := 0
	for _, t := range tales() {
		total += t.weight
	}
	g.total.Store(int64(total))
	g.done.Store(0)
	g.state.Store(fillRuns)
	defer func() {
		switch {
		case err == nil:
			g.state.Store(fillWhole)
		case !errors.Is(err, context.Canceled):
			g.state.Store(fillFailed)
		}
	}()
	s := &stage{h: h, cfg: cfg, clock: &stageClock{}, rand: demo.Bytes(cfg)}
	if s.bkd, err = h.identity.DemoActor(ctx, "demo.bkd"); err != nil {
		return err
	}
	if s.head, err = h.identity.DemoActor(ctx, "demo.gubernur"); err != nil {
		return err
	}
	accounts, err := demo.Accounts(cfg)
	if err != nil {
		return err
	}
	s.own = map[string]bool{}
	for _, a := range accounts {
		s.own[a.Person] = true
	}
	before := 0
	for _, t := range tales() {
		s.told = func(done, all int) { g.done.Store(int64(before + t.weight*done/max(all, 1))) }
		if err := t.tell(s, ctx); err != nil {
			return fmt.Errorf("the story %q of the demonstration: %w", t.name, err)
		}
		before += t.weight
		g.done.Store(int64(before))
	}
	return nil
}

// account gives somebody of the roster an account of the demonstration.
func (s *stage) account(ctx context.Context, login, person, what string) error {
	name, err := s.name(ctx, person)
	if err != nil {
		return err
	}
	return s.h.identity.EnsureDemo(ctx, actor.System(), []identity.DemoAccount{{
		Login: login, Person: person, Name: name + " (" + what + ")", Grants: []actor.Grant{{Role: identity.RoleEmployee}},
	}})
}

// somebody acts for a person of the roster who has no account: the program that
// makes the demonstration, which is what the record says.
func (s *stage) somebody(person string) actor.Actor {
	who := s.h.loader()
	who.Person = person
	return who
}

// none reports that something is not there yet.
func none(err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	if f := fault.Of(err); f != nil && f.Kind == fault.NotFound {
		return true, nil
	}
	return false, err
}
