package ledger_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

// do runs statements behind the ledger's back.
func do(tb testing.TB, db *store.DB, stmts ...string) {
	tb.Helper()
	err := db.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, q := range stmts {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// rewrite puts other bytes into a column of an entry.
func rewrite(tb testing.TB, db *store.DB, column string, id int64, change func([]byte) []byte) {
	tb.Helper()
	err := db.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) error {
		var b []byte
		if err := tx.QueryRowContext(ctx, `SELECT `+column+` FROM ledger_entry WHERE id = $1`, id).Scan(&b); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE ledger_entry SET `+column+` = $1 WHERE id = $2`, change(b), id)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func replace(from, to string) func([]byte) []byte {
	return func(b []byte) []byte { return []byte(strings.Replace(string(b), from, to, 1)) }
}

func flip(b []byte) []byte { b[0] ^= 1; return b }

// forge makes a leaf anew for a changed body, as somebody with the database
// would, and everything that is computed from it except signatures.
func forge(tb testing.TB, db *store.DB, id, size int64) {
	tb.Helper()
	err := db.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) error {
		var body, salt []byte
		var kind string
		var at int64
		if err := tx.QueryRowContext(ctx, `SELECT kind, at, salt, body FROM ledger_entry WHERE id = $1`, id).Scan(&kind, &at, &salt, &body); err != nil {
			return err
		}
		leaf := ledger.Leaf(kind, time.UnixMilli(at), salt, body)
		if _, err := tx.ExecContext(ctx, `UPDATE ledger_entry SET leaf = $1 WHERE id = $2`, leaf, id); err != nil {
			return err
		}
		var hashes []tlog.Hash
		read := tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
			var out []tlog.Hash
			for _, i := range ids {
				out = append(out, hashes[i])
			}
			return out, nil
		})
		for i := range size {
			var l []byte
			if err := tx.QueryRowContext(ctx, `SELECT leaf FROM ledger_entry WHERE id = $1`, i).Scan(&l); err != nil {
				return err
			}
			hs, err := tlog.StoredHashes(i, l, read)
			if err != nil {
				return err
			}
			hashes = append(hashes, hs...)
		}
		for i, h := range hashes {
			if _, err := tx.ExecContext(ctx, `UPDATE ledger_hash SET hash = $1 WHERE id = $2`, h[:], int64(i)); err != nil {
				return err
			}
		}
		root, err := tlog.TreeHash(size, read)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE ledger_head SET root = $1`, root[:])
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func TestTamperingIsFound(t *testing.T) {
	const size = 11
	for name, c := range map[string]struct {
		do   func(testing.TB, *store.DB)
		want []string // all that is reported, in order
	}{
		"a letter of a body": {
			func(tb testing.TB, db *store.DB) { rewrite(tb, db, "body", 4, replace("karena", "karenb")) },
			[]string{"Entry 4: its content or its salt is not what was recorded; one of them was changed."},
		},
		"a salt": {
			func(tb testing.TB, db *store.DB) { rewrite(tb, db, "salt", 4, flip) },
			[]string{"Entry 4: its content or its salt is not what was recorded; one of them was changed."},
		},
		"a byte moved from the salt to the body": {
			func(tb testing.TB, db *store.DB) {
				var last byte
				rewrite(tb, db, "salt", 4, func(b []byte) []byte { last = b[len(b)-1]; return b[:len(b)-1] })
				rewrite(tb, db, "body", 4, func(b []byte) []byte { return append([]byte{last}, b...) })
			},
			[]string{"Entry 4: its content or its salt is not what was recorded; one of them was changed."},
		},
		"a kind": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_entry SET kind = 'test.thing.deleted' WHERE id = 4`)
			},
			[]string{"Entry 4: its kind reads “test.thing.deleted”, but what was recorded is “test.thing.changed”."},
		},
		"a time by a second": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_entry SET at = at + 1000 WHERE id = 4`)
			},
			[]string{"Entry 4: the column time is not what the entry's content says."},
		},
		"a time by a day": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_entry SET at = at - 86400000 WHERE id = 4`)
			},
			[]string{
				"Entry 4: its time is not in the hour that was recorded.",
				"Entry 4: the column time is not what the entry's content says.",
			},
		},
		"an actor": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_entry SET actor = 'os:budi' WHERE id = 4`)
			},
			[]string{"Entry 4: the column actor is not what the entry's content says."},
		},
		"a subject": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_entry SET subject = 'thing:5' WHERE id = 4`)
			},
			[]string{"Entry 4: the column subject is not what the entry's content says."},
		},
		"the sealed mark": {
			func(tb testing.TB, db *store.DB) { do(tb, db, `UPDATE ledger_entry SET sealed = TRUE WHERE id = 4`) },
			[]string{"Entry 4: the column sealed mark is not what the entry's content says."},
		},
		"a leaf by a bit": {
			func(tb testing.TB, db *store.DB) { rewrite(tb, db, "leaf", 4, flip) },
			[]string{
				"Entry 4: its public part is not a valid entry; it was changed.",
				"Entry 4: not the entry that was recorded under this number; its public part and the stored hash differ.",
				"The record of 5 entries now differs from the one that was signed. What was changed lies between entries 4 and 4.",
				"The head of the record of 11 entries is not what its entries make.",
				"Because of that, 6 later signatures do not match either.",
			},
		},
		"two entries swapped": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_entry SET id = 1000 WHERE id = 3`, `UPDATE ledger_entry SET id = 3 WHERE id = 6`,
					`UPDATE ledger_entry SET id = 6 WHERE id = 1000`)
			},
			[]string{
				"Entry 3: not the entry that was recorded under this number; its public part and the stored hash differ.",
				"The record of 4 entries now differs from the one that was signed. What was changed lies between entries 3 and 3.",
				"Entry 6: not the entry that was recorded under this number; its public part and the stored hash differ.",
				"The head of the record of 11 entries is not what its entries make.",
				"Because of that, 7 later signatures do not match either.",
			},
		},
		"the last entry deleted": {
			func(tb testing.TB, db *store.DB) { do(tb, db, `DELETE FROM ledger_entry WHERE id = 10`) },
			[]string{"Entry 10 is missing."},
		},
		"a middle entry deleted": {
			func(tb testing.TB, db *store.DB) { do(tb, db, `DELETE FROM ledger_entry WHERE id = 5`) },
			[]string{"Entry 5 is missing."},
		},
		"several entries deleted": {
			func(tb testing.TB, db *store.DB) { do(tb, db, `DELETE FROM ledger_entry WHERE id BETWEEN 2 AND 6`) },
			[]string{"Entries 2 to 6 are missing."},
		},
		"an entry and its hash deleted": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `DELETE FROM ledger_entry WHERE id = 6`, fmt.Sprintf(`DELETE FROM ledger_hash WHERE id = %d`, tlog.StoredHashIndex(0, 6)))
			},
			[]string{"Entry 6 is missing.", "The record has 11 entries, but only 6 of them were ever signed."},
		},
		"an entry added": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `INSERT INTO ledger_entry (id, kind, at, sealed, actor, subject, body, salt, leaf)
					SELECT id + 1, kind, at, sealed, actor, subject, body, salt, leaf FROM ledger_entry WHERE id = 10`)
			},
			[]string{"There are 1 entries outside the signed record, numbers 11 to 11."},
		},
		"content removed without an erasure": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_entry SET body = NULL, salt = NULL, actor = NULL, subject = NULL, at = at - at % 3600000 WHERE id = 4`)
			},
			[]string{"Entry 4: its content is gone, and no entry records that it was erased."},
		},
		"the head's root": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_head SET root = (SELECT hash FROM ledger_hash WHERE id = 0)`)
			},
			[]string{"The head of the record of 11 entries is not what its entries make."},
		},
		"the head's size": {
			func(tb testing.TB, db *store.DB) { do(tb, db, `UPDATE ledger_head SET size = 9`) },
			[]string{"The head of the record counts 9 entries, the stored hashes 11."},
		},
		"no head": {
			func(tb testing.TB, db *store.DB) { do(tb, db, `DELETE FROM ledger_head`) },
			[]string{"The head of the record counts 0 entries, the stored hashes 11."},
		},
		"a hash of a leaf": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, fmt.Sprintf(`UPDATE ledger_hash SET hash = (SELECT hash FROM ledger_hash WHERE id = 0) WHERE id = %d`, tlog.StoredHashIndex(0, 7)))
			},
			[]string{"Entry 7: not the entry that was recorded under this number; its public part and the stored hash differ."},
		},
		"a hash above": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, fmt.Sprintf(`UPDATE ledger_hash SET hash = (SELECT hash FROM ledger_hash WHERE id = 0) WHERE id = %d`, tlog.StoredHashIndex(2, 1)))
			},
			[]string{"The hash over entries 4 to 7 was changed."},
		},
		"a hash above deleted": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, fmt.Sprintf(`DELETE FROM ledger_hash WHERE id = %d`, tlog.StoredHashIndex(2, 1)))
			},
			[]string{"The hash over entries 4 to 7 is missing."},
		},
		"a checkpoint by another's": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `UPDATE ledger_checkpoint SET note = (SELECT note FROM ledger_checkpoint WHERE size = 6) WHERE size = 7`)
			},
			[]string{"The signature under the record of 7 entries is damaged, was replaced, or is not of this record."},
		},
		"the last checkpoint deleted": {
			func(tb testing.TB, db *store.DB) { do(tb, db, `DELETE FROM ledger_checkpoint WHERE size = 11`) },
			[]string{"The record has 11 entries, but only 10 of them were ever signed."},
		},
		"a body with everything above it but the signatures": {
			func(tb testing.TB, db *store.DB) {
				rewrite(tb, db, "body", 4, replace("karena", "karenb"))
				forge(tb, db, 4, size)
			},
			[]string{
				"The record of 5 entries now differs from the one that was signed. What was changed lies between entries 4 and 4.",
				"Because of that, 6 later signatures do not match either.",
			},
		},
		"cut off cleanly, checkpoints kept": {
			func(tb testing.TB, db *store.DB) { cut(tb, db, 8, false) },
			[]string{"The record was once signed with 11 entries, but has only 8 now: the later ones were deleted, or the record was restored from an old backup."},
		},
		"emptied, checkpoints kept": {
			func(tb testing.TB, db *store.DB) {
				do(tb, db, `DELETE FROM ledger_entry`, `DELETE FROM ledger_hash`, `DELETE FROM ledger_head`)
			},
			[]string{"The record was once signed with 11 entries, but has only 0 now: the later ones were deleted, or the record was restored from an old backup."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, ledgertest.Lines(), func(t *testing.T, db *store.DB) {
				book := ledgertest.Open(t, db)
				write(t, book, size)
				ledgertest.Clean(t, book)
				c.do(t, db)
				r, err := book.Verify(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				got := ledgertest.Words(t, r, text.EN)
				if strings.Join(got, "\n") != strings.Join(c.want, "\n") || r.Clean() {
					t.Errorf("reported:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
				for _, s := range ledgertest.Words(t, r, text.ID) {
					if strings.Contains(s, "⟦") {
						t.Errorf("Indonesian: %s", s)
					}
				}
			})
		})
	}
}
