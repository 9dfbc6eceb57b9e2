package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/vault"
)

func TestSealAndOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani, budi, cici := w.person("ani"), w.person("budi"), w.person("cici")
		for _, text := range []string{"", "x", "Saya melihat lurah berpose dua jari.", strings.Repeat("panjang ", 20000)} {
			sealed, err := w.v.Seal(place("7"), w.readers("ani", "budi"), []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if len(text) > 8 && bytes.Contains(sealed, []byte(text[:8])) {
				t.Error("the text is to be seen in what was sealed")
			}
			for _, h := range []*vault.Holder{ani, budi} {
				got, err := w.v.Open(ctx, h, place("7"), sealed, why)
				if err != nil || string(got) != text {
					t.Errorf("%s opens to %.20q, %v", h.Actor().ID, got, err)
				}
			}
			_, err = w.v.Open(ctx, cici, place("7"), sealed, why)
			is(t, "somebody else", err, "vault.not_yours")
			if !errors.Is(err, fault.Denied) {
				t.Errorf("of kind %v", err)
			}
		}
		ani.Close()
		sealed, err := w.v.Seal(place("8"), w.readers("ani"), []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.v.Open(ctx, ani, place("8"), sealed, why)
		is(t, "a closed holder", err, "vault.closed")
	})
}

// TestEveryLookIsRecorded counts entries and lines, for looks that succeed and
// looks that do not.
func TestEveryLookIsRecorded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani, budi := w.person("ani"), w.person("budi")
		sealed, err := w.v.Seal(place("7"), w.readers("ani"), []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(sealed)
		bad[len(bad)-50] ^= 1
		n := w.size()
		for _, reason := range []string{"", "sebab", "         x        ", strings.Repeat("a", 1001), "dengan\x00nol di dalam", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5"} {
			plain, err := w.v.Open(ctx, ani, place("7"), sealed, reason)
			is(t, "reason "+reason, err, "vault.reason_length")
			if plain != nil {
				t.Error("given out without a reason")
			}
		}
		if got := w.kinds(n); len(got) != 0 {
			t.Errorf("a form that was not filled in wrote %v", got)
		}
		if _, err := w.v.Open(ctx, ani, place("7"), sealed, why); err != nil {
			t.Error(err)
		}
		_, err = w.v.Open(ctx, budi, place("7"), sealed, why+" a")
		is(t, "not for budi", err, "vault.not_yours")
		_, err = w.v.Open(ctx, ani, place("7"), bad, why+" b")
		is(t, "damaged", err, "vault.altered")
		_, err = w.v.Open(ctx, ani, place("7"), nil, why+" c")
		is(t, "nothing", err, "vault.altered")
		want := []string{"foundation.vault.opened", "foundation.vault.refused", "foundation.vault.refused", "foundation.vault.refused"}
		if diff := cmp.Diff(want, w.kinds(n)); diff != "" {
			t.Error(diff)
		}
		looks, err := w.v.Openings(ctx, "watch_report", "7", 0, 10)
		if err != nil || len(looks) != 4 {
			t.Fatalf("%d lines, %v", len(looks), err)
		}
		if l := looks[3]; !l.Opened || l.Actor != "ani" || l.Reason != why || l.Place != place("7") || l.ProblemKey != "" {
			t.Errorf("the first look is %+v", l)
		}
		if l := looks[2]; l.Opened || l.Actor != "budi" || l.ProblemKey != "vault.not_yours" {
			t.Errorf("the second look is %+v", l)
		}
		older, err := w.v.Openings(ctx, "watch_report", "7", looks[1].N, 10)
		if err != nil || len(older) != 2 {
			t.Errorf("%d older lines, %v", len(older), err)
		}
		// What cannot be recorded is not given out.
		stopped, stop := context.WithCancel(ctx)
		stop()
		if plain, err := w.v.Open(stopped, ani, place("7"), sealed, why); err == nil || plain != nil {
			t.Errorf("given out without a record: %q, %v", plain, err)
		}
	})
}

func TestMovedDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani := w.person("ani")
		sealed, err := w.v.Seal(place("7"), w.readers("ani"), []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		head, err := w.v.SealTo(&file, place("7"), w.readers("ani"), strings.NewReader("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := w.v.Batch(w.readers("ani"))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.write(b.Save); err != nil {
			t.Fatal(err)
		}
		value, err := b.Seal(place("7"), []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []vault.Place{
			{Table: "watch_report", Column: "body", Row: "8"}, {Table: "watch_report", Column: "name", Row: "7"}, {Table: "watch_case", Column: "body", Row: "7"},
			{Table: "watch_repor", Column: "tbody", Row: "7"}, {Table: "watch_report", Column: "bod", Row: "y7"},
		} {
			_, err := w.v.Open(ctx, ani, p, sealed, why)
			is(t, "text in "+p.String(), err, "vault.altered")
			_, err = w.v.OpenFrom(ctx, ani, p, head, bytes.NewReader(file.Bytes()), why)
			is(t, "file in "+p.String(), err, "vault.altered")
			_, err = w.v.OpenValues(ctx, ani, []vault.Value{{Place: p, Sealed: value}}, why)
			is(t, "value in "+p.String(), err, "vault.altered")
			_, err = w.v.Rewrap(ctx, ani, p, sealed, w.readers("ani"), why)
			is(t, "rewrapped in "+p.String(), err, "vault.altered")
		}
		for _, p := range []vault.Place{{}, {Table: "a", Column: "b"}, {Table: "a/b", Column: "c", Row: "d"}, {Table: "a", Column: "b", Row: strings.Repeat("r", 65)}, {Table: "a", Column: "b", Row: "\n"}} {
			if _, err := w.v.Seal(p, w.readers("ani"), nil); err == nil {
				t.Errorf("sealed for the place %q", p)
			}
			if _, err := w.v.Open(ctx, ani, p, sealed, why); err == nil {
				t.Errorf("opened at the place %q", p)
			}
		}
		// One form is not taken for another.
		_, err = w.v.OpenValues(ctx, ani, []vault.Value{{Place: place("7"), Sealed: sealed}}, why)
		is(t, "a text as a value", err, "vault.altered")
		_, err = w.v.Open(ctx, ani, place("7"), value, why)
		is(t, "a value as a text", err, "vault.altered")
	})
}

// TestEveryByteCounts flips every byte, and cuts at every byte, of a text, and
// of a value of a batch. It calls Try, which is Open without the ledger.
func TestEveryByteCounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ani := w.person("ani")
		sealed, err := w.v.Seal(place("7"), w.readers("ani"), []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := w.v.Batch(w.readers("ani"))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.write(b.Save); err != nil {
			t.Fatal(err)
		}
		value, err := b.Seal(place("7"), []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			sealed []byte
			try    func([]byte) ([]byte, error)
		}{
			"text":  {sealed, func(b []byte) ([]byte, error) { return w.v.Try(ani, place("7"), b) }},
			"value": {value, func(b []byte) ([]byte, error) { return w.v.TryValue(ani, place("7"), b) }},
		} {
			if got, err := c.try(c.sealed); err != nil || string(got) != "rahasia" {
				t.Fatalf("%s: %q, %v", name, got, err)
			}
			for i := range c.sealed {
				bad := bytes.Clone(c.sealed)
				bad[i] ^= 1 << (i % 8)
				if got, err := c.try(bad); err == nil {
					t.Fatalf("%s: byte %d changed opens to %q", name, i, got)
				}
				if got, err := c.try(c.sealed[:i]); err == nil {
					t.Fatalf("%s: cut at %d opens to %q", name, i, got)
				}
			}
			if got, err := c.try(append(bytes.Clone(c.sealed), 0)); err == nil {
				t.Errorf("%s: with a byte more opens to %q", name, got)
			}
		}
	})
}

// TestDatabaseAloneForgesNothing plays somebody who can write rows and knows
// all public keys, but has not the key of the process.
func TestDatabaseAloneForgesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani := w.person("ani")
		r := w.readers("ani")
		other := w.open(key(t, 50), 60)
		forger := vault.Forger(other, key(t, 99))
		forged, err := forger.Seal(place("7"), r, []byte("palsu"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.v.Open(ctx, ani, place("7"), forged, why)
		is(t, "with a key of their own", err, "vault.key_missing")
		forged, err = vault.Forger(other, vault.Renamed(key(t, 99), key(t, 50))).Seal(place("7"), r, []byte("palsu"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.v.Open(ctx, ani, place("7"), forged, why)
		is(t, "under our key's name", err, "vault.altered")

		b, err := vault.Forger(other, vault.Renamed(key(t, 99), key(t, 50))).Batch(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.write(b.Save); err != nil {
			t.Fatal(err)
		}
		value, err := b.Seal(place("7"), []byte("palsu"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.v.OpenValues(ctx, ani, []vault.Value{{Place: place("7"), Sealed: value}}, why)
		is(t, "a value of an envelope of their own", err, "vault.altered")

		// A public key that was exchanged in the database is not sealed to, with
		// or without its id, and neither is a pair of their own in ani's name.
		mallory := vault.SomeRecipient(t)
		for name, q := range map[string]string{
			"key":    `UPDATE vault_identity SET recipient = $1 WHERE owner = 'ani' AND state = 'active' AND $2 <> ''`,
			"pair":   `UPDATE vault_identity SET recipient = $1, id = $2 WHERE owner = 'ani' AND state = 'active'`,
			"owner":  `UPDATE vault_identity SET owner = 'ani' WHERE owner = 'mallory' AND $1 <> $2`,
			"insert": `INSERT INTO vault_identity (id, owner, recipient, mark, state, locked, secret, next, made, changed) SELECT $2, owner, $1, mark, 'active', 'password', secret, '', made, changed FROM vault_identity WHERE owner = 'ani' AND state = 'lost'`,
		} {
			undo := errors.New("undo")
			err := w.write(func(ctx context.Context, tx *store.Tx) error {
				if name == "owner" || name == "insert" {
					if _, err := tx.ExecContext(ctx, `UPDATE vault_identity SET state = 'lost' WHERE owner = 'ani' AND state = 'active'`); err != nil {
						return err
					}
				}
				if name == "owner" {
					if _, err := tx.ExecContext(ctx, `INSERT INTO vault_identity (id, owner, recipient, mark, state, locked, secret, next, made, changed) SELECT $2, 'mallory', $1, mark, 'active', 'password', secret, '', made, changed FROM vault_identity WHERE owner = 'ani' AND state = 'lost'`, mallory, vault.PairID(mallory)); err != nil {
						return err
					}
				}
				if _, err := tx.ExecContext(ctx, q, mallory, vault.PairID(mallory)); err != nil {
					return err
				}
				_, err := w.v.Readers(ctx, tx, "ani")
				is(t, "exchanged "+name, err, "vault.recipient_altered")
				return undo
			})
			if !errors.Is(err, undo) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestReadersOfABatchCannotBeWrittenInto adds somebody to the list, and lets
// ani rotate: the sweep must not seal the batch to them.
func TestReadersOfABatchCannotBeWrittenInto(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani, mallory := w.person("ani"), w.person("mallory")
		b, err := w.v.Batch(w.readers("ani"))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.write(b.Save); err != nil {
			t.Fatal(err)
		}
		value, err := b.Seal(place("7"), []byte("rahasia"))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE vault_envelope SET readers = '["ani","mallory"]'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if ani, err = w.v.Rotate(ctx, ani, password); err != nil {
			t.Fatal(err)
		}
		s, err := w.v.Sweep(ctx, ani, nil, nil)
		if err != nil || s.Rewrapped != 0 || len(s.Damaged) == 0 {
			t.Errorf("%+v, %v", s, err)
		}
		if _, err := w.v.TryValue(mallory, place("7"), value); err == nil {
			t.Error("mallory reads the batch")
		}
		if _, err := w.v.TryValue(ani, place("7"), value); err != nil {
			t.Errorf("ani does not: %v", err)
		}
	})
}

// TestAgeToolOpensIt shows that what is sealed is an ordinary age file, before
// and after rewrapping: nobody depends on Netral to read their evidence.
func TestAgeToolOpensIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani := w.person("ani")
		budi := w.person("budi")
		var file bytes.Buffer
		head, err := w.v.SealTo(&file, place("7"), w.readers("ani"), strings.NewReader("bukti"))
		if err != nil {
			t.Fatal(err)
		}
		wider, err := w.v.RewrapHead(ctx, ani, place("7"), head, w.readers("ani", "budi"), why)
		if err != nil {
			t.Fatal(err)
		}
		body := file.Bytes()[:file.Len()-vault.MarkSize]
		for _, c := range []struct {
			head []byte
			h    *vault.Holder
		}{{head, ani}, {wider, ani}, {wider, budi}} {
			plain, err := age.Decrypt(io.MultiReader(bytes.NewReader(c.head), bytes.NewReader(body)), vault.Identities(c.h)...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(plain)
			if err != nil || !bytes.HasPrefix(got, []byte("netral.vault/1")) || !bytes.HasSuffix(got, []byte("bukti")) {
				t.Errorf("age opens it to %q, %v", got, err)
			}
		}
		if _, err := age.Decrypt(io.MultiReader(bytes.NewReader(head), bytes.NewReader(body)), vault.Identities(budi)...); err == nil {
			t.Error("the head from before opens for budi")
		}
		r, err := w.v.OpenFrom(ctx, budi, place("7"), wider, bytes.NewReader(file.Bytes()), why)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != "bukti" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestLargeFile seals 200 MB to a file on disk and opens it, and watches the
// memory.
func TestLargeFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if w.db.Dialect() != store.SQLite {
			return // the database has no part in it
		}
		const size = 200 << 20
		ani := w.person("ani")
		f, err := os.Create(filepath.Join(t.TempDir(), "evidence"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		start, peak := m.HeapAlloc, uint64(0)
		watch := func() {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
		head, err := w.v.SealTo(f, place("7"), w.readers("ani"), &watched{src: zeros(size), every: watch})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		r, err := w.v.OpenFrom(context.Background(), ani, place("7"), head, f, why)
		if err != nil {
			t.Fatal(err)
		}
		got, want := sha256.New(), sha256.New()
		if n, err := io.Copy(got, &watched{src: r, every: watch}); err != nil || n != size {
			t.Fatalf("%d of %d bytes, %v", n, size, err)
		}
		if _, err := io.Copy(want, zeros(size)); err != nil || !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
			t.Error("not what was sealed")
		}
		if grown := int64(peak) - int64(start); grown > 32<<20 {
			t.Errorf("the heap grew by %d MB", grown>>20)
		}
	})
}

// watched calls every once in each 4 MB or so.
type watched struct {
	src   io.Reader
	every func()
	n     int
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.src.Read(p)
	if w.n += n; w.n > 4<<20 {
		w.n = 0
		w.every()
	}
	return n, err
}

// TestDamagedFile cuts and changes a file of several pieces.
func TestDamagedFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		ani := w.person("ani")
		for _, size := range []int64{0, 1, 100, 64<<10 - 80, 64 << 10, 200_000} {
			var file bytes.Buffer
			head, err := w.v.SealTo(&file, place("7"), w.readers("ani"), zeros(size))
			if err != nil {
				t.Fatal(err)
			}
			whole := file.Bytes()
			read := func(b []byte) (int, error) {
				r, err := w.v.OpenFrom(ctx, ani, place("7"), head, bytes.NewReader(b), why)
				if err != nil {
					return 0, err
				}
				got, err := io.ReadAll(r)
				return len(got), err
			}
			if n, err := read(whole); err != nil || int64(n) != size {
				t.Fatalf("%d of %d bytes, %v", n, size, err)
			}
			n := w.size()
			looks := 0
			for _, cut := range []int{0, 1, 15, 35, 36, len(whole) / 2, len(whole) - 37, len(whole) - 36, len(whole) - 1} {
				if cut < 0 || cut >= len(whole) {
					continue
				}
				looks++
				_, err := read(whole[:cut])
				is(t, "cut", err, "vault.altered")
			}
			for _, at := range []int{0, 16, len(whole) / 2, len(whole) - 37, len(whole) - 1} {
				if at < 0 {
					continue
				}
				looks++
				bad := bytes.Clone(whole)
				bad[at] ^= 4
				_, err := read(bad)
				is(t, "changed", err, "vault.altered")
			}
			// The id of the key is in the mark; changed, it names none of ours.
			bad := bytes.Clone(whole)
			bad[len(bad)-36] ^= 1
			_, err = read(bad)
			is(t, "key id", err, "vault.key_missing")
			refused := 0
			for _, k := range w.kinds(n) {
				if k == "foundation.vault.refused" {
					refused++
				}
			}
			if refused != looks+1 {
				t.Errorf("%d refusals recorded, want %d", refused, looks+1)
			}
		}
		_, err := w.v.OpenFrom(ctx, ani, place("7"), []byte("age-encryption.org/v1\n"), bytes.NewReader(nil), why)
		is(t, "half a head", err, "vault.altered")
	})
}

func TestNothingIsSealedThatCouldBeLost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		if _, err := w.v.Seal(place("7"), vault.Readers{}, []byte("x")); err == nil {
			t.Error("sealed for nobody")
		}
		err := w.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error { _, err := w.v.Readers(ctx, tx, "nobody"); return err })
		is(t, "an owner without a key", err, "vault.no_reader")
		err = w.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error { _, err := w.v.Readers(ctx, tx); return err })
		if err == nil {
			t.Error("readers of nobody")
		}
	})
}
