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

// reach asks Allow about things of a type that lie in the units at the top of
// the tree, in those of the actor's own grants, and nowhere: a policy that lets
// somebody see what lies in a unit lets them see what lies below it.
func (s *Service) reach(who actor.Actor, action, kind string, t *tree) reach {
	return s.reachFor(who, action, kind, t, "")
}

// reachFor is reach for a reason.
func (s *Service) reachFor(who actor.Actor, action, kind string, t *tree, reason string) reach {
	r := reach{units: map[string]bool{}}
	if kind == "person" && who.Person != "" && s.allow(who, action, own(who).Because(reason)) == nil {
		r.self = who.Person
	}
	may := func(id string) bool {
		at := t.unitResource(kind, id)
		if kind != "unit" {
			at.ID = ""
		}
		return s.allow(who, action, at.Because(reason)) == nil
	}
	open := func(id string) {
		for _, u := range t.under(id) {
			r.units[u] = true
		}
	}
	tops := t.kids[""]
	var seen []string
	for _, u := range tops {
		if may(u.ID) {
			seen = append(seen, u.ID)
		}
	}
	nowhere := kind
	if kind == "unit" {
		nowhere = "roster" // that of which all units are part
	}
	switch action {
	case "roster.post.read":
		nowhere = kind
	case "roster.unit.read":
		nowhere = "tree"
	}
	if len(seen) == len(tops) && s.allow(who, action, Resource{Type: nowhere}.Because(reason)) == nil {
		r.all = true
		return r
	}
	for _, id := range seen {
		open(id)
	}
	try := func(id string) {
		if !r.units[id] && may(id) {
			open(id)
		}
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

// see turns the reach into a question about docs of a segment; nil when all may
// be seen.
func (r *reach) see(s *segment) func(doc int) bool {
	if r.all {
		return nil
	}
	self := -1
	if r.self != "" {
		self, _ = s.seek(r.self)
	}
	open := make([]bool, len(s.units))
	for i, u := range s.units {
		open[i] = r.units[u]
	}
	return func(i int) bool { return open[s.unit[i]] || i == self }
}

// denied is what somebody without any reach gets.
func (s *Service) denied(who actor.Actor, action string, res Resource) error {
	if err := s.allow(who, action, res); err != nil {
		return err
	}
	return fault.New(fault.Denied, "roster.denied")
}
