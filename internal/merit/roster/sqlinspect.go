package roster

import (
	"context"
	"database/sql"

	"netral/internal/store"
)

// eachSubject reads the rows of all people, in order of person and day.
func eachSubject(ctx context.Context, tx *store.Tx, f func(id, from string, s subject)) error {
	return tx.Each(ctx, func(rows *sql.Rows) error {
		var s subject
		var from, before, after, born, status string
		if err := rows.Scan(&s.id, &from, &s.nip, &s.name, &before, &after, &s.grade, &s.education, &s.field, &born, &s.sex, &status); err != nil {
			return err
		}
		p := Person{Name: s.name, Before: before, After: after}
		s.name, s.born, s.serving = p.FullName(), dayOf(born), Status(status).Serving()
		f(s.id, from, s)
		return nil
	}, `SELECT id, from_day, nip, name, front, back, grade, education, field, born, sex, status FROM merit_roster_person WHERE gone = 0 ORDER BY id, from_day`)
}

// eachTenure reads all tenures, in order of person.
func eachTenure(ctx context.Context, tx *store.Tx, f func(Tenure)) error {
	return tx.Each(ctx, func(rows *sql.Rows) error {
		var t Tenure
		var from, until string
		if err := rows.Scan(&t.Person, &t.ID, &t.Post, &t.Kind, &from, &until); err != nil {
			return err
		}
		t.From, t.Until = dayOf(from), dayOf(until)
		f(t)
		return nil
	}, `SELECT person, id, post, kind, from_day, until_day FROM merit_roster_tenure WHERE gone = 0 ORDER BY person, id`)
}

// nikDoubts lists who has a NIK and what in it contradicted them.
func nikDoubts(ctx context.Context, tx *store.Tx) (map[string]string, error) {
	out := map[string]string{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var id, doubt string
		err := rows.Scan(&id, &doubt)
		out[id] = doubt
		return err
	}, `SELECT person, doubt FROM merit_roster_nik WHERE gone = 0`)
	return out, err
}
