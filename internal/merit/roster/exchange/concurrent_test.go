package exchange_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
)

// meanwhile runs the steps one by one, each between the looking up of a piece
// and its writing: the roster asks for leave just there. It answers how many
// were run.
func meanwhile(s *exchange.Service, steps ...func()) (ran func() int) {
	var mu sync.Mutex // two pieces may be under way
	n := 0
	s.Roster.Allow = func(_ actor.Actor, action string, _ roster.Resource) error {
		mu.Lock()
		defer mu.Unlock()
		if action == "roster.import" && n < len(steps) {
			n++
			steps[n-1]()
		}
		return nil
	}
	return func() int { return n }
}

// colleague is the service of another process on the same database.
func colleague(t *testing.T, s *exchange.Service, seed byte) *exchange.Service {
	t.Helper()
	o := service(t, s.DB, s.Book)
	o.Roster.Rand, o.Rand = ledgertest.Rand(100+seed), ledgertest.Rand(200+seed)
	return o
}

// modes are the ways a file is held while it is imported: kept whole, kept until
// there is no room any more, and read in each pass.
func modes(t *testing.T, fn func(t *testing.T, s *exchange.Service)) {
	for _, room := range []int64{0, 6 << 10, 1} {
		t.Run(fmt.Sprintf("room-%d", room), func(t *testing.T) {
			each(t, func(t *testing.T, s *exchange.Service) {
				exchange.SetRoom(s, room)
				exchange.SetPiece(s, 5)
				fn(t, s)
			})
		})
	}
}

// What a colleague says of a person between the look and the writing stays, also
// when it is not the first time that somebody else wrote.
func TestNobodyIsOverwritten(t *testing.T) {
	modes(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		o := colleague(t, s, 1)
		before, file1 := "nip,name,grade,status,from\n", "nip,grade\n"
		for i := range 12 {
			before += fmt.Sprintf("%s,Nama Lama %d,III/a,pns,2010-01-01\n", nip(i), i)
			file1 += nip(i) + ",III/b\n"
		}
		take(t, s, "people", before)
		rename := func(i int) func() {
			return func() {
				rep := take(t, o, "people", fmt.Sprintf("nip,name,from\n%s,Nama Baru %d,2023-01-01\n", nip(i), i))
				if rep.Changed != 1 {
					t.Errorf("person %d: %s", i, counts(rep))
				}
			}
		}
		// In each of the pieces; in the first one twice.
		ran := meanwhile(s, rename(0), rename(1), rename(6), rename(11))
		rep, err := s.Import(ctx, officer(), file("kp.csv", file1), exchange.Input{Kind: "people", AsOf: on("2023-04-01")}, exchange.Run{})
		if err != nil || counts(rep) != "12 rows: 0 new, 12 changed, 0 same, 0 refused" {
			t.Fatalf("%v %s%s", err, counts(rep), told(rep))
		}
		if ran() != 4 {
			t.Fatalf("%d of 4 steps", ran())
		}
		for i := range 12 {
			id := idOf(t, s, nip(i))
			st, err := s.Roster.Stands(ctx, roster.KindPerson, []string{id})
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("Nama Lama %d", i)
			if i == 0 || i == 1 || i == 6 || i == 11 {
				want = fmt.Sprintf("Nama Baru %d", i)
			}
			for _, p := range st.People[id] {
				// A colleague who came last has the last word on the grade, too.
				last := p.From == on("2023-01-01") && p.Grade == "III/a" && want != fmt.Sprintf("Nama Lama %d", i)
				if p.Until == day.None && (p.Name != want || !last && (p.Grade != "III/b" || p.From != on("2023-04-01"))) {
					t.Errorf("person %d is %q %s from %s, want %q", i, p.Name, p.Grade, p.From, want)
				}
			}
		}
	})
}

// Two officers who give the same file at the same time have each person once.
func TestSameFileTwiceAtOnce(t *testing.T) {
	byNIP := people(12, nil)
	for name, body := range map[string]string{"nip": byNIP, "nrk": strings.ReplaceAll(byNIP, "NIP;NRK", "Nomor lain;NRK")} {
		t.Run(name, func(t *testing.T) {
			modes(t, func(t *testing.T, s *exchange.Service) {
				ctx := context.Background()
				o := colleague(t, s, 2)
				part := strings.Join(strings.SplitAfter(body, "\n")[:4], "")
				ran := meanwhile(s, func() { take(t, o, "people", part) }, func() { take(t, o, "people", body) })
				rep, err := s.Import(ctx, officer(), file("pegawai.csv", body), exchange.Input{Kind: "people", AsOf: day.None}, exchange.Run{})
				if err != nil || rep.New+rep.Same != 12 || rep.Refused != 0 || ran() != 2 {
					t.Errorf("%v %s%s, %d steps", err, counts(rep), told(rep), ran())
				}
				l, err := s.Roster.People(ctx, officer(), roster.ListInput{On: day.None})
				if err != nil || l.Total != 12 {
					t.Errorf("%d people, %v", l.Total, err)
				}
			})
		})
	}
}

// Of two who say contradicting things at once one is refused, and what is in
// already is told.
func TestRowsThatBecomeBadMeanwhile(t *testing.T) {
	modes(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		o := colleague(t, s, 3)
		take(t, s, "units", unitFile)
		take(t, s, "posts", postFile)
		take(t, s, "people", people(12, nil))
		body := "nip,post,from\n"
		for i := range 12 {
			body += nip(i) + ",staf,2020-01-01\n"
		}
		held := func() { take(t, o, "tenures", "nip,post,from\n"+nip(11)+",kadis,2021-01-01\n") }
		idle := func() {}
		// The last piece is looked at for the first time as the third.
		meanwhile(s, idle, idle, held)
		rep, err := s.Import(ctx, officer(), file("j.csv", body), exchange.Input{Kind: "tenures", AsOf: day.None}, exchange.Run{})
		wantFault(t, err, fault.Invalid, "exchange.refused_rest")
		if told(rep) != "\n13 from exchange.row.held" || rep.Written || rep.Entries != 2 {
			t.Errorf("%s, %d entries%s", counts(rep), rep.Entries, told(rep))
		}
		all, err := s.List(ctx, officer(), 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			if x.Name != "j.csv" {
				continue
			}
			if x.State != exchange.Refused || x.New != 10 || x.Row != 11 {
				t.Errorf("%s: %d new up to row %d", x.State, x.New, x.Row)
			}
		}
	})
}

// Who never comes to writing says so, and goes on later.
func TestCrowd(t *testing.T) {
	each(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		o := colleague(t, s, 4)
		var steps []func()
		for i := range 30 {
			steps = append(steps, func() { take(t, o, "people", fmt.Sprintf("nip,name,status\n%s,Lain %d,pns\n", nip(500+i), i)) })
		}
		ran := meanwhile(s, steps...)
		in := exchange.Input{Kind: "people", AsOf: day.None}
		_, err := s.Import(ctx, officer(), file("p.csv", people(3, nil)), in, exchange.Run{})
		wantFault(t, err, fault.Busy, "exchange.crowded")
		if ran() == 30 {
			t.Error("it was tried without an end")
		}
		s.Roster.Allow = yes
		rep, err := s.Import(ctx, officer(), file("p.csv", people(3, nil)), in, exchange.Run{Resume: true})
		if err != nil || counts(rep) != "3 rows: 3 new, 0 changed, 0 same, 0 refused" {
			t.Errorf("%v %s", err, counts(rep))
		}
	})
}

// Rows that contradict each other are found alike in a piece that was looked up
// before that was known, and in a file that is too large to be kept.
func TestContradictionsInEachWay(t *testing.T) {
	files := map[string]string{
		"nip in one piece": people(12, func(i int, c []string) {
			if i == 3 {
				c[0] = nip(1)
			}
		}),
		"nip across pieces": people(12, func(i int, c []string) {
			if i == 11 {
				c[0], c[1] = nip(1), ""
			}
		}),
		"nrk": people(12, func(i int, c []string) {
			if i == 4 {
				c[1] = "100002"
			}
		}),
		"other days": "nip,name,grade,status,from,until\n" + nip(20) + ",Ayu L,III/a,pns,2010-01-01,2015-01-01\n" + nip(21) + ",Budi S,III/a,pns,2010-01-01,\n" +
			nip(20) + ",Ayu L,III/b,pns,2015-01-01,2019-01-01\n" + nip(20) + ",Ayu L,III/c,pns,2019-01-01,\n",
		"unreadable, too": people(12, func(i int, c []string) {
			if i == 2 {
				c[6] = "31-02-1980"
			}
			if i == 3 || i == 4 {
				c[0] = nip(1)
			}
		}),
	}
	got := map[string]string{}
	modes(t, func(t *testing.T, s *exchange.Service) {
		take(t, s, "people", people(2, nil)) // something is held
		for name, body := range files {
			rep, err := s.DryRun(context.Background(), officer(), file("p.csv", body), exchange.Input{Kind: "people", AsOf: day.None, Good: true}, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			is := counts(rep) + told(rep)
			if want, ok := got[name]; ok && is != want {
				t.Errorf("%s: %s\nin another way: %s", name, is, want)
			}
			got[name] = is
			if (rep.Refused == 0) != (name == "other days") {
				t.Errorf("%s: %s", name, is)
			}
		}
	})
}
