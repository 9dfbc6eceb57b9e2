package calendar

import (
	"slices"

	"netral/internal/day"
	"netral/internal/lex/screen"
)

// Sides are the contestants and parties for the reader of texts: what they are
// called, their ballot numbers, and on which days they stand. A contest runs
// from its start until the day after the oath; a party is one on every day.
func (e *Edition) Sides() []screen.Side {
	var out []screen.Side
	numbers := map[string]screen.Side{}
	for i := range e.Contests {
		c := &e.Contests[i]
		from, until := c.numbered()
		for _, ct := range c.Contestants {
			if ct.Party != "" {
				first := ct.Admitted
				if first == day.None {
					first = c.begins()
				}
				numbers[ct.Party] = screen.Side{Number: ct.Number, NumberFrom: first, NumberUntil: until}
				continue
			}
			s := screen.Side{ID: ct.ID, Contest: c.ID, Number: ct.Number, From: c.begins(), Until: c.ends(), NumberFrom: from, NumberUntil: until}
			if ct.Withdrawn != day.None {
				s.Until, s.NumberUntil = ct.Withdrawn, ct.Withdrawn
			}
			for _, p := range ct.People {
				s.Names = append(s.Names, called(p.Name, false, false))
				for _, n := range p.Single {
					s.Names = append(s.Names, called(n, false, false))
				}
				for _, n := range p.Weak {
					s.Names = append(s.Names, called(n, true, false))
				}
			}
			for _, m := range ct.Marks {
				if m.Text != "" {
					n := called(m.Text, m.Weak, m.Kind != "nickname")
					n.From = m.From
					s.Names = append(s.Names, n)
				}
			}
			out = append(out, s)
		}
	}
	for _, p := range e.Parties {
		n := numbers[p.ID]
		s := screen.Side{ID: p.ID, Number: n.Number, From: day.None, Until: day.None, NumberFrom: n.NumberFrom, NumberUntil: n.NumberUntil}
		if n.Number == 0 {
			s.NumberFrom, s.NumberUntil = day.None, day.None
		}
		s.Names = append(s.Names, called(p.Name, false, false))
		for _, short := range p.Short {
			s.Names = append(s.Names, called(short, slices.Contains(p.Weak, short), false), called("Partai "+short, false, false))
		}
		for _, m := range p.Marks {
			if m.Text != "" {
				s.Names = append(s.Names, called(m.Text, m.Weak, true))
			}
		}
		out = append(out, s)
	}
	return out
}

func called(text string, weak, mark bool) screen.Name {
	return screen.Name{Text: text, Weak: weak, Mark: mark, From: day.None, Until: day.None}
}

// ends is the first day on which the contest is over; day.None while that is
// not known.
func (c *Contest) ends() day.Day {
	if s, ok := c.Phase(PhaseOath); ok {
		return s.Until
	}
	last := day.None
	for _, s := range c.Stages {
		last = max(last, s.Until)
	}
	return last
}
