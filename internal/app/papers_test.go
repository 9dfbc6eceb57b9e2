package app

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/merit/appoint"
)

// issuedPapers takes all papers of a decree that is in force, asks the policies
// who may have them, and checks one on the command line without the house.
func issuedPapers(t *testing.T, h *house, office actor.Actor, b appoint.Batch, person, post string) {
	t.Helper()
	ctx := t.Context()
	own := actor.Actor{ID: "account:own", Lang: "id", Via: "page", Person: person, Grants: []actor.Grant{{Role: "employee"}}}
	other := actor.Actor{ID: "account:other", Lang: "id", Via: "page", Person: "somebody-else", Grants: []actor.Grant{{Role: "employee"}}}
	for _, x := range []struct {
		paper, post string
		mine        bool // who it is about may have it
	}{{appoint.PaperDecree, "", false}, {appoint.PaperOath, "", false}, {appoint.PaperExtract, post, true}, {appoint.PaperDuty, post, true}} {
		p, err := h.appoint.Paper(ctx, office, x.paper, b.ID, x.post)
		if err != nil {
			t.Errorf("%s: %v", x.paper, err)
			continue
		}
		if out := os.Getenv("NETRAL_PAPERS"); out != "" {
			_ = os.WriteFile(filepath.Join(out, "house-"+x.paper+".pdf"), p.Body, 0o600)
		}
		if _, err := h.appoint.Paper(ctx, other, x.paper, b.ID, x.post); err == nil {
			t.Errorf("%s: another employee has it", x.paper)
		}
		if _, err := h.appoint.Paper(ctx, own, x.paper, b.ID, x.post); (err == nil) != x.mine {
			t.Errorf("%s: who it is about: %v", x.paper, err)
		}
	}

	handler, _, err := h.handler(site{Addr: "127.0.0.1:8080"})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:8080"+path, nil))
		return w
	}
	for _, path := range []string{"/kantor/pelantikan/" + b.ID + "/keputusan.pdf", "/api/v1/appoint/batches/" + b.ID + "/decree.pdf", "/kantor/naskah", "/kantor/naskah/petikan/contoh.pdf"} {
		if w := get(path); w.Code < 300 || strings.HasPrefix(w.Body.String(), "%PDF") {
			t.Errorf("%s answers %d to whoever is nobody", path, w.Code)
		}
	}
	root := get("/naskah/sertifikat.pem")
	if root.Code != http.StatusOK || get("/naskah").Code != http.StatusOK {
		t.Errorf("the public pages: %d, %d", root.Code, get("/naskah").Code)
	}

	p, err := h.appoint.Paper(ctx, office, appoint.PaperDuty, b.ID, post)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put := func(name string, body []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	pem, paper := put("root.pem", root.Body.Bytes()), put("spmt.pdf", p.Body)
	command := func(file string) (string, int) {
		var out bytes.Buffer
		code := Main([]string{"verify", "letter", "--lang", "en", "--certificate", pem, "--key", h.key.VKey(), file}, nil, &out, &out, func(string) string { return "" })
		return out.String(), code
	}
	if out, code := command(paper); code != 0 || !strings.Contains(out, "agrees with the record, entry") || !strings.Contains(out, "Segel Elektronik (peraga)") {
		t.Errorf("on the command line: %d %s", code, out)
	}
	if out, code := command(put("altered.pdf", bytes.Replace(p.Body, []byte("/Title"), []byte("/Titel"), 1))); code == 0 || !strings.Contains(out, "changed after it was sealed") {
		t.Errorf("altered, on the command line: %d %s", code, out)
	}
	if files, err := letter.Files(p.Body); err != nil || len(files) != 1 {
		t.Errorf("carried: %v, %v", files, err)
	}
	if r, err := h.archive.Check(ctx, actor.Anonymous("page", "id"), p.Body); err != nil || r.State != archive.Genuine {
		t.Errorf("in the archive: %s, %v", r.State, err)
	}
}
