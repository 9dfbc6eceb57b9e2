package token

import (
	"context"
	"embed"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this package. They come after the ledger's.
var Migrations = store.Line{Name: "token", FS: files}

// Kinds of ledger entries.
const (
	KindCreated = "foundation.token.created"
	KindRevoked = "foundation.token.revoked"
	KindRefused = "foundation.token.refused" // shown after its end; once a day
)

// Limits.
const (
	MaxDays   = 365
	MaxLive   = 20 // tokens of one owner that have not ended
	maxName   = 60
	maxReason = 200
)

// The actions that Allow is asked about.
const (
	ActCreate = "token.create"
	ActRead   = "token.read"
	ActRevoke = "token.revoke"
)

// Token is a token as it is shown: never the token itself.
type Token struct {
	ID      string    `json:"id"`
	Owner   string    `json:"owner" doc:"Whose it is"`
	Name    string    `json:"name" doc:"What it is for"`
	Tail    string    `json:"tail" doc:"Its last characters, to tell tokens apart"`
	Actions []string  `json:"actions" doc:"What it may do"`
	Made    time.Time `json:"made"`
	Until   time.Time `json:"until" doc:"When it ends by itself"`
	Revoked time.Time `json:"revoked,omitzero" doc:"When it was revoked"`
	Used    day.Day   `json:"used,omitzero" doc:"Last day of use"`
}

// Live says whether the token is good at a moment.
func (t Token) Live(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Until) }

// Config is what a Service needs. DB, Book, Rand, Owner, Allow and Actions are
// required.
type Config struct {
	DB   *store.DB // for what is no event: last days of use, keys
	Book *ledger.Book
	// Rand gives tokens and ids: crypto/rand.Reader.
	Rand io.Reader
	Log  *slog.Logger
	// Owner is an actor with the grants of today; false when there is none or
	// they are not let in any more.
	Owner func(ctx context.Context, id string) (actor.Actor, bool, error)
	// Allow decides on ActCreate, ActRead and ActRevoke for the tokens of an
	// owner: nil, or a fault.
	Allow func(who actor.Actor, action, owner string) error
	// Actions are all that there are. Those by which power is given are not
	// offered for tokens.
	Actions []string
	// Box keeps the answers to keys: among them are tokens, of which the database
	// holds only hashes, and what is said about people.
	Box Box
	// Rate is how many requests a token may make in a minute, on average and at
	// once; 300 when zero.
	Rate int
	// MaxBody is how much of a request with a key is read; 1 MiB when zero.
	MaxBody int64
}

// Box seals what the program itself must read again, bound to whose it is and
// under which key.
type Box interface {
	Seal(actor, key string, plain []byte) ([]byte, error)
	Open(actor, key string, sealed []byte) ([]byte, error)
}

// Service is the use cases. Make one with New; it is safe for concurrent use.
type Service struct {
	Config
	offered []string
	limits  *limits

	rand sync.Mutex // Rand need not be safe for concurrent use
}

// New checks the configuration.
func New(c Config) (*Service, error) {
	if c.DB == nil || c.Book == nil || c.Rand == nil || c.Owner == nil || c.Allow == nil || c.Box == nil || len(c.Actions) == 0 {
		return nil, errors.New("token: Config needs DB, Book, Rand, Owner, Allow, Box and Actions")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Rate <= 0 {
		c.Rate = 300
	}
	if c.MaxBody <= 0 {
		c.MaxBody = 1 << 20
	}
	s := &Service{Config: c, limits: newLimits(c.Rate)}
	for _, a := range c.Actions {
		if strings.ContainsAny(a, " \n") || a == "" {
			return nil, fmt.Errorf("token: an action is named %q", a)
		}
		if offered(a) {
			s.offered = append(s.offered, a)
		}
	}
	slices.Sort(s.offered)
	return s, nil
}

// offered says whether a token may be made for an action. Power over power
// stays with people who are there.
func offered(action string) bool {
	for _, p := range []string{"token.", "grant.", "account.", "recovery.", "vault."} {
		if strings.HasPrefix(action, p) {
			return false
		}
	}
	return true
}

// Offered lists the actions that a token can be made for.
func (s *Service) Offered() []string { return slices.Clone(s.offered) }

func (s *Service) fresh() (id, secret string, err error) {
	s.rand.Lock()
	defer s.rand.Unlock()
	var b [10]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "", "", fmt.Errorf("token: no randomness: %w", err)
	}
	secret, err = newSecret(s.Rand)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:])), secret, err
}

func subject(id string) string { return "token:" + id }

// Signed is who sent a request, and whether anybody did.
type Signed func(*http.Request) (actor.Actor, bool)

func missing() error { return fault.New(fault.NotFound, "token.missing") }
