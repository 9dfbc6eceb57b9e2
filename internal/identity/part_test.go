package identity_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
	"time"

	"netral/internal/identity"
)

func TestNetwork(t *testing.T) {
	for in, want := range map[string]string{
		"10.1.2.3": "10.1.2.0/24", "::ffff:10.1.2.3": "10.1.2.0/24",
		"2001:db8:1:2ff::1": "2001:db8:1:200::/56", "fe80::1%eth0": "fe80::/56",
	} {
		if got := identity.Network(netip.MustParseAddr(in)); got != want {
			t.Errorf("%s is in %s, want %s", in, got, want)
		}
	}
	if got := identity.Network(netip.Addr{}); got != "-" {
		t.Errorf("no address is in %s", got)
	}
}

func TestDelay(t *testing.T) {
	last := time.Duration(0)
	for n := range int64(100) {
		d := identity.Delay(n)
		if d < last || d > 15*time.Minute || n <= 5 && d != 0 {
			t.Fatalf("after %d failures %v", n, d)
		}
		last = d
	}
	if last != 15*time.Minute {
		t.Errorf("the longest wait is %v", last)
	}
}

// TestMatchStep uses the vectors of RFC 6238, appendix B, cut to six digits.
func TestMatchStep(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		for _, off := range []int64{-30, 0, 30} {
			step, ok := identity.MatchStep(secret, code, time.Unix(at+off, 0))
			if !ok || step != at/30 {
				t.Errorf("%d%+d: step %d, %v", at, off, step, ok)
			}
		}
		if _, ok := identity.MatchStep(secret, code, time.Unix(at+60, 0)); ok {
			t.Errorf("%d: a code of two steps ago counts", at)
		}
	}
}

func TestBreached(t *testing.T) {
	sum := func(s string) string {
		h := sha256.Sum256([]byte(s))
		return strings.ToUpper(hex.EncodeToString(h[:]))
	}
	list := "# sha256\n" + sum("kata sandi bocor")[:12] + ":42\n\n" + sum("satu dua tiga empat")[:12] + "\n"
	b, err := identity.LoadBreached(strings.NewReader(list))
	if err != nil || b.Len() != 2 {
		t.Fatalf("%d entries, %v", b.Len(), err)
	}
	if !b.Has("kata sandi bocor") || !b.Has("satu dua tiga empat") || b.Has(goodPassword) {
		t.Error("the list has what it must not, or lacks what it must have")
	}
	// SHA-1 as the common lists have it.
	b, err = identity.LoadBreached(strings.NewReader("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9659365\n"))
	if err != nil || !b.Has("password") || b.Has("Password") {
		t.Errorf("SHA-1: %v", err)
	}
	for name, bad := range map[string]string{
		"short": "ABCDEF\n", "mixed lengths": sum("a")[:12] + "\n" + sum("b")[:14] + "\n", "not hexadecimal": "ZZZZZZZZZZZZ\n", "long line": strings.Repeat("a", 10000),
	} {
		if _, err := identity.LoadBreached(strings.NewReader(bad)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if (*identity.Breached)(nil).Has("password") {
		t.Error("no list has something")
	}
}

func TestHash(t *testing.T) {
	good := identity.WeakHash("x")
	if err := identity.ParseHash(good); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", good + "$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=1024", "m=99999999", 1), strings.Replace(good, "m=1024", "m=01024", 1), strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "t=1", "t=-1", 1), good[:len(good)-40], "$2a$10$abcdefghijklmnopqrstuv",
	} {
		if err := identity.ParseHash(bad); err == nil {
			t.Errorf("%q is taken for a hash", bad)
		}
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add(identity.WeakHash("x"))
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$a2V5")
	f.Fuzz(func(t *testing.T, s string) { _ = identity.ParseHash(s) })
}

func FuzzLocal(f *testing.F) {
	for _, s := range []string{"/akun?x=1#y", "//x", `/\x`, "https://x", "/a/%2E%2e/b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := identity.Local(s)
		if got == "" || got[0] != '/' || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t ") {
			t.Errorf("%q leads to %q", s, got)
		}
		if again := identity.Local(got); again != got {
			t.Errorf("%q is %q and then %q", s, got, again)
		}
	})
}

func FuzzCode(f *testing.F) {
	f.Add("abcd-efgh-ijkl-mnop")
	f.Add("123 456")
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := identity.BareCode(s); ok && len(c) != 16 {
			t.Errorf("%q is %q", s, c)
		}
		if c, ok := identity.Digits(s); ok && len(c) != 6 {
			t.Errorf("%q is %q", s, c)
		}
	})
}
