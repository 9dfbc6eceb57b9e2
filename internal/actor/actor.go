// Package actor says who acts. Every use case takes an Actor; nothing reads
// one from a context.
package actor

// Grant is a role that somebody holds, and where. Unit and Area are ids; ""
// means everywhere. Acting says that it is held for another (Plt, Plh).
type Grant struct {
	Role   string
	Unit   string
	Area   string
	Acting bool
}

// Actor is a person or a program that asks for something to be done.
type Actor struct {
	// ID names the actor in records: "anonymous", "system", "os:siti",
	// "account:…". Never a name or a staff number.
	ID string
	// Lang is the language of answers, "id" or "en".
	Lang string
	// Via is the door: "page", "api", "cli", "job".
	Via string
	// Person is the actor's id in the roster; "" for those who are not in it.
	Person string
	// Name is what a page greets them by. It is never recorded.
	Name string
	// Grants are the roles held on the day of the request.
	Grants []Grant
	// Only, when it is not nil, are the actions that are left to a program with a
	// token of this actor; an empty list leaves none. Package access/scope.
	Only []string
}

// Anonymous asks without saying who they are.
func Anonymous(via, lang string) Actor { return Actor{ID: "anonymous", Via: via, Lang: lang} }

// System is Netral itself: nightly checks, start-up.
func System() Actor { return Actor{ID: "system", Via: "job", Lang: "id"} }

// OS is the operating-system user at the command line.
func OS(user, lang string) Actor { return Actor{ID: "os:" + user, Via: "cli", Lang: lang} }

// Known reports that the actor has signed in or works at the command line.
func (a Actor) Known() bool { return a.ID != "" && a.ID != "anonymous" }

// Has reports whether the actor holds the role anywhere.
func (a Actor) Has(role string) bool {
	for _, g := range a.Grants {
		if g.Role == role {
			return true
		}
	}
	return false
}
