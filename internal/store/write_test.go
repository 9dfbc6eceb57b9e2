package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

type write = func(context.Context, *store.Tx) error

// together runs the writes so that all of them are in one batch, and returns
// what each answered. Whether they were cannot be forced from outside, so they
// are offered until it happens; each round gets its own writes.
func together(t *testing.T, db *store.DB, make func(round int) []write) []error {
	t.Helper()
	type size struct{ n int }
	for round := range 100 {
		writes := make(round)
		biggest := 0
		errs := storm(db, round, len(writes), func(i int) write {
			return func(ctx context.Context, tx *store.Tx) error {
				v, err := tx.Shared("together", func() (any, error) { return &size{}, nil })
				if err != nil {
					return err
				}
				v.(*size).n++
				biggest = max(biggest, v.(*size).n)
				return writes[i](ctx, tx)
			}
		})
		if biggest >= len(writes) {
			return errs
		}
	}
	t.Fatal("writes that wait together never share a commit")
	return nil
}

// storm holds the writer in one write while n others come, then lets go.
func storm(db *store.DB, round, n int, get func(int) write) []error {
	errs := make([]error, n)
	held, release := make(chan struct{}), make(chan struct{})
	hold := sync.OnceFunc(func() { close(held) }) // a write may run again
	var wg sync.WaitGroup
	wg.Go(func() {
		db.Write(context.Background(), func(context.Context, *store.Tx) error {
			hold()
			<-release
			return nil
		})
	})
	<-held
	for i := range n {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("panic: %v", r)
				}
			}()
			errs[i] = db.Write(context.Background(), get(i))
		})
	}
	time.Sleep(time.Duration(round+1) * 2 * time.Millisecond) // longer each round
	close(release)
	wg.Wait()
	return errs
}

func inserts(round, n int) []write {
	all := make([]write, n)
	for i := range all {
		all[i] = insert(fmt.Sprintf("r%d-%d", round, i), i)
	}
	return all
}

func TestWritesShareACommit(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		hooks := 0
		db.BeforeCommit(func(context.Context, *store.Tx) error { hooks++; return nil })
		rounds := 0
		errs := together(t, db, func(round int) []write { rounds, hooks = round, 0; return inserts(round, 40) })
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if hooks != 1 {
			t.Errorf("40 writes and the one before them took %d commits", hooks)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id LIKE $1`, fmt.Sprintf("r%d-%%", rounds)); got != 40 {
			t.Errorf("%d rows, want 40", got)
		}
	})
}

// Each write of a batch sees what those before it did, and one that fails, in
// whatever way, touches none of the others.
func TestOneFailsTheOthersDoNot(t *testing.T) {
	refusal := errors.New("refused")
	for name, bad := range map[string]write{
		"returns an error": func(ctx context.Context, tx *store.Tx) error {
			if err := insert("bad", 1)(ctx, tx); err != nil {
				return err
			}
			return refusal
		},
		"double key": func(ctx context.Context, tx *store.Tx) error {
			if err := insert("bad", 1)(ctx, tx); err != nil {
				return err
			}
			return insert("bad", 2)(ctx, tx)
		},
		"not SQL": func(ctx context.Context, tx *store.Tx) error {
			if err := insert("bad", 1)(ctx, tx); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, "nonsense")
			return err
		},
		"panics": func(ctx context.Context, tx *store.Tx) error {
			if err := insert("bad", 1)(ctx, tx); err != nil {
				return err
			}
			panic("at the disco")
		},
		"leaves rows open": func(ctx context.Context, tx *store.Tx) error {
			if err := insert("bad", 1)(ctx, tx); err != nil {
				return err
			}
			if err := insert("bad2", 1)(ctx, tx); err != nil {
				return err
			}
			rows, err := tx.QueryContext(ctx, `SELECT id FROM note`)
			if err != nil || !rows.Next() {
				return err
			}
			var n int
			return tx.QueryRowContext(ctx, `SELECT 1`).Scan(&n)
		},
		"hides misuse": func(ctx context.Context, tx *store.Tx) error {
			if err := insert("bad", 1)(ctx, tx); err != nil {
				return err
			}
			if err := insert("bad2", 1)(ctx, tx); err != nil {
				return err
			}
			if _, err := tx.QueryContext(ctx, `SELECT id FROM note`); err != nil {
				return err
			}
			tx.ExecContext(ctx, `DELETE FROM note`)
			return nil
		},
		"breaks a constraint at commit": func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO child (id, parent) VALUES ('bad', 'nobody')`)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			tables := createNote + `
CREATE TABLE child (id TEXT PRIMARY KEY, parent TEXT NOT NULL REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED);`
			storetest.Each(t, []store.Line{line("note", tables)}, func(t *testing.T, db *store.DB) {
				last := 0
				errs := together(t, db, func(round int) []write {
					last = round
					return slices.Insert(inserts(round, 12), 5, bad)
				})
				if errs[5] == nil {
					t.Error("the bad one was taken")
				}
				if name == "returns an error" && !errors.Is(errs[5], refusal) {
					t.Errorf("the bad one got %v", errs[5])
				}
				if name == "panics" && (errs[5] == nil || errs[5].Error() != "panic: at the disco") {
					t.Errorf("the panic did not go on: %v", errs[5])
				}
				if err := errors.Join(slices.Delete(errs, 5, 6)...); err != nil {
					t.Errorf("the others: %v", err)
				}
				if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id LIKE $1`, fmt.Sprintf("r%d-%%", last)); got != 12 {
					t.Errorf("%d of the others' rows, want 12", got)
				}
				if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id LIKE 'bad%'`) + count(t, db, `SELECT COUNT(*) FROM child`); got != 0 {
					t.Errorf("%d rows of the bad one", got)
				}
			})
		})
	}
}

// An error that the function hides: PostgreSQL undoes everything after it, and
// would say "committed" all the same.
func TestHiddenErrorIsNotACommit(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.ExecContext(ctx, "nonsense")
			return insert("x", 1)(ctx, tx)
		})
		if got := count(t, db, `SELECT COUNT(*) FROM note`); (got == 1) != (err == nil) {
			t.Errorf("answer %v, %d rows", err, got)
		}
		hide := true
		db.BeforeCommit(func(ctx context.Context, tx *store.Tx) error {
			if hide {
				tx.ExecContext(ctx, "nonsense")
			}
			return nil
		})
		err = add(db, "y", 1)
		if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id = 'y'`); (got == 1) != (err == nil) {
			t.Errorf("hook: answer %v, %d rows", err, got)
		}
		hide = false
		if err := add(db, "z", 1); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

func TestGoexitInAWrite(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				if err := insert("x", 1)(ctx, tx); err != nil {
					return err
				}
				runtime.Goexit() // as t.FailNow does
				return nil
			})
		}()
		<-done
		if err := add(db, "y", 1); err != nil {
			t.Fatal(err)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 1 {
			t.Errorf("%d rows, want that of the second", got)
		}
	})
}

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
