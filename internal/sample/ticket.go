package sample

import (
	"crypto/sha256"
	"encoding"
	"hash"
	"io"
	"strconv"
	"strings"
)

// Hex is the SHA-256 of a text as 64 hexadecimal digits.
func Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hexOf(&sum)
}

// Uniform is the number between 0 and 1 that belongs to a text.
func Uniform(s string) string {
	sum := sha256.Sum256([]byte(s))
	return numberOf(&sum).text()
}

// First is the first ticket number of an id.
func First(seed, id string) string { return Uniform(Hex(seed) + id) }

// nines is the place of the first digit of a ticket number that is not 9,
// counted in characters from its beginning; its length when there is none.
func nines(x string) int {
	p := 2
	for p < len(x) && x[p] == '9' {
		p++
	}
	return p
}

// Next is the ticket number after x of the same id: even between x and 1. It
// keeps the nines that x begins with, so that numbers never run out near 1.
func Next(x string) string {
	x0 := x + "0"
	p := nines(x0)
	for i := 1; ; i++ {
		y := x0[:p] + Uniform(x + ":" + strconv.Itoa(i))[2:]
		if y > x0 {
			return y
		}
	}
}

// Cut is a ticket number as it is shown: cut, not rounded, to as many digits
// after the nines that it begins with.
func Cut(x string, digits int) string {
	p := nines(x)
	if digits < 0 || digits > len(x)-p {
		return x
	}
	return x[:p+digits]
}

// Valid reports that a text can be a ticket number.
func Valid(x string) bool {
	return len(x) > 2 && strings.HasPrefix(x, "0.") && strings.Trim(x[2:], "0123456789") == ""
}

// hasher makes first tickets of one seed. The hash of the seed is exactly one
// block of SHA-256, the same for every id, so it is worked through once.
type hasher struct {
	h     hash.Hash
	after encoding.BinaryUnmarshaler
	state []byte
	sum   [32]byte
	buf   []byte
}

func newHasher(seed string) (*hasher, error) {
	h := sha256.New()
	if _, err := io.WriteString(h, Hex(seed)); err != nil {
		return nil, err
	}
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return nil, err
	}
	return &hasher{h: h, after: h.(encoding.BinaryUnmarshaler), state: state}, nil
}

// number is the hash of the seed's hash and the id.
func (h *hasher) number(id string) (number, error) {
	if err := h.after.UnmarshalBinary(h.state); err != nil {
		return number{}, err
	}
	h.buf = append(h.buf[:0], id...)
	if _, err := h.h.Write(h.buf); err != nil {
		return number{}, err
	}
	h.h.Sum(h.sum[:0])
	return numberOf(&h.sum), nil
}
