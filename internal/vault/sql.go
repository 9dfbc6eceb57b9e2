package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"netral/internal/store"
)

// pair is a row of vault_identity.
type pair struct {
	id, owner, recipient, state, locked, next string
	mark, secret                              []byte
	changed                                   time.Time
}

// How the secret of a pair is kept.
const (
	byCode     = "code"
	byPassword = "password"
	byQuorum   = "quorum"
	byNext     = "next"
)

// States of a pair.
const (
	enrolled = "enrolled"
	active   = "active"
	retiring = "retiring"
	lost     = "lost"
)

// current is the pair for which is sealed now; its id is "" when there is none.
func current(ctx context.Context, tx *store.Tx, owner string) (p pair, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id, owner, recipient, mark FROM vault_identity WHERE owner = $1 AND state IN ('enrolled', 'active')`, owner).Scan(&p.id, &p.owner, &p.recipient, &p.mark)
	if errors.Is(err, sql.ErrNoRows) {
		return pair{}, nil
	}
	return p, err
}

const pairColumns = `id, owner, recipient, state, locked, next, secret, changed`

// pairs are those of an owner, newest first; of all owners for "".
func pairs(ctx context.Context, tx *store.Tx, owner string) (all []pair, err error) {
	return queryPairs(ctx, tx, `SELECT `+pairColumns+` FROM vault_identity WHERE $1 = '' OR owner = $1 ORDER BY made DESC, id`, owner)
}

// unsettled are the replaced pairs for whose sake something has still to be
// rewrapped: the owner's, and for a quorum also those that were lost.
func unsettled(ctx context.Context, tx *store.Tx, owner string) (all []pair, err error) {
	return queryPairs(ctx, tx, `SELECT `+pairColumns+` FROM vault_identity WHERE state = 'retiring' AND owner = $1 OR state = 'lost' AND $2 = $1 ORDER BY made, id`, owner, Recovery)
}

func queryPairs(ctx context.Context, tx *store.Tx, q string, args ...any) (all []pair, err error) {
	rows, err := tx.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("read key pairs: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var p pair
		var changed int64
		if err := rows.Scan(&p.id, &p.owner, &p.recipient, &p.state, &p.locked, &p.next, &p.secret, &changed); err != nil {
			return nil, err
		}
		p.changed = time.UnixMilli(changed).UTC()
		all = append(all, p)
	}
	return all, rows.Err()
}

func insertPair(ctx context.Context, tx *store.Tx, p pair) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_identity (id, owner, recipient, mark, state, locked, secret, next, made, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $8)`,
		p.id, p.owner, p.recipient, p.mark, p.state, p.locked, p.secret, tx.Now.UnixMilli())
	return err
}

// changePair moves a pair on, if it is still as it was read.
func changePair(ctx context.Context, tx *store.Tx, was pair, state, locked, next string, secret []byte) (bool, error) {
	if secret == nil {
		secret = []byte{}
	}
	res, err := tx.ExecContext(ctx, `UPDATE vault_identity SET state = $3, locked = $4, next = $5, secret = $6, changed = $7 WHERE id = $1 AND state = $2 AND secret = $8`,
		was.id, was.state, state, locked, next, secret, tx.Now.UnixMilli(), was.secret)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// forget erases the secrets of all pairs of an owner, and their tickets. The current one goes into
// the given state; what was sealed to those before it is in the same places.
func forget(ctx context.Context, tx *store.Tx, owner, state, next string) (int64, error) {
	if err := dropTickets(ctx, tx, owner); err != nil {
		return 0, err
	}
	const set = `UPDATE vault_identity SET locked = 'gone', secret = $2, changed = $3`
	if _, err := tx.ExecContext(ctx, set+`, state = 'retired' WHERE owner = $1 AND state = 'retiring'`, owner, []byte{}, tx.Now.UnixMilli()); err != nil {
		return 0, err
	}
	res, err := tx.ExecContext(ctx, set+`, state = $4, next = $5 WHERE owner = $1 AND state IN ('enrolled', 'active')`, owner, []byte{}, tx.Now.UnixMilli(), state, next)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func retire(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `UPDATE vault_identity SET state = 'retired', locked = 'gone', secret = $2, changed = $3 WHERE id = $1 AND state IN ('retiring', 'lost')`, id, []byte{}, tx.Now.UnixMilli())
	return err
}

func rootKeys(ctx context.Context, tx *store.Tx, identity string) (ids []string, err error) {
	all, err := roots(ctx, tx, identity)
	for _, r := range all {
		ids = append(ids, r.keyID)
	}
	return ids, err
}

type root struct {
	keyID  string
	sealed []byte
}

func roots(ctx context.Context, tx *store.Tx, identity string) (all []root, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT key_id, sealed FROM vault_root WHERE identity = $1 ORDER BY key_id`, identity)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var r root
		if err := rows.Scan(&r.keyID, &r.sealed); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

func insertRoot(ctx context.Context, tx *store.Tx, identity, keyID string, sealed []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_root (identity, key_id, sealed) VALUES ($1, $2, $3)`, identity, keyID, sealed)
	return err
}

func insertCustodian(ctx context.Context, tx *store.Tx, identity string, number, threshold int, name string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_custodian (identity, number, threshold, custodian, drilled) VALUES ($1, $2, $3, $4, 0)`, identity, number, threshold, name)
	return err
}

func markDrilled(ctx context.Context, tx *store.Tx, identity string, number int) error {
	_, err := tx.ExecContext(ctx, `UPDATE vault_custodian SET drilled = $3 WHERE identity = $1 AND number = $2`, identity, number, tx.Now.UnixMilli())
	return err
}

// insertOpening numbers the row after the last one; there is one writer.
func insertOpening(ctx context.Context, tx *store.Tx, o Opening) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_opening (n, at, actor, tbl, col, entity, opened, problem, reason)
		SELECT COALESCE(MAX(n), 0) + 1, CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BOOLEAN), CAST($7 AS TEXT), CAST($8 AS TEXT) FROM vault_opening`,
		tx.Now.UnixMilli(), o.Actor, o.Place.Table, o.Place.Column, o.Place.Row, o.Opened, o.ProblemKey, o.Reason)
	return err
}

func openings(ctx context.Context, tx *store.Tx, table, row string, before int64, n int) (all []Opening, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT n, at, actor, tbl, col, entity, opened, problem, reason FROM vault_opening
		WHERE tbl = $1 AND entity = $2 AND n < $3 ORDER BY n DESC LIMIT $4`, table, row, before, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var o Opening
		var at int64
		if err := rows.Scan(&o.N, &at, &o.Actor, &o.Place.Table, &o.Place.Column, &o.Place.Row, &o.Opened, &o.ProblemKey, &o.Reason); err != nil {
			return nil, err
		}
		o.At = time.UnixMilli(at).UTC()
		all = append(all, o)
	}
	return all, rows.Err()
}

func insertEnvelope(ctx context.Context, tx *store.Tx, id string, sealed []byte, readers string, mark []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_envelope (id, sealed, readers, mark, made) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`, id, sealed, readers, mark, tx.Now.UnixMilli())
	return err
}

func envelope(ctx context.Context, tx *store.Tx, id string) (sealed []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT sealed FROM vault_envelope WHERE id = $1`, id).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errSealed
	}
	return sealed, err
}

// progress is how far a pass over a shelf has come.
type progress struct {
	place        string
	found, total int64
	finished     bool
}

func sweepRow(ctx context.Context, tx *store.Tx, identity, shelf string) (p progress, err error) {
	err = tx.QueryRowContext(ctx, `SELECT place, found, total, finished FROM vault_sweep WHERE identity = $1 AND shelf = $2`, identity, shelf).Scan(&p.place, &p.found, &p.total, &p.finished)
	if errors.Is(err, sql.ErrNoRows) {
		return progress{}, nil
	}
	return p, err
}

func putSweep(ctx context.Context, tx *store.Tx, identity, shelf string, p progress) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_sweep (identity, shelf, place, found, total, finished) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (identity, shelf) DO UPDATE SET place = excluded.place, found = excluded.found, total = excluded.total, finished = excluded.finished`,
		identity, shelf, p.place, p.found, p.total, p.finished)
	return err
}

func dropTickets(ctx context.Context, tx *store.Tx, owner string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM vault_ticket WHERE owner = $1 OR until <= $2`, owner, tx.Now.UnixMilli())
	return err
}

func insertTicket(ctx context.Context, tx *store.Tx, id, owner, pair string, secret []byte, until time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_ticket (id, owner, pair, secret, until) VALUES ($1, $2, $3, $4, $5)`, id, owner, pair, secret, until.UnixMilli())
	return err
}

// ticket is what is kept for a ticket; pair is "" when there is nothing, or
// nothing any more.
func ticket(ctx context.Context, tx *store.Tx, id, owner string) (pair string, secret []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT pair, secret FROM vault_ticket WHERE id = $1 AND owner = $2 AND until > $3`, id, owner, tx.Now.UnixMilli()).Scan(&pair, &secret)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, nil
	}
	return pair, secret, err
}

func deleteTicket(ctx context.Context, tx *store.Tx, id, owner string) (bool, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM vault_ticket WHERE id = $1 AND owner = $2`, id, owner)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
