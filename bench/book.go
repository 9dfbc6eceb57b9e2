package bench

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"

	"netral/internal/day"
	"netral/internal/rule"
	"netral/rules"
)

// An Engine decides situations by a book that it was made from.
type Engine interface {
	// Input turns a complete situation into the engine's own form.
	Input(facts rule.Facts, on day.Day) (any, error)
	// Decide gives the outcome and, appended to into, the indexes of the rules
	// that decide, in any order.
	Decide(in any, into []int) (rule.Outcome, []int, error)
}

// Conduct loads the conduct book.
func Conduct() (*rule.Book, error) { return rule.Load(rules.FS, "id-asn") }

// ConductFS is the folder of the conduct book.
func ConductFS() (fs.FS, error) { return fs.Sub(rules.FS, "id-asn") }

// values are the values a condition lets in, groups spelt out.
func values(b *rule.Book, c rule.Condition) []string {
	f, _ := b.Fact(c.Fact)
	var out []string
	for _, v := range f.Values {
		for _, w := range c.Words {
			if w == v.Name || slices.Contains(v.Groups, w) {
				out = append(out, v.Name)
				break
			}
		}
	}
	return out
}

// ordered puts conditions into the vocabulary's order: what tells situations
// apart comes first, so an engine that stops at the first "no" stops early.
func ordered(b *rule.Book, cs []rule.Condition) []rule.Condition {
	at := map[string]int{}
	for i, f := range b.Facts() {
		at[f.Name] = i
	}
	out := slices.Clone(cs)
	slices.SortStableFunc(out, func(x, y rule.Condition) int { return at[x.Fact] - at[y.Fact] })
	return out
}

// syntax is how a language writes a rule's conditions.
type syntax struct {
	fact    func(name string) string
	oneOf   func(fact string, values []string) string
	since   func(d day.Day) string
	before  func(d day.Day) string
	and, or string
	always  string
}

// holds writes "this rule holds today" in the syntax.
func (s syntax) holds(b *rule.Book, r *rule.Rule) string {
	var parts []string
	for _, c := range ordered(b, r.When) {
		parts = append(parts, s.oneOf(s.fact(c.Fact), values(b, c)))
	}
	var alternatives []string
	for _, alt := range r.Any {
		var all []string
		for _, c := range ordered(b, alt) {
			all = append(all, s.oneOf(s.fact(c.Fact), values(b, c)))
		}
		if len(all) == 0 {
			all = append(all, s.always)
		}
		alternatives = append(alternatives, "("+strings.Join(all, s.and)+")")
	}
	if len(alternatives) > 0 {
		parts = append(parts, "("+strings.Join(alternatives, s.or)+")")
	}
	if r.From != day.None {
		parts = append(parts, s.since(r.From))
	}
	if r.Until != day.None {
		parts = append(parts, s.before(r.Until))
	}
	if len(parts) == 0 {
		return s.always
	}
	return strings.Join(parts, s.and)
}

// defeaters lists, for each rule, the rules that name it in "overrides".
func defeaters(b *rule.Book) [][]int {
	out := make([][]int, len(b.Rules))
	at := map[string]int{}
	for i, r := range b.Rules {
		at[r.ID] = i
	}
	for i, r := range b.Rules {
		for _, o := range r.Overrides {
			out[at[o]] = append(out[at[o]], i)
		}
	}
	return out
}

// byException orders rules so that each comes after all that may defeat it.
func byException(b *rule.Book) []int {
	beats := defeaters(b)
	done := make([]bool, len(b.Rules))
	var out []int
	var visit func(i int)
	visit = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		for _, j := range beats[i] {
			visit(j)
		}
		out = append(out, i)
	}
	for i := range b.Rules {
		visit(i)
	}
	return out
}

// A Situation is a complete situation on a day.
type Situation struct {
	Facts rule.Facts
	On    day.Day
}

// Situations draws complete situations, the same ones for the same seed. Half
// are drawn evenly over everything; the other half meet the conditions of some
// rule, since an even draw seldom does.
func Situations(b *rule.Book, n int, seed uint64) []Situation {
	r := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	days := eras(b)
	out := make([]Situation, n)
	for i := range out {
		s := Situation{Facts: rule.Facts{}, On: days[r.IntN(len(days))]}
		for _, f := range b.Facts() {
			s.Facts[f.Name] = f.Values[r.IntN(len(f.Values))].Name
		}
		if i%2 == 1 {
			ru := b.Rules[r.IntN(len(b.Rules))]
			cs := slices.Clone(ru.When)
			if len(ru.Any) > 0 {
				cs = append(cs, ru.Any[r.IntN(len(ru.Any))]...)
			}
			for _, c := range cs {
				vs := values(b, c)
				s.Facts[c.Fact] = vs[r.IntN(len(vs))]
			}
			if ru.From != day.None {
				s.On = max(s.On, ru.From)
			}
		}
		out[i] = s
	}
	return out
}

// eras is a day before any rule begins and each day on which one begins or
// ends.
func eras(b *rule.Book) []day.Day {
	all := []day.Day{day.Of(2000, 1, 1)}
	for _, r := range b.Rules {
		for _, d := range []day.Day{r.From, r.Until} {
			if d != day.None {
				all = append(all, d)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// gravest keeps the rules of the gravest outcome.
func gravest(b *rule.Book, standing []int) (rule.Outcome, []int) {
	var o rule.Outcome
	for _, i := range standing {
		o = max(o, b.Rules[i].Outcome)
	}
	return o, slices.DeleteFunc(standing, func(i int) bool { return b.Rules[i].Outcome != o })
}

// quoted writes values as string literals, which the three languages write
// alike: names of values are plain letters, digits and a few signs.
func quoted(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprintf("%q", v)
	}
	return strings.Join(out, ", ")
}
