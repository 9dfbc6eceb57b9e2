// Package beacon checks public randomness without asking anybody.
//
// drand is a group of organisations of several countries that together sign the
// number of each round at its time. Nobody can know a signature before its
// round, or choose it, as long as no threshold of them conspires. The network
// "quicknet" has a round every 3 seconds; its signatures stand alone (scheme
// bls-unchained-g1-rfc9380: BLS12-381, signature in G1, key in G2, the message is
// the SHA-256 of the round as eight bytes), so that one round is checked with the
// network's public key and nothing else. The randomness of a round is the SHA-256
// of its signature.
//
// The constants are those that the network publishes about itself; the tests
// check published rounds with them.
package beacon

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"

	"github.com/cloudflare/circl/sign/bls"

	"netral/internal/fault"
)

// Chain is a network of drand that signs rounds one by one.
type Chain struct {
	Name    string
	Hash    string // by which the network names the chain
	Key     string // public key, 96 bytes as hexadecimal digits
	Genesis int64  // moment of round 1, seconds since 1970
	Period  int64  // seconds from round to round
}

// Quicknet is the network that the world uses.
func Quicknet() Chain {
	return Chain{
		Name: "quicknet",
		Hash: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
		Key: "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c" +
			"8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb" +
			"5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
		Genesis: 1692803367,
		Period:  3,
	}
}

// At is the moment of a round, from 1 on.
func (c Chain) At(round uint64) time.Time {
	return time.Unix(c.Genesis+int64(round-1)*c.Period, 0).UTC()
}

// MaxRound is the last round that is taken: it keeps moments within what a clock can
// say.
const MaxRound = 1 << 40

// After is the first round whose moment is not before t.
func (c Chain) After(t time.Time) uint64 {
	late := t.Unix() - c.Genesis
	if t.Nanosecond() > 0 {
		late++
	}
	if late <= 0 {
		return 1
	}
	return uint64((late+c.Period-1)/c.Period) + 1
}

// Verify checks the signature of a round, 96 hexadecimal digits, and gives the
// randomness of the round as 64. Faults: Invalid when the signature is none, or
// is not that of this round of this chain.
func (c Chain) Verify(round uint64, signature string) (randomness string, err error) {
	if round == 0 || round > MaxRound {
		return "", fault.New(fault.Invalid, "beacon.round", round)
	}
	sig, err := hex.DecodeString(signature)
	if err != nil || len(sig) != 48 || signature != strings.ToLower(signature) {
		return "", fault.New(fault.Invalid, "beacon.signature.form", len(signature))
	}
	raw, err := hex.DecodeString(c.Key)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "fault.internal")
	}
	var key bls.PublicKey[bls.KeyG2SigG1]
	if err := key.UnmarshalBinary(raw); err != nil {
		return "", fault.Wrap(fault.Internal, err, "fault.internal")
	}
	message := sha256.Sum256(binary.BigEndian.AppendUint64(nil, round))
	if !bls.Verify(&key, message[:], sig) {
		return "", fault.New(fault.Invalid, "beacon.signature.wrong", round, c.Name)
	}
	sum := sha256.Sum256(sig)
	return hex.EncodeToString(sum[:]), nil
}
