package roster

import (
	"cmp"
	"context"
	"errors"
	"runtime/debug"
	"sync"

	"netral/internal/day"
	"netral/internal/fault"
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

// shelf is one index: a large part that stays, a small part that is made anew
// with each change, and which docs of the large part no longer count.
type shelf struct {
	mu   sync.Mutex
	cur  *edition
	busy bool  // one is made in the background
	many int64 // facts; manyFacts when 0
}

// reader reads in a transaction of its own.
type reader func(context.Context, func(context.Context, *store.Tx) error) error

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

// refresh brings the shelf up to the transaction's state and the day. Of a large
// roster the index is made in the background when all of it must be: then the
// last one is given, which may not know what was written since, or, of none, Busy.
func (sh *shelf) refresh(ctx context.Context, tx *store.Tx, read reader, src source, on day.Day) (*edition, error) {
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
	n, err := countFacts(ctx, tx)
	if err != nil {
		return nil, err
	}
	if n >= cmp.Or(sh.many, manyFacts) {
		if !sh.busy {
			sh.busy = true
			go sh.apart(read, src, on)
		}
		if e == nil {
			return nil, fault.New(fault.Busy, "roster.find.working")
		}
		return e, nil
	}
	e, err = build(ctx, tx, src, seq, on)
	if err != nil {
		return nil, err
	}
	sh.cur = e
	return e, nil
}

// apart makes an edition that nobody waits for. When it fails, whoever asks next
// begins another.
func (sh *shelf) apart(read reader, src source, on day.Day) {
	var e *edition
	err := read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		seq, err := lastSeq(ctx, tx)
		if err == nil {
			e, err = build(ctx, tx, src, seq, on)
		}
		return err
	})
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.busy = false
	if err == nil {
		sh.cur = e
	}
}

// inTurn is a reader for what is made in the background, one after the other: each
// takes much memory while it is made.
func (s *Service) inTurn(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	defer debug.FreeOSMemory() // what making it needed is several times what stays
	return s.Book.Read(ctx, fn)
}

// Warm begins to make what people look things up in, so that the first of them
// need not wait for it.
func (s *Service) Warm(ctx context.Context) error {
	today := s.today()
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, x := range []struct {
			sh  *shelf
			src source
		}{{&s.find.people, people{}}, {&s.find.units, unitDocs{}}, {&s.find.posts, postDocs{}}} {
			if _, err := x.sh.refresh(ctx, tx, s.inTurn, x.src, today); err != nil && !errors.Is(err, fault.Busy) {
				return err
			}
		}
		_, err := s.tree(ctx, tx, today)
		return err
	})
	return err
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
