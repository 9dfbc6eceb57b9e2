package roster

import (
	"context"
	"database/sql"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/store"
)

func hasNIK(ctx context.Context, tx *store.Tx, person string) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM merit_roster_nik WHERE person = $1 AND gone = 0`, person).Scan(&n)
	return n > 0, err
}

// home is where somebody works, or worked last.
type home struct {
	unit  string
	level Level
	post  string
	kind  string
	now   bool // on the day; else it has ended or not begun
}

// homes finds the units in which people work on a day: of the definitive post,
// else of one held for another, else of the last post.
func homes(ctx context.Context, tx *store.Tx, people []string, on day.Day) (map[string]home, error) {
	type best struct {
		home
		rank int
		from string
	}
	found := make(map[string]best, len(people))
	at := on.String()
	err := blocks(people, func(args []any) error {
		return tx.Each(ctx, func(rows *sql.Rows) error {
			var person, post, kind, from, until, unit, level string
			if err := rows.Scan(&person, &post, &kind, &from, &until, &unit, &level); err != nil {
				return err
			}
			b := best{home: home{unit: unit, post: post, kind: kind, level: Level(level)}, from: from}
			if b.now = from <= at && (until == "" || at < until); b.now {
				b.rank = 10 - kindRank(kind)
			} else if from <= at {
				b.rank = 1
			}
			if had, ok := found[person]; !ok || b.rank > had.rank || b.rank == had.rank && (b.from > had.from || b.from == had.from && b.post > had.post) {
				found[person] = b
			}
			return nil
		}, `SELECT t.person, t.post, t.kind, t.from_day, t.until_day, p.unit, p.level FROM merit_roster_tenure t
JOIN merit_roster_post p ON p.id = t.post AND p.gone = 0
WHERE t.gone = 0 AND t.person IN (`+listed(tx, args)+`)
AND (p.from_day <= t.from_day OR p.from_day <= $`+itoa(len(args)+1)+`)
ORDER BY t.person, p.from_day DESC`, append(args, at)...)
	})
	out := make(map[string]home, len(found))
	for id, b := range found {
		out[id] = b.home
	}
	return out, err
}

func relatives(ctx context.Context, tx *store.Tx, person string, on day.Day) ([]Relative, error) {
	rows, err := facts(ctx, tx, KindRelation, `(person = $1 OR other = $2) AND gone = 0 ORDER BY person, id`, person, person)
	if err != nil {
		return nil, err
	}
	var out []Relative
	var ids []string
	for i := range rows {
		r := Relative{Relation: rows[i].relation()}
		r.Person, r.Kind = r.Relation.Other, r.Relation.Kind
		if r.Person == person {
			r.Person, r.Kind = r.Relation.Person, reverse(r.Relation.Kind)
		}
		ids = append(ids, r.Person)
		out = append(out, r)
	}
	who, err := peopleOn(ctx, tx, ids, on)
	for i := range out {
		if p := who[out[i].Person]; p != nil {
			out[i].Name = p.FullName()
		}
	}
	return out, err
}

// reverse is what the one is to the other when the other is kind to the one.
func reverse(kind string) string {
	switch kind {
	case "parent":
		return "child"
	case "child":
		return "parent"
	case "grandparent":
		return "grandchild"
	case "grandchild":
		return "grandparent"
	case "uncle_aunt":
		return "nephew_niece"
	case "nephew_niece":
		return "uncle_aunt"
	}
	return kind
}

func insertLook(ctx context.Context, tx *store.Tx, id, person string, who actor.Actor, what, reason string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_roster_look (person, at, id, viewer, viewer_person, via, what, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		person, tx.Now.UnixMilli(), id, who.ID, who.Person, who.Via, what, reason)
	return err
}

// looksAt lists who looked, the newest first.
func looksAt(ctx context.Context, tx *store.Tx, person string, n int) (out []Look, err error) {
	var ids []string
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var l Look
		var at int64
		err := rows.Scan(&at, &l.Viewer, &l.Person, &l.Via, &l.What, &l.Reason)
		l.At = time.UnixMilli(at).UTC()
		out = append(out, l)
		if l.Person != "" {
			ids = append(ids, l.Person)
		}
		return err
	}, `SELECT at, viewer, viewer_person, via, what, reason FROM merit_roster_look WHERE person = $1 ORDER BY at DESC, id DESC LIMIT $2`, person, n)
	if err != nil {
		return nil, err
	}
	who, err := peopleOn(ctx, tx, ids, day.At(tx.Now))
	for i := range out {
		if p := who[out[i].Person]; p != nil {
			out[i].Name = p.FullName()
		}
	}
	return out, err
}

func forgetLooks(ctx context.Context, tx *store.Tx, before time.Time) (int64, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM merit_roster_look WHERE at < $1`, before.UnixMilli())
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
