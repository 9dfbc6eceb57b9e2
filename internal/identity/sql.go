package identity

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// changed runs a statement and says how many rows it changed.
func changed(ctx context.Context, tx *store.Tx, q string, args ...any) (int, error) {
	res, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

const accountColumns = `a.id, a.login, a.name, a.person, a.email, a.lang, a.status, a.demo, a.password, a.totp, a.totp_step, a.made, a.version`

type scanner interface{ Scan(...any) error }

func scanAccount(row scanner, more ...any) (Account, error) {
	var a Account
	var made int64
	err := row.Scan(append([]any{&a.ID, &a.Login, &a.Name, &a.Person, &a.Email, &a.Lang, &a.Status, &a.Demo, &a.password, &a.totp, &a.totpStep, &made, &a.Version}, more...)...)
	a.Made, a.HasPassword, a.HasTOTP = moment(made), a.password != "", len(a.totp) > 0
	return a, err
}

func insertAccount(ctx context.Context, tx *store.Tx, a Account) error {
	n, err := changed(ctx, tx, `INSERT INTO identity_account (id, login, name, person, email, lang, status, demo, password, password_at, totp_step, totp_at, made, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 0, 0, 0, $9, $10) ON CONFLICT (login) DO NOTHING`,
		a.ID, a.Login, a.Name, a.Person, a.Email, a.Lang, a.Status, a.Demo, millis(a.Made), a.Version)
	if err == nil && n == 0 {
		var f fault.Fields
		f.Add(false, "login", "identity.login.taken", a.Login)
		err = f.Err()
	}
	return err
}

// account is the account with an id, or NotFound.
func account(ctx context.Context, tx *store.Tx, id string) (Account, error) {
	a, err := scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM identity_account a WHERE a.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.New(fault.NotFound, "identity.account.none")
	}
	return a, err
}

// accountOf is the account of a login; found says whether there is one.
func accountOf(ctx context.Context, tx *store.Tx, login string) (a Account, found bool, err error) {
	a, err = scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM identity_account a WHERE a.login = $1`, login))
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, false, nil
	}
	return a, err == nil, err
}

// personOf is the roster's id of an actor, "" for none.
func personOf(ctx context.Context, tx *store.Tx, who string) (person string, err error) {
	id, ok := strings.CutPrefix(who, "account:")
	if !ok {
		return "", nil
	}
	err = tx.QueryRowContext(ctx, `SELECT person FROM identity_account WHERE id = $1`, id).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return person, err
}

func updateAccount(ctx context.Context, tx *store.Tx, a Account, was int64) error {
	n, err := changed(ctx, tx, `UPDATE identity_account SET name = $2, email = $3, person = $4, status = $5, version = version + 1 WHERE id = $1 AND version = $6`,
		a.ID, a.Name, a.Email, a.Person, a.Status, was)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "identity.account.moved")
	}
	return err
}

func setLang(ctx context.Context, tx *store.Tx, id, lang string) error {
	_, err := changed(ctx, tx, `UPDATE identity_account SET lang = $2, version = version + 1 WHERE id = $1`, id, lang)
	return err
}

func setPassword(ctx context.Context, tx *store.Tx, id, hash string) error {
	_, err := changed(ctx, tx, `UPDATE identity_account SET password = $2, password_at = $3, version = version + 1 WHERE id = $1`, id, hash, tx.Now.UnixMilli())
	return err
}

// upgradePassword replaces a hash by a costlier one of the same password,
// unless the password has changed meanwhile.
func upgradePassword(ctx context.Context, tx *store.Tx, id, was, hash string) error {
	_, err := changed(ctx, tx, `UPDATE identity_account SET password = $3 WHERE id = $1 AND password = $2`, id, was, hash)
	return err
}

// setTOTP sets or, with nil, removes the shared secret. The step that proved it
// counts as used.
func setTOTP(ctx context.Context, tx *store.Tx, id string, secret []byte, step int64) error {
	_, err := changed(ctx, tx, `UPDATE identity_account SET totp = $2, totp_step = $3, totp_at = $4, version = version + 1 WHERE id = $1`, id, secret, step, tx.Now.UnixMilli())
	return err
}

// useStep marks a step as used; it says no when it, or a later one, was.
func useStep(ctx context.Context, tx *store.Tx, id string, step int64) (bool, error) {
	n, err := changed(ctx, tx, `UPDATE identity_account SET totp_step = $2 WHERE id = $1 AND totp_step < $2`, id, step)
	return n == 1, err
}

// accounts lists one more than asked for, so that the end is known.
func accounts(ctx context.Context, tx *store.Tx, in ListInput, on day.Day) (all []Account, err error) {
	q := `SELECT ` + accountColumns + ` FROM identity_account a WHERE a.login > $1`
	args := []any{in.After}
	bind := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if in.Text != "" {
		p := bind("%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(in.Text) + "%")
		q += ` AND (a.login LIKE ` + p + ` ESCAPE '\' OR LOWER(a.name) LIKE ` + p + ` ESCAPE '\')`
	}
	if in.Role != "" {
		role, d := bind(in.Role), bind(on.String())
		q += ` AND EXISTS (SELECT 1 FROM identity_grant g WHERE g.account = a.id AND g.role = ` + role + ` AND g.status = 'active' AND g.from_day <= ` + d + ` AND (g.until_day = '' OR g.until_day > ` + d + `))`
	}
	q += ` ORDER BY a.login LIMIT ` + bind(in.Limit+1)
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		a, err := scanAccount(rows)
		all = append(all, a)
		return err
	}, q, args...)
	return all, err
}

func insertSubject(ctx context.Context, tx *store.Tx, issuer, subject, account string) error {
	n, err := changed(ctx, tx, `INSERT INTO identity_subject (issuer, subject, account, made) VALUES ($1, $2, $3, $4) ON CONFLICT (issuer, subject) DO NOTHING`,
		issuer, subject, account, tx.Now.UnixMilli())
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "identity.sso.taken")
	}
	return err
}

// linked is the account that a subject of single sign-on belongs to.
func linked(ctx context.Context, tx *store.Tx, issuer, subject string) (a Account, found bool, err error) {
	a, err = scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM identity_account a JOIN identity_subject s ON s.account = a.id WHERE s.issuer = $1 AND s.subject = $2`, issuer, subject))
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, false, nil
	}
	return a, err == nil, err
}

// links counts the subjects of an account.
func links(ctx context.Context, tx *store.Tx, account string) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM identity_subject WHERE account = $1`, account).Scan(&n)
	return n, err
}
