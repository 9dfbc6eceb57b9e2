package appoint

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// dayText is a day as it is stored; "" for none.
func dayText(d day.Day) string {
	if d == day.None {
		return ""
	}
	return d.String()
}

func dayFrom(s string) (day.Day, error) {
	if s == "" {
		return day.None, nil
	}
	return day.Parse(s)
}

func insertTask(ctx context.Context, tx *store.Tx, t *Task) error {
	units, err := json.Marshal(t.Units)
	if err != nil {
		return err
	}
	body, err := json.Marshal(t.TaskBody)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO merit_appoint_task (batch, post, kind, owner, person, due, done, units, body) VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8)`,
		t.Batch, t.Post, t.Kind, t.Owner, t.Person, t.Due.String(), string(units), string(body))
	return err
}

func updateTask(ctx context.Context, tx *store.Tx, t *Task) error {
	body, err := json.Marshal(t.TaskBody)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE merit_appoint_task SET done = $4, body = $5 WHERE batch = $1 AND post = $2 AND kind = $3`, t.Batch, t.Post, t.Kind, dayText(t.Done), string(body))
	return err
}

func tasks(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Task, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var t Task
		var due, done, units, body string
		err := rows.Scan(&t.Batch, &t.Post, &t.Kind, &t.Owner, &t.Person, &due, &done, &units, &body)
		if err != nil {
			return err
		}
		if t.Due, err = dayFrom(due); err != nil {
			return err
		}
		if t.Done, err = dayFrom(done); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(units), &t.Units); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &t.TaskBody); err != nil {
			return err
		}
		out = append(out, t)
		return nil
	}, `SELECT batch, post, kind, owner, person, due, done, units, body FROM merit_appoint_task `+tail, args...)
	return out, err
}

func taskOf(ctx context.Context, tx *store.Tx, batch, post, kind string) (*Task, error) {
	var list []Task
	var err error
	if asked(batch) && asked(post) {
		list, err = tasks(ctx, tx, `WHERE batch = $1 AND post = $2 AND kind = $3`, batch, post, kind)
	}
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "appoint.task.none", clip(post))
	}
	return &list[0], nil
}

func insertAmendment(ctx context.Context, tx *store.Tx, a *Amendment) error {
	body, err := json.Marshal(a.AmendmentBody)
	if err != nil {
		return err
	}
	a.At = tx.Now
	_, err = tx.ExecContext(ctx, `INSERT INTO merit_appoint_amendment (year, number, batch, at, actor, body) VALUES ($1, $2, $3, $4, $5, $6)`, a.Year, a.Number, a.Batch, tx.Now.UnixMilli(), a.By, string(body))
	return err
}

func amendments(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Amendment, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var a Amendment
		var at int64
		var body string
		if err := rows.Scan(&a.Year, &a.Number, &a.Batch, &at, &a.By, &body); err != nil {
			return err
		}
		a.At = time.UnixMilli(at).UTC()
		out = append(out, a)
		return json.Unmarshal([]byte(body), &out[len(out)-1].AmendmentBody)
	}, `SELECT year, number, batch, at, actor, body FROM merit_appoint_amendment `+tail, args...)
	return out, err
}
