package identity

import (
	"context"
	"errors"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Prove takes the password and a code of somebody who has signed in, before
// something grave.
func (s *Service) Prove(ctx context.Context, got *Signed, password, code string) error {
	if got.session.Limited {
		return fault.New(fault.Denied, "identity.second_first")
	}
	try, err := s.admit(ctx, "pw", got.account.Login, got.client)
	if err != nil {
		return err
	}
	ok, _, err := s.verifyPassword(ctx, got.account.password, password)
	if err != nil {
		return err
	}
	number, sound := digits(code)
	var step int64
	if ok && sound && got.account.HasTOTP {
		secret, err := s.unseal(got.account)
		if err != nil {
			return err
		}
		step, ok = matchStep(secret, number, s.DB.Now())
	} else {
		ok = false
	}
	if !ok {
		return s.refused(ctx, got.account.ID, "prove", "wrong", nil)
	}
	_, err = s.Book.Write(ctx, got.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if _, err := s.same(ctx, tx, got.account); err != nil {
			return ledger.Entry{}, err
		}
		if ok, err := useStep(ctx, tx, got.account.ID, step); err != nil || !ok {
			return ledger.Entry{}, joinFault(errRefused, err)
		}
		if err := s.good(ctx, tx, try); err != nil {
			return ledger.Entry{}, err
		}
		if err := proveSession(ctx, tx, got.session.ID); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindProved, Subject: subject(got.account.ID), Detail: map[string]any{"session": got.session.ID}}, nil
	})
	if errors.Is(err, errRefused) {
		return s.refused(ctx, got.account.ID, "prove", "used", nil)
	}
	return err
}

// PasswordInput is a new password with the present one.
type PasswordInput struct{ Old, New, Again string }

// ChangePassword sets another password. All other sessions end.
func (s *Service) ChangePassword(ctx context.Context, got *Signed, in PasswordInput) (Opened, error) {
	if got.session.Limited {
		return Opened{}, fault.New(fault.Denied, "identity.second_first")
	}
	var f fault.Fields
	s.checkPassword(&f, "new", in.New, in.Again, got.account.Login)
	if err := f.Err(); err != nil {
		return Opened{}, err
	}
	try, err := s.admit(ctx, "pw", got.account.Login, got.client)
	if err != nil {
		return Opened{}, err
	}
	ok, _, err := s.verifyPassword(ctx, got.account.password, in.Old)
	if err != nil {
		return Opened{}, err
	}
	if !ok {
		if err := s.refused(ctx, got.account.ID, "password", "old", nil); fault.Of(err).Kind != fault.SignIn {
			return Opened{}, err
		}
		f.Add(false, "old", "identity.password.old")
		return Opened{}, f.Err()
	}
	hash, err := s.hashPassword(ctx, in.New)
	if err != nil {
		return Opened{}, err
	}
	o, err := s.newOpening(got.session.Method, false, got.client)
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	_, err = s.Book.Write(ctx, got.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, err := s.same(ctx, tx, got.account)
		if err != nil {
			return ledger.Entry{}, joinFault(fault.New(fault.Conflict, "identity.account.moved"), ifNot(err, errRefused))
		}
		if err := setPassword(ctx, tx, a.ID, hash); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.good(ctx, tx, try); err != nil {
			return ledger.Entry{}, err
		}
		if err := dropTickets(ctx, tx, a.ID, ""); err != nil {
			return ledger.Entry{}, err
		}
		if out, err = s.renew(ctx, tx, a, got, o); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, a, "password"); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindPassword, Subject: subject(a.ID), Detail: map[string]any{"by": "owner"}}, nil
	})
	if err != nil {
		return Opened{}, err
	}
	return out, nil
}

// ifNot is err unless it is the one named.
func ifNot(err, named error) error {
	if errors.Is(err, named) {
		return nil
	}
	return err
}
