package rule

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"netral/internal/day"
	"netral/internal/fault"
)

// A comparison walks two roots of one diagram at once. Both books are compiled
// into it, so what they share is the same reference and needs no walk.
type comparison struct {
	d     *diagram
	view  *Book // of the facts of both, for words
	gap   [][]uint64
	index map[[2]int32]int32
	twins []twin // kids before parents
}

// twin is a pair of references that are not the same. Without kids it is a pair
// of leaves.
type twin struct {
	refs  [2]int32
	level int
	kids  []int32 // places of twins; same where both decide alike
}

const same = -1

// kind is what changed: the outcome before and after. nowhere stands for a
// situation that the edition cannot express.
type kind struct{ old, new Outcome }

const nowhere = outcomes

// meaning fills in the eras.
func (d *Delta) meaning(old, new *Book, facts []Fact, ids []string) error {
	shared := &diagram{verdicts: []verdict{{outcome: nowhere}}}
	nodes, leaves := map[string]int32{}, map[string]int32{}
	var compilers [2]*compiler
	for i, b := range []*Book{old, new} {
		c := newCompiler(b, facts)
		c.d, c.nodes, c.leaves, c.beyond = shared, nodes, leaves, ^0
		c.rename = make([]int, len(b.Rules))
		for j, r := range b.Rules {
			c.rename[j], _ = slices.BinarySearch(ids, r.ID)
		}
		compilers[i] = c
	}
	starts := slices.Concat([]day.Day{day.None}, old.boundary, new.boundary)
	slices.Sort(starts)
	starts = slices.Compact(starts)
	view, gap, known := &Book{facts: facts}, gaps(facts), knownToEither(old, new, facts)
	var was [2]int32
	for i, from := range starts {
		on := from
		if from == day.None {
			on = day.First
			if len(starts) > 1 {
				on = starts[1] - 1
			}
		}
		roots := [2]int32{compilers[0].root(on), compilers[1].root(on)}
		if compilers[0].full || compilers[1].full {
			return fault.New(fault.TooLarge, "rule.diff_nodes", maxNodes)
		}
		until := day.None
		if i+1 < len(starts) {
			until = starts[i+1]
		}
		if i > 0 && roots == was {
			if n := len(d.Eras); n > 0 && d.Eras[n-1].Until == from {
				d.Eras[n-1].Until = until
			}
			continue
		}
		was = roots
		if roots[0] == roots[1] {
			continue
		}
		c := &comparison{d: shared, view: view, gap: gap, index: map[[2]int32]int32{}}
		e := EraDelta{From: from, Until: until, Situations: known}
		c.pair(roots)
		c.shifts(&e, ids)
		if n := len(d.Eras); n > 0 && d.Eras[n-1].Until == from && slices.EqualFunc(d.Eras[n-1].Shifts, e.Shifts, sameShift) {
			d.Eras[n-1].Until = until // the editions change here, but not how they differ
			continue
		}
		d.Eras = append(d.Eras, e)
	}
	return nil
}

func sameShift(x, y Shift) bool {
	return x.Situations == y.Situations && maps.Equal(x.Witness, y.Witness) && sameSide(x.Old, y.Old) && sameSide(x.New, y.New)
}

func sameSide(x, y Side) bool {
	return x.Known == y.Known && x.Outcome == y.Outcome && slices.Equal(x.Rules, y.Rules)
}

// knownToEither is how many situations over the facts of both at least one
// edition can express.
func knownToEither(old, new *Book, facts []Fact) uint64 {
	inOld, inNew, inBoth := uint64(1), uint64(1), uint64(1)
	for _, f := range facts {
		var n [3]uint64 // values known to old, to new, to both; a fact that an edition lacks is no hindrance
		o, hasOld := old.Fact(f.Name)
		w, hasNew := new.Fact(f.Name)
		for _, v := range f.Values {
			byOld, byNew := !hasOld || o.index(v.Name) >= 0, !hasNew || w.index(v.Name) >= 0
			for i, yes := range []bool{byOld, byNew, byOld && byNew} {
				if yes {
					n[i]++
				}
			}
		}
		inOld, inNew, inBoth = mulCount(inOld, n[0]), mulCount(inNew, n[1]), mulCount(inBoth, n[2])
	}
	if inNew == math.MaxUint64 {
		return inNew
	}
	return addCount(inOld, inNew-inBoth)
}

func (c *comparison) level(ref int32) int {
	if ref < 0 {
		return len(c.view.facts)
	}
	return int(c.d.fact[ref])
}

// pair lists what differs below two references and gives the place.
func (c *comparison) pair(refs [2]int32) int32 {
	if refs[0] == refs[1] {
		return same
	}
	if at, ok := c.index[refs]; ok {
		return at
	}
	t := twin{refs: refs, level: min(c.level(refs[0]), c.level(refs[1]))}
	if t.level < len(c.view.facts) {
		t.kids = make([]int32, len(c.view.facts[t.level].Values))
		for v := range t.kids {
			next := refs
			for i, ref := range refs {
				if c.level(ref) == t.level {
					next[i] = c.d.kid[c.d.kids[ref]+int32(v)]
				}
			}
			t.kids[v] = c.pair(next)
		}
	}
	at := int32(len(c.twins))
	c.index[refs] = at
	c.twins = append(c.twins, t)
	return at
}

// shifts counts the kinds of change and finds the smallest example of each.
func (c *comparison) shifts(e *EraDelta, ids []string) {
	ways := make([]uint64, len(c.twins))
	root := len(c.twins) - 1
	ways[root] = c.gap[0][c.twins[root].level]
	counts := map[kind]uint64{}
	for i := root; i >= 0; i-- {
		t := &c.twins[i]
		if t.kids == nil {
			k := c.kind(t)
			counts[k] = addCount(counts[k], ways[i])
			e.Changed = addCount(e.Changed, ways[i])
			continue
		}
		for _, k := range t.kids {
			if k != same {
				ways[k] = addCount(ways[k], mulCount(ways[i], c.gap[t.level+1][c.twins[k].level]))
			}
		}
	}
	kinds := slices.SortedFunc(maps.Keys(counts), func(x, y kind) int {
		return cmp.Or(cmp.Compare(x.old, y.old), cmp.Compare(x.new, y.new))
	})
	for _, k := range kinds {
		facts, t := c.example(k)
		e.Shifts = append(e.Shifts, Shift{
			Old: c.side(t.refs[0], ids), New: c.side(t.refs[1], ids), Situations: counts[k],
			Witness: facts, Words: Text{ID: c.view.Phrase(facts, "id"), EN: c.view.Phrase(facts, "en")},
		})
	}
}

func (c *comparison) kind(leaf *twin) kind {
	return kind{c.d.verdicts[^leaf.refs[0]].outcome, c.d.verdicts[^leaf.refs[1]].outcome}
}

func (c *comparison) side(leaf int32, ids []string) Side {
	v := &c.d.verdicts[^leaf]
	if v.outcome == nowhere {
		return Side{Rules: []string{}}
	}
	s := Side{Known: true, Outcome: v.outcome, Rules: make([]string, len(v.rules))}
	for i, r := range v.rules {
		s.Rules[i] = ids[r]
	}
	return s
}

// example is the situation of the kind with the fewest facts other than
// assumed, and the pair of leaves it ends at. Only facts on which it turns are
// named.
func (c *comparison) example(want kind) (Facts, *twin) {
	const never = 1 << 20
	cost, choice := make([]int, len(c.twins)), make([]int, len(c.twins))
	order := make([][]int, len(c.view.facts))
	for f := range order {
		order[f] = c.view.preferred(f)
	}
	for i := range c.twins {
		t := &c.twins[i]
		cost[i] = never
		if t.kids == nil {
			if c.kind(t) == want {
				cost[i] = 0
			}
			continue
		}
		f := &c.view.facts[t.level]
		for _, v := range order[t.level] {
			if t.kids[v] == same {
				continue
			}
			n := cost[t.kids[v]]
			if f.Values[v].Name != f.Assume {
				n++
			}
			if n < cost[i] {
				cost[i], choice[i] = n, v
			}
		}
	}
	out := Facts{}
	t := &c.twins[len(c.twins)-1]
	for i := len(c.twins) - 1; t.kids != nil; t = &c.twins[i] {
		f := &c.view.facts[t.level]
		out[f.Name] = f.Values[choice[i]].Name
		i = int(t.kids[choice[i]])
	}
	return out, t
}
