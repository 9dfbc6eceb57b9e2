package rule

import (
	"cmp"
	"math"
	"slices"
)

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

func (o *odds) add(p *odds, weight float64) {
	for i := range o {
		o[i] += p[i] * weight
	}
}

// leftOpen is, for each unknown fact met, the uncertainty about the outcome
// that remains on average once the fact is known. One pass up gives each node
// its odds, one pass down the likelihood of getting there; a path that steps
// over a fact does not depend on it.
func (l *look) leftOpen(root int32) []float64 {
	b, d := l.b, l.b.diagram
	below := make([]odds, len(l.nodes))
	leaf := make([]odds, outcomes)
	for o := range leaf {
		leaf[o][o] = 1
	}
	of := func(ref int32) *odds {
		if ref = l.step(ref); ref < 0 {
			return &leaf[d.verdicts[^ref].outcome]
		}
		return &below[l.place[ref]]
	}
	for i, ref := range l.nodes {
		kids := b.kids(ref)
		for _, k := range kids {
			below[i].add(of(k), 1/float64(len(kids)))
		}
	}
	reach := make([]float64, len(l.nodes))
	reach[len(l.nodes)-1] = 1 // the root is met last
	with := make([][]odds, len(b.facts))
	past := make([]odds, len(b.facts)) // the odds on the paths that do look at the fact
	for i := len(l.nodes) - 1; i >= 0; i-- {
		ref := l.nodes[i]
		kids, f := b.kids(ref), d.fact[ref]
		if with[f] == nil {
			with[f] = make([]odds, len(kids))
		}
		past[f].add(&below[i], reach[i])
		for v, k := range kids {
			with[f][v].add(of(k), reach[i])
			if k = l.step(k); k >= 0 {
				reach[l.place[k]] += reach[i] / float64(len(kids))
			}
		}
	}
	total := of(root)
	left := make([]float64, len(b.facts))
	for f := range with {
		for v := range with[f] {
			o := with[f][v]
			o.add(total, 1)
			o.add(&past[f], -1)
			left[f] += o.entropy() / float64(len(with[f]))
		}
		left[f] = math.Round(left[f]*1e9) / 1e9 // equal facts stay equal, whatever the order of sums
	}
	return left
}

// questions orders the missing facts that are asked: those after whose answer
// least is open come first. Facts on which the outcome does not depend only
// refine which rules apply. A derived fact that is missing stands for the facts
// it follows from; where these are known already, nothing can be asked.
func (l *look) questions(root int32) (missing, refine []string) {
	b := l.b
	moves, changes := l.movers(true), l.movers(false)
	left := l.leftOpen(root)
	var order []int
	for f := range b.facts {
		if changes>>f&1 != 0 {
			order = append(order, f)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(left[x], left[y]) })
	var named uint64
	for _, list := range []struct {
		to    *[]string
		moves uint64
	}{{&missing, 1}, {&refine, 0}} {
		for _, f := range order {
			if moves>>f&1 != list.moves {
				continue
			}
			for _, ask := range b.askFor(f, l.s) {
				if named>>ask&1 == 0 {
					named |= 1 << ask
					*list.to = append(*list.to, b.facts[ask].Name)
				}
			}
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
