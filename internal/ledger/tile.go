package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
	"netral/internal/store"
)

// tile names a resource of the static tree (C2SP tlog-tiles): up to 256 hashes
// of one level in eight, or the entries under them.
type tile struct {
	entries bool
	level   int   // of tiles: each is eight levels of the tree
	n       int64 // which of the level
	width   int   // 1 to 256
}

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	// maxTileLevel and maxTile are as far as a tree of 2⁶² leaves reaches.
	maxTileLevel = 7
	maxTile      = 1 << (62 - tileHeight)
)

// path is the address of a tile under the log's prefix, without a slash before.
func (t tile) path() string {
	n := fmt.Sprintf("%03d", t.n%1000)
	for rest := t.n / 1000; rest > 0; rest /= 1000 {
		n = fmt.Sprintf("x%03d/", rest%1000) + n
	}
	level := "entries"
	if !t.entries {
		level = strconv.Itoa(t.level)
	}
	if t.width < tileWidth {
		n += ".p/" + strconv.Itoa(t.width)
	}
	return "tile/" + level + "/" + n
}

// parseTile reads the address of a tile. Each tile has one.
func parseTile(p string) (tile, bool) {
	t := tile{width: tileWidth}
	rest, ok := strings.CutPrefix(p, "tile/")
	level, rest, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || len(p) > 80 {
		return tile{}, false
	}
	if t.entries = level == "entries"; !t.entries {
		n, err := strconv.ParseUint(level, 10, 8)
		if err != nil || n > maxTileLevel {
			return tile{}, false
		}
		t.level = int(n)
	}
	if number, width, partial := strings.Cut(rest, ".p/"); partial {
		n, err := strconv.ParseUint(width, 10, 9)
		if err != nil || n < 1 || n >= tileWidth {
			return tile{}, false
		}
		rest, t.width = number, int(n)
	}
	for part := range strings.SplitSeq(rest, "/") {
		n, err := strconv.ParseUint(strings.TrimPrefix(part, "x"), 10, 16)
		if err != nil || n > 999 {
			return tile{}, false
		}
		if t.n = t.n*1000 + int64(n); t.n >= maxTile {
			return tile{}, false
		}
	}
	// Zeros too many, a plus sign, an x too many or too few: another spelling.
	if t.path() != p {
		return tile{}, false
	}
	return t, true
}

// errNoTile says that the tree has no such tile yet.
var errNoTile = errors.New("no such tile")

// readTile makes a tile of a tree of the given size from the stored rows.
func readTile(ctx context.Context, tx *store.Tx, t tile, size int64) ([]byte, error) {
	level := t.level * tileHeight
	first := t.n * tileWidth
	if first+int64(t.width) > size>>level {
		return nil, errNoTile
	}
	if t.entries {
		return readBundle(ctx, tx, first, t.width)
	}
	ids := make([]int64, t.width)
	for i := range ids {
		ids[i] = tlog.StoredHashIndex(level, first+int64(i))
	}
	read := readHashes
	if level == 0 {
		read = readHashRange // leaves lie close together
	}
	hashes, err := read(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		out = append(out, h[:]...)
	}
	return out, nil
}

// readBundle makes an entry bundle: each leaf behind its length in two bytes.
func readBundle(ctx context.Context, tx *store.Tx, first int64, n int) ([]byte, error) {
	leaves, err := readLeaves(ctx, tx, first, first+int64(n))
	if err != nil {
		return nil, err
	}
	if len(leaves) != n {
		return nil, broken(fmt.Errorf("%d entries from %d on, want %d", len(leaves), first, n))
	}
	var out []byte
	for _, l := range leaves {
		if len(l) > 1<<16-1 {
			return nil, broken(errors.New("a leaf longer than a bundle can hold"))
		}
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(l))), l...)
	}
	return out, nil
}

// Handler serves the log for everybody as C2SP tlog-tiles: /checkpoint,
// /tile/<L>/<N>[.p/<W>] and /tile/entries/<N>[.p/<W>]. Anything else is not
// found. Mount it with http.StripPrefix when it is not at the root.
func (b *Book) Handler() http.Handler { return http.HandlerFunc(b.serve) }

func (b *Book) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	// The log is public: a page of somebody else may check it.
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	body, kind, cache, err := b.resource(r.Context(), r.URL.EscapedPath())
	if err != nil {
		h.Set("Cache-Control", "no-store")
		if errors.Is(err, errNoTile) {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		b.log.ErrorContext(r.Context(), "serve the log", "path", r.URL.Path, "err", err)
		if errors.Is(err, fault.Busy) {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", cache)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body); err != nil {
		b.log.DebugContext(r.Context(), "serve the log", "err", err) // the client went away
	}
}

// resource is what stands at an address.
func (b *Book) resource(ctx context.Context, p string) (body []byte, kind, cache string, err error) {
	p, ok := strings.CutPrefix(p, "/")
	if ok && p == "checkpoint" {
		body, err = b.Checkpoint(ctx)
		return body, "text/plain; charset=utf-8", "no-cache", err
	}
	t, tiled := parseTile(p)
	if !ok || !tiled {
		return nil, "", "", errNoTile
	}
	err = b.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		size, _, err := head(ctx, tx)
		if err != nil {
			return err
		}
		body, err = readTile(ctx, tx, t, size)
		return err
	})
	// A tile never changes, a partial one neither: it is of one width.
	return body, "application/octet-stream", "public, max-age=31536000, immutable", err
}
