package screen

import "slices"

// count decides which names are meant. A strong name is, but where the words
// around it are of another world; a weak one only where a contest is spoken of,
// or where somebody calls for it.
func (j *judge) count() {
	j.s.strong, j.s.weak = j.s.strong[:0], j.s.weak[:0]
	for k := range j.s.sentences {
		se := &j.s.sentences[k]
		for i := range j.hits(se) {
			h := &j.hits(se)[i]
			se.cues |= h.cues
			if !h.quoted {
				se.plain |= h.cues
			}
			if h.side >= 0 && h.strong {
				h.counted = true
			}
			if h.weak && len(j.s.weak) < maxStrong {
				j.s.weak = append(j.s.weak, *h)
			}
		}
		political := se.cues&(cuePolitics|cueTeam|cueUnnamed) != 0
		if se.cues&cueOther != 0 && !political && se.cues&(cueSupport|cueOppose) == 0 {
			for i := range j.hits(se) {
				h := &j.hits(se)[i]
				if !h.full && !h.party && !j.s.items[h.from].tag {
					h.counted = false
				}
			}
		}
		for _, h := range j.hits(se) {
			political = political || h.counted
			if h.counted && len(j.s.strong) < maxStrong && !slices.Contains(j.s.strong, h.side) {
				j.s.strong = append(j.s.strong, h.side)
			}
		}
		j.politics = j.politics || political
	}
	world := false // of another kind
	for k := range j.s.sentences {
		world = world || j.s.sentences[k].cues&cueOther != 0
	}
	world = world && !j.politics && j.short
	for k := range j.s.sentences {
		se := &j.s.sentences[k]
		political := se.cues&(cuePolitics|cueTeam|cueUnnamed) != 0
		strong := false
		for _, h := range j.hits(se) {
			strong = strong || h.counted
		}
		near := political || strong || j.politics && j.short
		other := (world || se.cues&cueOther != 0) && !political && !strong
		for i := range j.hits(se) {
			h := &j.hits(se)[i]
			switch {
			case h.side < 0 || h.counted || other || j.said(h):
			case near, j.twice(h), h.acronym && se.cues&cueSupport != 0:
				h.counted = true
			case h.cues&cueNumberSalam != 0:
				h.counted = true
			case h.cues&cueNumberMay != 0 && se.cues&(cueMobilise|cueSupport|cueEvent) != 0, h.cues&cueNumberMay != 0 && j.beside(se, i):
				h.counted = true
			}
		}
		j.tally(se)
	}
}

// twice reports that two different weak names of one side stand in the text: it
// is hardly by chance.
func (j *judge) twice(h *hit) bool {
	if !h.weak {
		return false
	}
	for i := range j.s.weak {
		if o := &j.s.weak[i]; o.side == h.side && o.node != h.node {
			return true
		}
	}
	return false
}

// said reports that a slogan stands in a text that names a contestant of its
// contest for certain: then it is a word like others. "Menang satu putaran" is
// said of all, and must weigh the same for all.
func (j *judge) said(h *hit) bool {
	if !h.mark {
		return false
	}
	mine := j.r.sides[h.side].Contest
	return slices.ContainsFunc(j.s.strong, func(o int32) bool { return j.r.sides[o].Contest == mine })
}

// tally counts the sides of a sentence, and sees whether they are all that the
// contest has.
func (j *judge) tally(se *sentence) {
	var seen [16]int32
	var contest string
	hs := j.hits(se)
	for i := range hs {
		h := &hs[i]
		if !h.counted || se.names == len(seen) || slices.Contains(seen[:se.names], h.side) {
			continue
		}
		seen[se.names] = h.side
		se.names++
		if c := j.r.sides[h.side].Contest; c != "" {
			contest = c
		}
	}
	n := 0
	for _, i := range seen[:se.names] {
		if j.r.sides[i].Contest == contest {
			n++
		}
	}
	se.all = contest != "" && n == j.r.contests[contest] && n > 1
}
