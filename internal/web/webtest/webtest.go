// Package webtest drives handlers in tests: scenarios that count what was
// recorded, and checks that every page must pass.
package webtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/day"
	"netral/internal/text"
	"netral/internal/web"
)

func (c *checker) say(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// Clock stands still at ten in the morning of 19 October 2023 in Jakarta, the
// day on which the first presidential pairs registered.
func Clock() time.Time { return time.Date(2023, time.October, 19, 10, 0, 0, 0, day.WIB) }

// Shell makes a shell for a demonstration on the day of Clock, whose log goes
// to w, or nowhere when w is nil. Change may be nil.
func Shell(t testing.TB, w io.Writer, change func(*web.Config)) *web.Shell {
	t.Helper()
	catalogue, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	if w == nil {
		w = io.Discard
	}
	c := web.Config{
		Text: catalogue, Log: slog.New(slog.NewTextHandler(w, nil)), Now: Clock,
		Edition: "id-asn 2023-1", Operator: "Pemerintah Provinsi DKI Jakarta", Demo: true,
	}
	if change != nil {
		change(&c)
	}
	s, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Scenario is one request and what must come of it.
type Scenario struct {
	Name   string // of the subtest; method and URL when empty
	Method string // GET, or POST when there is a body
	URL    string
	Form   url.Values // a body, one of three
	JSON   any        // a string is sent as it is, all else encoded
	Body   string     // with Header["Content-Type"]
	Header map[string]string
	Lang   string // cookie; "id" when empty, "-" for none

	Status     int // 200 when 0
	Want       []string
	NotWant    []string
	WantHeader map[string]string // "" means that it must be absent

	// Entries are the kinds of the ledger entries that the request must
	// write, in order; none when empty.
	Entries []string
}

// Run runs the scenarios in order, each as a subtest. Kinds lists the kinds of
// all ledger entries so far; it may be nil when there is no ledger. Every HTML
// page is put through CheckPage.
func Run(t *testing.T, h http.Handler, kinds func() []string, scenarios ...Scenario) {
	t.Helper()
	for _, s := range scenarios {
		name := s.Name
		if name == "" {
			name = s.method() + " " + s.URL
		}
		t.Run(name, func(t *testing.T) { s.run(t, h, kinds) })
	}
}

func (s Scenario) method() string {
	switch {
	case s.Method != "":
		return s.Method
	case s.Form != nil || s.JSON != nil || s.Body != "":
		return http.MethodPost
	}
	return http.MethodGet
}

// Request is the scenario's request.
func (s Scenario) Request(t testing.TB) *http.Request {
	t.Helper()
	var body io.Reader
	kind := ""
	switch {
	case s.Form != nil:
		body, kind = strings.NewReader(s.Form.Encode()), "application/x-www-form-urlencoded"
	case s.JSON != nil:
		kind = "application/json"
		if raw, ok := s.JSON.(string); ok {
			body = strings.NewReader(raw)
			break
		}
		b, err := json.Marshal(s.JSON)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(b)
	case s.Body != "":
		body = strings.NewReader(s.Body)
	}
	r := httptest.NewRequest(s.method(), s.URL, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for k, v := range s.Header {
		r.Header.Set(k, v)
	}
	switch s.Lang {
	case "":
		r.AddCookie(&http.Cookie{Name: "lang", Value: text.ID})
	case "-":
	default:
		r.AddCookie(&http.Cookie{Name: "lang", Value: s.Lang})
	}
	return r
}

func (s Scenario) run(t *testing.T, h http.Handler, kinds func() []string) {
	before := 0
	if kinds != nil {
		before = len(kinds())
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, s.Request(t))
	want := s.Status
	if want == 0 {
		want = http.StatusOK
	}
	body := w.Body.String()
	if w.Code != want {
		t.Errorf("status %d, want %d; body:\n%s", w.Code, want, clip(body))
	}
	for _, x := range s.Want {
		if !strings.Contains(body, x) {
			t.Errorf("lacks %q; body:\n%s", x, clip(body))
		}
	}
	for _, x := range s.NotWant {
		if strings.Contains(body, x) {
			t.Errorf("has %q", x)
		}
	}
	for k, v := range s.WantHeader {
		if got := w.Header().Get(k); got != v {
			t.Errorf("header %s is %q, want %q", k, got, v)
		}
	}
	moved := w.Code >= 300 && w.Code < 400 // its body is nothing that people see
	if !moved && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && w.Header().Get("Content-Encoding") == "" && s.method() != http.MethodHead {
		CheckPage(t, body)
	}
	if kinds == nil {
		if len(s.Entries) > 0 {
			t.Error("Entries without a ledger to count them in")
		}
		return
	}
	if got := kinds()[before:]; !slices.Equal(got, s.Entries) {
		t.Errorf("wrote the entries %q, want %q", got, s.Entries)
	}
}

func clip(s string) string {
	if len(s) > 4000 {
		return s[:4000] + "…"
	}
	return s
}

// MaxPage is what a page with its style sheet and icon may weigh.
const MaxPage = 60 << 10

// Gallery draws every sample in both languages and checks each page. The
// shell must be one for a demonstration.
func Gallery(t *testing.T, s *web.Shell, samples []web.Sample) {
	t.Helper()
	if !s.Demo {
		t.Fatal("the gallery is shown by demonstrations only: set Demo")
	}
	mux := http.NewServeMux()
	s.Mount(mux)
	s.Gallery(mux, samples)
	h := s.Handler(mux)
	seen := map[string]bool{}
	for _, x := range samples {
		if seen[x.Key] {
			t.Errorf("two samples have the key %s", x.Key)
		}
		seen[x.Key] = true
		bodies := map[string]string{}
		for _, lang := range text.Langs() {
			t.Run(x.Key+"/"+lang, func(t *testing.T) {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, Scenario{URL: "/galeri/" + x.Key, Lang: lang}.Request(t))
				body := w.Body.String()
				if w.Code != http.StatusOK {
					t.Fatalf("status %d:\n%s", w.Code, clip(body))
				}
				CheckPage(t, body)
				if !strings.Contains(body, `<html lang="`+lang+`"`) {
					t.Errorf("the page is not in %s", lang)
				}
				if n := len(body); n > MaxPage {
					t.Errorf("the page has %d bytes, at most %d", n, MaxPage)
				}
				bodies[lang] = body
			})
		}
		if bodies[text.ID] == bodies[text.EN] {
			t.Errorf("%s is the same in both languages", x.Key)
		}
	}
	Run(t, h, nil, Scenario{URL: "/galeri", Want: append([]string{"<h1>"}, slices.Collect(keys(samples))...)})
}

func keys(samples []web.Sample) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, x := range samples {
			if !yield(x.Key) {
				return
			}
		}
	}
}
