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

// Register is the account of an office's numbers in a year: each is a letter, or a
// number in reserve. Gaps and Doubles are empty, or something is badly wrong.
type Register struct {
	Office  string   `json:"office"`
	Unit    Unit     `json:"unit"`
	Year    int      `json:"year"`
	Last    int      `json:"last"`
	Letters int      `json:"letters"`
	Offline int      `json:"offline"` // of the letters
	Free    int      `json:"free"`
	Void    int      `json:"void"`
	Gaps    []int    `json:"gaps"`
	Doubles []int    `json:"doubles"`
	Recent  []Letter `json:"-"` // the latest
}

// Whole reports that every number is accounted for, once.
func (r Register) Whole() bool { return len(r.Gaps)+len(r.Doubles) == 0 }

// account counts the numbers of an office in a year.
func account(ctx context.Context, tx *store.Tx, office string, year int) (Register, error) {
	r := Register{Office: office, Year: year}
	var err error
	if r.Last, err = lastNumber(ctx, tx, office, year); err != nil {
		return r, err
	}
	list, err := lettersWhere(ctx, tx, `WHERE office = $1 AND year = $2 ORDER BY number DESC`, office, year)
	if err != nil {
		return r, err
	}
	held, err := numbers(ctx, tx, `WHERE office = $1 AND year = $2 ORDER BY number`, office, year)
	if err != nil {
		return r, err
	}
	seen := make(map[int]int, r.Last)
	for i := range list {
		seen[list[i].Number]++
		r.Letters++
		if list[i].Offline != "" {
			r.Offline++
		}
		r.Unit = list[i].Hand.Unit
	}
	for _, n := range held {
		switch n.State {
		case Free:
			r.Free++
			seen[n.Number]++
		case Void:
			r.Void++
			seen[n.Number]++
		}
	}
	for n := 1; n <= r.Last; n++ {
		switch seen[n] {
		case 0:
			r.Gaps = append(r.Gaps, n)
		case 1:
		default:
			r.Doubles = append(r.Doubles, n)
		}
	}
	for n := range seen {
		if n > r.Last || n < 1 {
			r.Doubles = append(r.Doubles, n)
		}
	}
	r.Recent = list[:min(len(list), maxRecent)]
	return r, nil
}

// maxRecent is how many letters of a register a page lists.
const maxRecent = 50

// Accounts are the registers of all offices, for whoever looks after them.
func (s *Service) Accounts(ctx context.Context, who actor.Actor) (out []Register, err error) {
	if err := s.allow(who, ActPatterns, Resource{Type: "letters"}); err != nil {
		return nil, err
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		keys, err := registers(ctx, tx)
		for _, k := range keys {
			r, e := account(ctx, tx, k.Office, k.Year)
			if e != nil {
				return e
			}
			out = append(out, r)
		}
		return err
	})
	return out, err
}

// Desk is what somebody looks after as the head of an office.
type Desk struct {
	Offices []DeskOffice
}

// DeskOffice is an office on a desk.
type DeskOffice struct {
	Seat     Seat
	Hand     Hand
	Register Register
	Reserves []Sheet
	Lent     []Delegation
}

// Sheet is a reserve with its numbers.
type Sheet struct {
	Reserve
	Numbers []Number
	Papers  map[string]Letter // by code, of the used ones
}

// Left counts the numbers that are free.
func (sh Sheet) Left() int {
	n := 0
	for _, x := range sh.Numbers {
		if x.State == Free {
			n++
		}
	}
	return n
}

// Desk shows the offices whose power somebody has today.
func (s *Service) Desk(ctx context.Context, who actor.Actor) (Desk, error) {
	var out Desk
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		seats, err := s.own(ctx, tx, who)
		if err != nil {
			return err
		}
		year := s.today().Time().Year()
		for _, st := range seats {
			o := DeskOffice{Seat: st.seat, Hand: st.hand}
			if o.Register, err = account(ctx, tx, st.seat.Unit.ID, year); err != nil {
				return err
			}
			o.Register.Unit = st.seat.Unit
			list, err := reserves(ctx, tx, `WHERE office = $1 ORDER BY at DESC, id DESC LIMIT 20`, st.seat.Unit.ID)
			if err != nil {
				return err
			}
			for i := range list {
				sh, err := sheet(ctx, tx, &list[i])
				if err != nil {
					return err
				}
				o.Reserves = append(o.Reserves, sh)
			}
			if o.Lent, err = delegations(ctx, tx, `WHERE office = $1 AND until_day >= $2 ORDER BY from_day, id`, st.seat.Unit.ID, s.today().String()); err != nil {
				return err
			}
			out.Offices = append(out.Offices, o)
		}
		return nil
	})
	if err == nil && len(out.Offices) == 0 {
		return out, fault.New(fault.Denied, "invite.desk.none")
	}
	return out, err
}

type ownSeat struct {
	seat Seat
	hand Hand
}

// own are the seats whose power somebody has today: held, stood in for, or lent.
func (s *Service) own(ctx context.Context, tx *store.Tx, who actor.Actor) ([]ownSeat, error) {
	if who.Person == "" {
		return nil, nil
	}
	today := s.today()
	seats, err := s.Held(ctx, tx, who.Person, today)
	if err != nil {
		return nil, err
	}
	lent, err := delegations(ctx, tx, `WHERE person = $1 AND from_day <= $2 AND until_day >= $2 ORDER BY at`, who.Person, today.String())
	if err != nil {
		return nil, err
	}
	for _, d := range lent {
		all, err := s.Seats(ctx, tx, d.Office, []string{d.Unit.Kind}, today)
		if err != nil {
			return nil, err
		}
		for _, st := range all {
			if st.Unit.ID == d.Office {
				seats = append(seats, st)
			}
		}
	}
	var out []ownSeat
	for _, st := range seats {
		if slices.ContainsFunc(out, func(o ownSeat) bool { return o.seat.Unit.ID == st.Unit.ID }) {
			continue
		}
		if _, err := s.officer(ctx, tx, who, st.Unit.ID, today); err != nil {
			if fault.Of(err) == nil {
				return nil, err
			}
			continue
		}
		h, err := s.hand(ctx, tx, who.Person, st, today)
		if err != nil {
			return nil, err
		}
		out = append(out, ownSeat{st, h})
	}
	return out, nil
}

func sheet(ctx context.Context, tx *store.Tx, r *Reserve) (Sheet, error) {
	sh := Sheet{Reserve: *r, Papers: map[string]Letter{}}
	var err error
	if sh.Numbers, err = numbers(ctx, tx, `WHERE reserve = $1 ORDER BY number`, r.ID); err != nil {
		return sh, err
	}
	for _, n := range sh.Numbers {
		if n.State != Used {
			continue
		}
		l, err := letterByCode(ctx, tx, n.Letter)
		if err != nil {
			return sh, err
		}
		sh.Papers[n.Letter] = *l
	}
	return sh, nil
}

// Reserve shows a reserve to whoever acts for its office.
func (s *Service) Reserve(ctx context.Context, who actor.Actor, id string) (Sheet, error) {
	var out Sheet
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := reserveByID(ctx, tx, id)
		if err != nil {
			if e := s.allow(who, ActOffice, Resource{Type: "letters"}); e != nil && !who.Known() {
				return e
			}
			return err
		}
		if _, err := s.officer(ctx, tx, who, r.Office, s.today()); err != nil {
			return err
		}
		out, err = sheet(ctx, tx, r)
		return err
	})
	return out, err
}

// Delegation is the power of an office, lent in writing.
type Delegation struct {
	ID     string
	Office string
	Person string
	From   day.Day
	Until  day.Day // the last day
	At     time.Time
	Mandate
}

// Mandate is what is kept of a delegation besides.
type Mandate struct {
	Unit  Unit   `json:"unit"`
	Name  string `json:"name"`
	Giver Hand   `json:"giver"`
	Paper string `json:"paper"`
	Actor string `json:"actor"`
}

// LendInput lends the power of an office.
type LendInput struct {
	Office string
	Person string // NIP or id
	From   day.Day
	Until  day.Day
	Paper  string // number of the mandate
}

// maxLent is how long a mandate may run, in days: as long as that of a Plt.
const maxLent = 92

// Lend lets somebody dispose and sign in the name of an office for some days. Only
// the definitive holder can: who stands in for somebody cannot pass it on.
func (s *Service) Lend(ctx context.Context, who actor.Actor, in LendInput) (Delegation, ledger.Receipt, error) {
	today := s.today()
	var c checker
	c.text("paper", in.Paper, maxShort)
	c.Add(in.From >= today && in.From <= today+maxLent, "from", "invite.lend.from", in.From, today, today+maxLent)
	c.Add(in.Until >= in.From && in.Until <= in.From+maxLent, "until", "invite.lend.until", in.Until, in.From, in.From+maxLent)
	if err := c.Err(); err != nil {
		return Delegation{}, ledger.Receipt{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Delegation{}, ledger.Receipt{}, err
	}
	var out Delegation
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		hand, err := s.officer(ctx, tx, who, in.Office, today)
		if err != nil {
			return ledger.Entry{}, err
		}
		if hand.Kind != Definitive {
			return ledger.Entry{}, fault.New(fault.Denied, "invite.lend.own", hand.Title)
		}
		person, err := s.one(ctx, tx, "person", in.Person)
		if err != nil {
			return ledger.Entry{}, err
		}
		if person == who.Person {
			return ledger.Entry{}, fault.Fields{{Name: "person", Key: "invite.lend.self"}}.Err()
		}
		people, err := s.People(ctx, tx, []string{person}, today)
		if err != nil {
			return ledger.Entry{}, err
		}
		p := people[person]
		if !p.Serving || !slices.ContainsFunc(p.Path, func(u Unit) bool { return u.ID == hand.Unit.ID }) {
			return ledger.Entry{}, fault.Fields{{Name: "person", Key: "invite.lend.outside", Args: []any{p.Name, hand.Unit.Name}}}.Err()
		}
		d := Delegation{ID: id, Office: hand.Unit.ID, Person: person, From: in.From, Until: in.Until, Mandate: Mandate{Unit: hand.Unit, Name: p.Name, Giver: hand, Paper: strings.TrimSpace(in.Paper), Actor: who.ID}}
		out = d
		return ledger.Entry{Kind: "permit.invite.delegated", Subject: "office:" + d.Office, Detail: map[string]any{"delegation": id, "office": d.Office, "person": person, "from": d.From, "until": d.Until, "paper": d.Paper}}, insertDelegation(ctx, tx, &d)
	})
	return out, receipt, err
}

// Recall ends a mandate today.
func (s *Service) Recall(ctx context.Context, who actor.Actor, id string) (Delegation, ledger.Receipt, error) {
	var out Delegation
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if !asked(id) {
			return ledger.Entry{}, fault.New(fault.NotFound, "invite.lend.none", "?")
		}
		list, err := delegations(ctx, tx, `WHERE id = $1`, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if len(list) == 0 {
			if err := s.allow(who, ActOffice, Resource{Type: "letters"}); err != nil && !who.Known() {
				return ledger.Entry{}, err
			}
			return ledger.Entry{}, fault.New(fault.NotFound, "invite.lend.none", clip(id))
		}
		d := list[0]
		hand, err := s.officer(ctx, tx, who, d.Office, s.today())
		if err != nil {
			return ledger.Entry{}, err
		}
		if hand.Kind == Lent {
			return ledger.Entry{}, fault.New(fault.Denied, "invite.lend.own", hand.Title)
		}
		d.Until = s.today() - 1
		out = d
		return ledger.Entry{Kind: "permit.invite.recalled", Subject: "office:" + d.Office, Detail: map[string]any{"delegation": id}}, updateDelegation(ctx, tx, &d)
	})
	return out, receipt, err
}
