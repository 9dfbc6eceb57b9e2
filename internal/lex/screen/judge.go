package screen

import (
	"netral/internal/day"
	"netral/internal/lex/letter"
)

// judge weighs what was found in one text.
type judge struct {
	r    *Reader
	s    *scratch
	text string
	on   day.Day
	cut  bool

	open     bool // a contest runs on the day
	politics bool // the text speaks of one
	short    bool
	words    int
}

// sentence is a stretch of hits that is judged by itself.
type sentence struct {
	from, to int // hits
	cues     cue // of hits that say something
	plain    cue // the same, without what stands in quotation marks
	pos, opp int // hits for and against, -1 for none
	names    int // sides counted
	all      bool
	verdict  Verdict
	stance   Stance
}

// maxStrong bounds how many sides named for certain are remembered.
const maxStrong = 64

// maxShort is how many words a text has whose sentences speak of one thing.
const maxShort = 60

const (
	cuePolitics = cueElection | cueBody | cueMarker | cueVote
	cueQuiet    = cueNeutral | cueRule | cueAsk
	cueDeed     = cueEvent | cueTeam | cueGear | cueMoney | cueGoods | cueMobilise | cueFacility | cueGather
)

func (j *judge) report() Report {
	j.split()
	for i := range j.r.sides {
		if s := &j.r.sides[i]; s.Contest != "" && runs(s.From, s.Until, j.on) {
			j.open = true
			break
		}
	}
	j.count()
	for i := range j.s.sentences {
		j.sentence(&j.s.sentences[i])
	}
	return j.conclude()
}

// split cuts the hits into sentences, and at words like "but".
func (j *judge) split() {
	s := j.s
	s.sentences = s.sentences[:0]
	for i := range s.items {
		if s.items[i].fresh && s.items[i].kind != letter.Punct {
			j.words++
		}
	}
	j.short = j.words <= maxShort
	at, item := 0, 0
	for i := range s.hits {
		h := &s.hits[i]
		brk := h.cues&cueBut != 0
		for ; item <= int(h.from); item++ {
			brk = brk || s.items[item].brk
		}
		item = int(h.from) + 1
		if brk && i > at {
			s.sentences = append(s.sentences, sentence{from: at, to: i})
			at = i
		}
	}
	if at < len(s.hits) {
		s.sentences = append(s.sentences, sentence{from: at, to: len(s.hits)})
	}
}

func (j *judge) hits(se *sentence) []hit { return j.s.hits[se.from:se.to] }

// sentence judges one sentence.
func (j *judge) sentence(se *sentence) {
	j.lean(se)
	told := se.plain&(cueReport|cueQuoted) != 0 && se.plain&(cueSelf|cueCall|cueDont|cueMobilise) == 0
	quiet := se.cues&cueQuiet != 0
	deeds := bits(se.cues & (cueDeed | cueInvite | cueCall | cueSelf | cueSoft))
	if se.pos < 0 && se.opp < 0 && se.names == 1 && se.cues&cueMeet == 0 {
		for i := range j.hits(se) {
			if j.hits(se)[i].counted && j.beside(se, i) {
				se.pos = se.from + i
			}
		}
	}
	switch {
	case se.names > 0 && quiet && se.cues&cueRule != 0,
		se.names > 0 && quiet && se.pos < 0 && se.opp < 0,
		se.names > 0 && se.cues&cueAsk != 0:
		se.verdict = Neutral
	case se.names > 0 && se.all && se.opp < 0 && se.plain&(cueSelf|cueCall) == 0:
		se.verdict = Neutral
	case se.names > 0 && told:
		se.verdict = Neutral
		if se.pos >= 0 || se.opp >= 0 {
			se.stance = Quoted
		}
	case se.names > 0 && (se.pos >= 0 || se.opp >= 0):
		se.verdict, se.stance = Partisan, Support
		if se.opp >= 0 {
			se.stance = Oppose
		}
		if j.may(se) {
			se.verdict = Unclear
		}
	case se.names > 0 && j.salam(se) && (j.politics || j.hidden(se)):
		se.verdict, se.stance = Partisan, Support
	case se.names > 0 && se.cues&cueDeed != 0 && (deeds >= 2 || se.cues&(cueMobilise|cueFacility|cueMoney) != 0):
		se.verdict, se.stance = Partisan, Support
	case se.names > 0 && se.cues&cueBody != 0:
		se.verdict = Neutral
	case se.names > 0:
		se.verdict = Unclear
	case quiet || told && se.cues&cueUnnamed == 0:
		se.verdict = Neutral
	case se.cues&cueUnnamed != 0 && j.open && (se.pos >= 0 || se.cues&(cueMobilise|cueMoney|cueGoods|cueCall|cueVote|cueInvite) != 0):
		se.verdict, se.stance = Partisan, Support
	case j.closedNamed(se):
		se.verdict = Unclear
	case !j.open:
		se.verdict = Neutral
	case se.cues&cueBody != 0:
		se.verdict = Neutral
	case se.cues&cueVague != 0 && se.cues&cueOther == 0,
		se.cues&cueVote != 0,
		se.pos >= 0 && se.cues&(cueElection|cueMarker) != 0 && se.cues&cueOther == 0,
		j.words <= 6 && se.cues&(cueNumberMay|cueNumberSalam) != 0 && se.cues&(cueOther|cueSkip) == 0,
		se.cues&(cueTeam|cueUnnamed|cueEvent) != 0 && deeds >= 2 && se.cues&cueOther == 0,
		se.cues&cueMobilise != 0 && (se.cues&(cueElection|cueMarker) != 0 || se.cues&cueOrganiser != 0),
		se.cues&(cueMoney|cueGoods) != 0 && se.cues&(cueElection|cueMarker) != 0,
		se.cues&cueGesture != 0 && j.words <= 6 && se.cues&cueOther == 0:
		se.verdict = Unclear
	default:
		se.verdict = Neutral
	}
}

// lean finds the words for and against. A word for a side after "jangan" is
// against it; after "tidak" it is neither.
func (j *judge) lean(se *sentence) {
	se.pos, se.opp = -1, -1
	hs := j.hits(se)
	for i := range hs {
		h := &hs[i]
		before := cue(0)
		for k := i - 1; k >= 0 && h.from-hs[k].to <= 2; k-- {
			if c := hs[k].cues & (cueNeg | cueDont); c != 0 {
				before = c
				break
			}
			if hs[k].cues&(cueSelf|cueSoft) == 0 {
				break
			}
		}
		switch {
		case h.cues&cueOppose != 0 && before&cueNeg == 0:
			se.opp = se.from + i
		case h.counted && i > 0 && hs[i-1].cues&cueDont != 0 && j.next(hs[i-1].to, h.from):
			se.opp = se.from + i
		case h.cues&(cueVote|cueSupport) == 0, h.cues&cueTeam != 0:
		case before&cueDont != 0:
			se.opp = se.from + i
		case before&cueNeg == 0 && (se.pos < 0 || h.cues&cueVote != 0 || j.s.hits[se.pos].cues&cueChoose != 0):
			se.pos = se.from + i
		}
	}
}

// beside reports that a word for a side stands right before a name, or right
// after it.
func (j *judge) beside(se *sentence, i int) bool {
	hs := j.hits(se)
	return i > 0 && hs[i-1].cues&cueLead != 0 && j.next(hs[i-1].to, hs[i].from) ||
		i+1 < len(hs) && hs[i+1].cues&cueTrail != 0 && j.next(hs[i].to, hs[i+1].from)
}

// next reports that only fillers lie between two places.
func (j *judge) next(from, to int32) bool {
	for _, it := range j.s.items[from:to] {
		if !it.filler {
			return false
		}
	}
	return true
}

// may reports that a number is all that names a side, and nothing but a call
// says that it is of the ballot.
func (j *judge) may(se *sentence) bool {
	for _, h := range j.hits(se) {
		if h.counted && h.cues&cueNumberMay == 0 {
			return false
		}
	}
	return !j.politics && se.pos >= 0 && j.s.hits[se.pos].cues&cueChoose != 0 && se.cues&(cueVote|cueMobilise|cueEvent) == 0 && !j.hidden(se)
}

// hidden reports that letters of the sentence are disguised: who does that means
// something by it.
func (j *judge) hidden(se *sentence) bool {
	hs := j.hits(se)
	for _, it := range j.s.items[hs[0].from:hs[len(hs)-1].to] {
		if it.hidden {
			return true
		}
	}
	return false
}

func (j *judge) salam(se *sentence) bool {
	for _, h := range j.hits(se) {
		if h.counted && h.cues&cueNumberSalam != 0 {
			return true
		}
	}
	return false
}

func (j *judge) closedNamed(se *sentence) bool {
	if se.cues&(cueElection|cueMarker|cueVote|cueSupport|cueTrail) == 0 {
		return false
	}
	for _, h := range j.hits(se) {
		if h.closed {
			return true
		}
	}
	return false
}

func bits(c cue) int {
	n := 0
	for ; c != 0; c &= c - 1 {
		n++
	}
	return n
}
