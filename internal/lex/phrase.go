package lex

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"netral/internal/lex/letter"
)

// A phrase is a sequence of elements, written with spaces between them:
//
//	word        the word in its normal form, clitics aside (fotonya is foto)
//	word*       any word with this stem (mengunggah and diunggah are unggah*)
//	<class>     a word or phrase of the class
//	<=value>    a name whose facts have this value
//	<#>         a number
//	a|b|<c>     one of several
//	?a          may be missing; never the first element
//	.. or ..5   up to 3 or 5 words between the elements
//
// Fillers ("yang", "sih", "the") are stepped over anywhere, a sentence's end
// nowhere.
type phrase struct {
	elems   []element
	class   int32 // what it makes: a symbol of this class, or
	reading int32 // a finding of this reading
}

type element struct {
	any []int32 // symbols, any of which will do
	gap int     // words that may stand before it
	opt bool
}

type target struct {
	class   int32
	reading int32
}

const (
	maxGap     = 8
	maxElement = 10
	numClass   = "#"
)

// phrase compiles the text of a phrase and files it under the symbols it can
// begin with.
func (ld *loader) phrase(s source, n *yaml.Node, text string, t target) {
	if len(ld.phrases) >= maxPhrases {
		s.bad(n, "more than %d phrases", maxPhrases)
		return
	}
	p := phrase{class: t.class, reading: t.reading}
	gap := 0
	for _, f := range strings.Fields(text) {
		if rest, ok := strings.CutPrefix(f, ".."); ok {
			g := 3
			if rest != "" {
				v, err := strconv.Atoi(rest)
				if err != nil || v < 1 || v > maxGap {
					s.bad(n, "%q: a gap is .. or ..1 to ..%d", clip(text), maxGap)
					return
				}
				g = v
			}
			if len(p.elems) == 0 || gap > 0 {
				s.bad(n, "%q: a gap stands between two elements", clip(text))
				return
			}
			gap = g
			continue
		}
		e := element{gap: gap}
		gap = 0
		f, e.opt = strings.CutPrefix(f, "?")
		for _, alt := range strings.Split(f, "|") {
			id := ld.atom(s, n, alt)
			if id == 0 {
				return
			}
			e.any = append(e.any, id)
		}
		p.elems = append(p.elems, e)
	}
	switch {
	case len(p.elems) == 0 || gap > 0:
		s.bad(n, "%q: a phrase ends with an element", clip(text))
		return
	case p.elems[0].opt:
		s.bad(n, "%q: the first element cannot be missing", clip(text))
		return
	case len(p.elems) > maxElement:
		s.bad(n, "%q has more than %d elements", clip(text), maxElement)
		return
	}
	at := int32(len(ld.phrases))
	ld.phrases = append(ld.phrases, p)
	for _, id := range p.elems[0].any {
		if !slices.Contains(ld.starts[id], at) {
			ld.starts[id] = append(ld.starts[id], at)
		}
	}
}

// atom is the symbol of one alternative, or 0 after a problem.
func (ld *loader) atom(s source, n *yaml.Node, a string) int32 {
	if name, ok := strings.CutPrefix(a, "<"); ok {
		name, ok = strings.CutSuffix(name, ">")
		if !ok || name == "" {
			s.bad(n, "%q: a class is written <name>", clip(a))
			return 0
		}
		id := ld.symbol(ld.class, name)
		if value, ok := strings.CutPrefix(name, "="); ok {
			if !ld.valueOfSomeFact(value) {
				s.bad(n, "%q: no fact has the value %q", clip(a), clip(value))
				return 0
			}
			ld.defined[id] = true
		}
		if name == numClass {
			ld.defined[id] = true
		}
		if _, seen := ld.used[id]; !seen {
			ld.used[id] = use{source: s, node: n, name: name}
		}
		return id
	}
	w, stemmed := strings.CutSuffix(a, "*")
	if w != plainWord(w) || w == "" {
		s.bad(n, "%q: write words in plain small letters and digits", clip(a))
		return 0
	}
	if std, ok := ld.alias[w]; ok {
		s.bad(n, "%q is never met: it is read as %q", clip(w), strings.Join(std, " "))
		return 0
	}
	if stemmed {
		return ld.symbol(ld.stems, w)
	}
	return ld.symbol(ld.lit, w)
}

func (ld *loader) valueOfSomeFact(value string) bool {
	for _, f := range ld.book.Facts() {
		if ld.book.Known(f.Name, value) {
			return true
		}
	}
	return false
}

// plainWord is the word as the tokeniser would leave it: one token, or "" if
// it is none or several. A pictograph is a word too.
func plainWord(w string) string {
	gs, _ := letter.Fold(nil, w, limit())
	toks := letter.Tokenise(nil, gs)
	if len(toks) != 1 {
		return ""
	}
	return toks[0].Text
}

// edge is a symbol that covers the items from its place up to end.
type edge struct {
	sym int32
	end int32
}

// chart holds, for each item, the symbols that begin there, the longest first.
type chart struct {
	items []item
	edges [][]edge
	hits  []hit
	steps int
	r     *Reader

	shouting bool
}

// hit is a phrase of a reading found in the text.
type hit struct {
	reading  int32
	from, to int32 // items
	n        int32 // items that elements matched: how specific it is
}

// Bounds on the matcher. An ordinary question takes some thousand steps.
const (
	maxSteps   = 300_000
	maxEdges   = 48
	maxHits    = 4096
	maxFillers = 4
)

func (c *chart) add(at int, e edge) bool {
	es := c.edges[at]
	if len(es) >= maxEdges || slices.Contains(es, e) {
		return false
	}
	i := len(es)
	es = append(es, e)
	for i > 0 && es[i-1].end < e.end {
		es[i] = es[i-1]
		i--
	}
	es[i] = e
	c.edges[at] = es
	return true
}

// fill finds every class and every reading's phrase. It goes from the last
// item to the first: what begins later is complete when it is needed, so
// classes may be made of any other classes.
func (c *chart) fill() {
	var work [maxEdges + 8]edge
	for at := len(c.items) - 1; at >= 0; at-- {
		todo := append(work[:0], c.edges[at]...)
		for k := 0; k < len(todo); k++ {
			e := todo[k]
			for _, pi := range c.r.lex.starts[e.sym] {
				p := &c.r.lex.phrases[pi]
				end, n := c.match(p.elems, 1, int(e.end))
				if end < 0 {
					continue
				}
				n += int(e.end) - at
				if p.class != 0 {
					if ne := (edge{p.class, int32(end)}); c.add(at, ne) {
						todo = append(todo, ne)
					}
				} else if len(c.hits) < maxHits {
					c.hits = append(c.hits, hit{p.reading, int32(at), int32(end), int32(n)})
				}
			}
		}
	}
}

// match tries elements k… from item pos on, and returns where they end and how
// many items they took, or -1. The nearest and longest way wins.
func (c *chart) match(elems []element, k, pos int) (end, n int) {
	if k == len(elems) {
		return pos, 0
	}
	e := &elems[k]
	gap, fillers := e.gap, maxFillers
	for at := pos; at < len(c.items); at++ {
		c.steps++
		if c.steps > maxSteps {
			return -1, 0
		}
		if c.items[at].brk {
			break
		}
		for _, ed := range c.edges[at] {
			for _, sym := range e.any {
				if sym != ed.sym {
					continue
				}
				if end, n := c.match(elems, k+1, int(ed.end)); end >= 0 {
					return end, n + int(ed.end) - at
				}
			}
		}
		switch {
		case c.items[at].filler && fillers > 0:
			fillers--
		case gap > 0:
			gap--
		default:
			at = len(c.items)
		}
	}
	if e.opt {
		return c.match(elems, k+1, pos)
	}
	return -1, 0
}
