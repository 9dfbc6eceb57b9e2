package roster

import (
	"context"
	"slices"

	"netral/internal/day"
	"netral/internal/store"
)

// What those who route papers ask of the roster: who heads a unit, and in which
// way. They ask nobody for leave; whoever asks answers for what they show of it.

// Lead is the post at the head of a unit on a day, with all who hold it or stand
// in, the definitive holder first.
type Lead struct {
	Unit    Unit
	Post    Post
	Holders []Holder
}

// PathOf gives the units from the top to one on a day; empty when it is not there.
func (s *Service) PathOf(ctx context.Context, tx *store.Tx, unit string, on day.Day) ([]Unit, error) {
	t, err := s.tree(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	return t.path(unit), nil
}

// LeadsFrom gives the heads of units of some kinds as seen from a unit: of those on the
// path to it, the nearest first, then of those right below the top of that path.
func (s *Service) LeadsFrom(ctx context.Context, tx *store.Tx, unit string, kinds []string, on day.Day) ([]Lead, error) {
	t, err := s.tree(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	path := t.path(unit)
	if len(path) == 0 {
		return nil, nil
	}
	var units []Unit
	put := func(u Unit) {
		if slices.Contains(kinds, u.Kind) && !slices.ContainsFunc(units, func(x Unit) bool { return x.ID == u.ID }) {
			units = append(units, u)
		}
	}
	for i := len(path) - 1; i >= 0; i-- {
		put(path[i])
	}
	for _, k := range t.kids[path[0].ID] {
		put(*k)
	}
	return s.leads(ctx, tx, units, on)
}

// LeadsOf gives the units that somebody heads or stands in for on a day.
func (s *Service) LeadsOf(ctx context.Context, tx *store.Tx, person string, on day.Day) ([]Lead, error) {
	if person == "" || !idOK(person) {
		return nil, nil
	}
	rows, err := standing(ctx, tx, KindTenure, "person", []string{person})
	if err != nil {
		return nil, err
	}
	t, err := s.tree(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	var units []Unit
	for i := range rows {
		if !holds(rows[i].from, rows[i].until, on) {
			continue
		}
		posts, err := postRows(ctx, tx, "id", []string{rows[i].tenure().Post})
		if err != nil {
			return nil, err
		}
		for _, list := range posts {
			p := version(list, on)
			if u := t.units[p.Unit]; p.Head && u != nil && !slices.ContainsFunc(units, func(x Unit) bool { return x.ID == u.ID }) {
				units = append(units, *u)
			}
		}
	}
	return s.leads(ctx, tx, units, on)
}

func (s *Service) leads(ctx context.Context, tx *store.Tx, units []Unit, on day.Day) ([]Lead, error) {
	ids := make([]string, len(units))
	for i, u := range units {
		ids[i] = u.ID
	}
	posts, err := postRows(ctx, tx, "unit", ids)
	if err != nil {
		return nil, err
	}
	heads := map[string]Post{}
	var asked []string
	for _, list := range posts {
		if p := version(list, on); p.Head && holds(p.From, p.Until, on) {
			heads[p.Unit] = p
			asked = append(asked, p.ID)
		}
	}
	held, err := holders(ctx, tx, asked, on)
	if err != nil {
		return nil, err
	}
	var out []Lead
	for _, u := range units {
		if p, ok := heads[u.ID]; ok {
			out = append(out, Lead{Unit: u, Post: p, Holders: held[p.ID]})
		}
	}
	return out, nil
}
