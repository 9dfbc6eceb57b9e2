package roster

import (
	"context"
	"slices"
	"strconv"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/store"
)

// exportBlock is how many people are read, and noted as looked at, together.
const exportBlock = 5000

// exported is what the record says about an export.
type exported struct {
	Kind   string  `json:"kind"`
	On     day.Day `json:"on"`
	Unit   string  `json:"unit,omitempty"`
	Level  string  `json:"level,omitempty"`
	Status string  `json:"status,omitempty"`
	People int     `json:"people"`
	Via    string  `json:"via"`
}

// Export calls yield for each row of a kind, as of a day and with the filter of
// the list of people, in its order: *Unit, *Post, *Person, *Tenure, … Of kinds
// that have days only rows of the day are given, unless all asks for the whole
// history that stands.
//
// Only those are in it whom the actor may see; marks, leaves, relations and days
// of birth only of those of whom they may see everything. Each block of people
// is written down before it is given, as an entry of the record and as a look
// that each of them can read.
func (s *Service) Export(ctx context.Context, who actor.Actor, k Kind, in ListInput, all bool, yield func(row any, person *Person) error) error {
	if in.On == day.None {
		in.On = s.today()
	}
	res := Resource{Type: "roster"}
	if in.Unit != "" {
		err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			t, err := s.tree(ctx, tx, s.today())
			res = t.unitResource("unit", in.Unit)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := s.allow(who, "roster.export", res); err != nil {
		return err
	}
	note := exported{Kind: string(k), On: in.On, Unit: in.Unit, Level: string(in.Level), Status: string(in.Status), Via: who.Via}
	if k == KindUnit || k == KindPost {
		return s.exportTree(ctx, who, k, in, note, yield)
	}
	var found []place
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = s.matching(ctx, tx, who, in)
		return err
	})
	if err != nil {
		return err
	}
	for block := range slices.Chunk(found, exportBlock) {
		if err := ctx.Err(); err != nil {
			return err
		}
		ids := make([]string, len(block))
		for i, f := range block {
			ids[i] = f.part.id(f.doc)
		}
		if err := s.exportPeople(ctx, who, k, ids, in.On, all, note, yield); err != nil {
			return err
		}
	}
	return nil
}

// matching is the people of a list, all of them, in order.
func (s *Service) matching(ctx context.Context, tx *store.Tx, who actor.Actor, in ListInput) ([]place, error) {
	if err := s.allow(who, "search.people", Resource{Type: "people"}); err != nil {
		return nil, err
	}
	today := s.today()
	now, err := s.tree(ctx, tx, today)
	if err != nil {
		return nil, err
	}
	then, err := s.tree(ctx, tx, in.On)
	if err != nil {
		return nil, err
	}
	if err := in.check(then); err != nil {
		return nil, err
	}
	r := s.reach(who, "roster.person.read", "person", now)
	if r.nobody() {
		return nil, s.denied(who, "search.people", Resource{Type: "people"})
	}
	e, err := s.find.people.refresh(ctx, tx, people{}, today)
	if err != nil {
		return nil, err
	}
	parts := e.parts(r.see)
	if in.On != today {
		if parts, err = s.partsOn(ctx, tx, parts, in.On); err != nil {
			return nil, err
		}
	}
	found := in.filter(parts, then)
	slices.SortFunc(found, in.order())
	return found, nil
}

// exportPeople gives the rows of some people.
func (s *Service) exportPeople(ctx context.Context, who actor.Actor, k Kind, ids []string, on day.Day, all bool, note exported, yield func(any, *Person) error) error {
	var seen []string
	full := map[string]bool{}
	names := map[string]*Person{}
	byPerson := map[string][]fact{}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		today := s.today()
		now, err := s.tree(ctx, tx, today)
		if err != nil {
			return err
		}
		at, err := homes(ctx, tx, ids, today)
		if err != nil {
			return err
		}
		for _, id := range ids {
			res := now.personResource(id, at[id].unit)
			self := id == who.Person
			if !self && s.allow(who, "roster.person.read", res) != nil {
				continue
			}
			full[id] = self || s.allow(who, "roster.person.full", res) == nil
			if (k == KindMark || k == KindLeave || k == KindRelation) && !full[id] {
				continue
			}
			seen = append(seen, id)
		}
		if names, err = peopleOn(ctx, tx, seen, on); err != nil || k == KindPerson {
			return err
		}
		rows, err := standing(ctx, tx, k, "person", seen)
		for i := range rows {
			byPerson[rows[i].person] = append(byPerson[rows[i].person], rows[i])
		}
		return err
	})
	if err != nil || len(seen) == 0 {
		return err
	}
	if err := s.noteExport(ctx, who, seen, note); err != nil {
		return err
	}
	for _, id := range seen {
		p := names[id]
		if p == nil {
			continue
		}
		if !full[id] {
			p.Born = day.None
		}
		if k == KindPerson {
			if err := yield(p, p); err != nil {
				return err
			}
			continue
		}
		slices.SortFunc(byPerson[id], func(a, b fact) int { return int(begins(a.from) - begins(b.from)) })
		for i := range byPerson[id] {
			f := &byPerson[id][i]
			if !all && k.dated() && !holds(f.from, f.until, on) {
				continue
			}
			if err := yield(f.row(), p); err != nil {
				return err
			}
		}
	}
	return nil
}

// row is the fact as its own type.
func (f *fact) row() any {
	switch f.kind {
	case KindUnit:
		r := f.unit()
		return &r
	case KindPost:
		r := f.post()
		return &r
	case KindTenure:
		r := f.tenure()
		return &r
	case KindRating:
		r := f.rating()
		return &r
	case KindTraining:
		r := f.training()
		return &r
	case KindMark:
		r := f.mark()
		return &r
	case KindLeave:
		r := f.leave()
		return &r
	case KindRelation:
		r := f.relation()
		return &r
	}
	r := f.personRow()
	return &r
}

// noteExport writes down who is about to be given out, to whom.
func (s *Service) noteExport(ctx context.Context, who actor.Actor, people []string, note exported) error {
	m, err := s.minter(s.Now())
	if err != nil {
		return err
	}
	id := m.id()
	note.People = len(people)
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		at := tx.Now.UnixMilli()
		err := tx.InsertMany(ctx, "merit_roster_look", []string{"person", "at", "id", "viewer", "viewer_person", "via", "what", "reason"}, len(people), func(i int, to []any) []any {
			return append(to, people[i], at, id+"-"+strconv.Itoa(i), who.ID, who.Person, who.Via, "export", "")
		})
		return ledger.Entry{Kind: "merit.roster.exported", Subject: "roster-export:" + id, Detail: note}, err
	})
	return err
}

// exportTree gives units or posts, those above first.
func (s *Service) exportTree(ctx context.Context, who actor.Actor, k Kind, in ListInput, note exported, yield func(any, *Person) error) error {
	var rows []any
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, in.On)
		if err != nil {
			return err
		}
		if err := in.check(t); err != nil {
			return err
		}
		var units []string
		for _, top := range t.kids[in.Unit] {
			units = append(units, t.under(top.ID)...)
		}
		if in.Unit != "" {
			units = append([]string{in.Unit}, units...)
		}
		var seen []string
		for _, id := range units {
			action, kind := "roster.unit.read", "unit"
			if k == KindPost {
				action, kind = "roster.post.read", "post"
			}
			if s.allow(who, action, t.unitResource(kind, id)) != nil {
				continue
			}
			seen = append(seen, id)
			if k == KindUnit {
				rows = append(rows, t.units[id])
			}
		}
		if k == KindUnit {
			return nil
		}
		posts, err := standing(ctx, tx, KindPost, "unit", seen)
		for i := range posts {
			if holds(posts[i].from, posts[i].until, in.On) {
				rows = append(rows, posts[i].row())
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := s.noteExport(ctx, who, nil, note); err != nil {
		return err
	}
	for _, r := range rows {
		if err := yield(r, nil); err != nil {
			return err
		}
	}
	return nil
}
