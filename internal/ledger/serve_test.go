package ledger_test

import (
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
)

func TestServe(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		bulk(t, book, 256+44)
		mux := http.NewServeMux()
		mux.Handle("/catatan/", http.StripPrefix("/catatan", book.Handler()))
		ask := func(method, path string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest(method, path, nil))
			return w
		}
		w := ask("GET", "/catatan/checkpoint")
		if w.Code != 200 || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" || w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("checkpoint: %d %v", w.Code, w.Header())
		}
		n, err := note.Open(w.Body.Bytes(), note.VerifierList(book.Verifier()))
		if err != nil {
			t.Fatal(err)
		}
		tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + n.Text[len(ledgertest.Origin)+1:]))
		if err != nil || tree.N != 300 {
			t.Fatalf("tree: %+v, %v", tree, err)
		}
		for path, size := range map[string]int{
			"tile/0/000": 256 * 32, "tile/0/001.p/44": 44 * 32, "tile/0/001.p/1": 32, "tile/0/000.p/255": 255 * 32, "tile/1/000.p/1": 32,
		} {
			w := ask("GET", "/catatan/"+path)
			h := w.Header()
			if w.Code != 200 || w.Body.Len() != size || h.Get("Content-Type") != "application/octet-stream" || h.Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("%s: %d, %d bytes, %v", path, w.Code, w.Body.Len(), h)
			}
		}
		// The tiles make the signed tree, the bundles its leaves.
		hashes := ask("GET", "/catatan/tile/0/000").Body.Bytes()
		rest := ask("GET", "/catatan/tile/entries/000").Body.Bytes()
		for i := range 256 {
			size := int(binary.BigEndian.Uint16(rest))
			leaf := rest[2 : 2+size]
			rest = rest[2+size:]
			if _, err := ledger.ParseLeaf(leaf); err != nil {
				t.Fatalf("entry %d: %v", i, err)
			}
			if h := tlog.RecordHash(leaf); string(h[:]) != string(hashes[32*i:32*i+32]) {
				t.Fatalf("entry %d is not under its hash", i)
			}
		}
		if len(rest) != 0 {
			t.Errorf("%d bytes are left of the bundle", len(rest))
		}
		for _, path := range []string{
			"tile/0/001", "tile/0/001.p/45", "tile/0/002.p/1", "tile/1/000", "tile/1/000.p/2", "tile/2/000.p/1", "tile/entries/001",
			"tile/entries/001.p/45", "tile/0/000.p/256", "tile/0/0", "tile/0/00%30", "tile/0/x000/000", "", "x", "checkpoint/", "tile/7/x999/999.p/1",
		} {
			if w := ask("GET", "/catatan/"+path); w.Code != 404 || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %v", path, w.Code, w.Header())
			}
		}
		if w := ask("POST", "/catatan/checkpoint"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("POST: %d %v", w.Code, w.Header())
		}
	})
}

// serveMany asks for one address again and again.
func serveMany(b *testing.B, book *ledger.Book, path string) {
	h := book.Handler()
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 {
			b.Fatalf("%s: %d", path, w.Code)
		}
	}
}
