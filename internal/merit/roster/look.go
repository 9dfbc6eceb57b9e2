package roster

import (
	"context"
	"errors"
	"time"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Look says that somebody opened what is held about a person.
type Look struct {
	At     time.Time `json:"at"`
	Viewer string    `json:"viewer"` // id of the actor
	Person string    `json:"person"` // who that is in the roster; "" when not in it
	Name   string    `json:"name"`   // of Person
	Via    string    `json:"via"`
	What   string    `json:"what"` // "person"
	Reason string    `json:"reason,omitempty"`
}

// KeepLooks is how long looks are kept and shown. The entries in the
// ledger stay until somebody erases them there.
const KeepLooks = 5 * 365 * 24 * time.Hour

// maxLooks is how many are shown on a page.
const maxLooks = 100

// lookDetail is what the record says; of it the world sees a commitment only.
type lookDetail struct {
	Person string `json:"person"`
	What   string `json:"what"`
	Via    string `json:"via"`
	Reason string `json:"reason,omitempty"`
}

// look writes down that somebody opened a person's page.
func (s *Service) look(ctx context.Context, who actor.Actor, person, what, reason string) error {
	m, err := s.minter(s.Now())
	if err != nil {
		return err
	}
	id := m.id()
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if err := insertLook(ctx, tx, id, person, who, what, reason); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.roster.looked", Subject: "person:" + person, Detail: lookDetail{person, what, who.Via, reason}}, nil
	})
	return err
}

// Looked lists who opened a person's page, the newest first. Everybody may see
// their own; others need leave.
func (s *Service) Looked(ctx context.Context, who actor.Actor, person string) ([]Look, error) {
	var out []Look
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := s.resource(ctx, tx, person, s.today())
		if err != nil {
			return err
		}
		if who.Person == "" || who.Person != person {
			if err := s.allow(who, "roster.looks.read", r); err != nil {
				return s.hidden(err, person)
			}
		}
		out, err = looksAt(ctx, tx, person, 1000)
		return err
	})
	return out, err
}

// Forget deletes looks older than KeepLooks. It is a nightly job.
func (s *Service) Forget(ctx context.Context, who actor.Actor) (int64, error) {
	if err := s.allow(who, "roster.looks.forget", Resource{Type: "roster"}); err != nil {
		return 0, err
	}
	var n int64
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		before := tx.Now.Add(-KeepLooks)
		var err error
		if n, err = forgetLooks(ctx, tx, before); err != nil {
			return ledger.Entry{}, err
		}
		if n == 0 {
			return ledger.Entry{}, errSame
		}
		return ledger.Entry{Kind: "merit.roster.forgotten", Subject: "roster-looks", Detail: map[string]any{"before": before.Format(time.RFC3339), "looks": n}}, nil
	})
	if errors.Is(err, errSame) {
		return 0, nil
	}
	return n, err
}
