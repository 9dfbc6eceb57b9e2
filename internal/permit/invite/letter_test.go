package invite_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/permit/invite"
	"netral/internal/store"
)

func (w *world) state(t *testing.T, code, with string) invite.Finding {
	t.Helper()
	f, err := w.Check(t.Context(), citizen(), code, with)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestLetterStates looks a letter up in every state.
func TestLetterStates(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		l := w.signed(t, prayer())
		if f := w.state(t, strings.ToUpper(l.ID[:4])+" "+l.ID[4:], l.Sum[:16]); f.State != invite.PublicValid || f.Letter.No != l.No {
			t.Errorf("valid: %+v", f)
		}
		if f := w.state(t, l.ID, "0123456789abcdef"); f.State != invite.PublicAltered || f.Why != "invite.altered.digest" {
			t.Errorf("another digest: %+v", f)
		}
		for _, code := range []string{"", "tiada", "\x00", strings.Repeat("x", 5000)} {
			if f := w.state(t, code, ""); f.State != invite.PublicUnknown {
				t.Errorf("%.10q: %s", code, f.State)
			}
		}
		// Another letter replaces it.
		x, err := w.Work(ctx, mayor(), l.Invitation)
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := w.Sign(ctx, mayor(), invite.SignInput{Invitation: x.ID, Version: x.Version, Replace: true, Task: "membaca doa"})
		if err != nil || m.Number != 2 || m.Replaces != l.No {
			t.Fatal(m, err)
		}
		if f := w.state(t, l.ID, ""); f.State != invite.PublicSuperseded || f.Next == nil || f.Next.No != m.No {
			t.Errorf("superseded: %+v", f)
		}
		// Its day passes.
		w.clock.Set(time.Date(2023, 12, 3, 3, 0, 0, 0, time.UTC))
		if f := w.state(t, m.ID, ""); f.State != invite.PublicExpired {
			t.Errorf("expired: %s", f.State)
		}
		w.clock.Set(start)
		_, _, err = w.Revoke(ctx, person("deputy", "disposition", "31.71"), m.ID, "Batal")
		want(t, err, fault.Denied, "invite.power.none")
		if _, _, err := w.Revoke(ctx, mayor(), m.ID, "Acara dibatalkan"); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Revoke(ctx, mayor(), m.ID, "Lagi")
		want(t, err, fault.Conflict, "invite.letter.ended")
		if f := w.state(t, m.ID, ""); f.State != invite.PublicWithdrawn || f.Letter.Why != "Acara dibatalkan" {
			t.Errorf("withdrawn: %+v", f)
		}
		// A new disposition can follow, and the next number.
		x, err = w.Work(ctx, mayor(), l.Invitation)
		if err != nil || x.State != invite.Entered {
			t.Fatal(x.State, err)
		}
		// Somebody changes what is stored.
		n := w.signed(t, func() invite.EnterInput { in := prayer(); in.Title = "Lain"; return in }())
		if n.Number != 3 {
			t.Errorf("number %d", n.Number)
		}
		err = w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE permit_invite_letter SET body = replace(body, 'Camat Bayu', 'Camat Baru') WHERE id = $1`, n.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if f := w.state(t, n.ID, n.Sum[:16]); f.State != invite.PublicAltered || f.Why != "invite.altered.stored" {
			t.Errorf("changed in the database: %+v", f)
		}
	})
}

// TestPaper gives out the paper and knows its bytes again.
func TestPaper(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		l := w.signed(t, prayer())
		_, err := w.Printed(ctx, camat(), l.ID)
		want(t, err, fault.NotFound, "invite.letter.paperless")
		w.Press = func(_ context.Context, _ actor.Actor, l *invite.Letter, entry int64) ([]byte, error) {
			if entry == 0 {
				t.Error("no entry")
			}
			return []byte("PDF " + l.No), nil
		}
		w.Given = func(_ context.Context, sum string) (string, error) {
			if own := sha256.Sum256([]byte("PDF " + l.No)); sum == hex.EncodeToString(own[:]) {
				return l.ID, nil
			}
			return "", nil
		}
		w.Inspect = func([]byte) (invite.Checked, error) { return invite.Checked{Signed: true}, nil }
		if file, err := w.Printed(ctx, camat(), l.ID); err != nil || string(file) != "PDF "+l.No {
			t.Fatal(string(file), err)
		}
		if _, err := w.Printed(ctx, person("doctor", "employee", ""), l.ID); err == nil {
			t.Error("a stranger has the paper")
		}
		f, err := w.CheckFile(ctx, citizen(), []byte("PDF "+l.No), "")
		if err != nil || f.State != invite.PublicValid || !f.Same {
			t.Errorf("the file itself: %+v %v", f, err)
		}
		f, err = w.CheckFile(ctx, citizen(), []byte("PDF x"), l.ID)
		if err != nil || f.State != invite.PublicAltered || f.Why != "invite.altered.file" {
			t.Errorf("another file: %+v %v", f, err)
		}
		f, err = w.CheckFile(ctx, citizen(), []byte("PDF x"), "")
		if err != nil || f.State != invite.PublicUnknown {
			t.Errorf("unknown file: %+v %v", f, err)
		}
	})
}

func offline(r invite.Reserve, n int) invite.ReconcileInput {
	in := prayer()
	in.Title, in.Day, in.Received = "Rapat warga RW 03", date("2023-11-22"), date("2023-11-21")
	return invite.ReconcileInput{Reserve: r.ID, Number: n, Day: date("2023-11-21"), Signer: "nip-mayor", People: []string{"nip-camat"}, Task: "Mewakili kecamatan", How: "paper", Event: in}
}

// TestOutage writes letters from a reserve while the system is down, and enters
// them afterwards.
func TestOutage(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first := w.signed(t, prayer())
		for _, bad := range []int{0, -1, 51} {
			_, _, err := w.Draw(ctx, mayor(), invite.ReserveInput{Office: "kota", Count: bad, Why: "x"})
			want(t, err, fault.Invalid, "invite.reserve.count")
		}
		_, _, err := w.Draw(ctx, mayor(), invite.ReserveInput{Office: "setda", Count: 2, Why: "x"})
		want(t, err, fault.Denied, "invite.denied")
		_, _, err = w.Draw(ctx, sekda(), invite.ReserveInput{Office: "kota", Count: 2, Why: "x"})
		want(t, err, fault.Denied, "invite.power.none")
		r, _, err := w.Draw(ctx, mayor(), invite.ReserveInput{Office: "kota", Count: 3, Why: "Jaringan sering putus"})
		if err != nil || r.First != 2 || r.Last != 4 {
			t.Fatal(r, err)
		}
		text, err := unseal([]byte(r.File))
		if err != nil {
			t.Fatal(err)
		}
		sheaf, err := invite.ParseSheaf(text)
		if err != nil || len(sheaf.Numbers) != 3 || sheaf.No(2) != "2/ST/JP/2023" || sheaf.ID != r.ID {
			t.Fatal(sheaf, err)
		}
		for _, bad := range []string{"", "x", text + "nomor 9 abcdefghij\n", strings.Replace(text, "nomor 3", "nomor 4", 1), strings.Replace(text, "tahun", "bulan", 1)} {
			if _, err := invite.ParseSheaf(bad); fault.Of(err) == nil {
				t.Errorf("%q is read", bad)
			}
		}
		code := sheaf.Numbers[0].Code
		if f := w.state(t, code, ""); f.State != invite.PublicReserved || f.Number.Number != 2 {
			t.Errorf("in reserve: %+v", f)
		}
		// Meanwhile numbers go on behind the reserve.
		if l := w.signed(t, func() invite.EnterInput { in := prayer(); in.Title = "Sementara itu"; return in }()); l.Number != 5 {
			t.Errorf("number %d", l.Number)
		}
		w.clock.Set(time.Date(2023, 11, 23, 3, 0, 0, 0, time.UTC))
		for key, change := range map[string]func(*invite.ReconcileInput){
			"invite.reserve.foreign": func(in *invite.ReconcileInput) { in.Number = 9 },
			"invite.reserve.day":     func(in *invite.ReconcileInput) { in.Day = date("2023-11-19") },
			"invite.check.one":       func(in *invite.ReconcileInput) { in.How = "fax" },
			"invite.check.gone":      func(in *invite.ReconcileInput) { in.Event.Day = date("2023-11-20") },
			"invite.check.person":    func(in *invite.ReconcileInput) { in.Signer = "nobody" },
		} {
			in := offline(r, 2)
			change(&in)
			_, _, err := w.Reconcile(ctx, mayor(), in)
			want(t, err, fault.Invalid, key)
		}
		in := offline(r, 2)
		in.Signer = "sekda"
		_, _, err = w.Reconcile(ctx, mayor(), in)
		want(t, err, fault.Denied, "invite.power.none")
		l, _, err := w.Reconcile(ctx, mayor(), offline(r, 2))
		if err != nil || l.ID != code || l.Number != 2 || l.Offline != "paper" || l.Day != date("2023-11-21") {
			t.Fatal(l, err)
		}
		if f := w.state(t, code, ""); f.State != invite.PublicExpired || f.Letter == nil {
			t.Errorf("entered: %+v", f)
		}
		again := offline(r, 2)
		again.Event.Title = "Acara lain"
		_, _, err = w.Reconcile(ctx, mayor(), again)
		want(t, err, fault.Conflict, "invite.reserve.twice")
		// An invitation that was there before the outage gets its letter.
		x := w.enter(t, func() invite.EnterInput { in := prayer(); in.Title = "Dari sebelum putus"; return in }())
		linked := offline(r, 3)
		linked.Invitation, linked.Day = x.ID, date("2023-11-23")
		if l, _, err = w.Reconcile(ctx, mayor(), linked); err != nil || l.Invitation != x.ID {
			t.Fatal(l, err)
		}
		if _, _, err = w.Spoil(ctx, mayor(), r.ID, 4, "Formulir rusak"); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Reconcile(ctx, mayor(), offline(r, 4))
		want(t, err, fault.Conflict, "invite.reserve.void")
		_, _, err = w.Spoil(ctx, mayor(), r.ID, 2, "x")
		want(t, err, fault.Conflict, "invite.reserve.twice")
		if f := w.state(t, sheaf.Numbers[2].Code, ""); f.State != invite.PublicVoid {
			t.Errorf("void: %s", f.State)
		}
		d, err := w.Desk(ctx, mayor())
		if err != nil || len(d.Offices) != 1 {
			t.Fatal(d, err)
		}
		if g := d.Offices[0].Register; !g.Whole() || g.Last != 5 || g.Letters != 4 || g.Offline != 2 || g.Void != 1 || g.Free != 0 {
			t.Errorf("register %+v", g)
		}
		if s := d.Offices[0].Reserves[0]; s.Left() != 0 || s.Papers[code].No != "2/ST/JP/2023" {
			t.Errorf("sheet %+v", s)
		}
		_, err = w.Desk(ctx, staff())
		want(t, err, fault.Denied, "invite.desk.none")
		_ = first
	})
}

// TestNightAndPatterns reminds, closes, and counts.
func TestNightAndPatterns(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		turned := w.signed(t, prayer())
		silent := w.signed(t, func() invite.EnterInput {
			in := prayer()
			in.Title, in.Day = "Senam pagi", date("2023-12-03")
			return in
		}())
		decline := w.enter(t, func() invite.EnterInput { in := prayer(); in.Title, in.Day = "Lomba", date("2023-12-01"); return in }())
		d := decision(decline)
		d.Verdict = invite.Decline
		if _, _, err := w.Dispose(ctx, mayor(), d); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Sign(ctx, mayor(), invite.SignInput{Invitation: decline.ID, Version: 2}); err != nil {
			t.Fatal(err)
		}
		forgotten := w.enter(t, func() invite.EnterInput { in := prayer(); in.Title, in.Day = "Terlupa", date("2023-11-30"); return in }())
		if n, m, err := w.Nightly(ctx); n+m != 0 || err != nil {
			t.Fatal(n, m, err)
		}
		w.clock.Set(time.Date(2023, 12, 4, 18, 0, 0, 0, time.UTC))
		w.mails = nil
		n, m, err := w.Nightly(ctx)
		if n != 2 || m != 2 || err != nil || len(w.mails) != 2 {
			t.Errorf("reminded %d, closed %d, %v; %d mails", n, m, err, len(w.mails))
		}
		if n, m, err = w.Nightly(ctx); n+m != 0 || err != nil {
			t.Error("reminded twice on a day", n, m, err)
		}
		if x, err := w.Work(ctx, mayor(), forgotten.ID); err != nil || x.State != invite.Done {
			t.Error(x.State, err)
		}
		bad := invite.ReturnInput{Letter: turned.ID, Report: invite.Report{Result: invite.LeftIt, Why: "bored", Picture: "no", Time: "9"}}
		_, _, err = w.Return(ctx, camat(), bad)
		want(t, err, fault.Invalid, "invite.check.clock")
		bad.Report = invite.Report{Result: invite.Absent, Picture: "yes", Note: "Sakit"}
		_, _, err = w.Return(ctx, camat(), bad)
		want(t, err, fault.Invalid, "invite.slip.picture")
		if _, _, err := w.Return(ctx, camat(), invite.ReturnInput{Letter: turned.ID, Report: invite.Report{Result: invite.LeftIt, Why: invite.WhySigns, Time: "20:10", Picture: "asked"}}); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(time.Date(2024, 1, 10, 18, 0, 0, 0, time.UTC))
		p, err := w.Patterns(ctx, inspector())
		if err != nil || len(p.Organisers) != 1 || p.Organisers[0].Turned != 1 || p.Organisers[0].Events != 1 || p.Organisers[0].Unheard != 1 || !p.Organisers[0].Few() {
			t.Errorf("%+v %v", p, err)
		}
		if len(p.Offices) != 1 || p.Offices[0].Due != 2 || p.Offices[0].Missing != 1 || p.Offices[0].Never() || !p.Offices[0].Few() {
			t.Errorf("%+v", p.Offices)
		}
		if _, m, err = w.Nightly(ctx); m != 1 || err != nil {
			t.Errorf("closed %d, %v", m, err)
		}
		v, err := w.Letter(ctx, mayor(), silent.ID)
		if err != nil || v.State != invite.Closed || v.Why != "invite.closed.silent" {
			t.Error(v.State, v.Why, err)
		}
		_, err = w.Patterns(ctx, mayor())
		want(t, err, fault.Denied, "invite.denied")
		// Next time the organiser's history speaks.
		y := w.enter(t, func() invite.EnterInput { in := prayer(); in.Day = date("2024-01-20"); return in }())
		if y.Vetting.Outcome != "caution" || !strings.Contains(y.Vetting.Grounds[0].Text.ID, "1 dari 1") {
			t.Errorf("%+v", y.Vetting.Grounds)
		}
	})
}

// TestRegisterOfOrganisers keeps facts with sources.
func TestRegisterOfOrganisers(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, _, err := w.Register(ctx, staff(), invite.OrganiserInput{Name: "Karang Taruna", Kinds: []string{invite.Neighbourhood}})
		want(t, err, fault.Denied, "invite.denied")
		o, _, err := w.Register(ctx, outreach(), invite.OrganiserInput{Name: "Karang Taruna RW 03", Kinds: []string{invite.Neighbourhood}})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Register(ctx, outreach(), invite.OrganiserInput{Name: "karang taruna  RW-03", Kinds: []string{invite.Sport}})
		want(t, err, fault.Conflict, "invite.organiser.twice")
		fact := invite.FactInput{Organiser: o.ID, Version: 1, Fact: "Ketuanya calon anggota DPRD", Side: invite.SideCandidate, Source: "DCT KPU, 3 November 2023", From: date("2023-11-03"), Until: day.None, Confidence: "H"}
		bad := fact
		bad.From = date("2023-12-01")
		_, _, err = w.AddFact(ctx, outreach(), bad)
		want(t, err, fault.Invalid, "invite.check.past_day")
		bad = fact
		bad.Source = ""
		_, _, err = w.AddFact(ctx, outreach(), bad)
		want(t, err, fault.Invalid, "invite.check.empty")
		if o, _, err = w.AddFact(ctx, outreach(), fact); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.AddFact(ctx, outreach(), fact)
		want(t, err, fault.Conflict, "invite.moved")
		fact.Version = 2
		_, _, err = w.AddFact(ctx, outreach(), fact)
		want(t, err, fault.Conflict, "invite.fact.twice")
		in := prayer()
		in.Organiser = o.ID
		x := w.enter(t, in)
		if x.Vetting.Outcome != "caution" || x.Vetting.Grounds[0].Words != fact.Fact || x.Vetting.Grounds[0].Confidence != "H" {
			t.Errorf("%+v", x.Vetting.Grounds)
		}
		if o, _, err = w.EndFact(ctx, outreach(), o.ID, 2, o.Affiliations[0].ID, date("2023-11-20")); err != nil {
			t.Fatal(err)
		}
		in.Title = "Kerja bakti"
		if x = w.enter(t, in); x.Vetting.Outcome != "allowed" {
			t.Errorf("after the fact ended: %s", x.Vetting.Outcome)
		}
	})
}
