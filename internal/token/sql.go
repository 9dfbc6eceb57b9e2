package token

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// kept is a token as the table has it.
type kept struct {
	Token
	Refused day.Day
}

const columns = "id, owner, name, tail, actions, made, until, revoked, used, refused"

type scanner interface{ Scan(dest ...any) error }

func scan(row scanner) (kept, error) {
	var k kept
	var actions, used, refused string
	var made, until, revoked int64
	if err := row.Scan(&k.ID, &k.Owner, &k.Name, &k.Tail, &actions, &made, &until, &revoked, &used, &refused); err != nil {
		return k, err
	}
	k.Actions = strings.Fields(actions)
	k.Made, k.Until = time.UnixMilli(made).UTC(), time.UnixMilli(until).UTC()
	if revoked != 0 {
		k.Revoked = time.UnixMilli(revoked).UTC()
	}
	if err := k.Used.UnmarshalText([]byte(used)); err != nil {
		return k, err
	}
	return k, k.Refused.UnmarshalText([]byte(refused))
}

func insertToken(ctx context.Context, tx *store.Tx, t Token, hash []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO token_token (id, owner, name, hash, tail, actions, made, until, revoked, used, refused)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', '')`,
		t.ID, t.Owner, t.Name, hash, t.Tail, strings.Join(t.Actions, " "), t.Made.UnixMilli(), t.Until.UnixMilli())
	if err != nil {
		return fmt.Errorf("insert token: %w", err)
	}
	return nil
}

func one(row *sql.Row) (kept, bool, error) {
	k, err := scan(row)
	if errors.Is(err, sql.ErrNoRows) {
		return k, false, nil
	}
	if err != nil {
		return k, false, fmt.Errorf("read token: %w", err)
	}
	return k, true, nil
}

func tokenByHash(ctx context.Context, tx *store.Tx, hash []byte) (kept, bool, error) {
	return one(tx.QueryRowContext(ctx, "SELECT "+columns+" FROM token_token WHERE hash = $1", hash))
}

func tokenByID(ctx context.Context, tx *store.Tx, id string) (Token, bool, error) {
	if len(id) > 32 || strings.ContainsRune(id, 0) {
		return Token{}, false, nil
	}
	k, found, err := one(tx.QueryRowContext(ctx, "SELECT "+columns+" FROM token_token WHERE id = $1", id))
	return k.Token, found, err
}

func tokensOf(ctx context.Context, tx *store.Tx, owner string) ([]Token, error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+columns+" FROM token_token WHERE owner = $1 ORDER BY made DESC, id DESC LIMIT 200", owner)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	out := []Token{}
	for rows.Next() {
		k, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("list tokens: %w", err)
		}
		out = append(out, k.Token)
	}
	return out, rows.Err()
}

func countLive(ctx context.Context, tx *store.Tx, owner string) (int, error) {
	var n int
	err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM token_token WHERE owner = $1 AND revoked = 0 AND until > $2", owner, tx.Now.UnixMilli()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count tokens: %w", err)
	}
	return n, nil
}

func revokeToken(ctx context.Context, tx *store.Tx, id string, at int64) error {
	if _, err := tx.ExecContext(ctx, "UPDATE token_token SET revoked = $2 WHERE id = $1", id, at); err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}

func setUsed(ctx context.Context, tx *store.Tx, id string, d day.Day) error {
	if _, err := tx.ExecContext(ctx, "UPDATE token_token SET used = $2 WHERE id = $1", id, d.String()); err != nil {
		return fmt.Errorf("note use of token: %w", err)
	}
	return nil
}

// setRefused says whether this is the first time on the day.
func setRefused(ctx context.Context, tx *store.Tx, id string, d day.Day) (bool, error) {
	res, err := tx.ExecContext(ctx, "UPDATE token_token SET refused = $2 WHERE id = $1 AND refused <> $2", id, d.String())
	if err != nil {
		return false, fmt.Errorf("note refusal of token: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

func dropEnded(ctx context.Context, tx *store.Tx, before time.Time) (int64, error) {
	res, err := tx.ExecContext(ctx, "DELETE FROM token_token WHERE until < $1 OR revoked <> 0 AND revoked < $1", before.UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("drop ended tokens: %w", err)
	}
	return res.RowsAffected()
}

// answer is a row of token_key.
type answer struct {
	request []byte
	state   string
	status  int
	header  string
	body    []byte
	begun   time.Time
}

const (
	running = "running"
	done    = "done"
	large   = "large"
)

func keyed(ctx context.Context, tx *store.Tx, actor, key string) (answer, bool, error) {
	var a answer
	var begun int64
	err := tx.QueryRowContext(ctx, "SELECT request, state, status, header, body, begun FROM token_key WHERE actor = $1 AND key = $2 AND until > $3",
		actor, key, tx.Now.UnixMilli()).Scan(&a.request, &a.state, &a.status, &a.header, &a.body, &begun)
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	if err != nil {
		return a, false, fmt.Errorf("read key: %w", err)
	}
	a.begun = time.UnixMilli(begun)
	return a, true, nil
}

func beginKey(ctx context.Context, tx *store.Tx, actor, key string, request []byte) error {
	if err := dropKeys(ctx, tx); err != nil {
		return err
	}
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM token_key WHERE actor = $1", actor).Scan(&n); err != nil {
		return fmt.Errorf("count keys: %w", err)
	}
	if n >= maxKeys {
		return fault.Later(time.Hour, "token.key_many", n)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO token_key (actor, key, request, state, status, header, body, begun, until)
		VALUES ($1, $2, $3, 'running', 0, '', $4, $5, $6)`,
		actor, key, request, []byte{}, tx.Now.UnixMilli(), tx.Now.Add(keepKeys).UnixMilli())
	if err != nil {
		return fmt.Errorf("keep key: %w", err)
	}
	return nil
}

// dropKeys deletes what is over. A day's keys are dropped a few at a time, by
// those who bring new ones.
func dropKeys(ctx context.Context, tx *store.Tx) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM token_key WHERE until <= $1", tx.Now.UnixMilli()); err != nil {
		return fmt.Errorf("drop keys: %w", err)
	}
	return nil
}

func endKey(ctx context.Context, tx *store.Tx, actor, key string, a answer) error {
	_, err := tx.ExecContext(ctx, "UPDATE token_key SET state = $3, status = $4, header = $5, body = $6 WHERE actor = $1 AND key = $2",
		actor, key, a.state, a.status, a.header, a.body)
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return nil
}

func dropKey(ctx context.Context, tx *store.Tx, actor, key string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM token_key WHERE actor = $1 AND key = $2", actor, key); err != nil {
		return fmt.Errorf("drop key: %w", err)
	}
	return nil
}
