package roster

import (
	"context"
	"database/sql"
	"sync"

	"netral/internal/day"
	"netral/internal/store"
)

// finder holds the indexes of one process: they are made from the database, and
// brought up to date before each question, from the changes that came since.
// So several processes on one database each find what the others wrote.
type finder struct {
	people shelf
	posts  shelf
	units  shelf
}

// changed is called after a commit. Nothing needs to be done: each question
// looks for changes itself. It is the place where a large index could be told
// to refresh before somebody asks.
func (f *finder) changed(int64) {}

// shelf is one index: a large part that stays, a small part that is made anew
// with each change, and which docs of the large part no longer count.
type shelf struct {
	mu  sync.Mutex
	cur *edition
}

// edition is a state of a shelf. It does not change once made.
type edition struct {
	seq   int64
	on    day.Day
	base  *segment
	dead  docSet // docs of the base that the small part replaces; nil for none
	late  *segment
	extra map[string]*doc // what the small part is made of; nil for one that is gone
	turns map[day.Day][]string
}

// source reads docs from the database.
type source interface {
	// all calls yield for each doc as of a day; turn for each later day on
	// which a doc will be another without any change.
	all(ctx context.Context, tx *store.Tx, on day.Day, yield func(doc), turn func(day.Day, string)) error
	// some reads the docs of the ids; those that are gone are left out.
	some(ctx context.Context, tx *store.Tx, on day.Day, ids []string, turn func(day.Day, string)) ([]doc, error)
	// since lists the ids that a change after seq touched, at most most+1.
	since(ctx context.Context, tx *store.Tx, seq int64, most int) ([]string, error)
}

// refresh brings the shelf up to the transaction's state and the day.
func (sh *shelf) refresh(ctx context.Context, tx *store.Tx, src source, on day.Day) (*edition, error) {
	seq, err := lastSeq(ctx, tx)
	if err != nil {
		return nil, err
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	e := sh.cur
	if e != nil && e.on == on && e.seq >= seq {
		return e, nil
	}
	if e != nil && on >= e.on {
		next, err := e.follow(ctx, tx, src, seq, on)
		if err != nil {
			return nil, err
		}
		if next != nil {
			sh.cur = next
			return next, nil
		}
	}
	e, err = build(ctx, tx, src, seq, on)
	if err != nil {
		return nil, err
	}
	sh.cur = e
	return e, nil
}

func build(ctx context.Context, tx *store.Tx, src source, seq int64, on day.Day) (*edition, error) {
	b := newBuilder()
	e := &edition{seq: seq, on: on, turns: map[day.Day][]string{}}
	if err := src.all(ctx, tx, on, b.add, e.turn); err != nil {
		return nil, err
	}
	e.base = b.done()
	return e, nil
}

// turn remembers that a doc becomes another on a day to come.
func (e *edition) turn(on day.Day, id string) {
	if on > e.on {
		e.turns[on] = append(e.turns[on], id)
	}
}

// enough is how many docs the small part may have.
func (e *edition) enough() int { return max(2000, e.base.n/16) }

// follow makes the edition after some changes; nil when there are so many that
// all is better made anew.
func (e *edition) follow(ctx context.Context, tx *store.Tx, src source, seq int64, on day.Day) (*edition, error) {
	ids, err := src.since(ctx, tx, e.seq, e.enough())
	if err != nil {
		return nil, err
	}
	next := &edition{seq: max(seq, e.seq), on: on, base: e.base, turns: map[day.Day][]string{}}
	fresh := map[string]bool{}
	for _, id := range ids {
		fresh[id] = true
	}
	for d, list := range e.turns {
		if d > on {
			next.turns[d] = list
			continue
		}
		for _, id := range list {
			fresh[id] = true
		}
	}
	if len(fresh)+len(e.extra) > e.enough() {
		return nil, nil
	}
	if len(fresh) == 0 {
		next.dead, next.late, next.extra = e.dead, e.late, e.extra
		return next, nil
	}
	ids = ids[:0]
	for id := range fresh {
		ids = append(ids, id)
	}
	docs, err := src.some(ctx, tx, on, ids, next.turn)
	if err != nil {
		return nil, err
	}
	next.extra = make(map[string]*doc, len(e.extra)+len(fresh))
	for id, d := range e.extra {
		next.extra[id] = d
	}
	for id := range fresh {
		next.extra[id] = nil
	}
	for i := range docs {
		next.extra[docs[i].id] = &docs[i]
	}
	next.lay()
	return next, nil
}

// lay makes the small part and marks what it replaces.
func (e *edition) lay() {
	e.dead = newDocSet(e.base.n)
	b := newBuilder()
	for id, d := range e.extra {
		if i, ok := e.base.seek(id); ok {
			e.dead.set(i)
		}
		if d != nil {
			b.add(*d)
		}
	}
	e.late = b.done()
}

// parts are the segments with what may be seen of each.
func (e *edition) parts(see func(s *segment) func(int) bool) []part {
	out := []part{partOf(e.base, see(e.base))}
	if dead, inner := e.dead, out[0].may; dead != nil {
		out[0].all, out[0].may = false, func(i int) bool { return !dead.has(i) && inner(i) }
	}
	if e.late != nil && e.late.n > 0 {
		out = append(out, partOf(e.late, see(e.late)))
	}
	return out
}

// part is a segment with what may be seen of it.
type part struct {
	*segment
	may func(doc int) bool
	all bool // may is true for every doc
}

// partOf makes a part; without may all of it may be seen.
func partOf(s *segment, may func(int) bool) part {
	if may == nil {
		return part{s, func(int) bool { return true }, true}
	}
	return part{s, may, false}
}

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
