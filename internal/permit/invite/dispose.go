package invite

import (
	"context"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// DisposeInput decides about an invitation.
type DisposeInput struct {
	Invitation  string
	Version     int
	Verdict     string // Go, Decline
	Instruction string
	People      []string // NIPs or ids of who is assigned; none for who was invited
	Deadline    day.Day  // day.None for the day of the event
	Why         string   // against a warning or a ban
}

func (in *DisposeInput) check(x *Invitation, today day.Day) error {
	var c checker
	c.one("verdict", in.Verdict, []string{Go, Decline})
	c.text("instruction", in.Instruction, maxShort)
	c.optional("why", in.Why, maxShort)
	c.Add(len(in.People) <= maxPeople, "people", "invite.check.many", len(in.People), maxPeople)
	c.Add(in.Deadline >= today && in.Deadline <= x.Day+30, "deadline", "invite.dispose.deadline", in.Deadline, today, x.Day+30)
	return c.Err()
}

// keyTwice is the key of a disposition that came second.
const keyTwice = "invite.dispose.twice"

// disposed is what the record says of a disposition.
type disposed struct {
	ID         string `json:"id"`
	Invitation string `json:"invitation"`
	Version    int    `json:"version"`
	Verdict    string `json:"verdict"`
	People     int    `json:"people"`
	Office     string `json:"office"`
	Capacity   string `json:"capacity"`
	Outcome    string `json:"outcome"`
	Against    bool   `json:"against_vetting"`
}

// Dispose decides about an invitation: who goes, or that nobody does. The vetting
// is done anew before, since the calendar, the book or the register may have
// changed. Whoever comes second is refused with the disposition that stands.
func (s *Service) Dispose(ctx context.Context, who actor.Actor, in DisposeInput) (Disposition, ledger.Receipt, error) {
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Disposition{}, ledger.Receipt{}, err
	}
	var out Disposition
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		x, o, err := s.decidable(ctx, tx, who, in.Invitation)
		if err != nil {
			return ledger.Entry{}, err
		}
		today := s.today()
		hand, err := s.decider(ctx, tx, who, x, o, today)
		if err != nil {
			return ledger.Entry{}, err
		}
		had, err := dispositions(ctx, tx, x.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		switch now := live(had); {
		case now != nil:
			return ledger.Entry{}, fault.New(fault.Conflict, keyTwice, now.Hand.Name, clockTime(now.At), verdictWord(now.Verdict))
		case x.State != Entered:
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.state."+x.State)
		case in.Version != x.Version:
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.moved", in.Version, x.Version)
		case x.Day < today:
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.dispose.gone", x.Day, today)
		}
		if in.Deadline == day.None {
			in.Deadline = x.Day
		}
		if err := in.check(x, today); err != nil {
			return ledger.Entry{}, err
		}
		if x.Vetting, err = s.vet(ctx, tx, x, o); err != nil {
			return ledger.Entry{}, err
		}
		d := Disposition{ID: id, Invitation: x.ID, State: "live", Person: who.Person, Decision: Decision{Verdict: in.Verdict, Instruction: strings.TrimSpace(in.Instruction), Deadline: in.Deadline, Why: strings.TrimSpace(in.Why), Hand: hand, Actor: who.ID, Read: map[string]time.Time{}}}
		if d.People, err = s.assigned(ctx, tx, x, in, today); err != nil {
			return ledger.Entry{}, err
		}
		against := in.Verdict == Go && warned(x.Vetting.Outcome)
		if against && d.Why == "" {
			return ledger.Entry{}, fault.Fields{{Name: "why", Key: "invite.dispose.why", Args: []any{outcomeWord(x.Vetting.Outcome)}}}.Err()
		}
		if err := insertDisposition(ctx, tx, &d); err != nil {
			return ledger.Entry{}, err
		}
		x.State, x.Last, x.Assigned = Disposed, "invite.last.disposed", d.People
		if err := updateInvitation(ctx, tx, x); err != nil {
			return ledger.Entry{}, err
		}
		out = d
		return ledger.Entry{Kind: "permit.invite.disposed", Subject: "invitation:" + x.ID, Detail: disposed{d.ID, x.ID, x.Version, d.Verdict, len(d.People), hand.Unit.ID, hand.Kind, x.Vetting.Outcome, against}}, nil
	})
	return out, receipt, err
}

// verdictWord is the word for a decision, in both languages.
func verdictWord(v string) Said {
	if v == Go {
		return Said{"ditugaskan hadir", "assigned to go"}
	}
	return Said{"tidak dihadiri", "not attended"}
}

func outcomeWord(o string) Said {
	switch o {
	case "prohibited":
		return Said{"dilarang", "prohibited"}
	case "caution":
		return Said{"hati-hati", "caution"}
	case "conditional":
		return Said{"boleh dengan syarat", "allowed on conditions"}
	case "allowed":
		return Said{"boleh", "allowed"}
	}
	return Said{"belum dapat diputuskan", "undecided"}
}

// decidable is an invitation that somebody may decide about as far as roles go.
func (s *Service) decidable(ctx context.Context, tx *store.Tx, who actor.Actor, id string) (*Invitation, *Organiser, error) {
	x, err := s.readable(ctx, tx, who, id)
	if err != nil {
		return nil, nil, err
	}
	if err := s.mayDispose(ctx, tx, who, x); err != nil {
		return nil, nil, err
	}
	o, err := organiserByID(ctx, tx, x.Organiser)
	return x, o, err
}

// mayDispose asks the policies; who was lent the power may without the role.
func (s *Service) mayDispose(ctx context.Context, tx *store.Tx, who actor.Actor, x *Invitation) error {
	r, err := s.resource(ctx, tx, who, x)
	if err != nil {
		return err
	}
	return s.allow(who, ActDispose, r)
}

// lentTo reports that somebody was lent the power of some office today.
func (s *Service) lentTo(ctx context.Context, tx *store.Tx, who actor.Actor) (bool, error) {
	if who.Person == "" {
		return false, nil
	}
	list, err := delegations(ctx, tx, `WHERE person = $1 AND from_day <= $2 AND until_day >= $2 ORDER BY at`, who.Person, s.today().String())
	return len(list) > 0, err
}

// assigned are the people who go.
func (s *Service) assigned(ctx context.Context, tx *store.Tx, x *Invitation, in DisposeInput, today day.Day) ([]string, error) {
	if in.Verdict == Decline || len(in.People) == 0 {
		return x.Invited, nil
	}
	ids, err := s.many(ctx, tx, "people", in.People)
	if err != nil {
		return nil, err
	}
	people, err := s.People(ctx, tx, ids, today)
	if err != nil {
		return nil, err
	}
	var f fault.Fields
	for _, id := range ids {
		f.Add(people[id].Serving, "people", "invite.enter.gone", people[id].Name, today)
	}
	return ids, f.Err()
}

// TakeBack withdraws a disposition that nobody whom it is addressed to has read.
func (s *Service) TakeBack(ctx context.Context, who actor.Actor, invitation, why string) (Invitation, ledger.Receipt, error) {
	var c checker
	c.text("why", why, maxShort)
	if err := c.Err(); err != nil {
		return Invitation{}, ledger.Receipt{}, err
	}
	return s.turn(ctx, who, invitation, "invite.last.taken", "permit.invite.taken_back", func(ctx context.Context, tx *store.Tx, x *Invitation, d *Disposition) error {
		if d.Person != who.Person {
			return fault.New(fault.Denied, "invite.take.other", d.Hand.Name)
		}
		if x.State != Disposed {
			return fault.New(fault.Conflict, "invite.take.lettered")
		}
		if len(d.Read) > 0 {
			return fault.New(fault.Conflict, "invite.take.read", len(d.Read), len(d.People))
		}
		d.State, d.Undone = "withdrawn", strings.TrimSpace(why)
		x.State, x.Assigned = Entered, nil
		return nil
	})
}

// MarkRead says that somebody who is addressed has read the disposition.
func (s *Service) MarkRead(ctx context.Context, who actor.Actor, invitation string) (Invitation, ledger.Receipt, error) {
	return s.turn(ctx, who, invitation, "invite.last.read", "permit.invite.read", func(_ context.Context, tx *store.Tx, x *Invitation, d *Disposition) error {
		if err := s.allow(who, ActReturn, Resource{Type: "invitation", ID: x.ID, Attrs: map[string]any{"parties": d.People}}); err != nil {
			return err
		}
		if who.Person == "" || !slices.Contains(d.People, who.Person) {
			return fault.New(fault.Denied, "invite.read.other")
		}
		if _, done := d.Read[who.Person]; done {
			return fault.New(fault.Conflict, "invite.read.twice", clockTime(d.Read[who.Person]))
		}
		if d.Read == nil {
			d.Read = map[string]time.Time{}
		}
		d.Read[who.Person] = tx.Now
		return nil
	})
}

// turn changes the live disposition of an invitation.
func (s *Service) turn(ctx context.Context, who actor.Actor, invitation, last, kind string, f func(context.Context, *store.Tx, *Invitation, *Disposition) error) (Invitation, ledger.Receipt, error) {
	var out Invitation
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		x, err := s.readable(ctx, tx, who, invitation)
		if err != nil {
			return ledger.Entry{}, err
		}
		list, err := dispositions(ctx, tx, x.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		d := live(list)
		if d == nil {
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.dispose.none")
		}
		if err := f(ctx, tx, x, d); err != nil {
			return ledger.Entry{}, err
		}
		if err := updateDisposition(ctx, tx, d); err != nil {
			return ledger.Entry{}, err
		}
		x.Last = last
		err = updateInvitation(ctx, tx, x)
		out = *x
		return ledger.Entry{Kind: kind, Subject: "invitation:" + x.ID, Detail: changed{x.ID, x.Version, d.ID}}, err
	})
	return out, receipt, err
}
