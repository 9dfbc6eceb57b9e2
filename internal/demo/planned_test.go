package demo_test

import (
	"testing"

	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/merit/roster"
)

// Before the day, the inauguration of 203 is a plan and in nobody's career: every
// post is of echelon III or IV, and is free once whoever is to leave has left.
func TestCeremony(t *testing.T) {
	for _, today := range []day.Day{day.Of(2023, 10, 19), day.Of(2023, 12, 20)} {
		cfg := demo.Config{Seed: 1, People: 64_135, Today: today}
		plan, err := demo.Ceremony(cfg)
		if err != nil {
			t.Fatal(err)
		}
		all := make1(t, cfg)
		posts := map[string]roster.Post{}
		for _, p := range all.Posts {
			posts[p.ID] = p
		}
		on := demo.Inauguration()
		holds := map[string]string{} // person → post
		held := map[string]int{}
		for _, x := range all.Tenures {
			if x.Kind != roster.Definitive {
				continue
			}
			if p := posts[x.Post]; p.Echelon != "" && x.From == on {
				t.Fatalf("seen from %s somebody has %s on the day already", today, p.Title)
			}
			if true1(x.From, x.Until, on) {
				holds[x.Person] = x.Post
				held[x.Post]++
			}
		}
		got, people, leave := map[string]int{}, map[string]bool{}, map[string]int{}
		for _, p := range plan {
			leave[holds[p.Person]]++
		}
		for _, p := range plan {
			got[p.Office]++
			to := posts[p.Post]
			if people[p.Person] || to.Level != roster.Administrator && to.Level != roster.Pengawas || p.Head == "" {
				t.Errorf("%+v: %+v", p, to)
			}
			people[p.Person] = true
			if held[p.Post]-leave[p.Post] > 0 {
				t.Errorf("%s is not free", to.Title)
			}
			if holds[p.Person] == "" {
				t.Errorf("%s holds nothing before", p.Person)
			}
		}
		if len(plan) != 203 || got["DINKES"] != 122 || got["DPMPTSP"] != 16 || got["DISDIK"] != 65 {
			t.Errorf("seen from %s: %d, %v", today, len(plan), got)
		}
	}
	for _, today := range []day.Day{day.Of(2022, 12, 31), demo.Inauguration(), day.Of(2026, 11, 25)} {
		if plan, err := demo.Ceremony(demo.Config{Seed: 1, People: 64_135, Today: today}); err != nil || len(plan) > 0 {
			t.Errorf("seen from %s %d are to come, %v", today, len(plan), err)
		}
	}
}
