package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"netral/internal/day"
	"netral/internal/rule"
)

// OPA is the book as one Rego module.
type OPA struct {
	book  *rule.Book
	query rego.PreparedEvalQuery
	at    map[string]int
}

var regoSyntax = syntax{
	fact: func(name string) string { return "input." + name },
	oneOf: func(fact string, values []string) string {
		if len(values) == 1 {
			return fact + " == " + quoted(values)
		}
		return fact + " in {" + quoted(values) + "}"
	},
	since:  func(d day.Day) string { return fmt.Sprintf("input.today >= %d", d) },
	before: func(d day.Day) string { return fmt.Sprintf("input.today < %d", d) },
	and:    "\n\t", always: "true",
}

// NewOPA writes and prepares the module.
func NewOPA(ctx context.Context, b *rule.Book) (*OPA, error) {
	text := regoModule(b)
	q, err := rego.New(rego.Query("x = data.conduct.answer"), rego.Module("conduct.rego", text)).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w in\n%s", err, text)
	}
	o := &OPA{book: b, query: q, at: map[string]int{}}
	for i, r := range b.Rules {
		o.at[r.ID] = i
	}
	return o, nil
}

// regoModule writes the book the way policy authors do: one partial set of the
// rules that hold, so that OPA can index its bodies; a rule of its own for each
// exception, since Rego refuses recursion; and sets made of both.
func regoModule(b *rule.Book) string {
	var out strings.Builder
	out.WriteString("package conduct\n\n")
	for _, r := range b.Rules {
		// Rego has no "or": a rule with alternatives has a body for each.
		bodies := []rule.Rule{*r}
		if len(r.Any) > 0 {
			bodies = nil
			for _, alt := range r.Any {
				one := *r
				one.When, one.Any = slices.Concat(r.When, alt), nil
				bodies = append(bodies, one)
			}
		}
		for _, one := range bodies {
			fmt.Fprintf(&out, "holds contains %q if {\n\t%s\n}\n\n", r.ID, regoSyntax.holds(b, &one))
		}
	}
	beats := defeaters(b)
	var defaults, graveness []string
	for i, r := range b.Rules {
		graveness = append(graveness, fmt.Sprintf("%q: %d", r.ID, r.Outcome))
		if r.Default {
			defaults = append(defaults, r.ID)
		}
		if len(r.Overrides) == 0 {
			continue
		}
		fmt.Fprintf(&out, "stands_%d if {\n\t%q in holds\n", i, r.ID)
		for _, j := range beats[i] {
			fmt.Fprintf(&out, "\tnot stands_%d\n", j)
		}
		out.WriteString("}\n\n")
		for _, o := range r.Overrides {
			fmt.Fprintf(&out, "excepted contains %q if stands_%d\n\n", o, i)
		}
	}
	if !strings.Contains(out.String(), "excepted contains") {
		out.WriteString("excepted := set()\n\n")
	}
	fmt.Fprintf(&out, "graveness := {%s}\n\n", strings.Join(graveness, ", "))
	if len(defaults) == 0 {
		out.WriteString("defaults := set()\n\n")
	} else {
		fmt.Fprintf(&out, "defaults := {%s}\n\n", quoted(defaults))
	}
	out.WriteString(`firm := (holds - excepted) - defaults

standing := firm if count(firm) > 0

standing := (holds & defaults) - excepted if count(firm) == 0

grave := max({graveness[id] | some id in standing})

answer := {"grave": grave, "rules": {id | some id in standing; graveness[id] == grave}}
`)
	return out.String()
}

// Input implements Engine.
func (o *OPA) Input(facts rule.Facts, on day.Day) (any, error) {
	m := map[string]any{"today": int64(on)}
	for f, v := range facts {
		m[f] = v
	}
	return ast.InterfaceToValue(m)
}

// Decide implements Engine.
func (o *OPA) Decide(in any, into []int) (rule.Outcome, []int, error) {
	rs, err := o.query.Eval(context.Background(), rego.EvalParsedInput(in.(ast.Value)))
	if err != nil {
		return 0, into, err
	}
	if len(rs) == 0 {
		return rule.Undecided, into, nil // no rule stands
	}
	answer, ok := rs[0].Bindings["x"].(map[string]any)
	if !ok {
		return 0, into, fmt.Errorf("opa: answer %v", rs[0].Bindings["x"])
	}
	var outcome rule.Outcome
	for _, id := range answer["rules"].([]any) {
		i := o.at[id.(string)]
		outcome = o.book.Rules[i].Outcome
		into = append(into, i)
	}
	return outcome, into, nil
}
