package rule

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// reached is the part of the diagram that a partial situation can still get to.
type reached struct {
	leaves []int32 // verdict indexes, each once
	facts  []int   // unknown facts that some node looks at
}

// reach walks from root along every value of the unknown facts.
func (b *Book) reach(root int32, s Situation) reached {
	d := b.diagram
	var out reached
	if ref, ok := b.walk(root, s); ok { // nothing is missing: the usual case
		out.leaves = append(out.leaves, ^ref)
		return out
	}
	seen := make(map[int32]struct{}, 64)
	unknown := make([]bool, len(b.facts))
	stack := []int32{root}
	for len(stack) > 0 {
		ref := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if _, ok := seen[ref]; ok {
			continue
		}
		seen[ref] = struct{}{}
		if ref < 0 {
			out.leaves = append(out.leaves, ^ref)
			continue
		}
		f, first := d.fact[ref], d.kids[ref]
		if v := s[f]; v != 0 {
			stack = append(stack, d.kid[first+int32(v)-1])
			continue
		}
		unknown[f] = true
		stack = append(stack, d.kid[first:first+int32(len(b.facts[f].Values))]...)
	}
	slices.Sort(out.leaves)
	for f, is := range unknown {
		if is {
			out.facts = append(out.facts, f)
		}
	}
	return out
}

// odds is how likely each outcome is when every unknown fact is equally likely
// to have each of its values.
type odds [outcomes]float64

func (o odds) entropy() float64 {
	var h float64
	for _, p := range o {
		if p > 0 {
			h -= p * math.Log2(p)
		}
	}
	return h
}

func (b *Book) odds(ref int32, s Situation, memo map[int32]odds) odds {
	if ref < 0 {
		var o odds
		o[b.diagram.verdicts[^ref].outcome] = 1
		return o
	}
	if o, ok := memo[ref]; ok {
		return o
	}
	d := b.diagram
	f, first := d.fact[ref], d.kids[ref]
	var o odds
	if v := s[f]; v != 0 {
		o = b.odds(d.kid[first+int32(v)-1], s, memo)
	} else {
		n := len(b.facts[f].Values)
		for _, k := range d.kid[first : first+int32(n)] {
			for i, p := range b.odds(k, s, memo) {
				o[i] += p / float64(n)
			}
		}
	}
	memo[ref] = o
	return o
}

// questions orders the missing facts that are asked: those after whose answer
// least is open come first. Facts on which the outcome does not depend only
// refine which rules apply. A derived fact that is missing stands for the facts
// it follows from.
func (b *Book) questions(root int32, s Situation, seen reached) (missing, refine []string) {
	type question struct {
		fact  int
		left  float64
		moves bool
	}
	moves := b.movers(root, s)
	var qs []question
	for _, f := range seen.facts {
		left := 0.0
		if moves[f] {
			left = b.leftOpen(root, s, f)
		}
		for _, ask := range b.askFor(f, s) {
			qs = append(qs, question{ask, left, moves[f]})
		}
	}
	slices.SortStableFunc(qs, func(x, y question) int { return cmp.Compare(x.left, y.left) })
	for _, q := range qs {
		name := b.facts[q.fact].Name
		if q.moves && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	for _, q := range qs {
		name := b.facts[q.fact].Name
		if !q.moves && !slices.Contains(missing, name) && !slices.Contains(refine, name) {
			refine = append(refine, name)
		}
	}
	return missing, refine
}

// askFor is the fact itself, or what a derived fact follows from.
func (b *Book) askFor(f int, s Situation) []int {
	if !b.facts[f].Derived {
		return []int{f}
	}
	var out []int
	for _, name := range b.facts[f].Needs {
		if i := b.factAt[name]; s[i] == 0 {
			out = append(out, i)
		}
	}
	return out
}

// leftOpen is the uncertainty that remains, on average, once the fact is known.
func (b *Book) leftOpen(root int32, s Situation, fact int) float64 {
	n := len(b.facts[fact].Values)
	asked := slices.Clone(s)
	var left float64
	for v := range n {
		asked[fact] = uint8(v + 1)
		left += b.odds(root, asked, map[int32]odds{}).entropy() / float64(n)
	}
	return left
}

// movers finds the unknown facts on which the outcome depends, exactly: it
// redraws the part of the diagram that can be reached with outcomes for leaves,
// and looks which facts are left in it.
func (b *Book) movers(root int32, s Situation) []bool {
	d := b.diagram
	moves := make([]bool, len(b.facts))
	memo := map[int32]int32{}
	ids := map[string]int32{}
	var key []byte
	var draw func(ref int32) int32
	draw = func(ref int32) int32 {
		if ref < 0 {
			return int32(d.verdicts[^ref].outcome)
		}
		if id, ok := memo[ref]; ok {
			return id
		}
		f, first := d.fact[ref], d.kids[ref]
		var id int32
		if v := s[f]; v != 0 {
			id = draw(d.kid[first+int32(v)-1])
		} else {
			kids := make([]int32, len(b.facts[f].Values))
			same := true
			for i := range kids {
				kids[i] = draw(d.kid[first+int32(i)])
				same = same && kids[i] == kids[0]
			}
			if id = kids[0]; !same {
				moves[f] = true
				key = append(key[:0], f)
				for _, k := range kids {
					key = binary.LittleEndian.AppendUint32(key, uint32(k))
				}
				var known bool
				if id, known = ids[string(key)]; !known {
					id = int32(outcomes) + int32(len(ids))
					ids[string(key)] = id
				}
			}
		}
		memo[ref] = id
		return id
	}
	draw(root)
	return moves
}
