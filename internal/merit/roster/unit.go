package roster

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// UnitInput asks for a unit as of a day.
type UnitInput struct {
	ID string
	On day.Day // day.None means today
}

// UnitPage is a unit as of a day.
type UnitPage struct {
	On       day.Day  `json:"on"`
	Unit     Unit     `json:"unit"`
	Seq      int64    `json:"seq"` // of the row, for a correction
	Path     []Unit   `json:"path"`
	Head     *Post    `json:"head,omitempty"`
	HeadBy   []Holder `json:"head_by"`
	Posts    []Seat   `json:"posts"`
	Children []Child  `json:"children"`
	Vacant   int      `json:"vacant"` // seats without a holder
	History  []Held   `json:"history"`
	Mend     bool     `json:"mend"`
}

// Seat is a post with its holders on the day.
type Seat struct {
	Post    Post     `json:"post"`
	Holders []Holder `json:"holders"`
	Hidden  int      `json:"hidden"` // holders whom the asker may not see
	Vacant  int      `json:"vacant"`
}

// Child is a unit directly below.
type Child struct {
	Unit Unit   `json:"unit"`
	Head string `json:"head"` // name of who leads it
	By   string `json:"by"`   // their id
	Kind string `json:"kind"` // Definitive, Plt, Plh; "" while nobody does
}

// Unit shows a unit as of a day: who leads it, its posts and their holders, the
// units below. Faults: NotFound when there is no such unit on the day; those
// of Allow.
func (s *Service) Unit(ctx context.Context, who actor.Actor, in UnitInput) (UnitPage, error) {
	today := s.today()
	if in.On == day.None {
		in.On = today
	}
	out := UnitPage{On: in.On}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, err := s.tree(ctx, tx, today)
		if err != nil {
			return err
		}
		t, err := s.tree(ctx, tx, in.On)
		if err != nil {
			return err
		}
		// A unit that is no more is asked about where it was.
		res := now.unitResource("unit", in.ID)
		if now.units[in.ID] == nil {
			res = t.unitResource("unit", in.ID)
		}
		if err := s.allow(who, "roster.unit.read", res); err != nil {
			return err
		}
		u := t.units[in.ID]
		if u == nil {
			return fault.New(fault.NotFound, "roster.unit.unknown", clip(in.ID), in.On)
		}
		out.Mend = s.allow(who, "roster.unit.correct", res) == nil
		out.Unit, out.Path = *u, t.path(in.ID)
		if err := s.seatsOfUnit(ctx, tx, who, now, &out); err != nil {
			return err
		}
		if err := s.children(ctx, tx, t, &out); err != nil {
			return err
		}
		rows, err := facts(ctx, tx, KindUnit, `id = $1`, in.ID)
		if err != nil {
			return err
		}
		for i := range rows {
			if rows[i].gone == 0 && holds(rows[i].from, rows[i].until, in.On) {
				out.Seq = rows[i].seq
			}
		}
		out.History, err = held(ctx, tx, rows)
		return err
	})
	return out, err
}

// seatsOfUnit reads the posts of a unit on the day and who holds them. Who
// leads is public; others are shown to those who may see them.
func (s *Service) seatsOfUnit(ctx context.Context, tx *store.Tx, who actor.Actor, now *tree, out *UnitPage) error {
	rows, err := facts(ctx, tx, KindPost, `unit = $1 AND gone = 0 ORDER BY id, from_day`, out.Unit.ID)
	if err != nil {
		return err
	}
	var ids []string
	for i := range rows {
		if holds(rows[i].from, rows[i].until, out.On) {
			out.Posts = append(out.Posts, Seat{Post: rows[i].post()})
			ids = append(ids, rows[i].id)
		}
	}
	by, err := holders(ctx, tx, ids, out.On)
	if err != nil {
		return err
	}
	var people []string
	for _, list := range by {
		for _, h := range list {
			people = append(people, h.Person)
		}
	}
	slices.Sort(people)
	at, err := homes(ctx, tx, slices.Compact(people), now.on)
	if err != nil {
		return err
	}
	for i := range out.Posts {
		seat := &out.Posts[i]
		taken := 0
		for _, h := range by[seat.Post.ID] {
			if h.Tenure.Kind == Definitive {
				taken++
			}
			err := s.allow(who, "roster.person.read", now.personResource(h.Person, at[h.Person].unit))
			h.Open = err == nil || NeedsReason(err)
			if seat.Post.Head || h.Person == who.Person || err == nil {
				seat.Holders = append(seat.Holders, h)
			} else {
				seat.Hidden++
			}
		}
		seat.Vacant = max(0, seat.Post.Seats-taken)
		out.Vacant += seat.Vacant
		if seat.Post.Head {
			p := seat.Post
			out.Head, out.HeadBy = &p, seat.Holders
		}
	}
	slices.SortFunc(out.Posts, func(a, b Seat) int {
		return cmp.Or(-cmp.Compare(btoi(a.Post.Head), btoi(b.Post.Head)), cmp.Compare(levelRank(a.Post.Level), levelRank(b.Post.Level)),
			cmp.Compare(a.Post.Title, b.Post.Title), cmp.Compare(a.Post.ID, b.Post.ID))
	})
	return nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// children reads the units below and who leads them.
func (s *Service) children(ctx context.Context, tx *store.Tx, t *tree, out *UnitPage) error {
	var ids []string
	for _, u := range t.kids[out.Unit.ID] {
		ids = append(ids, u.ID)
	}
	heads, err := headsOf(ctx, tx, ids, t.on)
	if err != nil {
		return err
	}
	for _, u := range t.kids[out.Unit.ID] {
		c := Child{Unit: *u}
		if h := heads[u.ID]; len(h.by) > 0 {
			c.Head, c.By, c.Kind = h.by[0].Name, h.by[0].Person, h.by[0].Tenure.Kind
		}
		out.Children = append(out.Children, c)
	}
	return nil
}

// head is the post that leads a unit and who holds it.
type head struct {
	post Post
	by   []Holder
}

// headsOf finds who leads units on a day.
func headsOf(ctx context.Context, tx *store.Tx, units []string, on day.Day) (map[string]head, error) {
	posts := map[string]Post{}
	err := blocks(units, func(args []any) error {
		rows, err := facts(ctx, tx, KindPost, `gone = 0 AND head AND unit IN (`+listed(tx, args)+`)`, args...)
		for i := range rows {
			if holds(rows[i].from, rows[i].until, on) {
				posts[rows[i].id] = rows[i].post()
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	by, err := holders(ctx, tx, slices.Sorted(maps.Keys(posts)), on)
	out := map[string]head{}
	for id, p := range posts {
		if had, ok := out[p.Unit]; !ok || len(had.by) == 0 || had.post.ID > id && len(by[id]) > 0 {
			out[p.Unit] = head{p, by[id]}
		}
	}
	return out, err
}

// Branch is a unit in the tree, with those below.
type Branch struct {
	Unit  Unit     `json:"unit"`
	Below int      `json:"below"` // units in it, itself not counted
	Kids  []Branch `json:"kids,omitempty"`
}

// Tree is the units as of a day from one down (or from the top), as deep as is
// asked for. Units that may not be seen are left out with all below them.
func (s *Service) Tree(ctx context.Context, who actor.Actor, root string, depth int, on day.Day) ([]Branch, error) {
	if on == day.None {
		on = s.today()
	}
	var out []Branch
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, on)
		if err != nil {
			return err
		}
		tops := t.kids[""]
		if root != "" {
			u := t.units[root]
			if u == nil {
				return fault.New(fault.NotFound, "roster.unit.unknown", clip(root), on)
			}
			tops = []*Unit{u}
		}
		for _, u := range tops {
			if b, ok := s.branch(who, t, u, min(max(depth, 0), 16)); ok {
				out = append(out, b)
			}
		}
		if len(out) == 0 && len(tops) > 0 {
			return s.denied(who, "roster.unit.read", t.unitResource("unit", root))
		}
		return nil
	})
	return out, err
}

func (s *Service) branch(who actor.Actor, t *tree, u *Unit, depth int) (Branch, bool) {
	if s.allow(who, "roster.unit.read", t.unitResource("unit", u.ID)) != nil {
		return Branch{}, false
	}
	b := Branch{Unit: *u, Below: len(t.under(u.ID)) - 1}
	if depth > 0 {
		for _, k := range t.kids[u.ID] {
			if kid, ok := s.branch(who, t, k, depth-1); ok {
				b.Kids = append(b.Kids, kid)
			}
		}
	}
	return b, true
}
