package invite

import (
	"context"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// ReturnInput is a return slip.
type ReturnInput struct {
	Letter string
	Report
}

func (in *ReturnInput) check() error {
	var c checker
	c.one("result", in.Result, Results())
	c.optional("note", in.Note, maxShort)
	c.one("picture", in.Picture, Pictures())
	if in.Result == LeftIt {
		c.one("why", in.Why, Whys())
		c.Add(clock.MatchString(in.Time), "time", "invite.check.clock", clip(in.Time))
	}
	if in.Result == Absent {
		c.text("note", in.Note, maxShort)
		c.Add(in.Picture != "yes", "picture", "invite.slip.picture")
	}
	if in.Result == LeftIt && in.Why == WhyOther {
		c.text("note", in.Note, maxShort)
	}
	return c.Err()
}

// Return fills in somebody's return slip. The last one of a letter closes it.
func (s *Service) Return(ctx context.Context, who actor.Actor, in ReturnInput) (Slip, ledger.Receipt, error) {
	if err := in.check(); err != nil {
		return Slip{}, ledger.Receipt{}, err
	}
	var out Slip
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		l, mine, err := s.slipOf(ctx, tx, who, in.Letter)
		if err != nil {
			return ledger.Entry{}, err
		}
		today := s.today()
		switch {
		case !mine.At.IsZero():
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.slip.twice", clockTime(mine.At), resultWord(mine.Result))
		case l.State != Valid && l.State != Closed:
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.letter.ended", l.No)
		case today < l.On && in.Result != Absent:
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.slip.early", l.On, today)
		}
		r := in.Report
		if r.Result != LeftIt {
			r.Why, r.Time = "", ""
		}
		r.Note = strings.TrimSpace(r.Note)
		mine.At, mine.Report = tx.Now, r
		if err := updateSlip(ctx, tx, mine); err != nil {
			return ledger.Entry{}, err
		}
		l.Returned++
		if err := s.ended(ctx, tx, l, ""); err != nil {
			return ledger.Entry{}, err
		}
		out = *mine
		return ledger.Entry{Kind: "permit.invite.returned", Subject: "letter:" + l.ID, Detail: map[string]any{"letter": l.ID, "result": r.Result, "turned": r.turned(), "late": today > mine.Due}}, nil
	})
	return out, receipt, err
}

func resultWord(r string) Said {
	switch r {
	case Attended:
		return Said{"hadir", "attended"}
	case LeftIt:
		return Said{"hadir, lalu meninggalkan acara", "attended, then left"}
	}
	return Said{"tidak hadir", "did not attend"}
}

// slipOf is somebody's own slip of a letter; to others the letter is not there.
func (s *Service) slipOf(ctx context.Context, tx *store.Tx, who actor.Actor, code string) (*Letter, *Slip, error) {
	l, err := letterByCode(ctx, tx, code)
	if err != nil {
		return nil, nil, err
	}
	var ids []string
	for _, p := range l.People {
		ids = append(ids, p.ID)
	}
	if err := s.allow(who, ActReturn, Resource{Type: "invitation", ID: l.Invitation, Attrs: map[string]any{"parties": ids}}); err != nil {
		return nil, nil, err
	}
	list, err := slips(ctx, tx, `WHERE letter = $1 AND person = $2`, code, who.Person)
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, fault.New(fault.NotFound, "invite.slip.none", l.No)
	}
	return l, &list[0], nil
}

// ended closes a letter when every slip is in, or with a reason without them, and
// the invitation with it.
func (s *Service) ended(ctx context.Context, tx *store.Tx, l *Letter, why string) error {
	open, err := slips(ctx, tx, `WHERE letter = $1 AND at = 0 ORDER BY person`, l.ID)
	if err != nil {
		return err
	}
	if (len(open) > 0 && why == "") || l.State != Valid {
		return updateLetter(ctx, tx, l)
	}
	l.State, l.Why, l.Ended = Closed, why, tx.Now
	if err := updateLetter(ctx, tx, l); err != nil {
		return err
	}
	x, err := invitationByID(ctx, tx, l.Invitation)
	if err != nil {
		return err
	}
	x.State, x.Last = Done, "invite.last.done"
	return updateInvitation(ctx, tx, x)
}

// graceDays is how long after an event a letter waits for slips before it is
// closed without them.
const graceDays = 30

// Nightly reminds of slips that are due, once a week each, and closes what is over:
// refusals and letters whose time to report has passed, and invitations that
// nobody decided about in time.
func (s *Service) Nightly(ctx context.Context) (reminded, closed int, err error) {
	today := s.today()
	none := true
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, b, c, err := s.over(ctx, tx, today)
		none = len(a)+len(b)+len(c) == 0
		return err
	})
	if err != nil || none {
		return 0, 0, err
	}
	_, err = s.Book.Write(ctx, actor.System(), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		late, ends, lapsed, err := s.over(ctx, tx, today)
		if err != nil {
			return ledger.Entry{}, err
		}
		reminded, closed = len(late), len(ends)+len(lapsed)
		for i := range late {
			if err := s.remind(ctx, tx, &late[i], today); err != nil {
				return ledger.Entry{}, err
			}
		}
		for i := range ends {
			why := "invite.closed.refusal"
			if ends[i].Kind == Assignment {
				why = "invite.closed.silent"
			}
			if err := s.ended(ctx, tx, &ends[i], why); err != nil {
				return ledger.Entry{}, err
			}
		}
		for i := range lapsed {
			x := &lapsed[i]
			x.State, x.Last = Done, "invite.last.lapsed"
			if err := updateInvitation(ctx, tx, x); err != nil {
				return ledger.Entry{}, err
			}
		}
		return ledger.Entry{Kind: "permit.invite.reminded", Subject: "night", Detail: map[string]any{"day": today, "reminded": reminded, "closed": closed}}, nil
	})
	return reminded, closed, err
}

// maxNight keeps one night's transaction short; the rest follows the next night.
const maxNight = 1000

func (s *Service) over(ctx context.Context, tx *store.Tx, today day.Day) (late []Slip, ends []Letter, lapsed []Invitation, err error) {
	late, err = slips(ctx, tx, `WHERE at = 0 AND due <= $1 AND (reminded = '' OR reminded <= $2) AND letter IN (SELECT id FROM permit_invite_letter WHERE state = 'valid') ORDER BY due, letter, person LIMIT $3`,
		(today + slipDays - 1).String(), (today - 7).String(), maxNight)
	if err != nil {
		return nil, nil, nil, err
	}
	ends, err = lettersWhere(ctx, tx, `WHERE state = 'valid' AND (kind = 'refusal' AND until_day < $1 OR until_day < $2) ORDER BY until_day, id LIMIT $3`, today.String(), (today - graceDays).String(), maxNight)
	if err != nil {
		return nil, nil, nil, err
	}
	lapsed, err = invitations(ctx, tx, `WHERE state IN ('entered', 'disposed') AND day < $1 ORDER BY day, id LIMIT $2`, today.String(), maxNight)
	return late, ends, lapsed, err
}

func (s *Service) remind(ctx context.Context, tx *store.Tx, sl *Slip, today day.Day) error {
	sl.Reminded = today
	if err := updateSlip(ctx, tx, sl); err != nil || s.Notify == nil {
		return err
	}
	l, err := letterByCode(ctx, tx, sl.Letter)
	if err != nil {
		return err
	}
	return s.Notify(ctx, tx, Notice{Person: sl.Person, Key: "invite.notice.slip", Args: []any{l.No, l.Title, sl.Due}, Href: slipAddress(l.ID)})
}
