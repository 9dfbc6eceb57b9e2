package app

import (
	"slices"
	"strings"

	"netral/internal/access"
	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/text"
)

// What a route asks for, where it is no action of package access.
const (
	public  = "public"  // for everybody: frame of the site, ways in
	account = "account" // of whoever has signed in, also only half; the page itself sends others to sign in
)

// knock is asked before every handler. Whoever is nobody gets no further than
// to what is open to everybody: not even to hear whether there is something.
// A token goes no further than it was made for, also where everybody may go: it
// acts in its owner's name. What somebody who has signed in may do is decided
// where it is done.
func (h *house) knock(pattern string, who func() actor.Actor) error {
	actions := asked(pattern)
	if strings.Contains(pattern, " /api/") && !slices.ContainsFunc(actions, func(a string) bool { return a == public || scope.Allows(who(), a) }) {
		var a access.Action
		if len(actions) > 0 {
			a, _ = h.guard.Action(actions[0])
		}
		return fault.New(fault.Denied, "access.scope", text.Key(a.TitleKey()))
	}
	open := func(action string) bool { return action == public || action == account || h.openTo(action) }
	if slices.ContainsFunc(actions, open) || who().Known() {
		return nil
	}
	return fault.New(fault.SignIn, "identity.sign_in_first")
}

// asked are the actions of which a pattern asks for one; none for a pattern that
// is not in the table.
func asked(pattern string) []string {
	row, ok := routes[pattern]
	if !ok {
		return nil
	}
	return strings.Split(row, "|")
}

// openTo says whether an action is open to everybody.
func (h *house) openTo(action string) bool {
	a, ok := h.guard.Action(action)
	return ok && h.guard.May(actor.Anonymous("page", ""), action, access.Resource{Type: a.Types[0]})
}
