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

// With is a holder of secrets that were copied.
func With(ids []age.Identity) *Holder {
	return &Holder{ids: ids, deks: map[string][]byte{}}
}

// share reads a share of a test.
func share(t testing.TB, s string) Share {
	x, err := ParseShare(s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TalkedDown are shares that claim that fewer are needed.
func TalkedDown(t testing.TB, all []string) (out []string) {
	for _, s := range all {
		x := share(t, s)
		x.Threshold = len(all)
		out = append(out, x.String())
	}
	return out
}

// MadeUp is a share of the same set with a number of choice.
func MadeUp(t testing.TB, like string, number int) string {
	x := share(t, like)
	x.Number = number
	return x.String()
}

// OtherHouse are shares of another set.
func OtherHouse(t testing.TB, all []string) (out []string) {
	for _, s := range all {
		x := share(t, s)
		x.Set[0] ^= 1
		out = append(out, x.String())
	}
	return out
}

// PairID names a public key.
func PairID(recipient string) string { return pairID(recipient) }
