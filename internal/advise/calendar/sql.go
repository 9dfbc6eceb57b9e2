package calendar

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"netral/internal/fault"
	"netral/internal/store"
)

// row is an edition as it is kept, without its file.
type row struct {
	seq      int64
	id       string
	previous string
	sha256   string
	at       time.Time
	actor    string
	note     string
}

const columns = `seq, edition, previous, sha256, at, actor, note`

func scan(from interface{ Scan(...any) error }) (row, error) {
	var r row
	var at int64
	err := from.Scan(&r.seq, &r.id, &r.previous, &r.sha256, &at, &r.actor, &r.note)
	r.at = time.UnixMilli(at).UTC()
	return r, err
}

// lastRow is the end of the line; ok is false while nothing was amended.
func lastRow(ctx context.Context, tx *store.Tx) (r row, ok bool, err error) {
	r, err = scan(tx.QueryRowContext(ctx, `SELECT `+columns+` FROM advise_calendar_edition ORDER BY seq DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

// allRows is the line, the oldest first.
func allRows(ctx context.Context, tx *store.Tx) (all []row, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+columns+` FROM advise_calendar_edition ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// file is the text of an edition; one that no longer has its hash is a fault
// of ours and is never read.
func file(ctx context.Context, tx *store.Tx, r row) ([]byte, error) {
	var text []byte
	err := tx.QueryRowContext(ctx, `SELECT file FROM advise_calendar_edition WHERE seq = $1`, r.seq).Scan(&text)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != r.sha256 {
		return nil, fault.Wrap(fault.Internal, fmt.Errorf("edition %s in the database does not have its SHA-256 %s", r.id, r.sha256), "calendar.damaged", r.id)
	}
	return text, nil
}

func insert(ctx context.Context, tx *store.Tx, r row, text []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO advise_calendar_edition (seq, edition, previous, sha256, file, at, actor, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, r.seq, r.id, r.previous, r.sha256, text, r.at.UnixMilli(), r.actor, r.note)
	return err
}
