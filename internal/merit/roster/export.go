package roster

import (
	"cmp"
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

// ExportInput says what is given out: the rows of a kind that a list with this
// filter would show.
type ExportInput struct {
	Kind Kind
	List ListInput // of people and what is about them, of posts, of units; Sort is that list's
	// Vacant, of posts, UnitKind and Lacks, of units, are those of their lists.
	Vacant   bool
	UnitKind string
	Lacks    string
	All      bool   // the whole history that stands of those people, not only the day
	Reason   string // why; some may export for a reason only. It is kept with each look
}

// exported is what the record says about an export.
type exported struct {
	Kind     string  `json:"kind"`
	On       day.Day `json:"on"`
	Unit     string  `json:"unit,omitempty"`
	Area     string  `json:"area,omitempty"`
	Level    string  `json:"level,omitempty"`
	Status   string  `json:"status,omitempty"`
	Vacant   bool    `json:"vacant,omitempty"`
	UnitKind string  `json:"unit_kind,omitempty"`
	Lacks    string  `json:"lacks,omitempty"`
	People   int     `json:"people"`
	Via      string  `json:"via"`
	Reason   string  `json:"reason,omitempty"`
}

// MayExport asks for leave to export, of a unit or ("") of everything.
func (s *Service) MayExport(ctx context.Context, who actor.Actor, unit, reason string) error {
	var c checker
	c.text("reason", reason, MaxReason, false)
	if err := c.Fields.Err(); err != nil {
		return err
	}
	res := Resource{Type: "roster"}
	if unit != "" {
		err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			t, err := s.tree(ctx, tx, s.today())
			if err == nil {
				res = t.unitResource("unit", unit)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.allow(who, "roster.export", res.Because(reason))
}

// Export calls yield for each row of a kind, as of a day and with the filter of
// the list, in its order: *Unit, *Post, *Person, *Tenure, … Of kinds that have
// days only rows of the day are given, unless all asks for the whole history
// that stands.
//
// Only those are in it whom the actor may see; marks, leaves, relations and days
// of birth only of those of whom they may see everything. Each block of people
// is written down before it is given, as an entry of the record and as a look
// that each of them can read.
func (s *Service) Export(ctx context.Context, who actor.Actor, in ExportInput, yield func(row any, person *Person) error) error {
	if in.List.On == day.None {
		in.List.On = s.today()
	}
	if err := s.MayExport(ctx, who, in.List.Unit, in.Reason); err != nil {
		return err
	}
	if in.Kind == KindUnit || in.Kind == KindPost {
		return s.exportTree(ctx, who, in, yield)
	}
	var found []place
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = s.matching(ctx, tx, who, in.List, in.Reason)
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
		if err := s.exportPeople(ctx, who, in, ids, yield); err != nil {
			return err
		}
	}
	return nil
}

// matching is the people of a list, all of them, in order.
func (s *Service) matching(ctx context.Context, tx *store.Tx, who actor.Actor, in ListInput, reason string) ([]place, error) {
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
	r := s.reachFor(who, "roster.person.read", "person", now, reason)
	if r.nobody() {
		return nil, s.denied(who, "search.people", Resource{Type: "people"})
	}
	e, err := s.find.people.refresh(ctx, tx, people{}, today)
	if err != nil {
		return nil, err
	}
	parts := e.parts(r.see)
	if in.On != today {
		if parts, err = s.partsOn(ctx, tx, parts, in, then); err != nil {
			return nil, err
		}
	}
	found := in.sift(parts, then).all()
	slices.SortFunc(found, in.order())
	return found, nil
}

// exportPeople gives the rows of some people.
func (s *Service) exportPeople(ctx context.Context, who actor.Actor, in ExportInput, ids []string, yield func(any, *Person) error) error {
	k, on := in.Kind, in.List.On
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
			res := now.personResource(id, at[id].unit).Because(in.Reason)
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
	if err := s.noteExport(ctx, who, seen, in); err != nil {
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
			if !in.All && k.dated() && !holds(f.from, f.until, on) {
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
func (s *Service) noteExport(ctx context.Context, who actor.Actor, people []string, in ExportInput) error {
	m, err := s.minter(s.Now())
	if err != nil {
		return err
	}
	id := m.id()
	l := &in.List
	note := exported{Kind: string(in.Kind), On: l.On, Unit: l.Unit, Area: l.Area, Level: string(l.Level), Status: string(l.Status),
		Vacant: in.Vacant, UnitKind: in.UnitKind, Lacks: in.Lacks, People: len(people), Via: who.Via, Reason: in.Reason}
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		at := tx.Now.UnixMilli()
		err := tx.InsertMany(ctx, "merit_roster_look", []string{"person", "at", "id", "viewer", "viewer_person", "via", "what", "reason"}, len(people), func(i int, to []any) []any {
			return append(to, people[i], at, id+"-"+strconv.Itoa(i), who.ID, who.Person, who.Via, "export", in.Reason)
		})
		return ledger.Entry{Kind: "merit.roster.exported", Subject: "roster-export:" + id, Detail: note}, err
	})
	return err
}

// exportTree gives units or posts as their lists have them; those above first,
// unless a list is sorted.
func (s *Service) exportTree(ctx context.Context, who actor.Actor, in ExportInput, yield func(any, *Person) error) error {
	l := &in.List
	var rows []any
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, l.On)
		if err != nil {
			return err
		}
		if in.Kind == KindUnit {
			list, err := s.units(ctx, tx, who, UnitsInput{On: l.On, Unit: l.Unit, Area: l.Area, Kind: in.UnitKind, Lacks: in.Lacks, Sort: l.Sort, whole: true})
			if err != nil {
				return err
			}
			if l.Sort == "" {
				rank := t.ranks()
				slices.SortStableFunc(list.Rows, func(a, b UnitRow) int { return cmp.Compare(rank[a.Unit.ID], rank[b.Unit.ID]) })
			}
			for i := range list.Rows {
				rows = append(rows, &list.Rows[i].Unit)
			}
			return nil
		}
		list, err := s.posts(ctx, tx, who, PostsInput{On: l.On, Unit: l.Unit, Area: l.Area, Level: l.Level, Vacant: in.Vacant, Sort: l.Sort, whole: true})
		if err != nil {
			return err
		}
		if l.Sort == "" {
			rank := t.ranks()
			slices.SortStableFunc(list.Rows, func(a, b PostRow) int { return cmp.Compare(rank[a.Post.Unit], rank[b.Post.Unit]) })
		}
		ids := make([]string, len(list.Rows))
		for i := range list.Rows {
			ids[i] = list.Rows[i].Post.ID
		}
		whole, err := postRows(ctx, tx, "id", ids) // with their duties
		for _, id := range ids {
			p := version(whole[id], l.On)
			rows = append(rows, &p)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := s.noteExport(ctx, who, nil, in); err != nil {
		return err
	}
	for _, r := range rows {
		if err := yield(r, nil); err != nil {
			return err
		}
	}
	return nil
}

// ranks numbers the units so that each comes after the one above it.
func (t *tree) ranks() map[string]int {
	out := make(map[string]int, len(t.units))
	for _, top := range t.kids[""] {
		for _, id := range t.under(top.ID) {
			out[id] = len(out)
		}
	}
	return out
}
