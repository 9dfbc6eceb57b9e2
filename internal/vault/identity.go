package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"filippo.io/age"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// pairID names a key pair by its public half.
func pairID(recipient string) string {
	sum := sha256.Sum256([]byte(recipient))
	return hex.EncodeToString(sum[:12])
}

func newPair() (id string, k *age.HybridIdentity, err error) {
	k, err = age.GenerateHybridIdentity()
	if err != nil {
		return "", nil, fmt.Errorf("make a key pair: %w", err)
	}
	return pairID(k.Recipient().String()), k, nil
}

func secretPlace(id string) Place {
	return Place{Table: "vault_identity", Column: "secret", Row: id}
}

// Limits of passwords.
const (
	minPassword = 12
	maxPassword = 256
)

func checkPassword(p string) error {
	if n := utf8.RuneCountInString(p); n < minPassword || len(p) > maxPassword || !utf8.ValidString(p) {
		return fault.Fields{{Name: "password", Key: "vault.password_length", Args: []any{n, minPassword, maxPassword}}}.Err()
	}
	return nil
}

// code is a secret on paper: 130 bits in 26 letters.
func (v *Vault) code() (string, error) {
	b, err := v.random(17)
	if err != nil {
		return "", err
	}
	return groups(base().EncodeToString(b)[:26]), nil
}

// Enrol makes a key pair for somebody who need not be there: from now on,
// things can be sealed for them. The code unlocks the pair once; it goes to the
// person on paper, by a way of its own. Until the person has activated it,
// whoever holds the code and can read the database could read what is sealed
// for them; Activate puts an end to that.
func (v *Vault) Enrol(ctx context.Context, who actor.Actor, owner string) (code string, err error) {
	if owner == "" || owner == Recovery || len(owner) > 100 {
		return "", fmt.Errorf("vault: %.120q cannot be enrolled", owner)
	}
	p, code, err := v.paper(ctx, owner)
	if err != nil {
		return "", err
	}
	_, err = v.book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		was, err := current(ctx, tx, owner)
		if err != nil {
			return ledger.Entry{}, err
		}
		if was.id != "" {
			return ledger.Entry{}, fault.New(fault.Conflict, "vault.enrolled_already", owner)
		}
		return ledger.Entry{Kind: "foundation.vault.enrolled", Subject: "person:" + owner, Detail: pairDetail{Pair: p.id}}, insertPair(ctx, tx, p)
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// pairDetail is what the ledger keeps of a change of pairs.
type pairDetail struct {
	Pair   string `json:"pair"`
	Before string `json:"before,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// paper makes a pair that is locked under a code.
func (v *Vault) paper(ctx context.Context, owner string) (pair, string, error) {
	id, k, err := newPair()
	if err != nil {
		return pair{}, "", err
	}
	code, err := v.code()
	if err != nil {
		return pair{}, "", err
	}
	locked, err := v.lock(ctx, owner, id, plain(code), []byte(k.String()))
	if err != nil {
		return pair{}, "", err
	}
	return pair{id: id, owner: owner, recipient: k.Recipient().String(), mark: v.ownerMark(id, owner), state: enrolled, locked: byCode, secret: locked}, code, nil
}

// Activate lets the owner take possession: the code is used up, and a new pair
// is made under a password that nobody else has ever seen. What was sealed for
// the first pair opens still, and is rewrapped by Sweep.
func (v *Vault) Activate(ctx context.Context, who actor.Actor, code, password string) (*Holder, error) {
	if err := checkPassword(password); err != nil {
		return nil, err
	}
	was, err := v.newest(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	if was.state != enrolled {
		return nil, fault.New(fault.Conflict, "vault.activated_already")
	}
	secret, err := v.unlock(ctx, was.owner, was.id, plain(code), was.secret)
	if err != nil {
		return nil, v.refuse(ctx, who, err, "vault.code_wrong")
	}
	return v.succeed(ctx, who, was, secret, password, "foundation.vault.activated")
}

// Rotate gives the holder a new key pair under a password, the same or another:
// after a suspicion, or once a year. What was sealed for the old one opens
// still, until Sweep has rewrapped all of it; then the old secret is erased.
func (v *Vault) Rotate(ctx context.Context, h *Holder, password string) (*Holder, error) {
	if err := checkPassword(password); err != nil {
		return nil, err
	}
	was, err := v.newest(ctx, h.owner)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	k := h.by[was.id]
	h.mu.Unlock()
	if k == nil || was.locked != byPassword {
		return nil, fault.New(fault.Conflict, "vault.changed")
	}
	return v.succeed(ctx, h.who, was, []byte(k.String()), password, "foundation.vault.rotated")
}

// succeed replaces a pair by a new one, to which its secret is sealed.
func (v *Vault) succeed(ctx context.Context, who actor.Actor, was pair, secret []byte, password, kind string) (*Holder, error) {
	id, k, err := newPair()
	if err != nil {
		return nil, err
	}
	locked, err := v.lock(ctx, was.owner, id, password, []byte(k.String()))
	if err != nil {
		return nil, err
	}
	handed, err := v.sealSecret(secretPlace(was.id), k.Recipient(), secret)
	if err != nil {
		return nil, err
	}
	_, err = v.book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		ok, err := changePair(ctx, tx, was, retiring, byNext, id, handed)
		if err != nil {
			return ledger.Entry{}, err
		}
		if !ok {
			return ledger.Entry{}, fault.New(fault.Conflict, "vault.changed")
		}
		if err := dropTickets(ctx, tx, was.owner); err != nil {
			return ledger.Entry{}, err
		}
		next := pair{id: id, owner: was.owner, recipient: k.Recipient().String(), mark: v.ownerMark(id, was.owner), state: active, locked: byPassword, secret: locked}
		return ledger.Entry{Kind: kind, Subject: "person:" + was.owner, Detail: pairDetail{Pair: id, Before: was.id}}, insertPair(ctx, tx, next)
	})
	if err != nil {
		return nil, err
	}
	return v.hold(ctx, who, was.owner, id, k)
}

// newest is the current pair of an owner.
func (v *Vault) newest(ctx context.Context, owner string) (found pair, err error) {
	err = v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := pairs(ctx, tx, owner)
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.state == enrolled || p.state == active {
				found = p
				return nil
			}
		}
		return fault.New(fault.NotFound, "vault.not_enrolled")
	})
	return found, err
}

// Unlock opens the owner's own secrets with their password, for as long as the
// Holder is kept. A wrong password is recorded.
func (v *Vault) Unlock(ctx context.Context, who actor.Actor, password string) (*Holder, error) {
	if err := checkPassword(password); err != nil {
		return nil, err
	}
	p, err := v.newest(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	if p.locked != byPassword {
		return nil, fault.New(fault.Conflict, "vault.not_activated")
	}
	k, err := v.unlockPair(ctx, p, password)
	if err != nil {
		return nil, v.refuse(ctx, who, err, "vault.password_wrong")
	}
	_, err = v.book.Write(ctx, who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "foundation.vault.unlocked", Subject: "person:" + who.ID, Detail: pairDetail{Pair: p.id}}, nil
	})
	if err != nil {
		return nil, err
	}
	return v.hold(ctx, who, p.owner, p.id, k)
}

func (v *Vault) unlockPair(ctx context.Context, p pair, password string) (*age.HybridIdentity, error) {
	secret, err := v.unlock(ctx, p.owner, p.id, password, p.secret)
	if err != nil {
		return nil, err
	}
	return identityOf(p.id, secret)
}

// identityOf reads the secret of a pair. Its error never holds the text.
func identityOf(id string, secret []byte) (*age.HybridIdentity, error) {
	k, err := age.ParseHybridIdentity(string(secret))
	if err != nil || pairID(k.Recipient().String()) != id {
		return nil, errors.New("the secret is not that of the pair")
	}
	return k, nil
}

// refuse records a wrong password or code, and says no.
func (v *Vault) refuse(ctx context.Context, who actor.Actor, cause error, key string) error {
	if !errors.Is(cause, errPassword) {
		return explain(cause)
	}
	_, err := v.book.Write(ctx, who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "foundation.vault.refused", Subject: "person:" + who.ID, Detail: map[string]string{"problem": key}}, nil
	})
	if err != nil {
		return err
	}
	return fault.Wrap(fault.Denied, cause, key)
}

// hold collects the secrets that a newest one leads to.
func (v *Vault) hold(ctx context.Context, who actor.Actor, owner, id string, k *age.HybridIdentity) (*Holder, error) {
	h := &Holder{who: who, owner: owner, by: map[string]*age.HybridIdentity{}, deks: map[string][]byte{}}
	h.add(id, k)
	var all []pair
	err := v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = pairs(ctx, tx, owner)
		return err
	})
	if err != nil {
		return nil, err
	}
	for more := true; more; {
		more = false
		for _, p := range all {
			key := h.by[p.next]
			if p.state != retiring || p.locked != byNext || h.by[p.id] != nil || key == nil {
				continue
			}
			secret, err := v.decrypt(secretPlace(p.id), p.secret, []age.Identity{key})
			var old *age.HybridIdentity
			if err == nil {
				old, err = identityOf(p.id, secret)
			}
			if err != nil {
				return nil, explain(err)
			}
			h.add(p.id, old)
			more = true
		}
	}
	return h, nil
}

// ChangePassword locks the secret under another password. The pair stays;
// tickets end.
func (v *Vault) ChangePassword(ctx context.Context, who actor.Actor, before, after string) error {
	if err := checkPassword(after); err != nil {
		return err
	}
	p, err := v.newest(ctx, who.ID)
	if err != nil {
		return err
	}
	if p.locked != byPassword {
		return fault.New(fault.Conflict, "vault.not_activated")
	}
	secret, err := v.unlock(ctx, p.owner, p.id, before, p.secret)
	if err != nil {
		return v.refuse(ctx, who, err, "vault.password_wrong")
	}
	locked, err := v.lock(ctx, p.owner, p.id, after, secret)
	if err != nil {
		return err
	}
	_, err = v.book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		ok, err := changePair(ctx, tx, p, active, byPassword, "", locked)
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "vault.changed")
		}
		if err == nil {
			err = dropTickets(ctx, tx, p.owner)
		}
		return ledger.Entry{Kind: "foundation.vault.relocked", Subject: "person:" + p.owner, Detail: pairDetail{Pair: p.id}}, err
	})
	return err
}

// Revoke erases the secrets of somebody who may no longer read anything: who
// has left, or whose code went astray. Nothing is sealed for them any more;
// what was, opens for its other readers.
func (v *Vault) Revoke(ctx context.Context, who actor.Actor, owner, why string) error {
	why, err := checkReason(why)
	if err != nil {
		return err
	}
	if owner == Recovery {
		return errors.New("vault: recovery is renewed, not revoked")
	}
	_, err = v.book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		was, err := current(ctx, tx, owner)
		if err != nil {
			return ledger.Entry{}, err
		}
		n, err := forget(ctx, tx, owner, "retired", "")
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "vault.no_reader", owner)
		}
		return ledger.Entry{Kind: "foundation.vault.revoked", Subject: "person:" + owner, Detail: pairDetail{Pair: was.id, Reason: why}}, err
	})
	return err
}

// Limits of a reason.
const (
	minReason = 10
	maxReason = 1000
)

// checkReason wants a reason that says something.
func checkReason(why string) (string, error) {
	why = strings.TrimSpace(why)
	n := utf8.RuneCountInString(why)
	if n < minReason || n > maxReason || !utf8.ValidString(why) || strings.ContainsRune(why, 0) {
		return "", fault.Fields{{Name: "reason", Key: "vault.reason_length", Args: []any{n, minReason, maxReason}}}.Err()
	}
	return why, nil
}
