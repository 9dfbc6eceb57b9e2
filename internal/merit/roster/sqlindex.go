package roster

import (
	"context"
	"database/sql"
	"slices"

	"netral/internal/day"
	"netral/internal/store"
)

// nameRow is what the index needs of a person.
type nameRow struct {
	id, from, until, nip, nrk, name string
	status, grade                   int8
}

func personNames(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []nameRow, err error) {
	statuses, grades := Statuses(), append(Grades(), Classes()...)
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var r nameRow
		var status, grade string
		err := rows.Scan(&r.id, &r.from, &r.until, &r.nip, &r.nrk, &r.name, &status, &grade)
		r.status, r.grade = int8(slices.Index(statuses, Status(status))), int8(slices.Index(grades, grade))
		out = append(out, r)
		return err
	}, `SELECT id, from_day, until_day, nip, nrk, name, status, grade FROM merit_roster_person WHERE `+tail, args...)
	return out, err
}

// heldRow is what the index needs of a tenure.
type heldRow struct{ person, post, kind, from, until string }

func tenuresWhere(ctx context.Context, tx *store.Tx, cond string, args ...any) (out []heldRow, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var h heldRow
		err := rows.Scan(&h.person, &h.post, &h.kind, &h.from, &h.until)
		out = append(out, h)
		return err
	}, `SELECT t.person, t.post, t.kind, t.from_day, t.until_day FROM merit_roster_tenure t WHERE t.gone = 0 AND `+cond+` ORDER BY t.person, t.id`, args...)
	return out, err
}

func tenuresBetween(ctx context.Context, tx *store.Tx, first, last string) ([]heldRow, error) {
	return tenuresWhere(ctx, tx, `t.person >= $1 AND t.person <= $2`, first, last)
}

// seat is where a post is.
type seat struct {
	unit  string
	level int8
	from  string
}

// seats are all posts on a day, or nearest to it before.
func seats(ctx context.Context, tx *store.Tx, on day.Day) (map[string]seat, error) {
	out := map[string]seat{}
	return out, readSeats(ctx, tx, out, on, "")
}

func readSeats(ctx context.Context, tx *store.Tx, out map[string]seat, on day.Day, more string, args ...any) error {
	at := on.String()
	return tx.Each(ctx, func(rows *sql.Rows) error {
		var id, level string
		var s seat
		err := rows.Scan(&id, &s.from, &s.unit, &level)
		s.level = int8(levelRank(Level(level)))
		if had, ok := out[id]; !ok || s.from <= at && (s.from > had.from || had.from > at) {
			out[id] = s
		}
		return err
	}, `SELECT id, from_day, unit, level FROM merit_roster_post WHERE gone = 0`+more, args...)
}

func seatsOf(ctx context.Context, tx *store.Tx, held []heldRow, on day.Day) (map[string]seat, error) {
	ids := map[string]bool{}
	var list []string
	for _, h := range held {
		if !ids[h.post] {
			ids[h.post] = true
			list = append(list, h.post)
		}
	}
	out := map[string]seat{}
	err := blocks(list, func(args []any) error {
		return readSeats(ctx, tx, out, on, ` AND id IN (`+listed(tx, args)+`)`, args...)
	})
	return out, err
}

func idList(ctx context.Context, tx *store.Tx, q string, args ...any) (out []string, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, q, args...)
	return out, err
}
