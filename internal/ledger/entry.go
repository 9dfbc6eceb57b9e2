package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"netral/internal/actor"
)

// Entry is what a change says about itself.
type Entry struct {
	// Kind is what happened: "wing.slice.pastparticiple", lower case. It is
	// public.
	Kind string
	// Subject is what it happened to, for example "slip:8k2…". It may be empty;
	// it must be empty when Sealed.
	Subject string
	// Detail is what exactly happened; anything that encodes as JSON.
	Detail any
	// Sealed marks an entry that must lead to nobody: written by the anonymous
	// actor, with a subject made at random and a time rounded to the hour in
	// the database as well. The order of entries remains, so a sealed entry
	// between two others still has their time as bounds.
	Sealed bool
}

// Receipt is the proof's private half: who has it and the public log can show
// what was recorded.
type Receipt struct {
	Index int64
	At    time.Time // UTC, whole milliseconds; the hour when sealed
	Kind  string
	Body  []byte // canonical JSON
	Salt  []byte
	Leaf  []byte // the public bytes hashed into the tree; Leaf(Kind, At, Salt, Body)
}

// Limits of an entry. The body is what one record of a case may weigh; the
// others are far above what sound names need.
const (
	maxBody    = 256 << 10
	maxKind    = 64
	maxSubject = 200
	saltSize   = 32
)

// format is the first line of a leaf. A change of the format changes it.
const format = "netral.entry/v1"

// hourLayout is the coarse time of a leaf.
const hourLayout = "2006-01-02T15Z"

// bodyTime is the exact time in a body: milliseconds, always three digits.
const bodyTime = "2006-01-02T15:04:05.000Z"

// Leaf makes the public entry of a private one: four lines, each ended by a
// newline: the format, the kind, the hour in UTC, and the commitment
// SHA-256(salt ‖ body) in base64.
func Leaf(kind string, at time.Time, salt, body []byte) []byte {
	return leafOf(kind, at, commit(salt, body))
}

func leafOf(kind string, at time.Time, commitment [sha256.Size]byte) []byte {
	b := make([]byte, 0, len(format)+len(kind)+len(hourLayout)+48)
	b = append(b, format...)
	b = append(b, '\n')
	b = append(b, kind...)
	b = append(b, '\n')
	b = at.UTC().AppendFormat(b, hourLayout)
	b = append(b, '\n')
	b = base64.StdEncoding.AppendEncode(b, commitment[:])
	return append(b, '\n')
}

// commit hides and binds a body. The salt has a fixed length, so no other pair
// of salt and body is the same bytes.
func commit(salt, body []byte) (c [sha256.Size]byte) {
	h := sha256.New()
	h.Write(salt)
	h.Write(body)
	h.Sum(c[:0])
	return c
}

// Public is what a leaf says.
type Public struct {
	Kind       string
	Hour       time.Time
	Commitment [sha256.Size]byte
}

var errLeaf = errors.New("not a public entry of this log")

// ParseLeaf reads a leaf. It accepts exactly what Leaf makes.
func ParseLeaf(leaf []byte) (Public, error) {
	lines := strings.Split(string(leaf), "\n")
	if len(lines) != 5 || lines[0] != format || lines[4] != "" {
		return Public{}, errLeaf
	}
	p := Public{Kind: lines[1]}
	hour, err := time.Parse(hourLayout, lines[2])
	if err != nil || checkKind(p.Kind) != nil {
		return Public{}, errLeaf
	}
	p.Hour = hour
	c, err := base64.StdEncoding.Strict().DecodeString(lines[3])
	if err != nil || len(c) != sha256.Size {
		return Public{}, errLeaf
	}
	copy(p.Commitment[:], c)
	if !bytes.Equal(leafOf(p.Kind, p.Hour, p.Commitment), leaf) {
		return Public{}, errLeaf // a carriage return in base64, a year of five digits
	}
	return p, nil
}

// checkKind wants three lower-case words with dots between.
func checkKind(kind string) error {
	parts := strings.Split(kind, ".")
	ok := len(parts) == 3 && len(kind) <= maxKind
	for _, p := range parts {
		for i, r := range p {
			if !(r >= 'a' && r <= 'z' || i > 0 && (r >= '0' && r <= '9' || r == '_')) {
				ok = false
			}
		}
		ok = ok && p != ""
	}
	if !ok {
		return fmt.Errorf("ledger: the kind %.80q is not of the form wing.slice.pastparticiple", kind)
	}
	return nil
}

// body is the private entry. Its fields stand in the order of their names,
// which is the canonical one.
type body struct {
	Actor   string          `json:"actor,omitempty"`
	At      string          `json:"at"`
	Detail  json.RawMessage `json:"detail"`
	Sealed  bool            `json:"sealed,omitempty"`
	Subject string          `json:"subject"`
}

// encode writes the body without having encoding/json read the detail again.
func (b body) encode() ([]byte, error) {
	detail := b.Detail
	b.Detail = json.RawMessage(`0`)
	frame, err := marshal(b)
	if err != nil {
		return nil, err
	}
	before, after, ok := bytes.Cut(frame, []byte(`"detail":0`))
	if !ok {
		return nil, errors.New("the frame of the body has no detail")
	}
	out := make([]byte, 0, len(frame)+len(detail))
	out = append(append(out, before...), `"detail":`...)
	return append(append(out, detail...), after...), nil
}

// check refuses an entry that a slice may not write. All of these are mistakes
// of the program, so none has a message for people.
func (e Entry) check(who actor.Actor) error {
	if err := checkKind(e.Kind); err != nil {
		return err
	}
	if len(e.Subject) > maxSubject || !utf8.ValidString(e.Subject) || strings.ContainsFunc(e.Subject, unicode.IsControl) {
		return fmt.Errorf("ledger: %s: the subject is longer than %d bytes or holds control characters", e.Kind, maxSubject)
	}
	if who.ID == "" || len(who.ID) > maxSubject || !utf8.ValidString(who.ID) || strings.ContainsFunc(who.ID, unicode.IsControl) {
		return fmt.Errorf("ledger: %s: the actor has no usable id", e.Kind)
	}
	if e.Sealed {
		if who.ID != actor.Anonymous("", "").ID {
			return fmt.Errorf("ledger: %s is sealed and must be written by the anonymous actor", e.Kind)
		}
		if e.Subject != "" {
			return fmt.Errorf("ledger: %s is sealed and must not name its subject", e.Kind)
		}
	}
	return nil
}

// encode makes the body, the instant that counts, and the columns beside it.
func (e Entry) encode(who actor.Actor, now time.Time) ([]byte, time.Time, error) {
	at := now.UTC().Truncate(time.Millisecond)
	b := body{Actor: who.ID, Subject: e.Subject}
	if e.Sealed {
		at = at.Truncate(time.Hour)
		b.Actor, b.Sealed = "", true
	}
	b.At = at.Format(bodyTime)
	detail, err := canonical(e.Detail)
	if err != nil {
		return nil, at, fmt.Errorf("ledger: %s: encode the detail: %w", e.Kind, err)
	}
	b.Detail = detail
	out, err := b.encode()
	if err != nil {
		return nil, at, fmt.Errorf("ledger: %s: encode the body: %w", e.Kind, err)
	}
	if len(out) > maxBody {
		return nil, at, fmt.Errorf("ledger: %s: the body has %d bytes, more than %d", e.Kind, len(out), maxBody)
	}
	return out, at, nil
}

// decodeBody reads a body, strictly.
func decodeBody(b []byte) (body, time.Time, error) {
	var v body
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return v, time.Time{}, err
	}
	if dec.More() {
		return v, time.Time{}, errors.New("more than one value")
	}
	at, err := time.Parse(bodyTime, v.At)
	return v, at, err
}

// Encoded is a detail in canonical form, made by Encode.
type Encoded struct{ text []byte }

// MarshalJSON gives the text as it is.
func (e Encoded) MarshalJSON() ([]byte, error) { return e.text, nil }

// Encode brings a detail into canonical form before a Write, which then has
// less to do while everybody waits. It is worth it for large details only.
func Encode(detail any) (Encoded, error) {
	text, err := canonical(detail)
	return Encoded{text}, err
}
