package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/inbox"
	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

// Everybody finds in the inbox what they may do, and nothing else.
func TestInbox(t *testing.T) {
	clock := storetest.NewClock(time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC))
	lines := []store.Line{identity.Migrations, jobs.Migrations, roster.Migrations}
	ledgertest.Each(t, lines, func(t *testing.T, db *store.DB, book *ledger.Book) {
		clock.Set(time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC))
		ctx := context.Background()
		cat, err := text.New()
		if err != nil {
			t.Fatal(err)
		}
		ids, err := identity.New(identity.Config{DB: db, Book: book, Text: cat, Rand: ledgertest.Rand(7), Base: "https://netral.test"})
		if err != nil {
			t.Fatal(err)
		}
		run := jobstest.Runner(t, db, book)
		people := &roster.Service{Book: book, Now: clock.Now, Rand: ledgertest.Rand(5), Allow: func(who actor.Actor, _ string, _ roster.Resource) error {
			return only(who, "personnel")
		}}
		may := func(who actor.Actor, _ string) error { return only(who, "admin") }
		box := &inbox.Service{Feeds: feeds(people, ids, run, may), Links: officeLinks(may), Now: clock.Now}
		kinds := func(who actor.Actor) (out []string) {
			b, err := box.Open(ctx, who)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range b.Items {
				out = append(out, i.Kind)
			}
			return out
		}
		admin := func(login string) actor.Actor {
			made, err := ids.CreateAdmin(ctx, actor.OS("root", "id"), identity.CreateInput{Login: login, Name: "Nama " + login, Email: login + "@jakarta.test", Reason: "admin pertama"})
			if err != nil {
				t.Fatal(err)
			}
			return actor.Actor{ID: "account:" + made.Account.ID, Lang: "id", Grants: []actor.Grant{{Role: "admin"}}}
		}
		first, second := admin("budi.santoso"), admin("dewi.lestari")
		if got := kinds(first); len(got) != 0 {
			t.Errorf("before anything happened: %v", got)
		}
		made, err := ids.Create(ctx, first, identity.CreateInput{Login: "siti.aminah", Name: "Siti Aminah", Email: "siti@jakarta.test", Reason: "pegawai baru"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ids.Grant(ctx, first, identity.GrantInput{Account: made.Account.ID, Role: identity.RoleInspector, Reason: "SK inspektur"}); err != nil {
			t.Fatal(err)
		}
		err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return jobs.Enqueue(ctx, tx, jobs.Job{Kind: "nobody.does.this"})
		})
		if err != nil {
			t.Fatal(err)
		}
		clock.Step(time.Hour)
		if got := kinds(first); !slices.Equal(got, []string{"inbox.jobs.kind"}) {
			t.Errorf("who proposed the role: %v", got)
		}
		if got := kinds(second); !slices.Equal(got, []string{"inbox.grant.kind", "inbox.jobs.kind"}) {
			t.Errorf("the second administrator: %v", got)
		}
		if got := kinds(actor.Actor{ID: "account:x", Person: "x", Grants: []actor.Grant{{Role: "employee"}}}); len(got) != 0 {
			t.Errorf("an employee: %v", got)
		}
		if links := box.Links(actor.Actor{ID: "account:x", Person: "x"}); len(links) != 2 || links[0].Href != "/kantor/saya" || links[1].Href != "/kantor/saya/karier" {
			t.Errorf("ways of an employee: %v", links)
		}
		for _, l := range box.Links(first) {
			if !cat.Has("id", l.Key) || !cat.Has("id", l.AboutKey) {
				t.Errorf("%s has no name", l.Href)
			}
		}
	}, storetest.WithClock(clock))
}

func only(who actor.Actor, role string) error {
	if who.Has(role) {
		return nil
	}
	return fault.New(fault.Denied, "roster.denied")
}
