package vault

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"testing"

	"filippo.io/age"
)

func bare(t testing.TB) *Vault {
	k, err := keyOf([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	v := &Vault{keys: keys{k}, cost: Cost{1, 8, 1}, turn: make(chan struct{}, 2)}
	v.rand.from = bytes.NewReader(bytes.Repeat([]byte{7}, 1<<20))
	return v
}

// FuzzSealed feeds sealed values that were changed: only the genuine one opens.
func FuzzSealed(f *testing.F) {
	v := bare(f)
	_, k, err := newPair()
	if err != nil {
		f.Fatal(err)
	}
	p := Place{"t", "c", "r"}
	good, err := v.sealSecret(p, k.Recipient(), []byte("rahasia"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0, 0})
	f.Add(binary.BigEndian.AppendUint32([]byte{1}, 1<<31))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := v.decrypt(p, b, []age.Identity{k})
		if err == nil && !bytes.Equal(b, good) {
			t.Errorf("%d bytes that were not sealed open to %q", len(b), got)
		}
		if _, err := rewrapItem(Item{Sealed: b}, []age.Identity{k}, Readers{keys: []age.Recipient{k.Recipient()}, whole: true}); err == nil {
			if _, rest, e := split(b); e != nil || len(rest) < markSize {
				t.Error("rewrapped what cannot be taken apart")
			}
		}
	})
}

// FuzzFile feeds heads and bodies of files.
func FuzzFile(f *testing.F) {
	v := bare(f)
	_, k, err := newPair()
	if err != nil {
		f.Fatal(err)
	}
	p := Place{"t", "c", "r"}
	var body bytes.Buffer
	head, err := v.SealTo(&body, p, Readers{keys: []age.Recipient{k.Recipient()}, whole: true}, bytes.NewReader([]byte("rahasia")))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(head, body.Bytes())
	f.Add([]byte("age-encryption.org/v1\n--- \n"), []byte{})
	f.Fuzz(func(t *testing.T, h, b []byte) {
		o, err := v.opener(p, h, bytes.NewReader(b), []age.Identity{k})
		if err != nil {
			return
		}
		if got, err := io.ReadAll(o); err == nil && !bytes.Equal(b, body.Bytes()) {
			t.Errorf("a file that was not sealed opens to %q", got)
		}
	})
}

// FuzzLocked feeds locked secrets; what they ask of memory is bounded.
func FuzzLocked(f *testing.F) {
	v := bare(f)
	ctx := context.Background()
	good, err := v.lock(ctx, "ani", "id", "kata sandi panjang", []byte("rahasia"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 10 { // stay quick: the bounds themselves are in TestLockBounds
			copy(b[1:9], good[1:9])
		}
		if got, err := v.unlock(ctx, "ani", "id", "kata sandi panjang", b); err == nil && !bytes.Equal(b, good) {
			t.Errorf("%x unlocks to %q", b, got)
		}
	})
}

func TestLockBounds(t *testing.T) {
	v := bare(t)
	ctx := context.Background()
	good, err := v.lock(ctx, "ani", "id", "kata sandi panjang", []byte("rahasia"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.unlock(ctx, "ani", "id", "kata sandi panjang", good); err != nil || string(got) != "rahasia" {
		t.Fatalf("%q, %v", got, err)
	}
	for name, change := range map[string]func(b []byte){
		"no passes": func(b []byte) { clear(b[1:5]) }, "many passes": func(b []byte) { b[1] = 1 },
		"no memory": func(b []byte) { clear(b[5:9]) }, "all memory": func(b []byte) { b[5] = 0xff },
		"no threads": func(b []byte) { b[9] = 0 }, "many threads": func(b []byte) { b[9] = 255 }, "version": func(b []byte) { b[0] = 9 },
	} {
		b := bytes.Clone(good)
		change(b)
		if _, err := v.unlock(ctx, "ani", "id", "kata sandi panjang", b); err != errLock { //nolint:errorlint // returned as it is
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string][3]string{"owner": {"budi", "id", "kata sandi panjang"}, "pair": {"ani", "di", "kata sandi panjang"}, "password": {"ani", "id", "kata sandi pendek"}} {
		if _, err := v.unlock(ctx, c[0], c[1], c[2], good); err != errPassword { //nolint:errorlint // returned as it is
			t.Errorf("another %s: %v", name, err)
		}
	}
}

func FuzzKeyFile(f *testing.F) {
	f.Add("NETRAL-VAULT-KEY-1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
	f.Add("")
	f.Fuzz(func(_ *testing.T, s string) { parseKey(s) }) //nolint:errcheck // it must not panic
}

// readersOf is n people and recovery.
func readersOf(b *testing.B, n int) (Readers, *age.HybridIdentity) {
	r := Readers{whole: true}
	var first *age.HybridIdentity
	for i := range n {
		_, k, err := newPair()
		if err != nil {
			b.Fatal(err)
		}
		if i == 0 {
			first = k
		}
		r.keys = append(r.keys, k.Recipient())
	}
	return r, first
}

// BenchmarkSeal seals 2 KB to three readers, of whom one is recovery.
func BenchmarkSeal(b *testing.B) {
	v := bare(b)
	r, _ := readersOf(b, 3)
	plain := bytes.Repeat([]byte("x"), 2048)
	var n int
	for b.Loop() {
		s, err := v.Seal(Place{"t", "c", "r"}, r, plain)
		if err != nil {
			b.Fatal(err)
		}
		n = len(s)
	}
	b.ReportMetric(float64(n), "bytes")
}

func BenchmarkOpen(b *testing.B) {
	v := bare(b)
	r, k := readersOf(b, 3)
	p := Place{"t", "c", "r"}
	s, err := v.Seal(p, r, bytes.Repeat([]byte("x"), 2048))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := v.decrypt(p, s, []age.Identity{k}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRewrap(b *testing.B) {
	v := bare(b)
	r, k := readersOf(b, 3)
	s, err := v.Seal(Place{"t", "c", "r"}, r, bytes.Repeat([]byte("x"), 2048))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := rewrapItem(Item{Sealed: s}, []age.Identity{k}, r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBatchSeal seals a NIK in a batch.
func BenchmarkBatchSeal(b *testing.B) {
	v := bare(b)
	v.rand.from = endless{}
	r, _ := readersOf(b, 3)
	batch, err := v.Batch(r)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := batch.Seal(Place{"merit_roster", "nik", "1"}, []byte("3171012501900001")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	v := bare(b)
	for b.Loop() {
		v.Index("merit_roster", "nik", "3171012501900001")
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
