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

// match finds the longest phrase that begins at an item: its node, the item
// after it, and the number in it (-1 for none). Fillers inside are stepped
// over; a sentence's end is not crossed.
func (t *tree) match(items []item, i int) (best, end int32, num int16) {
	return t.walk(items, i, 0, -1, 0)
}

func (t *tree) walk(items []item, i int, at int32, num int16, depth int) (best, end int32, which int16) {
	which = -1
	if at != 0 {
		if n := &t.nodes[at]; n.cues != 0 {
			best, end, which = at, int32(i), num
		}
		if t.nodes[at].leaf {
			return best, end, which
		}
	}
	if i >= len(items) || depth > maxPhrase+2 || at != 0 && items[i].brk {
		return best, end, which
	}
	it := &items[i]
	try := func(sym int32, num int16) {
		if n := t.step(at, sym); n != 0 {
			if b, e, w := t.walk(items, i+1, n, num, depth+1); b != 0 && e > end {
				best, end, which = b, e, w
			}
		}
	}
	try(it.lit, num)
	try(it.stem, num)
	if it.num >= 0 {
		try(symNumber, it.num)
	}
	if at != 0 && it.filler && end <= int32(i) {
		if b, e, w := t.walk(items, i+1, at, num, depth+1); b != 0 && e > int32(i)+1 && e > end {
			best, end, which = b, e, w
		}
	}
	return best, end, which
}
