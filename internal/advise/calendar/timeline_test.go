package calendar

import (
	"strings"
	"testing"

	"netral/internal/day"
	"netral/internal/rule"
)

// Every boundary of the timeline: what holds from that day on. The day before
// still has the line above it.
func TestTimelineBoundaries(t *testing.T) {
	cases := []struct{ kind, from, standing, stage, window string }{
		{"president", "", "none", "none", "closed"},
		{"president", "2022-06-14", "hopeful", "preparation", "closed"},
		{"president", "2023-10-19", "hopeful", "nomination", "closed"},
		{"president", "2023-11-13", "candidate", "determined", "closed"},
		{"president", "2023-11-28", "candidate", "campaign", "closed"},
		{"president", "2024-02-11", "candidate", "quiet", "closed"},
		{"president", "2024-02-14", "candidate", "voting", "closed"},
		{"president", "2024-02-15", "candidate", "counting", "closed"},
		{"president", "2024-03-21", "candidate", "concluded", "closed"},
		{"president", "2024-10-20", "past", "none", "closed"},
		{"legislature", "", "none", "none", "closed"},
		{"legislature", "2022-06-14", "hopeful", "preparation", "closed"},
		{"legislature", "2023-04-24", "hopeful", "nomination", "closed"},
		{"legislature", "2023-11-03", "candidate", "determined", "closed"},
		{"legislature", "2023-11-28", "candidate", "campaign", "closed"},
		{"legislature", "2024-02-11", "candidate", "quiet", "closed"},
		{"legislature", "2024-02-14", "candidate", "voting", "closed"},
		{"legislature", "2024-02-15", "candidate", "counting", "closed"},
		{"legislature", "2024-03-21", "candidate", "concluded", "closed"},
		{"legislature", "2024-10-01", "past", "none", "closed"},
		{"governor", "", "none", "none", "closed"},
		{"governor", "2024-01-26", "hopeful", "preparation", "closed"},
		{"governor", "2024-03-22", "hopeful", "preparation", "open"},
		{"governor", "2024-08-27", "hopeful", "nomination", "open"},
		{"governor", "2024-09-22", "candidate", "determined", "open"},
		{"governor", "2024-09-25", "candidate", "campaign", "open"},
		{"governor", "2024-11-24", "candidate", "quiet", "open"},
		{"governor", "2024-11-27", "candidate", "voting", "open"},
		{"governor", "2024-11-28", "candidate", "counting", "open"},
		{"governor", "2024-12-17", "candidate", "concluded", "open"},
		{"governor", "2025-02-20", "past", "none", "closed"},
	}
	e := base(t)
	for i, c := range cases {
		want := rule.Facts{FactStanding: c.standing, FactStage: c.stage, FactWindow: c.window}
		check := func(d day.Day, want rule.Facts) {
			t.Helper()
			got := e.Facts(c.kind, d)
			for f, v := range want {
				if got[f] != v {
					t.Errorf("%s on %s: %s is %q, want %q", c.kind, d, f, got[f], v)
				}
			}
		}
		if c.from == "" {
			check(on(t, "2000-01-01"), want)
			continue
		}
		d := on(t, c.from)
		check(d, want)
		if next := i + 1; next == len(cases) || cases[next].kind != c.kind || cases[next].from != (d+1).String() {
			check(d+1, want)
		}
		prev := cases[i-1]
		check(d-1, rule.Facts{FactStanding: prev.standing, FactStage: prev.stage, FactWindow: prev.window})
	}
	// The list above is complete: the timeline has no other boundary.
	for _, kind := range []string{"president", "legislature", "governor"} {
		for _, b := range e.Timeline().Boundaries(rule.Facts{FactContest: kind}) {
			found := false
			for _, c := range cases {
				found = found || c.kind == kind && c.from == b.String()
			}
			if !found {
				t.Errorf("%s has a boundary on %s that this test does not know", kind, b)
			}
		}
	}
}

// With the contest unknown a fact follows only where all kinds agree.
func TestTimelineUnknownContest(t *testing.T) {
	cases := []struct {
		on   string
		want rule.Facts
	}{
		{"2020-01-01", rule.Facts{FactStanding: "none", FactStage: "none", FactWindow: "closed"}},
		{"2023-10-19", rule.Facts{FactWindow: "closed"}},
		{"2024-02-14", rule.Facts{FactWindow: "closed"}},
		{"2024-03-22", rule.Facts{}},
		{"2024-09-30", rule.Facts{FactStanding: "candidate"}},
		{"2025-02-20", rule.Facts{FactStanding: "past", FactStage: "none", FactWindow: "closed"}},
		{"2031-12-01", rule.Facts{FactStanding: "past", FactStage: "none", FactWindow: "closed"}}, // projected: binds nobody
	}
	e := base(t)
	for _, c := range cases {
		got := e.Timeline().Derive(rule.Facts{}, on(t, c.on))
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.on, got, c.want)
		}
		for f, v := range c.want {
			if got[f] != v {
				t.Errorf("%s: %s is %q, want %q", c.on, f, got[f], v)
			}
		}
	}
}

// A second round that is held lays its campaign over the days of the contest
// it follows and leaves the standing of its people alone; the contest after it
// begins anew.
func TestTimelineSecondRoundAndNext(t *testing.T) {
	text := baseText(t)
	replace := func(old, new string) {
		t.Helper()
		if !strings.Contains(text, old) {
			t.Fatalf("the base edition no longer has %q", old)
		}
		text = strings.Replace(text, old, new, 1)
	}
	replace("status: not_held\n    contingent: true", "status: held\n    contingent: true")
	replace("{id: campaign, track: line, from: 2025-02-02", "{id: campaign, track: line, phase: campaign, from: 2025-02-02")
	replace("{id: quiet, track: line, from: 2025-02-23", "{id: quiet, track: line, phase: quiet, from: 2025-02-23")
	replace("{id: voting, track: line, on: 2025-02-26", "{id: voting, track: line, phase: voting, on: 2025-02-26")
	replace("{id: recapitulation, track: count, from: 2025-02-26", "{id: recapitulation, track: count, phase: counting, from: 2025-02-26")
	replace("phase: oath, on: 2025-02-20, title: {id: \"Pelantikan Gubernur", "phase: oath, on: 2025-04-10, title: {id: \"Pelantikan Gubernur")
	e, err := Parse("second.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ on, standing, stage string }{
		{"2025-02-01", "candidate", "concluded"},
		{"2025-02-02", "candidate", "campaign"},
		{"2025-02-22", "candidate", "campaign"},
		{"2025-02-23", "candidate", "quiet"},
		{"2025-02-26", "candidate", "voting"},
		{"2025-02-27", "candidate", "counting"},
		{"2025-03-17", "candidate", "counting"},
		{"2025-03-18", "candidate", "concluded"},
		{"2025-04-09", "candidate", "concluded"},
		{"2025-04-10", "past", "none"},
	} {
		got := e.Facts("governor", on(t, c.on))
		if got[FactStanding] != c.standing || got[FactStage] != c.stage {
			t.Errorf("%s: %v, want %s, %s", c.on, got, c.standing, c.stage)
		}
	}
}

func TestWindowMonthEnd(t *testing.T) {
	c := Contest{Status: StatusScheduled, Window: &Window{}, Stages: []Stage{
		{ID: "d", Phase: PhaseDetermination, From: on(t, "2024-08-31"), Until: on(t, "2024-09-01")},
		{ID: "o", Phase: PhaseOath, From: on(t, "2025-01-01"), Until: on(t, "2025-01-02")},
	}}
	from, until, ok := c.WindowDays()
	if !ok || from.String() != "2024-02-29" || until.String() != "2025-01-01" {
		t.Errorf("window %s to %s, %v", from, until, ok)
	}
}

// A contestant may be determined later than the others, or withdraw: the days
// of a question about just that one are theirs, all others keep the contest's.
func TestTimelineOfOneContestant(t *testing.T) {
	text := baseText(t)
	for id, own := range map[string]string{"PRES24-1": "determined: 2023-11-20", "PRES24-2": "withdrawn: 2024-01-10"} {
		at := "- id: " + id + "\n"
		if !strings.Contains(text, at) {
			t.Fatalf("the edition no longer has %s", id)
		}
		text = strings.Replace(text, at, at+"        "+own+"\n", 1)
	}
	e, err := Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	president := rule.Facts{FactContest: "president"}
	for _, c := range []struct {
		who      []string
		on, want string
	}{
		{[]string{"PRES24-1"}, "2023-11-13", "hopeful"},
		{[]string{"PRES24-1"}, "2023-11-19", "hopeful"},
		{[]string{"PRES24-1"}, "2023-11-20", "candidate"},
		{[]string{"PRES24-1"}, "2024-10-20", "past"},
		{[]string{"PRES24-2"}, "2023-11-12", "hopeful"},
		{[]string{"PRES24-2"}, "2024-01-09", "candidate"},
		{[]string{"PRES24-2"}, "2024-01-10", "past"},
		{[]string{"PRES24-2"}, "2022-06-13", "none"},
		{[]string{"PRES24-3"}, "2023-11-13", "candidate"},
		{[]string{"PRES24-1", "PRES24-2"}, "2023-11-13", "candidate"},
		{[]string{"pkb"}, "2023-11-13", "candidate"},
		{nil, "2024-01-10", "candidate"},
	} {
		got := e.TimelineOf(c.who...).Derive(president, on(t, c.on))
		if got[FactStanding] != c.want {
			t.Errorf("%v on %s: %q, want %q", c.who, c.on, got[FactStanding], c.want)
		}
	}
	if got := e.TimelineOf("PRES24-1").Derive(rule.Facts{FactContest: "governor"}, on(t, "2024-09-22")); got[FactStanding] != "candidate" {
		t.Errorf("another contest changed, too: %v", got)
	}
	if e.Facts("president", on(t, "2024-01-10"))[FactStanding] != "candidate" {
		t.Error("the contest's own timeline was changed")
	}
}
