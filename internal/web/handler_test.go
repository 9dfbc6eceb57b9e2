package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/a-h/templ"

	"netral/internal/fault"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// page is a small page that shows what it is given.
func page(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<h1>"+templ.EscapeString(s)+"</h1>")
		return err
	})
}

// site is a shell with a few routes that behave and some that do not.
func site(t testing.TB, log io.Writer, change func(*web.Config)) http.Handler {
	t.Helper()
	s := webtest.Shell(t, log, change)
	mux := http.NewServeMux()
	s.Mount(mux)
	s.Handle(mux, "GET /{$}", func(r *web.Request) (web.Response, error) {
		return web.Page{Title: "Depan", Body: page("depan " + r.Lang)}, nil
	})
	s.Handle(mux, "GET /orang/{id}", func(r *web.Request) (web.Response, error) {
		return web.Page{Title: "Orang", Body: page("orang")}, nil
	})
	s.Handle(mux, "POST /tanya", func(r *web.Request) (web.Response, error) {
		v, err := r.Values()
		if err != nil {
			return nil, err
		}
		return web.Page{Title: "Jawab", Body: page(r.Lang + "|" + v.Encode()), Keep: &web.Keep{Action: "/tanya", Fields: v}}, nil
	})
	s.Handle(mux, "POST /berkas", func(r *web.Request) (web.Response, error) {
		u, err := r.Upload("slip")
		if err != nil {
			return nil, err
		}
		if u == nil {
			return web.Page{Title: "x", Body: page("kosong")}, nil
		}
		return web.Page{Title: "x", Body: page(u.Name + "|" + string(u.Body))}, nil
	})
	s.Handle(mux, "GET /panik", func(*web.Request) (web.Response, error) { panic("boom secret") })
	mux.HandleFunc("GET /panik-terlambat", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("late")
	})
	s.Handle(mux, "GET /kosong", func(*web.Request) (web.Response, error) { return nil, nil })
	s.Handle(mux, "GET /tanpa-isi", func(*web.Request) (web.Response, error) { return web.Page{Title: "x"}, nil })
	s.Handle(mux, "GET /setengah", func(*web.Request) (web.Response, error) {
		return web.Page{Title: "x", Body: templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "half a page")
			return errors.New("the rest is missing")
		})}, nil
	})
	s.Handle(mux, "GET /panjang", func(*web.Request) (web.Response, error) {
		return web.Page{Title: "x", Body: page(strings.Repeat("panjang ", 1000))}, nil
	})
	s.Handle(mux, "GET /ke", func(r *web.Request) (web.Response, error) {
		return web.Redirect{To: r.URL.Query().Get("to")}, nil
	})
	s.Handle(mux, "GET /unduh", func(r *web.Request) (web.Response, error) {
		return web.File{Name: r.URL.Query().Get("name"), Type: "text/calendar; charset=utf-8", Body: []byte(strings.Repeat("BEGIN:VCALENDAR\r\n", 100)), ETag: "a1\r\nX-Bad: 1\"", MaxAge: time.Hour}, nil
	})
	s.Handle(mux, "GET /jenis", func(r *web.Request) (web.Response, error) {
		return web.File{Type: "text/plain\r\nX-Bad: 1", Body: []byte("x")}, nil
	})
	s.Handle(mux, "GET /salah/{kind}", func(r *web.Request) (web.Response, error) {
		for _, k := range fault.Kinds() {
			if k.String() == r.PathValue("kind") {
				return nil, fault.Wrap(k, errors.New("the cause"), "fault.internal")
			}
		}
		return nil, fault.New(fault.NotFound, "web.not_found")
	})
	s.Handle(mux, "GET /lama", func(r *web.Request) (web.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	return s.Handler(mux)
}

func TestStatusOfEveryKind(t *testing.T) {
	want := map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 422, fault.Denied: 403, fault.NotFound: 404,
		fault.Conflict: 409, fault.Busy: 503, fault.TooLarge: 413,
		fault.SignIn: 401, fault.Stale: 412, fault.TooMany: 429,
	}
	h := site(t, nil, nil)
	for _, k := range fault.Kinds() {
		status, ok := want[k]
		if !ok {
			t.Errorf("the kind %s has no status in this test", k)
			continue
		}
		if got := web.Status(k); got != status {
			t.Errorf("Status(%s) = %d, want %d", k, got, status)
		}
		for _, lang := range []string{"id", "en"} {
			webtest.Run(t, h, nil, webtest.Scenario{
				Name: k.String() + "/" + lang, URL: "/salah/" + k.String(), Lang: lang, Status: status,
				Want: []string{`<html lang="` + lang, "<h1>"}, NotWant: []string{"the cause"},
			})
		}
	}
}

func TestRoutes(t *testing.T) {
	h := site(t, nil, nil)
	webtest.Run(t, h, nil,
		webtest.Scenario{URL: "/", Want: []string{"<h1>depan id</h1>", "19 Oktober 2023", "id-asn 2023-1", "Pemerintah Provinsi DKI Jakarta", "/privasi"},
			WantHeader: map[string]string{"Content-Language": "id", "Cache-Control": "private, no-cache", "Strict-Transport-Security": ""}},
		webtest.Scenario{Method: "HEAD", URL: "/", NotWant: []string{"h1"}},
		webtest.Scenario{URL: "/tidak-ada", Status: 404, Want: []string{"Halaman tidak ditemukan"}},
		webtest.Scenario{URL: "/tidak-ada", Lang: "en", Status: 404, Want: []string{"Page not found"}},
		webtest.Scenario{Method: "DELETE", URL: "/tanya", Status: 405, Want: []string{"DELETE", "POST"}, WantHeader: map[string]string{"Allow": "POST"}},
		webtest.Scenario{Method: "GET", URL: "/tanya", Lang: "en", Status: 405, Want: []string{"This page is not opened that way"}},
		webtest.Scenario{Method: "BREW", URL: "/tanya", Status: 405, NotWant: []string{"BREW"}},
		webtest.Scenario{URL: "/orang/../orang/7", Status: 307, WantHeader: map[string]string{"Location": "/orang/7"}},
		webtest.Scenario{URL: "/kosong", Status: 500, Want: []string{"Terjadi kesalahan"}},
		webtest.Scenario{URL: "/tanpa-isi", Status: 500},
		webtest.Scenario{Name: "no half page", URL: "/setengah", Status: 500, Want: []string{"Terjadi kesalahan"}, NotWant: []string{"half a page"}},
		webtest.Scenario{URL: "/privasi", Want: []string{"Alamat IP"}},
		webtest.Scenario{URL: "/sehat", Want: []string{`{"ok":true}`}},
		webtest.Scenario{URL: "/sehat/hidup", Want: []string{`{"ok":true}`}},
		webtest.Scenario{URL: "/sehat/siap", Want: []string{`{"ok":true}`}, WantHeader: map[string]string{"Cache-Control": "no-store"}},
	)
	down := site(t, nil, func(c *web.Config) { c.Ready = func(context.Context) error { return errors.New("disk is gone") } })
	webtest.Run(t, down, nil,
		webtest.Scenario{Name: "down", URL: "/sehat/siap", Status: 503, Want: []string{`{"ok":false}`}, NotWant: []string{"disk"}},
		webtest.Scenario{Name: "down but alive", URL: "/sehat/hidup", Want: []string{`{"ok":true}`}},
	)
}

func TestHeaders(t *testing.T) {
	for _, url := range []string{"/", "/tidak-ada", "/panik", "/sehat"} {
		w := httptest.NewRecorder()
		site(t, nil, func(c *web.Config) { c.HTTPS = true }).ServeHTTP(w, httptest.NewRequest("GET", url, nil))
		for name, want := range map[string]string{
			"Content-Security-Policy":   "default-src 'none'",
			"X-Content-Type-Options":    "nosniff",
			"Referrer-Policy":           "same-origin",
			"Strict-Transport-Security": "max-age=31536000",
			"X-Frame-Options":           "DENY",
		} {
			if got := w.Header().Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q, want %q", url, name, got, want)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || !strings.Contains(csp, "form-action 'self'") {
			t.Errorf("policy %q", csp)
		}
		if id := w.Header().Get("X-Request-Id"); len(id) != 16 {
			t.Errorf("%s: request number %q", url, id)
		}
	}
}

func TestRandomness(t *testing.T) {
	for _, r := range []io.Reader{strings.NewReader("0123456789"), iotest.ErrReader(io.ErrUnexpectedEOF)} {
		w := httptest.NewRecorder()
		site(t, nil, func(c *web.Config) { c.Rand = r }).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header().Get("X-Request-Id"); w.Code != 200 || got != "gaytemzugu3doobz" && got != "00000000" {
			t.Errorf("status %d, request number %q", w.Code, got)
		}
	}
}

func TestOtherSites(t *testing.T) {
	h := site(t, nil, func(c *web.Config) { c.Origins = []string{"https://portal.jakarta.example"} })
	post := func(name string, header map[string]string, status int) webtest.Scenario {
		return webtest.Scenario{Name: name, URL: "/tanya", Form: url.Values{"a": {"1"}}, Header: header, Status: status}
	}
	webtest.Run(t, h, nil,
		post("another site", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403),
		post("a sister site", map[string]string{"Sec-Fetch-Site": "same-site"}, 403),
		post("an old browser on another site", map[string]string{"Origin": "https://evil.example"}, 403),
		post("no browser", nil, 200),
		post("this site", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200),
		post("a trusted site", map[string]string{"Origin": "https://portal.jakarta.example", "Sec-Fetch-Site": "cross-site"}, 200),
		webtest.Scenario{Name: "the language", URL: "/bahasa", Form: url.Values{"_lang": {"en"}}, Header: map[string]string{"Sec-Fetch-Site": "cross-site"}, Status: 403, WantHeader: map[string]string{"Set-Cookie": ""}},
		webtest.Scenario{Name: "reading", URL: "/", Header: map[string]string{"Sec-Fetch-Site": "cross-site"}},
	)
	if _, err := web.New(web.Config{}); err == nil {
		t.Error("a shell without texts was made")
	}
}

func TestPanic(t *testing.T) {
	var log bytes.Buffer
	h := site(t, &log, nil)
	webtest.Run(t, h, nil, webtest.Scenario{URL: "/panik", Status: 500, Want: []string{"Terjadi kesalahan"}, NotWant: []string{"boom"}})
	if got := log.String(); strings.Count(got, "msg=panic") != 1 || !strings.Contains(got, "boom secret") || !strings.Contains(got, "route=/panik") {
		t.Errorf("log:\n%s", got)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	resp, err := http.Get(srv.URL + "/panik-terlambat")
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	if err == nil {
		t.Error("half an answer was taken for a whole one")
	}
	if resp, err = http.Get(srv.URL + "/"); err != nil || resp.StatusCode != 200 {
		t.Errorf("after panics: %v", err)
	} else {
		_ = resp.Body.Close()
	}
}

func TestTimeout(t *testing.T) {
	h := site(t, nil, func(c *web.Config) { c.Timeout = time.Millisecond })
	webtest.Run(t, h, nil, webtest.Scenario{URL: "/lama", Status: 503, Want: []string{"terlalu lama"}, WantHeader: map[string]string{"Retry-After": "5"}})
}

func TestForms(t *testing.T) {
	h := site(t, nil, func(c *web.Config) { c.MaxBody = 4096 })
	many := strings.Repeat("a=1&", 1001)
	webtest.Run(t, h, nil,
		webtest.Scenario{Name: "plain", URL: "/tanya?rahasia=1", Form: url.Values{"a": {"x\r\ny\x00", "\xff"}, "_lang": {"en"}}, Want: []string{"id|a=x%0Ay&amp;a=%EF%BF%BD</h1>"}, NotWant: []string{"rahasia"}},
		webtest.Scenario{Name: "too large", URL: "/tanya", Form: url.Values{"a": {strings.Repeat("x", 5000)}}, Status: 413, Want: []string{"4 KB"}},
		webtest.Scenario{Name: "too many", URL: "/tanya", Body: many, Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, Status: 422, Want: []string{"1.000"}},
		webtest.Scenario{Name: "broken", URL: "/tanya", Body: "a=%zz", Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, Status: 422, Want: []string{"rusak"}},
		webtest.Scenario{Name: "not a form", URL: "/tanya", Body: "{}", Header: map[string]string{"Content-Type": "text/<b>"}, Status: 422, Want: []string{"multipart/form-data"}, NotWant: []string{"<b>"}},
		webtest.Scenario{Name: "no type", URL: "/tanya", Body: "a=1", Status: 422},
		webtest.Scenario{Name: "broken parts", URL: "/berkas", Body: "--x", Header: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, Status: 422, Want: []string{"rusak"}},
	)
	upload := func(name string, body []byte) webtest.Scenario {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		f, err := m.CreateFormFile("slip", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.Write(body)
		_ = m.Close()
		return webtest.Scenario{Name: "upload " + name, URL: "/berkas", Body: b.String(), Header: map[string]string{"Content-Type": m.FormDataContentType()}}
	}
	good, large, none := upload("slip.json", []byte("isi")), upload("besar", make([]byte, 8000)), upload("", nil)
	good.Want = []string{"slip.json|isi"}
	large.Status = 413
	none.Want = []string{"kosong"}
	webtest.Run(t, h, nil, good, large, none)
}

func TestGzip(t *testing.T) {
	h := site(t, nil, nil)
	get := func(path, accept string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	plain := get("/panjang", "")
	for _, accept := range []string{"gzip", "deflate, GZIP;q=0.5, br", "gzip ; q = 1"} {
		w := get("/panjang", accept)
		if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Content-Length") != strconv.Itoa(w.Body.Len()) {
			t.Fatalf("%q: headers %v", accept, w.Header())
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil || string(got) != plain.Body.String() {
			t.Errorf("%q: unpacked is not the plain page (%v)", accept, err)
		}
	}
	for _, accept := range []string{"", "gzip;q=0", "gzip;q=x", "br", "xgzip"} {
		if w := get("/panjang", accept); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%q got %q", accept, w.Header().Get("Content-Encoding"))
		}
	}
	if v := strings.Join(plain.Header().Values("Vary"), ","); !strings.Contains(v, "Accept-Encoding") || !strings.Contains(v, "Cookie") {
		t.Errorf("Vary is %q", v)
	}
}
