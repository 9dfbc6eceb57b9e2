package demo

import "netral/internal/day"

// allot says how many hold each post that many hold, so that exactly as many
// people serve as were asked for.
func (g *government) allot() {
	serving := 0
	for i := range g.official {
		of := &g.official[i]
		if of.left == day.None || of.left > g.cfg.Today {
			serving++
		}
		for _, s := range of.stints {
			if s.post < 0 {
				seat := &g.units[s.at.unit].staff[s.at.seat]
				seat.used = true
				if s.until == day.None || s.until > g.cfg.Today {
					seat.taken++
				}
			}
		}
	}
	heads, total := 0, 0.0
	for i := range g.units {
		if g.leads(i) {
			heads++
		}
		total += g.units[i].weight
	}
	rest := max(0, g.people-serving-heads)
	g.staffed = heads + rest
	sum, given := 0.0, 0
	for i := range g.units {
		u := &g.units[i]
		sum += u.weight
		upTo := int(float64(rest)*sum/total + 1e-9)
		g.divide(u, upTo-given)
		given = upTo
	}
	if g.number == 0 {
		g.ghosts = g.share(ghosts)
		for i := range g.ghosts {
			if d, ok := g.ghostDesk(i); ok {
				g.units[d.unit].staff[d.seat].taken++
			}
		}
	}
	for key, list := range g.peers {
		kept := list[:0]
		for _, d := range list {
			if g.units[d.unit].staff[d.seat].held > 0 {
				kept = append(kept, d)
			}
		}
		g.peers[key] = kept
	}
	g.faults = g.faulty(g.staffed)
}

// leads says whether the head of a unit is one of its staff.
func (g *government) leads(u int) bool {
	p := g.units[u].head
	return p >= 0 && g.posts[p].rank == rankHead
}

// divide shares out the people of a unit among its posts.
func (g *government) divide(u *unit, n int) {
	total := 0.0
	for i := range u.staff {
		total += u.staff[i].of.share
	}
	sum, given := 0.0, 0
	for i := range u.staff {
		sum += u.staff[i].of.share
		upTo := int(float64(n)*sum/total + g.turn(u.row.Rank))
		if i == len(u.staff)-1 {
			upTo = n
		}
		upTo = min(upTo, n)
		u.staff[i].held = upTo - given
		given = upTo
	}
}

// turn rounds differently in each unit, so that a post with a small share is
// somewhere.
func (g *government) turn(n int) float64 { return float64(n*37%100) / 100 }

// ghostDesk is the desk of a retired person who still holds it.
func (g *government) ghostDesk(i int) (desk, bool) {
	n := len(g.units)
	for j := range n {
		at := (i*n/8 + j) % n
		for k := range g.units[at].staff {
			if g.units[at].staff[k].held > 1 {
				return desk{at, k}, true
			}
		}
	}
	return desk{}, false
}
