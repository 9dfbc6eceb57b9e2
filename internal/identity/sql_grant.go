package identity

import (
	"context"
	"database/sql"
	"errors"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

const grantColumns = `id, account, role, unit, area, acting_for, from_day, until_day, status, source, reason, given_by, second_by, made`

func scanGrant(row scanner) (Grant, error) {
	var g Grant
	var from, until string
	var made int64
	err := row.Scan(&g.ID, &g.Account, &g.Role, &g.Unit, &g.Area, &g.ActingFor, &from, &until, &g.Status, &g.Source, &g.Reason, &g.GivenBy, &g.SecondBy, &made)
	if err != nil {
		return g, err
	}
	g.Made, g.Until = moment(made), day.None
	if g.From, err = day.Parse(from); err == nil && until != "" {
		g.Until, err = day.Parse(until)
	}
	return g, err
}

func insertGrant(ctx context.Context, tx *store.Tx, g Grant) error {
	if g.Until == 0 { // a Grant made by hand; 1 January 1970 ends nothing
		g.Until = day.None
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO identity_grant (`+grantColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		g.ID, g.Account, g.Role, g.Unit, g.Area, g.ActingFor, g.From.String(), g.Until.String(), g.Status, g.Source, g.Reason, g.GivenBy, g.SecondBy, millis(g.Made))
	return err
}

func grant(ctx context.Context, tx *store.Tx, id string) (Grant, error) {
	g, err := scanGrant(tx.QueryRowContext(ctx, `SELECT `+grantColumns+` FROM identity_grant WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return g, fault.New(fault.NotFound, "identity.grant.none")
	}
	return g, err
}

// grants are all of an account, the latest first.
func grants(ctx context.Context, tx *store.Tx, account string) (all []Grant, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		g, err := scanGrant(rows)
		all = append(all, g)
		return err
	}, `SELECT `+grantColumns+` FROM identity_grant WHERE account = $1 ORDER BY made DESC, id`, account)
	return all, err
}

// proposed are the grants that wait for a second administrator, the oldest
// first.
func proposed(ctx context.Context, tx *store.Tx) (all []Grant, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		g, err := scanGrant(rows)
		all = append(all, g)
		return err
	}, `SELECT `+grantColumns+` FROM identity_grant WHERE status = 'proposed' ORDER BY made, id`)
	return all, err
}

func settleGrant(ctx context.Context, tx *store.Tx, g Grant) error {
	_, err := tx.ExecContext(ctx, `UPDATE identity_grant SET status = $2, second_by = $3, from_day = $4 WHERE id = $1`, g.ID, g.Status, g.SecondBy, g.From.String())
	return err
}

func endGrant(ctx context.Context, tx *store.Tx, g Grant) error {
	_, err := tx.ExecContext(ctx, `UPDATE identity_grant SET until_day = $2 WHERE id = $1`, g.ID, g.Until.String())
	return err
}

// holders counts the accounts that can sign in and hold a role on a day.
func holders(ctx context.Context, tx *store.Tx, role string, on day.Day) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COUNT(DISTINCT a.id) FROM identity_account a JOIN identity_grant g ON g.account = a.id
		WHERE a.status = 'active' AND g.role = $1 AND g.status = 'active' AND g.from_day <= $2 AND (g.until_day = '' OR g.until_day > $2)`, role, on.String()).Scan(&n)
	return n, err
}

// holdersOf are the accounts that hold a role on a day.
func holdersOf(ctx context.Context, tx *store.Tx, role string, on day.Day) (all []Account, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		a, err := scanAccount(rows)
		all = append(all, a)
		return err
	}, `SELECT `+accountColumns+` FROM identity_account a WHERE a.status = 'active' AND EXISTS (SELECT 1 FROM identity_grant g
		WHERE g.account = a.id AND g.role = $1 AND g.status = 'active' AND g.from_day <= $2 AND (g.until_day = '' OR g.until_day > $2)) ORDER BY a.login`, role, on.String())
	return all, err
}
