package identity

import (
	"context"

	"netral/internal/actor"
	"netral/internal/store"
)

// ListInput picks accounts.
type ListInput struct {
	Text  string // part of a login or a name
	Role  string // that is held today
	After string // login of the last account of the page before
	Limit int    // 50 when 0, at most 200
}

// Listing is a page of accounts.
type Listing struct {
	Accounts []Account
	Grants   map[string][]Grant // by account: those of today, and those that wait
	Next     string             // After of the next page; "" at the end
}

// List lists accounts by login.
func (s *Service) List(ctx context.Context, who actor.Actor, in ListInput) (Listing, error) {
	if err := s.may(who, ActManage, ""); err != nil {
		return Listing{}, err
	}
	if in.Limit <= 0 {
		in.Limit = 50
	}
	in.Limit = min(in.Limit, 200)
	in.Text = foldLogin(clip(in.Text, 100))
	out := Listing{Grants: map[string][]Grant{}}
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if out.Accounts, err = accounts(ctx, tx, in, today(tx)); err != nil {
			return err
		}
		if len(out.Accounts) > in.Limit {
			out.Accounts = out.Accounts[:in.Limit]
			out.Next = out.Accounts[in.Limit-1].Login
		}
		for _, a := range out.Accounts {
			all, err := grants(ctx, tx, a.ID)
			if err != nil {
				return err
			}
			for _, g := range all {
				if g.On(today(tx)) || g.Status == GrantProposed {
					out.Grants[a.ID] = append(out.Grants[a.ID], g)
				}
			}
		}
		return nil
	})
	return out, err
}

// Look is one account with all its grants, for administrators and its owner.
func (s *Service) Look(ctx context.Context, who actor.Actor, id string) (Account, []Grant, error) {
	if id != own(who) || id == "" {
		if err := s.may(who, ActManage, id); err != nil {
			return Account{}, nil, err
		}
	}
	var a Account
	var gs []Grant
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if a, err = account(ctx, tx, id); err != nil {
			return err
		}
		gs, err = grants(ctx, tx, id)
		return err
	})
	return a, gs, err
}
