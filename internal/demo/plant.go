package demo

import (
	"maps"
	"slices"

	"netral/data"
	"netral/internal/day"
	"netral/internal/merit/roster"
)

// flaw is what is wrong with somebody who is made one by one: the name of the
// check that finds it.
type flaw string

// staffFaults are the faults of single people and how many there are at the
// full size.
var staffFaults = []struct {
	check flaw
	count int
}{
	{"nip_born", 12}, {"nip_sex", 8}, {"double_nip", 4}, {"double_post", 9}, {"overfull", 3}, {"post_gone", 4},
	{"no_tenure", 15}, {"no_nip", 6}, {"incomplete", 10},
}

// ghosts are the retired who still hold a desk.
const ghosts = 5

// Planted counts the faults that are put in, by the check of roster.Quality
// that finds them on Config.Today. There are no others.
func Planted(cfg Config) (map[string]int, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	s, err := load(data.Demo)
	if err != nil {
		return nil, err
	}
	g := cfg.government(s, 0, cfg.sizes()[0], "")
	return maps.Clone(g.planted), nil
}

// share is a count scaled to the size of the government, at least one.
func (g *government) share(n int) int {
	return max(1, int(float64(n)*min(1, g.scale)+0.5))
}

// plant puts in the faults of posts and units. Only the first government has
// faults.
func (g *government) plant() {
	if g.number > 0 {
		return
	}
	vacant, headless, loops := g.share(5), g.share(3), g.share(2)
	var last int
	for i := range g.units {
		u := &g.units[i]
		p := &g.posts[max(0, u.head)]
		switch kind := u.row.Kind; {
		case kind == "deputi_gubernur" && p.holder < 0:
			g.empty[u.head] = true // three of the four were, as published
		case kind == "kelurahan" && vacant > 0 && i%3 == 0 && p.holder >= 0:
			if g.leave(p.holder, p.sector) {
				g.empty[u.head] = true
				vacant--
			}
		case kind == "bidang" && headless > 0 && i%7 == 0:
			p.row.Head = false
			g.planted["no_head_post"]++
			headless--
		case kind == "bidang" && loops > 0 && last > 0 && g.units[last].up == u.up && g.heads2(last, i):
			g.loop(last, i)
			g.planted["mutual_heads"]++
			loops--
			last = 0
		case kind == "bidang" && i%7 != 0:
			last = i
		}
	}
	g.planted["head_vacant"] = len(g.empty)
}

// heads2 says whether both units are led by somebody, and led as units.
func (g *government) heads2(a, b int) bool {
	for _, u := range []int{a, b} {
		if p := g.units[u].head; !g.held(p) || !g.posts[p].row.Head {
			return false
		}
	}
	return true
}

// held says whether somebody holds a post on the day; the simulation may have
// gone beyond it.
func (g *government) held(p int) bool {
	o := g.posts[p].holder
	if o < 0 {
		return false
	}
	stints := g.official[o].stints
	return stints[len(stints)-1].from < g.cfg.Today-60
}

// leave takes somebody out of their post some months before the day. It does
// not for those who came later than that.
func (g *government) leave(o, sector int) bool {
	on := g.cfg.Today - 150
	of := &g.official[o]
	last := &of.stints[len(of.stints)-1]
	if last.from >= on || last.post < 0 {
		return false
	}
	g.out(o, on)
	d := g.desks[sector]
	of.rank = rankNone
	of.stints = append(of.stints, stint{post: -1, at: d[o%len(d)], from: on, until: day.None})
	return true
}

// loop makes the heads of two units answer to each other: each stands in for
// somebody in the unit of the other.
func (g *government) loop(a, b int) {
	from := g.cfg.Today - 40
	for _, x := range [2][2]int{{a, b}, {b, a}} {
		seat := &g.units[x[1]].staff[0]
		seat.used = true
		g.acting = append(g.acting, acting{official: g.posts[g.units[x[0]].head].holder, post: -1, seat: seat.id, kind: roster.Plh, from: from, until: g.cfg.Today + 60})
	}
}

// faulty spreads the faults of single people over those who are made one by
// one, by their number.
func (g *government) faulty(staff int) map[int]flaw {
	if g.number > 0 {
		return nil
	}
	var all []flaw
	for _, f := range staffFaults {
		n := g.share(f.count)
		if f.check == "post_gone" && len(g.gone()) == 0 {
			continue
		}
		g.planted[string(f.check)] = n
		for range n {
			all = append(all, f.check)
		}
	}
	g.planted["not_serving"] = g.ghosts
	out := make(map[int]flaw, len(all))
	for i, f := range all {
		at := (i*2 + 1) * staff / (2 * len(all))
		out[at] = f
	}
	return out
}

// gone are the posts that were done away with before the day.
func (g *government) gone() []int {
	var out []int
	for i := range g.posts {
		if g.posts[i].end != day.None && g.posts[i].end <= g.cfg.Today {
			out = append(out, i)
		}
	}
	return out
}

// singles are posts of one seat that somebody holds and that lead nothing.
func (g *government) singles() []int {
	var out []int
	for i := range g.posts {
		if p := &g.posts[i]; p.rank == rankIV && !p.row.Head && g.held(i) && p.end == day.None {
			out = append(out, i)
		}
	}
	slices.Reverse(out)
	return out
}
