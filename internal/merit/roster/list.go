package roster

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// ListInput filters and pages the list of people.
type ListInput struct {
	On     day.Day // day.None means today
	Unit   string  // with everything below it; "" for all
	Area   string  // kode wilayah, with everything in it; "" for all
	Level  Level   // "" for all
	Status Status  // "" for all who serve
	Text   string  // part of a name
	Sort   string  // one of Sorts; "" is the name
	After  string  // id of the last row of the page before
	Limit  int     // 50 when 0, at most 500
}

// Sorts are the orders of the list.
func Sorts() []string { return []string{"name", "nip", "grade", "level"} }

// List is a page of the list.
type List struct {
	On    day.Day `json:"on"`
	Total int     `json:"total"` // of those who may be seen
	Rows  []Row   `json:"rows"`
	Next  string  `json:"next,omitempty"` // After of the next page
}

const (
	usualPage = 50
	mostPage  = 500
	// mostThen is how many people a list of another day may have: it is made
	// from the database, not from the index of today.
	mostThen = 200_000
)

func (in *ListInput) check(t *tree) error {
	var c checker
	c.one("level", string(in.Level), levelNames(), true)
	c.one("status", string(in.Status), statusNames(), true)
	c.one("sort", in.Sort, Sorts(), true)
	c.text("text", in.Text, maxQuestion, false)
	c.Add(in.Unit == "" || t.units[in.Unit] != nil, "unit", "roster.list.unit", clip(in.Unit), t.on)
	c.area("area", in.Area)
	return c.Fields.Err()
}

// People lists people. Faults: Invalid; Denied for those who may see nobody.
func (s *Service) People(ctx context.Context, who actor.Actor, in ListInput) (List, error) {
	var out List
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = s.list(ctx, tx, who, in)
		return err
	})
	return out, err
}

// EachPerson calls yield for each row of the list, for an export; a page at a
// time is in memory.
func (s *Service) EachPerson(ctx context.Context, who actor.Actor, in ListInput, yield func(Row) error) error {
	in.Limit = mostPage
	for {
		page, err := s.People(ctx, who, in)
		if err != nil {
			return err
		}
		for _, r := range page.Rows {
			if err := yield(r); err != nil {
				return err
			}
		}
		if in.After = page.Next; in.After == "" {
			return nil
		}
	}
}

func (s *Service) list(ctx context.Context, tx *store.Tx, who actor.Actor, in ListInput) (List, error) {
	if err := s.allow(who, "search.people", Resource{Type: "people"}); err != nil {
		return List{}, err
	}
	today := s.today()
	if in.On == day.None {
		in.On = today
	}
	if in.Limit <= 0 {
		in.Limit = usualPage
	}
	in.Limit = min(in.Limit, mostPage)
	out := List{On: in.On}
	now, err := s.tree(ctx, tx, today)
	if err != nil {
		return out, err
	}
	then, err := s.tree(ctx, tx, in.On)
	if err != nil {
		return out, err
	}
	if err := in.check(then); err != nil {
		return out, err
	}
	r := s.reach(who, "roster.person.read", "person", now)
	if r.nobody() {
		return out, s.denied(who, "search.people", Resource{Type: "people"})
	}
	e, err := s.find.people.refresh(ctx, tx, people{}, today)
	if err != nil {
		return out, err
	}
	// Who may be seen is decided by where people are today, what is listed by
	// where they were on the day.
	parts := e.parts(r.see)
	if in.On != today {
		if parts, err = s.partsOn(ctx, tx, parts, in, then); err != nil {
			return out, err
		}
	}
	sift := in.sift(parts, then)
	var page []place
	if r.all && in.On == today { // it does not depend on who asks
		known, have := s.counts.get(e, in.countKey())
		if page, out.Total = sift.page(in, known, have); !have {
			s.counts.put(e, in.countKey(), out.Total)
		}
	} else {
		page, out.Total = sift.page(in, 0, false)
	}
	ids := make([]string, len(page))
	for i, f := range page {
		ids[i] = f.part.id(f.doc)
	}
	if len(ids) > in.Limit {
		ids = ids[:in.Limit]
		out.Next = ids[len(ids)-1]
	}
	out.Rows, err = s.rowsOn(ctx, tx, who, now, then, ids)
	return out, err
}

// then keeps the docs of the other day that was listed last, since people leaf
// through a list.
type then struct {
	most int // people; mostThen when 0
	mu   sync.Mutex
	key  thenKey
	seg  *segment
}

// thenKey is what the docs of another day depend on; unit and area only where
// there are too many people to keep all of them.
type thenKey struct {
	seq        int64
	on         day.Day
	unit, area string
}

// partsOn are the docs of another day, of those who may be seen today.
func (s *Service) partsOn(ctx context.Context, tx *store.Tx, parts []part, in ListInput, t *tree) ([]part, error) {
	seq, err := lastSeq(ctx, tx)
	if err != nil {
		return nil, err
	}
	n, all := 0, true
	for _, p := range parts {
		n, all = n+p.n, all && p.all
	}
	key := thenKey{seq: seq, on: in.On}
	var ids func() ([]string, error)
	most := cmp.Or(s.then.most, mostThen)
	switch {
	case n <= most:
		ids = func() ([]string, error) { return visible(parts, n, func(part) bool { return true }) }
	case in.Unit != "" || in.Area != "":
		key.unit, key.area = in.Unit, in.Area
		ids = func() ([]string, error) { return peopleIn(ctx, tx, t, in, most) }
	default: // those who may be seen may still be few
		list, err := visible(parts, most, func(p part) bool { return p.all })
		if err != nil {
			return nil, err
		}
		seg, err := docsOn(ctx, tx, list, in.On)
		return []part{partOf(seg, nil)}, err
	}
	k := &s.then
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seg == nil || k.key != key {
		list, err := ids()
		if err != nil {
			return nil, err
		}
		seg, err := docsOn(ctx, tx, list, in.On)
		if err != nil {
			return nil, err
		}
		k.key, k.seg = key, seg
	}
	seg := k.seg
	if all {
		return []part{partOf(seg, nil)}, nil
	}
	return []part{partOf(seg, func(i int) bool {
		id := seg.id(i)
		for _, p := range parts {
			if doc, ok := p.seek(id); ok && p.may(doc) {
				return true
			}
		}
		return false
	})}, nil
}

// visible are the ids of those who may be seen, and of all of a part that is
// taken whole; TooLarge when there are more than most.
func visible(parts []part, most int, whole func(part) bool) (ids []string, err error) {
	for _, p := range parts {
		every := whole(p)
		for i := range p.n {
			if !every && !p.may(i) {
				continue
			}
			if len(ids) == most {
				return nil, tooManyThen(most)
			}
			ids = append(ids, p.id(i))
		}
	}
	return ids, nil
}

func tooManyThen(most int) error { return fault.New(fault.TooLarge, "roster.list.then", most) }

// peopleIn are the ids of those who held a post in the units of a list on its
// day.
func peopleIn(ctx context.Context, tx *store.Tx, t *tree, in ListInput, most int) (ids []string, err error) {
	chosen := t.chosen(in.Unit, in.Area)
	var units, posts []string
	for id := range t.units {
		if chosen(id) {
			units = append(units, id)
		}
	}
	slices.Sort(units)
	on := in.On.String()
	err = many(tx, units, func(among string, args []any) error {
		more, err := idList(ctx, tx, `SELECT DISTINCT id FROM merit_roster_post WHERE gone = 0 AND unit `+among, args...)
		posts = append(posts, more...)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(posts)
	seen := map[string]bool{}
	err = many(tx, slices.Compact(posts), func(among string, args []any) error {
		n := strconv.Itoa(len(args) + 1)
		more, err := idList(ctx, tx, `SELECT person FROM merit_roster_tenure WHERE gone = 0 AND post `+among+` AND from_day <= $`+n+` AND (until_day = '' OR until_day > $`+n+`)`, append(args, on)...)
		for _, id := range more {
			seen[id] = true
		}
		if err == nil && len(seen) > most {
			err = tooManyThen(most)
		}
		return err
	})
	return slices.Collect(maps.Keys(seen)), err
}

// docsOn makes the docs of people on a day.
func docsOn(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (*segment, error) {
	slices.Sort(ids)
	docs, err := people{}.some(ctx, tx, on, slices.Compact(ids), func(day.Day, string) {})
	if err != nil {
		return nil, err
	}
	b := newBuilder()
	for _, d := range docs {
		b.add(d)
	}
	return b.done(), nil
}
