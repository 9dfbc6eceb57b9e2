package sheet

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"netral/internal/fault"
)

// inMemory is how large a sheet may be before it is unpacked to a file.
const inMemory = 8 << 20

type xlsxSource struct {
	f    *excelize.File
	rows *excelize.Rows
	row  int64
	size int64
	most int64 // rows by the sheet's own word, for the progress
}

func openXLSX(f io.ReaderAt, size int64, o Options) (source, Format, error) {
	if err := checkZip(f, size, o.Limits); err != nil {
		return nil, Format{}, err
	}
	x, err := excelize.OpenReader(io.NewSectionReader(f, 0, size), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: o.Limits.Unpacked, UnzipXMLSizeLimit: inMemory, TmpDir: o.Dir,
	})
	if err != nil {
		return nil, Format{}, fault.Wrap(fault.Invalid, err, "sheet.broken")
	}
	s := &xlsxSource{f: x, size: size}
	form := Format{Type: "xlsx"}
	for _, name := range x.GetSheetList() {
		if shown, err := x.GetSheetVisible(name); err == nil && shown {
			form.Sheet = name
			break
		}
	}
	if p, err := x.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		form.Since1904 = *p.Date1904
	}
	if s.rows, err = x.Rows(form.Sheet); err != nil {
		return nil, Format{}, errors.Join(fault.Wrap(fault.Invalid, err, "sheet.broken"), x.Close())
	}
	if d, err := x.GetSheetDimension(form.Sheet); err == nil {
		if _, to, ok := strings.Cut(d, ":"); ok {
			if _, n, err := excelize.CellNameToCoordinates(to); err == nil {
				s.most = int64(n)
			}
		}
	}
	return s, form, nil
}

// checkZip refuses by the directory, before anything is unpacked. A size in the
// directory that is too small is found out by the library while it unpacks.
func checkZip(f io.ReaderAt, size int64, l Limits) error {
	if size > l.Packed {
		return fault.New(fault.TooLarge, "sheet.file", mebi(size), mebi(l.Packed))
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "sheet.broken")
	}
	const most = 10_000 // parts; a workbook has a few dozen
	if len(z.File) > most {
		return fault.New(fault.TooLarge, "sheet.parts", len(z.File), most)
	}
	var total uint64
	workbook := false
	other := "ZIP"
	for _, p := range z.File {
		name := strings.ReplaceAll(p.Name, "\\", "/")
		switch {
		case strings.EqualFold(name, "xl/workbook.xml"):
			workbook = true
		case name == "xl/workbook.bin":
			other = "XLSB"
		case strings.HasPrefix(name, "word/"):
			other = "DOCX"
		case strings.HasPrefix(name, "ppt/"):
			other = "PPTX"
		case name == "content.xml":
			other = "ODS"
		}
		n := p.UncompressedSize64
		if n > uint64(l.Unpacked) || total+n > uint64(l.Unpacked) {
			return fault.New(fault.TooLarge, "sheet.unpacked", mebi(l.Unpacked))
		}
		total += n
		if n > 1<<20 && n/max(1, p.CompressedSize64) > uint64(l.Ratio) {
			return fault.New(fault.TooLarge, "sheet.ratio", l.Ratio)
		}
	}
	if !workbook {
		return fault.New(fault.Invalid, "sheet.type", other)
	}
	return nil
}

func (s *xlsxSource) next() (cells []string, row int64, err error) {
	// The library has panicked over damaged files before; that must not end us.
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Invalid, fmt.Errorf("panic: %v", p), "sheet.broken")
		}
	}()
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return nil, 0, fault.Wrap(fault.Invalid, err, "sheet.broken")
		}
		return nil, 0, io.EOF
	}
	s.row++
	if cells, err = s.rows.Columns(); err != nil {
		return nil, 0, fault.Wrap(fault.Invalid, err, "sheet.broken")
	}
	return cells, s.row, nil
}

// done goes by rows: how far the file itself is read cannot be seen.
func (s *xlsxSource) done() int64 {
	if s.most == 0 {
		return 0
	}
	return s.size / s.most * min(s.row, s.most)
}

func (s *xlsxSource) close() error { return errors.Join(s.rows.Close(), s.f.Close()) }
