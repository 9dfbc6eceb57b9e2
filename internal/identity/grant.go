package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// The roles.
const (
	RoleEmployee    = "employee"
	RoleUnitHead    = "unit_head"
	RolePersonnel   = "personnel"   // BKD
	RoleInspector   = "inspector"   // Inspektorat
	RoleEthics      = "ethics"      // member of the ethics council
	RoleDisposition = "disposition" // mayor, Sekda
	RoleObserver    = "observer"    // camat, lurah, community
	RoleOutreach    = "outreach"
	RoleAuditor     = "auditor"
	RoleAdmin       = "admin" // of the system
	RoleGovernor    = "governor"
)

// Roles lists every role.
func Roles() []string {
	return []string{
		RoleEmployee, RoleUnitHead, RolePersonnel, RoleInspector, RoleEthics, RoleDisposition,
		RoleObserver, RoleOutreach, RoleAuditor, RoleAdmin, RoleGovernor,
	}
}

// Grave says which roles two administrators must agree on: whoever holds one
// watches over the others, or gives out roles.
func Grave(role string) bool {
	return role == RoleAdmin || role == RoleInspector || role == RoleGovernor
}

// States of a grant.
const (
	GrantProposed = "proposed" // waits for a second administrator
	GrantActive   = "active"
	GrantRefused  = "refused"
)

// Where a grant comes from.
const (
	SourceAdmin = "admin"
	SourceOIDC  = "oidc"
	SourceCLI   = "cli"
	SourceDemo  = "demo"
)

// Grant is a role held in a place from a day until a day.
type Grant struct {
	ID        string    `json:"id"`
	Account   string    `json:"account"`
	Role      string    `json:"role"`
	Unit      string    `json:"unit,omitempty"`
	Area      string    `json:"area,omitempty"`
	ActingFor string    `json:"actingFor,omitempty"` // whose duties are carried; "" for one's own
	From      day.Day   `json:"from"`
	Until     day.Day   `json:"until,omitzero"` // the first day without; None for open
	Status    string    `json:"status"`
	Source    string    `json:"source"`
	Reason    string    `json:"reason"`
	GivenBy   string    `json:"givenBy"`
	SecondBy  string    `json:"secondBy,omitempty"`
	Made      time.Time `json:"made"`
}

// On says whether the grant is held on a day.
func (g Grant) On(d day.Day) bool {
	return g.Status == GrantActive && g.From <= d && (g.Until == day.None || d < g.Until)
}

// Effective are the grants of a day as an actor has them.
func Effective(all []Grant, d day.Day) []actor.Grant {
	var out []actor.Grant
	for _, g := range all {
		if g.On(d) {
			out = append(out, actor.Grant{Role: g.Role, Unit: g.Unit, Area: g.Area, Acting: g.ActingFor != ""})
		}
	}
	return out
}

func today(tx *store.Tx) day.Day { return day.At(tx.Now) }

// GrantInput is a role to be given.
type GrantInput struct {
	Account, Role, Unit, Area, ActingFor string
	From, Until                          string // YYYY-MM-DD; From is today and Until open when ""
	Reason                               string
}

func (in *GrantInput) check(on day.Day) (Grant, error) {
	for _, p := range []*string{&in.Role, &in.Unit, &in.Area, &in.ActingFor, &in.From, &in.Until, &in.Reason} {
		*p = strings.TrimSpace(*p)
	}
	g := Grant{Account: in.Account, Role: in.Role, Unit: in.Unit, Area: in.Area, ActingFor: in.ActingFor, From: on, Until: day.None, Reason: in.Reason}
	var f fault.Fields
	f.Add(slices.Contains(Roles(), in.Role), "role", "identity.role.unknown", clip(in.Role, 40))
	f.Add(len(in.Unit) <= 64 && plain(in.Unit), "unit", "identity.place.shape", 64)
	f.Add(len(in.Area) <= 64 && plain(in.Area), "area", "identity.place.shape", 64)
	f.Add(len(in.ActingFor) <= maxName && plain(in.ActingFor), "acting", "identity.place.shape", maxName)
	var err error
	if in.From != "" {
		g.From, err = day.Parse(in.From)
		f.Add(err == nil, "from", "identity.day.shape", clip(in.From, 20))
	}
	if in.Until != "" {
		g.Until, err = day.Parse(in.Until)
		f.Add(err == nil, "until", "identity.day.shape", clip(in.Until, 20))
		f.Add(err != nil || g.Until > g.From, "until", "identity.until.before", clip(in.Until, 20), g.From)
		f.Add(err != nil || g.Until > on, "until", "identity.until.past", clip(in.Until, 20))
	}
	f.Add(in.ActingFor == "" || in.Until != "", "until", "identity.acting.open")
	checkReason(&f, in.Reason)
	return g, f.Err()
}

// Grant gives a role, or for a grave one proposes it to a second administrator.
// Nobody gives one to themselves.
func (s *Service) Grant(ctx context.Context, who actor.Actor, in GrantInput) (Grant, error) {
	if err := s.may(who, ActGrant, in.Account); err != nil {
		return Grant{}, err
	}
	id, err := s.newID()
	if err != nil {
		return Grant{}, err
	}
	var out Grant
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		g, err := in.check(today(tx))
		if err != nil {
			return ledger.Entry{}, err
		}
		a, err := account(ctx, tx, g.Account)
		if err != nil {
			return ledger.Entry{}, err
		}
		if a.Status != Active {
			return ledger.Entry{}, fault.New(fault.Conflict, "identity.account.disabled", a.Login)
		}
		if same, err := s.samePerson(ctx, tx, who.ID, subject(a.ID)); err != nil || same {
			return ledger.Entry{}, refuse(err, "identity.grant.own")
		}
		if err := s.notKin(ctx, tx, who, a.ID); err != nil {
			return ledger.Entry{}, err
		}
		g.ID, g.Source, g.GivenBy, g.Made, g.Status = id, SourceAdmin, who.ID, tx.Now, GrantActive
		kind := KindGranted
		if Grave(g.Role) {
			g.Status, kind = GrantProposed, KindProposed
		}
		if err := insertGrant(ctx, tx, g); err != nil {
			return ledger.Entry{}, err
		}
		if err := markRotate(ctx, tx, a.ID); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, a, "grant"); err != nil {
			return ledger.Entry{}, err
		}
		out = g
		return ledger.Entry{Kind: kind, Subject: subject(a.ID), Detail: g}, nil
	})
	return out, err
}

// refuse is err, or a Denied fault with the key.
func refuse(err error, key string, args ...any) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Denied, key, args...)
}

// samePerson says whether two actors are one human: the same account, or
// accounts of the same person in the roster.
func (s *Service) samePerson(ctx context.Context, tx *store.Tx, a, b string) (bool, error) {
	if a == b {
		return true, nil
	}
	pa, err := personOf(ctx, tx, a)
	if err != nil || pa == "" {
		return false, err
	}
	pb, err := personOf(ctx, tx, b)
	return pa == pb, err
}

// notKin refuses what somebody would decide about the account of a relative.
func (s *Service) notKin(ctx context.Context, tx *store.Tx, who actor.Actor, account string) error {
	if s.Related == nil || who.Person == "" {
		return nil
	}
	person, err := personOf(ctx, tx, subject(account))
	if err != nil || person == "" {
		return err
	}
	kin, err := s.Related(ctx, tx, who.Person, person)
	if err != nil || !kin {
		return err
	}
	return fault.New(fault.Denied, "identity.grant.kin")
}

// Confirm is the second administrator's word on a proposed grant. It must be
// neither who proposed it nor who gets it.
func (s *Service) Confirm(ctx context.Context, who actor.Actor, id string, yes bool, reason string) (Grant, error) {
	var f fault.Fields
	if checkReason(&f, strings.TrimSpace(reason)); !yes && f.Err() != nil {
		return Grant{}, f.Err()
	}
	var out Grant
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		g, err := grant(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := s.may(who, ActGrant, g.Account); err != nil {
			return ledger.Entry{}, err
		}
		if g.Status != GrantProposed {
			return ledger.Entry{}, fault.New(fault.Conflict, "identity.grant.settled")
		}
		for _, other := range []string{g.GivenBy, subject(g.Account)} {
			// Who proposed it may take it back, but nobody confirms alone.
			if same, err := s.samePerson(ctx, tx, who.ID, other); err != nil || same && (yes || other != g.GivenBy) {
				return ledger.Entry{}, refuse(err, "identity.grant.two")
			}
		}
		if yes {
			if err := s.notKin(ctx, tx, who, g.Account); err != nil {
				return ledger.Entry{}, err
			}
		}
		g.SecondBy, g.Status = who.ID, GrantRefused
		kind := KindDeclined
		if yes {
			g.Status, kind = GrantActive, KindGranted
			if g.From < today(tx) {
				g.From = today(tx) // nobody held it while it waited
			}
			if g.Until != day.None && g.Until <= g.From {
				return ledger.Entry{}, fault.New(fault.Conflict, "identity.grant.over", g.Until)
			}
		}
		if err := settleGrant(ctx, tx, g); err != nil {
			return ledger.Entry{}, err
		}
		if err := markRotate(ctx, tx, g.Account); err != nil {
			return ledger.Entry{}, err
		}
		out = g
		return ledger.Entry{Kind: kind, Subject: subject(g.Account), Detail: map[string]any{"grant": g, "reason": strings.TrimSpace(reason)}}, nil
	})
	return out, err
}

// End ends a grant from today on. One administrator is enough: taking power
// away may be urgent.
func (s *Service) End(ctx context.Context, who actor.Actor, id, reason string) (Grant, error) {
	reason = strings.TrimSpace(reason)
	var f fault.Fields
	if checkReason(&f, reason); f.Err() != nil {
		return Grant{}, f.Err()
	}
	var out Grant
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		g, err := grant(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := s.may(who, ActGrant, g.Account); err != nil {
			return ledger.Entry{}, err
		}
		on := today(tx)
		if g.Status != GrantActive || g.Until != day.None && g.Until <= on {
			return ledger.Entry{}, fault.New(fault.Conflict, "identity.grant.settled")
		}
		was := g.Until
		admins, err := holders(ctx, tx, RoleAdmin, on)
		if err != nil {
			return ledger.Entry{}, err
		}
		g.Until = max(on, g.From)
		if err := endGrant(ctx, tx, g); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.keepAdmin(ctx, tx, admins); err != nil {
			return ledger.Entry{}, err
		}
		if err := markRotate(ctx, tx, g.Account); err != nil {
			return ledger.Entry{}, err
		}
		out = g
		return ledger.Entry{Kind: KindEnded, Subject: subject(g.Account), Detail: map[string]any{"grant": g, "was": was, "reason": reason}}, nil
	})
	return out, err
}

// keepAdmin refuses a change after which nobody could administer accounts, where
// somebody could before.
func (s *Service) keepAdmin(ctx context.Context, tx *store.Tx, before int) error {
	n, err := holders(ctx, tx, RoleAdmin, today(tx))
	if err != nil {
		return err
	}
	if n == 0 && before > 0 {
		return fault.New(fault.Denied, "identity.last_admin")
	}
	return nil
}
