package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/letter"
)

// EvidenceFormat names the form of a piece of evidence.
const EvidenceFormat = "netral-evidence/1"

// EvidenceFile is what it is called within a paper.
const EvidenceFile = "bukti-catatan.json"

// Evidence shows that the record has an entry: the entry as it was written, and
// where it stands in the log, under a signature. It needs nobody's word.
type Evidence struct {
	Format string `json:"format"`
	Kind   string `json:"kind"`
	At     string `json:"at"` // RFC 3339, to the nanosecond
	Body   []byte `json:"body"`
	Salt   []byte `json:"salt"`
	Proof  string `json:"proof"` // as the ledger writes it
}

func (e Evidence) marshal() ([]byte, error) {
	out, err := json.MarshalIndent(e, "", " ")
	return append(out, '\n'), err
}

// EvidenceOf is the evidence of an entry of the record, to be carried in a paper.
func EvidenceOf(ctx context.Context, book *ledger.Book, index int64) (letter.File, error) {
	rec, err := book.Get(ctx, index)
	if err != nil {
		return letter.File{}, err
	}
	proof, err := book.Proof(ctx, index)
	if err != nil {
		return letter.File{}, err
	}
	body, err := Evidence{EvidenceFormat, rec.Kind, rec.At.UTC().Format(time.RFC3339Nano), rec.Body, rec.Salt, string(proof.Marshal())}.marshal()
	return letter.File{Name: EvidenceFile, About: "Bukti catatan", Body: body}, err
}

// ParseEvidence reads evidence in its one form. Fault: Invalid.
func ParseEvidence(raw []byte) (Evidence, error) {
	var e Evidence
	err := json.Unmarshal(raw, &e)
	if err == nil {
		var again []byte
		if again, err = e.marshal(); err == nil && (e.Format != EvidenceFormat || !bytes.Equal(raw, again)) {
			err = errForm
		}
	}
	if err != nil {
		return Evidence{}, fault.Wrap(fault.Invalid, err, "letter.evidence.form", EvidenceFormat)
	}
	return e, nil
}

// Check shows the entry's number in the log, under the log's key; without a key
// only that the evidence is of one piece. Fault: Invalid.
func (e Evidence) Check(v note.Verifier) (int64, error) {
	proof, err := ledger.ParseProof([]byte(e.Proof))
	if err != nil {
		return 0, err
	}
	at, err := time.Parse(time.RFC3339Nano, e.At)
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "letter.evidence.form", EvidenceFormat)
	}
	if v == nil {
		return proof.Index, nil
	}
	return proof.Index, proof.Check(ledger.Leaf(e.Kind, at, e.Salt, e.Body), v)
}
