package identity

import (
	"context"
	"crypto/sha256"
	"math"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Guessing is slowed in three places.
//
//   - A bucket for each network: a crowd behind one address shares it, so it is
//     large and gets back what a good sign-in took.
//   - A bucket for each login, over all networks: many machines that guess for
//     one login share it. A browser that has signed in to the account before has
//     a bucket of its own, so that they cannot keep its owner out. The owner at
//     a new browser still has the other doors: passkey, single sign-on.
//   - A delay for each login and network (or known browser), kept in the
//     database: it doubles with every failure and outlives a restart. Every try
//     is counted before it is looked at, so parallel tries do not slip through.
//
// Nothing here ever locks: the longest wait is maxDelay.

// bucket fills at rate a second up to burst. It is the token bucket: what it
// holds is worked out when it is asked.
type bucket struct {
	level float64
	at    time.Time
}

type rate struct{ burst, perSecond float64 }

var (
	networkRate = rate{burst: 60, perSecond: 1}
	loginRate   = rate{burst: 20, perSecond: 1.0 / 15}
	deviceRate  = rate{burst: 10, perSecond: 1.0 / 15}
	askRate     = rate{burst: 5, perSecond: 1.0 / 600} // requests for recovery
)

const maxBuckets = 100_000

type limits struct {
	mu  sync.Mutex
	all map[string]*bucket
}

func newLimits() *limits { return &limits{all: map[string]*bucket{}} }

// take takes one out of a bucket, or says how long to wait for it.
func (l *limits) take(key string, r rate, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.all[key]
	if b == nil {
		if len(l.all) >= maxBuckets {
			l.forget(now)
		}
		b = &bucket{level: r.burst, at: now}
		l.all[key] = b
	}
	if d := now.Sub(b.at).Seconds(); d > 0 {
		b.level = math.Min(r.burst, b.level+d*r.perSecond)
	}
	b.at = now
	if b.level < 1 {
		return time.Duration((1 - b.level) / r.perSecond * float64(time.Second))
	}
	b.level--
	return 0
}

// give puts one back.
func (l *limits) give(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b := l.all[key]; b != nil {
		b.level++ // take cuts at the brim
	}
}

// forget drops the buckets that nobody has touched for a quarter of an hour,
// and half of the others when that is not enough: memory is bounded, and a
// forgotten bucket is a full one.
func (l *limits) forget(now time.Time) {
	for k, b := range l.all {
		if now.Sub(b.at) > 15*time.Minute {
			delete(l.all, k)
		}
	}
	for k := range l.all {
		if len(l.all) <= maxBuckets/2 {
			return
		}
		delete(l.all, k)
	}
}

// remote is the address of the connection.
func remote(r *http.Request) netip.Addr {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap()
}

// network is the part of an address that one party usually has: a /24 of IPv4,
// a /56 of IPv6.
func network(a netip.Addr) string {
	bits := 56
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil || !p.IsValid() {
		return "-"
	}
	return p.String()
}

// The delay begins after freeTries failures, so that somebody who mistypes
// notices nothing.
const (
	freeTries = 5
	maxDelay  = 15 * time.Minute
	forgiven  = 24 * time.Hour // after this without a try all is forgotten
	toldEvery = time.Hour      // the record speaks once an hour of the same delay
)

func delay(fails int64) time.Duration {
	if fails <= freeTries {
		return 0
	}
	if n := fails - freeTries; n < 12 {
		return min(maxDelay, time.Second<<n)
	}
	return maxDelay
}

// attempt is a try that was let in and is counted as a failure until it is
// called good.
type attempt struct {
	key     []byte
	buckets []string
}

// admit lets a try in, or says how long to wait. What is what is tried: "pw",
// "code". Whom is a login or an account, known or not.
func (s *Service) admit(ctx context.Context, what, whom string, c Client) (*attempt, error) {
	now := s.DB.Now()
	known := false
	if c.Device != "" && what != "ask" {
		err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			known, err = knownDevice(ctx, tx, hashToken(c.Device), whom)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	place, ownRate, ownKey := "n:"+c.Network, loginRate, what+":l:"+whom
	if known {
		place = "d:" + string(hashToken(c.Device))
		ownRate, ownKey = deviceRate, what+":"+place
	}
	if what == "ask" {
		ownRate = askRate
	}
	a := &attempt{key: delayKey(what, whom, place)}
	// A known browser does not pay for its network either: a victim may sit
	// behind the same address as the attacker.
	want := []struct {
		key string
		r   rate
	}{{ownKey, ownRate}, {"n:" + c.Network, networkRate}}
	if known {
		want = want[:1]
	}
	for _, w := range want {
		if wait := s.limits.take(w.key, w.r, now); wait > 0 {
			for _, k := range a.buckets {
				s.limits.give(k)
			}
			return nil, s.slowed(ctx, a.key, wait)
		}
		a.buckets = append(a.buckets, w.key)
	}
	var wait time.Duration
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		wait, err = countTry(ctx, tx, a.key)
		return err
	})
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		return nil, s.slowed(ctx, a.key, wait)
	}
	return a, nil
}

// good takes back what a try cost. It belongs into the transaction that the
// try was for.
func (s *Service) good(ctx context.Context, tx *store.Tx, a *attempt) error {
	if a == nil {
		return nil
	}
	tx.After(func() {
		for _, k := range a.buckets {
			s.limits.give(k)
		}
	})
	return clearDelay(ctx, tx, a.key)
}

// slowed is the fault that says how long to wait, and an entry now and then.
// It leads to nobody: the try may have been for a login that does not exist.
func (s *Service) slowed(ctx context.Context, key []byte, wait time.Duration) error {
	f := fault.Later(wait, "identity.slow", int(math.Ceil(wait.Seconds())))
	var tell bool
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		tell, err = tellDelay(ctx, tx, key)
		return err
	})
	if err != nil || !tell {
		return joinFault(f, err)
	}
	_, err = s.Book.Write(ctx, actor.Anonymous("page", "id"), func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: KindSlowed, Sealed: true}, nil
	})
	return joinFault(f, err)
}

func joinFault(f, err error) error {
	if err != nil {
		return err
	}
	return f
}

func delayKey(what, whom, place string) []byte {
	h := sha256.Sum256([]byte(what + "\x00" + whom + "\x00" + place))
	return h[:]
}
