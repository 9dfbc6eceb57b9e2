package roster_test

import (
	"context"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
)

func TestCorrect(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		load(t, s, small())
		before := view(t, s, "siti", "")
		fix := roster.CorrectInput{Kind: roster.KindPerson, ID: "siti", From: before.Person.From, Seen: 1,
			Fields: map[string]string{"name": "Siti Nur Haliza"}, Reason: "Ejaan menurut akta", Source: "Akta 12/1975"}
		got, err := s.Correct(ctx, officer(), fix)
		if err != nil || got.Seq != 2 {
			t.Fatalf("%+v, %v", got, err)
		}
		p := view(t, s, "siti", "")
		if p.Person.Name != "Siti Nur Haliza" || p.Version != 2 {
			t.Errorf("%+v", p.Person)
		}
		var old *roster.Held
		for i, h := range p.Held {
			if h.Gone != nil {
				old = &p.Held[i]
			}
		}
		if old == nil || old.Gone.Source.Reason != "Ejaan menurut akta" || old.Source.Source.Name != "pegawai.csv" {
			t.Errorf("what was said before: %+v", old)
		}
		// The same officer in another window still sees the old one.
		fix.Fields = map[string]string{"name": "Siti N."}
		_, err = s.Correct(ctx, officer(), fix)
		wantFault(t, err, fault.Conflict, "roster.correct.stale")
		if !hasField(err, "name", "roster.correct.now") {
			t.Errorf("the fault does not show the present value: %v", err)
		}
		// A rise in grade keeps what was.
		rise := roster.CorrectInput{Kind: roster.KindPerson, ID: "siti", From: p.Person.From, Seen: 2, Keep: true,
			Fields: map[string]string{"grade": "IV/d", "from": "2023-04-01"}, Reason: "Kenaikan pangkat"}
		if _, err = s.Correct(ctx, officer(), rise); err != nil {
			t.Fatal(err)
		}
		if a, b := view(t, s, "siti", "2023-03-31").Person.Grade, view(t, s, "siti", "2023-04-01").Person.Grade; a != "IV/c" || b != "IV/d" {
			t.Errorf("before %s, after %s", a, b)
		}
		// Taking a mark back, adding a training.
		u := view(t, s, "ujang", "")
		if _, err = s.Correct(ctx, officer(), roster.CorrectInput{Kind: roster.KindMark, Person: "ujang", ID: u.Marks[0].ID, Seen: 1, Remove: true, Reason: "Keberatan dikabulkan"}); err != nil {
			t.Fatal(err)
		}
		if _, err = s.Correct(ctx, officer(), roster.CorrectInput{Kind: roster.KindTraining, Person: "ujang", Fields: map[string]string{"kind": "pkp", "from": "2022-01-10", "until": "2022-05-01"}, Reason: "Sertifikat"}); err != nil {
			t.Fatal(err)
		}
		if u = view(t, s, "ujang", ""); len(u.Marks) != 0 || len(u.Trainings) != 1 {
			t.Errorf("%+v %+v", u.Marks, u.Trainings)
		}
		for name, c := range map[string]struct {
			in         roster.CorrectInput
			field, key string
		}{
			"no reason":     {roster.CorrectInput{Kind: roster.KindPerson, ID: "budi", Fields: map[string]string{"name": "B"}}, "reason", "roster.check.empty"},
			"unknown field": {roster.CorrectInput{Kind: roster.KindPerson, ID: "budi", Fields: map[string]string{"salary": "1"}, Reason: "r"}, "salary", "roster.correct.field"},
			"bad NIP":       {roster.CorrectInput{Kind: roster.KindPerson, ID: "budi", From: on("2005-01-01"), Seen: 1, Fields: map[string]string{"nip": "1"}, Reason: "r"}, "nip", "roster.nip.length"},
			"bad date":      {roster.CorrectInput{Kind: roster.KindPerson, ID: "budi", From: on("2005-01-01"), Seen: 1, Fields: map[string]string{"born": "1980-02-31"}, Reason: "r"}, "born", "roster.check.date"},
			"unknown post":  {roster.CorrectInput{Kind: roster.KindTenure, Person: "budi", Fields: map[string]string{"post": "void", "kind": "plt"}, Reason: "r"}, "post", "roster.bulk.unknown"},
		} {
			if _, err := s.Correct(ctx, officer(), c.in); !hasField(err, c.field, c.key) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAskAndDecide(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		ctx := context.Background()
		load(t, s, small())
		siti := actor.Actor{ID: "account:siti", Person: "siti", Via: "page"}
		me, err := s.View(ctx, siti, roster.ViewInput{ID: "siti", On: day.None})
		if err != nil {
			t.Fatal(err)
		}
		ask := roster.AskInput{Kind: roster.KindPerson, Fact: "siti", From: me.Person.From, Field: "name", Wanted: "Siti Nur Haliza", Note: "Seperti di akta"}
		a, r, err := s.Ask(ctx, siti, ask)
		if err != nil || a.Held != "Siti Nurhaliza" || a.Due.Sub(a.At) != 72*time.Hour || r.Kind != "merit.roster.asked" {
			t.Fatalf("%+v, %v", a, err)
		}
		// Facts of others cannot be named.
		if _, _, err := s.Ask(ctx, siti, roster.AskInput{Kind: roster.KindPerson, Fact: "budi", Field: "name", Wanted: "X"}); err == nil {
			t.Error("asked about another")
		}
		if list, err := s.Open(ctx, siti, 10); err != nil || len(list) != 0 {
			t.Errorf("the asker answers herself: %+v, %v", list, err)
		}
		_, _, err = s.Decide(ctx, siti, roster.DecideInput{ID: a.ID, Accept: true})
		wantFault(t, err, fault.Denied, "roster.ask.own")
		clock.Step(73 * time.Hour)
		list, err := s.Open(ctx, officer(), 10)
		if err != nil || len(list) != 1 || !list[0].Late || list[0].Name != "Siti Nurhaliza" {
			t.Fatalf("%+v, %v", list, err)
		}
		done, _, err := s.Decide(ctx, officer(), roster.DecideInput{ID: a.ID, Accept: true})
		if err != nil || done.State != roster.AskDone || !done.Late || done.Seq != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		_, _, err = s.Decide(ctx, officer(), roster.DecideInput{ID: a.ID, Accept: false, Answer: "tidak"})
		wantFault(t, err, fault.Conflict, "roster.ask.answered")
		me, _ = s.View(ctx, siti, roster.ViewInput{ID: "siti", On: day.None})
		if me.Person.Name != "Siti Nur Haliza" || len(me.Asked) != 1 || me.Asked[0].State != roster.AskDone {
			t.Errorf("%+v", me.Asked)
		}
		// Asked about what has been changed since: the officer sees a conflict.
		ask.From, ask.Wanted = me.Person.From, "Siti"
		b, _, err := s.Ask(ctx, siti, ask)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Correct(ctx, officer(), roster.CorrectInput{Kind: roster.KindPerson, ID: "siti", From: me.Person.From, Seen: 2, Fields: map[string]string{"grade": "IV/d"}, Reason: "SK"}); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Decide(ctx, officer(), roster.DecideInput{ID: b.ID, Accept: true})
		wantFault(t, err, fault.Conflict, "roster.correct.stale")
		_, _, err = s.Decide(ctx, officer(), roster.DecideInput{ID: b.ID})
		if !hasField(err, "answer", "roster.check.empty") {
			t.Errorf("refused without an answer: %v", err)
		}
	})
}

// A post is moved only by somebody who may change both units.
func TestMovingAPost(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		load(t, s, small())
		s.Allow = func(who actor.Actor, action string, r roster.Resource) error {
			if action == "roster.unit.correct" && r.ID != "gambir" {
				return fault.New(fault.Denied, "roster.denied")
			}
			return nil
		}
		move := roster.CorrectInput{Kind: roster.KindPost, ID: "staf", From: on("2015-01-01"), Seen: 1, Fields: map[string]string{"unit": "dinkes"}, Reason: "r"}
		_, err := s.Correct(ctx, officer(), move)
		wantFault(t, err, fault.Denied, "roster.denied")
		move.ID, move.Fields = "kabid", map[string]string{"unit": "gambir"}
		_, err = s.Correct(ctx, officer(), move)
		wantFault(t, err, fault.Denied, "roster.denied")
		move.ID, move.Fields = "staf", map[string]string{"seats": "5"}
		if _, err = s.Correct(ctx, officer(), move); err != nil {
			t.Fatal(err)
		}
		u, err := s.Unit(ctx, officer(), roster.UnitInput{ID: "gambir", On: day.None})
		if err != nil || u.Vacant != 4 {
			t.Errorf("%d vacant, %v", u.Vacant, err)
		}
		_, err = s.Correct(ctx, officer(), roster.CorrectInput{Kind: roster.KindUnit, ID: "gambir", From: on("2015-01-01"), Seen: 1, Fields: map[string]string{"parent": "dinkes"}, Reason: "r"})
		wantFault(t, err, fault.Denied, "roster.denied")
	})
}
