package ledger_test

import (
	"context"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// Should an entry vanish between its write and the commit, the commit does not
// happen: no hole, and no hash in the wrong place.
func TestNoCommitWithAHole(t *testing.T) {
	storetest.Each(t, ledgertest.Lines(), func(t *testing.T, db *store.DB) {
		remove := true
		db.BeforeCommit(func(ctx context.Context, tx *store.Tx) error {
			if !remove {
				return nil
			}
			_, err := tx.ExecContext(ctx, `DELETE FROM ledger_entry WHERE id = 0`)
			return err
		})
		book := ledgertest.Open(t, db)
		_, err := book.Write(t.Context(), actor.System(), entryOf(ledger.Entry{Kind: "test.thing.changed"}))
		if err == nil || !strings.Contains(err.Error(), "ledger.broken") {
			t.Errorf("err = %v", err)
		}
		remove = false
		if r := write(t, book, 1); r[0].Index != 0 {
			t.Errorf("the next entry is %d", r[0].Index)
		}
		ledgertest.Clean(t, book)
	})
}

// A log of many commits has as many signatures, and several per window.
func TestVerifyIsTheSameForAnyBatching(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		write(t, book, 300)
		bulk(t, book, 700)
		r := ledgertest.Clean(t, book)
		if r.Size != 1000 || r.Checkpoints < 300+700/256 || r.Found != 0 {
			t.Errorf("report: %+v", r)
		}
		c, err := book.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ledger.ParseCheckpoint(c); err != nil || got.Root != r.Root || got.Size != r.Size {
			t.Errorf("the checkpoint says %+v, the report %+v, %v", got, r, err)
		}
	})
}
