package demo_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/identity"
	"netral/internal/merit/roster"
)

// rows are all rows of a government.
type rows struct {
	roster.Batch
	batches int
	biggest int
}

func make1(t testing.TB, cfg demo.Config) *rows {
	t.Helper()
	out := &rows{}
	err := demo.Generate(context.Background(), cfg, func(b roster.Batch) error {
		out.batches++
		out.biggest = max(out.biggest, b.Len())
		out.Units, out.Posts, out.People = append(out.Units, b.Units...), append(out.Posts, b.Posts...), append(out.People, b.People...)
		out.Tenures, out.Ratings, out.Trainings = append(out.Tenures, b.Tenures...), append(out.Ratings, b.Ratings...), append(out.Trainings, b.Trainings...)
		out.Marks, out.Leaves, out.Relations = append(out.Marks, b.Marks...), append(out.Leaves, b.Leaves...), append(out.Relations, b.Relations...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func true1(from, until, on day.Day) bool {
	return from <= on && (until == day.None || until > on)
}

// The day of the published total.
var published = demo.Config{Seed: 1, People: 64_135, Today: day.Of(2024, 11, 14)}

// The province follows the published figures; each is named in data/demo.
func TestFiguresAreThePublishedOnes(t *testing.T) {
	all := make1(t, published)
	n, women, structural := map[string]int{}, 0, map[string]int{}
	faults, err := demo.Planted(published)
	if err != nil {
		t.Fatal(err)
	}
	serving := 0
	leads := map[string]roster.Sex{}
	for _, p := range all.People {
		if !true1(p.From, p.Until, published.Today) || !p.Status.Serving() {
			continue
		}
		serving++
		n[p.Education]++
		n[string(p.Status)]++
		if p.Sex == roster.Female {
			women++
		}
		leads[p.ID] = p.Sex
	}
	if serving != 64_135 {
		t.Errorf("%d serve, want the published 64,135", serving)
	}
	share := func(what string, got int, of int, want, within float64) {
		t.Helper()
		if s := 100 * float64(got) / float64(of); math.Abs(s-want) > within {
			t.Errorf("%s: %.2f percent, published %.2f", what, s, want)
		}
	}
	// RPJMD 2025–2029, table II.46, 2024: of 64,643.
	share("S-2 and S-3", n["S-2"]+n["S-3"], serving, 100*4021./64643, 1)
	share("S-1", n["S-1"]+n["D-IV"], serving, 100*44701./64643, 1.5)
	share("D-III", n["D-III"], serving, 100*5178./64643, 1.5)
	share("D-I and D-II", n["D-I"]+n["D-II"], serving, 100*669./64643, 0.5)
	share("SMA", n["SMA"], serving, 100*9725./64643, 1.5)
	share("SMP", n["SMP"], serving, 100*261./64643, 0.3)
	share("SD", n["SD"], serving, 100*88./64643, 0.1)
	share("women", women, serving, 57.58, 1)
	share("PPPK", n["pppk"], serving, 100*1103045./4758730, 1) // national; none is published for the province
	if n["cpns"] == 0 || n[""] != faults["incomplete"] {
		t.Errorf("%d CPNS; %d without education, %d put in", n["cpns"], n[""], faults["incomplete"])
	}
	posts := map[string]roster.Post{}
	for _, p := range all.Posts {
		posts[p.ID] = p
		if true1(p.From, p.Until, published.Today) && p.Echelon != "" {
			structural[strings.SplitN(p.Echelon, ".", 2)[0]]++
		}
		if p.Echelon != "" && p.Duties == "" {
			t.Errorf("%s has no duties", p.Title)
		}
	}
	camat, lurah := 0, 0
	for _, p := range all.Posts {
		camat += count(strings.HasPrefix(p.Title, "Camat "))
		lurah += count(strings.HasPrefix(p.Title, "Lurah "))
	}
	if camat != 44 || lurah != 267 {
		t.Errorf("%d camat and %d lurah", camat, lurah)
	}
	// 2017 and 2019: 93, 862 to 897. Which posts there are is not published.
	if structural["II"] < 70 || structural["II"] > 95 || structural["III"] < 660 || structural["III"] > 900 {
		t.Errorf("structural posts: %v", structural)
	}
	top, topWomen := 0, 0
	for _, x := range all.Tenures {
		if p := posts[x.Post]; p.Echelon != "" && x.Kind == roster.Definitive && true1(x.From, x.Until, published.Today) && strings.HasPrefix(p.Echelon, "II.") {
			top++
			topWomen += count(leads[x.Person] == roster.Female)
		}
	}
	share("women who lead", topWomen, top, 27.1, 12) // some eighty people
	if len(all.Tenures) < 2*serving {
		t.Errorf("%d tenures of %d people: fewer than two each", len(all.Tenures), serving)
	}
	heavy, light := 0, 0
	for _, m := range all.Marks {
		heavy += count(m.Level == "heavy")
		light += count(m.Level == "light")
	}
	share("heavy sanctions", heavy, len(all.Marks), 100*138./671, 5)
	share("light sanctions", light, len(all.Marks), 100*444./671, 5)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Ages are those of the published generations (national, 30 June 2023).
func TestGenerations(t *testing.T) {
	cfg := demo.Config{Seed: 4, People: 20_000, Today: day.Of(2023, 6, 30)}
	all := make1(t, cfg)
	var n [4]int
	for _, p := range all.People {
		if true1(p.From, p.Until, cfg.Today) && p.Status.Serving() {
			y := p.Born.Time().Year()
			n[count(y >= 1965)+count(y >= 1977)+count(y >= 1995)]++
		}
	}
	for i, want := range []float64{4.29, 40.41, 49.87, 5.43} {
		if got := 100 * float64(n[i]) / 20_000; math.Abs(got-want) > 5 {
			t.Errorf("generation %d: %.2f percent, published %.2f", i, got, want)
		}
	}
}

// What every row must be: it can be read, it points to what is there, it obeys
// the law.
func TestRowsAreSound(t *testing.T) {
	for _, cfg := range []demo.Config{published, {Seed: 9, People: 2_000, Today: day.Of(2023, 10, 19)}, {Seed: 11, People: 90_000, Today: day.Of(2028, 2, 29), Batch: 500}} {
		all := make1(t, cfg)
		bad := 0
		fail := func(format string, args ...any) {
			if bad++; bad < 20 {
				t.Errorf(format, args...)
			}
		}
		units, posts, people := map[string]roster.Unit{}, map[string]roster.Post{}, map[string][]roster.Person{}
		for _, u := range all.Units {
			if f := u.Check(); len(f) > 0 || u.Parent != "" && units[u.Parent].ID == "" || units[u.ID].ID != "" {
				fail("unit %+v: %v", u, f)
			}
			units[u.ID] = u
		}
		for _, p := range all.Posts {
			if f := p.Check(); len(f) > 0 || units[p.Unit].ID == "" || posts[p.ID].ID != "" && posts[p.ID].Until != p.From {
				fail("post %+v: %v", p, f)
			}
			posts[p.ID] = p
		}
		forbidden := []string{"Prabowo", "Ganjar", "Gibran", "Mahfud", "Anies", "Pramono"}
		nips := map[string]string{}
		doubles := 0
		for _, p := range all.People {
			if f := p.Check(); len(f) > 0 {
				fail("person %+v: %v", p, f)
			}
			for _, w := range strings.Fields(p.Name) {
				if slices.Contains(forbidden, w) {
					fail("a candidate's name: %s", p.Name)
				}
			}
			if p.NIK != "" {
				fail("%s has a NIK", p.ID)
			}
			if who := nips[p.NIP]; p.NIP != "" && who != "" && who != p.ID {
				doubles++
				nips[p.NIP] = p.ID
			} else {
				nips[p.NIP] = p.ID
			}
			if rows := people[p.ID]; len(rows) > 0 && rows[len(rows)-1].Until != p.From {
				fail("%s is nobody between %s and %s", p.ID, rows[len(rows)-1].Until, p.From)
			}
			people[p.ID] = append(people[p.ID], p)
		}
		want, err := demo.Planted(cfg)
		if err != nil || doubles == 0 || doubles > want["double_nip"]*5 {
			t.Errorf("%d rows with the NIP of another, %v", doubles, err)
		}
		for _, x := range all.Tenures {
			if f := x.Check(); len(f) > 0 || posts[x.Post].ID == "" || people[x.Person] == nil {
				fail("tenure %+v: %v", x, f)
			}
			if x.Kind == roster.Plt && (x.Until == day.None || x.Until > x.From.AddMonths(6)) {
				fail("Plt for more than six months: %+v", x)
			}
			if !strings.Contains(x.Decree, "DEMO") {
				fail("a decree that could be real: %s", x.Decree)
			}
			if p := posts[x.Post]; x.Kind == roster.Definitive && strings.HasPrefix(p.Echelon, "III") {
				if e := people[x.Person][0].Education; e != "" && slices.Index(roster.Educations(), e) < slices.Index(roster.Educations(), "D-IV") {
					fail("%s with %s leads %s", x.Person, e, p.Title)
				}
			}
		}
		for id, list := range people { // retirement at 58, 60 or, for nobody here, 65
			last := list[len(list)-1]
			if n, f := roster.ParseNIP(last.NIP); f == nil && last.Status.Serving() && n.Born.AddMonths(61*12) < cfg.Today {
				fail("%s was born on %s and still serves", id, n.Born)
			}
		}
		for _, r := range all.Relations {
			if people[r.Person] == nil || people[r.Other] == nil || r.Person == r.Other {
				fail("relation %+v", r)
			}
		}
	}
}

// 203 officials on 27 December 2023: 122, 16 and 65 (Kompas.com).
func TestDecember(t *testing.T) {
	for _, today := range []day.Day{day.Of(2023, 12, 27), day.Of(2024, 11, 14), day.Of(2026, 11, 25)} {
		all := make1(t, demo.Config{Seed: 6, People: 64_135, Today: today})
		parent, posts := map[string]string{}, map[string]roster.Post{}
		for _, u := range all.Units {
			parent[u.ID] = u.Parent
		}
		for _, p := range all.Posts {
			posts[p.ID] = p
		}
		on := day.Of(2023, 12, 27)
		got, vacant := map[string]int{}, 0
		held := map[string]bool{}
		for _, x := range all.Tenures {
			if x.Kind == roster.Definitive && true1(x.From, x.Until, on-1) {
				held[x.Post] = true
			}
		}
		for _, x := range all.Tenures {
			if x.Kind != roster.Definitive || x.From != on {
				continue
			}
			u := posts[x.Post].Unit
			for parent[u] != "PEMPROV" {
				u = parent[u]
			}
			got[u]++
			vacant += count(!held[x.Post])
			if e := posts[x.Post].Echelon; !strings.HasPrefix(e, "III") && !strings.HasPrefix(e, "IV") {
				t.Errorf("somebody of echelon %q", e)
			}
		}
		if len(got) != 3 || got["DINKES"] != 122 || got["DPMPTSP"] != 16 || got["DISDIK"] != 65 {
			t.Errorf("seen from %s: %v", today, got)
		}
		if vacant < 50 {
			t.Errorf("only %d of their posts were empty the day before", vacant)
		}
	}
}

// Nobody holds two structural posts, and no structural post has two holders.
func TestHistoriesAgree(t *testing.T) {
	all := make1(t, published)
	single := map[string]bool{}
	for _, p := range all.Posts {
		single[p.ID] = p.Echelon != ""
	}
	by := map[string][]roster.Tenure{}
	for _, x := range all.Tenures {
		if x.Kind == roster.Definitive && single[x.Post] {
			by["post "+x.Post] = append(by["post "+x.Post], x)
			by["person "+x.Person] = append(by["person "+x.Person], x)
		}
	}
	faults, err := demo.Planted(published)
	if err != nil {
		t.Fatal(err)
	}
	twice := 0
	for who, list := range by {
		slices.SortFunc(list, func(a, b roster.Tenure) int { return int(a.From) - int(b.From) })
		for i := 1; i < len(list); i++ {
			if list[i-1].Until == day.None || list[i-1].Until > list[i].From {
				twice++
				if twice > faults["overfull"]+faults["post_gone"]*2 {
					t.Errorf("%s: %+v and %+v", who, list[i-1], list[i])
				}
			}
		}
	}
}

func sum(t testing.TB, cfg demo.Config) string {
	t.Helper()
	h := sha256.New()
	err := demo.Generate(context.Background(), cfg, func(b roster.Batch) error { return json.NewEncoder(h).Encode(b) })
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	cfg := demo.Config{Seed: 42, People: 80_000, Today: day.Of(2026, 11, 25)}
	one := sum(t, cfg)
	if two := sum(t, cfg); one != two {
		t.Error("the same seed gave other rows")
	}
	cfg.Seed++
	if two := sum(t, cfg); one == two {
		t.Error("another seed gave the same rows")
	}
}

func TestNationalSize(t *testing.T) {
	units := map[string]int{}
	stop := context.Canceled
	err := demo.Generate(context.Background(), demo.Config{Seed: 1, People: 4_700_000, Today: day.Of(2024, 11, 14)}, func(b roster.Batch) error {
		for _, u := range b.Units {
			units[u.Kind]++
		}
		if units["pemerintah"] == 4 {
			return stop
		}
		return nil
	})
	if err != stop || units["nasional"] != 1 {
		t.Errorf("%v, %v", err, units)
	}
	if n := demo.Governments(demo.Config{People: 4_700_000}); n != 552 {
		t.Errorf("%d governments, want 552", n)
	}
}

func TestAccounts(t *testing.T) {
	for _, cfg := range []demo.Config{
		published, {Seed: 2, People: demo.MinPeople, Today: day.Of(2023, 10, 19)}, {Seed: 3, People: 2_000, Today: day.Of(2026, 11, 25)},
		{Seed: 1, People: 64_135, Today: day.Of(2026, 11, 25)}, // no mayor, but a Plt
	} {
		list, err := demo.Accounts(cfg)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := demo.Accounts(cfg)
		if !slices.Equal(list, again) {
			t.Error("the accounts change")
		}
		for y := 2019; y < 2036; y++ { // whoever retires, there is somebody
			if _, err := demo.Accounts(demo.Config{Seed: uint64(y), People: cfg.People / 10 * 3, Today: day.Of(y, 7, 1)}); err != nil && cfg.People > 4000 {
				t.Error(err)
			}
		}
		all := make1(t, cfg)
		roles := map[string]bool{}
		for _, a := range list {
			roles[a.Role] = true
			if a.Person == "" {
				continue
			}
			i := slices.IndexFunc(all.People, func(p roster.Person) bool { return p.ID == a.Person })
			if i < 0 || a.Name != all.People[i].FullName() {
				t.Errorf("%+v is nobody", a)
			}
		}
		for _, r := range identity.Roles() {
			if !roles[r] {
				t.Errorf("no account for %s", r)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for _, cfg := range []demo.Config{{People: demo.MinPeople - 1, Today: demo.FirstDay}, {People: demo.MaxPeople + 1, Today: demo.FirstDay}, {People: 5000, Today: demo.FirstDay - 1}, {People: 5000, Today: demo.LastDay + 1}} {
		if err := demo.Generate(context.Background(), cfg, func(roster.Batch) error { return nil }); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
	}
}
