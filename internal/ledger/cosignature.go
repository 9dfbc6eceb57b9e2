package ledger

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/fault"
	"netral/internal/store"
)

// algCosignature is the algorithm byte of cosignature/v1 in a witness key
// (C2SP tlog-cosignature): Ed25519 over the checkpoint and a time.
const algCosignature = 0x04

// witnessKey checks cosignatures of one witness.
type witnessKey struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w *witnessKey) Name() string    { return w.name }
func (w *witnessKey) KeyHash() uint32 { return w.hash }

// Verify wants eight bytes of time, big-endian, and the Ed25519 signature of
// a header with that time and the checkpoint's text.
func (w *witnessKey) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	t := binary.BigEndian.Uint64(sig)
	return ed25519.Verify(w.key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", t, msg), sig[8:])
}

// NewWitnessVerifier reads the public key of a witness, "name+hash+key" with
// the algorithm cosignature/v1.
func NewWitnessVerifier(vkey string) (note.Verifier, error) {
	v, err := parseWitnessKey(vkey)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "ledger.witness_key", vkey)
	}
	return v, nil
}

func parseWitnessKey(vkey string) (*witnessKey, error) {
	parts := strings.SplitN(vkey, "+", 3) // base64 may hold more of them
	if len(parts) != 3 || CheckOrigin(parts[0]) != nil {
		return nil, errors.New("not of the form name+hash+key")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != algCosignature {
		return nil, errors.New("not a key for cosignature/v1")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return nil, errors.New("name, hash and key do not belong together")
	}
	return &witnessKey{name: parts[0], hash: binary.BigEndian.Uint32(sum[:]), key: raw[1:]}, nil
}

// cosignature is a stored one.
type cosignature struct {
	size int64
	vkey string
	line string
}

func cosignatures(ctx context.Context, tx *store.Tx, size int64) (list []cosignature, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		c := cosignature{size: size}
		list = append(list, c)
		return rows.Scan(&list[len(list)-1].vkey, &list[len(list)-1].line)
	}, `SELECT vkey, line FROM ledger_cosignature WHERE size = $1 ORDER BY vkey`, size)
	return list, err
}

// lastCosigned is the size of the newest tree that a witness signed, 0 when
// there is none.
func lastCosigned(ctx context.Context, tx *store.Tx) (size int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(size), 0) FROM ledger_cosignature`).Scan(&size)
	return size, err
}

// lastCosignedBy is the size of the newest tree that the witness signed.
func lastCosignedBy(ctx context.Context, tx *store.Tx, vkey string) (size int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(size), 0) FROM ledger_cosignature WHERE vkey = $1`, vkey).Scan(&size)
	return size, err
}

func insertCosignature(ctx context.Context, tx *store.Tx, c cosignature) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO ledger_cosignature (size, vkey, at, line) VALUES ($1, $2, $3, $4)
		ON CONFLICT (size, vkey) DO UPDATE SET at = excluded.at, line = excluded.line`,
		c.size, c.vkey, tx.Now.UnixMilli(), c.line)
	return err
}
