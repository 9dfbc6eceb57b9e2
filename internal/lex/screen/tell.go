package screen

import (
	"cmp"
	"slices"
	"strconv"

	"netral/internal/day"
	"netral/internal/lex/date"
	"netral/internal/lex/letter"
)

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
