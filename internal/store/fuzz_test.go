package store

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"testing"
	"time"
)

// FuzzReadMembers feeds the reader what gzip's checksum would otherwise keep
// from it.
func FuzzReadMembers(f *testing.F) {
	cols := []column{{"id", kindText}, {"n", kindInt}, {"r", kindReal}, {"ok", kindBool}, {"b", kindBytes}}
	h := &archiveHead{
		Format: archiveFormat, Version: archiveVersion, Made: time.Unix(1700000000, 0).UTC(), Engine: "sqlite",
		Tables: []tableHead{{Name: "a", Columns: cols, Rows: 2}, {Name: "schema_x", Columns: cols[:1]}},
		Lines:  []lineHead{{Name: "x"}},
	}
	var good bytes.Buffer
	a, err := newArchiveWriter(&good, h)
	if err != nil {
		f.Fatal(err)
	}
	a.begin("a")
	for range 2 {
		if err := a.row(cols, []any{"x", int64(1), 0.5, true, []byte("y")}); err != nil {
			f.Fatal(err)
		}
	}
	if err := a.endTable(); err != nil {
		f.Fatal(err)
	}
	a.begin("schema_x")
	if err := a.endTable(); err != nil {
		f.Fatal(err)
	}
	if err := a.close(); err != nil {
		f.Fatal(err)
	}
	z, err := gzip.NewReader(&good)
	if err != nil {
		f.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(bytes.Replace(b, []byte(`"x",1`), []byte(`"x",2`), 1))
	f.Add(b[:len(b)/2])
	f.Add(bytes.Repeat([]byte{0}, 1024))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, heads := int64(0), 0
		var head *archiveHead
		err := readMembers(bytes.NewReader(b), archiveVisitor{
			head: func(h *archiveHead) error { head = h; heads++; return nil },
			row: func(i int, vals []any) error {
				rows++
				if len(vals) != len(head.Tables[i].Columns) {
					t.Errorf("%d values for %d columns", len(vals), len(head.Tables[i].Columns))
				}
				return nil
			},
		})
		if err == nil && (heads != 1 || rows != head.total()) {
			t.Errorf("taken with %d heads and %d of %d rows", heads, rows, head.total())
		}
		if err == nil {
			// Whatever is taken is a tar that others can read, too.
			names := []string{}
			for r := tar.NewReader(bytes.NewReader(b)); ; {
				m, err := r.Next()
				if err != nil {
					break
				}
				names = append(names, m.Name)
			}
			if len(names) < 2 || names[0] != headName || names[len(names)-1] != endName {
				t.Errorf("taken with members %v", names)
			}
		}
	})
}

// FuzzParseRow: what is taken is written again as the same bytes.
func FuzzParseRow(f *testing.F) {
	cols := []column{{"id", kindText}, {"n", kindInt}, {"r", kindReal}, {"ok", kindBool}, {"b", kindBytes}}
	for _, s := range []string{
		`["x",1,0.5,true,"eA=="]`, `[null,null,null,null,null]`, `["<&>\u2028",-9223372036854775808,"-Inf",false,""]`,
		`["x",1e3,"NaN",1,"eA"]`, `["\ud800",1,1,true,""]`, `["x",1,0.5,true,"eA=="] `, `[]`, `{}`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		vals, err := parseRow(line, cols)
		if err != nil {
			return
		}
		again, err := appendRow(nil, cols, vals)
		if err != nil || !bytes.Equal(again, append(slices.Clone(line), '\n')) {
			t.Errorf("%q became %q, %v", line, again, err)
		}
	})
}
