package rule

import (
	"math/bits"
	"slices"
)

// A look is one walk over the part of the diagram that a partial situation can
// still get to. Its slices are as long as the diagram and are lent by the
// book, so that a question about a small part costs only that part. Nodes of
// known facts are stepped over and not listed.
type look struct {
	b      *Book
	s      Situation
	epoch  uint32
	met    []uint32 // by node: the epoch in which it was met
	place  []int32  // by node: its index in nodes, where met
	seen   []uint32 // by verdict: the epoch in which it was met
	nodes  []int32  // met, kids before parents
	leaves []int32  // verdicts met
	facts  uint64   // unknown facts that some node looks at (bit i is fact i)
	table  []int32  // for movers: a hash table of nodes
}

// look begins a walk; the caller gives the scratch back with done.
func (b *Book) look() *look {
	if l, ok := b.scratch.Get().(*look); ok {
		return l
	}
	n := len(b.diagram.fact)
	return &look{b: b, met: make([]uint32, n), place: make([]int32, n), seen: make([]uint32, len(b.diagram.verdicts))}
}

func (l *look) done() {
	l.s = nil
	l.b.scratch.Put(l)
}

func (l *look) reset(s Situation) {
	l.s, l.nodes, l.leaves, l.facts = s, l.nodes[:0], l.leaves[:0], 0
	if l.epoch++; l.epoch == 0 { // wrapped: old marks would look new
		clear(l.met)
		clear(l.seen)
		l.epoch = 1
	}
}

// all lists every node and leaf that can be reached from root.
func (l *look) all(root int32, s Situation) {
	l.reset(s)
	l.visit(root)
}

// step walks on as long as facts are known.
func (l *look) step(ref int32) int32 {
	ref, _ = l.b.walk(ref, l.s)
	return ref
}

func (l *look) visit(ref int32) {
	ref = l.step(ref)
	if ref < 0 {
		if l.seen[^ref] != l.epoch {
			l.seen[^ref] = l.epoch
			l.leaves = append(l.leaves, ^ref)
		}
		return
	}
	if l.met[ref] == l.epoch {
		return
	}
	l.met[ref] = l.epoch
	l.facts |= 1 << l.b.diagram.fact[ref]
	for _, k := range l.b.kids(ref) {
		l.visit(k)
	}
	l.place[ref] = int32(len(l.nodes))
	l.nodes = append(l.nodes, ref)
}

// kids are the references that follow from a node, by value.
func (b *Book) kids(ref int32) []int32 {
	d := b.diagram
	first := d.kids[ref]
	return d.kid[first : first+int32(len(b.facts[d.fact[ref]].Values))]
}

// settled is the outcome of a situation if all completions agree on it, else
// Undecided. It stops at the first disagreement.
func (l *look) settled(root int32, s Situation) Outcome {
	l.reset(s)
	o, _ := l.agree(root, outcomes)
	return o
}

// agree reports whether everything below ref has one outcome, and the outcome
// so far; outcomes stands for none met yet.
func (l *look) agree(ref int32, sofar Outcome) (Outcome, bool) {
	ref = l.step(ref)
	if ref < 0 {
		o := l.b.diagram.verdicts[^ref].outcome
		if sofar != outcomes && sofar != o {
			return Undecided, false
		}
		return o, true
	}
	if l.met[ref] == l.epoch {
		return sofar, true
	}
	l.met[ref] = l.epoch
	for _, k := range l.b.kids(ref) {
		var ok bool
		if sofar, ok = l.agree(k, sofar); !ok {
			return Undecided, false
		}
	}
	return sofar, true
}

// touched is every fact, known or not, that a walk from root looks at: no
// other fact can change what is reached.
func (l *look) touched(root int32, s Situation) uint64 {
	l.reset(s)
	return l.touch(root)
}

func (l *look) touch(ref int32) uint64 {
	d := l.b.diagram
	var facts uint64
	for ref >= 0 && l.met[ref] != l.epoch {
		l.met[ref] = l.epoch
		f := d.fact[ref]
		facts |= 1 << f
		if v := l.s[f]; v != 0 {
			ref = d.kid[d.kids[ref]+int32(v)-1]
			continue
		}
		for _, k := range l.b.kids(ref) {
			facts |= l.touch(k)
		}
		break
	}
	return facts
}

// movers finds the unknown facts on which the answer depends, exactly, after
// all: it redraws what was met without the known facts, makes equal nodes one,
// and looks which facts are left. With outcomes, rules that decide alike count
// as one; else every set of rules is an answer of its own.
func (l *look) movers(outcome bool) uint64 {
	size := 1 << bits.Len(uint(2*len(l.nodes)))
	if len(l.table) < size {
		l.table = make([]int32, size)
	}
	table := l.table[:size]
	clear(table)
	var moves uint64
	ids := make([]int32, len(l.nodes)) // by place: the redrawn node; leaves are below zero
	id := func(k int32) int32 {
		switch k = l.step(k); {
		case k >= 0:
			return ids[l.place[k]]
		case outcome:
			return ^int32(l.b.diagram.verdicts[^k].outcome)
		}
		return k
	}
	for i, ref := range l.nodes {
		kids := l.b.kids(ref)
		first, same := id(kids[0]), true
		hash := uint32(l.b.diagram.fact[ref])
		for _, k := range kids {
			n := id(k)
			same = same && n == first
			hash = (hash ^ uint32(n)) * 0x9E3779B1
			hash ^= hash >> 15
		}
		if same {
			ids[i] = first
			continue
		}
		moves |= 1 << l.b.diagram.fact[ref]
		for at := hash & uint32(size-1); ; at = (at + 1) & uint32(size-1) {
			if table[at] == 0 {
				table[at] = int32(i) + 1
				ids[i] = int32(i)
				break
			}
			j := table[at] - 1
			if l.b.diagram.fact[l.nodes[j]] == l.b.diagram.fact[ref] &&
				slices.EqualFunc(l.b.kids(l.nodes[j]), kids, func(x, y int32) bool { return id(x) == id(y) }) {
				ids[i] = ids[j]
				break
			}
		}
	}
	return moves
}
