package promote

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"netral/internal/day"
	"netral/internal/store"
)

// dayOf reads a day that we wrote.
func dayOf(s string) day.Day {
	if d, err := day.Parse(s); err == nil {
		return d
	}
	return day.None
}

const paperColumns = `id, kind, person, post, value, number, dated, from_day, until_day, note, actor, at`

func papersWhere(ctx context.Context, tx *store.Tx, each func(Paper), tail string, args ...any) error {
	return tx.Each(ctx, func(rows *sql.Rows) error {
		var p Paper
		var dated, from, until string
		var at int64
		if err := rows.Scan(&p.ID, &p.Kind, &p.Person, &p.Post, &p.Value, &p.Number, &dated, &from, &until, &p.Note, &p.By, &at); err != nil {
			return err
		}
		p.Dated, p.From, p.Until, p.At = dayOf(dated), dayOf(from), dayOf(until), time.UnixMilli(at).UTC()
		each(p)
		return nil
	}, `SELECT `+paperColumns+` FROM merit_promote_paper WHERE gone = 0 AND `+tail, args...)
}

func papersOf(ctx context.Context, tx *store.Tx, person string) (out []Paper, err error) {
	err = papersWhere(ctx, tx, func(p Paper) { out = append(out, p) }, `person = $1 ORDER BY at, id`, person)
	return out, err
}

// papersFor are the papers about a post itself.
func papersFor(ctx context.Context, tx *store.Tx, post string) (out []Paper, err error) {
	if post == "" {
		return nil, nil
	}
	err = papersWhere(ctx, tx, func(p Paper) { out = append(out, p) }, `person = '' AND post = $1 ORDER BY at, id`, post)
	return out, err
}

// allPapers are those about people, by person.
func allPapers(ctx context.Context, tx *store.Tx) (map[string][]Paper, error) {
	out := map[string][]Paper{}
	err := papersWhere(ctx, tx, func(p Paper) { out[p.Person] = append(out[p.Person], p) }, `person <> '' ORDER BY at, id`)
	return out, err
}

func paperByID(ctx context.Context, tx *store.Tx, id string) (p Paper, ok bool, err error) {
	err = papersWhere(ctx, tx, func(x Paper) { p, ok = x, true }, `id = $1`, id)
	return p, ok, err
}

func insertPaper(ctx context.Context, tx *store.Tx, p Paper) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_promote_paper (`+paperColumns+`, gone, gone_by, gone_why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, '', '')`,
		p.ID, string(p.Kind), p.Person, p.Post, p.Value, p.Number, p.Dated.String(), p.From.String(), p.Until.String(), p.Note, p.By, p.At.UnixMilli())
	return err
}

func withdrawPaper(ctx context.Context, tx *store.Tx, id, by, why string) error {
	_, err := tx.ExecContext(ctx, `UPDATE merit_promote_paper SET gone = $1, gone_by = $2, gone_why = $3 WHERE id = $4 AND gone = 0`, tx.Now.UnixMilli(), by, why, id)
	return err
}

// Decision is one policy as it was set.
type Decision struct {
	Seq    int64     `json:"seq"`
	Fact   string    `json:"fact"`
	Value  string    `json:"value"`
	Months int       `json:"months,omitempty"` // how long there is, where something may follow an appointment
	From   day.Day   `json:"from"`
	Decree string    `json:"decree"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// decisions are all policies that were ever set, the oldest first.
func decisions(ctx context.Context, tx *store.Tx) (out []Decision, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var d Decision
		var from string
		var at int64
		if err := rows.Scan(&d.Seq, &d.Fact, &d.Value, &d.Months, &from, &d.Decree, &d.Reason, &d.By, &at); err != nil {
			return err
		}
		d.From, d.At = dayOf(from), time.UnixMilli(at).UTC()
		out = append(out, d)
		return nil
	}, `SELECT seq, fact, value, months, from_day, decree, reason, actor, at FROM merit_promote_policy ORDER BY seq`)
	return out, err
}

// monthsOf ends the name under which a policy keeps its months. It is no fact.
const monthsOf = ".months"

// policyOn is the policy in force on a day.
func policyOn(ctx context.Context, tx *store.Tx, on day.Day) (Policy, error) {
	all, err := decisions(ctx, tx)
	if err != nil {
		return nil, err
	}
	p, since := Policy{}, map[string]day.Day{}
	for _, d := range all {
		if d.From <= on && (p[d.Fact] == "" || d.From >= since[d.Fact]) {
			p[d.Fact], since[d.Fact] = d.Value, d.From
			if d.Months > 0 {
				p[d.Fact+monthsOf] = strconv.Itoa(d.Months)
			}
		}
	}
	return p, nil
}

func insertDecision(ctx context.Context, tx *store.Tx, d *Decision) error {
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) + 1 FROM merit_promote_policy`).Scan(&d.Seq); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_promote_policy (seq, fact, value, months, from_day, decree, reason, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.Seq, d.Fact, d.Value, d.Months, d.From.String(), d.Decree, d.Reason, d.By, d.At.UnixMilli())
	return err
}

// Excused is a tenure that was set apart.
type Excused struct {
	Person string    `json:"person"`
	Tenure string    `json:"tenure"`
	Cause  string    `json:"cause"`
	Note   string    `json:"note"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

func excusesWhere(ctx context.Context, tx *store.Tx, each func(Excused), tail string, args ...any) error {
	return tx.Each(ctx, func(rows *sql.Rows) error {
		var e Excused
		var at int64
		if err := rows.Scan(&e.Person, &e.Tenure, &e.Cause, &e.Note, &e.By, &at); err != nil {
			return err
		}
		e.At = time.UnixMilli(at).UTC()
		each(e)
		return nil
	}, `SELECT person, tenure, cause, note, actor, at FROM merit_promote_excuse `+tail, args...)
}

func putExcuse(ctx context.Context, tx *store.Tx, e Excused) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_promote_excuse (person, tenure, cause, note, actor, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (person, tenure) DO UPDATE SET cause = excluded.cause, note = excluded.note, actor = excluded.actor, at = excluded.at`,
		e.Person, e.Tenure, e.Cause, e.Note, e.By, e.At.UnixMilli())
	return err
}

func insertReply(ctx context.Context, tx *store.Tx, r Reply) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_promote_reply (id, person, about, body, at) VALUES ($1, $2, $3, $4, $5)`, r.ID, r.Person, r.About, r.Text, r.At.UnixMilli())
	return err
}

func repliesOf(ctx context.Context, tx *store.Tx, person, about string) (out []Reply, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var r Reply
		var at int64
		if err := rows.Scan(&r.ID, &r.Person, &r.About, &r.Text, &at); err != nil {
			return err
		}
		r.At = time.UnixMilli(at).UTC()
		out = append(out, r)
		return nil
	}, `SELECT id, person, about, body, at FROM merit_promote_reply WHERE person = $1 AND about = $2 ORDER BY at DESC, id DESC LIMIT 50`, person, about)
	return out, err
}

// ownVersion grows with every change of this slice that moves an answer.
func ownVersion(ctx context.Context, tx *store.Tx) (n int64, err error) {
	var papers, gone, excuses int64
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN gone > 0 THEN 1 ELSE 0 END), 0) FROM merit_promote_paper`).Scan(&papers, &gone)
	if err == nil {
		err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(at), 0) FROM merit_promote_excuse`).Scan(&excuses)
	}
	return papers + gone + excuses, err
}
