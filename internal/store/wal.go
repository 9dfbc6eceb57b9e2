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
// read has no such moment, so one is made here. Where a reader stays longer,
// a backup perhaps, the next try comes when the file has grown as much again.
func (w *writer) shrink() {
	if w.db.dialect != SQLite || w.conn == nil {
		return
	}
	if w.commits++; w.commits%walEvery != 0 {
		return
	}
	fi, err := os.Stat(w.db.path + "-wal")
	if err != nil || fi.Size() <= max(w.walRetry, w.db.maxWAL) {
		return
	}
	if err := w.checkpoint(context.Background()); err != nil {
		w.walRetry = fi.Size() + w.db.maxWAL
		w.db.log.Warn("the -wal file cannot be cut back yet", "bytes", fi.Size(), "err", err)
		return
	}
	w.walRetry = 0
}

func (w *writer) checkpoint(ctx context.Context) error {
	// The connection is the writer's alone and is thrown away when its own
	// waiting time cannot be restored.
	if _, err := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout(%d)", walWait.Milliseconds())); err != nil {
		return err
	}
	defer func() {
		if _, err := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout(%d)", w.db.lockWait.Milliseconds())); err != nil {
			w.drop()
		}
	}()
	var busy, pages, moved int
	if err := w.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return fmt.Errorf("a reader is in the way: %d of %d pages moved", moved, pages)
	}
	return nil
}
