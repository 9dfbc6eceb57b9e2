package callup

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"netral/internal/fault"
	"netral/internal/store"
)

func insertCall(ctx context.Context, tx *store.Tx, c *Call) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_callup_call (id, round, person, grp, place, state, at, due, acked_at, why, note, instead, panel, questions,
		opened_at, scored_at, told_at, reply, filed_at, secret) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, '', $10, '[]', '[]', 0, 0, 0, '', 0, $11)`,
		c.ID, c.Round, c.Person, c.Group, c.Place, c.State, milli(c.At), milli(c.Due), c.Why, c.Instead, c.secret)
	return err
}

func updateCall(ctx context.Context, tx *store.Tx, c *Call) error {
	panel, err := encoded(c.Panel)
	if err != nil {
		return err
	}
	questions, err := encoded(c.Questions)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE merit_callup_call SET state = $2, acked_at = $3, why = $4, note = $5, panel = $6, questions = $7,
		opened_at = $8, scored_at = $9, told_at = $10, reply = $11, filed_at = $12 WHERE id = $1`,
		c.ID, c.State, milli(c.Acked), c.Why, c.Note, panel, questions, milli(c.OpenedAt), milli(c.ScoredAt), milli(c.ToldAt), c.Reply, milli(c.FiledAt))
	return err
}

func callsOf(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Call, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var c Call
		var panel, questions, rules, source string
		var at, due, acked, opened, scored, told, filed int64
		if err := rows.Scan(&c.ID, &c.Round, &c.Person, &c.Group, &c.Place, &c.State, &at, &due, &acked, &c.Why, &c.Note, &c.Instead, &panel, &questions,
			&opened, &scored, &told, &c.Reply, &filed, &c.secret, &c.Programme, &c.Number, &rules, &source, &c.Name, &c.Post, &c.PostTitle, &c.Unit, &c.UnitName); err != nil {
			return err
		}
		c.At, c.Due, c.Acked, c.OpenedAt, c.ScoredAt, c.ToldAt, c.FiledAt = moment(at), moment(due), moment(acked), moment(opened), moment(scored), moment(told), moment(filed)
		for text, to := range map[string]any{panel: &c.Panel, questions: &c.Questions} {
			if err := json.Unmarshal([]byte(text), to); err != nil {
				return err
			}
		}
		if err := json.Unmarshal([]byte(rules), &c.Rules); err != nil {
			return err
		}
		c.Title = c.Rules.Title
		out = append(out, c)
		return nil
	}, `SELECT c.id, c.round, c.person, c.grp, c.place, c.state, c.at, c.due, c.acked_at, c.why, c.note, c.instead, c.panel, c.questions,
		c.opened_at, c.scored_at, c.told_at, c.reply, c.filed_at, c.secret, r.programme, r.number, r.rules, r.source, l.name, l.post, l.title, l.unit, l.unit_name
		FROM merit_callup_call c JOIN merit_callup_round r ON r.id = c.round
		JOIN merit_callup_listed l ON l.round = c.round AND l.person = c.person `+tail, args...)
	return out, err
}

func call(ctx context.Context, tx *store.Tx, id string) (Call, error) {
	list, err := callsOf(ctx, tx, `WHERE c.id = $1`, id)
	if err != nil {
		return Call{}, err
	}
	if len(list) == 0 {
		return Call{}, fault.New(fault.NotFound, "callup.call.none", clip(id))
	}
	c := list[0]
	sheets, err := sheetsOf(ctx, tx, id)
	if err != nil {
		return Call{}, err
	}
	for i := range c.Panel {
		for _, s := range sheets {
			c.Panel[i].Given = c.Panel[i].Given || s.Member == c.Panel[i].Person
		}
	}
	return c, nil
}

func sheetsOf(ctx context.Context, tx *store.Tx, call string) (out []Sheet, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var s Sheet
		if err := json.Unmarshal([]byte(body), &s); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	}, `SELECT body FROM merit_callup_sheet WHERE call = $1 ORDER BY member`, call)
	return out, err
}

func insertSheet(ctx context.Context, tx *store.Tx, call string, s Sheet) error {
	body, err := encoded(s)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO merit_callup_sheet (call, member, body, at) VALUES ($1, $2, $3, $4)`, call, s.Member, body, milli(s.At))
	if store.IsUnique(err) {
		return fault.Wrap(fault.Conflict, err, "callup.score.given")
	}
	return err
}

func putPanel(ctx context.Context, tx *store.Tx, call string, members []Member) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM merit_callup_member WHERE call = $1`, call); err != nil {
		return err
	}
	for _, m := range members {
		if _, err := tx.ExecContext(ctx, `INSERT INTO merit_callup_member (call, person) VALUES ($1, $2)`, call, m.Person); err != nil {
			return err
		}
	}
	return nil
}

// rested are those who were called in the last n rounds that drew.
func rested(ctx context.Context, tx *store.Tx, before []Round, n int) (map[string]bool, error) {
	out := map[string]bool{}
	for i := len(before) - 1; i >= 0 && n > 0; i-- {
		if before[i].State != Drawn {
			continue
		}
		n--
		calls, err := callsOf(ctx, tx, `WHERE c.round = $1`, before[i].ID)
		if err != nil {
			return nil, err
		}
		for j := range calls {
			if calls[j].Live() {
				out[calls[j].Person] = true
			}
		}
	}
	return out, nil
}

// standing is where somebody stood in a round: in a group of how many with which
// quota, or kept off by a rule.
type standing struct {
	Round    string
	Title    string
	Number   int
	At       time.Time
	Group    string
	N, Quota int
	Off      string // the rule that kept the person off the list
	State    string // of their call; "" when not called
}

func standingsOf(ctx context.Context, tx *store.Tx, person string) (out []standing, err error) {
	rounds, err := roundsOf(ctx, tx, `WHERE state <> 'void' ORDER BY announced_at, id`)
	if err != nil {
		return nil, err
	}
	for i := range rounds {
		r := &rounds[i]
		s := standing{Round: r.ID, Title: r.Rules.Title, Number: r.Number, At: r.Announced}
		err := tx.QueryRowContext(ctx, `SELECT grp FROM merit_callup_listed WHERE round = $1 AND person = $2`, r.ID, person).Scan(&s.Group)
		if errors.Is(err, sql.ErrNoRows) {
			err = tx.QueryRowContext(ctx, `SELECT reason FROM merit_callup_off WHERE round = $1 AND person = $2`, r.ID, person).Scan(&s.Off)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		for _, g := range r.Groups {
			if g.Name == s.Group {
				s.N, s.Quota = g.N, g.Quota
			}
		}
		if err := tx.QueryRowContext(ctx, `SELECT state FROM merit_callup_call WHERE round = $1 AND person = $2`, r.ID, person).Scan(&s.State); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}
