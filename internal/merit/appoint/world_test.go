package appoint_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger/ledgertest"
	"netral/internal/letter/archive/archivetest"
	"netral/internal/merit/appoint"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// world is what app would answer from the roster.
type world struct {
	*appoint.Service
	clock    *storetest.Clock
	db       *store.DB
	posts    map[string]appoint.Post
	people   map[string]appoint.Person
	kin      map[string]bool
	verdicts map[string]appoint.Verdict // of person; else eligible
	moves    []appoint.Move
}

var start = time.Date(2023, time.December, 20, 3, 0, 0, 0, time.UTC)

func date(s string) day.Day {
	d, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// newWorld has the posts a1…a6 of one agency and b1…b6 of another, of which the
// odd ones are held by p1…; the even ones are vacant. People c0…c9 hold nothing.
func newWorld(t *testing.T, db *store.DB, clock *storetest.Clock) *world {
	t.Helper()
	w := &world{clock: clock, db: db, posts: map[string]appoint.Post{}, people: map[string]appoint.Person{}, kin: map[string]bool{}, verdicts: map[string]appoint.Verdict{}}
	for _, agency := range []string{"a", "b"} {
		for i := 1; i <= 6; i++ {
			p := appoint.Post{ID: fmt.Sprintf("%s%d", agency, i), Title: fmt.Sprintf("Kepala Seksi %s%d", agency, i), Level: "pengawas", Echelon: "IV.a", Unit: agency, Agency: "Dinas " + agency, Seats: 1}
			if i > 4 {
				p.Level, p.Echelon, p.Title = "administrator", "III.b", fmt.Sprintf("Kepala Bidang %s%d", agency, i)
			}
			if i%2 == 1 {
				who := "p" + p.ID
				p.Holders = []string{who}
				w.people[who] = appoint.Person{ID: who, Name: "Pejabat " + p.ID, NIP: "nip-" + who, Serving: true, Post: p.ID}
			}
			w.posts[p.ID] = p
		}
	}
	for i := range 10 {
		id := fmt.Sprintf("c%d", i)
		w.people[id] = appoint.Person{ID: id, Name: fmt.Sprintf("Calon %d", i), NIP: "nip-" + id, Serving: true}
	}
	for _, id := range []string{"officer", "head", "assessor", "assessor2", "sekda"} {
		w.people[id] = appoint.Person{ID: id, Name: "Ibu " + id, NIP: "nip-" + id, Serving: true}
	}
	conditions, err := appoint.LoadConditions(conditionFiles(), "conditions.json")
	if err != nil {
		t.Fatal(err)
	}
	after, err := appoint.LoadAftercare(conditionFiles(), "aftercare.json")
	if err != nil {
		t.Fatal(err)
	}
	w.Service = &appoint.Service{
		After: after, Place: func(_ context.Context, _ *store.Tx, post string, _ day.Day) ([]string, error) {
			return []string{"top", w.posts[post].Unit}, nil
		},
		Book: ledgertest.Open(t, db), Now: func() time.Time { return db.Now() }, Rand: ledgertest.Rand(7), Allow: allow, Conditions: conditions,
		Posts: func(_ context.Context, _ *store.Tx, ids []string, _ day.Day) (map[string]appoint.Post, error) {
			return pick(w.posts, ids), nil
		},
		People: func(_ context.Context, _ *store.Tx, ids []string, _ day.Day) (map[string]appoint.Person, error) {
			return pick(w.people, ids), nil
		},
		Find: func(_ context.Context, _ *store.Tx, given []string) (map[string]string, error) {
			out := map[string]string{}
			for _, g := range given {
				for id, p := range w.people {
					if g == id || g == p.NIP {
						out[g] = id
					}
				}
			}
			return out, nil
		},
		Relatives: func(_ context.Context, _ *store.Tx, person string, _ day.Day) (map[string]appoint.Kin, error) {
			out := map[string]appoint.Kin{}
			older := true
			for pair := range w.kin {
				kin := appoint.Kin{Degree: 3, Path: []appoint.Step{{Kind: "parent", Sex: "female"}, {Kind: "sibling", Sex: "male", Older: &older}}}
				if a, b, _ := strings.Cut(pair, " "); a == person {
					out[b] = kin
				} else if b == person {
					out[a] = kin
				}
			}
			return out, nil
		},
		Eligible: func(_ context.Context, _ *store.Tx, pairs []appoint.Pair, _ day.Day) (map[appoint.Pair]appoint.Verdict, error) {
			out := map[appoint.Pair]appoint.Verdict{}
			for _, p := range pairs {
				out[p] = appoint.Verdict{Answer: appoint.Yes}
				if v, ok := w.verdicts[p.Person]; ok {
					out[p] = v
				}
			}
			return out, nil
		},
		Install: func(_ context.Context, _ *store.Tx, _ actor.Actor, moves []appoint.Move, _ string, _, _ day.Day) (appoint.Installed, error) {
			for _, m := range moves {
				if m.From != "" {
					p := w.posts[m.From]
					p.Holders = slices.DeleteFunc(slices.Clone(p.Holders), func(h string) bool { return h == m.Person })
					w.posts[m.From] = p
				}
			}
			for _, m := range moves {
				p, x := w.posts[m.Post], w.people[m.Person]
				p.Holders = append(slices.Clone(p.Holders), m.Person)
				x.Post = m.Post
				w.posts[m.Post], w.people[m.Person] = p, x
			}
			w.moves = append(w.moves, moves...)
			return appoint.Installed{Seq: 1, Sum: "sum"}, nil
		},
	}
	return w
}

func pick[V any](from map[string]V, ids []string) map[string]V {
	out := map[string]V{}
	for _, id := range ids {
		if v, ok := from[id]; ok {
			out[id] = v
		}
	}
	return out
}

// allow is as the policies would have it.
func allow(who actor.Actor, action string, r appoint.Resource) error {
	ok := false
	switch action {
	case appoint.ActPublic:
		ok = true
	case appoint.ActSign:
		ok = who.Has("governor")
	case appoint.ActExcept, appoint.ActRead:
		ok = who.Has("governor") || who.Has("personnel")
	case appoint.ActDuty:
		unit := ""
		for _, g := range who.Grants {
			if g.Role == "unit_head" {
				unit = g.Unit
			}
		}
		ok = who.Has("personnel") || unit != "" && r.Attrs["unit"] == unit
	case appoint.ActExtract:
		ok = who.Has("personnel") || who.Person != "" && r.Attrs["person"] == who.Person
	default:
		ok = who.Has("personnel")
	}
	if !ok {
		return fault.New(fault.Denied, "appoint.denied")
	}
	return nil
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			clock := storetest.NewClock(start)
			dsn := storetest.SQLite
			if engine == "postgres" {
				dsn = storetest.Postgres
			}
			db := storetest.Open(t, dsn(t, archivetest.Lines(appoint.Migrations)...), storetest.WithClock(clock))
			w := newWorld(t, db, clock)
			defer func() {
				if !t.Failed() {
					ledgertest.Clean(t, w.Book)
				}
			}()
			fn(t, w)
		})
	}
}

func person(id, role string) actor.Actor {
	return actor.Actor{ID: "account:" + id, Lang: "id", Via: "page", Person: id, Grants: []actor.Grant{{Role: role}}}
}

func office() actor.Actor  { return person("officer", "personnel") }
func second() actor.Actor  { return person("second", "personnel") }
func citizen() actor.Actor { return actor.Anonymous("page", "id") }
func governor() actor.Actor {
	return actor.Actor{ID: "account:gov", Lang: "id", Via: "page", Grants: []actor.Grant{{Role: "governor"}}}
}

func (w *world) open(t *testing.T, authority string) appoint.Batch {
	t.Helper()
	b, _, err := w.Open(t.Context(), office(), appoint.OpenInput{Title: "Pelantikan Desember", Effective: date("2023-12-27"), OathDay: date("2023-12-27"), Officiant: "Pj Gubernur", Authority: authority, Signer: "Pj Gubernur", Decider: "sekda"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func row(post, who string, more ...string) appoint.ProposalRow {
	r := appoint.ProposalRow{Post: post, Person: who, Proposer: "head", Reason: "Berpengalaman di loket", Others: more}
	if len(more) == 0 {
		r.Single = "Hanya satu yang memenuhi syarat di unit ini"
	}
	return r
}

func (w *world) propose(t *testing.T, b appoint.Batch, rows ...appoint.ProposalRow) appoint.Batch {
	t.Helper()
	b, _, err := w.Propose(t.Context(), office(), appoint.ProposeInput{Batch: b.ID, Version: b.Version, Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// papers files minutes and approvals.
func (w *world) papers(t *testing.T, b appoint.Batch, kinds ...string) appoint.Batch {
	t.Helper()
	b, _, err := w.Assess(t.Context(), office(), appoint.AssessInput{Batch: b.ID, Version: b.Version, Number: "BA-7", Date: date("2023-12-18"), Assessors: []string{"assessor"}, Summary: "Semua dinilai"})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		if b, _, err = w.Approve(t.Context(), office(), b.ID, b.Version, appoint.Approval{Kind: k, Number: k + "/1", Date: date("2023-12-19")}); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// signed is a batch of three, signed.
func (w *world) signed(t *testing.T) appoint.Batch {
	t.Helper()
	b := w.open(t, appoint.Acting)
	b = w.propose(t, b, row("a2", "pa1"), row("a1", "c1", "c2"), row("b5", "pa3"), row("b1", "pb5"), row("a6", "pb1"))
	b = w.papers(t, b, appoint.BKN, appoint.Mendagri)
	b, _, err := w.Sign(t.Context(), governor(), appoint.SignInput{Batch: b.ID, Version: b.Version, Date: day.None})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func want(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || !errors.Is(err, kind) || f.Key != key && !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == key }) {
		t.Errorf("got %v, want %s %s", err, kind, key)
	}
}
