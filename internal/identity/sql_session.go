package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"netral/internal/fault"
	"netral/internal/store"
)

const sessionColumns = `s.id, s.account, s.method, s.agent, s.prefix, s.limited, s.rotate, s.proved, s.made, s.seen, s.ends`

func insertSession(ctx context.Context, tx *store.Tx, s Session, hash []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO identity_session (id, hash, before_end, account, method, agent, prefix, limited, rotate, proved, made, seen, ends)
		VALUES ($1, $2, 0, $3, $4, $5, $6, $7, FALSE, $8, $9, $10, $11)`,
		s.ID, hash, s.Account, s.Method, s.Agent, s.Network, s.Limited, millis(s.Proved), millis(s.Made), millis(s.Seen), millis(s.Ends))
	return err
}

// pointers are where the columns go; done fills in what they mean.
func (s *Session) pointers() (to []any, done func()) {
	var proved, made, seen, ends int64
	return []any{&s.ID, &s.Account, &s.Method, &s.Agent, &s.Network, &s.Limited, &s.rotate, &proved, &made, &seen, &ends}, func() {
		s.Proved, s.Made, s.Seen, s.Ends = moment(proved), moment(made), moment(seen), moment(ends)
	}
}

// sessionOf is the session of a token and its account. The token before the
// last rotation counts for a moment.
func sessionOf(ctx context.Context, tx *store.Tx, hash []byte) (s Session, a Account, found bool, err error) {
	to, done := s.pointers()
	to = append(to, &s.stale)
	a, err = scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+`, `+sessionColumns+`, s.hash <> $1
		FROM identity_session s JOIN identity_account a ON a.id = s.account
		WHERE s.hash = $1 OR (s.before = $1 AND s.before_end > $2)`, hash, tx.Now.UnixMilli()), to...)
	if errors.Is(err, sql.ErrNoRows) {
		return s, a, false, nil
	}
	done()
	return s, a, err == nil, err
}

func sessions(ctx context.Context, tx *store.Tx, account string, now, idle time.Time) (all []Session, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var s Session
		to, done := s.pointers()
		err := rows.Scan(to...)
		done()
		all = append(all, s)
		return err
	}, `SELECT `+sessionColumns+` FROM identity_session s WHERE s.account = $1 AND s.ends > $2 AND s.seen > $3 ORDER BY s.seen DESC, s.id`,
		account, now.UnixMilli(), idle.UnixMilli())
	return all, err
}

func seeSession(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `UPDATE identity_session SET seen = $2 WHERE id = $1 AND seen < $2`, id, tx.Now.UnixMilli())
	return err
}

func rotateSession(ctx context.Context, tx *store.Tx, id string, old, fresh []byte, until time.Time) (bool, error) {
	n, err := changed(ctx, tx, `UPDATE identity_session SET hash = $3, before = $2, before_end = $4, rotate = FALSE WHERE id = $1 AND hash = $2`,
		id, old, fresh, until.UnixMilli())
	return n == 1, err
}

// replaceToken gives a session a new token at once; the old one is worth
// nothing any more. A limited session becomes a full one.
func replaceToken(ctx context.Context, tx *store.Tx, id string, fresh []byte) error {
	n, err := changed(ctx, tx, `UPDATE identity_session SET hash = $2, before = NULL, before_end = 0, rotate = FALSE, limited = FALSE, proved = $3 WHERE id = $1`,
		id, fresh, tx.Now.UnixMilli())
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "identity.session.none")
	}
	return err
}

func markRotate(ctx context.Context, tx *store.Tx, account string) error {
	_, err := tx.ExecContext(ctx, `UPDATE identity_session SET rotate = TRUE WHERE account = $1`, account)
	return err
}

func endSession(ctx context.Context, tx *store.Tx, account, id string) (bool, error) {
	n, err := changed(ctx, tx, `DELETE FROM identity_session WHERE id = $1 AND account = $2`, id, account)
	return n == 1, err
}

// endToken ends the session of a token, whoever's it is.
func endToken(ctx context.Context, tx *store.Tx, hash []byte) error {
	_, err := changed(ctx, tx, `DELETE FROM identity_session WHERE hash = $1 OR before = $1`, hash)
	return err
}

// endSessions ends all of an account but the one to keep.
func endSessions(ctx context.Context, tx *store.Tx, account, keep string) (int, error) {
	return changed(ctx, tx, `DELETE FROM identity_session WHERE account = $1 AND id <> $2`, account, keep)
}

// knownDevice says whether somebody has signed in with the login in a browser.
func knownDevice(ctx context.Context, tx *store.Tx, hash []byte, login string) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM identity_device d JOIN identity_account a ON a.id = d.account
		WHERE d.hash = $1 AND a.login = $2 AND d.seen > $3`, hash, login, tx.Now.Add(-deviceAge).UnixMilli()).Scan(&n)
	return n > 0, err
}

func seeDevice(ctx context.Context, tx *store.Tx, hash []byte, account string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO identity_device (hash, account, made, seen) VALUES ($1, $2, $3, $3)
		ON CONFLICT (hash, account) DO UPDATE SET seen = excluded.seen`, hash, account, tx.Now.UnixMilli())
	return err
}

func forgetDevices(ctx context.Context, tx *store.Tx, account string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM identity_device WHERE account = $1`, account)
	return err
}

// ticket is something short-lived that is used once.
type ticket struct {
	Hash    []byte
	Kind    string
	Account string // "" while nobody is known
	Data    string
	Tries   int64
	Ends    time.Time
}

// The kinds of tickets.
const (
	ticketSecond  = "second"  // password was right, the code is outstanding
	ticketTOTP    = "totp"    // a new secret that was not proved yet
	ticketCreate  = "create"  // a passkey being made
	ticketAssert  = "assert"  // a passkey being shown
	ticketSSO     = "sso"     // a sign-in that came back; kept so that it counts once
	ticketLink    = "link"    // sets a password: new account
	ticketRecover = "recover" // sets a password: recovery, with the other half
)

func insertTicket(ctx context.Context, tx *store.Tx, t ticket) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO identity_ticket (hash, kind, account, data, tries, made, ends) VALUES ($1, $2, $3, $4, 0, $5, $6)`,
		t.Hash, t.Kind, t.Account, t.Data, tx.Now.UnixMilli(), t.Ends.UnixMilli())
	return err
}

// findTicket is a ticket that still counts.
func findTicket(ctx context.Context, tx *store.Tx, kind, token string) (t ticket, found bool, err error) {
	t.Hash, t.Kind = hashToken(token), kind
	var ends int64
	err = tx.QueryRowContext(ctx, `SELECT account, data, tries, ends FROM identity_ticket WHERE hash = $1 AND kind = $2 AND ends > $3`,
		t.Hash, kind, tx.Now.UnixMilli()).Scan(&t.Account, &t.Data, &t.Tries, &ends)
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	t.Ends = moment(ends)
	return t, err == nil, err
}

// useTicket takes a ticket away; only one of several who try gets it.
func useTicket(ctx context.Context, tx *store.Tx, kind, token string) (t ticket, found bool, err error) {
	if t, found, err = findTicket(ctx, tx, kind, token); err != nil || !found {
		return t, false, err
	}
	n, err := changed(ctx, tx, `DELETE FROM identity_ticket WHERE hash = $1`, t.Hash)
	return t, n == 1, err
}

// tryTicket counts a try and takes the ticket away after the last.
func tryTicket(ctx context.Context, tx *store.Tx, t ticket, most int64) error {
	if t.Tries+1 >= most {
		_, err := changed(ctx, tx, `DELETE FROM identity_ticket WHERE hash = $1`, t.Hash)
		return err
	}
	_, err := changed(ctx, tx, `UPDATE identity_ticket SET tries = tries + 1 WHERE hash = $1`, t.Hash)
	return err
}

// dropTickets deletes tickets of an account, of all kinds when kind is "".
func dropTickets(ctx context.Context, tx *store.Tx, account, kind string) error {
	_, err := changed(ctx, tx, `DELETE FROM identity_ticket WHERE account = $1 AND ($2 = '' OR kind = $2)`, account, kind)
	return err
}

// findTicketHash is findTicket for who has the hash, of any kind.
func findTicketHash(ctx context.Context, tx *store.Tx, hash []byte) (t ticket, found bool, err error) {
	t.Hash = hash
	err = tx.QueryRowContext(ctx, `SELECT kind, account, tries FROM identity_ticket WHERE hash = $1`, hash).Scan(&t.Kind, &t.Account, &t.Tries)
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}

func proveSession(ctx context.Context, tx *store.Tx, id string) error {
	_, err := changed(ctx, tx, `UPDATE identity_session SET proved = $2 WHERE id = $1`, id, tx.Now.UnixMilli())
	return err
}
