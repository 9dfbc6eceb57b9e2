package beacon

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"
	"time"

	"github.com/cloudflare/circl/sign/bls"

	"netral/internal/fault"
)

// published are rounds of quicknet as clients of the network quote them.
var published = []struct {
	round                 uint64
	signature, randomness string
}{
	{1000, "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39", "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"},
	{657413, "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b", "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"},
	{10024141, "8c87caf26bb4f5e9fdfad5ddf739ff8683344f8cf04a8c381225ff067557b5d9d51937eed765fcef21971bf5ddef44bb", ""},
}

func TestPublishedRounds(t *testing.T) {
	c := Quicknet()
	for _, p := range published {
		got, err := c.Verify(p.round, p.signature)
		if err != nil || p.randomness != "" && got != p.randomness {
			t.Errorf("round %d: %s, %v; published %s", p.round, got, err, p.randomness)
		}
		for _, other := range []uint64{p.round - 1, p.round + 1, 1, 1 << 39} {
			if _, err := c.Verify(other, p.signature); key(err) != "beacon.signature.wrong" {
				t.Errorf("the signature of round %d passes as that of %d: %v", p.round, other, err)
			}
		}
	}
}

func key(err error) string {
	if f := fault.Of(err); f != nil {
		return f.Key
	}
	return ""
}

// Every bit of a signature counts.
func TestAlteredSignatures(t *testing.T) {
	c, p := Quicknet(), published[0]
	sig, err := hex.DecodeString(p.signature)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(sig) * 8 {
		if i%5 != 0 && i > 16 { // pairings are slow; all flags, and a fifth of the rest
			continue
		}
		sig[i/8] ^= 1 << (i % 8)
		if _, err := c.Verify(p.round, hex.EncodeToString(sig)); key(err) != "beacon.signature.wrong" {
			t.Errorf("bit %d altered: %v", i, err)
		}
		sig[i/8] ^= 1 << (i % 8)
	}
	for _, s := range []string{"", "b4", p.signature[:94], p.signature + "00", "z" + p.signature[1:], "B" + p.signature[1:]} {
		if _, err := c.Verify(p.round, s); key(err) != "beacon.signature.form" {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, r := range []uint64{0, MaxRound + 1} {
		if _, err := c.Verify(r, p.signature); key(err) != "beacon.round" {
			t.Errorf("round %d: %v", r, err)
		}
	}
	// The point at infinity is a signature of everything under a broken check.
	if _, err := c.Verify(1000, "c0"+hex.EncodeToString(make([]byte, 47))); key(err) != "beacon.signature.wrong" {
		t.Errorf("the point at infinity: %v", err)
	}
}

// Another network, with a key that the test knows.
func TestOtherChain(t *testing.T) {
	secret, err := bls.KeyGen[bls.KeyG2SigG1](make([]byte, 32), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := secret.PublicKey().MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	c := Quicknet()
	c.Key = hex.EncodeToString(raw)
	message := sha256.Sum256(binary.BigEndian.AppendUint64(nil, 7))
	sig := hex.EncodeToString(bls.Sign(secret, message[:]))
	if _, err := c.Verify(7, sig); err != nil {
		t.Error(err)
	}
	if _, err := Quicknet().Verify(7, sig); key(err) != "beacon.signature.wrong" {
		t.Errorf("signed with another key: %v", err)
	}
}

func TestMoments(t *testing.T) {
	c := Quicknet()
	if got := c.At(1000); got != time.Unix(1692806364, 0).UTC() {
		t.Errorf("round 1000 is at %s", got)
	}
	for _, r := range []uint64{1, 2, 1000, 30_000_000} {
		at := c.At(r)
		if got := c.After(at); got != r {
			t.Errorf("round %d is at %s, and the first from then on is %d", r, at, got)
		}
		if got := c.After(at.Add(time.Millisecond)); got != r+1 {
			t.Errorf("just after round %d comes %d", r, got)
		}
	}
	if got := c.After(time.Unix(0, 0)); got != 1 {
		t.Errorf("long before the first: %d", got)
	}
}

func BenchmarkVerify(b *testing.B) {
	c, p := Quicknet(), published[0]
	for b.Loop() {
		if _, err := c.Verify(p.round, p.signature); err != nil {
			b.Fatal(err)
		}
	}
}
