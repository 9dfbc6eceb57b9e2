package store

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// What a backup takes in memory does not depend on its size.
func TestArchiveIsStreamed(t *testing.T) {
	const rows, limit = 60_000, 24 << 20
	cols := []column{{"id", kindText}, {"n", kindInt}}
	h := &archiveHead{
		Format: archiveFormat, Version: archiveVersion, Made: time.Unix(1700000000, 0).UTC(), Engine: "sqlite",
		Tables: []tableHead{{Name: "a", Columns: cols, Rows: rows}},
	}
	r, w := io.Pipe()
	go func() {
		a, err := newArchiveWriter(w, h)
		if err == nil {
			a.begin("a")
			body := strings.Repeat("netral ", 150) // 60 MB in all
			for i := range int64(rows) {
				if err = a.row(cols, []any{body, i}); err != nil {
					break
				}
			}
		}
		if err == nil {
			err = a.endTable()
		}
		if err == nil {
			err = a.close()
		}
		w.CloseWithError(err)
	}()
	seen, most := int64(0), uint64(0)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	err := readArchive(r, archiveVisitor{
		head: func(*archiveHead) error { return nil },
		row: func(_ int, vals []any) error {
			if vals[1] != seen {
				t.Errorf("row %d is %v", seen, vals[1])
			}
			if seen++; seen%5000 == 0 {
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			return nil
		},
	})
	if err != nil || seen != rows {
		t.Fatalf("%d rows, %v", seen, err)
	}
	if most > before+limit {
		t.Errorf("%d MB in use at once", (most-before)>>20)
	}
}
