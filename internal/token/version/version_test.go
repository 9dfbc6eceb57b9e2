package version_test

import (
	"errors"
	"strings"
	"testing"

	"netral/internal/fault"
	"netral/internal/token/version"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		header string
		want   error
	}{
		{"", nil}, {"*", nil}, {`"v3"`, nil}, {` "v2" , "v3"`, nil}, {"\t\"v3\"\t", nil},
		{`"v2"`, fault.Stale}, {`"v33"`, fault.Stale}, {`W/"v3"`, fault.Stale}, {`"other"`, fault.Stale}, {`""`, fault.Stale},
		{`v3`, fault.Invalid}, {`"v3`, fault.Invalid}, {`"v3" "v4"`, fault.Invalid}, {`"v3",`, fault.Invalid}, {`"v 3"`, fault.Invalid},
		{` `, fault.Invalid}, {strings.Repeat(`"v3",`, 300) + `"v3"`, fault.Invalid},
	} {
		if err := version.Match(c.header, 3); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("Match(%.30q) = %v, want %v", c.header, err, c.want)
		}
	}
	if version.Tag(3) != `"v3"` {
		t.Errorf("Tag(3) = %s", version.Tag(3))
	}
	if err := version.Need("", 3); !errors.Is(err, fault.Invalid) {
		t.Errorf("nothing given where it is needed: %v", err)
	}
	if err := version.Need(`"v3"`, 3); err != nil {
		t.Errorf("the right one: %v", err)
	}
}

func TestFresh(t *testing.T) {
	for header, want := range map[string]bool{"": false, "*": true, `"v3"`: true, `W/"v3"`: true, `"v1", W/"v3"`: true, `"v4"`: false, `v3`: false} {
		if got := version.Fresh(header, 3); got != want {
			t.Errorf("Fresh(%q) = %v", header, got)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add(`"v3", W/"x"`, int64(3))
	f.Add(`*`, int64(0))
	f.Add(`"`, int64(-1))
	f.Fuzz(func(t *testing.T, header string, n int64) {
		err := version.Match(header, n)
		if err == nil && header != "" && !strings.Contains(header, version.Tag(n)) && strings.Trim(header, " \t") != "*" {
			t.Fatalf("%q matches version %d", header, n)
		}
		if version.Fresh(header, n) && !strings.Contains(header, version.Tag(n)) && strings.Trim(header, " \t") != "*" {
			t.Fatalf("%q is fresh at version %d", header, n)
		}
	})
}
