package app

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"netral/internal/access/scope"
	"netral/internal/actor"
)

// TestATokenDoesOnlyWhatItWasMadeFor asks every operation of the API as somebody
// who may do everything, with a token that is made for all but the action that
// the operation asks for. A use case that asks for no action, or for another
// than the table of routes says, answers.
func TestATokenDoesOnlyWhatItWasMadeFor(t *testing.T) {
	h := newLeakHouse(t)
	all := actor.Actor{ID: "account:semua", Lang: "id", Person: "k7siti"}
	for _, r := range h.guard.Roles() {
		all.Grants = append(all.Grants, actor.Grant{Role: r})
	}
	var actions []string
	for _, a := range h.guard.Actions() {
		actions = append(actions, a.Name)
	}
	// What is really there, so that an answer would come.
	path := strings.NewReplacer(
		"/calendar/{day}", "/calendar/2023-10-19", "/people/{id}", "/people/k7siti", "/units/{id}", "/units/dinkes", "/exports/{file}", "/exports/people.csv",
		"/posts/{post}/eligible", "/posts/kadis/eligible", "/promoters/{id}", "/promoters/k7siti", "{id}", "tiada", "{number}", "tiada", "{post}", "kadis",
	)
	bodies := map[string]string{
		"POST /api/v1/ask": `{"text":"PNS boleh nyoblos?"}`, "POST /api/v1/ask/slips": `{"text":"PNS boleh nyoblos?"}`,
		"POST /api/v1/roster/search": `{"text":"siti"}`, "POST /api/v1/promote/check": `{"level":"administrator"}`,
	}
	// What some ask for beside: a list of people is a search, a file is of those
	// whom one may find.
	also := map[string][]string{
		"GET /api/v1/roster/people": {"search.people"}, "GET /api/v1/exports/{file}": {"search.people", "roster.person.read", "roster.person.full"},
		"GET /api/v1/roster/figures": {"roster.person.read"}, "GET /api/v1/callup/desk": {"callup.public", "callup.fairness"},
		"GET /api/v1/promote/posts/{post}/eligible": {"promote.check"},
	}
	call := func(site http.Handler, p string, only []string) *httptest.ResponseRecorder {
		method, to, _ := strings.Cut(p, " ")
		body := bodies[p]
		if body == "" {
			body = "{}"
		}
		h.who = all
		if only != nil {
			h.who = scope.Narrow(all, only)
		}
		r := httptest.NewRequest(method, path.Replace(to), nil)
		if method != http.MethodGet {
			r = httptest.NewRequest(method, path.Replace(to), strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		return w
	}
	answered := 0
	for p := range routes {
		asks := asked(p)
		action := asks[0]
		if !strings.Contains(p, " /api/v1/") {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(actions), func(a string) bool { return slices.Contains(asks, a) })
		for name, site := range map[string]http.Handler{"site": h.site, "use case": h.bare} {
			// What is open to everybody asks nobody once it is reached; the figure
			// that is asked for here is of people.
			if name == "use case" && (action == public || h.openTo(action) || strings.HasSuffix(p, "/figures")) {
				continue
			}
			if w := call(site, p, rest); w.Code < 400 {
				t.Errorf("the %s of %s, made for all but %s: status %d\n%.300s", name, p, asks, w.Code, w.Body)
			}
		}
		if w := call(h.site, p, nil); w.Code < 300 {
			answered++
			if w := call(h.site, p, append(slices.Clone(asks), also[p]...)); w.Code >= 300 && !strings.HasPrefix(action, "token.") {
				t.Errorf("%s, made for %s: status %d\n%.300s", p, action, w.Code, w.Body)
			}
		}
	}
	if answered < 20 {
		t.Errorf("only %d operations answered anybody: the walk is broken", answered)
	}
}
