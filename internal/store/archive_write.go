package store

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"
)

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
