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

// distance is the number of edits (insert, delete, replace, swap neighbours)
// between two words, or most+1 when it is more than most.
func distance(a, b string, most int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > most || len(b) > maxWord {
		return most + 1
	}
	var rows [3][maxWord + 1]uint8
	prev2, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(a) + 1 {
		prev[j] = uint8(j)
	}
	for i := 1; i <= len(b); i++ {
		cur[0] = uint8(i)
		least := cur[0]
		for j := 1; j <= len(a); j++ {
			v := prev[j-1]
			if a[j-1] != b[i-1] {
				v = min(v, prev[j], cur[j-1]) + 1
				if i > 1 && j > 1 && a[j-1] == b[i-2] && a[j-2] == b[i-1] {
					v = min(v, prev2[j-2]+1)
				}
			}
			cur[j] = v
			least = min(least, v)
		}
		if int(least) > most {
			return most + 1
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return min(int(prev[len(a)]), most+1)
}
