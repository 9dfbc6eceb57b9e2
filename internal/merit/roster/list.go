package roster

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
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
	// from the database each time.
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
		if parts, err = s.partsOn(ctx, tx, parts, in.On); err != nil {
			return out, err
		}
	}
	found := in.filter(parts, then)
	out.Total = len(found)
	page := in.page(found)
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
	mu  sync.Mutex
	seq int64
	on  day.Day
	seg *segment
}

// partsOn are the docs of another day, of those who may be seen today.
func (s *Service) partsOn(ctx context.Context, tx *store.Tx, parts []part, on day.Day) ([]part, error) {
	var all []string
	seen := map[string]bool{}
	for _, p := range parts {
		for i := range p.n {
			id := p.id(i)
			all = append(all, id)
			if p.may(i) {
				seen[id] = true
			}
		}
	}
	if len(all) > mostThen { // too many to keep; those who may be seen may still be few
		if len(seen) > mostThen {
			return nil, fault.New(fault.TooLarge, "roster.list.then", mostThen)
		}
		seg, err := docsOn(ctx, tx, slices.Collect(maps.Keys(seen)), on)
		return []part{{seg, func(int) bool { return true }}}, err
	}
	seq, err := lastSeq(ctx, tx)
	if err != nil {
		return nil, err
	}
	k := &s.then
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seg == nil || k.seq != seq || k.on != on {
		seg, err := docsOn(ctx, tx, all, on)
		if err != nil {
			return nil, err
		}
		k.seq, k.on, k.seg = seq, on, seg
	}
	seg := k.seg
	return []part{{seg, func(i int) bool { return seen[string(seg.idBytes(i))] }}}, nil
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

// place is a doc of a part.
type place struct {
	part *part
	doc  int
}

// filter walks the docs, in the order of names within each part.
func (in *ListInput) filter(parts []part, t *tree) []place {
	statuses := Statuses()
	chosen := t.chosen(in.Unit, in.Area)
	placed := in.Unit != "" || in.Area != ""
	level := int8(levelRank(in.Level))
	var out []place
	for k := range parts {
		p := &parts[k]
		in2 := make([]bool, len(p.units))
		for i, u := range p.units {
			in2[i] = chosen(u)
		}
		named := p.named(in.Text)
		for i := range p.n {
			st := p.status[i]
			switch {
			case !in2[p.unit[i]],
				placed && p.level[i] < 0, // they were there once
				in.Level != "" && p.level[i] != level,
				st < 0,
				in.Status == "" && !statuses[st].Serving(),
				in.Status != "" && statuses[st] != in.Status,
				named != nil && !named[i],
				!p.may(i):
				continue
			}
			out = append(out, place{p, i})
		}
	}
	return out
}

// named marks the docs that have, for each word of a text, a word that begins
// with it; nil when the text is empty.
func (s *segment) named(text string) map[int]bool {
	list := question(text)
	if len(list) == 0 {
		return nil
	}
	var marked map[int]bool
	for _, w := range list {
		next := map[int]bool{}
		from, to := s.prefix(w)
		for i := from; i < to; i++ {
			for _, d := range s.docsOf(uint32(i)) {
				if marked == nil || marked[int(d)] {
					next[int(d)] = true
				}
			}
		}
		marked = next
	}
	return marked
}

// order is the order of the list.
func (in *ListInput) order() func(a, b place) int {
	return func(a, b place) int {
		var c int
		switch in.Sort {
		case "nip":
			c = strings.Compare(a.part.nip(a.doc), b.part.nip(b.doc))
		case "grade": // the highest first
			c = cmp.Compare(b.part.grade[b.doc], a.part.grade[a.doc])
		case "level": // the highest first, those without a post last
			c = cmp.Compare(uint8(a.part.level[a.doc]), uint8(b.part.level[b.doc]))
		}
		return cmp.Or(c, compareNames(a, b))
	}
}

// page sorts and cuts what comes after the last row of the page before; one
// more than the limit, to know whether there is a next page.
func (in *ListInput) page(found []place) []place {
	compare := in.order()
	var last *place
	if in.After != "" {
		for i := range found {
			if string(found[i].part.idBytes(found[i].doc)) == in.After {
				last = &found[i]
				break
			}
		}
		if last == nil {
			return nil // gone since: the caller begins again
		}
	}
	want := in.Limit + 1
	var out []place
	for _, f := range found {
		if last != nil && compare(f, *last) <= 0 {
			continue
		}
		if len(out) == want && compare(f, out[want-1]) >= 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(out, f, compare)
		if len(out) == want {
			out = out[:want-1]
		}
		out = slices.Insert(out, i, f)
	}
	return out
}

// compareNames is the order of names, then ids, also across parts.
func compareNames(a, b place) int {
	if a.part == b.part {
		return cmp.Compare(a.doc, b.doc)
	}
	x, y := a.part.wordsOf(a.doc), b.part.wordsOf(b.doc)
	for i := range min(len(x), len(y)) {
		if c := strings.Compare(a.part.lex[x[i]], b.part.lex[y[i]]); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a.part.id(a.doc), b.part.id(b.doc)))
}
