package identity

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/text"
)

// DemoAccount is an account of a demonstration: anybody may sign in to it.
type DemoAccount struct {
	Login, Name, Person string
	Grants              []actor.Grant
}

// EnsureDemo makes the accounts of a demonstration that are not there yet, in
// one entry. Without Config.Demo it is refused.
func (s *Service) EnsureDemo(ctx context.Context, who actor.Actor, all []DemoAccount) error {
	if !s.Demo {
		return fault.New(fault.Denied, "identity.demo_only")
	}
	type ready struct {
		a  Account
		gs []Grant
	}
	list := make([]ready, len(all))
	for i, d := range all {
		in := CreateInput{Login: d.Login, Name: d.Name, Person: d.Person, Reason: "demo account"}
		if err := in.Check(); err != nil {
			return err
		}
		id, err := s.newID()
		if err != nil {
			return err
		}
		list[i].a = Account{ID: id, Login: in.Login, Name: in.Name, Person: in.Person, Lang: text.ID, Status: Active, Demo: true, Version: 1}
		for _, g := range d.Grants {
			gid, err := s.newID()
			if err != nil {
				return err
			}
			own := Grant{ID: gid, Account: id, Role: g.Role, Unit: g.Unit, Area: g.Area, Status: GrantActive, Source: SourceDemo, Reason: "demo", GivenBy: who.ID}
			if g.Acting {
				own.ActingFor = "demo"
			}
			list[i].gs = append(list[i].gs, own)
		}
	}
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		made := 0
		for _, r := range list {
			if _, found, err := accountOf(ctx, tx, r.a.Login); err != nil || found {
				if err != nil {
					return ledger.Entry{}, err
				}
				continue
			}
			r.a.Made = tx.Now
			if err := insertAccount(ctx, tx, r.a); err != nil {
				return ledger.Entry{}, err
			}
			for _, g := range r.gs {
				g.From, g.Made = today(tx), tx.Now
				if err := insertGrant(ctx, tx, g); err != nil {
					return ledger.Entry{}, err
				}
			}
			made++
		}
		if made == 0 {
			return ledger.Entry{}, errAllThere
		}
		return ledger.Entry{Kind: KindCreated, Subject: "demo", Detail: map[string]any{"accounts": made}}, nil
	})
	if errors.Is(err, errAllThere) {
		return nil
	}
	return err
}

var errAllThere = errors.New("identity: every account of the demonstration is there")

// demoWay is an account of the demonstration on the page to sign in.
type demoWay struct {
	ID, Name string
	Role     string // "" for none
}

// demoWays lists the accounts of the demonstration, in the order of the roles.
func (s *Service) demoWays(ctx context.Context) (all []demoWay, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.Each(ctx, func(rows *sql.Rows) error {
			var w demoWay
			err := rows.Scan(&w.ID, &w.Name, &w.Role)
			all = append(all, w)
			return err
		}, `SELECT a.id, a.name, COALESCE((SELECT MIN(g.role) FROM identity_grant g WHERE g.account = a.id AND g.status = 'active'), '')
			FROM identity_account a WHERE a.demo AND a.status = 'active' ORDER BY a.made, a.login LIMIT 40`)
	})
	roles := Roles()
	slices.SortStableFunc(all, func(x, y demoWay) int { return slices.Index(roles, x.Role) - slices.Index(roles, y.Role) })
	return all, err
}

// SignInDemo opens a session for an account of the demonstration.
func (s *Service) SignInDemo(ctx context.Context, id string, c Client) (Opened, error) {
	if !s.Demo {
		return Opened{}, fault.New(fault.Denied, "identity.demo_only")
	}
	o, err := s.newOpening("demo", false, c)
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	_, err = s.Book.Write(ctx, actor.Anonymous("page", "id"), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, err := account(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if !a.Demo || a.Status != Active {
			return ledger.Entry{}, fault.New(fault.Denied, "identity.demo_only")
		}
		if out, err = s.open(ctx, tx, a, o); err != nil {
			return ledger.Entry{}, err
		}
		return openedEntry(a.ID, o), nil
	})
	if err != nil {
		return Opened{}, err
	}
	return out, nil
}

// DemoActor is who signs in with an account of the demonstration. Without
// Config.Demo it is refused. Fault: NotFound.
func (s *Service) DemoActor(ctx context.Context, login string) (who actor.Actor, err error) {
	if !s.Demo {
		return who, fault.New(fault.Denied, "identity.demo_only")
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, found, err := accountOf(ctx, tx, login)
		if err != nil {
			return err
		}
		if !found || !a.Demo {
			return fault.New(fault.NotFound, "identity.account.none")
		}
		all, err := grants(ctx, tx, a.ID)
		who = a.who(Effective(all, today(tx)))
		return err
	})
	return who, err
}

// DemoWay is an account of the demonstration that anybody may sign in with.
type DemoWay struct {
	ID, Login, Name string
	Role            string // one that it has; "" for none
}

// DemoWays lists them by login; none without Config.Demo.
func (s *Service) DemoWays(ctx context.Context) (map[string]DemoWay, error) {
	out := map[string]DemoWay{}
	if !s.Demo {
		return out, nil
	}
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.Each(ctx, func(rows *sql.Rows) error {
			var w DemoWay
			err := rows.Scan(&w.ID, &w.Login, &w.Name, &w.Role)
			out[w.Login] = w
			return err
		}, `SELECT a.id, a.login, a.name, COALESCE((SELECT MIN(g.role) FROM identity_grant g WHERE g.account = a.id AND g.status = 'active'), '')
			FROM identity_account a WHERE a.demo AND a.status = 'active'`)
	})
	return out, err
}
