package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"netral/internal/fault"
)

// Progress is told now and then how many rows of how many are done. It may be
// nil.
type Progress func(done, total int64)

// every is how many rows pass between two calls of a Progress.
const every = 1000

func (p Progress) tell(done, total int64) {
	if p != nil && (done%every == 0 || done == total) {
		p(done, total)
	}
}

// Dump writes one state of the whole database, all tables of all lines with
// their migration state, as an archive that Load reads on either engine. It
// runs beside everything else and needs little memory, whatever the size.
//
// An error means that what was written is no backup.
func (db *DB) Dump(ctx context.Context, w io.Writer, progress Progress) error {
	out := &output{w: w}
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		h := &archiveHead{Format: archiveFormat, Version: archiveVersion, Made: tx.Now, Engine: db.dialect.String()}
		var err error
		if h.Tables, err = tables(ctx, db.dialect, tx); err != nil {
			return fmt.Errorf("read the schema: %w", err)
		}
		if h.Lines, err = lineHeads(ctx, db, tx, h.Tables); err != nil {
			return fmt.Errorf("read the migration state: %w", err)
		}
		for i := range h.Tables {
			t := &h.Tables[i]
			if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM "`+t.Name+`"`).Scan(&t.Rows); err != nil {
				return fmt.Errorf("count %s: %w", t.Name, err)
			}
		}
		a, err := newArchiveWriter(out, h)
		if err != nil {
			return err
		}
		done, total := int64(0), h.total()
		for _, t := range h.Tables {
			if err := dumpTable(ctx, tx, a, t, func() { done++; progress.tell(done, total) }); err != nil {
				return err
			}
		}
		return a.close()
	})
	if err != nil && out.err != nil && errors.Is(err, out.err) {
		return fault.Wrap(fault.Busy, out.err, "store.dump_write")
	}
	return err
}

// output remembers whether it was the writing that failed.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(b []byte) (int, error) {
	n, err := o.w.Write(b)
	if err != nil {
		o.err = err
	}
	return n, err
}

func dumpTable(ctx context.Context, tx *Tx, a *archiveWriter, t tableHead, tick func()) error {
	q := `SELECT ` + quoted(t.columnNames()) + ` FROM "` + t.Name + `"`
	if len(t.keys) > 0 {
		q += ` ORDER BY ` + quoted(t.keys)
	}
	rows, err := tx.QueryContext(ctx, q)
	if err != nil {
		return fmt.Errorf("read %s: %w", t.Name, err)
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	a.begin(t.Name)
	vals := make([]any, len(t.Columns))
	to := make([]any, len(vals))
	for i := range vals {
		to[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return fmt.Errorf("read %s: %w", t.Name, err)
		}
		for i, c := range t.Columns {
			if n, ok := vals[i].(int64); ok && c.Kind == kindBool && (n == 0 || n == 1) {
				vals[i] = n == 1 // SQLite knows no other
			}
		}
		err := a.row(t.Columns, vals)
		if m, ok := errors.AsType[*misfit](err); ok {
			return fault.Wrap(fault.Internal, err, "store.dump_value", t.Name, m.column, a.rows+1)
		}
		if err != nil {
			return err
		}
		tick()
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", t.Name, err)
	}
	return a.endTable()
}
