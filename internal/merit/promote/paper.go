package promote

import (
	"time"

	"netral/internal/day"
)

// PaperKind is a kind of paper that this slice keeps: each is a fact of the
// book.
type PaperKind string

// The kinds.
const (
	Competence    PaperKind = "competence"
	Integrity     PaperKind = "integrity"
	Health        PaperKind = "health"
	Field         PaperKind = "field"
	MoveNeed      PaperKind = "need"
	Approval      PaperKind = "approval"
	Consideration PaperKind = "consideration"
)

// PaperKinds lists them.
func PaperKinds() []PaperKind {
	return []PaperKind{Competence, Integrity, Health, Field, MoveNeed, Approval, Consideration}
}

// post says whether papers of the kind are about a post rather than a person.
func (k PaperKind) post() bool { return k == Approval || k == Consideration }

// Paper is a paper on file: a result, a certificate, a statement, an approval.
// What an illness is, or why somebody fell short, is not kept.
type Paper struct {
	ID     string    `json:"id"`
	Kind   PaperKind `json:"kind"`
	Person string    `json:"person,omitempty"` // whom it is about; "" for approvals
	Post   string    `json:"post,omitempty"`   // for which post; "" for any
	Value  string    `json:"value"`            // a value of the fact, but "none"
	Number string    `json:"number"`
	Dated  day.Day   `json:"dated"`
	From   day.Day   `json:"from"`
	Until  day.Day   `json:"until"`
	Note   string    `json:"note,omitempty"`
	By     string    `json:"by"` // who put it on file
	At     time.Time `json:"at"`
}
