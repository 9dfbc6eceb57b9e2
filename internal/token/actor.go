package token

import (
	"context"
	"net/http"
	"strings"
	"time"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Actor is the owner of the token that a request brings, narrowed to what the
// token may do. Without the header Authorization, and on a page, it is nobody:
// false, and no error. A token that is no good is an error and never nobody, so that a
// program learns of it rather than get what everybody gets. Faults: SignIn;
// TooMany above the rate.
func (s *Service) Actor(r *http.Request) (actor.Actor, bool, error) {
	if b, ok := r.Context().Value(broughtKey{}).(brought); ok {
		return b.who, b.ok, b.err
	}
	if !tokens(r) {
		return actor.Actor{}, false, nil
	}
	return s.look(r)
}

type broughtKey struct{}

// brought is whose token a request brings, looked up once.
type brought struct {
	who actor.Actor
	ok  bool
	err error
}

// tokens says whether a token counts where the request goes: pages are for
// people, and there a token is as if it were not brought.
func tokens(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// Wrap looks up the token of every request to the API once, so that it counts
// once against the rate however many ask for the actor. It goes around the
// site.
func (s *Service) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tokens(r) && r.Header.Get("Authorization") != "" {
			var b brought
			b.who, b.ok, b.err = s.look(r)
			r = r.WithContext(context.WithValue(r.Context(), broughtKey{}, b))
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Service) look(r *http.Request) (actor.Actor, bool, error) {
	given := r.Header.Values("Authorization")
	if len(given) == 0 {
		return actor.Actor{}, false, nil
	}
	scheme, secret, _ := strings.Cut(given[0], " ")
	if len(given) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return actor.Actor{}, false, fault.New(fault.SignIn, "token.scheme")
	}
	a, err := s.bearer(r.Context(), strings.TrimSpace(secret))
	if err != nil {
		return actor.Actor{}, false, err
	}
	return a, true, nil
}

func bad() error { return fault.New(fault.SignIn, "token.bad") }

func (s *Service) bearer(ctx context.Context, secret string) (actor.Actor, error) {
	if !sound(secret) {
		return actor.Actor{}, bad()
	}
	var (
		k     kept
		found bool
		live  bool
		today day.Day
	)
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var err error
		k, found, err = tokenByHash(ctx, tx, hash(secret))
		live, today = k.Live(tx.Now), day.At(tx.Now)
		return err
	})
	switch {
	case err != nil:
		return actor.Actor{}, err
	case !found:
		return actor.Actor{}, bad()
	case !live:
		return actor.Actor{}, s.refused(ctx, k, today)
	case !s.limits.take(k.ID, s.DB.Now()):
		return actor.Actor{}, fault.Later(time.Minute/time.Duration(s.Rate), "token.rate", s.Rate)
	}
	a, found, err := s.Owner(ctx, k.Owner)
	switch {
	case err != nil:
		return actor.Actor{}, err
	case !found:
		return actor.Actor{}, s.refused(ctx, k, today)
	}
	if k.Used != today {
		// Not the end of the request when it fails: it is only a day.
		if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return setUsed(ctx, tx, k.ID, today) }); err != nil {
			s.Log.WarnContext(ctx, "the last day of a token was not kept", "token", k.ID, "err", err)
		}
	}
	a.Via = "api"
	return scope.Narrow(a, k.Actions), nil
}

// refused records, once a day, that a token is shown which has ended: its
// program still runs, or somebody found it.
func (s *Service) refused(ctx context.Context, k kept, today day.Day) error {
	if k.Refused == today {
		return bad()
	}
	_, err := s.Book.Write(ctx, actor.Anonymous("api", ""), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		first, err := setRefused(ctx, tx, k.ID, today)
		if err != nil {
			return ledger.Entry{}, err
		}
		if !first { // another request was quicker
			return ledger.Entry{}, bad()
		}
		return ledger.Entry{Kind: KindRefused, Subject: subject(k.ID), Detail: map[string]string{"owner": k.Owner}}, nil
	})
	if f := fault.Of(err); f != nil && f.Kind != fault.SignIn {
		return err
	}
	return bad()
}
