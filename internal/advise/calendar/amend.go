package calendar

import (
	"context"
	"strings"
	"unicode/utf8"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// AmendInput is a new edition of the calendar.
type AmendInput struct {
	Name string // of the file, for messages
	File []byte
	Note string // why; goes into the record
}

// maxNote is how long the reason may be, in characters.
const maxNote = 500

// Amended is what an amendment did.
type Amended struct {
	Edition *Edition
	Changes []Difference
	Receipt ledger.Receipt
}

// amendment is what the record says.
type amendment struct {
	Edition        string         `json:"edition"`
	SHA256         string         `json:"sha256"`
	Previous       string         `json:"previous"`
	PreviousSHA256 string         `json:"previous_sha256"`
	Note           string         `json:"note"`
	Changes        map[string]int `json:"changes"` // how many of each kind
}

// Amend puts a new edition in force. It must name the one in force as its
// previous one, so that two officers who start from the same edition cannot
// overwrite each other. What is wrong with the file is told with file and line
// (the cause of the fault is rule.Problems); then nothing is written.
func (s *Service) Amend(ctx context.Context, who actor.Actor, in AmendInput) (Amended, error) {
	if who.ID == "" || who.ID == actor.Anonymous("", "").ID {
		return Amended{}, fault.New(fault.Denied, "calendar.amend_denied")
	}
	if in.Name == "" {
		in.Name = "calendar.yaml"
	}
	note := strings.TrimSpace(in.Note)
	var fields fault.Fields
	fields.Add(note != "", "note", "calendar.note_missing")
	length := utf8.RuneCountInString(note)
	fields.Add(length <= maxNote && utf8.ValidString(note) && !strings.ContainsRune(note, 0), "note", "calendar.note_long", length, maxNote)
	if err := fields.Err(); err != nil {
		return Amended{}, err
	}
	if len(in.File) > MaxFileBytes {
		return Amended{}, fault.New(fault.TooLarge, "calendar.file_large", in.Name, len(in.File)>>10, MaxFileBytes>>10)
	}
	next, err := Parse(in.Name, in.File)
	if err != nil {
		return Amended{}, fault.Wrap(fault.Invalid, err, "calendar.file_refused", in.Name)
	}
	out := Amended{Edition: next}
	out.Receipt, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		line, err := s.line(ctx, tx)
		if err != nil {
			return ledger.Entry{}, err
		}
		now := line[len(line)-1]
		if err := follows(next, line, day.At(tx.Now)); err != nil {
			return ledger.Entry{}, err
		}
		rows, err := allRows(ctx, tx)
		if err != nil {
			return ledger.Entry{}, err
		}
		seq := int64(len(rows))
		if len(line) > len(rows) {
			// The carried edition begins or continues the line; from here on
			// it must be there even when a later Netral carries another one.
			seq++
			kept := row{seq: seq, id: now.ID, previous: now.Previous, sha256: now.SHA256, at: now.At, actor: actor.System().ID}
			if err := insert(ctx, tx, kept, now.File()); err != nil {
				return ledger.Entry{}, err
			}
		}
		kept := row{seq: seq + 1, id: next.ID, previous: now.ID, sha256: next.SHA256, at: tx.Now, actor: who.ID, note: note}
		if kept.at.Before(now.At) {
			kept.at = now.At // a clock that stands in the past; subscribers must not see time go back
		}
		if err := insert(ctx, tx, kept, in.File); err != nil {
			return ledger.Entry{}, err
		}
		out.Changes = Compare(now.Edition, next)
		detail := amendment{Edition: next.ID, SHA256: next.SHA256, Previous: now.ID, PreviousSHA256: now.SHA256, Note: note, Changes: map[string]int{}}
		for _, c := range out.Changes {
			detail.Changes[c.Kind]++
		}
		return ledger.Entry{Kind: "advise.calendar.amended", Subject: "edition:" + next.ID, Detail: detail}, nil
	})
	if err != nil {
		return Amended{}, err
	}
	return out, nil
}

// follows checks that an edition may come after the line. It may be published
// from the day of the one before it until today; where the clock stands before
// that day, as in a demonstration, on that day.
func follows(next *Edition, line []Issue, today day.Day) error {
	now := line[len(line)-1]
	for _, is := range line {
		if strings.EqualFold(is.ID, next.ID) {
			return fault.New(fault.Conflict, "calendar.edition_taken", next.ID, now.ID)
		}
	}
	if !strings.EqualFold(next.Previous, now.ID) {
		return fault.New(fault.Conflict, "calendar.not_next", next.Previous, now.ID)
	}
	last := max(today, now.Published)
	var fields fault.Fields
	fields.Add(next.Published >= now.Published && next.Published <= last, "published", "calendar.published_wrong", next.Published, now.Published, last)
	return fields.Err()
}
