package ledger

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
)

// Proof shows that a leaf stands at an index of a signed tree. It needs
// nothing else but the leaf and the log's public key.
type Proof struct {
	Index      int64
	Hashes     []tlog.Hash // from the leaf's sibling up
	Checkpoint Signed
}

// proofTag is the first line of a C2SP tlog-proof.
const proofTag = "c2sp.org/tlog-proof@v1"

// maxProof bounds its bytes: 63 hashes above a leaf, and a checkpoint.
const maxProof = len(proofTag) + 32 + 63*45 + maxCheckpoint

// Marshal writes the proof as C2SP tlog-proof. There is no "extra" line.
func (p Proof) Marshal() []byte {
	var b bytes.Buffer
	b.WriteString(proofTag + "\nindex ")
	b.WriteString(strconv.FormatInt(p.Index, 10))
	b.WriteByte('\n')
	for _, h := range p.Hashes {
		b.WriteString(h.String())
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	b.Write(p.Checkpoint.Marshal())
	return b.Bytes()
}

// ParseProof reads what Marshal writes, in that one spelling, and nothing else:
// an "extra" line, which is not covered by any signature, is refused.
func ParseProof(b []byte) (Proof, error) {
	p, line, err := parseProof(b)
	if err != nil {
		return Proof{}, fault.Wrap(fault.Invalid, err, "ledger.proof_form", line)
	}
	return p, nil
}

func parseProof(b []byte) (p Proof, line int, err error) {
	if len(b) > maxProof {
		return p, 1, errors.New("longer than a proof")
	}
	head, tail, ok := strings.Cut(string(b), "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != proofTag {
		return p, 1, errors.New("not a proof")
	}
	if !ok || len(lines) < 2 {
		return p, len(lines) + 1, errors.New("the proof ends early")
	}
	index, ok := strings.CutPrefix(lines[1], "index ")
	if p.Index, err = strconv.ParseInt(index, 10, 64); !ok || err != nil || p.Index < 0 || strconv.FormatInt(p.Index, 10) != index {
		return p, 2, errors.New("no index")
	}
	for i, l := range lines[2:] {
		h, err := parseHash(l)
		if err != nil {
			return p, i + 3, err
		}
		p.Hashes = append(p.Hashes, h)
	}
	c, at, err := parseCheckpoint([]byte(tail))
	if err != nil {
		return p, len(lines) + 1 + at, err
	}
	if p.Index >= c.Size {
		return p, 2, errors.New("the index is outside the tree")
	}
	p.Checkpoint = c
	return p, 0, nil
}

// Check says whether the proof shows leaf in a tree that the log signed. Every
// further signature must be a genuine one of the given witnesses. It asks
// nobody: neither network nor database.
func (p Proof) Check(leaf []byte, log note.Verifier, witnesses ...note.Verifier) error {
	if err := p.Checkpoint.Check(log, witnesses...); err != nil {
		return err
	}
	err := tlog.CheckRecord(p.Hashes, p.Checkpoint.Size, p.Checkpoint.Root, p.Index, tlog.RecordHash(leaf))
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "ledger.not_included", p.Index)
	}
	return nil
}
