package roster_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
)

// misspell makes a name wrong the way people do: a letter lost, doubled, struck
// beside, swapped; old and Arabic spellings; words put together or swapped.
func misspell(r *lcg, name string) string {
	parts := strings.Fields(strings.ToLower(name))
	k := r.n(len(parts))
	w := parts[k]
	swap := func(from, to string) bool {
		if i := strings.Index(w, from); i >= 0 {
			w = w[:i] + to + w[i+len(from):]
			return true
		}
		return false
	}
	i := 1 + r.n(max(1, len(w)-2))
	switch r.n(8) {
	case 0:
		w = w[:i] + w[i+1:]
	case 1:
		w = w[:i] + w[i:i+1] + w[i:]
	case 2:
		w = w[:i] + string("aeiou"[r.n(5)]) + w[i+1:]
	case 3:
		w = w[:i-1] + w[i:i+1] + w[i-1:i] + w[i+1:]
	case 4:
		if !swap("u", "oe") && !swap("j", "dj") {
			w = w[:i] + w[i+1:]
		}
	case 5:
		if !swap("j", "dj") && !swap("s", "sy") && !swap("k", "kh") {
			w += "h"
		}
	case 6:
		if len(parts) > 1 {
			parts[0], parts[len(parts)-1] = parts[len(parts)-1], parts[0]
			return strings.Join(parts, " ")
		}
	case 7:
		if len(parts) > 1 {
			return strings.Join(parts, "")
		}
	}
	parts[k] = w
	return strings.Join(parts, " ")
}

// Of 200 misspelt names the person meant is among the first ten.
func TestMisspeltNames(t *testing.T) {
	s := open(t, "sqlite")
	type one struct{ id, name string }
	var all []one
	province(3, 20_000, func(b roster.Batch) {
		for _, p := range b.People {
			all = append(all, one{p.ID, p.Name})
		}
		if _, err := s.Bulk(context.Background(), officer(), b, roster.Source{Kind: "demo", Name: "x", Fresh: true}); err != nil {
			t.Fatal(err)
		}
	})
	r := lcg(7)
	hits, first := 0, 0
	var missed []string
	for range 200 {
		p := all[r.n(len(all))]
		q := misspell(&r, p.name)
		f, err := s.Search(context.Background(), officer(), roster.SearchInput{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for i, row := range f.People {
			// Another person of the very same name is as good an answer.
			if row.ID == p.id || strings.EqualFold(row.Name, p.name) {
				found = true
				if i == 0 {
					first++
				}
				break
			}
		}
		if found {
			hits++
		} else {
			missed = append(missed, fmt.Sprintf("%q for %q", q, p.name))
		}
	}
	t.Logf("%d of 200 among the first ten, %d first", hits, first)
	if hits < 190 {
		t.Errorf("%d of 200 found; missed %s", hits, strings.Join(missed, ", "))
	}
}

func TestSearch(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		load(t, s, small())
		people := func(q string) string {
			f, err := s.Search(ctx, officer(), roster.SearchInput{Text: q})
			if err != nil {
				return err.Error()
			}
			out := ""
			for _, p := range f.People {
				out += p.ID + " "
			}
			return strings.TrimSpace(out)
		}
		for q, want := range map[string]string{
			"Siti Nurhaliza":     "siti",
			"sitti noerhalizah":  "siti",
			"NUR HALIZA":         "siti",
			"budi santosa":       "budi",
			"santoso budi":       "budi",
			"oedjang":            "ujang",
			"rini":               "rini",
			"197501012000032001": "siti",
			"19750101":           "siti",
			"2005011002":         "budi",
			"1975 0101":          "siti",
			"zzzz":               "",
		} {
			if got := people(q); got != want {
				t.Errorf("%q found %q, want %q", q, got, want)
			}
		}
		for _, q := range []string{"", " ", "…", "12"} {
			if got := people(q); !strings.Contains(got, "q: roster.search.") {
				t.Errorf("%q: %s", q, got)
			}
		}
		if got := people(strings.Repeat("a b ", 5000)); got != "" {
			t.Errorf("a long question: %s", got)
		}
		f, err := s.Search(ctx, officer(), roster.SearchInput{Text: "dinkes"})
		if err != nil || len(f.Units) == 0 || f.Units[0].ID != "dinkes" {
			t.Errorf("abbreviation: %+v, %v", f.Units, err)
		}
		f, err = s.Search(ctx, officer(), roster.SearchInput{Text: "kepala dinas kesehatan"})
		if err != nil || len(f.Posts) == 0 || f.Posts[0].ID != "kadis" {
			t.Errorf("post: %+v, %v", f.Posts, err)
		}
		// What another wrote is found at once, and what was there before is not.
		p := view(t, s, "siti", "")
		if _, err := s.Correct(ctx, officer(), roster.CorrectInput{Kind: roster.KindPerson, ID: "siti", From: p.Person.From, Seen: 1, Fields: map[string]string{"name": "Kartika"}, Reason: "r"}); err != nil {
			t.Fatal(err)
		}
		if a, b := people("kartika"), people("nurhaliza"); a != "siti" || b != "" {
			t.Errorf("after the correction %q and %q", a, b)
		}
		b := small()
		b = roster.Batch{People: []roster.Person{{ID: "baru", Name: "Zulkifli Anwar", Status: roster.PNS, Born: b.People[0].Born, From: on("2020-01-01"), Until: b.People[0].Until}}}
		load(t, s, b)
		if got := people("julkifli"); got != "baru" {
			t.Errorf("a new one: %q", got)
		}
	})
}

func TestListPages(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		province(5, 300, func(b roster.Batch) { load(t, s, b) })
		if l, err := s.People(ctx, officer(), roster.ListInput{On: on("2023-10-19")}); err != nil || l.Total != 300 {
			t.Fatalf("%+v, %v", l, err)
		}
		load(t, s, small()) // beside the index that was made just now
		for _, sort := range append(roster.Sorts(), "") {
			in := roster.ListInput{On: on("2023-10-19"), Sort: sort, Limit: 37}
			seen := map[string]bool{}
			last := ""
			for {
				l, err := s.People(ctx, officer(), in)
				if err != nil {
					t.Fatal(err)
				}
				if l.Total != 304 {
					t.Fatalf("total %d", l.Total)
				}
				for _, r := range l.Rows {
					if seen[r.ID] {
						t.Fatalf("%s is on two pages", r.ID)
					}
					seen[r.ID] = true
					if sort == "nip" && r.NIP < last {
						t.Fatalf("%s after %s", r.NIP, last)
					}
					last = r.NIP
				}
				if in.After = l.Next; in.After == "" {
					break
				}
			}
			if len(seen) != 304 {
				t.Errorf("sorted by %q: %d rows", sort, len(seen))
			}
		}
		l, err := s.People(ctx, officer(), roster.ListInput{On: on("2023-10-19"), Unit: "gambir"})
		if err != nil || names(l) != "Budi Santoso,Rini Widyastuti" {
			t.Errorf("%+v, %v", l, err)
		}
		l, err = s.People(ctx, officer(), roster.ListInput{On: on("2021-06-01"), Unit: "dinkes", Level: roster.Administrator})
		if err != nil || names(l) != "Budi Santoso" || l.Rows[0].Post != "Kepala Bidang Pelayanan" {
			t.Errorf("%+v, %v", l, err)
		}
		n := 0
		if err := s.EachPerson(ctx, officer(), roster.ListInput{On: on("2023-10-19"), Text: "budi"}, func(roster.Row) error { n++; return nil }); err != nil || n == 0 || n > 100 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

// A list of another day is the same, whether the index of that day is made of all
// people or of those of a unit, since there are too many.
func TestListOfAnotherDay(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		province(5, 300, func(b roster.Batch) { load(t, s, b) })
		load(t, s, small())
		few := actor.Actor{ID: "account:few", Lang: "id", Via: "page", Person: "rini"}
		s.Allow = func(who actor.Actor, action string, r roster.Resource) error {
			if who.ID == few.ID && action == "roster.person.read" && r.ID != few.Person {
				return fault.New(fault.Denied, "roster.denied")
			}
			return nil
		}
		for _, in := range []roster.ListInput{
			{On: on("2021-06-01"), Unit: "dinkes"}, {On: on("2021-06-01"), Unit: "gambir"}, {On: on("2022-06-01"), Unit: "gambir"},
			{On: on("2022-06-01"), Unit: "gambir", Sort: "grade"}, {On: on("2022-06-01"), Area: "31.71"},
		} {
			var want [2]string
			for i, most := range []int{0, 20} {
				s.LimitThen(most)
				for j, who := range []actor.Actor{officer(), few} {
					l, err := s.People(ctx, who, in)
					got := fmt.Sprintf("%d %s %v", l.Total, names(l), err)
					if i == 0 {
						want[j] = got
					} else if got != want[j] {
						t.Errorf("%+v: of a unit %q, of all %q", in, got, want[j])
					}
				}
			}
		}
		s.LimitThen(20)
		if _, err := s.People(ctx, officer(), roster.ListInput{On: on("2021-06-01")}); err == nil {
			t.Error("a list of all on another day is not limited")
		} else {
			wantFault(t, err, fault.TooLarge, "roster.list.then")
		}
		if l, err := s.People(ctx, few, roster.ListInput{On: on("2021-06-01")}); err != nil || names(l) != "Rini Widyastuti" {
			t.Errorf("of one who may see little: %s, %v", names(l), err)
		}
	})
}
