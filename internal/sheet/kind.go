package sheet

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"netral/internal/fault"
)

// kindOf names what a file is by its first bytes: "zip", "" for what may be
// text, else the name of something that is no table.
func kindOf(head []byte) string {
	for _, k := range []struct{ name, magic string }{
		{"zip", "PK\x03\x04"}, {"zip", "PK\x05\x06"},
		{"XLS", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}, // and XLSX with a password
		{"PDF", "%PDF-"}, {"GZIP", "\x1f\x8b"}, {"RAR", "Rar!"}, {"7Z", "7z\xbc\xaf\x27\x1c"},
		{"PNG", "\x89PNG"}, {"JPEG", "\xff\xd8\xff"}, {"SQLite", "SQLite format 3\x00"}, {"RTF", "{\\rtf"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.name
		}
	}
	start := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(string(head[:min(len(head), 200)]), "\ufeff")))
	if strings.HasPrefix(start, "<!doctype") || strings.HasPrefix(start, "<html") || strings.HasPrefix(start, "<table") {
		return "HTML"
	}
	if strings.HasPrefix(start, "<?xml") {
		return "XML"
	}
	return ""
}

// The encodings of CSV.
const (
	utf8Text    = "UTF-8"
	utf16LE     = "UTF-16LE"
	utf16BE     = "UTF-16BE"
	windows1252 = "Windows-1252"
)

// encodingOf reads a whole file, about a gigabyte a second, to say how it is
// written: a wrong byte may come late, and by then half of it would be taken in.
func encodingOf(f io.ReaderAt, size int64) (name string, skip int64, err error) {
	head := make([]byte, min(size, 4096))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", 0, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return utf16LE, 2, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return utf16BE, 2, nil
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		skip = 3
	}
	if n := zeros(head, 0); n > len(head)/8 && zeros(head, 1) == 0 {
		return utf16BE, 0, nil
	}
	if n := zeros(head, 1); n > len(head)/8 && zeros(head, 0) == 0 {
		return utf16LE, 0, nil
	}
	valid, latin, err := scan(io.NewSectionReader(f, skip, size-skip))
	switch {
	case err != nil:
		return "", 0, err
	case valid:
		return utf8Text, skip, nil
	case latin && skip == 0:
		return windows1252, 0, nil
	}
	return "", 0, fault.New(fault.Invalid, "sheet.encoding")
}

// zeros counts the zero bytes at even (0) or odd (1) places.
func zeros(b []byte, from int) (n int) {
	for i := from; i < len(b); i += 2 {
		if b[i] == 0 {
			n++
		}
	}
	return n
}

// scan says whether all of it is UTF-8, and whether it could be Windows-1252.
func scan(r io.Reader) (valid, latin bool, err error) {
	valid, latin = true, true
	buf := make([]byte, 256<<10)
	rest := 0
	for {
		n, err := io.ReadFull(r, buf[rest:])
		b := buf[:rest+n]
		end := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !end {
			return false, false, err
		}
		if bytes.IndexByte(b[rest:], 0) >= 0 {
			return false, false, nil
		}
		if latin {
			for _, c := range b[rest:] {
				if c >= 0x80 && (c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d) {
					latin = false
					break
				}
			}
		}
		keep := 0
		if valid {
			if !end { // a letter may go on in the next piece
				for keep < 3 && keep < len(b) && !utf8.FullRune(b[len(b)-keep-1:]) {
					keep++
				}
			}
			valid = utf8.Valid(b[:len(b)-keep])
			if !valid {
				keep = 0
			}
		}
		if end || !valid && !latin {
			return valid, latin, nil
		}
		rest = copy(buf, b[len(b)-keep:])
	}
}
