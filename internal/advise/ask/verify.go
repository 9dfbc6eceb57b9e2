package ask

import (
	"context"

	"netral/internal/actor"
	"netral/internal/fault"
)

// VerifyInput is a slip file.
type VerifyInput struct {
	File string `json:"file" doc:"The text of a slip file, unchanged."`
}

// Verification is what checking a slip found. A slip that fails is an error
// instead.
type Verification struct {
	Slip *Slip
	Able bool // the edition of the book that answered is at hand
	Same bool // and it answers the same today
}

// Verify checks a slip against this log's key and decides its facts again with
// the edition of the book that it names. It writes nothing.
func (s *Service) Verify(ctx context.Context, _ actor.Actor, in VerifyInput) (*Verification, error) {
	slip, err := ParseSlip([]byte(in.File))
	if err != nil {
		return nil, err
	}
	if err := slip.Check(s.Verifier); err != nil {
		return nil, err
	}
	v := &Verification{Slip: slip}
	b := s.Basis().Rules
	if b.SHA256 != slip.Doc.Book.SHA256 {
		if b, err = s.Edition(ctx, slip.Doc.Book.SHA256); fault.Of(err) != nil && fault.Of(err).Kind != fault.NotFound {
			return nil, err
		}
	}
	v.Same, v.Able = slip.Doc.Redo(b)
	return v, nil
}
