package bench

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"netral/internal/day"
	"netral/internal/rule"
)

// Cedar is the book as Cedar policies.
type Cedar struct {
	book            *rule.Book
	rules, defaults *cedar.PolicySet
	index           map[cedar.PolicyID]int
}

var cedarSyntax = syntax{
	fact: func(name string) string { return "context." + name },
	oneOf: func(fact string, values []string) string {
		if len(values) == 1 {
			return fact + " == " + quoted(values)
		}
		return "[" + quoted(values) + "].contains(" + fact + ")"
	},
	since:  func(d day.Day) string { return fmt.Sprintf("context.today >= %d", d) },
	before: func(d day.Day) string { return fmt.Sprintf("context.today < %d", d) },
	and:    " && ", or: " || ", always: "true",
}

// NewCedar writes and parses the policies.
func NewCedar(b *rule.Book) (*Cedar, error) {
	c := &Cedar{book: b, rules: cedar.NewPolicySet(), defaults: cedar.NewPolicySet(), index: map[cedar.PolicyID]int{}}
	for i := range b.Rules {
		text := cedarPolicy(b, i)
		var p cedar.Policy
		if err := p.UnmarshalCedar([]byte(text)); err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, text)
		}
		id := cedar.PolicyID(strconv.Itoa(i))
		c.index[id] = i
		if b.Rules[i].Default {
			c.defaults.Add(id, &p)
		} else {
			c.rules.Add(id, &p)
		}
	}
	return c, nil
}

// cedarPolicy writes one rule. What is graver than caution is a forbid, so that
// Cedar's own "forbid wins" agrees with "the gravest outcome".
func cedarPolicy(b *rule.Book, i int) string {
	r := b.Rules[i]
	effect := "permit"
	if r.Outcome >= rule.Prohibited {
		effect = "forbid"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "@id(%q)\n%s (principal, action, resource)\nwhen { %s }", r.ID, effect, cedarSyntax.holds(b, r))
	beats := defeaters(b)
	for _, j := range beats[i] {
		fmt.Fprintf(&out, "\nunless { %s }", cedarStands(b, beats, j))
	}
	return out.String() + ";"
}

// cedarStands writes that an exception holds and is not itself set aside.
func cedarStands(b *rule.Book, beats [][]int, i int) string {
	out := cedarSyntax.holds(b, b.Rules[i])
	for _, j := range beats[i] {
		out += " && !(" + cedarStands(b, beats, j) + ")"
	}
	return out
}

// Input implements Engine.
func (c *Cedar) Input(facts rule.Facts, on day.Day) (any, error) {
	m := cedar.RecordMap{"today": cedar.Long(on)}
	for f, v := range facts {
		m[cedar.String(f)] = cedar.String(v)
	}
	return &cedar.Request{
		Principal: cedar.NewEntityUID("Person", "one"), Action: cedar.NewEntityUID("Action", "do"), Resource: cedar.NewEntityUID("Contest", "one"),
		Context: cedar.NewRecord(m),
	}, nil
}

// Decide implements Engine.
func (c *Cedar) Decide(in any, into []int) (rule.Outcome, []int, error) {
	req := in.(*cedar.Request)
	for _, set := range []*cedar.PolicySet{c.rules, c.defaults} {
		_, diag := cedar.Authorize(set, nil, *req)
		if len(diag.Errors) > 0 {
			return 0, into, fmt.Errorf("cedar: %s", diag.Errors[0].Message)
		}
		if len(diag.Reasons) > 0 {
			for _, r := range diag.Reasons {
				into = append(into, c.index[r.PolicyID])
			}
			break
		}
	}
	o, deciding := gravest(c.book, into)
	return o, deciding, nil
}
