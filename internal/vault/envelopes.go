package vault

import (
	"context"
	"encoding/json"
	"fmt"

	"netral/internal/store"
)

// envelopes is the vault's own shelf: the keys of batches.
type envelopes struct{ keys keys }

func (envelopes) Name() string { return "vault_envelope.sealed" }

func (e envelopes) Next(ctx context.Context, tx *store.Tx, after string, n int) (all []Item, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, sealed, readers, mark FROM vault_envelope WHERE id > $1 ORDER BY id LIMIT $2`, after, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var it Item
		var readers string
		var mark []byte
		if err := rows.Scan(&it.Key, &it.Sealed, &readers, &mark); err != nil {
			return nil, err
		}
		// A list that somebody has written into is not sealed to: without its
		// content the envelope counts as damaged, and stays as it is.
		if len(mark) != markSize || e.keys.checkMark(readersPlace(it.Key), []byte(readers), mark) != nil {
			it.Sealed = nil
		} else if err := json.Unmarshal([]byte(readers), &it.Owners); err != nil {
			return nil, fmt.Errorf("readers of envelope %s: %w", it.Key, err)
		}
		all = append(all, it)
	}
	return all, rows.Err()
}

func (envelopes) Replace(ctx context.Context, tx *store.Tx, it Item, sealed []byte) (bool, error) {
	res, err := tx.ExecContext(ctx, `UPDATE vault_envelope SET sealed = $3 WHERE id = $1 AND sealed = $2`, it.Key, it.Sealed, sealed)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
