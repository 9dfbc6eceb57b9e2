package vault

import (
	"context"
	"testing"

	"filippo.io/age"
)

// MarkSize is the length of the mark at the end of a file.
const MarkSize = markSize

// Try is Open without reason and record.
func (v *Vault) Try(h *Holder, p Place, sealed []byte) ([]byte, error) {
	ids, err := h.identities()
	if err != nil {
		return nil, err
	}
	return v.decrypt(p, sealed, ids)
}

// TryValue is OpenValues without reason and record.
func (v *Vault) TryValue(h *Holder, p Place, sealed []byte) ([]byte, error) {
	return v.openValue(context.Background(), h, Value{p, sealed})
}

// Forger is a vault on the same database with a key of its own, past the check
// of Open.
func Forger(v *Vault, k *Key) *Vault {
	v.keys = keys{k}
	return v
}

// Renamed is a key under another one's name.
func Renamed(k, as *Key) *Key {
	c := *k
	c.id = as.id
	return &c
}

// Identities are the secrets of a holder.
func Identities(h *Holder) []age.Identity {
	ids, _ := h.identities()
	return ids
}

// SomeRecipient is a public key of nobody.
func SomeRecipient(t testing.TB) string {
	_, k, err := newPair()
	if err != nil {
		t.Fatal(err)
	}
	return k.Recipient().String()
}
