package calendar

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"sync"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/rule"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this slice.
var Migrations = store.Line{Name: "advise_calendar", FS: files}

// Service holds what the use cases need. It may be used from many goroutines.
type Service struct {
	// Book keeps the editions. Without one there is only Base.
	Book *ledger.Book
	// Base is the edition that this version of Netral carries.
	Base *Edition
	// Now is the clock for "today" where no page brings one.
	Now func() time.Time
	// Flips says which answers of the rules of conduct flip on a day; nil when
	// nobody can tell.
	Flips FlipsFunc
	// Address is where people reach this service ("https://host"), for the
	// links of the feed; "" leaves them out.
	Address string

	mu     sync.Mutex
	parsed map[string]*Edition // by SHA-256
}

// FlipsFunc lists the answers that are another on the day than on the day
// before, under the calendar's edition. Package app fills it from the rules of
// conduct.
type FlipsFunc func(ctx context.Context, e *Edition, on day.Day) ([]Flip, error)

// Flip is a situation whose answer is another from a day on.
type Flip struct {
	Situation rule.Text    `json:"situation"`         // "berfoto bersama pasangan capres"
	Contest   string       `json:"contest,omitempty"` // kind of contest
	Before    rule.Outcome `json:"before"`
	After     rule.Outcome `json:"after"`
	// What kind of answer it is, where the outcome alone does not tell them
	// apart: forbidden as a breach of ethics, then as one of discipline.
	BeforeWhy rule.Text `json:"before_why,omitzero"`
	AfterWhy  rule.Text `json:"after_why,omitzero"`
	Rules     []string  `json:"rules,omitempty"` // ids of the rules that decide from then on
}

// Issue is an edition in the line: when it came into force here, by whom and
// why.
type Issue struct {
	*Edition
	At      time.Time // when it was put in force; for a carried one, the start of the day it was published
	By      string    // id of the actor; "" for a carried one
	Why     string    // what the officer wrote
	Carried bool      // came with Netral
}

// Today is the day in Jakarta.
func (s *Service) Today() day.Day { return day.At(s.Now()) }

// Current is the edition in force.
func (s *Service) Current(ctx context.Context) (*Edition, error) {
	if s.Book == nil {
		return s.Base, nil
	}
	var e *Edition
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		e, err = s.InForce(ctx, tx)
		return err
	})
	return e, err
}

// InForce is Current inside a transaction: what another slice asks, so that
// its answer and the calendar are of one moment.
func (s *Service) InForce(ctx context.Context, tx *store.Tx) (*Edition, error) {
	last, ok, err := lastRow(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("find the calendar in force: %w", err)
	}
	if !ok || s.continues(last) {
		return s.Base, nil
	}
	return s.edition(ctx, tx, last)
}

// continues reports whether the carried edition comes after the last one kept:
// a new version of Netral brings the edition that follows it.
func (s *Service) continues(last row) bool {
	return strings.EqualFold(s.Base.Previous, last.id)
}

// edition parses a kept edition, once for each process.
func (s *Service) edition(ctx context.Context, tx *store.Tx, r row) (*Edition, error) {
	if r.sha256 == s.Base.SHA256 {
		return s.Base, nil
	}
	s.mu.Lock()
	e := s.parsed[r.sha256]
	s.mu.Unlock()
	if e != nil {
		return e, nil
	}
	text, err := file(ctx, tx, r)
	if err != nil {
		return nil, fmt.Errorf("read calendar edition %s: %w", r.id, err)
	}
	// An edition was valid when it was taken in. If a later Netral is
	// stricter, the file is named and nothing else stands in for it.
	if e, err = Parse("edition-"+r.id+".yaml", text); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "calendar.damaged", r.id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.parsed == nil {
		s.parsed = map[string]*Edition{}
	}
	s.parsed[r.sha256] = e
	return e, nil
}

func carried(e *Edition) Issue {
	return Issue{Edition: e, At: e.Published.Start().UTC(), Carried: true}
}

// Editions is the line of editions, the oldest first; the last is in force.
func (s *Service) Editions(ctx context.Context) ([]Issue, error) {
	if s.Book == nil {
		return []Issue{carried(s.Base)}, nil
	}
	var out []Issue
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = s.line(ctx, tx)
		return err
	})
	return out, err
}

func (s *Service) line(ctx context.Context, tx *store.Tx) ([]Issue, error) {
	rows, err := allRows(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("list calendar editions: %w", err)
	}
	var out []Issue
	for _, r := range rows {
		e, err := s.edition(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, Issue{Edition: e, At: r.at, By: r.actor, Why: r.note, Carried: r.actor == actor.System().ID})
	}
	if n := len(rows); n == 0 || s.continues(rows[n-1]) {
		out = append(out, carried(s.Base))
	}
	return out, nil
}

// Find is one edition of the line, and the one before it, if there is one.
func (s *Service) Find(ctx context.Context, id string) (issue Issue, before *Edition, err error) {
	all, err := s.Editions(ctx)
	if err != nil {
		return Issue{}, nil, err
	}
	ids := make([]string, len(all))
	for i, is := range all {
		if strings.EqualFold(is.ID, id) {
			if i > 0 {
				before = all[i-1].Edition
			}
			return is, before, nil
		}
		ids[i] = is.ID
	}
	return Issue{}, nil, fault.New(fault.NotFound, "calendar.edition_unknown", clip(id), ids)
}
