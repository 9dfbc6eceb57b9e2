package vault

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// The secret of the recovery pair is kept in its row, boxed under a random key;
// that key is what the shares are of. So shares alone open nothing without the
// database, and the database nothing without k shares.
//
//	3 | nonce 24 | box
const quorumVersion = 3

// Found makes the recovery pair and its shares, one for each custodian, of
// which any k bring it back. Nothing can be sealed before. Print each share and
// hand it over; they are shown this once and kept nowhere.
func (v *Vault) Found(ctx context.Context, who actor.Actor, custodians []string, k int) ([]Share, error) {
	p, shares, roots, err := v.recovery(custodians, k)
	if err != nil {
		return nil, err
	}
	_, err = v.book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		was, err := current(ctx, tx, Recovery)
		if err != nil {
			return ledger.Entry{}, err
		}
		if was.id != "" {
			return ledger.Entry{}, fault.New(fault.Conflict, "vault.founded_already")
		}
		return ledger.Entry{Kind: "foundation.vault.founded", Subject: Recovery, Detail: foundDetail{p.id, "", custodians, k}}, putRecovery(ctx, tx, p, shares, custodians, roots)
	})
	if err != nil {
		return nil, err
	}
	return shares, nil
}

type foundDetail struct {
	Pair       string   `json:"pair"`
	Before     string   `json:"before,omitempty"`
	Custodians []string `json:"custodians"`
	Needed     int      `json:"needed"`
}

// recovery makes a pair, its shares, and the keys of the process sealed to it.
func (v *Vault) recovery(custodians []string, k int) (pair, []Share, []root, error) {
	var f fault.Fields
	f.Add(k >= 2 && k <= len(custodians), "needed", "vault.threshold_wrong", k, len(custodians))
	f.Add(len(custodians) <= 255, "custodians", "vault.custodians_many", len(custodians))
	for _, c := range custodians {
		f.Add(c != "" && len(c) <= 100, "custodians", "vault.custodian_empty")
	}
	if err := f.Err(); err != nil {
		return pair{}, nil, nil, err
	}
	id, key, err := newPair()
	if err != nil {
		return pair{}, nil, nil, err
	}
	random, err := v.random(shareSize + chacha20poly1305.NonceSizeX)
	if err != nil {
		return pair{}, nil, nil, err
	}
	secret, err := box(random[:shareSize], []byte{quorumVersion}, random[shareSize:], Recovery, id, []byte(key.String()))
	if err != nil {
		return pair{}, nil, nil, err
	}
	coefficients, err := v.random(shareSize * (k - 1))
	if err != nil {
		return pair{}, nil, nil, err
	}
	parts, err := divide(random[:shareSize], len(custodians), k, &fixed{coefficients})
	if err != nil {
		return pair{}, nil, nil, err
	}
	set, err := setOf(id)
	if err != nil {
		return pair{}, nil, nil, err
	}
	var shares []Share
	for _, p := range parts {
		shares = append(shares, Share{Set: set, Threshold: k, Number: int(p.x), value: p.y})
	}
	var sealed []root
	for _, rk := range v.keys {
		b, err := v.sealSecret(rootPlace(id, rk), key.Recipient(), rk.seed[:])
		if err != nil {
			return pair{}, nil, nil, err
		}
		sealed = append(sealed, root{rk.ID(), b})
	}
	return pair{id: id, owner: Recovery, recipient: key.Recipient().String(), mark: v.ownerMark(id, Recovery), state: active, locked: byQuorum, secret: secret}, shares, sealed, nil
}

// fixed gives out bytes that were drawn under the lock of the randomness.
type fixed struct{ b []byte }

func (f *fixed) Read(p []byte) (int, error) {
	n := copy(p, f.b)
	f.b = f.b[n:]
	return n, nil
}

// setOf is the mark that the shares of a pair have in common.
func setOf(id string) (set [4]byte, err error) {
	b, err := hex.DecodeString(id)
	if err != nil || len(b) < len(set) {
		return set, fmt.Errorf("vault: %.40q is not the id of a pair", id)
	}
	copy(set[:], b)
	return set, nil
}

func putRecovery(ctx context.Context, tx *store.Tx, p pair, shares []Share, custodians []string, roots []root) error {
	if err := insertPair(ctx, tx, p); err != nil {
		return err
	}
	for i, s := range shares {
		if err := insertCustodian(ctx, tx, p.id, s.Number, s.Threshold, custodians[i]); err != nil {
			return err
		}
	}
	for _, r := range roots {
		if err := insertRoot(ctx, tx, p.id, r.keyID, r.sealed); err != nil {
			return err
		}
	}
	return nil
}

// Recover gives an owner whose password is lost a new pair: the lost one is
// given up, a code on paper leads to the new one, and Sweep with the quorum's
// holder rewraps what was sealed for the lost one.
func (v *Vault) Recover(ctx context.Context, quorum *Holder, owner, why string) (code string, err error) {
	if why, err = checkReason(why); err != nil {
		return "", err
	}
	if quorum.owner != Recovery || owner == Recovery {
		return "", fault.New(fault.Denied, "vault.quorum_needed")
	}
	if _, err := quorum.identities(); err != nil {
		return "", explain(err)
	}
	p, code, err := v.paper(ctx, owner)
	if err != nil {
		return "", err
	}
	_, err = v.book.Write(ctx, quorum.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		before, err := current(ctx, tx, owner)
		if err != nil {
			return ledger.Entry{}, err
		}
		n, err := forget(ctx, tx, owner, lost, p.id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "vault.no_reader", owner)
		}
		if err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "foundation.vault.recovered", Subject: "person:" + owner, Detail: pairDetail{Pair: p.id, Before: before.id, Reason: why}}, insertPair(ctx, tx, p)
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// Renew replaces the recovery pair and its shares: custodians have changed, or
// a share went astray. The old shares are void once Sweep, called with the same
// holder, has rewrapped everything.
func (v *Vault) Renew(ctx context.Context, quorum *Holder, custodians []string, k int) ([]Share, error) {
	if quorum.owner != Recovery {
		return nil, fault.New(fault.Denied, "vault.quorum_needed")
	}
	was, err := v.newest(ctx, Recovery)
	if err != nil {
		return nil, err
	}
	quorum.mu.Lock()
	old := quorum.by[was.id]
	quorum.mu.Unlock()
	if old == nil {
		return nil, fault.New(fault.Conflict, "vault.changed")
	}
	p, shares, roots, err := v.recovery(custodians, k)
	if err != nil {
		return nil, err
	}
	to, err := v.recipient(p)
	if err != nil {
		return nil, err
	}
	handed, err := v.sealSecret(secretPlace(was.id), to, []byte(old.String()))
	if err != nil {
		return nil, err
	}
	_, err = v.book.Write(ctx, quorum.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		ok, err := changePair(ctx, tx, was, retiring, byNext, p.id, handed)
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "vault.changed")
		}
		if err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "foundation.vault.renewed", Subject: Recovery, Detail: foundDetail{p.id, was.id, custodians, k}}, putRecovery(ctx, tx, p, shares, custodians, roots)
	})
	if err != nil {
		return nil, err
	}
	return shares, nil
}

// Custodian is who keeps a share, and when it was last shown to be good.
type Custodian struct {
	Number, Needed int
	Name           string
	Drilled        time.Time // zero for never
}

// Custodians are those of the present recovery pair; a share that has not been
// drilled for a year is the first thing to look after.
func (v *Vault) Custodians(ctx context.Context) (all []Custodian, err error) {
	err = v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all = nil
		rows, err := tx.QueryContext(ctx, `SELECT c.number, c.threshold, c.custodian, c.drilled FROM vault_custodian c JOIN vault_identity i ON i.id = c.identity
			WHERE i.owner = $1 AND i.state = 'active' ORDER BY c.drilled, c.number`, Recovery)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // read to the end below
		for rows.Next() {
			var c Custodian
			var at int64
			if err := rows.Scan(&c.Number, &c.Needed, &c.Name, &at); err != nil {
				return err
			}
			if at > 0 {
				c.Drilled = time.UnixMilli(at).UTC()
			}
			all = append(all, c)
		}
		return rows.Err()
	})
	return all, err
}
