package scope_test

import (
	"testing"

	"netral/internal/access/scope"
	"netral/internal/actor"
)

func TestNarrow(t *testing.T) {
	a := actor.Actor{ID: "account:x", Grants: []actor.Grant{{Role: "personnel"}}}
	n := scope.Narrow(a, []string{"roster.person.read", "ask.ask"})
	for action, want := range map[string]bool{"roster.person.read": true, "ask.ask": true, "ask": false, "roster.person.rea": false, "": false, "ask.ask ": false} {
		if got := scope.Allows(n, action); got != want {
			t.Errorf("Allows(%q) = %v", action, got)
		}
	}
	if !scope.Allows(a, "anything") || scope.Narrowed(a) || !scope.Narrowed(n) {
		t.Error("the actor given was changed, or the other not")
	}
	twice := scope.Narrow(n, []string{"ask.ask", "jobs.read"})
	if !scope.Allows(twice, "ask.ask") || scope.Allows(twice, "jobs.read") || scope.Allows(twice, "roster.person.read") {
		t.Error("narrowing twice leaves more than what both allow")
	}
	if none := scope.Narrow(a, nil); scope.Allows(none, "ask.ask") || scope.Allows(none, "") || !scope.Narrowed(none) {
		t.Error("narrowed to nothing, and yet something is allowed")
	}
	if !n.Has("personnel") {
		t.Error("the roles are lost")
	}
}
