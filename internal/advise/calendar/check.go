package calendar

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
)

// reserved are words that stand where a contest's id does in an address.
var reserved = []string{"perubahan", "edisi"}

// windowStage is the id under which the ban on replacing officials appears
// beside the stages of a contest.
const windowStage = "window"

// check finds what is wrong between the parts of an edition, each of which was
// read without a problem.
func (r *reader) check() {
	e := r.edition
	unique := func(what string, n int, id func(int) string) {
		seen := map[string]bool{}
		for i := range n {
			key := strings.ToLower(id(i))
			if seen[key] {
				r.bad(r.at[place{what, i, 0}], "%s %q stands twice", what, id(i))
			}
			seen[key] = true
		}
	}
	unique("source", len(e.Sources), func(i int) string { return e.Sources[i].ID })
	unique("instrument", len(e.Instruments), func(i int) string { return e.Instruments[i].ID })
	unique("party", len(e.Parties), func(i int) string { return e.Parties[i].ID })
	unique("body", len(e.Bodies), func(i int) string { return e.Bodies[i].ID })
	unique("contest", len(e.Contests), func(i int) string { return e.Contests[i].ID })
	for i, p := range e.Parties {
		n := r.at[place{"party", i, 0}]
		for _, w := range p.Weak {
			if !slices.Contains(p.Short, w) {
				r.bad(n, "party %q: weak %q is not among its short names", p.ID, w)
			}
		}
		for _, m := range p.Marks {
			r.sources(n, m.Sources)
		}
	}
	for i, b := range e.Bodies {
		n := r.at[place{"body", i, 0}]
		r.sources(n, b.Sources)
		if b.From != day.None && b.Until != day.None && b.From >= b.Until {
			r.bad(n, "body %q ends on %s, before it begins on %s", b.ID, b.Until-1, b.From)
		}
		for _, o := range e.Bodies[:i] {
			if o.Role == b.Role && overlap(o.From, o.Until, b.From, b.Until) {
				r.bad(n, "bodies %q and %q are both %s at the same time", o.ID, b.ID, b.Role)
			}
		}
	}
	contestants := map[string]bool{}
	for i := range e.Contests {
		r.checkContest(i, contestants)
	}
	r.apart()
}

func overlap(aFrom, aUntil, bFrom, bUntil day.Day) bool {
	return (bUntil == day.None || aFrom == day.None || aFrom < bUntil) && (aUntil == day.None || bFrom == day.None || bFrom < aUntil)
}

func (r *reader) checkContest(i int, contestants map[string]bool) {
	c := &r.edition.Contests[i]
	n := r.at[place{"contest", i, 0}]
	if slices.Contains(reserved, strings.ToLower(c.ID)) {
		r.bad(n, "contest %q: that word is an address of the calendar; choose another id", c.ID)
	}
	for _, b := range c.Basis {
		r.instrument(n, b)
	}
	projected := c.Status == StatusProjected
	if projected != (c.Projection != nil) {
		r.bad(n, "contest %q: a projected contest, and no other, has a projection", c.ID)
	}
	if projected && (len(c.Stages) > 0 || c.Window != nil) {
		r.bad(n, "contest %q is projected, so it cannot have stages or a window; a contest with a schedule is %s", c.ID, StatusScheduled)
	}
	if c.Projection != nil {
		r.sources(r.at[place{"projection", i, 0}], c.Projection.Sources)
	}
	if w := c.Window; w != nil {
		wn := r.at[place{"window", i, 0}]
		r.instrument(wn, w.Instrument)
		r.sources(wn, w.Sources)
		if c.Contingent {
			r.bad(wn, "contest %q is contingent; the window belongs to the contest it follows", c.ID)
		}
	}
	ids := map[string]bool{}
	for j, s := range c.Stages {
		sn := r.at[place{"stage", i, j}]
		r.sources(sn, s.Sources)
		if s.Instrument != "" {
			r.instrument(sn, s.Instrument)
		}
		if key := strings.ToLower(s.ID); ids[key] {
			r.bad(sn, "stage %q stands twice in contest %q", s.ID, c.ID)
		} else {
			ids[key] = true
		}
		if strings.EqualFold(s.ID, windowStage) {
			r.bad(sn, "stage id %q is kept for the ban on replacing officials; choose another", s.ID)
		}
		if s.Phase != "" && !s.Held {
			r.bad(sn, "stage %q did not take place, so it cannot be the phase %s", s.ID, s.Phase)
		}
		for _, o := range c.Stages[:j] {
			if o.Track == s.Track && overlap(o.From, o.Until, s.From, s.Until) {
				r.bad(sn, "stage %q (%s to %s) overlaps %q (%s to %s) in track %q", s.ID, s.From, s.Last(), o.ID, o.From, o.Last(), s.Track)
			}
			if o.Phase != "" && o.Phase == s.Phase {
				r.bad(sn, "stages %q and %q are both the phase %s; a second round is a contingent contest of its own", o.ID, s.ID, s.Phase)
			}
		}
	}
	r.phases(i)
	for j, ct := range c.Contestants {
		cn := r.at[place{"contestant", i, j}]
		if key := strings.ToLower(ct.ID); contestants[key] {
			r.bad(cn, "contestant %q stands twice", ct.ID)
		} else {
			contestants[key] = true
		}
		r.checkContestant(cn, c, j)
	}
}

func (r *reader) checkContestant(n *yaml.Node, c *Contest, j int) {
	ct := c.Contestants[j]
	r.sources(n, ct.Sources)
	for _, o := range c.Contestants[:j] {
		if o.Number == ct.Number {
			r.bad(n, "contestants %q and %q both have the number %d", o.ID, ct.ID, ct.Number)
		}
	}
	r.party(n, ct.Party)
	for _, b := range ct.Backing {
		r.sources(n, b.Sources)
		if len(b.IDs) == 0 {
			r.bad(n, "contestant %q: a group of parties without ids", ct.ID)
		}
		for _, p := range b.IDs {
			r.party(n, p)
		}
	}
	for _, m := range ct.Marks {
		r.sources(n, m.Sources)
	}
	if ct.Withdrawn != day.None && ct.Determined != day.None && ct.Withdrawn < ct.Determined {
		r.bad(n, "contestant %q withdrew on %s, before it was determined on %s", ct.ID, ct.Withdrawn, ct.Determined)
	}
}

// phases checks that the phases come in their order and that none is missing
// where people are bound by them. A contingent contest (a second round) only
// adds to the one it follows.
func (r *reader) phases(i int) {
	c := &r.edition.Contests[i]
	n := r.at[place{"contest", i, 0}]
	var last Stage
	for _, p := range phases {
		s, ok := c.Phase(p)
		if !ok {
			if c.Takes() && !c.Contingent {
				r.bad(n, "contest %q takes place, and the rules of conduct follow its phases: no stage has phase %s", c.ID, p)
			}
			continue
		}
		sn := r.at[place{"stage", i, slices.IndexFunc(c.Stages, func(o Stage) bool { return o.ID == s.ID })}]
		if last.Phase != "" && s.From < last.From {
			r.bad(sn, "phase %s begins on %s, before phase %s on %s; the order is: %s", p, s.From, last.Phase, last.From, strings.Join(phases, ", "))
		}
		// The law leaves no day between campaign, quiet period and voting
		// (UU 7/2017 art. 278, UU 1/2015 art. 67 (2)); a gap is a wrong date.
		if (last.Phase == PhaseCampaign && p == PhaseQuiet || last.Phase == PhaseQuiet && p == PhaseVoting) && s.From != last.Until {
			r.bad(sn, "phase %s begins on %s; phase %s ends on %s, so it must begin on %s", p, s.From, last.Phase, last.Last(), last.Until)
		}
		if last.Phase == PhaseCounting && s.From < last.Until {
			r.bad(sn, "phase %s begins on %s, before phase %s ends on %s", p, s.From, last.Phase, last.Last())
		}
		last = s
	}
}

// apart checks that the rules of conduct can tell contests apart: they know a
// contest by its kind only, so two of one kind must not run at the same time.
func (r *reader) apart() {
	e := r.edition
	for i := range e.Contests {
		a := &e.Contests[i]
		aFrom, aUntil, ok := a.runs()
		for j := range e.Contests[:i] {
			b := &e.Contests[j]
			bFrom, bUntil, other := b.runs()
			if ok && other && a.Kind == b.Kind && overlap(aFrom, aUntil, bFrom, bUntil) {
				r.bad(r.at[place{"contest", i, 0}], "contests %q and %q are both of kind %s and run at the same time (%s to %s, %s to %s); a second round is marked contingent",
					b.ID, a.ID, a.Kind, bFrom, bUntil-1, aFrom, aUntil-1)
			}
		}
	}
}

// runs is the time from the first phase to the oath of a contest that binds
// people by itself.
func (c *Contest) runs() (from, until day.Day, ok bool) {
	start, s := c.Phase(PhaseStart)
	oath, o := c.Phase(PhaseOath)
	return start.From, oath.Until, s && o && c.Takes() && !c.Contingent
}

func (r *reader) sources(n *yaml.Node, ids []string) {
	for _, id := range ids {
		if !slices.ContainsFunc(r.edition.Sources, func(s Source) bool { return s.ID == id }) {
			r.bad(n, "source %q is not in the list of sources; nearest: %s", clip(id), nearest(id, r.edition.Sources, func(s Source) string { return s.ID }))
		}
	}
}

func (r *reader) instrument(n *yaml.Node, id string) {
	if !slices.ContainsFunc(r.edition.Instruments, func(s Instrument) bool { return s.ID == id }) {
		r.bad(n, "instrument %q is not in the list of instruments; nearest: %s", clip(id), nearest(id, r.edition.Instruments, func(s Instrument) string { return s.ID }))
	}
}

func (r *reader) party(n *yaml.Node, id string) {
	if _, ok := r.edition.Party(id); id != "" && !ok {
		r.bad(n, "party %q is not in the list of parties; nearest: %s", clip(id), nearest(id, r.edition.Parties, func(p Party) string { return p.ID }))
	}
}

// nearest names the three ids that share most letters at the front with id:
// what is possible, without a list of eighty.
func nearest[T any](id string, all []T, name func(T) string) string {
	names := make([]string, len(all))
	for i, a := range all {
		names[i] = name(a)
	}
	common := func(a string) int {
		n := 0
		for n < len(a) && n < len(id) && a[n]|0x20 == id[n]|0x20 {
			n++
		}
		return n
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Or(common(b)-common(a), abs(len(a)-len(id))-abs(len(b)-len(id)))
	})
	return strings.Join(names[:min(len(names), 3)], ", ")
}

func abs(n int) int { return max(n, -n) }
