package token

import (
	"sync"
	"time"
)

// maxBuckets bounds the memory of the limits. Past it, buckets that are full
// again are dropped: they say nothing.
const maxBuckets = 10_000

// limits is a bucket for each token that is in use. It is this process's own:
// several processes let through as many times the rate.
type limits struct {
	rate float64 // a minute, and the size of a bucket

	mu   sync.Mutex
	have map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newLimits(rate int) *limits { return &limits{rate: float64(rate), have: map[string]bucket{}} }

// take says whether one more request fits.
func (l *limits) take(id string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.have[id]
	if !ok {
		if len(l.have) >= maxBuckets {
			l.sweep(now)
		}
		b = bucket{left: l.rate, at: now}
	}
	b = l.filled(b, now)
	ok = b.left >= 1
	if ok {
		b.left--
	}
	l.have[id] = b
	return ok
}

func (l *limits) filled(b bucket, now time.Time) bucket {
	if d := now.Sub(b.at); d > 0 {
		b.left, b.at = min(l.rate, b.left+d.Minutes()*l.rate), now
	}
	return b
}

func (l *limits) sweep(now time.Time) {
	for id, b := range l.have {
		if l.filled(b, now).left >= l.rate {
			delete(l.have, id)
		}
	}
}
