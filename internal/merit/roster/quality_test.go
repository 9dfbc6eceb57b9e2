package roster_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
)

// Each fault that is put in is found by its check, and nothing else is.
func TestQuality(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		base := small()
		load(t, s, base)
		count := func(check string) (n int) {
			q, err := s.Quality(ctx, officer(), roster.QualityInput{Check: check})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range q.Tallies {
				if x.Check == check {
					n = x.Count
				}
			}
			if n != q.Total || n != len(q.Findings) {
				t.Errorf("%s: tally %d, total %d, findings %d", check, n, q.Total, len(q.Findings))
			}
			return n
		}
		before := map[string]int{}
		for _, c := range roster.Checks() {
			before[c] = count(c)
		}
		if before["no_head_post"] != 1 || before["no_tenure"] != 1 || before["nip_born"] != 0 {
			t.Errorf("at first: %v", before)
		}
		since := on("2020-01-01")
		person := func(id, nip string, change func(*roster.Person)) roster.Person {
			n, _ := roster.ParseNIP(nip)
			p := roster.Person{ID: id, NIP: nip, Name: "Orang " + id, Grade: "III/a", Education: "S-1", Born: n.Born, Sex: n.Sex, Status: roster.PNS, From: n.Appointed(), Until: day.None}
			if change != nil {
				change(&p)
			}
			return p
		}
		in := func(p, post, kind string) roster.Tenure {
			return roster.Tenure{Person: p, Post: post, Kind: kind, From: since, Until: day.None}
		}
		none := func(*roster.Person) {}
		load(t, s, roster.Batch{
			Units: []roster.Unit{{ID: "sub", Parent: "gambir", Name: "Seksi", From: since, Until: day.None}},
			Posts: []roster.Post{
				{ID: "kasi", Unit: "sub", Title: "Kepala Seksi", Level: roster.Pengawas, Head: true, From: since, Until: day.None},
				{ID: "short", Unit: "sub", Title: "Staf", Level: roster.Pelaksana, From: since, Until: on("2021-01-01")},
				{ID: "full", Unit: "sub", Title: "Staf", Level: roster.Pelaksana, From: since, Until: day.None},
				{ID: "lost", Unit: "sub", Title: "Wakil", Level: roster.Pelaksana, Head: true, From: since, Until: day.None},
			},
			People: []roster.Person{
				person("a1", "199001012015011001", func(p *roster.Person) { p.Born = on("1991-01-01") }),
				person("a2", "199001012015011002", func(p *roster.Person) { p.Sex = roster.Female }),
				person("a3", "199001012015011003", none),
				person("a4", "199001012015011003", none),
				person("a5", "199001012015011005", func(p *roster.Person) { p.NIK = "3171014101910001" }),
				person("a6", "199001012015011006", func(p *roster.Person) { p.Status = roster.Retired }),
				person("a7", "199001012015011007", func(p *roster.Person) { p.NIP, p.Grade = "", "" }),
				person("a8", "199001012015011008", none),
				person("a9", "199001012015011009", func(p *roster.Person) { p.From = on("2030-01-01") }), // serves later
			},
			Tenures: []roster.Tenure{
				in("a1", "full", roster.Definitive), in("a2", "full", roster.Definitive), in("a3", "staf", roster.Definitive),
				in("a4", "staf", roster.Definitive), in("a4", "full", roster.Definitive), in("a5", "short", roster.Definitive),
				in("a6", "staf", roster.Definitive), in("a8", "kasi", roster.Definitive),
				in("budi", "full", roster.Plt), // a8 leads Budi here, and Budi leads a8
				in("a7", "staf", roster.Definitive),
			},
		})
		for check, want := range map[string]int{
			"nip_born": 1, "nip_sex": 1, "double_nip": 1, "nik_doubt": 1, "double_post": 1, "post_gone": 1, "not_serving": 1,
			"no_nip": 1, "incomplete": 1, "head_vacant": 1, "overfull": 2, "mutual_heads": 1, "no_head_post": 0, "no_tenure": 0,
		} {
			if got := count(check) - before[check]; got != want {
				q, _ := s.Quality(ctx, officer(), roster.QualityInput{Check: check})
				t.Errorf("%s: %d more, want %d: %+v", check, got, want, q.Findings)
			}
		}
		q, err := s.Quality(ctx, officer(), roster.QualityInput{})
		if err != nil || q.Tallies[0].Check != "mutual_heads" || !q.Tallies[0].Grave {
			t.Errorf("%+v, %v", q.Tallies, err)
		}
		few, err := s.Quality(ctx, officer(), roster.QualityInput{Unit: "dinkes"})
		if err != nil || few.Tallies[len(few.Tallies)-1].Count != 0 {
			t.Errorf("%+v, %v", few.Tallies, err)
		}
		for i, x := range few.Tallies[1:] {
			if few.Tallies[i].Count == 0 && x.Count > 0 {
				t.Errorf("%s after one without findings", x.Check)
			}
		}
		for _, f := range q.Filled {
			if f.Of != q.Serving || f.Have > f.Of {
				t.Errorf("%+v of %d", f, q.Serving)
			}
		}
		guarded(t, s)
		head := actor.Actor{ID: "x", Person: "siti", Grants: []actor.Grant{{Role: "unit_head", Unit: "dinkes"}}}
		q, err = s.Quality(ctx, head, roster.QualityInput{Check: "nip_born"})
		if err != nil || q.Total != 0 || q.Serving != 1 {
			t.Errorf("a head sees %+v, %v", q, err)
		}
	})
}

// Of a large roster the audit is made in the background; until the first is there
// the answer is that it is being made, and after that the last one is told.
func TestQualityApart(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		load(t, s, small())
		s.AuditApart(1)
		_, err := s.Quality(ctx, officer(), roster.QualityInput{})
		wantFault(t, err, fault.Busy, "roster.quality.working")
		if _, err := s.Faulty(ctx, officer()); err != nil {
			t.Errorf("the inbox: %v", err)
		}
		ready := func(seq int64) roster.QualityReport {
			for {
				q, err := s.Quality(ctx, officer(), roster.QualityInput{Check: "no_tenure"})
				if err != nil && !errors.Is(err, fault.Busy) {
					t.Fatal(err)
				}
				if err == nil && q.Seq >= seq {
					return q
				}
				time.Sleep(time.Millisecond)
			}
		}
		if q := ready(1); q.Seq != 1 || q.Total != 1 || q.Made.IsZero() {
			t.Errorf("the first: %+v", q)
		}
		p := small().People[0]
		p.ID, p.NIP, p.Name = "baru", "197501012000032002", "Orang Baru"
		load(t, s, roster.Batch{People: []roster.Person{p}})
		q, err := s.Quality(ctx, officer(), roster.QualityInput{Check: "no_tenure"})
		if err != nil || q.Seq != 1 || q.Total != 1 {
			t.Errorf("the last is told: %+v, %v", q, err)
		}
		if q := ready(2); q.Seq != 2 || q.Total != 2 {
			t.Errorf("the second: %+v", q)
		}
	})
}
