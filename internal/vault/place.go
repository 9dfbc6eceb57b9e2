package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Place is where a sealed value belongs. A value that was moved to another
// place does not open there.
type Place struct {
	Table  string
	Column string
	Row    string // the key of the row, as text
}

// Limits of a place; its text must fit the subject of a ledger entry.
const (
	maxTable = 60
	maxRow   = 64
)

var errPlace = errors.New("vault: a place has a table, a column and a row, none empty or too long")

func (p Place) check() error {
	for i, s := range []string{p.Table, p.Column, p.Row} {
		limit := maxTable
		if i == 2 {
			limit = maxRow
		}
		if s == "" || len(s) > limit || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '/' || r == 0x7f }) {
			return fmt.Errorf("%w: %.100q", errPlace, p)
		}
	}
	return nil
}

// String is the place as records name it.
func (p Place) String() string { return p.Table + "/" + p.Column + "/" + p.Row }

// inner begins every plaintext: it tells whoever opens a file with the age tool
// alone where the file belongs, and it is under the file key, so that a reader
// notices a wrong place also when the outer mark was made anew.
func (p Place) inner() []byte {
	b := append([]byte(nil), "netral.vault/1"...)
	for _, s := range []string{p.Table, p.Column, p.Row} {
		b = append(b, byte(len(s)))
		b = append(b, s...)
	}
	return b
}

// markSize is the length of the end of every sealed value: the id of the key
// and the mark.
const markSize = keyIDSize + sha256.Size

// markOf is the mark of a place and what is sealed there: HMAC-SHA-256 over the
// place and the hash of nonce and payload. The head is left out, because it
// changes when the readers change; it holds the file key, so another head
// either opens the same payload or none.
func (k *Key) markOf(p Place, body []byte) []byte {
	h := hmac.New(sha256.New, k.mark)
	h.Write(p.inner())
	h.Write(body)
	return h.Sum(append([]byte(nil), k.id[:]...))
}

var errMark = errors.New("the mark is not of this place and content")
var errKey = errors.New("the mark was made with a key that this process does not have")

// checkMark compares the end of a sealed value. body is the hash of the rest.
func (ks keys) checkMark(p Place, body, mark []byte) error {
	k, ok := ks.by(mark[:keyIDSize])
	if !ok {
		return errKey
	}
	if !hmac.Equal(k.markOf(p, body), mark) {
		return errMark
	}
	return nil
}
