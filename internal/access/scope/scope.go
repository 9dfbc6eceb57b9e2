// Package scope narrows an actor to some actions. A token carries its owner's
// power no further than it was made for. The bound travels with the actor, so
// that every place that hands the actor on hands the bound on, too.
package scope

import (
	"slices"

	"netral/internal/actor"
)

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
