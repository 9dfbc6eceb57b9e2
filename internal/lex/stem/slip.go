package stem

import (
	"strings"
	"unicode/utf8"
)

// leet has the letters that each figure is drawn for.
var leet = [10]string{"o", "il", "z", "e", "a", "s", "g", "tj", "b", "gp"}

// Squeeze shortens every run of one letter to at most n.
func Squeeze(w string, n int) string {
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

// Unleet puts letters for figures, each figure having one or two letters it
// can stand for, until the word is one that known accepts.
func Unleet(w string, known func(string) bool) (string, bool) {
	letters, figures := 0, 0
	for i := 0; i < len(w); i++ {
		if w[i] >= '0' && w[i] <= '9' {
			figures++
		} else {
			letters++
		}
	}
	if letters < 2 || figures > 4 {
		return "", false
	}
	b := []byte(w)
	var try func(i int) bool
	try = func(i int) bool {
		for i < len(b) && (b[i] < '0' || b[i] > '9') {
			i++
		}
		if i == len(b) {
			return known(string(b))
		}
		was := b[i]
		defer func() { b[i] = was }()
		for _, l := range []byte(leet[was-'0']) {
			b[i] = l
			if try(i + 1) {
				was = l
				return true
			}
		}
		return false
	}
	if !try(0) {
		return "", false
	}
	return string(b), true
}

// Slips are words by what is left of them when a letter is missing.
type Slips map[string][]string

// Respell finds the one word of those filed that is a single slip away: a
// letter too many, too few, wrong, or two swapped. Words that exist otherwise
// are never respelt, nor are short ones, where one letter makes another word.
func (s Slips) Respell(w string, exists func(string) bool) (string, bool) {
	n := utf8.RuneCountInString(w)
	if n != len(w) || n < 6 || n > 24 || exists(w) {
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
		for _, c := range s[less] {
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

// Spelling files each word of six letters or more under itself and under
// itself less one letter.
func Spelling(of ...map[string]int32) Slips {
	out := Slips{}
	seen := map[string]bool{}
	for _, m := range of {
		for w := range m {
			if len(w) < 6 || seen[w] || w[0] >= '0' && w[0] <= '9' {
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
