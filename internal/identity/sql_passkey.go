package identity

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/webauthn"

	"netral/internal/fault"
	"netral/internal/store"
)

func insertPasskey(ctx context.Context, tx *store.Tx, account, name string, c *webauthn.Credential) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	n, err := changed(ctx, tx, `INSERT INTO identity_passkey (id, account, name, credential, made, used) VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (id) DO NOTHING`,
		passkeyID(c.ID), account, name, string(text), tx.Now.UnixMilli())
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "identity.passkey.taken")
	}
	return err
}

func credentials(ctx context.Context, tx *store.Tx, account string) (all []webauthn.Credential, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return fmt.Errorf("a stored passkey cannot be read: %w", err)
		}
		all = append(all, c)
		return nil
	}, `SELECT credential FROM identity_passkey WHERE account = $1 ORDER BY made, id`, account)
	return all, err
}

func passkeyList(ctx context.Context, tx *store.Tx, account string) (all []Passkey, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var p Passkey
		var made, used int64
		err := rows.Scan(&p.ID, &p.Name, &made, &used)
		p.Made, p.Used = moment(made), moment(used)
		all = append(all, p)
		return err
	}, `SELECT id, name, made, used FROM identity_passkey WHERE account = $1 ORDER BY made, id`, account)
	return all, err
}

// usePasskey keeps the new counter and flags of a passkey; it says no when it
// was removed meanwhile.
func usePasskey(ctx context.Context, tx *store.Tx, account string, c *webauthn.Credential) (bool, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return false, err
	}
	n, err := changed(ctx, tx, `UPDATE identity_passkey SET credential = $3, used = $4 WHERE id = $1 AND account = $2`, passkeyID(c.ID), account, string(text), tx.Now.UnixMilli())
	return n == 1, err
}
