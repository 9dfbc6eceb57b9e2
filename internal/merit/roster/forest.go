package roster

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"

	"netral/internal/day"
	"netral/internal/store"
)

// tree is the units as they are on a day. It does not change once made.
type tree struct {
	on    day.Day
	units map[string]*Unit
	kids  map[string][]*Unit // of "" the ones at the top
	below map[string]int     // how many are below one, at any depth
}

// count counts what is below a unit, and below each of those.
func (t *tree) count(id string, depth int) (n int) {
	for _, k := range t.kids[id] {
		if depth < 64 {
			n += 1 + t.count(k.ID, depth+1)
		}
	}
	if n > 0 {
		t.below[id] = n
	}
	return n
}

// depth is how deep below some units one can go, down to a depth, before there
// are more than most.
func (t *tree) depth(level []*Unit, down, most int) (depth int) {
	for seen := len(level); depth < down && len(level) > 0; depth++ {
		var next []*Unit
		for _, u := range level {
			if next = append(next, t.kids[u.ID]...); seen+len(next) > most {
				return depth
			}
		}
		seen, level = seen+len(next), next
	}
	return depth
}

// woods keeps the trees of a few days; they are made anew when a unit changed.
type woods struct {
	mu    sync.Mutex
	seq   int64
	rows  []Unit
	trees map[day.Day]*tree
}

// maxTrees is how many days are kept: today, and those that people compare.
const maxTrees = 8

// tree is the units on a day as the transaction sees them.
func (s *Service) tree(ctx context.Context, tx *store.Tx, on day.Day) (*tree, error) {
	var n sql.NullInt64
	if err := tx.QueryRowContext(ctx, `SELECT MAX(seq) FROM merit_roster_unit`).Scan(&n); err != nil {
		return nil, err
	}
	w := &s.woods
	w.mu.Lock()
	if w.trees != nil && w.seq == n.Int64 {
		if t := w.trees[on]; t != nil {
			w.mu.Unlock()
			return t, nil
		}
		rows := w.rows
		w.mu.Unlock()
		t := grow(rows, on)
		w.keep(n.Int64, rows, t)
		return t, nil
	}
	w.mu.Unlock()
	all, err := facts(ctx, tx, KindUnit, `gone = 0 ORDER BY id, from_day`)
	if err != nil {
		return nil, err
	}
	rows := make([]Unit, len(all))
	for i := range all {
		rows[i] = all[i].unit()
	}
	t := grow(rows, on)
	w.keep(n.Int64, rows, t)
	return t, nil
}

func (w *woods) keep(seq int64, rows []Unit, t *tree) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trees == nil || seq != w.seq || len(w.trees) >= maxTrees {
		if seq < w.seq {
			return // an older snapshot than the one that is kept
		}
		w.trees = map[day.Day]*tree{}
	}
	w.seq, w.rows = seq, rows
	w.trees[t.on] = t
}

func grow(rows []Unit, on day.Day) *tree {
	t := &tree{on: on, units: map[string]*Unit{}, kids: map[string][]*Unit{}}
	for i := range rows {
		if u := &rows[i]; holds(u.From, u.Until, on) {
			t.units[u.ID] = u
		}
	}
	for _, u := range t.units {
		parent := u.Parent
		if t.units[parent] == nil {
			parent = "" // its parent is gone: still to be found at the top
		}
		t.kids[parent] = append(t.kids[parent], u)
	}
	for _, list := range t.kids {
		slices.SortFunc(list, func(a, b *Unit) int {
			return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
	}
	t.below = make(map[string]int, len(t.kids))
	t.count("", 0)
	return t
}

// path are the units from the top down to one, which is the last. A unit that
// does not exist on the day has no path.
func (t *tree) path(id string) []Unit {
	var out []Unit
	for u := t.units[id]; u != nil && len(out) < 64; u = t.units[u.Parent] {
		out = append(out, *u)
	}
	slices.Reverse(out)
	return out
}

func (t *tree) pathIDs(id string) []string {
	p := t.path(id)
	out := make([]string, len(p))
	for i := range p {
		out[i] = p[i].ID
	}
	return out
}

// under lists a unit and all below it, parents first.
func (t *tree) under(id string) []string {
	if t.units[id] == nil {
		return nil
	}
	out := []string{id}
	for i := 0; i < len(out) && len(out) <= len(t.units); i++ {
		for _, k := range t.kids[out[i]] {
			out = append(out, k.ID)
		}
	}
	return out
}

// areaPath are the areas around a code, the widest first.
func areaPath(code string) []string {
	if code == "" {
		return nil
	}
	parts := strings.Split(code, ".")
	out := make([]string, len(parts))
	for i := range parts {
		out[i] = strings.Join(parts[:i+1], ".")
	}
	return out
}

// unitResource is a unit in questions to Allow.
func (t *tree) unitResource(kind, id string) Resource {
	a := map[string]any{"unit": id, "unitPath": t.pathIDs(id)}
	if u := t.units[id]; u != nil && u.Area != "" {
		a["area"], a["areaPath"] = u.Area, areaPath(u.Area)
	}
	return Resource{Type: kind, ID: id, Attrs: a}
}

// personResource is a person who works in a unit ("" for none).
func (t *tree) personResource(person, unit string) Resource {
	r := Resource{Type: "person", ID: person, Attrs: map[string]any{"person": person}}
	if t.units[unit] != nil {
		for k, v := range t.unitResource("unit", unit).Attrs {
			r.Attrs[k] = v
		}
	}
	return r
}
