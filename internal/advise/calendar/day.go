package calendar

import (
	"context"
	"slices"

	"netral/internal/day"
	"netral/internal/rule"
)

// Ref names an edition.
type Ref struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
}

// Ref is how answers name the edition they rest on.
func (e *Edition) Ref() Ref { return Ref{ID: e.ID, SHA256: e.SHA256} }

// State is what holds on a day.
type State struct {
	Day            day.Day        `json:"day"`
	Edition        Ref            `json:"edition"`
	Kinds          []KindState    `json:"kinds"`
	Contests       []ContestState `json:"contests"` // those with a schedule, in the order of the edition
	Supervisor     *Body          `json:"supervisor,omitempty"`
	ActingGovernor *Body          `json:"acting_governor,omitempty"`
}

// KindState is what the rules of conduct see of a kind of contest.
type KindState struct {
	Contest  string `json:"contest"`
	Standing string `json:"standing"`
	Stage    string `json:"stage"`
	Window   string `json:"replacement_window"`
}

// ContestState is a contest on a day.
type ContestState struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Title   rule.Text `json:"title"`
	Status  string    `json:"status"`
	Running []Stage   `json:"running"`        // the lines of its schedule that hold on the day
	Next    *Stage    `json:"next,omitempty"` // the line that begins next
}

// On says what holds on the day.
func (e *Edition) On(on day.Day) State {
	s := State{Day: on, Edition: e.Ref(), Kinds: []KindState{}, Contests: []ContestState{}}
	for _, k := range kinds {
		f := e.Facts(k, on)
		s.Kinds = append(s.Kinds, KindState{Contest: k, Standing: f[FactStanding], Stage: f[FactStage], Window: f[FactWindow]})
	}
	for i := range e.Contests {
		c := &e.Contests[i]
		if len(c.Stages) == 0 {
			continue
		}
		cs := ContestState{ID: c.ID, Kind: c.Kind, Title: c.Title, Status: c.Status, Running: []Stage{}}
		for _, st := range c.Stages {
			switch {
			case c.Cancelled(st):
			case st.From <= on && on < st.Until:
				cs.Running = append(cs.Running, st)
			case st.From > on && (cs.Next == nil || st.From < cs.Next.From):
				cs.Next = &st
			}
		}
		s.Contests = append(s.Contests, cs)
	}
	if b, ok := e.BodyOn(RoleSupervisor, on); ok {
		s.Supervisor = &b
	}
	if b, ok := e.BodyOn(RoleActingGovernor, on); ok {
		s.ActingGovernor = &b
	}
	return s
}

// On says what holds on the day, under the edition in force.
func (s *Service) On(ctx context.Context, on day.Day) (State, error) {
	e, err := s.Current(ctx)
	if err != nil {
		return State{}, err
	}
	return e.On(on), nil
}

// Changes is what is another on a day than on the day before.
type Changes struct {
	Day     day.Day      `json:"day"`
	Edition Ref          `json:"edition"`
	Begins  []Line       `json:"begins"`
	Ends    []Line       `json:"ends"` // had its last day the day before
	Facts   []FactChange `json:"facts"`
	Bodies  []BodyChange `json:"bodies"`
	Flips   []Flip       `json:"flips"`
	Prev    *day.Day     `json:"prev,omitempty"` // the nearest earlier day with a change
	Next    *day.Day     `json:"next,omitempty"`
}

// Empty reports that the day is like the day before.
func (c Changes) Empty() bool {
	return len(c.Begins)+len(c.Ends)+len(c.Facts)+len(c.Bodies)+len(c.Flips) == 0
}

// Line is a stage with the contest it belongs to.
type Line struct {
	Contest   string    `json:"contest"`
	Short     rule.Text `json:"short"`
	Cancelled bool      `json:"cancelled,omitempty"` // was to begin or end here, and was not held
	Stage     Stage     `json:"stage"`
}

// FactChange is a derived fact that takes another value.
type FactChange struct {
	Contest string `json:"contest"` // kind
	Fact    string `json:"fact"`
	Before  string `json:"before"`
	After   string `json:"after"`
}

// BodyChange is a role that passes to somebody else, or to nobody.
type BodyChange struct {
	Role   string `json:"role"`
	Before *Body  `json:"before,omitempty"`
	After  *Body  `json:"after,omitempty"`
}

// Changes says what is another on the day than on the day before, as far as
// the calendar knows by itself.
func (e *Edition) Changes(on day.Day) Changes {
	ch := Changes{Day: on, Edition: e.Ref(), Begins: []Line{}, Ends: []Line{}, Facts: []FactChange{}, Bodies: []BodyChange{}, Flips: []Flip{}}
	for i := range e.Contests {
		c := &e.Contests[i]
		for _, st := range c.Stages {
			l := Line{Contest: c.ID, Short: c.Short, Cancelled: c.Cancelled(st), Stage: st}
			if st.From == on {
				ch.Begins = append(ch.Begins, l)
			}
			if st.Until == on {
				ch.Ends = append(ch.Ends, l)
			}
		}
	}
	for _, k := range kinds {
		before, after := e.Facts(k, on-1), e.Facts(k, on)
		for _, f := range []string{FactStanding, FactStage, FactWindow} {
			if before[f] != after[f] {
				ch.Facts = append(ch.Facts, FactChange{Contest: k, Fact: f, Before: before[f], After: after[f]})
			}
		}
	}
	for _, role := range bodyRoles {
		before, had := e.BodyOn(role, on-1)
		after, has := e.BodyOn(role, on)
		if before.ID == after.ID {
			continue
		}
		b := BodyChange{Role: role}
		if had {
			b.Before = &before
		}
		if has {
			b.After = &after
		}
		ch.Bodies = append(ch.Bodies, b)
	}
	days := e.boundaries()
	i, found := slices.BinarySearch(days, on)
	if i > 0 {
		ch.Prev = &days[i-1]
	}
	if found {
		i++
	}
	if i < len(days) {
		ch.Next = &days[i]
	}
	return ch
}

// boundaries are the days on which something changes, in order, once each.
func (e *Edition) boundaries() []day.Day {
	var days []day.Day
	for _, c := range e.Contests {
		for _, st := range c.Stages {
			days = append(days, st.From, st.Until)
		}
	}
	for _, b := range e.Bodies {
		days = append(days, b.From, b.Until)
	}
	days = append(days, e.timeline.Boundaries(rule.Facts{})...)
	slices.Sort(days)
	days = slices.Compact(days)
	if len(days) > 0 && days[0] == day.None {
		days = days[1:]
	}
	return days
}

// Changes says what is another on the day than on the day before under the
// edition in force, with the answers that flip.
func (s *Service) Changes(ctx context.Context, on day.Day) (Changes, error) {
	e, err := s.Current(ctx)
	if err != nil {
		return Changes{}, err
	}
	ch := e.Changes(on)
	if s.Flips != nil {
		flips, err := s.Flips(ctx, e, on)
		if err != nil {
			return Changes{}, err
		}
		if flips != nil {
			ch.Flips = flips
		}
	}
	return ch, nil
}
