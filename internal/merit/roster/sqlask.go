package roster

import (
	"context"
	"database/sql"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

const askColumns = `id, person, fact, ref, from_day, seen, field, held, wanted, note, at, due, state, decided_at, decided_by, answer, seq`

func scanAsked(rows *sql.Rows) (a Asked, err error) {
	var from string
	var at, due, decided int64
	err = rows.Scan(&a.ID, &a.Person, &a.Kind, &a.Fact, &from, &a.Seen, &a.Field, &a.Held, &a.Wanted, &a.Note, &at, &due, &a.State, &decided, &a.By, &a.Answer, &a.Seq)
	a.From, a.At, a.Due = dayOf(from), time.UnixMilli(at).UTC(), time.UnixMilli(due).UTC()
	if decided != 0 {
		a.Decided = time.UnixMilli(decided).UTC()
	}
	return a, err
}

func asks(ctx context.Context, tx *store.Tx, tail string, args ...any) (all []Asked, err error) {
	var ids []string
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		a, err := scanAsked(rows)
		all, ids = append(all, a), append(ids, a.Person)
		return err
	}, `SELECT `+askColumns+` FROM merit_roster_asked WHERE `+tail, args...)
	if err != nil {
		return nil, err
	}
	who, err := peopleOn(ctx, tx, ids, day.At(tx.Now))
	for i := range all {
		if p := who[all[i].Person]; p != nil {
			all[i].Name = p.FullName()
		}
		all[i].Late = all[i].State == AskOpen && tx.Now.After(all[i].Due) || all[i].State != AskOpen && all[i].Decided.After(all[i].Due)
	}
	return all, err
}

func asksOf(ctx context.Context, tx *store.Tx, person string) ([]Asked, error) {
	return asks(ctx, tx, `person = $1 ORDER BY at DESC, id DESC LIMIT 100`, person)
}

func openList(ctx context.Context, tx *store.Tx, n int) ([]Asked, error) {
	return asks(ctx, tx, `state = 'open' ORDER BY due, id LIMIT $1`, n)
}

func askedByID(ctx context.Context, tx *store.Tx, id string) (Asked, error) {
	all, err := asks(ctx, tx, `id = $1`, id)
	if err != nil {
		return Asked{}, err
	}
	if len(all) == 0 {
		return Asked{}, fault.New(fault.NotFound, "roster.ask.unknown", clip(id))
	}
	return all[0], nil
}

func openAsks(ctx context.Context, tx *store.Tx, person string) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM merit_roster_asked WHERE person = $1 AND state = 'open'`, person).Scan(&n)
	return n, err
}

func insertAsked(ctx context.Context, tx *store.Tx, a Asked, by string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_roster_asked (id, person, fact, ref, from_day, seen, field, held, wanted, note, at, due, actor, state, decided_at, decided_by, answer, seq)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'open', 0, '', '', 0)`,
		a.ID, a.Person, string(a.Kind), a.Fact, a.From.String(), a.Seen, a.Field, a.Held, a.Wanted, a.Note, a.At.UnixMilli(), a.Due.UnixMilli(), by)
	return err
}

func updateAsked(ctx context.Context, tx *store.Tx, a Asked) error {
	_, err := tx.ExecContext(ctx, `UPDATE merit_roster_asked SET state = $1, decided_at = $2, decided_by = $3, answer = $4, seq = $5 WHERE id = $6 AND state = 'open'`,
		a.State, a.Decided.UnixMilli(), a.By, a.Answer, a.Seq, a.ID)
	return err
}
