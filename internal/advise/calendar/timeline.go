package calendar

import (
	"slices"

	"netral/internal/day"
	"netral/internal/rule"
)

// The derived facts of the conduct book and their values that the calendar
// sets (rules/id-asn/vocabulary.yaml).
const (
	FactContest  = "contest"
	FactStanding = "standing"
	FactStage    = "stage"
	FactWindow   = "replacement_window"
)

// windowMonths is how long before determination officials may no longer be
// replaced (UU 10/2016 art. 71 (2)).
const windowMonths = 6

// Timeline says how the derived facts follow from the day. It must not be
// changed.
func (e *Edition) Timeline() rule.Timeline { return e.timeline }

// TimelineOf is the timeline of a question about one contestant, who may have
// been determined on another day than the others, or have withdrawn: then the
// standing in that contest is theirs. For anybody else, a party or several
// contestants at once, it is Timeline.
func (e *Edition) TimelineOf(contestants ...string) rule.Timeline {
	if len(contestants) != 1 {
		return e.timeline
	}
	c, ct, ok := e.Contestant(contestants[0])
	if !ok || ct.Determined == day.None && ct.Withdrawn == day.None || !c.Takes() {
		return e.timeline
	}
	own := ct.standing(c)
	if len(own) == 0 {
		return e.timeline
	}
	out := rule.Timeline{Tracks: slices.Clone(e.timeline.Tracks)}
	for i, tr := range out.Tracks {
		if tr.When[FactContest] == c.Kind {
			out.Tracks[i].Spans = append(slices.Clone(tr.Spans), own...)
		}
	}
	return out
}

// standing are the days of a contestant in a contest. They end with the oath,
// because later contests of the kind have later people.
func (ct Contestant) standing(c *Contest) []rule.Span {
	start, _ := c.Phase(PhaseStart)
	determination, ok := c.Phase(PhaseDetermination)
	oath, over := c.Phase(PhaseOath)
	if !ok || !over {
		return nil
	}
	determined, until := determination.From, oath.From
	if ct.Determined != day.None {
		determined = ct.Determined
	}
	if ct.Withdrawn != day.None {
		until = min(until, ct.Withdrawn)
	}
	var out []rule.Span
	add := func(standing string, from, until day.Day) {
		if from < until {
			out = append(out, rule.Span{From: from, Until: until, Set: rule.Facts{FactStanding: standing}})
		}
	}
	add("hopeful", start.From, min(determined, until))
	add("candidate", determined, until)
	add("past", until, oath.From)
	return out
}

// derive makes the timeline: one track for each kind of contest, with all
// three facts on every day, so that with the contest unknown a fact follows
// only where all kinds agree. Only contests that take place bind anybody.
//
// A contest is over with the day of the oath: from midnight of that day its
// people hold office or do not, and nobody stands for anything.
func (e *Edition) derive() rule.Timeline {
	var t rule.Timeline
	for _, kind := range kinds {
		tr := rule.Track{
			When:    rule.Facts{FactContest: kind},
			Default: rule.Facts{FactStanding: "none", FactStage: "none", FactWindow: "closed"},
		}
		for _, c := range e.binding(kind) {
			tr.Spans = append(tr.Spans, c.spans()...)
		}
		t.Tracks = append(t.Tracks, tr)
	}
	return t
}

// binding lists the contests of a kind that bind people, in the order in which
// they begin; second rounds last, because what they say wins.
func (e *Edition) binding(kind string) []*Contest {
	var out []*Contest
	for i := range e.Contests {
		if c := &e.Contests[i]; c.Kind == kind && c.Takes() {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b *Contest) int {
		if a.Contingent != b.Contingent {
			if a.Contingent {
				return 1
			}
			return -1
		}
		from, _ := a.Phase(PhaseStart)
		other, _ := b.Phase(PhaseStart)
		return int(from.From) - int(other.From)
	})
	return out
}

// spans are the contest's days as facts. Later spans win, so a phase that lies
// inside another (voting day inside the count) comes after it.
func (c *Contest) spans() []rule.Span {
	at := map[string]Stage{}
	for _, p := range phases {
		if s, ok := c.Phase(p); ok {
			at[p] = s
		}
	}
	has := func(p string) bool { _, ok := at[p]; return ok }
	var out []rule.Span
	add := func(fact, value string, from, until day.Day) {
		if until == day.None || from < until {
			out = append(out, rule.Span{From: from, Until: until, Set: rule.Facts{fact: value}})
		}
	}
	if has(PhaseVoting) && has(PhaseCounting) {
		add(FactStage, "counting", at[PhaseVoting].Until, at[PhaseCounting].Until)
	}
	for _, p := range []string{PhaseCampaign, PhaseQuiet, PhaseVoting} {
		if has(p) {
			add(FactStage, p, at[p].From, at[p].Until) // the values are called as the phases
		}
	}
	if c.Contingent {
		return out
	}
	start, nomination, determination, oath := at[PhaseStart].From, at[PhaseNomination].From, at[PhaseDetermination].From, at[PhaseOath].From
	add(FactStage, "preparation", start, nomination)
	add(FactStage, "nomination", nomination, determination)
	add(FactStage, "determined", determination, at[PhaseCampaign].From)
	add(FactStage, "concluded", at[PhaseCounting].Until, oath)
	add(FactStanding, "hopeful", start, determination)
	add(FactStanding, "candidate", determination, oath)
	add(FactStanding, "past", oath, day.None)
	if from, until, ok := c.WindowDays(); ok {
		add(FactWindow, "open", from, until)
	}
	return out
}

// WindowDays are the days [from, until) on which the contest's ban on
// replacing officials is in force.
func (c *Contest) WindowDays() (from, until day.Day, ok bool) {
	determination, d := c.Phase(PhaseDetermination)
	oath, o := c.Phase(PhaseOath)
	if c.Window == nil || !d || !o || !c.Takes() {
		return 0, 0, false
	}
	return determination.From.AddMonths(-windowMonths), oath.From, true
}

// Facts are the derived facts of a kind of contest on the day.
func (e *Edition) Facts(kind string, on day.Day) rule.Facts {
	return e.timeline.Derive(rule.Facts{FactContest: kind}, on)
}
