package store_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

// A server that is restarted: faults while it is away, then everything works
// again, and what was acknowledged is there.
func TestServerRestart(t *testing.T) {
	s := storetest.Own(t, true)
	dsn := s.Fresh(t, notes()...)
	db := storetest.Open(t, dsn)
	var mu sync.Mutex
	var acked []string
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				id := string(rune('a'+g)) + "-" + time.Duration(i).String()
				switch err := add(db, id, i); key(err) {
				case "":
					mu.Lock()
					acked = append(acked, id)
					mu.Unlock()
				case "store.unavailable", "store.unsure":
				default:
					t.Errorf("a fault that does not say what is the matter: %v", err)
				}
			}
		})
	}
	wait := func(n int) {
		for {
			mu.Lock()
			have := len(acked)
			mu.Unlock()
			if have >= n {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
	wait(100)
	s.Stop()
	if err := add(db, "away", 1); key(err) != "store.unavailable" {
		t.Errorf("a write while it is away: %v", err)
	}
	nop := func(context.Context, *store.Tx) error { return nil }
	if err := db.Read(context.Background(), nop); key(err) != "store.unavailable" {
		t.Errorf("a read while it is away: %v", err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	before := len(acked)
	mu.Unlock()
	wait(before + 100)
	close(stop)
	wg.Wait()
	for _, id := range acked {
		if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id = $1`, id); got != 1 {
			t.Errorf("%s is there %d times", id, got)
		}
	}
	// Killed while idle: the pool holds only dead connections.
	s.Stop()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if err := add(db, "idle", 1); err != nil {
		t.Errorf("the first write after a restart that nobody noticed: %v", err)
	}
	if got := count(t, db, `SELECT COUNT(*) FROM note WHERE id = 'idle'`); got != 1 {
		t.Errorf("%d rows", got)
	}
}

// Writes take turns over all processes; one who waits too long is told.
func TestLockedForTooLong(t *testing.T) {
	storetest.EachDSN(t, notes(), func(t *testing.T, dsn string) {
		a := storetest.Open(t, dsn)
		b := storetest.Open(t, dsn, storetest.WithOptions(func(o *store.Options) { o.LockWait = 50 * time.Millisecond }))
		err := a.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			if err := add(b, "b", 1); key(err) != "store.locked" {
				t.Errorf("while another writes: %v", err)
			}
			return insert("a", 1)(ctx, tx)
		})
		if err != nil {
			t.Error(err)
		}
		if err := add(b, "b", 1); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// A service that is read without a pause would otherwise never find the moment
// to begin the -wal file anew.
func TestWALStaysBounded(t *testing.T) {
	const limit = 1 << 20
	dsn := storetest.SQLite(t, notes()...)
	db := storetest.Open(t, dsn)
	db.SetMaxWAL(limit)
	size := func() int64 {
		fi, err := os.Stat(dsn + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return fi.Size()
	}
	// Two readers that hand over to each other, so that there is always one.
	stop := make(chan struct{})
	baton := make(chan struct{}, 1)
	baton <- struct{}{}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					var n int
					if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM schema_note`).Scan(&n); err != nil {
						return err
					}
					select {
					case baton <- struct{}{}: // the other one is in, too
					case <-baton:
					case <-stop:
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	body := strings.Repeat("x", 10_000)
	largest := int64(0)
	for i := range 350 { // 8 MB, with the index
		if err := add(db, body+time.Duration(i).String(), i); err != nil {
			t.Fatal(err)
		}
		largest = max(largest, size())
	}
	close(stop)
	wg.Wait()
	if largest > 5*limit || largest <= limit {
		t.Errorf("the -wal file grew to %d bytes with a limit of %d", largest, limit)
	}

	// A reader that stays, such as a backup, makes it grow and does not make
	// anybody fail; afterwards it is cut back.
	err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM schema_note`).Scan(&n); err != nil {
			return err
		}
		for i := range 150 {
			if err := add(db, body+"second"+time.Duration(i).String(), i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if err := add(db, body+"third"+time.Duration(i).String(), i); err != nil {
			t.Fatal(err)
		}
	}
	if got := size(); got > 5*limit {
		t.Errorf("the -wal file stays at %d bytes", got)
	}
}
