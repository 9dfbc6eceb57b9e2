package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"netral/internal/day"
	"netral/internal/lex"
	"netral/internal/rule"
)

// factObject is the fact of the conduct book that says about whom.
const factObject = "object"

// Names are what contestants and parties are called, for the reader of
// questions: names of people, nicknames, hashtags, slogans, symbols, ballot
// numbers, parties. Gestures and colours have no words of their own and are
// the lexicon's.
//
// A name says who is meant and in which contest. It does not end with the
// contest, because a question about last year's candidate is still about them;
// when a later contest begins whose contestant has the same name, it passes to
// that one. Who has withdrawn is still meant; their standing says so
// (TimelineOf). A ballot number means its bearer from determination until the
// result only.
func (e *Edition) Names() []lex.Name {
	order := make([]*Contest, len(e.Contests))
	for i := range e.Contests {
		order[i] = &e.Contests[i]
	}
	slices.SortStableFunc(order, func(a, b *Contest) int { return cmp.Compare(a.begins(), b.begins()) })
	var out []lex.Name
	last := map[string][]int{} // by text: where it stands in out, of the contest that has it now
	for _, c := range order {
		mine := map[string][]int{}
		for _, ct := range c.Contestants {
			if ct.Party != "" {
				out = append(out, c.partyNumbers(ct)...)
				continue
			}
			for _, n := range unique(c.names(ct)) {
				key := strings.ToLower(n.Text)
				for _, i := range last[key] {
					if out[i].Until == day.None || out[i].Until > c.begins() {
						out[i].Until = c.begins()
					}
					n.From = max(n.From, c.begins())
				}
				mine[key] = append(mine[key], len(out))
				out = append(out, n)
			}
			out = append(out, c.numbers(ct)...)
		}
		for key, at := range mine {
			last[key] = at
		}
	}
	for _, p := range e.Parties {
		out = append(out, unique(p.names())...)
	}
	return out
}

// unique drops a text that one bearer has twice; it is weak only if both are.
func unique(names []lex.Name) []lex.Name {
	var out []lex.Name
	for _, n := range names {
		i := slices.IndexFunc(out, func(o lex.Name) bool { return strings.EqualFold(o.Text, n.Text) })
		if i < 0 {
			out = append(out, n)
			continue
		}
		out[i].Weak = out[i].Weak && n.Weak
		out[i].From = min(out[i].From, n.From)
	}
	return out
}

// begins is the first day of a contest as far as it is known.
func (c *Contest) begins() day.Day {
	if s, ok := c.Phase(PhaseStart); ok {
		return s.From
	}
	if c.Projection != nil {
		return c.Projection.From
	}
	first := day.Last
	for _, s := range c.Stages {
		first = min(first, s.From)
	}
	return first
}

func (ct Contestant) facts(kind string) rule.Facts {
	object := "candidate"
	if ct.Independent {
		object = "independent"
	}
	return rule.Facts{factObject: object, FactContest: kind}
}

func (c *Contest) names(ct Contestant) []lex.Name {
	facts := ct.facts(c.Kind)
	var out []lex.Name
	add := func(text string, from day.Day, weak bool) {
		out = append(out, lex.Name{Text: text, Facts: facts, From: from, Until: day.None, Weak: weak, Who: ct.ID})
	}
	for _, p := range ct.People {
		add(p.Name, day.None, false)
		for _, s := range p.Single {
			add(s, day.None, false)
		}
		for _, w := range p.Weak {
			add(w, day.None, true)
		}
	}
	for _, m := range ct.Marks {
		if m.Text != "" {
			add(m.Text, m.From, m.Weak)
		}
	}
	return out
}

// numbers are the ways to speak of a pair by its ballot number.
func (c *Contest) numbers(ct Contestant) []lex.Name {
	from, until := c.numbered()
	if from == day.None {
		return nil
	}
	if ct.Withdrawn != day.None {
		until = ct.Withdrawn
	}
	var out []lex.Name
	add := func(weak bool, forms ...string) {
		for _, f := range forms {
			for _, n := range []string{strconv.Itoa(ct.Number), fmt.Sprintf("%02d", ct.Number)} {
				out = append(out, lex.Name{Text: f + n, Facts: ct.facts(c.Kind), From: from, Until: until, Weak: weak, Who: ct.ID})
			}
		}
	}
	add(false, "paslon ", "paslon nomor ", "pasangan nomor ", "pasangan calon nomor ", "nomor urut ", "pair ")
	add(true, "nomor ", "no ", "number ", "pasangan ", "calon ")
	return unique(out) // from 10 on both spellings are the same
}

// numbered are the days on which a ballot number of the contest means its
// bearer.
func (c *Contest) numbered() (from, until day.Day) {
	determination, ok := c.Phase(PhaseDetermination)
	if !ok {
		return day.None, day.None
	}
	until = day.None
	if counting, ok := c.Phase(PhaseCounting); ok {
		until = counting.Until
	}
	return determination.From, until
}

func (c *Contest) partyNumbers(ct Contestant) []lex.Name {
	_, until := c.numbered()
	from := ct.Admitted
	if from == day.None {
		from = c.begins()
	}
	facts := rule.Facts{factObject: "party", FactContest: c.Kind}
	var out []lex.Name
	for _, f := range []string{"partai nomor", "partai nomor urut", "partai", "party number", "party"} {
		out = append(out, lex.Name{Text: f + " " + strconv.Itoa(ct.Number), Facts: facts, From: from, Until: until, Who: ct.Party})
	}
	return out
}

// names of a party say nothing of the contest: it stands behind people in all
// of them.
func (p Party) names() []lex.Name {
	var out []lex.Name
	add := func(text string, from day.Day, weak bool) {
		out = append(out, lex.Name{Text: text, Facts: rule.Facts{factObject: "party"}, From: from, Until: day.None, Weak: weak, Who: p.ID})
	}
	add(p.Name, day.None, false)
	for _, s := range p.Short {
		add(s, day.None, slices.Contains(p.Weak, s))
	}
	for _, m := range p.Marks {
		if m.Text != "" {
			add(m.Text, m.From, m.Weak)
		}
	}
	return out
}
