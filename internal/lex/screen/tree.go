package screen

import "sync"

type pool = sync.Pool

// maxPhrase is how many words a phrase can have.
const maxPhrase = 8

// symNumber is the symbol of any number.
const symNumber = 1

// tree holds the phrases of the lexicon by their words.
type tree struct {
	nodes []node
	next  map[edge]int32
	first []int32 // children of the root, by symbol
}

type edge struct{ at, sym int32 }

type node struct {
	cues  cue
	names []named
	leaf  bool // nothing goes on from here
}

// named says whose name a phrase is.
type named struct {
	side, name int32
	acronym    bool // written in capitals: in small letters another word
	tag        bool // a hashtag
}

func (t *tree) child(at, sym int32) int32 {
	if n, ok := t.next[edge{at, sym}]; ok {
		return n
	}
	n := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{leaf: true})
	t.nodes[at].leaf = false
	t.next[edge{at, sym}] = n
	if at == 0 {
		for int(sym) >= len(t.first) {
			t.first = append(t.first, 0)
		}
		t.first[sym] = n
	}
	return n
}

func (t *tree) step(at, sym int32) int32 {
	if sym == 0 {
		return 0
	}
	if at == 0 {
		if int(sym) < len(t.first) {
			return t.first[sym]
		}
		return 0
	}
	return t.next[edge{at, sym}]
}

// found is what match found: the phrases that end last, all that they say, and
// the number in them.
type found struct {
	end   int32 // the item after it; 0 for none
	cues  cue
	names int32 // node with the names, 0 for none
	num   int16 // -1 for none
}

func (f *found) take(g found) {
	switch {
	case g.end > f.end:
		*f = g
	case g.end == f.end && g.end > 0:
		f.cues |= g.cues
		f.names = max(f.names, g.names)
		f.num = max(f.num, g.num)
	}
}

// match finds the longest phrase that begins at an item. Two of the same length
// say what both say. Fillers inside are stepped over; a sentence's end is not
// crossed.
func (t *tree) match(items []item, i int) found { return t.walk(items, i, 0, -1, 0) }

func (t *tree) walk(items []item, i int, at int32, num int16, depth int) (f found) {
	f.num = -1
	if at != 0 {
		n := &t.nodes[at]
		if n.cues != 0 {
			f = found{end: int32(i), cues: n.cues, num: num}
			if n.names != nil {
				f.names = at
			}
		}
		if n.leaf {
			return f
		}
	}
	if i >= len(items) || depth > maxPhrase+2 || at != 0 && items[i].brk {
		return f
	}
	it := &items[i]
	if n := t.step(at, it.lit); n != 0 {
		f.take(t.walk(items, i+1, n, num, depth+1))
	}
	if n := t.step(at, it.stem); n != 0 {
		f.take(t.walk(items, i+1, n, num, depth+1))
	}
	if it.num >= 0 {
		if n := t.step(at, symNumber); n != 0 {
			f.take(t.walk(items, i+1, n, it.num, depth+1))
		}
	}
	if at != 0 && it.filler && f.end <= int32(i) {
		if g := t.walk(items, i+1, at, num, depth+1); g.end > int32(i)+1 {
			f.take(g)
		}
	}
	return f
}
