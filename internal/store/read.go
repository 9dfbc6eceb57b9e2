package store

import (
	"context"
	"database/sql"
)

// Read runs fn in a transaction that cannot write and that sees one state of
// the database throughout. Reads run beside each other and beside the writer.
// Inside another Read or Write it is refused: use the tx at hand.
func (db *DB) Read(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if marked(ctx) {
		return errNested()
	}
	if err := db.enter(); err != nil {
		return err
	}
	defer db.inflight.Done()
	opt := &sql.TxOptions{ReadOnly: true}
	if db.dialect == Postgres {
		opt.Isolation = sql.LevelRepeatableRead
	}
	stx, err := db.reader.BeginTx(ctx, opt)
	for try := 1; err != nil && isGone(err) && try < attempts && ctx.Err() == nil; try++ {
		// A connection of the pool that died while nobody used it.
		stx, err = db.reader.BeginTx(ctx, opt)
	}
	if err != nil {
		return classify(err)
	}
	defer stx.Rollback() //nolint:errcheck // nothing to lose in a read
	tx := &Tx{Dialect: db.dialect, Now: db.Now(), run: stx, exec: stx.ExecContext}
	defer tx.end()
	err = fn(mark(ctx), tx)
	if tx.wrong != nil {
		return tx.wrong
	}
	if isFull(err) {
		return err // a statement that writes, in a Read: a mistake of ours, not of the disk
	}
	return classify(err)
}
