package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/fault"
)

// Key signs checkpoints: Ed25519, in the encoding of signed notes.
type Key struct {
	signer   note.Signer
	verifier note.Verifier
	vkey     string
}

// Signer signs.
func (k *Key) Signer() note.Signer { return k.signer }

// Verifier checks what Signer signed.
func (k *Key) Verifier() note.Verifier { return k.verifier }

// VKey is the public key as text, "origin+hash+key": what is published and
// what every verifying tool is given.
func (k *Key) VKey() string { return k.vkey }

// Origin is the name of the log that the key signs for.
func (k *Key) Origin() string { return k.signer.Name() }

// NewKey makes a key for a log from 32 bytes of randomness; the same bytes
// give the same key.
func NewKey(origin string, rand io.Reader) (*Key, error) {
	skey, err := privateKey(origin, rand)
	if err != nil {
		return nil, err
	}
	return readKey(skey)
}

// privateKey makes the text of a private key: "PRIVATE+KEY+name+hash+key".
func privateKey(origin string, rand io.Reader) (string, error) {
	if err := CheckOrigin(origin); err != nil {
		return "", err
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(rand, seed); err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	vkey, err := publicOf(origin, seed)
	if err != nil {
		return "", err
	}
	hash := strings.SplitN(vkey, "+", 3)[1]
	return "PRIVATE+KEY+" + origin + "+" + hash + "+" +
		base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, seed...)), nil
}

// algEd25519 is the algorithm byte of Ed25519 in a signed note's keys.
const algEd25519 = 0x01

func publicOf(name string, seed []byte) (string, error) {
	pub, ok := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	if !ok {
		return "", errors.New("not an Ed25519 key")
	}
	return note.NewEd25519VerifierKey(name, pub)
}

func readKey(skey string) (*Key, error) {
	signer, err := note.NewSigner(skey)
	if err != nil {
		return nil, err
	}
	vkey, err := publicKey(signer.Name(), skey)
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	// A file in which hash and key do not belong together would sign what
	// nobody can check.
	probe := []byte("probe\n")
	sig, err := signer.Sign(probe)
	if err != nil || !verifier.Verify(probe, sig) || signer.KeyHash() != verifier.KeyHash() {
		return nil, errors.New("private and public half do not belong together")
	}
	return &Key{signer: signer, verifier: verifier, vkey: vkey}, nil
}

// publicKey is the public half of a private key: its last part is the
// algorithm and the seed in base64.
func publicKey(name, skey string) (string, error) {
	parts := strings.SplitN(skey, "+", 5) // PRIVATE, KEY, name, hash, key
	raw, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", errors.New("not a private key")
	}
	return publicOf(name, raw[1:])
}

// NewVerifier reads the public key of a log, as VKey writes it, for those who
// check a proof or a checkpoint away from the log.
func NewVerifier(vkey string) (note.Verifier, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "ledger.vkey", vkey)
	}
	return v, nil
}

// LoadOrCreateKey reads the key file at path, or makes it, readable by its
// owner only. Of two processes that start at once, one makes it and both get
// it. A file that others can read, or that was made for another origin, is
// refused.
func LoadOrCreateKey(path, origin string, rand io.Reader) (*Key, error) {
	if err := CheckOrigin(origin); err != nil {
		return nil, err
	}
	k, err := loadKey(path, origin)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	skey, err := privateKey(origin, rand)
	if err != nil {
		return nil, err
	}
	if err := createOnce(path, []byte(skey+"\n")); err != nil {
		return nil, fault.Wrap(fault.Busy, err, "ledger.key_write", path)
	}
	return loadKey(path, origin)
}

// LoadKey reads the key file at path, for whatever origin it was made. The
// error is fs.ErrNotExist when there is none.
func LoadKey(path string) (*Key, error) { return loadKey(path, "") }

// loadKey reads a key; an origin of "" is any.
func loadKey(path, origin string) (*Key, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "ledger.key_read", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fault.New(fault.Invalid, "ledger.key_mode", path, fmt.Sprintf("%04o", mode))
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "ledger.key_read", path)
	}
	// The cause must not hold the text: it is a private key.
	k, err := readKey(strings.TrimSuffix(string(b), "\n"))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, errors.New("not a private key of a signed note"), "ledger.key_read", path)
	}
	if origin != "" && k.Origin() != origin {
		return nil, fault.New(fault.Invalid, "ledger.key_origin", path, k.Origin(), origin)
	}
	return k, nil
}

// createOnce writes a file durably unless there is one. It appears whole or
// not at all.
func createOnce(path string, data []byte) error {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // the name is linked by then, or useless
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // opened to be synced only
	return d.Sync()
}

// CheckOrigin wants a name for a log as checkpoints carry it: usually the
// address under which it is served, without "https://" and trailing slash.
func CheckOrigin(origin string) error {
	ok := origin != "" && len(origin) <= 200 && !strings.HasSuffix(origin, "/")
	for _, r := range origin {
		// A subset of what notes allow: no space of any script, no plus sign.
		ok = ok && r > ' ' && r < 0x7f && r != '+'
	}
	if !ok {
		return fault.New(fault.Invalid, "ledger.origin", origin)
	}
	return nil
}
