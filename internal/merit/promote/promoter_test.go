package promote

import (
	"fmt"
	"testing"

	"netral/data"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/rules"
)

func appointed(n int, good int) []Appointment {
	var out []Appointment
	for i := range n {
		a := Appointment{ID: fmt.Sprint(i), Person: fmt.Sprint("p", i), Level: "pengawas", On: day.Of(2022, 3, 1), Until: day.None, By: map[string][]string{Proposed: {"kadis"}, Decided: {"gub"}}}
		p := "kurang"
		if i < good {
			p = "baik"
		}
		a.Ratings = []Rating{{Year: 2022, Predicate: "kurang"}, {Year: 2023, Predicate: p}, {Year: 2024, Predicate: "kurang"}}
		out = append(out, a)
	}
	return out
}

func TestPromoterRecord(t *testing.T) {
	e, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l, err := LoadLaw(rules.FS, "id-jabatan", e.Timeline())
	if err != nil {
		t.Fatal(err)
	}
	// Of 1,000 on the level in 2023, 900 are good; those appointed are among them.
	base := func(level string, year int) (int, int, error) {
		if level != "pengawas" || year != 2023 {
			t.Errorf("asked for %s in %d: only the first whole year counts", level, year)
		}
		return 900, 1000, nil
	}
	now := day.Of(2025, 6, 1)
	get := func(list []Appointment) PromoterRecord {
		r, err := l.weigh("kadis", "", list, base, now)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	bad := get(appointed(20, 8))
	if bad.Counted != 20 || bad.Good != 8 || !bad.Look || bad.Few {
		t.Errorf("8 of 20 where 9 of 10 is usual: %+v", bad)
	}
	if want := float64(900-8) / float64(1000-20); bad.Base != want || bad.Based != 980 {
		t.Errorf("the baseline is %v over %d, want %v over 980: it is of the others", bad.Base, bad.Based, want)
	}
	if r := get(appointed(20, 16)); r.Look {
		t.Errorf("16 of 20 lies within chance: %+v", r.Share)
	}
	if r := get(appointed(5, 0)); r.Look || !r.Few {
		t.Errorf("none of five: too few for a flag: look %v few %v", r.Look, r.Few)
	}
	if r := get(nil); r.Look || r.Counted != 0 || r.Share.High != 1 {
		t.Errorf("nobody appointed: %+v", r)
	}
	open := appointed(3, 3)
	open[0].On, open[0].Ratings = day.Of(2025, 1, 2), nil // first whole year 2026
	open[1].Ratings = nil                                 // 2023 is due and not there
	open[2].Until = day.Of(2023, 7, 1)                    // left before a whole year
	r := get(open)
	if r.Pending != 2 || r.Missing != 1 || r.Counted != 0 {
		t.Errorf("pending %d missing %d counted %d, want 2, 1, 0", r.Pending, r.Missing, r.Counted)
	}
	if r, _ := l.weigh("gub", Proposed, appointed(4, 4), base, now); len(r.Results) != 0 {
		t.Errorf("the decider proposed nobody, and %d stand there", len(r.Results))
	}
	if r, _ := l.weigh("kadis", "", appointed(2, 2), func(string, int) (int, int, error) { return 2, 2, nil }, now); r.Left != 2 || r.Counted != 0 {
		t.Errorf("nobody to compare with: left %d counted %d", r.Left, r.Counted)
	}
}
