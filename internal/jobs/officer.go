package jobs

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Group is the part of the queue that an item is in. The groups are in the
// order in which an officer must look at them.
type Group string

// The groups.
const (
	Dead     Group = "dead"     // given up; waits for an officer
	Failing  Group = "failing"  // failed at least once, will be repeated
	Overdue  Group = "overdue"  // nobody took it a minute after it was due
	Running  Group = "running"  // being done
	Upcoming Group = "upcoming" // due now or later
)

// Groups lists the groups in order.
func Groups() []Group { return []Group{Dead, Failing, Overdue, Running, Upcoming} }

// grace is how long a due job may wait before it is overdue.
const grace = time.Minute

// Item is a job as people see it: without its payload.
type Item struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	Key      string    `json:"key,omitempty"`
	Group    Group     `json:"group"`
	Due      time.Time `json:"due"`
	Attempt  int       `json:"attempt"`
	Attempts int       `json:"attempts"`
	ErrorKey string    `json:"error,omitempty"`
	Made     time.Time `json:"made"`
	Changed  time.Time `json:"changed"`
}

// ListInput asks for a page of the queue.
type ListInput struct {
	Kind  string // "" for all
	Limit int    // 50 when 0, at most 200
	After string // Next of the page before; "" for the first page
}

// List is a page of the queue, failures first, then what is overdue.
type List struct {
	Items  []Item          `json:"items"`
	Next   string          `json:"next,omitempty"` // "" on the last page
	Counts map[Group]int64 `json:"counts"`         // of the whole queue
}

// cursor is a place in the queue. It carries its "now", so that the groups do
// not move between two pages.
type cursor struct {
	Group int   `json:"g"`
	Due   int64 `json:"d"`
	ID    int64 `json:"i"`
	Now   int64 `json:"n"`
}

func (c cursor) String() string {
	b, _ := json.Marshal(c) //nolint:errcheck // four numbers
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(s string) (c cursor, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Group < 0 || c.Group >= len(Groups()) || c.String() != s {
		return cursor{}, fault.New(fault.Invalid, "jobs.cursor_wrong")
	}
	return c, nil
}

// where is the condition of each group, over state, attempt, due and the
// moment $1. Every job is in exactly one.
func (g Group) where() string {
	switch g {
	case Dead:
		return `state = 'dead' AND CAST($1 AS BIGINT) >= 0`
	case Failing:
		return `state = 'waiting' AND error <> '' AND CAST($1 AS BIGINT) >= 0`
	case Overdue:
		return `state = 'waiting' AND error = '' AND due < $1`
	case Running:
		return `state = 'running' AND CAST($1 AS BIGINT) >= 0`
	default:
		return `state = 'waiting' AND error = '' AND due >= $1`
	}
}

// List reads a page of the queue.
func (r *Runner) List(ctx context.Context, in ListInput) (*List, error) {
	if in.Limit <= 0 {
		in.Limit = 50
	}
	in.Limit = min(in.Limit, 200)
	var from cursor
	if in.After != "" {
		c, err := parseCursor(in.After)
		if err != nil {
			return nil, err
		}
		from = c
	}
	out := &List{}
	err := r.cfg.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		*out = List{Counts: map[Group]int64{}}
		now := from.Now
		if in.After == "" {
			from = cursor{Due: -1 << 62}
			now = tx.Now.Add(-grace).UnixMilli()
		}
		for i, g := range Groups() {
			n, err := countGroup(ctx, tx, g, now, in.Kind)
			if err != nil {
				return err
			}
			out.Counts[g] = n
			room := in.Limit + 1 - len(out.Items)
			if i < from.Group || room == 0 || n == 0 {
				continue
			}
			after := cursor{Due: -1 << 62}
			if i == from.Group {
				after = from
			}
			items, err := group(ctx, tx, g, now, in.Kind, after, room)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, items...)
		}
		if len(out.Items) > in.Limit {
			out.Items = out.Items[:in.Limit]
			last := out.Items[in.Limit-1]
			for i, g := range Groups() {
				if g == last.Group {
					out.Next = cursor{Group: i, Due: last.Due.UnixMilli(), ID: last.ID, Now: now}.String()
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return out, nil
}

func countGroup(ctx context.Context, tx *store.Tx, g Group, now int64, kind string) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM jobs_job WHERE `+g.where()+` AND ($2 = '' OR kind = $2)`, now, kind).Scan(&n)
	return n, err
}

func group(ctx context.Context, tx *store.Tx, g Group, now int64, kind string, after cursor, n int) (items []Item, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, kind, key, due, attempt, attempts, error, made, changed FROM jobs_job
		WHERE `+g.where()+` AND ($2 = '' OR kind = $2) AND (due, id) > ($3, $4) ORDER BY due, id LIMIT $5`, now, kind, after.Due, after.ID, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		it := Item{Group: g}
		var key sql.NullString
		var due, made, changed int64
		if err := rows.Scan(&it.ID, &it.Kind, &key, &due, &it.Attempt, &it.Attempts, &it.ErrorKey, &made, &changed); err != nil {
			return nil, err
		}
		it.Key, it.Due, it.Made, it.Changed = key.String, time.UnixMilli(due).UTC(), time.UnixMilli(made).UTC(), time.UnixMilli(changed).UTC()
		items = append(items, it)
	}
	return items, rows.Err()
}

// Tally is what is known of a kind since the queue was made.
type Tally struct {
	Kind               string
	Done, Failed, Dead int64     // jobs, attempts, jobs
	Last               time.Time // zero while none was done
}

// Tallies are the counts of all kinds, by name.
func (r *Runner) Tallies(ctx context.Context) (all []Tally, err error) {
	err = r.cfg.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all = nil
		rows, err := tx.QueryContext(ctx, `SELECT kind, done, failed, dead, last FROM jobs_tally ORDER BY kind`)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // read to the end below
		for rows.Next() {
			var t Tally
			var last int64
			if err := rows.Scan(&t.Kind, &t.Done, &t.Failed, &t.Dead, &last); err != nil {
				return err
			}
			if last > 0 {
				t.Last = time.UnixMilli(last).UTC()
			}
			all = append(all, t)
		}
		return rows.Err()
	})
	return all, err
}

// act is what the ledger keeps of an officer's act.
type act struct {
	Kind     string `json:"kind"`
	Attempts int    `json:"attempts"`
	ErrorKey string `json:"error,omitempty"`
}

// Retry lets a job that was given up, or that waits for its next attempt, run
// at once, with all its attempts before it. The caller has made sure that who
// may do that.
func (r *Runner) Retry(ctx context.Context, who actor.Actor, id int64) error {
	err := r.intervene(ctx, who, id, "foundation.jobs.retried", func(ctx context.Context, tx *store.Tx, it Item, state string) error {
		if state == dead && it.Key != "" {
			var same bool
			if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM jobs_job WHERE kind = $1 AND key = $2 AND state = 'waiting')`, it.Kind, it.Key).Scan(&same); err != nil {
				return err
			}
			if same {
				return fault.New(fault.Conflict, "jobs.same_waits", number(id))
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE jobs_job SET state = 'waiting', due = $2, attempt = 0, changed = $2 WHERE id = $1`, id, tx.Now.UnixMilli())
		return err
	})
	if err == nil {
		r.Wake()
	}
	return err
}

// Cancel deletes a job that does not run. The caller has made sure that who may
// do that.
func (r *Runner) Cancel(ctx context.Context, who actor.Actor, id int64) error {
	return r.intervene(ctx, who, id, "foundation.jobs.cancelled", func(ctx context.Context, tx *store.Tx, _ Item, _ string) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM jobs_job WHERE id = $1`, id)
		return err
	})
}

func (r *Runner) intervene(ctx context.Context, who actor.Actor, id int64, kind string, do func(context.Context, *store.Tx, Item, string) error) error {
	_, err := r.cfg.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		it := Item{ID: id}
		var key sql.NullString
		var state string
		err := tx.QueryRowContext(ctx, `SELECT kind, key, state, attempt, error FROM jobs_job WHERE id = $1`, id).Scan(&it.Kind, &key, &state, &it.Attempt, &it.ErrorKey)
		if errors.Is(err, sql.ErrNoRows) {
			return ledger.Entry{}, fault.New(fault.NotFound, "jobs.none", number(id))
		}
		if err != nil {
			return ledger.Entry{}, err
		}
		it.Key = key.String
		if state == running {
			return ledger.Entry{}, fault.New(fault.Conflict, "jobs.runs", number(id))
		}
		if err := do(ctx, tx, it, state); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: kind, Subject: "job:" + number(id), Detail: act{it.Kind, it.Attempt, it.ErrorKey}}, nil
	})
	return err
}

// number is the name of a job: no separators, for it is not a quantity.
func number(id int64) string { return strconv.FormatInt(id, 10) }
