package app

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestOnlyWhatTheFileHoldsIsGivenBack: a page with anything of its own must
// never be given back; the process would go on with another.
func TestOnlyWhatTheFileHoldsIsGivenBack(t *testing.T) {
	const self = "/opt/aplikasi netral/netral"
	var b strings.Builder
	put := func(at, mode, path string, rows ...string) {
		b.WriteString(at + " " + mode + " 00001000 08:01 1234                       " + path + "\nSize:                 64 kB\n")
		for _, r := range rows {
			b.WriteString(r + "\n")
		}
		b.WriteString("VmFlags: rd mr mw me\n")
	}
	const clean, none = "Anonymous:             0 kB", "Swap:                  0 kB"
	put("10000-20000", "r-xp", self, clean, none)
	put("20000-30000", "r--p", self, "Anonymous:          5332 kB", none) // the loader wrote into it
	put("30000-40000", "r--p", self, clean, "Swap:                  4 kB")
	put("40000-50000", "rw-p", self, clean, none)
	put("50000-60000", "r--p", self)                                   // a kernel that does not say
	put("60000-70000", "r-xp", self+" (deleted)", clean, none)         // replaced while it runs
	put("70000-80000", "r-xp", "/usr/lib/libc.so.6", clean, none)      // somebody else's
	put("80000-90000", "r-xp", "/aplikasi netral/netral", clean, none) // ends alike
	put("7fff00001000-7fff00002000", "r--p", self, clean, none)
	want := []mapping{{0x10000, 0x20000}, {0x7fff00001000, 0x7fff00002000}}
	if got := untouched(strings.NewReader(b.String()), self); !slices.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}

	// What the kernel says of this very process is read, too.
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	if len(untouched(f, exe)) == 0 {
		t.Error("nothing of this process can be given back: the format is another")
	}
	leanBack() // and this process goes on, or the test ends here
}
