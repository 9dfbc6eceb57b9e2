package roster_test

import (
	"context"
	"testing"

	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// scattered counts the indexes that a first load may do without.
func scattered(t *testing.T, db *store.DB) (n int) {
	t.Helper()
	q := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name IN ('merit_roster_person_nip', 'merit_roster_tenure_post', 'merit_roster_relation_other')`
	err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		if tx.Dialect == store.Postgres {
			q = `SELECT COUNT(*) FROM pg_indexes WHERE indexname IN ('merit_roster_person_nip', 'merit_roster_tenure_post', 'merit_roster_relation_other')`
		}
		return tx.QueryRowContext(ctx, q).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPostpone(t *testing.T) {
	storetest.Each(t, ledgertest.Lines(roster.Migrations), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		book := ledgertest.Open(t, db)
		defer ledgertest.Clean(t, book)
		s := service(db, book)
		src := roster.Source{Kind: "demo", Name: "all", Fresh: true, Postpone: true}
		bulk := func(b roster.Batch, src roster.Source) {
			t.Helper()
			if _, err := s.Bulk(ctx, officer(), b, src); err != nil {
				t.Fatal(err)
			}
		}
		all := small()
		people := roster.Batch{Units: all.Units, Posts: all.Posts, People: all.People}
		bulk(people, src)
		if n := scattered(t, db); n != 2 {
			t.Fatalf("%d indexes after people, want 2", n)
		}
		// The program was killed here; the next start makes what is missing.
		if err := db.Write(ctx, roster.Complete); err != nil {
			t.Fatal(err)
		}
		if n := scattered(t, db); n != 3 {
			t.Fatalf("%d indexes after a start, want 3", n)
		}
		if found, err := s.Numbers(ctx, []string{"197501012000032001"}); err != nil || found["197501012000032001"] != "siti" {
			t.Errorf("%v, %v", found, err)
		}
		// Of people something is held, so nothing is put off; of tenures nothing is.
		bulk(roster.Batch{Tenures: all.Tenures}, src)
		if n := scattered(t, db); n != 2 {
			t.Fatalf("%d indexes after tenures, want 2", n)
		}
		src.Last = true
		bulk(roster.Batch{Relations: all.Relations}, src)
		if n := scattered(t, db); n != 3 {
			t.Fatalf("%d indexes at the end, want 3", n)
		}
		u, err := s.Unit(ctx, officer(), roster.UnitInput{ID: "gambir", On: on("2022-06-01")})
		if err != nil || len(u.HeadBy) != 1 || u.HeadBy[0].Name != "Budi Santoso" {
			t.Errorf("%+v, %v", u, err)
		}
	})
}
