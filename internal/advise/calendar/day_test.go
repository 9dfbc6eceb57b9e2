package calendar

import (
	"slices"
	"testing"

	"netral/internal/day"
)

func TestOn(t *testing.T) {
	e := base(t)
	s := e.On(on(t, "2024-09-22"))
	want := []KindState{
		{"president", "candidate", "concluded", "closed"},
		{"legislature", "candidate", "concluded", "closed"},
		{"governor", "candidate", "determined", "open"},
		{"other_head", "candidate", "determined", "open"},
	}
	if !slices.Equal(s.Kinds, want) {
		t.Errorf("kinds %+v", s.Kinds)
	}
	if s.Supervisor == nil || s.Supervisor.ID != "bkn" || s.ActingGovernor == nil || s.ActingGovernor.ID != "heru" {
		t.Errorf("supervisor %+v, acting governor %+v", s.Supervisor, s.ActingGovernor)
	}
	i := slices.IndexFunc(s.Contests, func(c ContestState) bool { return c.ID == "GUB24" })
	var running []string
	for _, st := range s.Contests[i].Running {
		running = append(running, st.ID)
	}
	if got := s.Contests[i]; !slices.Equal(running, []string{"observers", "adhoc", "voters", "determination"}) || got.Next == nil || got.Next.ID != "numbers" {
		t.Errorf("running %v, next %+v", running, got.Next)
	}
	// What was not held never runs and never comes next.
	for _, d := range []string{"2024-06-26", "2025-02-26", "2025-01-01"} {
		for _, c := range e.On(on(t, d)).Contests {
			if c.ID == "GUB24R2" && (len(c.Running) > 0 || c.Next != nil) {
				t.Errorf("%s: the second round runs: %+v", d, c)
			}
			if c.ID == "PRES24" && slices.ContainsFunc(c.Running, func(s Stage) bool { return s.ID == "r2-voting" }) {
				t.Errorf("%s: the second round of the President runs", d)
			}
		}
	}
}

// Day by day over all the years of the calendar: a day has changes exactly if
// it is a boundary, the changes lead from one state to the next, and the ways
// back and forth pass every boundary.
func TestChangesDayByDay(t *testing.T) {
	e := base(t)
	days := e.boundaries()
	if len(days) < 80 {
		t.Fatalf("only %d boundaries", len(days))
	}
	first, last := days[0]-2, days[len(days)-1]+2
	facts := map[string]string{}
	for _, k := range e.On(first).Kinds {
		facts[k.Contest] = k.Standing + k.Stage + k.Window
	}
	next := 0
	for d := first; d <= last; d++ {
		ch := e.Changes(d)
		if boundary := next < len(days) && days[next] == d; boundary == ch.Empty() {
			t.Errorf("%s: boundary %v, changes %+v", d, boundary, ch)
		}
		if wantPrev := next > 0; wantPrev != (ch.Prev != nil) || wantPrev && *ch.Prev != days[next-1] {
			t.Errorf("%s: prev %v", d, ch.Prev)
		}
		if next < len(days) && days[next] == d {
			next++
		}
		if wantNext := next < len(days); wantNext != (ch.Next != nil) || wantNext && *ch.Next != days[next] {
			t.Errorf("%s: next %v", d, ch.Next)
		}
		changed := map[string]bool{}
		for _, f := range ch.Facts {
			changed[f.Contest] = true
		}
		for _, k := range e.On(d).Kinds {
			now := k.Standing + k.Stage + k.Window
			if (facts[k.Contest] != now) != changed[k.Contest] {
				t.Errorf("%s: %s went from %s to %s; told: %v", d, k.Contest, facts[k.Contest], now, ch.Facts)
			}
			facts[k.Contest] = now
		}
	}
}

func TestChangesTell(t *testing.T) {
	e := base(t)
	ch := e.Changes(on(t, "2024-02-14"))
	ids := func(list []Line) []string {
		var out []string
		for _, l := range list {
			out = append(out, l.Contest+"."+l.Stage.ID)
		}
		return out
	}
	if got := ids(ch.Begins); !slices.Equal(got, []string{"PRES24.voting", "PRES24.count", "LEG24.voting", "LEG24.count"}) {
		t.Errorf("begins %v", got)
	}
	if got := ids(ch.Ends); !slices.Equal(got, []string{"PRES24.quiet", "LEG24.quiet"}) {
		t.Errorf("ends %v", got)
	}
	r2 := e.Changes(on(t, "2025-02-26"))
	if len(r2.Begins) != 2 || !r2.Begins[0].Cancelled || len(r2.Facts) != 0 {
		t.Errorf("the second round: %+v", r2)
	}
	handover := e.Changes(on(t, "2025-02-20"))
	if len(handover.Bodies) != 1 || handover.Bodies[0].Role != RoleActingGovernor || handover.Bodies[0].Before.ID != "teguh" || handover.Bodies[0].After != nil {
		t.Errorf("bodies %+v", handover.Bodies)
	}
}

func BenchmarkParse(b *testing.B) {
	text := []byte(baseText(b))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Parse("x", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFacts(b *testing.B) {
	e := base(b)
	d := day.Of(2024, 2, 14)
	for b.Loop() {
		e.Facts("governor", d)
	}
}
