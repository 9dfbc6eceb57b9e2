package lex

import (
	"netral/internal/lex/letter"
	"netral/internal/lex/stem"
	"strings"
	"sync"
)

// item is a word of the text in the form the lexicon knows it by.
type item struct {
	text     string
	lit      int32 // symbol of the word, 0 if the lexicon has none
	stem     int32 // symbol of its stem
	from, to int32 // bytes of the text
	kind     letter.Kind
	filler   bool
	cased    bool
	quoted   bool
	brk      bool
	blocked  bool // part of a phrase that says nothing here
}

// form is what one written word is read as: one or several words.
type form struct {
	words []formWord
}

type formWord struct {
	text      string
	lit, stem int32
	filler    bool
	num       bool
}

// forms remembers how words were read. It only saves work: reading a word
// depends on nothing but the word.
type forms struct {
	mu sync.RWMutex
	m  map[string]form
}

// Bounds of the memory: enough for every word people really write; a text of
// nonsense cannot fill it for good.
const (
	maxForms    = 1 << 15
	maxFormWord = 48
)

func (f *forms) get(w string) (form, bool) {
	f.mu.RLock()
	v, ok := f.m[w]
	f.mu.RUnlock()
	return v, ok
}

func (f *forms) put(w string, v form) {
	f.mu.Lock()
	if len(f.m) >= maxForms {
		clear(f.m)
	}
	f.m[strings.Clone(w)] = v
	f.mu.Unlock()
}

// itemise turns tokens into items: spaced-out letters are drawn together,
// affixes written apart are joined, doubled words are made one, and every word
// is brought to its normal form.
func (r *Reader) itemise(out []item, toks []letter.Token) []item {
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		switch t.Kind {
		case letter.Punct, letter.Emoji, letter.Num, letter.Tag:
			it := item{text: t.Text, from: t.From, to: t.To, kind: t.Kind, cased: t.Cased, quoted: t.Quoted, brk: t.Brk}
			it.lit, it.filler = r.lit(t.Text), t.Kind == letter.Punct
			out = append(out, it)
			continue
		}
		if n := singles(toks[i:]); n >= 3 {
			words := r.drawTogether(toks[i : i+n])
			for at := i; at < i+n; {
				w, k := toks[at].Text, 1
				if words != nil {
					w, words = words[0], words[1:]
					k = len(w)
				}
				span := toks[at]
				span.To = toks[at+k-1].To
				out = r.emit(out, w, span)
				at += k
			}
			i += n - 1
			continue
		}
		w := t.Text
		if i+1 < len(toks) && toks[i+1].Joined && toks[i+1].Kind == letter.Word {
			next := toks[i+1]
			switch {
			case next.Text == w, len(w) > 3 && strings.HasPrefix(next.Text, w), sameAfterNasal(w, next.Text):
				// anak-anak, lari-larian: once is enough.
				t.To = next.To
				i++
			case affixApart(w, next.Text) && r.known(w+next.Text):
				w += next.Text
				t.To = next.To
				i++
			}
		}
		out = r.emit(out, w, t)
	}
	return out
}

func (r *Reader) emit(out []item, w string, t letter.Token) []item {
	for k, fw := range r.form(w).words {
		it := item{
			text: fw.text, lit: fw.lit, stem: fw.stem, filler: fw.filler, from: t.From, to: t.To,
			cased: t.Cased, quoted: t.Quoted, brk: t.Brk && k == 0,
		}
		if fw.num {
			it.kind = letter.Num
		}
		out = append(out, it)
	}
	return out
}

func affixApart(a, b string) bool {
	switch a {
	case "di", "nge", "ng", "ke", "ter", "ber", "se", "me", "mem", "men", "meng", "re", "un", "pe":
		return true
	}
	switch b {
	case "nya", "in", "kan", "an", "i", "ku", "mu", "lah", "kah", "ed", "ing":
		return true
	}
	return false
}

// sameAfterNasal sees that b doubles a though its first letter changed.
func sameAfterNasal(a, b string) bool { return len(a) > 4 && len(b) >= len(a)-1 && a[2:] == b[1:] }

// singles counts tokens of one letter (or a figure that can be one) in a row.
func singles(toks []letter.Token) int {
	n, letters := 0, 0
	for n < len(toks) && n < 60 && len(toks[n].Text) == 1 && (toks[n].Kind == letter.Word || toks[n].Kind == letter.Num) && (n == 0 || !toks[n].Brk) {
		if toks[n].Kind == letter.Word {
			letters++
		}
		n++
	}
	if letters < 2 {
		return 0
	}
	return n
}

// drawTogether reads "c a l e g" as a word and "l i k e c a l e g" as two. All
// the letters must be used up by words the lexicon knows, or nothing is drawn
// together.
func (r *Reader) drawTogether(toks []letter.Token) []string {
	var sb strings.Builder
	for _, t := range toks {
		sb.WriteString(t.Text)
	}
	s := sb.String()
	// Taking affixes off is dear; who spaces out letters does it for a few words.
	known := r.known
	if len(s) > 24 {
		known = r.exact
	}
	// best[i] is the length of the first word of a way to read s[i:].
	best := make([]int, len(s)+1)
	best[len(s)] = 1
	for i := len(s) - 1; i >= 0; i-- {
		for n := min(20, len(s)-i); n >= 2; n-- {
			if best[i+n] > 0 && (n >= 4 && known(s[i:i+n]) || r.exact(s[i:i+n])) {
				best[i] = n
				break
			}
		}
	}
	if best[0] == 0 {
		return nil
	}
	var words []string
	for i := 0; i < len(s); i += best[i] {
		words = append(words, s[i:i+best[i]])
	}
	return words
}

func (r *Reader) lit(w string) int32 {
	if id, ok := r.names.lit[w]; ok {
		return id
	}
	return r.lex.lit[w]
}

// exact reports whether the lexicon or a name has the word as it stands.
func (r *Reader) exact(w string) bool {
	return r.lit(w) != 0 || r.lex.alias[w] != nil || r.lex.stems[w] != 0
}

func (r *Reader) isStem(w string) bool { return r.lex.stems[w] != 0 }

// known reports whether the word can be read at all, affixes and all.
func (r *Reader) known(w string) bool {
	return r.exact(w) || r.lex.filler[w] || r.lex.dates.Knows(w) || stem.Bare(w, r.exact) != "" || r.lex.stemmer.Stem(w, r.isStem) != ""
}

// form reads one written word.
func (r *Reader) form(w string) form {
	if len(w) > maxFormWord {
		return form{[]formWord{{text: w}}}
	}
	if f, ok := r.forms.get(w); ok {
		return f
	}
	f := form{r.expand(nil, w, 3)}
	r.forms.put(w, f)
	return f
}

func (r *Reader) expand(out []formWord, w string, depth int) []formWord {
	if std, ok := r.lex.alias[w]; ok && depth > 0 {
		for _, s := range std {
			out = append(out, r.word(s))
		}
		return out
	}
	if depth == 0 || r.exact(w) || r.lex.filler[w] || r.lex.dates.Knows(w) {
		return append(out, r.word(w))
	}
	depth--
	if strings.ContainsAny(w, "0123456789") {
		return r.mixed(out, w, depth)
	}
	if base := stem.Bare(w, r.exact); base != "" {
		return r.expand(out, base, depth)
	}
	if r.lex.stemmer.Stem(w, r.isStem) != "" {
		return append(out, r.word(w))
	}
	if s, ok := r.unstretch(w); ok {
		return r.expand(out, s, depth)
	}
	if s, ok := r.lex.spell.Respell(w, r.exists); ok {
		return r.expand(out, s, depth)
	}
	return append(out, r.word(w))
}

func (r *Reader) word(w string) formWord {
	fw := formWord{text: strings.Clone(w), lit: r.lit(w), filler: r.lex.filler[w], num: number(w) >= 0}
	if s := r.lex.stemmer.Stem(w, r.isStem); s != "" {
		fw.stem = r.lex.stems[s]
	}
	return fw
}

// mixed reads a word with figures in it: a doubled word (bagi2, ikut2an), a
// figure that belongs to the word before it (no2, paslon02), figures drawn as
// letters (l1ke, s4lam), or a word and a number written as one (19okt).
func (r *Reader) mixed(out []formWord, w string, depth int) []formWord {
	if i := strings.IndexByte(w, '2'); i >= 2 && strings.Trim(w[:i], "0123456789") == w[:i] {
		base, tail := w[:i], w[i+1:]
		if r.lex.numbered[base] && tail == "" {
			return append(r.expand(out, base, depth), r.word("2"))
		}
		switch tail {
		case "", "an", "nya", "in", "kan", "i", "lah", "kah":
			if r.known(base+tail) && tail != "" {
				return r.expand(out, base+tail, depth)
			}
			if r.known(base) || r.lex.stemmer.Ordinary(base) {
				return r.expand(out, base, depth)
			}
		}
	}
	if s, ok := stem.Unleet(w, r.known); ok {
		return r.expand(out, s, depth)
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	for i, start := 0, 0; i < len(w); i++ {
		if i+1 == len(w) || digit(w[i]) != digit(w[i+1]) {
			if piece := w[start : i+1]; digit(piece[0]) {
				out = append(out, r.word(piece))
			} else {
				out = r.expand(out, piece, depth)
			}
			start = i + 1
		}
	}
	return out
}

// exists reports that a word is one in its own right, which no slip of the
// finger made.
func (r *Reader) exists(w string) bool {
	return r.lex.lang[0][w] || r.lex.lang[1][w] || r.lex.stemmer.Ordinary(w)
}
