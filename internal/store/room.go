package store

import (
	"context"
	"fmt"
)

const (
	// manyRows is from how many rows on an InsertMany of SQLite gets room.
	manyRows = 500
	// usualRoom and muchRoom are KiB of pages that the writer's connection of
	// SQLite may keep. A transaction that changes more of them than there is room
	// for writes them early, and again when it changes them again.
	usualRoom = 2_000
	muchRoom  = 32_000
	// usualPages and manyPages are how long the -wal file is when SQLite moves it
	// into the database: a page that several transactions change is moved once.
	usualPages = 1_000
	manyPages  = 8_000
	// roomFor is how many transactions later the room is given back.
	roomFor = 16
)

// moreRoom gives the writer's connection more memory, since much is coming.
func (w *writer) moreRoom(ctx context.Context) error {
	if w.roomy == 0 {
		if err := w.room(ctx, muchRoom, manyPages); err != nil {
			return err
		}
	}
	w.roomy = roomFor
	return nil
}

// lessRoom is called after each transaction.
func (w *writer) lessRoom(ctx context.Context) {
	if w.roomy == 0 || w.conn == nil {
		return
	}
	if w.roomy--; w.roomy == 0 {
		if err := w.room(ctx, usualRoom, usualPages); err != nil {
			w.db.log.Warn("the writer keeps more memory than it needs", "err", err)
		}
	}
}

func (w *writer) room(ctx context.Context, kib, pages int) error {
	// Each answers with a row.
	for _, q := range []string{fmt.Sprintf("PRAGMA cache_size = -%d", kib), fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", pages)} {
		if _, err := w.conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("store: room for the writer: %w", err)
		}
	}
	return nil
}
