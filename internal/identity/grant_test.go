package identity_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"netral/internal/fault"
	"netral/internal/identity"
)

func TestGrantsByDay(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		admin := w.admin("budi.santoso")
		p := w.employee(admin, "siti.aminah", "")
		by := w.actor(admin)
		give := func(in identity.GrantInput) (identity.Grant, error) {
			in.Account = p.ID
			if in.Reason == "" {
				in.Reason = "SK 821/2023"
			}
			return w.s.Grant(ctx, by, in)
		}
		ok(give(identity.GrantInput{Role: "observer", Area: "31.71", From: "2023-10-20", Until: "2023-10-22"}))(w.t)
		ok(give(identity.GrantInput{Role: "unit_head", Unit: "bkd", ActingFor: "Kepala BKD", Until: "2023-10-21"}))(w.t)
		// Days begin in Jakarta, at 17.00 UTC of the day before.
		for _, c := range []struct {
			at   string
			want []string
		}{
			{"2023-10-19T16:59:00Z", []string{"unit_head"}},
			{"2023-10-19T17:00:00Z", []string{"observer", "unit_head"}},
			{"2023-10-20T17:00:00Z", []string{"observer"}},
			{"2023-10-21T16:59:00Z", []string{"observer"}},
			{"2023-10-21T17:00:00Z", nil},
		} {
			w.clock.Set(ok(time.Parse(time.RFC3339, c.at))(w.t))
			var got []string
			for _, g := range w.actor(p).Grants {
				got = append(got, g.Role)
				if g.Acting != (g.Role == "unit_head") {
					w.t.Errorf("%s: %+v", c.at, g)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				w.t.Errorf("%s: roles %v, want %v", c.at, got, c.want)
			}
		}
		by = w.actor(admin)
		for key, in := range map[string]identity.GrantInput{
			"identity.role.unknown": {Role: "raja"},
			"identity.day.shape":    {Role: "observer", From: "31-02-2023"},
			"identity.until.before": {Role: "observer", From: "2023-12-02", Until: "2023-12-01"},
			"identity.until.past":   {Role: "observer", From: "2023-01-01", Until: "2023-02-01"},
			"identity.acting.open":  {Role: "unit_head", ActingFor: "Kepala"},
			"identity.reason.shape": {Role: "observer", Reason: "ya"},
		} {
			_, err := give(in)
			wantKey(w.t, err, key)
		}
		_, err := w.s.Grant(ctx, w.actor(p), identity.GrantInput{Account: p.ID, Role: "observer", Reason: "untuk saya"})
		wantKey(w.t, err, "identity.denied")
		_, err = w.s.Grant(ctx, w.actor(admin), identity.GrantInput{Account: admin.ID, Role: "observer", Reason: "untuk saya"})
		wantKey(w.t, err, "identity.grant.own")
	})
}

func TestGraveRolesNeedTwo(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		first, second := w.admin("budi.santoso"), w.admin("dewi.lestari")
		same := w.employee(first, "budi.kedua", "p-budi")
		p := w.employee(first, "siti.aminah", "p-siti")
		// The first administrator is the person p-budi, too.
		a, _, err := w.s.Look(ctx, w.actor(second), first.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		ok(w.s.Change(ctx, w.actor(second), identity.ChangeInput{ID: a.ID, Name: a.Name, Email: a.Email, Person: "p-budi", Status: identity.Active, Reason: "menautkan orang", Version: a.Version}))(w.t)
		made := ok(w.s.Grant(ctx, w.actor(second), identity.GrantInput{Account: same.ID, Role: "admin", Reason: "akun kedua"}))(w.t)
		if made.Status != identity.GrantProposed || w.actor(same).Has("admin") {
			w.t.Fatalf("a grave role holds at once: %+v", made)
		}
		_, err = w.s.Confirm(ctx, w.actor(second), made.ID, true, "")
		wantKey(w.t, err, "identity.grant.two") // who proposed it
		_, err = w.s.Confirm(ctx, w.actor(first), made.ID, true, "")
		wantKey(w.t, err, "identity.grant.two") // the same person as who gets it

		third := ok(w.s.Grant(ctx, w.actor(first), identity.GrantInput{Account: p.ID, Role: "inspector", Reason: "SK inspektur"}))(w.t)
		_, err = w.s.Confirm(ctx, w.actor(p), third.ID, true, "")
		wantKey(w.t, err, "identity.denied")
		var confirmed identity.Grant
		kinds := w.since(func() { confirmed = ok(w.s.Confirm(ctx, w.actor(second), third.ID, true, ""))(w.t) })
		if !slices.Contains(kinds, identity.KindGranted) || !w.actor(p).Has("inspector") || confirmed.SecondBy != "account:"+second.ID {
			w.t.Errorf("%v, %+v", kinds, confirmed)
		}
		_, err = w.s.Confirm(ctx, w.actor(second), third.ID, true, "")
		wantKey(w.t, err, "identity.grant.settled")
		ok(w.s.End(ctx, w.actor(first), third.ID, "tugas selesai"))(w.t)
		if w.actor(p).Has("inspector") {
			w.t.Error("an ended grant holds")
		}
	})
}

func TestLastAdminStays(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		only, other := w.admin("budi.santoso"), w.admin("dewi.lestari")
		_, gs, err := w.s.Look(ctx, w.actor(only), other.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		ok(w.s.End(ctx, w.actor(only), gs[0].ID, "pindah tugas"))(w.t)
		_, gs, err = w.s.Look(ctx, w.actor(only), only.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		_, err = w.s.End(ctx, w.actor(only), gs[0].ID, "pindah tugas")
		wantKey(w.t, err, "identity.last_admin")
		_, err = w.s.CreateAdmin(ctx, w.actor(only), identity.CreateInput{Login: "baru.lagi", Name: "Baru", Reason: "lewat halaman"})
		wantKey(w.t, err, "identity.cli_only")
	})
}

func TestDisabledIsOutAtOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		admin := w.admin("budi.santoso")
		p := w.employee(admin, "siti.aminah", "")
		token := w.signIn(p, client()).Token
		a, _, err := w.s.Look(ctx, w.actor(admin), p.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		in := identity.ChangeInput{ID: p.ID, Name: p.Name, Status: identity.Disabled, Reason: "pensiun dini", Version: a.Version - 1}
		_, err = w.s.Change(ctx, w.actor(admin), in)
		wantKey(w.t, err, "identity.account.moved")
		in.Version = a.Version
		ok(w.s.Change(ctx, w.actor(admin), in))(w.t)
		if w.look(token) != nil {
			w.t.Error("a disabled account goes on")
		}
		_, err = w.s.SignIn(ctx, identity.SignInInput{Login: p.Login, Password: goodPassword}, client())
		wantKey(w.t, err, "identity.wrong")
		in.ID = admin.ID
		_, err = w.s.Change(ctx, w.actor(admin), in)
		wantKey(w.t, err, "identity.own_account")
		_, err = w.s.Create(ctx, w.actor(admin), identity.CreateInput{Login: "SITI.aminah", Name: "Siti", Reason: "dua kali"})
		wantKey(w.t, err, "identity.login.taken")
		wantKind(w.t, err, fault.Invalid)
	})
}
