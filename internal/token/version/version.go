// Package version tells programs which version of a thing they hold, and
// refuses to change one that has moved on: ETag, If-Match and If-None-Match
// (RFC 9110, sections 8.8.3 and 13.1) over a version number.
package version

import (
	"strconv"
	"strings"

	"netral/internal/fault"
)

// maxHeader bounds what is read of a header.
const maxHeader = 1000

// Tag is the strong entity tag of a version: "v12", in its quotes.
func Tag(n int64) string { return `"v` + strconv.FormatInt(n, 10) + `"` }

// Match is nil when a change may go on: no condition was given, or one of the
// versions in it is that of the thing. A weak tag never matches. Faults:
// Stale, Invalid.
func Match(ifMatch string, n int64) error {
	if ifMatch == "" {
		return nil
	}
	tags, any, ok := parse(ifMatch)
	switch {
	case !ok:
		return fault.New(fault.Invalid, "token.match_wrong", clip(ifMatch), Tag(n))
	case any:
		return nil
	}
	for _, t := range tags {
		if t == Tag(n) {
			return nil
		}
	}
	return fault.New(fault.Stale, "token.stale", clip(ifMatch), Tag(n))
}

// Need is Match for things that many change: without a condition it is Invalid.
func Need(ifMatch string, n int64) error {
	if ifMatch == "" {
		return fault.New(fault.Invalid, "token.match_missing", Tag(n))
	}
	return Match(ifMatch, n)
}

// Fresh says whether what the program holds is still so: the answer is 304.
func Fresh(ifNoneMatch string, n int64) bool {
	tags, any, ok := parse(ifNoneMatch)
	if !ok || any {
		return ok && any
	}
	for _, t := range tags {
		if strings.TrimPrefix(t, "W/") == Tag(n) {
			return true
		}
	}
	return false
}

// parse reads a list of entity tags, or "*".
func parse(h string) (tags []string, any, ok bool) {
	h = strings.Trim(h, " \t")
	if h == "*" {
		return nil, true, true
	}
	if h == "" || len(h) > maxHeader {
		return nil, false, false
	}
	for {
		h = strings.TrimLeft(h, " \t")
		weak := strings.HasPrefix(h, "W/")
		rest := strings.TrimPrefix(h, "W/")
		if len(rest) < 2 || rest[0] != '"' {
			return nil, false, false
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 || strings.ContainsFunc(rest[1:1+end], func(c rune) bool { return c <= ' ' || c == 0x7f }) {
			return nil, false, false
		}
		t := rest[:end+2]
		if weak {
			t = "W/" + t
		}
		tags = append(tags, t)
		h = strings.TrimLeft(rest[end+2:], " \t")
		if h == "" {
			return tags, false, true
		}
		if h[0] != ',' {
			return nil, false, false
		}
		h = h[1:]
	}
}

func clip(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "\uFFFD")); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
