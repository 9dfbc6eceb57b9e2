package demo

import (
	"slices"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// span is a time in which somebody held a post.
type span struct {
	official    int
	from, until day.Day
}

// spans are the times of each structural post, in order.
func (g *government) spans() [][]span {
	out := make([][]span, len(g.posts))
	for o := range g.official {
		for _, s := range g.official[o].stints {
			if s.post >= 0 {
				out[s.post] = append(out[s.post], span{o, s.from, s.until})
			}
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b span) int { return int(a.from) - int(b.from) })
	}
	return out
}

// term is how long somebody may act: three months, once more three (SE BKN
// 1/SE/I/2021).
const term = 6

// cover finds somebody to act wherever a unit was without its head since 2019:
// the head of a unit of the same rank, beside it where there is one, as far from
// the top: so nobody acts for their own superior and answers to themselves.
func (g *government) cover() {
	all := g.spans()
	heads := map[int][]int{}  // by the unit above
	levels := map[int][]int{} // by how far they are from the top
	for i := range g.units {
		if p := g.units[i].head; p >= 0 && g.posts[p].rank <= rankIV {
			heads[g.units[i].up] = append(heads[g.units[i].up], p)
			levels[g.depth(i)] = append(levels[g.depth(i)], p)
		}
	}
	end := g.cfg.horizon() + 1
	for i := range g.units {
		p := g.units[i].head
		if p < 0 || g.posts[p].rank > rankIV || g.empty[p] {
			continue
		}
		at := max(FirstDay, beginning)
		for _, s := range append(all[p], span{-1, end, day.None}) {
			if s.from > at {
				g.act(p, at, s.from, s.official < 0, all, heads[g.units[i].up], levels[g.depth(i)])
			}
			if s.until == day.None {
				break
			}
			at = max(at, s.until)
		}
	}
}

// act fills the days from, until of a post, a term at a time. An open gap is
// filled beyond its end.
func (g *government) act(p int, from, until day.Day, open bool, all [][]span, near, far []int) {
	for at := from; at < until; {
		to := at.AddMonths(term)
		if !open {
			to = min(to, until)
		}
		o := g.stand(p, at, to, all, near, 0)
		if o < 0 {
			o = g.stand(p, at, to, all, far, 0)
		}
		if o < 0 {
			o = g.stand(p, at, to, all, far, 1)
		}
		if o >= 0 {
			g.acting = append(g.acting, acting{official: o, post: p, kind: roster.Plt, from: at, until: to})
		}
		at = to
	}
}

// stand finds who holds one of the posts on all of the days: a post of the same
// rank, or up to some steps below.
func (g *government) stand(p int, from, until day.Day, all [][]span, among []int, step int) int {
	start := 0
	if len(among) > 0 {
		start = p % len(among)
	}
	for i := range among {
		q := among[(start+i)%len(among)]
		if gap := g.posts[q].rank - g.posts[p].rank; q == p || gap < 0 || gap > step {
			continue
		}
		for _, s := range all[q] {
			if s.from <= from && (s.until == day.None || s.until >= until) {
				return s.official
			}
		}
	}
	return -1
}

// depth is how many units are above one.
func (g *government) depth(u int) int {
	n := 0
	for u = g.units[u].up; u >= 0; u = g.units[u].up {
		n++
	}
	return n
}
