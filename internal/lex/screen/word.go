package screen

import (
	"strings"
	"sync"

	"netral/internal/lex/letter"
	"netral/internal/lex/stem"
)

// item is a word of the text in the form the lexicon knows it by.
type item struct {
	form
	from, to int32
	kind     letter.Kind
	brk      bool // a sentence ends before it
	quoted   bool
	cased    bool
	tag      bool // part of a hashtag
	hidden   bool // written so that machines would not see it
	fresh    bool // the first item of its token
	token    int32
}

// form is what a written word is read as.
type form struct {
	lit, stem int32
	num       int16 // -1 for none
	zero      bool  // written with a leading nought: 02
	filler    bool
	dated     bool // a word that dates are made of
}

// forms remembers how words were read. It only saves work.
type forms struct {
	mu sync.RWMutex
	m  map[string][]form
}

// Bounds of the memory: enough for the words that people write.
const (
	maxForms = 1 << 15
	maxWord  = 48
)

func newForms() *forms { return &forms{m: map[string][]form{}} }

func (f *forms) put(w string, v []form) {
	f.mu.Lock()
	if len(f.m) >= maxForms {
		clear(f.m)
	}
	f.m[strings.Clone(w)] = v
	f.mu.Unlock()
}

// itemise brings tokens to the forms that the lexicon has.
func (r *Reader) itemise(out []item, toks []letter.Token) []item {
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		switch t.Kind {
		case letter.Punct:
			out = append(out, item{form: form{num: -1, filler: true}, from: t.From, to: t.To, kind: t.Kind, quoted: t.Quoted})
			continue
		case letter.Word, letter.Num:
			if n := singles(toks[i:]); n >= 3 {
				if next, ok := r.together(out, toks[i:i+n]); ok {
					out = next
					i += n - 1
					continue
				}
			}
			// dukung-dukung: once is enough.
			if t.Joined && len(out) > 0 && i > 0 && toks[i-1].Text == t.Text && t.Kind == letter.Word {
				out[len(out)-1].to = t.To
				continue
			}
		}
		for k, f := range r.form(t.Text) {
			it := item{form: f, from: t.From, to: t.To, kind: t.Kind, quoted: t.Quoted, cased: t.Cased, brk: t.Brk && k == 0, tag: t.Kind == letter.Tag, fresh: k == 0, token: int32(i)}
			it.hidden = t.Kind == letter.Word && f.lit+f.stem > 0 && (int(t.To-t.From) > len(t.Text)+1 || digits(t.Text))
			out = append(out, it)
		}
	}
	return out
}

func digits(w string) bool {
	seen := false
	for i := 0; i < len(w)-1; i++ {
		seen = seen || w[i] >= '0' && w[i] <= '9'
	}
	return seen && len(w) > 2 && (w[len(w)-1] < '0' || w[len(w)-1] > '9')
}

// singles counts tokens of one letter in a row.
func singles(toks []letter.Token) int {
	n, letters := 0, 0
	for n < len(toks) && n < 60 && len(toks[n].Text) == 1 && (toks[n].Kind == letter.Word || toks[n].Kind == letter.Num) {
		if toks[n].Kind == letter.Word {
			letters++
		}
		n++
	}
	if letters < 3 {
		return 0
	}
	return n
}

// together reads "p i l i h" as a word. All letters must be used up by words of
// the lexicon.
func (r *Reader) together(out []item, toks []letter.Token) ([]item, bool) {
	var sb strings.Builder
	for _, t := range toks {
		sb.WriteString(t.Text)
	}
	s := sb.String()
	ends := r.pieces(s, false)
	if ends == nil && len(s) <= 24 { // taking affixes off is dear, and who spaces out letters does it for a few words
		ends = r.pieces(s, true)
	}
	if ends == nil {
		return out, false
	}
	at := 0
	for k, end := range ends {
		for j, f := range r.form(s[at:end]) {
			out = append(out, item{form: f, from: toks[at].From, to: toks[end-1].To, brk: toks[at].Brk && k == 0, quoted: toks[at].Quoted, hidden: true, fresh: j == 0})
		}
		at = end
	}
	return out, true
}

// pieces cuts a text into words of the lexicon, the fewest there can be; nil if
// there is no way. A piece has three letters or more, or is a number.
func (r *Reader) pieces(s string, stems bool) []int {
	const none = 1 << 10
	var best, size [maxWord + 13]int
	if len(s) > maxWord+12 {
		return nil
	}
	for i := len(s) - 1; i >= 0; i-- {
		best[i] = none
		for n := 1; n <= len(s)-i && n <= 20; n++ {
			if best[i+n]+1 >= best[i] || best[i+n] >= none {
				continue
			}
			if w := s[i : i+n]; number(w) >= 0 && (i+n == len(s) || s[i+n] > '9') || n >= 3 && r.exact(w) || stems && n >= 5 && r.stemOf(w) != 0 || i == 0 && n >= 2 && r.exact(w) {
				best[i], size[i] = best[i+n]+1, n
			}
		}
	}
	if len(s) == 0 || best[0] >= none {
		return nil
	}
	var ends []int
	for i := 0; i < len(s); i += size[i] {
		ends = append(ends, i+size[i])
	}
	return ends
}

// form reads one written word.
func (r *Reader) form(w string) []form {
	if len(w) > maxWord+12 {
		return []form{{num: -1}}
	}
	r.forms.mu.RLock()
	f, ok := r.forms.m[w]
	r.forms.mu.RUnlock()
	if ok {
		return f
	}
	f = r.expand(nil, w, 3)
	r.forms.put(w, f)
	return f
}

func (r *Reader) exact(w string) bool {
	return r.lits[w] != 0 || r.lex.alias[w] != nil || r.stems[w] != 0
}

func (r *Reader) stemOf(w string) int32 {
	return r.stems[r.lex.words.Stemmer.Stem(w, func(s string) bool { return r.stems[s] != 0 })]
}

// known reports whether the lexicon says anything of a word.
func (r *Reader) known(w string) bool {
	return r.exact(w) || stem.Bare(w, r.exact) != "" || r.stemOf(w) != 0
}

func (r *Reader) plain(w string) form {
	return form{lit: r.lits[w], stem: r.stemOf(w), num: number(w), zero: len(w) == 2 && w[0] == '0', filler: r.lex.words.Filler[w], dated: r.lex.words.Dates.Knows(w)}
}

func (r *Reader) expand(out []form, w string, depth int) []form {
	if tag, ok := strings.CutPrefix(w, "#"); ok {
		if ends := r.pieces(tag, len(tag) <= 24); ends != nil && depth > 0 {
			at := 0
			for _, end := range ends {
				out = r.expand(out, tag[at:end], depth-1)
				at = end
			}
			return out
		}
		w = tag
	}
	if std, ok := r.lex.alias[w]; ok && depth > 0 {
		for _, s := range std {
			out = append(out, r.plain(s))
		}
		return out
	}
	if depth == 0 || r.exact(w) || r.lex.words.Filler[w] || number(w) >= 0 {
		return append(out, r.plain(w))
	}
	depth--
	if strings.ContainsAny(w, "0123456789") {
		return r.mixed(out, w, depth)
	}
	if base := stem.Bare(w, r.exact); base != "" {
		return r.expand(out, base, depth)
	}
	if r.stemOf(w) != 0 {
		return append(out, r.plain(w))
	}
	for _, n := range [...]int{2, 1} {
		if s := stem.Squeeze(w, n); s != w && len(s) > 1 && r.known(s) {
			return r.expand(out, s, depth)
		}
	}
	if s, ok := r.slips.Respell(w, r.lex.words.Stemmer.Ordinary); ok {
		return r.expand(out, s, depth)
	}
	return append(out, r.plain(w))
}

// mixed reads a word with figures in it: bagi2, no2, paslon02, s4lam, 14feb.
func (r *Reader) mixed(out []form, w string, depth int) []form {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	if base, ok := strings.CutSuffix(w, "2"); ok && len(base) >= 3 && strings.Trim(base, "0123456789") == base && !r.lex.words.Numbered[base] && r.known(base) {
		return r.expand(out, base, depth)
	}
	if s, ok := stem.Unleet(w, r.known); ok {
		return r.expand(out, s, depth)
	}
	for i, start := 0, 0; i < len(w); i++ {
		if i+1 == len(w) || digit(w[i]) != digit(w[i+1]) {
			piece := w[start : i+1]
			if digit(piece[0]) {
				out = append(out, r.plain(piece))
			} else {
				out = r.expand(out, piece, depth)
			}
			start = i + 1
		}
	}
	return out
}

// number reads a number that can stand on a ballot, in figures or words; -1 if
// it is none. A leading nought is the way ballot numbers are written.
func number(w string) int16 {
	switch w {
	case "satu", "one":
		return 1
	case "dua", "two":
		return 2
	case "tiga", "three":
		return 3
	case "empat":
		return 4
	case "lima":
		return 5
	case "enam":
		return 6
	case "tujuh":
		return 7
	case "delapan":
		return 8
	case "sembilan":
		return 9
	case "sepuluh":
		return 10
	}
	if len(w) == 0 || len(w) > 4 {
		return -1
	}
	n := int16(0)
	for i := 0; i < len(w); i++ {
		if w[i] < '0' || w[i] > '9' {
			return -1
		}
		n = n*10 + int16(w[i]-'0')
	}
	return n
}
