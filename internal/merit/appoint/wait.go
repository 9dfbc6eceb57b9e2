package appoint

import (
	"context"
	"net/url"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/store"
)

// Wait is something that waits for somebody.
type Wait struct {
	Title string // key of what is to be done, with Args
	Args  []any
	Who   string // whom it is about
	Href  string
	Due   time.Time // zero when there is no hurry
}

// Waiting says what of appointments waits for somebody: their own oath, with the
// code to check in with; for the office, oaths and changes of posts whose day has
// come, and drafts whose day has passed.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (out []Wait, err error) {
	if !who.Known() {
		return nil, nil
	}
	res := Resource{Type: "batch"}
	oath, effect, prepare := s.allow(who, ActOath, res) == nil, s.allow(who, ActEffect, res) == nil, s.allow(who, ActPrepare, res) == nil
	today := day.At(s.Now())
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		open, err := batches(ctx, tx, `WHERE state IN ('draft', 'signed') ORDER BY effective, id`)
		if err != nil {
			return err
		}
		for i := range open {
			b := &open[i]
			at := batchAddress(b.ID)
			if b.State == Draft {
				if prepare && b.Effective < today {
					out = append(out, Wait{"appoint.wait.draft", []any{b.Title}, "", at, (b.Effective + 1).Start()})
				}
				continue
			}
			if who.Person != "" && s.allow(who, ActExtract, Resource{Type: "batch", ID: b.ID, Attrs: map[string]any{"person": who.Person}}) == nil {
				mine, err := proposalBy(ctx, tx, "person", b.ID, who.Person)
				if err != nil {
					return err
				}
				if len(mine) == 1 && mine[0].Sworn == day.None {
					out = append(out, Wait{"appoint.wait.mine", []any{mine[0].Row.Title, b.OathDay}, mine[0].Row.Name, at + "/petikan/" + url.PathEscape(mine[0].Post), (b.OathDay + 1).Start()})
				}
			}
			switch {
			case oath && b.Sworn < b.Rows && b.OathDay <= today:
				out = append(out, Wait{"appoint.wait.oath", []any{b.Title, b.Rows - b.Sworn}, "", at, (b.OathDay + 1).Start()})
			case effect && b.InForce < b.Sworn && b.Effective <= today:
				out = append(out, Wait{"appoint.wait.effect", []any{b.Title, b.Sworn - b.InForce}, "", at, (b.Effective + 1).Start()})
			}
		}
		return nil
	})
	return out, err
}
