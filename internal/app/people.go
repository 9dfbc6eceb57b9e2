package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"netral/data"
	"netral/internal/access"
	"netral/internal/actor"
	"netral/internal/area"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/inbox"
	"netral/internal/jobs"
	"netral/internal/letter/archive"
	"netral/internal/mail"
	"netral/internal/merit/appoint"
	"netral/internal/merit/callup"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
	"netral/internal/permit/invite"
	"netral/internal/store"
	"netral/internal/token"
	"netral/internal/vault"
)

// areaDir holds the places of the map.
const areaDir = "province"

// people are the parts of a house that know who somebody is and what they may
// do.
type people struct {
	guard    *access.Guard
	vault    *vault.Vault
	identity *identity.Service
	tokens   *token.Service
	roster   *roster.Service
	exchange *exchange.Service
	callup   *callup.Service
	promote  *promote.Service
	runner   *jobs.Runner
	inbox    *inbox.Service
	appoint  *appoint.Service
	invite   *invite.Service
	archive  *archive.Archive
}

// settle makes the parts. The vault's key must be there.
func (h *house) settle(ctx context.Context, base string, key *vault.Key) error {
	var err error
	if h.guard, err = access.Load(access.Policies()); err != nil {
		return err
	}
	if h.vault, err = vault.Open(ctx, vault.Config{Book: h.book, Key: key, Rand: rand.Reader, Log: h.log}); err != nil {
		return err
	}
	if h.runner, err = jobs.New(jobs.Config{DB: h.db, Book: h.book, Rand: rand.Reader, Log: h.log}); err != nil {
		return err
	}
	if err = h.admit(base); err != nil {
		return err
	}
	h.roster = &roster.Service{Book: h.book, Now: h.day.now, Rand: rand.Reader, Sealer: niks{h.vault}, Allow: h.guard.Check}
	if h.roster.Areas, err = area.Load(data.FS, areaDir); err != nil {
		return err
	}
	if h.archive, err = h.papers(base); err != nil {
		return err
	}
	if h.demo { // so that the certificate can be had before the first paper
		if _, err = h.archive.Seal(ctx, actor.System()); err != nil {
			return err
		}
	}
	h.callup = h.caller(base)
	if h.appoint, err = h.appointer(); err != nil {
		return err
	}
	if h.invite, err = h.inviter(base); err != nil {
		return err
	}
	h.inbox = &inbox.Service{
		Feeds: append(feeds(h.roster, h.identity, h.runner, h.somewhere),
			inbox.Feed{Key: "app.nav.draws", Read: callsWaiting(h.callup)},
			inbox.Feed{Key: "invite.board.title", Read: invitationsWaiting(h.invite)},
			inbox.Feed{Key: "appoint.list.title", Read: appointmentsWaiting(h.appoint)}),
		Links: officeLinks(h.somewhere), Now: h.now, Log: h.log,
		Allow: func(who actor.Actor) error { return h.somewhere(who, "office.read") },
	}
	h.exchange = &exchange.Service{Roster: h.roster, DB: h.db, Book: h.book, Now: h.now, Rand: rand.Reader, Allow: h.roster.Allow, Text: h.cat, Wake: h.runner.Wake,
		Who: func(ctx context.Context, id string) (actor.Actor, bool, error) { return h.identity.ActorOf(ctx, id) }}
	h.promote = h.merit()
	var actions []string
	for _, a := range h.guard.Actions() {
		if !a.Nobody {
			actions = append(actions, a.Name)
		}
	}
	h.tokens, err = token.New(token.Config{
		DB: h.db, Book: h.book, Rand: rand.Reader, Log: h.log, Actions: actions, Box: answers{h.vault},
		Owner: func(ctx context.Context, id string) (actor.Actor, bool, error) { return h.identity.ActorOf(ctx, id) },
		Allow: func(who actor.Actor, action, owner string) error {
			return h.guard.Check(who, action, access.Resource{Type: "token", Attrs: map[string]any{"owner": owner}})
		},
	})
	return err
}

// admit makes the service of accounts for an address: cookies, links in mails
// and passkeys depend on it.
func (h *house) admit(base string) error {
	c := identity.Config{
		DB: h.db, Book: h.book, Text: h.cat, Rand: rand.Reader, Log: h.log, Base: base, Box: secrets{h.vault}, Mailer: post{mail.NewOutbox(rand.Reader, h.runner.Wake)}, Demo: h.demo, Home: "/kantor",
		Client: h.door.client(), Authorise: h.administer,
		Related: func(ctx context.Context, tx *store.Tx, a, b string) (bool, error) {
			return roster.Related(ctx, tx, a, b, day.At(h.now()))
		},
	}
	var err error
	if c.OIDC, err = h.door.sso(); err != nil {
		return err
	}
	if c.Base == "" { // a command that makes no links
		c.Base = "http://localhost"
	}
	h.identity, err = identity.New(c)
	return err
}

// kinds are what the actions of identity are done to.
var kinds = map[string]string{identity.ActManage: "account", identity.ActGrant: "grant", identity.ActRecover: "recovery"}

// administer decides for identity.
func (h *house) administer(who actor.Actor, action, account string) error {
	r := access.Resource{Type: kinds[action], ID: account, Attrs: map[string]any{}}
	if account != "" {
		r.Attrs["owner"] = "account:" + account
	}
	return h.guard.Check(who, action, r)
}

// secrets keeps the shared secrets of second factors.
type secrets struct{ v *vault.Vault }

func totpPlace(account string) vault.Place {
	return vault.Place{Table: "identity_account", Column: "totp", Row: account}
}

func (s secrets) Seal(account string, plain []byte) ([]byte, error) {
	return s.v.Keep(totpPlace(account), plain)
}

func (s secrets) Open(account string, sealed []byte) ([]byte, error) {
	return s.v.Kept(totpPlace(account), sealed)
}

// answers keeps what was answered to a key.
type answers struct{ v *vault.Vault }

// answerPlace is a digest, since names of places are short.
func answerPlace(actor, key string) vault.Place {
	sum := sha256.Sum256([]byte(actor + "\n" + key))
	return vault.Place{Table: "token_key", Column: "body", Row: hex.EncodeToString(sum[:])}
}

func (a answers) Seal(actor, key string, plain []byte) ([]byte, error) {
	return a.v.Keep(answerPlace(actor, key), plain)
}

func (a answers) Open(actor, key string, sealed []byte) ([]byte, error) {
	return a.v.Kept(answerPlace(actor, key), sealed)
}

// niks keeps NIKs. Nobody reads one yet; doubles are found by the blind index.
type niks struct{ v *vault.Vault }

func (n niks) Seal(_ context.Context, _ *store.Tx, person, nik string) ([]byte, error) {
	return n.v.Keep(vault.Place{Table: "merit_roster_person", Column: "nik", Row: person}, []byte(nik))
}

func (n niks) Index(nik string) []byte {
	return []byte(n.v.Index("merit_roster_person", "nik", nik))
}

// who is who sent a request: the owner of its token, or whoever has signed in.
func (h *house) who(r *http.Request) (actor.Actor, bool) {
	if a, ok, err := h.tokens.Actor(r); err != nil || ok {
		return a, ok && err == nil
	}
	return h.identity.Actor(r)
}

// may says whether somebody may do something to something of a kind that lies
// nowhere in particular.
func (h *house) may(who actor.Actor, action, kind string) bool {
	return h.guard.May(who, action, access.Resource{Type: kind})
}

// somewhere is nil when somebody may do something at least where one of their
// own roles lies: what decides whether to show the way there.
func (h *house) somewhere(who actor.Actor, action string) error {
	a, ok := h.guard.Action(action)
	if !ok {
		return fault.New(fault.Internal, "access.missing")
	}
	r := access.Resource{Type: a.Types[0]}
	err := h.guard.Check(who, action, r)
	for _, g := range who.Grants {
		if err == nil {
			break
		}
		r.Attrs = map[string]any{"unit": g.Unit, "area": g.Area}
		if h.guard.May(who, action, r) {
			return nil
		}
	}
	return err
}

// around is what stands between the server and the pages: it finds out who
// asks, once, and lets a write that was sent twice be done once.
func (h *house) around(inner http.Handler) http.Handler {
	sh := h.shell.Load()
	outer := h.identity.Wrap(h.tokens.Wrap(h.tokens.Idempotent(sh, h.who, inner)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// What is the same for everybody needs no look at the session.
		if strings.HasPrefix(r.URL.Path, "/static/") || strings.HasPrefix(r.URL.Path, "/log/") || strings.HasPrefix(r.URL.Path, "/sehat") || r.URL.Path == identity.Script {
			inner.ServeHTTP(w, r)
			return
		}
		outer.ServeHTTP(w, r)
	})
}
