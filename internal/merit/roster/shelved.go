package roster

import (
	"context"
	"database/sql"

	"netral/internal/day"
	"netral/internal/store"
)

// people is the source of the index of people.
type people struct{}

// peoplePage is how many people are read at a time.
const peoplePage = 20_000

func (p people) all(ctx context.Context, tx *store.Tx, on day.Day, yield func(doc), turn func(day.Day, string)) error {
	posts, err := seats(ctx, tx, on)
	if err != nil {
		return err
	}
	after := ""
	for {
		rows, err := personNames(ctx, tx, `id > $1 AND gone = 0 ORDER BY id, from_day LIMIT $2`, after, peoplePage)
		if err != nil || len(rows) == 0 {
			return err
		}
		last := rows[len(rows)-1].id
		if len(rows) == peoplePage && rows[0].id != last {
			for rows[len(rows)-1].id == last { // perhaps not all rows of the last one
				rows = rows[:len(rows)-1]
			}
		}
		after = rows[len(rows)-1].id
		held, err := tenuresBetween(ctx, tx, rows[0].id, after)
		if err != nil {
			return err
		}
		p.join(rows, held, posts, on, yield, turn)
	}
}

func (p people) some(ctx context.Context, tx *store.Tx, on day.Day, ids []string, turn func(day.Day, string)) (out []doc, err error) {
	err = blocks(ids, func(args []any) error {
		rows, err := personNames(ctx, tx, `gone = 0 AND id IN (`+listed(tx, args)+`) ORDER BY id, from_day`, args...)
		if err != nil {
			return err
		}
		held, err := tenuresWhere(ctx, tx, `t.person IN (`+listed(tx, args)+`)`, args...)
		if err != nil {
			return err
		}
		posts, err := seatsOf(ctx, tx, held, on)
		if err != nil {
			return err
		}
		p.join(rows, held, posts, on, func(d doc) { out = append(out, d) }, turn)
		return nil
	})
	return out, err
}

// join makes docs of people and their tenures, both in order of the person.
func (people) join(rows []nameRow, held []heldRow, posts map[string]seat, on day.Day, yield func(doc), turn func(day.Day, string)) {
	at := on.String()
	next := 0
	for i := 0; i < len(rows); {
		r, id := rows[i], rows[i].id
		for ; i < len(rows) && rows[i].id == id; i++ {
			if rows[i].from <= at {
				r = rows[i]
			} else {
				turn(dayOf(rows[i].from), id)
			}
			if until := rows[i].until; until != "" && until > at {
				turn(dayOf(until), id)
			}
		}
		for next < len(held) && held[next].person < id {
			next++
		}
		rank, from := 0, ""
		var best seat
		for ; next < len(held) && held[next].person == id; next++ {
			h := held[next]
			now := 1
			switch {
			case h.from > at:
				now = 0
				turn(dayOf(h.from), id)
			case h.until == "" || at < h.until:
				now = 10 - kindRank(h.kind)
			}
			if h.until != "" && h.until > at {
				turn(dayOf(h.until), id)
			}
			if p, ok := posts[h.post]; ok && (now > rank || now == rank && h.from >= from) {
				rank, from, best = now, h.from, p
				if now < 2 {
					best.level = -1 // where they were: for who may see them
				}
			}
		}
		if best.unit == "" {
			best.level = -1
		}
		yield(doc{id: id, name: r.name, nip: r.nip, nrk: r.nrk, unit: best.unit, level: best.level, status: r.status, grade: r.grade})
	}
}

func (people) since(ctx context.Context, tx *store.Tx, seq int64, most int) ([]string, error) {
	ids, err := idList(ctx, tx, `SELECT DISTINCT id FROM merit_roster_person WHERE seq > $1 LIMIT $2`, seq, most+1)
	if err != nil || len(ids) > most {
		return ids, err
	}
	for _, q := range []string{
		`SELECT DISTINCT person FROM merit_roster_touch WHERE seq > $1 LIMIT $2`,
		`SELECT DISTINCT t.person FROM merit_roster_post p JOIN merit_roster_tenure t ON t.post = p.id WHERE p.seq > $1 LIMIT $2`,
	} {
		more, err := idList(ctx, tx, q, seq, most+1)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	return ids, nil
}

// postDocs is the source of the index of posts, unitDocs that of units.
type (
	postDocs struct{}
	unitDocs struct{}
)

func (postDocs) all(ctx context.Context, tx *store.Tx, on day.Day, yield func(doc), turn func(day.Day, string)) error {
	return versions(ctx, tx, KindPost, on, "", nil, turn, func(f *fact) {
		yield(doc{id: f.id, name: f.vals[1].(string), unit: f.vals[0].(string), level: int8(levelRank(Level(f.vals[2].(string)))), status: -1})
	})
}

func (p postDocs) some(ctx context.Context, tx *store.Tx, on day.Day, ids []string, turn func(day.Day, string)) (out []doc, err error) {
	err = blocks(ids, func(args []any) error {
		return versions(ctx, tx, KindPost, on, ` AND id IN (`+listed(tx, args)+`)`, args, turn, func(f *fact) {
			out = append(out, doc{id: f.id, name: f.vals[1].(string), unit: f.vals[0].(string), level: int8(levelRank(Level(f.vals[2].(string)))), status: -1})
		})
	})
	return out, err
}

func (postDocs) since(ctx context.Context, tx *store.Tx, seq int64, most int) ([]string, error) {
	return idList(ctx, tx, `SELECT DISTINCT id FROM merit_roster_post WHERE seq > $1 LIMIT $2`, seq, most+1)
}

func (unitDocs) all(ctx context.Context, tx *store.Tx, on day.Day, yield func(doc), turn func(day.Day, string)) error {
	return versions(ctx, tx, KindUnit, on, "", nil, turn, func(f *fact) {
		yield(doc{id: f.id, name: f.vals[1].(string), also: f.vals[2].(string), unit: f.id, level: -1, status: -1})
	})
}

func (unitDocs) some(ctx context.Context, tx *store.Tx, on day.Day, ids []string, turn func(day.Day, string)) (out []doc, err error) {
	err = blocks(ids, func(args []any) error {
		return versions(ctx, tx, KindUnit, on, ` AND id IN (`+listed(tx, args)+`)`, args, turn, func(f *fact) {
			out = append(out, doc{id: f.id, name: f.vals[1].(string), also: f.vals[2].(string), unit: f.id, level: -1, status: -1})
		})
	})
	return out, err
}

func (unitDocs) since(ctx context.Context, tx *store.Tx, seq int64, most int) ([]string, error) {
	return idList(ctx, tx, `SELECT DISTINCT id FROM merit_roster_unit WHERE seq > $1 LIMIT $2`, seq, most+1)
}

// versions calls yield with the row of each id that is true on the day.
func versions(ctx context.Context, tx *store.Tx, k Kind, on day.Day, more string, args []any, turn func(day.Day, string), yield func(*fact)) error {
	s := newScanner(k)
	return tx.Each(ctx, func(rows *sql.Rows) error {
		f, err := s.scan(rows)
		if err != nil {
			return err
		}
		turn(f.from, f.id)
		if f.until != day.None {
			turn(f.until, f.id)
		}
		if holds(f.from, f.until, on) {
			yield(&f)
		}
		return nil
	}, `SELECT `+k.list()+` FROM `+k.table()+` WHERE gone = 0`+more, args...)
}
