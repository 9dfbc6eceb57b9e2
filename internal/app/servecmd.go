package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"

	"netral/internal/actor"
	"netral/internal/advise/ask"
	"netral/internal/fault"
	"netral/internal/mail"
	"netral/internal/text"
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

// demoOrigin names the log of every demo: nobody owns the name, so no slip of a
// demo can be taken for a real one.
const demoOrigin = "demo.netral.invalid/log"

type demoCmd struct {
	Addr string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"${h_addr}"`
	Data string `type:"path" placeholder:"DIR" help:"${h_demo_data}"`
}

func (c *demoCmd) Run(r *run) error {
	dir := c.Data
	if dir == "" {
		tmp, err := os.MkdirTemp("", "netral-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp) //nolint:errcheck // it is in the temporary folder
		dir = tmp
	}
	p := place{Data: dir, Origin: demoOrigin}
	if err := p.make(); err != nil {
		return err
	}
	s := site{Addr: c.Addr}
	log := slog.New(slog.NewTextHandler(r.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	h, err := open(r.ctx, p, log, r.Text, r.Now, opening{base: s.base(), migrate: true, demo: true})
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	numbers, err := h.demonstrate(r.ctx)
	if err != nil {
		return err
	}
	return h.serve(r.ctx, s, func(addr string) {
		r.Say("app.demo.ready", "http://"+addr, dir)
		for i, key := range []string{"app.demo.try_ask", "app.demo.try_day", "app.demo.try_slip", "app.demo.try_table", "app.demo.try_calendar", "app.demo.try_record", "app.demo.try_sign_in"} {
			arg := "http://" + addr
			if key == "app.demo.try_slip" && len(numbers) > 0 {
				arg += "/slip/" + numbers[0]
			}
			r.Sayf("  %d. %s", i+1, r.T(key, arg))
		}
		r.Say("app.demo.stop")
	})
}

// demonstrate fills an empty record with slips of real questions, so that there
// is something to look at and to verify. It does nothing to a record that has
// slips already.
func (h *house) demonstrate(ctx context.Context) ([]string, error) {
	if err := h.identity.EnsureDemo(ctx, actor.System(), demoAccounts()); err != nil {
		return nil, err
	}
	counts, err := h.ask.Count(ctx)
	if err != nil || len(counts) > 0 {
		return nil, err
	}
	var numbers []string
	for _, q := range []ask.Input{
		{Text: "Bolehkah ASN berfoto bersama pasangan capres-cawapres?", On: "2023-10-19"},
		{Text: "Bolehkah ASN berfoto bersama pasangan capres-cawapres?", On: "2023-11-20"},
		{Text: "boleh ga like foto kampanye sepupu yg nyaleg?", On: "2023-12-01"},
		{Text: "boleh hadir di acara ormas, sudah ada disposisi dan surat tugas, tidak ada bendera partai?", On: "2023-10-19"},
		{Text: "PNS boleh nyoblos?", On: "2024-02-14"},
		{Text: "dateng ke kampanye capres tp cuma diem, boleh?", On: "2024-01-15"},
		{Text: "Pj gubernur mau mutasi pejabat, boleh?", On: "2024-05-02"},
	} {
		slip, err := h.ask.Issue(ctx, actor.Anonymous("demo", text.ID), ask.SlipInput{Input: q, Words: true})
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, slip.Doc.Number)
	}
	return numbers, nil
}
