package screen

import "slices"

// conclude makes the report of the sentences.
func (j *judge) conclude() Report {
	rep := Report{Verdict: Neutral, Stance: None, Words: j.words, Cut: j.cut}
	se := j.s.sentences
	asks, named, sides := false, -1, 0
	var all, loose cue
	for i := range se {
		all |= se[i].cues
		asks = asks || se[i].cues&cueAsk != 0
		if se[i].names > 0 && se[i].verdict == Unclear && named < 0 {
			named = i
		}
		sides = max(sides, se[i].names)
		if se[i].names == 0 && se[i].verdict != Partisan && se[i].cues&(cueQuiet|cueReport|cueOther) == 0 {
			loose |= se[i].cues
		}
	}
	// In a short text, who is named in one sentence is meant in the next.
	if named >= 0 && j.short && sides == 1 {
		for i := range se {
			c := &se[i]
			if c.names > 0 || c.cues&(cueQuiet|cueOther|cueReport) != 0 || c.pos < 0 && c.opp < 0 {
				continue
			}
			c.verdict, c.stance = Partisan, Support
			if c.opp >= 0 {
				c.stance = Oppose
			}
			se[named].verdict, se[named].stance = Partisan, c.stance
		}
		if n := &se[named]; n.verdict == Unclear && (loose|n.cues)&cueDeed != 0 && bits((loose|n.cues)&(cueDeed|cueInvite|cueCall|cueSelf|cueSoft)) >= 2 {
			n.verdict, n.stance = Partisan, Support
		}
	}
	// So is a contestant without a name.
	if all&cueUnnamed != 0 && j.open && j.short && all&(cueQuiet|cueReport) == 0 {
		for i := range se {
			if c := &se[i]; c.verdict != Partisan && c.pos >= 0 {
				c.verdict, c.stance = Partisan, Support
			}
		}
	}
	if asks && j.short {
		for i := range se {
			if se[i].verdict != Neutral {
				se[i].verdict, se[i].stance = Neutral, None
			}
		}
	}
	for i := range se {
		switch {
		case se[i].verdict == Partisan && rep.Verdict != Partisan:
			rep.Verdict, rep.Stance = Partisan, se[i].stance
		case se[i].verdict == Unclear && rep.Verdict == Neutral:
			rep.Verdict = Unclear
		}
		if rep.Verdict != Partisan && se[i].stance == Quoted {
			rep.Stance = Quoted
		}
	}
	if rep.Verdict == Neutral && j.open && j.short && all&(cueTeam|cueUnnamed) != 0 && all&(cueQuiet|cueReport|cueOther|cueBody) == 0 && bits(all&(cueDeed|cueInvite)) >= 2 {
		rep.Verdict = Unclear
		for i := range se {
			if se[i].cues&cueDeed != 0 {
				se[i].verdict = Unclear
			}
		}
	}
	if rep.Verdict == Unclear && all&cueRule != 0 && all&(cueVague|cueMoney|cueMobilise) == 0 {
		rep.Verdict = Neutral
	}
	if rep.Verdict == Unclear {
		rep.Stance = None
	}
	if j.cut && rep.Verdict == Neutral {
		rep.Verdict = Unclear
	}
	j.ground(&rep)
	j.targets(&rep)
	j.facts(&rep, all)
	return rep
}

// ground marks the hits that the verdict rests on.
func (j *judge) ground(rep *Report) {
	any := false
	for k := range j.s.sentences {
		se := &j.s.sentences[k]
		if se.verdict != rep.Verdict {
			continue
		}
		for i := range j.hits(se) {
			h := &j.hits(se)[i]
			switch rep.Verdict {
			case Partisan, Unclear:
				h.ground = h.counted || h.closed || h.cues&(cueVote|cueSupport|cueOppose|cueDeed|cueUnnamed|cueVague|cueGesture|cueInvite|cueNumberMay|cueNumberSalam) != 0
			default:
				h.ground = h.cues&(cueQuiet|cueReport|cueOther|cueBody|cueQuoted) != 0 || se.all && h.counted
			}
			any = any || h.ground
		}
	}
	if any || rep.Verdict == Neutral {
		return
	}
	// What made a sentence unclear is at least all that was found in it.
	for k := range j.s.sentences {
		se := &j.s.sentences[k]
		for i := range j.hits(se) {
			h := &j.hits(se)[i]
			h.ground = se.verdict == rep.Verdict && kindOf(h) != ""
		}
	}
}

func (j *judge) targets(rep *Report) {
	named := slices.ContainsFunc(j.s.hits, func(h hit) bool { return h.counted })
	for k := range j.s.sentences {
		se := &j.s.sentences[k]
		stance := se.stance
		if stance == "" {
			stance = None
		}
		for _, h := range j.hits(se) {
			id := ""
			switch {
			case h.counted:
				id = j.r.sides[h.side].ID
			case rep.Verdict == Partisan && h.cues&cueUnnamed != 0 && !named:
			default:
				continue
			}
			at := slices.IndexFunc(rep.Targets, func(t Target) bool { return t.ID == id })
			if at < 0 && len(rep.Targets) < 40 {
				rep.Targets = append(rep.Targets, Target{id, stance})
			} else if at >= 0 && rep.Targets[at].Stance == None {
				rep.Targets[at].Stance = stance
			}
		}
	}
}
