package identity

import (
	"context"
	"embed"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/text"
)

//go:embed migrations/*.sql static/*.js
var files embed.FS

// Migrations are the tables of this package. They come after the ledger's.
var Migrations = store.Line{Name: "identity", FS: files}

// Mail is a message to one person, in plain text and in their language.
type Mail struct{ To, Subject, Body string }

// Mailer takes messages inside the transaction that causes them: a job is
// enqueued, and what is undone is never sent.
type Mailer interface {
	Send(ctx context.Context, tx *store.Tx, m Mail) error
}

// Box seals the shared secrets of TOTP before they go into the database. Row
// is the id of the account; what was sealed for one row does not open for
// another.
type Box interface {
	Seal(row string, plain []byte) ([]byte, error)
	Open(row string, sealed []byte) ([]byte, error)
}

// Config is what a Service needs. DB, Book, Text, Rand and Base are required.
type Config struct {
	DB   *store.DB
	Book *ledger.Book
	Text *text.Catalogue
	// Rand gives tokens, ids and salts: crypto/rand.Reader.
	Rand io.Reader
	Log  *slog.Logger
	// Base is the public address, "https://netral.jakarta.go.id". With https
	// cookies get the prefix __Host- and are sent over TLS only. Its host is the
	// name that passkeys are bound to: change it and they are lost.
	Base string

	// Home is where people go who signed in without having been on the way to a
	// page; "/" when "".
	Home string

	// Idle ends a session that was not used, Absolute every session. 2 and 12
	// hours when zero: a working morning, a working day.
	Idle, Absolute time.Duration
	// Client is the address of who asks; from the connection when nil. Behind a
	// proxy the app knows which header to trust.
	Client func(*http.Request) netip.Addr
	// Hash is the cost of a password; the least that is allowed when zero.
	Hash HashCost
	// Hashes is how many passwords are hashed at once; 2 when zero. Each takes
	// Hash.Memory.
	Hashes int

	Mailer   Mailer    // no mail when nil
	Box      Box       // secrets are kept as they are when nil
	Breached *Breached // no list when nil
	OIDC     *OIDC     // no single sign-on when nil
	// Authorise decides who may administer accounts; the role admin when nil.
	// Actions are ActManage, ActGrant and ActRecover; account is "" where it is
	// about no one account.
	Authorise func(who actor.Actor, action, account string) error
	// Related says whether two people of the roster are relatives; nobody is when
	// nil. Nobody gives a relative a role, or the way back in.
	Related func(ctx context.Context, tx *store.Tx, a, b string) (bool, error)
	// Demo lists the demo's accounts on the sign-in page, each with a button
	// that signs in. Never for real people.
	Demo bool
}

// Service is the use cases. Make one with New; it is safe for concurrent use.
type Service struct {
	Config
	secure bool
	host   string

	hashes  chan struct{}
	waiting chan struct{}
	dummy   func() (string, error)
	limits  *limits
	sso     *sso
	keys    *passkeys

	rand sync.Mutex
}

// New checks the configuration.
func New(c Config) (*Service, error) {
	if c.DB == nil || c.Book == nil || c.Text == nil || c.Rand == nil {
		return nil, errors.New("identity: Config needs DB, Book, Text and Rand")
	}
	u, err := url.Parse(c.Base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("identity: Base %q is not an address like https://host", c.Base)
	}
	c.Base = u.Scheme + "://" + u.Host
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Idle <= 0 {
		c.Idle = 2 * time.Hour
	}
	if c.Absolute <= 0 {
		c.Absolute = 12 * time.Hour
	}
	if c.Client == nil {
		c.Client = remote
	}
	if c.Hashes <= 0 {
		c.Hashes = 2
	}
	if c.Hash, err = c.Hash.check(); err != nil {
		return nil, err
	}
	s := &Service{
		Config: c, secure: u.Scheme == "https", host: u.Hostname(),
		hashes: make(chan struct{}, c.Hashes), waiting: make(chan struct{}, 64),
		limits: newLimits(),
	}
	s.dummy = sync.OnceValues(func() (string, error) { return s.Hash.hash("", make([]byte, saltSize)), nil })
	if s.keys, err = newPasskeys(s); err != nil {
		return nil, err
	}
	if c.OIDC != nil {
		if s.sso, err = newSSO(s, *c.OIDC); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// link is the whole address of a page, for mails and papers.
func (s *Service) link(path string) string { return s.Base + path }

// Secure says whether cookies go over TLS only.
func (s *Service) Secure() bool { return s.secure }

// bytes is randomness; the source need not be safe for concurrent use.
func (s *Service) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	s.rand.Lock()
	defer s.rand.Unlock()
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return nil, fmt.Errorf("identity: no randomness: %w", err)
	}
	return b, nil
}

func (s *Service) newID() (string, error) {
	b, err := s.bytes(10)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b)), err
}

// What Authorise is asked about: the actions of package access.
const (
	ActManage  = "account.manage"   // see, make and change accounts
	ActGrant   = "grant.change"     // give and end roles
	ActRecover = "recovery.approve" // let somebody back in who has lost everything
)

func (s *Service) may(who actor.Actor, action, account string) error {
	if s.Authorise != nil {
		return s.Authorise(who, action, account)
	}
	if !who.Has(RoleAdmin) {
		return fault.New(fault.Denied, "identity.denied")
	}
	return nil
}

// subject names an account in the ledger, and as an actor.
func subject(account string) string { return "account:" + account }

// own is the account behind an actor, or "".
func own(who actor.Actor) string {
	id, ok := strings.CutPrefix(who.ID, "account:")
	if !ok {
		return ""
	}
	return id
}

// notify sends a message to the owner of an account, when there is an address.
// The words are those of identity.mail.KEY.subject and .body.
func (s *Service) notify(ctx context.Context, tx *store.Tx, a Account, key string, args ...any) error {
	if s.Mailer == nil || a.Email == "" {
		return nil
	}
	args = append([]any{a.Name}, args...)
	return s.Mailer.Send(ctx, tx, Mail{
		To: a.Email, Subject: s.Text.T(a.Lang, "identity.mail."+key+".subject"), Body: s.Text.T(a.Lang, "identity.mail."+key+".body", args...),
	})
}
