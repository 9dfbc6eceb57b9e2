// Package cursor marks the place where a page of a list ended. The next page
// begins after the keys in it ("keyset paging"), so that it is as fast as the
// first, and nothing is shown twice or left out when rows come and go.
//
// A cursor is no secret and no right: it holds the sort keys of the last row,
// which its holder has seen, and who may see what is decided anew for each
// page. It is opaque so that programs do not build their own.
package cursor

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"unicode/utf8"

	"netral/internal/fault"
)

// Limits of a cursor and of a page.
const (
	MaxText    = 1000
	maxKeys    = 8
	DefaultRow = 50
	MaxRows    = 200
)

const format = 1

// Make is the cursor after a row with the keys. List names the list with all
// that decides its order and its rows: a cursor of one does not fit another.
// At most 8 keys, valid UTF-8; what would be longer than MaxText is a mistake of
// the program and comes out empty, which ends the list rather than go astray.
func Make(list string, keys ...string) string {
	if len(keys) > maxKeys {
		return ""
	}
	b := []byte{format}
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(list)))
	for _, k := range keys {
		if !utf8.ValidString(k) {
			return ""
		}
		b = binary.AppendUvarint(b, uint64(len(k)))
		b = append(b, k...)
	}
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	out := base64.RawURLEncoding.EncodeToString(b)
	if len(out) > MaxText {
		return ""
	}
	return out
}

// Read takes the keys out of a cursor that Make made for the list with so many
// keys. The empty cursor is the beginning: no keys. Anything else is Invalid.
func Read(list, text string, n int) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	keys, ok := read(list, text)
	if !ok || len(keys) != n {
		return nil, fault.Fields{{Name: "cursor", Key: "token.cursor_wrong"}}.Err()
	}
	return keys, nil
}

func read(list, text string) ([]string, bool) {
	if len(text) > MaxText {
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 9 || b[0] != format || binary.BigEndian.Uint32(b[1:]) != crc32.ChecksumIEEE([]byte(list)) {
		return nil, false
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return nil, false
	}
	var keys []string
	for rest := body[5:]; len(rest) > 0; {
		size, used := binary.Uvarint(rest)
		if used <= 0 || size > uint64(len(rest)-used) || len(keys) == maxKeys {
			return nil, false
		}
		keys = append(keys, string(rest[used:used+int(size)])) //nolint:gosec // at most len(rest)
		rest = rest[used+int(size):]                           //nolint:gosec // the same
	}
	// One text for one cursor: a length can be written in more than one way.
	return keys, Make(list, keys...) == text
}

// Rows is how many rows a page has: what was asked for, DefaultRow for 0.
func Rows(asked int) (int, error) {
	if asked == 0 {
		return DefaultRow, nil
	}
	if asked < 0 || asked > MaxRows {
		return 0, fault.Fields{{Name: "limit", Key: "token.limit_wrong", Args: []any{asked, MaxRows}}}.Err()
	}
	return asked, nil
}
