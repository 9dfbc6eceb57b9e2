package app

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/day"
)

// patterns lists all patterns of a mux. The mux does not tell them; the walk
// over its tree reads what is not exported, and a Go release that changes the
// tree ends it loudly.
func patterns(t *testing.T, mux *http.ServeMux) []string {
	t.Helper()
	var out []string
	seen := map[uintptr]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if v.IsNil() || seen[v.Pointer()] {
				return
			}
			seen[v.Pointer()] = true
			if v.Elem().Type().Name() == "pattern" {
				out = append(out, v.Elem().FieldByName("str").String())
				return
			}
			walk(v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				if n := v.Type().Field(i).Name; n != "handler" {
					walk(v.Field(i))
				}
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Value())
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		}
	}
	walk(reflect.ValueOf(mux).Elem().FieldByName("tree"))
	return out
}

// TestEveryRouteAsksForSomething walks all patterns: each is in the table, with
// an action that there is, or is public; nothing in the table is without a
// route.
func TestEveryRouteAsksForSomething(t *testing.T) {
	h := demoHouse(t)
	mux := http.NewServeMux()
	h.route(mux, h.shell.Load())
	all := patterns(t, mux)
	if len(all) < 80 {
		t.Fatalf("only %d patterns found: the walk is broken", len(all))
	}
	single := map[string]bool{"GET /masuk/sso": true, "GET /akun/sso": true, "GET /masuk/sso/kembali": true} // only with a provider
	for _, p := range all {
		if len(asked(p)) == 0 {
			t.Errorf("the route %q is not in the table of routes.go: say which action it asks for", p)
		}
		for _, action := range asked(p) {
			a, known := h.guard.Action(action)
			if action != public && action != account && (!known || a.Nobody) {
				t.Errorf("the route %q asks for %q, which nobody can do", p, action)
			}
			// Whoever may only look changes nothing. The look itself may be written
			// down, so some questions are asked by POST.
			if writes := strings.HasPrefix(p, "POST ") && strings.Contains(p, "/pelantikan"); writes && strings.HasSuffix(action, ".read") {
				t.Errorf("the route %q changes something and asks for %q", p, action)
			}
		}
	}
	for p := range routes {
		if !slices.Contains(all, p) && !single[p] {
			t.Errorf("the table has %q, and the mux has not", p)
		}
	}
}

// TestNobodyGetsNoFurther knocks at every door as nobody: what is not public
// sends to the page to sign in, or answers 401 on the API, the same whether
// there is something behind it or not, and writes nothing.
func TestNobodyGetsNoFurther(t *testing.T) {
	h := demoHouse(t)
	mux := http.NewServeMux()
	h.route(mux, h.shell.Load())
	site, _, err := h.handler(site{Addr: "127.0.0.1:8080"})
	if err != nil {
		t.Fatal(err)
	}
	before, err := h.book.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	open := 0
	for _, p := range patterns(t, mux) {
		method, path, _ := strings.Cut(p, " ")
		path = regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "x")
		if slices.ContainsFunc(asked(p), func(a string) bool { return a == public || h.openTo(a) }) {
			open++
			continue
		}
		for _, given := range []struct{ name, header, value string }{{"nothing", "", ""}, {"a made-up session", "Cookie", "netral=" + strings.Repeat("A", 43)}, {"a made-up token", "Authorization", "Bearer nt_" + strings.Repeat("0", 36)}} {
			var body io.Reader
			if method == "POST" {
				body = strings.NewReader("")
			}
			r := httptest.NewRequest(method, path, body)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if strings.HasPrefix(path, "/api/") {
				r.Header.Set("Content-Type", "application/json")
			}
			if given.header != "" {
				r.Header.Set(given.header, given.value)
			}
			w := httptest.NewRecorder()
			site.ServeHTTP(w, r)
			to, code := w.Header().Get("Location"), w.Code
			sent := code == http.StatusSeeOther && (to == "/masuk" || strings.HasPrefix(to, "/masuk?ke="))
			if !sent && code != http.StatusUnauthorized {
				t.Errorf("%s with %s: status %d, Location %q", p, given.name, code, to)
			}
			if strings.HasPrefix(path, "/api/") && code != http.StatusUnauthorized {
				t.Errorf("%s with %s: status %d on the API", p, given.name, code)
			}
		}
	}
	if open < 30 {
		t.Errorf("only %d open routes: the table is broken", open)
	}
	after, err := h.book.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if after != before {
		t.Errorf("%d entries were written for nobody", after-before)
	}
}

// demoHouse is the demo in a folder of its own, on 19 October 2023, without the
// province.
func demoHouse(t *testing.T) *house {
	t.Helper()
	return demoHouseAt(t, func() time.Time { return time.Date(2023, time.October, 19, 10, 0, 0, 0, day.WIB) })
}

// demoHouseAt is demoHouse under a clock of one's own.
func demoHouseAt(t *testing.T, now func() time.Time) *house {
	t.Helper()
	s, err := openDemo(t.Context(), t.TempDir(), now, slog.New(slog.DiscardHandler), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s.house
}
