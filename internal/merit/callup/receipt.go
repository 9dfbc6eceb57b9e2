package callup

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
)

// SealReceipt is the proof that a list was sealed: the entry of the record as it was
// written, and where it stands in the log, under a signature.
type SealReceipt struct {
	Format string `json:"format"`
	Kind   string `json:"kind"`
	At     string `json:"at"` // RFC 3339, with milliseconds
	Body   []byte `json:"body"`
	Salt   []byte `json:"salt"`
	Proof  string `json:"proof"` // as the ledger writes it
}

// ReceiptFormat names the form of a receipt.
const ReceiptFormat = "netral-seal/1"

// receiptTime is how a receipt writes moments.
const receiptTime = "2006-01-02T15:04:05.000Z"

// SealProof is the receipt of a round's seal, from the moment of the seal on. Whoever
// took it before the announced moment holds a proof that needs nobody's word.
func (s *Service) SealProof(ctx context.Context, who actor.Actor, id string) ([]byte, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "round", ID: id}); err != nil {
		return nil, err
	}
	index, err := s.sealedEntry(ctx, id)
	if err != nil {
		return nil, err
	}
	rec, err := s.Book.Get(ctx, index)
	if err != nil {
		return nil, err
	}
	proof, err := s.Book.Proof(ctx, index)
	if err != nil {
		return nil, err
	}
	return SealReceipt{ReceiptFormat, rec.Kind, rec.At.UTC().Format(receiptTime), rec.Body, rec.Salt, string(proof.Marshal())}.marshal()
}

func (x SealReceipt) marshal() ([]byte, error) {
	out, err := json.MarshalIndent(x, "", " ")
	return append(out, '\n'), err
}

// ParseReceipt reads a receipt, and its moment. It has one form only: what says the
// same in other bytes is none. Faults: Invalid.
func ParseReceipt(raw []byte) (x SealReceipt, at time.Time, err error) {
	if err = json.Unmarshal(raw, &x); err == nil {
		at, err = time.Parse(receiptTime, x.At)
	}
	if again, _ := x.marshal(); err != nil || x.Format != ReceiptFormat || !bytes.Equal(raw, again) {
		return SealReceipt{}, time.Time{}, fault.Wrap(fault.Invalid, err, "callup.receipt.form", ReceiptFormat)
	}
	return x, at, nil
}
