package vault

import (
	"context"
	"errors"

	"filippo.io/age"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

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
