package identity

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
)

// ActorOf is an account as an actor with the roles of today, by its id as an
// actor; false when there is none or it is not let in. It is for what acts for
// somebody who is not there: a token.
func (s *Service) ActorOf(ctx context.Context, id string) (who actor.Actor, ok bool, err error) {
	name, found := strings.CutPrefix(id, subject(""))
	if !found {
		return actor.Actor{}, false, nil
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := account(ctx, tx, name)
		if errors.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil || a.Status != Active {
			return err
		}
		all, err := grants(ctx, tx, a.ID)
		who, ok = a.who(Effective(all, today(tx))), true
		return err
	})
	return who, ok && err == nil, err
}

// CheckBox opens one shared secret that is kept, so that a house with the wrong
// key says so at its start and not to the first person who types a code. It is
// nil when there is none yet.
func (s *Service) CheckBox(ctx context.Context) error {
	var a Account
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		a, err = scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM identity_account a WHERE length(a.totp) > 0 ORDER BY a.totp_at DESC, a.id LIMIT 1`))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.unseal(a)
	return err
}
