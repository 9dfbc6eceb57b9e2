package identity

import (
	"context"
	"crypto/subtle"
	"errors"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// errLink is the only answer to a link that does not count, or to a wrong
// half.
func errLink() error { return fault.New(fault.Denied, "identity.link.wrong") }

// LinkKind says whether a link counts, and whether it needs the code of the
// first approver.
func (s *Service) LinkKind(ctx context.Context, token string) (needsCode bool, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, kind := range []string{ticketLink, ticketRecover} {
			_, found, err := findTicket(ctx, tx, kind, token)
			if err != nil {
				return err
			}
			if found {
				needsCode = kind == ticketRecover
				return nil
			}
		}
		return errLink()
	})
	return needsCode, err
}

// RedeemInput is a link with a new password.
type RedeemInput struct{ Token, Code, New, Again string }

// Redeem sets a password with a link. What proved the person before (second
// factor, recovery codes, passkeys, browsers) is forgotten, all sessions end,
// and the new session can only set up a second factor.
func (s *Service) Redeem(ctx context.Context, in RedeemInput, c Client) (Opened, error) {
	needsCode, err := s.LinkKind(ctx, in.Token)
	if err != nil {
		return Opened{}, s.linkRefused(ctx, err, in.Token)
	}
	bare, sound := bareCode(in.Code)
	var f fault.Fields
	f.Add(!needsCode || sound, "code", "identity.code.first")
	s.checkPassword(&f, "new", in.New, in.Again, "")
	if err := f.Err(); err != nil {
		return Opened{}, err
	}
	hash, err := s.hashPassword(ctx, in.New)
	if err != nil {
		return Opened{}, err
	}
	o, err := s.newOpening("recovery", true, c)
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	_, err = s.Book.Write(ctx, actor.Anonymous("page", "id"), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		kind := ticketLink
		if needsCode {
			kind = ticketRecover
		}
		t, found, err := useTicket(ctx, tx, kind, in.Token)
		if err != nil || !found {
			return ledger.Entry{}, joinFault(errRefused, err)
		}
		a, err := account(ctx, tx, t.Account)
		if err != nil {
			return ledger.Entry{}, err
		}
		if a.Status != Active {
			return ledger.Entry{}, errRefused
		}
		if needsCode {
			r, err := recovery(ctx, tx, t.Data)
			if err != nil {
				return ledger.Entry{}, err
			}
			if r.Status != recoveryApproved || subtle.ConstantTimeCompare(r.code, hashCode(a.ID, bare)) != 1 {
				return ledger.Entry{}, errRefused
			}
			r.Status, r.code = recoveryUsed, nil
			if err := updateRecovery(ctx, tx, r); err != nil {
				return ledger.Entry{}, err
			}
		}
		if err := setPassword(ctx, tx, a.ID, hash); err != nil {
			return ledger.Entry{}, err
		}
		if err := forgetFactors(ctx, tx, a.ID); err != nil {
			return ledger.Entry{}, err
		}
		if out, err = s.open(ctx, tx, a, o); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, a, "recovered"); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindRecoveryCompleted, Subject: subject(a.ID), Detail: map[string]any{
			"recovery": t.Data, "session": o.id, "browser": o.client.Agent, "network": o.client.Network,
		}}, nil
	})
	if errors.Is(err, errRefused) {
		return Opened{}, s.linkRefused(ctx, errLink(), in.Token)
	}
	if err != nil {
		return Opened{}, err
	}
	return out, nil
}

// linkRefused records a link that was refused; after five wrong halves the link
// is gone.
func (s *Service) linkRefused(ctx context.Context, err error, token string) error {
	if f := fault.Of(err); f.Kind != fault.Denied {
		return err
	}
	var t ticket
	var found bool
	e := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		t, found, err = findTicketHash(ctx, tx, hashToken(token))
		return err
	})
	if e != nil {
		return e
	}
	e = s.refused(ctx, t.Account, "link", "link", func(ctx context.Context, tx *store.Tx) error {
		if !found {
			return nil
		}
		now, still, err := findTicketHash(ctx, tx, t.Hash)
		if err != nil || !still {
			return err
		}
		return tryTicket(ctx, tx, now, maxTries)
	})
	if fault.Of(e).Kind != fault.SignIn {
		return e
	}
	return err
}

// forgetFactors takes away everything that proved the person but the password.
func forgetFactors(ctx context.Context, tx *store.Tx, account string) error {
	if _, err := endSessions(ctx, tx, account, ""); err != nil {
		return err
	}
	if err := setTOTP(ctx, tx, account, nil, 0); err != nil {
		return err
	}
	if err := forgetDevices(ctx, tx, account); err != nil {
		return err
	}
	if err := dropTickets(ctx, tx, account, ""); err != nil {
		return err
	}
	for _, table := range []string{"identity_code", "identity_passkey"} {
		if _, err := changed(ctx, tx, `DELETE FROM `+table+` WHERE account = $1`, account); err != nil {
			return err
		}
	}
	return nil
}
