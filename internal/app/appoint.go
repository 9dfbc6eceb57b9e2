package app

import (
	"context"
	"crypto/rand"

	"netral/data"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/merit/appoint"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/rule"
	"netral/internal/store"
	"netral/internal/text"
)

// conditionsFile says when a decree needs an approval.
const conditionsFile = "appoint/conditions.json"

// appointer makes the service of appointments: what it asks about people and
// posts, the roster answers, and it changes the tenures there; who is eligible,
// the slice of promotion says.
func (h *house) appointer() (*appoint.Service, error) {
	conditions, err := appoint.LoadConditions(data.FS, conditionsFile)
	if err != nil {
		return nil, err
	}
	return &appoint.Service{
		Book: h.book, Now: h.day.now, Rand: rand.Reader, Conditions: conditions,
		Allow: h.guard.Check,
		Find:  h.roster.Identified, Relatives: roster.KinsOf, Posts: h.chairs, People: h.sitters, Install: h.succeed, Eligible: h.eligible,
	}, nil
}

func (h *house) chairs(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]appoint.Post, error) {
	all, err := h.roster.Chairs(ctx, tx, ids, on)
	if err != nil {
		return nil, err
	}
	out := make(map[string]appoint.Post, len(all))
	for id, c := range all {
		out[id] = appoint.Post{ID: id, Title: c.Post.Title, Level: string(c.Post.Level), Head: c.Post.Head, Echelon: c.Post.Echelon, Unit: c.Post.Unit, Agency: c.Agency, Seats: max(c.Post.Seats, 1), Holders: c.Holders}
	}
	return out, nil
}

func (h *house) sitters(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]appoint.Person, error) {
	all, err := h.roster.Sitters(ctx, tx, ids, on)
	if err != nil {
		return nil, err
	}
	out := make(map[string]appoint.Person, len(all))
	for id, x := range all {
		out[id] = appoint.Person{ID: id, Name: x.Person.FullName(), NIP: x.Person.NIP, Grade: x.Person.Grade, Post: x.Post,
			Serving: x.Person.Status.Serving() && within(x.Person.From, x.Person.Until, on)}
	}
	return out, nil
}

// approvals are the matters of the eligibility book that the slice of
// appointments sees to itself: for the whole decree, by approvals with number
// and date.
func approvals() []string { return []string{"ban", "acting", "bkn"} }

// eligible asks the eligibility book about people and posts.
func (h *house) eligible(ctx context.Context, tx *store.Tx, pairs []appoint.Pair, on day.Day) (map[appoint.Pair]appoint.Verdict, error) {
	list := make([]promote.Candidate, len(pairs))
	for i, p := range pairs {
		list[i] = promote.Candidate(p)
	}
	all, err := h.promote.Decide(ctx, tx, list, on, approvals()...)
	if err != nil {
		return nil, err
	}
	out := make(map[appoint.Pair]appoint.Verdict, len(all))
	for c, a := range all {
		v := appoint.Verdict{Answer: string(a.Answer), From: a.From, Law: a.Edition}
		for _, r := range a.Req {
			if r.Outcome == rule.Allowed || len(r.Rules) == 0 {
				continue
			}
			title := r.Rules[0].Rule.Title
			if r.Matter == "case" {
				// A decree waits for the case, and its readers are told no more than that
				// the personnel office knows what for.
				title.ID, title.EN = h.cat.T(text.ID, "app.appoint.withheld"), h.cat.T(text.EN, "app.appoint.withheld")
			}
			v.Reasons = append(v.Reasons, appoint.Said{ID: title.ID, EN: title.EN})
		}
		out[appoint.Pair(c)] = v
	}
	return out, nil
}

func (h *house) succeed(ctx context.Context, tx *store.Tx, who actor.Actor, moves []appoint.Move, decree string, signed, effective day.Day) (appoint.Installed, error) {
	list := make([]roster.Succession, len(moves))
	for i, m := range moves {
		list[i] = roster.Succession(m)
	}
	n, err := h.roster.Succeed(ctx, tx, who, list, decree, signed, effective)
	return appoint.Installed{Seq: n.Seq, Sum: n.Sum}, err
}
