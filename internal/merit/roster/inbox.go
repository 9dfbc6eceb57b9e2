package roster

import (
	"context"
	"errors"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/inbox"
	"netral/internal/store"
	"netral/internal/text"
)

// What waits for somebody in the roster; each is an inbox.Source.

// shownAsks is how many open requests an inbox lists; the page has them all.
const shownAsks = 100

// Waiting are the corrections that were asked for and that who may answer.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) ([]inbox.Item, error) {
	list, err := s.Open(ctx, who, shownAsks)
	if err != nil {
		return nil, err
	}
	out := make([]inbox.Item, 0, len(list))
	for _, a := range list {
		i := inbox.Item{Kind: "roster.inbox.ask", Title: "roster.inbox.ask_title", Args: []any{text.Key("roster.kind." + string(a.Kind))}, Who: a.Name, Href: "/kantor/koreksi#" + askAnchor(a.ID), Due: a.Due}
		out = append(out, i)
	}
	return out, nil
}

// Faulty counts the findings of quality that who can mend, by check, the worst
// first. The counts may be some minutes old: looking at everything anew after
// each change would make the first page of the office slow.
func (s *Service) Faulty(ctx context.Context, who actor.Actor) ([]inbox.Item, error) {
	q, err := s.Quality(ctx, who, QualityInput{old: true})
	if err != nil {
		if errors.Is(err, fault.Denied) || errors.Is(err, fault.NotFound) || errors.Is(err, fault.Busy) {
			return nil, nil
		}
		return nil, err
	}
	can := map[string]bool{}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, s.today())
		if err != nil {
			return err
		}
		for mender, ask := range map[string][2]string{"personnel": {"roster.person.correct", "person"}, "admin": {"roster.unit.correct", "unit"}} {
			r := s.reach(who, ask[0], ask[1], t)
			r.self = ""
			can[mender] = !r.nobody()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []inbox.Item
	for _, t := range q.Tallies {
		if t.Count > 0 && can[t.Mender] {
			out = append(out, inbox.Item{Kind: "roster.inbox.fault", Title: "roster.inbox.fault_title", Args: []any{text.Key("roster.check_name." + t.Check), t.Count}, Href: "/kantor/mutu?periksa=" + t.Check, Count: t.Count})
		}
	}
	return out, nil
}

// answeredFor is how long an answer stays in the inbox of who asked.
const answeredFor = 14 * 24 * time.Hour

// Answered are the answers of the last two weeks to what who asked for.
func (s *Service) Answered(ctx context.Context, who actor.Actor) ([]inbox.Item, error) {
	if who.Person == "" || s.allow(who, "roster.correction.ask", own(who)) != nil {
		return nil, nil
	}
	var out []inbox.Item
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := asksOf(ctx, tx, who.Person)
		out = nil
		for _, a := range all {
			if a.State == AskOpen || tx.Now.Sub(a.Decided) > answeredFor {
				continue
			}
			title := "roster.inbox.done_title"
			if a.State == AskRefused {
				title = "roster.inbox.refused_title"
			}
			out = append(out, inbox.Item{Kind: "roster.inbox.answer", Title: title, Args: []any{text.Key("roster.kind." + string(a.Kind))}, Who: a.Name, Href: "/kantor/saya#koreksi"})
		}
		return err
	})
	return out, err
}

func askAnchor(id string) string { return "permintaan-" + id }
