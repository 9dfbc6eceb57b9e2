package invite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// Route is who disposes, as data.
type Route struct {
	About  string  `json:"about"`
	Routes []Way   `json:"routes"`
	Powers []Power `json:"powers"`
}

// Way is a route: the first whose kind of unit stands above the unit invited.
type Way struct {
	ID         string     `json:"id"`
	Within     []string   `json:"within"`
	By         [][]string `json:"by"` // kinds of units whose heads decide, one after the other
	Text       Said       `json:"text"`
	Law        Said       `json:"law"`
	Confidence string     `json:"confidence"`
	Source     string     `json:"source"`
}

// Power says whether one who holds a post in a way may dispose.
type Power struct {
	Kind       string `json:"kind"`
	May        bool   `json:"may"`
	Text       Said   `json:"text"`
	Law        Said   `json:"law"`
	Confidence string `json:"confidence"`
	Source     string `json:"source"`
}

func powerKinds() []string { return []string{Definitive, Plt, Plh, Lent} }

// LoadRoute reads the file strictly.
func LoadRoute(fsys fs.FS, name string) (*Route, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	var r Route
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(r.Routes) == 0 || len(r.Routes[len(r.Routes)-1].Within) > 0 {
		return nil, fmt.Errorf("%s: the last route must fit every unit", name)
	}
	for _, w := range r.Routes {
		if w.ID == "" || len(w.By) == 0 || slices.ContainsFunc(w.By, func(k []string) bool { return len(k) == 0 }) || w.Text.ID == "" || w.Text.EN == "" || w.Law.ID == "" || w.Confidence == "" || w.Source == "" {
			return nil, fmt.Errorf("%s: route %q lacks by, text, law, confidence or source", name, w.ID)
		}
	}
	for _, k := range powerKinds() {
		if p := r.power(k); p.Text.ID == "" || p.Law.ID == "" || p.Confidence == "" {
			return nil, fmt.Errorf("%s: power %q is missing or lacks text, law or confidence", name, k)
		}
	}
	return &r, nil
}

func (r *Route) power(kind string) Power {
	for _, p := range r.Powers {
		if p.Kind == kind {
			return p
		}
	}
	return Power{Kind: kind}
}

// way is the route for a unit, by the path to it.
func (r *Route) way(path []Unit) Way {
	for _, w := range r.Routes {
		if len(w.Within) == 0 || slices.ContainsFunc(path, func(u Unit) bool { return slices.Contains(w.Within, u.Kind) }) {
			return w
		}
	}
	return Way{}
}

// Step is a seat of the route. Skip says why it passes to the next.
type Step struct {
	Seat Seat `json:"seat"`
	Skip Said `json:"skip"`
	Way  Way  `json:"-"`
}

// powerful are those who may act for a seat on a day: who stands in for the holder
// (Plh), else who holds it or fills the vacancy.
func (s *Service) powerful(seat Seat) []Holder {
	away := slices.ContainsFunc(seat.Holders, func(h Holder) bool { return h.Kind == Plh })
	var out []Holder
	for _, h := range seat.Holders {
		if s.Route.power(h.Kind).May && (!away || h.Kind == Plh) {
			out = append(out, h)
		}
	}
	return out
}

// seats are the seats of the route, the first first.
func (s *Service) seats(ctx context.Context, tx *store.Tx, unit string, path []Unit, on day.Day) ([]Step, error) {
	way := s.Route.way(path)
	var out []Step
	for _, kinds := range way.By {
		list, err := s.Seats(ctx, tx, unit, kinds, on)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			out = append(out, Step{Seat: list[0], Way: way})
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "invite.route.none", way.Text)
	}
	return out, nil
}

// ladder is the route of an invitation on a day, with the reason where a seat
// passes to the next.
func (s *Service) ladder(ctx context.Context, tx *store.Tx, x *Invitation, about []string, on day.Day) ([]Step, error) {
	steps, err := s.seats(ctx, tx, x.Unit, x.Units, on)
	if err != nil {
		return nil, err
	}
	for i := range steps {
		able := s.powerful(steps[i].Seat)
		if len(able) == 0 {
			steps[i].Skip = Said{"Jabatan ini kosong pada hari ini, tanpa Plt atau Plh.", "This post is vacant today, with nobody standing in."}
			continue
		}
		for _, h := range able {
			why, err := s.unfit(ctx, tx, x, h.Person, about, on)
			if err != nil {
				return nil, err
			}
			if steps[i].Skip = why; why == (Said{}) {
				break
			}
		}
	}
	return steps, nil
}

// unfit says why somebody who has the power must not use it here.
func (s *Service) unfit(ctx context.Context, tx *store.Tx, x *Invitation, person string, about []string, on day.Day) (Said, error) {
	if slices.Contains(x.Invited, person) {
		return Said{"Pejabatnya sendiri yang diundang; tidak ada yang mendisposisi undangan untuk dirinya.", "The official is invited in person; nobody disposes of their own invitation."}, nil
	}
	tie, err := s.Conflict(ctx, tx, person, about, on)
	if err != nil || tie == (Tie{}) {
		return Said{}, err
	}
	return Said{"Pejabatnya punya hubungan keluarga dengan pihak penyelenggara (UU 30/2014 Pasal 42 dan 43).", "The official is a relative of somebody of the organiser (UU 30/2014 art. 42 and 43)."}, nil
}

// about are the people of the roster whom an invitation is about.
func about(x *Invitation, o *Organiser) []string {
	var out []string
	if o.Person != "" {
		out = append(out, o.Person)
	}
	for _, sp := range x.Speakers {
		if sp.Person != "" {
			out = append(out, sp.Person)
		}
	}
	return out
}

// decider finds in which capacity somebody may decide about an invitation on a
// day, or says what stands against it, the rule, and who can instead.
func (s *Service) decider(ctx context.Context, tx *store.Tx, who actor.Actor, x *Invitation, o *Organiser, on day.Day) (Hand, error) {
	if who.Person == "" {
		return Hand{}, fault.New(fault.Denied, "invite.power.person")
	}
	steps, err := s.ladder(ctx, tx, x, about(x, o), on)
	if err != nil {
		return Hand{}, err
	}
	var hand Hand
	var refused error
	for _, st := range steps {
		h, err := s.hand(ctx, tx, who.Person, st.Seat, on)
		if err == nil {
			hand = h
			break
		}
		if f := fault.Of(err); f == nil {
			return Hand{}, err
		} else if refused == nil || f.Key != "invite.power.none" && fault.Of(refused).Key == "invite.power.none" {
			refused = err
		}
	}
	if hand.Person == "" {
		return Hand{}, refused
	}
	next := Said{"pejabat di atasnya", "the official above"}
	for _, st := range steps {
		if st.Seat.Unit.ID != hand.Unit.ID && st.Skip == (Said{}) {
			next = Said{st.Seat.Title, st.Seat.Title}
			break
		}
	}
	if slices.Contains(x.Invited, who.Person) {
		return Hand{}, fault.New(fault.Denied, "invite.power.self", next)
	}
	tie, err := s.Conflict(ctx, tx, who.Person, about(x, o), on)
	if err != nil {
		return Hand{}, err
	}
	if tie != (Tie{}) {
		return Hand{}, fault.New(fault.Denied, "invite.power.conflict", tie.Kind, tie.Whose, next)
	}
	return hand, nil
}

// hand is how somebody acts for a seat on a day. Fault: Denied, with the rule and
// the way out.
func (s *Service) hand(ctx context.Context, tx *store.Tx, person string, seat Seat, on day.Day) (Hand, error) {
	able := s.powerful(seat)
	names := make([]string, len(able))
	for i, h := range able {
		names[i] = h.Name
		if h.Person == person {
			return s.filled(ctx, tx, Hand{Person: person, Name: h.Name, NIP: h.NIP, Grade: h.Grade, Title: seat.Title, Kind: h.Kind, For: standsFor(seat, h), Paper: h.Paper, Unit: seat.Unit}, on)
		}
	}
	lent, err := delegations(ctx, tx, `WHERE person = $1 AND office = $2 AND from_day <= $3 AND until_day >= $3 ORDER BY at DESC`, person, seat.Unit.ID, on.String())
	if err != nil {
		return Hand{}, err
	}
	for _, d := range lent {
		// A mandate lives as long as whoever gave it has the power.
		if s.Route.power(Lent).May && slices.ContainsFunc(seat.Holders, func(h Holder) bool { return h.Person == d.Giver.Person }) {
			return s.filled(ctx, tx, Hand{Person: person, Title: seat.Title, Kind: Lent, For: d.Giver.Name, Paper: d.Paper, Unit: seat.Unit}, on)
		}
	}
	if len(lent) > 0 {
		return Hand{}, fault.New(fault.Denied, "invite.power.lapsed", lent[0].Giver.Name, seat.Title)
	}
	for _, h := range seat.Holders {
		if h.Person == person && !s.Route.power(h.Kind).May {
			return Hand{}, fault.New(fault.Denied, "invite.power.kind", seat.Title, s.Route.power(h.Kind).Text, s.Route.power(h.Kind).Law)
		}
		if h.Person == person {
			return Hand{}, fault.New(fault.Denied, "invite.power.away", seat.Title, on, names)
		}
	}
	if len(names) == 0 {
		names = []string{"–"}
	}
	return Hand{}, fault.New(fault.Denied, "invite.power.none", seat.Title, on, names)
}

// standsFor is the name of the holder for whom somebody acts; "" when they act in
// their own right or the post is vacant.
func standsFor(seat Seat, h Holder) string {
	if h.Kind != Plh {
		return ""
	}
	for _, x := range seat.Holders {
		if x.Kind == Definitive {
			return x.Name
		}
	}
	return ""
}

// filled completes a hand with what the roster says of the person.
func (s *Service) filled(ctx context.Context, tx *store.Tx, h Hand, on day.Day) (Hand, error) {
	all, err := s.People(ctx, tx, []string{h.Person}, on)
	if err != nil {
		return Hand{}, err
	}
	p := all[h.Person]
	h.Name, h.NIP, h.Grade = p.Name, p.NIP, p.Grade
	if h.Kind != Definitive {
		h.OwnTitle = p.Title
	}
	return h, nil
}
