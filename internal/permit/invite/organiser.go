package invite

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// fold is a name as it is compared: letters and digits in lower case, words apart
// by one blank.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// OrganiserInput enters an organisation into the register, or mends it.
type OrganiserInput struct {
	ID      string // "" for a new one
	Version int
	Name    string
	Kinds   []string
	Contact string
	Person  string // NIP or id of the contact, when they serve here
}

func (in *OrganiserInput) check() error {
	var c checker
	c.text("name", in.Name, maxShort)
	c.Add(strings.TrimSpace(in.Name) == "" || fold(in.Name) != "", "name", "invite.organiser.nameless")
	c.optional("contact", in.Contact, maxShort)
	c.kinds(in.Kinds)
	return c.Err()
}

func (c *checker) kinds(kinds []string) {
	c.Add(len(kinds) > 0, "kinds", "invite.organiser.kinds", Kinds())
	for _, k := range kinds {
		if !slices.Contains(Kinds(), k) {
			c.Add(false, "kinds", "invite.check.one", clip(k), Kinds())
			return
		}
	}
}

// changed is what the record says of most changes: no names, only where to look.
type changed struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	What    any    `json:"what,omitempty"`
}

// Register enters an organisation, or mends it.
func (s *Service) Register(ctx context.Context, who actor.Actor, in OrganiserInput) (Organiser, ledger.Receipt, error) {
	if err := s.allow(who, ActRegister, Resource{Type: "organiser", ID: in.ID}); err != nil {
		return Organiser{}, ledger.Receipt{}, err
	}
	if err := in.check(); err != nil {
		return Organiser{}, ledger.Receipt{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Organiser{}, ledger.Receipt{}, err
	}
	var out Organiser
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		o := Organiser{ID: id}
		if in.ID != "" {
			had, err := organiserByID(ctx, tx, in.ID)
			if err != nil {
				return ledger.Entry{}, err
			}
			if o = *had; o.Version != in.Version {
				return ledger.Entry{}, fault.New(fault.Conflict, "invite.moved", in.Version, o.Version)
			}
		}
		same, err := organiserNamed(ctx, tx, in.Name)
		if err != nil {
			return ledger.Entry{}, err
		}
		if same != nil && same.ID != o.ID {
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.organiser.twice", same.Name)
		}
		o.Name, o.Kinds, o.Contact, o.Person = strings.TrimSpace(in.Name), in.Kinds, strings.TrimSpace(in.Contact), ""
		if strings.TrimSpace(in.Person) != "" {
			if o.Person, err = s.one(ctx, tx, "person", in.Person); err != nil {
				return ledger.Entry{}, err
			}
		}
		err = putOrganiser(ctx, tx, &o, who.ID)
		out = o
		return ledger.Entry{Kind: "permit.invite.registered", Subject: "organiser:" + o.ID, Detail: changed{o.ID, o.Version, o.Group}}, err
	})
	return out, receipt, err
}

// one is the person that was typed into a field.
func (s *Service) one(ctx context.Context, tx *store.Tx, field, given string) (string, error) {
	list, err := s.many(ctx, tx, field, []string{given})
	if err != nil {
		return "", err
	}
	return list[0], nil
}

// many are the people that were typed into a field, each once.
func (s *Service) many(ctx context.Context, tx *store.Tx, field string, given []string) ([]string, error) {
	var ask []string
	for _, g := range given {
		if g = strings.Join(strings.Fields(g), ""); asked(g) {
			ask = append(ask, g)
		}
	}
	found, err := s.Find(ctx, tx, ask)
	if err != nil {
		return nil, err
	}
	var f fault.Fields
	var out []string
	for _, g := range given {
		id := found[strings.Join(strings.Fields(g), "")]
		f.Add(id != "" || len(f) > 10, field, "invite.check.person", clip(g))
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, f.Err()
}

// FactInput puts a fact about an organisation into the register.
type FactInput struct {
	Organiser  string
	Version    int
	Fact       string
	Side       string
	Source     string
	From       day.Day
	Until      day.Day // day.None while it lasts
	Confidence string
}

func (in *FactInput) check(today day.Day) error {
	var c checker
	c.text("fact", in.Fact, maxShort)
	c.text("source", in.Source, maxShort)
	c.one("side", in.Side, Sides())
	c.one("confidence", in.Confidence, Confidences())
	c.Add(in.From >= day.First && in.From <= today, "from", "invite.check.past_day", in.From, today)
	c.Add(in.Until == day.None || in.Until > in.From && in.Until <= day.Last, "until", "invite.check.until", in.Until, in.From)
	return c.Err()
}

// AddFact puts a fact about an organisation into the register: what is known, who
// says so, since when. Nothing about people's opinions belongs here.
func (s *Service) AddFact(ctx context.Context, who actor.Actor, in FactInput) (Organiser, ledger.Receipt, error) {
	if err := in.check(s.today()); err != nil {
		return Organiser{}, ledger.Receipt{}, err
	}
	id, err := s.ids.Text(s.Rand, 5)
	if err != nil {
		return Organiser{}, ledger.Receipt{}, err
	}
	return s.mend(ctx, who, in.Organiser, in.Version, "permit.invite.affiliated", func(o *Organiser) (any, error) {
		for _, a := range o.Affiliations {
			if fold(a.Fact) == fold(in.Fact) && a.From == in.From {
				return nil, fault.New(fault.Conflict, "invite.fact.twice", clip(a.Fact), a.Source)
			}
		}
		if len(o.Affiliations) >= maxPeople {
			return nil, fault.New(fault.Invalid, "invite.fact.many", maxPeople)
		}
		a := Affiliation{ID: id, Fact: strings.TrimSpace(in.Fact), Side: in.Side, Source: strings.TrimSpace(in.Source), From: in.From, Until: in.Until, Confidence: in.Confidence, By: who.ID}
		o.Affiliations = append(o.Affiliations, a)
		return a, nil
	})
}

// EndFact says that a fact no longer holds, from a day on.
func (s *Service) EndFact(ctx context.Context, who actor.Actor, organiser string, version int, id string, until day.Day) (Organiser, ledger.Receipt, error) {
	return s.mend(ctx, who, organiser, version, "permit.invite.affiliated", func(o *Organiser) (any, error) {
		for i := range o.Affiliations {
			if a := &o.Affiliations[i]; a.ID == id {
				if until <= a.From || until > day.Last {
					return nil, fault.Fields{{Name: "until", Key: "invite.check.until", Args: []any{until, a.From}}}.Err()
				}
				a.Until = until
				return *a, nil
			}
		}
		return nil, fault.New(fault.NotFound, "invite.fact.none", clip(id))
	})
}

func (s *Service) mend(ctx context.Context, who actor.Actor, id string, version int, kind string, f func(*Organiser) (any, error)) (Organiser, ledger.Receipt, error) {
	if err := s.allow(who, ActRegister, Resource{Type: "organiser", ID: id}); err != nil {
		return Organiser{}, ledger.Receipt{}, err
	}
	var out Organiser
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		o, err := organiserByID(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if o.Version != version {
			return ledger.Entry{}, fault.New(fault.Conflict, "invite.moved", version, o.Version)
		}
		what, err := f(o)
		if err != nil {
			return ledger.Entry{}, err
		}
		err = putOrganiser(ctx, tx, o, who.ID)
		out = *o
		return ledger.Entry{Kind: kind, Subject: "organiser:" + id, Detail: changed{id, o.Version, what}}, err
	})
	return out, receipt, err
}
