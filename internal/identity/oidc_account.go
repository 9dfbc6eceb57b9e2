package identity

import (
	"context"
	"errors"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/text"
)

func (s *Service) linkSubject(ctx context.Context, got *Signed, sub string) error {
	_, err := s.Book.Write(ctx, got.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if err := insertSubject(ctx, tx, s.sso.Issuer, sub, got.account.ID); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, got.account, "linked", s.sso.Name); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindLinked, Subject: subject(got.account.ID), Detail: map[string]any{"issuer": s.sso.Issuer}}, nil
	})
	return err
}

// openSSO opens a session for a subject, and gives the roles that the provider
// tells.
func (s *Service) openSSO(ctx context.Context, found claims, c Client) (Opened, error) {
	id, err := s.newID()
	if err != nil {
		return Opened{}, err
	}
	o, err := s.newOpening("sso", false, c)
	if err != nil {
		return Opened{}, err
	}
	mapped, err := s.mapped(found.groups)
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	var known string
	why := ""
	_, err = s.Book.Write(ctx, actor.Anonymous("page", "id"), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, exists, err := linked(ctx, tx, s.sso.Issuer, found.subject)
		if err != nil {
			return ledger.Entry{}, err
		}
		known = a.ID
		if exists && a.Status != Active {
			why = "disabled"
			return ledger.Entry{}, errRefused
		}
		if !exists {
			if a, why, err = s.createSSO(ctx, tx, id, found); err != nil || why != "" {
				return ledger.Entry{}, joinFault(errRefused, err)
			}
		}
		e := openedEntry(a.ID, o)
		detail := e.Detail.(map[string]any)
		detail["created"] = !exists
		if s.sso.RoleClaim != "" {
			if detail["roles"], err = replaceMapped(ctx, tx, a.ID, mapped); err != nil {
				return ledger.Entry{}, err
			}
		}
		out, err = s.open(ctx, tx, a, o)
		return e, err
	})
	if errors.Is(err, errRefused) {
		return Opened{}, s.ssoRefused(ctx, known, why)
	}
	if err != nil {
		return Opened{}, err
	}
	return out, nil
}

// createSSO makes an account for a subject that is not known, where that is
// allowed.
func (s *Service) createSSO(ctx context.Context, tx *store.Tx, id string, found claims) (Account, string, error) {
	if !s.sso.Create {
		return Account{}, "unlinked", nil
	}
	a := Account{ID: id, Login: foldLogin(found.login), Name: strings.TrimSpace(found.name), Lang: text.ID, Status: Active, Made: tx.Now, Version: 1}
	if a.Name == "" {
		a.Name = a.Login
	}
	if soundEmail(found.email) {
		a.Email = found.email
	}
	if !soundLogin(a.Login) || !plain(a.Name) || len(a.Name) > maxName {
		return Account{}, "login", nil
	}
	if _, taken, err := accountOf(ctx, tx, a.Login); err != nil || taken {
		return Account{}, "taken", err
	}
	if err := insertAccount(ctx, tx, a); err != nil {
		return Account{}, "", err
	}
	return a, "", insertSubject(ctx, tx, s.sso.Issuer, found.subject, id)
}

// mapped are the grants that the groups mean, with ids.
func (s *Service) mapped(groups []string) ([]Grant, error) {
	var out []Grant
	for _, g := range groups {
		r, ok := s.sso.Roles[g]
		if !ok || slices.ContainsFunc(out, func(x Grant) bool { return x.Role == r.Role && x.Unit == r.Unit && x.Area == r.Area }) {
			continue
		}
		id, err := s.newID()
		if err != nil {
			return nil, err
		}
		out = append(out, Grant{ID: id, Role: r.Role, Unit: r.Unit, Area: r.Area, Until: day.None, Status: GrantActive, Source: SourceOIDC, Reason: clip(g, 100)})
	}
	return out, nil
}

// replaceMapped makes the grants from the provider those of now: what it says
// no longer ends today, what is new begins today, the rest stays.
func replaceMapped(ctx context.Context, tx *store.Tx, account string, want []Grant) ([]string, error) {
	have, err := grants(ctx, tx, account)
	if err != nil {
		return nil, err
	}
	want = slices.Clone(want) // the transaction may run again
	names := []string{}
	for _, g := range want {
		names = append(names, g.Role)
	}
	for _, g := range have {
		if g.Source != SourceOIDC || !g.On(today(tx)) {
			continue
		}
		same := func(x Grant) bool { return x.Role == g.Role && x.Unit == g.Unit && x.Area == g.Area }
		if i := slices.IndexFunc(want, same); i >= 0 {
			want = slices.Delete(want, i, i+1)
			continue
		}
		g.Until = max(today(tx), g.From)
		if err := endGrant(ctx, tx, g); err != nil {
			return nil, err
		}
	}
	for _, g := range want {
		g.Account, g.From, g.GivenBy, g.Made = account, today(tx), "system", tx.Now
		if err := insertGrant(ctx, tx, g); err != nil {
			return nil, err
		}
	}
	return names, nil
}
