package demo

import (
	"cmp"
	"slices"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// peak is how many held a post at the same time at most: before this year, and
// since.
type peak struct{ before, since int }

// formation is the day from which posts have the seats of today. Before it they
// had as many as were ever held at once, so that no past day has more holders
// than seats.
func (c Config) formation() day.Day { return day.Of(c.Today.Time().Year(), 1, 1) }

// peaks makes everybody once without writing them, and counts. It is done for
// the first government only: the others are there for their size.
func (w *writer) peaks() (map[string]peak, error) {
	type held struct{ from, until day.Day }
	by := map[string][]held{}
	put := func(post string, from, until day.Day) { by[post] = append(by[post], held{from, until}) }
	for i := range w.g.official {
		for _, s := range w.g.official[i].stints {
			if s.post < 0 {
				put(w.g.units[s.at.unit].staff[s.at.seat].id, s.from, s.until)
			}
		}
	}
	scan := newWriter(w.g, newSerials(), nil)
	scan.ladders()
	k := 0
	err := w.g.each(func(u int, of *staffRow, post string, head bool) error {
		scan.member(k, u, of, post, head)
		k++
		for _, t := range scan.b.Tenures {
			put(t.Post, t.From, t.Until)
		}
		scan.b, scan.near = emptied(scan.b), scan.near[:0]
		return nil
	})
	out := make(map[string]peak, len(by))
	line := w.g.cfg.formation()
	for post, list := range by {
		type turn struct {
			on day.Day
			by int
		}
		turns := make([]turn, 0, 2*len(list))
		for _, h := range list {
			turns = append(turns, turn{h.from, 1})
			if h.until != day.None {
				turns = append(turns, turn{h.until, -1})
			}
		}
		slices.SortFunc(turns, func(a, b turn) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.by, b.by)) })
		var p peak
		n := 0
		for i, t := range turns {
			n += t.by
			if t.on < line {
				p.before = max(p.before, n)
				if i == len(turns)-1 || turns[i+1].on >= line {
					p.since = max(p.since, n)
				}
			} else {
				p.since = max(p.since, n)
			}
		}
		out[post] = p
	}
	return out, err
}

// emptied is a batch without rows that keeps its room.
func emptied(b roster.Batch) roster.Batch {
	return roster.Batch{
		People: b.People[:0], Tenures: b.Tenures[:0], Ratings: b.Ratings[:0], Trainings: b.Trainings[:0],
		Marks: b.Marks[:0], Leaves: b.Leaves[:0], Relations: b.Relations[:0],
	}
}
