package jobs

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of the queue.
var Migrations = store.Line{Name: "jobs", FS: files}

// Job is work to be done later.
type Job struct {
	// Kind says which worker does it: "mail.send".
	Kind string
	// Key names the work when doing it once is enough however often it was
	// asked for. Empty: every job is work of its own. It shows on the page of
	// the queue, so it names things by their numbers, never people.
	Key string
	// Payload is what the worker gets; anything that encodes as JSON, up to
	// 64 KB. Prefer numbers of rows to their contents.
	Payload any
	// At is the earliest moment; the zero time means now.
	At time.Time
	// MaxAttempts is how often it is tried; 12 when 0, which with the usual
	// delays is a bit over a day.
	MaxAttempts int
}

const (
	maxPayload      = 64 << 10
	maxName         = 200
	defaultAttempts = 12
)

// Enqueue puts a job into the queue when the transaction commits. A job with a
// key that another job of its kind waits under is left out, and that is no
// error; when the new one is due earlier, the waiting one moves forward.
//
// A runner in this process notices within its poll interval, or at once with
// tx.After(runner.Wake).
func Enqueue(ctx context.Context, tx *store.Tx, j Job) error {
	payload, err := j.encode()
	if err != nil {
		return err
	}
	due := tx.Now
	if !j.At.IsZero() {
		due = j.At
	}
	attempts := j.MaxAttempts
	if attempts == 0 {
		attempts = defaultAttempts
	}
	return insert(ctx, tx, j.Kind, j.Key, payload, due, attempts)
}

// encode checks a job. What it refuses is a mistake of the program, so there
// is no message for people.
func (j Job) encode() (string, error) {
	if !sound(j.Kind) || j.Key != "" && !sound(j.Key) {
		return "", fmt.Errorf("jobs: kind %.80q or key %.80q is empty, longer than %d bytes or has control characters", j.Kind, j.Key, maxName)
	}
	if j.MaxAttempts < 0 {
		return "", fmt.Errorf("jobs: %s: %d attempts", j.Kind, j.MaxAttempts)
	}
	b, err := json.Marshal(j.Payload)
	if err != nil {
		return "", fmt.Errorf("jobs: %s: encode the payload: %w", j.Kind, err)
	}
	if len(b) > maxPayload {
		return "", fmt.Errorf("jobs: %s: the payload has %d bytes, more than %d", j.Kind, len(b), maxPayload)
	}
	return string(b), nil
}

func sound(name string) bool {
	return name != "" && len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd })
}
