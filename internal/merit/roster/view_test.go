package roster_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"netral/internal/access"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
)

func view(t testing.TB, s *roster.Service, id, at string) roster.Profile {
	t.Helper()
	d := day.None
	if at != "" {
		d = on(at)
	}
	p, err := s.View(context.Background(), officer(), roster.ViewInput{ID: id, On: d})
	if err != nil {
		t.Fatalf("view %s on %s: %v", id, at, err)
	}
	return p
}

func TestViewAsOf(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		load(t, s, small())
		for _, c := range []struct{ who, at, post, unit, superior string }{
			{"budi", "2019-06-01", "kabid", "Dinas Kesehatan", "siti"},
			{"budi", "2018-06-01", "kabid", "Dinas Kesehatan", ""}, // the head's post was vacant
			{"budi", "2021-12-31", "kabid", "Dinas Kesehatan", "siti"},
			{"budi", "2022-01-01", "camat", "Kecamatan Gambir", ""},
			{"rini", "2022-01-01", "staf", "Kecamatan Gambir", "budi"},
			{"rini", "2015-06-01", "", "", ""},
		} {
			p := view(t, s, c.who, c.at)
			post, unit, sup := "", "", ""
			if len(p.Holdings) > 0 {
				post, unit = p.Holdings[0].Post.ID, p.Path[len(p.Path)-1].Name
			}
			if p.Superior != nil {
				sup = p.Superior.Person
			}
			if post != c.post || unit != c.unit || sup != c.superior {
				t.Errorf("%s on %s: %q in %q under %q, want %q in %q under %q", c.who, c.at, post, unit, sup, c.post, c.unit, c.superior)
			}
		}
		p := view(t, s, "siti", "")
		if len(p.Ratings) != 2 || len(p.Relatives) != 1 || p.Relatives[0].Name != "Budi Santoso" || p.Version != 1 || len(p.Held) != 5 {
			t.Errorf("%+v", p)
		}
		for _, h := range p.Held {
			if h.Source.Source.Name != "pegawai.csv" || h.Source.Actor != "account:bkd" {
				t.Errorf("source %+v", h.Source)
			}
		}
		_, err := s.View(context.Background(), officer(), roster.ViewInput{ID: "nobody", On: day.None})
		wantFault(t, err, fault.NotFound, "roster.person.unknown")
	})
}

// Whoever opens the page of another is written down; oneself is not.
func TestLooks(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		load(t, s, small())
		ctx := context.Background()
		view(t, s, "siti", "")
		clock.Step(time.Minute)
		unit := actor.Actor{ID: "account:budi", Person: "budi", Via: "page"}
		if _, err := s.View(ctx, unit, roster.ViewInput{ID: "siti", On: day.None}); err != nil {
			t.Fatal(err)
		}
		own := actor.Actor{ID: "account:siti", Person: "siti", Via: "page"}
		for range 2 {
			p, err := s.View(ctx, own, roster.ViewInput{ID: "siti", On: day.None})
			if err != nil {
				t.Fatal(err)
			}
			if !p.Self || len(p.Looks) != 2 || p.Looks[0].Name != "Budi Santoso" || p.Looks[1].Viewer != "account:bkd" {
				t.Fatalf("looks %+v", p.Looks)
			}
		}
		size, err := s.Book.Size(ctx)
		if err != nil || size != 3 {
			t.Errorf("%d entries, %v: want the load and two looks", size, err)
		}
		clock.Step(roster.KeepLooks + time.Hour)
		if n, err := s.Forget(ctx, actor.System()); n != 2 || err != nil {
			t.Errorf("forgot %d, %v", n, err)
		}
		if n, err := s.Forget(ctx, actor.System()); n != 0 || err != nil {
			t.Errorf("forgot %d again, %v", n, err)
		}
	})
}

func TestLeave(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		load(t, s, small())
		guarded(t, s)
		ctx := context.Background()
		// Budi leads the district: he sees Rini, who serves there, and not Siti.
		budi := actor.Actor{ID: "account:budi", Person: "budi", Grants: []actor.Grant{{Role: "unit_head", Unit: "gambir"}}}
		p, err := s.View(ctx, budi, roster.ViewInput{ID: "rini", On: day.None})
		if err != nil || !p.Full || len(p.Leaves) != 1 || p.Mend {
			t.Errorf("%+v, %v", p, err)
		}
		_, err = s.View(ctx, budi, roster.ViewInput{ID: "siti", On: on("2019-06-01")})
		wantFault(t, err, fault.NotFound, "roster.person.unknown")
		for _, q := range []string{"siti nurhaliza", "197501012000032001", "2000032001", "siti"} {
			f, err := s.Search(ctx, budi, roster.SearchInput{Text: q})
			if err != nil || len(f.People) != 0 {
				t.Errorf("search %q: %+v, %v", q, f.People, err)
			}
		}
		l, err := s.People(ctx, budi, roster.ListInput{On: day.None})
		if err != nil || l.Total != 2 || names(l) != "Budi Santoso,Rini Widyastuti" {
			t.Errorf("list %+v, %v", l, err)
		}
		// Where somebody was once gives no leave today.
		l, err = s.People(ctx, budi, roster.ListInput{On: on("2019-06-01"), Unit: "dinkes"})
		if err != nil || names(l) != "Budi Santoso" {
			t.Errorf("list then %+v, %v", l, err)
		}
		// Ujang has no unit, and sees himself.
		ujang := actor.Actor{ID: "account:ujang", Person: "ujang", Grants: []actor.Grant{{Role: "employee"}}}
		f, err := s.Search(ctx, ujang, roster.SearchInput{Text: "sudrajat"})
		if err != nil || len(f.People) != 1 {
			t.Errorf("himself: %+v, %v", f, err)
		}
		_, err = s.View(ctx, ujang, roster.ViewInput{ID: "budi", On: day.None})
		wantFault(t, err, fault.NotFound, "roster.person.unknown")
		_, err = s.People(ctx, actor.Anonymous("page", "id"), roster.ListInput{On: day.None})
		if err == nil {
			t.Error("anybody gets a list")
		}
		_, err = s.Correct(ctx, budi, roster.CorrectInput{Kind: roster.KindPerson, ID: "siti", From: p.Person.From, Fields: map[string]string{"name": "X"}, Reason: "r"})
		if err == nil {
			t.Error("a head corrects another unit")
		}
	})
}

// Who asks for a reason gets none without one, and it is kept.
func TestReason(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		load(t, s, small())
		guarded(t, s)
		ctx := context.Background()
		inspector := actor.Actor{ID: "account:insp", Person: "rini", Grants: []actor.Grant{{Role: "inspector"}}}
		_, err := s.View(ctx, inspector, roster.ViewInput{ID: "siti", On: day.None})
		wantFault(t, err, fault.Denied, "access.reason")
		p, err := s.View(ctx, inspector, roster.ViewInput{ID: "siti", On: day.None, Reason: "Perkara 12/2023"})
		if err != nil || len(p.Relatives) != 1 {
			t.Fatalf("%+v, %v", p, err)
		}
		looks, err := s.Looked(ctx, actor.Actor{ID: "account:siti", Person: "siti"}, "siti")
		if err != nil || len(looks) != 1 || looks[0].Reason != "Perkara 12/2023" {
			t.Errorf("%+v, %v", looks, err)
		}
		// A personnel officer mends nobody of their own family.
		kin := actor.Actor{ID: "account:budi", Person: "budi", Grants: []actor.Grant{{Role: "personnel"}}}
		_, err = s.Correct(ctx, kin, roster.CorrectInput{Kind: roster.KindPerson, ID: "siti", From: p.Person.From, Seen: 1, Fields: map[string]string{"grade": "IV/d"}, Reason: "r"})
		wantFault(t, err, fault.NotFound, "roster.person.unknown")
		auditor := actor.Actor{ID: "account:aud", Grants: []actor.Grant{{Role: "auditor"}}}
		p, err = s.View(ctx, auditor, roster.ViewInput{ID: "rini", On: day.None})
		if err != nil || p.Full || len(p.Leaves) != 0 || p.Person.NIP == "" {
			t.Errorf("an auditor: %+v, %v", p, err)
		}
		for _, h := range p.Held {
			if h.Kind == roster.KindLeave || h.Kind == roster.KindMark || h.Kind == roster.KindRelation {
				t.Errorf("an auditor reads %+v", h)
			}
		}
	})
}

func names(l roster.List) string {
	out := ""
	for i, r := range l.Rows {
		if i > 0 {
			out += ","
		}
		out += r.Name
	}
	return out
}

// guarded puts the house's own policies before a roster.
func guarded(t *testing.T, s *roster.Service) {
	t.Helper()
	g, err := access.Load(access.Policies())
	if err != nil {
		t.Fatal(err)
	}
	s.Allow = func(who actor.Actor, action string, r roster.Resource) error {
		err := g.Check(who, action, access.Resource(r))
		if f := fault.Of(err); f != nil && f.Kind == fault.Internal {
			t.Errorf("%s: the policies do not know these words: %v", action, err)
		}
		return err
	}
}

// What rows say on any day is what was said last about that day.
func TestAsOfIsTheLastWord(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		first := on("2020-01-01")
		const days = 40
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			id := fmt.Sprintf("x%05d", n)
			model := make([]string, days) // grade on each day; "" for unknown
			grades := roster.Grades()[8:12]
			for range rapid.IntRange(1, 6).Draw(rt, "rows") {
				from := rapid.IntRange(-1, days-1).Draw(rt, "from")
				until := rapid.IntRange(max(from+1, 1), days).Draw(rt, "until")
				g := rapid.SampledFrom(grades).Draw(rt, "grade")
				p := roster.Person{ID: id, Name: "Orang", Status: roster.PNS, Grade: g, Born: day.None, From: first + day.Day(from), Until: first + day.Day(until)}
				if from < 0 {
					p.From = day.None
				}
				if until == days {
					p.Until = day.None
				}
				if _, err := s.Bulk(ctx, officer(), roster.Batch{People: []roster.Person{p}}, roster.Source{Kind: "import", Name: "x"}); err != nil {
					rt.Fatal(err)
				}
				for d := max(from, 0); d < until; d++ {
					model[d] = g
				}
			}
			p := view(t, s, id, "2020-01-01")
			for d := range days {
				got, hits := "", 0
				for _, v := range p.Versions {
					at := first + day.Day(d)
					if (v.From == day.None || v.From <= at) && (v.Until == day.None || at < v.Until) {
						got, hits = v.Grade, hits+1
					}
				}
				if got != model[d] || hits > 1 {
					rt.Fatalf("on day %d %q (%d rows), want %q", d, got, hits, model[d])
				}
			}
			// What was taken back was said before it was taken back.
			for _, h := range p.Held {
				if h.Gone != nil && h.Gone.Seq <= h.Seq {
					rt.Fatalf("row of change %d taken back by %d", h.Seq, h.Gone.Seq)
				}
			}
		})
	})
}
