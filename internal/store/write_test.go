package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

func TestNestingIsRefused(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		nop := func(context.Context, *store.Tx) error { return nil }
		inside := func(ctx context.Context, _ *store.Tx) error {
			if db.Write(ctx, nop) == nil {
				t.Error("Write inside")
			}
			if db.Read(ctx, nop) == nil {
				t.Error("Read inside")
			}
			if db.Migrate(ctx, notes()...) == nil {
				t.Error("Migrate inside")
			}
			return nil
		}
		if err := db.Write(ctx, inside); err != nil {
			t.Error(err)
		}
		if err := db.Read(ctx, inside); err != nil {
			t.Error(err)
		}
		db.BeforeCommit(inside)
		if err := add(db, "x", 1); err != nil {
			t.Error(err)
		}
	})
}

func TestWriteContext(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		never := func(context.Context, *store.Tx) error { t.Error("ran"); return nil }

		// Over before it begins.
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := db.Write(ctx, never); !errors.Is(err, context.Canceled) {
			t.Errorf("before: %v", err)
		}
		if err := db.Read(ctx, never); !errors.Is(err, context.Canceled) {
			t.Errorf("read before: %v", err)
		}

		// Over while it waits: it returns although the writer is held.
		held, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			db.Write(context.Background(), func(context.Context, *store.Tx) error {
				close(held)
				<-release
				return nil
			})
		})
		<-held
		ctx, cancel = context.WithCancel(context.Background())
		got := make(chan error)
		go func() { got <- db.Write(ctx, never) }()
		cancel()
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Errorf("waiting: %v", err)
		}
		close(release)
		wg.Wait()

		// Over while it runs: it is done all the same, also when the function
		// uses the context from outside.
		outer, cancel := context.WithCancel(context.Background())
		err := db.Write(outer, func(ctx context.Context, tx *store.Tx) error {
			cancel()
			if err := ctx.Err(); err != nil {
				t.Errorf("the inner context: %v", err)
			}
			if err := insert("x", 1)(outer, tx); err != nil {
				return err
			}
			var n int
			return tx.QueryRowContext(outer, `SELECT n FROM note`).Scan(&n)
		})
		if err != nil {
			t.Errorf("running: %v", err)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 1 {
			t.Errorf("%d rows", got)
		}
	})
}

func TestAfter(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		var ran []string
		note := func(s string) func() { return func() { ran = append(ran, s) } }
		db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.After(func() {
				if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 1 {
					t.Errorf("After before the commit: %d rows", got)
				}
			})
			tx.After(note("one"))
			tx.After(note("two"))
			return insert("x", 1)(ctx, tx)
		})
		db.Write(ctx, func(_ context.Context, tx *store.Tx) error {
			tx.After(note("of a failed write"))
			return errors.New("no")
		})
		db.Read(ctx, func(_ context.Context, tx *store.Tx) error {
			tx.After(note("of a read"))
			return nil
		})
		if !slices.Equal(ran, []string{"one", "two"}) {
			t.Errorf("ran %v", ran)
		}
	})
}

func TestBeforeCommit(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		runs, mode, after := 0, "", 0
		db.BeforeCommit(func(ctx context.Context, tx *store.Tx) error {
			runs++
			// It is in the transaction, after the writes, and shares with them.
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM note`).Scan(&n); err != nil {
				return err
			}
			v, err := tx.Shared("k", func() (any, error) { return "fresh", nil })
			if err != nil || v != "made by the write" || n == 0 {
				t.Errorf("the hook sees %v, %v and %d rows", v, err, n)
			}
			tx.After(func() { after++ })
			switch mode {
			case "error":
				return errors.New("no")
			case "panic":
				panic("no")
			}
			_, err = tx.ExecContext(ctx, `UPDATE note SET n = n + 100`)
			return err
		})
		do := func(id string) error {
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				if _, err := tx.Shared("k", func() (any, error) { return "made by the write", nil }); err != nil {
					return err
				}
				return insert(id, 1)(ctx, tx)
			})
		}
		if err := do("x"); err != nil {
			t.Fatal(err)
		}
		if got := count(t, db, `SELECT n FROM note`); got != 101 || after != 1 {
			t.Errorf("n = %d, After ran %d times", got, after)
		}
		// No write succeeded: no hook.
		db.Write(ctx, func(context.Context, *store.Tx) error { return errors.New("no") })
		if runs != 1 {
			t.Errorf("the hook ran %d times", runs)
		}
		for _, mode = range []string{"error", "panic"} {
			if err := do(mode); err == nil {
				t.Errorf("hook with %s: committed", mode)
			}
		}
		mode = ""
		if err := do("y"); err != nil {
			t.Fatal(err)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 2 || after != 2 {
			t.Errorf("%d rows, After ran %d times", got, after)
		}
	})
}

func TestSharedLastsOneBatch(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		made := 0
		get := func(ctx context.Context, tx *store.Tx) error {
			for range 2 {
				_, err := tx.Shared("k", func() (any, error) { made++; return made, nil })
				if err != nil {
					return err
				}
			}
			return nil
		}
		for range 3 {
			if err := db.Write(ctx, get); err != nil {
				t.Fatal(err)
			}
		}
		if made != 3 {
			t.Errorf("made %d times in three batches", made)
		}
		if err := db.Read(ctx, get); err != nil || made != 5 {
			t.Errorf("in a Read: made %d times, %v", made-3, err)
		}
		boom := errors.New("boom")
		err := db.Write(ctx, func(_ context.Context, tx *store.Tx) error {
			_, err := tx.Shared("k", func() (any, error) { return nil, boom })
			return err
		})
		if !errors.Is(err, boom) {
			t.Errorf("an error of make: %v", err)
		}
	})
}

func TestTxAfterItsEnd(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		var kept *store.Tx
		keep := func(_ context.Context, tx *store.Tx) error { kept = tx; return nil }
		for name, run := range map[string]func(context.Context, func(context.Context, *store.Tx) error) error{"Write": db.Write, "Read": db.Read} {
			ctx := context.Background()
			if err := run(ctx, keep); err != nil {
				t.Fatal(err)
			}
			if _, err := kept.ExecContext(ctx, `DELETE FROM note`); err == nil {
				t.Errorf("%s: ExecContext works after the end", name)
			}
			if rows, err := kept.QueryContext(ctx, `SELECT 1`); err == nil {
				rows.Close()
				t.Errorf("%s: QueryContext works after the end", name)
			}
			var n int
			if err := kept.QueryRowContext(ctx, `SELECT 1`).Scan(&n); err == nil {
				t.Errorf("%s: QueryRowContext works after the end", name)
			}
		}
	})
}

func TestClock(t *testing.T) {
	at := time.Date(2023, 11, 4, 7, 8, 9, 123456789, time.FixedZone("WIB", 7*3600))
	clock := storetest.NewClock(at)
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		clock.Set(at)
		for range 2 {
			var seen []time.Time
			look := func(_ context.Context, tx *store.Tx) error { seen = append(seen, tx.Now); return nil }
			if err := errors.Join(db.Write(context.Background(), look), db.Read(context.Background(), look)); err != nil {
				t.Fatal(err)
			}
			want := clock.Now().UTC().Truncate(time.Millisecond)
			for _, got := range append(seen, db.Now()) {
				if got != want {
					t.Errorf("tx.Now = %v, want %v", got, want)
				}
			}
			clock.Step(time.Hour)
		}
	}, storetest.WithClock(clock))
}

func TestIsUnique(t *testing.T) {
	tables := createNote + `CREATE UNIQUE INDEX note_n ON note (n); CREATE TABLE c (id TEXT PRIMARY KEY, CHECK (length(id) > 1));`
	storetest.Each(t, []store.Line{line("note", tables)}, func(t *testing.T, db *store.DB) {
		if err := add(db, "x", 1); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{add(db, "x", 2), add(db, "y", 1), fmt.Errorf("wrapped: %w", add(db, "x", 1))} {
			if !store.IsUnique(err) {
				t.Errorf("not recognised: %v", err)
			}
		}
		check := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO c (id) VALUES ('x')`)
			return err
		})
		for _, err := range []error{nil, errors.New("x"), check} {
			if store.IsUnique(err) {
				t.Errorf("taken for one: %v", err)
			}
		}
	})
}
