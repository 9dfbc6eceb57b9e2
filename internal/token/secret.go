package token

import (
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// A token is "nt_", 30 random letters, and 6 that are the CRC-32 of what stands
// before them. A checksum is no protection; it tells a token from a look-alike
// without asking the database.
const (
	prefix    = "nt_"
	letters   = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	randomLen = 30
	checkLen  = 6
	secretLen = len(prefix) + randomLen + checkLen
	tailLen   = 4
)

// newSecret makes a token. Bytes above the last multiple of 62 are drawn again,
// so that every letter is as likely as the others.
func newSecret(r io.Reader) (string, error) {
	out := []byte(prefix)
	var buf [64]byte
	for len(out) < len(prefix)+randomLen {
		if _, err := io.ReadFull(r, buf[:]); err != nil {
			return "", fmt.Errorf("token: no randomness: %w", err)
		}
		for _, b := range buf {
			if int(b) < 256/len(letters)*len(letters) && len(out) < len(prefix)+randomLen {
				out = append(out, letters[int(b)%len(letters)])
			}
		}
	}
	return string(out) + checksum(string(out)), nil
}

func checksum(s string) string {
	n := crc32.ChecksumIEEE([]byte(s))
	var out [checkLen]byte
	for i := checkLen - 1; i >= 0; i-- {
		out[i] = letters[n%uint32(len(letters))]
		n /= uint32(len(letters))
	}
	return string(out[:])
}

// sound says whether a text can be a token.
func sound(s string) bool {
	if len(s) != secretLen || !strings.HasPrefix(s, prefix) {
		return false
	}
	for i := len(prefix); i < len(s); i++ {
		if strings.IndexByte(letters, s[i]) < 0 {
			return false
		}
	}
	at := secretLen - checkLen
	return checksum(s[:at]) == s[at:]
}

func hash(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}
