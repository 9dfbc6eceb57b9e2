package vault_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"netral/internal/store"
)

func TestTickets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani := w.person("ani")
		w.person("budi")
		sealed, err := w.v.Seal(place("7"), w.readers("ani"), []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		n := w.size()
		ticket, err := w.v.Park(ctx, ani, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		// Another process answers the next request.
		other := w.open(key(t, 50), 70)
		h, err := other.Resume(ctx, who("ani"), ticket)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := other.Open(ctx, h, place("7"), sealed, why); err != nil || string(got) != "rahasia" {
			t.Errorf("it opens to %q, %v", got, err)
		}
		swapped := strings.Map(func(r rune) rune {
			if r == 'A' {
				return 'B'
			}
			return 'A'
		}, ticket)
		for name, c := range map[string][2]string{"somebody else": {"budi", ticket}, "made up": {"ani", swapped}, "empty": {"ani", ""}, "cut": {"ani", ticket[:20]}, "spelt otherwise": {"ani", ticket + "="}, "a book": {"ani", strings.Repeat("A", 1<<20)}} {
			_, err := other.Resume(ctx, who(c[0]), c[1])
			is(t, name, err, "vault.closed")
		}
		if err := w.v.Leave(ctx, who("budi"), ticket); err != nil {
			t.Error(err)
		}
		w.clock.Step(59 * time.Minute)
		if _, err := other.Resume(ctx, who("ani"), ticket); err != nil {
			t.Errorf("budi ended ani's ticket: %v", err)
		}
		w.clock.Step(time.Minute)
		_, err = other.Resume(ctx, who("ani"), ticket)
		is(t, "after an hour", err, "vault.closed")

		if ticket, err = w.v.Park(ctx, ani, time.Hour); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.v.Leave(ctx, who("ani"), ticket); err != nil {
				t.Error(err)
			}
		}
		_, err = other.Resume(ctx, who("ani"), ticket)
		is(t, "signed out", err, "vault.closed")
		want := []string{"foundation.vault.parked", "foundation.vault.opened", "foundation.vault.parked", "foundation.vault.left"}
		if diff := cmp.Diff(want, w.kinds(n)); diff != "" {
			t.Error(diff)
		}
		if _, err := w.v.Park(ctx, ani, 13*time.Hour); err == nil {
			t.Error("parked for 13 hours")
		}
		quorum, err := w.v.Quorum(ctx, who("admin"), w.shares[:3], why)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.v.Park(ctx, quorum, time.Hour)
		is(t, "a quorum", err, "vault.quorum_parked")
	})
}

// TestTicketsEnd with whatever changes the secrets of their owner.
func TestTicketsEnd(t *testing.T) {
	for name, change := range map[string]func(w *world) error{
		"password": func(w *world) error {
			return w.v.ChangePassword(context.Background(), who("ani"), password+" ani", password+" lain")
		},
		"rotation": func(w *world) error {
			h, err := w.v.Unlock(context.Background(), who("ani"), password+" ani")
			if err == nil {
				_, err = w.v.Rotate(context.Background(), h, password)
			}
			return err
		},
		"revocation": func(w *world) error { return w.v.Revoke(context.Background(), who("admin"), "ani", why) },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				ctx := context.Background()
				ani := w.person("ani")
				ticket, err := w.v.Park(ctx, ani, time.Hour)
				if err != nil {
					t.Fatal(err)
				}
				if err := change(w); err != nil {
					t.Fatal(err)
				}
				_, err = w.v.Resume(ctx, who("ani"), ticket)
				is(t, "the ticket", err, "vault.closed")
				var left int
				err = w.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
					return tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM vault_ticket`).Scan(&left)
				})
				if err != nil || left != 0 {
					t.Errorf("%d tickets are left, %v", left, err)
				}
				if name != "password" {
					_, err = w.v.Park(ctx, ani, time.Hour)
					if err == nil {
						t.Error("the old holder was parked")
					}
				}
			})
		})
	}
}
