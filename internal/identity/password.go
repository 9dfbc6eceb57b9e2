package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"netral/internal/fault"
)

// HashCost is what one argon2id hash costs. The zero value means the least.
type HashCost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// leastCost is the smallest of the equal settings that the OWASP cheat sheet on
// password storage names: 19 MiB, two passes, one lane.
var leastCost = HashCost{Memory: 19 << 10, Time: 2, Threads: 1}

// mostCost bounds what a stored hash may ask for, so that a row that was
// tampered with cannot exhaust the machine.
var mostCost = HashCost{Memory: 1 << 20, Time: 16, Threads: 16}

const (
	saltSize  = 16
	keySize   = 32
	minLetter = 12   // characters of a password
	maxBytes  = 1024 // of a password; hashing is not to be fed megabytes
)

func (c HashCost) check() (HashCost, error) {
	if c == (HashCost{}) {
		return leastCost, nil
	}
	if c.weaker(leastCost) || mostCost.weaker(c) {
		return c, fmt.Errorf("identity: the cost %d KiB, %d passes, %d lanes is outside %+v to %+v", c.Memory, c.Time, c.Threads, leastCost, mostCost)
	}
	return c, nil
}

// weaker says whether any part of the cost is less than the other's.
func (c HashCost) weaker(than HashCost) bool {
	return c.Memory < than.Memory || c.Time < than.Time || c.Threads < than.Threads
}

// hash makes the PHC string of a password.
func (c HashCost) hash(password string, salt []byte) string {
	key := argon2.IDKey([]byte(fold(password)), salt, c.Time, c.Memory, c.Threads, keySize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// fold makes the same bytes of what looks the same: keyboards differ in how
// they send an accent.
func fold(password string) string { return norm.NFC.String(password) }

var errHash = errors.New("identity: not an argon2id hash")

// parseHash reads a PHC string, strictly.
func parseHash(s string) (c HashCost, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return c, nil, nil, errHash
	}
	params := strings.Split(parts[3], ",")
	if len(params) != 3 {
		return c, nil, nil, errHash
	}
	number := func(s, name string, top uint32) uint32 {
		v, ok := strings.CutPrefix(s, name+"=")
		n, e := strconv.ParseUint(v, 10, 32)
		if !ok || e != nil || n == 0 || n > uint64(top) || strconv.FormatUint(n, 10) != v {
			err = errHash
			return 0
		}
		return uint32(n)
	}
	c.Memory = number(params[0], "m", mostCost.Memory)
	c.Time = number(params[1], "t", mostCost.Time)
	threads := number(params[2], "p", uint32(mostCost.Threads))
	if err != nil || threads > math.MaxUint8 {
		return c, nil, nil, errHash
	}
	c.Threads = uint8(threads)
	b64 := base64.RawStdEncoding.Strict()
	salt, e1 := b64.DecodeString(parts[4])
	key, e2 := b64.DecodeString(parts[5])
	if e1 != nil || e2 != nil || len(salt) < 8 || len(salt) > 64 || len(key) < 16 || len(key) > 64 {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}

// hashing waits for a place: each hash takes megabytes and a core for tens of
// milliseconds, and a crowd must not take the machine. A crowd that is too long
// is sent away at once.
func (s *Service) hashing(ctx context.Context) (done func(), err error) {
	select {
	case s.waiting <- struct{}{}:
	default:
		return nil, fault.New(fault.Busy, "identity.busy")
	}
	defer func() { <-s.waiting }()
	select {
	case s.hashes <- struct{}{}:
		return func() { <-s.hashes }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hashPassword makes what is stored of a password.
func (s *Service) hashPassword(ctx context.Context, password string) (string, error) {
	salt, err := s.bytes(saltSize)
	if err != nil {
		return "", err
	}
	done, err := s.hashing(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return s.Hash.hash(password, salt), nil
}

// verifyPassword compares. Without a stored hash it does the same work and says
// no, so that the time tells nothing. Stale says that the hash costs less than
// it should by now.
func (s *Service) verifyPassword(ctx context.Context, stored, password string) (ok, stale bool, err error) {
	known := stored != ""
	if !known {
		if stored, err = s.dummy(); err != nil {
			return false, false, err
		}
	}
	cost, salt, want, err := parseHash(stored)
	if err != nil {
		return false, false, err
	}
	if len(password) > maxBytes {
		password, known = "", false
	}
	done, err := s.hashing(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	got := argon2.IDKey([]byte(fold(password)), salt, cost.Time, cost.Memory, cost.Threads, uint32(len(want))) //nolint:gosec // at most 64
	same := subtle.ConstantTimeCompare(got, want) == 1
	return same && known, cost.weaker(s.Hash), nil
}

// checkPassword says what is wrong with a new password. A long one is good;
// rules about kinds of characters make people write it down.
func (s *Service) checkPassword(f *fault.Fields, name, password, again, login string) {
	n := utf8.RuneCountInString(password)
	switch {
	case n < minLetter:
		f.Add(false, name, "identity.password.short", minLetter, n)
	case len(password) > maxBytes:
		f.Add(false, name, "identity.password.long", maxBytes)
	case login != "" && strings.Contains(strings.ToLower(password), login), monotone(password):
		f.Add(false, name, "identity.password.easy")
	case s.Breached.Has(password):
		f.Add(false, name, "identity.password.breached")
	case password != again:
		f.Add(false, name+"2", "identity.password.differs")
	}
}

// monotone says whether a password has fewer than five different characters.
func monotone(password string) bool {
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	return len(seen) < 5
}
