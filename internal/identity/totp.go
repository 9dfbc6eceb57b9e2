package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// TOTP as every authenticator app has it: RFC 6238 with SHA-1, six digits and
// steps of 30 seconds. SHA-1 is what the apps know; its weakness is one of
// collisions and does not touch HMAC.
const (
	stepSeconds = 30
	secretSize  = 20 // RFC 4226 asks for 160 bits
	codeDigits  = 6
	drift       = 1 // steps that a clock may be off, either way
)

// matchStep finds the step that a code belongs to. Every step in reach is
// computed, whatever matches.
func matchStep(secret []byte, code string, now time.Time) (step int64, ok bool) {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	at := now.Unix() / stepSeconds
	for _, n := range []int64{at - drift, at, at + drift} {
		want, err := hotp.GenerateCode(text, uint64(n)) //nolint:gosec // a time after 1970
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = n, true
		}
	}
	return step, ok
}

// digits takes the white space out of a code; people type it in two groups.
func digits(code string) (string, bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code)
	if len(code) != codeDigits || strings.Trim(code, "0123456789") != "" {
		return "", false
	}
	return code, true
}

// Enrolment is a new secret that waits for its first code.
type Enrolment struct {
	Ticket string // comes back with the code
	Secret string // to type where no camera is
	URL    string // otpauth://…, for the square code
}

const enrolTime = 15 * time.Minute

var errNoSecret = errors.New("identity: the shared secret of an account does not open")

func (s *Service) seal(account string, secret []byte) ([]byte, error) {
	if s.Box == nil {
		return secret, nil
	}
	return s.Box.Seal(account, secret)
}

func (s *Service) unseal(a Account) ([]byte, error) {
	if s.Box == nil {
		return a.totp, nil
	}
	secret, err := s.Box.Open(a.ID, a.totp)
	if err != nil {
		return nil, errors.Join(errNoSecret, err)
	}
	return secret, nil
}

// StartTOTP makes a secret for the account of a session. Nothing changes before
// it is confirmed with a code.
func (s *Service) StartTOTP(ctx context.Context, got *Signed) (Enrolment, error) {
	if err := s.fresh(got); err != nil && !got.session.Limited {
		return Enrolment{}, err
	}
	secret, err := s.bytes(secretSize)
	if err != nil {
		return Enrolment{}, err
	}
	token, err := s.newToken()
	if err != nil {
		return Enrolment{}, err
	}
	sealed, err := s.seal(got.account.ID, secret)
	if err != nil {
		return Enrolment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := dropTickets(ctx, tx, got.account.ID, ticketTOTP); err != nil {
			return err
		}
		return insertTicket(ctx, tx, ticket{Hash: hashToken(token), Kind: ticketTOTP, Account: got.account.ID, Data: base32.StdEncoding.EncodeToString(sealed), Ends: tx.Now.Add(enrolTime)})
	})
	if err != nil {
		return Enrolment{}, err
	}
	return s.enrolment(token, got.account.Login, secret), nil
}

func (s *Service) enrolment(token, login string, secret []byte) Enrolment {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Netral:" + login, RawQuery: url.Values{
		"secret": {text}, "issuer": {"Netral"}, "digits": {"6"}, "period": {"30"}, "algorithm": {"SHA1"},
	}.Encode()}
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:min(i+4, len(text))])
	}
	return Enrolment{Ticket: token, Secret: strings.Join(groups, " "), URL: u.String()}
}

// Renewed is what the person must be shown once after a factor changed: a new
// token for the session, and recovery codes where they were made.
type Renewed struct {
	Opened
	Codes []string
}

// ResumeTOTP shows the secret of an enrolment again, after a mistyped code.
func (s *Service) ResumeTOTP(ctx context.Context, got *Signed, token string) (Enrolment, error) {
	secret, err := s.enrolling(ctx, got, token)
	if err != nil {
		return Enrolment{}, err
	}
	return s.enrolment(token, got.account.Login, secret), nil
}

func (s *Service) enrolling(ctx context.Context, got *Signed, token string) ([]byte, error) {
	var sealed []byte
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, found, err := findTicket(ctx, tx, ticketTOTP, token)
		if err != nil {
			return err
		}
		if !found || t.Account != got.account.ID {
			return fault.New(fault.Conflict, "identity.totp.over")
		}
		sealed, err = base32.StdEncoding.DecodeString(t.Data)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.unseal(Account{ID: got.account.ID, totp: sealed})
}

// ConfirmTOTP puts a secret in force. All other sessions end; the session gets
// a new token and, when there are none, recovery codes are made.
func (s *Service) ConfirmTOTP(ctx context.Context, got *Signed, token, code string) (Renewed, error) {
	secret, err := s.enrolling(ctx, got, token)
	if err != nil {
		return Renewed{}, err
	}
	code, sound := digits(code)
	step, ok := matchStep(secret, code, s.DB.Now())
	if !sound || !ok {
		var f fault.Fields
		f.Add(false, "code", "identity.totp.wrong")
		return Renewed{}, f.Err()
	}
	sealed, err := s.seal(got.account.ID, secret)
	if err != nil {
		return Renewed{}, err
	}
	codes, err := s.newCodes()
	if err != nil {
		return Renewed{}, err
	}
	o, err := s.newOpening(got.session.Method, false, got.client)
	if err != nil {
		return Renewed{}, err
	}
	var out Renewed
	_, err = s.Book.Write(ctx, got.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		out = Renewed{}
		a, err := account(ctx, tx, got.account.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		t, found, err := useTicket(ctx, tx, ticketTOTP, token)
		if err != nil || !found || t.Account != a.ID {
			return ledger.Entry{}, joinFault(fault.New(fault.Conflict, "identity.totp.over"), err)
		}
		if err := setTOTP(ctx, tx, a.ID, sealed, step); err != nil {
			return ledger.Entry{}, err
		}
		left, err := codesLeft(ctx, tx, a.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if left == 0 {
			if err := setCodes(ctx, tx, a.ID, codes); err != nil {
				return ledger.Entry{}, err
			}
			out.Codes = codes
		}
		if out.Opened, err = s.renew(ctx, tx, a, got, o); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, a, "totp"); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindTOTP, Subject: subject(a.ID), Detail: map[string]any{"replaced": a.HasTOTP, "codes": len(out.Codes)}}, nil
	})
	if err != nil {
		return Renewed{}, err
	}
	return out, nil
}

// renew gives the session a new token after its rights or factors changed, and
// ends all others of the account.
func (s *Service) renew(ctx context.Context, tx *store.Tx, a Account, got *Signed, o opening) (Opened, error) {
	if err := replaceToken(ctx, tx, got.session.ID, hashToken(o.token)); err != nil {
		return Opened{}, err
	}
	if _, err := endSessions(ctx, tx, a.ID, got.session.ID); err != nil {
		return Opened{}, err
	}
	out := Opened{Token: o.token, Ends: got.session.Ends, Account: a.ID}
	if !got.session.Limited {
		return out, nil
	}
	out.Device = o.device
	return out, seeDevice(ctx, tx, hashToken(o.device), a.ID)
}
