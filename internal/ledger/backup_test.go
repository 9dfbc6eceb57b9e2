package ledger_test

import (
	"bytes"
	"testing"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// A backup moves between engines; the log goes on where it was.
func TestBackupMovesBetweenEngines(t *testing.T) {
	for name, way := range map[string][2]func(testing.TB, ...store.Line) string{
		"sqlite to postgres": {storetest.SQLite, storetest.Postgres},
		"postgres to sqlite": {storetest.Postgres, storetest.SQLite},
	} {
		t.Run(name, func(t *testing.T) {
			from := storetest.Open(t, way[0](t, ledger.Migrations))
			book := ledgertest.Open(t, from)
			r := write(t, book, 20)[3]
			if _, err := book.Erase(t.Context(), actor.System(), 5, "uji"); err != nil {
				t.Fatal(err)
			}
			p, err := book.Proof(t.Context(), 3)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := from.Dump(t.Context(), &b, nil); err != nil {
				t.Fatal(err)
			}
			to := storetest.Open(t, way[1](t))
			if err := to.Load(t.Context(), &b, nil, ledger.Migrations); err != nil {
				t.Fatal(err)
			}
			again := ledgertest.Open(t, to)
			write(t, again, 3)
			if rep := ledgertest.Clean(t, again); rep.Size != 24 || rep.Erased != 1 {
				t.Errorf("report: %+v", rep)
			}
			rep, err := again.Verify(t.Context(), p.Checkpoint.Marshal())
			if err != nil || !rep.Clean() || p.Check(r.Leaf, again.Verifier()) != nil {
				t.Errorf("against a proof from before: %+v, %v", rep.Problems, err)
			}
		})
	}
}
