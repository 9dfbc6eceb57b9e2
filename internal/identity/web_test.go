package identity_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/identity"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// browser keeps cookies and follows nothing by itself.
type browser struct {
	w       *world
	h       http.Handler
	cookies map[string]string
	raw     []string // Set-Cookie lines of the last answer
}

func (w *world) browser(change ...func(*web.Config)) *browser {
	w.t.Helper()
	sh := webtest.Shell(w.t, nil, func(c *web.Config) {
		c.Now, c.HTTPS = w.clock.Now, true
		for _, f := range change {
			f(c)
		}
	})
	mux := http.NewServeMux()
	sh.Mount(mux)
	w.s.Routes(mux, sh)
	mux.Handle("GET /kantor", w.s.Require(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = rw.Write([]byte("kantor"))
	})))
	return &browser{w: w, h: w.s.Wrap(sh.Handler(mux)), cookies: map[string]string{}}
}

// send sends a request; v nil means GET.
func (b *browser) send(target string, v url.Values, header ...string) *httptest.ResponseRecorder {
	b.w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, base+target, nil)
	if v != nil {
		r = httptest.NewRequest(http.MethodPost, base+target, strings.NewReader(v.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	rec := httptest.NewRecorder()
	b.h.ServeHTTP(rec, r)
	b.raw = rec.Header().Values("Set-Cookie")
	for _, c := range rec.Result().Cookies() { //nolint:bodyclose // of a recorder
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	body := rec.Body.String()
	if rec.Code < 300 || rec.Code >= 400 {
		if strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") && !strings.Contains(body, "<script") {
			webtest.CheckPage(b.w.t, body)
		}
		for _, secret := range []string{goodPassword, "salah salah salah"} {
			if strings.Contains(body, secret) {
				b.w.t.Errorf("%s sends a password back", target)
			}
		}
	}
	return rec
}

func (b *browser) want(rec *httptest.ResponseRecorder, status int, texts ...string) string {
	b.w.t.Helper()
	body := html.UnescapeString(rec.Body.String())
	if rec.Code != status {
		b.w.t.Fatalf("status %d, want %d:\n%s", rec.Code, status, brief(body))
	}
	for _, x := range texts {
		if !strings.Contains(body, x) {
			b.w.t.Fatalf("lacks %q:\n%s", x, brief(body))
		}
	}
	return body
}

func (b *browser) moved(rec *httptest.ResponseRecorder, to string) {
	b.w.t.Helper()
	if got := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || got != to {
		b.w.t.Fatalf("status %d to %q, want 303 to %q:\n%s", rec.Code, got, to, brief(rec.Body.String()))
	}
}

// brief is what stands between the head and the foot of a page, in words.
func brief(body string) string {
	_, main, _ := strings.Cut(body, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	main = regexp.MustCompile(`<path[^>]*>`).ReplaceAllString(main, "")
	return main[:min(len(main), 2500)]
}

// hidden is the value of a hidden field.
func hidden(t *testing.T, body, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no hidden field %s in:\n%s", name, body)
	}
	return m[1]
}

func (b *browser) signIn(p person) {
	b.w.t.Helper()
	b.moved(b.send("/masuk", url.Values{"login": {p.Login}, "password": {goodPassword}}), "/masuk/kode?ke=%2F")
	b.moved(b.send("/masuk/kode", url.Values{"code": {b.w.code(p)}, "ke": {"/akun"}}), "/akun")
}

func TestPagesOfSigningIn(t *testing.T) {
	each(t, func(w *world) {
		made := ok(w.s.CreateAdmin(context.Background(), root(), identity.CreateInput{Login: "budi.santoso", Name: "Budi Santoso", Email: "budi@jakarta.test", Reason: "admin pertama"}))(w.t)
		b := w.browser()
		b.moved(b.send("/kantor?x=1", nil), "/masuk?ke=%2Fkantor%3Fx%3D1")
		b.moved(b.send("/akun", nil), "/masuk?ke=%2Fakun")
		b.want(b.send("/pulih/wrong", nil), http.StatusForbidden, "tidak berlaku")

		link := strings.TrimPrefix(made.Link, base)
		b.want(b.send(link, nil), http.StatusOK, "Tetapkan kata sandi")
		b.want(b.send(link, url.Values{"new": {goodPassword}, "new2": {"beda sekali kok"}}), http.StatusUnprocessableEntity, "tidak sama")
		b.moved(b.send(link, url.Values{"new": {goodPassword}, "new2": {goodPassword}}), "/akun/totp")
		b.moved(b.send("/akun", nil), "/akun/totp") // nothing else is open yet
		b.moved(b.send("/kantor", nil), "/masuk?ke=%2Fkantor")
		b.want(b.send("/akun/totp", nil), http.StatusOK, "Aplikasi kode")
		body := b.want(b.send("/akun/totp/mulai", url.Values{}), http.StatusOK, `<svg class="qr"`)
		ticket := hidden(t, body, "ticket")
		secret := regexp.MustCompile(`[A-Z2-7]{4}( [A-Z2-7]{4}){7}`).FindString(body)
		p := person{Account: made.Account, secret: strings.ReplaceAll(secret, " ", "")}
		b.want(b.send("/akun/totp", url.Values{"ticket": {ticket}, "code": {"000000"}}), http.StatusUnprocessableEntity, "tidak cocok", secret)
		before := b.cookies["__Host-netral"]
		b.want(b.send("/akun/totp", url.Values{"ticket": {ticket}, "code": {w.code(p)}}), http.StatusOK, "Simpan kode cadangan ini")
		if b.cookies["__Host-netral"] == before {
			w.t.Error("the token stays when the session becomes a full one")
		}
		b.want(b.send("/akun", nil), http.StatusOK, "Budi Santoso", "Administrator sistem", "Peramban ini")
		b.want(b.send("/kantor", nil), http.StatusOK, "kantor")
		b.moved(b.send("/masuk?ke=/kantor", nil), "/kantor")
		b.want(b.send("/keluar", nil), http.StatusOK, "Keluar dari Netral?")
		old := b.cookies["__Host-netral"]
		b.moved(b.send("/keluar", url.Values{}), "/keluar")
		b.want(b.send("/keluar", nil), http.StatusOK, "Anda sudah keluar")
		b.cookies["__Host-netral"] = old
		b.moved(b.send("/akun", nil), "/masuk?ke=%2Fakun")
		delete(b.cookies, "__Host-netral")

		// Signing in by the pages, with every cookie as it should be.
		b.want(b.send("/masuk", url.Values{"login": {p.Login}, "password": {"salah salah salah"}}), http.StatusUnauthorized, "Tidak dapat masuk", p.Login)
		b.want(b.send("/masuk", url.Values{"login": {"tidak.ada"}, "password": {goodPassword}}), http.StatusUnauthorized, "Tidak dapat masuk")
		b.want(b.send("/masuk", url.Values{}), http.StatusUnprocessableEntity, "Isi nama pengguna", "Isi kata sandi")
		b.moved(b.send("/masuk/kode", nil), "/masuk?ke=%2F")
		b.moved(b.send("/masuk", url.Values{"login": {"BUDI.Santoso "}, "password": {goodPassword}, "ke": {"/kantor"}}), "/masuk/kode?ke=%2Fkantor")
		b.want(b.send("/masuk/kode?ke=/kantor", nil), http.StatusOK, "Satu langkah lagi")
		b.want(b.send("/masuk/kode", url.Values{"code": {"000000"}}), http.StatusUnauthorized, "Tidak dapat masuk")
		b.moved(b.send("/masuk/kode", url.Values{"code": {w.code(p)}, "ke": {"/kantor"}}), "/kantor")
		seen := 0
		for _, line := range b.raw {
			if !strings.HasPrefix(line, "__Host-netral") || !strings.Contains(line, "; Path=/;") || strings.Contains(line, "Domain") ||
				!strings.Contains(line, "HttpOnly") || !strings.Contains(line, "Secure") || !strings.Contains(line, "SameSite=Lax") {
				w.t.Errorf("the cookie is %q", line)
			}
			seen++
		}
		if seen < 2 {
			w.t.Errorf("%d cookies", seen)
		}
		b.want(b.send("/akun/bahasa", url.Values{"lang": {"fr"}}), http.StatusUnprocessableEntity)
		b.moved(b.send("/akun/bahasa", url.Values{"lang": {"en"}}), "/akun")
		b.want(b.send("/akun", nil), http.StatusOK, "My account")
	})
}

func TestForeignFormsAndTargets(t *testing.T) {
	each(t, func(w *world) {
		p := w.admin("budi.santoso")
		b := w.browser()
		for _, ke := range []string{"https://jahat.example/", "//jahat.example", `/\jahat.example`, "/masuk", "/keluar?x", "javascript:1", "/a/../keluar", "/%2e%2e/keluar", "/\tx", strings.Repeat("/a", 600)} {
			rec := b.send("/masuk", url.Values{"login": {p.Login}, "password": {goodPassword}, "ke": {ke}})
			b.moved(rec, "/masuk/kode?ke=%2F")
			b.moved(b.send("/masuk/kode", url.Values{"code": {w.code(p)}, "ke": {ke}}), "/")
			b.cookies = map[string]string{}
			w.clock.Step(time.Minute)
		}
		b.signIn(p)
		n := len(w.kinds())
		for _, path := range []string{"/keluar", "/akun/sandi", "/akun/kode", "/akun/sesi/tutup-lain", "/akun/kelola/baru", "/masuk"} {
			b.want(b.send(path, url.Values{"x": {"y"}}, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
		}
		b.want(b.send("/akun", nil), http.StatusOK)
		if got := w.kinds()[n:]; len(got) > 0 {
			w.t.Errorf("forms of another site wrote %v", got)
		}
	})
}

func TestPagesOfAdministrators(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.admin("budi.santoso"), w.admin("dewi.lestari")
		b := w.browser()
		b.signIn(first)
		b.want(b.send("/akun/kelola/baru", url.Values{"login": {"x"}, "name": {""}, "reason": {""}}), http.StatusUnprocessableEntity, "tidak dapat menjadi nama pengguna", "Tulis alasan")
		body := b.want(b.send("/akun/kelola/baru", url.Values{"login": {"siti.aminah"}, "name": {"Siti <Aminah>"}, "reason": {"pegawai baru"}}), http.StatusOK, base+"/pulih/")
		id := regexp.MustCompile(`href="/akun/kelola/([a-z2-7]{16})"`).FindStringSubmatch(body)[1]
		b.want(b.send("/akun/kelola/"+id, nil), http.StatusOK, "siti.aminah", "belum memegang peran")
		b.want(b.send("/akun/kelola/"+id+"/peran", nil), http.StatusOK, "Inspektorat")
		b.want(b.send("/akun/kelola/"+id+"/peran", url.Values{"role": {"observer"}, "from": {"31-02-2023"}, "reason": {"SK 821"}}), http.StatusUnprocessableEntity, "31-02-2023", "SK 821")
		b.moved(b.send("/akun/kelola/"+id+"/peran", url.Values{"role": {"inspector"}, "reason": {"SK inspektur"}}), "/akun/kelola/"+id)
		b.moved(b.send("/akun/kelola/"+id+"/peran", url.Values{"role": {"observer"}, "area": {"31.71"}, "reason": {"SK 822"}}), "/akun/kelola/"+id)
		body = b.want(b.send("/akun/kelola", nil), http.StatusOK, "Menunggu persetujuan pengelola kedua", "Inspektorat (menunggu)")
		settle := regexp.MustCompile(`href="(/akun/kelola/` + id + `/peran/[a-z2-7]{16})"`).FindStringSubmatch(body)[1]
		b.want(b.send(settle, nil), http.StatusOK, "Setujui", "Tolak")
		b.want(b.send(settle, url.Values{"act": {"confirm"}, "reason": {"sudah benar"}}), http.StatusForbidden, "dua orang")
		b.want(b.send(settle, url.Values{"act": {"lain"}, "reason": {"sudah benar"}}), http.StatusUnprocessableEntity)
		b.want(b.send("/akun/kelola?cari=%25&peran=observer", nil), http.StatusOK, "Tidak ada akun yang cocok")
		b.want(b.send("/akun/kelola?cari=AMINAH&peran=observer", nil), http.StatusOK, "siti.aminah")
		b.want(b.send("/akun/kelola/tidakada", nil), http.StatusNotFound)
		b.want(b.send("/akun/kelola/"+first.ID, nil), http.StatusOK, "akun Anda sendiri")
		b.moved(b.send("/akun/kelola/"+id+"/pulih", url.Values{"reason": {"datang ke loket"}}), "/akun/kelola/"+id)
		body = b.want(b.send("/akun/pemulihan", nil), http.StatusOK, "Siti <Aminah>")
		decide := regexp.MustCompile(`href="(/akun/pemulihan/[a-z2-7]{16})"`).FindStringSubmatch(body)[1]
		b.want(b.send(decide, url.Values{"act": {"approve"}, "reason": {"KTP cocok"}}), http.StatusOK, "Setengah dari pemulihan")

		c := w.browser()
		c.signIn(second)
		c.moved(c.send(settle, url.Values{"act": {"confirm"}, "reason": {"sudah benar"}}), "/akun/kelola/"+id)
		c.want(c.send(decide, url.Values{"act": {"approve"}, "reason": {"KTP cocok"}}), http.StatusOK, base+"/pulih/")
		// What is grave needs a proof that is not old; looking does not.
		w.clock.Step(20 * time.Minute)
		c.want(c.send("/akun/kelola", nil), http.StatusOK)
		c.moved(c.send("/akun/kelola/baru", url.Values{"login": {"tono.tini"}, "name": {"Tono"}, "reason": {"pegawai baru"}}), "/akun/ulang?ke=%2Fakun")
		c.want(c.send("/akun/ulang?ke=/akun/kelola", nil), http.StatusOK, "Ini benar Anda?")
		c.moved(c.send("/akun/ulang", url.Values{"password": {goodPassword}, "code": {w.code(second)}, "ke": {"/akun/kelola"}}), "/akun/kelola")

		// Somebody without the role sees none of it, by no address.
		p := w.employee(first, "tono.biasa", "")
		d := w.browser()
		d.signIn(p)
		for _, path := range []string{"/akun/kelola", "/akun/kelola/baru", "/akun/kelola/" + id, "/akun/kelola/" + p.ID, "/akun/pemulihan", settle, decide} {
			body := d.want(d.send(path, nil), http.StatusForbidden)
			if strings.Contains(body, "aminah") {
				w.t.Errorf("%s tells of another", path)
			}
		}
		for _, path := range []string{"/akun/kelola/baru", "/akun/kelola/" + id + "/peran", "/akun/kelola/" + id + "/ubah", "/akun/kelola/" + id + "/pulih", settle, decide} {
			d.want(d.send(path, url.Values{"role": {"admin"}, "reason": {"ingin saja"}, "login": {"xyz"}, "name": {"X"}, "act": {"approve"}}), http.StatusForbidden)
		}
	})
}

// TestRightsChangeTurnsToken wants a new token after a grant, and requests that
// were under way with the old one to go through.
func TestRightsChangeTurnsToken(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		admin := w.admin("budi.santoso")
		p := w.employee(admin, "siti.aminah", "")
		b := w.browser()
		b.signIn(p)
		old := b.cookies["__Host-netral"]
		b.want(b.send("/akun", nil), http.StatusOK)
		if b.cookies["__Host-netral"] != old {
			t.Error("the token turns without a reason")
		}
		ok(w.s.Grant(ctx, w.actor(admin), identity.GrantInput{Account: p.ID, Role: "auditor", Reason: "SK auditor"}))(w.t)
		b.want(b.send("/akun", nil), http.StatusOK, "Auditor")
		fresh := b.cookies["__Host-netral"]
		if fresh == old {
			w.t.Error("the token stays after a change of rights")
		}
		if w.look(old) == nil {
			w.t.Error("a request under way is thrown out")
		}
		w.clock.Step(31 * time.Second)
		if w.look(old) != nil || w.look(fresh) == nil {
			w.t.Error("the old token lives on, or the new one does not")
		}
	})
}

func TestDemo(t *testing.T) {
	each(t, func(w *world) {
		err := w.s.EnsureDemo(context.Background(), actor.System(), []identity.DemoAccount{
			{Login: "demo.pegawai", Name: "Peragaan Pegawai", Grants: []actor.Grant{{Role: "employee", Unit: "bkd"}}},
			{Login: "demo.camat", Name: "Peragaan Camat", Grants: []actor.Grant{{Role: "observer", Area: "31.71", Acting: true}}},
		})
		if err != nil {
			w.t.Fatal(err)
		}
		b := w.browser()
		body := b.want(b.send("/masuk", nil), http.StatusOK, "Peragaan Camat")
		id := regexp.MustCompile(`value="([a-z2-7]{16})">Pengamat wilayah: Peragaan Camat`).FindStringSubmatch(body)[1]
		b.moved(b.send("/masuk/demo", url.Values{"account": {id}, "ke": {"/akun"}}), "/akun")
		b.want(b.send("/akun", nil), http.StatusOK, "Pengamat wilayah")
		p := w.admin("budi.santoso")
		b.want(b.send("/masuk/demo", url.Values{"account": {p.ID}}), http.StatusForbidden)
	}, func(c *identity.Config) { c.Demo = true })
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), identity.Samples())
}
