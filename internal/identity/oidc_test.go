package identity_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/identity"
	"netral/internal/ledger"
)

// issuer is a provider of single sign-on that a test bends.
type issuer struct {
	t   *testing.T
	srv *httptest.Server
	key *rsa.PrivateKey
	now func() time.Time

	mu    sync.Mutex
	codes map[string]url.Values // what each code was given for
	user  map[string]any        // claims of who signs in
	bend  func(claims map[string]any) *rsa.PrivateKey
	down  bool
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{t: t, codes: map[string]url.Values{}, user: map[string]any{"sub": "subject-1"}, key: ok(rsa.GenerateKey(rand.Reader, 2048))(t)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.send(w, map[string]any{
			"issuer": i.srv.URL, "authorization_endpoint": i.srv.URL + "/auth", "token_endpoint": i.srv.URL + "/token", "jwks_uri": i.srv.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		b64 := base64.RawURLEncoding
		i.send(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64.EncodeToString(i.key.N.Bytes()), "e": b64.EncodeToString(big.NewInt(int64(i.key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", i.token)
	i.srv = httptest.NewServer(mux)
	t.Cleanup(i.srv.Close)
	return i
}

func (i *issuer) send(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		i.t.Error(err)
	}
}

// token gives an id token for a code, once, to who knows the verifier.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.down {
		http.Error(w, "down", http.StatusBadGateway)
		return
	}
	asked, known := i.codes[r.FormValue("code")]
	delete(i.codes, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") || r.FormValue("redirect_uri") != asked.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		i.send(w, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{"iss": i.srv.URL, "aud": "netral", "nonce": asked.Get("nonce"), "iat": i.now().Unix(), "exp": i.now().Add(time.Minute).Unix()}
	maps.Copy(claims, i.user)
	key := i.key
	if i.bend != nil {
		if other := i.bend(claims); other != nil {
			key = other
		}
	}
	i.send(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": i.sign(claims, key)})
}

func (i *issuer) sign(claims map[string]any, key *rsa.PrivateKey) string {
	b64 := base64.RawURLEncoding
	head := b64.EncodeToString([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`))
	body := b64.EncodeToString(ok(json.Marshal(claims))(i.t))
	sum := sha256.Sum256([]byte(head + "." + body))
	sig := ok(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:]))(i.t)
	return head + "." + body + "." + b64.EncodeToString(sig)
}

// visit is what the provider does with a browser: it wants PKCE, and sends back
// a code.
func (i *issuer) visit(to string) url.Values {
	i.t.Helper()
	u := ok(url.Parse(to))(i.t)
	q := u.Query()
	if !strings.HasPrefix(to, i.srv.URL+"/auth?") || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("client_id") != "netral" ||
		q.Get("redirect_uri") != base+"/masuk/sso/kembali" || len(q.Get("state")) < 40 || len(q.Get("nonce")) < 40 || !strings.Contains(q.Get("scope"), "openid") {
		i.t.Fatalf("the browser is sent to %s", to)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	code := "code-" + q.Get("state")[:8]
	i.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func eachSSO(t *testing.T, i *issuer, change func(*identity.OIDC), fn func(w *world)) {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	each(t, func(w *world) {
		i.now = w.clock.Now
		fn(w)
	}, func(c *identity.Config) {
		o := &identity.OIDC{Issuer: i.srv.URL, ClientID: "netral", ClientSecret: "rahasia", Name: "SSO Uji", RoleClaim: "groups", HTTP: &http.Client{Transport: transport},
			Roles: map[string]identity.MappedRole{"bkd": {Role: "personnel", Unit: "bkd"}, "itkot": {Role: "auditor"}}}
		if change != nil {
			change(o)
		}
		c.OIDC = o
	})
}

func TestSSO(t *testing.T) {
	i := newIssuer(t)
	eachSSO(t, i, func(o *identity.OIDC) { o.Create = true }, func(w *world) {
		ctx := context.Background()
		i.user = map[string]any{"sub": "subject-1", "preferred_username": "Siti.Aminah", "name": "Siti Aminah", "groups": []string{"bkd", "tak dikenal"}}
		b := w.browser()
		go1 := func() (url.Values, string) {
			rec := b.send("/masuk/sso?ke=/akun", nil)
			if rec.Code != http.StatusSeeOther {
				w.t.Fatalf("status %d", rec.Code)
			}
			cookie := b.cookies["__Host-netral-sso"]
			return i.visit(rec.Header().Get("Location")), cookie
		}
		q, cookie := go1()
		b.moved(b.send("/masuk/sso/kembali?"+q.Encode(), nil), "/akun")
		b.want(b.send("/akun", nil), http.StatusOK, "Siti Aminah", "Pejabat kepegawaian", "masuk tunggal")
		who, signed := w.s.Actor(request(b.cookies["__Host-netral"]))
		if !signed || !who.Has("personnel") || len(who.Grants) != 1 || who.Grants[0].Unit != "bkd" {
			w.t.Fatalf("the actor is %+v, %v", who, signed)
		}

		// Replayed, with the same cookie: refused, as everything else that is wrong.
		refused := func(name string, q url.Values, cookie string) {
			w.t.Helper()
			v := w.browser()
			if cookie != "" {
				v.cookies["__Host-netral-sso"] = cookie
			}
			n := len(w.kinds())
			page := v.want(v.send("/masuk/sso/kembali?"+q.Encode(), nil), http.StatusForbidden, "Masuk dengan SSO Uji tidak berhasil", `value="/masuk"`)
			for _, sent := range []string{"code", "state"} {
				if x := q.Get(sent); x != "" && strings.Contains(page, x) {
					w.t.Errorf("%s: the page has the %s that the provider sent", name, sent)
				}
			}
			if got := w.kinds()[n:]; !slices.Equal(got, []string{identity.KindRefused}) {
				w.t.Errorf("%s wrote %v", name, got)
			}
			if v.cookies["__Host-netral"] != "" {
				w.t.Errorf("%s opened a session", name)
			}
		}
		refused("a replay", q, cookie)
		with := func(change func(url.Values)) func(url.Values) url.Values {
			return func(q url.Values) url.Values { change(q); return q }
		}
		for name, change := range map[string]func(url.Values) url.Values{
			"another state": with(func(q url.Values) { q.Set("state", strings.Repeat("A", 43)) }),
			"no state":      with(func(q url.Values) { q.Del("state") }),
			"two states":    with(func(q url.Values) { q.Add("state", q.Get("state")) }),
			"another code":  with(func(q url.Values) { q.Set("code", "code-x") }),
			"no code":       with(func(q url.Values) { q.Del("code") }),
			"an error":      with(func(q url.Values) { q.Set("error", "access_denied") }),
		} {
			q, cookie := go1()
			refused(name, change(q), cookie)
		}
		q, cookie = go1()
		refused("no cookie", q, "")
		refused("a cookie that was changed", q, strings.Replace(cookie, ".", ".1", 1))
		q2, _ := go1()
		refused("another browser's cookie", q2, cookie)
		q, cookie = go1()
		w.clock.Step(11 * time.Minute)
		refused("too late", q, cookie)

		other := ok(rsa.GenerateKey(rand.Reader, 2048))(w.t)
		for name, bend := range map[string]func(map[string]any) *rsa.PrivateKey{
			"another nonce":     func(c map[string]any) *rsa.PrivateKey { c["nonce"] = "x"; return nil },
			"no nonce":          func(c map[string]any) *rsa.PrivateKey { delete(c, "nonce"); return nil },
			"another issuer":    func(c map[string]any) *rsa.PrivateKey { c["iss"] = "https://jahat.example"; return nil },
			"another audience":  func(c map[string]any) *rsa.PrivateKey { c["aud"] = "lain"; return nil },
			"two audiences":     func(c map[string]any) *rsa.PrivateKey { c["aud"] = []string{"netral", "lain"}; return nil },
			"another party":     func(c map[string]any) *rsa.PrivateKey { c["azp"] = "lain"; return nil },
			"expired":           func(c map[string]any) *rsa.PrivateKey { c["exp"] = i.now().Add(-time.Minute).Unix(); return nil },
			"another signature": func(map[string]any) *rsa.PrivateKey { return other },
			"no subject":        func(c map[string]any) *rsa.PrivateKey { delete(c, "sub"); return nil },
		} {
			i.bend = bend
			q, cookie := go1()
			refused(name, q, cookie)
		}
		i.bend = nil

		// What the record says is more, and never who.
		said := ""
		for _, e := range ok(w.book.Entries(ctx, 0, 1000, ledger.Filter{Kind: identity.KindRefused}))(w.t) {
			said += string(e.Body)
			if strings.Contains(string(e.Body), "siti") {
				w.t.Errorf("entry %d: %s", e.Index, e.Body)
			}
		}
		for _, why := range []string{"state", "cookie", "late", "replayed", "code", "nonce", "token", "azp"} {
			if !strings.Contains(said, `"why":"`+why+`"`) {
				w.t.Errorf("no entry says %q", why)
			}
		}

		// The roles follow the provider; those given here stay.
		i.user["groups"] = "itkot"
		q, _ = go1()
		b.moved(b.send("/masuk/sso/kembali?"+q.Encode(), nil), "/akun")
		who, _ = w.s.Actor(request(b.cookies["__Host-netral"]))
		if who.Has("personnel") || !who.Has("auditor") {
			w.t.Errorf("the roles are %+v", who.Grants)
		}
		// An account is never taken over by its name.
		p := w.admin("budi.santoso")
		i.user = map[string]any{"sub": "subject-2", "preferred_username": p.Login}
		q, cookie = go1()
		refused("a login that is taken", q, cookie)

		i.down = true
		q, cookie = go1()
		c := w.browser()
		c.cookies["__Host-netral-sso"] = cookie
		c.want(c.send("/masuk/sso/kembali?"+q.Encode(), nil), http.StatusServiceUnavailable, "tidak dapat dihubungi")
		i.down = false
	})
}

func TestSSOIsLinkedByItsOwner(t *testing.T) {
	i := newIssuer(t)
	eachSSO(t, i, nil, func(w *world) {
		i.user = map[string]any{"sub": "subject-9"}
		p := w.admin("budi.santoso")
		b := w.browser()
		b.moved(b.send("/akun/sso", nil), "/masuk?ke=/akun")
		stranger := func() int {
			c := w.browser()
			q := i.visit(c.send("/masuk/sso", nil).Header().Get("Location"))
			return c.send("/masuk/sso/kembali?"+q.Encode(), nil).Code
		}
		if code := stranger(); code != http.StatusForbidden {
			w.t.Fatalf("somebody unknown gets %d", code)
		}
		b.signIn(p)
		q := i.visit(b.send("/akun/sso", nil).Header().Get("Location"))
		thief := w.browser() // brings the answer, but not the session that asked
		thief.cookies["__Host-netral-sso"] = b.cookies["__Host-netral-sso"]
		thief.want(thief.send("/masuk/sso/kembali?"+q.Encode(), nil), http.StatusForbidden)
		q = i.visit(b.send("/akun/sso", nil).Header().Get("Location"))
		b.moved(b.send("/masuk/sso/kembali?"+q.Encode(), nil), "/akun")
		if code := stranger(); code != http.StatusSeeOther {
			w.t.Fatalf("the owner gets %d", code)
		}
		w.clock.Step(16 * time.Minute)
		b.moved(b.send("/akun/sso", nil), "/akun/ulang?ke=/akun/sso")
	})
}
