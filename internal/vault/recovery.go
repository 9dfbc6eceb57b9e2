package vault

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"filippo.io/age"
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
		id, _, err := current(ctx, tx, Recovery)
		if err != nil {
			return ledger.Entry{}, err
		}
		if id != "" {
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
	return pair{id: id, owner: Recovery, recipient: key.Recipient().String(), state: active, locked: byQuorum, secret: secret}, shares, sealed, nil
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

// raise opens the recovery pair that the typed shares belong to.
func raise(ctx context.Context, book *ledger.Book, typed []string) (p pair, k *age.HybridIdentity, numbers []int, err error) {
	key, set, numbers, err := assemble(typed)
	if err != nil {
		return pair{}, nil, nil, err
	}
	err = book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := pairs(ctx, tx, Recovery)
		if err != nil {
			return err
		}
		for _, c := range all {
			if s, err := setOf(c.id); err == nil && s == set && c.locked == byQuorum {
				p = c
				return nil
			}
		}
		return fault.New(fault.Invalid, "vault.share_old")
	})
	if err != nil {
		return pair{}, nil, numbers, err
	}
	if len(p.secret) < 1 || p.secret[0] != quorumVersion {
		return pair{}, nil, numbers, errLock
	}
	secret, err := unbox(key, p.secret[:1], p.secret[1:], Recovery, p.id)
	if errors.Is(err, errPassword) {
		return pair{}, nil, numbers, fault.Wrap(fault.Denied, err, "vault.share_mismatch", len(numbers))
	}
	if err == nil {
		k, err = identityOf(p.id, secret)
	}
	return p, k, numbers, err
}

type quorumDetail struct {
	Pair    string `json:"pair,omitempty"`
	Shares  []int  `json:"shares"`
	Reason  string `json:"reason,omitempty"`
	Problem string `json:"problem,omitempty"`
}

// Quorum lets custodians who sit together open the recovery pair. who types;
// whose shares were used is recorded, and an attempt with wrong ones too. The
// holder may open everything, so it is closed as soon as what it was for is
// done.
func (v *Vault) Quorum(ctx context.Context, who actor.Actor, shares []string, why string) (*Holder, error) {
	why, err := checkReason(why)
	if err != nil {
		return nil, err
	}
	return v.quorum(ctx, who, shares, why, "foundation.vault.assembled")
}

func (v *Vault) quorum(ctx context.Context, who actor.Actor, shares []string, why, kind string) (*Holder, error) {
	p, k, numbers, err := raise(ctx, v.book, shares)
	d := quorumDetail{Pair: p.id, Shares: numbers, Reason: why}
	if err != nil {
		err = explain(err)
		kind, d.Problem = "foundation.vault.refused", fault.Of(err).Key
	}
	_, e := v.book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if d.Problem == "" {
			for _, n := range numbers {
				if err := markDrilled(ctx, tx, p.id, n); err != nil {
					return ledger.Entry{}, err
				}
			}
		}
		return ledger.Entry{Kind: kind, Subject: Recovery, Detail: d}, nil
	})
	if e != nil {
		return nil, e
	}
	if err != nil {
		return nil, err
	}
	return v.hold(ctx, who, Recovery, p.id, k)
}

// Drill shows that shares work, without opening anything: the recovery pair is
// opened, and must bring back the key of this process. It is recorded. Drill
// once a year with every custodian.
func (v *Vault) Drill(ctx context.Context, who actor.Actor, shares []string) error {
	h, err := v.quorum(ctx, who, shares, "", "foundation.vault.drilled")
	if err != nil {
		return err
	}
	defer h.Close()
	back, err := restore(ctx, v.book, h)
	if err != nil {
		return err
	}
	for _, k := range back {
		if k.id == v.keys[0].id && same(k.seed[:], v.keys[0].seed[:]) {
			return nil
		}
	}
	return fault.New(fault.Conflict, "vault.root_missing", v.keys[0].ID())
}

// RestoreKeys brings back the keys of the process from the database and k
// shares, when the key file is lost: save the first one, then Open. It is the
// one act of the vault that the ledger does not see, for without a key there is
// no vault; record it when there is one again, by Drill.
func RestoreKeys(ctx context.Context, book *ledger.Book, shares []string) ([]*Key, error) {
	p, k, _, err := raise(ctx, book, shares)
	if err != nil {
		return nil, explain(err)
	}
	h := &Holder{owner: Recovery, by: map[string]*age.HybridIdentity{}}
	h.add(p.id, k)
	defer h.Close()
	return restore(ctx, book, h)
}

func restore(ctx context.Context, book *ledger.Book, h *Holder) (back []*Key, err error) {
	ids, err := h.identities()
	if err != nil {
		return nil, err
	}
	for id := range h.by {
		var all []root
		err := book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			all, err = roots(ctx, tx, id)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			// The mark was made with the key that was in use then, which may be
			// what we are looking for: try each key on what it came in.
			k, err := openRoot(id, r, ids)
			if err != nil {
				return nil, explain(err)
			}
			back = append(back, k)
		}
	}
	if len(back) == 0 {
		return nil, fault.New(fault.NotFound, "vault.root_missing", "–")
	}
	return back, nil
}

func openRoot(identity string, r root, ids []age.Identity) (*Key, error) {
	head, rest, err := split(r.sealed)
	if err != nil {
		return nil, err
	}
	p := Place{Table: "vault_root", Column: "sealed", Row: identity + ":" + r.keyID}
	seed, err := unmarked(p, head, rest, ids)
	if err != nil {
		return nil, err
	}
	var s [32]byte
	if copy(s[:], seed) != len(s) || len(seed) != len(s) {
		return nil, errSealed
	}
	k, err := keyOf(s)
	if err == nil && k.ID() != r.keyID {
		err = errSealed
	}
	return k, err
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
		before, _, err := current(ctx, tx, owner)
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
		return ledger.Entry{Kind: "foundation.vault.recovered", Subject: "person:" + owner, Detail: pairDetail{Pair: p.id, Before: before, Reason: why}}, insertPair(ctx, tx, p)
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
	to, err := v.recipient(p.id, p.recipient)
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
