package bench

import (
	"fmt"

	"cel.dev/cel-go/cel"

	"netral/internal/day"
	"netral/internal/rule"
)

// CEL is the book as CEL programs.
type CEL struct {
	book     *rule.Book
	programs []cel.Program
	order    []int   // exceptions first
	beats    [][]int // by rule: what it defeats
}

var celSyntax = syntax{
	fact: func(name string) string { return name },
	oneOf: func(fact string, values []string) string {
		if len(values) == 1 {
			return fact + " == " + quoted(values)
		}
		return fact + " in [" + quoted(values) + "]"
	},
	since:  func(d day.Day) string { return fmt.Sprintf("today >= %d", d) },
	before: func(d day.Day) string { return fmt.Sprintf("today < %d", d) },
	and:    " && ", or: " || ", always: "true",
}

// NewCEL writes, checks and compiles the expressions, with constant sets made
// ready.
func NewCEL(b *rule.Book) (*CEL, error) {
	opts := []cel.EnvOption{cel.Variable("today", cel.IntType)}
	for _, f := range b.Facts() {
		opts = append(opts, cel.Variable(f.Name, cel.StringType))
	}
	env, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, err
	}
	c := &CEL{book: b, order: byException(b), beats: make([][]int, len(b.Rules))}
	for j, by := range defeaters(b) {
		for _, i := range by {
			c.beats[i] = append(c.beats[i], j)
		}
	}
	for _, r := range b.Rules {
		text := celSyntax.holds(b, r)
		ast, issues := env.Compile(text)
		if issues.Err() != nil {
			return nil, fmt.Errorf("%w in\n%s", issues.Err(), text)
		}
		p, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
		if err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, text)
		}
		c.programs = append(c.programs, p)
	}
	return c, nil
}

// Input implements Engine.
func (c *CEL) Input(facts rule.Facts, on day.Day) (any, error) {
	m := map[string]any{"today": int64(on)}
	for f, v := range facts {
		m[f] = v
	}
	return cel.NewActivation(m)
}

// Decide implements Engine.
func (c *CEL) Decide(in any, into []int) (rule.Outcome, []int, error) {
	defeated := make([]bool, len(c.programs))
	for _, defaults := range []bool{false, true} {
		if len(into) > 0 {
			break
		}
		for _, i := range c.order {
			if defeated[i] || c.book.Rules[i].Default != defaults {
				continue
			}
			v, _, err := c.programs[i].Eval(in)
			if err != nil {
				return 0, into, err
			}
			if v.Value() != true {
				continue
			}
			into = append(into, i)
			for _, j := range c.beats[i] {
				defeated[j] = true
			}
		}
	}
	o, deciding := gravest(c.book, into)
	return o, deciding, nil
}
