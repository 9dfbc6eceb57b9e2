package lex

import (
	"strings"
	"sync"
)

// item is a word of the text in the form the lexicon knows it by.
type item struct {
	text     string
	lit      int32 // symbol of the word, 0 if the lexicon has none
	stem     int32 // symbol of its stem
	from, to int32 // bytes of the text
	kind     kind
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
func (r *Reader) itemise(out []item, toks []token) []item {
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		switch t.kind {
		case kindPunct, kindEmoji, kindNum, kindTag:
			it := item{text: t.text, from: t.from, to: t.to, kind: t.kind, cased: t.cased, quoted: t.quoted, brk: t.brk}
			it.lit, it.filler = r.lit(t.text), t.kind == kindPunct
			out = append(out, it)
			continue
		}
		if n := singles(toks[i:]); n >= 3 {
			words := r.drawTogether(toks[i : i+n])
			for at := i; at < i+n; {
				w, k := toks[at].text, 1
				if words != nil {
					w, words = words[0], words[1:]
					k = len(w)
				}
				span := toks[at]
				span.to = toks[at+k-1].to
				out = r.emit(out, w, span)
				at += k
			}
			i += n - 1
			continue
		}
		w := t.text
		if i+1 < len(toks) && toks[i+1].joined && toks[i+1].kind == kindWord {
			next := toks[i+1]
			switch {
			case next.text == w, len(w) > 3 && strings.HasPrefix(next.text, w), sameAfterNasal(w, next.text):
				// anak-anak, lari-larian: once is enough.
				t.to = next.to
				i++
			case affixApart(w, next.text) && r.known(w+next.text):
				w += next.text
				t.to = next.to
				i++
			}
		}
		out = r.emit(out, w, t)
	}
	return out
}

func (r *Reader) emit(out []item, w string, t token) []item {
	for k, fw := range r.form(w).words {
		it := item{
			text: fw.text, lit: fw.lit, stem: fw.stem, filler: fw.filler, from: t.from, to: t.to,
			cased: t.cased, quoted: t.quoted, brk: t.brk && k == 0,
		}
		if fw.num {
			it.kind = kindNum
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
func singles(toks []token) int {
	n, letters := 0, 0
	for n < len(toks) && n < 60 && len(toks[n].text) == 1 && (toks[n].kind == kindWord || toks[n].kind == kindNum) && (n == 0 || !toks[n].brk) {
		if toks[n].kind == kindWord {
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
func (r *Reader) drawTogether(toks []token) []string {
	var sb strings.Builder
	for _, t := range toks {
		sb.WriteString(t.text)
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
	return r.exact(w) || r.lex.filler[w] || r.lex.dates.knows(w) || bare(w, r.exact) != "" || r.lex.stemmer.stem(w, r.isStem) != ""
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
	if depth == 0 || r.exact(w) || r.lex.filler[w] || r.lex.dates.knows(w) {
		return append(out, r.word(w))
	}
	depth--
	if strings.ContainsAny(w, "0123456789") {
		return r.mixed(out, w, depth)
	}
	if base := bare(w, r.exact); base != "" {
		return r.expand(out, base, depth)
	}
	if r.lex.stemmer.stem(w, r.isStem) != "" {
		return append(out, r.word(w))
	}
	if s, ok := r.unstretch(w); ok {
		return r.expand(out, s, depth)
	}
	if s, ok := r.respell(w); ok {
		return r.expand(out, s, depth)
	}
	return append(out, r.word(w))
}

func (r *Reader) word(w string) formWord {
	fw := formWord{text: strings.Clone(w), lit: r.lit(w), filler: r.lex.filler[w], num: number(w) >= 0}
	if s := r.lex.stemmer.stem(w, r.isStem); s != "" {
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
			if r.known(base) || r.lex.stemmer.ordinary(base) {
				return r.expand(out, base, depth)
			}
		}
	}
	if s, ok := r.unleet(w); ok {
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

// unleet puts letters for figures, each figure having one or two letters it
// can stand for, until the word is one the lexicon knows.
func (r *Reader) unleet(w string) (string, bool) {
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
			return r.known(string(b))
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
