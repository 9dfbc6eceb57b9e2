package crowd

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"netral/internal/actor"
	"netral/internal/identity"
	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/text"
)

// accounts makes people who sign in.
type accounts struct {
	s    *identity.Service
	base string
}

// SignedIn makes an account with a role in a database, signs it in, and gives
// the cookie that a server on that database takes. Base is the address of the
// server.
func SignedIn(ctx context.Context, db *store.DB, book *ledger.Book, base, role, person string) (cookie string, err error) {
	cat, err := text.New()
	if err != nil {
		return "", err
	}
	s, err := identity.New(identity.Config{DB: db, Book: book, Text: cat, Rand: rand.Reader, Base: base})
	if err != nil {
		return "", err
	}
	a := accounts{s, base}
	first, err := s.CreateAdmin(ctx, actor.OS("root", "id"), identity.CreateInput{Login: "admin.bench", Name: "Admin", Reason: "bench"})
	if err != nil {
		return "", err
	}
	_, admin, err := a.settle(ctx, first)
	if err != nil {
		return "", err
	}
	made, err := s.Create(ctx, admin, identity.CreateInput{Login: "petugas.bench", Name: "Petugas", Person: person, Reason: "bench"})
	if err != nil {
		return "", err
	}
	if _, err := s.Grant(ctx, admin, identity.GrantInput{Account: made.Account.ID, Role: role, Reason: "bench"}); err != nil {
		return "", err
	}
	token, who, err := a.settle(ctx, made)
	if err != nil {
		return "", err
	}
	if !who.Has(role) {
		return "", fmt.Errorf("the account has %v, not the role %s", who.Grants, role)
	}
	name := "netral"
	if s.Secure() {
		name = "__Host-netral"
	}
	return name + "=" + token, nil
}

// settle follows the link of a new account: password, second factor, session.
func (a accounts) settle(ctx context.Context, made identity.Created) (token string, who actor.Actor, err error) {
	const password = "kuda lumping naik becak"
	opened, err := a.s.Redeem(ctx, identity.RedeemInput{Token: strings.TrimPrefix(made.Link, a.base+"/pulih/"), New: password, Again: password}, identity.Client{})
	if err != nil {
		return "", who, err
	}
	half, err := a.signed(opened.Token)
	if err != nil {
		return "", who, err
	}
	e, err := a.s.StartTOTP(ctx, half)
	if err != nil {
		return "", who, err
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(e.Secret, " ", ""), time.Now())
	if err != nil {
		return "", who, err
	}
	renewed, err := a.s.ConfirmTOTP(ctx, half, e.Ticket, code)
	if err != nil {
		return "", who, err
	}
	full, err := a.signed(renewed.Token)
	if err != nil {
		return "", who, err
	}
	return renewed.Token, full.Who(), nil
}

func (a accounts) signed(token string) (*identity.Signed, error) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: "netral", Value: token})
	got, err := a.s.Signed(r, "id")
	if err == nil && got == nil {
		err = fmt.Errorf("the session of %s is not there", a.base)
	}
	return got, err
}
