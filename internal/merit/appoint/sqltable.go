package appoint

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"netral/internal/fault"
	"netral/internal/store"
)

// putTable keeps a table in the place of one that the same officer sent before.
func putTable(ctx context.Context, tx *store.Tx, t *Table, body []byte) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM merit_appoint_table WHERE batch = $1 AND actor = $2`, t.Batch, t.By); err != nil {
		return err
	}
	columns, err := json.Marshal(t.Map)
	if err != nil {
		return err
	}
	t.At = tx.Now
	_, err = tx.ExecContext(ctx, `INSERT INTO merit_appoint_table (id, batch, actor, at, name, proposer, columns, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.ID, t.Batch, t.By, tx.Now.UnixMilli(), t.Name, t.Proposer, string(columns), body)
	return err
}

func mapTable(ctx context.Context, tx *store.Tx, id string, mapping map[string]string) error {
	columns, err := json.Marshal(mapping)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE merit_appoint_table SET columns = $2 WHERE id = $1`, id, string(columns))
	return err
}

func tables(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Table, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var t Table
		var at int64
		var columns string
		if err := rows.Scan(&t.ID, &t.Batch, &t.By, &at, &t.Name, &t.Proposer, &columns); err != nil {
			return err
		}
		t.At = time.UnixMilli(at).UTC()
		out = append(out, t)
		return json.Unmarshal([]byte(columns), &out[len(out)-1].Map)
	}, `SELECT id, batch, actor, at, name, proposer, columns FROM merit_appoint_table `+tail, args...)
	return out, err
}

// tableByID is a table of a batch, and its bytes.
func tableByID(ctx context.Context, tx *store.Tx, batch, id string) (*Table, []byte, error) {
	if !asked(batch) || !asked(id) {
		return nil, nil, fault.New(fault.NotFound, "appoint.table.none")
	}
	list, err := tables(ctx, tx, `WHERE batch = $1 AND id = $2`, batch, id)
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, fault.New(fault.NotFound, "appoint.table.none")
	}
	var body []byte
	err = tx.QueryRowContext(ctx, `SELECT body FROM merit_appoint_table WHERE id = $1`, id).Scan(&body)
	return &list[0], body, err
}

func deleteTable(ctx context.Context, tx *store.Tx, column, value string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM merit_appoint_table WHERE `+column+` = $1`, value)
	return err
}
