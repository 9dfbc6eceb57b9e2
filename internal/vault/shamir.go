package vault

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
)

// Secret sharing after Shamir (1979), byte by byte over GF(2⁸) with the
// polynomial x⁸+x⁴+x³+x+1, the field of AES. Each byte of the secret is the
// value at 0 of a random polynomial of degree k−1; a share is the values at its
// number. k shares give the polynomial; k−1 say nothing, whatever computers can
// do. It has no integrity of its own: that is in the text of a share, and in
// what the secret unlocks.
//
// No table and no branch depends on a secret.

// mul multiplies in the field.
func mul(a, b byte) (p byte) {
	for range 8 {
		p ^= -(b & 1) & a
		a = a<<1 ^ -(a>>7)&0x1b
		b >>= 1
	}
	return p
}

// inverse is a²⁵⁴, which is 1/a, and 0 for 0.
func inverse(a byte) byte {
	r := byte(1)
	for i := 7; i >= 0; i-- {
		r = mul(r, r)
		if 254>>i&1 == 1 {
			r = mul(r, a)
		}
	}
	return r
}

// part is one share: the values at x.
type part struct {
	x byte
	y []byte
}

var errShares = errors.New("vault: shares do not fit together")

// divide splits a secret into n parts of which any k give it back.
func divide(secret []byte, n, k int, rand io.Reader) ([]part, error) {
	if k < 2 || n < k || n > 255 || len(secret) == 0 {
		return nil, fmt.Errorf("vault: %d shares of which %d are needed", n, k)
	}
	coefficients := make([]byte, (k-1)*len(secret))
	if _, err := io.ReadFull(rand, coefficients); err != nil {
		return nil, fmt.Errorf("split a secret: %w", err)
	}
	parts := make([]part, n)
	for i := range parts {
		x := byte(i + 1)
		y := make([]byte, len(secret))
		for j := range secret {
			v := byte(0)
			for _, c := range coefficients[j*(k-1) : (j+1)*(k-1)] { // Horner, the highest first
				v = mul(v, x) ^ c
			}
			y[j] = mul(v, x) ^ secret[j]
		}
		parts[i] = part{x, y}
	}
	clear(coefficients)
	return parts, nil
}

// combine is the value at 0 of the polynomial of least degree through the
// parts. With fewer parts than were needed it is something else.
func combine(parts []part) ([]byte, error) {
	if len(parts) < 2 || len(parts) > 255 {
		return nil, errShares
	}
	seen := [256]bool{}
	size := len(parts[0].y)
	for _, p := range parts {
		if p.x == 0 || seen[p.x] || len(p.y) != size || size == 0 {
			return nil, errShares
		}
		seen[p.x] = true
	}
	secret := make([]byte, size)
	for i, p := range parts {
		weight := byte(1) // ∏ xₘ / (xₘ − xᵢ), m ≠ i; minus is plus here
		for m, q := range parts {
			if m != i {
				weight = mul(weight, mul(q.x, inverse(q.x^p.x)))
			}
		}
		for j := range secret {
			secret[j] ^= mul(weight, p.y[j])
		}
	}
	return secret, nil
}

// same compares secrets.
func same(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
