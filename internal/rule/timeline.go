package rule

import (
	"slices"

	"netral/internal/day"
)

// Facts is a situation by names: fact name to value name. A missing fact is
// unknown.
type Facts map[string]string

// Timeline says how derived facts (stage, standing of a contestant) follow
// from the day. It is data made by whoever keeps the calendar.
type Timeline struct{ Tracks []Track }

// Track applies to situations that have all the facts of When: usually one
// contest. Default holds on the days that no span covers.
type Track struct {
	When    Facts
	Default Facts
	Spans   []Span
}

// Span sets facts on the days from From up to, not including, Until. day.None
// leaves an end open. Later spans win over earlier ones.
type Span struct {
	From, Until day.Day
	Set         Facts
}

// holds reports whether the day lies in the span.
func (s Span) holds(on day.Day) bool {
	return (s.From == day.None || on >= s.From) && (s.Until == day.None || on < s.Until)
}

// Derive gives the derived facts of a situation on a day. Where it is not known
// which track applies, because the contest is not, a fact is derived only if
// all tracks that may apply agree on it; so tracks that ask for one fact should
// cover all its values.
func (t Timeline) Derive(known Facts, on day.Day) Facts {
	var out, split Facts
	for _, tr := range t.Tracks {
		if !tr.mayApply(known) {
			continue
		}
		set := tr.at(on)
		if tr.applies(known) {
			out = merge(out, set)
			continue
		}
		if split == nil {
			split = set
			continue
		}
		for f, v := range split {
			if set[f] != v {
				delete(split, f)
			}
		}
	}
	return merge(split, out)
}

// at is what the track sets on the day.
func (tr Track) at(on day.Day) Facts {
	out := merge(Facts{}, tr.Default)
	for _, s := range tr.Spans {
		if s.holds(on) {
			out = merge(out, s.Set)
		}
	}
	return out
}

func merge(into, from Facts) Facts {
	if into == nil {
		into = Facts{}
	}
	for f, v := range from {
		into[f] = v
	}
	return into
}

func (tr Track) applies(known Facts) bool {
	for f, v := range tr.When {
		if known[f] != v {
			return false
		}
	}
	return true
}

// Boundaries lists, in order and once each, the days on which some span that
// may concern the situation begins or ends.
func (t Timeline) Boundaries(known Facts) []day.Day {
	var all []day.Day
	for _, tr := range t.Tracks {
		if !tr.mayApply(known) {
			continue
		}
		for _, s := range tr.Spans {
			all = append(all, s.From, s.Until)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > 0 && all[0] == day.None {
		all = all[1:]
	}
	return all
}

// mayApply reports that nothing known speaks against the track.
func (tr Track) mayApply(known Facts) bool {
	for f, v := range tr.When {
		if k, ok := known[f]; ok && k != v {
			return false
		}
	}
	return true
}
