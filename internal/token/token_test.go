package token

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// house is the service with what it leans on.
type house struct {
	*Service
	book  *ledger.Book
	clock *storetest.Clock
	out   map[string]bool // owners that are not let in any more
}

func ani() actor.Actor {
	return actor.Actor{ID: "account:ani", Via: "page", Lang: "id", Person: "p1", Grants: []actor.Grant{{Role: "personnel"}}}
}

func bos() actor.Actor { return actor.Actor{ID: "account:bos", Via: "page", Lang: "id"} }

var admin = actor.Actor{ID: "account:admin", Via: "page", Lang: "id", Grants: []actor.Grant{{Role: "admin"}}}

// box turns every byte over, and knows whose an answer is.
type box struct{}

func (box) Seal(actor, key string, plain []byte) ([]byte, error) {
	return turned([]byte(actor + " " + key + " " + string(plain))), nil
}

func (box) Open(actor, key string, sealed []byte) ([]byte, error) {
	plain, ok := bytes.CutPrefix(turned(sealed), []byte(actor+" "+key+" "))
	if !ok {
		return nil, errors.New("another's answer")
	}
	return plain, nil
}

func turned(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = ^c
	}
	return out
}

func each(t *testing.T, fn func(t *testing.T, h *house), change ...func(*Config)) {
	t.Helper()
	clock := storetest.NewClock(time.Time{})
	ledgertest.Each(t, []store.Line{Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		clock.Set(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
		h := &house{book: book, clock: clock, out: map[string]bool{}}
		c := Config{
			DB: db, Book: book, Rand: ledgertest.Rand(7), Box: box{},
			Owner: func(_ context.Context, id string) (actor.Actor, bool, error) {
				a := ani()
				if id != a.ID {
					a = bos()
				}
				return a, !h.out[id], nil
			},
			Allow: func(who actor.Actor, action, owner string) error {
				if who.ID == owner || who.Has("admin") && action != ActCreate {
					return nil
				}
				return fault.New(fault.NotFound, "token.missing")
			},
			Actions: []string{"ask.ask", "roster.person.read", "token.create", "grant.change", "vault.open", "account.manage"},
		}
		for _, f := range change {
			f(&c)
		}
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		h.Service = s
		fn(t, h)
	}, storetest.WithClock(clock))
}

func (h *house) make(t *testing.T, who actor.Actor, days int) *Created {
	t.Helper()
	made, err := h.Create(context.Background(), who, CreateInput{Name: " e-Kinerja  sinkron ", Actions: []string{"roster.person.read", "roster.person.read"}, Days: days})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (h *house) kinds(t *testing.T) func() []string {
	return func() []string {
		all, err := h.book.Latest(context.Background(), -1, 200, ledger.Filter{Kind: "foundation."})
		if err != nil {
			t.Fatal(err)
		}
		out := make([]string, 0, len(all))
		for _, e := range slices.Backward(all) {
			out = append(out, e.Kind)
		}
		return out
	}
}

func bearer(values ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/api/v1/x", nil)
	for _, v := range values {
		r.Header.Add("Authorization", v)
	}
	return r
}

func TestTokenLetsItsOwnerInNarrowed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		made := h.make(t, ani(), 30)
		if !regexp.MustCompile(`^nt_[0-9A-Za-z]{36}$`).MatchString(made.Secret) {
			t.Errorf("token %q", made.Secret)
		}
		if made.Token.Name != "e-Kinerja sinkron" || len(made.Token.Actions) != 1 {
			t.Errorf("made %+v", made.Token)
		}
		a, ok, err := h.Actor(bearer("bearer " + made.Secret))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if a.ID != "account:ani" || a.Person != "p1" || a.Via != "api" || !a.Has("personnel") {
			t.Errorf("actor %+v", a)
		}
		if !scope.Allows(a, "roster.person.read") || scope.Allows(a, "ask.ask") || !scope.Narrowed(a) {
			t.Error("not narrowed to what it was made for")
		}
		list, err := h.List(context.Background(), ani(), ListInput{})
		if err != nil || len(list) != 1 || list[0].Used != day.Of(2023, 10, 19) {
			t.Errorf("list %+v %v", list, err)
		}
		// The token is in no table and no entry.
		body := everything(t, h)
		if strings.Contains(body, made.Secret) || !strings.Contains(body, made.Token.Tail) {
			t.Error("the token was kept, or nothing was")
		}
		page := bearer("Bearer " + made.Secret)
		page.URL.Path = "/akun/token"
		if a, ok, err := h.Actor(page); ok || err != nil || a.ID != "" {
			t.Errorf("a token on a page: %+v %v %v", a, ok, err)
		}
		if a, ok, err := h.Actor(bearer()); ok || err != nil || a.ID != "" {
			t.Errorf("no header: %v %v %v", a, ok, err)
		}
	})
}

// everything is all rows of the tokens and all entries.
func everything(t *testing.T, h *house) string {
	t.Helper()
	var b strings.Builder
	err := h.DB.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT "+columns+", hash FROM token_token")
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // a test
		for rows.Next() {
			v := make([]any, 11)
			p := make([]any, len(v))
			for i := range v {
				p[i] = &v[i]
			}
			if err := rows.Scan(p...); err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s\n", v)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := h.book.Latest(context.Background(), -1, 200, ledger.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		b.Write(e.Receipt().Body)
	}
	return b.String()
}

func TestWrongTokensAreAllTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := h.make(t, ani(), 1).Secret
		revoked := h.make(t, ani(), 30)
		if _, err := h.Revoke(context.Background(), ani(), RevokeInput{ID: revoked.Token.ID, Reason: "bocor"}); err != nil {
			t.Fatal(err)
		}
		other, err := newSecret(ledgertest.Rand(9))
		if err != nil {
			t.Fatal(err)
		}
		broken := []byte(good)
		broken[5] = 'A' + 'B' - broken[5]%2 // another letter
		want := bad().Error()
		refuse := func(name, given string) {
			t.Helper()
			a, ok, err := h.Actor(bearer("Bearer " + given))
			if ok || a.ID != "" || err == nil || err.Error() != want {
				t.Errorf("%s: %v %v %v", name, a, ok, err)
			}
		}
		refuse("unknown", other)
		refuse("revoked", revoked.Secret)
		refuse("revoked, again", revoked.Secret)
		refuse("a letter changed", string(broken))
		refuse("cut", good[:20])
		refuse("empty", "")
		refuse("long", strings.Repeat("a", 100_000))
		refuse("not ASCII", strings.Repeat("é", secretLen/2)+"x")
		if _, ok, err := h.Actor(bearer("Bearer " + good)); !ok || err != nil {
			t.Errorf("the good one: %v", err)
		}
		h.out["account:ani"] = true
		refuse("owner not let in", good)
		h.out["account:ani"] = false
		h.clock.Set(day.Of(2023, 10, 20).Start()) // one day: to the end of today
		refuse("expired", good)
		refuse("expired, again", good)
		if got, want := h.kinds(t)(), []string{KindCreated, KindCreated, KindRevoked, KindRefused, KindRefused, KindRefused}; !slices.Equal(got, want) {
			t.Errorf("entries %q, want %q", got, want) // each once a day
		}
		for _, given := range [][]string{{"Basic eDp5"}, {"Bearer " + good, "Bearer " + good}, {good}, {""}} {
			if _, ok, err := h.Actor(bearer(given...)); ok || !errors.Is(err, fault.SignIn) {
				t.Errorf("%q: %v %v", given, ok, err)
			}
		}
	})
}

func TestRate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one, two := h.make(t, ani(), 30).Secret, h.make(t, ani(), 30).Secret
		try := func(s string) error { _, _, err := h.Actor(bearer("Bearer " + s)); return err }
		for i := range 3 {
			if err := try(one); err != nil {
				t.Fatal(i, err)
			}
		}
		if err := try(one); !errors.Is(err, fault.TooMany) {
			t.Errorf("the fourth in a minute: %v", err)
		}
		if err := try(two); err != nil {
			t.Errorf("another token: %v", err)
		}
		h.clock.Step(20 * time.Second)
		if err := try(one); err != nil {
			t.Errorf("a third of a minute later: %v", err)
		}
		if err := try(one); !errors.Is(err, fault.TooMany) {
			t.Errorf("and one more: %v", err)
		}
	}, func(c *Config) { c.Rate = 3 })
}

func TestCreateRefuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := CreateInput{Name: "x", Actions: []string{"ask.ask"}, Days: 1}
		with := func(f func(*CreateInput)) CreateInput { in := good; f(&in); return in }
		for _, c := range []struct {
			name   string
			who    actor.Actor
			in     CreateInput
			want   error
			fields []string
		}{
			{"anonymous", actor.Anonymous("api", "id"), good, fault.SignIn, nil},
			{"a token", scope.Narrow(ani(), []string{"token.create", "ask.ask"}), good, fault.Denied, nil},
			{"no name", ani(), with(func(in *CreateInput) { in.Name = " \n " }), fault.Invalid, []string{"name"}},
			{"long name", ani(), with(func(in *CreateInput) { in.Name = strings.Repeat("n", 61) }), fault.Invalid, []string{"name"}},
			{"no action", ani(), with(func(in *CreateInput) { in.Actions = nil }), fault.Invalid, []string{"actions"}},
			{"power", ani(), with(func(in *CreateInput) { in.Actions = []string{"grant.change"} }), fault.Invalid, []string{"actions"}},
			{"no such action", ani(), with(func(in *CreateInput) { in.Actions = []string{"ask.ask", "ask.ask roster.person.read"} }), fault.Invalid, []string{"actions"}},
			{"too long", ani(), with(func(in *CreateInput) { in.Days = 366 }), fault.Invalid, []string{"days"}},
			{"all at once", ani(), CreateInput{}, fault.Invalid, []string{"name", "actions", "days"}},
		} {
			made, err := h.Create(context.Background(), c.who, c.in)
			if made != nil || !errors.Is(err, c.want) {
				t.Errorf("%s: %v %v", c.name, made, err)
				continue
			}
			var names []string
			for _, f := range fault.Of(err).Fields {
				names = append(names, f.Name)
			}
			if !slices.Equal(names, c.fields) {
				t.Errorf("%s: fields %v, want %v", c.name, names, c.fields)
			}
		}
		if got := h.Offered(); !slices.Equal(got, []string{"ask.ask", "roster.person.read"}) {
			t.Errorf("offered %v", got)
		}
		for range MaxLive {
			h.make(t, ani(), 1)
		}
		if _, err := h.Create(context.Background(), ani(), good); fault.Of(err).Key != "token.many" {
			t.Errorf("one too many: %v", err)
		}
		h.clock.Step(48 * time.Hour)
		h.make(t, ani(), 365) // the old ones have ended
	})
}

func TestRevokeAndList(t *testing.T) {
	ctx := context.Background()
	each(t, func(t *testing.T, h *house) {
		first := h.make(t, ani(), 30).Token
		h.clock.Step(time.Second)
		second := h.make(t, ani(), 30).Token
		if _, err := h.Revoke(ctx, bos(), RevokeInput{ID: first.ID}); !errors.Is(err, fault.NotFound) {
			t.Errorf("another's: %v", err)
		}
		if _, err := h.Revoke(ctx, scope.Narrow(ani(), []string{"token.revoke"}), RevokeInput{ID: first.ID}); !errors.Is(err, fault.Denied) {
			t.Errorf("by a token: %v", err)
		}
		for _, id := range []string{"", "nothing", strings.Repeat("x", 1000), "\x00"} {
			if _, err := h.Revoke(ctx, ani(), RevokeInput{ID: id}); !errors.Is(err, fault.NotFound) {
				t.Errorf("%.10q: %v", id, err)
			}
		}
		if _, err := h.Revoke(ctx, ani(), RevokeInput{ID: first.ID, Reason: strings.Repeat("x", 201)}); !errors.Is(err, fault.Invalid) {
			t.Errorf("a long reason: %v", err)
		}
		if _, err := h.Revoke(ctx, admin, RevokeInput{ID: second.ID, Reason: "bocor di repositori"}); err != nil {
			t.Errorf("an administrator: %v", err)
		}
		if _, err := h.Revoke(ctx, ani(), RevokeInput{ID: second.ID}); !errors.Is(err, fault.Conflict) {
			t.Errorf("twice: %v", err)
		}
		list, err := h.List(ctx, ani(), ListInput{})
		if err != nil || len(list) != 2 || list[0].ID != first.ID || list[1].Revoked.IsZero() {
			t.Errorf("list %+v %v", list, err) // what is good comes first
		}
		if _, err := h.List(ctx, bos(), ListInput{Owner: "account:ani"}); err == nil {
			t.Error("another's list is shown")
		}
		if l, err := h.List(ctx, bos(), ListInput{}); err != nil || len(l) != 0 {
			t.Errorf("a list of nothing: %v %v", l, err)
		}
		h.clock.Set(h.clock.Now().AddDate(1, 2, 0))
		if n, err := h.Forget(ctx); err != nil || n != 2 {
			t.Errorf("forgot %d %v", n, err)
		}
	})
}

func TestManyRevokeOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.make(t, ani(), 30).Token.ID
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for range 8 {
			wg.Go(func() {
				if _, err := h.Revoke(context.Background(), ani(), RevokeInput{ID: id}); err == nil {
					mu.Lock()
					done++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if done != 1 {
			t.Errorf("revoked %d times", done)
		}
	})
}

// signed signs in whoever the header As names.
func signed(r *http.Request) (actor.Actor, bool) {
	switch r.Header.Get("As") {
	case "ani":
		return ani(), true
	case "bos":
		return bos(), true
	}
	return actor.Actor{}, false
}

func site(t *testing.T, h *house, log io.Writer) http.Handler {
	sh := webtest.Shell(t, log, func(c *web.Config) { c.Who = signed })
	mux := http.NewServeMux()
	sh.Mount(mux)
	h.Routes(mux, sh)
	h.API(web.NewAPI(mux, sh, "test"), sh)
	return sh.Handler(mux)
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var log bytes.Buffer
		handler := site(t, h, &log)
		as := func(who string) map[string]string { return map[string]string{"As": who} }
		form := url.Values{fieldName: {"Dasbor <b>"}, fieldAction: {"ask.ask"}, fieldDays: {"90"}}
		webtest.Run(t, handler, h.kinds(t),
			webtest.Scenario{Name: "nobody", URL: nav, Status: 401, Want: []string{"masuk"}},
			webtest.Scenario{Name: "empty", URL: nav, Header: as("ani"), Want: []string{"Belum ada token", `value="roster.person.read"`}, NotWant: []string{"grant.change"}},
			webtest.Scenario{Name: "nothing chosen", URL: nav, Header: as("ani"), Form: url.Values{fieldName: {"Dasbor"}, fieldDays: {"x"}}, Status: 422, Want: []string{`value="Dasbor"`, "sedikitnya satu", "1 sampai 365"}},
			webtest.Scenario{Name: "made", URL: nav, Header: as("ani"), Form: form, Want: []string{"nt_", "hanya ditampilkan sekali", "Dasbor &lt;b&gt;"}, Entries: []string{KindCreated}},
			webtest.Scenario{Name: "and not shown again", URL: nav, Header: as("ani"), Lang: "en", Want: []string{"Dasbor &lt;b&gt;", "nt_…"}, NotWant: []string{"shown only once"}},
			webtest.Scenario{Name: "the other language makes no second one", URL: nav, Header: as("ani"), Form: url.Values{}, Status: 303, WantHeader: map[string]string{"Location": nav}},
			webtest.Scenario{Name: "another does not see it", URL: nav, Header: as("bos"), NotWant: []string{"Dasbor"}},
			webtest.Scenario{Name: "from another site", URL: nav, Form: form, Header: map[string]string{"As": "ani", "Sec-Fetch-Site": "cross-site"}, Status: 403},
		)
		list, err := h.List(context.Background(), ani(), ListInput{})
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		revoke := nav + "/" + list[0].ID + "/cabut"
		webtest.Run(t, handler, h.kinds(t),
			webtest.Scenario{Name: "another revokes", URL: revoke, Method: "POST", Form: url.Values{}, Header: as("bos"), Status: 404},
			webtest.Scenario{Name: "revoked", URL: revoke, Method: "POST", Form: url.Values{}, Header: as("ani"), Status: 303, WantHeader: map[string]string{"Location": nav}, Entries: []string{KindRevoked}},
			webtest.Scenario{Name: "again", URL: revoke, Method: "POST", Form: url.Values{}, Header: as("ani"), Status: 409},
			webtest.Scenario{Name: "is shown", URL: nav, Header: as("ani"), Want: []string{"dicabut 19 Okt 2023"}, NotWant: []string{revoke}},
			webtest.Scenario{Name: "GET changes nothing", URL: revoke, Header: as("ani"), Status: 405},

			webtest.Scenario{Name: "API, nobody", URL: "/api/v1/tokens", Status: 401},
			webtest.Scenario{Name: "API, list", URL: "/api/v1/tokens", Header: as("ani"), Want: []string{`"name":"Dasbor <b>"`, `"tail"`}, NotWant: []string{`"secret"`}},
			webtest.Scenario{Name: "API, another's", URL: "/api/v1/tokens?owner=account:ani", Header: as("bos"), Status: 404},
			webtest.Scenario{Name: "API, make", URL: "/api/v1/tokens", Header: as("bos"), JSON: CreateInput{Name: "x", Actions: []string{"ask.ask"}, Days: 7}, Want: []string{`"secret":"nt_`}, Entries: []string{KindCreated}},
			webtest.Scenario{Name: "API, wrong", URL: "/api/v1/tokens", Header: as("bos"), JSON: CreateInput{Name: "x", Actions: []string{"vault.open"}, Days: 7}, Status: 422, Want: []string{"vault.open"}},
			webtest.Scenario{Name: "API, no such", URL: "/api/v1/tokens/abc", Method: "DELETE", Header: as("bos"), Status: 404},
		)
		for _, secret := range []string{"nt_", list[0].ID, "Dasbor"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
	})
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), Samples())
}

func TestSecret(t *testing.T) {
	seen := map[string]bool{}
	counts := map[byte]int{}
	r := ledgertest.Rand(3)
	for range 500 {
		s, err := newSecret(r)
		if err != nil {
			t.Fatal(err)
		}
		if !sound(s) || seen[s] {
			t.Fatalf("token %q", s)
		}
		seen[s] = true
		for i := len(prefix); i < secretLen-checkLen; i++ {
			counts[s[i]]++
		}
		// Any one letter changed, and any two neighbours swapped, is noticed.
		for i := range len(s) {
			b := []byte(s)
			if b[i] = 'x'; s[i] == 'x' {
				b[i] = 'y'
			}
			if sound(string(b)) {
				t.Fatalf("%s with another letter at %d passes", s, i)
			}
		}
	}
	for i := range len(letters) {
		if n := counts[letters[i]]; n < 150 || n > 350 { // 242 on average
			t.Errorf("%c was drawn %d times of 15,000", letters[i], n)
		}
	}
	if _, err := newSecret(strings.NewReader("short")); err == nil {
		t.Error("a token without enough randomness")
	}
}

func FuzzSound(f *testing.F) {
	s, err := newSecret(ledgertest.Rand(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s)
	f.Add("nt_")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if sound(s) && checksum(s[:secretLen-checkLen]) != s[secretLen-checkLen:] {
			t.Fatalf("%q passes", s)
		}
	})
}

func BenchmarkActor(b *testing.B) {
	dsn := storetest.SQLite(b, ledgertest.Lines(Migrations)...)
	db := storetest.Open(b, dsn)
	book := ledgertest.Open(b, db)
	s, err := New(Config{
		DB: db, Book: book, Rand: ledgertest.Rand(7), Rate: 1 << 30, Actions: []string{"ask.ask"},
		Owner: func(context.Context, string) (actor.Actor, bool, error) { return ani(), true, nil },
		Allow: func(actor.Actor, string, string) error { return nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	made, err := s.Create(context.Background(), ani(), CreateInput{Name: "x", Actions: []string{"ask.ask"}, Days: 1})
	if err != nil {
		b.Fatal(err)
	}
	r := bearer("Bearer " + made.Secret)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, err := s.Actor(r); !ok || err != nil {
			b.Fatal(err)
		}
	}
}
