package letter

import (
	"strings"
	"unicode"
)

// Kind is what a token is made of.
type Kind uint8

const (
	Word  Kind = iota
	Num        // digits only
	Tag        // #hashtag
	Emoji      // one pictograph
	Punct      // a mark between figures that dates need: / - . : ,
)

// Token is a piece of the text in its normal form.
type Token struct {
	Text     string
	From, To int32 // bytes of the original
	Kind     Kind
	Cased    bool // all capitals, at least two of them
	Quoted   bool // stands in quotation marks, alone or with others
	Brk      bool // a sentence ends before it
	Joined   bool // no space before it: the hyphen in "nge-like"
}

// Tokenise splits glyphs into tokens. Words are runs of letters and digits;
// apostrophes inside a word vanish ("Ka'bah", "jum'at"), English endings after an
// apostrophe are dropped.
func Tokenise(out []Token, gs []Glyph) []Token {
	quoted, brk, spaced := false, false, true
	quoteEnd := -1
	var sb strings.Builder
	for i := 0; i < len(gs); {
		g := gs[i]
		switch {
		case g.R == ' ':
			spaced = true
			i++
		case g.R == '\n':
			spaced, brk = true, true
			i++
		case wordRune(g.R) || (g.R == '#' && i+1 < len(gs) && wordRune(gs[i+1].R)):
			start := i
			k := Word
			if g.R == '#' {
				k = Tag
				i++
			}
			sb.Reset()
			if k == Tag {
				sb.WriteByte('#')
			}
			letters, digits, upper := 0, 0, 0
			for i < len(gs) {
				r := gs[i].R
				if !wordRune(r) {
					if r == '_' && k == Tag {
						i++
						continue
					}
					if l, ok := hiddenLetter(gs, i); ok && k == Word && letters > 0 {
						sb.WriteRune(l)
						i++
						continue
					}
					if apostrophe(r) && i+1 < len(gs) && wordRune(gs[i+1].R) && letters > 0 {
						if n := contraction(gs[i+1:]); n > 0 {
							i += 1 + n
							break
						}
						i++
						continue
					}
					break
				}
				if unicode.IsDigit(r) {
					digits++
				} else {
					letters++
				}
				if gs[i].Upper {
					upper++
				}
				sb.WriteRune(r)
				i++
			}
			if k == Word && letters == 0 {
				k = Num
			}
			out = append(out, Token{
				Text: sb.String(), From: gs[start].From, To: gs[i-1].To, Kind: k,
				Cased: upper >= 2 && upper == letters, Quoted: quoted, Brk: brk, Joined: !spaced && len(out) > 0,
			})
			brk, spaced = false, false
		case g.R == '"' || g.R == '“' || g.R == '”' || g.R == '«' || g.R == '»' ||
			(apostrophe(g.R) && (quoted && i <= quoteEnd || !quoted && closes(gs, i) > 0)):
			if quoted {
				quoted = false
			} else {
				quoted, quoteEnd = true, len(gs)
				if apostrophe(g.R) {
					quoteEnd = closes(gs, i)
				}
			}
			spaced = true
			i++
		case g.R == '.' || g.R == '?' || g.R == '!' || g.R == ';' || g.R == '…':
			if between(gs, i, unicode.IsDigit) && g.R == '.' {
				out = append(out, Token{Text: ".", From: g.From, To: g.To, Kind: Punct, Joined: true})
			} else if i+1 >= len(gs) || !wordRune(gs[i+1].R) || !singleBefore(gs, i) {
				brk = true
			}
			i++
		case g.R == '/' || g.R == '-' || g.R == ':' || g.R == ',':
			if between(gs, i, unicode.IsDigit) {
				out = append(out, Token{Text: string(g.R), From: g.From, To: g.To, Kind: Punct, Joined: true})
			}
			if g.R == ',' || g.R == ':' {
				spaced = true
			}
			i++
		case g.R > 0x7f && (unicode.Is(unicode.So, g.R) || g.R == '❤' || g.R == '♥' || g.R == '☝' || g.R == '✌'):
			out = append(out, Token{Text: string(g.R), From: g.From, To: g.To, Kind: Emoji, Quoted: quoted, Brk: brk})
			brk, spaced = false, true
			i++
		default:
			i++
		}
	}
	return out
}

// contraction is the length of an English ending after an apostrophe (cousin's,
// I'd, they're), or 0. It says nothing, and is dropped.
func contraction(gs []Glyph) int {
	n := 0
	for n < len(gs) && n < 3 && wordRune(gs[n].R) {
		n++
	}
	switch {
	case n == 1 && (gs[0].R == 's' || gs[0].R == 'd' || gs[0].R == 'm'),
		n == 2 && (gs[0].R == 'l' && gs[1].R == 'l' || gs[0].R == 'r' && gs[1].R == 'e' || gs[0].R == 'v' && gs[1].R == 'e'):
		return n
	}
	return 0
}

func wordRune(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func apostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == '‘' || r == '`' || r == '´' || r == 'ʼ'
}

// hiddenLetter reads a sign that stands for a letter inside a word: c@leg,
// p$i.
func hiddenLetter(gs []Glyph, i int) (rune, bool) {
	if !between(gs, i, unicode.IsLetter) {
		return 0, false
	}
	switch gs[i].R {
	case '@':
		return 'a', true
	case '$':
		return 's', true
	}
	return 0, false
}

func between(gs []Glyph, i int, is func(rune) bool) bool {
	return i > 0 && i+1 < len(gs) && is(gs[i-1].R) && is(gs[i+1].R)
}

// singleBefore reports that the glyph before i is a lone letter: the full
// stops of "l.i.k.e" and "s.d." do not end a sentence.
func singleBefore(gs []Glyph, i int) bool {
	return i >= 1 && wordRune(gs[i-1].R) && (i == 1 || !wordRune(gs[i-2].R))
}

// closes finds the apostrophe that closes a quotation opened at i: one at the
// start of a word, closed by one at the end of a word within 80 glyphs.
func closes(gs []Glyph, i int) int {
	if i > 0 && wordRune(gs[i-1].R) || i+1 >= len(gs) || !wordRune(gs[i+1].R) {
		return 0
	}
	for j := i + 2; j < len(gs) && j < i+80; j++ {
		if apostrophe(gs[j].R) && (j+1 == len(gs) || !wordRune(gs[j+1].R)) {
			return j
		}
	}
	return 0
}
