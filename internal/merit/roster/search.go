package roster

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
)

// SearchInput is what somebody typed: a name, also a misspelt one, a part of a
// NIP or NRK of at least four digits, a unit or its abbreviation, a post.
type SearchInput struct {
	Text  string
	Limit int // of each list; 10 when 0, at most 50
}

// Found is what was found, the nearest first.
type Found struct {
	People []Row     `json:"people"`
	Units  []UnitHit `json:"units"`
	Posts  []PostHit `json:"posts"`
}

// Row is a person in a list or among results, as of the day of the list.
type Row struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	NIP    string `json:"nip"`
	Grade  string `json:"grade"`
	Status Status `json:"status"`
	Post   string `json:"post"`
	Level  Level  `json:"level"`
	Unit   string `json:"unit"`
	UnitID string `json:"unit_id"`
	Acting bool   `json:"acting"`
}

// UnitHit is a unit among results.
type UnitHit struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Abbreviation string `json:"abbreviation"`
	Above        string `json:"above"`
}

// PostHit is a post among results.
type PostHit struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Unit   string `json:"unit"`
	UnitID string `json:"unit_id"`
}

const (
	usualHits = 10
	mostHits  = 50
	// hitsSlack is how many more are taken from the index than are shown, for
	// those about whom Allow says no.
	hitsSlack = 20
	minDigits = 4
)

// Search finds people, units and posts. Who may not be seen is not found: not
// shown, and not counted.
func (s *Service) Search(ctx context.Context, who actor.Actor, in SearchInput) (Found, error) {
	var out Found
	if in.Limit <= 0 || in.Limit > mostHits {
		in.Limit = usualHits
	}
	number := TidyNumber(in.Text)
	if !digits(number) {
		number = ""
	}
	list := question(in.Text)
	if len(list) == 0 {
		return out, fault.Fields{{Name: "q", Key: "roster.search.empty"}}.Err()
	}
	if number != "" && len(number) < minDigits {
		return out, fault.Fields{{Name: "q", Key: "roster.search.digits", Args: []any{minDigits}}}.Err()
	}
	if err := s.allow(who, "search.people", Resource{Type: "people"}); err != nil {
		return out, err
	}
	today := s.today()
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, today)
		if err != nil {
			return err
		}
		if err := s.findPeople(ctx, tx, who, t, list, number, in.Limit, &out); err != nil {
			return err
		}
		if number != "" {
			return nil
		}
		if err := s.findUnits(ctx, tx, who, t, list, in, &out); err != nil {
			return err
		}
		return s.findPosts(ctx, tx, who, t, list, in.Limit, &out)
	})
	return out, err
}

func (s *Service) findPeople(ctx context.Context, tx *store.Tx, who actor.Actor, t *tree, list []string, number string, limit int, out *Found) error {
	r := s.reach(who, "roster.person.read", "person", t)
	if r.nobody() {
		return nil
	}
	e, err := s.find.people.refresh(ctx, tx, people{}, t.on)
	if err != nil {
		return err
	}
	type hit struct {
		match
		id string
	}
	var hits []hit
	for _, p := range e.parts(r.see) {
		found := []match(nil)
		if number != "" {
			found = p.number(number, limit+hitsSlack, p.may)
		} else {
			found = p.find(list, limit+hitsSlack, p.may)
		}
		for _, m := range found {
			hits = append(hits, hit{m, p.id(m.doc)})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.cost, b.cost) })
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.id
	}
	rows, err := s.rows(ctx, tx, who, t, ids)
	out.People = rows[:min(limit, len(rows))]
	return err
}

// rows reads people for a list as they are today, in the order of the ids.
// Those about whom Allow says no are left out.
func (s *Service) rows(ctx context.Context, tx *store.Tx, who actor.Actor, t *tree, ids []string) ([]Row, error) {
	return s.rowsOn(ctx, tx, who, t, t, ids)
}

// rowsOn is rows as of the day of on; whether somebody may be seen is decided
// by where they are on the day of now.
func (s *Service) rowsOn(ctx context.Context, tx *store.Tx, who actor.Actor, now, on *tree, ids []string) ([]Row, error) {
	names, err := peopleOn(ctx, tx, ids, on.on)
	if err != nil {
		return nil, err
	}
	today, err := homes(ctx, tx, ids, now.on)
	if err != nil {
		return nil, err
	}
	then := today
	if on.on != now.on {
		if then, err = homes(ctx, tx, ids, on.on); err != nil {
			return nil, err
		}
	}
	var postIDs []string
	for _, h := range then {
		postIDs = append(postIDs, h.post)
	}
	slices.Sort(postIDs)
	posts, err := postRows(ctx, tx, "id", slices.Compact(postIDs))
	if err != nil {
		return nil, err
	}
	out := make([]Row, 0, len(ids))
	for _, id := range ids {
		p := names[id]
		if p == nil || s.allow(who, "roster.person.read", now.personResource(id, today[id].unit)) != nil && id != who.Person {
			continue
		}
		row := Row{ID: id, Name: p.FullName(), NIP: p.NIP, Grade: p.Grade, Status: p.Status}
		if h, ok := then[id]; ok && h.now {
			row.Post, row.Level, row.UnitID = version(posts[h.post], on.on).Title, h.level, h.unit
			row.Acting = h.kind != Definitive
			if u := on.units[h.unit]; u != nil {
				row.Unit = u.Name
			}
		}
		out = append(out, row)
	}
	return out, nil
}

func (s *Service) findUnits(ctx context.Context, tx *store.Tx, who actor.Actor, t *tree, list []string, in SearchInput, out *Found) error {
	e, err := s.find.units.refresh(ctx, tx, unitDocs{}, t.on)
	if err != nil {
		return err
	}
	type hit struct {
		cost int
		unit *Unit
	}
	var hits []hit
	typed := strings.Join(words(in.Text), "")
	for _, p := range e.parts(func(*segment) func(int) bool { return nil }) {
		for _, m := range p.find(list, in.Limit+hitsSlack, p.may) {
			u := t.units[p.id(m.doc)]
			if u == nil || s.allow(who, "roster.unit.read", t.unitResource("unit", u.ID)) != nil {
				continue
			}
			if strings.Join(words(u.Abbreviation), "") == typed {
				m.cost = 0
			}
			hits = append(hits, hit{m.cost, u})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.unit.Name, b.unit.Name)) })
	for _, h := range hits[:min(in.Limit, len(hits))] {
		u := UnitHit{ID: h.unit.ID, Name: h.unit.Name, Abbreviation: h.unit.Abbreviation}
		if above := t.units[h.unit.Parent]; above != nil {
			u.Above = above.Name
		}
		out.Units = append(out.Units, u)
	}
	return nil
}

func (s *Service) findPosts(ctx context.Context, tx *store.Tx, who actor.Actor, t *tree, list []string, limit int, out *Found) error {
	e, err := s.find.posts.refresh(ctx, tx, postDocs{}, t.on)
	if err != nil {
		return err
	}
	r := s.reach(who, "roster.post.read", "unit", t)
	type hit struct {
		cost int
		id   string
	}
	var hits []hit
	for _, p := range e.parts(r.see) {
		for _, m := range p.find(list, limit+hitsSlack, p.may) {
			hits = append(hits, hit{m.cost, p.id(m.doc)})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.cost, b.cost) })
	var ids []string
	for _, h := range hits {
		ids = append(ids, h.id)
	}
	posts, err := postRows(ctx, tx, "id", ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		p := version(posts[id], t.on)
		u := t.units[p.Unit]
		if u == nil || s.allow(who, "roster.post.read", t.unitResource("unit", u.ID)) != nil {
			continue
		}
		if out.Posts = append(out.Posts, PostHit{ID: id, Title: p.Title, Unit: u.Name, UnitID: u.ID}); len(out.Posts) == limit {
			break
		}
	}
	return nil
}
