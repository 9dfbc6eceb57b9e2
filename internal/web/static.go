package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var static embed.FS

// assets are the files under static/, each at an address that holds the hash
// of its content, so that a browser may keep it for ever.
type assets struct {
	href   map[string]string // "app.css" → "/static/app.1f2e….css"
	served map[string]asset  // "app.1f2e….css" → content
}

type asset struct {
	kind        string
	plain, gzip []byte // gzip is nil where packing does not help
}

func loadAssets(fsys fs.FS) (*assets, error) {
	a := &assets{href: map[string]string{}, served: map[string]asset{}}
	entries, err := fs.ReadDir(fsys, "static")
	if err != nil {
		return nil, fmt.Errorf("web: static files: %w", err)
	}
	for _, e := range entries {
		body, err := fs.ReadFile(fsys, path.Join("static", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("web: static files: %w", err)
		}
		ext := path.Ext(e.Name())
		kind := mime.TypeByExtension(ext)
		if ext == ".css" { // independent of the machine's table of types
			kind = "text/css; charset=utf-8"
		} else if ext == ".svg" {
			kind = "image/svg+xml"
		}
		if kind == "" {
			return nil, fmt.Errorf("web: static file %s: no media type for %q", e.Name(), ext)
		}
		packed, err := pack(body)
		if err != nil {
			return nil, fmt.Errorf("web: static file %s: %w", e.Name(), err)
		}
		if len(packed) > len(body)*9/10 {
			packed = nil
		}
		sum := sha256.Sum256(body)
		name := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.href[e.Name()] = "/static/" + name
		a.served[name] = asset{kind: kind, plain: body, gzip: packed}
	}
	return a, nil
}

func pack(body []byte) ([]byte, error) {
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// Asset is the address of a static file.
func (s *Shell) Asset(name string) string { return s.assets.href[name] }

func (s *Shell) serveAsset(w http.ResponseWriter, r *http.Request) {
	// A look-up in a map: no path ever reaches a file system.
	a, ok := s.assets.served[r.PathValue("name")]
	if !ok {
		s.fail(w, s.request(r), notFound())
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	body := a.plain
	if a.gzip != nil {
		h.Add("Vary", "Accept-Encoding")
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = a.gzip
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader went away: nobody to tell
	}
}
