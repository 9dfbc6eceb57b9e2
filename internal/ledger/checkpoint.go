package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
)

// Signed is a checkpoint: the size and root of a tree under the signature of
// its log and, below it, of witnesses (C2SP tlog-checkpoint, signed-note).
type Signed struct {
	Origin string
	Size   int64
	Root   tlog.Hash

	text string // what is signed
	sigs []signature
}

// signature is one signature line.
type signature struct {
	name string
	hash uint32
	sig  []byte
	line string // with its newline
}

// maxSigs bounds the work on a checkpoint that comes from outside.
const maxSigs = 32

// maxCheckpoint bounds its bytes: three lines and maxSigs signatures.
const maxCheckpoint = 16 << 10

// checkpointText is what is signed for a tree.
func checkpointText(origin string, size int64, root tlog.Hash) string {
	return origin + "\n" + strconv.FormatInt(size, 10) + "\n" + root.String() + "\n"
}

// sign makes the checkpoint of a tree.
func (k *Key) sign(size int64, root tlog.Hash) ([]byte, error) {
	return note.Sign(&note.Note{Text: checkpointText(k.Origin(), size, root)}, k.signer)
}

// ParseCheckpoint reads a checkpoint and looks at its form only; Check looks at
// the signatures. What it accepts, it accepts in one spelling: Marshal gives
// the same bytes. Extension lines, which this log never writes, are refused.
func ParseCheckpoint(b []byte) (Signed, error) {
	c, line, err := parseCheckpoint(b)
	if err != nil {
		return Signed{}, fault.Wrap(fault.Invalid, err, "ledger.checkpoint_form", line)
	}
	return c, nil
}

// parseCheckpoint also says at which line it stopped, from 1.
func parseCheckpoint(b []byte) (c Signed, line int, err error) {
	if len(b) > maxCheckpoint {
		return c, 1, errors.New("longer than a checkpoint")
	}
	lines := strings.SplitAfter(string(b), "\n")
	if lines[len(lines)-1] != "" {
		return c, len(lines), errors.New("the last line has no end")
	}
	lines = lines[:len(lines)-1]
	if len(lines) < 5 || len(lines) > 4+maxSigs {
		return c, len(lines), fmt.Errorf("%d lines, want 5 to %d", len(lines), 4+maxSigs)
	}
	c.Origin = strings.TrimSuffix(lines[0], "\n")
	if err := CheckOrigin(c.Origin); err != nil {
		return c, 1, err
	}
	size := strings.TrimSuffix(lines[1], "\n")
	if c.Size, err = strconv.ParseInt(size, 10, 64); err != nil || c.Size < 0 || strconv.FormatInt(c.Size, 10) != size {
		return c, 2, errors.New("no size")
	}
	if c.Root, err = parseHash(strings.TrimSuffix(lines[2], "\n")); err != nil {
		return c, 3, err
	}
	if lines[3] != "\n" {
		return c, 4, errors.New("no empty line before the signatures")
	}
	c.text = strings.Join(lines[:3], "")
	for i, l := range lines[4:] {
		s, err := parseSignature(l)
		if err != nil {
			return c, i + 5, err
		}
		for _, other := range c.sigs {
			if other.name == s.name && other.hash == s.hash {
				return c, i + 5, errors.New("a second signature with the same key")
			}
		}
		c.sigs = append(c.sigs, s)
	}
	return c, 0, nil
}

// parseHash reads the one spelling of a hash.
func parseHash(s string) (h tlog.Hash, err error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != tlog.HashSize {
		return h, errors.New("no hash of 32 bytes in base64")
	}
	copy(h[:], b)
	if h.String() != s {
		return h, errors.New("an unusual spelling of a hash")
	}
	return h, nil
}

// sigPrefix begins a signature line: an em dash and a space.
const sigPrefix = "\u2014 "

// parseSignature reads the one spelling of a signature line.
func parseSignature(line string) (s signature, err error) {
	rest, ok := strings.CutPrefix(line, sigPrefix)
	rest, end := strings.CutSuffix(rest, "\n")
	name, b64, mid := strings.Cut(rest, " ")
	if !ok || !end || !mid || CheckOrigin(name) != nil {
		return s, errors.New("not a signature line")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(b64)
	if err != nil || len(raw) < 5 || len(raw) > 4096 || base64.StdEncoding.EncodeToString(raw) != b64 {
		return s, errors.New("not a signature in base64")
	}
	return signature{name: name, hash: binary.BigEndian.Uint32(raw), sig: raw[4:], line: line}, nil
}

// Marshal is the checkpoint as text.
func (c Signed) Marshal() []byte {
	var b bytes.Buffer
	b.WriteString(c.text)
	b.WriteByte('\n')
	for _, s := range c.sigs {
		b.WriteString(s.line)
	}
	return b.Bytes()
}

// Check wants the signature of the log first and behind it only signatures of
// the given witnesses, all of them genuine. A line that nobody can check is
// refused, where note.Open would skip it: in a paper every character counts.
func (c Signed) Check(log note.Verifier, witnesses ...note.Verifier) error {
	if c.Origin != log.Name() {
		return fault.New(fault.Invalid, "ledger.other_log", c.Origin, log.Name())
	}
	if len(c.sigs) == 0 || !c.sigs[0].by(log) {
		return fault.New(fault.Invalid, "ledger.no_signature", log.Name())
	}
	for i, s := range c.sigs {
		v := log
		if i > 0 {
			if v = find(witnesses, s); v == nil {
				return fault.New(fault.Invalid, "ledger.unknown_witness", s.name)
			}
		}
		if !v.Verify([]byte(c.text), s.sig) {
			return fault.New(fault.Invalid, "ledger.false_signature", s.name)
		}
	}
	return nil
}

// Witnesses names those whose signature lines the checkpoint carries, checked
// or not.
func (c Signed) Witnesses() []string {
	var names []string
	for _, s := range c.sigs[min(1, len(c.sigs)):] {
		names = append(names, s.name)
	}
	return names
}

func (s signature) by(v note.Verifier) bool { return s.name == v.Name() && s.hash == v.KeyHash() }

func find(vs []note.Verifier, s signature) note.Verifier {
	for _, v := range vs {
		if s.by(v) {
			return v
		}
	}
	return nil
}
