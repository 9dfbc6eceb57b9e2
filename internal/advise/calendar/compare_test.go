package calendar

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"netral/internal/day"
	"netral/internal/rule"
)

func TestCompare(t *testing.T) {
	text := baseText(t)
	was := base(t)
	for _, c := range []struct {
		name     string
		old, new string
		want     []string // kind and id
	}{
		{"nothing", "# Kalender", "# Kalender", nil},
		{"a source only", `address: "voi.id/berita/177782"`, `address: "voi.id"`, nil},
		{"moved", "{id: elected, track: line, on: 2025-01-09", "{id: elected, track: line, on: 2025-01-10", []string{"stage_moved elected"}},
		{"moved, and the window with it", "{id: oath, track: line, phase: oath, on: 2025-02-20, title: {id: \"Pelantikan Gubernur", "{id: oath, track: line, phase: oath, on: 2025-02-21, title: {id: \"Pelantikan Gubernur", []string{"window GUB24", "stage_moved oath"}},
		{"called off", "{id: dp4, track: dp4,", "{id: dp4, track: dp4, held: false,", []string{"stage_cancelled dp4"}},
		{"held after all", "{id: r2-quiet, track: round2, from: 2024-06-23, to: 2024-06-25, contingent: true, held: false,", "{id: r2-quiet, track: round2, from: 2024-06-23, to: 2024-06-25, contingent: true, held: true,", []string{"stage_restored r2-quiet"}},
		{"reworded", "Pengumuman DCT", "Pengumuman daftar", []string{"stage_reworded final-list-announced"}},
		{"another id", "{id: dp4, track: dp4,", "{id: dp5, track: dp4,", []string{"stage_added dp5", "stage_removed dp4"}},
		{"contest renamed", "- id: GUB24R2", "- id: GUB24B", []string{"contest_added GUB24B", "contest_removed GUB24R2"}},
		{"projection", "from: 2029-01-01", "from: 2029-02-01", []string{"projection NAT29"}},
		{"note of a contest", "Disiapkan bila tidak ada", "Disiapkan kalau tidak ada", []string{"contest_reworded GUB24R2"}},
		{"mark", `text: "Bang Anies"`, `text: "Pak Anies"`, []string{"contestant_changed PRES24-1"}},
		{"contestant", "LEG24-24", "LEG24-25", []string{"contestant_added LEG24-25", "contestant_removed LEG24-24"}},
		{"party", `name: "Partai Ummat"`, `name: "Partai Umat"`, []string{"party_changed ummat"}},
		{"body", "to: 2024-08-23", "to: 2024-08-22", []string{"body_changed kasn"}},
	} {
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s: the base edition no longer has %q", c.name, c.old)
		}
		is, err := Parse("x", []byte(strings.Replace(text, c.old, c.new, 1)))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var got []string
		for _, d := range Compare(was, is) {
			got = append(got, d.Kind+" "+d.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	// The status of a contest, with the stages that fall with it.
	is := *was
	is.Contests = slices.Clone(was.Contests)
	is.Contests[2].Status = StatusNotHeld
	diff := Compare(was, &is)
	if diff[0].Kind != DiffContestStatus || diff[0].WasWord != StatusHeld || diff[0].IsWord != StatusNotHeld || len(diff) != 2+len(was.Contests[2].Stages) {
		t.Errorf("status: %+v", diff)
	}
}

// Whatever a line of editions does: an event that was once in the feed stays
// there under its UID; its sequence never falls, rises exactly when it says
// something else, and LAST-MODIFIED moves with it; what the edition in force
// has is there as it says.
func TestEventsThroughEditions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c", "d"}
		edition := func(n int) *Edition {
			c := Contest{ID: "X", Kind: "governor", Status: rapid.SampledFrom([]string{StatusScheduled, StatusHeld, StatusNotHeld}).Draw(t, "status")}
			for _, id := range ids {
				if rapid.Bool().Draw(t, "has "+id) {
					from := day.Of(2024, time.January, 1) + day.Day(rapid.IntRange(0, 3).Draw(t, "from"))
					c.Stages = append(c.Stages, Stage{ID: id, From: from, Until: from + 1, Held: rapid.Bool().Draw(t, "held"), Title: rule.Text{ID: id, EN: id}})
				}
			}
			return &Edition{ID: fmt.Sprint(n), Contests: []Contest{c}}
		}
		var line []Issue
		before := map[string]event{}
		for n := range rapid.IntRange(1, 6).Draw(t, "editions") {
			at := time.Unix(int64(n)*86400, 0)
			line = append(line, Issue{Edition: edition(n), At: at})
			now := map[string]event{}
			for _, ev := range events(line) {
				now[ev.key] = ev
			}
			for key, old := range before {
				ev, ok := now[key]
				switch {
				case !ok:
					t.Fatalf("%s is gone", key)
				case ev.content == old.content && (ev.sequence != old.sequence || !ev.modified.Equal(old.modified)):
					t.Fatalf("%s did not change and went from %+v to %+v", key, old, ev)
				case ev.content != old.content && (ev.sequence != old.sequence+1 || !ev.modified.Equal(at)):
					t.Fatalf("%s changed and went from %+v to %+v", key, old, ev)
				case !ev.created.Equal(old.created):
					t.Fatalf("%s was created twice", key)
				}
			}
			c := line[n].Contests[0]
			for key, ev := range now {
				s, has := Stage{}, false
				for _, x := range c.Stages {
					if key == "x."+x.ID {
						s, has = x, true
					}
				}
				if ev.gone == has || !has && !ev.content.Cancelled || has && (ev.content.From != s.From || ev.content.Cancelled != c.Cancelled(s)) {
					t.Fatalf("%s: %+v, the edition says %+v", key, ev, s)
				}
			}
			before = now
		}
	})
}
