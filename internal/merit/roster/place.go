package roster

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"netral/internal/day"
	"netral/internal/store"
)

// Holding is a tenure with the post and the unit it was in.
type Holding struct {
	Tenure Tenure `json:"tenure"`
	Post   Post   `json:"post"`
	Unit   Unit   `json:"unit"`
	Seq    int64  `json:"seq"` // of the change that said so
}

// Superior is whom somebody answers to.
type Superior struct {
	Person string `json:"person"` // "" while the post is vacant
	Name   string `json:"name"`
	Post   Post   `json:"post"`
	Unit   Unit   `json:"unit"`
	Kind   string `json:"kind"` // Definitive, Plt, Plh
	Open   bool   `json:"open"` // whoever asked may look at the page about them
}

// version picks the row of a post that is true on a day, else the nearest one
// before it, else the first.
func version(rows []Post, on day.Day) Post {
	var best Post
	for i, p := range rows {
		if i == 0 || begins(p.From) <= int64(on) {
			best = p
		}
	}
	return best
}

// postRows reads the rows of posts that stand, by id, in order of days.
func postRows(ctx context.Context, tx *store.Tx, column string, keys []string) (map[string][]Post, error) {
	rows, err := standing(ctx, tx, KindPost, column, keys)
	if err != nil {
		return nil, err
	}
	out := map[string][]Post{}
	for i := range rows {
		p := rows[i].post()
		out[p.ID] = append(out[p.ID], p)
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b Post) int { return cmp.Compare(begins(a.From), begins(b.From)) })
	}
	return out, nil
}

// holdings completes tenures with posts and units, the oldest first.
func (s *Service) holdings(ctx context.Context, tx *store.Tx, rows []fact, on day.Day) ([]Holding, error) {
	ids := map[string]bool{}
	for i := range rows {
		ids[rows[i].vals[0].(string)] = true
	}
	posts, err := postRows(ctx, tx, "id", slices.Sorted(maps.Keys(ids)))
	if err != nil {
		return nil, err
	}
	out := make([]Holding, 0, len(rows))
	for i := range rows {
		h := Holding{Tenure: rows[i].tenure(), Seq: rows[i].seq}
		at := within(on, h.Tenure.From, h.Tenure.Until)
		h.Post = version(posts[h.Tenure.Post], at)
		t, err := s.tree(ctx, tx, on)
		if err != nil {
			return nil, err
		}
		if u := t.units[h.Post.Unit]; u != nil {
			h.Unit = *u
		} else if h.Unit, err = unitAt(ctx, tx, h.Post.Unit, at); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(begins(a.Tenure.From), begins(b.Tenure.From)), cmp.Compare(a.Tenure.ID, b.Tenure.ID))
	})
	return out, nil
}

// within is the day of [from, until) that is nearest to on.
func within(on, from, until day.Day) day.Day {
	if from != day.None && on < from {
		return from
	}
	if until != day.None && on >= until {
		return until - 1
	}
	return on
}

// unitAt is a unit as it was on a day, or nearest to it before.
func unitAt(ctx context.Context, tx *store.Tx, id string, on day.Day) (Unit, error) {
	rows, err := facts(ctx, tx, KindUnit, `id = $1 AND gone = 0 ORDER BY from_day`, id)
	if err != nil || len(rows) == 0 {
		return Unit{ID: id}, err
	}
	best := rows[0].unit()
	for i := range rows {
		if begins(rows[i].from) <= int64(on) {
			best = rows[i].unit()
		}
	}
	return best, nil
}

// current picks what is held on a day: definitive posts first, the higher the
// earlier.
func current(all []Holding, on day.Day) []Holding {
	var out []Holding
	for _, h := range all {
		if holds(h.Tenure.From, h.Tenure.Until, on) {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(kindRank(a.Tenure.Kind), kindRank(b.Tenure.Kind)), cmp.Compare(levelRank(a.Post.Level), levelRank(b.Post.Level)))
	})
	return out
}

func kindRank(kind string) int { return slices.Index([]string{Definitive, Plt, Plh}, kind) }

func levelRank(l Level) int { return slices.Index(Levels(), l) }

// Holder is somebody who holds a post.
type Holder struct {
	Person string  `json:"person"`
	Name   string  `json:"name"`
	Grade  string  `json:"grade"`
	Tenure Tenure  `json:"tenure"`
	Open   bool    `json:"open"` // whoever asked may look at the page about them
	Row    *Person `json:"-"`
}

// holders finds who holds the posts on a day, by post, definitive ones first.
func holders(ctx context.Context, tx *store.Tx, posts []string, on day.Day) (map[string][]Holder, error) {
	rows, err := standing(ctx, tx, KindTenure, "post", posts)
	if err != nil {
		return nil, err
	}
	people := map[string]bool{}
	var now []Tenure
	for i := range rows {
		if holds(rows[i].from, rows[i].until, on) {
			now = append(now, rows[i].tenure())
			people[rows[i].person] = true
		}
	}
	who, err := peopleOn(ctx, tx, slices.Sorted(maps.Keys(people)), on)
	if err != nil {
		return nil, err
	}
	out := map[string][]Holder{}
	for _, t := range now {
		h := Holder{Person: t.Person, Tenure: t}
		if p := who[t.Person]; p != nil {
			h.Name, h.Grade, h.Row = p.FullName(), p.Grade, p
		}
		out[t.Post] = append(out[t.Post], h)
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b Holder) int {
			return cmp.Or(cmp.Compare(kindRank(a.Tenure.Kind), kindRank(b.Tenure.Kind)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Person, b.Person))
		})
	}
	return out, nil
}

// peopleOn reads people as they are on a day, or nearest to it.
func peopleOn(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]*Person, error) {
	rows, err := standing(ctx, tx, KindPerson, "id", ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b fact) int { return cmp.Compare(begins(a.from), begins(b.from)) })
	out := make(map[string]*Person, len(ids))
	for i := range rows {
		if p := rows[i].personRow(); out[p.ID] == nil || begins(p.From) <= int64(on) {
			out[p.ID] = &p
		}
	}
	return out, nil
}

// FullName is the name with its titles.
func (p *Person) FullName() string {
	n := p.Name
	if p.Before != "" {
		n = p.Before + " " + n
	}
	if p.After != "" {
		n += ", " + p.After
	}
	return n
}

// superior finds whom the holder of a post answers to: the head of the unit,
// or, for a head, the head of the unit above. Units without a post for a head
// are passed over.
func superior(ctx context.Context, tx *store.Tx, t *tree, p Post, on day.Day) (*Superior, error) {
	unit := t.units[p.Unit]
	if unit != nil && p.Head {
		unit = t.units[unit.Parent]
	}
	for range 64 {
		if unit == nil {
			return nil, nil
		}
		head, who, err := headOf(ctx, tx, unit.ID, on)
		if err != nil {
			return nil, err
		}
		if head != nil && head.ID != p.ID {
			s := &Superior{Post: *head, Unit: *unit}
			if len(who) > 0 {
				s.Person, s.Name, s.Kind = who[0].Person, who[0].Name, who[0].Tenure.Kind
			}
			return s, nil
		}
		unit = t.units[unit.Parent]
	}
	return nil, nil
}

// headOf finds the post that leads a unit on a day, and who holds it.
func headOf(ctx context.Context, tx *store.Tx, unit string, on day.Day) (*Post, []Holder, error) {
	rows, err := facts(ctx, tx, KindPost, `unit = $1 AND head AND gone = 0 ORDER BY id, from_day`, unit)
	if err != nil {
		return nil, nil, err
	}
	for i := range rows {
		if !holds(rows[i].from, rows[i].until, on) {
			continue
		}
		p := rows[i].post()
		who, err := holders(ctx, tx, []string{p.ID}, on)
		return &p, who[p.ID], err
	}
	return nil, nil, nil
}
