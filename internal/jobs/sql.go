package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"netral/internal/store"
)

// States of a job, as they are stored.
const (
	waiting = "waiting"
	running = "running"
	dead    = "dead"
)

// claim is a job that this runner holds. Attempt fences it: once somebody else
// has the job, no statement with the old attempt finds it.
type claim struct {
	id       int64
	kind     string
	payload  string
	attempt  int
	attempts int
	owner    string
}

func insert(ctx context.Context, tx *store.Tx, kind, key, payload string, due time.Time, attempts int) error {
	var id int64
	if err := tx.QueryRowContext(ctx, `UPDATE jobs_counter SET n = n + 1 WHERE one = 1 RETURNING n`).Scan(&id); err != nil {
		return fmt.Errorf("number a job: %w", err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO jobs_job (id, kind, key, payload, state, due, attempt, attempts, error, made, changed, owner, lease)
		VALUES ($1, $2, $3, $4, 'waiting', $5, 0, $6, '', $7, $7, '', 0)
		ON CONFLICT (kind, key) WHERE state = 'waiting'
		DO UPDATE SET due = CASE WHEN excluded.due < jobs_job.due THEN excluded.due ELSE jobs_job.due END`,
		id, kind, sql.NullString{String: key, Valid: key != ""}, payload, due.UnixMilli(), attempts, tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", kind, err)
	}
	return nil
}

// list makes "$n, $n+1, …" for names, and the arguments.
func list(from int, names []string) (string, []any) {
	var b strings.Builder
	args := make([]any, len(names))
	for i, s := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
		args[i] = s
	}
	return b.String(), args
}

// anyDue says whether a claim would find something. It is a Read, so that an
// idle runner does not stand in the way of those who write.
func anyDue(ctx context.Context, tx *store.Tx, kinds []string) (bool, error) {
	in, args := list(2, kinds)
	var found bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM jobs_job WHERE state = 'waiting' AND due <= $1 AND kind IN (`+in+`))
		OR EXISTS (SELECT 1 FROM jobs_job WHERE state = 'running' AND lease < $1)`,
		append([]any{tx.Now.UnixMilli()}, args...)...).Scan(&found)
	return found, err
}

// expired are the jobs whose runner has not been heard of.
func expired(ctx context.Context, tx *store.Tx) (all []claim, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, kind, attempt, attempts, owner FROM jobs_job WHERE state = 'running' AND lease < $1 ORDER BY id LIMIT 1000`, tx.Now.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var c claim
		if err := rows.Scan(&c.id, &c.kind, &c.attempt, &c.attempts, &c.owner); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// take claims up to n due jobs of the kinds. A job waits while one with the
// same key runs. Of several that may be due at once none has a key in common,
// for only one of a key waits.
func take(ctx context.Context, tx *store.Tx, owner string, lease time.Time, n int, kinds []string) (all []claim, err error) {
	in, args := list(5, kinds)
	rows, err := tx.QueryContext(ctx, `UPDATE jobs_job SET state = 'running', attempt = attempt + 1, owner = $1, lease = $2, changed = $3
		WHERE id IN (SELECT j.id FROM jobs_job j
			WHERE j.state = 'waiting' AND j.due <= $3 AND j.kind IN (`+in+`)
			AND (j.key IS NULL OR NOT EXISTS (SELECT 1 FROM jobs_job r WHERE r.state = 'running' AND r.kind = j.kind AND r.key = j.key))
			ORDER BY j.due, j.id LIMIT $4)
		RETURNING id, kind, payload, attempt, attempts, owner`,
		append([]any{owner, lease.UnixMilli(), tx.Now.UnixMilli(), n}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var c claim
		if err := rows.Scan(&c.id, &c.kind, &c.payload, &c.attempt, &c.attempts, &c.owner); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// mine is the condition under which a claim still holds.
const mine = `id = $1 AND state = 'running' AND owner = $2 AND attempt = $3`

func (c claim) exec(ctx context.Context, tx *store.Tx, q string, args ...any) (bool, error) {
	res, err := tx.ExecContext(ctx, q, append([]any{c.id, c.owner, c.attempt}, args...)...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func (c claim) prolong(ctx context.Context, tx *store.Tx, lease time.Time) (held bool, err error) {
	return c.exec(ctx, tx, `UPDATE jobs_job SET lease = $4 WHERE `+mine, lease.UnixMilli())
}

func (c claim) remove(ctx context.Context, tx *store.Tx) (held bool, err error) {
	held, err = c.exec(ctx, tx, `DELETE FROM jobs_job WHERE `+mine)
	if held && err == nil {
		err = count(ctx, tx, c.kind, 1, 0, 0)
	}
	return held, err
}

// giveBack lets a job wait until due. When another one with its key has come to
// wait meanwhile, that one is the same work: it is merged into this one, which
// knows how often it was tried.
func (c claim) giveBack(ctx context.Context, tx *store.Tx, due time.Time, attempt int, problem string) (held bool, err error) {
	var newer sql.NullInt64
	var payload sql.NullString
	err = tx.QueryRowContext(ctx, `SELECT n.id, n.payload FROM jobs_job n, jobs_job j WHERE j.id = $1 AND n.kind = j.kind AND n.key = j.key AND n.state = 'waiting'`, c.id).Scan(&newer, &payload)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	held, err = c.exec(ctx, tx, `UPDATE jobs_job SET changed = $4, payload = COALESCE($5, payload) WHERE `+mine, tx.Now.UnixMilli(), payload)
	if err != nil || !held {
		return held, err
	}
	if newer.Valid {
		if _, err := tx.ExecContext(ctx, `DELETE FROM jobs_job WHERE id = $1`, newer.Int64); err != nil {
			return false, err
		}
	}
	return c.exec(ctx, tx, `UPDATE jobs_job SET state = 'waiting', due = $4, attempt = $5, error = CASE WHEN $6 = '' THEN error ELSE $6 END, owner = '', lease = 0 WHERE `+mine,
		due.UnixMilli(), attempt, problem)
}

func (c claim) bury(ctx context.Context, tx *store.Tx, problem string) (held bool, err error) {
	return c.exec(ctx, tx, `UPDATE jobs_job SET state = 'dead', error = $4, changed = $5, owner = '', lease = 0 WHERE `+mine, problem, tx.Now.UnixMilli())
}

// count adds to what is known of a kind.
func count(ctx context.Context, tx *store.Tx, kind string, done, failed, buried int) error {
	last := int64(0)
	if done > 0 {
		last = tx.Now.UnixMilli()
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO jobs_tally (kind, done, failed, dead, last) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind) DO UPDATE SET done = jobs_tally.done + excluded.done, failed = jobs_tally.failed + excluded.failed,
		dead = jobs_tally.dead + excluded.dead, last = CASE WHEN excluded.last > jobs_tally.last THEN excluded.last ELSE jobs_tally.last END`,
		kind, done, failed, buried, last)
	return err
}
