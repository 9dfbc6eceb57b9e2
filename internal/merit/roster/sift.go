package roster

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
)

// place is a doc of a part.
type place struct {
	part *part
	doc  int
}

// sifted is what a list lets through. A walk over millions of docs asks it about
// each, so all that it needs is in small arrays.
type sifted struct {
	parts  []part
	status [128]bool // by status
	level  int8      // -1 for all
	placed bool      // only those with a post
	units  [][]bool  // by part, then unit; nil for all
	named  []docSet  // by part; nil for all
}

// sift prepares the filter of a list.
func (in *ListInput) sift(parts []part, t *tree) *sifted {
	f := &sifted{parts: parts, level: -1, placed: in.Unit != "" || in.Area != "", units: make([][]bool, len(parts)), named: make([]docSet, len(parts))}
	for i, st := range Statuses() {
		f.status[i] = in.Status == "" && st.Serving() || st == in.Status
	}
	if in.Level != "" {
		f.level = int8(levelRank(in.Level))
	}
	chosen := t.chosen(in.Unit, in.Area)
	for k := range parts {
		p := &parts[k]
		if f.placed {
			f.units[k] = make([]bool, len(p.units))
			for i, u := range p.units {
				f.units[k][i] = chosen(u)
			}
		}
		f.named[k] = p.named(in.Text)
	}
	return f
}

// walk calls yield with the docs of a part from one on that are let through, in
// the order of names, until it says no.
func (f *sifted) walk(k, from int, yield func(doc int) bool) {
	p, units, named := &f.parts[k], f.units[k], f.named[k]
	for i := from; i < p.n; i++ {
		switch st := p.status[i]; {
		case st < 0 || !f.status[st],
			f.level >= 0 && p.level[i] != f.level,
			f.placed && (p.level[i] < 0 || !units[p.unit[i]]), // those without a level were there once
			named != nil && !named.has(i),
			!p.all && !p.may(i):
			continue
		}
		if !yield(i) {
			return
		}
	}
}

// has says whether a doc is let through.
func (f *sifted) has(k, doc int) (yes bool) {
	f.walk(k, doc, func(i int) bool { yes = i == doc; return false })
	return yes
}

// all are the docs that are let through, in the order of names within each part.
func (f *sifted) all() (out []place) {
	for k := range f.parts {
		f.walk(k, 0, func(i int) bool { out = append(out, place{&f.parts[k], i}); return true })
	}
	return out
}

// page is what comes after the last row of the page before, one more than the
// limit, to know whether there is a next page; and how many there are in all,
// which may be known. A page in the order of names ends the walk then.
func (f *sifted) page(in ListInput, known int, have bool) (out []place, total int) {
	compare, named := in.order(), in.Sort == "" || in.Sort == "name"
	var last *place
	if in.After != "" {
		for k := range f.parts {
			if doc, ok := f.parts[k].seek(in.After); ok && f.has(k, doc) {
				last = &place{&f.parts[k], doc}
			}
		}
		if last == nil { // gone since: the caller begins again
			if have {
				return nil, known
			}
			return nil, len(f.all())
		}
	}
	want := in.Limit + 1
	for k := range f.parts {
		p, from, full := &f.parts[k], 0, false
		if named && have && last != nil && last.part == p {
			from = last.doc + 1
		}
		f.walk(k, from, func(i int) bool {
			total++
			if full {
				return !have
			}
			at := place{p, i}
			if last != nil && compare(at, *last) <= 0 {
				return true
			}
			if len(out) == want {
				if compare(at, out[want-1]) >= 0 {
					full = named // and so are all that follow
					return !full || !have
				}
				out = out[:want-1]
			}
			n, _ := slices.BinarySearchFunc(out, at, compare)
			out = slices.Insert(out, n, at)
			return true
		})
	}
	if have {
		total = known
	}
	return out, total
}

// order is the order of the list.
func (in *ListInput) order() func(a, b place) int {
	return func(a, b place) int {
		var c int
		switch in.Sort {
		case "nip":
			c = bytes.Compare(a.part.nips[a.doc*nipLen:(a.doc+1)*nipLen], b.part.nips[b.doc*nipLen:(b.doc+1)*nipLen])
		case "grade": // the highest first
			c = cmp.Compare(b.part.grade[b.doc], a.part.grade[a.doc])
		case "level": // the highest first, those without a post last
			c = cmp.Compare(uint8(a.part.level[a.doc]), uint8(b.part.level[b.doc]))
		}
		if c != 0 {
			return c
		}
		return compareNames(a, b)
	}
}

// compareNames is the order of names, then ids, also across parts.
func compareNames(a, b place) int {
	if a.part == b.part {
		return cmp.Compare(a.doc, b.doc)
	}
	x, y := a.part.wordsOf(a.doc), b.part.wordsOf(b.doc)
	for i := range min(len(x), len(y)) {
		if c := strings.Compare(a.part.lex[x[i]], b.part.lex[y[i]]); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a.part.id(a.doc), b.part.id(b.doc)))
}

// named marks the docs that have, for each word of a text, a word that begins
// with it; nil when the text is empty.
func (s *segment) named(text string) docSet {
	var marked docSet
	for n, w := range question(text) {
		next := newDocSet(s.n)
		from, to := s.prefix(w)
		for i := from; i < to; i++ {
			for _, d := range s.docsOf(uint32(i)) {
				if n == 0 || marked.has(int(d)) {
					next.set(int(d))
				}
			}
		}
		marked = next
	}
	return marked
}

// countKey names the count of a list by what it lets through.
func (in *ListInput) countKey() ListInput {
	return ListInput{Unit: in.Unit, Area: in.Area, Level: in.Level, Status: in.Status, Text: in.Text}
}

// mostCounts bounds the counts that are kept.
const mostCounts = 1000

// counts keeps how many people the lists of those have who may see everybody, as
// of today: those that were asked for last, of one edition of the index.
type counts struct {
	mu sync.Mutex
	of *edition
	n  map[ListInput]int
}

func (c *counts) get(e *edition, key ListInput) (n int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of != e {
		return 0, false
	}
	n, ok = c.n[key]
	return n, ok
}

func (c *counts) put(e *edition, key ListInput, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of != e || len(c.n) >= mostCounts {
		c.of, c.n = e, map[ListInput]int{}
	}
	c.n[key] = n
}
