package identity_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/identity"
)

const otherPassword = "empat gajah makan rujak"

func TestRecovery(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		first, second := w.admin("budi.santoso"), w.admin("dewi.lestari")
		p := w.employee(first, "siti.aminah", "p-siti")
		old := w.signIn(p, client())
		ask := func(login string) []string {
			return w.since(func() {
				if err := w.s.AskRecovery(ctx, login, "telepon hilang", client()); err != nil {
					w.t.Fatal(err)
				}
			})
		}
		if got := ask("tidak.ada"); !slices.Equal(got, []string{identity.KindRefused}) {
			w.t.Errorf("an unknown login wrote %v", got)
		}
		if got := ask(p.Login); !slices.Equal(got, []string{identity.KindRecoveryAsked}) {
			w.t.Errorf("asking wrote %v", got)
		}
		ask(p.Login) // asking again changes nothing, and does not say so
		list := ok(w.s.Recoveries(ctx, w.actor(first)))(w.t)
		if len(list) != 1 {
			w.t.Fatalf("%d requests, want 1", len(list))
		}
		id := list[0].ID
		_, err := w.s.Approve(ctx, w.actor(p), id, "saya sendiri")
		wantKey(w.t, err, "identity.denied")
		_, err = w.s.Approve(ctx, root(), id, "dari mesin")
		wantKey(w.t, err, "identity.denied")

		half := ok(w.s.Approve(ctx, w.actor(first), id, "datang dengan KTP"))(w.t)
		if half.Code == "" || half.Link != "" {
			w.t.Fatalf("the first half is %+v", half)
		}
		_, err = w.s.Approve(ctx, w.actor(first), id, "sekali lagi")
		wantKey(w.t, err, "identity.recovery.two")
		whole := ok(w.s.Approve(ctx, w.actor(second), id, "datang dengan KTP"))(w.t)
		token := strings.TrimPrefix(whole.Link, base+"/pulih/")
		if whole.Code != "" || token == whole.Link {
			w.t.Fatalf("the second half is %+v", whole)
		}
		redeem := func(code string) (identity.Opened, error) {
			return w.s.Redeem(ctx, identity.RedeemInput{Token: token, Code: code, New: otherPassword, Again: otherPassword}, client())
		}
		_, err = redeem("")
		wantKey(w.t, err, "identity.code.first")
		_, err = redeem("aaaa-aaaa-aaaa-aaaa")
		wantKey(w.t, err, "identity.link.wrong")
		opened := ok(redeem(half.Code))(w.t)
		if !opened.Limited || w.look(old.Token) != nil {
			w.t.Error("the new session is not limited, or the old one goes on")
		}
		_, err = redeem(half.Code)
		wantKey(w.t, err, "identity.link.wrong")
		if _, signed := w.s.Actor(request(opened.Token)); signed {
			w.t.Error("a limited session acts")
		}
		// The old password and codes are gone, the new ones count.
		_, err = w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: goodPassword}, client())
		wantKey(w.t, err, "identity.wrong")
		w.enrol(p.Account, opened.Token)
	})
}

func TestRecoveryRunsOut(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		first, second := w.admin("budi.santoso"), w.admin("dewi.lestari")
		p := w.employee(first, "siti.aminah", "")
		r := ok(w.s.AskRecoveryFor(ctx, w.actor(first), p.ID, "datang ke loket"))(w.t)
		_, err := w.s.AskRecoveryFor(ctx, w.actor(first), p.ID, "datang ke loket")
		wantKey(w.t, err, "identity.recovery.open")
		half := ok(w.s.Approve(ctx, w.actor(first), r.ID, "datang dengan KTP"))(w.t)
		whole := ok(w.s.Approve(ctx, w.actor(second), r.ID, "datang dengan KTP"))(w.t)
		token := strings.TrimPrefix(whole.Link, base+"/pulih/")
		w.clock.Step(61 * time.Minute)
		_, err = w.s.Redeem(ctx, identity.RedeemInput{Token: token, Code: half.Code, New: otherPassword, Again: otherPassword}, client())
		wantKey(w.t, err, "identity.link.wrong")

		// Five wrong halves end a link, so that its holder cannot guess.
		again := ok(w.s.AskRecoveryFor(ctx, w.actor(second), p.ID, "datang lagi"))(w.t)
		half = ok(w.s.Approve(ctx, w.actor(second), again.ID, "datang dengan KTP"))(w.t)
		whole = ok(w.s.Approve(ctx, w.actor(first), again.ID, "datang dengan KTP"))(w.t)
		token = strings.TrimPrefix(whole.Link, base+"/pulih/")
		for range 5 {
			_, err = w.s.Redeem(ctx, identity.RedeemInput{Token: token, Code: "aaaa-aaaa-aaaa-aaaa", New: otherPassword, Again: otherPassword}, client())
			wantKey(w.t, err, "identity.link.wrong")
		}
		_, err = w.s.Redeem(ctx, identity.RedeemInput{Token: token, Code: half.Code, New: otherPassword, Again: otherPassword}, client())
		wantKey(w.t, err, "identity.link.wrong")
		ok(w.s.Decline(ctx, w.actor(first), again.ID, "tautan terkunci"))(w.t)
		_, err = w.s.Approve(ctx, w.actor(first), again.ID, "terlambat sekali")
		wantKey(w.t, err, "identity.recovery.settled")
	})
}

func TestSessions(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		c := client()
		c.Session = p.token // a token that was planted, or left over
		here := w.signIn(p, c)
		if here.Token == p.token || w.look(p.token) != nil {
			w.t.Error("signing in keeps the token that the browser brought")
		}
		other := w.signIn(p, client())
		list := ok(w.s.Sessions(ctx, w.signed(here.Token).Who()))(w.t)
		if len(list) != 2 {
			w.t.Fatalf("%d sessions, want 2", len(list))
		}
		stranger := w.admin("dewi.lestari")
		err := w.s.Revoke(ctx, w.actor(stranger), w.signed(other.Token).Session().ID)
		wantKey(w.t, err, "identity.session.none")
		if err := w.s.Revoke(ctx, w.signed(here.Token).Who(), w.signed(other.Token).Session().ID); err != nil {
			w.t.Fatal(err)
		}
		if w.look(other.Token) != nil {
			w.t.Error("a revoked session goes on")
		}
		// Idle: used every hour it lasts, and then ends.
		for range 3 {
			w.clock.Step(time.Hour + 50*time.Minute)
			w.signed(here.Token)
		}
		w.clock.Step(2*time.Hour + time.Minute)
		if w.look(here.Token) != nil {
			w.t.Error("an idle session goes on")
		}
		long := w.signIn(p, client())
		for range 13 {
			w.clock.Step(time.Hour)
			w.look(long.Token)
		}
		if w.look(long.Token) != nil {
			w.t.Error("a session goes on after its end")
		}
		// A new password ends all others, and the token with it.
		one, two := w.signIn(p, client()), w.signIn(p, client())
		_, err = w.s.ChangePassword(ctx, w.signed(one.Token), identity.PasswordInput{Old: "salah salah salah", New: otherPassword, Again: otherPassword})
		wantKey(w.t, err, "identity.password.old")
		fresh := ok(w.s.ChangePassword(ctx, w.signed(one.Token), identity.PasswordInput{Old: goodPassword, New: otherPassword, Again: otherPassword}))(w.t)
		if w.look(one.Token) != nil || w.look(two.Token) != nil || w.look(fresh.Token) == nil {
			w.t.Error("changing the password does not turn the sessions over")
		}
		// What is grave needs a recent proof.
		w.clock.Step(16 * time.Minute)
		_, err = w.s.RenewCodes(ctx, w.signed(fresh.Token))
		wantKey(w.t, err, "identity.prove_first")
		if err := w.s.Prove(ctx, w.signed(fresh.Token), otherPassword, w.code(p)); err != nil {
			w.t.Fatal(err)
		}
		ok(w.s.RenewCodes(ctx, w.signed(fresh.Token)))(w.t)
		wantKey(w.t, w.s.Prove(ctx, w.signed(fresh.Token), otherPassword, "000000"), "identity.wrong")
		if err := w.s.Close(ctx, fresh.Token); err != nil || w.look(fresh.Token) != nil {
			w.t.Errorf("signing out: %v", err)
		}
		w.clock.Step(48 * time.Hour)
		if err := w.s.Sweep(ctx); err != nil {
			w.t.Fatal(err)
		}
	})
}
