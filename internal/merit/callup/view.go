package callup

import (
	"context"
	"slices"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/lot"
	"netral/internal/store"
)

// Board is what everybody sees: programmes and their rounds, the newest first.
type Board struct {
	Programmes []ProgrammeView
	Now        time.Time
	Desk       bool // who asks may come to the office's desk
}

// ProgrammeView is a programme with its rounds.
type ProgrammeView struct {
	Rules  lot.Rules
	Rounds []Round
}

// Board lists what is published.
func (s *Service) Board(ctx context.Context, who actor.Actor) (Board, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "programme"}); err != nil {
		return Board{}, err
	}
	b := Board{Now: s.Now(), Desk: s.allow(who, ActRead, Resource{Type: "programme"}) == nil}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := programmes(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range list {
			rounds, err := roundsOf(ctx, tx, `WHERE programme = $1 ORDER BY number DESC`, r.ID)
			if err != nil {
				return err
			}
			b.Programmes = append(b.Programmes, ProgrammeView{r, rounds})
		}
		return nil
	})
	return b, err
}

// RoundView is a round as everybody sees it.
type RoundView struct {
	Round
	Now    time.Time
	Broken error // a Conflict when what was sealed is not there any more
	Entry  int64 // of the record where it was sealed
	States map[string]int
	Drawn  []DrawnGroup
}

// DrawnGroup is a group with the ids that were drawn.
type DrawnGroup struct {
	Name        string
	Drawn, Next []string
}

// View is a round: by the number of a programme's draw.
func (s *Service) View(ctx context.Context, who actor.Actor, programmeID string, number int) (RoundView, error) {
	var id string
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := roundsOf(ctx, tx, `WHERE programme = $1 AND number = $2`, programmeID, number)
		if err == nil && len(list) == 0 {
			return fault.New(fault.NotFound, "callup.round.none", clip(programmeID))
		}
		if err == nil {
			id = list[0].ID
		}
		return err
	})
	if err != nil {
		return RoundView{}, err
	}
	return s.RoundByID(ctx, who, id)
}

// RoundByID is a round as everybody sees it; what is sealed is compared with the
// seal each time.
func (s *Service) RoundByID(ctx context.Context, who actor.Actor, id string) (RoundView, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "round", ID: id}); err != nil {
		return RoundView{}, err
	}
	entry, err := s.sealedEntry(ctx, id)
	if err != nil {
		return RoundView{}, err
	}
	v := RoundView{Now: s.Now(), Entry: entry, States: map[string]int{}}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if v.Round, err = round(ctx, tx, id); err != nil {
			return err
		}
		list, err := listOf(ctx, tx, id)
		if err != nil {
			return err
		}
		v.Broken = changes(&v.Round, list)
		calls, err := callsOf(ctx, tx, `WHERE c.round = $1`, id)
		if err != nil {
			return err
		}
		for i := range calls {
			v.States[calls[i].State]++
		}
		return s.drawnGroups(ctx, tx, &v)
	})
	return v, err
}

func (s *Service) drawnGroups(ctx context.Context, tx *store.Tx, v *RoundView) error {
	if v.FileSum == "" {
		return nil
	}
	raw, err := roundFile(ctx, tx, v.ID)
	if err != nil {
		return err
	}
	f, err := lot.Parse(raw)
	if err != nil {
		return err
	}
	for _, g := range f.Groups {
		d := DrawnGroup{Name: g.Name}
		for _, t := range g.Drawn {
			d.Drawn = append(d.Drawn, t.ID)
		}
		for _, t := range g.Substitutes {
			d.Next = append(d.Next, t.ID)
		}
		v.Drawn = append(v.Drawn, d)
	}
	return nil
}

// PublishedFile is the file of a round that has its randomness, or NotFound.
func (s *Service) PublishedFile(ctx context.Context, who actor.Actor, id string) ([]byte, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "round", ID: id}); err != nil {
		return nil, err
	}
	var raw []byte
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		r, err := round(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.FileSum == "" {
			return fault.New(fault.NotFound, "callup.file.none")
		}
		raw, err = roundFile(ctx, tx, id)
		return err
	})
	return raw, err
}

// SealedList is the sealed list file of a round: ids only, for everybody to hold.
func (s *Service) SealedList(ctx context.Context, who actor.Actor, id string) ([]byte, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "round", ID: id}); err != nil {
		return nil, err
	}
	var out []byte
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := round(ctx, tx, id); err != nil {
			return err
		}
		list, err := listOf(ctx, tx, id)
		for _, l := range list {
			out = append(append(out, l.Person...), '\n')
		}
		return err
	})
	return out, err
}

// Desk is the office's page: what is late or wrong first, then what runs.
type Desk struct {
	Now    time.Time
	Board  Board
	Broken []RoundView // what was sealed is not there any more
	Late   []Round     // the moment has passed, nothing was drawn
	Calls  []Call      // that are not filed, the overdue first
	Change bool        // who asks may write programmes
	Seal   bool        // who asks may seal lists
}

// Desk is for those who run programmes, and for members of panels: each sees the
// calls that they may read.
func (s *Service) Desk(ctx context.Context, who actor.Actor) (Desk, error) {
	if err := s.allow(who, ActRead, Resource{Type: "programme"}); err != nil {
		return Desk{}, err
	}
	d := Desk{Now: s.Now()}
	d.Change = s.allow(who, ActChange, Resource{Type: "programme"}) == nil
	d.Seal = s.allow(who, ActSeal, Resource{Type: "programme"}) == nil
	var err error
	if d.Board, err = s.Board(ctx, who); err != nil {
		return d, err
	}
	for _, p := range d.Board.Programmes {
		for i := range p.Rounds {
			r := &p.Rounds[i]
			if r.Late(d.Now) {
				d.Late = append(d.Late, *r)
			}
			if r.State == Sealed {
				v, err := s.RoundByID(ctx, who, r.ID)
				if err != nil {
					return d, err
				}
				if v.Broken != nil {
					d.Broken = append(d.Broken, v)
				}
			}
		}
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := callsOf(ctx, tx, `WHERE c.state IN ('called', 'acknowledged', 'open', 'scored', 'told') ORDER BY c.due, c.id`)
		if err != nil {
			return err
		}
		for i := range all {
			c := all[i]
			if s.allow(who, ActCall, c.resource()) == nil {
				d.Calls = append(d.Calls, c)
			}
		}
		return nil
	})
	slices.SortStableFunc(d.Calls, func(a, b Call) int {
		return btoi(b.Late(d.Now)) - btoi(a.Late(d.Now))
	})
	return d, err
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Mine are the calls of a person and the panels on which they sit.
type Mine struct {
	Now     time.Time
	Calls   []Call
	Panels  []Call
	Chances Chances
}

// Mine tells a person what concerns them.
func (s *Service) Mine(ctx context.Context, who actor.Actor) (Mine, error) {
	m := Mine{Now: s.Now()}
	var err error
	if m.Chances, err = s.Chances(ctx, who); err != nil {
		return m, err
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if m.Calls, err = callsOf(ctx, tx, `WHERE c.person = $1 AND c.state <> 'passed' ORDER BY c.at DESC, c.id`, who.Person); err != nil {
			return err
		}
		m.Panels, err = callsOf(ctx, tx, `WHERE c.id IN (SELECT call FROM merit_callup_member WHERE person = $1) ORDER BY c.due DESC, c.id`, who.Person)
		return err
	})
	return m, err
}

// CallView is a call as somebody may see it.
type CallView struct {
	Call
	Now    time.Time
	Mine   bool // the person it is about
	Sits   bool // on the panel
	Office bool // may name the panel, open and file
	Own    *Sheet
	Hidden bool      // the result is there and may not be seen yet
	Away   []Absence // grounds of the rules that are known on the day
	FileAt time.Time // from when the result may be filed
}

// CallView reads a call. Members see their own sheet only until all are in; the
// result is for the person first.
func (s *Service) CallView(ctx context.Context, who actor.Actor, id string) (CallView, error) {
	v := CallView{Now: s.Now()}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := call(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.mayCall(who, ActCall, &c); err != nil {
			return err
		}
		v.Call = c
		v.Mine = who.Person != "" && who.Person == c.Person
		v.Sits = slices.ContainsFunc(c.Panel, func(m Member) bool { return who.Person != "" && m.Person == who.Person })
		v.Office = !v.Mine && s.allow(who, ActPanel, c.resource()) == nil
		sheets, err := sheetsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		for i := range sheets {
			if v.Sits && sheets[i].Member == who.Person {
				v.Own = &sheets[i]
			}
		}
		if !c.ScoredAt.IsZero() {
			v.FileAt = fileFrom(&c)
			if v.Hidden = c.ToldAt.IsZero() && c.State != Filed; !v.Hidden {
				v.Result = resultOf(c.Rules.Rubric, sheets)
			}
		}
		if v.Mine && (c.State == Called || c.State == Acknowledged) {
			away, err := s.Absences(ctx, tx, []string{c.Person}, day.At(c.Due))
			if err != nil {
				return err
			}
			for _, a := range away[c.Person] {
				if slices.Contains(c.Rules.Excuse, a.Kind) {
					v.Away = append(v.Away, a)
				}
			}
		}
		return nil
	})
	return v, err
}
