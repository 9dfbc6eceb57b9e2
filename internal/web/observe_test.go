package web_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"netral/internal/web"
	"netral/internal/web/webtest"
)

// The access log says which kind of page was asked for and how it went, and
// nothing about who asked or what they wrote.
func TestLogIsSilentAboutPeople(t *testing.T) {
	var log bytes.Buffer
	h := site(t, &log, nil)
	secrets := []string{"rahasia", "198.51.100.7", "agen-rahasia"}
	for _, s := range []webtest.Scenario{
		{URL: "/orang/rahasia?q=rahasia"},
		{URL: "/tanya?rahasia=1", Form: url.Values{"rahasia": {"rahasia"}}},
		{URL: "/tanya", Body: "rahasia=%zz", Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
		{URL: "/rahasia/../rahasia"},
		{Method: "RAHASIA", URL: "/rahasia"},
		{URL: "/salah/internal?rahasia"},
		{URL: "/bahasa", Form: url.Values{"_lang": {"rahasia"}, "_to": {"/rahasia"}}},
	} {
		r := s.Request(t)
		r.RemoteAddr = "198.51.100.7:4711"
		r.Header.Set("X-Forwarded-For", "198.51.100.7")
		r.Header.Set("User-Agent", "agen-rahasia")
		r.Header.Set("Referer", "http://x/rahasia")
		r.Header.Set("X-Request-Id", "rahasia\r\nX: y")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	got := log.String()
	for _, x := range secrets {
		if strings.Contains(got, x) {
			t.Errorf("the log holds %q:\n%s", x, got)
		}
	}
	if n := strings.Count(got, "msg=request"); n != 7 {
		t.Errorf("%d lines for 7 requests:\n%s", n, got)
	}
	for _, want := range []string{"route=/orang/{id}", "route=none", "method=OTHER", "status=404", "status=500", "route=/tanya", "lang=id", `cause="the cause"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the log lacks %s:\n%s", want, got)
		}
	}
	if strings.Count(got, "msg=fault") != 1 {
		t.Errorf("an internal fault is logged once:\n%s", got)
	}
}

func TestMetrics(t *testing.T) {
	s := webtest.Shell(t, nil, nil)
	mux := http.NewServeMux()
	s.Handle(mux, "GET /orang/{id}", func(r *web.Request) (web.Response, error) {
		return web.Page{Title: "x", Body: page("x")}, nil
	})
	h := s.Handler(mux)
	for _, u := range []string{"/orang/rahasia", "/orang/lain", "/rahasia"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", u, nil))
	}
	w := httptest.NewRecorder()
	s.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`netral_http_requests_total{method="GET",route="/orang/{id}",status="200"} 2`,
		`netral_http_requests_total{method="GET",route="none",status="404"} 1`,
		`netral_http_request_seconds_count{route="/orang/{id}"} 2`,
		`netral_http_requests_in_flight 0`, `go_goroutines`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if strings.Contains(w.Body.String(), "rahasia") {
		t.Error("the metrics hold a path")
	}
	if s.Registry() == nil {
		t.Error("no registry")
	}
}

func TestEditionChangesWhileServing(t *testing.T) {
	s := webtest.Shell(t, nil, nil)
	mux := http.NewServeMux()
	s.Mount(mux)
	h := s.Handler(mux)
	webtest.Run(t, h, nil, webtest.Scenario{Name: "before", URL: "/privasi", Want: []string{"Edisi aturan: id-asn 2023-1"}})
	s.SetEdition("id-asn 2024-1")
	webtest.Run(t, h, nil, webtest.Scenario{Name: "after", URL: "/privasi", Want: []string{"Edisi aturan: id-asn 2024-1"}, NotWant: []string{"2023-1"}})
}
