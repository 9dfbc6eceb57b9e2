package roster

import (
	"context"

	"netral/internal/day"
	"netral/internal/store"
)

// Related says whether two people of the roster are relatives on a day, as far
// as the roster knows. It is for those who decide about somebody elsewhere, and
// asks nobody for leave: it tells no more than that.
func Related(ctx context.Context, tx *store.Tx, a, b string, on day.Day) (bool, error) {
	if a == "" || b == "" || a == b {
		return false, nil
	}
	kin, err := relatives(ctx, tx, a, on)
	for _, k := range kin {
		if k.Person == b && holds(k.Relation.From, k.Relation.Until, on) {
			return true, err
		}
	}
	return false, err
}
