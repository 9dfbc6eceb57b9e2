package ledger_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// sqliteBook is a log for tests in which the engine does not matter.
func sqliteBook(tb testing.TB, change ...func(*ledger.Config)) *ledger.Book {
	tb.Helper()
	return ledgertest.Open(tb, storetest.Open(tb, storetest.SQLite(tb, ledgertest.Lines()...)), change...)
}

// Whatever single byte of a proof or its leaf is changed, left out or added,
// the padding bits of base64 included, the proof is refused.
func TestEveryByteOfAProofCounts(t *testing.T) {
	for name, size := range map[string]int{"one entry": 1, "seven entries": 7} {
		t.Run(name, func(t *testing.T) {
			w := newWitness(t, "witness.test/satu")
			book := sqliteBook(t, func(c *ledger.Config) { c.Witnesses = []note.Verifier{w.verifier(t)} })
			all := write(t, book, size)
			if _, err := book.Cosign(t.Context(), w.use()); err != nil {
				t.Fatal(err)
			}
			r := all[size/2]
			p, err := book.Proof(t.Context(), r.Index)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Checkpoint.Witnesses(); len(got) != 1 || got[0] != "witness.test/satu" {
				t.Fatalf("witnesses in the proof: %v", got)
			}
			text := p.Marshal()
			holds := func(text, leaf []byte) bool {
				p, err := ledger.ParseProof(text)
				if err != nil {
					return false
				}
				if !bytes.Equal(p.Marshal(), text) {
					t.Errorf("read, and written differently: %q", text)
				}
				return p.Check(leaf, book.Verifier(), w.verifier(t)) == nil
			}
			if !holds(text, r.Leaf) {
				t.Fatalf("the proof does not hold:\n%s", text)
			}
			for i := range text {
				bad := bytes.Clone(text)
				for _, v := range []byte{'\n', '\r', ' ', '=', '+', 'A', '0', 0,
					text[i] ^ 1, text[i] ^ 2, text[i] ^ 4, text[i] ^ 8, text[i] ^ 16, text[i] ^ 32, text[i] ^ 64, text[i] ^ 128, text[i] + 1, text[i] - 1} {
					if bad[i] = v; v != text[i] && holds(bad, r.Leaf) {
						t.Errorf("byte %d of the proof, %q, may be %q", i, text[i], v)
					}
				}
				if holds(append(bytes.Clone(text[:i]), text[i+1:]...), r.Leaf) {
					t.Errorf("byte %d of the proof may be left out", i)
				}
				// Without the whole line of a witness it is still a proof, with
				// fewer signatures.
				if i != bytes.LastIndex(text, []byte("—")) && holds(text[:i], r.Leaf) {
					t.Errorf("the proof may end at %d", i)
				}
			}
			for i := range r.Leaf {
				bad := bytes.Clone(r.Leaf)
				bad[i] ^= 1
				if holds(text, bad) {
					t.Errorf("byte %d of the leaf may be changed", i)
				}
			}
			for _, more := range []string{"\n", " ", "x", "— a b\n", string(text[bytes.LastIndex(text, []byte("—")):])} {
				if holds(append(bytes.Clone(text), more...), r.Leaf) {
					t.Errorf("%q may be added", more)
				}
			}
			if err := p.Check(r.Leaf, book.Verifier()); fault.Of(err) == nil || fault.Of(err).Key != "ledger.unknown_witness" {
				t.Errorf("a signature that cannot be checked: %v", err)
			}
		})
	}
}

func TestProofOfAnotherLog(t *testing.T) {
	book := sqliteBook(t)
	r := write(t, book, 3)[1]
	p, err := book.Proof(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ origin, key string }{
		"other name": {"netral.test/lain", "ledger.other_log"},
		"other key":  {ledgertest.Origin, "ledger.no_signature"},
	} {
		k, err := ledger.NewKey(c.origin, ledgertest.Rand(77))
		if err != nil {
			t.Fatal(err)
		}
		if f := fault.Of(p.Check(r.Leaf, k.Verifier())); f == nil || f.Key != c.key {
			t.Errorf("%s: %v", name, f)
		}
	}
	if f := fault.Of(p.Check([]byte("x"), book.Verifier())); f == nil || f.Key != "ledger.not_included" {
		t.Errorf("another leaf: %v", f)
	}
}

func TestVerifierFromText(t *testing.T) {
	book := sqliteBook(t)
	r := write(t, book, 2)[0]
	p, err := book.Proof(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	v, err := ledger.NewVerifier(book.VKey())
	if err != nil || p.Check(r.Leaf, v) != nil {
		t.Errorf("checked with the published key: %v", err)
	}
	for _, bad := range []string{"", "x", book.VKey()[1:], book.VKey()[:40], newWitness(t, "witness.test/satu").vkey()} {
		if _, err := ledger.NewVerifier(bad); fault.Of(err) == nil || fault.Of(err).Key != "ledger.vkey" {
			t.Errorf("key %q: %v", bad, err)
		}
	}
}

func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kunci")
	var wg sync.WaitGroup
	vkeys := make([]string, 8)
	for i := range vkeys {
		wg.Go(func() {
			k, err := ledger.LoadOrCreateKey(path, "netral.test/a", ledgertest.Rand(byte(i)))
			if err != nil {
				t.Error(err)
				return
			}
			vkeys[i] = k.VKey()
		})
	}
	wg.Wait()
	for _, v := range vkeys {
		if v != vkeys[0] || v == "" {
			t.Errorf("several keys: %q", vkeys)
			break
		}
	}
	if _, err := note.NewVerifier(vkeys[0]); err != nil {
		t.Errorf("the public key is none: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	key := func(want, path, origin string) {
		t.Helper()
		_, err := ledger.LoadOrCreateKey(path, origin, ledgertest.Rand(1))
		f := fault.Of(err)
		if f == nil || f.Key != want {
			t.Errorf("want %s: %v", want, err)
		}
		if f != nil && strings.Contains(f.Error(), "PRIVATE") {
			t.Errorf("the private key is in the error: %v", err)
		}
	}
	key("ledger.key_origin", path, "netral.test/b")
	key("ledger.origin", filepath.Join(dir, "x"), "a b")
	key("ledger.origin", filepath.Join(dir, "x"), "a+b")
	key("ledger.origin", filepath.Join(dir, "x"), "")
	key("ledger.key_write", filepath.Join(dir, "none", "x"), "netral.test/a")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	key("ledger.key_mode", path, "netral.test/a")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-10] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	key("ledger.key_read", path, "netral.test/a")
}

func FuzzParseProof(f *testing.F) {
	book := sqliteBook(f)
	r := write(f, book, 5)
	for i := range r {
		p, err := book.Proof(f.Context(), int64(i))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p.Marshal(), r[i].Leaf)
	}
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra eA==\nindex 0\n\na\n1\n"), []byte("x"))
	f.Fuzz(func(t *testing.T, b, leaf []byte) {
		p, err := ledger.ParseProof(b)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Marshal(), b) {
			t.Errorf("%q was read and is written as %q", b, p.Marshal())
		}
		if p.Check(leaf, book.Verifier()) == nil && (p.Index >= int64(len(r)) || !bytes.Equal(leaf, r[p.Index].Leaf)) {
			t.Errorf("%q shows what was never recorded", b)
		}
	})
}

func FuzzParseCheckpoint(f *testing.F) {
	book := sqliteBook(f)
	for range 3 {
		write(f, book, 1)
		b, err := book.Checkpoint(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	known := note.VerifierList(book.Verifier())
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ledger.ParseCheckpoint(b)
		if err != nil {
			return
		}
		if !bytes.Equal(c.Marshal(), b) {
			t.Errorf("%q was read and is written as %q", b, c.Marshal())
		}
		// Stricter than the reference, never looser.
		if c.Check(book.Verifier()) == nil {
			if _, err := note.Open(b, known); err != nil {
				t.Errorf("%q passes here and not there: %v", b, err)
			}
		}
	})
}

// A proof handed out stays true while the log grows.
func TestOldProofsStayTrue(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		r := write(t, book, 1)[0]
		p, err := book.Proof(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		text := p.Marshal()
		bulk(t, book, 300)
		again, err := ledger.ParseProof(text)
		if err != nil || again.Check(r.Leaf, book.Verifier()) != nil {
			t.Errorf("the old proof: %v", err)
		}
		rep, err := book.Verify(t.Context(), again.Checkpoint.Marshal())
		if err != nil || !rep.Clean() {
			t.Errorf("the paper's checkpoint against the log: %+v, %v", rep.Problems, err)
		}
	})
}
