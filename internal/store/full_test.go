package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

// smallDisk mounts a file system of some megabytes. grow makes it larger.
func smallDisk(t *testing.T, megabytes int) (dir string, grow func(megabytes int)) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "netral-full") // PostgreSQL's account must get there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	mount := func(flags uintptr, mb int) error {
		return syscall.Mount("tmpfs", dir, "tmpfs", flags, fmt.Sprintf("size=%dm", mb))
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := mount(0, megabytes); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("a full disk needs the right to mount one: %v", err)
		}
		t.Skipf("not run: a full disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir, func(mb int) {
		if err := mount(syscall.MS_REMOUNT, mb); err != nil {
			t.Fatalf("remount: %v", err)
		}
	}
}

// Each write is acknowledged and there, or refused with the right key and not
// there; with room made, it goes on.
func TestFullFileSystem(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir, grow := smallDisk(t, 3)
		fillUp(t, filepath.Join(dir, "netral.db"), grow)
	})
	t.Run("postgres", func(t *testing.T) {
		s := storetest.Own(t, true)
		dir, grow := smallDisk(t, 24)
		place := filepath.Join(dir, "space")
		if err := os.Mkdir(place, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := s.Give(place); err != nil {
			t.Fatal(err)
		}
		s.Exec(t, "CREATE TABLESPACE small LOCATION '"+place+"'")
		s.Exec(t, "CREATE DATABASE small TABLESPACE small")
		t.Cleanup(s.Stop) // before the disk goes
		fillUp(t, s.DSN("small"), grow)
	})
}

func fillUp(t *testing.T, dsn string, grow func(int)) {
	t.Helper()
	db := storetest.Open(t, dsn)
	if err := db.Migrate(context.Background(), line("note", "CREATE TABLE note (id TEXT PRIMARY KEY, n BIGINT NOT NULL, body TEXT);")); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("0123456789abcdef", 120) // below the size that PostgreSQL compresses
	put := func(id string) error {
		return db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO note (id, n, body) VALUES ($1, 1, $2)`, id, body)
			return err
		})
	}
	var mu sync.Mutex
	var acked []string
	refused := 0
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 4000 {
				id := fmt.Sprintf("%d-%d", g, i)
				err := put(id)
				mu.Lock()
				if err == nil {
					acked = append(acked, id)
				} else if refused++; key(err) != "store.full" {
					t.Errorf("full disk: %v", err)
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
			t.Error("the disk never got full")
		})
	}
	wg.Wait()
	if len(acked) < 50 {
		t.Errorf("only %d writes before the disk was full", len(acked))
	}
	if got := count(t, db, `SELECT COUNT(*) FROM note`); got != len(acked) {
		t.Errorf("while full: %d rows, %d acknowledged", got, len(acked))
	}
	grow(100)
	for i := range 20 {
		id := fmt.Sprintf("after-%d", i)
		if err := put(id); err != nil {
			t.Fatalf("with room made: %v", err)
		}
		acked = append(acked, id)
	}
	if got := count(t, db, `SELECT COUNT(*) FROM note`); got != len(acked) {
		t.Errorf("%d rows, %d acknowledged", got, len(acked))
	}
	for _, id := range acked {
		if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id = $1`, id); got != 1 {
			t.Errorf("%s is there %d times", id, got)
		}
	}
	sound(t, db)
}
