package callup_test

import (
	"bytes"
	"context"
	"math"
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

func TestFromSealToFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.programme(t, rules(lot.Drand))
		w.away["p00"] = []callup.Absence{{Kind: callup.Leave, Note: "Cuti 12/2023"}}
		r := w.drawn(t)
		if r.State != callup.Drawn || r.Left[callup.Leave] != 1 || r.Groups[0] != (callup.Tally{Name: "administrator", N: 9, Quota: 1}) || r.Groups[1].Quota != 3 {
			t.Fatalf("%+v", r)
		}
		raw, err := w.PublishedFile(ctx, citizen(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		f, err := lot.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if rep := f.Check(w.Chain); !rep.Clean() || rep.Drawn != 4 || rep.Listed != 29 || sample.Sum(raw) != r.FileSum {
			t.Errorf("%+v", rep)
		}
		list, err := w.SealedList(ctx, citizen(), r.ID)
		if err != nil || sample.Sum(list) != r.Sealed.List || bytes.Count(list, []byte("\n")) != 29 || bytes.Contains(list, []byte("p00")) {
			t.Errorf("sealed list: %q, %v", list, err)
		}
		sealedAt, err := w.Book.Get(ctx, f.Sealed.Entry)
		if err != nil || sealedAt.Kind != "merit.callup.sealed" || !bytes.Contains(sealedAt.Body, []byte(f.Sealed.List)) {
			t.Errorf("entry %d: %+v, %v", f.Sealed.Entry, sealedAt, err)
		}
		calls := w.calls(t)
		if len(calls) != 4 || len(w.notices) != 4 {
			t.Fatalf("%d calls, %d notices", len(calls), len(w.notices))
		}
		c := calls[0]
		if !slices.ContainsFunc(f.Groups, func(g lot.Group) bool {
			return slices.ContainsFunc(g.Drawn, func(x lot.Ticket) bool { return x.ID == c.Person })
		}) {
			t.Errorf("%s is called and was not drawn", c.Person)
		}
		w.presents(t, c)
	})
}

// presents walks a call to its end.
func (w *world) presents(t *testing.T, c callup.Call) {
	ctx := context.Background()
	if _, _, err := w.Acknowledge(ctx, person(c.Person), c.ID); err != nil {
		t.Fatal(err)
	}
	_, _, err := w.Acknowledge(ctx, person("p29x"), c.ID)
	want(t, err, fault.Denied, "callup.denied")
	_, _, err = w.Begin(ctx, office(), c.ID)
	want(t, err, fault.Conflict, "callup.open.panel")
	w.kin[c.Person+" m2"] = "roster.value.cousin"
	_, _, err = w.NamePanel(ctx, office(), callup.PanelInput{Call: c.ID, Members: []string{"m1", "m2", "m3"}})
	want(t, err, fault.Invalid, "callup.panel.relative")
	_, _, err = w.NamePanel(ctx, office(), callup.PanelInput{Call: c.ID, Members: []string{"m1", "m1", c.Person}})
	want(t, err, fault.Invalid, "callup.check.twice")
	want(t, err, fault.Invalid, "callup.panel.self")
	_, _, err = w.NamePanel(ctx, office(), callup.PanelInput{Call: c.ID, Members: []string{"m1", "x"}})
	want(t, err, fault.Invalid, "callup.panel.number")
	want(t, err, fault.Invalid, "callup.panel.unknown")
	if _, _, err = w.NamePanel(ctx, office(), callup.PanelInput{Call: c.ID, Members: []string{"m1", "m3", "m4"}}); err != nil {
		t.Fatal(err)
	}
	w.clock.Set(c.Due.Add(-61 * time.Minute))
	_, _, err = w.Begin(ctx, office(), c.ID)
	want(t, err, fault.Conflict, "callup.open.early")
	w.clock.Set(c.Due.Add(-time.Hour))
	got, receipt, err := w.Begin(ctx, office(), c.ID)
	if err != nil || len(got.Questions) != 3 || got.Questions[0].Duty == got.Questions[1].Duty || strings.HasPrefix(got.Questions[0].Duty, "1") {
		t.Fatalf("%+v, %v", got.Questions, err)
	}
	w.unguessed(t, got, receipt.Body)
	_, _, err = w.Score(ctx, person("m2"), callup.ScoreInput{Call: c.ID, Points: []int{1, 1, 1}})
	want(t, err, fault.Denied, "callup.denied")
	_, _, err = w.Score(ctx, person("m1"), callup.ScoreInput{Call: c.ID, Points: []int{6, -1, 1}})
	want(t, err, fault.Invalid, "callup.check.range")
	_, _, err = w.Score(ctx, person("m1"), callup.ScoreInput{Call: c.ID, Points: []int{1}})
	want(t, err, fault.Invalid, "callup.score.number")
	for i, m := range []string{"m1", "m3", "m4"} {
		// Nobody sees what others gave before all are in; nobody the result first.
		for _, who := range []string{"m1", "m3", "m4", c.Person} {
			v, err := w.CallView(ctx, person(who), c.ID)
			if err != nil || v.Result != nil || v.Own != nil && v.Own.Member != who {
				t.Fatalf("%s sees %+v %+v after %d sheets, %v", who, v.Result, v.Own, i, err)
			}
		}
		if _, _, err := w.Score(ctx, person(m), callup.ScoreInput{Call: c.ID, Points: []int{4 - i, 4, 2 + i}, Note: "n"}); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Score(ctx, person(m), callup.ScoreInput{Call: c.ID, Points: []int{5, 5, 5}})
		want(t, err, fault.Conflict, "callup.score.given")
	}
	for _, who := range []string{"m1", c.Person} {
		if v, err := w.CallView(ctx, person(who), c.ID); err != nil || v.Result != nil || !v.Hidden {
			t.Errorf("%s sees the result before the official: %+v, %v", who, v.Result, err)
		}
	}
	_, _, err = w.Read(ctx, office(), c.ID)
	want(t, err, fault.Denied, "callup.result.own")
	_, _, err = w.File(ctx, office(), c.ID)
	want(t, err, fault.Conflict, "callup.file.early")
	if _, _, err = w.Read(ctx, person(c.Person), c.ID); err != nil {
		t.Fatal(err)
	}
	v, err := w.CallView(ctx, person("m1"), c.ID)
	if err != nil || v.Result == nil || math.Abs(v.Result.Points-10) > 1e-9 || v.Result.Max != 15 || !v.Result.Known {
		t.Fatalf("%+v, %v", v.Result, err)
	}
	_, _, err = w.File(ctx, office(), c.ID)
	want(t, err, fault.Conflict, "callup.file.early")
	_, _, err = w.Reply(ctx, person(c.Person), c.ID, " ")
	want(t, err, fault.Invalid, "callup.check.empty")
	if _, _, err = w.Reply(ctx, person(c.Person), c.ID, "Angka 2022 sudah saya kirim."); err != nil {
		t.Fatal(err)
	}
	if _, _, err = w.File(ctx, office(), c.ID); err != nil {
		t.Fatal(err)
	}
	if len(w.filed) != 1 || w.filed[0].Person != c.Person || math.Abs(w.filed[0].Points-10) > 1e-9 || w.filed[0].Max != 15 {
		t.Errorf("filed %+v", w.filed)
	}
	_, _, err = w.File(ctx, office(), c.ID)
	want(t, err, fault.Conflict, "callup.call.state")
}

func TestTheBeaconCannotBeChosen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.programme(t, rules(lot.Drand))
		now := w.clock.Now()
		for _, in := range []callup.SealInput{
			{Programme: "paparan", At: now.Add(-time.Hour)}, {Programme: "paparan", At: now.Add(time.Minute)},
			{Programme: "paparan", Beacon: 1000}, {Programme: "paparan", Beacon: w.Chain.After(now)},
		} {
			_, _, err := w.Seal(ctx, office(), in)
			want(t, err, fault.Invalid, "callup.seal.past")
		}
		_, _, err := w.Seal(ctx, office(), callup.SealInput{Programme: "paparan", At: now.AddDate(1, 0, 0)})
		want(t, err, fault.Invalid, "callup.seal.far")
		// Three times this number is, in 64 bits, a moment within the hour.
		_, _, err = w.Seal(ctx, office(), callup.SealInput{Programme: "paparan", Beacon: 6148914691236517206 + w.Chain.After(now.Add(time.Hour))})
		want(t, err, fault.Invalid, "beacon.round")
		_, _, err = w.Seal(ctx, person("p01"), callup.SealInput{Programme: "paparan", At: now.Add(time.Hour)})
		want(t, err, fault.Denied, "callup.denied")
		r := w.seal(t)
		_, _, err = w.Seal(ctx, office(), callup.SealInput{Programme: "paparan", At: now.Add(2 * time.Hour)})
		want(t, err, fault.Conflict, "callup.seal.open")
		w.clock.Set(r.Announced.Add(time.Second))
		hand := func(number uint64, sig string) error {
			_, _, err := w.Beacon(ctx, citizen(), callup.BeaconInput{Round: r.ID, Number: number, Signature: sig})
			return err
		}
		b := r.Sealed.Beacon
		want(t, hand(b+1, w.signature(b+1)), fault.Invalid, "callup.beacon.other")
		want(t, hand(1000, w.signature(1000)), fault.Invalid, "callup.beacon.before")
		want(t, hand(b, w.signature(b+1)), fault.Invalid, "beacon.signature.wrong")
		want(t, hand(b, "zz"), fault.Invalid, "beacon.signature.form")
		_, _, err = w.RollDice(ctx, office(), callup.DiceInput{Round: r.ID, Digits: strings.Repeat("1", 50), Witnesses: "w"})
		want(t, err, fault.Invalid, "callup.dice.none")
		// Many hand it in at once: one draw.
		var wg sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			wg.Go(func() { errs[i] = hand(b, strings.ToUpper(w.signature(b))) })
		}
		wg.Wait()
		good := 0
		for _, err := range errs {
			if err == nil {
				good++
				continue
			}
			want(t, err, fault.Conflict, "callup.round.drawn")
		}
		if calls := w.calls(t); good != 1 || len(calls) != 4 {
			t.Errorf("%d draws, %d calls", good, len(calls))
		}
		// Drawn is drawn: no ground makes it void, and this month there is no other.
		_, _, err = w.Void(ctx, office(), callup.VoidInput{Round: r.ID, Why: callup.VoidLate, Note: "n"})
		want(t, err, fault.Conflict, "callup.void.state")
		_, _, err = w.Seal(ctx, office(), callup.SealInput{Programme: "paparan", At: w.clock.Now().Add(time.Hour)})
		want(t, err, fault.Conflict, "callup.seal.often")
		// Next month those who were called rest.
		w.clock.Set(start.AddDate(0, 1, 0))
		next := w.seal(t)
		if next.Number != 2 || next.Left[callup.Rested] != 4 || next.Sealed.List == r.Sealed.List {
			t.Errorf("%+v", next)
		}
	})
}

func TestListChangedAfterTheSeal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.programme(t, rules(lot.Drand))
		r := w.seal(t)
		// The programme may change; the round keeps the rules it was sealed with.
		other := rules(lot.Drand)
		other.Count = 9
		w.programme(t, other)
		if v, err := w.RoundByID(ctx, citizen(), r.ID); err != nil || v.Broken != nil || v.Rules.Count != 4 {
			t.Errorf("%+v, %v", v.Broken, err)
		}
		_, _, err := w.Void(ctx, office(), callup.VoidInput{Round: r.ID, Why: callup.VoidChanged, Note: "n"})
		want(t, err, fault.Invalid, "callup.void.whole")
		w.tamper(t, `DELETE FROM merit_callup_listed WHERE person = 'p07'`)
		v, err := w.RoundByID(ctx, citizen(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		want(t, v.Broken, fault.Conflict, "callup.seal.changed")
		if d, err := w.Desk(ctx, office()); err != nil || len(d.Broken) != 1 {
			t.Errorf("the office does not see it: %+v, %v", d.Broken, err)
		}
		w.clock.Set(r.Announced.Add(time.Minute))
		_, _, err = w.Beacon(ctx, citizen(), callup.BeaconInput{Round: r.ID, Number: r.Sealed.Beacon, Signature: w.signature(r.Sealed.Beacon)})
		want(t, err, fault.Conflict, "callup.seal.broken")
		if len(w.calls(t)) != 0 {
			t.Error("somebody was called from a list that is not the sealed one")
		}
		if r, _, err = w.Void(ctx, office(), callup.VoidInput{Round: r.ID, Why: callup.VoidChanged, Note: "Daftar berubah"}); err != nil || r.State != callup.Void {
			t.Fatalf("%+v, %v", r, err)
		}
		w.seal(t) // a void round is none
	})
}

func (w *world) tamper(t *testing.T, q string) {
	t.Helper()
	// As somebody would who has the database's password.
	if _, err := w.Book.Write(context.Background(), office(), callup.Tamper(q)); err != nil {
		t.Fatal(err)
	}
}

func TestVoidIsNoChoice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.programme(t, rules(lot.Drand))
		r := w.seal(t)
		void := func(why string) error {
			_, _, err := w.Void(ctx, office(), callup.VoidInput{Round: r.ID, Why: why, Note: "Sebab"})
			return err
		}
		want(t, void("dislike"), fault.Invalid, "callup.check.one")
		want(t, void(callup.VoidLate), fault.Invalid, "callup.void.early")
		_, _, err := w.Void(ctx, office(), callup.VoidInput{Round: r.ID, Why: callup.VoidList})
		want(t, err, fault.Invalid, "callup.check.empty")
		// Once the randomness can be known, a wrong list is no ground any more.
		// Nor a little before: our clock may be late.
		for _, at := range []time.Time{r.Announced.Add(-5 * time.Minute), r.Announced} {
			w.clock.Set(at)
			want(t, void(callup.VoidList), fault.Invalid, "callup.void.known")
		}
		w.clock.Set(r.Announced.Add(23 * time.Hour))
		want(t, void(callup.VoidLate), fault.Invalid, "callup.void.early")
		w.clock.Set(r.Announced.Add(25 * time.Hour))
		if err := void(callup.VoidLate); err != nil {
			t.Fatal(err)
		}
		// What it would have drawn is seen by everybody, and nobody is called.
		r, _, err = w.Beacon(ctx, citizen(), callup.BeaconInput{Round: r.ID, Number: r.Sealed.Beacon, Signature: w.signature(r.Sealed.Beacon)})
		if err != nil || r.State != callup.Void || r.FileSum == "" || len(w.calls(t)) != 0 || len(w.notices) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		v, err := w.RoundByID(ctx, citizen(), r.ID)
		if err != nil || len(v.Drawn) != 2 || len(v.Drawn[1].Drawn) != 3 {
			t.Errorf("%+v, %v", v.Drawn, err)
		}
		// Before the moment a wrong list is a ground.
		r = w.seal(t)
		if err := void(callup.VoidList); err != nil {
			t.Error(err)
		}
	})
}

func TestDice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.programme(t, rules(lot.Dice))
		r := w.seal(t)
		digits := strings.Repeat("61352", 10)
		roll := func(who func() (id string), d, witnesses string) error {
			a := office()
			if who != nil {
				a = second()
			}
			_, _, err := w.RollDice(ctx, a, callup.DiceInput{Round: r.ID, Digits: d, Witnesses: witnesses})
			return err
		}
		other := func() string { return "" }
		want(t, roll(nil, digits, "Ibu A, Bapak B"), fault.Invalid, "callup.dice.early")
		w.clock.Set(r.Sealed.Roll.Add(time.Minute))
		want(t, roll(nil, digits[1:], "Ibu A"), fault.Invalid, "lot.dice")
		want(t, roll(nil, digits[1:]+"7", "Ibu A"), fault.Invalid, "lot.dice")
		want(t, roll(nil, digits, ""), fault.Invalid, "callup.check.empty")
		if err := roll(nil, digits, "Ibu A, Bapak B"); err != nil {
			t.Fatal(err)
		}
		if err := roll(nil, digits, "Ibu A, Bapak B"); err != nil {
			t.Fatalf("the same person again: %v", err)
		}
		if n := len(w.calls(t)); n != 0 {
			t.Fatalf("one person's dice called %d", n)
		}
		// Two accounts of one person are one person, and one of nobody may be anybody's.
		twin, nobody := office(), second()
		twin.ID, nobody.Person = "account:bkd-2", ""
		for key, who := range map[string]actor.Actor{"callup.dice.same": twin, "callup.dice.nobody": nobody} {
			_, _, err := w.RollDice(ctx, who, callup.DiceInput{Round: r.ID, Digits: digits, Witnesses: "Ibu A"})
			want(t, err, fault.Denied, key)
		}
		err := roll(other, "1"+digits[1:], "Ibu A")
		want(t, err, fault.Conflict, "callup.dice.differ")
		if f := fault.Of(err); f.Fields[0].Args[0] != 1 || strings.ReplaceAll(f.Fields[0].Args[1].(string), " ", "") != digits || strings.ReplaceAll(f.Fields[0].Args[2].(string), " ", "") != "1"+digits[1:] {
			t.Errorf("both are not shown: %+v", f.Fields)
		}
		if err := roll(other, digits[:25]+" "+digits[25:], "Ibu A"); err != nil {
			t.Fatal(err)
		}
		want(t, roll(other, digits, "Ibu A"), fault.Conflict, "callup.round.drawn")
		e, err := w.Book.Latest(ctx, -1, 1, ledger.Filter{})
		if err != nil || !bytes.Contains(e[0].Body, []byte("Bapak B")) || !bytes.Contains(e[0].Body, []byte("account:second")) {
			t.Errorf("who typed and who stood by is not in the record: %s, %v", e[0].Body, err)
		}
		if n := len(w.calls(t)); n != 4 {
			t.Errorf("%d called", n)
		}
		_, _, err = w.Beacon(ctx, citizen(), callup.BeaconInput{Round: r.ID, Number: 1, Signature: ""})
		want(t, err, fault.Conflict, "callup.round.drawn")
	})
}

func TestBothSources(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.programme(t, rules(lot.Both))
		r := w.seal(t)
		w.clock.Set(r.Announced.Add(time.Minute))
		hand := callup.BeaconInput{Round: r.ID, Number: r.Sealed.Beacon, Signature: w.signature(r.Sealed.Beacon)}
		if _, _, err := w.Beacon(ctx, citizen(), hand); err != nil {
			t.Fatal(err)
		}
		_, _, err := w.Beacon(ctx, citizen(), hand)
		want(t, err, fault.Conflict, "callup.beacon.there")
		in := callup.DiceInput{Round: r.ID, Digits: strings.Repeat("23456", 10), Witnesses: "Ibu A"}
		for _, who := range []func() error{
			func() error { _, _, err := w.RollDice(ctx, office(), in); return err },
			func() error { _, _, err := w.RollDice(ctx, second(), in); return err },
		} {
			if err := who(); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := w.PublishedFile(ctx, citizen(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		f, err := lot.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if rep := f.Check(w.Chain); !rep.Clean() || f.Source.Dice != in.Digits || f.Source.Randomness == "" {
			t.Errorf("%+v", rep)
		}
	})
}
