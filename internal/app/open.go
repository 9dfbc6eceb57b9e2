package app

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/merit/roster"
	"netral/internal/text"
)

// Site is a whole Netral for those who test it from outside: the pages in a
// browser, the load on them.
type Site struct {
	Handler http.Handler
	Slips   []string // numbers of the slips that the demo made
	house   *house
}

// testProvince is how many people the demo has for those who test it: enough
// for every office and every role.
const testProvince = 2_000

// OpenDemo opens the demo in a folder, without listening, with a small province
// in it. Now is the clock.
func OpenDemo(ctx context.Context, dir string, now func() time.Time, log *slog.Logger) (*Site, error) {
	return openDemo(ctx, dir, now, log, true)
}

// OpenStage opens the demo with a province of so many people on a day, and with the
// stories told.
func OpenStage(ctx context.Context, dir string, now func() time.Time, log *slog.Logger, people int, today day.Day) (*Site, error) {
	return openStage(ctx, place{Data: dir, Origin: demoOrigin}, now, log, people, today)
}

// openStage does it at a place, which may name a database.
func openStage(ctx context.Context, p place, now func() time.Time, log *slog.Logger, people int, today day.Day) (*Site, error) {
	s, err := openAt(ctx, p, now, log, false)
	if err != nil {
		return nil, err
	}
	h, cfg := s.house, demo.Config{Seed: demoSeed, People: people, Today: today}
	h.day.set(today)
	if _, err = h.demonstrate(ctx, cfg); err == nil {
		err = h.populate(ctx, cfg, func(int, int) {})
	}
	if err == nil {
		err = h.invitations(ctx, cfg)
	}
	if err == nil {
		err = h.play(ctx, cfg)
	}
	if err != nil {
		return nil, h.closeAfter(err)
	}
	return s, nil
}

// openDemo opens it with the province, or with the accounts only.
func openDemo(ctx context.Context, dir string, now func() time.Time, log *slog.Logger, province bool) (*Site, error) {
	return openAt(ctx, place{Data: dir, Origin: demoOrigin}, now, log, province)
}

func openAt(ctx context.Context, p place, now func() time.Time, log *slog.Logger, province bool) (*Site, error) {
	cat, err := text.New()
	if err != nil {
		return nil, err
	}
	if err := p.make(); err != nil {
		return nil, err
	}
	s := site{Addr: "127.0.0.1:8080"}
	h, err := open(ctx, p, log, cat, now, opening{base: s.base(), migrate: true, demo: true})
	if err != nil {
		return nil, err
	}
	out := &Site{house: h}
	cfg := demo.Config{Seed: demoSeed, People: testProvince, Today: day.At(now())}
	if out.Slips, err = h.demonstrate(ctx, cfg); err == nil && province {
		if err = h.populate(ctx, cfg, func(int, int) {}); err == nil {
			err = h.invitations(ctx, cfg)
		}
	}
	if err == nil {
		out.Handler, _, err = h.handler(s)
	}
	if err != nil {
		return nil, h.closeAfter(err)
	}
	return out, nil
}

// Load puts people, units and posts into the roster.
func (s *Site) Load(ctx context.Context, b roster.Batch) error {
	_, err := s.house.roster.Bulk(ctx, actor.System(), b, roster.Source{Kind: "import", Name: "demo"})
	return err
}

// Close closes the database.
func (s *Site) Close() error { return s.house.close() }
