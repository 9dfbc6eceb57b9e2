package identity

import "time"

// WeakHash is a hash as an earlier time would have made it.
func WeakHash(password string) string {
	return HashCost{Memory: 1024, Time: 1, Threads: 1}.hash(password, []byte("salt of the past"))
}

// Hashed is a hash at the least cost, and Same compares it.
func ParseHash(s string) error { _, _, _, err := parseHash(s); return err }

// For tests of the parts.
var (
	Delay     = delay
	Network   = network
	FoldLogin = foldLogin
	BareCode  = bareCode
	Digits    = digits
)

// MatchStep is the step of a code.
func MatchStep(secret []byte, code string, now time.Time) (int64, bool) {
	return matchStep(secret, code, now)
}
