package access

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/text"
)

//go:embed policies
var files embed.FS

// Policies are the policies that Netral carries inside.
func Policies() fs.FS {
	sub, err := fs.Sub(files, "policies")
	if err != nil { // the name is a constant
		panic(err)
	}
	return sub
}

// Resource is what an action is done to.
type Resource = scope.Resource

// Action is something that can be done.
type Action struct {
	Name   string
	Types  []string // of things it is done to, in lower case
	Hidden bool     // a refusal looks as if there were nothing there
	Nobody bool     // no policy, on purpose
	// Grave says that a second, different person has to agree; with Roles, only
	// where the attribute "role" is one of them.
	Grave bool
	Roles []string
}

// TitleKey is the key of what people call the action.
func (a Action) TitleKey() string { return "access.action." + a.Name }

// RoleKey is the key of what people call a role.
func RoleKey(role string) string { return "access.role." + role }

// Check is nil when the actor may do the action to the thing. Faults: Denied;
// SignIn for those who have not said who they are; NotFound where existence is private. A fault of kind Internal says that the
// caller's words are not those of the schema; it refuses, too.
func (g *Guard) Check(who actor.Actor, action string, r Resource) error {
	f, a, extra, err := g.look(who, action, r)
	if err != nil {
		return err
	}
	if !scope.Allows(who, action) {
		return refuse(a, fault.New(fault.Denied, "access.scope", text.Key(a.TitleKey())))
	}
	ok, err := g.decide(f, a, extra)
	switch {
	case err != nil:
		return err
	case ok:
		return nil
	case !who.Known():
		return refuse(a, fault.New(fault.SignIn, "access.sign_in", text.Key(a.TitleKey())))
	}
	if !f.is(withReason) {
		f.set(withReason, true)
		if ok, err := g.decide(f, a, extra); err == nil && ok {
			return fault.New(fault.Denied, keyReason, text.Key(a.TitleKey()))
		}
	}
	return refuse(a, fault.New(fault.Denied, "access.denied", text.Key(a.TitleKey())))
}

// May is Check for those who only want to know, to show a button or a row.
func (g *Guard) May(who actor.Actor, action string, r Resource) bool {
	f, a, extra, err := g.look(who, action, r)
	if err != nil || !scope.Allows(who, action) {
		return false
	}
	ok, err := g.decide(f, a, extra)
	return ok && err == nil
}

const keyReason = "access.reason"

// NeedsReason says that a refusal would be none if a reason were given.
func NeedsReason(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Key == keyReason
}

// Missing is the fault for a thing that is not there. Whoever guards hidden
// things answers with it for those that do not exist, so that nobody can tell
// the two apart.
func Missing() error { return fault.New(fault.NotFound, "access.missing") }

func refuse(a *rules, err error) error {
	if a.Hidden {
		return Missing()
	}
	return err
}

// Action is the action of the name.
func (g *Guard) Action(name string) (Action, bool) {
	a, ok := g.actions[name]
	if !ok {
		return Action{}, false
	}
	return a.Action, true
}

// Actions lists all actions by name.
func (g *Guard) Actions() []Action {
	out := make([]Action, 0, len(g.actions))
	for _, name := range slices.Sorted(maps.Keys(g.actions)) {
		out = append(out, g.actions[name].Action)
	}
	return out
}

// Roles lists the roles in the order of the schema.
func (g *Guard) Roles() []string { return slices.Clone(g.roles) }

// Grave says whether the action, done to this thing, needs the consent of a
// second person: see TwoPersons.
func (g *Guard) Grave(action string, r Resource) bool {
	a, ok := g.actions[action]
	if !ok || !a.Grave {
		return !ok // what is not known is not done lightly
	}
	if len(a.Roles) == 0 {
		return true
	}
	role, ok := r.Attrs["role"].(string)
	return !ok || slices.Contains(a.Roles, role)
}

func wrong(format string, args ...any) error {
	return &fault.Error{Kind: fault.Internal, Key: "fault.internal", Err: fmt.Errorf("access: "+format, args...)}
}
