package letter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Glyph is one folded rune and the bytes of the text that it stands for.
type Glyph struct {
	R        rune
	From, To int32
	Upper    bool
}

// Limit says how much of a text is looked at.
type Limit struct {
	Runes int // that are neither white space nor invisible
	Bytes int // of all kinds
}

// Fold rewrites text into plain lower-case runes: compatibility forms become
// ordinary letters (NFKD, so "𝓵𝓲𝓴𝓮" and "ｌｉｋｅ" are "like"), accents and other
// marks go, look-alike letters of other scripts become Latin, and invisible
// characters (zero width, direction marks, variation selectors) vanish. Runs of
// white space become one space, a run with a line break one '\n'. It stops
// at the limit and then reports cut.
func Fold(out []Glyph, text string, most Limit) (_ []Glyph, cut bool) {
	if len(text) > most.Bytes {
		end := most.Bytes
		for end > most.Bytes-utf8.UTFMax && !utf8.RuneStart(text[end]) {
			end--
		}
		// What is left out matters only if something is in it.
		cut = strings.TrimSpace(text[end:]) != ""
		text = text[:end]
	}
	var buf [256]byte
	read := 0
	for i := 0; i < len(text); {
		c := text[i]
		if read >= most.Runes {
			return out, cut || strings.TrimSpace(text[i:]) != ""
		}
		if c < utf8.RuneSelf {
			switch {
			case c == '\n' || c == '\r':
				out = space(out, i, '\n')
			case c <= ' ' || c == 0x7f:
				out = space(out, i, ' ')
			default:
				up := 'A' <= c && c <= 'Z'
				if up {
					c += 'a' - 'A'
				}
				out = append(out, Glyph{rune(c), int32(i), int32(i + 1), up})
				read++
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size <= 1 {
			// A byte that is no text separates words, nothing more.
			out = space(out, i, ' ')
			i++
			read++
			continue
		}
		from, to := int32(i), int32(i+size)
		i += size
		switch {
		case unicode.IsSpace(r):
			out = space(out, int(from), ' ')
			continue
		case invisible(r):
			read++ // not free: a text of nothing else must end too
			continue
		}
		read++
		for _, d := range string(norm.NFKD.AppendString(buf[:0], text[from:to])) {
			if unicode.Is(unicode.Mn, d) || invisible(d) {
				continue
			}
			up := unicode.IsUpper(d)
			d = unicode.ToLower(d)
			if l, ok := lookalike(d); ok {
				d = l
			}
			if unicode.IsSpace(d) {
				out = space(out, int(from), ' ')
				continue
			}
			out = append(out, Glyph{d, from, to, up})
		}
	}
	return out, cut
}

// space adds one separator; a line break is the stronger of two.
func space(out []Glyph, at int, r rune) []Glyph {
	if n := len(out); n > 0 && (out[n-1].R == ' ' || out[n-1].R == '\n') {
		if r == '\n' {
			out[n-1].R = r
		}
		return out
	}
	return append(out, Glyph{r, int32(at), int32(at), false})
}

// invisible are characters that people cannot see and that split words for
// machines only.
func invisible(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0:
		return true
	case r >= 0x180b && r <= 0x180f, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f, r == 0xfeff, r >= 0xfff0 && r <= 0xfffb,
		r >= 0x1f3fb && r <= 0x1f3ff, // skin tones
		r >= 0xe0000 && r <= 0xe0fff: // tags, variation selectors
		return true
	}
	return unicode.Is(unicode.Cc, r)
}

// lookalike maps the letters of other scripts that are drawn like Latin ones,
// as far as they are used to disguise words, and the dotless i that the
// decomposition leaves.
func lookalike(r rune) (rune, bool) {
	if r < 0x80 || r > 0x52f { // the last of them is Cyrillic
		return r, false
	}
	const from = "аеорсухіјѕԁһӏԛԝкмтвнгѵ" + "αοερτυικνγχω" + "ıøłđʟ"
	const to = "aeopcyxijsdhlqwkmtbhrv" + "aoeptuikvyxw" + "ioldl"
	n := 0
	for _, f := range from {
		if f == r {
			return rune(to[n]), true
		}
		n++
	}
	return r, false
}
