package store

import (
	"context"
	"fmt"
	"os"
	"time"
)

const (
	// walEvery is how many commits pass between two looks at the -wal file.
	walEvery = 64
	// walWait bounds how long all writers stand still for the readers that a
	// checkpoint needs out of its way.
	walWait = 250 * time.Millisecond
)

// shrink cuts the -wal file back when it has grown too large. SQLite
// checkpoints by itself after every 1,000 pages, but begins the file anew only
// when it finds a moment without any reader. A service that is always being
// read has no such moment, so one is made here. Where a reader stays longer, a
// backup perhaps, the next try comes when it has gone, or when the file has
// grown as much again.
func (w *writer) shrink() {
	if w.db.dialect != SQLite || w.conn == nil {
		return
	}
	if w.commits++; w.commits%walEvery != 0 {
		return
	}
	fi, err := os.Stat(w.db.path + "-wal")
	if err != nil || fi.Size() <= w.db.maxWAL {
		return
	}
	ctx := context.Background()
	if fi.Size() <= w.walRetry {
		// Moves what can be moved and waits for nobody.
		if err := w.checkpoint(ctx, "PASSIVE"); err != nil {
			return
		}
	}
	if err := w.truncate(ctx); err != nil {
		w.walRetry = fi.Size() + w.db.maxWAL
		w.db.log.Warn("the -wal file cannot be cut back yet", "bytes", fi.Size(), "err", err)
		return
	}
	w.walRetry = 0
}

// truncate moves everything out of the -wal file and empties it. The writer's
// connection waits no longer than walWait for that, and is thrown away when
// its own waiting time cannot be restored.
func (w *writer) truncate(ctx context.Context) error {
	if err := w.patience(ctx, walWait); err != nil {
		return err
	}
	err := w.checkpoint(ctx, "TRUNCATE")
	if e := w.patience(ctx, w.db.lockWait); e != nil {
		w.drop()
	}
	return err
}

func (w *writer) patience(ctx context.Context, d time.Duration) error {
	_, err := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout(%d)", d.Milliseconds()))
	return err
}

func (w *writer) checkpoint(ctx context.Context, how string) error {
	var busy, pages, moved int
	if err := w.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+how+")").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 || moved < pages {
		return fmt.Errorf("a reader is in the way: %d of %d pages moved", moved, pages)
	}
	return nil
}
