package promote

import (
	"context"
	"embed"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/random"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this slice.
var Migrations = store.Line{Name: "merit_promote", FS: files}

// Resource is what Allow is asked about; its types are "person", "post", "policy".
type Resource = scope.Resource

// Allow decides whether somebody may do something: nil, or a fault.
type Allow = scope.Allow

// The actions that Allow is asked about.
const (
	ActCheck    = "promote.check"    // see the eligibility of a person
	ActCase     = "promote.case"     // see whether a discipline case runs
	ActList     = "promote.list"     // see who is eligible for a post
	ActPaper    = "promote.paper"    // put a paper about a person on file
	ActApproval = "promote.approval" // put an approval for a post on file
	ActPolicy   = "promote.policy"   // set a policy
	ActPolicies = "promote.policies" // see what policies are in force
	ActExcuse   = "promote.excuse"   // set a short post apart
	ActReply    = "promote.reply"    // answer a figure about oneself
	ActPromoter = "promoter.see"     // see the record of a promoter
)

// Service holds what the use cases need. It may be used from many goroutines.
type Service struct {
	Book  *ledger.Book
	Now   func() time.Time
	Rand  io.Reader // gives ids: crypto/rand.Reader, or in tests something that can be repeated
	Law   func() *Law
	Allow Allow // nil refuses everything

	// Without names matters that cannot be looked at in this house, because
	// nobody fills in what they read. They are said to be left out wherever an
	// answer is shown.
	Without []string

	Records      Records
	Many         Many
	Everybody    Everybody
	PostOf       PostOf
	Vacancies    Vacancies
	Appointments Appointments
	Baseline     Baseline
	Whose        Whose
	Version      Version

	ids     random.Source
	shelf   sync.Mutex
	shelved *shelved
}

func (s *Service) allow(who actor.Actor, action string, r Resource) error {
	if s.Allow == nil {
		return fault.New(fault.Denied, "promote.denied")
	}
	return s.Allow(who, action, r)
}

// allowPerson is allow about a person. Somebody who may not be seen is refused
// in the words in which nobody is.
func (s *Service) allowPerson(who actor.Actor, action string, r Resource) error {
	err := s.allow(who, action, r)
	if errors.Is(err, fault.NotFound) {
		return NoPerson(r.ID)
	}
	return err
}

func (s *Service) today() day.Day { return day.At(s.Now()) }

// Limits of texts, in characters.
const (
	maxNumber = 120
	maxNote   = 2000
)

type checker struct{ fault.Fields }

func (c *checker) text(name, s string, most int, needed bool) {
	c.Add(!needed || strings.TrimSpace(s) != "", name, "promote.check.empty")
	c.Add(utf8.ValidString(s), name, "promote.check.letters")
	if n := utf8.RuneCountInString(s); n > most {
		c.Add(false, name, "promote.check.long", n, most)
	}
}

func (c *checker) one(name, s string, of []string) {
	c.Add(slices.Contains(of, s), name, "promote.check.one", clip(s), of)
}

func (c *checker) days(from, until day.Day) {
	ok := func(d day.Day) bool { return d == day.None || d >= day.First && d <= day.Last }
	c.Add(ok(from) && ok(until), "from", "promote.check.day", day.First, day.Last)
	c.Add(until == day.None || from == day.None || from < until, "until", "promote.check.order", from, until)
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}

// about is the resource of a person, from whoever keeps the roster.
func (s *Service) about(ctx context.Context, tx *store.Tx, person string) (Resource, error) {
	r, err := s.Whose(ctx, tx, person, s.today())
	if err != nil {
		return Resource{}, err
	}
	if r.Attrs == nil {
		r.Attrs = map[string]any{}
	}
	r.Type, r.ID, r.Attrs["person"] = "person", person, person
	return r, nil
}

// aboutPost is the resource of a post.
func (s *Service) aboutPost(ctx context.Context, tx *store.Tx, post string, on day.Day) (Target, Resource, error) {
	t, path, err := s.PostOf(ctx, tx, post, on)
	if err != nil {
		return Target{}, Resource{}, err
	}
	return t, Resource{Type: "post", ID: post, Attrs: map[string]any{"unit": t.Unit, "unitPath": path}}, nil
}
