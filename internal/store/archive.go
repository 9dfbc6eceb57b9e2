package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// The archive of a backup is a gzip'd tar, which any machine can open:
//
//	head.json                 what it is, the migration lines, the tables
//	rows/TABLE/00000001.json  rows, one JSON array a line, about 1 MB a file
//	…
//	end.json                  rows and SHA-256 of each table and of the head
//
// It is written and read from front to back with little memory. What is not
// exactly so is refused when it is read.
const (
	archiveFormat  = "netral backup"
	archiveVersion = 1
	headName       = "head.json"
	endName        = "end.json"
	chunkBytes     = 1 << 20
	maxRow         = 64 << 20 // bytes of one row
	maxHead        = 8 << 20
)

// colKind is what a column holds, on either engine.
type colKind string

const (
	kindText  colKind = "text"
	kindInt   colKind = "int"
	kindReal  colKind = "real"
	kindBool  colKind = "bool"
	kindBytes colKind = "bytes"
)

type column struct {
	Name string  `json:"name"`
	Kind colKind `json:"kind"`
}

type tableHead struct {
	Name    string   `json:"name"`
	Columns []column `json:"columns"`
	Rows    int64    `json:"rows"`
	keys    []string // the primary key, for a steady order
}

type lineHead struct {
	Name  string `json:"name"`
	Steps []step `json:"steps"`
}

type archiveHead struct {
	Format  string      `json:"format"`
	Version int         `json:"version"`
	Made    time.Time   `json:"made"`
	Engine  string      `json:"engine"`
	Lines   []lineHead  `json:"lines"`
	Tables  []tableHead `json:"tables"`
}

func (h *archiveHead) total() (n int64) {
	for _, t := range h.Tables {
		n += t.Rows
	}
	return n
}

type tableEnd struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
	Sum  string `json:"sha256"`
}

type archiveEnd struct {
	Head   string     `json:"head_sha256"`
	Tables []tableEnd `json:"tables"`
}

// misfit is a value that its column cannot hold.
type misfit struct {
	column string
	kind   colKind
	value  any
}

// The value itself stays out of logs.
func (m *misfit) Error() string {
	return fmt.Sprintf("column %s: a %T is no %s", m.column, m.value, m.kind)
}

// appendRow writes a row as a line. A value that does not fit its column is an
// error: nothing is bent into shape in a backup.
func appendRow(b []byte, cols []column, vals []any) ([]byte, error) {
	b = append(b, '[')
	for i, v := range vals {
		if i > 0 {
			b = append(b, ',')
		}
		var ok bool
		if b, ok = appendValue(b, cols[i].Kind, v); !ok {
			return nil, &misfit{column: cols[i].Name, kind: cols[i].Kind, value: v}
		}
	}
	return append(b, ']', '\n'), nil
}

func appendValue(b []byte, kind colKind, v any) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), true
	case string:
		// Not UTF-8: JSON would put something else in its place.
		if kind != kindText || !utf8.ValidString(v) {
			return b, false
		}
		if plain(v) {
			return append(append(append(b, '"'), v...), '"'), true
		}
		var q bytes.Buffer
		e := json.NewEncoder(&q)
		e.SetEscapeHTML(false)
		if e.Encode(v) != nil {
			return b, false
		}
		return append(b, bytes.TrimSuffix(q.Bytes(), []byte("\n"))...), true
	case int64:
		return strconv.AppendInt(b, v, 10), kind == kindInt
	case bool:
		return strconv.AppendBool(b, v), kind == kindBool
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(append(append(b, '"'), strconv.FormatFloat(v, 'g', -1, 64)...), '"'), kind == kindReal
		}
		return strconv.AppendFloat(b, v, 'g', -1, 64), kind == kindReal
	case []byte:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v)
		return append(b, '"'), kind == kindBytes
	}
	return b, false
}

// plain says whether v stands in JSON as it is.
func plain(v string) bool {
	for i := range len(v) {
		if c := v[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// parseRow reads what appendRow wrote, without the line end. It takes nothing
// else: what it returns is written again as the same bytes.
func parseRow(line []byte, cols []column) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var raw []any
	if err := d.Decode(&raw); err != nil {
		return nil, err
	}
	if len(raw) != len(cols) {
		return nil, fmt.Errorf("%d values for %d columns", len(raw), len(cols))
	}
	for i, v := range raw {
		var err error
		if raw[i], err = parseValue(v, cols[i].Kind); err != nil {
			return nil, fmt.Errorf("column %s: %w", cols[i].Name, err)
		}
	}
	again, err := appendRow(make([]byte, 0, len(line)+1), cols, raw)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(bytes.TrimSuffix(again, []byte("\n")), line) {
		return nil, errors.New("not written as a backup writes it")
	}
	return raw, nil
}

func parseValue(v any, kind colKind) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case bool:
		if kind == kindBool {
			return v, nil
		}
	case json.Number:
		if kind == kindInt {
			return strconv.ParseInt(string(v), 10, 64)
		}
		if kind == kindReal {
			return strconv.ParseFloat(string(v), 64)
		}
	case string:
		switch kind {
		case kindText:
			return v, nil
		case kindBytes:
			return base64.StdEncoding.Strict().DecodeString(v)
		case kindReal:
			return strconv.ParseFloat(v, 64)
		}
	}
	return nil, fmt.Errorf("a %T is no %s", v, kind)
}
