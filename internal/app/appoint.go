package app

import (
	"context"
	"crypto/rand"

	"netral/data"
	"netral/internal/access"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/merit/appoint"
	"netral/internal/merit/roster"
	"netral/internal/store"
)

// conditionsFile says when a decree needs an approval.
const conditionsFile = "appoint/conditions.json"

// appointer makes the service of appointments: what it asks about people and
// posts, the roster answers, and it changes the tenures there. Nobody assesses
// eligibility by rules yet, so each person is appointed by an exception with a
// reason.
func (h *house) appointer() (*appoint.Service, error) {
	conditions, err := appoint.LoadConditions(data.FS, conditionsFile)
	if err != nil {
		return nil, err
	}
	return &appoint.Service{
		Book: h.book, Now: h.day.now, Rand: rand.Reader, Conditions: conditions,
		Allow: func(who actor.Actor, action string, r appoint.Resource) error {
			return h.guard.Check(who, action, access.Resource(r))
		},
		Find: h.roster.Identified, Relatives: roster.KinsOf, Posts: h.chairs, People: h.sitters, Install: h.succeed,
	}, nil
}

func (h *house) chairs(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]appoint.Post, error) {
	all, err := h.roster.Chairs(ctx, tx, ids, on)
	if err != nil {
		return nil, err
	}
	out := make(map[string]appoint.Post, len(all))
	for id, c := range all {
		out[id] = appoint.Post{ID: id, Title: c.Post.Title, Level: string(c.Post.Level), Echelon: c.Post.Echelon, Unit: c.Post.Unit, Agency: c.Agency, Seats: max(c.Post.Seats, 1), Holders: c.Holders}
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

// within says whether a day lies in [from, until).
func within(from, until, on day.Day) bool {
	return (from == day.None || from <= on) && (until == day.None || on < until)
}

func (h *house) succeed(ctx context.Context, tx *store.Tx, who actor.Actor, moves []appoint.Move, decree string, signed, effective day.Day) (appoint.Installed, error) {
	list := make([]roster.Succession, len(moves))
	for i, m := range moves {
		list[i] = roster.Succession(m)
	}
	n, err := h.roster.Succeed(ctx, tx, who, list, decree, signed, effective)
	return appoint.Installed{Seq: n.Seq, Sum: n.Sum}, err
}
