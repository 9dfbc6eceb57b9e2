package invite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// asked says whether a text can be asked for: PostgreSQL fails at what is no
// UTF-8 or holds NUL, SQLite finds nothing.
func asked(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func exec(ctx context.Context, tx *store.Tx, q string, args ...any) error {
	_, err := tx.ExecContext(ctx, q, args...)
	return err
}

func pack(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// stored reads a day of a column.
func stored(s string) (day.Day, error) {
	if s == "" {
		return day.None, nil
	}
	return day.Parse(s)
}

func ofDay(d day.Day) string {
	if d == day.None {
		return ""
	}
	return d.String()
}

func putOrganiser(ctx context.Context, tx *store.Tx, o *Organiser, who string) error {
	body, err := pack(o.Group)
	if err != nil {
		return err
	}
	o.Version++
	o.At, o.By = tx.Now, who
	return exec(ctx, tx, `INSERT INTO permit_invite_organiser (id, fold, version, at, actor, body) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET fold = excluded.fold, version = excluded.version, at = excluded.at, actor = excluded.actor, body = excluded.body`,
		o.ID, fold(o.Name), o.Version, tx.Now.UnixMilli(), who, body)
}

func organisers(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Organiser, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var o Organiser
		var at int64
		var body string
		if err := rows.Scan(&o.ID, &o.Version, &at, &o.By, &body); err != nil {
			return err
		}
		o.At = time.UnixMilli(at).UTC()
		if err := json.Unmarshal([]byte(body), &o.Group); err != nil {
			return err
		}
		out = append(out, o)
		return nil
	}, `SELECT id, version, at, actor, body FROM permit_invite_organiser `+tail, args...)
	return out, err
}

func organiserByID(ctx context.Context, tx *store.Tx, id string) (*Organiser, error) {
	if asked(id) && id != "" {
		list, err := organisers(ctx, tx, `WHERE id = $1`, id)
		if err != nil {
			return nil, err
		}
		if len(list) == 1 {
			return &list[0], nil
		}
	}
	return nil, fault.New(fault.NotFound, "invite.organiser.none", clip(id))
}

// organiserNamed is the organiser of a name; nil for none.
func organiserNamed(ctx context.Context, tx *store.Tx, name string) (*Organiser, error) {
	list, err := organisers(ctx, tx, `WHERE fold = $1`, fold(name))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func insertInvitation(ctx context.Context, tx *store.Tx, x *Invitation, same string) error {
	body, err := pack(x.Papers)
	if err != nil {
		return err
	}
	x.Version, x.At = 1, tx.Now
	return exec(ctx, tx, `INSERT INTO permit_invite_invitation (id, state, version, at, actor, organiser, day, unit, seat, same, body) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10)`,
		x.ID, x.State, tx.Now.UnixMilli(), x.By, x.Organiser, x.Day.String(), x.Unit, x.Seat, same, body)
}

// updateInvitation writes what changed, under the next version.
func updateInvitation(ctx context.Context, tx *store.Tx, x *Invitation) error {
	body, err := pack(x.Papers)
	if err != nil {
		return err
	}
	x.Version++
	x.At = tx.Now
	same := ""
	if x.State != Withdrawn {
		same = x.same()
	}
	return exec(ctx, tx, `UPDATE permit_invite_invitation SET state = $2, version = $3, at = $4, organiser = $5, day = $6, unit = $7, seat = $8, same = $9, body = $10 WHERE id = $1`,
		x.ID, x.State, x.Version, tx.Now.UnixMilli(), x.Organiser, x.Day.String(), x.Unit, x.Seat, same, body)
}

func invitations(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Invitation, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var x Invitation
		var at int64
		var on, body string
		if err := rows.Scan(&x.ID, &x.State, &x.Version, &at, &x.By, &x.Organiser, &on, &x.Unit, &x.Seat, &body); err != nil {
			return err
		}
		x.At = time.UnixMilli(at).UTC()
		if err := json.Unmarshal([]byte(body), &x.Papers); err != nil {
			return err
		}
		x.Day, err = day.Parse(on)
		out = append(out, x)
		return err
	}, `SELECT id, state, version, at, actor, organiser, day, unit, seat, body FROM permit_invite_invitation `+tail, args...)
	return out, err
}

func invitationByID(ctx context.Context, tx *store.Tx, id string) (*Invitation, error) {
	if asked(id) {
		list, err := invitations(ctx, tx, `WHERE id = $1`, id)
		if err != nil {
			return nil, err
		}
		if len(list) == 1 {
			return &list[0], nil
		}
	}
	return nil, fault.New(fault.NotFound, "invite.none", clip(id))
}

func insertDisposition(ctx context.Context, tx *store.Tx, d *Disposition) error {
	body, err := pack(d.Decision)
	if err != nil {
		return err
	}
	d.At = tx.Now
	return exec(ctx, tx, `INSERT INTO permit_invite_disposition (id, invitation, state, at, person, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		d.ID, d.Invitation, d.State, tx.Now.UnixMilli(), d.Person, body)
}

func updateDisposition(ctx context.Context, tx *store.Tx, d *Disposition) error {
	body, err := pack(d.Decision)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `UPDATE permit_invite_disposition SET state = $2, body = $3 WHERE id = $1`, d.ID, d.State, body)
}

// dispositions of an invitation, the first first.
func dispositions(ctx context.Context, tx *store.Tx, invitation string) (out []Disposition, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var d Disposition
		var at int64
		var body string
		if err := rows.Scan(&d.ID, &d.Invitation, &d.State, &at, &d.Person, &body); err != nil {
			return err
		}
		d.At = time.UnixMilli(at).UTC()
		if err := json.Unmarshal([]byte(body), &d.Decision); err != nil {
			return err
		}
		out = append(out, d)
		return nil
	}, `SELECT id, invitation, state, at, person, body FROM permit_invite_disposition WHERE invitation = $1 ORDER BY at, id`, invitation)
	return out, err
}

// live is the disposition that counts; nil for none.
func live(list []Disposition) *Disposition {
	for i := range list {
		if list[i].State == "live" {
			return &list[i]
		}
	}
	return nil
}

func insertLetter(ctx context.Context, tx *store.Tx, l *Letter) error {
	body, err := pack(l.Content)
	if err != nil {
		return err
	}
	status, err := pack(l.Status)
	if err != nil {
		return err
	}
	l.At = tx.Now
	return exec(ctx, tx, `INSERT INTO permit_invite_letter (id, kind, office, year, number, invitation, state, at, day, until_day, body, sum, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		l.ID, l.Kind, l.Office, l.Year, l.Number, l.Invitation, l.State, tx.Now.UnixMilli(), l.Day.String(), l.Until.String(), body, l.Sum, status)
}

// updateLetter writes what became of a letter; never what it says.
func updateLetter(ctx context.Context, tx *store.Tx, l *Letter) error {
	status, err := pack(l.Status)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `UPDATE permit_invite_letter SET state = $2, status = $3 WHERE id = $1`, l.ID, l.State, status)
}

func lettersWhere(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Letter, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var l Letter
		var at int64
		var on, until, body, status string
		if err := rows.Scan(&l.ID, &l.Kind, &l.Office, &l.Year, &l.Number, &l.Invitation, &l.State, &at, &on, &until, &body, &l.Sum, &status); err != nil {
			return err
		}
		l.At = time.UnixMilli(at).UTC()
		if err := errors.Join(json.Unmarshal([]byte(body), &l.Content), json.Unmarshal([]byte(status), &l.Status)); err != nil {
			return err
		}
		var e1, e2 error
		l.Day, e1 = day.Parse(on)
		l.Until, e2 = day.Parse(until)
		out = append(out, l)
		return errors.Join(e1, e2)
	}, `SELECT id, kind, office, year, number, invitation, state, at, day, until_day, body, sum, status FROM permit_invite_letter `+tail, args...)
	return out, err
}

func letterByCode(ctx context.Context, tx *store.Tx, code string) (*Letter, error) {
	if asked(code) {
		list, err := lettersWhere(ctx, tx, `WHERE id = $1`, code)
		if err != nil {
			return nil, err
		}
		if len(list) == 1 {
			return &list[0], nil
		}
	}
	return nil, fault.New(fault.NotFound, "invite.letter.none", clip(code))
}

// content is what a letter says as it is stored, byte for byte.
func content(ctx context.Context, tx *store.Tx, code string) (body string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT body FROM permit_invite_letter WHERE id = $1`, code).Scan(&body)
	return body, err
}

// takeNumbers gives the next n numbers of an office in a year, and the last of
// them. They are given back when the transaction does not commit, so that there
// are no gaps.
func takeNumbers(ctx context.Context, tx *store.Tx, office string, year, n int) (last int, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO permit_invite_register (office, year, last) VALUES ($1, $2, $3)
		ON CONFLICT (office, year) DO UPDATE SET last = permit_invite_register.last + excluded.last RETURNING last`, office, year, n).Scan(&last)
	return last, err
}

func lastNumber(ctx context.Context, tx *store.Tx, office string, year int) (last int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT last FROM permit_invite_register WHERE office = $1 AND year = $2`, office, year).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return last, err
}

func insertSlip(ctx context.Context, tx *store.Tx, letter, person string, due day.Day) error {
	return exec(ctx, tx, `INSERT INTO permit_invite_slip (letter, person, due, at, reminded, body) VALUES ($1, $2, $3, 0, '', '{}')`, letter, person, due.String())
}

func updateSlip(ctx context.Context, tx *store.Tx, s *Slip) error {
	body, err := pack(s.Report)
	if err != nil {
		return err
	}
	at := int64(0)
	if !s.At.IsZero() {
		at = s.At.UnixMilli()
	}
	return exec(ctx, tx, `UPDATE permit_invite_slip SET at = $3, reminded = $4, body = $5 WHERE letter = $1 AND person = $2`, s.Letter, s.Person, at, ofDay(s.Reminded), body)
}

func slips(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Slip, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var s Slip
		var at int64
		var due, reminded, body string
		if err := rows.Scan(&s.Letter, &s.Person, &due, &at, &reminded, &body); err != nil {
			return err
		}
		if at > 0 {
			s.At = time.UnixMilli(at).UTC()
		}
		if err := json.Unmarshal([]byte(body), &s.Report); err != nil {
			return err
		}
		var e1, e2 error
		s.Due, e1 = day.Parse(due)
		s.Reminded, e2 = stored(reminded)
		out = append(out, s)
		return errors.Join(e1, e2)
	}, `SELECT letter, person, due, at, reminded, body FROM permit_invite_slip `+tail, args...)
	return out, err
}
