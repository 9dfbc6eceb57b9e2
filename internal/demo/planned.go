package demo

import (
	"cmp"
	"slices"

	"netral/data"
	"netral/internal/day"
)

// Planned is somebody who is to take a post at the inauguration of 27 December
// 2023, seen from a day before it.
type Planned struct {
	Person string // id in the roster
	Post   string
	Office string // id of the office that the post belongs to
	Head   string // id of who leads the office, or stands in for its head; "" when nobody does
	Level  string
}

// Inauguration is the day of the ceremony that a demonstration of a day before it
// has still to hold.
func Inauguration() day.Day { return december }

// Ceremony are the changes of 27 December 2023 that have not happened in a
// government of a day of that year before it: 122 in Health, 16 in the One-Stop
// Service and 65 in Education, when it is large enough. Of any other day there
// are none: there they are history, or too far off.
func Ceremony(cfg Config) ([]Planned, error) {
	if err := cfg.Check(); err != nil || !cfg.before() {
		return nil, err
	}
	s, err := load(data.Demo)
	if err != nil {
		return nil, err
	}
	g := cfg.government(s, 0, cfg.sizes()[0], "")
	out := make([]Planned, len(g.plan))
	for i, p := range g.plan {
		to := &g.posts[p.post]
		out[i] = Planned{Person: g.officialID(p.official), Post: to.row.ID, Office: g.units[to.sector].row.ID, Level: string(to.row.Level)}
		head := g.holding(g.units[to.sector].head)
		if head < 0 {
			head = g.standing(g.units[to.sector].head)
		}
		if head >= 0 {
			out[i].Head = g.officialID(head)
		}
	}
	slices.SortFunc(out, func(a, b Planned) int { return cmp.Or(cmp.Compare(a.Office, b.Office), cmp.Compare(a.Post, b.Post)) })
	return out, nil
}

// before says whether the inauguration of December 2023 is still to come.
func (c Config) before() bool { return c.horizon() > c.Today }

// placing is a post for an official.
type placing struct{ official, post int }

// hold takes the inauguration that has not happened out of the careers, and keeps
// it as a plan. Whoever is to move sits where they sat; what fills the empty
// posts is the ceremony, when somebody holds it.
func (g *government) hold() {
	if !g.cfg.before() {
		return
	}
	for o := range g.official {
		of := &g.official[o]
		last := len(of.stints) - 1
		if s := of.stints[last]; s.post < 0 || s.from != december {
			continue
		}
		p := of.stints[last].post
		g.plan = append(g.plan, placing{o, p})
		if g.posts[p].holder == o {
			g.posts[p].holder = -1
		}
		of.stints = of.stints[:last]
		if last > 0 && of.stints[last-1].until == december {
			of.stints[last-1].until = day.None
		}
	}
	for _, x := range g.plan { // after all have left where they were to go
		stints := g.official[x.official].stints
		if s := stints[len(stints)-1]; s.post >= 0 && s.until == day.None {
			g.posts[s.post].holder = x.official
		}
	}
}
