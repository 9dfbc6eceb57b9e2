package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"netral/internal/fault"
	"netral/internal/sheet"
)

func open(t testing.TB, b []byte) (*sheet.Table, error) {
	t.Helper()
	return sheet.Open(bytes.NewReader(b), int64(len(b)), sheet.Options{Dir: t.TempDir()})
}

// all reads a table: each row with its number in front.
func all(t testing.TB, b []byte) (rows [][]string, f sheet.Format, err error) {
	t.Helper()
	tab, err := open(t, b)
	if err != nil {
		return nil, f, err
	}
	defer tab.Close()
	for {
		cells, err := tab.Next()
		if errors.Is(err, io.EOF) {
			return rows, tab.Format, nil
		}
		if err != nil {
			return rows, tab.Format, err
		}
		rows = append(rows, append([]string{fmt.Sprint(tab.Row())}, cells...))
	}
}

func utf16Text(s string, order binary.AppendByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		s = "\ufeff" + s
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

func TestCSV(t *testing.T) {
	want := [][]string{{"1", "NIP", "Nama"}, {"2", "1", "Ayu Ré"}}
	for name, c := range map[string]struct {
		in        string
		enc, part string
		want      [][]string
	}{
		"comma":            {"NIP,Nama\n1,Ayu Ré\n", "UTF-8", ",", want},
		"semicolon":        {"NIP;Nama\r\n1;Ayu Ré\r\n", "UTF-8", ";", want},
		"tab, no end":      {"NIP\tNama\n1\tAyu Ré", "UTF-8", "\t", want},
		"mark":             {"\ufeffNIP,Nama\n1,Ayu Ré\n", "UTF-8", ",", want},
		"windows":          {"NIP;Nama\n1;Ayu R\xe9\n", "Windows-1252", ";", want},
		"utf-16 le":        {string(utf16Text("NIP,Nama\n1,Ayu Ré\n", binary.LittleEndian, true)), "UTF-16LE", ",", want},
		"utf-16 be":        {string(utf16Text("NIP,Nama\n1,Ayu Ré\n", binary.BigEndian, true)), "UTF-16BE", ",", want},
		"utf-16, no mark":  {string(utf16Text("NIP,Nama\n1,Ayu Ré\n", binary.LittleEndian, false)), "UTF-16LE", ",", want},
		"said in the file": {"sep=;\nNIP;Nama\n1;Ayu Ré\n", "UTF-8", ";", [][]string{{"2", "NIP", "Nama"}, {"3", "1", "Ayu Ré"}}},
		"quoted": {"a,b\n\"x, \"\"y\"\"\nz\",2\n\n,,\n3,4\n", "UTF-8", ",",
			[][]string{{"1", "a", "b"}, {"2", "x, \"y\"\nz", "2"}, {"5", "3", "4"}}},
		"delimiter in quotes": {"\"a,b\";c\n1;2\n", "UTF-8", ";", [][]string{{"1", "a,b", "c"}, {"2", "1", "2"}}},
		"one column":          {"nip\n12\n", "UTF-8", ",", [][]string{{"1", "nip"}, {"2", "12"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, f, err := all(t, []byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if f.Type != "csv" || f.Encoding != c.enc || f.Comma != c.part {
				t.Errorf("format %+v", f)
			}
		})
	}
}

// endless is a file of any size that is not there.
type endless struct{ head, fill string }

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	if off < int64(len(e.head)) {
		n = copy(p, e.head[off:])
	}
	first := n
	for ; n < len(p) && n < first+len(e.fill); n++ {
		p[n] = e.fill[(off+int64(n))%int64(len(e.fill))]
	}
	for n < len(p) { // what is there already, once more: it repeats with the fill
		n += copy(p[n:], p[first:n])
	}
	return n, nil
}

func TestALineOfTwoGigabytes(t *testing.T) {
	for name, e := range map[string]endless{
		"plain":             {"nip,nama\n1,", "x"},
		"an open quotation": {"nip,nama\n1,\"", "xxxxxxxxx\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			tab, err := sheet.Open(e, 2<<30, sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tab.Next(); err != nil {
				t.Fatal(err)
			}
			_, err = tab.Next()
			want(t, err, fault.TooLarge, "sheet.line")
			if f := fault.Of(err); len(f.Args) != 2 || f.Args[0] != int64(2) {
				t.Errorf("told %v, want row 2", f.Args)
			}
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > 32<<20 {
				t.Errorf("%d bytes were taken for it", n)
			}
		})
	}
}

func want(t *testing.T, err error, k fault.Kind, key string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Kind != k || f.Key != key {
		t.Errorf("got %v, want %s %s", err, k, key)
	}
}

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRefused(t *testing.T) {
	bomb := zipped(t, map[string][]byte{"xl/workbook.xml": []byte("<a/>"), "xl/worksheets/sheet1.xml": make([]byte, 64<<20)})
	for name, c := range map[string]struct {
		in  []byte
		k   fault.Kind
		key string
	}{
		"nothing":       {nil, fault.Invalid, "sheet.empty"},
		"pdf":           {[]byte("%PDF-1.4"), fault.Invalid, "sheet.type"},
		"old excel":     {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1…"), fault.Invalid, "sheet.type"},
		"page":          {[]byte("<html><table>"), fault.Invalid, "sheet.type"},
		"word":          {zipped(t, map[string][]byte{"word/document.xml": nil}), fault.Invalid, "sheet.type"},
		"binary":        {[]byte("a,b\n1,\x00\x01\x02x\n"), fault.Invalid, "sheet.encoding"},
		"neither":       {[]byte("a,b\n1,\x81\xff\n"), fault.Invalid, "sheet.encoding"},
		"bare quote":    {[]byte("a,b\n1,x\"y\n"), fault.Invalid, "sheet.quote"},
		"open quote":    {[]byte("a,b\n1,\"y\n"), fault.Invalid, "sheet.quote"},
		"bomb":          {bomb, fault.TooLarge, "sheet.ratio"},
		"cut zip":       {bomb[:len(bomb)/2], fault.Invalid, "sheet.broken"},
		"empty zip":     {zipped(t, nil), fault.Invalid, "sheet.type"},
		"no xml inside": {zipped(t, map[string][]byte{"xl/workbook.xml": []byte("x")}), fault.Invalid, "sheet.broken"},
		"columns":       {[]byte(strings.Repeat("a,", 300) + "b\n"), fault.TooLarge, "sheet.columns"},
		"cell":          {[]byte("a\n" + strings.Repeat("x", 70_000) + "\n"), fault.TooLarge, "sheet.cell"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := all(t, c.in)
			want(t, err, c.k, c.key)
		})
	}
}

func TestASizeThatLies(t *testing.T) {
	b := zipped(t, map[string][]byte{"xl/workbook.xml": bytes.Repeat([]byte("<x/>"), 1<<20)})
	// The directory at the end says how large the part becomes: say 4 bytes.
	i := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[i+24:], 4)
	_, _, err := all(t, b)
	want(t, err, fault.Invalid, "sheet.broken")
}

func TestXLSX(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "NIP", "B1": "Lahir", "A3": "197501012000032001", "B3": 27395, "C3": true} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Sheet1", "B3", "B3", style); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, form, err := all(t, b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]string{{"1", "NIP", "Lahir"}, {"3", "197501012000032001", "27395", "1"}}, got); d != "" {
		t.Error(d)
	}
	if form.Type != "xlsx" || form.Sheet != "Sheet1" {
		t.Errorf("format %+v", form)
	}
}

// write writes a table and reads it again.
func write(t testing.TB, kind string, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := sheet.NewCSV(&b)
	if kind == "xlsx" {
		b.Reset()
		w, err = sheet.NewXLSX(&b, "", "pegawai")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rows := [][]string{{"nip", "nama"},
		{"1", "=HYPERLINK(\"http://x\")"}, {"2", "+62"}, {"3", "-5"}, {"4", "@SUM(A1)"}, {"5", "\tx"}, {"6", "'=1"}, {"7", "''+1"},
		{"8", "'biasa"}, {"9", "  =1"}, {"10", "＝1"}, {"11", "a\nb, \"c\""}, {"12", "'"}, {"13", "ré 😀"}}
	for _, kind := range []string{"csv", "xlsx"} {
		t.Run(kind, func(t *testing.T) {
			b := write(t, kind, rows)
			got, _, err := all(t, b)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range got {
				if d := cmp.Diff(rows[i], r[1:]); d != "" {
					t.Error(d)
				}
			}
			if len(got) != len(rows) {
				t.Errorf("%d rows", len(got))
			}
			if kind == "csv" {
				for _, no := range []string{",=", ",+", ",-", ",@", ",\t", "\"=", "\"\t"} {
					if bytes.Contains(b, []byte(no)) {
						t.Errorf("%q is in:\n%s", no, b)
					}
				}
			}
		})
	}
}

func TestAnyTextComesBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`['= ]{0,3}[=+@\-\ta"',;\n ]{0,6}x`).Draw(r, "cell")
		b := write(t, "csv", [][]string{{"a", "b"}, {"1", s}})
		got, _, err := all(t, b)
		if err != nil || len(got) != 2 || got[1][2] != s {
			r.Fatalf("%q came back as %q, %v", s, got, err)
		}
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "sep=;\na;b\n", "\"a\n\",b\r\n", "\xff\xfea\x00", "a\tb\n\"x\"\"y\"\tz"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1 && b[0] == 'P' && b[1] == 'K' {
			return // the other target
		}
		read(t, b)
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(write(f, "xlsx", [][]string{{"a", "b"}, {"1", "2"}}))
	f.Fuzz(func(t *testing.T, b []byte) { read(t, b) })
}

// read wants an end, a fault that is not ours, and rows that count up.
func read(t *testing.T, b []byte) {
	tab, err := sheet.Open(bytes.NewReader(b), int64(len(b)), sheet.Options{Dir: t.TempDir(), Limits: sheet.Limits{File: 1 << 20, Packed: 1 << 20, Unpacked: 4 << 20, Ratio: 50, Rows: 10_000, Columns: 50, Row: 1 << 12, Cell: 1 << 11}})
	last := int64(0)
	for err == nil {
		var cells []string
		if cells, err = tab.Next(); err == nil {
			if len(cells) == 0 || tab.Row() <= last {
				t.Fatalf("row %d after %d with %d cells", tab.Row(), last, len(cells))
			}
			last = tab.Row()
		}
	}
	if !errors.Is(err, io.EOF) && fault.Of(err).Kind == fault.Internal {
		t.Fatal(err)
	}
	if tab != nil {
		if err := tab.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	row := "197501012000032001,123456,Siti Nurhaliza,,S.E.,IV/a,S-1,Manajemen,1975-01-01,P,PNS,2010-01-01,\n"
	body := []byte("nip,nrk,nama,depan,belakang,gol,pendidikan,jurusan,lahir,jk,status,mulai,selesai\n" + strings.Repeat(row, 20_000))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, _, err := all(b, body); err != nil {
			b.Fatal(err)
		}
	}
}
