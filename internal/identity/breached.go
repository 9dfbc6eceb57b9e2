package identity

import (
	"bufio"
	"crypto/sha1" //nolint:gosec // the format of public lists, not a protection
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Breached is a list of passwords that attackers know, as beginnings of their
// hashes. A nil list has none.
type Breached struct {
	sum    func(string) []byte
	digits int // of the beginning, in hexadecimal
	sorted []uint64
}

// Limits of a list: ten million beginnings take 80 MB.
const (
	maxBreached     = 10_000_000
	minBreachDigits = 10 // 40 bits: with ten million entries one good password in 100,000 is refused
)

// LoadBreached reads a list: one hash a line in hexadecimal, SHA-1 or SHA-256
// of the password, whole or its beginning; what follows a colon is ignored
// (counts of the common lists). All lines are of one length. The first line may
// say which hash it is, "# sha1" or "# sha256"; without it 40 digits and fewer
// are SHA-1.
func LoadBreached(r io.Reader) (*Breached, error) {
	b := &Breached{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 4096), 4096)
	for n := 1; lines.Scan(); n++ {
		line := strings.ToLower(strings.TrimSpace(lines.Text()))
		if line == "" {
			continue
		}
		if kind, ok := strings.CutPrefix(line, "#"); ok {
			if b.digits != 0 {
				continue
			}
			switch strings.TrimSpace(kind) {
			case "sha1":
				b.sum = sum1
			case "sha256":
				b.sum = sum256
			}
			continue
		}
		digest, _, _ := strings.Cut(line, ":")
		if b.digits == 0 {
			if b.digits = len(digest); b.digits < minBreachDigits || b.digits > 64 {
				return nil, fmt.Errorf("breached passwords: line %d has %d digits; want %d to 64", n, len(digest), minBreachDigits)
			}
			if b.sum == nil {
				b.sum = sum1
				if b.digits > 40 {
					b.sum = sum256
				}
			}
		}
		v, err := head(digest, b.digits)
		if err != nil {
			return nil, fmt.Errorf("breached passwords: line %d: %w", n, err)
		}
		if len(b.sorted) == maxBreached {
			return nil, fmt.Errorf("breached passwords: more than %d lines", maxBreached)
		}
		b.sorted = append(b.sorted, v)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("breached passwords: %w", err)
	}
	slices.Sort(b.sorted)
	b.sorted = slices.Clip(slices.Compact(b.sorted))
	return b, nil
}

func sum1(s string) []byte {
	x := sha1.Sum([]byte(s)) //nolint:gosec // see above
	return x[:]
}

func sum256(s string) []byte {
	x := sha256.Sum256([]byte(s))
	return x[:]
}

// head is the first 64 bits of a beginning of n digits, padded with zeros.
func head(digest string, n int) (uint64, error) {
	if len(digest) != n {
		return 0, fmt.Errorf("%d digits, where the first line has %d", len(digest), n)
	}
	digest = (digest + strings.Repeat("0", 16))[:16]
	raw, err := hex.DecodeString(digest)
	if err != nil {
		return 0, fmt.Errorf("not hexadecimal")
	}
	return binary.BigEndian.Uint64(raw), nil
}

// Has reports whether the list has the password.
func (b *Breached) Has(password string) bool {
	if b == nil || b.digits == 0 {
		return false
	}
	digest := hex.EncodeToString(b.sum(password))
	v, err := head(digest[:min(b.digits, len(digest))], min(b.digits, len(digest)))
	if err != nil {
		return false
	}
	_, found := slices.BinarySearch(b.sorted, v)
	return found
}

// Len is how many passwords the list has.
func (b *Breached) Len() int {
	if b == nil {
		return 0
	}
	return len(b.sorted)
}
