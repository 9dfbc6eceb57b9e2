package appoint

import (
	"context"
	"errors"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Arrival is somebody who was checked in.
type Arrival struct {
	Batch string
	Name  string
	Title string
	No    int // in the decree
	Seat  int
	Again bool // they were checked in before; nothing was written
}

// CheckIn writes down that whoever has the code of an extract is here. Each is a
// change of its own, durable before it is answered, and needs no version: two
// desks may check people in at the same time.
func (s *Service) CheckIn(ctx context.Context, who actor.Actor, batch, code string) (Arrival, error) {
	if err := s.allow(who, ActOath, Resource{Type: "batch", ID: batch}); err != nil {
		return Arrival{}, err
	}
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	var out Arrival
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		b, err := batchByID(ctx, tx, batch)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := s.ceremonial(b); err != nil {
			return ledger.Entry{}, err
		}
		list, err := proposalBy(ctx, tx, "code", b.ID, code)
		if err != nil {
			return ledger.Entry{}, err
		}
		if len(list) == 0 {
			return ledger.Entry{}, fault.Fields{{Name: "code", Key: "appoint.checkin.code", Args: []any{clip(code)}}}.Err()
		}
		p := &list[0]
		out = Arrival{Batch: b.ID, Name: p.Row.Name, Title: p.Row.Title, No: p.Row.No, Seat: p.seat()}
		if p.Withdrawn != "" {
			return ledger.Entry{}, fault.New(fault.Conflict, "appoint.checkin.withdrawn", p.Row.Name, p.Withdrawn)
		}
		if !p.Arrived.IsZero() {
			out.Again = true
			return ledger.Entry{}, errAgain
		}
		p.Arrived, p.Absent = tx.Now, ""
		return ledger.Entry{Kind: "merit.appoint.arrived", Subject: "batch:" + b.ID, Detail: map[string]any{"batch": b.ID, "post": p.Post, "person": p.Person}}, updateProposal(ctx, tx, b.ID, p)
	})
	if errors.Is(err, errAgain) {
		err = nil
	}
	return out, err
}

// errAgain ends a write that would change nothing.
var errAgain = fault.New(fault.Conflict, "appoint.checkin.again")

// OathInput records the oath.
type OathInput struct {
	Batch     string
	Version   int
	Witnesses []string // two, name and post
	Officiant string   // who took it; "" for the one of the batch
	Absent    []Absence
}

// Absence is somebody who did not come, and why.
type Absence struct {
	Post string
	Why  string
}

// Oath records that those who were checked in took the oath. Everybody else must
// be named as absent, with the reason; they may take it on a later day.
func (s *Service) Oath(ctx context.Context, who actor.Actor, in OathInput) (Batch, ledger.Receipt, error) {
	var c checker
	var witnesses []string
	for _, w := range in.Witnesses {
		if w = strings.TrimSpace(w); w != "" {
			c.text("witnesses", w, maxShort)
			witnesses = append(witnesses, w)
		}
	}
	c.Add(len(witnesses) == 2 && witnesses[0] != witnesses[1], "witnesses", "appoint.oath.witnesses", len(witnesses))
	c.optional("officiant", in.Officiant, maxShort)
	why := map[string]string{}
	for _, a := range in.Absent {
		c.text("absent", a.Why, maxLong)
		why[a.Post] = strings.TrimSpace(a.Why)
	}
	if err := c.Err(); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActOath, in.Batch, in.Version, []string{Signed}, "appoint.last.sworn", "merit.appoint.sworn", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		today := day.At(s.Now())
		if today < b.OathDay {
			return nil, fault.New(fault.Conflict, "appoint.oath.early", b.OathDay, today)
		}
		list, err := proposalsOf(ctx, tx, b.ID)
		if err != nil {
			return nil, err
		}
		var f fault.Fields
		sworn, absent := 0, 0
		for i := range list {
			p := &list[i]
			reason, away := why[p.Post]
			delete(why, p.Post)
			switch {
			case p.Sworn != day.None, p.Withdrawn != "":
				continue
			case away && !p.Arrived.IsZero():
				f.Add(false, "absent", "appoint.oath.both", p.Row.Name)
				continue
			case away:
				p.Absent = reason
				absent++
			case p.Arrived.IsZero() && p.Absent != "": // absent before, with the reason of then
				absent++
				continue
			case p.Arrived.IsZero():
				f.Add(len(f) >= maxTold, "absent", "appoint.oath.missing", p.Row.No, p.Row.Name)
				continue
			default:
				p.Sworn = today
				sworn++
			}
			if err := updateProposal(ctx, tx, b.ID, p); err != nil {
				return nil, err
			}
		}
		for post := range why {
			f.Add(false, "absent", "appoint.oath.unknown", clip(post))
		}
		f.Add(sworn > 0 || len(f) > 0, "absent", "appoint.oath.nobody")
		if err := f.Err(); err != nil {
			return nil, err
		}
		b.Witnesses, b.Oath = witnesses, today
		b.Sworn += sworn
		if in.Officiant != "" {
			b.Officiant = strings.TrimSpace(in.Officiant)
		}
		return map[string]any{"sworn": sworn, "absent": absent, "witnesses": witnesses, "officiant": b.Officiant}, nil
	})
}

// Effect changes the tenures of all who took the oath, in one act: the old ones
// end on the effective date, the new ones begin. Who has not taken it keeps their
// post; where somebody else was to follow them there, nothing changes at all.
func (s *Service) Effect(ctx context.Context, who actor.Actor, batch string, version int) (Batch, ledger.Receipt, error) {
	return s.change(ctx, who, ActEffect, batch, version, []string{Signed}, "appoint.last.effected", "merit.appoint.effected", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		if today := day.At(s.Now()); today < b.Effective {
			return nil, fault.New(fault.Conflict, "appoint.effect.early", b.Effective, today)
		}
		list, err := proposalsOf(ctx, tx, b.ID)
		if err != nil {
			return nil, err
		}
		var going []Proposal
		rest := 0
		for i := range list {
			if list[i].Withdrawn != "" {
				continue
			}
			if list[i].Sworn != day.None && !list[i].InForce {
				going = append(going, list[i])
			} else if list[i].Sworn == day.None {
				rest++
			}
		}
		if len(going) == 0 {
			return nil, fault.New(fault.Conflict, "appoint.effect.nobody")
		}
		w, err := s.look(ctx, tx, b, going)
		if err != nil {
			return nil, err
		}
		var f fault.Fields
		moves := make([]Move, len(going))
		for i := range going {
			p := &going[i]
			if key, args := w.seat(p.Post); key != "" && len(f) < maxTold {
				f = append(f, fault.Field{Name: p.Post, Key: key, Args: args})
			}
			now := w.people[p.Person]
			if now.Post != p.Row.From || !now.Serving {
				f.Add(len(f) >= maxTold, p.Post, "appoint.effect.changed", p.Row.Name, p.Row.FromTitle, w.title(now.Post))
			}
			moves[i] = Move{Person: p.Person, Post: p.Post, From: p.Row.From}
		}
		if len(f) > 0 {
			return nil, &fault.Error{Kind: fault.Conflict, Key: "appoint.effect.stands", Args: []any{len(f)}, Fields: f}
		}
		done, err := s.Install(ctx, tx, who, moves, b.Decree(), b.Signed, b.Effective)
		if err != nil {
			return nil, err
		}
		for i := range going {
			going[i].InForce = true
			if err := updateProposal(ctx, tx, b.ID, &going[i]); err != nil {
				return nil, err
			}
		}
		if err := s.begin(ctx, tx, b, going); err != nil {
			return nil, err
		}
		b.InForce += len(going)
		if rest == 0 {
			b.State = Done
		}
		return map[string]any{"moves": len(moves), "left": rest, "roster": done, "effective": b.Effective}, nil
	})
}
