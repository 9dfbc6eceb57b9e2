package vault_test

import (
	"bytes"
	"testing"

	"netral/internal/vault"
)

func TestKeep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at := vault.Place{Table: "identity_account", Column: "totp", Row: "a1"}
		one, err := w.v.Keep(at, []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.v.Keep(at, []byte("rahasia"))
		if err != nil || bytes.Equal(one, again) {
			t.Fatalf("the same text twice is the same sealed, %v", err)
		}
		if got, err := w.v.Kept(at, one); err != nil || string(got) != "rahasia" {
			t.Fatalf("%q, %v", got, err)
		}
		if empty, err := w.v.Keep(at, nil); err != nil {
			t.Error(err)
		} else if got, err := w.v.Kept(at, empty); err != nil || got == nil || len(got) != 0 {
			t.Errorf("of nothing came %v, %v", got, err)
		}
		for _, p := range []vault.Place{{Table: "identity_account", Column: "totp", Row: "a2"}, {Table: "identity_account", Column: "password", Row: "a1"}, {Table: "identity", Column: "totp", Row: "a1"}} {
			_, err := w.v.Kept(p, one)
			is(t, "moved to "+p.String(), err, "vault.altered")
		}
		for i := range one {
			bad := bytes.Clone(one)
			bad[i] ^= 1
			if got, err := w.v.Kept(at, bad); err == nil {
				t.Errorf("with byte %d changed it opens: %q", i, got)
			}
		}
		for n := range len(one) {
			if _, err := w.v.Kept(at, one[:n]); err == nil {
				t.Errorf("the first %d bytes open", n)
			}
		}

		// The change of keys, and a key that is not there.
		next := w.open(key(t, 7), 7, key(t, 50))
		if got, err := next.Kept(at, one); err != nil || string(got) != "rahasia" {
			t.Errorf("under an earlier key: %q, %v", got, err)
		}
		new, err := next.Keep(at, []byte("baru"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.v.Kept(at, new)
		is(t, "under a key that is not there", err, "vault.key_missing")
	})
}
