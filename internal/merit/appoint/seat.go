package appoint

import (
	"cmp"
	"slices"
)

// seats gives each post of a batch its seat on the day of the oath: the highest
// echelon in front, by agency, and there by title, as protocol has it.
func (w *sight) seats() map[string]int {
	order := make([]Post, 0, len(w.all))
	for i := range w.all {
		order = append(order, w.posts[w.all[i].Post])
	}
	slices.SortFunc(order, func(a, b Post) int {
		return cmp.Or(cmp.Compare(height(b), height(a)), cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	out := make(map[string]int, len(order))
	for i, p := range order {
		out[p.ID] = i + 1
	}
	return out
}

// seat of somebody; decrees that were signed before there were plans of seats
// have the number in the decree.
func (p *Proposal) seat() int {
	if p.Seat > 0 {
		return p.Seat
	}
	return p.Row.No
}

// perRow is how many seats a row has where nobody says otherwise.
const perRow = 12

// bench is a row of seats.
type bench struct {
	no    int
	lines []Line
}

// benches put the people of a batch into rows of seats.
func benches(lines []Line, per int) []bench {
	list := slices.Clone(lines)
	list = slices.DeleteFunc(list, func(l Line) bool { return l.Withdrawn != "" })
	slices.SortFunc(list, func(a, b Line) int { return cmp.Compare(a.seat(), b.seat()) })
	var out []bench
	for _, l := range list {
		row := (l.seat()-1)/per + 1
		if len(out) == 0 || out[len(out)-1].no != row {
			out = append(out, bench{no: row})
		}
		out[len(out)-1].lines = append(out[len(out)-1].lines, l)
	}
	return out
}
