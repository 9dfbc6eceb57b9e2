package lex

import (
	"slices"

	"netral/internal/day"
	"netral/internal/lex/letter"
)

// namebook is the names of a reader, by their words.
type namebook struct {
	lit   map[string]int32 // words of names that the lexicon does not have
	by    map[int32][]int32
	texts []nameText
}

// nameText is one text and everybody it is a name of.
type nameText struct {
	words    []int32
	acronym  bool // written in capitals: in small letters it is another word
	ordinary bool // made of ordinary words or figures only
	short    bool // one word of two or three letters
	of       []Name
}

// compileNames takes the names in by the same way that texts are read, so that
// both end in the same words.
func (r *Reader) compileNames(names []Name) {
	r.names = namebook{lit: map[string]int32{}, by: map[int32][]int32{}}
	next := r.lex.symbols
	sym := func(w string) int32 {
		if id := r.lit(w); id != 0 {
			return id
		}
		next++
		r.names.lit[w] = next
		return next
	}
	at := map[string]int{}
	for _, n := range names {
		gs, _ := letter.Fold(nil, n.Text, limit())
		toks := letter.Tokenise(nil, gs)
		if len(toks) == 0 || len(toks) > 8 {
			continue
		}
		t := nameText{acronym: true, ordinary: true}
		key := ""
		for _, tok := range toks {
			words := []string{tok.Text}
			if std, ok := r.lex.alias[tok.Text]; ok {
				words = std
			}
			for _, w := range words {
				t.words = append(t.words, sym(w))
				key += w + " "
			}
			t.acronym = t.acronym && tok.Cased
			t.ordinary = t.ordinary && (tok.Kind == letter.Num || tok.Kind == letter.Word && r.lex.stemmer.Ordinary(tok.Text))
		}
		t.short = len(toks) == 1 && len(toks[0].Text) <= 3
		i, ok := at[key]
		if !ok {
			i = len(r.names.texts)
			at[key] = i
			r.names.texts = append(r.names.texts, t)
			r.names.by[t.words[0]] = append(r.names.by[t.words[0]], int32(i))
		}
		r.names.texts[i].of = append(r.names.texts[i].of, n)
	}
	// The longest name first: "Anies Baswedan" before "Anies".
	for _, list := range r.names.by {
		slices.SortStableFunc(list, func(a, b int32) int { return len(r.names.texts[b].words) - len(r.names.texts[a].words) })
	}
}

// named is a name found in the text: those of its bearers who had it on the
// day.
type named struct {
	from, to int32
	text     int32
	weak     bool
	bearers  []Name
}

// findNames looks for names of the day. Fillers between the words of a name
// are not stepped over.
func (r *Reader) findNames(out []named, items []item, on day.Day) []named {
	for i := 0; i < len(items); i++ {
		for _, ti := range r.names.by[items[i].lit] {
			t := &r.names.texts[ti]
			if items[i].lit == 0 || i+len(t.words) > len(items) {
				continue
			}
			same := true
			for k, w := range t.words {
				if items[i+k].lit != w || k > 0 && items[i+k].brk {
					same = false
					break
				}
			}
			if !same {
				continue
			}
			n := named{from: int32(i), to: int32(i + len(t.words)), text: ti, weak: true}
			for _, b := range t.of {
				if (b.From == day.None || on >= b.From) && (b.Until == day.None || on < b.Until) {
					n.bearers = append(n.bearers, b)
					n.weak = n.weak && b.Weak
				}
			}
			if len(n.bearers) > 0 {
				out = append(out, n)
				i += len(t.words) - 1
				break
			}
		}
	}
	return out
}

// pinned reports whether a weak name stands where only a contestant's name
// would: next to a word like "paslon" or "pilih", or written as a tag.
func (c *chart) pinned(n named) bool {
	if c.items[n.from].kind == letter.Tag {
		return true
	}
	for at := max(0, int(n.from)-3); at < int(n.from); at++ {
		for _, e := range c.edges[at] {
			if e.sym == c.r.marker && c.reaches(int(e.end), int(n.from)) {
				return true
			}
		}
	}
	return false
}

// reaches reports that only fillers lie between two places of a sentence.
func (c *chart) reaches(from, to int) bool {
	if from > to || c.items[to].brk {
		return false
	}
	for _, it := range c.items[from:to] {
		if !it.filler || it.brk {
			return false
		}
	}
	return true
}

// counts decides about a weak name in a text that speaks of politics. A word
// that is also an ordinary one ("perubahan", "lanjutkan"), a figure, and a
// capital name in small letters ("pan", "amin") must be pinned; a name that is
// nothing else ("Pramono") need not.
func (c *chart) counts(n named) bool {
	t := &c.r.names.texts[n.text]
	if c.pinned(n) {
		return true
	}
	cased := true
	for _, it := range c.items[n.from:n.to] {
		cased = cased && it.cased
	}
	if t.acronym {
		return cased && !c.shouting
	}
	return !t.ordinary && !t.short
}
