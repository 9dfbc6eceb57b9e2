package identity

import (
	"context"

	"netral/internal/actor"
	"netral/internal/store"
)

// Waiting is a grant that needs a second administrator.
type Waiting struct {
	Grant
	Login, Name string // of the account
}

// Waiting lists the grants that need a second administrator, the oldest first.
func (s *Service) Waiting(ctx context.Context, who actor.Actor) (all []Waiting, err error) {
	if err := s.may(who, ActManage, ""); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := proposed(ctx, tx)
		if err != nil {
			return err
		}
		all = nil
		for _, g := range list {
			a, err := account(ctx, tx, g.Account)
			if err != nil {
				return err
			}
			all = append(all, Waiting{g, a.Login, a.Name})
		}
		return nil
	})
	return all, err
}
