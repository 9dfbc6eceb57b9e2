package invite

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/web"
)

// OrganiserDoc is an organiser on the API.
type OrganiserDoc struct {
	ID      string    `json:"id"`
	Version int       `json:"version"`
	Name    string    `json:"name"`
	Kinds   []string  `json:"kinds"`
	Events  int       `json:"events" doc:"Of which somebody who was there reported"`
	Turned  int       `json:"turned" doc:"Of these, that took a side"`
	Facts   []FactDoc `json:"facts"`
}

// FactDoc is a fact about an organisation.
type FactDoc struct {
	ID         string `json:"id"`
	Fact       string `json:"fact"`
	Side       string `json:"side"`
	Source     string `json:"source"`
	From       string `json:"from"`
	Until      string `json:"until,omitempty"`
	Confidence string `json:"confidence"`
}

// OrganisersDoc is the register.
type OrganisersDoc struct {
	Organisers []OrganiserDoc `json:"organisers"`
}

// ReserveDoc is a reserve of numbers.
type ReserveDoc struct {
	ID      string      `json:"id"`
	Office  string      `json:"office"`
	Year    int         `json:"year"`
	First   int         `json:"first"`
	Last    int         `json:"last"`
	File    string      `json:"file" doc:"The signed file"`
	Numbers []NumberDoc `json:"numbers"`
}

// NumberDoc is a number of a reserve.
type NumberDoc struct {
	Number int    `json:"number"`
	Code   string `json:"code"`
	State  string `json:"state"`
	Letter string `json:"letter,omitempty"`
	Why    string `json:"why,omitempty"`
}

// DeskDoc is the offices whose power somebody has.
type DeskDoc struct {
	Registers []Register   `json:"registers"`
	Reserves  []ReserveDoc `json:"reserves"`
}

// MandateDoc is lent power.
type MandateDoc struct {
	ID     string `json:"id"`
	Office string `json:"office"`
	Name   string `json:"name"`
	From   string `json:"from"`
	Until  string `json:"until"`
}

func reserveDoc(sh *Sheet) ReserveDoc {
	d := ReserveDoc{sh.ID, sh.Office, sh.Year, sh.First, sh.Last, sh.File, []NumberDoc{}}
	for _, n := range sh.Numbers {
		d.Numbers = append(d.Numbers, NumberDoc{n.Number, n.Code, n.State, n.Letter, n.Why})
	}
	return d
}

func organiserDoc(o *Organiser, p past) OrganiserDoc {
	d := OrganiserDoc{o.ID, o.Version, o.Name, o.Kinds, p.Events, p.Turned, []FactDoc{}}
	for _, a := range o.Affiliations {
		d.Facts = append(d.Facts, FactDoc{a.ID, a.Fact, a.Side, a.Source, a.From.String(), ofDay(a.Until), a.Confidence})
	}
	return d
}

type (
	inviteGroupIn struct {
		Body struct {
			ID      string   `json:"id,omitempty" doc:"Of the one that is mended; none for a new one"`
			Version int      `json:"version,omitempty"`
			Name    string   `json:"name,omitempty"`
			Kinds   []string `json:"kinds,omitempty"`
			Contact string   `json:"contact,omitempty"`
			Person  string   `json:"person,omitempty"`
		}
	}
	inviteFactIn struct {
		ID   string `path:"id"`
		Body struct {
			Version    int    `json:"version,omitempty"`
			End        string `json:"end,omitempty" doc:"Id of a fact that ends on until; all else is ignored then"`
			Fact       string `json:"fact,omitempty"`
			Side       string `json:"side,omitempty" doc:"party, candidate, team, none"`
			Source     string `json:"source,omitempty"`
			From       string `json:"from,omitempty"`
			Until      string `json:"until,omitempty"`
			Confidence string `json:"confidence,omitempty" doc:"H, M, L"`
		}
	}
	inviteDrawIn struct {
		Body struct {
			Office string `json:"office,omitempty"`
			Count  int    `json:"count,omitempty"`
			Why    string `json:"why,omitempty"`
		}
	}
	inviteReconcileIn struct {
		ID   string `path:"id"`
		Body struct {
			eventBody
			Number     int      `json:"number,omitempty"`
			LetterDay  string   `json:"letter_day,omitempty"`
			Signer     string   `json:"signer,omitempty" doc:"NIP"`
			People     []string `json:"people,omitempty" doc:"NIPs of who was assigned"`
			Task       string   `json:"task,omitempty"`
			How        string   `json:"how,omitempty" doc:"paper, file"`
			Invitation string   `json:"invitation,omitempty" doc:"Id of one that was entered before the outage"`
		}
	}
	inviteVoidIn struct {
		ID   string `path:"id"`
		Body struct {
			Number int    `json:"number,omitempty"`
			Why    string `json:"why,omitempty"`
		}
	}
	inviteLendIn struct {
		Body struct {
			Office string `json:"office,omitempty"`
			Person string `json:"person,omitempty"`
			From   string `json:"from,omitempty"`
			Until  string `json:"until,omitempty"`
			Paper  string `json:"paper,omitempty"`
		}
	}
)

func (s *Service) organiserDoc(ctx context.Context, who actor.Actor, id string, err error) (*OrganiserDoc, error) {
	if err != nil {
		return nil, err
	}
	v, err := s.OrganiserOf(ctx, who, id)
	if err != nil {
		return nil, err
	}
	d := organiserDoc(&v.Organiser, v.Past)
	return &d, nil
}

func (s *Service) reserveDoc(ctx context.Context, who actor.Actor, id string, err error) (*ReserveDoc, error) {
	if err != nil {
		return nil, err
	}
	sh, err := s.Reserve(ctx, who, id)
	if err != nil {
		return nil, err
	}
	d := reserveDoc(&sh)
	return &d, nil
}

func mandateDoc(d Delegation, err error) (*MandateDoc, error) {
	if err != nil {
		return nil, err
	}
	return &MandateDoc{d.ID, d.Office, d.Name, d.From.String(), d.Until.String()}, nil
}

func (s *Service) registerAPI(api huma.API, sh *web.Shell) {
	web.JSON(api, sh, op("organisers", http.MethodGet, "/organisers", "organisers"), func(ctx context.Context, who actor.Actor, _ *struct{}) (*OrganisersDoc, error) {
		list, _, err := s.Organisers(ctx, who)
		if err != nil {
			return nil, err
		}
		out := &OrganisersDoc{Organisers: []OrganiserDoc{}}
		for i := range list {
			out.Organisers = append(out.Organisers, organiserDoc(&list[i], past{}))
		}
		return out, nil
	})
	web.JSON(api, sh, op("organiser", http.MethodGet, "/organisers/{id}", "organiser"), func(ctx context.Context, who actor.Actor, in *byID) (*OrganiserDoc, error) {
		return s.organiserDoc(ctx, who, in.ID, nil)
	})
	web.JSON(api, sh, op("register", http.MethodPost, "/organisers", "register"), func(ctx context.Context, who actor.Actor, in *inviteGroupIn) (*OrganiserDoc, error) {
		b := in.Body
		o, _, err := s.Register(ctx, who, OrganiserInput{b.ID, b.Version, b.Name, b.Kinds, b.Contact, b.Person})
		return s.organiserDoc(ctx, who, o.ID, err)
	})
	web.JSON(api, sh, op("fact", http.MethodPost, "/organisers/{id}/facts", "fact"), func(ctx context.Context, who actor.Actor, in *inviteFactIn) (*OrganiserDoc, error) {
		b := in.Body
		var f fault.Fields
		from, until := apiDay(&f, "from", b.From), apiDay(&f, "until", b.Until)
		err := f.Err()
		switch {
		case err != nil:
		case b.End != "":
			_, _, err = s.EndFact(ctx, who, in.ID, b.Version, b.End, until)
		default:
			_, _, err = s.AddFact(ctx, who, FactInput{in.ID, b.Version, b.Fact, b.Side, b.Source, from, until, b.Confidence})
		}
		return s.organiserDoc(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("patterns", http.MethodGet, "/patterns", "patterns"), func(ctx context.Context, who actor.Actor, _ *struct{}) (*Patterns, error) {
		p, err := s.Patterns(ctx, who)
		return &p, err
	})
	web.JSON(api, sh, op("desk", http.MethodGet, "/desk", "desk"), func(ctx context.Context, who actor.Actor, _ *struct{}) (*DeskDoc, error) {
		d, err := s.Desk(ctx, who)
		if err != nil {
			return nil, err
		}
		out := &DeskDoc{Registers: []Register{}, Reserves: []ReserveDoc{}}
		for _, o := range d.Offices {
			out.Registers = append(out.Registers, o.Register)
			for i := range o.Reserves {
				out.Reserves = append(out.Reserves, reserveDoc(&o.Reserves[i]))
			}
		}
		return out, nil
	})
	web.JSON(api, sh, op("draw", http.MethodPost, "/reserves", "draw"), func(ctx context.Context, who actor.Actor, in *inviteDrawIn) (*ReserveDoc, error) {
		r, _, err := s.Draw(ctx, who, ReserveInput{in.Body.Office, in.Body.Count, in.Body.Why})
		return s.reserveDoc(ctx, who, r.ID, err)
	})
	web.JSON(api, sh, op("reserve", http.MethodGet, "/reserves/{id}", "reserve"), func(ctx context.Context, who actor.Actor, in *byID) (*ReserveDoc, error) {
		return s.reserveDoc(ctx, who, in.ID, nil)
	})
	web.JSON(api, sh, op("reconcile", http.MethodPost, "/reserves/{id}/letters", "reconcile"), func(ctx context.Context, who actor.Actor, in *inviteReconcileIn) (*LetterDoc, error) {
		b := in.Body
		var f fault.Fields
		event, err := b.eventBody.input()
		f = append(f, fieldsOf(err)...)
		x := ReconcileInput{Reserve: in.ID, Number: b.Number, Day: apiDay(&f, "letter-day", b.LetterDay), Signer: b.Signer, People: b.People, Task: b.Task, How: b.How, Invitation: b.Invitation, Event: event}
		if err := f.Err(); err != nil {
			return nil, err
		}
		l, _, err := s.Reconcile(ctx, who, x)
		if err != nil {
			return nil, err
		}
		d := s.letterDoc(&l)
		return &d, nil
	})
	web.JSON(api, sh, op("void", http.MethodPost, "/reserves/{id}/void", "void"), func(ctx context.Context, who actor.Actor, in *inviteVoidIn) (*ReserveDoc, error) {
		_, _, err := s.Spoil(ctx, who, in.ID, in.Body.Number, in.Body.Why)
		return s.reserveDoc(ctx, who, in.ID, err)
	})
	web.JSON(api, sh, op("lend", http.MethodPost, "/mandates", "lend"), func(ctx context.Context, who actor.Actor, in *inviteLendIn) (*MandateDoc, error) {
		b := in.Body
		var f fault.Fields
		x := LendInput{b.Office, b.Person, apiDay(&f, "from", b.From), apiDay(&f, "until", b.Until), b.Paper}
		if err := f.Err(); err != nil {
			return nil, err
		}
		d, _, err := s.Lend(ctx, who, x)
		return mandateDoc(d, err)
	})
	web.JSON(api, sh, op("recall", http.MethodPost, "/mandates/{id}/recall", "recall"), func(ctx context.Context, who actor.Actor, in *byID) (*MandateDoc, error) {
		d, _, err := s.Recall(ctx, who, in.ID)
		return mandateDoc(d, err)
	})
}
