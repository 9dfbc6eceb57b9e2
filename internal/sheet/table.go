package sheet

import (
	"fmt"
	"io"

	"netral/internal/fault"
)

// Limits bound what a file may cost.
type Limits struct {
	File     int64 // bytes of the file
	Packed   int64 // bytes of an XLSX, which is a zip
	Unpacked int64 // bytes of an XLSX once unpacked
	Ratio    int64 // how many times larger a part of an XLSX may become
	Rows     int64 // with the heading
	Columns  int
	Row      int // bytes of a row
	Cell     int // bytes of a cell
}

// Usual are the limits for files of a whole government: some five million rows.
func Usual() Limits {
	return Limits{File: 8 << 30, Packed: 256 << 20, Unpacked: 2 << 30, Ratio: 300, Rows: 50_000_000, Columns: 200, Row: 1 << 20, Cell: 64 << 10}
}

// Options say how a file is read.
type Options struct {
	Limits Limits // Usual when zero
	// Dir is where large parts of an XLSX are unpacked to; the system's folder
	// when empty.
	Dir string
}

// Format is what a file was found to be.
type Format struct {
	Type     string `json:"type"`               // "csv", "xlsx"
	Encoding string `json:"encoding,omitempty"` // of CSV: "UTF-8", "UTF-16LE", "UTF-16BE", "Windows-1252"
	Comma    string `json:"comma,omitempty"`    // of CSV: ",", ";", "\t"
	Sheet    string `json:"sheet,omitempty"`    // of XLSX: the name of the sheet that is read
	// Since1904 says that days are counted from 1 January 1904, as old
	// programs for the Macintosh did.
	Since1904 bool `json:"since_1904,omitempty"`
}

// source yields raw rows.
type source interface {
	// next is a row, valid until the next call, and its number in the file.
	next() ([]string, int64, error)
	done() int64
	close() error
}

// Table is a file that is read row by row, by one goroutine.
type Table struct {
	Format Format

	src    source
	limits Limits
	size   int64
	row    int64
	rows   int64
}

// Open looks at a file and begins to read it. Faults: Invalid when it is no
// table or not readable, TooLarge.
func Open(f io.ReaderAt, size int64, o Options) (*Table, error) {
	if o.Limits == (Limits{}) {
		o.Limits = Usual()
	}
	l := o.Limits
	if size > l.File {
		return nil, fault.New(fault.TooLarge, "sheet.file", mebi(size), mebi(l.File))
	}
	head := make([]byte, min(size, 4096))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("sheet: read: %w", err)
	}
	t := &Table{limits: l, size: size}
	var err error
	switch k := kindOf(head); k {
	case "zip":
		t.src, t.Format, err = openXLSX(f, size, o)
	case "":
		t.src, t.Format, err = openCSV(f, size, l)
	default:
		return nil, fault.New(fault.Invalid, "sheet.type", k)
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

func mebi(n int64) int64 { return (n + 1<<20 - 1) >> 20 }

// Next is the next row that is not empty, valid until the next call; io.EOF
// after the last. Faults are those of Open.
func (t *Table) Next() ([]string, error) {
	for {
		cells, row, err := t.src.next()
		if err != nil {
			return nil, err
		}
		if t.rows++; t.rows > t.limits.Rows {
			return nil, fault.New(fault.TooLarge, "sheet.rows", t.limits.Rows)
		}
		t.row = row
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) == 0 {
			continue
		}
		if len(cells) > t.limits.Columns {
			return nil, fault.New(fault.TooLarge, "sheet.columns", row, len(cells), t.limits.Columns)
		}
		for i, c := range cells {
			if len(c) > t.limits.Cell {
				return nil, fault.New(fault.TooLarge, "sheet.cell", row, Letters(i), len(c), t.limits.Cell)
			}
			cells[i] = unguard(c)
		}
		return cells, nil
	}
}

// Row is the number of the row that Next gave, as a spreadsheet counts: the
// first row of the file is 1.
func (t *Table) Row() int64 { return t.row }

// Progress is how many of how many bytes are read, about.
func (t *Table) Progress() (done, total int64) { return min(t.src.done(), t.size), t.size }

// Close frees what Open took. It does not close the file.
func (t *Table) Close() error { return t.src.close() }

// Letters is a column as spreadsheets call it: A, B, …, Z, AA.
func Letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
