package ask

import (
	"slices"

	"netral/internal/day"
	"netral/internal/lex"
	"netral/internal/rule"
)

// Answer is what the books say about a question, and why.
type Answer struct {
	On       day.Day
	Dated    string // where the day comes from: given, read, or "" for today
	Outcome  rule.Outcome
	Rules    []rule.Applied
	Facts    rule.Facts
	From     map[string]string // where each fact comes from
	Missing  []string          // facts that would settle the outcome, most decisive first
	Refine   []string          // facts that would only say more exactly which rule
	Possible []rule.Outcome
	Flips    []rule.Flip
	Periods  []rule.Period // the answer over time, from the first day of the calendar on
	Reading  lex.Reading
	Text     string

	basis *Basis
}

// Book names the edition of the book that answered.
func (a *Answer) Book() BookRef { return bookRef(a.basis.Rules) }

func bookRef(b *rule.Book) BookRef { return BookRef{b.ID, b.Edition, b.SHA256} }

// Calendar names the edition of the calendar that the dates come from.
func (a *Answer) Calendar() CalendarRef { return a.basis.Calendar }

// Stage is the stage of the contest on the day, or "" while it is not known
// which contest is meant.
func (a *Answer) Stage() string { return a.Facts["stage"] }

// Supervisor is the body that supervises on the day.
func (a *Answer) Supervisor() (rule.Supervisor, bool) { return a.basis.Rules.Supervisor(a.On) }

// The days over which the answer is told. Before the first the book's main
// decree was not in force; after the last no contest has a date yet.
var (
	firstDay = day.Of(2022, 1, 1)
	lastDay  = day.Of(2032, 1, 1)
)

// answer completes the facts and decides.
func (b *Basis) answer(q question, today day.Day) (*Answer, error) {
	a := &Answer{On: q.on, Text: q.text, basis: b}
	if q.text != "" {
		a.Reading = b.Reader.Read(q.text, today)
	}
	switch {
	case q.on != day.None:
		a.Dated = rule.Given
	case a.Reading.On != day.None && q.text != "":
		a.On, a.Dated = a.Reading.On, rule.Read
	default:
		a.On = today
	}
	known := make(rule.Facts, len(q.given)+len(a.Reading.Facts))
	for f, v := range a.Reading.Facts {
		if !slices.Contains(q.open, f) {
			known[f] = v
		}
	}
	for f, v := range q.given {
		known[f] = v
	}
	if err := b.decide(a, known, q); err != nil {
		return nil, err
	}
	return a, nil
}

func (b *Basis) decide(a *Answer, known rule.Facts, q question) error {
	a.Facts, a.From = b.complete(known, q, a)
	s, err := b.Rules.Situation(a.Facts)
	if err != nil {
		return err
	}
	if a.outOfField(q) {
		a.Outcome, a.Possible = rule.Outside, []rule.Outcome{rule.Outside}
		return nil
	}
	d := b.Rules.Answer(s, a.On)
	a.Outcome, a.Rules, a.Missing, a.Refine, a.Possible = d.Outcome, d.Rules, d.Missing, d.Refine, d.Possible
	return nil
}

// lookAhead finds what would change the answer: other facts, another day.
func (a *Answer) lookAhead() error {
	if a.Unread() {
		return nil
	}
	b := a.basis
	s, err := b.Rules.Situation(a.Facts)
	if err != nil {
		return err
	}
	if a.Outcome != rule.Undecided {
		a.Flips = b.Rules.Flips(s, a.On)
	}
	fixed := make(rule.Facts, len(a.Facts)) // what stays as it is when the day moves
	for f, v := range a.Facts {
		if a.From[f] != rule.Derived {
			fixed[f] = v
		}
	}
	a.Periods, err = b.Rules.Periods(fixed, a.timeline(), firstDay, lastDay)
	return err
}

// complete adds what follows from the day and what may be assumed, except for
// facts the person says they do not know, and notes which facts were read.
func (b *Basis) complete(known rule.Facts, q question, a *Answer) (rule.Facts, map[string]string) {
	all, from := b.Rules.Complete(known, a.timeline(), a.On)
	for f := range from {
		if from[f] != rule.Given {
			continue
		}
		if _, said := q.given[f]; !said {
			from[f] = rule.Read
		}
	}
	for _, f := range q.open {
		delete(all, f)
		delete(from, f)
	}
	return all, from
}

// timeline is how the facts follow from the day for whom the words name.
func (a *Answer) timeline() rule.Timeline {
	if a.basis.Of == nil || len(a.Reading.Who) == 0 {
		return a.basis.Timeline
	}
	return a.basis.Of(a.Reading.Who)
}

// outOfField reports that the words are about something that the book does not
// deal with: no act, nobody who runs, nothing partisan.
func (a *Answer) outOfField(q question) bool {
	if q.text == "" || !a.Reading.Outside {
		return false
	}
	for f := range a.Facts {
		if a.From[f] == rule.Given {
			return false
		}
		if a.From[f] == rule.Read && (f == "act" || f == "object" || f == "contest" || f == "standing") {
			return false
		}
	}
	return true
}

// Unread reports that the answer is Outside only because the reader found in the
// words nothing that it knows. It says something about the reader and not about
// the question, so the page offers to ask, and no slip is made of it.
func (a *Answer) Unread() bool { return a.Outcome == rule.Outside && len(a.Rules) == 0 }

// Deciding are the rules that make the outcome, when there is one: first those
// that apply whatever is still unknown, so that nobody reads a reason that is
// not theirs.
func (a *Answer) Deciding() []rule.Applied {
	var out []rule.Applied
	for _, r := range a.Rules {
		if r.Decides && (r.Rule.Outcome == a.Outcome || a.Outcome == rule.Undecided) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(x, y rule.Applied) int {
		switch {
		case x.Certain == y.Certain:
			return 0
		case x.Certain:
			return -1
		}
		return 1
	})
	return out
}

// Question is the fact to ask next: the most decisive that is missing, or "".
func (a *Answer) Question() string {
	if len(a.Missing) > 0 {
		return a.Missing[0]
	}
	return ""
}

// Change is a day on which the answer becomes another.
type Change struct {
	On       day.Day
	Outcome  rule.Outcome
	Possible []rule.Outcome
	Rules    []*rule.Rule
	Stage    rule.Facts
}

// Changes are the days on which the outcome or the deciding rules change, in
// order.
func (a *Answer) Changes() []Change {
	var out []Change
	for i, p := range a.Periods {
		if i == 0 {
			continue
		}
		out = append(out, Change{p.From, p.Outcome, p.Possible, p.Rules, p.Stage})
	}
	return out
}

// Next is the first change after the day of the answer.
func (a *Answer) Next() (Change, bool) {
	for _, c := range a.Changes() {
		if c.On > a.On {
			return c, true
		}
	}
	return Change{}, false
}
