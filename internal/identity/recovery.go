package identity

import (
	"context"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Recovery lets somebody back in who has lost everything. They ask; two
// administrators who are two people, and neither the one who asks, approve
// after they have seen who it is. The first gets a code, the second a link; each
// hands over their own half, so that neither of them can use it alone. The
// person sets a password, and then a second factor, anew.

// States of a recovery.
const (
	recoveryAsked    = "asked"
	recoveryHalf     = "half" // one approval
	recoveryApproved = "approved"
	recoveryUsed     = "used"
	recoveryRefused  = "refused"
)

// Recovery is a request to be let back in.
type Recovery struct {
	ID       string    `json:"id"`
	Account  string    `json:"account"`
	Status   string    `json:"status"`
	Note     string    `json:"note,omitempty"`
	AskedBy  string    `json:"askedBy"`
	FirstBy  string    `json:"firstBy,omitempty"`
	SecondBy string    `json:"secondBy,omitempty"`
	Made     time.Time `json:"made"`
	Ends     time.Time `json:"ends"`

	Login, Name string `json:"-"` // of the account, for lists

	code []byte
}

// askedFor is how long a request waits for its two approvals.
const askedFor = 7 * 24 * time.Hour

// AskRecovery takes a request from outside. The answer is the same whether or
// not the login exists.
func (s *Service) AskRecovery(ctx context.Context, login, note string, c Client) error {
	login, note = foldLogin(login), strings.TrimSpace(note)
	var f fault.Fields
	f.Add(login != "", "login", "identity.login.empty")
	f.Add(len(note) <= maxNote, "note", "identity.note.long", maxNote)
	if err := f.Err(); err != nil {
		return err
	}
	login = clip(login, maxLogin)
	if _, err := s.admit(ctx, "ask", login, c); err != nil {
		return err
	}
	a, found, err := s.lookLogin(ctx, login)
	if err != nil {
		return err
	}
	if !found || a.Status != Active {
		if err := s.refused(ctx, a.ID, "recovery", "unknown", nil); fault.Of(err).Kind != fault.SignIn {
			return err
		}
		return nil
	}
	_, err = s.ask(ctx, actor.Anonymous("page", "id"), a.ID, note)
	if fault.Of(err) != nil && fault.Of(err).Key == "identity.recovery.open" {
		return nil
	}
	return err
}

// AskRecoveryFor is a request that an administrator takes in at the counter. It
// is no approval.
func (s *Service) AskRecoveryFor(ctx context.Context, who actor.Actor, id, reason string) (Recovery, error) {
	if err := s.may(who, ActRecover, id); err != nil {
		return Recovery{}, err
	}
	var f fault.Fields
	if checkReason(&f, strings.TrimSpace(reason)); f.Err() != nil {
		return Recovery{}, f.Err()
	}
	return s.ask(ctx, who, id, strings.TrimSpace(reason))
}

func (s *Service) ask(ctx context.Context, who actor.Actor, id, note string) (Recovery, error) {
	rid, err := s.newID()
	if err != nil {
		return Recovery{}, err
	}
	var out Recovery
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, err := account(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if a.Status != Active {
			return ledger.Entry{}, fault.New(fault.Conflict, "identity.account.disabled", a.Login)
		}
		if err := closeOldRecoveries(ctx, tx); err != nil {
			return ledger.Entry{}, err
		}
		out = Recovery{ID: rid, Account: id, Status: recoveryAsked, Note: note, AskedBy: who.ID, Made: tx.Now, Ends: tx.Now.Add(askedFor)}
		if err := insertRecovery(ctx, tx, out); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, a, "recovery_asked"); err != nil {
			return ledger.Entry{}, err
		}
		admins, err := holdersOf(ctx, tx, RoleAdmin, today(tx))
		if err != nil {
			return ledger.Entry{}, err
		}
		for _, admin := range admins {
			if err := s.notify(ctx, tx, admin, "recovery_waits", s.link("/akun/pemulihan")); err != nil {
				return ledger.Entry{}, err
			}
		}
		return ledger.Entry{Kind: KindRecoveryAsked, Subject: subject(id), Detail: map[string]any{"recovery": rid, "note": note}}, nil
	})
	return out, err
}

// Recoveries lists the requests that are open, the oldest first.
func (s *Service) Recoveries(ctx context.Context, who actor.Actor) (all []Recovery, err error) {
	if err := s.may(who, ActRecover, ""); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = openRecoveries(ctx, tx)
		return err
	})
	return all, err
}

// Approved is an approver's half: the first gets Code, the second Link. It is
// shown once.
type Approved struct {
	Recovery Recovery
	Code     string
	Link     string
}

// Approve is an administrator's word that the person is who they say.
func (s *Service) Approve(ctx context.Context, who actor.Actor, id, reason string) (Approved, error) {
	reason = strings.TrimSpace(reason)
	var f fault.Fields
	if checkReason(&f, reason); f.Err() != nil {
		return Approved{}, f.Err()
	}
	codes, err := s.newCodes()
	if err != nil {
		return Approved{}, err
	}
	token, err := s.newToken()
	if err != nil {
		return Approved{}, err
	}
	var out Approved
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		out = Approved{}
		r, err := s.approvable(ctx, tx, who, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		a, err := account(ctx, tx, r.Account)
		if err != nil {
			return ledger.Entry{}, err
		}
		if r.Status == recoveryAsked {
			bare, _ := bareCode(codes[0])
			r.Status, r.FirstBy, r.code = recoveryHalf, who.ID, hashCode(r.Account, bare)
			out.Code = codes[0]
		} else {
			r.Status, r.SecondBy, r.Ends = recoveryApproved, who.ID, tx.Now.Add(recovered)
			out.Link = s.link("/pulih/" + token)
			t := ticket{Hash: hashToken(token), Kind: ticketRecover, Account: r.Account, Data: r.ID, Ends: r.Ends}
			if err := insertTicket(ctx, tx, t); err != nil {
				return ledger.Entry{}, err
			}
			if err := s.notify(ctx, tx, a, "recovery_approved"); err != nil {
				return ledger.Entry{}, err
			}
		}
		if err := updateRecovery(ctx, tx, r); err != nil {
			return ledger.Entry{}, err
		}
		out.Recovery = r
		return ledger.Entry{Kind: KindRecoveryApproved, Subject: subject(r.Account), Detail: map[string]any{"recovery": r.ID, "status": r.Status, "reason": reason}}, nil
	})
	if err != nil {
		return Approved{}, err
	}
	return out, nil
}

// approvable is a request that who may approve now.
func (s *Service) approvable(ctx context.Context, tx *store.Tx, who actor.Actor, id string) (Recovery, error) {
	r, err := recovery(ctx, tx, id)
	if err != nil {
		return r, err
	}
	if err := s.may(who, ActRecover, r.Account); err != nil {
		return r, err
	}
	if r.Status != recoveryAsked && r.Status != recoveryHalf || !r.Ends.After(tx.Now) {
		return r, fault.New(fault.Conflict, "identity.recovery.settled")
	}
	// Somebody at the command line of the machine could hold both halves.
	if own(who) == "" {
		return r, fault.New(fault.SignIn, "identity.sign_in_first")
	}
	for _, other := range []string{subject(r.Account), r.FirstBy} {
		if other == "" {
			continue
		}
		if same, err := s.samePerson(ctx, tx, who.ID, other); err != nil || same {
			return r, refuse(err, "identity.recovery.two")
		}
	}
	return r, s.notKin(ctx, tx, who, r.Account)
}

// Decline ends a request; one administrator is enough.
func (s *Service) Decline(ctx context.Context, who actor.Actor, id, reason string) (Recovery, error) {
	reason = strings.TrimSpace(reason)
	var f fault.Fields
	if checkReason(&f, reason); f.Err() != nil {
		return Recovery{}, f.Err()
	}
	var out Recovery
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		r, err := recovery(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := s.may(who, ActRecover, r.Account); err != nil {
			return ledger.Entry{}, err
		}
		if r.Status == recoveryUsed || r.Status == recoveryRefused {
			return ledger.Entry{}, fault.New(fault.Conflict, "identity.recovery.settled")
		}
		r.Status, r.code = recoveryRefused, nil
		if err := updateRecovery(ctx, tx, r); err != nil {
			return ledger.Entry{}, err
		}
		if err := dropTickets(ctx, tx, r.Account, ticketRecover); err != nil {
			return ledger.Entry{}, err
		}
		out = r
		return ledger.Entry{Kind: KindRecoveryRefused, Subject: subject(r.Account), Detail: map[string]any{"recovery": r.ID, "reason": reason}}, nil
	})
	return out, err
}
