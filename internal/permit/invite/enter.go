package invite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// EnterInput is an invitation as it is typed. People are NIPs or ids.
type EnterInput struct {
	Organiser string   // id or name; an unknown name is put into the register
	Kinds     []string // of an organiser that is not there yet
	Contact   string   // likewise
	Person    string   // NIP of the organiser's contact, when they serve here; likewise
	Title     string
	Day       day.Day
	From, To  string
	Venue     string
	Text      string
	Role      string
	Speakers  []string // names, or NIPs of those who serve here
	Requests  []string
	Invited   []string // none for whoever enters it
	Channel   string
	Ref       string
	Received  day.Day // day.None for today
}

var clock = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

func (in *EnterInput) check(today day.Day) error {
	var c checker
	c.text("organiser", in.Organiser, maxShort)
	c.optional("contact", in.Contact, maxShort)
	c.text("title", in.Title, maxShort)
	c.text("venue", in.Venue, maxShort)
	c.text("text", in.Text, maxText)
	c.optional("ref", in.Ref, maxShort)
	c.one("role", in.Role, Roles())
	c.one("channel", in.Channel, Channels())
	for _, r := range in.Requests {
		c.one("requests", r, Requests())
	}
	switch {
	case in.Day < day.First || in.Day > day.Last:
		c.Add(false, "day", "invite.check.day", day.First, day.Last)
	default:
		c.Add(in.Day >= today, "day", "invite.check.gone", in.Day, today)
		c.Add(in.Day <= today+maxAhead, "day", "invite.check.far", in.Day, today+maxAhead)
	}
	c.Add(clock.MatchString(in.From), "from", "invite.check.clock", clip(in.From))
	c.Add(in.To == "" || clock.MatchString(in.To), "to", "invite.check.clock", clip(in.To))
	c.Add(in.Received == day.None || in.Received <= today && in.Received >= today-maxBehind, "received", "invite.check.received", in.Received, today-maxBehind, today)
	c.Add(len(in.Invited) <= maxPeople, "invited", "invite.check.many", len(in.Invited), maxPeople)
	c.Add(len(in.Speakers) <= maxPeople, "speakers", "invite.check.many", len(in.Speakers), maxPeople)
	for _, sp := range in.Speakers {
		c.optional("speakers", sp, maxShort)
	}
	return c.Err()
}

// same tells a second entry of one invitation: organiser, day, unit and subject.
func (x *Invitation) same() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{x.Organiser, x.Day.String(), x.Unit, fold(x.Title)}, "\n")))
	return hex.EncodeToString(sum[:])
}

// entered is what the record says of an invitation: its shape, and the sum of its
// words.
type entered struct {
	ID        string  `json:"id"`
	Version   int     `json:"version"`
	Organiser string  `json:"organiser"`
	Day       day.Day `json:"day"`
	Unit      string  `json:"unit"`
	Seat      string  `json:"seat"`
	Invited   int     `json:"invited"`
	Text      string  `json:"text_sha256"`
	Outcome   string  `json:"outcome"`
	Without   string  `json:"outcome_without_letter"`
	Grounds   int     `json:"grounds"`
	Edition   string  `json:"edition"`
}

func (x *Invitation) entry(kind string) ledger.Entry {
	sum := sha256.Sum256([]byte(x.Text))
	return ledger.Entry{Kind: kind, Subject: "invitation:" + x.ID, Detail: entered{x.ID, x.Version, x.Organiser, x.Day, x.Unit, x.Seat, len(x.Invited), hex.EncodeToString(sum[:]), x.Vetting.Outcome, x.Vetting.Without, len(x.Vetting.Grounds), x.Vetting.Edition}}
}

// Enter takes an invitation in and vets it.
func (s *Service) Enter(ctx context.Context, who actor.Actor, in EnterInput) (Invitation, ledger.Receipt, error) {
	if err := s.allow(who, ActEnter, Resource{Type: "invitation"}); err != nil {
		return Invitation{}, ledger.Receipt{}, err
	}
	if err := in.check(s.today()); err != nil {
		return Invitation{}, ledger.Receipt{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Invitation{}, ledger.Receipt{}, err
	}
	organiser, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Invitation{}, ledger.Receipt{}, err
	}
	var out Invitation
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		x := Invitation{ID: id, State: Entered, By: who.ID, Papers: Papers{Person: who.Person, Last: "invite.last.entered"}}
		if err := s.take(ctx, tx, who, &x, in, organiser); err != nil {
			return ledger.Entry{}, err
		}
		err := insertInvitation(ctx, tx, &x, x.same())
		out = x
		return x.entry("permit.invite.entered"), err
	})
	return out, receipt, err
}

// Amend mends an invitation that nobody disposed of yet, and vets it anew.
func (s *Service) Amend(ctx context.Context, who actor.Actor, id string, version int, in EnterInput) (Invitation, ledger.Receipt, error) {
	if err := in.check(s.today()); err != nil {
		return Invitation{}, ledger.Receipt{}, err
	}
	organiser, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Invitation{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActRead, id, version, []string{Entered}, "invite.last.amended", "permit.invite.amended", func(ctx context.Context, tx *store.Tx, x *Invitation) error {
		if err := s.mine(who, x); err != nil {
			return err
		}
		return s.take(ctx, tx, who, x, in, organiser)
	})
}

// Drop withdraws an invitation that nobody disposed of yet.
func (s *Service) Drop(ctx context.Context, who actor.Actor, id string, version int, why string) (Invitation, ledger.Receipt, error) {
	var c checker
	c.text("why", why, maxShort)
	if err := c.Err(); err != nil {
		return Invitation{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActRead, id, version, []string{Entered}, "invite.last.withdrawn", "permit.invite.withdrawn", func(_ context.Context, _ *store.Tx, x *Invitation) error {
		if err := s.mine(who, x); err != nil {
			return err
		}
		x.State, x.Why = Withdrawn, strings.TrimSpace(why)
		return nil
	})
}

// mine refuses whoever did not enter the invitation and is not invited.
func (s *Service) mine(who actor.Actor, x *Invitation) error {
	if x.By == who.ID || who.Person != "" && (x.Person == who.Person || slices.Contains(x.Invited, who.Person)) {
		return nil
	}
	return fault.New(fault.Denied, "invite.mine")
}

// change is the frame of what is done to an invitation: one transaction, one
// entry, and the version that the author saw.
func (s *Service) change(ctx context.Context, who actor.Actor, action, id string, version int, states []string, last, kind string, f func(context.Context, *store.Tx, *Invitation) error) (Invitation, ledger.Receipt, error) {
	var out Invitation
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		x, err := s.readable(ctx, tx, who, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if action != ActRead {
			if err := s.allow(who, action, x.resource()); err != nil {
				return ledger.Entry{}, err
			}
		}
		if !slices.Contains(states, x.State) {
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.state."+x.State)
		}
		if version != x.Version {
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.moved", version, x.Version)
		}
		if err := f(ctx, tx, x); err != nil {
			return ledger.Entry{}, err
		}
		x.Last = last
		err = updateInvitation(ctx, tx, x)
		out = *x
		return x.entry(kind), err
	})
	return out, receipt, err
}

// readable is an invitation that somebody may read; to others it is not there.
func (s *Service) readable(ctx context.Context, tx *store.Tx, who actor.Actor, id string) (*Invitation, error) {
	x, err := invitationByID(ctx, tx, id)
	if err != nil {
		// Who may read none must not learn which there are.
		if e := s.allow(who, ActRead, Resource{Type: "invitation", ID: id}); e != nil && !who.Known() {
			return nil, e
		}
		return nil, err
	}
	r, err := s.resource(ctx, tx, who, x)
	if err != nil {
		return nil, err
	}
	return x, s.allow(who, ActRead, r)
}

// resource is an invitation in questions to Allow about somebody, with the power
// that was lent to them.
func (s *Service) resource(ctx context.Context, tx *store.Tx, who actor.Actor, x *Invitation) (Resource, error) {
	r := x.resource()
	if who.Person == "" {
		return r, nil
	}
	lent, err := delegations(ctx, tx, `WHERE person = $1 AND from_day <= $2 AND until_day >= $2 ORDER BY at`, who.Person, s.today().String())
	for _, d := range lent {
		if d.Office == x.Seat || slices.ContainsFunc(x.Steps, func(st Step) bool { return st.Seat.Unit.ID == d.Office }) {
			r.Attrs["delegates"] = []string{who.Person}
		}
	}
	return r, err
}

// resource is an invitation in questions to Allow.
func (x *Invitation) resource() Resource {
	r := Resource{Type: "invitation", ID: x.ID, Attrs: map[string]any{"unit": x.Unit, "owner": x.By, "parties": slices.Concat(x.Invited, x.Assigned, []string{x.Person})}}
	place(r.Attrs, x.Units)
	return r
}

// place says where something lies.
func place(attrs map[string]any, path []Unit) {
	var ids []string
	area := ""
	for _, u := range path {
		ids = append(ids, u.ID)
		if u.Area != "" {
			area = u.Area
		}
	}
	attrs["unitPath"] = ids
	if area == "" {
		return
	}
	attrs["area"] = area
	parts := strings.Split(area, ".")
	var areas []string
	for i := range parts {
		areas = append(areas, strings.Join(parts[:i+1], "."))
	}
	attrs["areaPath"] = areas
}

// take fills an invitation from what was typed, finds its route and vets it.
func (s *Service) take(ctx context.Context, tx *store.Tx, who actor.Actor, x *Invitation, in EnterInput, fresh string) error {
	today := s.today()
	o, err := s.organiser(ctx, tx, who, in, fresh)
	if err != nil {
		return err
	}
	x.Organiser, x.Day = o.ID, in.Day
	x.Title, x.From, x.To, x.Venue, x.Text, x.Role, x.Channel, x.Ref = strings.TrimSpace(in.Title), in.From, in.To, strings.TrimSpace(in.Venue), strings.TrimSpace(in.Text), in.Role, in.Channel, strings.TrimSpace(in.Ref)
	x.Requests = slices.Compact(slices.Sorted(slices.Values(in.Requests)))
	if x.Received = in.Received; x.Received == day.None {
		x.Received = today
	}
	if err := s.speakers(ctx, tx, x, in.Speakers); err != nil {
		return err
	}
	given := in.Invited
	if len(given) == 0 {
		if who.Person == "" {
			return fault.Fields{{Name: "invited", Key: "invite.enter.whom"}}.Err()
		}
		given = []string{who.Person}
	}
	if x.Invited, err = s.many(ctx, tx, "invited", given); err != nil {
		return err
	}
	if err := s.address(ctx, tx, x, today); err != nil {
		return err
	}
	if err := s.only(ctx, tx, x); err != nil {
		return err
	}
	x.Vetting, err = s.vet(ctx, tx, x, o)
	return err
}

// only refuses a second entry of the same invitation.
func (s *Service) only(ctx context.Context, tx *store.Tx, x *Invitation) error {
	twin, err := invitations(ctx, tx, `WHERE same = $1 AND id <> $2`, x.same(), x.ID)
	if err != nil || len(twin) == 0 {
		return err
	}
	return fault.New(fault.Conflict, "invite.enter.twice", twin[0].Title, twin[0].Day, address(twin[0].ID))
}

func (s *Service) speakers(ctx context.Context, tx *store.Tx, x *Invitation, given []string) error {
	x.Speakers = nil
	found, err := s.Find(ctx, tx, slices.DeleteFunc(slices.Clone(given), func(g string) bool { return !asked(g) }))
	if err != nil {
		return err
	}
	people, err := s.People(ctx, tx, slices.Sorted(maps.Values(found)), x.Day)
	if err != nil {
		return err
	}
	for _, g := range given {
		if g = strings.TrimSpace(g); g == "" {
			continue
		}
		sp := Speaker{Name: g, Person: found[g]}
		if p, ok := people[sp.Person]; ok && p.Name != "" {
			sp.Name = p.Name
		}
		x.Speakers = append(x.Speakers, sp)
	}
	return nil
}

// organiser is who invites: from the register, or new in it.
func (s *Service) organiser(ctx context.Context, tx *store.Tx, who actor.Actor, in EnterInput, fresh string) (*Organiser, error) {
	given := strings.TrimSpace(in.Organiser)
	list, err := organisers(ctx, tx, `WHERE id = $1`, given)
	if err != nil {
		return nil, err
	}
	if len(list) == 1 {
		return &list[0], nil
	}
	o, err := organiserNamed(ctx, tx, given)
	if err != nil || o != nil {
		return o, err
	}
	var c checker
	c.kinds(in.Kinds)
	c.Add(fold(given) != "", "organiser", "invite.organiser.nameless")
	if err := c.Err(); err != nil {
		return nil, err
	}
	o = &Organiser{ID: fresh, Group: Group{Name: given, Kinds: in.Kinds, Contact: strings.TrimSpace(in.Contact)}}
	if strings.TrimSpace(in.Person) != "" {
		if o.Person, err = s.one(ctx, tx, "person", in.Person); err != nil {
			return nil, err
		}
	}
	return o, putOrganiser(ctx, tx, o, who.ID)
}

// address finds the unit that was invited and whose head disposes. All who are
// invited must go by one route.
func (s *Service) address(ctx context.Context, tx *store.Tx, x *Invitation, today day.Day) error {
	people, err := s.People(ctx, tx, x.Invited, today)
	if err != nil {
		return err
	}
	var f fault.Fields
	for i, id := range x.Invited {
		p := people[id]
		if !p.Serving || len(p.Path) == 0 {
			f.Add(false, "invited", "invite.enter.gone", p.Name, today)
			continue
		}
		steps, err := s.seats(ctx, tx, p.Path[len(p.Path)-1].ID, p.Path, today)
		if err != nil {
			return err
		}
		seat := steps[0].Seat
		if i == 0 {
			x.Unit, x.Units, x.Seat, x.Steps = p.Path[len(p.Path)-1].ID, p.Path, seat.Unit.ID, steps
		} else if len(f) == 0 && seat.Unit.ID != x.Seat {
			f.Add(false, "invited", "invite.enter.mixed", people[x.Invited[0]].Name, x.Steps[0].Seat.Title, p.Name, seat.Title)
		}
	}
	return f.Err()
}
