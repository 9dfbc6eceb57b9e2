package lex

import (
	"netral/internal/lex/stem"
)

// unstretch takes back letters held for emphasis: boleeeeh, gaaak.
func (r *Reader) unstretch(w string) (string, bool) {
	once, twice := stem.Squeeze(w, 1), stem.Squeeze(w, 2)
	for _, s := range [...]string{twice, once} {
		if s != w && len(s) > 1 && r.known(s) {
			return s, true
		}
	}
	return "", false
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
