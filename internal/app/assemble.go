package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"netral/data"
	"netral/internal/access"
	"netral/internal/actor"
	"netral/internal/advise/ask"
	"netral/internal/advise/calendar"
	"netral/internal/advise/screening"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/inbox"
	"netral/internal/jobs"
	"netral/internal/ledger"
	"netral/internal/letter/archive"
	"netral/internal/lex"
	"netral/internal/merit/appoint"
	"netral/internal/merit/callup"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
	"netral/internal/permit/invite"
	"netral/internal/rule"
	"netral/internal/store"
	"netral/internal/text"
	"netral/internal/token"
	"netral/internal/vault"
	"netral/internal/web"
)

// lines are the tables of every package, those that others lean on first.
func lines() []store.Line {
	return []store.Line{
		ledger.Migrations, jobs.Migrations, vault.Migrations, identity.Migrations, token.Migrations,
		archive.Migrations,
		calendar.Migrations, ask.Migrations, roster.Migrations, exchange.Migrations, callup.Migrations, promote.Migrations, appoint.Migrations, invite.Migrations,
	}
}

// house is a Netral with its database open: everything that a command or a
// server needs, wired together.
type house struct {
	db       *store.DB
	book     *ledger.Book
	key      *ledger.Key
	know     *knowledge
	ask      *ask.Service
	calendar *calendar.Service
	screen   *screening.Service
	people
	door    door
	demo    bool
	log     *slog.Logger
	cat     *text.Catalogue
	now     func() time.Time // when things happen: the record, sessions, the queue
	day     *dayClock        // which day rules, roster and pages go by
	fill    filling          // of the roster of a demonstration
	stage   staging          // of the stories of a demonstration
	letters string           // folder of the office's own templates

	basis atomic.Pointer[ask.Basis]
	texts atomic.Pointer[screening.Basis] // what texts are read with
	posts atomic.Pointer[promote.Law]     // who may be appointed to which post, with the days of the calendar
	shell atomic.Pointer[web.Shell]       // once there are pages; says which edition is in force
}

// opening is how a house is opened.
type opening struct {
	base    string // public address; "" for a command that makes no links
	migrate bool
	demo    bool
	today   day.Day // the day of a demonstration; 0 or day.None for the day that it is
	door    door
}

// open opens the house at a place. With migrate the tables are brought up to
// date first; without it a database that is behind is refused.
func open(ctx context.Context, p place, log *slog.Logger, cat *text.Catalogue, now func() time.Time, o opening) (*house, error) {
	know, err := loadKnowledge("")
	if err != nil {
		return nil, err
	}
	key, err := p.key(o.migrate)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, p.dsn(), store.Options{Log: log, Now: now})
	if err != nil {
		return nil, err
	}
	h := &house{db: db, key: key, know: know, log: log, cat: cat, now: now, day: &dayClock{base: now}, door: o.door, demo: o.demo, letters: p.letterDir()}
	if o.today != 0 {
		h.day.set(o.today)
	}
	if err := h.furnish(ctx, p, o); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return h, nil
}

func (h *house) furnish(ctx context.Context, p place, o opening) error {
	if o.migrate {
		if err := h.db.Migrate(ctx, lines()...); err != nil {
			return err
		}
	} else if err := h.db.Migrated(ctx, lines()...); err != nil {
		return err
	}
	var err error
	if h.book, err = ledger.Open(ctx, h.db, ledger.Config{Key: h.key, Rand: rand.Reader, Now: h.now, Log: h.log}); err != nil {
		return err
	}
	h.basis.Store(h.know.basis())
	h.texts.Store(h.know.reading())
	h.screen = &screening.Service{Basis: h.texts.Load, Now: h.day.now}
	if err = h.appointable(h.know.edition); err != nil {
		return err
	}
	h.calendar = &calendar.Service{Book: h.book, Base: h.know.edition, Now: h.day.now, Address: o.base, Flips: h.flips}
	h.ask = &ask.Service{
		Basis: h.basis.Load, Now: h.day.now, Book: h.book, Verifier: h.key.Verifier(), LogKey: h.key.VKey(),
		Base: o.base, Rand: rand.Reader, Adopted: func(b *rule.Book) { h.renew(b, nil) },
	}
	vaultKey, err := h.vaultKey(ctx, p, o.migrate)
	if err != nil {
		return err
	}
	if err := h.settle(ctx, o.base, vaultKey); err != nil {
		return err
	}
	return h.current(ctx)
}

// current puts in force what the record says: the last edition of the calendar,
// the last of the book. A book edition that Netral carries inside and that was
// never adopted here is adopted, with its entry in the record.
func (h *house) current(ctx context.Context) error {
	edition, err := h.calendar.Current(ctx)
	if err != nil {
		return err
	}
	h.renew(nil, edition)
	_, err = h.ask.Edition(ctx, h.know.book.SHA256, h.know.book)
	if fault.Of(err) != nil && fault.Of(err).Kind == fault.NotFound {
		_, err = h.ask.Adopt(ctx, actor.System(), ask.AdoptInput{FS: h.know.files, Dir: h.know.dir, Note: "built in"})
		return err
	}
	if err != nil {
		return err
	}
	b, err := h.ask.Current(ctx, h.know.book)
	if err != nil || b == nil {
		return err
	}
	h.renew(b, nil)
	return nil
}

// renew makes a new basis after an edition of the book or of the calendar came
// into force; nil keeps what is there.
func (h *house) renew(b *rule.Book, e *calendar.Edition) {
	if b == nil {
		b = h.basis.Load().Rules
	}
	if e != nil {
		h.know.edition = e
		h.texts.Store(h.know.reading())
		if err := h.appointable(e); err != nil { // the book was read before, and the days are the calendar's own
			h.log.Error("the eligibility book keeps the days of the edition before", "err", err)
		}
	}
	l := h.know.lexicon
	if b != h.know.book {
		// The words of the lexicon speak of facts of the built-in book. A book
		// that lacks some of them is still answered by questions.
		if own, err := lex.Load(data.FS, lexiconDir, b); err == nil {
			l = own
		} else {
			h.log.Warn("the lexicon does not fit the edition in force; its own words are used", "edition", b.Edition, "err", err)
		}
	}
	h.basis.Store(basisOf(b, h.know.edition, l))
	if sh := h.shell.Load(); sh != nil {
		sh.SetEdition(editionOf(h.basis.Load()))
	}
}

// editionOf is the edition of the rules as the foot of every page names it.
func editionOf(b *ask.Basis) string { return b.Rules.ID + " " + b.Rules.Edition }

// handler is the whole site.
func (h *house) handler(s site) (http.Handler, *web.Shell, error) {
	sh, err := web.New(h.frame(s))
	if err != nil {
		return nil, nil, err
	}
	h.shell.Store(sh)
	mux := http.NewServeMux()
	h.route(mux, sh)
	return h.around(sh.Handler(mux)), sh, nil
}

// frame is how the shell of the site is configured.
func (h *house) frame(s site) web.Config {
	return web.Config{
		Text: h.cat, Log: h.log, Now: h.day.now, Nav: h.navigation(), Demo: h.demo, HTTPS: s.https(), Operator: s.Operator,
		Edition: editionOf(h.basis.Load()), Ready: h.ready,
		Who: h.identity.Actor, Bearer: h.tokens.Actor, Guard: h.knock,
		Banner: h.banner(),
		Doors:  &web.Doors{In: "/masuk", Out: "/keluar", Account: "/akun"},
	}
}

// route puts everything on the mux.
func (h *house) route(mux *http.ServeMux, sh *web.Shell) {
	sh.Mount(mux)
	h.ask.Routes(mux, sh)
	h.screen.Routes(mux, sh)
	h.calendar.Routes(mux, sh)
	h.record(mux, sh)
	h.identity.Routes(mux, sh)
	h.tokens.Routes(mux, sh)
	h.roster.Routes(mux, sh)
	h.exchange.Routes(mux, sh)
	h.appoint.Routes(mux, sh)
	h.invite.Routes(mux, sh)
	h.inbox.Routes(mux, sh)
	h.callup.Routes(mux, sh)
	h.promote.Routes(mux, sh)
	h.runner.Routes(mux, sh, func(q *web.Request, act string) error {
		return h.guard.Check(q.Who, queueActions[act], access.Resource{Type: "queue"})
	})
	api := web.NewAPI(mux, sh, Version)
	h.ask.API(api, sh)
	h.screen.API(api, sh)
	h.calendar.API(api, sh)
	h.tokens.API(api, sh)
	h.roster.API(api, sh)
	if h.demo {
		sh.Handle(mux, "POST /peragaan/hari", h.setDay)
		h.storyRoutes(mux, sh, api)
	}
	h.exchange.API(mux, api, sh)
	h.appoint.API(api, sh)
	h.invite.API(api, sh)
	h.appoint.PaperAPI(mux, api, sh)
	h.callup.PaperAPI(mux, api, sh)
	h.archive.Routes(mux, sh)
	h.archive.API(api, sh)
	h.inbox.API(api, sh)
	h.callup.API(api, sh)
	h.promote.API(api, sh)
	samples := web.Samples()
	samples = append(samples, demoSamples()...)
	samples = append(samples, storySamples()...)
	samples = append(samples, h.ask.Gallery()...)
	samples = append(samples, h.screen.Gallery()...)
	samples = append(samples, h.calendar.Gallery()...)
	samples = append(samples, inbox.Gallery()...)
	samples = append(samples, h.identity.Gallery()...)
	samples = append(samples, token.Samples()...)
	samples = append(samples, jobs.Samples()...)
	samples = append(samples, roster.Gallery()...)
	samples = append(samples, exchange.Gallery()...)
	samples = append(samples, callup.Gallery()...)
	samples = append(samples, promote.Gallery(h.posts.Load())...)
	samples = append(samples, appoint.Gallery()...)
	samples = append(samples, invite.Gallery()...)
	samples = append(samples, archive.Gallery()...)
	sh.Gallery(mux, samples)
}

// queueActions are what the pages of the queue ask about.
var queueActions = map[string]string{jobs.ActSee: "jobs.read", jobs.ActRetry: "jobs.retry", jobs.ActCancel: "jobs.cancel"}

func (h *house) navigation() []web.Item {
	return []web.Item{
		{Href: "/", Key: "app.nav.ask"},
		{Href: "/tabel", Key: "app.nav.table"},
		{Href: "/kalender", Key: "app.nav.calendar"},
		{Href: "/aturan", Key: "app.nav.rules"},
		{Href: "/periksa", Key: "app.nav.verify"},
		{Href: "/catatan", Key: "app.nav.record"},
		{Href: "/undian", Key: "app.nav.draws"},
		{Href: "/pelantikan", Key: "app.nav.appoint"},
		{Href: "/kantor", Key: "app.nav.office", Show: func(a actor.Actor) bool { return h.may(a, "office.read", "office") }},
		{Href: "/antrean", Key: "app.nav.queue", Show: func(a actor.Actor) bool { return h.may(a, "jobs.read", "queue") }},
		{Href: "/akun", Key: "app.nav.account", Show: actor.Actor.Known},
	}
}

// ready reports whether the database answers.
func (h *house) ready(ctx context.Context) error {
	return h.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var one int
		return tx.QueryRowContext(ctx, "SELECT 1").Scan(&one)
	})
}

func (h *house) close() error { return h.db.Close() }

// closeAfter closes and gives the first error.
func (h *house) closeAfter(err error) error { return errors.Join(err, h.close()) }
