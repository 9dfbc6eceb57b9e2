package archive

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"netral/internal/store"
)

func insertPaper(ctx context.Context, tx *store.Tx, p *Paper) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO letter_paper (kind, ref, made, sum, path, file) VALUES ($1, $2, $3, $4, $5, $6)`, p.Kind, p.Ref, p.Made.UnixMilli(), p.Sum, p.Path, p.Body)
	return err
}

func paperBy(ctx context.Context, tx *store.Tx, where string, args ...any) (p Paper, err error) {
	var made int64
	err = tx.QueryRowContext(ctx, `SELECT kind, ref, made, sum, path, file FROM letter_paper WHERE `+where, args...).Scan(&p.Kind, &p.Ref, &made, &p.Sum, &p.Path, &p.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return Paper{}, nil
	}
	p.Made = time.UnixMilli(made).UTC()
	return p, err
}

// certificate is a row of the certificates.
type certificate struct {
	id, role         string
	cert, chain, key []byte
}

func insertCertificate(ctx context.Context, tx *store.Tx, c *certificate) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO letter_certificate (id, role, cert, chain, key, made) VALUES ($1, $2, $3, $4, $5, $6)`, c.id, c.role, c.cert, c.chain, c.key, tx.Now.UnixMilli())
	return err
}

// current is the newest certificate of a role; nil when there is none.
func current(ctx context.Context, tx *store.Tx, role string) (*certificate, error) {
	c := &certificate{role: role}
	err := tx.QueryRowContext(ctx, `SELECT id, cert, chain, key FROM letter_certificate WHERE role = $1 ORDER BY made DESC, id DESC LIMIT 1`, role).Scan(&c.id, &c.cert, &c.chain, &c.key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return c, err
}

// allCertificates lists them, the newest first, without their keys.
func allCertificates(ctx context.Context, tx *store.Tx) (out []certificate, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var c certificate
		if err := rows.Scan(&c.id, &c.role, &c.cert, &c.chain); err != nil {
			return err
		}
		out = append(out, c)
		return nil
	}, `SELECT id, role, cert, chain FROM letter_certificate ORDER BY made DESC, id DESC`)
	return out, err
}
