package identity_test

import (
	"context"
	"encoding/base32"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"go.uber.org/goleak"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a service on a database of its own, with a clock that tests move.
type world struct {
	t     *testing.T
	s     *identity.Service
	db    *store.DB
	book  *ledger.Book
	clock *storetest.Clock
	post  *post
}

// post keeps the messages that were committed.
type post struct {
	mu  sync.Mutex
	all []identity.Mail
}

func (p *post) Send(_ context.Context, tx *store.Tx, m identity.Mail) error {
	tx.After(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.all = append(p.all, m)
	})
	return nil
}

func (p *post) to(address string) (subjects []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.all {
		if m.To == address {
			subjects = append(subjects, m.Subject)
		}
	}
	return subjects
}

const base = "https://netral.test"

// each runs fn on both engines; the ledger must verify afterwards.
func each(t *testing.T, fn func(w *world), change ...func(*identity.Config)) {
	t.Helper()
	clock := storetest.NewClock(time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC))
	ledgertest.Each(t, []store.Line{identity.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		clock.Set(time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC))
		cat, err := text.New()
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, db: db, book: book, clock: clock, post: &post{}}
		cfg := identity.Config{DB: db, Book: book, Text: cat, Rand: ledgertest.Rand(7), Base: base, Mailer: w.post}
		for _, f := range change {
			f(&cfg)
		}
		if w.s, err = identity.New(cfg); err != nil {
			t.Fatal(err)
		}
		fn(w)
	}, storetest.WithClock(clock))
}

const goodPassword = "kuda lumping naik becak"

// person is an account that a test signs in with.
type person struct {
	identity.Account
	secret string // of TOTP, base32
	codes  []string
	token  string // of the session that set it up
}

func root() actor.Actor { return actor.OS("root", "id") }

func client() identity.Client {
	return identity.Client{Network: "10.1.2.0/24", Agent: "Firefox, Linux", Lang: "id"}
}

// admin makes an administrator who has set everything up.
func (w *world) admin(login string) person {
	w.t.Helper()
	made, err := w.s.CreateAdmin(context.Background(), root(), identity.CreateInput{Login: login, Name: "Nama " + login, Email: login + "@jakarta.test", Reason: "admin pertama"})
	return w.settle(ok(made, err)(w.t))
}

// employee makes an account without rights.
func (w *world) employee(by person, login, who string) person {
	w.t.Helper()
	made, err := w.s.Create(context.Background(), w.actor(by), identity.CreateInput{Login: login, Name: "Nama " + login, Email: login + "@jakarta.test", Person: who, Reason: "pegawai baru"})
	return w.settle(ok(made, err)(w.t))
}

// settle follows the link, sets a password and a second factor.
func (w *world) settle(made identity.Created) person {
	w.t.Helper()
	ctx := context.Background()
	token := strings.TrimPrefix(made.Link, base+"/pulih/")
	opened := ok(w.s.Redeem(ctx, identity.RedeemInput{Token: token, New: goodPassword, Again: goodPassword}, client()))(w.t)
	if !opened.Limited {
		w.t.Fatal("a session without a second factor is not limited")
	}
	return w.enrol(made.Account, opened.Token)
}

// enrol sets up a second factor in a limited session.
func (w *world) enrol(a identity.Account, token string) person {
	w.t.Helper()
	ctx := context.Background()
	got := w.signed(token)
	e := ok(w.s.StartTOTP(ctx, got))(w.t)
	p := person{Account: a, secret: strings.ReplaceAll(e.Secret, " ", "")}
	r := ok(w.s.ConfirmTOTP(ctx, got, e.Ticket, w.code(p)))(w.t)
	p.codes, p.token = r.Codes, r.Token
	if len(p.codes) != 10 {
		w.t.Fatalf("%d recovery codes, want 10", len(p.codes))
	}
	return p
}

// code is the code of now. Each step is good once, so the clock moves on.
func (w *world) code(p person) string {
	w.t.Helper()
	w.clock.Step(30 * time.Second)
	if _, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(p.secret); err != nil {
		w.t.Fatalf("secret %q: %v", p.secret, err)
	}
	return ok(totp.GenerateCode(p.secret, w.clock.Now()))(w.t)
}

// signIn does both steps.
func (w *world) signIn(p person, c identity.Client) identity.Opened {
	w.t.Helper()
	step := ok(w.s.SignIn(context.Background(), identity.SignInInput{Login: p.Login, Password: goodPassword}, c))(w.t)
	return ok(w.s.Second(context.Background(), step.Ticket, w.code(p), c))(w.t)
}

// actor is the person as a use case gets them, with today's grants.
func (w *world) actor(p person) actor.Actor {
	w.t.Helper()
	return w.signed(w.signIn(p, client()).Token).Who()
}

// signed is the session of a token.
func (w *world) signed(token string) *identity.Signed {
	w.t.Helper()
	got := w.look(token)
	if got == nil {
		w.t.Fatal("the token is of no session")
	}
	return got
}

func (w *world) look(token string) *identity.Signed {
	w.t.Helper()
	return ok(w.s.Signed(request(token), "id"))(w.t)
}

// kinds are the kinds of all entries of this package, in order.
func (w *world) kinds() []string {
	w.t.Helper()
	all := ok(w.book.Entries(context.Background(), 0, 1000, ledger.Filter{Kind: "identity."}))(w.t)
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = e.Kind
	}
	return out
}

// since counts the kinds that f writes.
func (w *world) since(f func()) []string {
	w.t.Helper()
	n := len(w.kinds())
	f()
	return w.kinds()[n:]
}

// ok is the value of a call that must not fail: ok(call())(t).
func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// request is one that brings a session's token.
func request(token string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-netral", Value: token})
	return r
}

// wantKey wants a fault with a key.
func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", key)
	}
	f := fault.Of(err)
	if f.Key == key {
		return
	}
	for _, x := range f.Fields {
		if x.Key == key {
			return
		}
	}
	t.Fatalf("error %v, want %s", err, key)
}

func wantKind(t *testing.T, err error, k fault.Kind) {
	t.Helper()
	if !errors.Is(err, k) {
		t.Fatalf("error %v, want of kind %s", err, k)
	}
}
