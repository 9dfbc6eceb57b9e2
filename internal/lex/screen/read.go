package screen

import (
	"netral/internal/day"
	"netral/internal/lex/date"
	"netral/internal/lex/letter"
)

// scratch is what one reading needs and the next can use again.
type scratch struct {
	glyphs    []letter.Glyph
	tokens    []letter.Token
	items     []item
	hits      []hit
	sentences []sentence
	dates     []date.Word
	strong    []int32 // sides named for certain
	weak      []hit   // weak names
}

// maxKept is the largest scratch that is kept for the next text.
const maxKept = 1 << 14

// hit is a phrase found.
type hit struct {
	from, to int32 // items
	cues     cue
	num      int16
	side     int32 // index of the side named, -1 for none
	strong   bool  // names the side wherever it stands
	full     bool  // by a name of several words
	closed   bool  // names a side whose contest does not run
	party    bool
	mark     bool // by a slogan or symbol
	quoted   bool
	weak     bool  // by a name that is an ordinary word too
	acronym  bool  // in capitals, which small letters would not be
	node     int32 // with the names
	counted  bool  // the side is meant
	ground   bool
}

// Read reads a text as of a day.
func (r *Reader) Read(text string, on day.Day) Report {
	s := r.pool.Get().(*scratch)
	var cut bool
	if n := min(len(text), MaxBytes); n > maxKept { // else it would grow by doubling
		s.glyphs, s.tokens, s.items = make([]letter.Glyph, 0, n), make([]letter.Token, 0, n/5), make([]item, 0, n/5)
	}
	s.glyphs, cut = letter.Fold(s.glyphs[:0], text, limit())
	s.tokens = letter.Tokenise(s.tokens[:0], s.glyphs)
	s.items = r.itemise(s.items[:0], s.tokens)
	r.find(s, on)
	j := judge{r: r, s: s, text: text, on: on, cut: cut}
	rep := j.report()
	if cap(s.glyphs) <= 2*maxKept && cap(s.items) <= 2*maxKept {
		r.pool.Put(s)
	}
	return rep
}

// find finds the phrases of the text, from left to right, the longest first.
func (r *Reader) find(s *scratch, on day.Day) {
	s.hits = s.hits[:0]
	for i := 0; i < len(s.items); {
		f := r.longest(s.items, i)
		it := &s.items[i]
		if f.end == 0 {
			if it.zero && it.kind == letter.Num {
				h := hit{from: int32(i), to: int32(i + 1), cues: cueNumberMay, num: it.num, side: -1, quoted: it.quoted}
				r.resolveNumber(&h, on)
				s.hits = append(s.hits, h)
			}
			i++
			continue
		}
		h := hit{from: int32(i), to: f.end, cues: f.cues, num: f.num, side: -1, quoted: it.quoted}
		switch {
		case f.names != 0:
			h.node = f.names
			r.resolveName(&h, &r.tree.nodes[f.names], s.items, on)
		case f.cues&(cueNumber|cueNumberMay|cueNumberSalam|cueParty) != 0:
			r.resolveNumber(&h, on)
		}
		if h.cues != 0 || h.closed {
			s.hits = append(s.hits, h)
		}
		i = int(f.end)
	}
}

// longest is the longest phrase at a place that leaves whole the name of a side
// which begins inside it: "bendera Partai Buruh" is a flag and a party.
func (r *Reader) longest(items []item, i int) found {
	f := r.tree.match(items, i)
	if f.names != 0 {
		return f
	}
	for k := i + 1; k < int(f.end); k++ {
		if g := r.tree.match(items, k); g.names != 0 && g.end > f.end {
			return r.tree.match(items[:k], i)
		}
	}
	return f
}

// resolveName finds whose name it is on the day. A name that nobody has on the
// day is none: its other cues stay.
func (r *Reader) resolveName(h *hit, nd *node, items []item, on day.Day) {
	tag, cased := items[h.from].tag, true
	for _, it := range items[h.from:h.to] {
		cased = cased && it.cased
	}
	found := int32(-1)
	several := false
	h.cues &^= cueName
	for _, n := range nd.names {
		side := &r.sides[n.side]
		name := &side.Names[n.name]
		if n.tag && !tag || n.acronym && name.Weak && !cased && !tag {
			continue
		}
		if !runs(name.From, name.Until, on) || !runs(side.From, side.Until, on) {
			if !name.Mark && !name.Weak {
				h.closed = true
			}
			continue
		}
		if found >= 0 && found != n.side {
			several = true
		}
		found = n.side
		h.strong = h.strong || !name.Weak && !name.Mark || tag || name.Mark && !name.Weak
		h.full = h.full || h.to-h.from > 1 && !name.Mark && !name.Weak
		h.party = side.Contest == ""
		h.mark, h.weak, h.acronym = name.Mark, name.Weak, n.acronym && name.Weak && cased
	}
	if found < 0 {
		return
	}
	h.closed = false
	h.cues |= cueName
	if !several {
		h.side = found
	}
}

// resolveNumber finds who has the number on the day.
func (r *Reader) resolveNumber(h *hit, on day.Day) {
	party := h.cues&cueParty != 0
	for i := range r.sides {
		s := &r.sides[i]
		if s.Number != int(h.num) || s.Number == 0 || party != (s.Contest == "") || s.NumberFrom == day.None || !runs(s.NumberFrom, s.NumberUntil, on) {
			continue
		}
		h.side, h.party = int32(i), party
		h.strong = h.cues&(cueNumber|cueParty) != 0
		h.cues |= cueName
		return
	}
	h.cues &^= cueNumber | cueNumberMay | cueNumberSalam | cueParty
}

func runs(from, until, on day.Day) bool {
	return (from == day.None || on >= from) && (until == day.None || on < until)
}
