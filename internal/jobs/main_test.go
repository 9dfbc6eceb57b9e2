package jobs_test

import (
	"context"
	"os"
	"testing"

	"go.uber.org/goleak"

	"netral/internal/jobs"
	"netral/internal/ledger"
	"netral/internal/store"
)

// childEnv makes the test binary be another process that works on the queue
// until it is killed.
const childEnv = "NETRAL_JOBS_TEST_CHILD"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(childEnv); dsn != "" {
		os.Exit(child(dsn))
	}
	goleak.VerifyTestMain(m)
}

func lines() []store.Line { return []store.Line{jobs.Migrations} }

func enqueue(t *testing.T, db *store.DB, all ...jobs.Job) {
	t.Helper()
	err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		for _, j := range all {
			if err := jobs.Enqueue(ctx, tx, j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func items(t *testing.T, r *jobs.Runner) []jobs.Item {
	t.Helper()
	l, err := r.List(context.Background(), jobs.ListInput{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return l.Items
}

func kinds(t *testing.T, book *ledger.Book) []string {
	t.Helper()
	all, err := book.Latest(context.Background(), -1, 100, ledger.Filter{Kind: "foundation."})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(all))
	for i, e := range all {
		out[len(all)-1-i] = e.Kind
	}
	return out
}
