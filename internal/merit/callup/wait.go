package callup

import (
	"context"
	"slices"
	"time"

	"netral/internal/actor"
	"netral/internal/store"
)

// Wait is something that waits for somebody.
type Wait struct {
	Kind  string // key of what it is
	Title string // key of what is to be done, with Args
	Args  []any
	Who   string // whom it is about
	Href  string
	Due   time.Time // zero when there is no hurry
}

// Waiting says what of call-ups waits for somebody: their own summons and results,
// the panels on which they have not scored, and for the office what is late or ready.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (out []Wait, err error) {
	if !who.Known() {
		return nil, nil
	}
	desk := s.allow(who, ActRead, Resource{Type: "programme"}) == nil
	if who.Person == "" && !desk {
		return nil, nil
	}
	now := s.Now()
	add := func(c *Call, title string, due time.Time) {
		out = append(out, Wait{"callup.wait.kind", title, []any{c.Title}, c.Name, callAddress(c.ID), due})
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		calls, err := callsOf(ctx, tx, `WHERE c.state IN ('called', 'acknowledged', 'open', 'scored', 'told') ORDER BY c.due, c.id`)
		if err != nil {
			return err
		}
		for i := range calls {
			c := &calls[i]
			switch {
			case who.Person != "" && c.Person == who.Person:
				if s.allow(who, ActAnswer, c.resource()) == nil {
					s.own(c, add)
				}
				continue
			case c.State == Open && slices.ContainsFunc(c.Panel, func(m Member) bool { return who.Person != "" && m.Person == who.Person }):
				sheets, err := sheetsOf(ctx, tx, c.ID)
				if err != nil {
					return err
				}
				if !slices.ContainsFunc(sheets, func(x Sheet) bool { return x.Member == who.Person }) && s.allow(who, ActScore, c.resource()) == nil {
					add(c, "callup.wait.score", c.OpenedAt.Add(scoreTime))
				}
				continue
			}
			if s.allow(who, ActPanel, c.resource()) != nil {
				continue
			}
			switch {
			case len(c.Panel) == 0 && (c.State == Called || c.State == Acknowledged):
				add(c, "callup.wait.panel", c.Due)
			case (c.State == Called || c.State == Acknowledged) && now.After(c.Due):
				add(c, "callup.wait.open", c.Due)
			case (c.State == Scored || c.State == Told) && !now.Before(fileFrom(c)):
				add(c, "callup.wait.file", time.Time{})
			}
		}
		if !desk {
			return nil
		}
		rounds, err := roundsOf(ctx, tx, `WHERE state = 'sealed' ORDER BY announced_at`)
		for i := range rounds {
			if r := &rounds[i]; r.Late(now) {
				out = append(out, Wait{"callup.wait.round", "callup.wait.random", []any{r.Rules.Title}, "", workAddress(r.ID), r.Announced.Add(time.Duration(r.Rules.LateHours) * time.Hour)})
			}
		}
		return err
	})
	return out, err
}

// own is what a call wants of the person it is about.
func (s *Service) own(c *Call, add func(*Call, string, time.Time)) {
	switch {
	case c.State == Called:
		add(c, "callup.wait.answer", c.Due)
	case c.State == Scored:
		add(c, "callup.wait.read", time.Time{})
	case c.State == Told && c.Reply == "":
		add(c, "callup.wait.reply", fileFrom(c))
	}
}
