package crowd

import (
	"math/rand/v2"
	"strings"
)

// Slip is a way of getting a name wrong.
type Slip struct {
	Name string
	do   func(r *rand.Rand, w string) string // "" when the word offers nothing
}

// Slips are the ways.
var Slips = []Slip{
	{"letter dropped", func(r *rand.Rand, w string) string { i := r.IntN(len(w)); return w[:i] + w[i+1:] }},
	{"letter doubled", func(r *rand.Rand, w string) string { i := r.IntN(len(w)); return w[:i+1] + w[i:] }},
	{"letters swapped", func(r *rand.Rand, w string) string {
		i := r.IntN(len(w) - 1)
		return w[:i] + w[i+1:i+2] + w[i:i+1] + w[i+2:]
	}},
	{"neighbouring key", func(r *rand.Rand, w string) string {
		i := r.IntN(len(w))
		near := keys[w[i]]
		if near == "" {
			return ""
		}
		return w[:i] + string(near[r.IntN(len(near))]) + w[i+1:]
	}},
	{"old spelling", func(r *rand.Rand, w string) string {
		return one(r, w, "u", "oe", "j", "dj", "c", "tj", "y", "j", "oe", "u", "dj", "j", "tj", "c")
	}},
	{"h left out or put in", func(r *rand.Rand, w string) string {
		return one(r, w, "h", "", "d", "dh", "t", "th", "k", "kh", "s", "sh")
	}},
	{"sounds alike", func(r *rand.Rand, w string) string {
		return one(r, w, "f", "v", "v", "f", "i", "y", "z", "s", "sy", "s", "ph", "f", "k", "q", "ai", "ei")
	}},
}

// one puts one of the pairs' second halves for its first, at one place.
func one(r *rand.Rand, w string, pairs ...string) string {
	from := r.IntN(len(pairs) / 2)
	for i := range len(pairs) / 2 {
		k := (from + i) % (len(pairs) / 2) * 2
		if n := strings.Count(w, pairs[k]); n > 0 {
			at, pick := 0, r.IntN(n)
			for range pick {
				at += strings.Index(w[at:], pairs[k]) + len(pairs[k])
			}
			at += strings.Index(w[at:], pairs[k])
			return w[:at] + pairs[k+1] + w[at+len(pairs[k]):]
		}
	}
	return ""
}

// keys are the neighbours of each key.
var keys = map[byte]string{
	'q': "wa", 'w': "qes", 'e': "wrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok", 'o': "ipl", 'p': "ol",
	'a': "qsz", 's': "adw", 'd': "sfe", 'f': "dgr", 'g': "fht", 'h': "gjy", 'j': "hku", 'k': "jli", 'l': "ko",
	'z': "xa", 'x': "zc", 'c': "xv", 'v': "cb", 'b': "vn", 'n': "bm", 'm': "n",
}

// Question is a misspelt name and the name that is meant.
type Question struct{ Text, Want, Slip string }

// Misspell makes n questions about names: every way in turn, in a word of four
// letters at least; every third time two words are wrong, or one word twice.
func Misspell(seed uint64, names []string, n int) []Question {
	r := rand.New(rand.NewPCG(seed, 2))
	var out []Question
	for len(out) < n {
		name := names[r.IntN(len(names))]
		list := strings.Fields(strings.ToLower(name))
		if len(list) < 2 { // a single common word has too many right answers
			continue
		}
		slip := Slips[len(out)%len(Slips)]
		ok := true
		for range 1 + max(0, 1-len(out)%3) {
			i := r.IntN(len(list))
			if len(list[i]) < 4 {
				ok = false
				break
			}
			w := slip.do(r, list[i])
			if ok = w != "" && w != list[i]; !ok {
				break
			}
			list[i] = w
		}
		if text := strings.Join(list, " "); ok && text != strings.ToLower(name) {
			out = append(out, Question{text, name, slip.Name})
		}
	}
	return out
}
