package invite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

func insertReserve(ctx context.Context, tx *store.Tx, r *Reserve, who string) error {
	body, err := pack(r.Terms)
	if err != nil {
		return err
	}
	r.At, r.By = tx.Now, who
	return exec(ctx, tx, `INSERT INTO permit_invite_reserve (id, office, year, first, last, at, day, actor, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.ID, r.Office, r.Year, r.First, r.Last, tx.Now.UnixMilli(), r.Day.String(), who, body)
}

func reserves(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Reserve, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var r Reserve
		var at int64
		var on, body string
		if err := rows.Scan(&r.ID, &r.Office, &r.Year, &r.First, &r.Last, &at, &on, &r.By, &body); err != nil {
			return err
		}
		r.At = time.UnixMilli(at).UTC()
		if err := json.Unmarshal([]byte(body), &r.Terms); err != nil {
			return err
		}
		r.Day, err = day.Parse(on)
		out = append(out, r)
		return err
	}, `SELECT id, office, year, first, last, at, day, actor, body FROM permit_invite_reserve `+tail, args...)
	return out, err
}

func reserveByID(ctx context.Context, tx *store.Tx, id string) (*Reserve, error) {
	if asked(id) {
		list, err := reserves(ctx, tx, `WHERE id = $1`, id)
		if err != nil {
			return nil, err
		}
		if len(list) == 1 {
			return &list[0], nil
		}
	}
	return nil, fault.New(fault.NotFound, "invite.reserve.none", clip(id))
}

func insertNumber(ctx context.Context, tx *store.Tx, n Number) error {
	return exec(ctx, tx, `INSERT INTO permit_invite_number (office, year, number, reserve, code, state, letter, why) VALUES ($1, $2, $3, $4, $5, 'free', '', '')`, n.Office, n.Year, n.Number, n.Reserve, n.Code)
}

func updateNumber(ctx context.Context, tx *store.Tx, n Number) error {
	return exec(ctx, tx, `UPDATE permit_invite_number SET state = $4, letter = $5, why = $6 WHERE office = $1 AND year = $2 AND number = $3`, n.Office, n.Year, n.Number, n.State, n.Letter, n.Why)
}

func numbers(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Number, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var n Number
		err := rows.Scan(&n.Office, &n.Year, &n.Number, &n.Reserve, &n.Code, &n.State, &n.Letter, &n.Why)
		out = append(out, n)
		return err
	}, `SELECT office, year, number, reserve, code, state, letter, why FROM permit_invite_number `+tail, args...)
	return out, err
}

func numberByCode(ctx context.Context, tx *store.Tx, code string) (*Number, error) {
	if !asked(code) {
		return nil, nil
	}
	list, err := numbers(ctx, tx, `WHERE code = $1`, code)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func insertDelegation(ctx context.Context, tx *store.Tx, d *Delegation) error {
	body, err := pack(d.Mandate)
	if err != nil {
		return err
	}
	d.At = tx.Now
	return exec(ctx, tx, `INSERT INTO permit_invite_delegation (id, office, person, from_day, until_day, at, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		d.ID, d.Office, d.Person, d.From.String(), d.Until.String(), tx.Now.UnixMilli(), body)
}

func updateDelegation(ctx context.Context, tx *store.Tx, d *Delegation) error {
	return exec(ctx, tx, `UPDATE permit_invite_delegation SET until_day = $2 WHERE id = $1`, d.ID, d.Until.String())
}

func delegations(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Delegation, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var d Delegation
		var at int64
		var from, until, body string
		if err := rows.Scan(&d.ID, &d.Office, &d.Person, &from, &until, &at, &body); err != nil {
			return err
		}
		d.At = time.UnixMilli(at).UTC()
		if err := json.Unmarshal([]byte(body), &d.Mandate); err != nil {
			return err
		}
		var e1, e2 error
		d.From, e1 = day.Parse(from)
		d.Until, e2 = day.Parse(until)
		out = append(out, d)
		return errors.Join(e1, e2)
	}, `SELECT id, office, person, from_day, until_day, at, body FROM permit_invite_delegation `+tail, args...)
	return out, err
}

type registerKey struct {
	Office string
	Year   int
}

func registers(ctx context.Context, tx *store.Tx) (out []registerKey, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var k registerKey
		err := rows.Scan(&k.Office, &k.Year)
		out = append(out, k)
		return err
	}, `SELECT office, year FROM permit_invite_register ORDER BY year DESC, office LIMIT 2000`)
	return out, err
}
