package appoint

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// What an amendment does.
const (
	Correction = "correction" // of words of the decree; who and which post stay
	Withdrawal = "withdrawal" // of one person, before their post has changed
)

// Amendment is a decree about a decree.
type Amendment struct {
	Year, Number int
	Batch        string
	At           time.Time
	By           string // actor
	AmendmentBody
}

// AmendmentBody is what an amendment says.
type AmendmentBody struct {
	Kind    string  `json:"kind"`
	Of      string  `json:"of"` // the decree that it is about
	Date    day.Day `json:"date"`
	No      int     `json:"no"` // row of that decree
	Post    string  `json:"post"`
	Field   string  `json:"field,omitempty"`
	Was     string  `json:"was,omitempty"`
	Becomes string  `json:"becomes,omitempty"`
	Why     string  `json:"why"`
}

// Decree is the number of the amendment.
func (a *Amendment) Decree() string { return fmt.Sprintf("%d/%d", a.Number, a.Year) }

// MendFields lists the words of a row that can be corrected.
func MendFields() []string { return []string{"name", "title", "from_title", "agency"} }

// Mended is what later decrees made of the words of a row, by field.
type Mended map[string]string

// said is a word of the row as it holds now.
func (p *Proposal) said(field string) string {
	if x, ok := p.Mended[field]; ok {
		return x
	}
	return map[string]string{"name": p.Row.Name, "title": p.Row.Title, "from_title": p.Row.FromTitle, "agency": p.Row.Agency}[field]
}

// AmendInput corrects a decree, or withdraws somebody from it.
type AmendInput struct {
	Batch   string
	Version int
	Kind    string
	Post    string
	Field   string // of a correction: one of MendFields
	Becomes string
	Why     string
}

// Amend gives a decree of its own, with the next number, that names the old one:
// what was signed and published stays as it was. Who appoints somebody else, or to
// another post, withdraws and begins a new batch.
func (s *Service) Amend(ctx context.Context, who actor.Actor, in AmendInput) (Amendment, ledger.Receipt, error) {
	if err := s.allow(who, ActSign, Resource{Type: "batch", ID: in.Batch}); err != nil {
		return Amendment{}, ledger.Receipt{}, err
	}
	var c checker
	c.text("why", in.Why, maxLong)
	c.Add(in.Kind == Correction || in.Kind == Withdrawal, "kind", "appoint.check.one", clip(in.Kind), []string{Correction, Withdrawal})
	if in.Kind == Correction {
		c.Add(slices.Contains(MendFields(), in.Field), "field", "appoint.check.one", clip(in.Field), MendFields())
		c.text("becomes", in.Becomes, maxShort)
	}
	if err := c.Err(); err != nil {
		return Amendment{}, ledger.Receipt{}, err
	}
	var out Amendment
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		b, err := batchByID(ctx, tx, in.Batch)
		if err != nil {
			return ledger.Entry{}, err
		}
		switch {
		case in.Version != b.Version:
			return ledger.Entry{}, &fault.Error{Kind: fault.Conflict, Key: keyMoved, Args: []any{in.Version, b.Version}}
		case b.State != Signed && (b.State != Done || in.Kind != Correction):
			return ledger.Entry{}, fault.New(fault.Conflict, "appoint.state."+b.State)
		}
		if err := s.apart(ctx, tx, who, b.ID); err != nil {
			return ledger.Entry{}, err
		}
		p, err := proposalFor(ctx, tx, b.ID, in.Post)
		if err != nil {
			return ledger.Entry{}, err
		}
		today := day.At(s.Now())
		a := Amendment{Year: today.Time().Year(), Batch: b.ID, By: who.ID, AmendmentBody: AmendmentBody{Kind: in.Kind, Of: b.Decree(), Date: today, No: p.Row.No, Post: p.Post, Why: strings.TrimSpace(in.Why)}}
		n, last, err := lastDecree(ctx, tx, a.Year)
		if err != nil {
			return ledger.Entry{}, err
		}
		if n > 0 && last > today {
			return ledger.Entry{}, fault.New(fault.Conflict, "appoint.sign.order", today, n, last)
		}
		if a.Number, err = takeNumber(ctx, tx, a.Year, today); err != nil {
			return ledger.Entry{}, err
		}
		if in.Kind == Correction {
			a.Field, a.Was, a.Becomes = in.Field, p.said(in.Field), strings.TrimSpace(in.Becomes)
			if a.Was == a.Becomes {
				return ledger.Entry{}, fault.Fields{{Name: "becomes", Key: "appoint.amend.same", Args: []any{clip(a.Was)}}}.Err()
			}
			if p.Mended == nil {
				p.Mended = Mended{}
			}
			p.Mended[in.Field] = a.Becomes
			b.Last = "appoint.last.corrected"
		} else {
			switch {
			case p.Withdrawn != "":
				return ledger.Entry{}, fault.New(fault.Conflict, "appoint.checkin.withdrawn", p.Row.Name, p.Withdrawn)
			case p.InForce:
				return ledger.Entry{}, fault.New(fault.Conflict, "appoint.cancel.late")
			}
			if p.Sworn != day.None {
				b.Sworn--
			}
			p.Withdrawn, p.Sworn, p.Absent = a.Decree(), day.None, ""
			b.Withdrawn++
			if b.InForce > 0 && b.InForce+b.Withdrawn == b.Rows {
				b.State = Done
			}
			b.Last = "appoint.last.withdrawn"
		}
		if err := updateProposal(ctx, tx, b.ID, p); err != nil {
			return ledger.Entry{}, err
		}
		if err := insertAmendment(ctx, tx, &a); err != nil {
			return ledger.Entry{}, err
		}
		if err := updateBatch(ctx, tx, b, who.ID); err != nil {
			return ledger.Entry{}, err
		}
		out = a
		return ledger.Entry{Kind: "merit.appoint.amended", Subject: "batch:" + b.ID, Detail: map[string]any{"decree": a.Decree(), "what": a.AmendmentBody}}, nil
	})
	return out, receipt, err
}

// Amendments of a decree, the first first, for everybody: of a withdrawal or a
// correction the row and the words are as public as the decree.
func (s *Service) Amendments(ctx context.Context, who actor.Actor, batch string) (out []Amendment, err error) {
	if err := s.allow(who, ActPublic, Resource{Type: "batch"}); err != nil {
		return nil, err
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = amendments(ctx, tx, `WHERE batch = $1 ORDER BY at, number`, batch)
		return err
	})
	return out, err
}

// amendmentBy finds the decree that an amendment with a number is about.
func (s *Service) amendmentBy(ctx context.Context, year, number int) (of *Batch, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := amendments(ctx, tx, `WHERE year = $1 AND number = $2`, year, number)
		if err != nil || len(list) == 0 {
			return err
		}
		of, err = batchByID(ctx, tx, list[0].Batch)
		return err
	})
	return of, err
}
