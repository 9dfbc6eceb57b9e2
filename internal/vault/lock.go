package vault

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// Cost is what one guess of a password costs (argon2id, RFC 9106).
type Cost struct {
	Time    uint32 // passes
	Memory  uint32 // KiB
	Threads uint8
}

// usual is the second choice of RFC 9106, section 4: 64 MiB, 3 passes. It
// is measured in fifths of a second on a small server.
func usual() Cost { return Cost{Time: 3, Memory: 64 << 10, Threads: 1} }

// What a locked secret may ask of us at most: the row may have been changed.
const (
	maxTime    = 16
	maxMemory  = 512 << 10
	maxThreads = 8
)

// A secret locked under a password:
//
//	1 | time 4 | memory 4 | threads 1 | key id 4 | salt 16 | nonce 24 | box
//
// The box is XChaCha20-Poly1305 under HKDF(argon2id(password, salt), subkey of
// the process's key), with everything before the nonce and the owner and id of
// the pair as associated data. The process's key means that a stolen database
// alone cannot be used to try passwords.
const (
	lockVersion = 1
	lockHead    = 1 + 4 + 4 + 1 + keyIDSize + saltSize
	saltSize    = 16
)

var errLock = errors.New("not a locked secret")
var errPassword = errors.New("the password does not unlock the secret")

func (v *Vault) lock(ctx context.Context, owner, id, password string, secret []byte) ([]byte, error) {
	b := []byte{lockVersion}
	b = binary.BigEndian.AppendUint32(b, v.cost.Time)
	b = binary.BigEndian.AppendUint32(b, v.cost.Memory)
	b = append(b, v.cost.Threads)
	b = append(b, v.keys[0].id[:]...)
	random, err := v.random(saltSize + chacha20poly1305.NonceSizeX)
	if err != nil {
		return nil, err
	}
	b = append(b, random[:saltSize]...)
	key, err := v.stretch(ctx, v.keys[0], v.cost, password, random[:saltSize])
	if err != nil {
		return nil, err
	}
	return box(key, b, random[saltSize:], owner, id, secret)
}

// box appends nonce and ciphertext to head, which is authenticated with owner
// and id.
func box(key, head, nonce []byte, owner, id string, secret []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	return aead.Seal(append(head[:len(head):len(head)], nonce...), nonce, secret, bind(head, owner, id)), nil
}

func unbox(key, head, rest []byte, owner, id string) ([]byte, error) {
	if len(rest) < chacha20poly1305.NonceSizeX+chacha20poly1305.Overhead {
		return nil, errLock
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	n := chacha20poly1305.NonceSizeX
	secret, err := aead.Open(nil, rest[:n], rest[n:], bind(head, owner, id))
	if err != nil {
		return nil, errPassword
	}
	return secret, nil
}

func bind(head []byte, owner, id string) []byte {
	return fmt.Appendf(append([]byte(nil), head...), "%d:%s%d:%s", len(owner), owner, len(id), id)
}

func (v *Vault) unlock(ctx context.Context, owner, id, password string, locked []byte) ([]byte, error) {
	if len(locked) < lockHead || locked[0] != lockVersion {
		return nil, errLock
	}
	c := Cost{Time: binary.BigEndian.Uint32(locked[1:5]), Memory: binary.BigEndian.Uint32(locked[5:9]), Threads: locked[9]}
	if c.Time < 1 || c.Time > maxTime || c.Memory < 8 || c.Memory > maxMemory || c.Threads < 1 || c.Threads > maxThreads {
		return nil, errLock
	}
	k, ok := v.keys.by(locked[10 : 10+keyIDSize])
	if !ok {
		return nil, errKey
	}
	key, err := v.stretch(ctx, k, c, password, locked[lockHead-saltSize:lockHead])
	if err != nil {
		return nil, err
	}
	return unbox(key, locked[:lockHead], locked[lockHead:], owner, id)
}

// stretch makes a key of a password. Two at a time: each takes its memory and a
// core for a while.
func (v *Vault) stretch(ctx context.Context, k *Key, c Cost, password string, salt []byte) ([]byte, error) {
	select {
	case v.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-v.turn }()
	slow := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, chacha20poly1305.KeySize)
	return hkdf.Key(sha256.New, slow, k.salt, "netral.vault/lock/1", chacha20poly1305.KeySize)
}

func (v *Vault) random(n int) ([]byte, error) {
	v.rand.Lock()
	defer v.rand.Unlock()
	b := make([]byte, n)
	if _, err := io.ReadFull(v.rand.from, b); err != nil {
		return nil, fmt.Errorf("vault: no randomness: %w", err)
	}
	return b, nil
}
