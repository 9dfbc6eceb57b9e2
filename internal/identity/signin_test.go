package identity_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/ledger"
	"netral/internal/store"
)

func TestFirstSignIn(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		made := ok(w.s.CreateAdmin(ctx, root(), identity.CreateInput{Login: " Siti.Aminah ", Name: "Siti Aminah", Reason: "admin pertama"}))(w.t)
		if made.Account.Login != "siti.aminah" {
			w.t.Errorf("the login is %q", made.Account.Login)
		}
		token := strings.TrimPrefix(made.Link, base+"/pulih/")
		_, err := w.s.Redeem(ctx, identity.RedeemInput{Token: token, New: "pendek", Again: "pendek"}, client())
		wantKey(w.t, err, "identity.password.short")
		p := w.settle(made)
		_, err = w.s.Redeem(ctx, identity.RedeemInput{Token: token, New: goodPassword, Again: goodPassword}, client())
		wantKey(w.t, err, "identity.link.wrong")

		var opened identity.Opened
		got := w.since(func() { opened = w.signIn(p, client()) })
		if !slices.Equal(got, []string{"identity.session.opened"}) {
			w.t.Errorf("a sign-in wrote %v", got)
		}
		who, signed := w.s.Actor(request(opened.Token))
		if !signed || !who.Has("admin") || who.ID != "account:"+p.ID {
			w.t.Errorf("the actor is %+v, %v", who, signed)
		}
		if who, signed := w.s.Actor(request(strings.Repeat("A", 43))); signed {
			w.t.Errorf("a forged token is %+v", who)
		}
	})
}

func TestWrongSignIns(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		for name, in := range map[string]identity.SignInInput{
			"unknown login":  {Login: "tidak.ada", Password: goodPassword},
			"wrong password": {Login: p.Login, Password: goodPassword + "!"},
			"giant password": {Login: p.Login, Password: strings.Repeat("a", 1<<20)},
			"giant login":    {Login: strings.Repeat("a", 1<<20), Password: goodPassword},
		} {
			var err error
			got := w.since(func() { _, err = w.s.SignIn(ctx, in, client()) })
			wantKey(w.t, err, "identity.wrong")
			if !slices.Equal(got, []string{"identity.session.refused"}) {
				w.t.Errorf("%s wrote %v", name, got)
			}
		}
		// What does not exist leads to nobody, and nothing typed is kept.
		for _, e := range ok(w.book.Entries(ctx, 0, 1000, ledger.Filter{Kind: identity.KindRefused}))(w.t) {
			if e.Subject != "account:"+p.ID && !e.Sealed {
				w.t.Errorf("entry %d about nobody is not sealed", e.Index)
			}
			for _, secret := range []string{"tidak.ada", "kuda", p.Login} {
				if strings.Contains(string(e.Body), secret) {
					w.t.Errorf("entry %d holds %q: %s", e.Index, secret, e.Body)
				}
			}
		}
		_, err := w.s.SignIn(ctx, identity.SignInInput{}, client())
		wantKey(w.t, err, "identity.login.empty")
		wantKey(w.t, err, "identity.password.empty")
	})
}

func TestReplayedCode(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		step := func() string {
			return ok(w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: goodPassword}, client()))(w.t).Ticket
		}
		code := w.code(p)
		first := step()
		ok(w.s.Second(ctx, first, code, client()))(w.t)
		_, err := w.s.Second(ctx, first, code, client())
		wantKey(w.t, err, "identity.step_over") // the ticket is used

		_, err = w.s.Second(ctx, step(), code, client())
		wantKey(w.t, err, "identity.wrong") // the step is used

		before := ok(totp.GenerateCode(p.secret, w.clock.Now().Add(-30*time.Second)))(w.t)
		_, err = w.s.Second(ctx, step(), before, client())
		wantKey(w.t, err, "identity.wrong") // and so is every step before

		after := ok(totp.GenerateCode(p.secret, w.clock.Now().Add(30*time.Second)))(w.t)
		ok(w.s.Second(ctx, step(), after[:3]+" "+after[3:], client()))(w.t) // a clock that is fast

		w.clock.Step(5 * time.Minute)
		old := ok(totp.GenerateCode(p.secret, w.clock.Now().Add(-60*time.Second)))(w.t)
		_, err = w.s.Second(ctx, step(), old, client())
		wantKey(w.t, err, "identity.wrong")
		_, err = w.s.Second(ctx, step(), "12a", client())
		wantKey(w.t, err, "identity.code.shape")
		_, err = w.s.Second(ctx, strings.Repeat("x", 43), code, client())
		wantKey(w.t, err, "identity.step_over")

		late := step()
		w.clock.Step(11 * time.Minute)
		_, err = w.s.Second(ctx, late, w.code(p), client())
		wantKey(w.t, err, "identity.step_over")
	})
}

func TestFiveCodesForOnePassword(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		ticket := ok(w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: goodPassword}, client()))(w.t).Ticket
		for range 5 {
			_, err := w.s.Second(ctx, ticket, "000000", client())
			wantKey(w.t, err, "identity.wrong")
		}
		_, err := w.s.Second(ctx, ticket, w.code(p), client())
		wantKey(w.t, err, "identity.step_over")
	})
}

func TestRecoveryCodes(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		step := func() string {
			return ok(w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: goodPassword}, client()))(w.t).Ticket
		}
		opened := ok(w.s.Second(ctx, step(), strings.ToUpper(strings.ReplaceAll(p.codes[3], "-", " ")), client()))(w.t)
		if m := w.signed(opened.Token).Session().Method; m != "code" {
			w.t.Errorf("the method is %q", m)
		}
		_, err := w.s.Second(ctx, step(), p.codes[3], client())
		wantKey(w.t, err, "identity.wrong")
		fresh := ok(w.s.RenewCodes(ctx, w.signed(opened.Token)))(w.t)
		_, err = w.s.Second(ctx, step(), p.codes[4], client())
		wantKey(w.t, err, "identity.wrong")
		ok(w.s.Second(ctx, step(), fresh[4], client()))(w.t)
		if got := w.post.to(p.Email); !slices.Contains(got, "Kode cadangan akun Netral Anda dipakai") {
			w.t.Errorf("the owner was told %q", got)
		}
	})
}

// TestParallelSignIns lets many use one code at once: one gets in.
func TestParallelSignIns(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		const n = 4
		tickets := make([]string, n)
		for i := range tickets {
			tickets[i] = ok(w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: goodPassword}, client()))(w.t).Ticket
		}
		code := w.code(p)
		errs := make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { _, errs[i] = w.s.Second(ctx, tickets[i], code, client()) })
		}
		wg.Wait()
		in := 0
		for _, err := range errs {
			if err == nil {
				in++
			} else {
				wantKey(w.t, err, "identity.wrong")
			}
		}
		if in != 1 {
			w.t.Errorf("%d got in with one code", in)
		}
	})
}

func TestHashIsUpgraded(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		weak := identity.WeakHash(goodPassword)
		err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE identity_account SET password = $1 WHERE id = $2`, weak, p.ID)
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
		w.signIn(p, client())
		var now string
		err = w.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT password FROM identity_account WHERE id = $1`, p.ID).Scan(&now)
		})
		if err != nil || !strings.HasPrefix(now, "$argon2id$v=19$m=19456,t=2,p=1$") {
			w.t.Errorf("the hash is %q, %v", now, err)
		}
		w.signIn(p, client())
	})
}

func TestDelayGrowsAndPasses(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		home := identity.Client{Network: "10.9.9.0/24"}
		home.Device = w.signIn(p, home).Device
		if home.Device == "" {
			w.t.Fatal("a new browser got no token")
		}
		try := func(c identity.Client, password string) error {
			_, err := w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: password}, c)
			return err
		}
		slowed := func() int {
			return len(slices.DeleteFunc(w.kinds(), func(k string) bool { return k != identity.KindSlowed }))
		}
		var waits []time.Duration
		for len(waits) < 5 {
			err := try(client(), "salah salah salah")
			if f := fault.Of(err); f.Key == "identity.slow" {
				wait := time.Duration(f.Args[0].(int)) * time.Second
				waits = append(waits, wait)
				wantKey(w.t, try(client(), goodPassword), "identity.slow") // the right one, too
				w.clock.Step(wait)
				continue
			}
			wantKey(w.t, err, "identity.wrong")
		}
		if !slices.IsSorted(waits) || waits[0] < time.Second || waits[4] < 4*waits[0] {
			w.t.Errorf("the waits are %v", waits)
		}
		if n := slowed(); n != 1 {
			w.t.Errorf("the record speaks of it %d times", n)
		}
		// Others are not held up: the known browser, and another network.
		if err := try(home, goodPassword); err != nil {
			w.t.Errorf("the known browser: %v", err)
		}
		if err := try(identity.Client{Network: "10.8.8.0/24"}, goodPassword); err != nil {
			w.t.Errorf("another network: %v", err)
		}
		// After the wait it works, and then all is forgotten.
		w.clock.Step(15 * time.Minute)
		if err := try(client(), goodPassword); err != nil {
			w.t.Errorf("after the wait: %v", err)
		}
		wantKey(w.t, try(client(), "salah salah salah"), "identity.wrong")
		wantKey(w.t, try(client(), "salah salah salah"), "identity.wrong")
	})
}

// TestParallelGuesses wants the limit to count tries that run at once.
func TestParallelGuesses(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		const n = 16
		errs := make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				_, errs[i] = w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: "salah salah salah"}, client())
			})
		}
		wg.Wait()
		looked := 0
		for _, err := range errs {
			if fault.Of(err).Key == "identity.wrong" {
				looked++
			} else {
				wantKey(w.t, err, "identity.slow")
			}
		}
		if looked > 7 {
			w.t.Errorf("%d of %d guesses at once were looked at", looked, n)
		}
	})
}

// TestManyNetworks wants the bucket of a login to slow many machines, and not
// the browser that its owner knows.
func TestManyNetworks(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p := w.admin("budi.santoso")
		home := client()
		home.Device = w.signIn(p, home).Device
		slow := 0
		for i := range 30 {
			c := identity.Client{Network: "198.51." + string(rune('a'+i)) + ".0/24"}
			if _, err := w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: "salah salah salah"}, c); fault.Of(err).Key == "identity.slow" {
				slow++
			}
		}
		if slow < 5 {
			w.t.Errorf("only %d of 30 networks were slowed", slow)
		}
		w.signIn(p, home)
	})
}
