package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"netral/internal/actor"
	"netral/internal/identity"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// TestPasskeyInABrowser makes a passkey and signs in with it, in Chromium with a
// virtual authenticator. Passkeys need a host by name: localhost.
func TestPasskeyInABrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("Chromium is not installed, and in CI nothing may be left out: apt-get install chromium")
		}
		t.Skip("Chromium is not installed: apt-get install chromium")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := fmt.Sprintf("http://localhost:%d", l.Addr().(*net.TCPAddr).Port)

	db := storetest.Open(t, storetest.SQLite(t, ledger.Migrations, identity.Migrations), storetest.WithOptions(func(o *store.Options) { o.Now = time.Now }))
	cat, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	book := ledgertest.Open(t, db)
	s, err := identity.New(identity.Config{DB: db, Book: book, Text: cat, Rand: rand.Reader, Base: base})
	if err != nil {
		t.Fatal(err)
	}
	sh := webtest.Shell(t, nil, func(c *web.Config) { c.Now = time.Now })
	mux := http.NewServeMux()
	sh.Mount(mux)
	s.Routes(mux, sh)
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: s.Wrap(sh.Handler(mux)), ReadHeaderTimeout: 10 * time.Second}}
	srv.Start()
	defer srv.Close()
	// A site that only looks like it: the same pages under the same name, but
	// another origin. The browser lets a passkey of "localhost" be used there.
	twin := httptest.NewServer(srv.Config.Handler)
	defer twin.Close()

	// The account and its two factors, without the browser.
	ctx := context.Background()
	const password = "kuda lumping naik becak"
	made, err := s.CreateAdmin(ctx, actor.OS("root", "id"), identity.CreateInput{Login: "siti.aminah", Name: "Siti Aminah", Reason: "admin pertama"})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := s.Redeem(ctx, identity.RedeemInput{Token: strings.TrimPrefix(made.Link, base+"/pulih/"), New: password, Again: password}, identity.Client{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: "netral", Value: opened.Token})
	got, err := s.Signed(r, "id")
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.StartTOTP(ctx, got)
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(e.Secret, " ", ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	renewed, err := s.ConfirmTOTP(ctx, got, e.Ticket, code)
	if err != nil {
		t.Fatal(err)
	}

	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.UserDataDir(t.TempDir()))
	actx, stop := chromedp.NewExecAllocator(ctx, opts...)
	defer stop()
	bctx, quit := chromedp.NewContext(actx)
	defer quit()
	if err := chromedp.Do(bctx, chromedp.Navigate("about:blank")); err != nil { // no deadline: it owns the browser
		t.Fatal(err)
	}
	tab, cancel := context.WithTimeout(bctx, patience)
	defer cancel()
	if _, err := chromedp.Call(tab, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}}); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"netral": renewed.Token, "lang": "id"} {
		if _, err := chromedp.Call(tab, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: base}); err != nil {
			t.Fatal(err)
		}
	}
	b := &Tab{t: t, ctx: bctx, base: base}
	// until waits for a page that holds the text: the device answers when it will.
	until := func(text string) {
		t.Helper()
		for {
			// Between two pages there is none to read: that is no failure.
			now, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
			if err == nil && strings.Contains(now, text) {
				return
			}
			select {
			case <-tab.Done():
				t.Fatalf("%q never comes: %v\n%s", text, err, now)
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	const next = `main form button[type="submit"]`
	// At the other site the device makes a key, and it is worth nothing: its
	// answer says where it was made.
	other := &Tab{t: t, ctx: bctx, base: strings.Replace(twin.URL, "127.0.0.1", "localhost", 1)}
	other.Visit("/akun/kunci")
	other.Click(`#f-name`)
	other.Type("kunci palsu")
	other.Follow(`form[action="/akun/kunci/mulai"] button`)
	until("Siap. Tekan tombol")
	other.Click(next)
	until("Jawaban perangkat tidak dapat diterima")
	other.Visit("/akun/kunci")
	if text := other.Text(); !strings.Contains(text, "Belum ada kunci sandi") {
		t.Fatalf("a passkey was made at another origin:\n%s", text)
	}
	b.Visit("/akun/kunci")
	want(t, b, "Belum ada kunci sandi")
	b.Click(`#f-name`)
	b.Type("telepon kantor")
	b.Follow(`form[action="/akun/kunci/mulai"] button`)
	until("Siap. Tekan tombol")
	b.Click(next)
	until("Hapus telepon kantor")
	if p := b.Path(); p != "/akun/kunci" {
		t.Fatalf("making a passkey leads to %s", p)
	}
	b.Visit("/keluar")
	b.Follow(next)
	want(t, b, "Anda sudah keluar")
	b.Visit("/masuk?ke=/akun")
	b.Follow(`form[action="/masuk/kunci"] button`)
	until("Siap. Tekan tombol")
	b.Click(next)
	until("Tempat Anda sedang masuk")
	want(t, b, "Siti Aminah", "kunci sandi")

	// So it is with the answer of the key that is known.
	count := func(kind string) int {
		t.Helper()
		all, err := book.Entries(ctx, 0, 1000, ledger.Filter{Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	other.Visit("/keluar")
	other.Follow(next)
	sessions, refusals := count(identity.KindOpened), count(identity.KindRefused)
	other.Visit("/masuk?ke=/akun")
	other.Follow(`form[action="/masuk/kunci"] button`)
	until("Siap. Tekan tombol")
	other.Click(next)
	until("Tidak dapat masuk dengan yang diisi")
	other.Visit("/akun")
	if p, _, _ := strings.Cut(other.Path(), "?"); p != "/masuk" {
		t.Errorf("an answer given at another origin leads to %s", p)
	}
	if a, b := count(identity.KindOpened)-sessions, count(identity.KindRefused)-refusals; a != 0 || b != 1 {
		t.Errorf("%d sessions and %d refusals in the record, want 0 and 1", a, b)
	}
	// At its own site it still is worth something.
	b.Visit("/masuk?ke=/akun")
	b.Follow(`form[action="/masuk/kunci"] button`)
	until("Siap. Tekan tombol")
	b.Click(next)
	until("Tempat Anda sedang masuk")
	ledgertest.Clean(t, book)

	// Without script the page says what else can be done.
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.Visit("/akun/kunci")
	b.Click(`#f-name`)
	b.Type("laptop")
	b.Follow(`form[action="/akun/kunci/mulai"] button`)
	want(t, b, "masuklah dengan kata sandi dan kode")
}
