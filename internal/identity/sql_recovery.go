package identity

import (
	"context"
	"database/sql"
	"errors"

	"netral/internal/fault"
	"netral/internal/store"
)

const recoveryColumns = `r.id, r.account, r.status, r.note, r.asked_by, r.first_by, r.second_by, r.code, r.made, r.ends, a.login, a.name`

func scanRecovery(row scanner) (Recovery, error) {
	var r Recovery
	var made, ends int64
	err := row.Scan(&r.ID, &r.Account, &r.Status, &r.Note, &r.AskedBy, &r.FirstBy, &r.SecondBy, &r.code, &made, &ends, &r.Login, &r.Name)
	r.Made, r.Ends = moment(made), moment(ends)
	return r, err
}

func insertRecovery(ctx context.Context, tx *store.Tx, r Recovery) error {
	n, err := changed(ctx, tx, `INSERT INTO identity_recovery (id, account, status, note, asked_by, first_by, second_by, made, ends)
		VALUES ($1, $2, $3, $4, $5, '', '', $6, $7)
		ON CONFLICT (account) WHERE status IN ('asked', 'half', 'approved') DO NOTHING`,
		r.ID, r.Account, r.Status, r.Note, r.AskedBy, millis(r.Made), millis(r.Ends))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "identity.recovery.open")
	}
	return err
}

func recovery(ctx context.Context, tx *store.Tx, id string) (Recovery, error) {
	r, err := scanRecovery(tx.QueryRowContext(ctx, `SELECT `+recoveryColumns+` FROM identity_recovery r JOIN identity_account a ON a.id = r.account WHERE r.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.New(fault.NotFound, "identity.recovery.none")
	}
	return r, err
}

func openRecoveries(ctx context.Context, tx *store.Tx) (all []Recovery, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		r, err := scanRecovery(rows)
		all = append(all, r)
		return err
	}, `SELECT `+recoveryColumns+` FROM identity_recovery r JOIN identity_account a ON a.id = r.account
		WHERE r.status IN ('asked', 'half', 'approved') AND r.ends > $1 ORDER BY r.made, r.id LIMIT 200`, tx.Now.UnixMilli())
	return all, err
}

func updateRecovery(ctx context.Context, tx *store.Tx, r Recovery) error {
	_, err := changed(ctx, tx, `UPDATE identity_recovery SET status = $2, first_by = $3, second_by = $4, code = $5, ends = $6 WHERE id = $1`,
		r.ID, r.Status, r.FirstBy, r.SecondBy, r.code, millis(r.Ends))
	return err
}

// closeOldRecoveries ends what has run out, so that it does not stand in the way
// of a new request.
func closeOldRecoveries(ctx context.Context, tx *store.Tx) error {
	_, err := changed(ctx, tx, `UPDATE identity_recovery SET status = 'refused', code = NULL WHERE status IN ('asked', 'half', 'approved') AND ends <= $1`, tx.Now.UnixMilli())
	return err
}
