package access

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/text"
)

// Word is what one of two persons said.
type Word struct {
	Actor  string    `json:"actor"`
	Person string    `json:"person,omitempty"` // in the roster
	At     time.Time `json:"at"`
	Yes    bool      `json:"yes"`
	Reason string    `json:"reason"`
}

// TwoPersons is a grave act that one person asked for and a second has to agree
// to. It is a value: who keeps it, and does the act once State is Agreed, is
// the caller's affair. The caller also asks Check for each of the two.
type TwoPersons struct {
	Action string `json:"action"`
	// About are actors, or ids in the roster, whom the act gives or takes
	// something. None of them has a word in it.
	About  []string  `json:"about,omitempty"`
	Asked  Word      `json:"asked"`
	Answer *Word     `json:"answer,omitempty"`
	Until  time.Time `json:"until"` // without an answer by then it lapses
}

// State is how far two persons got.
type State string

// The states. Only the first can change.
const (
	Waiting   State = "waiting"
	Agreed    State = "agreed"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
	Lapsed    State = "lapsed"
)

// Lapse is how long a proposal waits: a week, so that it outlives a long
// weekend and does not lie in wait for a careless day.
const Lapse = 7 * 24 * time.Hour

// Reasons are between these lengths, in characters.
const (
	minReason = 5
	maxReason = 500
)

// Propose is the first person's word. Faults: Denied, Invalid.
func Propose(by actor.Actor, action, reason string, about []string, now time.Time) (TwoPersons, error) {
	t := TwoPersons{Action: action, About: slices.Clone(about), Until: now.Add(Lapse)}
	w, err := t.word(by, true, reason, now)
	t.Asked = w
	return t, err
}

// Decide is the second person's word. Whoever proposed may say no, which
// withdraws it, and never yes. T is not changed. Faults: Denied, Conflict when
// it is settled, Invalid.
func (t TwoPersons) Decide(by actor.Actor, yes bool, reason string, now time.Time) (TwoPersons, error) {
	if s := t.State(now); s != Waiting {
		return t, fault.New(fault.Conflict, "access.two.settled", text.Key("access.two."+string(s)))
	}
	w, err := t.word(by, yes, reason, now)
	if err != nil {
		return t, err
	}
	if yes && t.Asked.by(by) {
		return t, fault.New(fault.Denied, "access.two.same")
	}
	t.Answer = &w
	return t, nil
}

// State is how far it got at a moment.
func (t TwoPersons) State(now time.Time) State {
	switch {
	case t.Answer == nil && now.Before(t.Until):
		return Waiting
	case t.Answer == nil:
		return Lapsed
	case t.Answer.Yes:
		return Agreed
	case t.Asked.by(actor.Actor{ID: t.Answer.Actor, Person: t.Answer.Person}):
		return Withdrawn
	}
	return Refused
}

func (t TwoPersons) word(by actor.Actor, yes bool, reason string, now time.Time) (Word, error) {
	if !by.Known() {
		return Word{}, fault.New(fault.SignIn, "access.sign_in", text.Key("access.action."+t.Action))
	}
	if slices.ContainsFunc(t.About, func(id string) bool { return same(by, id) }) {
		return Word{}, fault.New(fault.Denied, "access.two.about")
	}
	reason = strings.TrimSpace(reason)
	n := utf8.RuneCountInString(reason)
	var f fault.Fields
	f.Add(n >= minReason && n <= maxReason, "reason", "access.two.reason", n, minReason, maxReason)
	return Word{Actor: by.ID, Person: by.Person, At: now, Yes: yes, Reason: reason}, f.Err()
}

// by says whether the word is that of somebody, also under another account.
func (w Word) by(who actor.Actor) bool {
	return w.Actor == who.ID || w.Person != "" && w.Person == who.Person
}
