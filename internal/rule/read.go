package rule

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
)

// Confidences are the marks a rule or provision may carry: H high, M medium, L
// low; BK background knowledge that no page confirmed; INF inferred.
var confidences = []string{"H", "M-H", "M", "L", "BK-H", "BK-M", "BK-L", "INF-H", "INF-M", "INF-L"}

var breaches = []string{"ethics", "discipline", "crime", "administrative", "advice", "policy"}

func (b *Book) readVocabulary(s source, top *yaml.Node) {
	f := s.fields(top, "facts")
	s.need(top, f, "facts")
	var at []*yaml.Node // by fact
	s.list(f["facts"], func(n *yaml.Node) {
		if len(b.facts) == MaxFacts {
			s.bad(n, "more than %d facts", MaxFacts)
			return
		}
		k := s.fields(n, "name", "title", "ask", "values", "assume", "unless", "derived", "needs", "flip", "note")
		s.need(n, k, "name", "title", "values")
		fact := Fact{
			Name: s.name(k["name"], "name"), Title: s.text(k["title"]), Ask: s.text(k["ask"]),
			Assume: s.str(k["assume"]), Derived: s.bool(k["derived"], false), Flip: s.bool(k["flip"], true),
		}
		fact.Needs = s.words(k["needs"])
		if _, dup := b.factAt[fact.Name]; dup {
			s.bad(n, "fact %q stands twice", fact.Name)
			return
		}
		if !fact.Derived && fact.Ask.Zero() {
			s.bad(n, "fact %q needs a question (ask), or derived: true", fact.Name)
		}
		fact.Values = readValues(s, k["values"])
		if len(fact.Values) < 2 {
			s.bad(n, "fact %q needs at least two values", fact.Name)
		}
		if fact.Assume != "" && fact.index(fact.Assume) < 0 {
			s.bad(k["assume"], "fact %q cannot assume %q: no such value", fact.Name, clip(fact.Assume))
		}
		fact.Unless = map[string][]string{}
		s.pairs(k["unless"], func(key, v *yaml.Node) { fact.Unless[key.Value] = s.words(v) })
		b.factAt[fact.Name] = len(b.facts)
		b.facts = append(b.facts, fact)
		at = append(at, n)
	})
	for i := range b.facts {
		fact := &b.facts[i]
		for _, other := range fact.Needs {
			if _, ok := b.factAt[other]; !ok || !fact.Derived {
				s.bad(at[i], "fact %q: needs names %q; only a derived fact needs others, and they must exist", fact.Name, clip(other))
			}
		}
		for _, other := range slices.Sorted(maps.Keys(fact.Unless)) {
			t := test{fact: b.factAt[other]}
			for _, v := range fact.Unless[other] {
				if !b.Known(other, v) {
					s.bad(at[i], "fact %q: unless names %s=%s, which is not in the vocabulary", fact.Name, clip(other), clip(v))
					continue
				}
				t.mask |= 1 << b.facts[t.fact].index(v)
			}
			fact.unless = append(fact.unless, t)
		}
	}
}

func readValues(s source, n *yaml.Node) []Value {
	var out []Value
	seen := map[string]bool{}
	s.list(n, func(n *yaml.Node) {
		k := s.fields(n, "name", "title", "groups", "note")
		s.need(n, k, "name", "title")
		v := Value{Name: s.name(k["name"], "name"), Title: s.text(k["title"]), Groups: s.words(k["groups"])}
		if seen[v.Name] {
			s.bad(n, "value %q stands twice", v.Name)
		}
		if len(out) == MaxValues {
			s.bad(n, "more than %d values", MaxValues)
			return
		}
		seen[v.Name] = true
		out = append(out, v)
	})
	for _, v := range out {
		for _, g := range v.Groups {
			if seen[g] {
				s.bad(n, "group %q is also a value", g)
			}
		}
	}
	return out
}

func (b *Book) readBook(s source, top *yaml.Node) {
	f := s.fields(top, "id", "edition", "title", "about", "instruments", "register", "sanctions", "lists", "sources", "supervisors", "notes")
	s.need(top, f, "id", "edition", "title", "instruments", "register", "lists")
	b.ID, b.Edition = s.name(f["id"], "id"), s.name(f["edition"], "edition")
	b.Title, b.About = s.text(f["title"]), s.text(f["about"])
	s.list(f["instruments"], func(n *yaml.Node) {
		k := s.fields(n, "id", "title", "number", "from", "until", "note", "confidence")
		s.need(n, k, "id", "title")
		in := Instrument{ID: s.name(k["id"], "id"), Title: s.text(k["title"]), Number: s.str(k["number"]), From: s.day(k["from"]), Until: s.day(k["until"])}
		if _, dup := b.instAt[in.ID]; dup {
			s.bad(n, "instrument %q stands twice", in.ID)
		}
		b.instAt[in.ID] = len(b.Instruments)
		b.Instruments = append(b.Instruments, in)
	})
	s.list(f["register"], func(n *yaml.Node) {
		k := s.fields(n, "id", "instrument", "provision", "confidence", "note", "sources")
		s.need(n, k, "id", "instrument", "provision", "confidence")
		it := Item{ID: s.name(k["id"], "id"), Instrument: s.name(k["instrument"], "instrument"), Provision: s.text(k["provision"]), Confidence: s.confidence(k["confidence"]), Line: n.Line}
		if _, dup := b.itemAt[it.ID]; dup {
			s.bad(n, "register item %q stands twice", it.ID)
		}
		if _, ok := b.instAt[it.Instrument]; !ok && it.Instrument != "" {
			s.bad(n, "register item %q names an unknown instrument %q", it.ID, it.Instrument)
		}
		b.itemAt[it.ID] = len(b.Register)
		b.Register = append(b.Register, it)
	})
	s.list(f["sanctions"], func(n *yaml.Node) {
		k := s.fields(n, "code", "level", "title", "note")
		s.need(n, k, "code", "level", "title")
		sn := Sanction{Code: s.name(k["code"], "code"), Level: s.str(k["level"]), Title: s.text(k["title"])}
		if _, dup := b.Sanction(sn.Code); dup {
			s.bad(n, "sanction %q stands twice", sn.Code)
		}
		b.Sanctions = append(b.Sanctions, sn)
	})
	s.pairs(f["lists"], func(k, v *yaml.Node) { b.Lists = append(b.Lists, Labelled{k.Value, s.text(v)}) })
	s.pairs(f["sources"], func(k, v *yaml.Node) { b.Sources = append(b.Sources, Labelled{k.Value, s.text(v)}) })
	s.list(f["supervisors"], func(n *yaml.Node) {
		k := s.fields(n, "body", "from", "until", "note", "id")
		s.need(n, k, "body")
		b.Supervisors = append(b.Supervisors, Supervisor{Body: s.text(k["body"]), Note: s.text(k["note"]), From: s.day(k["from"]), Until: s.day(k["until"])})
	})
}

func (s source) confidence(n *yaml.Node) string {
	v := s.str(n)
	if n != nil && !slices.Contains(confidences, v) {
		s.bad(n, "confidence %q; possible: %v", clip(v), confidences)
	}
	return v
}

func (b *Book) readRules(s source, top *yaml.Node) {
	f := s.fields(top, "rules")
	s.need(top, f, "rules")
	s.list(f["rules"], func(n *yaml.Node) {
		if len(b.Rules) == MaxRules {
			s.bad(n, "more than %d rules", MaxRules)
			return
		}
		k := s.fields(n, "id", "list", "title", "text", "when", "any", "outcome", "default", "overrides", "breach", "sanction", "cites",
			"from", "until", "confidence", "sources", "conflict", "opinions", "conditions", "instead", "ask", "note")
		s.need(n, k, "id", "list", "title", "text", "when", "outcome", "cites", "confidence")
		r := &Rule{
			ID: s.name(k["id"], "id"), List: s.str(k["list"]), Title: s.text(k["title"]), Text: s.text(k["text"]),
			When: s.conditions(k["when"]), Default: s.bool(k["default"], false), Overrides: s.words(k["overrides"]),
			Breach: s.str(k["breach"]), Sanction: s.words(k["sanction"]), Cites: s.words(k["cites"]),
			From: s.day(k["from"]), Until: s.day(k["until"]), Confidence: s.confidence(k["confidence"]), Sources: s.words(k["sources"]),
			Conflict: s.text(k["conflict"]), Instead: s.text(k["instead"]), Ask: s.text(k["ask"]),
			File: s.file, Line: n.Line, index: len(b.Rules),
		}
		s.list(k["any"], func(a *yaml.Node) { r.Any = append(r.Any, s.conditions(a)) })
		s.list(k["conditions"], func(c *yaml.Node) { r.Conditions = append(r.Conditions, s.text(c)) })
		s.list(k["opinions"], func(o *yaml.Node) {
			of := s.fields(o, "who", "says", "source")
			s.need(o, of, "who", "says")
			r.Opinions = append(r.Opinions, Opinion{s.text(of["who"]), s.text(of["says"]), s.str(of["source"])})
		})
		s.checkRule(n, k, r)
		if at, dup := b.ruleAt[r.ID]; dup {
			s.bad(n, "rule %q stands twice; first at %s:%d", r.ID, b.Rules[at].File, b.Rules[at].Line)
			return
		}
		b.ruleAt[r.ID] = r.index
		b.Rules = append(b.Rules, r)
	})
}

// checkRule finds what is wrong with a rule by itself.
func (s source) checkRule(n *yaml.Node, k map[string]*yaml.Node, r *Rule) {
	var ok bool
	if r.Outcome, ok = parseOutcome(s.str(k["outcome"])); k["outcome"] != nil && (!ok || r.Outcome == Undecided) {
		s.bad(k["outcome"], "outcome %q; possible: %v", clip(s.str(k["outcome"])), outcomeNames[1:])
	}
	if len(r.Cites) == 0 {
		s.bad(n, "rule %q cites no article", r.ID)
	}
	if r.Breach != "" && !slices.Contains(breaches, r.Breach) {
		s.bad(k["breach"], "breach %q; possible: %v", clip(r.Breach), breaches)
	}
	if r.From != day.None && r.Until != day.None && r.From >= r.Until {
		s.bad(n, "rule %q ends (%s) before it begins (%s)", r.ID, r.Until, r.From)
	}
	if r.Outcome == Conditional && len(r.Conditions) == 0 {
		s.bad(n, "rule %q is conditional but names no conditions", r.ID)
	}
	if r.Outcome == Outside && r.Ask.Zero() {
		s.bad(n, "rule %q is outside the book but does not say whom to ask", r.ID)
	}
}

func (s source) conditions(n *yaml.Node) []Condition {
	var out []Condition
	s.pairs(n, func(k, v *yaml.Node) {
		words := s.words(v)
		if len(words) == 0 {
			s.bad(v, "fact %q has no values", clip(k.Value))
			return
		}
		out = append(out, Condition{Fact: k.Value, Words: words})
	})
	return out
}
