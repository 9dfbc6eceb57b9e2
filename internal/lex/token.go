package lex

import (
	"strings"
	"unicode"
)

// kind is what a token is made of.
type kind uint8

const (
	kindWord  kind = iota
	kindNum        // digits only
	kindTag        // #hashtag
	kindEmoji      // one pictograph
	kindPunct      // a mark between figures that dates need: / - . : ,
)

// token is a piece of the text in its normal form.
type token struct {
	text     string
	from, to int32 // bytes of the original
	kind     kind
	cased    bool // all capitals, at least two of them
	quoted   bool // stands in quotation marks, alone or with others
	brk      bool // a sentence ends before it
	joined   bool // no space before it: the hyphen in "nge-like"
}

// tokenise splits glyphs into tokens. Words are runs of letters and digits;
// apostrophes inside a word vanish ("Ka'bah", "jum'at"), English endings after an
// apostrophe are dropped.
func tokenise(out []token, gs []glyph) []token {
	quoted, brk, spaced := false, false, true
	quoteEnd := -1
	var sb strings.Builder
	for i := 0; i < len(gs); {
		g := gs[i]
		switch {
		case g.r == ' ':
			spaced = true
			i++
		case g.r == '\n':
			spaced, brk = true, true
			i++
		case wordRune(g.r) || (g.r == '#' && i+1 < len(gs) && wordRune(gs[i+1].r)):
			start := i
			k := kindWord
			if g.r == '#' {
				k = kindTag
				i++
			}
			sb.Reset()
			if k == kindTag {
				sb.WriteByte('#')
			}
			letters, digits, upper := 0, 0, 0
			for i < len(gs) {
				r := gs[i].r
				if !wordRune(r) {
					if r == '_' && k == kindTag {
						i++
						continue
					}
					if l, ok := hiddenLetter(gs, i); ok && k == kindWord && letters > 0 {
						sb.WriteRune(l)
						i++
						continue
					}
					if apostrophe(r) && i+1 < len(gs) && wordRune(gs[i+1].r) && letters > 0 {
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
				if gs[i].upper {
					upper++
				}
				sb.WriteRune(r)
				i++
			}
			if k == kindWord && letters == 0 {
				k = kindNum
			}
			out = append(out, token{
				text: sb.String(), from: gs[start].from, to: gs[i-1].to, kind: k,
				cased: upper >= 2 && upper == letters, quoted: quoted, brk: brk, joined: !spaced && len(out) > 0,
			})
			brk, spaced = false, false
		case g.r == '"' || g.r == '“' || g.r == '”' || g.r == '«' || g.r == '»' ||
			(apostrophe(g.r) && (quoted && i <= quoteEnd || !quoted && closes(gs, i) > 0)):
			if quoted {
				quoted = false
			} else {
				quoted, quoteEnd = true, len(gs)
				if apostrophe(g.r) {
					quoteEnd = closes(gs, i)
				}
			}
			spaced = true
			i++
		case g.r == '.' || g.r == '?' || g.r == '!' || g.r == ';' || g.r == '…':
			if between(gs, i, unicode.IsDigit) && g.r == '.' {
				out = append(out, token{text: ".", from: g.from, to: g.to, kind: kindPunct, joined: true})
			} else if i+1 >= len(gs) || !wordRune(gs[i+1].r) || !singleBefore(gs, i) {
				brk = true
			}
			i++
		case g.r == '/' || g.r == '-' || g.r == ':' || g.r == ',':
			if between(gs, i, unicode.IsDigit) {
				out = append(out, token{text: string(g.r), from: g.from, to: g.to, kind: kindPunct, joined: true})
			}
			if g.r == ',' || g.r == ':' {
				spaced = true
			}
			i++
		case g.r > 0x7f && (unicode.Is(unicode.So, g.r) || g.r == '❤' || g.r == '♥' || g.r == '☝' || g.r == '✌'):
			out = append(out, token{text: string(g.r), from: g.from, to: g.to, kind: kindEmoji, quoted: quoted, brk: brk})
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
func contraction(gs []glyph) int {
	n := 0
	for n < len(gs) && n < 3 && wordRune(gs[n].r) {
		n++
	}
	switch {
	case n == 1 && (gs[0].r == 's' || gs[0].r == 'd' || gs[0].r == 'm'),
		n == 2 && (gs[0].r == 'l' && gs[1].r == 'l' || gs[0].r == 'r' && gs[1].r == 'e' || gs[0].r == 'v' && gs[1].r == 'e'):
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
func hiddenLetter(gs []glyph, i int) (rune, bool) {
	if !between(gs, i, unicode.IsLetter) {
		return 0, false
	}
	switch gs[i].r {
	case '@':
		return 'a', true
	case '$':
		return 's', true
	}
	return 0, false
}

func between(gs []glyph, i int, is func(rune) bool) bool {
	return i > 0 && i+1 < len(gs) && is(gs[i-1].r) && is(gs[i+1].r)
}

// singleBefore reports that the glyph before i is a lone letter: the full
// stops of "l.i.k.e" and "s.d." do not end a sentence.
func singleBefore(gs []glyph, i int) bool {
	return i >= 1 && wordRune(gs[i-1].r) && (i == 1 || !wordRune(gs[i-2].r))
}

// closes finds the apostrophe that closes a quotation opened at i: one at the
// start of a word, closed by one at the end of a word within 80 glyphs.
func closes(gs []glyph, i int) int {
	if i > 0 && wordRune(gs[i-1].r) || i+1 >= len(gs) || !wordRune(gs[i+1].r) {
		return 0
	}
	for j := i + 2; j < len(gs) && j < i+80; j++ {
		if apostrophe(gs[j].r) && (j+1 == len(gs) || !wordRune(gs[j+1].r)) {
			return j
		}
	}
	return 0
}
