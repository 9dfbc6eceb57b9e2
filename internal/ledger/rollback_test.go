package ledger_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

// cut makes the log as if it had never grown beyond size.
func cut(tb testing.TB, db *store.DB, size int64, checkpoints bool) {
	tb.Helper()
	do(tb, db, fmt.Sprintf(`DELETE FROM ledger_entry WHERE id >= %d`, size),
		fmt.Sprintf(`DELETE FROM ledger_hash WHERE id >= %d`, tlog.StoredHashCount(size)))
	if checkpoints {
		do(tb, db, fmt.Sprintf(`DELETE FROM ledger_checkpoint WHERE size > %d`, size))
	}
	err := db.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) error {
		root, err := tlog.TreeHash(size, tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
			out := make([]tlog.Hash, len(ids))
			for i, id := range ids {
				var b []byte
				if err := tx.QueryRowContext(ctx, `SELECT hash FROM ledger_hash WHERE id = $1`, id).Scan(&b); err != nil {
					return nil, err
				}
				copy(out[i][:], b)
			}
			return out, nil
		}))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE ledger_head SET size = $1, root = $2`, size, root[:])
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// A roll-back that also removes the later checkpoints is whole in itself. A
// checkpoint that somebody kept shows it.
func TestRollbackIsFoundByWhatWasKeptOutside(t *testing.T) {
	storetest.Each(t, ledgertest.Lines(), func(t *testing.T, db *store.DB) {
		book := ledgertest.Open(t, db)
		write(t, book, 6)
		at6, err := book.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		write(t, book, 4)
		at10, err := book.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if r, err := book.Verify(t.Context(), at6, at10); err != nil || !r.Clean() {
			t.Fatalf("before: %+v, %v", r.Problems, err)
		}
		cut(t, db, 8, true)
		ledgertest.Clean(t, book)
		check := func(want string) {
			t.Helper()
			r, err := book.Verify(t.Context(), at6, at10)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(ledgertest.Words(t, r, text.EN), "\n"); got != want {
				t.Errorf("reported: %s\nwant: %s", got, want)
			}
		}
		check("The record was once signed with 10 entries, but has only 8 now: the later ones were deleted, or the record was restored from an old backup.")
		// History goes on from there, differently.
		write(t, book, 3)
		ledgertest.Clean(t, book)
		check("The record of 10 entries now differs from the one that was signed. What was changed lies between entries 6 and 9.")
		if _, err := book.Verify(t.Context(), []byte(strings.Replace(string(at6), "\n6\n", "\n7\n", 1))); err == nil {
			t.Error("a forged checkpoint was taken for one of ours")
		}
	})
}

// A process that starts on changed tables must not sign on top of them.
func TestNothingIsSignedOverAChange(t *testing.T) {
	for name, change := range map[string]func(testing.TB, *store.DB){
		"everything but the signatures": func(tb testing.TB, db *store.DB) {
			rewrite(tb, db, "body", 4, replace("karena", "karenb"))
			forge(tb, db, 4, 7)
		},
		"cut off":     func(tb testing.TB, db *store.DB) { cut(tb, db, 5, false) },
		"no head":     func(tb testing.TB, db *store.DB) { do(tb, db, `DELETE FROM ledger_head`) },
		"the edge":    func(tb testing.TB, db *store.DB) { do(tb, db, `DELETE FROM ledger_hash WHERE id = 6`) },
		"a signature": func(tb testing.TB, db *store.DB) { do(tb, db, `DELETE FROM ledger_checkpoint WHERE size = 7`) },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.EachDSN(t, ledgertest.Lines(), func(t *testing.T, dsn string) {
				db := storetest.Open(t, dsn)
				write(t, ledgertest.Open(t, db), 7)
				change(t, db)
				again := ledgertest.Open(t, storetest.Open(t, dsn))
				_, err := again.Write(t.Context(), actor.System(), entryOf(ledger.Entry{Kind: "test.thing.changed"}))
				if err == nil || !strings.Contains(err.Error(), "ledger.broken") {
					t.Errorf("err = %v", err)
				}
			})
		})
	}
}

// The commitment must bind: another body under the same leaf is refused even
// when salt and body together are the same bytes.
func TestCommitmentBinds(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		r := write(t, book, 1)[0]
		p, err := ledger.ParseLeaf(r.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		if want := sha256.Sum256(append(append([]byte(nil), r.Salt...), r.Body...)); p.Commitment != want {
			t.Error("the commitment is not SHA-256 of salt and body")
		}
	})
}
