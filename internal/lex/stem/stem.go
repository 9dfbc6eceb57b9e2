// Package stem takes Indonesian and English words apart, as people write them
// in messages: affixes of formal and of Jakarta speech, clitics, letters held
// for emphasis, figures drawn as letters, single slips of the finger. Which
// words may be left is always the caller's to say; nothing is guessed.
package stem

import (
	"strings"

	sastrawi "github.com/RadhiFadlillah/go-sastrawi"
)

// Stemmer takes words apart. Roots are the dictionary's; the stems asked for
// are those the lexicon speaks of, so that a loan word ("like", "share",
// "posting") takes Indonesian affixes although no dictionary has it.
type Stemmer struct {
	roots sastrawi.Dictionary
	with  sastrawi.Stemmer
}

// New loads the dictionary of roots.
func New() *Stemmer {
	d := sastrawi.DefaultDictionary()
	return &Stemmer{roots: d, with: sastrawi.NewStemmer(d)}
}

// Ordinary reports whether the word is in the dictionary, or built on a word
// that is.
func (s *Stemmer) Ordinary(w string) bool {
	if _, ok := s.roots[w]; ok {
		return true
	}
	_, ok := s.roots[s.with.Stem(w)]
	return ok
}

// Endings and beginnings as people write them. An ending may be a clitic (nya,
// lah), a suffix, or both; "in" is the Jakarta form of -kan and -i.
var (
	endings = []string{
		"", "nya", "kan", "in", "an", "i", "ku", "mu", "lah", "kah", "pun",
		"innya", "kannya", "annya", "inya", "anku", "anmu", "inlah", "kanlah", "ankah", "nyakah", "nyalah", "nyapun",
	}
	beginnings = []string{
		"di", "me", "mem", "men", "meng", "nge", "ng", "ke", "ter", "ber", "pe", "pem", "pen", "peng", "se", "ku", "kau",
		"memper", "diper", "keter", "pember", "teper",
	}
	// A nasal that took the place of the root's first letter: nyoblos, milih,
	// nonton, ngasih; with me- and pe- before it in formal writing.
	nasals = []struct{ nasal, letters string }{
		{"ny", "sc"}, {"ng", "k"}, {"m", "pb"}, {"n", "td"}, {"meny", "sc"}, {"meng", "k"}, {"mem", "p"}, {"men", "t"},
		{"peny", "s"}, {"peng", "k"}, {"pem", "p"}, {"pen", "t"}, {"nge", ""}, {"di", ""},
	}
	// English endings and what they may have replaced.
	english = []struct{ end, put string }{
		{"s", ""}, {"es", ""}, {"ed", ""}, {"d", ""}, {"ing", ""}, {"ing", "e"}, {"ies", "y"}, {"ied", "y"},
	}
)

// Stem finds the stem that known accepts: the word itself, the word without
// colloquial, Indonesian or English affixes, or what the dictionary stemmer
// makes of it. "" if there is none.
func (s *Stemmer) Stem(w string, known func(string) bool) string {
	if known(w) {
		return w
	}
	if len(w) < 4 || len(w) > 40 {
		return ""
	}
	if len(w) > 4 {
		for _, e := range english {
			base, ok := strings.CutSuffix(w, e.end)
			if !ok || len(base) < 3 {
				continue
			}
			if known(base + e.put) {
				return base + e.put
			}
			if n := len(base); n > 3 && e.put == "" && base[n-1] == base[n-2] && known(base[:n-1]) {
				return base[:n-1] // tagging, unfollowing needs no such step
			}
		}
	}
	for _, end := range endings {
		base, ok := strings.CutSuffix(w, end)
		if !ok || len(base) < 3 {
			continue
		}
		if end != "" && known(base) {
			return base
		}
		for _, b := range beginnings {
			if core, ok := strings.CutPrefix(base, b); ok && len(core) >= 3 && known(core) {
				return core
			}
		}
		for _, n := range nasals {
			core, ok := strings.CutPrefix(base, n.nasal)
			if !ok || len(core) < 2 {
				continue
			}
			for _, l := range n.letters {
				if full := string(l) + core; len(full) >= 4 && known(full) {
					return full
				}
			}
		}
	}
	if r := s.with.Stem(w); r != w && known(r) {
		return r
	}
	return ""
}

// Bare takes a clitic off a word: fotonya, istriku, bolehkah. ok tells which
// words may be left.
func Bare(w string, ok func(string) bool) string {
	for _, c := range [...]string{"nya", "kah", "lah", "pun", "ku", "mu", "ny", "x"} {
		base, cut := strings.CutSuffix(w, c)
		if !cut || len(base) < 3 {
			continue
		}
		if ok(base) {
			return base
		}
		if c == "nya" || c == "kah" || c == "lah" {
			if b := Bare(base, ok); b != "" {
				return b
			}
		}
	}
	return ""
}
