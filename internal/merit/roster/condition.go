package roster

import (
	"context"

	"netral/internal/fault"
	"netral/internal/store"
	etag "netral/internal/token/version"
)

// personVersion is the number of the last change about a person, as Profile has
// it for those who see all.
func personVersion(ctx context.Context, tx *store.Tx, id string) (int64, error) {
	var last int64
	for _, k := range Kinds()[2:] {
		column := "person"
		if k == KindPerson {
			column = "id"
		}
		rows, err := facts(ctx, tx, k, column+` = $1`, id)
		if err != nil {
			return 0, err
		}
		for i := range rows {
			last = max(last, rows[i].seq, rows[i].gone)
		}
	}
	return last, nil
}

// matches holds a change against the version of the person that the caller
// names in If-Match. Faults: Stale; Invalid.
func (in *CorrectInput) matches(ctx context.Context, tx *store.Tx) error {
	if in.Match == "" {
		return nil
	}
	if in.Person == "" {
		return fault.New(fault.Invalid, "roster.correct.match_person")
	}
	v, err := personVersion(ctx, tx, in.Person)
	if err != nil {
		return err
	}
	return etag.Match(in.Match, v)
}
