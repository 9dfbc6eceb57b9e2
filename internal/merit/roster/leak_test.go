package roster_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
	"netral/internal/web/webtest"
)

// Nobody is counted who may not be seen, and no list tells more than the
// policies let it.
func TestListsLeakNothing(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		load(t, s, small())
		s.Areas = places(t)
		guarded(t, s)
		ctx := context.Background()
		someone := func(role, unit string) actor.Actor {
			return actor.Actor{ID: "account:" + role, Person: "rini", Grants: []actor.Grant{{Role: role, Unit: unit}}}
		}
		for _, c := range []struct {
			name   string
			who    actor.Actor
			open   string
			people map[string]int
		}{
			{"personnel", someone("personnel", ""), "people vacancies faults", map[string]int{"31": 1, "31.71.01": 2}},
			{"head of a unit", someone("unit_head", "gambir"), "people vacancies faults", map[string]int{"31.71.01": 2}},
			{"employee", someone("employee", ""), "vacancies", nil},
		} {
			f, err := s.Figures(ctx, c.who, roster.FigureInput{Figure: "people", On: day.None})
			if c.people == nil {
				if fault.Of(err) == nil || len(f.Areas) != 0 {
					t.Errorf("%s: %+v, %v", c.name, f, err)
				}
			} else if err != nil || strings.Join(f.Open, " ") != c.open || len(f.Areas) != len(c.people) {
				t.Errorf("%s: %+v, %v", c.name, f, err)
			}
			for code, n := range c.people {
				if f.Areas[code] != n {
					t.Errorf("%s: %d people in %s, want %d", c.name, f.Areas[code], code, n)
				}
			}
			f, err = s.Figures(ctx, c.who, roster.FigureInput{On: day.None})
			if err != nil || strings.Join(f.Open, " ") != c.open || !slices.Contains(f.Open, f.Figure) {
				t.Errorf("%s, the usual figure: %+v, %v", c.name, f, err)
			}
		}
		webtest.Run(t, site(t, s, clock), kindsOf(t, s), // nobody has signed in
			webtest.Scenario{URL: "/kantor/jabatan", Status: 401, NotWant: []string{"Camat"}},
			webtest.Scenario{URL: "/kantor/daftar-unit", Status: 401, NotWant: []string{"Gambir"}},
			webtest.Scenario{URL: "/kantor/peta", Status: 401, NotWant: []string{"Gambir"}},
			webtest.Scenario{URL: "/kantor/mutu", Status: 401, NotWant: []string{"Gambir"}},
			webtest.Scenario{URL: "/kantor/koreksi", Want: []string{"Tidak ada yang menunggu"}},
			webtest.Scenario{URL: "/kantor/ekspor/findings.csv", Status: 401},
			webtest.Scenario{URL: "/kantor/ekspor/corrections.csv", Status: 401})
		rini := someone("employee", "")
		webtest.Run(t, siteOf(t, s, clock, &rini), kindsOf(t, s),
			webtest.Scenario{URL: "/kantor/jabatan", Want: []string{"Camat Gambir"}, NotWant: []string{"Budi", "Siti", "/kantor/ekspor"}},
			webtest.Scenario{URL: "/kantor/daftar-unit", Want: []string{"Kecamatan Gambir"}, NotWant: []string{"Budi"}},
			webtest.Scenario{URL: "/kantor/peta?wilayah=31.71.01", Want: []string{"Kursi kosong"}, NotWant: []string{"angka=people", "angka=faults"}},
			webtest.Scenario{URL: "/kantor/peta?angka=people", Status: 403},
			webtest.Scenario{URL: "/kantor/mutu", Status: 403},
			webtest.Scenario{URL: "/kantor/orang", Want: []string{"1 orang", "Rini"}, NotWant: []string{"Budi", "Siti"}},
			webtest.Scenario{URL: "/kantor/orang?tanggal=2019-06-01", Want: []string{"1 orang"}, NotWant: []string{"Budi", "Siti"}},
			webtest.Scenario{URL: "/kantor/ekspor/findings.csv", Status: 403},
			webtest.Scenario{URL: "/kantor/ekspor/corrections.csv", Status: 403})
		// A list of the other day that was made for one is not shown to another.
		head := someone("personnel", "")
		webtest.Run(t, siteOf(t, s, clock, &head), nil,
			webtest.Scenario{URL: "/kantor/orang?tanggal=2019-06-01", Want: []string{"4 orang", "Budi", "Siti"}})
		webtest.Run(t, siteOf(t, s, clock, &rini), nil,
			webtest.Scenario{URL: "/kantor/orang?tanggal=2019-06-01", Want: []string{"1 orang"}, NotWant: []string{"Budi", "Siti"}})
	})
}
