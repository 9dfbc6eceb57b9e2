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
	for round := range 2000 {
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

// Where a write hides its own error on PostgreSQL, it alone is refused.
func TestHiddenErrorTouchesNobodyElse(t *testing.T) {
	db := storetest.Open(t, storetest.Postgres(t, notes()...))
	last := 0
	errs := together(t, db, func(round int) []write {
		last = round
		return slices.Insert(inserts(round, 6), 3, func(ctx context.Context, tx *store.Tx) error {
			tx.ExecContext(ctx, "nonsense")
			return nil
		})
	})
	if errs[3] == nil {
		t.Error("taken")
	}
	if err := errors.Join(slices.Delete(errs, 3, 4)...); err != nil {
		t.Errorf("the others: %v", err)
	}
	if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id LIKE $1`, fmt.Sprintf("r%d-%%", last)); got != 6 {
		t.Errorf("%d of the others' rows, want 6", got)
	}
}
