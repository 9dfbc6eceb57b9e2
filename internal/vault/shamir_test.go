package vault

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestField compares with FIPS 197: products of section 4.2 and inverses that
// its S-box gives away.
func TestField(t *testing.T) {
	for _, c := range []struct{ a, b, want byte }{
		{0x57, 0x83, 0xc1}, {0x57, 0x13, 0xfe}, {0x57, 0x02, 0xae}, {0x57, 0x04, 0x47}, {0x57, 0x08, 0x8e}, {0x57, 0x10, 0x07}, {0, 0xff, 0}, {1, 0xff, 0xff},
	} {
		if got := mul(c.a, c.b); got != c.want || mul(c.b, c.a) != got {
			t.Errorf("%#x · %#x = %#x, want %#x", c.a, c.b, got, c.want)
		}
	}
	if inverse(0x53) != 0xca || inverse(0) != 0 {
		t.Errorf("1/0x53 = %#x, want 0xca; 1/0 = %#x, want 0", inverse(0x53), inverse(0))
	}
	for a := 1; a < 256; a++ {
		if mul(byte(a), inverse(byte(a))) != 1 {
			t.Errorf("%#x has no inverse", a)
		}
		for b := range 256 {
			if c := byte(a * 7); mul(byte(a), byte(b)^c) != mul(byte(a), byte(b))^mul(byte(a), c) {
				t.Fatalf("not distributive at %#x, %#x, %#x", a, b, c)
			}
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestKnownShares has the test vector of draft-mcgrew-tss-03, section 9, which
// shares over the same field.
func TestKnownShares(t *testing.T) {
	want := unhex(t, "7465737400")
	got, err := combine([]part{{1, unhex(t, "b9fa07e185")}, {2, unhex(t, "f5409b4511")}})
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %x, %v, want %x", got, err, want)
	}
	// The same split made again: the coefficients are share 1 minus the secret.
	parts, err := divide(want, 2, 2, bytes.NewReader(unhex(t, "cd9f749585")))
	if err != nil || !bytes.Equal(parts[0].y, unhex(t, "b9fa07e185")) || !bytes.Equal(parts[1].y, unhex(t, "f5409b4511")) {
		t.Errorf("got %x, %v", parts, err)
	}
	// Degree 2, worked by hand: 0x2a + 0x01·x + 0x01·x², highest coefficient
	// first, at 1: 0x2a, at 2: 0x2a⊕2⊕4 = 0x2c, at 3: 0x2a⊕3⊕5 = 0x2c.
	parts, err = divide([]byte{0x2a}, 3, 3, bytes.NewReader([]byte{1, 1}))
	if err != nil || parts[0].y[0] != 0x2a || parts[1].y[0] != 0x2c || parts[2].y[0] != 0x2c {
		t.Errorf("got %x, %v", parts, err)
	}
}

func TestAnyThresholdOfSharesGivesTheSecret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 9).Draw(t, "n")
		k := rapid.IntRange(2, n).Draw(t, "k")
		secret := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "secret")
		parts, err := divide(secret, n, k, rand.NewChaCha8([32]byte{rapid.Byte().Draw(t, "seed")}))
		if err != nil {
			t.Fatal(err)
		}
		some := rapid.Permutation(parts).Draw(t, "order")[:rapid.IntRange(k, n).Draw(t, "used")]
		got, err := combine(some)
		if err != nil || !bytes.Equal(got, secret) {
			t.Errorf("%d of %d, %d needed: got %x, %v, want %x", len(some), n, k, got, err, secret)
		}
	})
}

// TestTooFewSharesSayNothing: with one share short, every secret is possible.
// For a secret of one byte all 256 are counted: over all coefficients each
// share value comes equally often with each secret.
func TestTooFewSharesSayNothing(t *testing.T) {
	for _, secret := range []byte{0, 1, 0x2a, 0xff} {
		var seen [256]int
		for c := range 256 {
			parts, err := divide([]byte{secret}, 2, 2, bytes.NewReader([]byte{byte(c)}))
			if err != nil {
				t.Fatal(err)
			}
			seen[parts[1].y[0]]++
		}
		for y, n := range seen {
			if n != 1 {
				t.Errorf("secret %#x gives share %#x %d times of 256, want once", secret, y, n)
			}
		}
	}
}

func TestSharesThatDoNotFit(t *testing.T) {
	for name, parts := range map[string][]part{
		"none": nil, "one": {{1, []byte{1}}}, "twice": {{1, []byte{1}}, {1, []byte{2}}},
		"number 0": {{0, []byte{1}}, {1, []byte{2}}}, "lengths": {{1, []byte{1}}, {2, []byte{1, 2}}}, "empty": {{1, nil}, {2, nil}},
	} {
		if got, err := combine(parts); err == nil {
			t.Errorf("%s: combined to %x", name, got)
		}
	}
	for _, c := range [][2]int{{1, 1}, {3, 1}, {2, 3}, {256, 2}} {
		if _, err := divide([]byte{1}, c[0], c[1], rand.NewChaCha8([32]byte{})); err == nil {
			t.Errorf("%d shares, %d needed: split", c[0], c[1])
		}
	}
}

func TestShareAsPeopleTypeIt(t *testing.T) {
	s := Share{Set: [4]byte{1, 2, 3, 4}, Threshold: 3, Number: 5, value: bytes.Repeat([]byte{0xa5}, shareSize)}
	text := s.String()
	for _, typed := range []string{text, strings.ToLower(text), strings.ReplaceAll(text, "-", " "), strings.TrimPrefix(text, "NETRAL-"), " " + text + "\n", strings.NewReplacer("0", "o", "1", "l").Replace(text)} {
		got, err := ParseShare(typed)
		if err != nil || got.String() != text {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
	// Every single mistyped letter is found.
	for i := len("NETRAL-"); i < len(text); i++ {
		for _, r := range letters {
			if text[i] == '-' || byte(r) == text[i] {
				continue
			}
			if _, err := ParseShare(text[:i] + string(r) + text[i+1:]); err == nil {
				t.Fatalf("%q at %d instead of %q is not noticed", r, i, text[i])
			}
		}
	}
}

func FuzzShare(f *testing.F) {
	f.Add(Share{Threshold: 2, Number: 1, value: make([]byte, shareSize)}.String())
	f.Add("NETRAL-")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := ParseShare(s); err == nil {
			if again, err := ParseShare(got.String()); err != nil || again.String() != got.String() {
				t.Errorf("%q is read as %q", s, got)
			}
		}
	})
}
