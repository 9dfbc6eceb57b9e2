package screen

import (
	"cmp"
	"slices"
	"strconv"

	"netral/internal/day"
	"netral/internal/lex/date"
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
				if !h.full && !j.s.items[h.from].tag {
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
	case se.cues&cueUnnamed != 0 && j.open && (se.pos >= 0 || se.cues&(cueMobilise|cueMoney|cueGoods|cueCall|cueVote) != 0):
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
	if se.cues&(cueElection|cueMarker|cueSupport|cueTrail) == 0 {
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

// facts tells what was found, in order of the text.
func (j *judge) facts(rep *Report, all cue) {
	items := j.s.items
	tell := func(f Fact) {
		if len(rep.Facts) < maxFacts || f.Ground && len(rep.Facts) < 2*maxFacts {
			rep.Facts = append(rep.Facts, f)
		}
	}
	grounds := false
	for i := range j.s.hits {
		h := &j.s.hits[i]
		f := Fact{From: int(items[h.from].from), To: int(items[h.to-1].to), Ground: h.ground}
		f.Kind = kindOf(h)
		if f.Kind == "" {
			continue
		}
		if h.counted {
			f.Who = j.r.sides[h.side].ID
		}
		if h.cues&(cuePlace|cueOrganiser) != 0 {
			f.To = j.proper(int(h.to), f.To)
		}
		if h.num >= 0 && h.counted {
			f.Value = strconv.Itoa(int(h.num))
		}
		grounds = grounds || f.Ground
		tell(f)
	}
	for i := range items {
		if items[i].hidden && items[i].fresh {
			tell(Fact{Kind: FactDisguise, From: int(items[i].from), To: int(items[i].to)})
			if len(rep.Facts) >= maxFacts {
				break
			}
		}
	}
	if all&(cueInvite|cueEvent|cueOrganiser|cueMobilise|cuePlace) != 0 {
		j.dates(tell)
	}
	if rep.Cut {
		rep.Facts = append(rep.Facts, Fact{Kind: FactCut, Ground: true})
		grounds = true
	}
	if !grounds {
		rep.Facts = append(rep.Facts, Fact{Kind: FactNothing, Value: strconv.Itoa(j.words), Ground: true})
	}
	slices.SortStableFunc(rep.Facts, func(a, b Fact) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
}

// kindOf says what a hit is told as.
func kindOf(h *hit) FactKind {
	if h.counted {
		return FactName
	}
	if h.closed {
		return FactClosed
	}
	for _, k := range [...]struct {
		cue  cue
		kind FactKind
	}{
		{cueOppose, FactOppose}, {cueVote | cueSupport, FactSupport}, {cueUnnamed, FactUnnamed}, {cueMobilise, FactMobilise}, {cueMoney, FactMoney},
		{cueFacility, FactFacility}, {cueEvent | cueTeam | cueGear | cueInvite, FactAct}, {cueGoods, FactGoods}, {cueNeutral, FactNeutral}, {cueRule, FactRule},
		{cueAsk, FactAsk}, {cueReport | cueQuoted, FactReport}, {cueBody, FactBody}, {cueElection | cueMarker, FactElection}, {cueOther, FactOther},
		{cueVague | cueGesture | cueNumber | cueNumberMay | cueNumberSalam, FactVague}, {cueOrganiser, FactOrganiser}, {cuePlace, FactPlace}, {cueSoft | cueDoubt, FactSoft},
	} {
		if h.cues&k.cue != 0 {
			return k.kind
		}
	}
	return ""
}

// proper takes the names that follow a word into its span: up to three words
// with capitals.
func (j *judge) proper(at, to int) int {
	for n := 0; n < 3 && at < len(j.s.items); n, at = n+1, at+1 {
		it := &j.s.items[at]
		if c := j.text[it.from]; it.brk || c < 'A' || c > 'Z' {
			break
		}
		to = int(it.to)
	}
	return to
}

// dates finds the days that an invitation speaks of.
func (j *judge) dates(tell func(Fact)) {
	s := j.s
	s.dates = s.dates[:0]
	for _, t := range s.tokens {
		w := t.Text
		if std, ok := j.r.lex.alias[w]; ok && len(std) == 1 {
			w = std[0]
		}
		s.dates = append(s.dates, date.Word{Text: w, From: t.From, To: t.To, Kind: t.Kind, Brk: t.Brk})
	}
	d, after := j.r.lex.words.Dates, 0
	for i := range s.items {
		it := &s.items[i]
		if !it.fresh || int(it.token) < after || it.kind != letter.Num && !it.dated {
			continue
		}
		on, n := d.At(s.dates, int(it.token), j.on)
		if n == 0 {
			continue
		}
		after = int(it.token) + n
		if on != day.None {
			tell(Fact{Kind: FactDate, From: int(it.from), To: int(s.dates[after-1].To), Value: on.String()})
		}
	}
}
