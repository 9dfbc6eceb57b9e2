package store

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"

	"netral/internal/fault"
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

// archiveWriter writes the members in order.
type archiveWriter struct {
	gz   *gzip.Writer
	tar  *tar.Writer
	made time.Time
	end  archiveEnd

	table string
	sum   hash.Hash
	rows  int64
	chunk []byte
	files int
}

func newArchiveWriter(w io.Writer, h *archiveHead) (*archiveWriter, error) {
	gz := gzip.NewWriter(w)
	a := &archiveWriter{gz: gz, tar: tar.NewWriter(gz), made: h.Made}
	b, err := json.MarshalIndent(h, "", "\t")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	a.end.Head = hex.EncodeToString(sum[:])
	return a, a.member(headName, b)
}

func (a *archiveWriter) member(name string, b []byte) error {
	h := &tar.Header{Name: name, Mode: 0o600, Size: int64(len(b)), ModTime: a.made.Truncate(time.Second), Format: tar.FormatUSTAR}
	if err := a.tar.WriteHeader(h); err != nil {
		return err
	}
	_, err := a.tar.Write(b)
	return err
}

func (a *archiveWriter) begin(table string) {
	a.table, a.sum, a.rows, a.files = table, sha256.New(), 0, 0
}

func (a *archiveWriter) row(cols []column, vals []any) (err error) {
	if a.chunk, err = appendRow(a.chunk, cols, vals); err != nil {
		return err
	}
	a.rows++
	if len(a.chunk) >= chunkBytes {
		return a.flush()
	}
	return nil
}

func chunkName(table string, n int) string { return fmt.Sprintf("rows/%s/%08d.json", table, n) }

func (a *archiveWriter) flush() error {
	a.files++
	a.sum.Write(a.chunk)
	err := a.member(chunkName(a.table, a.files), a.chunk)
	a.chunk = a.chunk[:0]
	return err
}

func (a *archiveWriter) endTable() error {
	if len(a.chunk) > 0 {
		if err := a.flush(); err != nil {
			return err
		}
	}
	a.end.Tables = append(a.end.Tables, tableEnd{Name: a.table, Rows: a.rows, Sum: hex.EncodeToString(a.sum.Sum(nil))})
	return nil
}

func (a *archiveWriter) close() error {
	b, err := json.MarshalIndent(a.end, "", "\t")
	if err == nil {
		err = a.member(endName, b)
	}
	if err == nil {
		err = a.tar.Close()
	}
	if err == nil {
		err = a.gz.Close()
	}
	return err
}

// archiveVisitor gets what an archive holds, in order. What it got may only be
// kept once readArchive returns nil.
type archiveVisitor struct {
	head func(*archiveHead) error
	row  func(table int, vals []any) error
}

func damaged(err error) error { return fault.Wrap(fault.Invalid, err, "store.archive") }

// gzipHead is the beginning of every archive. The checksum of gzip does not
// cover it, so it is compared.
var gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}

// readArchive reads an archive to its very end and refuses any that is not
// whole. Errors of the visitor come back unchanged.
func readArchive(r io.Reader, visit archiveVisitor) error {
	br := bufio.NewReaderSize(r, 1<<16)
	if b, err := br.Peek(len(gzipHead)); err != nil || !bytes.Equal(b, gzipHead) {
		return fault.Wrap(fault.Invalid, err, "store.archive_not")
	}
	gz, err := gzip.NewReader(br)
	if err != nil {
		return damaged(err)
	}
	gz.Multistream(false)
	if err := readMembers(gz, visit); err != nil {
		return err
	}
	if _, err := br.ReadByte(); err != io.EOF {
		return damaged(fmt.Errorf("something follows: %w", err))
	}
	return nil
}

// readMembers reads what is in the gzip.
func readMembers(r io.Reader, visit archiveVisitor) error {
	a := &archiveReader{tar: tar.NewReader(r), visit: visit}
	head, err := a.readHead()
	if err != nil {
		return err
	}
	if err := visit.head(head); err != nil {
		return err
	}
	end, err := a.readTables(head)
	if err != nil {
		return err
	}
	if err := a.readEnd(end); err != nil {
		return err
	}
	if _, err := a.tar.Next(); err != io.EOF {
		return damaged(fmt.Errorf("a member too many: %w", err))
	}
	// The checksum of gzip is compared only at its end.
	if n, err := io.Copy(io.Discard, r); err != nil || n > 0 {
		return damaged(fmt.Errorf("%d bytes too many: %w", n, err))
	}
	return nil
}

type archiveReader struct {
	tar   *tar.Reader
	visit archiveVisitor
	next  *tar.Header // read and not yet used
	sum   string      // of the head
}

// peek is the next member, which stays the next until next is nil.
func (a *archiveReader) peek() (*tar.Header, error) {
	if a.next == nil {
		h, err := a.tar.Next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, damaged(err)
		}
		if h.Typeflag != tar.TypeReg {
			return nil, damaged(fmt.Errorf("%s is no plain file", h.Name))
		}
		a.next = h
	}
	return a.next, nil
}

// small reads a member that is kept in memory whole.
func (a *archiveReader) small(name string) ([]byte, error) {
	h, err := a.peek()
	if err != nil {
		return nil, err
	}
	if h.Name != name || h.Size > maxHead {
		return nil, damaged(fmt.Errorf("%s of %d bytes where %s belongs", h.Name, h.Size, name))
	}
	a.next = nil
	b, err := io.ReadAll(a.tar)
	if err != nil {
		return nil, damaged(err)
	}
	return b, nil
}

var (
	identifier = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
	sumText    = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func (a *archiveReader) readHead() (*archiveHead, error) {
	b, err := a.small(headName)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	a.sum = hex.EncodeToString(sum[:])
	var h archiveHead
	if err := json.Unmarshal(b, &h); err != nil {
		return nil, damaged(err)
	}
	if h.Format != archiveFormat {
		return nil, fault.New(fault.Invalid, "store.archive_not")
	}
	if h.Version > archiveVersion {
		return nil, fault.New(fault.Conflict, "store.archive_newer", h.Version, archiveVersion)
	}
	seen := map[string]bool{}
	for _, t := range h.Tables {
		if !identifier.MatchString(t.Name) || seen[t.Name] || len(t.Columns) == 0 || t.Rows < 0 {
			return nil, damaged(fmt.Errorf("head: table %q", t.Name))
		}
		seen[t.Name] = true
		cols := map[string]bool{}
		for _, c := range t.Columns {
			switch c.Kind {
			case kindText, kindInt, kindReal, kindBool, kindBytes:
			default:
				return nil, damaged(fmt.Errorf("head: kind %q", c.Kind))
			}
			if !identifier.MatchString(c.Name) || cols[c.Name] {
				return nil, damaged(fmt.Errorf("head: column %q of %s", c.Name, t.Name))
			}
			cols[c.Name] = true
		}
	}
	for _, l := range h.Lines {
		if !lineName.MatchString(l.Name) || !seen[l.table()] {
			return nil, damaged(fmt.Errorf("head: line %q", l.Name))
		}
		for _, s := range l.Steps {
			if !stepName.MatchString(s.Name) || !sumText.MatchString(s.Sum) {
				return nil, damaged(fmt.Errorf("head: step %q of %s", s.Name, l.Name))
			}
		}
	}
	return &h, nil
}

func (l lineHead) table() string { return Line{Name: l.Name}.table() }

// readTables reads the rows and returns what the end must say about them.
func (a *archiveReader) readTables(h *archiveHead) (*archiveEnd, error) {
	end := &archiveEnd{Head: a.sum, Tables: []tableEnd{}}
	for i, t := range h.Tables {
		sum, rows := sha256.New(), int64(0)
		for n := 1; ; n++ {
			m, err := a.peek()
			if err != nil {
				return nil, err
			}
			if m.Name != chunkName(t.Name, n) {
				break
			}
			a.next = nil
			got, err := a.readChunk(i, t, io.TeeReader(a.tar, sum))
			if err != nil {
				return nil, err
			}
			rows += got
		}
		if rows != t.Rows {
			return nil, damaged(fmt.Errorf("table %s has %d rows, the head says %d", t.Name, rows, t.Rows))
		}
		end.Tables = append(end.Tables, tableEnd{Name: t.Name, Rows: rows, Sum: hex.EncodeToString(sum.Sum(nil))})
	}
	return end, nil
}

func (a *archiveReader) readChunk(i int, t tableHead, r io.Reader) (rows int64, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1<<16), maxRow)
	for lines.Scan() {
		vals, err := parseRow(lines.Bytes(), t.Columns)
		if err != nil {
			return rows, damaged(fmt.Errorf("table %s: %w", t.Name, err))
		}
		if err := a.visit.row(i, vals); err != nil {
			return rows, err
		}
		rows++
	}
	if err := lines.Err(); err != nil {
		return rows, damaged(err)
	}
	return rows, nil
}

func (a *archiveReader) readEnd(want *archiveEnd) error {
	b, err := a.small(endName)
	if err != nil {
		return err
	}
	var got archiveEnd
	if err := json.Unmarshal(b, &got); err != nil {
		return damaged(err)
	}
	again, err := json.Marshal(got)
	if err != nil {
		return damaged(err)
	}
	if w, err := json.Marshal(want); err != nil || !bytes.Equal(w, again) {
		return damaged(errors.New("the checksums at the end do not match"))
	}
	return nil
}
