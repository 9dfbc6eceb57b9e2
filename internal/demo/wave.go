package demo

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// wave is a day on which officials are inaugurated.
type wave struct {
	on     day.Day
	top    int // ranks that take part, from top to low
	low    int
	turn   int // of a hundred who have been two years in a post change it
	exempt bool
}

// waves are the published inaugurations of the province (data/demo/figures.csv,
// topic pelantikan); those before 2017, and those of
// echelons III and IV in 2020, 2021 and 2022, are made up. After 2025 they go on every
// second year.
func waves(until day.Day) []wave {
	list := []wave{
		{day.Of(2013, 2, 14), rankII, rankIV, 25, false},
		{day.Of(2015, 1, 2), rankII, rankIV, 35, false},
		{day.Of(2017, 1, 3), rankII, rankIV, 30, false},
		{day.Of(2019, 2, 25), rankII, rankIV, 24, false},
		{day.Of(2019, 7, 8), rankII, rankII, 20, false},
		{day.Of(2020, 7, 24), rankIII, rankIV, 18, false},
		{day.Of(2021, 5, 10), rankIII, rankIV, 16, false},
		{day.Of(2021, 10, 13), rankII, rankII, 10, false},
		{day.Of(2022, 6, 8), rankIII, rankIV, 18, false},
		{day.Of(2022, 11, 10), rankII, rankII, 14, false},
		{day.Of(2022, 12, 2), rankI, rankI, 0, false},
		{day.Of(2023, 3, 21), rankII, rankII, 26, false},
		{day.Of(2023, 10, 3), rankIII, rankIV, 12, true},
		{day.Of(2023, 12, 27), rankIII, rankIV, 0, false},
		{day.Of(2025, 5, 7), rankI, rankII, 60, false},
		{day.Of(2025, 11, 19), rankIII, rankIV, 30, false},
	}
	for y := 2027; y < 2100; y += 2 {
		list = append(list, wave{day.Of(y, 6, 2), rankI, rankIV, 30, false})
	}
	for i, w := range list {
		if w.on > until {
			return list[:i]
		}
	}
	return list
}

// The offices of the inauguration of 27 December 2023 and how many of each
// (Kompas.com, 27 December 2023).
var installed = [...]struct {
	office string
	count  int
}{{"DINKES", 122}, {"DPMPTSP", 16}, {"DISDIK", 65}}

// inauguration of 27 December 2023.
var december = day.Of(2023, 12, 27)

// equalised is the day on which most posts of echelon IV became functional ones
// (PermenPANRB 17/2021).
var equalised = day.Of(2021, 12, 31)

// official is somebody who holds or held a structural post.
type official struct {
	n               int // of the person
	born, appointed day.Day
	left            day.Day // day of retirement, when it has come; else day.None
	sex             roster.Sex
	education       string
	rank            int // of the post that is held; rankNone among the staff
	highest         int
	since           day.Day // when they reached the rank
	stints          []stint
}

const rankNone = rankHead + 1

// stint is a time in a post.
type stint struct {
	post        int // structural; -1 when at a desk
	at          desk
	from, until day.Day
}

// acting is somebody who stands in for the head of a unit.
type acting struct {
	official, post int
	seat           string // a desk, where post is -1
	kind           string
	from, until    day.Day
}

// beginning is when the simulation begins; what was before is filled in.
var beginning = day.Of(2012, 1, 2)

// simulate fills the structural posts from 2012 on.
func (g *government) simulate(r *rand.Rand) {
	horizon := g.cfg.horizon()
	for i := range g.posts {
		p := &g.posts[i]
		if p.rank > rankIV || p.row.Level == roster.JPTMadya && g.units[p.unit].row.Kind == "deputi_gubernur" {
			continue
		}
		o := g.recruit(r, p.rank, p.sector, beginning)
		from := beginning - day.Day(r.IntN(3*365))
		g.official[o].stints[len(g.official[o].stints)-1].until = from
		g.before(r, o, p.rank, p.sector, from)
		g.put(o, i, from)
		p.past = from
	}
	for _, w := range waves(horizon) {
		g.retire(r, w.on)
		if w.on > equalised {
			g.equalise(r)
		}
		if w.on == december {
			g.december(r)
			continue
		}
		g.inaugurate(r, w)
	}
	g.retire(r, horizon+1)
	if horizon > equalised {
		g.equalise(r)
	}
}

// horizon is the last day of the simulation: whoever looks shortly before the
// inauguration of December 2023 finds it prepared (see hold).
func (c Config) horizon() day.Day {
	if c.Today >= day.Of(2023, 1, 1) && c.Today < december {
		return december
	}
	return c.Today
}

// put gives somebody a post.
func (g *government) put(o, p int, from day.Day) {
	of := &g.official[o]
	if of.rank != g.posts[p].rank {
		of.rank, of.since = g.posts[p].rank, from
		of.highest = min(of.highest, of.rank)
	}
	of.stints = append(of.stints, stint{post: p, from: from, until: day.None})
	g.posts[p].holder = o
}

// out ends what somebody holds.
func (g *government) out(o int, on day.Day) {
	of := &g.official[o]
	last := &of.stints[len(of.stints)-1]
	last.until = on
	if last.post >= 0 && g.posts[last.post].holder == o {
		g.posts[last.post].holder = -1
	}
}

// seatAt puts somebody at a desk of the sector from a day on.
func (g *government) seatAt(r *rand.Rand, o int, sector int, from day.Day) {
	of := &g.official[o]
	of.rank = rankNone
	g.pool[sector] = append(g.pool[sector], o)
	of.stints = append(of.stints, stint{post: -1, at: g.desk(r, sector, of.highest <= rankIII), from: from, until: day.None})
}

// desk finds a desk for somebody with a degree in the sector.
func (g *government) desk(r *rand.Rand, sector int, senior bool) desk {
	list := g.desks[sector]
	if len(list) == 0 {
		list = g.desks[0]
	}
	want := "ahli_muda"
	if senior {
		want = "ahli_madya"
	}
	best := list[r.IntN(len(list))]
	for range 40 {
		d := list[r.IntN(len(list))]
		of := g.units[d.unit].staff[d.seat].of
		if of.before != "" || strings.HasPrefix(of.title, "Guru") {
			continue // not a post for an official
		}
		if of.rung == want {
			return d
		}
		if of.level == roster.Pelaksana && len(of.education) > 0 && of.class >= 6 {
			best = d
		}
	}
	return best
}

// recruit makes somebody fit for a rank, with a desk in the sector until now.
func (g *government) recruit(r *rand.Rand, rank, sector int, on day.Day) int {
	youngest, years := 34, 12
	switch rank {
	case rankIII:
		youngest, years = 41, 11
	case rankII:
		youngest, years = 46, 9
	case rankI:
		youngest, years = 50, 5
	}
	women := 39 // of a hundred, after the published shares (figures.csv)
	switch {
	case rank <= rankII:
		women = 26
	case rank == rankIII:
		women = 28
	}
	of := official{n: len(g.official), left: day.None, rank: rankNone, highest: rankNone, sex: roster.Male, born: on - day.Day(365.25*(float64(youngest)+r.Float64()*float64(years)))}
	if r.IntN(100) < women {
		of.sex = roster.Female
	}
	entry := 22 + r.IntN(6)
	of.appointed = day.Of(of.born.Time().Year()+entry, month(r), 1)
	switch x := r.IntN(100); {
	case rank <= rankII && x < 12:
		of.education = "S-3"
	case rank <= rankII || rank == rankIII && x < 55 || rank == rankIV && x < 17:
		of.education = "S-2"
	case rank == rankIV && x >= 93:
		of.education = "D-III"
	default:
		of.education = "S-1"
	}
	first := of.appointed
	middle := first + day.Day((2+r.IntN(5))*365)
	if middle < on-4*365 {
		of.stints = append(of.stints, stint{post: -1, at: g.desk(r, sector, false), from: first, until: middle})
		first = middle
	}
	of.stints = append(of.stints, stint{post: -1, at: g.desk(r, sector, rank <= rankIII), from: first, until: on})
	g.official = append(g.official, of)
	return len(g.official) - 1
}

func month(r *rand.Rand) time.Month { return [...]time.Month{1, 2, 3, 3, 4, 12}[r.IntN(6)] }

// before gives an official of the beginning the posts that led to theirs, on
// posts and days of which nobody else is known.
func (g *government) before(r *rand.Rand, o, rank, sector int, from day.Day) {
	for below := rank + 1; below <= rankIV; below++ {
		begin := from - day.Day((3+r.IntN(3))*365)
		of := &g.official[o]
		at := slices.IndexFunc(of.stints, func(s stint) bool { return s.post < 0 && s.until == from })
		if at < 0 {
			return
		}
		desk := &of.stints[at]
		if begin-400 < desk.from {
			return
		}
		p := g.unheld(r, below, sector, from)
		if p < 0 {
			return
		}
		g.posts[p].past = begin
		desk.until = begin
		of.stints = append(of.stints, stint{post: p, from: begin, until: from})
		from = begin
	}
}

// unheld finds a post of a rank that nobody is known to have held before a day,
// in the sector if there is one.
func (g *government) unheld(r *rand.Rand, rank, sector int, on day.Day) int {
	other := -1
	start := r.IntN(len(g.posts))
	for i := range g.posts {
		n := (start + i) % len(g.posts)
		p := &g.posts[n]
		if p.rank != rank || p.past < on || p.past == day.Last || g.units[p.unit].row.Kind == "deputi_gubernur" {
			continue
		}
		if p.sector == sector {
			return n
		}
		if other < 0 {
			other = n
		}
	}
	return other
}

// retirement is the day from which somebody no longer serves: the month after
// 58, or after 60 for high posts (UU 20/2023, Article 55).
func (of *official) retirement() day.Day {
	years := 58
	if of.highest <= rankII {
		years = 60
	}
	t := of.born.Time()
	return day.Of(t.Year()+years, t.Month()+1, 1)
}

// retire lets go whoever has reached the age before a day. The highest posts
// are not left empty.
func (g *government) retire(r *rand.Rand, before day.Day) {
	for i := 0; i < len(g.official); i++ { // those who follow are looked at, too
		of := &g.official[i]
		if d := of.retirement(); of.left == day.None && d < before {
			if last := &of.stints[len(of.stints)-1]; last.from >= d {
				continue // they were seated a moment ago
			}
			of.left = d
			post := of.stints[len(of.stints)-1].post
			g.out(i, d)
			if post >= 0 && g.posts[post].rank == rankI && g.units[g.posts[post].unit].row.Kind != "deputi_gubernur" {
				g.put(g.recruit(r, rankI, g.posts[post].sector, d), post, d)
			}
		}
	}
}

// equalise makes functional officials of those whose posts were done away with.
func (g *government) equalise(r *rand.Rand) {
	for i := range g.posts {
		p := &g.posts[i]
		if p.end == day.None || p.holder < 0 {
			continue
		}
		o := p.holder
		g.out(o, p.end)
		g.seatAt(r, o, p.sector, p.end)
	}
}
