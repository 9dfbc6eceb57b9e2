package calendar

import (
	"reflect"
	"strings"

	"netral/internal/day"
	"netral/internal/rule"
)

// Kinds of difference between two editions.
const (
	DiffContestAdded      = "contest_added"
	DiffContestRemoved    = "contest_removed"
	DiffContestStatus     = "contest_status"
	DiffContestReworded   = "contest_reworded"
	DiffProjection        = "projection"
	DiffWindow            = "window"
	DiffStageAdded        = "stage_added"
	DiffStageRemoved      = "stage_removed"
	DiffStageMoved        = "stage_moved"
	DiffStageCancelled    = "stage_cancelled"
	DiffStageRestored     = "stage_restored"
	DiffStageReworded     = "stage_reworded"
	DiffContestantAdded   = "contestant_added"
	DiffContestantRemoved = "contestant_removed"
	DiffContestantChanged = "contestant_changed"
	DiffPartyAdded        = "party_added"
	DiffPartyRemoved      = "party_removed"
	DiffPartyChanged      = "party_changed"
	DiffBodyAdded         = "body_added"
	DiffBodyRemoved       = "body_removed"
	DiffBodyChanged       = "body_changed"
)

// Days are the days [From, Until).
type Days struct {
	From  day.Day `json:"from"`
	Until day.Day `json:"until"`
}

// Difference is one thing that two editions say differently.
type Difference struct {
	Kind    string    `json:"kind"`
	Contest string    `json:"contest,omitempty"` // id
	ID      string    `json:"id"`                // of the stage, contestant, party or body; of the contest itself
	Title   rule.Text `json:"title"`
	Was     *Days     `json:"was,omitempty"` // for what has days and was there before
	Is      *Days     `json:"is,omitempty"`
	WasWord string    `json:"was_status,omitempty"`
	IsWord  string    `json:"is_status,omitempty"`
}

// Compare says in which ways the later edition differs, in the order of the
// later file, what is gone last. Differences of sources and instruments alone
// are not told: they change no date.
func Compare(was, is *Edition) []Difference {
	var out []Difference
	pair(was.Contests, is.Contests, func(c Contest) string { return c.ID }, func(o, n *Contest) {
		switch {
		case o == nil:
			out = append(out, Difference{Kind: DiffContestAdded, Contest: n.ID, ID: n.ID, Title: n.Title, IsWord: n.Status})
		case n == nil:
			out = append(out, Difference{Kind: DiffContestRemoved, Contest: o.ID, ID: o.ID, Title: o.Title, WasWord: o.Status})
		default:
			out = append(out, compareContest(was, is, o, n)...)
		}
	})
	pair(was.Parties, is.Parties, func(p Party) string { return p.ID }, func(o, n *Party) {
		out = append(out, one(o, n, DiffPartyAdded, DiffPartyRemoved, DiffPartyChanged, func(p *Party) Difference {
			return Difference{ID: p.ID, Title: rule.Text{ID: p.Name, EN: p.Name}}
		})...)
	})
	pair(was.Bodies, is.Bodies, func(b Body) string { return b.ID }, func(o, n *Body) {
		d := one(o, n, DiffBodyAdded, DiffBodyRemoved, DiffBodyChanged, func(b *Body) Difference { return Difference{ID: b.ID, Title: b.Title} })
		for i := range d {
			if o != nil {
				d[i].Was = &Days{o.From, o.Until}
			}
			if n != nil {
				d[i].Is = &Days{n.From, n.Until}
			}
		}
		out = append(out, d...)
	})
	return out
}

func compareContest(was, is *Edition, o, n *Contest) []Difference {
	var out []Difference
	self := Difference{Contest: n.ID, ID: n.ID, Title: n.Title}
	add := func(kind string, d Difference) {
		d.Kind, d.Contest = kind, n.ID
		out = append(out, d)
	}
	if o.Status != n.Status {
		d := self
		d.WasWord, d.IsWord = o.Status, n.Status
		add(DiffContestStatus, d)
	}
	if !same(header(o), header(n)) {
		add(DiffContestReworded, self)
	}
	if !same(o.Projection, n.Projection) {
		d := self
		if o.Projection != nil {
			d.Was = &Days{o.Projection.From, o.Projection.Until}
		}
		if n.Projection != nil {
			d.Is = &Days{n.Projection.From, n.Projection.Until}
		}
		add(DiffProjection, d)
	}
	oFrom, oUntil, had := o.WindowDays()
	nFrom, nUntil, has := n.WindowDays()
	if had != has || oFrom != nFrom || oUntil != nUntil || !same(o.Window, n.Window) {
		d := self
		if had {
			d.Was = &Days{oFrom, oUntil}
		}
		if has {
			d.Is = &Days{nFrom, nUntil}
		}
		add(DiffWindow, d)
	}
	pair(o.Stages, n.Stages, func(s Stage) string { return s.ID }, func(a, b *Stage) {
		switch {
		case a == nil:
			add(DiffStageAdded, Difference{ID: b.ID, Title: b.Title, Is: &Days{b.From, b.Until}})
		case b == nil:
			add(DiffStageRemoved, Difference{ID: a.ID, Title: a.Title, Was: &Days{a.From, a.Until}})
		default:
			d := Difference{ID: b.ID, Title: b.Title, Was: &Days{a.From, a.Until}, Is: &Days{b.From, b.Until}}
			moved := *d.Was != *d.Is
			if moved {
				add(DiffStageMoved, d)
			}
			switch off, on := o.Cancelled(*a), n.Cancelled(*b); {
			case !off && on:
				add(DiffStageCancelled, d)
			case off && !on:
				add(DiffStageRestored, d)
			}
			x := *a
			x.From, x.Until, x.Held = b.From, b.Until, b.Held
			if !same(x, *b) {
				add(DiffStageReworded, d)
			}
		}
	})
	pair(o.Contestants, n.Contestants, func(c Contestant) string { return c.ID }, func(a, b *Contestant) {
		for _, d := range one(a, b, DiffContestantAdded, DiffContestantRemoved, DiffContestantChanged, func(c *Contestant) Difference {
			e := is
			if b == nil {
				e = was
			}
			name := e.Name(*c)
			return Difference{ID: c.ID, Title: rule.Text{ID: name, EN: name}}
		}) {
			add(d.Kind, d)
		}
	})
	return out
}

// header is what a contest says of itself, besides status, days and people.
func header(c *Contest) Contest {
	return Contest{ID: c.ID, Kind: c.Kind, Title: c.Title, Short: c.Short, Region: c.Region, Contingent: c.Contingent, Note: c.Note}
}

// one tells whether a part was added, removed or changed.
func one[T any](o, n *T, added, removed, changed string, tell func(*T) Difference) []Difference {
	var d Difference
	switch {
	case o == nil:
		d = tell(n)
		d.Kind = added
	case n == nil:
		d = tell(o)
		d.Kind = removed
	case !same(*o, *n):
		d = tell(n)
		d.Kind = changed
	default:
		return nil
	}
	return []Difference{d}
}

// pair walks two lists by id: first the new list in its order, then what only
// the old one has.
func pair[T any](was, is []T, id func(T) string, f func(o, n *T)) {
	old := map[string]*T{}
	for i := range was {
		old[strings.ToLower(id(was[i]))] = &was[i]
	}
	for i := range is {
		key := strings.ToLower(id(is[i]))
		f(old[key], &is[i])
		delete(old, key)
	}
	for i := range was {
		if o := old[strings.ToLower(id(was[i]))]; o != nil {
			f(o, nil)
		}
	}
}

// same compares what was read from files: plain values.
func same(a, b any) bool { return reflect.DeepEqual(a, b) }
