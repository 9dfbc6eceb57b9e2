package bench

import (
	"fmt"

	"netral/internal/day"
	"netral/internal/rule"
)

// Ours is the engine of Netral.
type Ours struct{ Book *rule.Book }

type oursInput struct {
	situation rule.Situation
	on        day.Day
}

// Input implements Engine.
func (e Ours) Input(facts rule.Facts, on day.Day) (any, error) {
	s, err := e.Book.Situation(facts)
	return &oursInput{s, on}, err
}

// Decide implements Engine.
func (e Ours) Decide(in any, into []int) (rule.Outcome, []int, error) {
	q := in.(*oursInput)
	v, ok := e.Book.Decide(q.situation, q.on)
	if !ok {
		return 0, into, fmt.Errorf("not decided")
	}
	return v.Outcome, append(into, v.Rules[:v.Deciding]...), nil
}
