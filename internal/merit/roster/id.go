package roster

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"
)

// idSize is 80 bits: 16 letters. The first 48 are milliseconds, so that ids
// made later sort behind and an index grows at its end.
const idSize = 10

// idText is base32 with letters in the order of their bytes: five bytes are eight
// letters.
func idText(b []byte) string {
	const letters = "0123456789abcdefghijklmnopqrstuv"
	var out [idSize / 5 * 8]byte
	for i := range idSize / 5 {
		p := b[i*5:]
		n := uint64(p[0])<<32 | uint64(p[1])<<24 | uint64(p[2])<<16 | uint64(p[3])<<8 | uint64(p[4])
		for j := range 8 {
			out[i*8+j] = letters[n>>(35-5*j)&31]
		}
	}
	return string(out[:])
}

// minter makes ids of one moment: a random beginning, then one by one.
type minter struct {
	now  uint64
	next uint32
}

func newMinter(r io.Reader, now time.Time) (*minter, error) {
	var b [4]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return nil, fmt.Errorf("roster: no randomness: %w", err)
	}
	// Half of the room is kept free, so that counting does not overflow.
	return &minter{now: uint64(now.UnixMilli()), next: binary.BigEndian.Uint32(b[:]) >> 1}, nil
}

func (m *minter) id() string {
	var b [12]byte
	binary.BigEndian.PutUint64(b[:8], m.now<<16)
	binary.BigEndian.PutUint32(b[6:10], m.next)
	m.next++
	return idText(b[:idSize])
}

// minter is one for a use case. Randomness need not be safe for concurrent use.
func (s *Service) minter(now time.Time) (*minter, error) {
	s.ids.Lock()
	defer s.ids.Unlock()
	return newMinter(s.Rand, now)
}

// derived is the id of a fact that is known by its key.
func derived(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return idText(sum[:idSize])
}

const maxID = 32

func idOK(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' {
			return false
		}
	}
	return true
}
