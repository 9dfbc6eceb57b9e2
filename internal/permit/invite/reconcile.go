package invite

import (
	"context"
	"slices"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// ReconcileInput enters a letter that was written while the system was down.
type ReconcileInput struct {
	Reserve string
	Number  int
	Day     day.Day  // of the letter
	Signer  string   // NIP or id
	People  []string // who was assigned
	Task    string
	How     string // paper, file
	// Invitation is the one that was entered before the outage; "" to enter Event.
	Invitation string
	Event      EnterInput
}

// Reconcile enters a letter that was written from a reserve. Its invitation is
// entered and vetted with it, after the fact: what the vetting warns of is shown,
// and the letter stands, since it was given out.
func (s *Service) Reconcile(ctx context.Context, who actor.Actor, in ReconcileInput) (Letter, ledger.Receipt, error) {
	var ids [3]string
	for i := range ids {
		var err error
		if ids[i], err = s.ids.ID(s.Rand, s.Now()); err != nil {
			return Letter{}, ledger.Receipt{}, err
		}
	}
	var out Letter
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		r, n, err := s.reserved(ctx, tx, who, in.Reserve, in.Number)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := in.check(r, s.today()); err != nil {
			return ledger.Entry{}, err
		}
		hand, err := s.signer(ctx, tx, r, in)
		if err != nil {
			return ledger.Entry{}, err
		}
		x, d, err := s.told(ctx, tx, who, in, hand, ids)
		if err != nil {
			return ledger.Entry{}, err
		}
		o, err := organiserByID(ctx, tx, x.Organiser)
		if err != nil {
			return ledger.Entry{}, err
		}
		l := Letter{ID: n.Code, Invitation: x.ID, Day: in.Day}
		if err := s.write(ctx, tx, &l, x, o, d, hand, in.Task); err != nil {
			return ledger.Entry{}, err
		}
		l.Offline = in.How
		if err := s.issue(ctx, tx, &l, n.Number); err != nil {
			return ledger.Entry{}, err
		}
		n.State, n.Letter = Used, l.ID
		if err := updateNumber(ctx, tx, *n); err != nil {
			return ledger.Entry{}, err
		}
		out = l
		return l.entry(r.ID), nil
	})
	return out, receipt, err
}

// told is the invitation that a letter of an outage was written for, and its
// disposition: both from before the outage, or entered now.
func (s *Service) told(ctx context.Context, tx *store.Tx, who actor.Actor, in ReconcileInput, hand Hand, ids [3]string) (*Invitation, *Disposition, error) {
	x := &Invitation{ID: ids[0], By: who.ID, Papers: Papers{Person: who.Person}}
	var d *Disposition
	if in.Invitation != "" {
		had, err := s.readable(ctx, tx, who, in.Invitation)
		if err != nil {
			return nil, nil, err
		}
		if had.State != Entered && had.State != Disposed {
			return nil, nil, fault.New(fault.Conflict, "invite.state."+had.State)
		}
		x = had
		list, err := dispositions(ctx, tx, x.ID)
		if err != nil {
			return nil, nil, err
		}
		if d = live(list); d != nil && d.Verdict != Go {
			return nil, nil, fault.New(fault.Conflict, "invite.reserve.declined", d.Hand.Name)
		}
	} else {
		in.Event.Invited = in.People
		if err := s.take(ctx, tx, who, x, in.Event, ids[1]); err != nil {
			return nil, nil, err
		}
	}
	x.Last, x.Offline = "invite.last.reconciled", true
	people, err := s.many(ctx, tx, "invited", in.People)
	if err != nil {
		return nil, nil, err
	}
	if slices.Contains(people, hand.Person) {
		return nil, nil, fault.Fields{{Name: "signer", Key: "invite.power.self", Args: []any{Said{"pejabat di atasnya", "the official above"}}}}.Err()
	}
	x.State, x.Assigned = Lettered, people
	if x.Version == 0 {
		err = insertInvitation(ctx, tx, x, x.same())
	} else {
		err = updateInvitation(ctx, tx, x)
	}
	if err != nil {
		return nil, nil, err
	}
	if d == nil {
		d = &Disposition{ID: ids[2], Invitation: x.ID, State: "live", Person: hand.Person, Decision: Decision{Verdict: Go, Instruction: in.Task, Deadline: x.Day, Hand: hand, Actor: who.ID, Read: map[string]time.Time{}}}
		if err := insertDisposition(ctx, tx, d); err != nil {
			return nil, nil, err
		}
	}
	if d.People = people; len(people) > 0 {
		err = updateDisposition(ctx, tx, d)
	}
	return x, d, err
}

// Hows lists how a letter was written while the system was down.
func Hows() []string { return []string{"paper", "file"} }

func (in *ReconcileInput) check(r *Reserve, today day.Day) error {
	var c checker
	c.one("how", in.How, Hows())
	c.text("task", in.Task, maxShort)
	c.Add(len(in.People) > 0, "invited", "invite.check.empty")
	c.Add(in.Day >= r.Day && in.Day <= today && in.Day.Time().Year() == r.Year, "letter-day", "invite.reserve.day", in.Day, r.Day, min(today, day.Of(r.Year, 12, 31)))
	if in.Invitation == "" {
		// The event may be over: the letter was written for it, so the paper's own day
		// counts as today.
		c.Fields = append(c.Fields, fieldsOf(in.Event.check(in.Day))...)
	}
	return c.Err()
}

func fieldsOf(err error) fault.Fields {
	if f := fault.Of(err); f != nil {
		return f.Fields
	}
	return nil
}

// signer is in which capacity somebody signed a letter on its day.
func (s *Service) signer(ctx context.Context, tx *store.Tx, r *Reserve, in ReconcileInput) (Hand, error) {
	id, err := s.one(ctx, tx, "signer", in.Signer)
	if err != nil {
		return Hand{}, err
	}
	seats, err := s.Seats(ctx, tx, r.Office, []string{r.Unit.Kind}, in.Day)
	if err != nil {
		return Hand{}, err
	}
	for _, st := range seats {
		if st.Unit.ID == r.Office {
			return s.hand(ctx, tx, id, st, in.Day)
		}
	}
	return Hand{}, fault.New(fault.NotFound, "invite.office.none", r.Office)
}
