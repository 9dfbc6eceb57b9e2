package appoint

import (
	"context"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// What is done with many people of a batch at once.

// Advise writes down that the assessors advise against somebody, with the reason;
// an empty reason takes it back. The minutes stand as they are: what they say of
// each is copied here so that the signature sees it.
func (s *Service) Advise(ctx context.Context, who actor.Actor, batch string, version int, posts []string, why string) (Batch, ledger.Receipt, error) {
	var c checker
	c.optional("why", why, maxLong)
	c.some(posts)
	if err := c.Err(); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActPrepare, batch, version, []string{Draft}, "appoint.last.advised", "merit.appoint.advised", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		if b.Minutes == nil {
			return nil, fault.New(fault.Conflict, "appoint.need.minutes")
		}
		for _, post := range posts {
			p, err := proposalFor(ctx, tx, b.ID, post)
			if err != nil {
				return nil, err
			}
			// An exception is from the advice that its author read.
			if p.Against = strings.TrimSpace(why); p.Verdict.Answer == Yes {
				p.Exception = ""
			}
			if err := updateProposal(ctx, tx, b.ID, p); err != nil {
				return nil, err
			}
		}
		names, err := listed(posts, posts)
		return map[string]any{"posts": names, "against": strings.TrimSpace(why)}, err
	})
}

// Roll is what calling the roll wrote down.
type Roll struct {
	Done  int // people
	Again int // of whom it was written down before
}

// CheckInMany writes down that several are here, as CheckIn does for one; those
// who were checked in before stay as they are. It needs no version.
func (s *Service) CheckInMany(ctx context.Context, who actor.Actor, batch string, posts []string) (Roll, error) {
	return s.roll(ctx, who, batch, posts, "merit.appoint.rollcalled", nil, func(tx *store.Tx, p *Proposal) bool {
		if !p.Arrived.IsZero() {
			return false
		}
		p.Arrived, p.Absent = tx.Now, ""
		return true
	})
}

// AbsentMany writes down why several are not here. Who was checked in is refused.
func (s *Service) AbsentMany(ctx context.Context, who actor.Actor, batch string, posts []string, why string) (Roll, error) {
	var c checker
	c.text("why", why, maxLong)
	if err := c.Err(); err != nil {
		return Roll{}, err
	}
	why = strings.TrimSpace(why)
	return s.roll(ctx, who, batch, posts, "merit.appoint.absent", map[string]any{"why": why}, func(_ *store.Tx, p *Proposal) bool {
		if p.Absent == why {
			return false
		}
		p.Absent = why
		return true
	})
}

func (s *Service) roll(ctx context.Context, who actor.Actor, batch string, posts []string, kind string, detail map[string]any, mark func(*store.Tx, *Proposal) bool) (Roll, error) {
	if err := s.allow(who, ActOath, Resource{Type: "batch", ID: batch}); err != nil {
		return Roll{}, err
	}
	var c checker
	c.some(posts)
	if err := c.Err(); err != nil {
		return Roll{}, err
	}
	var out Roll
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		out = Roll{}
		b, err := batchByID(ctx, tx, batch)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := s.ceremonial(b); err != nil {
			return ledger.Entry{}, err
		}
		var done []string
		var f fault.Fields
		for _, post := range posts {
			p, err := proposalFor(ctx, tx, b.ID, post)
			if err != nil {
				return ledger.Entry{}, err
			}
			if kind == "merit.appoint.absent" && !p.Arrived.IsZero() {
				f.Add(len(f) >= maxTold, "posts", "appoint.oath.both", p.Row.Name)
				continue
			}
			if p.Withdrawn != "" {
				return ledger.Entry{}, fault.New(fault.Conflict, "appoint.checkin.withdrawn", p.Row.Name, p.Withdrawn)
			}
			if p.Sworn != day.None || !mark(tx, p) {
				out.Again++
				continue
			}
			if err := updateProposal(ctx, tx, b.ID, p); err != nil {
				return ledger.Entry{}, err
			}
			done = append(done, post)
		}
		if err := f.Err(); err != nil {
			return ledger.Entry{}, err
		}
		if out.Done = len(done); out.Done == 0 {
			return ledger.Entry{}, errAgain
		}
		slices.Sort(done)
		names, err := listed(done, done)
		if err != nil {
			return ledger.Entry{}, err
		}
		what := map[string]any{"batch": b.ID, "posts": names}
		for k, v := range detail {
			what[k] = v
		}
		return ledger.Entry{Kind: kind, Subject: "batch:" + b.ID, Detail: what}, nil
	})
	return out, again(err)
}

// ceremonial refuses a batch of which it is not the day of the oath yet, or not
// any more.
func (s *Service) ceremonial(b *Batch) error {
	if b.State != Signed {
		return fault.New(fault.Conflict, "appoint.state."+b.State)
	}
	if today := day.At(s.Now()); today < b.OathDay {
		return fault.New(fault.Conflict, "appoint.oath.early", b.OathDay, today)
	}
	return nil
}
