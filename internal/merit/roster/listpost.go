package roster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/store"
)

// PostsInput filters and pages the list of posts.
type PostsInput struct {
	On     day.Day // day.None means today
	Unit   string  // with everything below it; "" for all
	Area   string  // kode wilayah, with everything in it; "" for all
	Level  Level   // "" for all
	Vacant bool    // only those with an empty seat
	Sort   string  // one of PostSorts; "" is the title
	After  string  // id of the last row of the page before
	Limit  int     // 50 when 0, at most 500

	whole bool // no limit
}

// PostSorts are the orders of the list of posts.
func PostSorts() []string { return []string{"title", "level", "unit", "vacant"} }

// PostRow is a post in a list.
type PostRow struct {
	Post     Post   `json:"post"` // without its duties
	UnitName string `json:"unit_name"`
	Taken    int    `json:"taken"`  // definitive holders
	Acting   int    `json:"acting"` // Plt and Plh
	Vacant   int    `json:"vacant"`
}

// PostList is a page of the list of posts.
type PostList struct {
	On     day.Day   `json:"on"`
	Total  int       `json:"total"`
	Seats  int       `json:"seats"`
	Vacant int       `json:"vacant"` // empty seats
	Rows   []PostRow `json:"rows"`
	Next   string    `json:"next,omitempty"` // After of the next page
}

// page cuts what comes after the last row of the page before, which is named by
// its id; a row that is gone begins the list again. next is empty on the last
// page.
func page[T any](all []T, id func(T) string, after string, limit int) (rows []T, next string) {
	if after != "" {
		if i := slices.IndexFunc(all, func(x T) bool { return id(x) == after }); i >= 0 {
			all = all[i+1:]
		}
	}
	if len(all) > limit {
		return all[:limit], id(all[limit-1])
	}
	return all, ""
}

func pageLimit(n int, whole bool) int {
	switch {
	case whole:
		return math.MaxInt
	case n <= 0:
		return usualPage
	}
	return min(n, mostPage)
}

// Posts lists posts and how they are filled on a day. Who holds them is not
// told here. Faults: Invalid; those of Allow.
func (s *Service) Posts(ctx context.Context, who actor.Actor, in PostsInput) (out PostList, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = s.posts(ctx, tx, who, in)
		return err
	})
	return out, err
}

func (s *Service) posts(ctx context.Context, tx *store.Tx, who actor.Actor, in PostsInput) (PostList, error) {
	if in.On == day.None {
		in.On = s.today()
	}
	out := PostList{On: in.On}
	t, r, err := s.postReach(ctx, tx, who, in.On)
	if err != nil {
		return out, err
	}
	var c checker
	c.one("level", string(in.Level), levelNames(), true)
	c.one("sort", in.Sort, PostSorts(), true)
	c.Add(in.Unit == "" || t.units[in.Unit] != nil, "unit", "roster.list.unit", clip(in.Unit), in.On)
	c.area("area", in.Area)
	if err := c.Fields.Err(); err != nil {
		return out, err
	}
	st, err := s.staffing(ctx, tx, in.On)
	if err != nil {
		return out, err
	}
	chosen := t.chosen(in.Unit, in.Area)
	var all []*staffed
	for i := range st.posts {
		p := &st.posts[i]
		if in.Level != "" && p.post.Level != in.Level || in.Vacant && p.vacant() == 0 || !r.sees(p.post.Unit) || !chosen(p.post.Unit) {
			continue
		}
		out.Seats += p.post.Seats
		out.Vacant += p.vacant()
		all = append(all, p)
	}
	out.Total = len(all)
	slices.SortFunc(all, func(a, b *staffed) int {
		var c int
		switch in.Sort {
		case "level":
			c = cmp.Compare(uint8(levelRank(a.post.Level)), uint8(levelRank(b.post.Level)))
		case "unit":
			c = cmp.Compare(t.name(a.post.Unit), t.name(b.post.Unit))
		case "vacant":
			c = cmp.Compare(b.vacant(), a.vacant())
		}
		return cmp.Or(c, cmp.Compare(a.post.Title, b.post.Title), cmp.Compare(a.post.ID, b.post.ID))
	})
	all, out.Next = page(all, func(p *staffed) string { return p.post.ID }, in.After, pageLimit(in.Limit, in.whole))
	for _, p := range all {
		out.Rows = append(out.Rows, PostRow{Post: p.post, UnitName: t.name(p.post.Unit), Taken: p.taken, Acting: p.acting, Vacant: p.vacant()})
	}
	return out, nil
}

// postReach is the units of a day and whose posts may be seen: asked about with
// the units of today and, for those that are no more, of the day.
func (s *Service) postReach(ctx context.Context, tx *store.Tx, who actor.Actor, on day.Day) (*tree, reach, error) {
	t, err := s.tree(ctx, tx, on)
	if err != nil {
		return nil, reach{}, err
	}
	r := s.reach(who, "roster.post.read", "unit", t)
	r.self = ""
	if r.nobody() && len(t.units) > 0 {
		return nil, r, s.denied(who, "roster.post.read", Resource{Type: "unit"})
	}
	return t, r, nil
}

// sees says whether a unit is within reach.
func (r *reach) sees(unit string) bool { return r.all || r.units[unit] }

// name is the name of a unit; of one that is not there on the day, its id.
func (t *tree) name(id string) string {
	if u := t.units[id]; u != nil {
		return u.Name
	}
	return id
}

// UnitsInput filters and pages the list of units.
type UnitsInput struct {
	On    day.Day // day.None means today
	Unit  string  // what is below it, itself included; "" for all
	Area  string  // kode wilayah, with everything in it
	Kind  string  // "dinas"; "" for all
	Lacks string  // one of UnitLacks; "" for all
	Sort  string  // one of UnitSorts; "" is the name
	After string  // id of the last row of the page before
	Limit int     // 50 when 0, at most 500

	whole bool // no limit
}

// UnitSorts are the orders of the list of units.
func UnitSorts() []string { return []string{"name", "kind", "vacant"} }

// UnitLacks are what a unit of the list may lack: somebody who leads it, or
// holders for all its seats.
func UnitLacks() []string { return []string{"head", "holders"} }

// UnitRow is a unit in a list.
type UnitRow struct {
	Unit   Unit   `json:"unit"`
	Above  string `json:"above"` // name of the unit above
	Posts  int    `json:"posts"`
	Seats  int    `json:"seats"`
	Vacant int    `json:"vacant"`
	Led    string `json:"led"` // Definitive, "acting", or "" while nobody leads it
}

// UnitList is a page of the list of units.
type UnitList struct {
	On    day.Day   `json:"on"`
	Total int       `json:"total"`
	Kinds []string  `json:"kinds"` // of all units of the day
	Rows  []UnitRow `json:"rows"`
	Next  string    `json:"next,omitempty"`
}

// Units lists units with how they are filled on a day. Faults: Invalid; those
// of Allow.
func (s *Service) Units(ctx context.Context, who actor.Actor, in UnitsInput) (out UnitList, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = s.units(ctx, tx, who, in)
		return err
	})
	return out, err
}

func (s *Service) units(ctx context.Context, tx *store.Tx, who actor.Actor, in UnitsInput) (UnitList, error) {
	if in.On == day.None {
		in.On = s.today()
	}
	out := UnitList{On: in.On}
	t, err := s.tree(ctx, tx, in.On)
	if err != nil {
		return out, err
	}
	r := s.reach(who, "roster.unit.read", "unit", t)
	r.self = ""
	if r.nobody() && len(t.units) > 0 {
		return out, s.denied(who, "roster.unit.read", Resource{Type: "tree"})
	}
	for _, u := range t.units {
		if u.Kind != "" && r.sees(u.ID) && !slices.Contains(out.Kinds, u.Kind) {
			out.Kinds = append(out.Kinds, u.Kind)
		}
	}
	slices.Sort(out.Kinds)
	var c checker
	c.one("lacks", in.Lacks, UnitLacks(), true)
	c.one("sort", in.Sort, UnitSorts(), true)
	c.one("kind", in.Kind, out.Kinds, true)
	c.Add(in.Unit == "" || t.units[in.Unit] != nil, "unit", "roster.list.unit", clip(in.Unit), in.On)
	c.area("area", in.Area)
	if err := c.Fields.Err(); err != nil {
		return out, err
	}
	st, err := s.staffing(ctx, tx, in.On)
	if err != nil {
		return out, err
	}
	all := unitRows(t, st)
	chosen := t.chosen(in.Unit, in.Area)
	all = slices.DeleteFunc(all, func(u UnitRow) bool {
		return !r.sees(u.Unit.ID) || !chosen(u.Unit.ID) || in.Kind != "" && u.Unit.Kind != in.Kind ||
			in.Lacks == "head" && u.Led != "" || in.Lacks == "holders" && u.Vacant == 0
	})
	out.Total = len(all)
	slices.SortFunc(all, func(a, b UnitRow) int {
		var c int
		switch in.Sort {
		case "kind":
			c = cmp.Compare(a.Unit.Kind, b.Unit.Kind)
		case "vacant":
			c = cmp.Compare(b.Vacant, a.Vacant)
		}
		return cmp.Or(c, cmp.Compare(a.Unit.Name, b.Unit.Name), cmp.Compare(a.Unit.ID, b.Unit.ID))
	})
	out.Rows, out.Next = page(all, func(u UnitRow) string { return u.Unit.ID }, in.After, pageLimit(in.Limit, in.whole))
	return out, nil
}

// unitRows counts the seats of each unit.
func unitRows(t *tree, st *staffing) []UnitRow {
	index := make(map[string]int, len(t.units))
	out := make([]UnitRow, 0, len(t.units))
	for id, u := range t.units {
		index[id] = len(out)
		row := UnitRow{Unit: *u}
		if t.units[u.Parent] != nil {
			row.Above = t.name(u.Parent)
		}
		out = append(out, row)
	}
	for i := range st.posts {
		p := &st.posts[i]
		k, ok := index[p.post.Unit]
		if !ok {
			continue
		}
		u := &out[k]
		u.Posts++
		u.Seats += p.post.Seats
		u.Vacant += p.vacant()
		switch {
		case !p.post.Head:
		case p.taken > 0:
			u.Led = Definitive
		case p.acting > 0 && u.Led == "":
			u.Led = "acting"
		}
	}
	return out
}
