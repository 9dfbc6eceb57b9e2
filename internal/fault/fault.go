// Package fault is the one error type. A fault has a kind, which decides the
// HTTP status and the exit code; a key into the text catalogues, which is what
// a person reads; and a cause, which is logged and never shown.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind is what sort of thing went wrong. The list is closed: new kinds go at
// the end and into the tables of web and cli, which a test walks. A Kind is
// itself an error, so errors.Is(err, fault.NotFound) works.
type Kind uint8

// The kinds.
const (
	Internal Kind = iota // ours; the person can do nothing
	Invalid              // what was given cannot be used as it is
	Denied               // known who asks, and they may not
	NotFound             // no such thing, or none that may be seen
	Conflict             // true when asked, no longer true
	Busy                 // try again later; the disk is full; too many at once
	TooLarge             // more than is taken in
	SignIn               // nobody knows who asks, and that is needed
	Stale                // changed since it was read; the condition of the request does not hold
	TooMany              // too often; see Error.Wait
	kinds
)

var kindNames = [...]string{"internal", "invalid", "denied", "not_found", "conflict", "busy", "too_large", "sign_in", "stale", "too_many"}

// Kinds lists every kind.
func Kinds() []Kind {
	all := make([]Kind, kinds)
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}

// String is the kind's name in logs and problem documents.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

func (k Kind) Error() string { return k.String() }

// Field is one problem with one input: which, what was given, and the key of
// the message that says what is possible.
type Field struct {
	Name string
	Key  string
	Args []any
}

// Error is a fault.
type Error struct {
	Kind   Kind
	Key    string // catalogue key; safe to show
	Args   []any
	Fields []Field
	Err    error // cause; logged, never shown
	// Wait is how long to wait before trying again, for Busy and TooMany; a
	// moment when 0.
	Wait time.Duration
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	b.WriteString(": ")
	b.WriteString(e.Key)
	if len(e.Args) > 0 {
		fmt.Fprintf(&b, " %v", e.Args)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Name, f.Key)
		if len(f.Args) > 0 {
			fmt.Fprintf(&b, " %v", f.Args)
		}
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap yields the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// New makes a fault whose meaning is known where it is made.
func New(k Kind, key string, args ...any) error {
	return &Error{Kind: k, Key: key, Args: args}
}

// Later is the fault TooMany: try again after the wait.
func Later(wait time.Duration, key string, args ...any) error {
	return &Error{Kind: TooMany, Key: key, Args: args, Wait: wait}
}

// Wrap gives a cause a meaning.
func Wrap(k Kind, err error, key string, args ...any) error {
	return &Error{Kind: k, Key: key, Args: args, Err: err}
}

// Of finds the fault in err, or makes an internal one around it. It is nil for
// a nil error.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Key: "fault.internal", Err: err}
}

// Fields collects problems with inputs, so that all are told at once.
type Fields []Field

// Add notes a problem with the named field unless ok.
func (f *Fields) Add(ok bool, name, key string, args ...any) {
	if !ok {
		*f = append(*f, Field{Name: name, Key: key, Args: args})
	}
}

// Err is nil when nothing was noted, else an Invalid fault with all fields.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "fault.fields", Fields: f}
}
