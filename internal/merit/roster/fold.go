package roster

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxWords is how many words of a name are kept, and of a question read.
const (
	maxWords    = 12
	maxTokens   = 6
	maxQuestion = 100
)

// words folds a name into its words: lower case, without marks; what is no
// letter and no digit parts words, but for an apostrophe or a dot inside one
// ("Ma'ruf", "H.M.").
func words(name string) []string {
	var out []string
	var b strings.Builder
	end := func() {
		if b.Len() > 0 && len(out) < maxWords {
			out = append(out, b.String())
		}
		b.Reset()
	}
	ascii := true
	for i := range len(name) {
		ascii = ascii && name[i] < 0x80
	}
	if !ascii {
		name = norm.NFKD.String(name)
	}
	for _, r := range name {
		switch {
		case r < 0x80 && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9'):
			b.WriteByte(byte(r))
		case r >= 'A' && r <= 'Z':
			b.WriteByte(byte(r) + 'a' - 'A')
		case r == '\'' || r == '’' || r == '`' || r == 'ʼ' || unicode.Is(unicode.Mn, r):
		case r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToLower(r))
		default:
			end()
		}
	}
	end()
	return out
}

// sound folds the ways of writing one sound: the spelling before 1972 (oe, dj,
// tj, nj, sj), Arabic names (kh, sy, th, dh, gh, ph), doubled letters, a silent
// h at the end. Two words that sound alike have the same key.
func sound(w string) string {
	b := make([]byte, 0, len(w))
	at := func(i int) byte {
		if i < len(w) {
			return w[i]
		}
		return 0
	}
	for i := 0; i < len(w); i++ {
		c, n := w[i], at(i+1)
		skip := true
		switch {
		case c == 'o' && n == 'e':
			c = 'u'
		case c == 'd' && n == 'j':
			c = 'j'
		case (c == 't' && n == 'j') || (c == 'c' && n == 'h' && i == 0):
			c = 'c'
		case c == 'n' && n == 'j':
			b = append(b, 'n')
			c = 'y'
		case c == 's' && (n == 'y' || n == 'j' || n == 'h'):
			c = 's'
		case c == 'k' && n == 'h' || c == 'c' && n == 'h':
			c = 'k'
		case (c == 't' || c == 'd' || c == 'g' || c == 'b') && n == 'h':
		case c == 'p' && n == 'h':
			c = 'f'
		case c == 'i' && n == 'e':
			c = 'i'
		case c == 'd' && n == 'z', c == 't' && n == 'z':
			c = 'z'
		case c == 'a' && (n == 'e' || n == 'y') && i+2 < len(w):
			b = append(b, 'a')
			c = 'i'
		default:
			skip = false
			switch c {
			case 'v':
				c = 'f'
			case 'q':
				c = 'k'
			case 'x':
				b = append(b, 'k')
				c = 's'
			case 'h':
				if i == len(w)-1 && i > 2 {
					continue
				}
			case 'y':
				if i == len(w)-1 {
					c = 'i'
				}
			}
		}
		if skip {
			i++
		}
		if len(b) == 0 || b[len(b)-1] != c {
			b = append(b, c)
		}
	}
	return string(b)
}

// signature is the set of letters of a word, for a quick look before distances
// are computed: an edit changes at most two of its bits.
func signature(w string) uint64 {
	var s uint64
	for i := range len(w) {
		switch c := w[i]; {
		case c >= 'a' && c <= 'z':
			s |= 1 << (c - 'a')
		case c >= '0' && c <= '9':
			s |= 1 << (26 + c - '0')
		default:
			s |= 1 << (36 + c%28)
		}
	}
	return s
}

// maxWord bounds the words whose distance is computed.
const maxWord = 40

// pattern is a word to which others are compared. The distance is computed for
// all letters of the word at once, one bit each, after Hyyrö, "A Bit-Vector
// Algorithm for Computing Levenshtein and Damerau Edit Distances" (2003): some
// ten operations for each letter of the other word instead of as many for each
// pair of letters.
type pattern struct {
	n    int
	last uint64
	at   [256]uint64 // where in the word each letter stands
}

// newPattern is nil for a word that is empty or too long to be compared.
func newPattern(w string) *pattern {
	if w == "" || len(w) > maxWord {
		return nil
	}
	p := &pattern{n: len(w), last: 1 << (len(w) - 1)}
	for i := range len(w) {
		p.at[w[i]] |= 1 << i
	}
	return p
}

// within says whether a word of n letters can be as near as that.
func (p *pattern) within(n, most int) bool {
	return p != nil && n-p.n <= most && p.n-n <= most && n <= maxWord
}

// distance is the number of edits (insert, delete, replace, swap neighbours)
// between the pattern and a word, or most+1 when it is more than most.
func (p *pattern) distance(w string, most int) int {
	if !p.within(len(w), most) {
		return most + 1
	}
	d := p.n
	var diagonal, before uint64
	more, less := ^uint64(0), uint64(0)
	for i := range len(w) {
		here := p.at[w[i]]
		swapped := (^diagonal & here) << 1 & before
		diagonal = ((here&more + more) ^ more) | here | less | swapped
		right, left := less|^(diagonal|more), diagonal&more
		if right&p.last != 0 {
			d++
		} else if left&p.last != 0 {
			d--
		}
		if d-(len(w)-1-i) > most { // each letter that is left takes one off at most
			return most + 1
		}
		right, left = right<<1|1, left<<1
		more, less = left|^(diagonal|right), right&diagonal
		before = here
	}
	return d
}
