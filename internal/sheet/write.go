package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"netral/internal/fault"
)

// Writer writes a table row by row. Nothing is complete before Close.
type Writer interface {
	Write(cells []string) error
	Close() error
}

// bold reports whether a text begins like something that spreadsheets run: a
// formula, or a command of DDE. The wide forms are taken for the narrow ones in
// some of them, and spaces in front are dropped by some.
func bold(s string) bool {
	s = strings.TrimLeft(s, " \u00a0")
	if s == "" {
		return false
	}
	switch r, _ := utf8.DecodeRuneInString(s); r {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return true
	}
	return false
}

// guarded puts an apostrophe before what a spreadsheet would run. What already
// looks like something guarded gets one, too, so that unguard undoes exactly
// this.
func guarded(s string) string {
	if bold(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if s != "" && s[0] == '\'' && bold(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

type csvWriter struct{ w *csv.Writer }

// NewCSV writes CSV: UTF-8 with a mark, since spreadsheets take it for something
// else without one, commas, and lines that end in CR LF.
func NewCSV(w io.Writer) (Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	c := &csvWriter{csv.NewWriter(w)}
	c.w.UseCRLF = true
	return c, nil
}

func (c *csvWriter) Write(cells []string) error {
	out := make([]string, len(cells))
	for i, s := range cells {
		out[i] = guarded(s)
	}
	return c.w.Write(out)
}

func (c *csvWriter) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// mostRows is how many rows a sheet of XLSX holds.
const mostRows = 1 << 20

type xlsxWriter struct {
	to  io.Writer
	f   *excelize.File
	w   *excelize.StreamWriter
	row int
}

// NewXLSX writes XLSX with one sheet, in which everything is text. Large tables
// wait in a file in dir (the system's folder when empty) until Close, which
// sends all. More than 1,048,576 rows are TooLarge.
func NewXLSX(to io.Writer, dir, sheet string) (Writer, error) {
	f := excelize.NewFile(excelize.Options{TmpDir: dir})
	x := &xlsxWriter{to: to, f: f}
	fail := func(err error) (Writer, error) { return nil, errors.Join(err, f.Close()) }
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fail(err)
	}
	var err error
	if x.w, err = f.NewStreamWriter(sheet); err != nil {
		return fail(err)
	}
	if err := x.w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fail(err)
	}
	return x, nil
}

func (x *xlsxWriter) Write(cells []string) error {
	if x.row++; x.row > mostRows {
		return fault.New(fault.TooLarge, "sheet.xlsx_rows", int64(mostRows))
	}
	out := make([]any, len(cells))
	for i, s := range cells {
		out[i] = guarded(s)
	}
	at, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return err
	}
	return x.w.SetRow(at, out)
}

func (x *xlsxWriter) Close() error {
	err := x.w.Flush()
	if err == nil {
		err = x.f.Write(x.to)
	}
	return errors.Join(err, x.f.Close())
}
