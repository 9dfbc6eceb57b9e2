package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"netral/internal/identity"
)

// device is an authenticator in software: one key on P-256, attestation "none".
type device struct {
	t       *testing.T
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	counter uint32
	origin  string
	flags   byte // user present, user verified
}

func newDevice(t *testing.T) *device {
	t.Helper()
	id := make([]byte, 32)
	_, _ = rand.Read(id) // never fails
	return &device{t: t, key: ok(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t), id: id, origin: base, flags: 0x05}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *device) clientData(kind, challenge string) []byte {
	return ok(json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false}))(d.t)
}

func (d *device) authData(rp string, flags byte, more []byte) []byte {
	sum := sha256.Sum256([]byte(rp))
	out := append(sum[:], flags)
	out = binary.BigEndian.AppendUint32(out, d.counter)
	return append(out, more...)
}

// create answers navigator.credentials.create.
func (d *device) create(options string) string {
	d.t.Helper()
	var o struct {
		PublicKey struct {
			Challenge string
			RP        struct{ ID string }
			User      struct{ ID string }
		}
	}
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		d.t.Fatal(err)
	}
	d.handle = ok(base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID))(d.t)
	point := ok(d.key.PublicKey.Bytes())(d.t) // 0x04, X, Y
	// COSE in CBOR: {1: 2, 3: -7, -1: 1, -2: X, -3: Y}
	cose := append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 0x20), point[33:]...)
	more := append(make([]byte, 16), byte(len(d.id)>>8), byte(len(d.id)))
	more = append(append(more, d.id...), cose...)
	data := d.authData(o.PublicKey.RP.ID, d.flags|0x40, more)
	// {"fmt": "none", "attStmt": {}, "authData": bytes}
	object := []byte{0xa3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n', 'e', 0x67, 'a', 't', 't', 'S', 't', 'm', 't', 0xa0, 0x68, 'a', 'u', 't', 'h', 'D', 'a', 't', 'a', 0x59}
	object = append(binary.BigEndian.AppendUint16(object, uint16(len(data))), data...)
	return d.answer(map[string]any{"clientDataJSON": b64(d.clientData("webauthn.create", o.PublicKey.Challenge)), "attestationObject": b64(object)})
}

// get answers navigator.credentials.get.
func (d *device) get(options string) string {
	d.t.Helper()
	var o struct {
		PublicKey struct{ Challenge, RPID string }
	}
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		d.t.Fatal(err)
	}
	d.counter++
	data := d.authData(o.PublicKey.RPID, d.flags, nil)
	client := d.clientData("webauthn.get", o.PublicKey.Challenge)
	h := sha256.Sum256(client)
	sum := sha256.Sum256(append(slices.Clone(data), h[:]...))
	sig := ok(ecdsa.SignASN1(rand.Reader, d.key, sum[:]))(d.t)
	return d.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(d.handle)})
}

func (d *device) answer(response map[string]any) string {
	return string(ok(json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response}))(d.t))
}

// register makes a passkey for the account of a session.
func (w *world) register(token, name string) *device {
	w.t.Helper()
	ctx := context.Background()
	d := newDevice(w.t)
	c := ok(w.s.StartPasskey(ctx, w.signed(token), name))(w.t)
	if err := w.s.FinishPasskey(ctx, w.signed(token), c.Ticket, d.create(c.Options)); err != nil {
		w.t.Fatal(err)
	}
	return d
}

func TestPasskeys(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		p, stranger := w.admin("budi.santoso"), w.admin("dewi.lestari")
		token := w.signIn(p, client()).Token
		d := w.register(token, "telepon kantor")
		second := w.register(token, "laptop")
		if list := ok(w.s.Passkeys(ctx, w.signed(token)))(w.t); len(list) != 2 || list[0].Used != list[1].Used {
			w.t.Errorf("the passkeys are %+v", list)
		}
		signIn := func(d *device) (identity.Opened, error) {
			c := ok(w.s.StartPasskeySignIn(ctx, client()))(w.t)
			return w.s.FinishPasskeySignIn(ctx, c.Ticket, d.get(c.Options), client())
		}
		for _, x := range []*device{d, second, d} {
			opened := ok(signIn(x))(w.t)
			if got := w.signed(opened.Token).Session(); got.Method != "passkey" || got.Limited || w.signed(opened.Token).Who().ID != "account:"+p.ID {
				w.t.Errorf("the session is %+v", got)
			}
		}
		// A challenge is good once, and only for its own answer.
		c := ok(w.s.StartPasskeySignIn(ctx, client()))(w.t)
		answer := d.get(c.Options)
		ok(w.s.FinishPasskeySignIn(ctx, c.Ticket, answer, client()))(w.t)
		_, err := w.s.FinishPasskeySignIn(ctx, c.Ticket, answer, client())
		wantKey(w.t, err, "identity.passkey.over")
		refused := func(name string, change func(*device, string) string) {
			w.t.Helper()
			x := *d
			c := ok(w.s.StartPasskeySignIn(ctx, client()))(w.t)
			kinds := w.since(func() { _, err = w.s.FinishPasskeySignIn(ctx, c.Ticket, change(&x, c.Options), client()) })
			wantKey(w.t, err, "identity.wrong")
			if !slices.Equal(kinds, []string{identity.KindRefused}) {
				w.t.Errorf("%s wrote %v", name, kinds)
			}
		}
		refused("an old answer", func(*device, string) string { return answer })
		refused("no answer", func(*device, string) string { return "" })
		refused("a giant answer", func(*device, string) string { return strings.Repeat("{", 1<<20) })
		refused("another site", func(x *device, o string) string { x.origin = "https://jahat.example"; return x.get(o) })
		refused("another key", func(x *device, o string) string { x.key = second.key; return x.get(o) })
		refused("another person", func(x *device, o string) string { x.handle = []byte(stranger.ID); return x.get(o) })
		refused("nobody", func(x *device, o string) string { x.handle = []byte("nobody"); return x.get(o) })
		refused("not unlocked", func(x *device, o string) string { x.flags = 0x01; return x.get(o) })
		refused("a copy, whose counter stood still", func(x *device, o string) string { x.counter = 0; return x.get(o) })

		c = ok(w.s.StartPasskeySignIn(ctx, client()))(w.t)
		d.counter += 10
		late := d.get(c.Options)
		w.clock.Step(6 * 60e9)
		_, err = w.s.FinishPasskeySignIn(ctx, c.Ticket, late, client())
		wantKey(w.t, err, "identity.passkey.over")

		// Making one: with the session that began it, once, unlocked, and named.
		token = w.signIn(p, client()).Token
		got := w.signed(token)
		_, err = w.s.StartPasskey(ctx, got, " ")
		wantKey(w.t, err, "identity.passkey.name")
		c = ok(w.s.StartPasskey(ctx, got, "kunci"))(w.t)
		err = w.s.FinishPasskey(ctx, w.signed(w.signIn(stranger, client()).Token), c.Ticket, newDevice(w.t).create(c.Options))
		wantKey(w.t, err, "identity.passkey.over")
		c = ok(w.s.StartPasskey(ctx, got, "kunci"))(w.t)
		x := newDevice(w.t)
		x.flags = 0x01
		wantKey(w.t, w.s.FinishPasskey(ctx, got, c.Ticket, x.create(c.Options)), "identity.passkey.refused")
		c = ok(w.s.StartPasskey(ctx, got, "kunci"))(w.t)
		wantKey(w.t, w.s.FinishPasskey(ctx, got, c.Ticket, d.create(c.Options)), "identity.passkey.taken")

		// Removed, it opens nothing; the other doors remain.
		list := ok(w.s.Passkeys(ctx, got))(w.t)
		wantKey(w.t, w.s.RemovePasskey(ctx, w.signed(w.signIn(stranger, client()).Token), list[0].ID), "identity.passkey.none")
		for _, k := range list {
			if err := w.s.RemovePasskey(ctx, got, k.ID); err != nil {
				w.t.Fatal(err)
			}
		}
		d.counter += 10
		_, err = signIn(d)
		wantKey(w.t, err, "identity.wrong")
		w.signIn(p, client())
	})
}

// TestPasskeyPages goes through the pages, doing what the script would do.
func TestPasskeyPages(t *testing.T) {
	each(t, func(w *world) {
		p := w.admin("budi.santoso")
		b := w.browser()
		b.signIn(p)
		options := func(body string) string {
			m := regexp.MustCompile(`data-options="([^"]*)"`).FindStringSubmatch(body)
			if m == nil {
				w.t.Fatalf("no options in:\n%s", brief(body))
			}
			return html.UnescapeString(m[1])
		}
		b.want(b.send("/akun/kunci", nil), http.StatusOK, "Belum ada kunci sandi")
		b.want(b.send("/akun/kunci/mulai", url.Values{"name": {""}}), http.StatusUnprocessableEntity, "Beri nama kunci")
		rec := b.send("/akun/kunci/mulai", url.Values{"name": {"telepon"}})
		b.want(rec, http.StatusOK, `<script src="/akun/kunci.js" defer>`, "memerlukan JavaScript")
		if csp := rec.Header().Get("Content-Security-Policy"); !strings.HasSuffix(csp, "; script-src 'self'") || strings.Count(csp, "script-src") != 1 {
			w.t.Errorf("the policy is %q", csp)
		}
		d := newDevice(w.t)
		body := rec.Body.String()
		b.moved(b.send("/akun/kunci", url.Values{"ticket": {hidden(w.t, body, "ticket")}, "answer": {d.create(options(body))}}), "/akun/kunci")
		b.want(b.send("/akun/kunci", nil), http.StatusOK, "telepon")
		if csp := b.send("/akun/kunci", nil).Header().Get("Content-Security-Policy"); strings.Contains(csp, "script-src") {
			w.t.Errorf("a page without script has the policy %q", csp)
		}
		if js := b.send("/akun/kunci.js", nil); js.Code != http.StatusOK || js.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
			w.t.Errorf("the script: %d, %s", js.Code, js.Header())
		}
		c := w.browser()
		body = c.send("/masuk/kunci", url.Values{"ke": {"/akun"}}).Body.String()
		c.moved(c.send("/masuk/kunci/jawab", url.Values{"ticket": {hidden(w.t, body, "ticket")}, "answer": {d.get(options(body))}, "ke": {"/akun"}}), "/akun")
		c.want(c.send("/akun", nil), http.StatusOK, "kunci sandi", "Nama budi.santoso")
		c.want(c.send("/masuk/kunci/jawab", url.Values{"ticket": {"x"}, "answer": {"{}"}}), http.StatusConflict, "Mulai lagi")
	})
}
