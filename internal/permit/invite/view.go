package invite

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

func dayOf(ms int64) day.Day { return day.At(time.UnixMilli(ms)) }

// Work is an invitation as it is worked on.
type Work struct {
	Invitation
	Organiser    Organiser
	Past         past
	Dispositions []Disposition
	Letters      []Letter
	Steps        []Step
	Names        map[string]string // of people, with their posts
	Hand         Hand              // in which capacity the asker may decide; Person "" for none
	Refused      *fault.Error      // why not, for who has the role
	Today        day.Day
	Mine         bool // may amend and withdraw
	Read         bool // may say that they have read it
	Back         bool // may take the disposition back
}

// Live is the disposition that counts; nil for none.
func (w *Work) Live() *Disposition { return live(w.Dispositions) }

// Work shows an invitation.
func (s *Service) Work(ctx context.Context, who actor.Actor, id string) (Work, error) {
	var w Work
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		x, err := s.readable(ctx, tx, who, id)
		if err != nil {
			return err
		}
		w = Work{Invitation: *x, Names: map[string]string{}, Today: s.today(), Mine: x.State == Entered && s.mine(who, x) == nil}
		o, err := organiserByID(ctx, tx, x.Organiser)
		if err != nil {
			return err
		}
		w.Organiser = *o
		if w.Past, err = history(ctx, tx, o.ID, x.ID); err != nil {
			return err
		}
		if w.Dispositions, err = dispositions(ctx, tx, x.ID); err != nil {
			return err
		}
		if w.Letters, err = lettersWhere(ctx, tx, `WHERE invitation = $1 ORDER BY at, number`, x.ID); err != nil {
			return err
		}
		if w.Steps, err = s.ladder(ctx, tx, x, about(x, o), w.Today); err != nil {
			return err
		}
		if d := w.Live(); d != nil {
			_, read := d.Read[who.Person]
			w.Read = who.Person != "" && slices.Contains(d.People, who.Person) && !read
			w.Back = d.Person == who.Person && x.State == Disposed && len(d.Read) == 0
		}
		if s.mayDispose(ctx, tx, who, x) == nil {
			hand, err := s.decider(ctx, tx, who, x, o, w.Today)
			if w.Refused = fault.Of(err); err != nil && w.Refused == nil {
				return err
			}
			w.Hand = hand
		}
		return s.names(ctx, tx, &w)
	})
	return w, err
}

func (s *Service) names(ctx context.Context, tx *store.Tx, w *Work) error {
	ids := slices.Clone(w.Invited)
	if w.Person != "" {
		ids = append(ids, w.Person)
	}
	for _, d := range w.Dispositions {
		ids = append(ids, d.People...)
	}
	if w.Organiser.Person != "" {
		ids = append(ids, w.Organiser.Person)
	}
	people, err := s.People(ctx, tx, ids, w.Today)
	for id, p := range people {
		w.Names[id] = p.Name
		if p.Title != "" {
			w.Names[id] += ", " + p.Title
		}
	}
	return err
}

// The trays, in the order in which they are shown: what presses first.
const (
	TrayDecide = "decide" // waits for the asker's disposition
	TraySign   = "sign"   // disposed by their office, not signed
	TrayRead   = "read"   // addressed to them, not read
	TraySlip   = "slip"   // their return slip is due
	TrayGo     = "go"     // they are assigned, and the day is to come
	TrayMine   = "mine"   // they entered it, and it is not done
	TrayOther  = "other"  // they may read it
)

// Trays lists them.
func Trays() []string {
	return []string{TraySlip, TrayDecide, TraySign, TrayRead, TrayGo, TrayMine, TrayOther}
}

// Line is an invitation in a tray.
type Line struct {
	Invitation
	Organiser string
	Letter    *Letter // the valid one
	Due       day.Day
}

// Board is the trays of somebody, and what was lately done.
type Board struct {
	Trays map[string][]Line
	Done  []Line
	Cut   bool // there are more open ones than are looked at
	Enter bool
	Today day.Day
	Links []string // other pages that are open to the asker: keys
}

// maxOpen is how many open invitations are looked at for a board.
const maxOpen = 1000

// maxDone is how many finished ones are listed.
const maxDone = 20

// Board sorts what is open into trays.
func (s *Service) Board(ctx context.Context, who actor.Actor) (Board, error) {
	if !scope.Allows(who, ActRead) {
		return Board{}, fault.New(fault.Denied, "invite.denied")
	}
	b := Board{Trays: map[string][]Line{}, Today: s.today(), Enter: s.allow(who, ActEnter, Resource{Type: "invitation"}) == nil}
	if !b.Enter {
		if err := s.allow(who, ActRead, Resource{Type: "invitation"}); err != nil {
			return b, err
		}
	}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		own, err := s.own(ctx, tx, who)
		if err != nil {
			return err
		}
		open, err := invitations(ctx, tx, `WHERE state IN ('entered', 'disposed', 'lettered') ORDER BY day, id LIMIT $1`, maxOpen)
		if err != nil {
			return err
		}
		b.Cut = len(open) == maxOpen
		names := map[string]string{}
		for i := range open {
			x := &open[i]
			l, tray, err := s.tray(ctx, tx, who, x, own)
			if err != nil {
				return err
			}
			if tray == "" {
				continue
			}
			if l.Organiser, err = nameOf(ctx, tx, names, x.Organiser); err != nil {
				return err
			}
			b.Trays[tray] = append(b.Trays[tray], l)
		}
		return s.finished(ctx, tx, who, &b, names)
	})
	if s.allow(who, ActPatterns, Resource{Type: "letters"}) == nil {
		b.Links = append(b.Links, "patterns")
	}
	if s.Desks(ctx, who) {
		b.Links = append(b.Links, "desk")
	}
	return b, err
}

// Desks reports that somebody has the power of some office today.
func (s *Service) Desks(ctx context.Context, who actor.Actor) bool {
	d, err := s.Desk(ctx, who)
	return err == nil && len(d.Offices) > 0
}

func (s *Service) finished(ctx context.Context, tx *store.Tx, who actor.Actor, b *Board, names map[string]string) error {
	done, err := invitations(ctx, tx, `WHERE state IN ('done', 'withdrawn') ORDER BY day DESC, id DESC LIMIT $1`, maxOpen/5)
	if err != nil {
		return err
	}
	for i := range done {
		if len(b.Done) < maxDone && s.allow(who, ActRead, done[i].resource()) == nil {
			l := Line{Invitation: done[i]}
			if l.Organiser, err = nameOf(ctx, tx, names, done[i].Organiser); err != nil {
				return err
			}
			b.Done = append(b.Done, l)
		}
	}
	return nil
}

func nameOf(ctx context.Context, tx *store.Tx, names map[string]string, id string) (string, error) {
	if n, ok := names[id]; ok {
		return n, nil
	}
	o, err := organiserByID(ctx, tx, id)
	if err != nil {
		return "", err
	}
	names[id] = o.Name
	return o.Name, nil
}

// tray says in which tray of somebody an invitation lies; "" for none.
func (s *Service) tray(ctx context.Context, tx *store.Tx, who actor.Actor, x *Invitation, own []ownSeat) (Line, string, error) {
	l := Line{Invitation: *x}
	list, err := dispositions(ctx, tx, x.ID)
	if err != nil {
		return l, "", err
	}
	d := live(list)
	goes := d != nil && who.Person != "" && slices.Contains(d.People, who.Person)
	sits := slices.ContainsFunc(own, func(o ownSeat) bool {
		return o.seat.Unit.ID == x.Seat || d != nil && o.seat.Unit.ID == d.Hand.Unit.ID
	})
	r := x.resource()
	if sits { // by their own post, or by a mandate
		r.Attrs["delegates"] = []string{who.Person}
	}
	if !goes && s.allow(who, ActRead, r) != nil {
		return l, "", nil
	}
	if x.State == Lettered {
		if l.Letter, err = valid(ctx, tx, x.ID); err != nil {
			return l, "", err
		}
	}
	switch {
	case x.State == Entered && sits && !slices.Contains(x.Invited, who.Person):
		return l, TrayDecide, nil
	case x.State == Disposed && sits && !goes:
		return l, TraySign, nil
	case goes:
		if _, read := d.Read[who.Person]; !read {
			return l, TrayRead, nil
		}
		if l.Letter != nil && d.Verdict == Go && s.today() >= x.Day {
			mine, err := slips(ctx, tx, `WHERE letter = $1 AND person = $2 AND at = 0`, l.Letter.ID, who.Person)
			if err != nil {
				return l, "", err
			}
			if len(mine) > 0 {
				l.Due = mine[0].Due
				return l, TraySlip, nil
			}
		}
		return l, TrayGo, nil
	case s.mine(who, x) == nil:
		return l, TrayMine, nil
	}
	return l, TrayOther, nil
}

// OrganiserView is an organiser with its history.
type OrganiserView struct {
	Organiser
	Past    past
	Contact string // name of the contact, when they serve here
	Change  bool
	Today   day.Day
	Events  []Invitation // that the asker may read, the latest first
}

// Organisers lists the register by name.
func (s *Service) Organisers(ctx context.Context, who actor.Actor) (out []Organiser, change bool, err error) {
	if err := s.allow(who, ActEnter, Resource{Type: "invitation"}); err != nil {
		return nil, false, err
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = organisers(ctx, tx, `ORDER BY fold, id LIMIT 1000`)
		return err
	})
	slices.SortStableFunc(out, func(a, b Organiser) int { return cmp.Compare(len(b.Affiliations), len(a.Affiliations)) })
	return out, s.allow(who, ActRegister, Resource{Type: "organiser"}) == nil, err
}

// OrganiserOf shows an organiser.
func (s *Service) OrganiserOf(ctx context.Context, who actor.Actor, id string) (OrganiserView, error) {
	var v OrganiserView
	if err := s.allow(who, ActEnter, Resource{Type: "invitation"}); err != nil {
		return v, err
	}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := organiserByID(ctx, tx, id)
		if err != nil {
			return err
		}
		v = OrganiserView{Organiser: *o, Change: s.allow(who, ActRegister, Resource{Type: "organiser", ID: id}) == nil, Today: s.today()}
		if v.Past, err = history(ctx, tx, id, ""); err != nil {
			return err
		}
		if o.Person != "" {
			people, err := s.People(ctx, tx, []string{o.Person}, v.Today)
			if err != nil {
				return err
			}
			v.Contact = people[o.Person].Name
		}
		list, err := invitations(ctx, tx, `WHERE organiser = $1 ORDER BY day DESC, id DESC LIMIT 50`, id)
		for i := range list {
			if s.allow(who, ActRead, list[i].resource()) == nil {
				v.Events = append(v.Events, list[i])
			}
		}
		return err
	})
	return v, err
}
