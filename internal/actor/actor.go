// Package actor says who acts. Every use case takes an Actor; nothing reads
// one from a context.
package actor

// Actor is a person or a program that asks for something to be done.
type Actor struct {
	// ID names the actor in records: "anonymous", "system", "os:siti", later
	// a person's id. Never a name or a staff number.
	ID string
	// Lang is the language of answers, "id" or "en".
	Lang string
	// Via is the door: "page", "api", "cli", "job".
	Via string
}

// Anonymous asks without saying who they are.
func Anonymous(via, lang string) Actor { return Actor{ID: "anonymous", Via: via, Lang: lang} }

// System is Netral itself: nightly checks, start-up.
func System() Actor { return Actor{ID: "system", Via: "job", Lang: "id"} }

// OS is the operating-system user at the command line.
func OS(user, lang string) Actor { return Actor{ID: "os:" + user, Via: "cli", Lang: lang} }
