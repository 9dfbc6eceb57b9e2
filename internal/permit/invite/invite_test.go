package invite_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/permit/invite"
)

// TestPrayerGoesThrough takes a harmless meeting from the paper to the slip.
func TestPrayerGoesThrough(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		x := w.enter(t, prayer())
		if x.Vetting.Outcome != "conditional" || x.Vetting.Without != "caution" || len(x.Vetting.Rules) != 2 || x.Seat != "kota" {
			t.Fatalf("vetting %+v seat %s", x.Vetting, x.Seat)
		}
		if _, err := w.Work(ctx, person("doctor", "employee", ""), x.ID); err == nil {
			t.Error("a stranger reads the invitation")
		}
		d, _, err := w.Dispose(ctx, mayor(), decision(x))
		if err != nil || d.Hand.Kind != invite.Definitive || d.Hand.Name != "Wali Kota Dhany" {
			t.Fatal(d.Hand, err)
		}
		if _, _, err := w.MarkRead(ctx, camat(), x.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.MarkRead(ctx, camat(), x.ID)
		want(t, err, fault.Conflict, "invite.read.twice")
		_, _, err = w.TakeBack(ctx, mayor(), x.ID, "Salah orang")
		want(t, err, fault.Conflict, "invite.take.read")
		work, err := w.Work(ctx, mayor(), x.ID)
		if err != nil {
			t.Fatal(err)
		}
		l, _, err := w.Sign(ctx, mayor(), invite.SignInput{Invitation: x.ID, Version: work.Version})
		if err != nil || l.No != "1/ST/JP/2023" || l.Until != x.Day || len(l.Conditions) != 2 {
			t.Fatal(l, err)
		}
		_, _, err = w.Sign(ctx, mayor(), invite.SignInput{Invitation: x.ID, Version: work.Version})
		want(t, err, fault.Conflict, "invite.state.lettered")
		if len(w.mails) != 1 || w.mails[0].Person != "camat" {
			t.Errorf("mails %v", w.mails)
		}
		report := invite.ReturnInput{Letter: l.ID, Report: invite.Report{Result: invite.Attended, Picture: "no"}}
		_, _, err = w.Return(ctx, camat(), report)
		want(t, err, fault.Conflict, "invite.slip.early")
		w.clock.Set(time.Date(2023, 12, 3, 3, 0, 0, 0, time.UTC))
		_, _, err = w.Return(ctx, staff(), report)
		want(t, err, fault.Denied, "invite.denied")
		if _, _, err := w.Return(ctx, camat(), report); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Return(ctx, camat(), report)
		want(t, err, fault.Conflict, "invite.slip.twice")
		work, err = w.Work(ctx, camat(), x.ID)
		if err != nil || work.State != invite.Done || work.Letters[0].State != invite.Closed {
			t.Fatal(work.State, err)
		}
	})
}

// TestHiddenFlags finds the words in the last line of a long paper.
func TestHiddenFlags(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		in := prayer()
		in.Text += strings.Repeat("\nSusunan acara menyusul.", 40) + "\nHadirin membawa bendera Partai Melati."
		x := w.enter(t, in)
		if x.Vetting.Outcome != "caution" {
			t.Fatalf("outcome %s", x.Vetting.Outcome)
		}
		found := false
		for _, g := range x.Vetting.Grounds {
			for _, q := range g.Quotes {
				found = found || x.Text[q.From:q.To] == "bendera Partai Melati"
			}
		}
		if !found {
			t.Errorf("the words are not quoted: %+v", x.Vetting.Grounds)
		}
		_, _, err := w.Dispose(t.Context(), mayor(), decision(x))
		want(t, err, fault.Invalid, "invite.dispose.why")
		d := decision(x)
		d.Verdict, d.Instruction = invite.Decline, "Balas dengan sopan"
		if _, _, err = w.Dispose(t.Context(), mayor(), d); err != nil {
			t.Fatal(err)
		}
		l, _, err := w.Sign(t.Context(), mayor(), invite.SignInput{Invitation: x.ID, Version: x.Version + 1})
		if err != nil || l.Kind != invite.Refusal || l.Number != 1 {
			t.Fatal(l, err)
		}
		in = prayer()
		in.Title, in.Venue, in.Requests = "Silaturahmi", "Lapangan, dihias bendera Partai Melati", []string{invite.AskMobilise}
		y := w.enter(t, in)
		if y.Vetting.Outcome != "prohibited" {
			t.Errorf("mobilising for a party: %s", y.Vetting.Outcome)
		}
	})
}

// TestWhoDisposes goes through those who must not, and their way out.
func TestWhoDisposes(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		in := prayer()
		in.Organiser, in.Person = "Ikatan Alumni", "nip-doctor"
		x := w.enter(t, in)
		w.kin["mayor doctor"] = invite.Said{ID: "ipar", EN: "brother-in-law"}
		_, _, err := w.Dispose(ctx, mayor(), decision(x))
		want(t, err, fault.Denied, "invite.power.conflict")
		if f := fault.Of(err); f == nil || f.Args[1] != "dr. Laras" || f.Args[2].(invite.Said).ID != "Sekretaris Daerah" {
			t.Errorf("the remedy is not said: %v", err)
		}
		stranger := person("staff", "disposition", "")
		_, _, err = w.Dispose(ctx, stranger, decision(x))
		want(t, err, fault.Denied, "invite.power.none")
		if _, _, err = w.Dispose(ctx, sekda(), decision(x)); err != nil {
			t.Fatal(err)
		}
		// The second sees that somebody was faster.
		_, _, err = w.Dispose(ctx, governor(), decision(x))
		want(t, err, fault.Conflict, "invite.dispose.twice")
		_, _, err = w.Sign(ctx, mayor(), invite.SignInput{Invitation: x.ID, Version: x.Version + 1})
		want(t, err, fault.Denied, "invite.power.conflict")

		// Nobody disposes of their own.
		in = prayer()
		in.Title, in.Invited = "Undangan untuk wali kota", []string{"mayor"}
		y := w.enter(t, in)
		_, _, err = w.Dispose(ctx, mayor(), decision(y))
		want(t, err, fault.Denied, "invite.power.self")

		// While a Plh acts, the holder does not; both names stand on the letter.
		seat := w.seats["kota"]
		seat.Holders = append(seat.Holders, invite.Holder{Person: "deputy", Name: "Wakil Sri", Kind: invite.Plh, Paper: "SP-1", Until: date("2023-12-31")})
		w.seats["kota"] = seat
		z := w.enter(t, func() invite.EnterInput { in := prayer(); in.Title = "Syukuran"; return in }())
		_, _, err = w.Dispose(ctx, mayor(), decision(z))
		want(t, err, fault.Denied, "invite.power.away")
		plh := person("deputy", "disposition", "31.71")
		d, _, err := w.Dispose(ctx, plh, decision(z))
		if err != nil || d.Hand.Kind != invite.Plh || d.Hand.For != "Wali Kota Dhany" || d.Hand.Name != "Wakil Sri" {
			t.Fatal(d.Hand, err)
		}
	})
}

// TestLentPower lends the power of the mayor and takes it back.
func TestLentPower(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		x := w.enter(t, prayer())
		_, _, err := w.Dispose(ctx, deputy(), decision(x))
		want(t, err, fault.Denied, "invite.denied")
		lend := invite.LendInput{Office: "kota", Person: "nip-deputy", From: date("2023-11-20"), Until: date("2023-11-25"), Paper: "M-7"}
		bad := lend
		bad.From, bad.Until = date("2023-11-19"), date("2023-11-18")
		_, _, err = w.Lend(ctx, mayor(), bad)
		want(t, err, fault.Invalid, "invite.lend.from")
		bad = lend
		bad.Person = "doctor"
		_, _, err = w.Lend(ctx, mayor(), bad)
		want(t, err, fault.Invalid, "invite.lend.outside")
		g, _, err := w.Lend(ctx, mayor(), lend)
		if err != nil {
			t.Fatal(err)
		}
		d, _, err := w.Dispose(ctx, deputy(), decision(x))
		if err != nil || d.Hand.Kind != invite.Lent || d.Hand.For != "Wali Kota Dhany" || d.Hand.Paper != "M-7" {
			t.Fatal(d.Hand, err)
		}
		if _, _, err := w.Recall(ctx, mayor(), g.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Sign(ctx, deputy(), invite.SignInput{Invitation: x.ID, Version: x.Version + 1})
		want(t, err, fault.Denied, "invite.denied")
		if _, _, err = w.Sign(ctx, mayor(), invite.SignInput{Invitation: x.ID, Version: x.Version + 1}); err != nil {
			t.Fatal(err)
		}
	})
}

// TestBadInput is what people type, each refused with its reason.
func TestBadInput(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for name, c := range map[string]struct {
			change func(*invite.EnterInput)
			key    string
		}{
			"yesterday":     {func(in *invite.EnterInput) { in.Day = date("2023-11-19") }, "invite.check.gone"},
			"3023":          {func(in *invite.EnterInput) { in.Day = day.Of(3023, 1, 1) }, "invite.check.day"},
			"far":           {func(in *invite.EnterInput) { in.Day = day.Of(2030, 1, 1) }, "invite.check.far"},
			"empty":         {func(in *invite.EnterInput) { in.Text = " \n" }, "invite.check.empty"},
			"huge":          {func(in *invite.EnterInput) { in.Text = strings.Repeat("x", 10_001) }, "invite.check.long"},
			"NUL":           {func(in *invite.EnterInput) { in.Title = "a\x00b" }, "invite.check.letters"},
			"hour":          {func(in *invite.EnterInput) { in.From = "25:00" }, "invite.check.clock"},
			"role":          {func(in *invite.EnterInput) { in.Role = "dance" }, "invite.check.one"},
			"nobody":        {func(in *invite.EnterInput) { in.Invited = []string{"123"} }, "invite.check.person"},
			"retired":       {func(in *invite.EnterInput) { in.Invited = []string{"retired"} }, "invite.enter.gone"},
			"mixed":         {func(in *invite.EnterInput) { in.Invited = []string{"camat", "doctor"} }, "invite.enter.mixed"},
			"kinds":         {func(in *invite.EnterInput) { in.Kinds = nil }, "invite.organiser.kinds"},
			"nameless":      {func(in *invite.EnterInput) { in.Organiser = "???" }, "invite.organiser.nameless"},
			"received":      {func(in *invite.EnterInput) { in.Received = date("2023-11-21") }, "invite.check.received"},
			"too many":      {func(in *invite.EnterInput) { in.Invited = make([]string, 51) }, "invite.check.many"},
			"wrong request": {func(in *invite.EnterInput) { in.Requests = []string{"moon"} }, "invite.check.one"},
		} {
			in := prayer()
			c.change(&in)
			_, _, err := w.Enter(ctx, staff(), in)
			if t.Run(name, func(t *testing.T) { want(t, err, fault.Invalid, c.key) }); err == nil {
				t.Fatal(name)
			}
		}
		x := w.enter(t, prayer())
		in := prayer()
		in.Title = "PENGAJIAN  bulanan!"
		_, _, err := w.Enter(ctx, staff(), in)
		want(t, err, fault.Conflict, "invite.enter.twice")
		_, _, err = w.Amend(ctx, camat(), x.ID, 9, prayer())
		want(t, err, fault.Conflict, "invite.moved")
		in.Venue = "Aula"
		y, _, err := w.Amend(ctx, camat(), x.ID, x.Version, in)
		if err != nil || y.Venue != "Aula" || y.Version != 2 {
			t.Fatal(y, err)
		}
		if _, _, err = w.Drop(ctx, staff(), x.ID, 2, "Dibatalkan panitia"); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Dispose(ctx, mayor(), decision(y))
		want(t, err, fault.Conflict, "invite.state.withdrawn")
		w.enter(t, prayer()) // the first was withdrawn, so this is no second entry
		_, _, err = w.Enter(ctx, citizen(), prayer())
		want(t, err, fault.Denied, "invite.denied")
		_, err = w.Work(ctx, mayor(), "\x00")
		want(t, err, fault.NotFound, "invite.none")
	})
}

// TestNumbersUnderConcurrency signs many letters of one office at once, with a
// reserve drawn in the middle.
func TestNumbersUnderConcurrency(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		const n = 40
		var list []invite.Invitation
		for i := range n {
			in := prayer()
			in.Title = "Pengajian " + string(rune('A'+i%26)) + strings.Repeat("x", i/26)
			x := w.enter(t, in)
			if _, _, err := w.Dispose(t.Context(), mayor(), decision(x)); err != nil {
				t.Fatal(err)
			}
			list = append(list, x)
		}
		var wg sync.WaitGroup
		for i := range list {
			for range 2 { // everybody presses twice
				wg.Go(func() {
					_, _, err := w.Sign(t.Context(), mayor(), invite.SignInput{Invitation: list[i].ID, Version: list[i].Version + 1})
					if err != nil && fault.Of(err).Key != "invite.state.lettered" {
						t.Error(err)
					}
				})
			}
		}
		wg.Go(func() {
			if _, _, err := w.Draw(t.Context(), mayor(), invite.ReserveInput{Office: "kota", Count: 5, Why: "Cadangan"}); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		all, err := w.Accounts(t.Context(), inspector())
		if err != nil || len(all) != 1 || !all[0].Whole() || all[0].Last != n+5 || all[0].Letters != n || all[0].Free != 5 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// TestTwoDispositionsAtOnce lets two officials decide in the same moment.
func TestTwoDispositionsAtOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		x := w.enter(t, prayer())
		var wg sync.WaitGroup
		var mu sync.Mutex
		var refused []error
		for _, who := range []string{"mayor", "sekda", "gov"} {
			role := map[string]string{"mayor": "disposition", "sekda": "disposition", "gov": "governor"}[who]
			wg.Go(func() {
				if _, _, err := w.Dispose(t.Context(), person(who, role, ""), decision(x)); err != nil {
					mu.Lock()
					refused = append(refused, err)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(refused) != 2 {
			t.Fatalf("%d refused", len(refused))
		}
		for _, err := range refused {
			want(t, err, fault.Conflict, "invite.dispose.twice")
		}
	})
}
