package app

import (
	"context"
	"log/slog"
	"os"

	"netral/internal/actor"
	"netral/internal/advise/ask"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/text"
)

// demoOrigin names the log of every demo: nobody owns the name, so no slip of a
// demo can be taken for a real one.
const demoOrigin = "demo.netral.invalid/log"

type demoCmd struct {
	Start    demoStartCmd    `cmd:"" default:"withargs" help:"${h_demo_start}"`
	Ceremony demoCeremonyCmd `cmd:"" help:"${h_demo_ceremony}"`
}

type demoStartCmd struct {
	Addr   string  `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"${h_addr}"`
	Data   string  `type:"path" placeholder:"DIR" help:"${h_demo_data}"`
	People int     `placeholder:"N" help:"${h_demo_people}"`
	Seed   *uint64 `placeholder:"N" help:"${h_demo_seed}"`
	Today  string  `placeholder:"YYYY-MM-DD" help:"${h_demo_today}"`
}

// What a demonstration has that is not told otherwise: the published number of
// civil servants of the province.
const (
	demoPeople = 64_135
	demoSeed   = 1
)

// province is the province that is asked for, and the day that it shall be.
func (c *demoStartCmd) province(now day.Day) (cfg demo.Config, today day.Day, err error) {
	cfg = demo.Config{Seed: demoSeed, People: demoPeople, Today: now}
	today = day.None
	if c.People != 0 {
		cfg.People = c.People
	}
	if c.Seed != nil {
		cfg.Seed = *c.Seed
	}
	if c.Today != "" {
		if today, err = day.Parse(c.Today); err != nil {
			return cfg, today, fault.Wrap(fault.Invalid, err, "app.demo.day", c.Today, demo.FirstDay, demo.LastDay)
		}
		cfg.Today = today
	}
	return cfg, today, cfg.Check()
}

// keep takes the province that a folder has for the one that is asked for,
// where nothing else was said.
func (c *demoStartCmd) keep(cfg *demo.Config, have demo.Config) {
	cfg.Batch = have.Batch
	if c.People == 0 {
		cfg.People = have.People
	}
	if c.Seed == nil {
		cfg.Seed = have.Seed
	}
	// The day may be another: the clock is set, the careers end where they do.
	cfg.Today = have.Today
}

func (c *demoStartCmd) Run(r *run) error {
	cfg, today, err := c.province(day.At(r.Now()))
	if err != nil {
		return err
	}
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
	h, err := open(r.ctx, p, log, r.Text, r.Now, opening{base: s.base(), migrate: true, demo: true, today: today})
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	have, found, err := demo.Look(r.ctx, h.roster)
	if err != nil {
		return err
	}
	if found {
		c.keep(&cfg, have.Config)
		if cfg != have.Config {
			return fault.New(fault.Conflict, "demo.another", have.Config.People, have.Config.Seed, have.Config.Today)
		}
	}
	numbers, err := h.demonstrate(r.ctx, cfg)
	if err != nil {
		return err
	}
	// The province comes behind the server, and is done with before the house is
	// closed.
	ctx, stop := context.WithCancel(r.ctx)
	var wait func()
	defer func() {
		stop()
		if wait != nil {
			wait()
		}
	}()
	return h.serve(ctx, s, func(addr string) {
		r.Say("app.demo.ready", "http://"+addr, dir)
		for i, key := range []string{"app.demo.try_ask", "app.demo.try_day", "app.demo.try_slip", "app.demo.try_table", "app.demo.try_calendar", "app.demo.try_record", "app.demo.try_sign_in", "app.demo.try_today", "app.demo.try_stories"} {
			arg := "http://" + addr
			if key == "app.demo.try_slip" && len(numbers) > 0 {
				arg += "/slip/" + numbers[0]
			}
			r.Sayf("  %d. %s", i+1, r.T(key, arg))
		}
		r.Say("app.demo.stop")
		wait = h.settlers(ctx, r, cfg)
	})
}

// settlers fill the roster in the background; wait waits for them.
func (h *house) settlers(ctx context.Context, r *run, cfg demo.Config) (wait func()) {
	done := make(chan struct{})
	bar := r.bar(r.T("app.demo.bar"))
	go func() {
		defer close(done)
		err := h.populate(ctx, cfg, func(n, total int) { bar.step(int64(n), int64(total)) })
		bar.done()
		if err == nil {
			r.Say("app.demo.filled", cfg.People, demo.Governments(cfg))
			if err = h.invitations(ctx, cfg); err == nil {
				err = h.play(ctx, cfg)
			}
		}
		switch {
		case ctx.Err() != nil: // stopped: the next start goes on
		case err != nil:
			r.Fail(err)
		default:
			r.Say("app.demo.staged", h.ask.Base+storyAddress)
		}
	}()
	return func() { <-done }
}

// populate fills the roster and keeps the pages told.
func (h *house) populate(ctx context.Context, cfg demo.Config, progress func(done, total int)) error {
	h.fill.begin(cfg.People)
	err := demo.Fill(ctx, h.roster, h.loader(), cfg, func(n, total int) {
		h.fill.at(n)
		progress(n, total)
	})
	h.fill.end(err)
	return err
}

// loader is who loads the roster of a demonstration: Netral's own command line.
func (h *house) loader() actor.Actor { return actor.OS("demo", text.ID) }

// demonstrate fills an empty record with slips of real questions, so that there
// is something to look at and to verify. It does nothing to a record that has
// slips already.
func (h *house) demonstrate(ctx context.Context, cfg demo.Config) ([]string, error) {
	accounts, err := demo.Accounts(cfg)
	if err != nil {
		return nil, err
	}
	own := make([]identity.DemoAccount, len(accounts))
	for i, a := range accounts {
		own[i] = identity.DemoAccount{Login: a.Login, Name: a.Name, Person: a.Person, Grants: []actor.Grant{{Role: a.Role, Unit: a.Unit, Area: a.Area}}}
	}
	if err := h.identity.EnsureDemo(ctx, actor.System(), own); err != nil {
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
