package ask

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"netral/internal/rule"
	"netral/internal/store"
)

// insertSlip counts a slip: its number and outcome, nothing of what was asked.
// The slip itself is the body of its ledger entry.
func insertSlip(ctx context.Context, tx *store.Tx, number string, o rule.Outcome) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO advise_ask_slip (number, day, outcome) VALUES ($1, $2, $3)`,
		number, tx.Now.Format(time.DateOnly), o.String())
	return err
}

// slips counts the slips issued, by outcome.
func slips(ctx context.Context, tx *store.Tx) (map[string]int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT outcome, COUNT(*) FROM advise_ask_slip GROUP BY outcome`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var o string
		var n int64
		if err := rows.Scan(&o, &n); err != nil {
			return nil, err
		}
		out[o] = n
	}
	return out, rows.Err()
}

// edition is a row of the editions of the conduct book.
type edition struct {
	SHA256, ID, Edition string
	Files               []byte
	Adopted             time.Time
}

func insertEdition(ctx context.Context, tx *store.Tx, e edition, previous string) error {
	var seq int64
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) + 1 FROM advise_ask_edition`).Scan(&seq); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO advise_ask_edition (seq, sha256, book, edition, previous, files, adopted) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		seq, e.SHA256, e.ID, e.Edition, previous, e.Files, tx.Now.UnixMilli())
	return err
}

// inForce is the edition adopted last, or ok false when there is none.
func inForce(ctx context.Context, tx *store.Tx) (e edition, ok bool, err error) {
	return scanEdition(tx.QueryRowContext(ctx, `SELECT sha256, book, edition, files, adopted FROM advise_ask_edition ORDER BY seq DESC LIMIT 1`))
}

func findEdition(ctx context.Context, tx *store.Tx, sha string) (e edition, ok bool, err error) {
	return scanEdition(tx.QueryRowContext(ctx, `SELECT sha256, book, edition, files, adopted FROM advise_ask_edition WHERE sha256 = $1 ORDER BY seq DESC LIMIT 1`, sha))
}

func scanEdition(row *sql.Row) (e edition, ok bool, err error) {
	var at int64
	err = row.Scan(&e.SHA256, &e.ID, &e.Edition, &e.Files, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	e.Adopted = time.UnixMilli(at).UTC()
	return e, err == nil, err
}
