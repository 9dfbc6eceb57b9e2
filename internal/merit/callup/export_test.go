package callup

import (
	"context"

	"netral/internal/ledger"
	"netral/internal/store"
)

// Tamper runs a statement that no use case has.
func Tamper(q string) func(context.Context, *store.Tx) (ledger.Entry, error) {
	return func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		_, err := tx.ExecContext(ctx, q)
		return ledger.Entry{Kind: "merit.callup.tampered", Detail: map[string]string{"q": q}}, err
	}
}

// For the arithmetic.
var (
	Alpha = alpha
	Items = items
	Exact = test
)
