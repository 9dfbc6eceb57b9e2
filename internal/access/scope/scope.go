// Package scope narrows an actor to some actions. A token carries its owner's
// power no further than it was made for.
//
// The bound travels with the actor, as an entry among the grants that is no
// role, so that every place that hands the actor on hands the bound on, too.
package scope

import (
	"slices"
	"strings"

	"netral/internal/actor"
)

// mark begins the entry. No role has a space in it.
const mark = "only "

// Narrow gives the actor who may do these actions and no other, and those only
// where the actor may. Narrowing twice leaves what both allow. The actor given
// is not changed.
func Narrow(a actor.Actor, actions []string) actor.Actor {
	a.Grants = append(slices.Clone(a.Grants), actor.Grant{Role: mark + strings.Join(actions, " ")})
	return a
}

// Allows says whether a bound, if there is one, lets the action through.
func Allows(a actor.Actor, action string) bool {
	for _, g := range a.Grants {
		if rest, ok := strings.CutPrefix(g.Role, mark); ok && !has(rest, action) {
			return false
		}
	}
	return true
}

// Narrowed says whether the actor is bound at all. Such an actor is a program
// with a token, and must not make tokens or change what its owner may do.
func Narrowed(a actor.Actor) bool {
	for _, g := range a.Grants {
		if strings.HasPrefix(g.Role, mark) {
			return true
		}
	}
	return false
}

func has(list, word string) bool {
	if word == "" {
		return false
	}
	for list != "" {
		w, rest, _ := strings.Cut(list, " ")
		if w == word {
			return true
		}
		list = rest
	}
	return false
}
