package vault

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"netral/internal/fault"
)

// Share is what a custodian keeps on paper.
type Share struct {
	Set       [4]byte // which recovery pair
	Threshold int
	Number    int
	value     []byte
}

const (
	shareVersion = 1
	shareSize    = 32
	shareCheck   = 4
	shareBytes   = 1 + 4 + 1 + 1 + shareSize + shareCheck
	sharePrefix  = "NETRAL"
)

// letters are Crockford's base 32: no I, L, O, U, so nothing on paper can be
// read in two ways.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func base() *base32.Encoding { return base32.NewEncoding(letters).WithPadding(base32.NoPadding) }

// String is the share as it is printed: "NETRAL-…" in groups of five.
func (s Share) String() string {
	b := []byte{shareVersion}
	b = append(b, s.Set[:]...)
	b = append(b, byte(s.Threshold), byte(s.Number))
	b = append(b, s.value...)
	sum := sha256.Sum256(b)
	return sharePrefix + "-" + groups(base().EncodeToString(append(b, sum[:shareCheck]...)))
}

func groups(s string) string {
	var out strings.Builder
	for i, r := range s {
		if i > 0 && i%5 == 0 {
			out.WriteByte('-')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// plain undoes what people do to codes when they type them.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ', '\t', '\n', '\r', '–', '.':
			return -1
		case 'o', 'O':
			return '0'
		case 'i', 'I', 'l', 'L':
			return '1'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}, s)
}

// ParseShare reads a share as it was typed: case, blanks and dashes do not
// matter. A mistyped letter is found by the checksum.
func ParseShare(given string) (Share, error) {
	wrong := fault.New(fault.Invalid, "vault.share_wrong")
	if len(given) > 400 {
		return Share{}, wrong
	}
	text, _ := strings.CutPrefix(plain(given), plain(sharePrefix))
	b, err := base().DecodeString(text)
	if err != nil || len(b) != shareBytes || base().EncodeToString(b) != text {
		return Share{}, wrong
	}
	sum := sha256.Sum256(b[:shareBytes-shareCheck])
	if b[0] != shareVersion || string(sum[:shareCheck]) != string(b[shareBytes-shareCheck:]) {
		return Share{}, wrong
	}
	s := Share{Threshold: int(b[5]), Number: int(b[6]), value: b[7 : 7+shareSize]}
	copy(s.Set[:], b[1:5])
	if s.Threshold < 2 || s.Number < 1 {
		return Share{}, wrong
	}
	return s, nil
}

// assemble makes the secret of the shares, and says in plain words why not.
func assemble(typed []string) (secret []byte, set [4]byte, numbers []int, err error) {
	var parts []part
	var first Share
	for i, t := range typed {
		s, err := ParseShare(t)
		if err != nil {
			return nil, set, nil, fault.Fields{{Name: fmt.Sprintf("share%d", i+1), Key: "vault.share_wrong"}}.Err()
		}
		if i == 0 {
			first = s
		}
		if s.Set != first.Set || s.Threshold != first.Threshold {
			return nil, set, nil, fault.New(fault.Invalid, "vault.share_other", s.Number)
		}
		for _, n := range numbers {
			if n == s.Number {
				return nil, set, nil, fault.New(fault.Invalid, "vault.share_twice", s.Number)
			}
		}
		numbers = append(numbers, s.Number)
		parts = append(parts, part{byte(s.Number), s.value})
	}
	if len(parts) == 0 || len(parts) < first.Threshold {
		return nil, set, nil, fault.New(fault.Invalid, "vault.share_few", len(parts), max(first.Threshold, 2))
	}
	secret, err = combine(parts)
	if err != nil {
		return nil, set, nil, fault.Wrap(fault.Invalid, err, "vault.share_wrong")
	}
	return secret, first.Set, numbers, nil
}
