package vault_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"netral/internal/store"
	"netral/internal/vault"
)

func TestBatch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani, budi := w.person("ani"), w.person("budi")
		b, err := w.v.Batch(w.readers("ani"))
		if err != nil {
			t.Fatal(err)
		}
		var all []vault.Value
		for i := range 100 {
			p := vault.Place{Table: "merit_roster", Column: "nik", Row: fmt.Sprint(i)}
			s, err := b.Seal(p, fmt.Appendf(nil, "31710125019%05d", i))
			if err != nil {
				t.Fatal(err)
			}
			if len(s) != 16+57 {
				t.Fatalf("a NIK takes %d bytes", len(s))
			}
			all = append(all, vault.Value{Place: p, Sealed: s})
		}
		_, err = w.v.OpenValues(ctx, ani, all[:1], why)
		is(t, "before the envelope is saved", err, "vault.altered")
		for range 2 {
			if err := w.write(b.Save); err != nil {
				t.Fatal(err)
			}
		}
		n := w.size()
		got, err := w.v.OpenValues(ctx, ani, all, why)
		if err != nil || len(got) != 100 || string(got[42]) != "3171012501900042" {
			t.Fatalf("%d values, %v", len(got), err)
		}
		_, err = w.v.OpenValues(ctx, budi, all[:3], why)
		is(t, "not for budi", err, "vault.not_yours")
		swapped := []vault.Value{all[0], {Place: all[1].Place, Sealed: all[2].Sealed}}
		if got, err := w.v.OpenValues(ctx, ani, swapped, why); got != nil {
			t.Errorf("given out in part: %q", got)
		} else {
			is(t, "one of them moved", err, "vault.altered")
		}
		if diff := cmp.Diff([]string{"foundation.vault.opened", "foundation.vault.refused", "foundation.vault.refused"}, w.kinds(n)); diff != "" {
			t.Error(diff)
		}
		looks, err := w.v.Openings(ctx, "merit_roster", "1", 0, 10)
		if err != nil || len(looks) != 3 {
			t.Errorf("%d looks at row 1, %v", len(looks), err)
		}
		if _, err := w.v.OpenValues(ctx, ani, nil, why); err == nil {
			t.Error("opened nothing")
		}
		if _, err := b.Seal(place("1"), []byte(strings.Repeat("x", 65<<10))); err == nil {
			t.Error("sealed a large value")
		}

		// A reader who was replaced meanwhile ends the batch.
		if _, err := w.v.Rotate(ctx, ani, password); err != nil {
			t.Fatal(err)
		}
		is(t, "Save after a rotation", w.write(b.Save), "vault.readers_changed")
	})
}

func TestBlindIndex(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seen := map[string]string{}
		for _, c := range [][3]string{
			{"merit_roster", "nik", "3171012501900001"}, {"merit_roster", "nik", "3171012501900002"}, {"merit_roster", "phone", "3171012501900001"},
			{"merit_roste", "rnik", "3171012501900001"}, {"merit_roster", "ni", "k3171012501900001"}, {"", "", ""},
		} {
			i := w.v.Index(c[0], c[1], c[2])
			if other, twice := seen[i]; twice {
				t.Errorf("%v and %s have one index", c, other)
			}
			seen[i] = fmt.Sprint(c)
			if i != w.v.Index(c[0], c[1], c[2]) || len(i) != 33 || strings.Contains(i, "3171") {
				t.Errorf("index %q of %v", i, c)
			}
		}
		if diff := cmp.Diff([]string{w.v.Index("a", "b", "c")}, w.v.Indexes("a", "b", "c")); diff != "" {
			t.Error(diff)
		}
	})
}

// TestAnotherReader gives a sealed text to one more, and takes it from one.
func TestAnotherReader(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani, budi := w.person("ani"), w.person("budi")
		sealed, err := w.v.Seal(place("7"), w.readers("ani"), []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		n := w.size()
		_, err = w.v.Rewrap(ctx, budi, place("7"), sealed, w.readers("budi"), why)
		is(t, "by who may not read", err, "vault.not_yours")
		_, err = w.v.Rewrap(ctx, ani, place("7"), sealed, w.readers("budi"), "")
		is(t, "without a reason", err, "vault.reason_length")
		handed, err := w.v.Rewrap(ctx, ani, place("7"), sealed, w.readers("budi"), why)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.v.Open(ctx, budi, place("7"), handed, why); err != nil || string(got) != "rahasia" {
			t.Errorf("budi reads %q, %v", got, err)
		}
		_, err = w.v.Open(ctx, ani, place("7"), handed, why)
		is(t, "ani, who gave it away", err, "vault.not_yours")
		if diff := cmp.Diff([]string{"foundation.vault.refused", "foundation.vault.shared", "foundation.vault.opened", "foundation.vault.refused"}, w.kinds(n)); diff != "" {
			t.Error(diff)
		}
		if err := w.write(func(ctx context.Context, tx *store.Tx) error { return w.readers2(ctx, tx, "budi") }); err != nil {
			t.Error(err)
		}
	})
}

// readers2 looks readers up and asks for them in one Write.
func (w *world) readers2(ctx context.Context, tx *store.Tx, owner string) error {
	r, err := w.v.Readers(ctx, tx, owner)
	if err != nil {
		return err
	}
	return r.Current(ctx, tx)
}
