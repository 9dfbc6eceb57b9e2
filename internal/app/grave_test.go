package app

import (
	"testing"

	"netral/internal/access"
	"netral/internal/identity"
)

// TestGraveRolesAreTheSameEverywhere holds the roles for which identity asks a
// second administrator against those that the policies mark.
func TestGraveRolesAreTheSameEverywhere(t *testing.T) {
	g, err := access.Load(access.Policies())
	if err != nil {
		t.Fatal(err)
	}
	grave := 0
	for _, role := range identity.Roles() {
		marked := g.Grave(identity.ActGrant, access.Resource{Type: "grant", Attrs: map[string]any{"role": role}})
		if marked != identity.Grave(role) {
			t.Errorf("%s: the policies say %v, identity says %v", role, marked, identity.Grave(role))
		}
		if marked {
			grave++
		}
	}
	if grave < 3 {
		t.Errorf("only %d roles need two people", grave)
	}
	for _, action := range []string{identity.ActManage, identity.ActGrant, identity.ActRecover} {
		if a, ok := g.Action(action); !ok || kinds[action] == "" || a.Types[0] != kinds[action] {
			t.Errorf("identity asks for %q, done to %q; the policies have %+v", action, kinds[action], a)
		}
	}
}
