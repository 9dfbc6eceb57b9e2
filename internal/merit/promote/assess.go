package promote

import (
	"slices"
	"strings"

	"netral/internal/day"
	"netral/internal/rule"
)

// Answer is what comes out for a person and a post on a day.
type Answer string

// The answers.
const (
	Eligible  Answer = "eligible"  // all is met; warnings may stand beside it
	Held      Answer = "held"      // nothing bars, and a paper or an approval is not there yet
	Undecided Answer = "undecided" // a datum is missing that could bar
	NotYet    Answer = "not_yet"   // something bars on this day
	Outside   Answer = "outside"   // the book does not speak of this level
)

// Answers lists them, the best first.
func Answers() []Answer { return []Answer{Eligible, Held, Undecided, NotYet, Outside} }

// Requirement is one requirement as it comes out.
type Requirement struct {
	Matter   string         `json:"matter"`
	Outcome  rule.Outcome   `json:"outcome"` // Undecided when a datum is missing on which it turns
	Possible []rule.Outcome `json:"possible,omitempty"`
	Rules    []rule.Applied `json:"-"`
	Ids      []string       `json:"rules"`             // that decide, or may
	Missing  []string       `json:"missing,omitempty"` // facts
	Read     []Reading      `json:"read"`
	// From is the first day on which this requirement by itself no longer
	// bars; day.None when it does not bar, or never ceases to.
	From day.Day `json:"from,omitzero"`
	If   []Need  `json:"if,omitempty"` // what must come true by then
	Hand string  `json:"hand"`         // who can change it: the first of self, office, time that moves one of its facts
}

// Need is what a fact must be.
type Need struct {
	Fact   string   `json:"fact"`
	Values []string `json:"values"` // one of these is enough
	Year   int      `json:"year,omitempty"`
	Hand   string   `json:"hand"`
}

// Assessment is the answer with everything that it rests on.
type Assessment struct {
	Person  string        `json:"person"`
	Name    string        `json:"name"`
	Target  Target        `json:"target"`
	On      day.Day       `json:"on"`
	Answer  Answer        `json:"answer"`
	Warns   int           `json:"warns"` // requirements that warn, or may
	From    day.Day       `json:"from,omitzero"`
	If      []Need        `json:"if,omitempty"`
	Never   []string      `json:"never,omitempty"` // matters that bar on every day that was looked at
	Until   day.Day       `json:"until,omitzero"`  // the last day that was looked at, for Never
	Edition string        `json:"edition"`
	SHA256  string        `json:"sha256"`
	Req     []Requirement `json:"requirements"`
}

// bars says whether an outcome bars for certain, and whether it could.
func bars(possible []rule.Outcome) (certain, could bool) {
	certain = true
	for _, o := range possible {
		if o == rule.Prohibited {
			could = true
		} else {
			certain = false
		}
	}
	return certain && could, could
}

// answer of all requirements.
func answer(reqs []Requirement) (a Answer, warns int) {
	a = Eligible
	rankOf := func(x Answer) int { return slices.Index(Answers(), x) }
	for _, q := range reqs {
		certain, could := bars(q.Possible)
		var x Answer
		switch {
		case slices.Contains(q.Possible, rule.Outside):
			return Outside, 0
		case certain:
			x = NotYet
		case could:
			x = Undecided
		case slices.Contains(q.Possible, rule.Conditional):
			x = Held
		default:
			x = Eligible
			if slices.Contains(q.Possible, rule.Caution) {
				warns++
			}
		}
		if rankOf(x) > rankOf(a) {
			a = x
		}
	}
	return a, warns
}

// base is the situation of a person and a post, without a matter. What the book
// does not know (a paper or a policy of another edition) is left unknown.
func (l *Law) base(f rule.Facts) rule.Situation {
	known := make(rule.Facts, len(f))
	for name, v := range f {
		if l.Book.Known(name, v) {
			known[name] = v
		}
	}
	all, _ := l.Book.Complete(known, rule.Timeline{}, 0)
	s, err := l.Book.Situation(all)
	if err != nil { // every fact and value was looked up above
		return make(rule.Situation, len(l.Book.Facts()))
	}
	return s
}

// look decides one matter in full. The situation is changed in place.
func (l *Law) look(s rule.Situation, m *matter, on day.Day) ([]rule.Outcome, rule.Decision) {
	s[l.matterF] = m.value
	d := l.Book.Answer(s, on)
	return d.Possible, d
}

// glance says how one matter can come out. It is look without the reasons, and
// cheap where nothing is missing.
func (l *Law) glance(s rule.Situation, m *matter, on day.Day) (certain, could bool) {
	s[l.matterF] = m.value
	if v, ok := l.Book.Decide(s, on); ok {
		return v.Outcome == rule.Prohibited, v.Outcome == rule.Prohibited
	}
	return bars(l.Book.Answer(s, on).Possible)
}

// Assess answers for one person and one post on one day. Set are facts that
// hold instead of what the data say: what somebody assumes in a simulation.
// Matters whose names are in hide are left out.
func (l *Law) Assess(r *Record, t *Target, p Policy, on day.Day, set rule.Facts, hide ...string) Assessment {
	a := Assessment{Person: r.Person, Name: r.Name, Target: *t, On: on, Edition: l.Book.ID + " " + l.Book.Edition, SHA256: l.SHA256, From: day.None, Until: day.None}
	seen := l.see(r, t, p, on, false)
	for f, v := range set {
		seen.facts[f] = v
		seen.read[f] = Reading{Fact: f, Value: v}
	}
	s := l.base(seen.facts)
	for i := range l.matters {
		m := &l.matters[i]
		if slices.Contains(hide, m.name) {
			continue
		}
		possible, d := l.look(s, m, on)
		q := Requirement{Matter: m.name, Outcome: d.Outcome, Possible: possible, From: day.None, Missing: d.Missing, Hand: l.handOf(m, d), Read: l.readings(m, seen, d)}
		for _, x := range d.Rules {
			if x.Decides || d.Outcome == rule.Undecided {
				q.Rules = append(q.Rules, x)
				q.Ids = append(q.Ids, x.Rule.ID)
			}
		}
		a.Req = append(a.Req, q)
		if slices.Contains(possible, rule.Outside) {
			break // every other matter says the same
		}
	}
	a.Answer, a.Warns = answer(a.Req)
	if a.Answer == NotYet || a.Answer == Undecided {
		l.when(&a, r, t, p, set, hide)
	}
	return a
}

// readings are the data that the answer to a matter rests on, without what
// only says which matter it is.
func (l *Law) readings(m *matter, seen situation, d rule.Decision) []Reading {
	used := map[string]bool{}
	for _, x := range d.Rules {
		for _, f := range x.Because {
			used[f] = true
		}
	}
	for _, f := range append(slices.Clone(d.Missing), d.Refine...) {
		used[f] = true
	}
	var out []Reading
	for _, i := range m.facts {
		f := l.Book.Facts()[i].Name
		rd, ok := seen.read[f]
		if !ok || f == "move" || f == "across" {
			continue
		}
		if used[f] {
			out = append(out, rd)
		}
	}
	return out
}

// handOf is who can move a matter that bars, holds or warns.
func (l *Law) handOf(m *matter, d rule.Decision) string {
	best := ""
	order := []string{HandSelf, HandOffice, HandTime, HandNobody}
	for _, i := range m.facts {
		f := l.Book.Facts()[i]
		if strings.HasPrefix(f.Name, "policy_") || !f.Flip && !f.Derived {
			continue
		}
		h := l.Hand(f.Name)
		if best == "" || slices.Index(order, h) < slices.Index(order, best) {
			best = h
		}
	}
	if best == "" {
		return HandNobody
	}
	return best
}
