package rule

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
)

// Case is an example: a situation on a day, and what the book must say.
type Case struct {
	ID         string
	Title      Text
	On         day.Day
	Facts      Facts
	Expect     Outcome
	Rules      []string // must be among those that decide
	NearMissOf []string // must not apply, and would after one fact changed
	File       string
	Line       int
}

// Examples is how the cases fared.
type Examples struct {
	Cases    int       `json:"cases"`
	Passed   int       `json:"passed"`
	NearMiss int       `json:"near_misses"`
	Failed   []Finding `json:"failed"`
}

// LoadCases reads every *.yaml file in dir.
func LoadCases(fsys fs.FS, dir string) ([]Case, Problems) {
	var cases []Case
	var problems Problems
	names, _ := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	slices.Sort(names)
	seen := map[string]bool{}
	for _, name := range names {
		s := source{file: path.Join("cases", path.Base(name)), problems: &problems}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			s.bad(nil, "cannot be read: %v", unpath(err))
			continue
		}
		top := s.root(data)
		if top == nil {
			continue
		}
		f := s.fields(top, "cases")
		s.need(top, f, "cases")
		s.list(f["cases"], func(n *yaml.Node) {
			k := s.fields(n, "id", "title", "on", "facts", "expect", "rules", "near_miss_of", "note")
			s.need(n, k, "id", "title", "on", "facts", "expect")
			c := Case{ID: s.name(k["id"], "id"), Title: s.text(k["title"]), On: s.day(k["on"]), Facts: Facts{},
				Rules: s.words(k["rules"]), NearMissOf: s.words(k["near_miss_of"]), File: s.file, Line: n.Line}
			s.pairs(k["facts"], func(key, v *yaml.Node) { c.Facts[key.Value] = s.str(v) })
			var ok bool
			if c.Expect, ok = parseOutcome(s.str(k["expect"])); !ok {
				s.bad(n, "expect %q; possible: %v", clip(s.str(k["expect"])), outcomeNames)
			}
			if seen[c.ID] {
				s.bad(n, "case %q stands twice", c.ID)
			}
			seen[c.ID] = true
			cases = append(cases, c)
		})
	}
	return cases, problems
}

// run decides every case, then looks for rules without an example or without a
// near miss.
func (e *Examples) run(b *Book, cases []Case, t Timeline) {
	decided, missed := map[string]bool{}, map[string]bool{}
	for _, c := range cases {
		e.Cases++
		e.NearMiss += len(c.NearMissOf)
		if msg := b.try(c, t, decided, missed); msg != "" {
			e.Failed = append(e.Failed, Finding{File: c.File, Line: c.Line, On: c.On.String(), Message: "example " + c.ID + ": " + msg})
			continue
		}
		e.Passed++
	}
	for _, r := range b.Rules {
		if !decided[r.ID] {
			e.Failed = append(e.Failed, Finding{Rules: []string{r.ID}, File: r.File, Line: r.Line, Message: "no example shows rule " + r.ID + " deciding"})
		}
		if !missed[r.ID] {
			e.Failed = append(e.Failed, Finding{Rules: []string{r.ID}, File: r.File, Line: r.Line, Message: "no example narrowly misses rule " + r.ID})
		}
	}
}

// try decides one case; the result is "" or what is wrong.
func (b *Book) try(c Case, t Timeline, decided, missed map[string]bool) string {
	all, _ := b.Complete(c.Facts, t, c.On)
	s, err := b.Situation(all)
	if err != nil {
		return err.Error()
	}
	d := b.Answer(s, c.On)
	if d.Outcome != c.Expect {
		return fmt.Sprintf("expected %s, the book says %s (%s)", c.Expect, d.Outcome, d.because())
	}
	var deciding []string
	for _, a := range d.Rules {
		if a.Decides && a.Rule.Outcome == d.Outcome || d.Outcome == Undecided {
			deciding = append(deciding, a.Rule.ID)
		}
	}
	for _, id := range c.Rules {
		if _, ok := b.Rule(id); !ok {
			return fmt.Sprintf("expects %q to decide, which is no rule", id)
		}
		if !slices.Contains(deciding, id) {
			return fmt.Sprintf("expected rule %s to decide, but it is decided by %s", id, strings.Join(deciding, ", "))
		}
		decided[id] = true
	}
	for _, id := range c.NearMissOf {
		if msg := b.nearMiss(id, s, c.On, d); msg != "" {
			return msg
		}
		missed[id] = true
	}
	return ""
}

// nearMiss checks that the rule does not apply, and only just: by one fact, or
// because it is not in force on the day, or because another rule defeats it
// though it holds. A missing fact counts as one to
// change.
func (b *Book) nearMiss(id string, s Situation, on day.Day, d Decision) string {
	r, ok := b.Rule(id)
	if !ok {
		return fmt.Sprintf("near miss of %q, which is no rule", id)
	}
	applies := slices.ContainsFunc(d.Rules, func(a Applied) bool { return a.Rule == r })
	switch n := r.distance(s); {
	case n == 0 && r.InForce(on) && applies:
		return fmt.Sprintf("is no near miss of %s: the rule applies", id)
	case n > 1:
		return fmt.Sprintf("is no near miss of %s: %d facts would have to change", id, n)
	}
	return ""
}

func (d Decision) because() string {
	var out []string
	for _, a := range d.Rules {
		out = append(out, fmt.Sprintf("%s=%s", a.Rule.ID, a.Rule.Outcome))
	}
	if len(d.Missing) > 0 {
		out = append(out, "missing "+strings.Join(d.Missing, " "))
	}
	return strings.Join(out, ", ")
}
