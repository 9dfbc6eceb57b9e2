package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Recovery codes: ten of 80 random bits, each good once. They are for the day
// on which the phone is lost.
const (
	codeCount = 10
	codeBytes = 10
)

// newCodes makes codes as they are printed: "abcd-efgh-ijkl-mnop".
func (s *Service) newCodes() ([]string, error) {
	out := make([]string, codeCount)
	for i := range out {
		b, err := s.bytes(codeBytes)
		if err != nil {
			return nil, err
		}
		t := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		out[i] = t[:4] + "-" + t[4:8] + "-" + t[8:12] + "-" + t[12:]
	}
	return out, nil
}

// bareCode is a recovery code as it is hashed, however it was typed. The
// alphabet has no 0, 1, 8 and 9; a person who reads them means o, l, b.
func bareCode(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", "-", "", "0", "o", "1", "l", "8", "b").Replace(strings.ToLower(s))
	if len(s) != 16 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return "", false
	}
	return s, true
}

// hashCode binds a code to its account. 80 random bits need no slow hash.
func hashCode(account, bare string) []byte {
	h := sha256.Sum256([]byte("netral recovery code\x00" + account + "\x00" + bare))
	return h[:]
}

// RenewCodes makes ten new codes; those before are worth nothing any more.
func (s *Service) RenewCodes(ctx context.Context, got *Signed) ([]string, error) {
	if err := s.fresh(got); err != nil {
		return nil, err
	}
	codes, err := s.newCodes()
	if err != nil {
		return nil, err
	}
	_, err = s.Book.Write(ctx, got.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, err := account(ctx, tx, got.account.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if !a.HasTOTP {
			return ledger.Entry{}, fault.New(fault.Conflict, "identity.codes.early")
		}
		if err := setCodes(ctx, tx, a.ID, codes); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.notify(ctx, tx, a, "codes"); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindCodes, Subject: subject(a.ID), Detail: map[string]any{"codes": len(codes)}}, nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

func setCodes(ctx context.Context, tx *store.Tx, account string, codes []string) error {
	if _, err := changed(ctx, tx, `DELETE FROM identity_code WHERE account = $1`, account); err != nil {
		return err
	}
	for _, c := range codes {
		bare, _ := bareCode(c)
		if _, err := changed(ctx, tx, `INSERT INTO identity_code (account, hash, used) VALUES ($1, $2, 0)`, account, hashCode(account, bare)); err != nil {
			return err
		}
	}
	return nil
}

func useCode(ctx context.Context, tx *store.Tx, account, bare string) (bool, error) {
	n, err := changed(ctx, tx, `UPDATE identity_code SET used = $3 WHERE account = $1 AND hash = $2 AND used = 0`, account, hashCode(account, bare), tx.Now.UnixMilli())
	return n == 1, err
}

func codesLeft(ctx context.Context, tx *store.Tx, account string) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM identity_code WHERE account = $1 AND used = 0`, account).Scan(&n)
	return n, err
}
