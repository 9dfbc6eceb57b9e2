package rule

import "slices"

// resolve applies default logic to the rules that hold: overriding rules come
// first in b.order, so each rule meets its defeaters before its turn, and a
// rule that is defeated defeats nothing: what it would have set aside stands
// again. Default rules stand only where nothing else does.
func (b *Book) resolve(holds []bool) verdict {
	defeated := make([]bool, len(b.Rules))
	var stand []int
	for _, defaults := range []bool{false, true} {
		if defaults && len(stand) > 0 {
			break
		}
		for _, i := range b.order {
			r := b.Rules[i]
			if r.Default != defaults || !holds[i] || defeated[i] {
				continue
			}
			stand = append(stand, i)
			for _, j := range r.defeats {
				defeated[j] = true
			}
		}
	}
	return b.judge(stand)
}

// judge finds the gravest outcome and whether the rules disagree: an undefeated
// permission beside a restriction, or an answer beside "outside".
func (b *Book) judge(stand []int) verdict {
	var has [outcomes]bool
	v := verdict{rules: stand}
	for _, i := range stand {
		o := b.Rules[i].Outcome
		has[o] = true
		v.outcome = max(v.outcome, o)
	}
	kinds := 0
	for o := Allowed; o < outcomes; o++ {
		if has[o] {
			kinds++
		}
	}
	v.conflict = kinds > 1 && (has[Allowed] || has[Outside] || has[Conditional] && has[Prohibited])
	slices.SortFunc(v.rules, func(i, j int) int {
		if d := int(b.Rules[j].Outcome) - int(b.Rules[i].Outcome); d != 0 {
			return d
		}
		return i - j
	})
	for _, i := range v.rules {
		if b.Rules[i].Outcome == v.outcome {
			v.deciding++
		}
	}
	return v
}
