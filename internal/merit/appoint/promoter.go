package appoint

import (
	"context"
	"slices"

	"netral/internal/day"
	"netral/internal/store"
)

// Appointed is somebody who took a post by a decree, and who had which part in it.
type Appointed struct {
	ID     string // of batch and post
	Person string
	Name   string
	Post   string
	Title  string
	Level  string
	On     day.Day
	Decree string
	// People of the roster; empty where nobody of the roster is known. Whoever stood
	// back is replaced by who stood in.
	Proposed, Assessed, Decided []string
}

// AppointedBy lists who took a post by a decree in which somebody had a part, or
// with "" all. It is for those who ask how the appointed did later, and asks
// nobody for leave.
func AppointedBy(ctx context.Context, tx *store.Tx, promoter string) ([]Appointed, error) {
	list, err := batches(ctx, tx, `WHERE state IN ('signed', 'done') ORDER BY year, number`)
	if err != nil {
		return nil, err
	}
	var out []Appointed
	for i := range list {
		b := &list[i]
		if b.InForce == 0 {
			continue
		}
		all, err := proposalsOf(ctx, tx, b.ID)
		if err != nil {
			return nil, err
		}
		for j := range all {
			p := &all[j]
			if !p.InForce {
				continue
			}
			a := Appointed{ID: b.ID + "/" + p.Post, Person: p.Person, Name: p.said("name"), Post: p.Post, Title: p.said("title"), Level: p.Row.Level, On: b.Effective, Decree: b.Decree(), Proposed: unique([]string{p.Proposer}), Decided: p.instead(b.Decider)}
			if b.Minutes != nil {
				a.Assessed = p.instead(b.Minutes.Assessors...)
			}
			if promoter == "" || slices.Contains(a.Proposed, promoter) || slices.Contains(a.Assessed, promoter) || slices.Contains(a.Decided, promoter) {
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// instead puts who stood in in the place of who stood back.
func (p *Proposal) instead(people ...string) []string {
	out := slices.Clone(people)
	for i, x := range out {
		for _, r := range p.Recusals {
			if r.Person == x {
				out[i] = r.Substitute
			}
		}
	}
	return unique(out)
}
