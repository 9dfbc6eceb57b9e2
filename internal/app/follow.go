package app

import (
	"context"
	"time"

	"netral/internal/advise/ask"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/rule"
	"netral/internal/text"
)

// followEvery is how often a server looks whether another process put a new
// edition in force.
const followEvery = 5 * time.Second

// follow keeps the basis of answers at what the record says is in force. Stop
// ends it and waits for it.
func (h *house) follow(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(followEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := h.refresh(ctx); err != nil && ctx.Err() == nil {
					h.log.Error("looking for new editions", "err", err)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (h *house) refresh(ctx context.Context) error {
	e, err := h.calendar.Current(ctx)
	if err != nil {
		return err
	}
	now := h.basis.Load()
	if e.SHA256 != now.Calendar.SHA256 {
		h.renew(nil, e)
		h.log.Info("a new edition of the calendar is in force", "edition", e.ID)
	}
	b, err := h.ask.Current(ctx, now.Rules, h.know.book)
	if err != nil || b == nil {
		return err
	}
	if b.SHA256 != now.Rules.SHA256 {
		h.renew(b, nil)
		h.log.Info("a new edition of the rules is in force", "edition", b.Edition)
	}
	return nil
}

// flips tells the calendar which everyday answers become others on a day.
func (h *house) flips(_ context.Context, e *calendar.Edition, on day.Day) ([]calendar.Flip, error) {
	b := *h.basis.Load()
	b.Timeline = e.Timeline()
	turns, err := b.Turns(on)
	if err != nil {
		return nil, err
	}
	out := make([]calendar.Flip, len(turns))
	for i, t := range turns {
		key := "ask.row." + t.Key
		out[i] = calendar.Flip{
			Situation: rule.Text{ID: h.cat.T(text.ID, key), EN: h.cat.T(text.EN, key)},
			Contest:   t.Contest, Before: t.Before.Outcome, After: t.After.Outcome, Rules: ruleIDs(t.After),
			BeforeWhy: listOf(b.Rules, t.Before), AfterWhy: listOf(b.Rules, t.After),
		}
	}
	return out, nil
}

// listOf is the title of the list whose rule decides first.
func listOf(b *rule.Book, c ask.Cell) rule.Text {
	if len(c.Rules) == 0 {
		return rule.Text{}
	}
	return b.List(c.Rules[0].List)
}

func ruleIDs(c ask.Cell) []string {
	out := make([]string, len(c.Rules))
	for i, r := range c.Rules {
		out[i] = r.ID
	}
	return out
}
