package store

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"

	"netral/internal/fault"
)

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
