package rule

import (
	"slices"

	"netral/internal/day"
	"netral/internal/fault"
)

// Delta is how two editions of a book differ: in what is written, and in what
// it means for every situation.
type Delta struct {
	Old           Edition      `json:"old"`
	New           Edition      `json:"new"`
	FactsAdded    []string     `json:"facts_added"`
	FactsRemoved  []string     `json:"facts_removed"`
	ValuesAdded   []string     `json:"values_added"`   // "fact=value", of facts that both have
	ValuesRemoved []string     `json:"values_removed"` // likewise
	RulesAdded    []string     `json:"rules_added"`
	RulesRemoved  []string     `json:"rules_removed"`
	RulesChanged  []RuleChange `json:"rules_changed"`
	Eras          []EraDelta   `json:"eras"` // stretches of days on which some situation is answered otherwise
}

// Edition names an edition of a book.
type Edition struct {
	Book    string `json:"book"`
	Edition string `json:"edition"`
	SHA256  string `json:"sha256"`
}

// RuleChange is a rule of both editions of which something written changed.
type RuleChange struct {
	ID     string   `json:"id"`
	Fields []string `json:"fields"` // keys of the rule file
}

// EraDelta is what changed for situations on the days from From up to, not
// including, Until; day.None leaves an end open. Neighbours of which all the
// same can be said are one. Counts stop at math.MaxUint64.
type EraDelta struct {
	From       day.Day `json:"from"`
	Until      day.Day `json:"until"`
	Situations uint64  `json:"situations"` // that at least one edition knows
	Changed    uint64  `json:"changed"`
	Shifts     []Shift `json:"shifts"`
}

// Shift is one kind of change: all situations that went from one outcome to
// another, or that kept their outcome while other rules came to decide.
type Shift struct {
	Old        Side   `json:"old"`
	New        Side   `json:"new"`
	Situations uint64 `json:"situations"`
	Witness    Facts  `json:"witness"` // the smallest example
	Words      Text   `json:"words"`   // the example in words
}

// Side is what one edition says of a shift's situations; the rules are those
// that decide the example.
type Side struct {
	Known   bool     `json:"known"` // false when the edition has no word for such a situation
	Outcome Outcome  `json:"outcome"`
	Rules   []string `json:"rules"`
}

// Same reports that nothing changed, neither in writing nor in meaning.
func (d Delta) Same() bool { return !d.Reworded() && len(d.Eras) == 0 }

// Reworded reports that something written changed: a fact, a value or a rule.
func (d Delta) Reworded() bool {
	return len(d.FactsAdded)+len(d.FactsRemoved)+len(d.ValuesAdded)+len(d.ValuesRemoved)+
		len(d.RulesAdded)+len(d.RulesRemoved)+len(d.RulesChanged) > 0
}

// Diff compares two editions over every situation that either can express, on
// every day. A fact that only one edition has is ignored by the other. A value
// that only one edition has is beyond the other, which then is not Known in the
// shift: so a renamed value shows as one that went and one that came. The fault
// is TooLarge when the two together are beyond the bounds of one book.
func Diff(old, new *Book) (Delta, error) {
	d := Delta{
		Old: old.edition(), New: new.edition(),
		FactsAdded: []string{}, FactsRemoved: []string{}, ValuesAdded: []string{}, ValuesRemoved: []string{},
		RulesAdded: []string{}, RulesRemoved: []string{}, RulesChanged: []RuleChange{}, Eras: []EraDelta{},
	}
	facts := d.vocabulary(old, new)
	if len(facts) > MaxFacts {
		return Delta{}, fault.New(fault.TooLarge, "rule.diff_facts", len(facts), MaxFacts)
	}
	for _, f := range facts {
		if len(f.Values) > MaxValues {
			return Delta{}, fault.New(fault.TooLarge, "rule.diff_values", f.Name, len(f.Values), MaxValues)
		}
	}
	ids := d.rules(old, new)
	return d, d.meaning(old, new, facts, ids)
}

func (b *Book) edition() Edition { return Edition{b.ID, b.Edition, b.SHA256} }

// vocabulary notes what facts and values came and went, and gives the facts of
// both: the new book's in its order, each old one after the fact it followed.
func (d *Delta) vocabulary(old, new *Book) []Fact {
	both := slices.Clone(new.facts)
	for i, f := range new.facts {
		o, ok := old.Fact(f.Name)
		if !ok {
			d.FactsAdded = append(d.FactsAdded, f.Name)
			continue
		}
		for _, v := range f.Values {
			if o.index(v.Name) < 0 {
				d.ValuesAdded = append(d.ValuesAdded, f.Name+"="+v.Name)
			}
		}
		values := slices.Clone(f.Values)
		for _, v := range o.Values {
			if f.index(v.Name) < 0 {
				d.ValuesRemoved = append(d.ValuesRemoved, f.Name+"="+v.Name)
				values = append(values, v)
			}
		}
		both[i].Values = values
	}
	after := 0
	for _, f := range old.facts {
		if at := slices.IndexFunc(both, func(g Fact) bool { return g.Name == f.Name }); at >= 0 {
			after = at + 1
			continue
		}
		d.FactsRemoved = append(d.FactsRemoved, f.Name)
		both = slices.Insert(both, after, f)
		after++
	}
	return both
}

// rules notes what rules came, went and changed, and gives the ids of both,
// sorted.
func (d *Delta) rules(old, new *Book) []string {
	var ids []string
	for _, r := range old.Rules {
		ids = append(ids, r.ID)
		n, ok := new.Rule(r.ID)
		if !ok {
			d.RulesRemoved = append(d.RulesRemoved, r.ID)
		} else if fields := r.changed(n); len(fields) > 0 {
			d.RulesChanged = append(d.RulesChanged, RuleChange{r.ID, fields})
		}
	}
	for _, r := range new.Rules {
		if _, ok := old.Rule(r.ID); !ok {
			d.RulesAdded = append(d.RulesAdded, r.ID)
			ids = append(ids, r.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// changed lists the keys under which two rules differ.
func (r *Rule) changed(n *Rule) []string {
	var out []string
	note := func(key string, same bool) {
		if !same {
			out = append(out, key)
		}
	}
	note("list", r.List == n.List)
	note("title", r.Title == n.Title)
	note("text", r.Text == n.Text)
	note("when", slices.EqualFunc(r.When, n.When, sameCondition))
	note("any", slices.EqualFunc(r.Any, n.Any, func(x, y []Condition) bool { return slices.EqualFunc(x, y, sameCondition) }))
	note("outcome", r.Outcome == n.Outcome)
	note("default", r.Default == n.Default)
	note("overrides", slices.Equal(r.Overrides, n.Overrides))
	note("breach", r.Breach == n.Breach)
	note("sanction", slices.Equal(r.Sanction, n.Sanction))
	note("cites", slices.Equal(r.Cites, n.Cites))
	note("from", r.From == n.From)
	note("until", r.Until == n.Until)
	note("confidence", r.Confidence == n.Confidence)
	note("sources", slices.Equal(r.Sources, n.Sources))
	note("conflict", r.Conflict == n.Conflict)
	note("opinions", slices.Equal(r.Opinions, n.Opinions))
	note("conditions", slices.Equal(r.Conditions, n.Conditions))
	note("instead", r.Instead == n.Instead)
	note("ask", r.Ask == n.Ask)
	return out
}

func sameCondition(x, y Condition) bool {
	return x.Fact == y.Fact && slices.Equal(x.Words, y.Words)
}
