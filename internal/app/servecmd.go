package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"

	"netral/internal/advise/ask"
	"netral/internal/fault"
	"netral/internal/mail"
	"netral/internal/merit/roster"
	"netral/internal/web"
)

type serveCmd struct {
	place
	site
	door
	relay
	Migrate bool   `help:"${h_serve_migrate}"`
	Rules   string `type:"existingdir" env:"NETRAL_RULES" placeholder:"DIR" help:"${h_serve_rules}"`
}

func (c *serveCmd) Run(r *run) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.Migrate {
		if err := c.make(); err != nil {
			return err
		}
	} else if err := c.exists(); err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(r.Stderr, nil))
	h, err := open(r.ctx, c.place, log, r.Text, r.Now, opening{base: c.base(), migrate: c.Migrate, door: c.door})
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	sender, err := c.sender()
	if err != nil {
		return err
	}
	if sender != nil {
		mail.Register(h.runner, sender)
	}
	if c.Rules != "" {
		h.offer(r, c.Rules)
	}
	return h.serve(r.ctx, c.site, func(addr string) { r.Say("app.serving", c.base(), addr) })
}

// offer adopts the edition in a folder. One that is not clean is told about,
// and the edition before it goes on answering.
func (h *house) offer(r *run, dir string) {
	_, err := h.ask.Adopt(r.ctx, r.Who(), ask.AdoptInput{FS: os.DirFS(dir), Dir: ".", Note: "offered at start"})
	if err != nil {
		r.Fail(err)
		h.log.Error("an edition of the rules was refused; the one before stays", "edition", h.basis.Load().Rules.Edition)
	}
}

// serve listens and answers until the context ends. The metrics have a
// listener of their own, which is not for the public.
func (h *house) serve(ctx context.Context, s site, ready func(addr string)) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "app.listen", s.Addr)
	}
	if s.Base == "" { // the port may have been left to the system
		h.ask.Base = "http://" + l.Addr().String()
		if err := h.admit(h.ask.Base); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	handler, sh, err := h.handler(s)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	h.employ()
	if err := h.db.Write(ctx, roster.Complete); err != nil { // a load may have been cut off
		return errors.Join(err, l.Close())
	}
	if s.Metrics != "" {
		m, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Metrics)
		if err != nil {
			return errors.Join(fault.Wrap(fault.Invalid, err, "app.listen", s.Metrics), l.Close())
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", sh.Metrics())
		go func() {
			if err := web.ServeOn(ctx, m, mux, h.log); err != nil {
				h.log.Error("metrics", "err", err)
			}
		}()
	}
	stop, unfollow := h.work(ctx), h.follow(ctx)
	defer stop()
	defer unfollow()
	// Reading the law leaves some tens of megabytes of garbage that a server at
	// rest would keep. What stays lives as long as the server: to walk it again
	// for every 20 MB of garbage costs a fifth of the answers a second.
	debug.FreeOSMemory()
	leanBack()
	if old := debug.SetGCPercent(gcPercent); old != defaultGCPercent {
		debug.SetGCPercent(old) // the operator said GOGC
	}
	ready(l.Addr().String())
	return web.ServeOn(ctx, l, handler, h.log)
}

// The pace of the collector: what Go takes when nobody says GOGC, and ours.
const (
	defaultGCPercent = 100
	gcPercent        = 300
)
