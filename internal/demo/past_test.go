package demo_test

import (
	"reflect"
	"testing"

	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/merit/roster"
)

// The past ceremonies have the published numbers: 15, 274 and 836; 93, 897 and 4,048.
func TestPast(t *testing.T) {
	on := day.Of(2023, 12, 27)
	for size, want := range map[int]map[roster.Level]int{1_125: {roster.JPTPratama: 15, roster.Administrator: 274, roster.Pengawas: 836}, 5_038: {roster.JPTPratama: 93, roster.Administrator: 897, roster.Pengawas: 4_048}} {
		p, err := demo.MakePast(t.Context(), size, 1, on)
		if err != nil {
			t.Fatal(err)
		}
		again, err := demo.MakePast(t.Context(), size, 1, on)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Errorf("%d is another ceremony the second time, %v", size, err)
		}
		posts := map[string]roster.Post{}
		for _, x := range p.Roster.Posts {
			posts[x.ID] = x
		}
		nips := map[string]bool{}
		for _, x := range p.Roster.People {
			if nips[x.NIP] {
				t.Errorf("%s twice", x.NIP)
			}
			nips[x.NIP] = true
			if n, bad := roster.ParseNIP(x.NIP); bad != nil || n.Born != x.Born || n.Sex != x.Sex {
				t.Errorf("%+v", x)
			}
		}
		got := map[roster.Level]int{}
		for _, x := range p.Proposals {
			got[posts[x.Post].Level]++
			if !nips[x.NIP] || !nips[x.Proposer] {
				t.Errorf("%+v", x)
			}
		}
		if len(p.Proposals) != size || !reflect.DeepEqual(got, want) {
			t.Errorf("%d: %v", len(p.Proposals), got)
		}
	}
	if _, err := demo.MakePast(t.Context(), 17, 1, on); err == nil {
		t.Error("a ceremony of 17 was none")
	}
}
