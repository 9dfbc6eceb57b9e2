// Package random gives ids and codes out of a reader of randomness that several
// goroutines share and that need not be safe for that: the one of a test is not.
package random

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"time"
)

// Source takes care that one reads at a time. The zero value is ready.
type Source struct{ turn sync.Mutex }

// letters sort like the bytes that they stand for, and make words that can be
// read aloud and stand in an address.
const letters = "0123456789abcdefghijklmnopqrstuv"

// Bytes are n random bytes.
func (s *Source) Bytes(from io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	s.turn.Lock()
	defer s.turn.Unlock()
	if _, err := io.ReadFull(from, b); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	return b, nil
}

// Text is n random bytes in lower-case letters and digits, five bits each.
func (s *Source) Text(from io.Reader, n int) (string, error) {
	b, err := s.Bytes(from, n)
	return text(b), err
}

// The parts of an id, in bytes: milliseconds last until the year 10889.
const (
	idTime = 6
	idTail = 9
)

// ID is 24 letters and digits: the moment to the millisecond, so that later ones
// sort behind, and 72 random bits.
func (s *Source) ID(from io.Reader, at time.Time) (string, error) {
	tail, err := s.Bytes(from, idTail)
	if err != nil {
		return "", err
	}
	head := binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli())) //nolint:gosec // after 1970
	return text(append(head[8-idTime:], tail...)), nil
}

func text(b []byte) string {
	return base32.NewEncoding(letters).WithPadding(base32.NoPadding).EncodeToString(b)
}
