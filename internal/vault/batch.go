package vault

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"

	"netral/internal/store"
)

// Batch seals many small values for the same readers: 64,000 NIK, each with its
// own place, under one key that is sealed once. A value is 57 bytes longer than
// its content, where a value sealed by itself is longer by 2 KB for each
// reader, and rewrapping the batch is rewrapping one key. The price: who opens
// one value of a batch has in hand the key of all, so a batch has one set of
// readers, and is right for columns, not for cases.
//
// It holds its key in memory: use it for one import, then drop it.
type Batch struct {
	v       *Vault
	id      [envelopeID]byte
	dek     []byte
	sealed  []byte
	readers Readers
}

const (
	valueVersion = 2
	envelopeID   = 12
	valueHead    = 1 + keyIDSize + envelopeID
	maxValue     = 64 << 10
)

// A value of a batch:
//
//	2 | key id 4 | envelope 12 | nonce 24 | box
//
// The box is XChaCha20-Poly1305 under HKDF(key of the envelope, subkey of the
// process's key), with all before the nonce and the place as associated data.
// The key of the envelope alone, or the process's key alone, makes no value.

// Batch begins a batch for the readers.
func (v *Vault) Batch(to Readers) (*Batch, error) {
	b := &Batch{v: v, readers: to}
	random, err := v.random(envelopeID + chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	copy(b.id[:], random)
	b.dek = random[envelopeID:]
	b.sealed, err = v.Seal(envelopePlace(b.name()), to, b.dek)
	return b, err
}

func (b *Batch) name() string { return hex.EncodeToString(b.id[:]) }

func envelopePlace(id string) Place {
	return Place{Table: "vault_envelope", Column: "sealed", Row: id}
}

// readersPlace is where the list of readers is marked: Sweep seals to it.
func readersPlace(id string) Place {
	return Place{Table: "vault_envelope", Column: "readers", Row: id}
}

// Save stores the key of the batch, sealed. Call it in every Write that stores
// values of the batch: after the first it does nothing, except that it refuses
// when a reader's pair has been replaced meanwhile; then begin another batch.
func (b *Batch) Save(ctx context.Context, tx *store.Tx) error {
	if err := b.readers.Current(ctx, tx); err != nil {
		return err
	}
	readers := names(b.readers.owners)
	return insertEnvelope(ctx, tx, b.name(), b.sealed, readers, b.v.keys[0].markOf(readersPlace(b.name()), []byte(readers)))
}

// Seal seals a value for its place.
func (b *Batch) Seal(p Place, plain []byte) ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if len(plain) > maxValue {
		return nil, fmt.Errorf("vault: %s: more than %d bytes: use Seal", p, maxValue)
	}
	k := b.v.keys[0]
	head := append([]byte{valueVersion}, k.id[:]...)
	head = append(head, b.id[:]...)
	key, err := valueKey(b.dek, k)
	if err != nil {
		return nil, err
	}
	nonce, err := b.v.random(chacha20poly1305.NonceSizeX)
	if err != nil {
		return nil, err
	}
	return box(key, head, nonce, string(p.inner()), "", plain)
}

func valueKey(dek []byte, k *Key) ([]byte, error) {
	return hkdf.Key(sha256.New, dek, k.mark, "netral.vault/value/1", chacha20poly1305.KeySize)
}

// Value is a value of a batch in its place.
type Value struct {
	Place  Place
	Sealed []byte
}

// maxValues bounds OpenValues: their places must fit one entry of the ledger.
const maxValues = 1000

// OpenValues opens values of batches for one reason, all or none; they are one
// entry in the ledger, and each of them a line in Openings.
func (v *Vault) OpenValues(ctx context.Context, h *Holder, values []Value, why string) ([][]byte, error) {
	why, err := checkReason(why)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 || len(values) > maxValues {
		return nil, fmt.Errorf("vault: %d values, between 1 and %d can be opened at once", len(values), maxValues)
	}
	places := make([]Place, len(values))
	for i, x := range values {
		if err := x.Place.check(); err != nil {
			return nil, err
		}
		places[i] = x.Place
	}
	out := make([][]byte, len(values))
	for i, x := range values {
		if out[i], err = v.openValue(ctx, h, x); err != nil {
			break
		}
	}
	problem := explain(err)
	if err := v.record(ctx, h.who, places, why, problem, false); err != nil {
		return nil, err
	}
	if problem != nil {
		return nil, problem
	}
	return out, nil
}

func (v *Vault) openValue(ctx context.Context, h *Holder, x Value) ([]byte, error) {
	if len(x.Sealed) < valueHead || x.Sealed[0] != valueVersion {
		return nil, errSealed
	}
	k, ok := v.keys.by(x.Sealed[1 : 1+keyIDSize])
	if !ok {
		return nil, errKey
	}
	dek, err := v.dek(ctx, h, hex.EncodeToString(x.Sealed[1+keyIDSize:valueHead]))
	if err != nil {
		return nil, err
	}
	key, err := valueKey(dek, k)
	if err != nil {
		return nil, err
	}
	plain, err := unbox(key, x.Sealed[:valueHead], x.Sealed[valueHead:], string(x.Place.inner()), "")
	if errors.Is(err, errPassword) || errors.Is(err, errLock) {
		return nil, errMark
	}
	if err == nil && plain == nil {
		plain = []byte{}
	}
	return plain, err
}

// dek is the key of an envelope; a holder asks once for each.
func (v *Vault) dek(ctx context.Context, h *Holder, id string) ([]byte, error) {
	ids, err := h.identities()
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	dek := h.deks[id]
	h.mu.Unlock()
	if dek != nil {
		return dek, nil
	}
	var sealed []byte
	err = v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		sealed, err = envelope(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if dek, err = v.decrypt(envelopePlace(id), sealed, ids); err != nil {
		return nil, err
	}
	if len(dek) != chacha20poly1305.KeySize {
		return nil, errSealed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.deks != nil {
		h.deks[id] = bytes.Clone(dek)
	}
	return dek, nil
}
