package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"netral/internal/store"
)

// countTry counts a try as a failure, unless it comes too early: then it says
// how long to wait. The try that is counted sets the wait for the next.
func countTry(ctx context.Context, tx *store.Tx, key []byte) (wait time.Duration, err error) {
	var fails, until, last int64
	err = tx.QueryRowContext(ctx, `SELECT fails, until, last FROM identity_delay WHERE key = $1`, key).Scan(&fails, &until, &last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	if wait := moment(until).Sub(tx.Now); until > 0 && wait > 0 {
		return wait, nil
	}
	if tx.Now.Sub(moment(last)) > forgiven {
		fails = 0
	}
	fails++
	_, err = tx.ExecContext(ctx, `INSERT INTO identity_delay (key, fails, until, told, last) VALUES ($1, $2, $3, 0, $4)
		ON CONFLICT (key) DO UPDATE SET fails = excluded.fails, until = excluded.until, last = excluded.last`,
		key, fails, tx.Now.Add(delay(fails)).UnixMilli(), tx.Now.UnixMilli())
	return 0, err
}

// tellDelay says whether the record should speak of a delay now.
func tellDelay(ctx context.Context, tx *store.Tx, key []byte) (bool, error) {
	n, err := changed(ctx, tx, `INSERT INTO identity_delay (key, fails, until, told, last) VALUES ($1, 0, 0, $2, $2)
		ON CONFLICT (key) DO UPDATE SET told = excluded.told WHERE identity_delay.told <= $3`,
		key, tx.Now.UnixMilli(), tx.Now.Add(-toldEvery).UnixMilli())
	return n > 0, err
}

func clearDelay(ctx context.Context, tx *store.Tx, key []byte) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM identity_delay WHERE key = $1`, key)
	return err
}

func sweep(ctx context.Context, tx *store.Tx, idle, forget time.Time) error {
	now := tx.Now.UnixMilli()
	for _, q := range []struct {
		text string
		args []any
	}{
		{`DELETE FROM identity_session WHERE ends <= $1 OR seen <= $2`, []any{now, idle.UnixMilli()}},
		{`DELETE FROM identity_ticket WHERE ends <= $1`, []any{now}},
		{`DELETE FROM identity_delay WHERE last <= $1`, []any{forget.UnixMilli()}},
		{`DELETE FROM identity_device WHERE seen <= $1`, []any{tx.Now.Add(-deviceAge).UnixMilli()}},
		{`UPDATE identity_recovery SET status = 'refused', code = NULL WHERE status IN ('asked', 'half', 'approved') AND ends <= $1`, []any{now}},
	} {
		if _, err := tx.ExecContext(ctx, q.text, q.args...); err != nil {
			return err
		}
	}
	return nil
}
