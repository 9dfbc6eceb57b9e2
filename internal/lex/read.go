package lex

import (
	"cmp"
	"slices"
	"sync"

	"netral/internal/day"
	"netral/internal/lex/date"
	"netral/internal/lex/letter"
	"netral/internal/rule"
)

// Reader reads texts with the names of one edition of the calendar.
type Reader struct {
	lex      *Lexicon
	names    namebook
	forms    *forms
	num      int32 // symbol of <#>
	marker   int32 // symbol of <marker>: words next to which a name must stand
	politics int32 // the mark that a contest is spoken of
	pool     sync.Pool
}

// Reader makes a reader that knows the names.
func (l *Lexicon) Reader(names []Name) *Reader {
	r := &Reader{lex: l, forms: &forms{m: map[string]form{}}}
	r.num, r.marker, r.politics = l.class[numClass], l.class["marker"], l.marks["politics"]
	r.compileNames(names)
	r.pool.New = func() any { return new(scratch) }
	return r
}

// scratch is what one reading needs and the next can use again.
type scratch struct {
	glyphs []letter.Glyph
	tokens []letter.Token
	items  []item
	words  []date.Word
	names  []named
	chart  chart
	base   []finding // what names state
	finds  []finding
}

// finding is a fact that a phrase or a name states.
type finding struct {
	pair
	hint     bool
	from, to int32 // items
	rank, n  int32
	who      string
}

// nameRank is how a fact stated by a name stands beside those of phrases.
const nameRank = 5

// Read reads a text. today is the day on which "besok" is tomorrow, and on
// which names mean what they mean unless the text speaks of another day.
func (r *Reader) Read(text string, today day.Day) Reading {
	s := r.pool.Get().(*scratch)
	defer r.pool.Put(s)
	out := Reading{Facts: rule.Facts{}, Hints: rule.Facts{}, On: day.None}
	s.glyphs, out.Cut = letter.Fold(s.glyphs[:0], text, limit())
	s.tokens = letter.Tokenise(s.tokens[:0], s.glyphs)
	s.items = r.itemise(s.items[:0], s.tokens)
	s.words = dated(s.words[:0], s.items)
	out.Lang = r.language(s.tokens)
	var onSpan Span
	out.On, onSpan = r.findDate(s.words, today)
	when := out.On
	if when == day.None {
		when = today
	}
	s.names = r.findNames(s.names[:0], s.items, when)
	c := &s.chart
	*c = chart{items: s.items, edges: c.edges, hits: c.hits, r: r, shouting: shouting(s.tokens)}
	strong := keep(s.names, func(n named) bool { return !n.weak })
	c.run(strong)
	if blocked := c.blocks(); blocked {
		s.names = keep(s.names, func(n named) bool { return !c.items[n.from].blocked })
		strong = keep(s.names, func(n named) bool { return !n.weak })
		c.run(strong)
	}
	st := r.judge(s, strong)
	if len(strong) < len(s.names) && st.marks.has(r.politics) {
		// Where a contest is spoken of, names that are ordinary words too may
		// be meant.
		counted := keep(s.names, func(n named) bool { return !n.weak || c.counts(n) })
		if len(counted) > len(strong) {
			strong = counted
			c.run(strong)
			st = r.judge(s, strong)
		}
	}
	r.conclude(&out, s, st, strong)
	if out.On != day.None {
		out.Spans = append(out.Spans, onSpan)
	}
	slices.SortStableFunc(out.Spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Fact, b.Fact))
	})
	out.Outside = out.Facts["act"] == ""
	return out
}

func keep(names []named, f func(named) bool) []named {
	var out []named
	for _, n := range names {
		if f(n) {
			out = append(out, n)
		}
	}
	return out
}

// shouting: a text all in capitals says nothing by its capitals.
func shouting(toks []letter.Token) bool {
	words, cased := 0, 0
	for _, t := range toks {
		if t.Kind == letter.Word && len(t.Text) > 1 {
			words++
			if t.Cased {
				cased++
			}
		}
	}
	return words >= 3 && cased*3 > words*2
}

// run fills the chart anew with the words of the text and the names given.
func (c *chart) run(names []named) {
	for len(c.edges) < len(c.items) {
		c.edges = append(c.edges, nil)
	}
	c.edges, c.hits, c.steps = c.edges[:max(len(c.edges), len(c.items))], c.hits[:0], 0
	for i := range c.items {
		c.edges[i] = c.edges[i][:0]
		it := &c.items[i]
		if it.blocked {
			continue
		}
		end := int32(i + 1)
		if it.lit != 0 {
			c.add(i, edge{it.lit, end})
		}
		if it.stem != 0 {
			c.add(i, edge{it.stem, end})
		}
		if it.kind == letter.Num && c.r.num != 0 {
			c.add(i, edge{c.r.num, end})
		}
	}
	for _, n := range names {
		for _, p := range agreed(n.bearers, func(b Name) rule.Facts { return b.Facts }) {
			if id := c.r.lex.class["="+p.value]; id != 0 {
				c.add(int(n.from), edge{id, n.to})
			}
		}
	}
	c.fill()
}

// blocks takes the words of blocking phrases out of the game.
func (c *chart) blocks() bool {
	found := false
	for _, h := range c.hits {
		if c.r.lex.readings[h.reading].block {
			found = true
			for i := h.from; i < h.to; i++ {
				c.items[i].blocked = true
			}
		}
	}
	return found
}

// agreed lists the facts that all bearers of a name share.
func agreed(bearers []Name, of func(Name) rule.Facts) []pair {
	var out []pair
	if len(bearers) == 0 {
		return nil
	}
	for f, v := range of(bearers[0]) {
		same := true
		for _, b := range bearers[1:] {
			same = same && of(b)[f] == v
		}
		if same {
			out = append(out, pair{f, v})
		}
	}
	slices.SortFunc(out, func(a, b pair) int { return cmp.Compare(a.fact, b.fact) })
	return out
}

// markSet is a set of marks; a lexicon has few.
type markSet map[int32]bool

func (m markSet) has(id int32) bool { return id != 0 && m[id] }

// state is what is held to be said at some point of the weighing.
type state struct {
	chosen map[string]finding
	marks  markSet
}

// passes is how often conditions are tried: a reading may rest on a fact that
// rests on a mark that rests on a name.
const passes = 4

// judge weighs what was found. Readings without conditions speak first; those
// with conditions are then tried against what was concluded in the pass before.
// A mark, once set, stays.
func (r *Reader) judge(s *scratch, names []named) state {
	st := state{chosen: map[string]finding{}, marks: markSet{}}
	base := s.base[:0]
	for _, n := range names {
		st.marks[r.politics] = true
		for _, p := range agreed(n.bearers, func(b Name) rule.Facts { return b.Facts }) {
			base = append(base, finding{pair: p, from: n.from, to: n.to, rank: nameRank, n: n.to - n.from, who: n.who()})
		}
		for _, p := range agreed(n.bearers, func(b Name) rule.Facts { return b.Hints }) {
			base = append(base, finding{pair: p, hint: true, from: n.from, to: n.to, rank: nameRank, n: n.to - n.from, who: n.who()})
		}
	}
	s.base = base
	for pass := range passes {
		finds := append(s.finds[:0], base...)
		for _, h := range s.chart.hits {
			rd := &r.lex.readings[h.reading]
			if rd.block || !st.permits(rd, pass) {
				continue
			}
			for _, m := range rd.marks {
				st.marks[m] = true
			}
			for _, p := range rd.facts {
				finds = append(finds, finding{pair: p, from: h.from, to: h.to, rank: int32(rd.rank), n: h.n})
			}
			for _, p := range rd.hints {
				finds = append(finds, finding{pair: p, hint: true, from: h.from, to: h.to, rank: int32(rd.rank), n: h.n})
			}
		}
		finds = r.dropped(s, finds, st, pass)
		st.chosen = r.weigh(finds)
		s.finds = finds
	}
	return st
}

// permits reports whether the conditions of a reading hold.
func (st state) permits(rd *reading, pass int) bool {
	if len(rd.with)+len(rd.without) == 0 {
		return true
	}
	if pass == 0 {
		return false
	}
	for _, any := range rd.with {
		if !slices.ContainsFunc(any, st.holds) {
			return false
		}
	}
	return !slices.ContainsFunc(rd.without, st.holds)
}

func (st state) holds(c condition) bool {
	if c.mark != 0 {
		return st.marks[c.mark]
	}
	f, ok := st.chosen[c.fact]
	return ok && (c.value == "" || c.value == f.value)
}

// dropped takes out the findings that a longer phrase explains away.
func (r *Reader) dropped(s *scratch, finds []finding, st state, pass int) []finding {
	for _, h := range s.chart.hits {
		rd := &r.lex.readings[h.reading]
		if len(rd.drop) == 0 || !st.permits(rd, pass) {
			continue
		}
		finds = slices.DeleteFunc(finds, func(f finding) bool {
			return slices.Contains(rd.drop, f.fact) && f.from >= h.from && f.to <= h.to &&
				(f.n < h.n || f.to-f.from < h.to-h.from)
		})
	}
	return finds
}

// weigh picks one finding for each fact: the highest rank, then the most
// words, then the first in the text. Where two of equal weight say different
// things, nothing is said, except for the facts of which the lexicon lets the
// first stand.
func (r *Reader) weigh(finds []finding) map[string]finding {
	slices.SortStableFunc(finds, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.fact, b.fact), cmp.Compare(b.rank, a.rank), cmp.Compare(b.n, a.n), cmp.Compare(a.from, b.from), cmp.Compare(a.value, b.value))
	})
	chosen := map[string]finding{}
	for i := 0; i < len(finds); {
		f := finds[i]
		same := true
		j := i + 1
		for ; j < len(finds) && finds[j].fact == f.fact; j++ {
			if g := finds[j]; g.value != f.value && g.rank == f.rank && g.n == f.n {
				same = false
			}
		}
		if same || r.lex.first[f.fact] {
			chosen[f.fact] = f
		}
		i = j
	}
	return chosen
}

// who is the one bearer of a name, or "" when there are several.
func (n named) who() string {
	who := n.bearers[0].Who
	for _, b := range n.bearers[1:] {
		if b.Who != who {
			return ""
		}
	}
	return who
}

// conclude writes the reading.
func (r *Reader) conclude(out *Reading, s *scratch, st state, names []named) {
	for _, f := range st.chosen {
		into := out.Facts
		if f.hint {
			into = out.Hints
		}
		into[f.fact] = f.value
		out.Spans = append(out.Spans, Span{int(s.items[f.from].from), int(s.items[f.to-1].to), f.fact, f.value, f.who})
	}
	for _, n := range names {
		who := n.who()
		if who == "" {
			// Several have this name; the contest spoken of may tell them apart.
			who = oneOf(n.bearers, out.Facts["contest"])
		}
		if who == "" || slices.Contains(out.Who, who) {
			continue
		}
		out.Who = append(out.Who, who)
		sp := Span{From: int(s.items[n.from].from), To: int(s.items[n.to-1].to), Who: who}
		if !slices.ContainsFunc(out.Spans, func(o Span) bool { return o.From == sp.From && o.To == sp.To && o.Who == who }) {
			out.Spans = append(out.Spans, sp)
		}
	}
}

func oneOf(bearers []Name, contest string) string {
	who := ""
	for _, b := range bearers {
		if contest == "" || b.Facts["contest"] != contest {
			continue
		}
		if who != "" && who != b.Who {
			return ""
		}
		who = b.Who
	}
	return who
}

// language counts the words that tell one language from the other.
func (r *Reader) language(toks []letter.Token) string {
	id, en := 0, 0
	for _, t := range toks {
		w := t.Text
		if r.lex.lang[0][w] {
			id++
		}
		if r.lex.lang[1][w] {
			en++
		}
	}
	if en > id {
		return "en"
	}
	return "id"
}
