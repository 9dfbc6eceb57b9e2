package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// worthPacking: below this, packing costs more than it saves on the wire.
const worthPacking = 1024

// pageLevel is the fastest: it makes a page a tenth larger than level 4 does,
// and takes half its time (BenchmarkPage).
const pageLevel = gzip.BestSpeed

type packer struct {
	buf bytes.Buffer
	z   *gzip.Writer
}

var packers = sync.Pool{New: func() any {
	p := &packer{}
	p.z, _ = gzip.NewWriterLevel(&p.buf, pageLevel) // fails only for a level that does not exist
	return p
}}

// takesGzip reads Accept-Encoding. "gzip;q=0" forbids it.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, param, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, isQ := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(param), " ", ""), "q=")
		if !isQ {
			return true
		}
		v, err := strconv.ParseFloat(q, 64)
		return err == nil && v > 0
	}
	return false
}

func packable(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json") ||
		strings.Contains(kind, "xml") || strings.Contains(kind, "yaml")
}

// send writes a whole body, packed where the reader can unpack it. Packing
// does not betray secrets here (as BREACH would have it), because no page
// holds one beside what a stranger could choose: there are no form tokens.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	h := w.Header()
	if len(body) >= worthPacking && packable(h.Get("Content-Type")) {
		h.Add("Vary", "Accept-Encoding")
		if takesGzip(r) {
			p := packers.Get().(*packer)
			defer packers.Put(p)
			p.buf.Reset()
			p.z.Reset(&p.buf)
			if _, err := p.z.Write(body); err != nil {
				return fmt.Errorf("web: pack: %w", err)
			}
			if err := p.z.Close(); err != nil {
				return fmt.Errorf("web: pack: %w", err)
			}
			h.Set("Content-Encoding", "gzip")
			body = p.buf.Bytes()
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader went away: nobody to tell
	}
	return nil
}
