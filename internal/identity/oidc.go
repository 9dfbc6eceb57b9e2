package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"netral/internal/fault"
	"netral/internal/store"
)

// OIDC is a provider of single sign-on.
type OIDC struct {
	Issuer       string // https://…; http only for this machine
	ClientID     string
	ClientSecret string
	Name         string   // what the button calls it: "SSO BKN"
	Scopes       []string // besides openid; profile and email when nil

	// RoleClaim is the claim that holds a list of groups, and Roles what each
	// means here. Groups that are not named give nothing. With a RoleClaim the
	// roles that came from the provider are replaced at every sign-in; those
	// given here stay.
	RoleClaim string
	Roles     map[string]MappedRole
	// Grave lets groups mean roles that two people must agree on here. Whoever
	// keeps the groups of the provider then gives those roles alone.
	Grave bool
	// Create makes an account for somebody whom the provider knows and we do
	// not, with the login in LoginClaim ("preferred_username" when ""). An
	// account that exists is never taken over by its name.
	Create     bool
	LoginClaim string

	HTTP *http.Client // for tests and proxies; with a time-out of 10 s when nil
}

// MappedRole is the role that a group means.
type MappedRole struct{ Role, Unit, Area string }

// sso is the provider once it was found.
type sso struct {
	OIDC
	s *Service

	mu       sync.Mutex
	provider *oidc.Provider
}

func newSSO(s *Service, c OIDC) (*sso, error) {
	u, err := url.Parse(c.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")) {
		return nil, fmt.Errorf("identity: the issuer %q is not an https address", c.Issuer)
	}
	if c.ClientID == "" {
		return nil, errors.New("identity: OIDC needs ClientID")
	}
	for group, r := range c.Roles {
		if !slices.Contains(Roles(), r.Role) {
			return nil, fmt.Errorf("identity: group %q is mapped to %q, which is no role; there are %v", group, r.Role, Roles())
		}
		if Grave(r.Role) && !c.Grave {
			return nil, fmt.Errorf("identity: group %q is mapped to %q, which two people must agree on; say so explicitly to let the provider give it", group, r.Role)
		}
	}
	if c.Scopes == nil {
		c.Scopes = []string{"profile", "email"}
	}
	if c.LoginClaim == "" {
		c.LoginClaim = "preferred_username"
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	return &sso{OIDC: c, s: s}, nil
}

const ssoBack = "/masuk/sso/kembali"

// discover asks the provider for its addresses and keys, once it is needed: a
// provider that is down must not keep Netral from starting.
func (o *sso) discover(ctx context.Context) (*oidc.Provider, oauth2.Config, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider == nil {
		// The keys are fetched again later: the context must outlive the request.
		p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.HTTP), o.Issuer)
		if err != nil {
			return nil, oauth2.Config{}, fault.Wrap(fault.Busy, err, "identity.sso.away", o.Name)
		}
		o.provider = p
	}
	return o.provider, oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: o.provider.Endpoint(),
		RedirectURL: o.s.link(ssoBack), Scopes: append([]string{oidc.ScopeOpenID}, o.Scopes...),
	}, nil
}

// trip is a sign-in that is away at the provider. All of it is in a cookie of
// the browser, which is the only one that can finish it: state, nonce and the
// verifier of PKCE are made from its secret, and the provider and the address
// bar see no more than hashes. Nothing is stored, so a GET may begin it.
type trip struct {
	secret string
	began  int64  // seconds
	next   string // where to go afterwards
	link   string // account that asks to be linked; "" to sign in
}

func (t trip) cookie() string {
	b64 := base64.RawURLEncoding
	return strings.Join([]string{t.secret, strconv.FormatInt(t.began, 10), b64.EncodeToString([]byte(t.next)), t.link}, ".")
}

func parseTrip(s string) (trip, bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 4 || len(parts[0]) != 43 {
		return trip{}, false
	}
	began, e1 := strconv.ParseInt(parts[1], 10, 64)
	next, e2 := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	return trip{secret: parts[0], began: began, next: string(next), link: parts[3]}, e1 == nil && e2 == nil
}

// derive makes one of the values. They cover everything in the cookie, so that
// none of it can be changed on the way.
func (t trip) derive(what string) string {
	m := hmac.New(sha256.New, []byte(t.secret))
	m.Write([]byte(what + "\x00" + t.cookie()))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

const tripTime = 10 * time.Minute

// StartSSO is where to send the browser, and the cookie that goes with it.
// Account is the one to link, "" to sign in.
func (s *Service) StartSSO(ctx context.Context, next, account string) (to, cookie string, err error) {
	if s.sso == nil {
		return "", "", fault.New(fault.NotFound, "identity.sso.none")
	}
	_, cfg, err := s.sso.discover(ctx)
	if err != nil {
		return "", "", err
	}
	secret, err := s.newToken()
	if err != nil {
		return "", "", err
	}
	t := trip{secret: secret, began: s.DB.Now().Unix(), next: Local(next), link: account}
	to = cfg.AuthCodeURL(t.derive("state"), oidc.Nonce(t.derive("nonce")), oauth2.S256ChallengeOption(t.derive("verifier")))
	return to, t.cookie(), nil
}

// Returned is a sign-in that came back from the provider.
type Returned struct {
	Opened Opened
	Next   string
	Linked bool // the account was linked; there is no new session
}

// claims are those that Netral reads.
type claims struct {
	subject, login, name, email string
	groups                      []string
}

// FinishSSO takes what the provider sent back. Whatever is wrong, the answer is
// the same; the record says more. Got is the session of who asks to be linked.
func (s *Service) FinishSSO(ctx context.Context, cookie string, query url.Values, got *Signed, c Client) (Returned, error) {
	if s.sso == nil {
		return Returned{}, fault.New(fault.NotFound, "identity.sso.none")
	}
	if wait := s.limits.take("n:"+c.Network, networkRate, s.DB.Now()); wait > 0 {
		return Returned{}, s.slowed(ctx, delayKey("sso", "", c.Network), wait)
	}
	t, why, err := s.returned(ctx, cookie, query)
	if err != nil {
		return Returned{}, err
	}
	if why != "" {
		return Returned{}, s.ssoRefused(ctx, "", why)
	}
	found, why, err := s.sso.exchange(ctx, t, query.Get("code"))
	if err != nil {
		return Returned{}, err
	}
	if why != "" {
		return Returned{}, s.ssoRefused(ctx, "", why)
	}
	if t.link != "" {
		if got == nil || got.account.ID != t.link || got.session.Limited {
			return Returned{}, s.ssoRefused(ctx, t.link, "linker")
		}
		return Returned{Linked: true, Next: "/akun"}, s.linkSubject(ctx, got, found.subject)
	}
	out, err := s.openSSO(ctx, found, c)
	return Returned{Opened: out, Next: t.next}, err
}

// returned checks that this browser began the trip, not long ago, and that it
// has not come back before. Why says what is wrong, "" for nothing.
func (s *Service) returned(ctx context.Context, cookie string, query url.Values) (t trip, why string, err error) {
	t, ok := parseTrip(cookie)
	if !ok {
		return t, "cookie", nil
	}
	for _, name := range []string{"state", "code"} {
		if len(query[name]) > 1 {
			return t, "doubled", nil
		}
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(t.derive("state"))) != 1 {
		return t, "state", nil
	}
	now := s.DB.Now()
	if began := time.Unix(t.began, 0); now.Sub(began) > tripTime || began.Sub(now) > time.Minute {
		return t, "late", nil
	}
	again := false
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, found, err := findTicket(ctx, tx, ticketSSO, t.secret)
		if again = found; err != nil || found {
			return err
		}
		return insertTicket(ctx, tx, ticket{Hash: hashToken(t.secret), Kind: ticketSSO, Ends: tx.Now.Add(2 * tripTime)})
	})
	if err != nil || again {
		return t, "replayed", err
	}
	if query.Get("error") != "" || query.Get("code") == "" {
		return t, "provider", nil
	}
	return t, "", nil
}

// exchange turns the code into claims. Issuer, audience, signature and times are
// checked by the library, the nonce here.
func (o *sso) exchange(ctx context.Context, t trip, code string) (claims, string, error) {
	provider, cfg, err := o.discover(ctx)
	if err != nil {
		return claims{}, "", err
	}
	ctx = oidc.ClientContext(ctx, o.HTTP)
	token, err := cfg.Exchange(ctx, code, oauth2.VerifierOption(t.derive("verifier")))
	if err != nil {
		var refused *oauth2.RetrieveError
		// A provider that names an error has answered, whatever the status: dex
		// says 500 and server_error to a code that was another application's.
		if errors.As(err, &refused) && (refused.Response.StatusCode < 500 || refused.ErrorCode != "") {
			return claims{}, "code", nil
		}
		return claims{}, "", fault.Wrap(fault.Busy, err, "identity.sso.away", o.Name)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return claims{}, "no token", nil
	}
	id, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: o.ClientID, Now: o.s.DB.Now}).Verify(ctx, raw)
	if err != nil {
		return claims{}, "token", nil
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(t.derive("nonce"))) != 1 {
		return claims{}, "nonce", nil
	}
	var all map[string]any
	if err := id.Claims(&all); err != nil {
		return claims{}, "claims", nil
	}
	// With several audiences the token must say that it was issued to us.
	if azp, given := all["azp"]; given && azp != o.ClientID || !given && len(id.Audience) > 1 {
		return claims{}, "azp", nil
	}
	str := func(name string) string { v, _ := all[name].(string); return v }
	found := claims{subject: id.Subject, login: str(o.LoginClaim), name: str("name"), email: str("email")}
	if verified, given := all["email_verified"]; given && verified != true && verified != "true" {
		found.email = ""
	}
	switch v := all[o.RoleClaim].(type) {
	case string:
		found.groups = []string{v}
	case []any:
		for _, g := range v {
			if s, ok := g.(string); ok {
				found.groups = append(found.groups, s)
			}
		}
	}
	if found.subject == "" || len(found.subject) > 255 {
		return claims{}, "subject", nil
	}
	return found, "", nil
}

func (s *Service) ssoRefused(ctx context.Context, account, why string) error {
	if err := s.refused(ctx, account, "sso", why, nil); fault.Of(err).Kind != fault.SignIn {
		return err
	}
	return fault.New(fault.Denied, "identity.sso.refused", s.sso.Name)
}
