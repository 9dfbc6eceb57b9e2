package token

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/text"
)

// CreateInput is what a token is to be.
type CreateInput struct {
	Name    string   `json:"name" doc:"What it is for" maxLength:"60"`
	Actions []string `json:"actions" doc:"What it may do"`
	Days    int      `json:"days" doc:"How many days it is good for" minimum:"1" maximum:"365"`
}

// Created is a new token. Secret is the token itself, and is shown here only.
type Created struct {
	Token  Token  `json:"token"`
	Secret string `json:"secret" doc:"The token itself. It is not shown again."`
}

// check wants a name, known actions and days, and brings them into order.
func (s *Service) check(in *CreateInput) error {
	in.Name = strings.Join(strings.Fields(strings.ToValidUTF8(in.Name, "\uFFFD")), " ")
	n := utf8.RuneCountInString(in.Name)
	var f fault.Fields
	f.Add(n >= 1 && n <= maxName && !strings.ContainsFunc(in.Name, unicode.IsControl), "name", "token.name_wrong", n, maxName)
	in.Actions = slices.Compact(slices.Sorted(slices.Values(in.Actions)))
	f.Add(len(in.Actions) > 0, "actions", "token.actions_none", len(s.offered))
	for _, a := range in.Actions {
		if !slices.Contains(s.offered, a) {
			f.Add(false, "actions", "token.action_wrong", clip(a))
			break
		}
	}
	f.Add(in.Days >= 1 && in.Days <= MaxDays, "days", "token.days_wrong", in.Days, MaxDays)
	return f.Err()
}

// clip shortens what is shown back.
func clip(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "\uFFFD")); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// Create makes a token of who asks. Faults: SignIn, Denied, Invalid, Conflict when there
// are too many.
func (s *Service) Create(ctx context.Context, who actor.Actor, in CreateInput) (*Created, error) {
	if err := s.person(who, ActCreate, who.ID); err != nil {
		return nil, err
	}
	if err := s.check(&in); err != nil {
		return nil, err
	}
	id, secret, err := s.fresh()
	if err != nil {
		return nil, err
	}
	out := &Created{Secret: secret}
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		t := Token{
			ID: id, Owner: who.ID, Name: in.Name, Tail: secret[secretLen-tailLen:], Actions: in.Actions,
			Made: tx.Now, Until: (day.At(tx.Now) + day.Day(in.Days)).Start().UTC(), Used: day.None, //nolint:gosec // at most a year
		}
		live, err := countLive(ctx, tx, who.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if live >= MaxLive {
			return ledger.Entry{}, fault.New(fault.Conflict, "token.many", live, MaxLive)
		}
		if err := insertToken(ctx, tx, t, hash(secret)); err != nil {
			return ledger.Entry{}, err
		}
		out.Token = t
		return ledger.Entry{Kind: KindCreated, Subject: subject(id), Detail: t}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// person wants somebody who signed in, not a token of theirs, and asks Allow.
func (s *Service) person(who actor.Actor, action, owner string) error {
	switch {
	case !who.Known():
		return fault.New(fault.SignIn, "token.sign_in")
	case scope.Narrowed(who):
		return fault.New(fault.Denied, "token.by_token", text.Key("access.action."+action))
	}
	return s.Allow(who, action, owner)
}

// ListInput says whose tokens; "" means one's own.
type ListInput struct{ Owner string }

// List lists the tokens of an owner: those that are good first, then the newest
// first. Those that ended are kept for a year.
func (s *Service) List(ctx context.Context, who actor.Actor, in ListInput) ([]Token, error) {
	if in.Owner == "" {
		in.Owner = who.ID
	}
	if err := s.person(who, ActRead, in.Owner); err != nil {
		return nil, err
	}
	out := []Token{}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var err error
		out, err = tokensOf(ctx, tx, in.Owner)
		slices.SortStableFunc(out, func(a, b Token) int {
			return rank(b.Live(tx.Now)) - rank(a.Live(tx.Now))
		})
		return err
	})
	return out, err
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// RevokeInput names a token and may say why.
type RevokeInput struct {
	ID     string
	Reason string
}

// Revoke ends a token at once, for good. Faults: NotFound, also for the tokens
// of others; Conflict when it has ended.
func (s *Service) Revoke(ctx context.Context, who actor.Actor, in RevokeInput) (*Token, error) {
	if err := s.person(who, ActRevoke, who.ID); err != nil {
		return nil, err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	var f fault.Fields
	if f.Add(utf8.RuneCountInString(in.Reason) <= maxReason && utf8.ValidString(in.Reason), "reason", "token.reason_long", maxReason); f.Err() != nil {
		return nil, f.Err()
	}
	var out Token
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		t, found, err := tokenByID(ctx, tx, in.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if !found || s.Allow(who, ActRevoke, t.Owner) != nil {
			return ledger.Entry{}, missing()
		}
		if !t.Live(tx.Now) {
			return ledger.Entry{}, fault.New(fault.Conflict, "token.ended", t.Name)
		}
		t.Revoked = tx.Now
		if err := revokeToken(ctx, tx, t.ID, tx.Now.UnixMilli()); err != nil {
			return ledger.Entry{}, err
		}
		out = t
		return ledger.Entry{Kind: KindRevoked, Subject: subject(t.ID), Detail: map[string]string{"owner": t.Owner, "reason": in.Reason}}, nil
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}
