package app

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/vault"
)

// kindKeyed says which key the secrets of a house are sealed under. It keeps a
// lost key from being replaced unseen by a new one, under which nothing opens.
const kindKeyed = "foundation.house.keyed"

// vaultKey is the key under which secrets are sealed: the one that the record
// names, or a new one where the record names none.
func (h *house) vaultKey(ctx context.Context, p place, begin bool) (*vault.Key, error) {
	named, err := h.namedKey(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(p.vaultKeyFile()); errors.Is(err, fs.ErrNotExist) && (named != "" || !begin) {
		return nil, fault.New(fault.NotFound, "app.no_vault_key", p.vaultKeyFile())
	}
	k, err := vault.LoadOrCreateKey(p.vaultKeyFile(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if named == k.ID() {
		return k, nil
	}
	if named != "" {
		return nil, fault.New(fault.Conflict, "app.vault_key_other", p.vaultKeyFile(), k.ID(), named)
	}
	_, err = h.book.Write(ctx, actor.System(), func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: kindKeyed, Subject: "key:" + k.ID()}, nil
	})
	return k, err
}

// namedKey is the id of the key that the record names last; "" for none.
func (h *house) namedKey(ctx context.Context) (string, error) {
	all, err := h.book.Latest(ctx, -1, 1, ledger.Filter{Kind: kindKeyed})
	if err != nil || len(all) == 0 || all[0].Erased {
		return "", err
	}
	return all[0].Subject[len("key:"):], nil
}
