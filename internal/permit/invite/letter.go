package invite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// SignInput signs the letter that a disposition asks for.
type SignInput struct {
	Invitation string
	Version    int
	Task       string // what those who go may speak on or do; "" for what the role says
	Replace    bool   // the letter that is valid is replaced by this one
}

// KindSigned is the kind of the entry of a signature.
const KindSigned = "permit.invite.signed"

// signed is what the record says of a signature: the sum of what the letter says.
type signed struct {
	Letter     string  `json:"letter"`
	Kind       string  `json:"kind"`
	No         string  `json:"no"`
	Office     string  `json:"office"`
	Year       int     `json:"year"`
	Number     int     `json:"number"`
	Day        day.Day `json:"day"`
	Invitation string  `json:"invitation"`
	Capacity   string  `json:"capacity"`
	Sum        string  `json:"sha256"`
	Replaces   string  `json:"replaces,omitempty"`
	Reserve    string  `json:"reserve,omitempty"`
}

func (l *Letter) entry(reserve string) ledger.Entry {
	return ledger.Entry{Kind: KindSigned, Subject: "letter:" + l.ID, Detail: signed{l.ID, l.Kind, l.No, l.Office, l.Year, l.Number, l.Day, l.Invitation, l.Hand.Kind, l.Sum, l.Replaces, reserve}}
}

// sumOf is the SHA-256 of what a letter says, as it is stored.
func sumOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// Sign signs the letter of a disposition and gives it its number.
func (s *Service) Sign(ctx context.Context, who actor.Actor, in SignInput) (Letter, ledger.Receipt, error) {
	var c checker
	c.optional("task", in.Task, maxShort)
	if err := c.Err(); err != nil {
		return Letter{}, ledger.Receipt{}, err
	}
	code, err := s.ids.Text(s.Rand, 10)
	if err != nil {
		return Letter{}, ledger.Receipt{}, err
	}
	var out Letter
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
		list, err := dispositions(ctx, tx, x.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		d := live(list)
		switch {
		case d == nil:
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.dispose.none")
		case x.State != Disposed && (x.State != Lettered || !in.Replace):
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.state."+x.State)
		case in.Version != x.Version:
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.moved", in.Version, x.Version)
		case x.Day < today:
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.dispose.gone", x.Day, today)
		}
		l := Letter{ID: code, Invitation: x.ID, Day: today}
		if err := s.write(ctx, tx, &l, x, o, d, hand, in.Task); err != nil {
			return ledger.Entry{}, err
		}
		var old *Letter
		if x.State == Lettered {
			if old, err = valid(ctx, tx, x.ID); err != nil {
				return ledger.Entry{}, err
			}
		}
		if old != nil {
			l.Replaces = old.No
		}
		last, err := takeNumbers(ctx, tx, hand.Unit.ID, today.Time().Year(), 1)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := s.issue(ctx, tx, &l, last); err != nil {
			return ledger.Entry{}, err
		}
		if old != nil {
			old.State, old.Next, old.By, old.Ended, old.Why = Superseded, l.ID, who.ID, tx.Now, l.No
			if err := s.end(ctx, tx, old); err != nil {
				return ledger.Entry{}, err
			}
		}
		x.State, x.Last = Lettered, "invite.last.signed"
		if err := updateInvitation(ctx, tx, x); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.tell(ctx, tx, &l, "invite.notice.signed"); err != nil {
			return ledger.Entry{}, err
		}
		out = l
		return l.entry(""), nil
	})
	if err != nil {
		return Letter{}, receipt, err
	}
	return out, receipt, nil
}

// write fills what a letter says, all but its number.
func (s *Service) write(ctx context.Context, tx *store.Tx, l *Letter, x *Invitation, o *Organiser, d *Disposition, hand Hand, task string) error {
	l.Kind, l.State, l.Until = Assignment, Valid, max(x.Day, l.Day)
	if d.Verdict == Decline {
		l.Kind = Refusal
	}
	l.Content = Content{Code: l.ID, Kind: l.Kind, Day: l.Day, Until: l.Until, Hand: hand, Organiser: o.Name, Ref: x.Ref, Title: x.Title, On: x.Day, From: x.From, To: x.To, Venue: x.Venue, Role: x.Role,
		Basis: d.Instruction, Task: strings.TrimSpace(task)}
	if l.Kind == Assignment {
		l.Conditions = x.Vetting.Rules
	}
	people, err := s.People(ctx, tx, d.People, l.Day)
	if err != nil {
		return err
	}
	for _, id := range d.People {
		p := people[id]
		l.People = append(l.People, Named{id, p.Name, p.NIP, p.Grade, p.Title})
	}
	return nil
}

// issue gives a letter its number and stores it, with a slip for each who goes.
func (s *Service) issue(ctx context.Context, tx *store.Tx, l *Letter, n int) error {
	l.Office, l.Year, l.Number = l.Hand.Unit.ID, l.Day.Time().Year(), n
	short := l.Hand.Unit.Short
	if short == "" {
		short = l.Hand.Unit.ID
	}
	l.No = number(n, short, l.Year)
	body, err := pack(l.Content)
	if err != nil {
		return err
	}
	l.Sum = sumOf(body)
	if err := insertLetter(ctx, tx, l); err != nil {
		return err
	}
	if l.Kind != Assignment {
		return nil
	}
	for _, p := range l.People {
		if err := insertSlip(ctx, tx, l.ID, p.ID, l.On+slipDays); err != nil {
			return err
		}
	}
	return nil
}

// slipDays is how many days after an event a return slip is due.
const slipDays = 3

// end ends a letter early; slips that nobody filled in are due no more.
func (s *Service) end(ctx context.Context, tx *store.Tx, l *Letter) error {
	if err := exec(ctx, tx, `DELETE FROM permit_invite_slip WHERE letter = $1 AND at = 0`, l.ID); err != nil {
		return err
	}
	return updateLetter(ctx, tx, l)
}

func (s *Service) tell(ctx context.Context, tx *store.Tx, l *Letter, key string) error {
	if s.Notify == nil || l.Kind != Assignment {
		return nil
	}
	for _, p := range l.People {
		if err := s.Notify(ctx, tx, Notice{Person: p.ID, Key: key, Args: []any{l.No, l.Title, l.On}, Href: letterAddress(l.ID)}); err != nil {
			return err
		}
	}
	return nil
}

// valid is the valid letter of an invitation; nil for none.
func valid(ctx context.Context, tx *store.Tx, invitation string) (*Letter, error) {
	list, err := lettersWhere(ctx, tx, `WHERE invitation = $1 AND state = 'valid' ORDER BY at`, invitation)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Revoke withdraws a letter. The disposition goes with it, so that another can be
// made; who was assigned is told.
func (s *Service) Revoke(ctx context.Context, who actor.Actor, code, why string) (Letter, ledger.Receipt, error) {
	var c checker
	c.text("why", why, maxShort)
	if err := c.Err(); err != nil {
		return Letter{}, ledger.Receipt{}, err
	}
	var out Letter
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		l, err := letterByCode(ctx, tx, code)
		if err != nil {
			return ledger.Entry{}, err
		}
		x, o, err := s.decidable(ctx, tx, who, l.Invitation)
		if err != nil {
			return ledger.Entry{}, err
		}
		if _, err := s.decider(ctx, tx, who, x, o, s.today()); err != nil {
			return ledger.Entry{}, err
		}
		if l.State != Valid {
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.letter.ended", l.No)
		}
		if told, err := slips(ctx, tx, `WHERE letter = $1 AND at > 0 ORDER BY person`, l.ID); err != nil || len(told) > 0 {
			if err != nil {
				return ledger.Entry{}, err
			}
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.letter.returned", l.No, len(told))
		}
		l.State, l.Why, l.By, l.Ended = Withdrawn, strings.TrimSpace(why), who.ID, tx.Now
		if err := s.end(ctx, tx, l); err != nil {
			return ledger.Entry{}, err
		}
		list, err := dispositions(ctx, tx, x.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if d := live(list); d != nil {
			d.State, d.Undone = "withdrawn", l.Why
			if err := updateDisposition(ctx, tx, d); err != nil {
				return ledger.Entry{}, err
			}
		}
		x.State, x.Last, x.Assigned = Entered, "invite.last.revoked", nil
		if err := updateInvitation(ctx, tx, x); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.tell(ctx, tx, l, "invite.notice.revoked"); err != nil {
			return ledger.Entry{}, err
		}
		out = *l
		return ledger.Entry{Kind: "permit.invite.revoked", Subject: "letter:" + l.ID, Detail: map[string]any{"letter": l.ID, "no": l.No, "why": l.Why}}, nil
	})
	return out, receipt, err
}

// Printed is the paper of a letter, for those whom it concerns.
func (s *Service) Printed(ctx context.Context, who actor.Actor, code string) ([]byte, error) {
	v, err := s.Letter(ctx, who, code)
	if err != nil {
		return nil, err
	}
	if s.Press == nil {
		return nil, fault.New(fault.NotFound, "invite.letter.paperless")
	}
	return s.Press(ctx, who, &v.Letter, v.Entry.Index)
}

func (s *Service) signature(ctx context.Context, code string) (ledger.Record, error) {
	all, err := s.Book.Latest(ctx, -1, 1, ledger.Filter{Kind: KindSigned, Subject: "letter:" + code})
	if err != nil {
		return ledger.Record{}, err
	}
	if len(all) == 0 || all[0].Erased {
		return ledger.Record{}, fault.New(fault.NotFound, "invite.letter.none", clip(code))
	}
	return all[0], nil
}
