package lex

import (
	"netral/internal/day"
	"netral/internal/lex/letter"
	"netral/internal/rule"
)

// Bounds on what is read. A question has some 15 words; the bounds are there
// for everything else that can be put into a text field.
const (
	MaxRunes = 2000     // runes that are neither white space nor invisible
	MaxBytes = 64 << 10 // bytes of all kinds
)

// limit is the bounds as the reader of letters takes them.
func limit() letter.Limit { return letter.Limit{Runes: MaxRunes, Bytes: MaxBytes} }

// Name is something a contestant or party is called: a name, a nickname, a
// hashtag (with its #), a slogan, a ballot number ("nomor 2").
type Name struct {
	Text  string
	Facts rule.Facts // what somebody who says it speaks of: object, contest
	Hints rule.Facts // what it says of derived facts
	From  day.Day    // the name means this on [From, Until); day.None is open
	Until day.Day
	Weak  bool   // an ordinary word too: counts only where a contest is spoken of
	Who   string // id of the contestant or party, for Reading.Who
}

// Reading is what a text was understood to say.
type Reading struct {
	Facts   rule.Facts // only facts that the words state
	Hints   rule.Facts // facts of the book that follow from the day, as the words suggest them
	On      day.Day    // the day spoken of; day.None when none is
	Spans   []Span     // the words each finding rests on, in order of the text
	Who     []string   // ids of the contestants and parties named
	Outside bool       // no act of the book was found
	Lang    string     // "id" or "en"
	Cut     bool       // the text was longer than what is read
}

// Span says which words a finding rests on. From and To are byte offsets into
// the text as it was given. Fact is "on" for a day (Value YYYY-MM-DD) and "" for
// a name that only adds to Reading.Who.
type Span struct {
	From, To int
	Fact     string
	Value    string
	Who      string
}
