package rule

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"

	"netral/internal/day"
)

// Bounds on the diagram; a book beyond them is refused before it takes the
// machine's memory. The conduct book needs a small part of them. States are
// bounded beside nodes because many states may share one node.
const (
	maxNodes   = 1 << 18
	maxStates  = 1 << 19
	maxClauses = 1 << 13
)

// A diagram decides situations. Node n looks at fact fact[n] and goes on to
// kid[kids[n]+value]. A reference below zero is a leaf: verdict ^ref. Nodes
// that lead to the same place for every value are left out, and equal nodes
// are one, so that two references are equal exactly if they decide alike. Kids
// are made before their parents, so a kid's reference is always the smaller.
type diagram struct {
	fact     []uint8
	kids     []int32
	kid      []int32
	verdicts []verdict
}

// verdict is what the undefeated rules of a leaf say.
type verdict struct {
	outcome  Outcome
	rules    []int // undefeated; those that decide first
	deciding int   // how many of rules have the outcome
	conflict bool  // undefeated rules disagree
}

// clause is one way a rule can hold: a set of values for each fact. A rule with
// alternatives has several.
type clause struct {
	rule int
	mask []uint64 // by fact; all ones where the rule does not care
	last int      // last fact it cares about, -1 for none
}

type compiler struct {
	b       *Book
	facts   []Fact
	clauses []clause
	words   int
	reject  [][][]uint64 // by fact, value: the clauses that refuse it
	cares   [][]uint64   // by fact: the clauses that look at it
	ending  [][]int      // by fact: the clauses that look at none after it
	d       *diagram
	states  map[string]int32 // level and live clauses → reference
	nodes   map[string]int32
	leaves  map[string]int32
	key     []byte
	full    bool

	strange []uint64 // by fact: values that the book does not know (for Diff)
	beyond  int32    // the leaf of situations with such a value
	rename  []int    // the numbers under which verdicts name rules; nil for the book's own
}

// compile builds the diagram with one root for each legal era.
func (b *Book) compile(problems *Problems) {
	b.boundary = b.eraBoundaries()
	c := newCompiler(b, b.facts)
	b.roots = make([]int32, len(b.boundary)+1)
	for i := range b.roots {
		b.roots[i] = c.root(b.eraDay(i))
	}
	if c.full {
		*problems = append(*problems, Problem{"rules", 0, fmt.Sprintf("the rules are too entangled: more than %d decision nodes or %d states", maxNodes, maxStates)})
		return
	}
	b.diagram = c.d.compact()
}

// compact drops what growing the slices left over.
func (d *diagram) compact() *diagram {
	return &diagram{fact: slices.Clone(d.fact), kids: slices.Clone(d.kids), kid: slices.Clone(d.kid), verdicts: slices.Clone(d.verdicts)}
}

// eraBoundaries are the days on which a rule begins or ends.
func (b *Book) eraBoundaries() []day.Day {
	var all []day.Day
	for _, r := range b.Rules {
		for _, d := range []day.Day{r.From, r.Until} {
			if d != day.None {
				all = append(all, d)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// eraDay is a day inside era i: the first one, where there is one.
func (b *Book) eraDay(i int) day.Day {
	switch {
	case i > 0:
		return b.boundary[i-1]
	case len(b.boundary) > 0:
		return b.boundary[0] - 1
	}
	return day.First
}

// era is the index of the era in which the day lies.
func (b *Book) era(on day.Day) int {
	i, found := slices.BinarySearch(b.boundary, on)
	if found {
		i++
	}
	return i
}

// newCompiler makes clauses of the book's rules over the given facts, which
// are the book's own, or more (for Diff).
func newCompiler(b *Book, facts []Fact) *compiler {
	c := &compiler{b: b, facts: facts, d: &diagram{}, states: map[string]int32{}, nodes: map[string]int32{}, leaves: map[string]int32{}}
	c.strange = make([]uint64, len(facts))
	at := make([]int, len(b.facts)) // place of b's fact among facts
	remap := make([][]int, len(b.facts))
	for i, f := range b.facts {
		at[i] = slices.IndexFunc(facts, func(g Fact) bool { return g.Name == f.Name })
		remap[i] = make([]int, len(f.Values))
		for j, v := range f.Values {
			remap[i][j] = facts[at[i]].index(v.Name)
		}
		c.strange[at[i]] = allValues(facts[at[i]]) &^ remapMask(allValues(f), remap[i])
	}
	for _, r := range b.Rules {
		for _, w := range r.ways {
			cl := clause{rule: r.index, mask: make([]uint64, len(facts)), last: -1}
			for i, f := range facts {
				cl.mask[i] = allValues(f)
			}
			for _, t := range w {
				f := at[t.fact]
				cl.mask[f] = remapMask(t.mask, remap[t.fact]) | c.strange[f]
				if cl.mask[f] != allValues(facts[f]) {
					cl.last = max(cl.last, f)
				}
			}
			c.clauses = append(c.clauses, cl)
		}
	}
	c.words = (len(c.clauses) + 63) / 64
	c.reject = make([][][]uint64, len(facts))
	c.cares = make([][]uint64, len(facts))
	c.ending = make([][]int, len(facts))
	for i, cl := range c.clauses {
		if cl.last >= 0 {
			c.ending[cl.last] = append(c.ending[cl.last], i)
		}
	}
	for f := range facts {
		c.cares[f] = make([]uint64, c.words)
		c.reject[f] = make([][]uint64, len(facts[f].Values))
		for v := range facts[f].Values {
			c.reject[f][v] = make([]uint64, c.words)
			for i, cl := range c.clauses {
				if cl.mask[f]&(1<<v) == 0 {
					c.reject[f][v][i/64] |= 1 << (i % 64)
					c.cares[f][i/64] |= 1 << (i % 64)
				}
			}
		}
	}
	return c
}

func allValues(f Fact) uint64 { return 1<<len(f.Values) - 1 }

func remapMask(m uint64, to []int) uint64 {
	var out uint64
	for ; m != 0; m &= m - 1 {
		out |= 1 << to[bits.TrailingZeros64(m)]
	}
	return out
}

// root is the diagram of the rules in force on the day.
func (c *compiler) root(on day.Day) int32 {
	live := make([]uint64, c.words)
	for i, cl := range c.clauses {
		if c.b.Rules[cl.rule].InForce(on) {
			live[i/64] |= 1 << (i % 64)
		}
	}
	return c.build(0, live)
}

// build is the reference for "facts before level are known, and these clauses
// have not been refused yet". What can still happen depends on nothing else,
// so equal states share their diagram, also between eras.
func (c *compiler) build(level int, live []uint64) int32 {
	for level < len(c.facts) && c.strange[level] == 0 && disjoint(live, c.cares[level]) {
		level++
	}
	if level == len(c.facts) {
		return c.leaf(live)
	}
	c.key = append(c.key[:0], byte(level))
	for _, w := range live {
		c.key = binary.LittleEndian.AppendUint64(c.key, w)
	}
	state := string(c.key)
	if ref, ok := c.states[state]; ok {
		return ref
	}
	if c.full || len(c.d.fact) >= maxNodes || len(c.states) >= maxStates {
		c.full = true
		return ^0
	}
	kids := make([]int32, len(c.facts[level].Values))
	next := make([]uint64, c.words)
	for v := range kids {
		if c.strange[level]>>v&1 != 0 {
			kids[v] = c.beyond
			continue
		}
		for w := range next {
			next[w] = live[w] &^ c.reject[level][v][w]
		}
		c.prune(level, next)
		kids[v] = c.build(level+1, next)
	}
	ref := c.node(level, kids)
	c.states[state] = ref
	return ref
}

// prune drops the other alternatives of rules that hold already, so that
// states which differ only in them are one.
func (c *compiler) prune(level int, live []uint64) {
	for _, i := range c.ending[level] {
		cl := c.clauses[i]
		if live[i/64]&(1<<(i%64)) == 0 {
			continue
		}
		for j := i + 1; j < len(c.clauses) && c.clauses[j].rule == cl.rule; j++ {
			live[j/64] &^= 1 << (j % 64)
		}
		for j := i - 1; j >= 0 && c.clauses[j].rule == cl.rule; j-- {
			live[j/64] &^= 1 << (j % 64)
		}
	}
}

func disjoint(a, b []uint64) bool {
	for i := range a {
		if a[i]&b[i] != 0 {
			return false
		}
	}
	return true
}

// node gives the reference for a fact and what follows from each value.
func (c *compiler) node(fact int, kids []int32) int32 {
	if !slices.ContainsFunc(kids, func(k int32) bool { return k != kids[0] }) {
		return kids[0]
	}
	c.key = append(c.key[:0], byte(fact))
	for _, k := range kids {
		c.key = binary.LittleEndian.AppendUint32(c.key, uint32(k))
	}
	if ref, ok := c.nodes[string(c.key)]; ok {
		return ref
	}
	ref := int32(len(c.d.fact))
	c.d.fact = append(c.d.fact, uint8(fact))
	c.d.kids = append(c.d.kids, int32(len(c.d.kid)))
	c.d.kid = append(c.d.kid, kids...)
	c.nodes[string(c.key)] = ref
	return ref
}

// leaf resolves exceptions among the rules that hold.
func (c *compiler) leaf(live []uint64) int32 {
	holds := make([]bool, len(c.b.Rules))
	for i, cl := range c.clauses {
		if live[i/64]&(1<<(i%64)) != 0 {
			holds[cl.rule] = true
		}
	}
	v := c.b.resolve(holds)
	if c.rename != nil {
		v.rules = v.rules[:v.deciding]
		for i, r := range v.rules {
			v.rules[i] = c.rename[r]
		}
		slices.Sort(v.rules)
	}
	return c.verdict(v)
}

// verdict is the reference for a verdict; equal ones are one.
func (c *compiler) verdict(v verdict) int32 {
	c.key = append(c.key[:0], byte(v.outcome))
	for _, r := range v.rules {
		c.key = binary.LittleEndian.AppendUint32(c.key, uint32(r))
	}
	if ref, ok := c.leaves[string(c.key)]; ok {
		return ref
	}
	ref := ^int32(len(c.d.verdicts))
	c.d.verdicts = append(c.d.verdicts, v)
	c.leaves[string(c.key)] = ref
	return ref
}
