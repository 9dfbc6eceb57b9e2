// Package scope is what slices know of access: the question that they ask, and how
// an actor is narrowed to some actions. A token carries its owner's power no
// further than it was made for. The bound travels with the actor, so that every
// place that hands the actor on hands the bound on, too.
package scope

import (
	"maps"
	"slices"

	"netral/internal/actor"
)

// Resource is what an action is done to. Type is one of the schema, in lower
// case: "person". Attrs are all optional:
//
//	unit, unitPath        string, []string: the unit it lies in, and all above it
//	area, areaPath        string, []string: the same of areas
//	person, owner         string: id in the roster it is about; actor it belongs to
//	relatives             []string: ids in the roster of relatives of that person
//	parties, delegates,
//	recipients            []string: actors, or ids in the roster
//	reason                string: why; the caller records it
//
// and what the schema declares for the type besides: string, bool, int, int64
// or []string.
type Resource struct {
	Type  string
	ID    string
	Attrs map[string]any
}

// Because is the question with a reason, when there is one. The resource given is
// not changed.
func (r Resource) Because(reason string) Resource {
	if reason == "" {
		return r
	}
	r.Attrs = maps.Clone(r.Attrs)
	if r.Attrs == nil {
		r.Attrs = map[string]any{}
	}
	r.Attrs["reason"] = reason
	return r
}

// Allow decides whether somebody may do something: nil, or a fault. A slice asks
// it without knowing the policies.
type Allow func(who actor.Actor, action string, r Resource) error

// Narrow gives the actor who may do these actions and no other, and those only
// where the actor may. Narrowing twice leaves what both allow. The actor given
// is not changed.
func Narrow(a actor.Actor, actions []string) actor.Actor {
	only := make([]string, 0, len(actions))
	for _, x := range actions {
		if x != "" && Allows(a, x) {
			only = append(only, x)
		}
	}
	a.Only = only
	return a
}

// Allows says whether a bound, if there is one, lets the action through.
func Allows(a actor.Actor, action string) bool {
	return a.Only == nil || slices.Contains(a.Only, action)
}

// Narrowed says whether the actor is bound at all. Such an actor is a program
// with a token, and must not make tokens or change what its owner may do.
func Narrowed(a actor.Actor) bool { return a.Only != nil }
