package promote

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"netral/internal/day"
	"netral/internal/rule"
)

// Reading is a datum that a requirement read: which fact it became, the datum
// in words, and where it comes from.
type Reading struct {
	Fact   string    `json:"fact"`
	Value  string    `json:"value,omitempty"` // of the fact; "" when missing
	Number int       `json:"number,omitempty"`
	Unit   string    `json:"unit,omitempty"` // months, years, times
	About  string    `json:"about,omitempty"`
	Year   int       `json:"year,omitempty"`
	Source string    `json:"source,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// situation are the facts about a person and a post on a day, and what they
// were read from.
type situation struct {
	facts rule.Facts
	read  map[string]Reading
}

// Policy is what a government has decided about what the law leaves open:
// facts of the book whose names begin with "policy_".
type Policy map[string]string

// see makes facts of data.
// Ahead of the day on which is asked, last year's predicate is taken as there or
// open, not as late.
func (l *Law) see(r *Record, t *Target, p Policy, on day.Day, ahead bool) situation {
	s := situation{rule.Facts{}, map[string]Reading{}}
	put := func(fact, value, about, source string, at time.Time) {
		s.read[fact] = Reading{Fact: fact, Value: value, About: about, Source: source, At: at}
		if value != "" {
			s.facts[fact] = value
		}
	}
	number := func(fact string, n int, about, source string, at time.Time) {
		v := l.bandOf(fact, n)
		s.facts[fact] = v
		s.read[fact] = Reading{Fact: fact, Value: v, Number: n, Unit: l.bands[fact][0].unit, About: about, Source: source, At: at}
	}
	for k, v := range p {
		s.facts[k] = v
	}
	s.facts["contest"] = "governor"
	s.facts["level"] = t.Level
	s.facts["echelon"] = t.Echelon
	if !l.Book.Known("echelon", t.Echelon) {
		s.facts["echelon"] = "none"
	}
	for f, v := range l.timeline.Derive(s.facts, on) {
		if l.Book.Known(f, v) {
			s.facts[f] = v
			s.read[f] = Reading{Fact: f, Value: v}
		}
	}
	put("status", known(l.Book, "status", r.Status), r.Status.Value, r.Status.Source, r.Status.At)
	put("education", known(l.Book, "education", r.Education), r.Education.Value, r.Education.Source, r.Education.At)
	put("grade", known(l.Book, "grade", r.Grade), r.Grade.Value, r.Grade.Source, r.Grade.At)
	if r.Born.Known && r.Born.Value != day.None {
		number("age", years(r.Born.Value, on), r.Born.Value.String(), r.Born.Source, r.Born.At)
	} else {
		put("age", "", "", "", time.Time{})
	}
	l.seePath(r, t, on, put, number)
	l.seeRatings(r, on, ahead, &s)
	l.seeBars(r, t, on, put)
	l.seePapers(r, t, on, put)
	return s
}

// known is the value of a datum if the book knows it.
func known(b *rule.Book, fact string, d Datum[string]) string {
	if d.Known && b.Known(fact, d.Value) {
		return d.Value
	}
	return ""
}

type (
	putFunc    func(fact, value, about, source string, at time.Time)
	numberFunc func(fact string, n int, about, source string, at time.Time)
)

// seePath reads tenures and trainings.
func (l *Law) seePath(r *Record, t *Target, on day.Day, put putFunc, number numberFunc) {
	if !r.Tenures.Known {
		for _, f := range []string{"move", "experience", "in_post", "double", "spins"} {
			put(f, "", "", "", time.Time{})
		}
		put("across", "", "", "", time.Time{})
	} else {
		src, at := r.Tenures.Source, r.Tenures.At
		now := present(r.Tenures.Value, on)
		put("move", l.move(now, t), "", src, at)
		if n, sure := l.experience(r.Tenures.Value, t.Level, on); sure || l.top("experience", n) {
			number("experience", n, "", src, at)
		} else {
			put("experience", "", "", src, at)
		}
		if first := main(now); first != nil && first.From == day.None {
			put("in_post", "", first.Title, pick(first.Source, src), pickAt(first.At, at))
		} else if first != nil {
			number("in_post", monthsBetween(first.From, on), first.Title, pick(first.Source, src), pickAt(first.At, at))
		} else {
			put("in_post", "none", "", src, at)
		}
		double := "single"
		if len(now) > 1 {
			double = "several"
		}
		put("double", double, strconv.Itoa(len(now)), src, at)
		number("spins", l.Spin(r, on).Run, "", src, at)
		across := "other"
		for _, x := range now {
			if x.Unit == t.Unit && t.Unit != "" {
				across = "same"
			}
		}
		put("across", across, "", src, at)
	}
	if !r.Trainings.Known {
		put("training", "", "", "", time.Time{})
		return
	}
	for _, x := range r.Trainings.Value {
		if slices.Contains(l.trains[t.Level], x.Kind) && (x.Until == day.None || x.Until <= on) {
			put("training", "done", x.Kind, pick(x.Source, r.Trainings.Source), pickAt(x.At, r.Trainings.At))
			return
		}
	}
	put("training", "none", "", r.Trainings.Source, r.Trainings.At)
}

func pick(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func pickAt(a, b time.Time) time.Time {
	if !a.IsZero() {
		return a
	}
	return b
}

// present are the definitive posts on the day, the longest held last.
func present(all []Tenure, on day.Day) []Tenure {
	var out []Tenure
	for _, x := range all {
		if x.Definitive && holds(x.From, x.Until, on) {
			out = append(out, x)
		}
	}
	return out
}

// main is the post that was taken last.
func main(now []Tenure) *Tenure {
	var out *Tenure
	for i := range now {
		if out == nil || now[i].From >= out.From {
			out = &now[i]
		}
	}
	return out
}

// move says what the target is to somebody in these posts.
func (l *Law) move(now []Tenure, t *Target) string {
	to := l.steps[t.Level]
	if to == 0 {
		return "promotion"
	}
	best := 0
	for _, x := range now {
		if x.Level != "fungsional" { // who comes from a functional post enters the level anew
			best = max(best, l.steps[x.Level])
		}
	}
	switch {
	case best > to:
		return "lower"
	case best == to:
		return "lateral"
	}
	return "promotion"
}

// experience is the time in posts that count for the level, in whole months.
// Times that overlap count once. It is not sure when a post that counts began on
// a day that nobody knows: then it is at least that much.
func (l *Law) experience(all []Tenure, level string, on day.Day) (months int, sure bool) {
	least := max(l.steps[level]-1, 1)
	sure = true
	var spans [][2]day.Day
	for _, x := range all {
		if !x.Definitive || l.step(x.Level, x.Rung) < least {
			continue
		}
		if x.From == day.None {
			sure = false
			continue
		}
		until := on
		if x.Until != day.None && x.Until < on {
			until = x.Until
		}
		if x.From < until { // begun
			spans = append(spans, [2]day.Day{x.From, until})
		}
	}
	slices.SortFunc(spans, func(a, b [2]day.Day) int { return int(a[0] - b[0]) })
	rest := 0
	for i := 0; i < len(spans); {
		from, until := spans[i][0], spans[i][1]
		for i++; i < len(spans) && spans[i][0] <= until; i++ {
			until = max(until, spans[i][1])
		}
		m, d := monthsDays(from, until)
		months, rest = months+m, rest+d
	}
	// Days that are left over make a month when they are as many as the longest
	// has: so one time alone is what the calendar says.
	return months + rest/31, sure
}

// top says whether a number is in the highest band.
func (l *Law) top(fact string, n int) bool {
	bs := l.bands[fact]
	return n >= bs[len(bs)-1].from
}

// seeRatings reads the predicates of the last two years whose predicate is due.
func (l *Law) seeRatings(r *Record, on day.Day, ahead bool, s *situation) {
	last := lastRated(l, r, on, ahead)
	for i, fact := range []string{"rating1", "rating2"} {
		year := last - i
		rd := Reading{Fact: fact, Year: year}
		for _, x := range r.Ratings {
			if x.Year == year && l.Book.Known(fact, x.Predicate) {
				rd = Reading{Fact: fact, Value: x.Predicate, Year: year, Source: x.Source, At: x.At}
				s.facts[fact] = x.Predicate
			}
		}
		s.read[fact] = rd
	}
}

// lastRated is the last year whose predicate counts.
func lastRated(l *Law, r *Record, on day.Day, ahead bool) int {
	t := on.Time()
	last := t.Year() - 1
	if !ahead && int(t.Month()) < l.due && !slices.ContainsFunc(r.Ratings, func(x Rating) bool { return x.Year == last }) {
		last--
	}
	return last
}

// seeBars reads marks, leaves, cases and family.
func (l *Law) seeBars(r *Record, t *Target, on day.Day, put putFunc) {
	worst := ""
	if r.Marks.Known {
		worst = "none"
		src, at, until := r.Marks.Source, r.Marks.At, ""
		for _, m := range r.Marks.Value {
			if holds(m.From, m.Until, on) && rank(l.Book, "mark", m.Kind) > rank(l.Book, "mark", worst) {
				worst, src, at, until = m.Kind, pick(m.Source, src), pickAt(m.At, at), m.Until.String()
			}
		}
		put("mark", worst, until, src, at)
	} else {
		put("mark", "", "", "", time.Time{})
	}
	if r.Leaves.Known {
		leave, until, src, at := "none", "", r.Leaves.Source, r.Leaves.At
		for _, x := range r.Leaves.Value {
			if x.Kind == "cltn" && holds(x.From, x.Until, on) {
				leave, until, src, at = "cltn", x.Until.String(), pick(x.Source, src), pickAt(x.At, at)
			}
		}
		put("leave", leave, until, src, at)
	} else {
		put("leave", "", "", "", time.Time{})
	}
	put("case", known(l.Book, "case", r.Case), "", r.Case.Source, r.Case.At)
	if !r.Kin.Known {
		put("kin", "", "", "", time.Time{})
		return
	}
	kin, who := "none", ""
	for _, k := range r.Kin.Value {
		if !l.counts(&k, on) {
			continue
		}
		switch {
		case slices.Contains(t.Deciders, k.Person):
			kin, who = "decider", k.Name
		case kin == "none" && l.High(k.Level, k.Rung):
			kin, who = "high_post", k.Name
		}
	}
	put("kin", kin, who, r.Kin.Source, r.Kin.At)
}

// rank is the place of a value in its fact.
func rank(b *rule.Book, fact, value string) int {
	f, _ := b.Fact(fact)
	return slices.IndexFunc(f.Values, func(v rule.Value) bool { return v.Name == value })
}

// seePapers reads what this slice keeps itself. What is not on file is "none",
// a fact about the file.
func (l *Law) seePapers(r *Record, t *Target, on day.Day, put putFunc) {
	for _, k := range PaperKinds() {
		list := r.Papers
		if k.post() {
			list = t.Papers
		}
		var best *Paper
		for i := range list {
			p := &list[i]
			if p.Kind == k && holds(p.From, p.Until, on) && (p.Post == "" || p.Post == t.Post) && (best == nil || better(p, best)) {
				best = p
			}
		}
		if best == nil {
			put(string(k), "none", "", "", time.Time{})
			continue
		}
		put(string(k), best.Value, best.label(), best.By, best.At)
	}
}

// better prefers a paper about the very post, then the newer.
func better(a, b *Paper) bool {
	if (a.Post != "") != (b.Post != "") {
		return a.Post != ""
	}
	return a.From > b.From || a.From == b.From && a.At.After(b.At)
}

func (p *Paper) label() string {
	if p.Number == "" {
		return ""
	}
	return fmt.Sprintf("%s, %s", p.Number, p.Dated)
}

// years is the age in whole years.
func years(born, on day.Day) int {
	m := monthsBetween(born, on)
	return m / 12
}

// monthsBetween are the whole months of [from, on); 0 when from is later or
// not known.
func monthsBetween(from, on day.Day) int {
	if from == day.None || from > on {
		return 0
	}
	m, _ := monthsDays(from, on)
	return m
}

// monthsDays parts [from, until) into whole months and days that are left.
func monthsDays(from, until day.Day) (months, days int) {
	a, b := from.Time(), until.Time()
	months = (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
	if from.AddMonths(months) > until {
		months--
	}
	return months, int(until - from.AddMonths(months))
}
