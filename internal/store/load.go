package store

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"netral/internal/fault"
)

// Load fills an empty database from an archive of Dump, of either engine. The
// tables are made by the lines, up to where the archive's database was;
// Migrate takes them further.
//
// Everything is one transaction: an archive that is not whole, that does not
// fit the lines or that a newer program made is refused with nothing written.
// So is a database that has any table.
func (db *DB) Load(ctx context.Context, r io.Reader, progress Progress, lines ...Line) error {
	return db.exclusive(ctx, func() error {
		w := &writer{db: db}
		defer w.drop()
		if _, err := w.begin(ctx); err != nil {
			return err
		}
		l := &loader{w: w, ctx: ctx, lines: lines, progress: progress}
		err := l.run(r)
		if err == nil {
			err = l.finish()
		}
		if err != nil {
			w.rollback(context.WithoutCancel(ctx))
		}
		return err
	})
}

type loader struct {
	w        *writer
	ctx      context.Context // of the one call that a loader is for
	lines    []Line
	progress Progress

	head        *archiveHead
	known       []bool // by table of the archive: the lines have it
	stiff       []foreignKey
	table       int
	held        []any // values of rows that wait to be written
	heldRows    int
	done, total int64
}

type foreignKey struct{ table, name string }

func (l *loader) run(r io.Reader) error {
	if err := readArchive(r, archiveVisitor{head: l.begin, row: l.row}); err != nil {
		return err
	}
	return l.flush()
}

func (l *loader) exec(q string) error {
	if l.w.db.dialect == Postgres {
		_, err := l.w.conn.ExecContext(l.ctx, q, pgx.QueryExecModeSimpleProtocol)
		return err
	}
	_, err := l.w.conn.ExecContext(l.ctx, q)
	return err
}

// begin makes the tables.
func (l *loader) begin(h *archiveHead) error {
	l.head, l.total = h, h.total()
	db := l.w.db
	have, err := tables(l.ctx, db.dialect, l.w.conn)
	if err != nil {
		return err
	}
	if len(have) > 0 {
		return fault.New(fault.Conflict, "store.not_empty", len(have))
	}
	if err := l.migrate(); err != nil {
		return err
	}
	if have, err = tables(l.ctx, db.dialect, l.w.conn); err != nil {
		return err
	}
	if err := l.match(have); err != nil {
		return err
	}
	if err := l.loosen(); err != nil {
		return err
	}
	// What migrations put in is in the archive too, as it was in the end.
	for _, t := range have {
		if err := l.exec(`DELETE FROM "` + t.Name + `"`); err != nil {
			return err
		}
	}
	return nil
}

// migrate runs the steps that had run in the archive's database, each as one
// text; goose would run them in transactions of its own.
func (l *loader) migrate() error {
	left := map[string][]step{}
	for _, a := range l.head.Lines {
		left[a.Name] = a.Steps
	}
	for _, line := range l.lines {
		done, ok := left[line.Name]
		if !ok {
			continue
		}
		delete(left, line.Name)
		steps, err := line.steps()
		if err != nil {
			return err
		}
		if err := compare(line, steps, done); err != nil {
			return err
		}
		if err := l.exec((&versions{db: l.w.db, line: line}).createSQL()); err != nil {
			return err
		}
		for _, s := range steps[:len(done)] {
			if err := l.exec(s.text); err != nil {
				return fault.Wrap(fault.Internal, err, "store.migration", line.Name, s.Name)
			}
		}
	}
	for _, a := range l.head.Lines {
		if _, unknown := left[a.Name]; unknown {
			return fault.New(fault.Conflict, "store.archive_line", a.Name)
		}
	}
	return nil
}

// match compares the tables with those of the archive.
func (l *loader) match(have []tableHead) error {
	l.known = make([]bool, len(l.head.Tables))
	for _, t := range have {
		i := slices.IndexFunc(l.head.Tables, func(a tableHead) bool { return a.Name == t.Name })
		if i < 0 {
			return damaged(fmt.Errorf("table %s is missing", t.Name))
		}
		l.known[i] = true
		a := l.head.Tables[i]
		byName := func(x, y column) int { return strings.Compare(x.Name, y.Name) }
		if !slices.Equal(slices.SortedFunc(slices.Values(a.Columns), byName), slices.SortedFunc(slices.Values(t.Columns), byName)) {
			return damaged(fmt.Errorf("table %s has other columns", t.Name))
		}
	}
	for i, ok := range l.known {
		if !ok {
			// Somebody made it by hand. It must not stand in the way of a restore.
			l.w.db.log.Warn("a table of the backup is none of ours and is left out", "table", l.head.Tables[i].Name)
		}
	}
	return nil
}

// loosen puts foreign keys off until the end, so that the order of tables and
// rows does not matter.
func (l *loader) loosen() error {
	if l.w.db.dialect == SQLite {
		return l.exec(`PRAGMA defer_foreign_keys = 1`) // until the end of the transaction
	}
	rows, err := l.w.conn.QueryContext(l.ctx, `SELECT CAST(CAST(conrelid AS regclass) AS TEXT), conname FROM pg_constraint
WHERE contype = 'f' AND NOT condeferrable AND connamespace = CAST(current_schema() AS regnamespace)`)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var k foreignKey
		if err := rows.Scan(&k.table, &k.name); err != nil {
			return err
		}
		l.stiff = append(l.stiff, k)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := l.alter("DEFERRABLE"); err != nil {
		return err
	}
	return l.exec(`SET CONSTRAINTS ALL DEFERRED`)
}

func (l *loader) alter(how string) error {
	for _, k := range l.stiff {
		if err := l.exec(`ALTER TABLE ` + k.table + ` ALTER CONSTRAINT "` + k.name + `" ` + how); err != nil {
			return err
		}
	}
	return nil
}

// heldMax is how many rows are written with one statement.
const heldMax = 100

func (l *loader) row(table int, vals []any) error {
	if table != l.table {
		if err := l.flush(); err != nil {
			return err
		}
		l.table = table
	}
	l.done++
	l.progress.tell(l.done, l.total)
	if !l.known[table] {
		return nil
	}
	l.held = append(l.held, vals...)
	if l.heldRows++; l.heldRows >= heldMax {
		return l.flush()
	}
	return nil
}

// flush writes the rows that wait.
func (l *loader) flush() error {
	if l.heldRows == 0 {
		return nil
	}
	t := l.head.Tables[l.table]
	var q strings.Builder
	q.WriteString(`INSERT INTO "` + t.Name + `" (` + quoted(t.columnNames()) + `) VALUES `)
	n := 0
	for i := range l.heldRows {
		sep := ", ("
		if i == 0 {
			sep = "("
		}
		for range t.Columns {
			n++
			q.WriteString(sep + "$" + strconv.Itoa(n))
			sep = ", "
		}
		q.WriteByte(')')
	}
	_, err := l.w.cached(l.ctx, q.String(), l.held...)
	l.held, l.heldRows = l.held[:0], 0
	if err != nil && l.ctx.Err() == nil && !isFull(err) && !isGone(err) && !isLocked(err) {
		return fault.Wrap(fault.Invalid, err, "store.load_row", t.Name)
	}
	return err
}

// finish checks what was put off and commits.
func (l *loader) finish() error {
	if l.w.db.dialect == Postgres {
		if err := l.exec(`SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
			return l.broken(err)
		}
		if err := l.alter("NOT DEFERRABLE"); err != nil {
			return err
		}
	}
	_, err := l.w.exec(context.WithoutCancel(l.ctx), "COMMIT")
	if err != nil && isUnsure(err) {
		return fault.Wrap(fault.Busy, err, "store.unsure")
	}
	return l.broken(err)
}

func (l *loader) broken(err error) error {
	if err != nil && isConstraint(err) {
		return damaged(err)
	}
	return err
}
