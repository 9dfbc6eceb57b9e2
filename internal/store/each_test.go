package store_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"testing"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

func TestEachReadsInOrderAndLeavesNothingOpen(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		for i, id := range []string{"b", "a", "c"} {
			if err := add(db, id, i); err != nil {
				t.Fatal(err)
			}
		}
		stop := errors.New("enough")
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			var ids []string
			collect := func(rows *sql.Rows) error {
				var id string
				err := rows.Scan(&id)
				ids = append(ids, id)
				return err
			}
			if err := tx.Each(ctx, collect, `SELECT id FROM note WHERE id <> $1 ORDER BY id`, "b"); err != nil {
				return err
			}
			if !slices.Equal(ids, []string{"a", "c"}) {
				t.Errorf("rows %q", ids)
			}
			// One that stops early closes its rows too: the next statement runs.
			calls := 0
			err := tx.Each(ctx, func(*sql.Rows) error { calls++; return stop }, `SELECT id FROM note`)
			if !errors.Is(err, stop) || calls != 1 {
				t.Errorf("stopped with %v after %d calls", err, calls)
			}
			ids = nil
			if err := tx.Each(ctx, collect, `SELECT id FROM note WHERE n = 2`); err != nil || !slices.Equal(ids, []string{"c"}) {
				t.Errorf("rows %q, %v", ids, err)
			}
			return nil
		})
		if err != nil {
			t.Errorf("the read ended with %v", err)
		}
		// A statement between the rows of another is refused on both engines.
		inner := false
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			return tx.Each(ctx, func(*sql.Rows) error {
				return tx.Each(ctx, func(*sql.Rows) error { inner = true; return nil }, `SELECT id FROM note`)
			}, `SELECT id FROM note`)
		})
		if err == nil || inner {
			t.Errorf("a statement between the rows of another: run %v, error %v", inner, err)
		}
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			return tx.Each(ctx, func(*sql.Rows) error { return nil }, `SELECT nothing FROM note`)
		})
		if err == nil {
			t.Error("a statement that cannot run has no error")
		}
	})
}
