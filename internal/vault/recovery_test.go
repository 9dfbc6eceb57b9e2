package vault_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/vault"
)

// TestLostPassword is the whole drill: ani forgets the password, three of five
// custodians sit together, and ani reads everything again.
func TestLostPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.person("ani")
		w.person("budi")
		w.keep("ani", 0, 12)
		w.keep("budi", 12, 3)
		budis := w.note("0013")
		n := w.size()

		// One too few, and an outsider who made up the missing one.
		_, err := w.v.Quorum(ctx, who("admin"), w.shares[:2], why)
		is(t, "two of three", err, "vault.share_few")
		for name, c := range map[string]struct {
			typed []string
			key   string
		}{
			"twice the same":        {[]string{w.shares[0], w.shares[1], w.shares[0]}, "vault.share_twice"},
			"mistyped":              {[]string{w.shares[0], w.shares[1], w.shares[2][:30] + "?" + w.shares[2][31:]}, "vault.share_wrong"},
			"none":                  {nil, "vault.share_few"},
			"threshold talked down": {vault.TalkedDown(t, w.shares[:2]), "vault.share_mismatch"},
			"one made up":           {append(slices.Clone(w.shares[:2]), vault.MadeUp(t, w.shares[0], 3)), "vault.share_mismatch"},
			"of another house":      {vault.OtherHouse(t, w.shares[:3]), "vault.share_old"},
		} {
			_, err := w.v.Quorum(ctx, who("admin"), c.typed, why)
			is(t, name, err, c.key)
		}
		_, err = w.v.Quorum(ctx, who("admin"), w.shares[:3], "tanpa")
		is(t, "without a reason", err, "vault.reason_length")
		for _, k := range w.kinds(n) {
			if k != "foundation.vault.refused" {
				t.Errorf("an attempt that fails writes %s", k)
			}
		}
		if got := len(w.kinds(n)); got != 7 {
			t.Errorf("%d refusals recorded, want 7", got)
		}

		n = w.size()
		quorum, err := w.v.Quorum(ctx, who("admin"), []string{w.shares[4], w.shares[0], strings.ToLower(w.shares[2])}, "Ani lupa kata sandi, surat 5/2026")
		if err != nil {
			t.Fatal(err)
		}
		code, err := w.v.Recover(ctx, quorum, "ani", "Ani lupa kata sandi, surat 5/2026")
		if err != nil {
			t.Fatal(err)
		}
		// Interrupted once.
		if _, err := w.v.Sweep(ctx, quorum, []vault.Shelf{&shelf{stop: 5, page: 2}}, nil); err == nil {
			t.Error("the shelf did not stop")
		}
		s, err := w.v.Sweep(ctx, quorum, []vault.Shelf{&shelf{page: 2}}, nil)
		if err != nil || len(s.Retired) != 1 {
			t.Fatalf("%+v, %v", s, err)
		}
		quorum.Close()
		ani, err := w.v.Activate(ctx, who("ani"), code, password+" ketiga")
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"0000", "0005", "0011"} {
			if got, err := w.v.Open(ctx, ani, notePlace(id), w.note(id), why); err != nil || string(got) != "note "+id {
				t.Errorf("note %s opens to %q, %v", id, got, err)
			}
		}
		if string(budis) != string(w.note("0013")) {
			t.Error("what is budi's was touched")
		}
		kinds := w.kinds(n)
		if kinds[0] != "foundation.vault.assembled" || kinds[1] != "foundation.vault.recovered" || !slices.Contains(kinds, "foundation.vault.rewrapped") || !slices.Contains(kinds, "foundation.vault.retired") {
			t.Errorf("recorded are %v", kinds)
		}
		_, err = w.v.Quorum(ctx, who("admin"), w.shares[1:4], why)
		if err != nil {
			t.Errorf("another three: %v", err)
		}
		_, err = w.v.Recover(ctx, ani, "budi", why)
		is(t, "one officer alone", err, "vault.quorum_needed")
		_, err = w.v.Recover(ctx, quorum, "budi", why)
		is(t, "a closed quorum", err, "vault.closed")
	})
}

func TestDrill(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		n := w.size()
		is(t, "two of three", w.v.Drill(ctx, who("admin"), w.shares[:2]), "vault.share_few")
		if err := w.v.Drill(ctx, who("admin"), w.shares[1:4]); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"foundation.vault.refused", "foundation.vault.drilled"}, w.kinds(n)); diff != "" {
			t.Error(diff)
		}
		all, err := w.v.Custodians(ctx)
		if err != nil || len(all) != 5 {
			t.Fatalf("%+v, %v", all, err)
		}
		for i, c := range all { // those without a drill come first
			if drilled := !c.Drilled.IsZero(); drilled != (i >= 2) || c.Needed != 3 {
				t.Errorf("custodian %+v", c)
			}
		}
		_, err = w.v.Found(ctx, who("admin"), []string{"a", "b"}, 2)
		is(t, "a second time", err, "vault.founded_already")
		for _, c := range []struct {
			names []string
			k     int
			key   string
		}{{[]string{"a", "b"}, 3, "vault.threshold_wrong"}, {[]string{"a", "b"}, 1, "vault.threshold_wrong"}, {nil, 2, "vault.threshold_wrong"}, {[]string{"a", ""}, 2, "vault.custodian_empty"}, {strings.Split(strings.Repeat("a ", 255)+"a", " "), 2, "vault.custodians_many"}} {
			_, err := w.v.Found(ctx, who("admin"), c.names, c.k)
			is(t, "custodians", err, c.key)
		}
	})
}

// TestRenewedCustodians replaces the recovery pair while things are sealed; the
// sweep is interrupted and gone on with by the new shares.
func TestRenewedCustodians(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani := w.person("ani")
		w.keep("ani", 0, 10)
		quorum, err := w.v.Quorum(ctx, who("admin"), w.shares[:3], why)
		if err != nil {
			t.Fatal(err)
		}
		oldSecret := vault.Identities(quorum)
		shares, err := w.v.Renew(ctx, quorum, []string{"X", "Y", "Z"}, 2)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.v.Sweep(ctx, quorum, []vault.Shelf{&shelf{stop: 3, page: 2}}, nil); err == nil {
			t.Error("the shelf did not stop")
		}
		quorum.Close()
		_, err = w.v.Quorum(ctx, who("admin"), w.shares[:3], why)
		is(t, "the shares from before", err, "vault.share_old")
		if quorum, err = w.v.Quorum(ctx, who("admin"), []string{shares[2].String(), shares[0].String()}, why); err != nil {
			t.Fatal(err)
		}
		w.clock.Step(2 * time.Hour)
		s, err := w.v.Sweep(ctx, quorum, []vault.Shelf{&shelf{}}, nil)
		if err != nil || len(s.Retired) != 1 {
			t.Fatalf("%+v, %v", s, err)
		}
		if err := w.v.Drill(ctx, who("admin"), []string{shares[1].String(), shares[2].String()}); err != nil {
			t.Error(err)
		}
		for _, id := range []string{"0000", "0009"} {
			if _, err := w.v.Try(vault.With(oldSecret), notePlace(id), w.note(id)); err == nil {
				t.Errorf("note %s opens with the old recovery secret", id)
			}
			if _, err := w.v.Try(quorum, notePlace(id), w.note(id)); err != nil {
				t.Errorf("note %s does not open with the new one: %v", id, err)
			}
			if _, err := w.v.Try(ani, notePlace(id), w.note(id)); err != nil {
				t.Errorf("note %s does not open for ani: %v", id, err)
			}
		}
	})
}

// TestLostServerKey loses the key file, and brings it back from the shares.
func TestLostServerKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani := w.person("ani")
		w.keep("ani", 0, 1)
		index := w.v.Index("merit_roster", "nik", "3171012501900001")
		ani.Close()

		wrong := key(t, 77)
		cfg := vault.Config{Book: w.book, Key: wrong, Rand: ledgertest.Rand(8), Cost: cheap()}
		_, err := vault.Open(ctx, cfg)
		is(t, "a new key file beside an old database", err, "vault.key_other")
		_, err = vault.RestoreKeys(ctx, w.book, w.shares[:2])
		is(t, "two of three", err, "vault.share_few")
		back, err := vault.RestoreKeys(ctx, w.book, w.shares[2:])
		if err != nil || len(back) != 1 {
			t.Fatalf("%d keys, %v", len(back), err)
		}
		path := filepath.Join(t.TempDir(), "vault.key")
		if err := back[0].Save(path); err != nil {
			t.Fatal(err)
		}
		k, err := vault.LoadOrCreateKey(path, ledgertest.Rand(9))
		if err != nil {
			t.Fatal(err)
		}
		again := w.open(k, 10)
		ani, err = again.Unlock(ctx, who("ani"), password+" ani")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Open(ctx, ani, notePlace("0000"), w.note("0000"), why); err != nil || string(got) != "note 0000" {
			t.Errorf("it opens to %q, %v", got, err)
		}
		if again.Index("merit_roster", "nik", "3171012501900001") != index {
			t.Error("the blind index is another one")
		}

		// Another key from now on; the old one still opens, and recovery knows
		// both.
		next := w.open(wrong, 11, k)
		if got, err := next.Open(ctx, ani, notePlace("0000"), w.note("0000"), why); err != nil || string(got) != "note 0000" {
			t.Errorf("under the retired key it opens to %q, %v", got, err)
		}
		if next.Index("merit_roster", "nik", "3171012501900001") == index || !slices.Contains(next.Indexes("merit_roster", "nik", "3171012501900001"), index) {
			t.Error("the indexes during a change of keys")
		}
		if back, err = vault.RestoreKeys(ctx, w.book, w.shares[2:]); err != nil || len(back) != 2 {
			t.Errorf("%d keys, %v", len(back), err)
		}
		if err := next.Drill(ctx, who("admin"), w.shares[:3]); err != nil {
			t.Error(err)
		}
	})
}

func TestNoSealingBeforeRecovery(t *testing.T) {
	ledgertest.Each(t, []store.Line{vault.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		ctx := context.Background()
		v, err := vault.Open(ctx, vault.Config{Book: book, Key: key(t, 1), Rand: ledgertest.Rand(2), Cost: cheap()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.Enrol(ctx, who("admin"), "ani"); err != nil {
			t.Fatal(err)
		}
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error { _, err := v.Readers(ctx, tx, "ani"); return err })
		is(t, "without recovery", err, "vault.no_recovery")
	}, storetest.WithClock(storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))))
}

func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "vault.key")
	a, err := vault.LoadOrCreateKey(path, ledgertest.Rand(1))
	if err != nil {
		t.Fatal(err)
	}
	b, err := vault.LoadOrCreateKey(path, ledgertest.Rand(2))
	if err != nil || a.ID() != b.ID() {
		t.Errorf("read again it is %s, was %s, %v", b.ID(), a.ID(), err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := a.Save(path); err == nil {
		t.Error("a key file was written over")
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	_, err = vault.LoadOrCreateKey(path, ledgertest.Rand(1))
	is(t, "readable by others", err, "vault.key_mode")
	whole, _ := os.ReadFile(path)
	for name, text := range map[string]string{"empty": "", "cut": string(whole[:40]), "not ours": "AGE-SECRET-KEY-1", "more": string(whole) + "x", "bits": strings.Replace(string(whole), "=\n", "\n", 1)} {
		bad := filepath.Join(dir, "bad")
		if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := vault.LoadOrCreateKey(bad, ledgertest.Rand(1))
		is(t, name, err, "vault.key_read")
		if err != nil && strings.Contains(err.Error(), string(whole[20:40])) {
			t.Errorf("%s: the error holds the key", name)
		}
	}
	_, err = vault.LoadOrCreateKey(filepath.Join(dir, "no", "vault.key"), ledgertest.Rand(1))
	is(t, "no folder", err, "vault.key_write")
}
