package callup

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"netral/internal/fault"
	"netral/internal/lot"
	"netral/internal/store"
)

func milli(t time.Time) int64 {
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

func encoded(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func putProgramme(ctx context.Context, tx *store.Tx, r lot.Rules, who string) error {
	body, err := encoded(r)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO merit_callup_programme (id, title, body, at, actor) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body, at = excluded.at, actor = excluded.actor`,
		r.ID, r.Title, body, milli(tx.Now), who)
	return err
}

func programmes(ctx context.Context, tx *store.Tx) (out []lot.Rules, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var r lot.Rules
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	}, `SELECT body FROM merit_callup_programme ORDER BY id`)
	return out, err
}

func programme(ctx context.Context, tx *store.Tx, id string) (r lot.Rules, err error) {
	var body string
	err = tx.QueryRowContext(ctx, `SELECT body FROM merit_callup_programme WHERE id = $1`, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.New(fault.NotFound, "callup.programme.none", clip(id))
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(body), &r)
}

const roundColumns = `id, programme, number, state, rules, sealed, source, tallies, kept_off, announced_at, drawn_at, file_sum, void_at, void_why, void_note,
	(SELECT COUNT(*) FROM merit_callup_dice d WHERE d.round = merit_callup_round.id)`

func scanRound(rows interface{ Scan(...any) error }) (r Round, err error) {
	var rules, sealed, source, tallies, off string
	var announced, drawn, void int64
	if err = rows.Scan(&r.ID, &r.Programme, &r.Number, &r.State, &rules, &sealed, &source, &tallies, &off, &announced, &drawn, &r.FileSum, &void, &r.VoidWhy, &r.VoidNote, &r.Typed); err != nil {
		return r, err
	}
	r.Announced, r.DrawnAt, r.VoidAt = moment(announced), moment(drawn), moment(void)
	for text, to := range map[string]any{rules: &r.Rules, sealed: &r.Sealed, source: &r.Source, tallies: &r.Groups, off: &r.Left} {
		if err := json.Unmarshal([]byte(text), to); err != nil {
			return r, err
		}
	}
	return r, nil
}

func roundsOf(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Round, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		r, err := scanRound(rows)
		out = append(out, r)
		return err
	}, `SELECT `+roundColumns+` FROM merit_callup_round `+tail, args...)
	return out, err
}

func round(ctx context.Context, tx *store.Tx, id string) (Round, error) {
	r, err := scanRound(tx.QueryRowContext(ctx, `SELECT `+roundColumns+` FROM merit_callup_round WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.New(fault.NotFound, "callup.round.none", clip(id))
	}
	return r, err
}

func insertRound(ctx context.Context, tx *store.Tx, r *Round) error {
	var parts [5]string
	for i, v := range []any{r.Rules, r.Sealed, r.Source, r.Groups, r.Left} {
		s, err := encoded(v)
		if err != nil {
			return err
		}
		parts[i] = s
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_callup_round (id, programme, number, state, rules, sealed, source, tallies, kept_off,
		sealed_at, announced_at, drawn_at, file, file_sum, void_at, void_why, void_note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, '', 0, '', '')`,
		r.ID, r.Programme, r.Number, r.State, parts[0], parts[1], parts[2], parts[3], parts[4], milli(r.Sealed.At), milli(r.Announced), []byte{})
	if store.IsUnique(err) {
		return fault.Wrap(fault.Conflict, err, "callup.seal.open")
	}
	return err
}

func updateRound(ctx context.Context, tx *store.Tx, r *Round, file []byte) error {
	sealed, err := encoded(r.Sealed)
	if err != nil {
		return err
	}
	source, err := encoded(r.Source)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE merit_callup_round SET state = $2, sealed = $3, source = $4, drawn_at = $5, file = $6, file_sum = $7,
		void_at = $8, void_why = $9, void_note = $10 WHERE id = $1`,
		r.ID, r.State, sealed, source, milli(r.DrawnAt), file, r.FileSum, milli(r.VoidAt), r.VoidWhy, r.VoidNote)
	return err
}

func roundFile(ctx context.Context, tx *store.Tx, id string) (file []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT file FROM merit_callup_round WHERE id = $1`, id).Scan(&file)
	return file, err
}

// listed is a row of a sealed list.
type listed struct {
	Candidate
	group string
}

func insertListed(ctx context.Context, tx *store.Tx, round string, l listed) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_callup_listed (round, person, grp, name, post, title, unit, unit_name, sex, grade, offices)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		round, l.Person, l.group, l.Name, l.Post, l.Title, l.Unit, l.UnitName, l.Sex, l.Grade, strings.Join(l.Offices, " "))
	return err
}

func insertOff(ctx context.Context, tx *store.Tx, round, person, reason string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_callup_off (round, person, reason) VALUES ($1, $2, $3)`, round, person, reason)
	return err
}

func listOf(ctx context.Context, tx *store.Tx, round string) (out []listed, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var l listed
		var offices string
		if err := rows.Scan(&l.Person, &l.group, &l.Name, &l.Post, &l.Title, &l.Unit, &l.UnitName, &l.Sex, &l.Grade, &offices); err != nil {
			return err
		}
		l.Offices = strings.Fields(offices)
		out = append(out, l)
		return nil
	}, `SELECT person, grp, name, post, title, unit, unit_name, sex, grade, offices FROM merit_callup_listed WHERE round = $1 ORDER BY person`, round)
	return out, err
}

type typed struct {
	Actor, Person, Digits, Witnesses string
	At                               time.Time
}

func diceOf(ctx context.Context, tx *store.Tx, round string) (out []typed, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var d typed
		var at int64
		if err := rows.Scan(&d.Actor, &d.Person, &d.Digits, &d.Witnesses, &at); err != nil {
			return err
		}
		d.At = moment(at)
		out = append(out, d)
		return nil
	}, `SELECT actor, person, digits, witnesses, at FROM merit_callup_dice WHERE round = $1 ORDER BY at, actor`, round)
	return out, err
}

func putDice(ctx context.Context, tx *store.Tx, round string, d typed) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_callup_dice (round, actor, person, digits, witnesses, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (round, actor) DO UPDATE SET person = excluded.person, digits = excluded.digits, witnesses = excluded.witnesses, at = excluded.at`,
		round, d.Actor, d.Person, d.Digits, d.Witnesses, milli(d.At))
	return err
}
