package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// tables describes every table of the database but the engine's own, in order
// of name, without counting rows.
func tables(ctx context.Context, d Dialect, r runner) ([]tableHead, error) {
	// Virtual tables and what belongs to them are indexes: made from others.
	q := `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
	if d == Postgres {
		q = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name COLLATE "C"`
	}
	names, err := texts(ctx, r, q)
	if err != nil {
		return nil, err
	}
	all := make([]tableHead, 0, len(names))
	for _, name := range names {
		t, err := describe(ctx, d, r, name)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// texts reads the one text column of a query.
func texts(ctx context.Context, r runner, q string, args ...any) (all []string, err error) {
	rows, err := r.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

func describe(ctx context.Context, d Dialect, r runner, name string) (tableHead, error) {
	t := tableHead{Name: name}
	cols := `SELECT name, type FROM pragma_table_info($1) ORDER BY cid`
	keys := `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`
	if d == Postgres {
		cols = `SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position`
		keys = `SELECT k.column_name FROM information_schema.table_constraints c
JOIN information_schema.key_column_usage k ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name AND k.table_name = c.table_name
WHERE c.table_schema = current_schema() AND c.table_name = $1 AND c.constraint_type = 'PRIMARY KEY' ORDER BY k.ordinal_position`
	}
	rows, err := r.QueryContext(ctx, cols, name)
	if err != nil {
		return t, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var c column
		var typ string
		if err := rows.Scan(&c.Name, &typ); err != nil {
			return t, err
		}
		if c.Kind = kindOf(typ); c.Kind == "" || !identifier.MatchString(c.Name) || !identifier.MatchString(name) {
			return t, fmt.Errorf("table %s, column %s %s: not of the common dialect", name, c.Name, typ)
		}
		t.Columns = append(t.Columns, c)
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	t.keys, err = texts(ctx, r, keys, name)
	return t, err
}

// kindOf reads a type as it was declared (SQLite) or is called (PostgreSQL).
func kindOf(typ string) colKind {
	switch strings.ToLower(typ) {
	case "text":
		return kindText
	case "bigint", "integer", "smallint":
		return kindInt
	case "double precision":
		return kindReal
	case "boolean":
		return kindBool
	case "bytea":
		return kindBytes
	}
	return ""
}

func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

func (t tableHead) columnNames() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// lineHeads finds the migration lines among the tables.
func lineHeads(ctx context.Context, db *DB, r runner, all []tableHead) (lines []lineHead, err error) {
	for _, t := range all {
		name, ok := strings.CutPrefix(t.Name, schemaPrefix)
		if !ok || !slices.Equal(t.columnNames(), []string{"version", "name", "sum", "at"}) {
			continue
		}
		done, err := (&versions{db: db, line: Line{Name: name}}).done(ctx, r)
		if err != nil {
			return nil, err
		}
		lines = append(lines, lineHead{Name: name, Steps: done})
	}
	return lines, nil
}
