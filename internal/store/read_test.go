package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

func TestReadSeesOneState(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		if err := add(db, "x", 1); err != nil {
			t.Fatal(err)
		}
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			for i := range 3 {
				var n int
				if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM note`).Scan(&n); err != nil {
					return err
				}
				if n != 1 {
					t.Errorf("statement %d sees %d rows", i, n)
				}
				if err := add(db, string(rune('a'+i)), 1); err != nil { // beside the read, not in it
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 4 {
			t.Errorf("afterwards %d rows", got)
		}
	})
}

func TestReadCannotWrite(t *testing.T) {
	storetest.Each(t, notes(), func(t *testing.T, db *store.DB) {
		err := db.Read(context.Background(), insert("x", 1))
		if err == nil || fault.Of(err).Kind != fault.Internal {
			t.Errorf("a write in a Read: %v", err)
		}
		if got := count(t, db, `SELECT COUNT(*) FROM note`); got != 0 {
			t.Errorf("%d rows", got)
		}
	})
}

func TestCheckThenActCannotBeOvertaken(t *testing.T) {
	storetest.EachDSN(t, notes(), func(t *testing.T, dsn string) {
		dbs := []*store.DB{storetest.Open(t, dsn), storetest.Open(t, dsn)}
		var wg sync.WaitGroup
		taken := make([]bool, 32)
		for i := range taken {
			wg.Go(func() {
				err := dbs[i%2].Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					var n int
					if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM note`).Scan(&n); err != nil {
						return err
					}
					if n > 0 {
						return fault.New(fault.Conflict, "taken")
					}
					return insert(string(rune('A'+i)), i)(ctx, tx)
				})
				if err != nil && !errors.Is(err, fault.Conflict) {
					t.Error(err)
				}
				taken[i] = err == nil
			})
		}
		wg.Wait()
		n := 0
		for _, ok := range taken {
			if ok {
				n++
			}
		}
		if rows := count(t, dbs[0], `SELECT COUNT(*) FROM note`); n != 1 || rows != 1 {
			t.Errorf("%d of 32 were told that they are first; %d rows", n, rows)
		}
	})
}

func TestCloseWhileBusy(t *testing.T) {
	storetest.EachDSN(t, notes(), func(t *testing.T, dsn string) {
		db := storetest.Open(t, dsn)
		ctx := context.Background()
		held, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				close(held)
				<-release
				return insert("x", 1)(ctx, tx)
			})
			if err != nil {
				t.Errorf("the write that had begun: %v", err)
			}
		})
		<-held
		wg.Go(func() {
			if err := db.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		nop := func(context.Context, *store.Tx) error { return nil }
		for key(db.Read(ctx, nop)) != "store.closed" { // until Close has got that far
			time.Sleep(time.Millisecond)
		}
		if err := db.Write(ctx, nop); key(err) != "store.closed" {
			t.Errorf("write after close: %v", err)
		}
		if err := db.Migrate(ctx, notes()...); key(err) != "store.closed" {
			t.Errorf("migrate after close: %v", err)
		}
		close(release)
		wg.Wait()
		if err := db.Close(); err != nil {
			t.Errorf("second close: %v", err)
		}
		if got := count(t, storetest.Open(t, dsn), `SELECT COUNT(*) FROM note`); got != 1 {
			t.Errorf("%d rows after opening again", got)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	notOurs := filepath.Join(dir, "letter.db")
	if err := os.WriteFile(notOurs, []byte("Kepada Yth. Bapak/Ibu, dengan hormat kami sampaikan …"), 0o600); err != nil {
		t.Fatal(err)
	}
	for dsn, want := range map[string]string{
		"":                             "store.dsn",
		":memory:":                     "store.dsn",
		"file:x.db":                    "store.dsn",
		"mysql://u:secret@h/x":         "store.dsn",
		"postgres://u:secret@h:port/x": "store.dsn",
		"postgres://u:secret@/x?host=" + dir + "&sslmode=disable": "store.unavailable",
		filepath.Join(dir, "none", "x.db"):                        "store.open",
		dir:                                                       "store.open",
		notOurs:                                                   "store.open",
	} {
		db, err := store.Open(context.Background(), dsn, store.Options{})
		if err == nil {
			db.Close()
		}
		f := fault.Of(err)
		if f == nil || f.Key != want {
			t.Errorf("%q: %v, want %s", dsn, err, want)
			continue
		}
		for _, a := range f.Args {
			if s, _ := a.(string); len(s) > 0 && containsSecret(s) {
				t.Errorf("%q: the password is shown: %q", dsn, s)
			}
		}
	}
}

func containsSecret(s string) bool {
	for i := 0; i+6 <= len(s); i++ {
		if s[i:i+6] == "secret" {
			return true
		}
	}
	return false
}

func TestFileIsPrivateAndOddNamesWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%20é&e.db")
	db := storetest.Open(t, path)
	if err := db.Migrate(context.Background(), notes()...); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		fi, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if fi.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), fi.Mode())
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
