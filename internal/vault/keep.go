package vault

import (
	"bytes"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

// Keep and Kept are for what the program itself must read with nobody at hand:
// the shared secret of a second factor, a NIK that is only ever compared. They
// need no readers and no password, only the key of the process, so whoever has
// the database and that key can open everything kept. Whoever has the database
// alone can neither open nor move anything. What people read for a reason goes
// through Seal or Batch.
//
// A kept value:
//
//	3 | key id 4 | nonce 24 | box
//
// The box is XChaCha20-Poly1305 under a subkey of the process's key, with all
// before the nonce and the place as associated data.

const (
	keptVersion = 3
	keptHead    = 1 + keyIDSize
)

// Keep seals a value for its place under the key of the process.
func (v *Vault) Keep(p Place, plain []byte) ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if len(plain) > maxValue {
		return nil, errors.New("vault: too much to keep: use Seal")
	}
	k := v.keys[0]
	nonce, err := v.random(chacha20poly1305.NonceSizeX)
	if err != nil {
		return nil, err
	}
	return box(k.keep, append([]byte{keptVersion}, k.id[:]...), nonce, string(p.inner()), "", plain)
}

// Kept opens what Keep sealed for the place, also under an earlier key. Faults:
// Conflict when the key is missing, Invalid for what was altered or moved.
func (v *Vault) Kept(p Place, sealed []byte) ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if len(sealed) < keptHead || sealed[0] != keptVersion {
		return nil, explain(errSealed)
	}
	k, ok := v.keys.by(sealed[1:keptHead])
	if !ok {
		return nil, explain(errKey)
	}
	plain, err := unbox(k.keep, bytes.Clone(sealed[:keptHead]), sealed[keptHead:], string(p.inner()), "")
	if err != nil {
		return nil, explain(errMark)
	}
	if plain == nil {
		plain = []byte{}
	}
	return plain, nil
}
