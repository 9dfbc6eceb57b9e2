package roster

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"netral/internal/day"
	"netral/internal/store"
)

// subjectsAfter reads people behind an id, in order, each as on a day or as they
// were last before it; those who are not there yet are absent. Most bounds the
// rows that are read.
func subjectsAfter(ctx context.Context, tx *store.Tx, after string, on day.Day, most int) ([]subject, error) {
	at := on.String()
	var out []subject
	read := 0
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var s subject
		var from, before, behind, born, status string
		if err := rows.Scan(&s.id, &from, &s.nip, &s.name, &before, &behind, &s.grade, &s.education, &s.field, &born, &s.sex, &status); err != nil {
			return err
		}
		read++
		p := Person{Name: s.name, Before: before, After: behind}
		s.name, s.born, s.serving = p.FullName(), dayOf(born), Status(status).Serving()
		if from > at {
			s = subject{id: s.id, absent: true}
		}
		if n := len(out); n > 0 && out[n-1].id == s.id {
			if from <= at {
				out[n-1] = s
			}
			return nil
		}
		out = append(out, s)
		return nil
	}, `SELECT id, from_day, nip, name, front, back, grade, education, field, born, sex, status FROM merit_roster_person WHERE id > $1 AND gone = 0 ORDER BY id, from_day LIMIT $2`, after, most)
	if read == most && len(out) > 1 {
		out = out[:len(out)-1] // perhaps not all rows of the last one
	}
	return out, err
}

// tenuresOf reads the tenures of the people from one id to another, by person, in
// order of days.
func tenuresOf(ctx context.Context, tx *store.Tx, first, last string) (map[string][]Tenure, error) {
	out := map[string][]Tenure{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var t Tenure
		var from, until string
		if err := rows.Scan(&t.Person, &t.ID, &t.Post, &t.Kind, &from, &until); err != nil {
			return err
		}
		t.From, t.Until = dayOf(from), dayOf(until)
		out[t.Person] = append(out[t.Person], t)
		return nil
	}, `SELECT person, id, post, kind, from_day, until_day FROM merit_roster_tenure WHERE person >= $1 AND person <= $2 AND gone = 0`, first, last)
	for _, list := range out {
		slices.SortFunc(list, func(a, b Tenure) int {
			return cmp.Or(cmp.Compare(begins(a.From), begins(b.From)), cmp.Compare(a.ID, b.ID))
		})
	}
	return out, err
}

// nikDoubts lists who has a NIK, of the people from one id to another, and what
// in it contradicted them.
func nikDoubts(ctx context.Context, tx *store.Tx, first, last string) (map[string]string, error) {
	out := map[string]string{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var id, doubt string
		err := rows.Scan(&id, &doubt)
		out[id] = doubt
		return err
	}, `SELECT person, doubt FROM merit_roster_nik WHERE person >= $1 AND person <= $2 AND gone = 0`, first, last)
	return out, err
}

// countFacts is how many facts were ever written.
func countFacts(ctx context.Context, tx *store.Tx) (int64, error) {
	var n int64
	err := tx.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(facts), 0) AS BIGINT) FROM merit_roster_change`).Scan(&n)
	return n, err
}

// inspectedPosts reads of all posts what the checks need, in order of days. The
// texts of many posts are the same; each is kept once.
func inspectedPosts(ctx context.Context, tx *store.Tx) (map[string][]Post, error) {
	out := map[string][]Post{}
	known := map[string]string{}
	once := func(s string) string {
		if k, ok := known[s]; ok {
			return k
		}
		known[s] = s
		return s
	}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var p Post
		var from, until string
		if err := rows.Scan(&p.ID, &from, &until, &p.Unit, &p.Title, &p.Seats, &p.Head); err != nil {
			return err
		}
		p.From, p.Until, p.Unit, p.Title = dayOf(from), dayOf(until), once(p.Unit), once(p.Title)
		out[p.ID] = append(out[p.ID], p)
		return nil
	}, `SELECT id, from_day, until_day, unit, title, seats, head FROM merit_roster_post WHERE gone = 0 ORDER BY id, from_day`)
	return out, err
}
