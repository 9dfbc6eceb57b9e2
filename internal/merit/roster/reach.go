package roster

import (
	"netral/internal/actor"
	"netral/internal/fault"
)

// reach is where somebody may look, as far as can be said without asking about
// each person: units below which everything may be seen, and oneself. It only
// saves work and keeps counts honest; each person that is shown is asked about
// once more.
type reach struct {
	self  string
	all   bool
	units map[string]bool // every unit within reach, when not all
}

// reach asks Allow about the top of the tree and about the units and areas of
// the actor's own grants: a policy that lets somebody see a unit lets them see
// what is below it.
func (s *Service) reach(who actor.Actor, action string, t *tree) reach {
	r := reach{self: who.Person, units: map[string]bool{}}
	try := func(id string) {
		if !r.units[id] && s.allow(who, action, t.unitResource("people", id)) == nil {
			for _, u := range t.under(id) {
				r.units[u] = true
			}
		}
	}
	tops := t.kids[""]
	seen := 0
	for _, u := range tops {
		try(u.ID)
		if r.units[u.ID] {
			seen++
		}
	}
	if seen == len(tops) && s.allow(who, action, Resource{Type: "people"}) == nil {
		r.all = true
		return r
	}
	for _, g := range who.Grants {
		if g.Unit != "" {
			try(g.Unit)
		}
		if g.Area != "" {
			for id, u := range t.units {
				if inArea(u.Area, g.Area) {
					try(id)
				}
			}
		}
	}
	return r
}

// inArea says whether an area lies in another.
func inArea(area, in string) bool {
	return area == in || len(area) > len(in) && area[:len(in)] == in && area[len(in)] == '.'
}

// nobody reports that there is nobody to see.
func (r *reach) nobody() bool { return !r.all && len(r.units) == 0 && r.self == "" }

// see turns the reach into a question about docs of a segment.
func (r *reach) see(s *segment) func(doc int) bool {
	if r.all {
		return func(int) bool { return true }
	}
	open := make([]bool, len(s.units))
	for i, u := range s.units {
		open[i] = r.units[u]
	}
	return func(i int) bool { return open[s.unit[i]] || r.self != "" && string(s.idBytes(i)) == r.self }
}

// denied is what somebody without any reach gets.
func (s *Service) denied(who actor.Actor, action string, res Resource) error {
	if err := s.allow(who, action, res); err != nil {
		return err
	}
	return fault.New(fault.Denied, "roster.denied")
}
