package invite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"netral/internal/actor"
	"netral/internal/store"
)

// Few is the number of cases below which a share says nothing; it is said aloud.
const Few = 5

// Pattern is how the events of one organiser went. Events counts those of which
// somebody who was there reported; Unheard those that are over without a report.
type Pattern struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Kinds   []string `json:"kinds"`
	Events  int      `json:"events"`
	Turned  int      `json:"turned"`
	Unheard int      `json:"unheard"`
}

// Few reports that there are too few events to conclude from.
func (p Pattern) Few() bool { return p.Events < Few }

// Silence is how the letters of one office were reported on. Due counts people
// whose slip is due, Missing those who did not return it.
type Silence struct {
	Unit    Unit `json:"unit"`
	Letters int  `json:"letters"`
	Due     int  `json:"due"`
	Missing int  `json:"missing"`
	Late    int  `json:"late"`
}

// Few reports that there are too few slips to conclude from.
func (p Silence) Few() bool { return p.Due < Few }

// Never reports that no slip ever came.
func (p Silence) Never() bool { return p.Due > 0 && p.Missing == p.Due }

// Patterns are what an inspector looks at first. Every case is counted; none is
// left out because a group is small.
type Patterns struct {
	Organisers []Pattern `json:"organisers"` // with an event that turned, the most first
	Quiet      int       `json:"quiet"`      // organisers with reported events and none that turned
	Offices    []Silence `json:"offices"`    // with slips missing, the most first
	Prompt     int       `json:"prompt"`     // offices whose slips all came
}

// Patterns counts over all invitations.
func (s *Service) Patterns(ctx context.Context, who actor.Actor) (Patterns, error) {
	if err := s.allow(who, ActPatterns, Resource{Type: "letters"}); err != nil {
		return Patterns{}, err
	}
	var out Patterns
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		events, offices, err := s.counted(ctx, tx)
		if err != nil {
			return err
		}
		groups, err := organisers(ctx, tx, `ORDER BY id`)
		if err != nil {
			return err
		}
		for _, o := range groups {
			p, ok := events[o.ID]
			if !ok {
				continue
			}
			p.ID, p.Name, p.Kinds = o.ID, o.Name, o.Kinds
			switch {
			case p.Turned > 0:
				out.Organisers = append(out.Organisers, *p)
			case p.Events > 0:
				out.Quiet++
			}
		}
		for _, p := range offices {
			switch {
			case p.Missing > 0:
				out.Offices = append(out.Offices, *p)
			case p.Due > 0:
				out.Prompt++
			}
		}
		return nil
	})
	slices.SortFunc(out.Organisers, func(a, b Pattern) int {
		return cmp.Or(b.Turned-a.Turned, a.Events-b.Events, cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(out.Offices, func(a, b Silence) int {
		return cmp.Or(b.Missing-a.Missing, a.Due-b.Due, cmp.Compare(a.Unit.ID, b.Unit.ID))
	})
	return out, err
}

// counted reads every slip once.
func (s *Service) counted(ctx context.Context, tx *store.Tx) (map[string]*Pattern, map[string]*Silence, error) {
	events, offices := map[string]*Pattern{}, map[string]*Silence{}
	type event struct {
		organiser            string
		there, turned, heard bool
	}
	seen := map[string]*event{}
	letters := map[string]bool{}
	today := s.today()
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var letter, invitation, organiser, on, due, report, said, state string
		var at int64
		if err := rows.Scan(&letter, &invitation, &organiser, &on, &due, &at, &report, &said, &state); err != nil {
			return err
		}
		var r Report
		var c Content
		if err := json.Unmarshal([]byte(report), &r); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(said), &c); err != nil {
			return err
		}
		e := seen[invitation]
		if e == nil {
			e = &event{organiser: organiser}
			seen[invitation] = e
		}
		o := offices[c.Hand.Unit.ID]
		if o == nil {
			o = &Silence{Unit: c.Hand.Unit}
			offices[c.Hand.Unit.ID] = o
		}
		if !letters[letter] && (at > 0 || due < today.String()) {
			letters[letter] = true
			o.Letters++
		}
		if at > 0 {
			e.heard = true
			e.there = e.there || r.Result != Absent || r.turned()
			e.turned = e.turned || r.turned()
			o.Due++
			if d, err := stored(due); err == nil && dayOf(at) > d {
				o.Late++
			}
		} else if due < today.String() {
			o.Due++
			o.Missing++
		}
		return nil
	}, `SELECT s.letter, l.invitation, x.organiser, x.day, s.due, s.at, s.body, l.body, l.state
		FROM permit_invite_slip s JOIN permit_invite_letter l ON l.id = s.letter JOIN permit_invite_invitation x ON x.id = l.invitation
		WHERE x.day <= $1 ORDER BY l.id, s.person`, today.String())
	for _, e := range seen {
		p := events[e.organiser]
		if p == nil {
			p = &Pattern{}
			events[e.organiser] = p
		}
		switch {
		case e.there:
			p.Events++
			if e.turned {
				p.Turned++
			}
		case !e.heard:
			p.Unheard++
		}
	}
	return events, offices, err
}
