package identity

import (
	"context"
	"errors"
	"net/http"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Signed is a session that acts for its owner.
type Signed struct {
	session Session
	account Account
	who     actor.Actor
	client  Client
}

// Signed is the session of a request, limited ones too; nil for none.
func (s *Service) Signed(r *http.Request, lang string) (*Signed, error) {
	got, err := s.find(r)
	if err != nil || got == nil {
		return nil, err
	}
	out := &Signed{session: got.session, account: got.account, who: got.who, client: s.client(r, lang)}
	if lang != "" {
		out.who.Lang = lang
	}
	return out, nil
}

// Who is the actor.
func (g *Signed) Who() actor.Actor { return g.who }

// Session is the session itself.
func (g *Signed) Session() Session { return g.session }

// freshFor is how long after showing all factors a person may change them.
const freshFor = 15 * time.Minute

var errStale = fault.New(fault.Denied, "identity.prove_first")

// fresh refuses what needs a recent proof: a browser left open at a counter
// must not lose its owner the account.
func (s *Service) fresh(got *Signed) error {
	if got.session.Limited {
		return fault.New(fault.Denied, "identity.second_first")
	}
	if s.DB.Now().Sub(got.session.Proved) > freshFor {
		return errStale
	}
	return nil
}

// SignInInput is the first step.
type SignInInput struct{ Login, Password string }

// Step is what comes after the password: a second step, or for somebody who
// has no second factor yet a session that can only set one up.
type Step struct {
	Ticket string // of the second step; "" when Opened is set
	Opened *Opened
}

const (
	stepTime = 10 * time.Minute
	maxTries = 5 // codes for one password
)

// errWrong is the only answer to a sign-in that fails, whatever was wrong.
func errWrong() error { return fault.New(fault.SignIn, "identity.wrong") }

// errRefused marks inside a transaction that a try is wrong, so that it is
// undone and recorded in another.
var errRefused = errors.New("identity: refused")

// refused records a sign-in that failed. About a login that does not exist the
// entry leads to nobody: people type passwords into the wrong field.
func (s *Service) refused(ctx context.Context, account, method, why string, more func(context.Context, *store.Tx) error) error {
	_, err := s.Book.Write(ctx, actor.Anonymous("page", "id"), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if more != nil {
			if err := more(ctx, tx); err != nil {
				return ledger.Entry{}, err
			}
		}
		e := ledger.Entry{Kind: KindRefused, Detail: map[string]any{"method": method, "why": why}}
		if account == "" {
			e.Sealed = true
		} else {
			e.Subject = subject(account)
		}
		return e, nil
	})
	if err != nil {
		return err
	}
	return errWrong()
}

// SignIn takes a login and a password.
func (s *Service) SignIn(ctx context.Context, in SignInInput, c Client) (Step, error) {
	login := foldLogin(in.Login)
	var f fault.Fields
	f.Add(login != "", "login", "identity.login.empty")
	f.Add(in.Password != "", "password", "identity.password.empty")
	if err := f.Err(); err != nil {
		return Step{}, err
	}
	if len(login) > 4*maxLogin { // no such login; the keys of limits stay small
		login = login[:4*maxLogin]
	}
	try, err := s.admit(ctx, "pw", login, c)
	if err != nil {
		return Step{}, err
	}
	a, _, err := s.lookLogin(ctx, login)
	if err != nil {
		return Step{}, err
	}
	ok, stale, err := s.verifyPassword(ctx, a.password, in.Password)
	if err != nil {
		return Step{}, err
	}
	if !ok || a.Status != Active {
		return Step{}, s.refused(ctx, a.ID, "password", "password", nil)
	}
	upgraded := ""
	if stale {
		if upgraded, err = s.hashPassword(ctx, in.Password); err != nil {
			return Step{}, err
		}
	}
	if a.HasTOTP {
		return s.second(ctx, a, try, upgraded)
	}
	return s.openLimited(ctx, a, try, upgraded, c)
}

func (s *Service) lookLogin(ctx context.Context, login string) (a Account, found bool, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		a, found, err = accountOf(ctx, tx, login)
		return err
	})
	return a, found, err
}

// same reads an account again inside the transaction and wants what was proved
// to hold still.
func (s *Service) same(ctx context.Context, tx *store.Tx, was Account) (Account, error) {
	a, err := account(ctx, tx, was.ID)
	if err != nil {
		return a, err
	}
	if a.Status != Active || a.password != was.password {
		return a, errRefused
	}
	return a, nil
}

// second leaves a ticket for the second step. There is no entry yet: nobody has
// signed in, and nothing was refused.
func (s *Service) second(ctx context.Context, a Account, try *attempt, upgraded string) (Step, error) {
	token, err := s.newToken()
	if err != nil {
		return Step{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.same(ctx, tx, a); err != nil {
			return err
		}
		if upgraded != "" {
			if err := upgradePassword(ctx, tx, a.ID, a.password, upgraded); err != nil {
				return err
			}
		}
		if err := s.good(ctx, tx, try); err != nil {
			return err
		}
		return insertTicket(ctx, tx, ticket{Hash: hashToken(token), Kind: ticketSecond, Account: a.ID, Ends: tx.Now.Add(stepTime)})
	})
	if errors.Is(err, errRefused) {
		return Step{}, s.refused(ctx, a.ID, "password", "changed", nil)
	}
	if err != nil {
		return Step{}, err
	}
	return Step{Ticket: token}, nil
}

func (s *Service) openLimited(ctx context.Context, a Account, try *attempt, upgraded string, c Client) (Step, error) {
	o, err := s.newOpening("password", true, c)
	if err != nil {
		return Step{}, err
	}
	var out Opened
	_, err = s.Book.Write(ctx, a.who(nil), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		now, err := s.same(ctx, tx, a)
		if err != nil {
			return ledger.Entry{}, err
		}
		if now.HasTOTP { // set up meanwhile
			return ledger.Entry{}, errRefused
		}
		if upgraded != "" {
			if err := upgradePassword(ctx, tx, a.ID, a.password, upgraded); err != nil {
				return ledger.Entry{}, err
			}
		}
		if err := s.good(ctx, tx, try); err != nil {
			return ledger.Entry{}, err
		}
		if out, err = s.open(ctx, tx, now, o); err != nil {
			return ledger.Entry{}, err
		}
		return openedEntry(a.ID, o), nil
	})
	if errors.Is(err, errRefused) {
		return Step{}, s.refused(ctx, a.ID, "password", "changed", nil)
	}
	if err != nil {
		return Step{}, err
	}
	return Step{Opened: &out}, nil
}

func openedEntry(account string, o opening) ledger.Entry {
	return ledger.Entry{Kind: KindOpened, Subject: subject(account), Detail: map[string]any{
		"session": o.id, "method": o.method, "limited": o.limited, "browser": o.client.Agent, "network": o.client.Network,
	}}
}

// errOver says that a sign-in must begin again.
func errOver() error { return fault.New(fault.Conflict, "identity.step_over") }

// Second takes the second factor: six digits, or a recovery code.
func (s *Service) Second(ctx context.Context, token, code string, c Client) (Opened, error) {
	a, t, err := s.stepOf(ctx, token)
	if err != nil {
		return Opened{}, err
	}
	number, isNumber := digits(code)
	bare, isCode := bareCode(code)
	if !isNumber && !isCode {
		var f fault.Fields
		f.Add(false, "code", "identity.code.shape")
		return Opened{}, f.Err()
	}
	try, err := s.admit(ctx, "code", a.Login, c)
	if err != nil {
		return Opened{}, err
	}
	method := "code"
	var step int64
	if isNumber {
		secret, err := s.unseal(a)
		if err != nil {
			return Opened{}, err
		}
		method = "password"
		if step, isNumber = matchStep(secret, number, s.DB.Now()); !isNumber {
			return Opened{}, s.wrongCode(ctx, a, t, method, "code")
		}
	}
	o, err := s.newOpening(method, false, c)
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	_, err = s.Book.Write(ctx, a.who(nil), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		now, err := s.same(ctx, tx, a)
		if err != nil {
			return ledger.Entry{}, err
		}
		if _, found, err := useTicket(ctx, tx, ticketSecond, token); err != nil || !found {
			return ledger.Entry{}, joinFault(errOver(), err)
		}
		ok := false
		if isNumber {
			ok, err = useStep(ctx, tx, a.ID, step)
		} else {
			ok, err = useCode(ctx, tx, a.ID, bare)
		}
		if err != nil || !ok {
			return ledger.Entry{}, joinFault(errRefused, err)
		}
		if err := s.good(ctx, tx, try); err != nil {
			return ledger.Entry{}, err
		}
		if out, err = s.open(ctx, tx, now, o); err != nil {
			return ledger.Entry{}, err
		}
		e := openedEntry(a.ID, o)
		if !isNumber {
			left, err := codesLeft(ctx, tx, a.ID)
			if err != nil {
				return ledger.Entry{}, err
			}
			e.Detail.(map[string]any)["codesLeft"] = left
			if err := s.notify(ctx, tx, now, "code_used", left); err != nil {
				return ledger.Entry{}, err
			}
		}
		return e, nil
	})
	if errors.Is(err, errRefused) {
		return Opened{}, s.wrongCode(ctx, a, t, method, "used")
	}
	if err != nil {
		return Opened{}, err
	}
	return out, nil
}

// stepOf is the account behind a ticket of the second step.
func (s *Service) stepOf(ctx context.Context, token string) (a Account, t ticket, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var found bool
		if t, found, err = findTicket(ctx, tx, ticketSecond, token); err != nil {
			return err
		}
		if !found {
			return errOver()
		}
		a, err = account(ctx, tx, t.Account)
		return err
	})
	return a, t, err
}

func (s *Service) wrongCode(ctx context.Context, a Account, t ticket, method, why string) error {
	return s.refused(ctx, a.ID, method, why, func(ctx context.Context, tx *store.Tx) error {
		now, found, err := findTicketHash(ctx, tx, t.Hash)
		if err != nil || !found {
			return err
		}
		return tryTicket(ctx, tx, now, maxTries)
	})
}
