package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/text"
)

// The kinds of the ledger's entries.
const (
	KindOpened            = "identity.session.opened"
	KindRefused           = "identity.session.refused"
	KindSlowed            = "identity.session.slowed"
	KindClosed            = "identity.session.closed"
	KindRevoked           = "identity.session.revoked"
	KindProved            = "identity.session.proved"
	KindCreated           = "identity.account.created"
	KindChanged           = "identity.account.changed"
	KindPassword          = "identity.password.changed"
	KindTOTP              = "identity.totp.enrolled"
	KindCodes             = "identity.codes.renewed"
	KindPasskeyAdded      = "identity.passkey.added"
	KindPasskeyRemoved    = "identity.passkey.removed"
	KindLinked            = "identity.subject.linked"
	KindProposed          = "identity.grant.proposed"
	KindGranted           = "identity.grant.given"
	KindDeclined          = "identity.grant.declined"
	KindEnded             = "identity.grant.ended"
	KindRecoveryAsked     = "identity.recovery.requested"
	KindRecoveryApproved  = "identity.recovery.approved"
	KindRecoveryRefused   = "identity.recovery.refused"
	KindRecoveryCompleted = "identity.recovery.completed"
)

// Status of an account.
const (
	Active   = "active"
	Disabled = "disabled"
)

// Account is somebody who signs in.
type Account struct {
	ID     string `json:"id"`
	Login  string `json:"login"`
	Name   string `json:"name"`
	Person string `json:"person,omitempty"` // id in the roster
	Email  string `json:"email,omitempty"`
	Lang   string `json:"lang"`
	Status string `json:"status"`
	Demo   bool   `json:"demo,omitempty"`

	HasPassword bool      `json:"hasPassword"`
	HasTOTP     bool      `json:"hasTotp"`
	Made        time.Time `json:"made"`
	Version     int64     `json:"version"`

	password string
	totp     []byte
	totpStep int64
}

// foldLogin makes one form of a login: people write capitals and spaces as
// they come.
func foldLogin(s string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(s)))
}

const (
	maxLogin = 100
	maxName  = 200
	maxNote  = 500
)

// soundLogin wants letters, digits and . _ - @, so that no two logins look the
// same by white space or direction marks.
func soundLogin(s string) bool {
	if n := utf8.RuneCountInString(s); n < 3 || n > maxLogin {
		return false
	}
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-@", r)) {
			return false
		}
	}
	return true
}

// plain says that a text can be shown on one line.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
}

// CreateInput is a new account.
type CreateInput struct {
	Login, Name, Email, Lang string
	Person                   string // id in the roster; "" for none
	Reason                   string
	// Subject links the account to single sign-on from the start; "" for none.
	Subject string
}

// Check is what can be said without the database.
func (in *CreateInput) Check() error {
	in.Login, in.Name, in.Email = foldLogin(in.Login), strings.TrimSpace(in.Name), strings.TrimSpace(in.Email)
	in.Person, in.Reason = strings.TrimSpace(in.Person), strings.TrimSpace(in.Reason)
	if in.Lang == "" {
		in.Lang = text.ID
	}
	var f fault.Fields
	f.Add(soundLogin(in.Login), "login", "identity.login.shape", clip(in.Login, 40), maxLogin)
	f.Add(in.Name != "" && plain(in.Name) && len(in.Name) <= maxName, "name", "identity.name.shape", maxName)
	f.Add(in.Email == "" || soundEmail(in.Email), "email", "identity.email.shape", clip(in.Email, 60))
	f.Add(text.Known(in.Lang), "lang", "web.lang_unknown", clip(in.Lang, 20), text.Langs())
	f.Add(len(in.Person) <= 64 && plain(in.Person), "person", "identity.person.shape", 64)
	checkReason(&f, in.Reason)
	return f.Err()
}

func checkReason(f *fault.Fields, reason string) {
	f.Add(utf8.RuneCountInString(reason) >= 5 && len(reason) <= maxNote, "reason", "identity.reason.shape", 5, maxNote)
}

func soundEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && len(s) <= 254 && plain(s) &&
		// What the queue of mail takes: a message that it refuses would undo the
		// change that causes it.
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' })
}

// Created is a new account and the address at which its owner sets a password.
// It is shown once.
type Created struct {
	Account Account
	Link    string
	Until   time.Time
}

// Links for new accounts last long enough for the internal post, those after a
// recovery for the walk from the counter to the desk.
const (
	activation = 72 * time.Hour
	recovered  = time.Hour
)

// Create makes an account without rights.
func (s *Service) Create(ctx context.Context, who actor.Actor, in CreateInput) (Created, error) {
	if err := s.may(who, ActManage, ""); err != nil {
		return Created{}, err
	}
	return s.create(ctx, who, in, nil, "")
}

// CreateAdmin makes an account that administers the others. It is for the
// command line of the machine (netral admin create), where there is nobody to
// ask: the first two administrators come from there, later ones are granted by
// two of them.
func (s *Service) CreateAdmin(ctx context.Context, who actor.Actor, in CreateInput) (Created, error) {
	if who.Via != "cli" && who.ID != actor.System().ID {
		return Created{}, fault.New(fault.Denied, "identity.cli_only")
	}
	return s.create(ctx, who, in, []string{RoleAdmin}, SourceCLI)
}

func (s *Service) create(ctx context.Context, who actor.Actor, in CreateInput, roles []string, source string) (Created, error) {
	if err := in.Check(); err != nil {
		return Created{}, err
	}
	if in.Subject != "" && s.sso == nil {
		return Created{}, fault.New(fault.Invalid, "identity.sso.none")
	}
	id, err := s.newID()
	if err != nil {
		return Created{}, err
	}
	grants := make([]Grant, len(roles))
	for i, role := range roles {
		if grants[i].ID, err = s.newID(); err != nil {
			return Created{}, err
		}
		grants[i].Role, grants[i].Account = role, id
	}
	token, err := s.newToken()
	if err != nil {
		return Created{}, err
	}
	out := Created{Link: s.link("/pulih/" + token)}
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a := Account{ID: id, Login: in.Login, Name: in.Name, Person: in.Person, Email: in.Email, Lang: in.Lang, Status: Active, Made: tx.Now, Version: 1}
		if err := insertAccount(ctx, tx, a); err != nil {
			return ledger.Entry{}, err
		}
		for _, g := range grants {
			g.From, g.Status, g.Source, g.Reason, g.GivenBy, g.Made = today(tx), GrantActive, source, in.Reason, who.ID, tx.Now
			if err := insertGrant(ctx, tx, g); err != nil {
				return ledger.Entry{}, err
			}
		}
		if in.Subject != "" {
			if err := insertSubject(ctx, tx, s.sso.Issuer, in.Subject, id); err != nil {
				return ledger.Entry{}, err
			}
		}
		t := ticket{Hash: hashToken(token), Kind: ticketLink, Account: id, Ends: tx.Now.Add(activation)}
		if err := insertTicket(ctx, tx, t); err != nil {
			return ledger.Entry{}, err
		}
		out.Account, out.Until = a, t.Ends
		if err := s.notify(ctx, tx, a, "created", s.link("/masuk")); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindCreated, Subject: subject(id), Detail: map[string]any{
			"login": a.Login, "name": a.Name, "person": a.Person, "email": a.Email, "roles": roles, "reason": in.Reason,
		}}, nil
	})
	if err != nil {
		return Created{}, err
	}
	return out, nil
}

// ChangeInput is what an administrator changes of an account.
type ChangeInput struct {
	ID, Name, Email, Person, Status, Reason string
	Version                                 int64
}

// Change changes an account. Somebody who is disabled is signed out at once.
func (s *Service) Change(ctx context.Context, who actor.Actor, in ChangeInput) (Account, error) {
	if err := s.may(who, ActManage, in.ID); err != nil {
		return Account{}, err
	}
	in.Name, in.Email, in.Person, in.Reason = strings.TrimSpace(in.Name), strings.TrimSpace(in.Email), strings.TrimSpace(in.Person), strings.TrimSpace(in.Reason)
	var f fault.Fields
	f.Add(in.Name != "" && plain(in.Name) && len(in.Name) <= maxName, "name", "identity.name.shape", maxName)
	f.Add(in.Email == "" || soundEmail(in.Email), "email", "identity.email.shape", clip(in.Email, 60))
	f.Add(len(in.Person) <= 64 && plain(in.Person), "person", "identity.person.shape", 64)
	f.Add(in.Status == Active || in.Status == Disabled, "status", "identity.status.shape", clip(in.Status, 20))
	checkReason(&f, in.Reason)
	if err := f.Err(); err != nil {
		return Account{}, err
	}
	var out Account
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, err := account(ctx, tx, in.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if a.ID == own(who) {
			return ledger.Entry{}, fault.New(fault.Denied, "identity.own_account")
		}
		was := a
		admins, err := holders(ctx, tx, RoleAdmin, today(tx))
		if err != nil {
			return ledger.Entry{}, err
		}
		a.Name, a.Email, a.Person, a.Status = in.Name, in.Email, in.Person, in.Status
		if err := updateAccount(ctx, tx, a, in.Version); err != nil {
			return ledger.Entry{}, err
		}
		if a.Status == Disabled {
			if err := s.keepAdmin(ctx, tx, admins); err != nil {
				return ledger.Entry{}, err
			}
			if _, err := endSessions(ctx, tx, a.ID, ""); err != nil {
				return ledger.Entry{}, err
			}
			if err := dropTickets(ctx, tx, a.ID, ""); err != nil {
				return ledger.Entry{}, err
			}
		}
		if out, err = account(ctx, tx, a.ID); err != nil {
			return ledger.Entry{}, err
		}
		// The old address is told as well: it may not have been the owner who
		// asked for the change.
		if err := s.notify(ctx, tx, was, "changed"); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindChanged, Subject: subject(a.ID), Detail: map[string]any{
			"name": a.Name, "email": a.Email, "person": a.Person, "status": a.Status, "was": map[string]any{
				"name": was.Name, "email": was.Email, "person": was.Person, "status": was.Status,
			}, "reason": in.Reason,
		}}, nil
	})
	if err != nil {
		return Account{}, err
	}
	return out, nil
}

// SetLang is the person's own choice of language for messages.
func (s *Service) SetLang(ctx context.Context, who actor.Actor, lang string) error {
	if !text.Known(lang) {
		return fault.New(fault.Invalid, "web.lang_unknown", clip(lang, 20), text.Langs())
	}
	id := own(who)
	if id == "" {
		return fault.New(fault.SignIn, "identity.sign_in_first")
	}
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if err := setLang(ctx, tx, id, lang); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindChanged, Subject: subject(id), Detail: map[string]any{"lang": lang}}, nil
	})
	return err
}

// newToken is 256 random bits as they travel.
func (s *Service) newToken() (string, error) {
	b, err := s.bytes(32)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// hashToken is what is kept of a token. It has 256 random bits, so one pass
// of SHA-256 is enough.
func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

func clip(s string, n int) string {
	if r := []rune(strings.ToValidUTF8(s, "\uFFFD")); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
