package app

import (
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/identity"
	"netral/internal/web"
)

const (
	// crawlDepth is how many links deep the walk goes from where a role begins.
	crawlDepth = 3
	// crawlEach is how many addresses of one kind are opened for each role: a
	// route with the names of what is asked of it. A province has too many units
	// and people to open them all, and the links on one such page are those on
	// the next.
	crawlEach = 30
)

// TestNoLinkOfAPageLeadsToARefusal walks the demo as each of its accounts, and
// as nobody: whatever a page links to opens for whoever was shown the link.
func TestNoLinkOfAPageLeadsToARefusal(t *testing.T) {
	now := func() time.Time { return time.Date(2023, time.October, 19, 10, 0, 0, 0, day.WIB) }
	s, err := OpenDemo(t.Context(), t.TempDir(), now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := s.house
	var who actor.Actor
	c := h.frame(site{Addr: "127.0.0.1:8080"})
	c.Who = func(*http.Request) (actor.Actor, bool) { return who, who.Known() }
	c.Bearer = nil
	sh, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	h.route(mux, sh)
	handler := sh.Handler(mux)

	for _, a := range append([]actor.Actor{actor.Anonymous("page", "id")}, demoActors(t, h)...) {
		name := a.ID
		if len(a.Grants) > 0 {
			name = a.Grants[0].Role
		}
		t.Run(name, func(t *testing.T) {
			who = a
			w := &crawl{handler: handler, mux: mux, seen: map[string]bool{}, kinds: map[string]int{}}
			w.walk(t, "/", "/kantor", "/kantor/saya", "/akun", "/kantor/promosi", "/kantor/paparan", "/kantor/pelantikan", "/undian", "/pelantikan", "/catatan", "/kantor/undangan", "/kantor/surat", "/kantor/penyelenggara", "/kantor/pola-undangan", "/periksa/surat")
			if len(w.seen) < 40 {
				t.Errorf("only %d addresses were opened: the walk is broken", len(w.seen))
			}
			t.Logf("%d addresses of %d kinds", len(w.seen), len(w.kinds))
		})
	}
}

// demoActors are the accounts of the demo as who they are when signed in.
func demoActors(t *testing.T, h *house) []actor.Actor {
	t.Helper()
	list, err := h.identity.List(t.Context(), actor.Actor{ID: "account:x", Grants: []actor.Grant{{Role: "admin"}}}, identity.ListInput{})
	if err != nil {
		t.Fatal(err)
	}
	var out []actor.Actor
	for _, account := range list.Accounts {
		a, ok, err := h.identity.ActorOf(t.Context(), "account:"+account.ID)
		if err != nil || !ok {
			t.Fatalf("%s: %v", account.Login, err)
		}
		a.Via, a.Lang = "page", "id"
		out = append(out, a)
	}
	if len(out) < 10 {
		t.Fatalf("the demo has %d accounts", len(out))
	}
	return out
}

// crawl opens what pages link to.
type crawl struct {
	handler http.Handler
	mux     *http.ServeMux
	seen    map[string]bool
	kinds   map[string]int
}

type found struct {
	target, on string // what is linked, and the page that links it
	depth      int
}

// walk opens the addresses and whatever they link to. Where one begins may
// refuse; what is linked may not.
func (w *crawl) walk(t *testing.T, begin ...string) {
	t.Helper()
	var queue []found
	for _, b := range begin {
		queue = append(queue, found{b, "", 0})
	}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		if w.seen[f.target] {
			continue
		}
		r := httptest.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, f.target, nil)
		_, pattern := w.mux.Handler(r)
		kind := pattern + " " + strings.Join(slices.Sorted(keysOf(r.URL.Query())), "&")
		if w.kinds[kind] >= crawlEach {
			continue
		}
		w.seen[f.target] = true
		w.kinds[kind]++
		rec := httptest.NewRecorder()
		w.handler.ServeHTTP(rec, r)
		body := rec.Body.String()
		switch {
		case rec.Code == http.StatusOK:
		case rec.Code == http.StatusSeeOther:
			body = `<a href="` + html.EscapeString(rec.Header().Get("Location")) + `">`
		case rec.Code == http.StatusForbidden && strings.Contains(body, `name="reason"`): // asks why, and opens then
		case f.on == "":
		default:
			t.Errorf("%s links to %s, which answers %d", f.on, f.target, rec.Code)
		}
		// A sample of the gallery links to what exists in no roster.
		if f.depth == crawlDepth || strings.HasPrefix(pattern, "GET /galeri/") || !strings.Contains(rec.Header().Get("Content-Type")+"html", "html") {
			continue
		}
		for _, to := range linked(f.target, body) {
			queue = append(queue, found{to, f.target, f.depth + 1})
		}
	}
}

func keysOf(v url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range v {
			if !yield(k) {
				return
			}
		}
	}
}

// linked are the addresses on the same site that a page links to, whole.
func linked(page, body string) []string {
	base, err := url.Parse(page)
	if err != nil {
		panic(fmt.Sprint("an address of our own does not parse: ", err))
	}
	var out []string
	for _, m := range regexp.MustCompile(`<(?:a|link|area)\s[^>]*?href="([^"]*)"|<(?:img|script)\s[^>]*?src="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		u, err := base.Parse(html.UnescapeString(m[1] + m[2]))
		if err != nil || u.Host != "" || u.Scheme != "" {
			continue
		}
		u.Fragment = ""
		out = append(out, u.String())
	}
	return out
}
