package lex

import (
	"strings"
	"unicode/utf8"
)

// leet has the letters that each figure is drawn for.
var leet = [10]string{"o", "il", "z", "e", "a", "s", "g", "tj", "b", "gp"}

// unstretch takes back letters held for emphasis: boleeeeh, gaaak.
func (r *Reader) unstretch(w string) (string, bool) {
	once, twice := squeeze(w, 1), squeeze(w, 2)
	for _, s := range [...]string{twice, once} {
		if s != w && len(s) > 1 && r.known(s) {
			return s, true
		}
	}
	return "", false
}

// squeeze shortens every run of one letter to at most n.
func squeeze(w string, n int) string {
	var sb strings.Builder
	var last rune
	run := 0
	for _, c := range w {
		if c == last {
			run++
		} else {
			last, run = c, 1
		}
		if run <= n {
			sb.WriteRune(c)
		}
	}
	return sb.String()
}

// respell finds the one word of the lexicon that is a single slip away: a
// letter too many, too few, wrong, or two swapped. Words that exist otherwise
// are never respelt, nor are short ones, where one letter makes another word.
func (r *Reader) respell(w string) (string, bool) {
	n := utf8.RuneCountInString(w)
	if n != len(w) || n < 6 || n > 24 || r.lex.lang[0][w] || r.lex.lang[1][w] || r.lex.stemmer.ordinary(w) {
		return "", false
	}
	found := ""
	note := func(c string) {
		if found == "" || found == c {
			found = c
		} else {
			found = "-"
		}
	}
	try := func(less string) {
		for _, c := range r.lex.spell[less] {
			if c[0] == w[0] && oneSlip(c, w) {
				note(c)
			}
		}
	}
	try(w)
	for i := 0; i < len(w); i++ {
		try(w[:i] + w[i+1:])
	}
	if found == "" || found == "-" {
		return "", false
	}
	return found, true
}

// spelling files each word of six letters or more under itself and under
// itself less one letter.
func spelling(of ...map[string]int32) map[string][]string {
	out := map[string][]string{}
	seen := map[string]bool{}
	for _, m := range of {
		for w := range m {
			if len(w) < 6 || seen[w] || number(w) >= 0 {
				continue
			}
			seen[w] = true
			out[w] = append(out[w], w)
			for i := 0; i < len(w); i++ {
				if i > 0 && w[i] == w[i-1] {
					continue
				}
				less := w[:i] + w[i+1:]
				out[less] = append(out[less], w)
			}
		}
	}
	return out
}

// oneSlip reports whether the words differ by one letter added, dropped or
// changed, or by two neighbours swapped.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) {
		return true
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// number reads a whole number of at most four figures, or -1.
func number(w string) int {
	if len(w) == 0 || len(w) > 4 {
		return -1
	}
	n := 0
	for i := 0; i < len(w); i++ {
		if w[i] < '0' || w[i] > '9' {
			return -1
		}
		n = n*10 + int(w[i]-'0')
	}
	return n
}
