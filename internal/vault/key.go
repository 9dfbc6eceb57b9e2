package vault

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"netral/internal/fault"
)

// Key is the secret of the process: it lies in a file beside the database and
// never in it. What is sealed carries a mark made with it, so that somebody
// with the database alone can neither forge nor move a sealed value, nor try
// passwords, nor try all NIK against a blind index.
type Key struct {
	seed [32]byte
	id   [keyIDSize]byte
	mark []byte // subkey of marks on sealed values
	find []byte // subkey of blind indexes
	salt []byte // subkey mixed into passwords
	keep []byte // subkey of what the process seals for itself
}

const keyIDSize = 4

// keyPrefix begins the line in a key file.
const keyPrefix = "NETRAL-VAULT-KEY-1 "

// NewKey makes a key from 32 bytes of randomness; the same bytes give the same
// key.
func NewKey(rand io.Reader) (*Key, error) {
	var seed [32]byte
	if _, err := io.ReadFull(rand, seed[:]); err != nil {
		return nil, fmt.Errorf("make a vault key: %w", err)
	}
	return keyOf(seed)
}

func keyOf(seed [32]byte) (*Key, error) {
	k := &Key{seed: seed}
	var err error
	sub := func(info string, n int) []byte {
		b, e := hkdf.Key(sha256.New, seed[:], nil, "netral.vault/"+info, n)
		err = errors.Join(err, e)
		return b
	}
	k.mark, k.find, k.salt, k.keep = sub("mark/1", 32), sub("index/1", 32), sub("password/1", 32), sub("keep/1", 32)
	copy(k.id[:], sub("id/1", keyIDSize))
	return k, err
}

// ID names the key; it says nothing about it.
func (k *Key) ID() string { return hex.EncodeToString(k.id[:]) }

// LoadOrCreateKey reads the key file at path, or makes it, readable by its
// owner only. Of two processes that start at once, one makes it and both get
// it. Keep a copy apart from the backups of the database; without one, only the
// quorum of the custodians brings it back.
func LoadOrCreateKey(path string, rand io.Reader) (*Key, error) {
	k, err := loadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if k, err = NewKey(rand); err != nil {
		return nil, err
	}
	if err := k.Save(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fault.Wrap(fault.Busy, err, "vault.key_write", path)
	}
	return loadKey(path)
}

// Save writes the key to a new file, readable by its owner only.
func (k *Key) Save(path string) error {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".vault-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // the name is linked by then, or useless
	_, err = tmp.WriteString(keyPrefix + base64.StdEncoding.EncodeToString(k.seed[:]) + "\n")
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Link(tmp.Name(), path)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // opened to be synced only
	return d.Sync()
}

func loadKey(path string) (*Key, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "vault.key_read", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fault.New(fault.Invalid, "vault.key_mode", path, fmt.Sprintf("%04o", mode))
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "vault.key_read", path)
	}
	seed, err := parseKey(string(b))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "vault.key_read", path)
	}
	return keyOf(seed)
}

// parseKey reads what Save writes. Its error never holds the text.
func parseKey(s string) (seed [32]byte, err error) {
	text, ok := strings.CutPrefix(strings.TrimSuffix(s, "\n"), keyPrefix)
	if !ok {
		return seed, errors.New("not a key file of the vault")
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != len(seed) || base64.StdEncoding.EncodeToString(b) != text {
		return seed, errors.New("the key file of the vault is damaged")
	}
	copy(seed[:], b)
	return seed, nil
}

// keys are the key in use and those before it.
type keys []*Key

func (ks keys) by(id []byte) (*Key, bool) {
	for _, k := range ks {
		if hmac.Equal(k.id[:], id) {
			return k, true
		}
	}
	return nil, false
}

// indexOf is the blind index of a value in a column.
func (k *Key) indexOf(table, column, value string) string {
	h := hmac.New(sha256.New, k.find)
	for _, s := range []string{table, column, value} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return k.ID() + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

// Index is the blind index of a value: the same value in the same column has
// the same one, and without the key it says nothing else. It makes an import of
// sealed values idempotent, and lets a value be looked up that nobody can read.
// Give the value in one spelling: a NIK without blanks. The text is 33
// characters.
func (v *Vault) Index(table, column, value string) string {
	return v.keys[0].indexOf(table, column, value)
}

// Indexes are Index with the present key and, after it, with the earlier ones:
// what to look up while a change of keys is under way.
func (v *Vault) Indexes(table, column, value string) []string {
	out := make([]string, len(v.keys))
	for i, k := range v.keys {
		out[i] = k.indexOf(table, column, value)
	}
	return out
}
