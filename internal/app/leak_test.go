package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"netral/internal/access"
	"netral/internal/access/accesstest"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/identity"
	"netral/internal/jobs"
	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/internal/token"
	"netral/internal/web"
)

// leakHouse is a house with a roster of three units and the site as anybody
// there could be sees it.
type leakHouse struct {
	*house
	site http.Handler
	bare http.Handler // the same without what is asked before every handler
	who  actor.Actor  // who asks
	of   map[string]access.Resource
}

func newLeakHouse(t *testing.T) *leakHouse {
	t.Helper()
	return leaky(t, demoHouse(t))
}

// leaky fills a house and opens its site to anybody.
func leaky(t *testing.T, in *house) *leakHouse {
	t.Helper()
	h := &leakHouse{house: in, of: map[string]access.Resource{}}
	officer := actor.Actor{ID: "account:officer", Via: "page", Lang: "id", Grants: []actor.Grant{{Role: "personnel"}}}
	if _, err := h.roster.Bulk(t.Context(), officer, threeUnits(), roster.Source{Kind: "import", Name: "uji"}); err != nil {
		t.Fatal(err)
	}
	// What a person is to the policies is asked from the roster itself.
	allow := h.roster.Allow
	h.roster.Allow = func(who actor.Actor, action string, r roster.Resource) error {
		if r.Type == "person" && r.ID != "" && action == "roster.person.read" {
			h.of[r.ID] = r
		}
		return allow(who, action, r)
	}
	for _, p := range []string{"k7siti", "k7rini", "k7budi"} {
		if _, err := h.roster.View(t.Context(), officer, roster.ViewInput{ID: p, On: day.None}); err != nil {
			t.Fatal(err)
		}
	}
	c := h.frame(site{Addr: "127.0.0.1:8080"})
	c.Who = func(*http.Request) (actor.Actor, bool) { return h.who, h.who.Known() }
	c.Bearer = nil
	build := func() http.Handler {
		sh, err := web.New(c)
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		h.route(mux, sh)
		return sh.Handler(mux)
	}
	h.site = build()
	c.Guard = nil
	h.bare = build()
	return h
}

// call sends a request as somebody and gives back all that comes.
func (h *leakHouse) call(t testing.TB, who actor.Actor, method, target string, body any) string {
	t.Helper()
	h.who = who
	var r *http.Request
	switch b := body.(type) {
	case url.Values:
		r = httptest.NewRequest(method, target, strings.NewReader(b.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case string:
		r = httptest.NewRequest(method, target, strings.NewReader(b))
		r.Header.Set("Content-Type", "application/json")
	default:
		r = httptest.NewRequest(method, target, nil)
	}
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	if w.Code == http.StatusInternalServerError {
		t.Errorf("%s %s as %s: status 500\n%s", method, target, who.ID, w.Body)
	}
	out, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	// Pages write a number in groups.
	return fmt.Sprint(w.Header()) + string(out) + strings.NewReplacer(" ", "", "\u00a0", "").Replace(string(out))
}

func leakWorld() accesstest.World {
	return accesstest.World{Units: []string{"prov", "dinkes", "gambir"}, Areas: []string{"31", "31.71.01"}, People: []string{"k7siti", "k7rini"}}
}

// The numbers of the three people, which stand for them and for nothing else.
const (
	sitiNIP = "197501012000032001"
	riniNIP = "199004042014022004"
	budiNIP = "198002022005011002"
)

// TestNothingOfAnotherLeaks asks for everything that the site says about
// people, as everybody there could be: whoever may not see somebody finds no
// trace of them, in no list, search, page or answer.
func TestNothingOfAnotherLeaks(t *testing.T) {
	h := newLeakHouse(t)
	marks := []accesstest.Mark{{Text: sitiNIP, Of: h.of["k7siti"]}, {Text: riniNIP, Of: h.of["k7rini"]}, {Text: budiNIP, Of: h.of["k7budi"]}}
	get := func(target string) func(testing.TB, actor.Actor) string {
		return func(t testing.TB, who actor.Actor) string { return h.call(t, who, "GET", target, nil) }
	}
	post := func(target string, body any) func(testing.TB, actor.Actor) string {
		return func(t testing.TB, who actor.Actor) string { return h.call(t, who, "POST", target, body) }
	}
	// Partial: somebody without a role has their own page and no list.
	all := func(name string, call func(testing.TB, actor.Actor) string) accesstest.Case {
		return accesstest.Case{Name: name, Action: "roster.person.read", Marks: marks, Partial: true, Call: call}
	}
	one := func(name, of string, call func(testing.TB, actor.Actor) string) accesstest.Case {
		return accesstest.Case{Name: name, Partial: !strings.Contains(name, "page"), Action: "roster.person.read", Marks: []accesstest.Mark{{Text: map[string]string{"k7siti": sitiNIP, "k7rini": riniNIP}[of], Of: h.of[of]}}, Call: call}
	}
	accesstest.Walk(t, h.guard, leakWorld(),
		all("list", get("/kantor/orang")),
		all("list sorted by number", get("/kantor/orang?urut=nip")),
		one("list of a unit", "k7siti", get("/kantor/orang?unit=dinkes")),
		all("API list", get("/api/v1/roster/people")),
		one("search by name", "k7siti", post("/kantor/cari", url.Values{"q": {"siti nurhaliza"}})),
		one("search by number", "k7rini", post("/kantor/cari", url.Values{"q": {riniNIP[:12]}})),
		one("API search", "k7siti", post("/api/v1/roster/search", `{"text":"siti nurhaliza"}`)),
		one("page", "k7siti", get("/kantor/orang/k7siti")),
		one("API page", "k7siti", get("/api/v1/roster/people/k7siti")),
		one("API page of a former day", "k7rini", get("/api/v1/roster/people/k7rini?on=2020-01-01")),
	)
	// Pages that may name some, and never those who may not be seen. Who heads a
	// unit is told to all who work in the government; who works under them is not.
	marks = append(marks, accesstest.Mark{Text: "Rini Widyastuti", Of: h.of["k7rini"]})
	for _, target := range []string{
		"/kantor", "/kantor/saya", "/kantor/unit", "/kantor/unit/prov", "/kantor/unit/dinkes", "/kantor/unit/gambir", "/kantor/unit/dinkes/bagan", "/kantor/koreksi",
		"/kantor/mutu", "/kantor/mutu?periksa=nip_born", "/kantor/orang/k7siti/ubah", "/kantor/saya/koreksi", "/api/v1/roster/units", "/api/v1/roster/units/dinkes", "/api/v1/roster/quality",
		"/kantor/promosi", "/kantor/promosi/orang/k7siti", "/kantor/promosi/pengusul", "/kantor/promosi/pengusul/k7siti", "/kantor/promosi/kebijakan", "/kantor/saya/karier", "/kantor/saya/karier/pengusul",
		"/kantor/undangan", "/kantor/undangan/baru", "/kantor/surat", "/kantor/penyelenggara", "/kantor/pola-undangan", "/periksa/surat", "/api/v1/invite/board", "/api/v1/invite/organisers",
		"/antrean", "/akun", "/catatan", "/",
	} {
		t.Run(target, func(t *testing.T) {
			for _, who := range accesstest.Actors(h.guard, leakWorld()) {
				got := h.call(t, who, "GET", target, nil)
				for _, m := range marks {
					if strings.Contains(got, m.Text) && !h.guard.May(who, "roster.person.read", m.Of) {
						t.Errorf("%s sees %s and may not", who.ID, m.Text)
					}
				}
			}
		})
	}
}

// TestWhoMayNotSeeSomebodyCannotTellThemFromNobody compares what is said of a
// person who may not be seen with what is said of one who does not exist.
func TestWhoMayNotSeeSomebodyCannotTellThemFromNobody(t *testing.T) {
	h := newLeakHouse(t)
	seen := 0
	for _, who := range accesstest.Actors(h.guard, leakWorld()) {
		withReason := h.of["k7siti"]
		withReason.Attrs = map[string]any{"reason": "uji"}
		for k, v := range h.of["k7siti"].Attrs {
			withReason.Attrs[k] = v
		}
		if !h.guard.May(who, "roster.person.read", withReason) {
			seen++
		}
		const read = "roster.person.read"
		for _, c := range []struct {
			action, method, target string
			body                   any
		}{
			{read, "GET", "/kantor/orang/%s", nil}, {read, "GET", "/kantor/orang/%s/ubah", nil}, {read, "POST", "/kantor/orang/%s", url.Values{"reason": {"ingin tahu saja"}}},
			{read, "GET", "/api/v1/roster/people/%s", nil},
			{read, "POST", "/api/v1/roster/corrections", `{"kind":"person","person":"%[1]s","id":"%[1]s","fields":{"name":"X Y"},"reason":"uji coba saja"}`},
			{"promote.check", "GET", "/kantor/promosi/orang/%s", nil}, {"promote.check", "POST", "/api/v1/promote/check", `{"person":"%[1]s","level":"administrator"}`},
			{"promoter.see", "GET", "/kantor/promosi/pengusul/%s", nil}, {"promoter.see", "GET", "/api/v1/promote/promoters/%s", nil},
			{"promote.paper", "POST", "/kantor/promosi/orang/%s/surat", url.Values{"paper": {"health:fit"}, "number": {"1"}, "dated": {"2020-01-01"}}},
			{"promote.excuse", "POST", "/kantor/promosi/orang/%s/alasan", url.Values{"tenure": {"x"}, "cause": {"illness"}, "proof": {"1"}}},
		} {
			if h.guard.May(who, c.action, withReason) || who.Person == "k7siti" { // everybody knows of themselves
				continue
			}
			said := map[string]string{}
			for _, id := range []string{"k7siti", "k7tiada"} {
				target, body := c.target, c.body
				if strings.Contains(target, "%s") {
					target = fmt.Sprintf(target, id)
				}
				if s, ok := body.(string); ok {
					body = fmt.Sprintf(s, id)
				}
				said[id] = neutral(h.call(t, who, c.method, target, body), id)
			}
			if said["k7siti"] != said["k7tiada"] {
				t.Errorf("%s, %s %s: %s", who.ID, c.method, c.target, difference(said["k7siti"], said["k7tiada"]))
			}
		}
	}
	if seen < 20 {
		t.Fatalf("only %d actors may not see her: the walk is broken", seen)
	}
}

// difference shows where two answers part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-40):min(len(s), i+80)] }
	return fmt.Sprintf("of somebody %q, of nobody %q", cut(a), cut(b))
}

// neutral takes out of an answer what differs from request to request, and what
// was asked for.
func neutral(answer, id string) string {
	answer = regexp.MustCompile(`\b[a-z2-7]{16}\b|Content-Length:\[[0-9]+\]`).ReplaceAllString(answer, "")
	return strings.ReplaceAll(answer, id, "ID")
}

// TestAccountsTokensAndTheQueueDoNotLeak asks the rest of the house.
func TestAccountsTokensAndTheQueueDoNotLeak(t *testing.T) {
	h := newLeakHouse(t)
	ctx := t.Context()
	accounts := map[string]string{} // login → id
	list, err := h.identity.List(ctx, actor.Actor{ID: "account:x", Grants: []actor.Grant{{Role: "admin"}}}, identity.ListInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.Accounts {
		accounts[a.Login] = a.ID
	}
	owner, ok, err := h.identity.ActorOf(ctx, "account:"+accounts["demo.bkd"])
	if err != nil || !ok {
		t.Fatal(err)
	}
	if _, err := h.tokens.Create(ctx, owner, token.CreateInput{Name: "Rahasia BKD", Actions: []string{"ask.ask"}, Days: 7}); err != nil {
		t.Fatal(err)
	}
	if err := h.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return jobs.Enqueue(ctx, tx, jobs.Job{Kind: "uji.bocor", Payload: "isi surat"})
	}); err != nil {
		t.Fatal(err)
	}
	said := func(v any, err error) string {
		if err != nil {
			return err.Error()
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	about := func(kind, account string) access.Resource {
		return access.Resource{Type: kind, Attrs: map[string]any{"owner": "account:" + account}}
	}
	everybody := access.Resource{Type: "account"}
	bkd := accounts["demo.bkd"]
	accesstest.Walk(t, h.guard, leakWorld(),
		accesstest.Case{Name: "list of accounts", Action: "account.manage", Marks: []accesstest.Mark{{Text: "demo.bkd", Of: everybody}, {Text: "demo.auditor", Of: everybody}},
			Call: func(t testing.TB, who actor.Actor) string {
				return said(h.identity.List(ctx, who, identity.ListInput{}))
			}},
		accesstest.Case{Name: "an account", Action: "account.manage", Marks: []accesstest.Mark{{Text: "demo.bkd", Of: about("account", bkd)}},
			Call: func(t testing.TB, who actor.Actor) string {
				a, g, err := h.identity.Look(ctx, who, bkd)
				return said([]any{a, g}, err)
			}},
		accesstest.Case{Name: "tokens of another", Action: "token.read", Marks: []accesstest.Mark{{Text: "Rahasia BKD", Of: about("token", bkd)}},
			Call: func(t testing.TB, who actor.Actor) string {
				return h.call(t, who, "GET", "/api/v1/tokens?owner=account:"+bkd, nil)
			}},
		accesstest.Case{Name: "the queue", Action: "jobs.read", Marks: []accesstest.Mark{{Text: "uji.bocor", Of: access.Resource{Type: "queue"}}},
			Call: func(t testing.TB, who actor.Actor) string { return h.call(t, who, "GET", "/antrean", nil) }},
	)
	for _, who := range accesstest.Actors(h.guard, leakWorld()) {
		for _, target := range []string{"/akun/token", "/api/v1/tokens", "/antrean"} {
			got := h.call(t, who, "GET", target, nil)
			if strings.Contains(got, "Rahasia BKD") {
				t.Errorf("%s sees another's token at %s", who.ID, target)
			}
			if strings.Contains(got, "isi surat") {
				t.Errorf("%s reads a job's content at %s", who.ID, target)
			}
		}
	}
}

// threeUnits is a province of three units and a few people who do not exist.
func threeUnits() roster.Batch {
	since := day.Of(2015, 1, 1)
	person := func(id, nip, name, grade string) roster.Person {
		n, _ := roster.ParseNIP(nip)
		return roster.Person{ID: id, NIP: nip, Name: name, Grade: grade, Education: "S-1", Born: n.Born, Sex: n.Sex, Status: roster.PNS, From: n.Appointed(), Until: day.None}
	}
	unit := func(id, parent, name, area string) roster.Unit {
		return roster.Unit{ID: id, Parent: parent, Name: name, Area: area, From: since, Until: day.None}
	}
	post := func(id, unit, title string, level roster.Level, echelon string, head bool) roster.Post {
		return roster.Post{ID: id, Unit: unit, Title: title, Level: level, Echelon: echelon, Class: 9, Seats: 1, Head: head, From: since, Until: day.None}
	}
	camat := post("camat", "gambir", "Camat Gambir", roster.Administrator, "III.a", true)
	camat.Duties = "1. memimpin kecamatan\n2. melayani warga"
	return roster.Batch{
		Units: []roster.Unit{unit("prov", "", "Pemerintah Provinsi", "31"), unit("dinkes", "prov", "Dinas Kesehatan", "31"), unit("gambir", "prov", "Kecamatan Gambir", "31.71.01")},
		Posts: []roster.Post{
			post("kadis", "dinkes", "Kepala Dinas Kesehatan", roster.JPTPratama, "II.a", true),
			camat,
			post("staf", "gambir", "Pengadministrasi Umum", roster.Pelaksana, "", false),
			post("lowong", "gambir", "Kepala Seksi Pemerintahan", roster.Pengawas, "IV.a", false),
		},
		People: []roster.Person{person("k7siti", sitiNIP, "Siti Nurhaliza", "IV/c"), person("k7budi", budiNIP, "Budi Santoso", "IV/a"), person("k7rini", riniNIP, "Rini Widyastuti", "III/b")},
		Tenures: []roster.Tenure{
			{Person: "k7siti", Post: "kadis", Kind: roster.Definitive, From: day.Of(2019, 3, 1), Until: day.None},
			{Person: "k7budi", Post: "camat", Kind: roster.Definitive, From: day.Of(2022, 1, 1), Until: day.None},
			{Person: "k7rini", Post: "staf", Kind: roster.Definitive, From: day.Of(2016, 1, 1), Until: day.None},
		},
	}
}
