package app

import (
	"netral/internal/access"
	"netral/internal/actor"
	"netral/internal/fault"
)

// What a route asks for, where it is no action of package access.
const (
	public  = "public"  // for everybody: frame of the site, ways in
	account = "account" // of whoever has signed in, also only half; the page itself sends others to sign in
)

// knock is asked before every handler. Whoever is nobody gets no further than
// to what is open to everybody: not even to hear whether there is something.
// What somebody who has signed in may do is decided where it is done.
func (h *house) knock(pattern string, who func() actor.Actor) error {
	action, ok := routes[pattern]
	if ok && (action == public || action == account || h.openTo(action)) || who().Known() {
		return nil
	}
	return fault.New(fault.SignIn, "identity.sign_in_first")
}

// openTo says whether an action is open to everybody.
func (h *house) openTo(action string) bool {
	a, ok := h.guard.Action(action)
	return ok && h.guard.May(actor.Anonymous("page", ""), action, access.Resource{Type: a.Types[0]})
}
