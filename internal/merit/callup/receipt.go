package callup

import (
	"context"
	"encoding/json"

	"netral/internal/actor"
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
	out, err := json.MarshalIndent(SealReceipt{ReceiptFormat, rec.Kind, rec.At.UTC().Format(receiptTime), rec.Body, rec.Salt, string(proof.Marshal())}, "", " ")
	return append(out, '\n'), err
}
