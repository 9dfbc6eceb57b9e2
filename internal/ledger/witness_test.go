package ledger_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// witness is an outside witness as the protocol describes it, written from the
// specification for these tests; the module in verify/ asks a real one.
type witness struct {
	srv  *httptest.Server
	name string
	key  ed25519.PrivateKey

	mu    sync.Mutex
	size  int64
	root  tlog.Hash
	calls []string // what was asked: old → new, and the answer

	answer func(w http.ResponseWriter) bool // true: answered out of order
}

func newWitness(tb testing.TB, name string) *witness {
	tb.Helper()
	seed := sha256.Sum256([]byte(name))
	w := &witness{name: name, key: ed25519.NewKeyFromSeed(seed[:])}
	w.srv = httptest.NewServer(http.HandlerFunc(w.serve))
	tb.Cleanup(w.srv.Close)
	return w
}

func (w *witness) raw() []byte { return append([]byte{4}, w.key.Public().(ed25519.PublicKey)...) }

func (w *witness) hash() []byte {
	sum := sha256.Sum256(append([]byte(w.name+"\n"), w.raw()...))
	return sum[:4]
}

func (w *witness) vkey() string {
	return fmt.Sprintf("%s+%x+%s", w.name, w.hash(), base64.StdEncoding.EncodeToString(w.raw()))
}

func (w *witness) verifier(tb testing.TB) note.Verifier {
	tb.Helper()
	v, err := ledger.NewWitnessVerifier(w.vkey())
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func (w *witness) use() ledger.Witness {
	return ledger.Witness{URL: w.srv.URL + "/prefix/", VKey: w.vkey(), Client: w.srv.Client()}
}

func (w *witness) serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.answer != nil && w.answer(rw) {
		return
	}
	if r.Method != http.MethodPost || r.URL.Path != "/prefix/add-checkpoint" {
		http.NotFound(rw, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	head, cp, ok := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	oldText, isOld := strings.CutPrefix(lines[0], "old ")
	old, err2 := strconv.ParseInt(oldText, 10, 64)
	part := strings.SplitN(cp, "\n", 4)
	if err != nil || err2 != nil || !ok || !isOld || len(part) != 4 {
		http.Error(rw, "bad request", http.StatusBadRequest)
		return
	}
	size, _ := strconv.ParseInt(part[1], 10, 64)
	root, _ := tlog.ParseHash(part[2])
	say := func(code int) { w.calls = append(w.calls, fmt.Sprintf("%d→%d %d", old, size, code)) }
	if old != w.size {
		say(409)
		rw.Header().Set("Content-Type", "text/x.tlog.size")
		rw.WriteHeader(http.StatusConflict)
		fmt.Fprintf(rw, "%d\n", w.size)
		return
	}
	var proof tlog.TreeProof
	for _, l := range lines[1:] {
		h, err := tlog.ParseHash(l)
		if err != nil {
			http.Error(rw, "bad hash", http.StatusBadRequest)
			return
		}
		proof = append(proof, h)
	}
	if old == 0 && len(proof) > 0 || old > 0 && tlog.CheckTree(proof, size, root, old, w.root) != nil {
		say(422)
		http.Error(rw, "inconsistent", http.StatusUnprocessableEntity)
		return
	}
	w.size, w.root = size, root
	say(200)
	const now = 1_700_000_000
	text := strings.Join(part[:3], "\n") + "\n"
	sig := binary.BigEndian.AppendUint64(w.hash(), now)
	sig = append(sig, ed25519.Sign(w.key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", now, text))...)
	fmt.Fprintf(rw, "— somebody.else/w1 %s\n— %s %s\n", base64.StdEncoding.EncodeToString(make([]byte, 76)), w.name, base64.StdEncoding.EncodeToString(sig))
}

func TestCosign(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, db *store.DB, book *ledger.Book) {
		ctx := t.Context()
		w := newWitness(t, "witness.test/satu")
		if _, err := book.Cosign(ctx, w.use()); !errors.Is(err, fault.Conflict) {
			t.Errorf("cosigning nothing: %v", err)
		}
		if _, err := book.Witnessed(ctx); !errors.Is(err, fault.NotFound) {
			t.Errorf("witnessed before: %v", err)
		}
		write(t, book, 3)
		got, err := book.Cosign(ctx, w.use())
		if err != nil {
			t.Fatal(err)
		}
		carries := func(text []byte) {
			t.Helper()
			n, err := note.Open(text, note.VerifierList(book.Verifier(), w.verifier(t)))
			if err != nil || len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 {
				t.Errorf("opened: %+v, %v\n%s", n, err, text)
			}
		}
		carries(got)
		now, err := book.Checkpoint(ctx)
		if err != nil || string(now) != string(got) {
			t.Errorf("the checkpoint does not carry the cosignature: %v\n%s", err, now)
		}
		// Again at the same size, then after growth, then after the witness
		// heard of it from somebody else, then with a witness that forgot.
		if _, err := book.Cosign(ctx, w.use()); err != nil {
			t.Error(err)
		}
		write(t, book, 4)
		if _, err := book.Cosign(ctx, w.use()); err != nil {
			t.Error(err)
		}
		do(t, db, `DELETE FROM ledger_cosignature WHERE size = 7`)
		write(t, book, 2)
		if _, err := book.Cosign(ctx, w.use()); err != nil {
			t.Error(err)
		}
		if got, want := strings.Join(w.calls, ", "), "0→3 200, 3→3 200, 3→7 200, 3→9 409, 7→9 200"; got != want {
			t.Errorf("calls: %s\nwant:  %s", got, want)
		}
		write(t, book, 1)
		last, err := book.Witnessed(ctx)
		if err != nil || !strings.Contains(string(last), "\n9\n") {
			t.Errorf("witnessed: %s %v", last, err)
		}
		carries(last)
		if r := ledgertest.Clean(t, book); r.Cosignatures != 2 {
			t.Errorf("report: %+v", r)
		}
	})
}

func TestWitnessThatMisbehaves(t *testing.T) {
	answer := func(code int, kind, body string) func(http.ResponseWriter) bool {
		return func(w http.ResponseWriter) bool {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(code)
			io.WriteString(w, body) //nolint:errcheck // a test's client
			return true
		}
	}
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter) bool
		key    string
	}{
		"not known":           {answer(404, "text/plain", "no"), "ledger.witness_refused"},
		"redirect":            {answer(302, "text/plain", "no"), "ledger.witness_refused"},
		"ahead":               {answer(409, "text/x.tlog.size", "99\n"), "ledger.witness_ahead"},
		"the same size again": {answer(409, "text/x.tlog.size", "0\n"), "ledger.witness_refused"},
		"no size":             {answer(409, "text/plain", "2\n"), "ledger.witness_refused"},
		"a size with a sign":  {answer(409, "text/x.tlog.size", "+2\n"), "ledger.witness_refused"},
		"empty":               {answer(200, "text/plain", ""), "ledger.witness_answer"},
		"rubbish":             {answer(200, "text/plain", strings.Repeat("— x y\n", 50)), "ledger.witness_answer"},
		"endless":             {answer(200, "text/plain", strings.Repeat("x", 1<<20)), "ledger.witness_down"},
		"a false signature": {func(w http.ResponseWriter) bool {
			self := newWitness(t, "witness.test/satu")
			sig := append(self.hash(), make([]byte, 72)...)
			fmt.Fprintf(w, "— %s %s\n", self.name, base64.StdEncoding.EncodeToString(sig))
			return true
		}, "ledger.witness_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWitness(t, "witness.test/satu")
			w.answer = c.answer
			book := sqliteBook(t)
			write(t, book, 3)
			_, err := book.Cosign(t.Context(), w.use())
			if f := fault.Of(err); f == nil || f.Key != c.key {
				t.Errorf("err = %v, want %s", err, c.key)
			}
			if r := ledgertest.Clean(t, book); r.Cosignatures != 0 {
				t.Error("something was kept")
			}
		})
	}
	book := sqliteBook(t)
	write(t, book, 1)
	w := newWitness(t, "witness.test/satu")
	good := w.vkey()
	for _, vkey := range []string{"", "x", book.VKey(), good + "A", strings.Replace(good, "satu", "dua", 1)} {
		if _, err := book.Cosign(t.Context(), ledger.Witness{URL: w.srv.URL, VKey: vkey}); fault.Of(err) == nil || fault.Of(err).Key != "ledger.witness_key" {
			t.Errorf("key %q: %v", vkey, err)
		}
	}
	for _, u := range []string{"", "x", "file:///etc", "http://", "https://a:b@c/", "http://a/?b", "http://a/#b"} {
		if _, err := book.Cosign(t.Context(), ledger.Witness{URL: u, VKey: good}); fault.Of(err) == nil || fault.Of(err).Key != "ledger.witness_url" {
			t.Errorf("address %q: %v", u, err)
		}
	}
	w.srv.Close()
	if _, err := book.Cosign(t.Context(), ledger.Witness{URL: w.srv.URL, VKey: good}); fault.Of(err) == nil || fault.Of(err).Key != "ledger.witness_down" {
		t.Errorf("a witness that is down: %v", err)
	}
}

func TestChangedCosignatureIsFoundAndNotServed(t *testing.T) {
	storetest.Each(t, ledgertest.Lines(), func(t *testing.T, db *store.DB) {
		book := ledgertest.Open(t, db)
		w := newWitness(t, "witness.test/satu")
		write(t, book, 2)
		if _, err := book.Cosign(t.Context(), w.use()); err != nil {
			t.Fatal(err)
		}
		do(t, db, `UPDATE ledger_cosignature SET line = REPLACE(line, 'AAAAB', 'AAAAC')`)
		r, err := book.Verify(t.Context())
		if err != nil || len(r.Problems) != 1 || r.Problems[0].Key != "ledger.wrong.cosignature" || r.Problems[0].Index != 2 {
			t.Errorf("report: %+v, %v", r, err)
		}
		text, err := book.Checkpoint(t.Context())
		if err != nil || strings.Contains(string(text), w.name) {
			t.Errorf("served: %s %v", text, err)
		}
	})
}
