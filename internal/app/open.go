package app

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"netral/internal/actor"
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

// OpenDemo opens the demo in a folder, without listening. Now is the clock.
func OpenDemo(ctx context.Context, dir string, now func() time.Time, log *slog.Logger) (*Site, error) {
	cat, err := text.New()
	if err != nil {
		return nil, err
	}
	p := place{Data: dir, Origin: demoOrigin}
	if err := p.make(); err != nil {
		return nil, err
	}
	s := site{Addr: "127.0.0.1:8080"}
	h, err := open(ctx, p, log, cat, now, opening{base: s.base(), migrate: true, demo: true})
	if err != nil {
		return nil, err
	}
	out := &Site{house: h}
	if out.Slips, err = h.demonstrate(ctx); err == nil {
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
