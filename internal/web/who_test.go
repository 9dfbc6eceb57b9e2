package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// signedIn is a site where the header As says who asks, and Authorization whose
// token is shown.
func signedIn(t *testing.T, asked *int) http.Handler {
	t.Helper()
	ani := actor.Actor{ID: "account:1", Name: "Ani Lestari", Grants: []actor.Grant{{Role: "personnel"}, {Role: "unit_head", Acting: true}, {Role: "personnel", Unit: "x"}}}
	s := webtest.Shell(t, nil, func(c *web.Config) {
		c.Doors = &web.Doors{In: "/masuk", Out: "/keluar", Account: "/akun"}
		c.Nav = []web.Item{{Href: "/", Key: "web.home"}, {Href: "/antrean", Key: "web.menu", Show: func(a actor.Actor) bool { return a.Has("admin") }}}
		c.Who = func(r *http.Request) (actor.Actor, bool) {
			*asked++
			switch r.Header.Get("As") {
			case "ani":
				return ani, true
			case "adm":
				return actor.Actor{ID: "account:2", Grants: []actor.Grant{{Role: "admin"}}}, true
			case "new":
				return actor.Actor{ID: "account:3", Name: "<b>Baru</b>"}, true
			}
			return actor.Actor{}, false
		}
		c.Bearer = func(r *http.Request) (actor.Actor, bool, error) {
			switch r.Header.Get("Authorization") {
			case "":
				return actor.Actor{}, false, nil
			case "Bearer ani":
				return ani, true, nil
			}
			return actor.Actor{}, false, fault.New(fault.SignIn, "token.bad")
		}
		c.Guard = func(pattern string, who func() actor.Actor) error {
			if pattern == "GET /tertutup" && !who().Known() {
				return fault.New(fault.SignIn, "identity.sign_in_first")
			}
			return nil
		}
	})
	mux := http.NewServeMux()
	s.Mount(mux)
	show := func(r *web.Request) (web.Response, error) {
		return web.Page{Title: "Depan", Body: page(r.Who.ID + " " + r.Who.Via + " " + r.Who.Lang)}, nil
	}
	s.Handle(mux, "GET /{$}", show)
	s.Handle(mux, "GET /tertutup", show)
	s.Handle(mux, "GET /masuk", show)
	s.Handle(mux, "POST /tulis", func(*web.Request) (web.Response, error) {
		return nil, fault.New(fault.SignIn, "identity.sign_in_first")
	})
	s.Handle(mux, "GET /sering", func(*web.Request) (web.Response, error) {
		return nil, fault.Later(1500*time.Millisecond, "token.rate", 300)
	})
	s.Handle(mux, "GET /kunci", func(r *web.Request) (web.Response, error) {
		return web.Page{Title: "x", Body: page("x"), Script: "/akun/kunci.js"}, nil
	})
	s.Handle(mux, "GET /kunci-luar", func(r *web.Request) (web.Response, error) {
		return web.Page{Title: "x", Body: page("x"), Script: "//jahat.example/x.js"}, nil
	})
	api := web.NewAPI(mux, s, "1")
	web.JSON(api, s, huma.Operation{OperationID: "saya", Method: "GET", Path: "/saya", Summary: "web.api.try", Description: "Plain words."},
		func(_ context.Context, who actor.Actor, _ *struct{}) (*struct{ ID, Via string }, error) {
			if !who.Known() {
				return nil, fault.New(fault.SignIn, "identity.sign_in_first")
			}
			return &struct{ ID, Via string }{who.ID, who.Via}, nil
		})
	return s.Handler(mux)
}

func TestWhoAsks(t *testing.T) {
	asked := 0
	as := func(who string) map[string]string { return map[string]string{"As": who} }
	const bearer = `Bearer realm="netral"`
	webtest.Run(t, signedIn(t, &asked), nil,
		webtest.Scenario{Name: "nobody", URL: "/", Want: []string{"anonymous page id", `class="enter" href="/masuk"`}, NotWant: []string{"Keluar", "/antrean"},
			WantHeader: map[string]string{"Cache-Control": "private, no-cache"}},
		webtest.Scenario{Name: "no link on the page to sign in itself", URL: "/masuk", NotWant: []string{`class="enter"`}},
		webtest.Scenario{Name: "an officer", URL: "/", Header: as("ani"), Want: []string{"account:1 page id", "Ani Lestari", "Plt./Plh.", `action="/keluar"`, `href="/akun"`}, NotWant: []string{"/antrean", `class="enter"`},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		webtest.Scenario{Name: "who may see the queue", URL: "/", Header: as("adm"), Want: []string{`href="/antrean"`, "account:2"}},
		webtest.Scenario{Name: "a name with signs", URL: "/", Header: as("new"), Want: []string{"&lt;b&gt;Baru", "Belum memegang peran"}},
		webtest.Scenario{Name: "the guard sends to sign in and back", URL: "/tertutup?a=1&b=2", Status: 303, WantHeader: map[string]string{"Location": "/masuk?ke=" + url.QueryEscape("/tertutup?a=1&b=2")}},
		webtest.Scenario{Name: "the guard lets in", URL: "/tertutup", Header: as("ani"), Want: []string{"account:1"}},
		webtest.Scenario{Name: "a form of nobody", URL: "/tulis", Form: url.Values{"a": {"b"}}, Status: 401, Want: []string{"Silakan masuk", `href="/masuk"`}, WantHeader: map[string]string{"WWW-Authenticate": bearer}},
		webtest.Scenario{Name: "too often", URL: "/sering", Status: 429, WantHeader: map[string]string{"Retry-After": "2"}},
		webtest.Scenario{Name: "API, nobody", URL: "/api/v1/saya", Status: 401, Want: []string{`"kind":"sign_in"`}, WantHeader: map[string]string{"WWW-Authenticate": bearer}},
		webtest.Scenario{Name: "API, a session", URL: "/api/v1/saya", Header: as("adm"), Want: []string{`"ID":"account:2","Via":"api"`}},
		webtest.Scenario{Name: "API, a token before a session", URL: "/api/v1/saya", Header: map[string]string{"As": "adm", "Authorization": "Bearer ani"}, Want: []string{`"ID":"account:1","Via":"api"`}},
		webtest.Scenario{Name: "API, a token that is no good", URL: "/api/v1/saya", Header: map[string]string{"As": "adm", "Authorization": "Bearer x"}, Status: 401, Want: []string{"token.bad"}, WantHeader: map[string]string{"WWW-Authenticate": bearer}},
		webtest.Scenario{Name: "a token opens no page", URL: "/tertutup", Header: map[string]string{"Authorization": "Bearer ani"}, Status: 303},
		webtest.Scenario{Name: "a script of another site", URL: "/kunci-luar", Status: 500, NotWant: []string{"jahat"}},
	)
	asked = 0
	do(signedIn(t, &asked), "/", map[string]string{"As": "ani"})
	if asked != 1 {
		t.Errorf("one request asked %d times who has signed in", asked)
	}
}

func TestOnlyAPageThatNamesAScriptMayRunOne(t *testing.T) {
	asked := 0
	h := signedIn(t, &asked)
	with, without := do(h, "/kunci", nil), do(h, "/", nil)
	if got := with.Header().Get("Content-Security-Policy"); got != without.Header().Get("Content-Security-Policy")+"; script-src 'self'" {
		t.Errorf("the policy with a script is %q", got)
	}
	webtest.Run(t, h, nil, webtest.Scenario{URL: "/", NotWant: []string{"<script"}})
	if body := with.Body.String(); !strings.Contains(body, `<script src="/akun/kunci.js" defer></script>`) {
		t.Error("the page does not name its script")
	}
}
