package roster

import (
	"context"
	"database/sql"

	"netral/internal/store"
)

// scattered is the column of a kind by which its rows are found in an order that
// has nothing to do with that in which a load brings them; "" when there is none.
// Each row then changes a page of the index that no row before it did, and in a
// load that is larger than the memory of the engine each of these pages is
// written, and read again, once for each piece of the load.
func (k Kind) scattered() string {
	switch k {
	case KindPerson:
		return "nip"
	case KindTenure:
		return "post"
	case KindRelation:
		return "other"
	}
	return ""
}

// postpone drops the scattered indexes of the kinds of which nothing was ever
// held, for a load that makes them at its end, sorted in one go. What asks by
// them meanwhile is answered right, and slowly.
func (p *plan) postpone(ctx context.Context, tx *store.Tx) error {
	for _, k := range Kinds() {
		if len(p.facts[k]) == 0 || k.scattered() == "" {
			continue
		}
		held := false
		err := tx.Each(ctx, func(*sql.Rows) error { held = true; return nil }, `SELECT 1 FROM `+k.table()+` LIMIT 1`)
		if err != nil {
			return err
		}
		if !held {
			if _, err := tx.ExecContext(ctx, `DROP INDEX IF EXISTS `+k.table()+`_`+k.scattered()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Complete makes the indexes that loads with Source.Postpone did without. It is
// for whoever loads so, at the end, and for each start of Netral: a load that was
// cut off leaves them to it. Where they are it does nothing.
func Complete(ctx context.Context, tx *store.Tx) error {
	for _, k := range Kinds() {
		if c := k.scattered(); c != "" {
			if _, err := tx.ExecContext(ctx, `CREATE INDEX IF NOT EXISTS `+k.table()+`_`+c+` ON `+k.table()+` (`+c+`)`); err != nil {
				return err
			}
		}
	}
	return nil
}
