package identity

import (
	"context"
	"net/http"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Session is a browser that has signed in, as its owner sees it.
type Session struct {
	ID      string
	Account string
	Method  string // "password", "code", "passkey", "sso", "demo", "recovery"
	Agent   string // what the browser calls itself, shortened
	Network string // the network it came from, not the address
	Limited bool   // may only set up a second factor
	Proved  time.Time
	Made    time.Time
	Seen    time.Time
	Ends    time.Time

	rotate bool
	stale  bool // the token before the last rotation
}

// Client is what a request says of the browser it comes from.
type Client struct {
	Network string
	Agent   string
	Session string // token that the browser brought, "" for none
	Device  string // token of a browser that was here before
	Lang    string
}

// Opened is a session that has just begun: what goes into cookies.
type Opened struct {
	Token   string
	Device  string // "" when the browser keeps the one it has
	Ends    time.Time
	Limited bool
	Account string
}

// Limits of what is kept about a browser.
const maxAgent = 120

// rotated is how long the token before a rotation is still taken: requests that
// were under way must not look like a stranger's.
const rotated = 30 * time.Second

// seenEvery bounds how often the use of a session is written down.
const seenEvery = time.Minute

// opening is what an opened session needs, made before the transaction.
type opening struct {
	id, token, device string
	method            string
	limited           bool
	client            Client
}

func (s *Service) newOpening(method string, limited bool, c Client) (opening, error) {
	o := opening{method: method, limited: limited, client: c}
	var err error
	if o.id, err = s.newID(); err != nil {
		return o, err
	}
	if o.token, err = s.newToken(); err != nil {
		return o, err
	}
	o.device, err = s.newToken()
	return o, err
}

// open begins a session. The one that the browser brought ends, whoever's it
// was, so that a planted token is worth nothing.
func (s *Service) open(ctx context.Context, tx *store.Tx, a Account, o opening) (Opened, error) {
	if o.client.Session != "" {
		if err := endToken(ctx, tx, hashToken(o.client.Session)); err != nil {
			return Opened{}, err
		}
	}
	ses := Session{
		ID: o.id, Account: a.ID, Method: o.method, Agent: clip(o.client.Agent, maxAgent), Network: o.client.Network,
		Limited: o.limited, Proved: tx.Now, Made: tx.Now, Seen: tx.Now, Ends: tx.Now.Add(s.Absolute),
	}
	if err := insertSession(ctx, tx, ses, hashToken(o.token)); err != nil {
		return Opened{}, err
	}
	out := Opened{Token: o.token, Ends: ses.Ends, Limited: o.limited, Account: a.ID}
	if o.limited { // a browser becomes known once all factors were shown in it
		return out, nil
	}
	known := false
	if o.client.Device != "" {
		var err error
		if known, err = knownDevice(ctx, tx, hashToken(o.client.Device), a.Login); err != nil {
			return Opened{}, err
		}
	}
	device := o.client.Device
	if !known {
		// Never the token that the browser brought: somebody may have put it there.
		device, out.Device = o.device, o.device
		if err := s.notify(ctx, tx, a, "device", o.client.Agent); err != nil {
			return Opened{}, err
		}
	}
	return out, seeDevice(ctx, tx, hashToken(device), a.ID)
}

// who is the actor of an account.
func (a Account) who(grants []actor.Grant) actor.Actor {
	return actor.Actor{ID: subject(a.ID), Lang: a.Lang, Via: "page", Person: a.Person, Name: a.Name, Grants: grants}
}

// resolved is what a token leads to.
type resolved struct {
	session Session
	account Account
	who     actor.Actor
}

// resolve finds the session of a token. It is nil when there is none that
// counts.
func (s *Service) resolve(ctx context.Context, token string) (*resolved, error) {
	if len(token) != 43 {
		return nil, nil
	}
	var out *resolved
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ses, a, found, err := sessionOf(ctx, tx, hashToken(token))
		if err != nil || !found {
			return err
		}
		if a.Status != Active || !ses.Ends.After(tx.Now) || !ses.Seen.Add(s.Idle).After(tx.Now) {
			return nil
		}
		all, err := grants(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		out = &resolved{session: ses, account: a, who: a.who(Effective(all, today(tx)))}
		return nil
	})
	if err != nil || out == nil {
		return nil, err
	}
	if now := s.DB.Now(); now.Sub(out.session.Seen) >= seenEvery {
		err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return seeSession(ctx, tx, out.session.ID) })
		if err != nil { // a full disk must not sign everybody out
			s.Log.Warn("the use of a session was not written down", "err", err)
		}
		out.session.Seen = now
	}
	return out, nil
}

// rotate gives a session a new token; the one before is taken for a moment
// longer. Of two requests that rotate at once the second finds it done.
func (s *Service) rotateToken(ctx context.Context, id, old string) (string, error) {
	token, err := s.newToken()
	if err != nil {
		return "", err
	}
	done := false
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		done, err = rotateSession(ctx, tx, id, hashToken(old), hashToken(token), tx.Now.Add(rotated))
		return err
	})
	if err != nil || !done {
		return "", err
	}
	return token, nil
}

type resolvedKey struct{}

// Wrap finds the session of every request and gives a session whose rights
// have changed a new token. It goes around the whole site.
func (s *Service) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := s.cookie(r, cookieSession)
		if token == "" {
			next.ServeHTTP(w, r)
			return
		}
		got, err := s.resolve(r.Context(), token)
		if err != nil {
			s.Log.Error("a session could not be looked up", "err", err)
			got = nil
		}
		if got != nil && got.session.rotate && !got.session.stale {
			if fresh, err := s.rotateToken(r.Context(), got.session.ID, token); err != nil {
				s.Log.Warn("a session was not given a new token", "err", err)
			} else if fresh != "" {
				s.setCookie(w, cookieSession, fresh, got.session.Ends.Sub(s.DB.Now()))
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), resolvedKey{}, got)))
	})
}

// find is the session of a request, nil for none.
func (s *Service) find(r *http.Request) (*resolved, error) {
	if got, ok := r.Context().Value(resolvedKey{}).(*resolved); ok {
		return got, nil
	}
	token := s.cookie(r, cookieSession)
	if token == "" {
		return nil, nil
	}
	return s.resolve(r.Context(), token)
}

// Actor is who has signed in, with the roles of today. Somebody who must still
// set up a second factor has not.
func (s *Service) Actor(r *http.Request) (actor.Actor, bool) {
	got, err := s.find(r)
	if err != nil {
		s.Log.Error("a session could not be looked up", "err", err)
	}
	if err != nil || got == nil || got.session.Limited {
		return actor.Actor{}, false
	}
	return got.who, true
}

// Sessions lists the sessions of an account that still count, the latest
// first.
func (s *Service) Sessions(ctx context.Context, who actor.Actor) ([]Session, error) {
	id := own(who)
	if id == "" {
		return nil, fault.New(fault.SignIn, "identity.sign_in_first")
	}
	var out []Session
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = sessions(ctx, tx, id, tx.Now, tx.Now.Add(-s.Idle))
		return err
	})
	return out, err
}

// Revoke ends one of the person's own sessions.
func (s *Service) Revoke(ctx context.Context, who actor.Actor, session string) error {
	id := own(who)
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		found, err := endSession(ctx, tx, id, session)
		if err != nil {
			return ledger.Entry{}, err
		}
		if !found || id == "" {
			return ledger.Entry{}, fault.New(fault.NotFound, "identity.session.none")
		}
		return ledger.Entry{Kind: KindRevoked, Subject: subject(id), Detail: map[string]any{"session": session}}, nil
	})
	return err
}

// RevokeOthers ends all of the person's sessions but the one named, and forgets
// the browsers that were known.
func (s *Service) RevokeOthers(ctx context.Context, who actor.Actor, keep string) (int, error) {
	id := own(who)
	if id == "" {
		return 0, fault.New(fault.SignIn, "identity.sign_in_first")
	}
	n := 0
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		var err error
		if n, err = endSessions(ctx, tx, id, keep); err != nil {
			return ledger.Entry{}, err
		}
		if err := forgetDevices(ctx, tx, id); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindRevoked, Subject: subject(id), Detail: map[string]any{"sessions": n}}, nil
	})
	return n, err
}

// Close ends the session of a token. A token that is none is no fault: who
// signs out wants to be out.
func (s *Service) Close(ctx context.Context, token string) error {
	got, err := s.resolve(ctx, token)
	if err != nil || got == nil {
		return err
	}
	_, err = s.Book.Write(ctx, got.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if _, err := endSession(ctx, tx, got.account.ID, got.session.ID); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindClosed, Subject: subject(got.account.ID), Detail: map[string]any{"session": got.session.ID}}, nil
	})
	return err
}

// Sweep deletes what has run out: sessions, tickets, delays, requests for
// recovery. It is for a nightly job.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return sweep(ctx, tx, tx.Now.Add(-s.Idle), tx.Now.Add(-forgiven))
	})
}
