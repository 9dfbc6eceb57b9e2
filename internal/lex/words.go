package lex

import (
	"netral/internal/lex/date"
	"netral/internal/lex/stem"
)

// Words is what a lexicon knows of words as such, for readers of other things
// than questions. It must not be changed.
type Words struct {
	Alias    map[string][]string // a word as people write it → words in their normal form
	Filler   map[string]bool     // words without weight
	Numbered map[string]bool     // words that a figure follows: "no2" is number two
	Dates    *date.Vocabulary
	Stemmer  *stem.Stemmer
}

// Words gives the words of the lexicon.
func (l *Lexicon) Words() Words {
	return Words{Alias: l.alias, Filler: l.filler, Numbered: l.numbered, Dates: &l.dates, Stemmer: l.stemmer}
}
