package demo

import (
	"slices"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// career writes the posts of one of the staff: where they are, and one or two
// before it, on lower rungs where there are some.
func (w *writer) career(b *bio, u int, of *staffRow, post string, wrong flaw, head bool, k int) {
	r, today := w.r, w.g.cfg.Today
	switch wrong {
	case "no_tenure":
		return
	case "overfull":
		if len(w.single) > 0 {
			post = w.g.posts[w.single[(k*7)%len(w.single)]].row.ID
		}
	case "post_gone":
		p := &w.g.posts[w.gone[k%len(w.gone)]]
		from := max(b.appointed, p.end-700-day.Day(r.IntN(900)))
		if from >= p.end { // too young: begins in the last days of the post
			from = p.end - 30
		}
		w.tenure(b.id, p.row.ID, from, day.None)
		return
	}
	if w.g.number == 0 && k == 0 && len(w.g.cfg.sizes()) > 1 {
		post = nationPost
	}
	served := int(today - b.appointed)
	key := w.g.units[u].family + "/" + of.title
	stints := 1
	switch {
	case head || b.contract || served < 3*365:
	case served < 9*365:
		stints = 2
	default:
		stints = 2 + r.IntN(2)
	}
	if wrong == "double_post" {
		stints = max(2, stints)
	}
	from := b.appointed
	below := w.past[key]
	for i := range stints {
		last := i == stints-1
		until := day.None
		if !last {
			left := int(today-from) - 200
			if left < 200 {
				continue
			}
			until = from + day.Day(100+left/(stints-i)*3/4+r.IntN(left/(2*(stints-i))+1))
		}
		at := post
		if !last {
			at = w.earlier(key, below, i, post)
		} else if head && served > 9*365 {
			from = w.leads(b, u, from)
		}
		end := until
		if wrong == "double_post" && i == stints-2 && until != day.None {
			end = until + 90 // and somewhere else for three months of it
		}
		w.tenure(b.id, at, from, end)
		if until != day.None {
			from = until
		}
	}
}

// earlier is a post that somebody may have held before: on a rung below, in any
// unit of the kind.
func (w *writer) earlier(key string, below []string, i int, post string) string {
	list := w.g.peers[key]
	if len(below) > 0 {
		if l := w.g.peers[below[min(i, len(below)-1)]]; len(l) > 0 {
			list = l
		}
	}
	if len(list) == 0 {
		return post
	}
	d := list[w.r.IntN(len(list))]
	return w.g.units[d.unit].staff[d.seat].id
}

// changing is when heads of schools and small health centres changed places.
func (c Config) changing() day.Day {
	if d := day.Of(2025, 11, 19); c.Today > d { // 673 heads of schools (beritajakarta.id)
		return d
	}
	return day.Of(c.Today.Time().Year()-1, 7, 14)
}

// leads writes the unit that somebody led before: in a group of six all moved on
// by one on the same day, so that no unit had two heads. It returns the day from
// which they lead this one.
func (w *writer) leads(b *bio, u int, from day.Day) day.Day {
	group := w.g.group(u)
	on := w.g.cfg.changing()
	begin := on - 4*365
	if len(group) < 2 || begin <= from+400 {
		return from
	}
	i := slices.Index(group, u)
	before := group[(i+1)%len(group)]
	// The time until then was spent teaching or treating in this unit.
	if d := w.g.desk0(u); d != "" {
		w.tenure(b.id, d, from, begin)
	}
	w.tenure(b.id, w.g.posts[w.g.units[before].head].row.ID, begin, on)
	return on
}

// group is the units whose heads change places with that of a unit.
func (g *government) group(u int) []int {
	name := g.units[u].group
	if name == "" {
		return nil
	}
	first := u
	for first > 0 && g.units[first-1].group == name {
		first--
	}
	first += (u - first) / 6 * 6
	var out []int
	for i := first; i < len(g.units) && i < first+6 && g.units[i].group == name; i++ {
		out = append(out, i)
	}
	return out
}

// desk0 is a post of the unit that many hold, of the highest rung.
func (g *government) desk0(u int) string {
	best := ""
	for i := range g.units[u].staff {
		s := &g.units[u].staff[i]
		if s.held > 0 && (best == "" || s.of.rung == "ahli_muda" || s.of.rung == "ahli_madya") {
			best = s.id
		}
	}
	return best
}

func (w *writer) tenure(person, post string, from, until day.Day) {
	if from == december { // that day belongs to the officials
		from++
	}
	w.b.Tenures = append(w.b.Tenures, roster.Tenure{
		Person: person, Post: post, Kind: roster.Definitive, Decree: decree("SK DEMO-", 1+w.r.IntN(9000), from), DecreeDate: from - 7, From: from, Until: until,
	})
}
