package mail

import (
	"context"
	"io"
	"sync"
	"time"

	"netral/internal/jobs"
	"netral/internal/store"
)

// Kind is the kind of the jobs that send.
const Kind = "mail.send"

// Outbox puts messages into the queue.
type Outbox struct {
	mu   sync.Mutex
	rand io.Reader
	wake func()
}

// NewOutbox makes an outbox. Wake is called after each commit with a message
// and may be nil.
func NewOutbox(rand io.Reader, wake func()) *Outbox { return &Outbox{rand: rand, wake: wake} }

// Put enqueues a message: it is sent when the transaction commits, and not
// otherwise. While a message waits under a key, another under the same key is
// left out; with an empty key every message is one of its own. The key shows on
// the page of the queue: numbers, never people.
func (o *Outbox) Put(ctx context.Context, tx *store.Tx, key string, m Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	o.mu.Lock()
	id, err := newID(o.rand)
	o.mu.Unlock()
	if err != nil {
		return err
	}
	if key == "" {
		key = id
	}
	if o.wake != nil {
		tx.After(o.wake)
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: Kind, Key: key, Payload: letter{ID: id, Message: m}})
}

// Register makes the sender do the jobs of the outbox.
func Register(r *jobs.Runner, s *Sender) {
	// Four at a time: a server takes many connections from one place for an
	// attack. A message that was on its way when the process died waits for the
	// lease, so an attempt is short.
	jobs.Register(r, Kind, jobs.Options{NameKey: "mail.job", Limit: 4, Timeout: 3 * time.Minute}, func(ctx context.Context, l letter) error {
		err := s.deliver(ctx, l)
		if Permanent(err) {
			return jobs.Stop(err)
		}
		return err
	})
}
