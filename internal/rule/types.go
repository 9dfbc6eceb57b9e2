package rule

import (
	"fmt"
	"slices"

	"netral/internal/day"
)

// Text is a text in Indonesian and in English.
type Text struct {
	ID string `json:"id"`
	EN string `json:"en"`
}

// In is the text in the language, Indonesian unless lang is "en".
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ID
}

// Zero reports that there is no text.
func (t Text) Zero() bool { return t == Text{} }

// Outcome is what rules say about a situation.
type Outcome uint8

// The outcomes, from the mildest to the gravest; Outside says that the book
// does not speak of this and whom to ask.
const (
	Undecided Outcome = iota
	Allowed
	Conditional
	Caution
	Prohibited
	Outside
	outcomes
)

var outcomeNames = [...]string{"undecided", "allowed", "conditional", "caution", "prohibited", "outside"}

// String is the outcome's name in files and in the API.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// MarshalText is String.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (o *Outcome) UnmarshalText(b []byte) error {
	v, ok := parseOutcome(string(b))
	if !ok {
		return fmt.Errorf("%q is not an outcome: want one of %v", b, outcomeNames)
	}
	*o = v
	return nil
}

func parseOutcome(s string) (Outcome, bool) {
	i := slices.Index(outcomeNames[:], s)
	return Outcome(max(i, 0)), i >= 0
}

// Fact is something a rule may ask about.
type Fact struct {
	Name    string
	Title   Text
	Ask     Text // the question, for facts that are asked
	Values  []Value
	Assume  string              // value taken when nobody said otherwise; "" for none
	Unless  map[string][]string // … but not where one of these facts has one of these values
	Derived bool                // follows from the day; never asked
	Needs   []string            // for a derived fact: the facts it follows from, besides the day
	Flip    bool                // changing it is another behaviour, not another question

	unless []test // Unless, linked
}

// Value is one value a fact can have.
type Value struct {
	Name   string
	Title  Text
	Groups []string // names by which rules speak of several values
}

// index is the place of the value, or -1.
func (f *Fact) index(value string) int {
	return slices.IndexFunc(f.Values, func(v Value) bool { return v.Name == value })
}

// Value finds a value by name.
func (f Fact) Value(name string) (Value, bool) {
	if i := f.index(name); i >= 0 {
		return f.Values[i], true
	}
	return Value{}, false
}

// mask is the set of values a word stands for: a value or a group.
func (f *Fact) mask(word string) uint64 {
	var m uint64
	for i, v := range f.Values {
		if v.Name == word || slices.Contains(v.Groups, word) {
			m |= 1 << i
		}
	}
	return m
}

// Rule is one rule of a book.
type Rule struct {
	ID          string
	List        string
	Title, Text Text
	When        []Condition   // all must hold
	Any         [][]Condition // and, if there are any, all of one of these
	Outcome     Outcome
	Default     bool
	Overrides   []string
	Breach      string
	Sanction    []string
	Cites       []string
	From, Until day.Day // in force on [From, Until); day.None is open
	Confidence  string
	Sources     []string
	Conflict    Text
	Opinions    []Opinion
	Conditions  []Text
	Instead     Text
	Ask         Text
	File        string
	Line        int

	index   int
	defeats []int // indexes of Overrides
	ways    []way
}

// A way is one conjunction by which a rule can hold: its conditions with one
// of its alternatives, one test a fact, in the order of facts.
type way []test

type test struct {
	fact int
	mask uint64
}

// against reports that a known fact speaks against the way.
func (w way) against(s Situation) bool {
	for _, t := range w {
		if v := s[t.fact]; v != 0 && t.mask>>(v-1)&1 == 0 {
			return true
		}
	}
	return false
}

// off is how many facts are unknown or speak against the way.
func (w way) off(s Situation) int {
	n := 0
	for _, t := range w {
		if v := s[t.fact]; v == 0 || t.mask>>(v-1)&1 == 0 {
			n++
		}
	}
	return n
}

// Condition asks that a fact has one of the values in the mask (bit i is the
// fact's value i).
type Condition struct {
	Fact  string
	Words []string // as written: values and groups
	fact  int
	mask  uint64
}

// Opinion is what a body holds where bodies disagree.
type Opinion struct {
	Who    Text
	Says   Text
	Source string
}

// InForce reports whether the rule is in force on the day.
func (r *Rule) InForce(on day.Day) bool {
	return (r.From == day.None || on >= r.From) && (r.Until == day.None || on < r.Until)
}

// Instrument is a law, decree, circular or order.
type Instrument struct {
	ID          string
	Title       Text
	Number      string
	From, Until day.Day
}

// Item is one provision that must have a rule.
type Item struct {
	ID         string
	Instrument string
	Provision  Text
	Confidence string
	Line       int // in book.yaml
}

// Sanction is a penalty that may follow.
type Sanction struct {
	Code  string
	Level string
	Title Text
}

// Supervisor is the body that supervises from From up to Until.
type Supervisor struct {
	Body, Note  Text
	From, Until day.Day
}
