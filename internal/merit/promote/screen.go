package promote

import (
	"math/bits"
	"slices"

	"netral/internal/day"
	"netral/internal/rule"
)

// Screened is what came out for all people of the columns and one post. Masks
// have a bit for each matter, in the order of Law.Matters.
type Screened struct {
	Answer []uint8  // place in Answers
	Bars   []uint32 // bar for certain
	Open   []uint32 // could bar: a datum is missing
	Holds  []uint32
	Warns  []uint32
	Count  [5]int // by place in Answers
}

// verdicts of a matter, as bits.
const (
	vBars = 1 << iota
	vOpen
	vHolds
	vWarns
	vOutside
	vKnown // looked up already
)

// table answers a matter for all combinations of the facts that differ between
// people.
type table struct {
	m     *matter
	facts []int
	radix []int
	found []uint8
	only  map[int32]bool // rows of which it is asked; nil for all
}

// Screen answers for everybody and one post. Matters whose names are in hide
// are left out, for those who may not see them.
func (c *Columns) Screen(t *Target, p Policy, hide ...string) Screened {
	l := c.law
	out := Screened{Answer: make([]uint8, c.n), Bars: make([]uint32, c.n), Open: make([]uint32, c.n), Holds: make([]uint32, c.n), Warns: make([]uint32, c.n)}
	level := slices.Index(c.levels, t.Level)
	if level < 0 {
		for i := range out.Answer {
			out.Answer[i] = uint8(slices.Index(Answers(), Outside))
		}
		out.Count[slices.Index(Answers(), Outside)] = c.n
		return out
	}
	nobody := Record{}
	fixed := l.see(&nobody, t, p, c.Day, false).facts // what follows from post, policy and day
	for _, f := range append(flatFacts(), "experience", "training", "move", "across") {
		delete(fixed, f)
	}
	s := l.base(fixed)
	varies := map[int]bool{l.at["experience"]: true, l.at["training"]: true, l.at["move"]: true, l.at["across"]: true}
	for _, col := range c.flat {
		varies[col.fact] = true
	}
	var tables []table
	for i := range l.matters {
		m := &l.matters[i]
		tb := table{m: m}
		size := 1
		for _, f := range m.facts {
			if varies[f] {
				tb.facts, tb.radix = append(tb.facts, f), append(tb.radix, size)
				size *= len(l.Book.Facts()[f].Values) + 1
			}
		}
		tb.found = make([]uint8, size)
		if slices.Contains(hide, m.name) {
			tb.m = nil
		}
		if m.name == "case" && slices.Contains(c.Without, m.name) {
			tb.only = c.cases
		}
		tables = append(tables, tb)
	}
	var here int32 = -2
	if n, ok := c.unit[t.Unit]; ok && t.Unit != "" {
		here = n
	}
	related := map[int32]bool{}
	for _, d := range t.Deciders {
		for _, row := range c.kin[d] {
			related[row] = true
		}
	}
	single := map[int32][]papers{}
	if t.Post != "" {
		for _, x := range c.papers[t.Post] {
			single[x.row] = append(single[x.row], x)
		}
	}
	moves := [3]uint8{c.codes["move"]["promotion"], c.codes["move"]["lateral"], c.codes["move"]["lower"]}
	same, other := c.codes["across"]["same"], c.codes["across"]["other"]
	to := uint8(l.steps[t.Level])
	fExp, fTrain, fMove, fAcross, fKin := l.at["experience"], l.at["training"], l.at["move"], l.at["across"], l.at["kin"]
	for row := range c.n {
		for i := range c.flat {
			s[c.flat[i].fact] = c.flat[i].value[row]
		}
		s[fExp], s[fTrain] = c.exp[level][row], c.train[level][row]
		switch step := c.step[row]; {
		case step == unknownStep:
			s[fMove], s[fAcross] = 0, 0
		default:
			s[fMove], s[fAcross] = moves[0], other
			if step == to {
				s[fMove] = moves[1]
			} else if step > to {
				s[fMove] = moves[2]
			}
			if c.units[row] == here || len(c.more) > 0 && slices.Contains(c.more[int32(row)], here) {
				s[fAcross] = same
			}
		}
		if len(related) > 0 && related[int32(row)] {
			s[fKin] = c.codes["kin"]["decider"]
		}
		if len(single) > 0 {
			for _, x := range single[int32(row)] {
				s[x.fact] = x.value
			}
		}
		c.row(&out, row, s, tables)
	}
	return out
}

func (c *Columns) row(out *Screened, row int, s rule.Situation, tables []table) {
	var barred, open, hold, warn uint32
	for i := range tables {
		tb := &tables[i]
		if tb.m == nil || tb.only != nil && !tb.only[int32(row)] {
			continue
		}
		at := 0
		for j, f := range tb.facts {
			at += int(s[f]) * tb.radix[j]
		}
		v := tb.found[at]
		if v == 0 {
			v = c.law.verdict(s, tb.m, c.Day)
			tb.found[at] = v
		}
		bit := uint32(1) << i
		if v&vBars != 0 {
			barred |= bit
		}
		if v&vOpen != 0 {
			open |= bit
		}
		if v&vHolds != 0 {
			hold |= bit
		}
		if v&vWarns != 0 {
			warn |= bit
		}
	}
	out.Bars[row], out.Open[row], out.Holds[row], out.Warns[row] = barred, open, hold, warn
	a := 0 // places in Answers
	switch {
	case barred != 0:
		a = 3
	case open != 0:
		a = 2
	case hold != 0:
		a = 1
	}
	out.Answer[row] = uint8(a)
	out.Count[a]++
}

// verdict is a matter's answer as bits.
func (l *Law) verdict(s rule.Situation, m *matter, on day.Day) uint8 {
	possible, _ := l.look(s, m, on)
	certain, could := bars(possible)
	v := uint8(vKnown)
	switch {
	case slices.Contains(possible, rule.Outside):
		v |= vOutside
	case certain:
		v |= vBars
	case could:
		v |= vOpen
	case slices.Contains(possible, rule.Conditional):
		v |= vHolds
	case slices.Contains(possible, rule.Caution):
		v |= vWarns
	}
	return v
}

// Names are the matters of a mask.
func (l *Law) Names(mask uint32) []string {
	var out []string
	for ; mask != 0; mask &= mask - 1 {
		out = append(out, l.matters[bits.TrailingZeros32(mask)].name)
	}
	return out
}
