package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Passkey is a key pair in a person's device, as its owner sees it.
type Passkey struct {
	ID   string
	Name string
	Made time.Time
	Used time.Time // zero when never
}

// Limits: more passkeys than devices are a mistake or an attack.
const (
	maxPasskeys    = 10
	maxPasskeyName = 60
	ceremonyTime   = 5 * time.Minute
)

// passkeys speaks WebAuthn.
type passkeys struct{ lib *webauthn.WebAuthn }

// newPasskeys is nil where people come by a bare number: WebAuthn binds keys to
// a name.
func newPasskeys(s *Service) (*passkeys, error) {
	if _, err := netip.ParseAddr(s.host); err == nil {
		return nil, nil
	}
	required := true
	lib, err := webauthn.New(&webauthn.Config{
		RPID: s.host, RPDisplayName: "Netral", RPOrigins: []string{s.Base},
		// Which maker built the device is nobody's business here.
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &required,
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("identity: passkeys: %w", err)
	}
	return &passkeys{lib: lib}, nil
}

func (s *Service) noPasskeys() error {
	if s.keys == nil {
		return fault.New(fault.NotFound, "identity.passkey.address", s.host)
	}
	return nil
}

// holder is an account as WebAuthn sees it. The handle that devices keep is
// the random id, so that a lost device tells no login.
type holder struct {
	a    Account
	list []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.a.ID) }
func (h holder) WebAuthnName() string                       { return h.a.Login }
func (h holder) WebAuthnDisplayName() string                { return h.a.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.list }

func (s *Service) holder(ctx context.Context, id string) (h holder, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if h.a, err = account(ctx, tx, id); err != nil {
			return err
		}
		h.list, err = credentials(ctx, tx, id)
		return err
	})
	return h, err
}

// Ceremony is what the browser's script needs, and the ticket that comes back
// with its answer.
type Ceremony struct{ Ticket, Options string }

// Passkeys lists those of the session's account.
func (s *Service) Passkeys(ctx context.Context, got *Signed) (all []Passkey, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = passkeyList(ctx, tx, got.account.ID)
		return err
	})
	return all, err
}

// StartPasskey begins to make a passkey. An account must have a password and a
// second factor first: a device that is lost, or a provider that has a bad day,
// must not be the only door.
func (s *Service) StartPasskey(ctx context.Context, got *Signed, name string) (Ceremony, error) {
	if err := s.noPasskeys(); err != nil {
		return Ceremony{}, err
	}
	if err := s.fresh(got); err != nil {
		return Ceremony{}, err
	}
	name = strings.TrimSpace(name)
	var f fault.Fields
	f.Add(name != "" && plain(name) && len([]rune(name)) <= maxPasskeyName, "name", "identity.passkey.name", maxPasskeyName)
	if err := f.Err(); err != nil {
		return Ceremony{}, err
	}
	h, err := s.holder(ctx, got.account.ID)
	if err != nil {
		return Ceremony{}, err
	}
	if !h.a.HasPassword || !h.a.HasTOTP {
		return Ceremony{}, fault.New(fault.Conflict, "identity.passkey.early")
	}
	if len(h.list) >= maxPasskeys {
		return Ceremony{}, fault.New(fault.Conflict, "identity.passkey.many", maxPasskeys)
	}
	options, data, err := s.keys.lib.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.list).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("identity: begin a passkey: %w", err)
	}
	return s.ceremony(ctx, ticketCreate, h.a.ID, options, ceremonyData{Session: *data, Name: name, SignedIn: got.session.ID})
}

// ceremonyData is kept while the browser asks its owner.
type ceremonyData struct {
	Session  webauthn.SessionData
	Name     string `json:",omitempty"`
	SignedIn string `json:",omitempty"` // the session that began it
}

func (s *Service) ceremony(ctx context.Context, kind, account string, options any, data ceremonyData) (Ceremony, error) {
	token, err := s.newToken()
	if err != nil {
		return Ceremony{}, err
	}
	kept, err := json.Marshal(data)
	if err != nil {
		return Ceremony{}, err
	}
	shown, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return insertTicket(ctx, tx, ticket{Hash: hashToken(token), Kind: kind, Account: account, Data: string(kept), Ends: tx.Now.Add(ceremonyTime)})
	})
	return Ceremony{Ticket: token, Options: string(shown)}, err
}

// takeCeremony takes a ticket away, whatever comes of the answer: a challenge
// is good for one.
func (s *Service) takeCeremony(ctx context.Context, kind, token string) (data ceremonyData, account string, err error) {
	var t ticket
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var found bool
		if t, found, err = useTicket(ctx, tx, kind, token); err != nil {
			return err
		}
		if !found {
			return fault.New(fault.Conflict, "identity.passkey.over")
		}
		return nil
	})
	if err != nil {
		return data, "", err
	}
	return data, t.Account, json.Unmarshal([]byte(t.Data), &data)
}

const maxAnswer = 64 << 10

// FinishPasskey checks what the device made, and keeps its public half.
func (s *Service) FinishPasskey(ctx context.Context, got *Signed, token, answer string) error {
	if err := s.noPasskeys(); err != nil {
		return err
	}
	data, id, err := s.takeCeremony(ctx, ticketCreate, token)
	if err != nil {
		return err
	}
	if id != got.account.ID || data.SignedIn != got.session.ID {
		return fault.New(fault.Conflict, "identity.passkey.over")
	}
	h, err := s.holder(ctx, id)
	if err != nil {
		return err
	}
	if len(answer) > maxAnswer {
		answer = ""
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "identity.passkey.refused")
	}
	made, err := s.keys.lib.CreateCredential(h, data.Session, parsed)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "identity.passkey.refused")
	}
	_, err = s.Book.Write(ctx, got.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, err := account(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if !a.HasPassword || !a.HasTOTP {
			return ledger.Entry{}, fault.New(fault.Conflict, "identity.passkey.early")
		}
		if err := insertPasskey(ctx, tx, id, data.Name, made); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, a, "passkey", data.Name); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindPasskeyAdded, Subject: subject(id), Detail: map[string]any{"passkey": passkeyID(made.ID), "name": data.Name}}, nil
	})
	return err
}

// RemovePasskey forgets a passkey. Password and second factor remain.
func (s *Service) RemovePasskey(ctx context.Context, got *Signed, id string) error {
	if err := s.fresh(got); err != nil {
		return err
	}
	_, err := s.Book.Write(ctx, got.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		n, err := changed(ctx, tx, `DELETE FROM identity_passkey WHERE id = $1 AND account = $2`, id, got.account.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if n == 0 {
			return ledger.Entry{}, fault.New(fault.NotFound, "identity.passkey.none")
		}
		a, err := account(ctx, tx, got.account.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, a, "passkey_removed"); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindPasskeyRemoved, Subject: subject(a.ID), Detail: map[string]any{"passkey": id}}, nil
	})
	return err
}

// StartPasskeySignIn begins a sign-in with whatever passkey the device has.
// Nobody says a login, so nothing can be found out about one.
func (s *Service) StartPasskeySignIn(ctx context.Context, c Client) (Ceremony, error) {
	if err := s.noPasskeys(); err != nil {
		return Ceremony{}, err
	}
	if wait := s.limits.take("n:"+c.Network, networkRate, s.DB.Now()); wait > 0 {
		return Ceremony{}, s.slowed(ctx, delayKey("passkey", "", c.Network), wait)
	}
	options, data, err := s.keys.lib.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("identity: begin a sign-in: %w", err)
	}
	return s.ceremony(ctx, ticketAssert, "", options, ceremonyData{Session: *data})
}

// FinishPasskeySignIn opens a session. A passkey that its device unlocked is
// both factors.
func (s *Service) FinishPasskeySignIn(ctx context.Context, token, answer string, c Client) (Opened, error) {
	if err := s.noPasskeys(); err != nil {
		return Opened{}, err
	}
	data, _, err := s.takeCeremony(ctx, ticketAssert, token)
	if err != nil {
		return Opened{}, err
	}
	if len(answer) > maxAnswer {
		answer = ""
	}
	h, credential, err := s.assert(ctx, data, answer)
	if err != nil {
		return Opened{}, err
	}
	if credential == nil {
		return Opened{}, s.refused(ctx, h.a.ID, "passkey", "answer", nil)
	}
	if credential.Authenticator.CloneWarning {
		// The counter went back: there are two of a device that has no copies.
		return Opened{}, s.refused(ctx, h.a.ID, "passkey", "copied", nil)
	}
	o, err := s.newOpening("passkey", false, c)
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	_, err = s.Book.Write(ctx, h.a.who(nil), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, err := account(ctx, tx, h.a.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if a.Status != Active {
			return ledger.Entry{}, errRefused
		}
		found, err := usePasskey(ctx, tx, a.ID, credential)
		if err != nil || !found {
			return ledger.Entry{}, joinFault(errRefused, err)
		}
		if out, err = s.open(ctx, tx, a, o); err != nil {
			return ledger.Entry{}, err
		}
		return openedEntry(a.ID, o), nil
	})
	if errors.Is(err, errRefused) {
		return Opened{}, s.refused(ctx, h.a.ID, "passkey", "account", nil)
	}
	if err != nil {
		return Opened{}, err
	}
	return out, nil
}

// assert checks the device's answer. Without a credential it was wrong; an
// error is ours.
func (s *Service) assert(ctx context.Context, data ceremonyData, answer string) (h holder, c *webauthn.Credential, err error) {
	parsed, bad := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if bad != nil {
		return h, nil, nil
	}
	c, bad = s.keys.lib.ValidateDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
		if h, err = s.holder(ctx, string(handle)); err != nil {
			return nil, err
		}
		return h, nil
	}, data.Session, parsed)
	if err != nil && fault.Of(err).Kind != fault.NotFound {
		return h, nil, err
	}
	if bad != nil {
		return h, nil, nil
	}
	return h, c, nil
}

func passkeyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
