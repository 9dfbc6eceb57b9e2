package signon_test

import (
	"crypto/rand"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"netral/internal/identity"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

const back = "/masuk/sso/kembali"

// world is Netral's sign-in and dex, each on a port of its own.
type world struct {
	t      *testing.T
	s      *identity.Service
	book   *ledger.Book
	base   string
	issuer string
}

func each(t *testing.T, fn func(w *world), change ...func(*identity.OIDC)) {
	t.Helper()
	ledgertest.Each(t, []store.Line{identity.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, book: book, base: fmt.Sprintf("http://localhost:%d", l.Addr().(*net.TCPAddr).Port)} // passkeys want a name
		w.issuer = provider(t, w.base+back)
		cat, err := text.New()
		if err != nil {
			t.Fatal(err)
		}
		o := &identity.OIDC{Issuer: w.issuer, ClientID: clientID, ClientSecret: clientSecret, Name: "SSO Uji",
			Scopes: []string{"profile", "email", "groups"}, RoleClaim: "groups", LoginClaim: "email", Create: true,
			Roles: map[string]identity.MappedRole{"authors": {Role: "personnel", Unit: "bkd"}, "staff": {Role: "auditor"}}}
		for _, f := range change {
			f(o)
		}
		if w.s, err = identity.New(identity.Config{DB: db, Book: book, Text: cat, Rand: rand.Reader, Base: w.base, OIDC: o}); err != nil {
			t.Fatal(err)
		}
		sh := webtest.Shell(t, nil, func(c *web.Config) { c.Now = time.Now })
		mux := http.NewServeMux()
		sh.Mount(mux)
		w.s.Routes(mux, sh)
		srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: w.s.Wrap(sh.Handler(mux)), ReadHeaderTimeout: 10 * time.Second}}
		srv.Start()
		defer srv.Close()
		fn(w)
	}, storetest.WithOptions(func(o *store.Options) { o.Now = time.Now }))
}

// browser keeps cookies of both sites and shows each redirect.
type browser struct {
	w *world
	c *http.Client
}

func (w *world) browser() *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	tr := &http.Transport{}
	w.t.Cleanup(tr.CloseIdleConnections)
	return &browser{w: w, c: &http.Client{Jar: jar, Transport: tr, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// copy is another browser that has stolen the cookies for an address.
func (b *browser) copy(at string) *browser {
	b.w.t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		b.w.t.Fatal(err)
	}
	c := b.w.browser()
	if c.c.Jar.SetCookies(u, b.c.Jar.Cookies(u)); len(c.c.Jar.Cookies(u)) == 0 {
		b.w.t.Fatal("there is no cookie to steal")
	}
	return c
}

// do asks for a page; form nil means GET. It gives the status, where it sends
// the browser, and the page.
func (b *browser) do(at string, form url.Values) (int, string, string) {
	b.w.t.Helper()
	var res *http.Response
	var err error
	if form == nil {
		res, err = b.c.Get(at)
	} else {
		res, err = b.c.PostForm(at, form)
	}
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to the end
	page, err := io.ReadAll(res.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	to := ""
	if l, err := res.Location(); err == nil {
		to = l.String()
	}
	return res.StatusCode, to, html.UnescapeString(string(page))
}

// leave begins a sign-in: the address at the provider that Netral sends to.
func (b *browser) leave(next string) *url.URL {
	b.w.t.Helper()
	status, to, page := b.do(b.w.base+"/masuk/sso?ke="+url.QueryEscape(next), nil)
	if status != http.StatusSeeOther || !strings.HasPrefix(to, b.w.issuer+"/auth?") {
		b.w.t.Fatalf("status %d to %q\n%s", status, to, page)
	}
	u, err := url.Parse(to)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return u
}

// at changes the address before the browser follows it.
func at(u *url.URL, pairs ...string) string {
	q := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	c := *u
	c.RawQuery = q.Encode()
	return c.String()
}

// signIn walks through dex's pages, until dex sends the browser back to Netral
// or gives up. Login "" is the directory that asks nothing.
func (b *browser) signIn(to, login, pass string) (returns *url.URL, page string) {
	b.w.t.Helper()
	connector := "local"
	if login == "" {
		connector = "mock"
	}
	var form url.Values
	to += "&connector_id=" + connector
	for range 10 {
		status, next, text := b.do(to, form)
		form = nil
		switch {
		case strings.HasPrefix(next, b.w.base+back) || next != "" && !strings.HasPrefix(next, b.w.issuer):
			u, err := url.Parse(next)
			if err != nil {
				b.w.t.Fatal(err)
			}
			return u, text
		case next != "":
			to = next
		case status == http.StatusOK && strings.Contains(text, `name="password"`) && !strings.Contains(text, "login-error"):
			form = url.Values{"login": {login}, "password": {pass}} // to the same address
		default:
			return nil, text
		}
	}
	b.w.t.Fatal("dex sends the browser in circles")
	return nil, ""
}

// kinds counts entries of a kind.
func (w *world) count(kind string) int {
	w.t.Helper()
	all, err := w.book.Entries(w.t.Context(), 0, 10_000, ledger.Filter{Kind: kind})
	if err != nil {
		w.t.Fatal(err)
	}
	return len(all)
}

// refused wants that what the browser brings back opens nothing, is answered
// as everything else that is wrong, and is recorded once without saying who.
func (w *world) refused(name string, b *browser, returns string) {
	w.t.Helper()
	opened, refusals := w.count(identity.KindOpened), w.count(identity.KindRefused)
	status, to, page := b.do(returns, nil)
	if status != http.StatusForbidden || to != "" || !strings.Contains(page, "Masuk dengan SSO Uji tidak berhasil") {
		w.t.Errorf("%s: status %d to %q\n%.2000s", name, status, to, page)
	}
	if status, to, _ := b.do(w.base+"/akun", nil); status != http.StatusSeeOther || !strings.HasPrefix(to, w.base+"/masuk") {
		w.t.Errorf("%s: the account page answers %d to %q", name, status, to)
	}
	if a, b := w.count(identity.KindOpened)-opened, w.count(identity.KindRefused)-refusals; a != 0 || b != 1 {
		w.t.Errorf("%s: %d sessions, %d refusals in the record", name, a, b)
	}
}

func (w *world) opened(b *browser, returns *url.URL, to string) {
	w.t.Helper()
	if returns == nil {
		w.t.Fatal("dex did not send the browser back")
	}
	status, next, page := b.do(returns.String(), nil)
	if status != http.StatusSeeOther || next != w.base+to {
		w.t.Fatalf("status %d to %q, want %q\n%.3000s", status, next, to, page)
	}
}

func TestSignIn(t *testing.T) {
	each(t, func(w *world) {
		b := w.browser()
		u := b.leave("/akun")
		for name, want := range map[string]string{"response_type": "code", "client_id": clientID, "code_challenge_method": "S256", "redirect_uri": w.base + back} {
			if got := u.Query().Get(name); got != want {
				w.t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		returns, _ := b.signIn(u.String(), "siti.aminah@dki.test", password)
		w.opened(b, returns, "/akun")
		if _, _, page := b.do(w.base+"/akun", nil); !strings.Contains(page, "Siti Aminah") || strings.Contains(page, "Pejabat kepegawaian") {
			w.t.Errorf("the account of somebody without groups:\n%.3000s", page)
		}

		// The directory's group is a role; what is mapped to nothing gives none.
		c := w.browser()
		returns, _ = c.signIn(c.leave("/akun").String(), "", "")
		w.opened(c, returns, "/akun")
		if _, _, page := c.do(w.base+"/akun", nil); !strings.Contains(page, "Kilgore Trout") || !strings.Contains(page, "Pejabat kepegawaian") {
			w.t.Errorf("the account of a personnel officer:\n%.3000s", page)
		}

		// A second time it is the same account.
		before := w.count(identity.KindOpened)
		d := w.browser()
		returns, _ = d.signIn(d.leave("/akun").String(), "siti.aminah@dki.test", password)
		w.opened(d, returns, "/akun")
		if w.count(identity.KindOpened) != before+1 {
			w.t.Error("a sign-in without an entry")
		}

		// A page elsewhere is not where a sign-in leads to.
		for _, next := range []string{"https://jahat.example/", "//jahat.example/", `/\jahat.example`, "javascript:alert(1)"} {
			e := w.browser()
			returns, _ = e.signIn(e.leave(next).String(), "siti.aminah@dki.test", password)
			status, to, _ := e.do(returns.String(), nil)
			if u, err := url.Parse(to); status != http.StatusSeeOther || err != nil || "http://"+u.Host != w.base {
				w.t.Errorf("ke=%s leads to %q", next, to)
			}
		}
	})
}

func TestWhatIsWrong(t *testing.T) {
	each(t, func(w *world) {
		const login = "budi.santoso@dki.test"
		// good is a sign-in up to the return, with the address changed on the way
		// to the provider.
		good := func(pairs ...string) (*browser, *url.URL, string) {
			b := w.browser()
			returns, page := b.signIn(at(b.leave("/akun"), pairs...), login, password)
			return b, returns, page
		}
		back := func(returns *url.URL, pairs ...string) string {
			w.t.Helper()
			if returns == nil {
				w.t.Fatal("dex did not send the browser back")
			}
			return at(returns, pairs...)
		}
		b, r, _ := good()
		w.refused("another state", b, back(r, "state", strings.Repeat("A", 43)))
		b, r, _ = good()
		w.refused("a forged code", b, back(r, "code", "abcdefghijklmnopqrstuvwxy"))
		b, r, _ = good()
		w.refused("no code", b, back(r, "code", ""))
		b, r, _ = good("nonce", "bukan-nonce-kita")
		w.refused("another nonce", b, back(r))
		b, r, _ = good("code_challenge", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
		w.refused("another challenge", b, back(r))
		b, r, _ = good("client_id", otherClient)
		w.refused("a code for another application", b, back(r))

		// Somebody else's code, put into the victim's return: the verifier is of
		// another browser.
		_, theirs, _ := good()
		b, r, _ = good()
		w.refused("another browser's code", b, back(r, "code", theirs.Query().Get("code")))
		w.refused("a return without its browser", w.browser(), back(theirs))

		// Once is once.
		b, r, _ = good()
		c := b.copy(back(r)) // with the cookie of the sign-in that is under way
		w.opened(b, r, "/akun")
		w.refused("a return that was used", c, r.String())

		// What dex itself does not let through never comes back to us.
		b = w.browser()
		if r, page := b.signIn(at(b.leave("/akun"), "redirect_uri", "https://jahat.example"+"/kembali"), login, password); r != nil || !strings.Contains(page, "redirect_uri") {
			w.t.Errorf("a foreign redirect: %v\n%.1000s", r, page)
		}
		b = w.browser()
		if r, page := b.signIn(b.leave("/akun").String(), login, "salah salah salah"); r != nil || !strings.Contains(page, "login-error") {
			w.t.Errorf("a wrong password: %v\n%.1000s", r, page)
		}
		// Whoever breaks off is refused like everybody else.
		b = w.browser()
		state := b.leave("/akun").Query().Get("state")
		w.refused("the provider says no", b, w.base+"/masuk/sso/kembali?"+url.Values{"error": {"access_denied"}, "state": {state}}.Encode())

		// No entry says who it was about.
		all, err := w.book.Entries(w.t.Context(), 0, 10_000, ledger.Filter{Kind: identity.KindRefused})
		if err != nil || len(all) != 10 {
			w.t.Fatalf("%d refusals, %v", len(all), err)
		}
		for _, e := range all {
			if s := string(e.Body); strings.Contains(s, "budi") || strings.Contains(s, "code") && strings.Contains(s, "abcdefgh") {
				w.t.Errorf("entry %d says %s", e.Index, s)
			}
		}
	})
}

// TestWrongSecret: a client that the provider does not take is nobody's fault
// who signs in, and opens nothing.
func TestWrongSecret(t *testing.T) {
	each(t, func(w *world) {
		b := w.browser()
		returns, _ := b.signIn(b.leave("/akun").String(), "siti.aminah@dki.test", password)
		w.refused("a wrong client secret", b, returns.String())
	}, func(o *identity.OIDC) { o.ClientSecret = "salah" })
}
