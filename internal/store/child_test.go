package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

// child plays one part in another process. What it says on standard output is
// what it would have told a person.
func child(part string, args []string) int {
	parts := map[string]func(db *store.DB, args []string) error{
		"writes": childWrites, "counts": childCounts, "fills": childFills,
	}
	db, err := store.Open(context.Background(), args[0], store.Options{})
	if err == nil {
		err = parts[part](db, args[1:])
		if e := db.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		fmt.Println("error:", err)
		return 1
	}
	return 0
}

// start starts a child and gives its lines to each until each says that it is
// enough; then the child is killed. It returns once the child is gone.
func start(t *testing.T, part string, each func(line string) bool, args ...string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), childEnv+"="+part)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if !each(lines.Text()) && !killed {
			killed = true
			if err := c.Process.Signal(syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		}
	}
	if err := c.Wait(); err != nil && !killed {
		t.Errorf("child %s: %v", part, err)
	}
}

// childWrites writes from 64 goroutines until it is killed and says which
// writes were acknowledged.
func childWrites(db *store.DB, _ []string) error {
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d", g, i)
				if err := add(db, id, i); err != nil {
					fmt.Println("error:", err)
					return
				}
				fmt.Println(id) // one write(2), whole or not at all
			}
		})
	}
	wg.Wait()
	return nil
}

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	storetest.EachDSN(t, notes(), func(t *testing.T, dsn string) {
		for _, enough := range []int{100, 1500, 4000} {
			acked := map[string]bool{}
			start(t, "writes", func(line string) bool {
				if strings.HasPrefix(line, "error") {
					t.Error(line)
				}
				acked[line] = true
				return len(acked) < enough
			}, dsn)
			db := storetest.Open(t, dsn)
			have := map[string]bool{}
			err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				rows, err := tx.QueryContext(ctx, `SELECT id FROM note`)
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var id string
					if err := rows.Scan(&id); err != nil {
						return err
					}
					have[id] = true
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
			lost := 0
			for id := range acked {
				if !have[id] {
					lost++
				}
			}
			if lost > 0 || len(acked) < enough {
				t.Errorf("%d of %d acknowledged writes are lost", lost, len(acked))
			}
			sound(t, db)
			err = db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ExecContext(ctx, `DELETE FROM note`)
				return err
			})
			if err != nil {
				t.Errorf("a write afterwards: %v", err)
			}
		}
	})
}

// sound fails the test when SQLite finds its own file damaged.
func sound(t *testing.T, db *store.DB) {
	t.Helper()
	if db.Dialect() != store.SQLite {
		return
	}
	err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		var s string
		if err := tx.QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&s); err != nil || s != "ok" {
			return fmt.Errorf("integrity check: %s, %v", s, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// childCounts adds one to a counter by reading it and writing it back, which
// only works when nobody comes in between.
func childCounts(db *store.DB, args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for g := range errs {
		wg.Go(func() {
			for range n / len(errs) {
				if err := countUp(db); err != nil {
					errs[g] = err
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func countUp(db *store.DB) error {
	return db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT n FROM note WHERE id = 'counter'`).Scan(&n); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE note SET n = $1 WHERE id = 'counter'`, n+1)
		return err
	})
}

func TestSecondProcessSharesCorrectly(t *testing.T) {
	storetest.EachDSN(t, notes(), func(t *testing.T, dsn string) {
		const each = 200
		db := storetest.Open(t, dsn)
		if err := add(db, "counter", 0); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				start(t, "counts", func(line string) bool { t.Error(line); return true }, dsn, strconv.Itoa(each))
			})
		}
		for range each {
			if err := countUp(db); err != nil {
				t.Error(err)
			}
		}
		wg.Wait()
		if got := count(t, db, `SELECT n FROM note`); got != 3*each {
			t.Errorf("counted to %d, want %d", got, 3*each)
		}
		sound(t, db)
	})
}

// childFills writes until the system refuses to let the file grow, then is
// given room, and says what happened.
func childFills(db *store.DB, args []string) error {
	limit, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ) // write(2) then fails with EFBIG
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: old.Max}); err != nil {
		return err
	}
	fill(db)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	return add(db, "after", 1)
}

// fill writes until a write fails, from several goroutines, and says on
// standard output which were acknowledged and how the others failed.
func fill(db *store.DB) {
	body := strings.Repeat("x", 4000)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				id := fmt.Sprintf("%d-%d-%s", g, i, body)
				if err := add(db, id, i); err != nil {
					fmt.Println("refused", key(err))
					return
				}
				fmt.Printf("acked %d-%d-\n", g, i)
			}
			fmt.Println("never full")
		})
	}
	wg.Wait()
}

func TestFullDisk(t *testing.T) {
	dsn := storetest.SQLite(t, notes()...)
	var acked []string
	refused := 0
	start(t, "fills", func(line string) bool {
		if id, ok := strings.CutPrefix(line, "acked "); ok {
			acked = append(acked, id)
		} else if line == "refused store.full" {
			refused++
		} else {
			t.Error(line)
		}
		return true
	}, dsn, "2000000")
	if refused != 8 || len(acked) < 50 {
		t.Errorf("%d of 8 were told that the disk is full, after %d writes", refused, len(acked))
	}
	db := storetest.Open(t, dsn)
	for _, id := range append(acked, "after") {
		if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id LIKE $1`, id+"%"); got != 1 {
			t.Errorf("%s is there %d times", id, got)
		}
	}
	if got := count(t, db, `SELECT COUNT(*) FROM note`); got != len(acked)+1 {
		t.Errorf("%d rows, %d acknowledged", got, len(acked)+1)
	}
	sound(t, db)
}
