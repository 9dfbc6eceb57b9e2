package identity

import (
	"context"
	"database/sql"
	"errors"

	"netral/internal/store"
)

// AddressOf is where a person of the roster gets mail and in which language; ""
// when they have no account that is in use, or none with an address.
func AddressOf(ctx context.Context, tx *store.Tx, person string) (email, lang string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT email, lang FROM identity_account WHERE person = $1 AND person <> '' AND status = 'active' AND email <> '' ORDER BY made, id LIMIT 1`, person).Scan(&email, &lang)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	return email, lang, err
}
