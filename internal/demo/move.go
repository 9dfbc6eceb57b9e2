package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"

	"netral/internal/day"
)

// moving is who is about to change posts, by rank and sector.
type moving struct {
	on   day.Day
	free [rankNone][]int
}

// take removes and returns somebody who may have a post of a rank.
func (m *moving) take(g *government, from int, ok func(*official) bool, sector int) int {
	list := m.free[from]
	other := -1
	for i, o := range list {
		of := &g.official[o]
		if !ok(of) {
			continue
		}
		if g.posts[of.stints[len(of.stints)-1].post].sector == sector {
			other = i
			break
		}
		if other < 0 && from <= rankIII {
			other = i
		}
	}
	if other < 0 {
		return -1
	}
	o := list[other]
	m.free[from] = slices.Delete(list, other, other+1)
	return o
}

// inaugurate fills what is empty and lets some change places.
func (g *government) inaugurate(r *rand.Rand, w wave) {
	var targets []int
	m := moving{on: w.on}
	for i := range g.posts {
		p := &g.posts[i]
		if p.rank < w.top || p.rank > w.low || p.end != day.None && p.end <= w.on || p.end != day.None && w.on > equalised {
			continue
		}
		if g.units[p.unit].row.Kind == "deputi_gubernur" && (w.on < day.Of(2022, 12, 2) || !strings.HasSuffix(g.units[p.unit].key, "-BP")) {
			continue
		}
		if w.exempt && g.installs(p.sector) {
			continue
		}
		if p.holder >= 0 {
			of := &g.official[p.holder]
			since := of.stints[len(of.stints)-1].from
			if p.rank == rankI || since > w.on-730 || r.IntN(100) >= w.turn || of.retirement() < w.on+400 {
				continue
			}
			m.free[p.rank] = append(m.free[p.rank], p.holder)
		}
		targets = append(targets, i)
	}
	g.fill(r, targets, &m)
}

func (g *government) installs(sector int) bool {
	for _, in := range installed {
		if n, ok := g.byID[in.office]; ok && n == sector {
			return true
		}
	}
	return false
}

// fill gives each of the posts a holder, from the highest down: somebody who
// rises from the rank below, somebody of the same rank, or somebody new.
func (g *government) fill(r *rand.Rand, targets []int, m *moving) {
	r.Shuffle(len(targets), func(i, j int) { targets[i], targets[j] = targets[j], targets[i] })
	slices.SortStableFunc(targets, func(a, b int) int { return cmp.Compare(g.posts[a].rank, g.posts[b].rank) })
	for rank := range m.free {
		for _, o := range m.free[rank] {
			g.out(o, m.on)
		}
		list := m.free[rank]
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	for _, t := range targets {
		p := &g.posts[t]
		years := day.Day(3 * 365)
		rises := func(of *official) bool {
			return of.since <= m.on-years && of.education != "D-III" && of.retirement() > m.on+800
		}
		moves := func(of *official) bool { return of.stints[len(of.stints)-1].post != t }
		o := -1
		if p.rank < rankIV && r.IntN(100) < 55 {
			o = m.take(g, p.rank+1, rises, p.sector)
		}
		if o < 0 {
			o = m.take(g, p.rank, moves, p.sector)
		}
		if o < 0 && p.rank < rankIV {
			o = m.take(g, p.rank+1, rises, p.sector)
		}
		if o < 0 {
			if o = g.fromStaff(p, m.on); o >= 0 {
				g.out(o, m.on)
			} else {
				o = g.recruit(r, p.rank, p.sector, m.on)
			}
		}
		g.put(o, t, m.on)
	}
	for rank := range m.free {
		for _, o := range m.free[rank] { // who found no other post: a functional one, from the day before
			last := &g.official[o].stints[len(g.official[o].stints)-1]
			last.until = m.on - 1
			g.seatAt(r, o, g.posts[last.post].sector, m.on-1)
		}
	}
}

// fromStaff finds an official who became functional and may come back.
func (g *government) fromStaff(p *post, on day.Day) int {
	pool := g.pool[p.sector]
	for i, o := range pool {
		of := &g.official[o]
		last := of.stints[len(of.stints)-1]
		if of.left == day.None && of.highest == p.rank && of.retirement() > on+800 && last.from < on-365 {
			g.pool[p.sector] = slices.Delete(pool, i, i+1)
			return o
		}
	}
	return -1
}

// december is the inauguration of 27 December 2023: exactly as many posts of
// each office as were published, most of them empty for some weeks before.
func (g *government) december(r *rand.Rand) {
	for _, in := range installed {
		sector, ok := g.byID[in.office]
		if !ok {
			continue
		}
		var empty, full []int
		for i := range g.posts {
			p := &g.posts[i]
			if p.sector != sector || p.rank != rankIII && p.rank != rankIV || p.end != day.None && p.end <= december {
				continue
			}
			if p.holder < 0 {
				empty = append(empty, i)
			} else {
				full = append(full, i)
			}
		}
		count := in.count
		if all := len(empty) + len(full); count > all*9/10 { // in a small government
			count = all / 2
		}
		r.Shuffle(len(full), func(i, j int) { full[i], full[j] = full[j], full[i] })
		targets := append(slices.Clone(empty), full...)[:count]
		m := moving{on: december}
		for _, t := range targets {
			o := g.posts[t].holder
			if o < 0 {
				continue
			}
			on := december - day.Day(14+r.IntN(50))
			stints := g.official[o].stints
			if r.IntN(100) < 55 && stints[len(stints)-1].from < on { // left earlier: a functional post, and the seat is empty
				g.out(o, on)
				g.seatAt(r, o, sector, on)
				continue
			}
			m.free[g.posts[t].rank] = append(m.free[g.posts[t].rank], o)
		}
		g.fill(r, targets, &m)
	}
}
