package callup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/merit/callup"
	"netral/internal/sample"
)

func TestQuotaLargerThanItsGroup(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		r := rules(lot.Drand)
		r.Count, r.Quotas = 15, []lot.Quota{{Group: "administrator", N: 12}, {Group: "pengawas", N: 3}}
		w.programme(t, r)
		_, _, err := w.Seal(ctx, office(), callup.SealInput{Programme: "paparan", At: w.clock.Now().Add(time.Hour)})
		want(t, err, fault.Invalid, "sample.quota.large")
		if f := fault.Of(err); f.Args[0] != 15 || f.Args[1] != 13 || f.Fields[0].Name != "administrator" || f.Fields[0].Args[1] != 10 {
			t.Errorf("the smallest change is not named: %+v", f)
		}
		if d, err := w.Desk(ctx, office()); err != nil || len(d.Board.Programmes[0].Rounds) != 0 {
			t.Errorf("something of it was kept: %v", err)
		}
		r.Quotas[0].N, r.Count = 10, 13
		w.programme(t, r)
		w.seal(t)
	})
}

func TestExcusesAndTheNextInOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.programme(t, rules(lot.Drand))
		r := w.drawn(t)
		v, err := w.RoundByID(ctx, citizen(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		first := v.Drawn[1].Drawn[0]
		calls := w.calls(t)
		c := calls[slices.IndexFunc(calls, func(c callup.Call) bool { return c.Person == first })]
		_, _, err = w.Excuse(ctx, person(first), callup.ExcuseInput{Call: c.ID, Kind: callup.Leave})
		want(t, err, fault.Invalid, "callup.check.one")
		_, _, err = w.Excuse(ctx, person(first), callup.ExcuseInput{Call: c.ID, Kind: callup.Illness, Note: "demam"})
		want(t, err, fault.Invalid, "callup.excuse.unknown")
		w.away[first] = []callup.Absence{{Kind: callup.Illness, Note: "Surat dokter 4/X"}}
		got, _, err := w.Excuse(ctx, person(first), callup.ExcuseInput{Call: c.ID, Kind: callup.Illness})
		if err != nil || got.State != callup.Excused || got.Note != "Surat dokter 4/X" {
			t.Fatalf("%+v, %v", got, err)
		}
		calls = w.calls(t)
		at := slices.IndexFunc(calls, func(x callup.Call) bool { return x.Instead == c.ID })
		if at < 0 || calls[at].Person != v.Drawn[1].Next[0] || calls[at].Place != 4 {
			t.Errorf("%v steps in, want %s", calls, v.Drawn[1].Next[0])
		}
		// To the end of the group, and no further than its end.
		for range 40 {
			calls = slices.DeleteFunc(w.calls(t), func(x callup.Call) bool { return x.Group != "pengawas" })
			if len(calls) == 0 {
				break
			}
			w.away[calls[0].Person] = []callup.Absence{{Kind: callup.Headless}}
			if _, _, err := w.Excuse(ctx, office(), callup.ExcuseInput{Call: calls[0].ID, Kind: callup.Headless}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(w.calls(t)); n != 1 {
			t.Errorf("%d calls left, want that of the other group", n)
		}
		last := w.calls(t)[0]
		_, _, err = w.Miss(ctx, office(), last.ID, "Tidak datang")
		want(t, err, fault.Conflict, "callup.miss.early")
		w.clock.Set(last.Due.Add(2 * time.Hour))
		if got, _, err := w.Miss(ctx, office(), last.ID, "Tidak datang"); err != nil || got.State != callup.Absent {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestNeverBothHeadsOfOneOffice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		r := rules(lot.Drand)
		r.Count, r.By = 29, "all"
		w.programme(t, r)
		// p01 acts for p04's office, p02 for p05's and p01's.
		w.candidates[1].Offices = append(w.candidates[1].Offices, "post04")
		w.candidates[2].Offices = append(w.candidates[2].Offices, "post05", "post01")
		round := w.drawn(t)
		v, err := w.RoundByID(ctx, citizen(), round.ID)
		if err != nil {
			t.Fatal(err)
		}
		called := map[string]bool{}
		for _, c := range w.calls(t) {
			called[c.Person] = true
		}
		for _, pair := range [][2]string{{"p01", "p04"}, {"p02", "p05"}, {"p01", "p02"}} {
			if called[pair[0]] && called[pair[1]] {
				t.Errorf("both %v are called", pair)
			}
		}
		if v.States[callup.Passed] == 0 || len(called)+v.States[callup.Passed] != 30 {
			t.Errorf("%d called, %+v", len(called), v.States)
		}
	})
}

func TestChancesAndFairness(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		r := rules(lot.Drand)
		r.Rest = 0
		w.programme(t, r)
		for i := range 4 {
			w.clock.Set(start.AddDate(0, i, 0))
			if i == 2 {
				w.away["p00"] = []callup.Absence{{Kind: callup.Leave}}
			}
			w.drawn(t)
		}
		got, err := w.Chances(ctx, person("p00"))
		if err != nil || len(got.Rounds) != 4 || got.Rounds[2].Off != callup.Leave || got.Rounds[3].Off != callup.Leave {
			t.Fatalf("%+v, %v", got, err)
		}
		// One of ten administrators, twice: 1 - (9/10)². Kept off this month: 0.
		if got.Ever.RatString() != "19/100" || got.Month.Sign() != 0 {
			t.Errorf("ever %s, month %s", got.Ever.RatString(), got.Month.RatString())
		}
		// Three of twenty, four times; the month has one of them.
		if got, err = w.Chances(ctx, person("p01")); err != nil || got.Month.RatString() != "3/20" || got.Ever.RatString() != "76479/160000" {
			t.Errorf("ever %s, month %s, %v", got.Ever.RatString(), got.Month.RatString(), err)
		}
		_, err = w.Chances(ctx, citizen())
		want(t, err, fault.Denied, "callup.own.nobody")
		tests, drawn, err := w.Fairness(ctx, citizen())
		if err != nil || drawn != 16 || len(tests) != 7 {
			t.Fatalf("%d tests of %d drawn, %v", len(tests), drawn, err)
		}
		sum := map[string]int{}
		for _, x := range tests {
			sum[x.By] += x.X
			if x.P <= 0 || x.P > 1 || x.Holm < x.P || x.X < 0 || x.Low > x.High {
				t.Errorf("%+v", x)
			}
		}
		if sum["sex"] != 16 || sum["unit"] != 16 || sum["grade"] != 16 {
			t.Errorf("%v", sum)
		}
	})
}

func TestCheckProgramme(t *testing.T) {
	bad := lot.Rules{ID: "Ä", Levels: []string{"raja", "raja"}, Every: "day", By: "x", Quotas: []lot.Quota{{Group: "a", N: 2}, {Group: "a", N: -1}}, Source: "coin",
		Rubric: []lot.Criterion{{ID: "a", Title: "A", Max: 0}, {ID: "a", Title: "", Max: 5}}, Exempt: []string{"lazy"}}
	seen := map[string]bool{}
	for _, f := range callup.Check(bad) {
		seen[f.Name] = true
	}
	for _, name := range []string{"id", "title", "levels", "every", "count", "by", "quotas", "notice_hours", "exempt", "source", "dice", "late_hours", "panel", "questions", "rubric", "reply_days"} {
		if !seen[name] {
			t.Errorf("nothing is said about %s", name)
		}
	}
	if f := callup.Check(rules(lot.Both)); len(f) > 0 {
		t.Errorf("%+v", f)
	}
}

// What waits for whom changes with every step.
func TestWaiting(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		waits := func(who actor.Actor, want ...string) {
			t.Helper()
			list, err := w.Waiting(ctx, who)
			var got []string
			for _, x := range list {
				got = append(got, strings.TrimPrefix(x.Title, "callup.wait."))
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v, %v; want %v", who.ID, got, err, want)
			}
		}
		r := rules(lot.Drand)
		r.Count, r.By = 1, "all"
		w.programme(t, r)
		round := w.seal(t)
		waits(office())
		w.clock.Set(round.Announced.Add(time.Minute))
		waits(office(), "random")
		waits(citizen())
		if _, _, err := w.Beacon(ctx, citizen(), callup.BeaconInput{Round: round.ID, Number: round.Sealed.Beacon, Signature: w.signature(round.Sealed.Beacon)}); err != nil {
			t.Fatal(err)
		}
		c := w.calls(t)[0]
		me := person(c.Person)
		do := func(_ callup.Call, _ ledger.Receipt, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		waits(office(), "panel")
		waits(me, "answer")
		do(w.Acknowledge(ctx, me, c.ID))
		waits(me)
		do(w.NamePanel(ctx, office(), callup.PanelInput{Call: c.ID, Members: []string{"m1", "m2", "m3"}}))
		waits(office())
		w.clock.Set(c.Due.Add(time.Minute))
		waits(office(), "open")
		do(w.Begin(ctx, office(), c.ID))
		for _, m := range []string{"m1", "m2", "m3"} {
			waits(person(m), "score")
			do(w.Score(ctx, person(m), callup.ScoreInput{Call: c.ID, Points: []int{3, 3, 3}}))
			waits(person(m))
		}
		waits(me, "read")
		do(w.Read(ctx, me, c.ID))
		waits(me, "reply")
		waits(office())
		do(w.Reply(ctx, me, c.ID, "Baik."))
		waits(me)
		waits(office(), "file")
		do(w.File(ctx, office(), c.ID))
		waits(office())
	})
}

// Two officers at once: one seal, one panel of a kind, no sheet twice.
func TestAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.programme(t, rules(lot.Drand))
		both := func(a, b func() error) (good int, bad error) {
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i, f := range []func() error{a, b} {
				wg.Go(func() { errs[i] = f() })
			}
			wg.Wait()
			for _, err := range errs {
				if err == nil {
					good++
				} else {
					bad = err
				}
			}
			return good, bad
		}
		seal := func(who actor.Actor) func() error {
			return func() error {
				_, _, err := w.Seal(ctx, who, callup.SealInput{Programme: "paparan", At: w.clock.Now().Add(time.Hour)})
				return err
			}
		}
		good, err := both(seal(office()), seal(second()))
		if want(t, err, fault.Conflict, "callup.seal.open"); good != 1 {
			t.Errorf("%d seals", good)
		}
		r, err := w.View(ctx, office(), "paparan", 1)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(r.Announced.Add(time.Minute))
		if _, _, err := w.Beacon(ctx, citizen(), callup.BeaconInput{Round: r.ID, Number: r.Sealed.Beacon, Signature: w.signature(r.Sealed.Beacon)}); err != nil {
			t.Fatal(err)
		}
		c := w.calls(t)[0]
		w.away[c.Person] = []callup.Absence{{Kind: callup.Illness}}
		excuse := func(who actor.Actor) func() error {
			return func() error {
				_, _, err := w.Excuse(ctx, who, callup.ExcuseInput{Call: c.ID, Kind: callup.Illness})
				return err
			}
		}
		good, err = both(excuse(office()), excuse(person(c.Person)))
		if want(t, err, fault.Conflict, "callup.call.state"); good != 1 || len(w.calls(t)) != 4 {
			t.Errorf("%d excused, %d calls", good, len(w.calls(t)))
		}
	})
}

// unguessed: the questions come from a secret that the record had the sum of, and
// nothing else, before.
func (w *world) unguessed(t *testing.T, c callup.Call, opened []byte) {
	t.Helper()
	var o struct {
		Detail struct{ Secret, Seed string } `json:"detail"`
	}
	if err := json.Unmarshal(opened, &o); err != nil || len(o.Detail.Secret) != 32 {
		t.Fatalf("%s, %v", opened, err)
	}
	raw, err := w.PublishedFile(context.Background(), citizen(), c.Round)
	if err != nil {
		t.Fatal(err)
	}
	f, err := lot.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	public := f.Seed + "\n" + c.Group + "\n" + c.Person
	if o.Detail.Seed != sample.Hex(public+"\n"+o.Detail.Secret) {
		t.Errorf("the seed of the questions is %s", o.Detail.Seed)
	}
	drawn, err := w.Book.Entries(context.Background(), 0, 1, ledger.Filter{Kind: "merit.callup.drawn"})
	if err != nil || len(drawn) != 1 || !bytes.Contains(drawn[0].Body, []byte(sample.Hex(o.Detail.Secret))) || bytes.Contains(drawn[0].Body, []byte(o.Detail.Secret)) {
		t.Errorf("the draw does not hold the sum of the secret, or holds the secret: %+v, %v", drawn, err)
	}
}
