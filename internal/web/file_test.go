package web_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"netral/internal/web/webtest"
)

func TestRedirectStaysHere(t *testing.T) {
	h := site(t, nil, nil)
	webtest.Run(t, h, nil, webtest.Scenario{URL: "/ke?to=/slip/1%3Fx=1", Status: 303, WantHeader: map[string]string{"Location": "/slip/1?x=1", "Cache-Control": "no-store"}})
	for _, to := range []string{"https://evil.example", "//evil.example", "/%5Cevil.example", "/a%0D%0AX-Bad:%201", "", "evil", "/a%20b", "%2F%09%2Fevil.example"} {
		webtest.Run(t, h, nil, webtest.Scenario{URL: "/ke?to=" + to, Status: 500, WantHeader: map[string]string{"Location": "", "X-Bad": ""}})
	}
}

func TestFile(t *testing.T) {
	h := site(t, nil, nil)
	for name, want := range map[string]string{
		"kalender.ics":                 `attachment; filename=kalender.ics`,
		"..%2F..%2Fetc%2Fpasswd":       `attachment; filename=..-..-etc-passwd`,
		"a%0D%0AX-Bad:%201":            `attachment; filename="a--X-Bad- 1"`,
		"slip%20%22x%22.json":          `attachment; filename="slip -x-.json"`,
		"surat%20ke-%C3%A9.json":       `attachment; filename*=utf-8''surat%20ke-%C3%A9.json`,
		"":                             `attachment`,
		strings.Repeat("x", 200):       `attachment; filename*=utf-8''` + strings.Repeat("x", 120) + "%E2%80%A6",
		"%E2%80%AEgnp.exe%3Cscript%3E": `attachment; filename=-gnp.exe-script-`,
	} {
		webtest.Run(t, h, nil, webtest.Scenario{URL: "/unduh?name=" + name, Want: []string{"BEGIN:VCALENDAR"}, WantHeader: map[string]string{
			"Content-Disposition": want, "X-Bad": "", "ETag": `W/"a1X-Bad:1"`, "Cache-Control": "public, max-age=3600",
		}})
	}
	same := func(tag string, status int) webtest.Scenario {
		return webtest.Scenario{Name: "If-None-Match " + tag, URL: "/unduh", Header: map[string]string{"If-None-Match": tag}, Status: status}
	}
	webtest.Run(t, h, nil,
		same(`W/"a1X-Bad:1"`, 304), same(`"x", "a1X-Bad:1"`, 304), same("*", 304), same(`"other"`, 200),
		webtest.Scenario{Name: "a type that is none", URL: "/jenis", Status: 500, WantHeader: map[string]string{"X-Bad": ""}},
		webtest.Scenario{Method: "HEAD", URL: "/unduh", WantHeader: map[string]string{"Content-Length": "1700"}, NotWant: []string{"BEGIN"}},
	)
}

func TestStatic(t *testing.T) {
	s := webtest.Shell(t, nil, nil)
	mux := http.NewServeMux()
	s.Mount(mux)
	h := s.Handler(mux)
	files, err := os.ReadDir("static")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d static files, %v", len(files), err)
	}
	hashed := regexp.MustCompile(`^/static/[a-z]+\.[0-9a-f]{12}\.[a-z]+$`)
	for _, f := range files {
		href := s.Asset(f.Name())
		if !hashed.MatchString(href) {
			t.Errorf("the address of %s is %q", f.Name(), href)
		}
		body, err := os.ReadFile(filepath.Join("static", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", href, nil))
		if w.Code != 200 || w.Body.String() != string(body) {
			t.Errorf("%s: status %d, %d bytes, want %d", href, w.Code, w.Body.Len(), len(body))
		}
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %s", href, got)
		}
	}
	css := s.Asset("app.css")
	webtest.Run(t, h, nil,
		webtest.Scenario{URL: css, Header: map[string]string{"Accept-Encoding": "gzip"}, WantHeader: map[string]string{"Content-Encoding": "gzip", "Content-Type": "text/css; charset=utf-8", "Vary": "Accept-Encoding"}},
		webtest.Scenario{Method: "HEAD", URL: css, NotWant: []string{"color"}},
		webtest.Scenario{Method: "POST", URL: css, Status: 405},
		webtest.Scenario{URL: "/static/app.css", Status: 404},
		webtest.Scenario{URL: "/static/", Status: 404},
		webtest.Scenario{URL: "/static/%2e%2e%2fdoc.go", Status: 404},
		webtest.Scenario{URL: "/static/..%2f..%2f..%2fgo.mod", Status: 404},
		webtest.Scenario{URL: "/static/app.css%00", Status: 404},
		webtest.Scenario{URL: "/static/../doc.go", Status: 307, WantHeader: map[string]string{"Location": "/doc.go"}},
	)
}

// What a page may not have cannot be written by accident: neither in a
// template nor, for the style sheet, from elsewhere.
func TestSources(t *testing.T) {
	bad := regexp.MustCompile(`(?i)\sstyle=|<style|<script|\son[a-z]+=|javascript:`)
	n := 0
	for _, dir := range []string{".", "ui"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.templ"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			n++
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if f == "layout.templ" { // the one way for a page to have a script: Page.Script
				b = bytes.Replace(b, []byte(`<script src={ p.Script } defer></script>`), nil, 1)
			}
			if m := bad.Find(b); m != nil {
				t.Errorf("%s has %q", f, m)
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d templates found: the walk is broken", n)
	}
	css, err := os.ReadFile("static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	// A page may weigh 60 KB with all its assets; the sheet is sent compressed and
	// is a part of every page.
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(css); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const most = 8 << 10
	if packed.Len() > most {
		t.Errorf("the style sheet has %d bytes on the wire, at most %d", packed.Len(), most)
	}
	if m := regexp.MustCompile(`(?i)url\(|@import|://`).Find(css); m != nil {
		t.Errorf("the style sheet loads something: %q", m)
	}
	if open, closed := strings.Count(string(css), "{"), strings.Count(string(css), "}"); open != closed {
		t.Errorf("the style sheet opens %d blocks and closes %d", open, closed)
	}
}
