package mail

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"netral/internal/fault"
)

// Message is one message to one person, in plain text.
type Message struct{ To, Subject, Body string }

const (
	maxAddress = 254      // RFC 5321 4.5.3.1.3, less the brackets
	maxSubject = 200      // letters; more is cut off by most programs anyway
	maxBody    = 48 << 10 // bytes; a job holds 64 KB
)

// Check refuses what would not arrive as it was meant: an address that is a
// list or has a name in it, a line break in a header, control characters.
func (m Message) Check() error {
	var all fault.Fields
	all.Add(address(m.To), "to", "mail.error.address", maxAddress)
	n := utf8.RuneCountInString(m.Subject)
	all.Add(n > 0 && n <= maxSubject && clean(m.Subject, ""), "subject", "mail.error.subject", maxSubject)
	all.Add(m.Body != "" && len(m.Body) <= maxBody && clean(m.Body, "\n\r\t"), "body", "mail.error.body", maxBody>>10)
	return all.Err()
}

// address says whether s is a bare address of ASCII letters. Addresses in other
// scripts need a server that takes them (SMTPUTF8), and no office has one.
func address(s string) bool {
	if len(s) > maxAddress || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return false
	}
	_, host, ok := strings.Cut(s, "@")
	return ok && host != "" && !strings.ContainsAny(s, `"\`)
}

// clean says whether text is UTF-8 without control characters but those in may.
// U+2028 and U+2029 break lines in some programs, so they count.
func clean(s, may string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune(may, r) && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029')
	})
}
