package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"filippo.io/age"
)

// A sealed value is an age file in two parts and a mark:
//
//	head   the age header: the file key, once for each reader
//	body   nonce and payload of the age file
//	mark   id of the process's key, HMAC over place and body
//
// head and body behind each other are an ordinary age file; its plaintext
// begins with Place.inner. A small value is kept as one: the byte 1, the length
// of the head in four bytes, head, body, mark. For a large file the head stays
// apart, in the database, so that other readers never mean to write the file
// anew.
const (
	sealedVersion = 1
	prefixSize    = 1 + 4
	maxHead       = 1 << 20 // some 450 readers
	maxSmall      = 8 << 20
)

// footer begins the last line of an age header.
const footer = "\n--- "

var (
	errSealed = errors.New("not a sealed value")
	errLarge  = fmt.Errorf("vault: more than %d bytes: use SealTo", maxSmall)
)

// splitter gives the first part of an age file to head and the rest to body.
type splitter struct {
	head []byte
	done bool
	body io.Writer
}

func (s *splitter) Write(p []byte) (int, error) {
	if s.done {
		return s.body.Write(p)
	}
	s.head = append(s.head, p...)
	i := bytes.Index(s.head, []byte(footer))
	if i < 0 {
		return len(p), nil
	}
	j := bytes.IndexByte(s.head[i+1:], '\n')
	if j < 0 {
		return len(p), nil
	}
	s.done = true
	rest := s.head[i+1+j+1:]
	s.head = s.head[:i+1+j+1]
	if len(rest) > 0 {
		if _, err := s.body.Write(rest); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// SealTo seals what src yields for the readers and writes body and mark to dst;
// the head is returned and belongs into the row. It holds 64 KB at a time.
func (v *Vault) SealTo(dst io.Writer, p Place, to Readers, src io.Reader) (head []byte, err error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if !to.whole {
		return nil, errors.New("vault: the readers were not made by Readers")
	}
	sum := sha256.New()
	s := &splitter{body: io.MultiWriter(dst, sum)}
	w, err := age.Encrypt(s, to.keys...)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if _, err := w.Write(p.inner()); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if _, err := io.Copy(w, src); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if _, err := dst.Write(v.keys[0].markOf(p, sum.Sum(nil))); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return s.head, nil
}

// Seal seals a small value for the readers. No secret of any reader is needed:
// who may write need not be able to read.
func (v *Vault) Seal(p Place, to Readers, plain []byte) ([]byte, error) {
	if len(plain) > maxSmall {
		return nil, errLarge
	}
	var body bytes.Buffer
	body.Grow(len(plain) + 256)
	head, err := v.SealTo(&body, p, to, bytes.NewReader(plain))
	if err != nil {
		return nil, err
	}
	return join(head, body.Bytes()), nil
}

func join(head, rest []byte) []byte {
	out := make([]byte, 0, prefixSize+len(head)+len(rest))
	out = append(out, sealedVersion)
	out = binary.BigEndian.AppendUint32(out, uint32(len(head))) //nolint:gosec // a head is far below 4 GB
	return append(append(out, head...), rest...)
}

// split takes a sealed value apart; rest is body and mark.
func split(sealed []byte) (head, rest []byte, err error) {
	if len(sealed) < prefixSize || sealed[0] != sealedVersion {
		return nil, nil, errSealed
	}
	n := int64(binary.BigEndian.Uint32(sealed[1:prefixSize]))
	if n > maxHead || int64(len(sealed)) < prefixSize+n+markSize {
		return nil, nil, errSealed
	}
	head, rest = sealed[prefixSize:prefixSize+n], sealed[prefixSize+n:]
	if !bytes.HasSuffix(head, []byte("\n")) || bytes.Count(head, []byte(footer)) != 1 {
		return nil, nil, errSealed
	}
	return head, rest, nil
}

// fileKey takes the file key out of a head with one of the identities.
func fileKey(head []byte, ids []age.Identity) ([]byte, error) {
	if len(head) > maxHead {
		return nil, errSealed
	}
	// What follows the header would be ignored.
	if same, err := age.ExtractHeader(bytes.NewReader(head)); err != nil || !bytes.Equal(same, head) {
		return nil, errSealed
	}
	return age.DecryptHeader(head, ids...)
}

// newHead writes an age header that gives the file key to the readers (the age
// specification, "Header"). The payload is not touched: rewrapping 200 MB costs
// as much as rewrapping a word.
func newHead(key []byte, to Readers) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("age-encryption.org/v1\n")
	for _, r := range to.keys {
		stanzas, err := r.Wrap(key)
		if err != nil {
			return nil, fmt.Errorf("wrap for a reader: %w", err)
		}
		for _, s := range stanzas {
			b.WriteString("-> " + s.Type)
			for _, a := range s.Args {
				b.WriteString(" " + a)
			}
			b.WriteByte('\n')
			text := base64.RawStdEncoding.EncodeToString(s.Body)
			for len(text) >= 64 {
				b.WriteString(text[:64] + "\n")
				text = text[64:]
			}
			b.WriteString(text + "\n") // the last line of a body is short, if need be empty
		}
	}
	b.WriteString("---")
	mac, err := hkdf.Key(sha256.New, key, nil, "header", 32)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, mac)
	h.Write(b.Bytes())
	b.WriteString(" " + base64.RawStdEncoding.EncodeToString(h.Sum(nil)) + "\n")
	return b.Bytes(), nil
}

// opener reads a plaintext and says at its end whether the mark was good: until
// then, nothing it gave counts.
type opener struct {
	plain io.Reader
	tail  *tail
	check func(sum, mark []byte) error
	err   error
}

func (v *Vault) opener(p Place, head []byte, rest io.Reader, ids []age.Identity) (*opener, error) {
	if len(head) > maxHead {
		return nil, errSealed
	}
	if same, err := age.ExtractHeader(bytes.NewReader(head)); err != nil || !bytes.Equal(same, head) {
		return nil, errSealed
	}
	t := &tail{src: rest, sum: sha256.New()}
	plain, err := age.Decrypt(io.MultiReader(bytes.NewReader(head), t), ids...)
	if err != nil {
		return nil, err
	}
	want := p.inner()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(plain, got); err != nil {
		return nil, fmt.Errorf("%w: %v", errSealed, err)
	}
	if !hmac.Equal(want, got) {
		return nil, errMark
	}
	return &opener{plain: plain, tail: t, check: func(sum, mark []byte) error { return v.keys.checkMark(p, sum, mark) }}, nil
}

func (o *opener) Read(b []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.plain.Read(b)
	if err == nil {
		return n, nil
	}
	if errors.Is(err, io.EOF) {
		if e := o.tail.finish(); e != nil {
			err = e
		} else if e := o.check(o.tail.sum.Sum(nil), o.tail.hold); e != nil {
			err = e
		}
	} else {
		err = fmt.Errorf("%w: %w", errSealed, err)
	}
	o.err = err
	if !errors.Is(err, io.EOF) {
		n = 0
	}
	return n, err
}

// tail passes on all of src but the last markSize bytes, and hashes what it
// passes on.
type tail struct {
	src  io.Reader
	sum  hash.Hash
	hold []byte
	room []byte
	buf  []byte // the part of room that was read and not yet passed on
	err  error
}

func (t *tail) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(t.buf) <= markSize && t.err == nil {
		if t.room == nil {
			t.room = make([]byte, 64<<10)
		}
		have := copy(t.room, t.buf)
		n, err := t.src.Read(t.room[have:])
		t.buf, t.err = t.room[:have+n], err
	}
	if len(t.buf) <= markSize {
		t.hold = t.buf
		if errors.Is(t.err, io.EOF) && len(t.hold) != markSize {
			return 0, errSealed
		}
		return 0, t.err
	}
	n := copy(p, t.buf[:len(t.buf)-markSize])
	t.sum.Write(p[:n])
	t.buf = t.buf[n:]
	return n, nil
}

// finish wants src to be at its end.
func (t *tail) finish() error {
	if n, err := io.Copy(io.Discard, t); err != nil || n != 0 {
		return errSealed
	}
	return nil
}
