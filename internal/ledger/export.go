package ledger

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"netral/internal/fault"
	"netral/internal/store"
)

// Export writes the log as files in the layout of C2SP tlog-tiles: any web
// server can publish the folder, and outside tools check it where it lies. The
// checkpoint is written last. Into a folder with an earlier export only what
// is new is written; when a file there differs from what it must be, the log
// has been changed since, and the export stops.
func (b *Book) Export(ctx context.Context, dir string) error {
	return b.read(ctx, func(ctx context.Context, tx *store.Tx, size int64) error {
		for level := 0; size>>(level*tileHeight) > 0; level++ {
			width := size >> (level * tileHeight)
			if err := exportTiles(ctx, tx, dir, tile{level: level}, width, size); err != nil {
				return err
			}
		}
		if err := exportTiles(ctx, tx, dir, tile{entries: true}, size, size); err != nil {
			return err
		}
		c, err := b.kept(ctx, tx, size)
		if err != nil {
			return err
		}
		if err := b.cosigned(ctx, tx, &c, nil); err != nil {
			return err
		}
		return replaceFile(filepath.Join(dir, "checkpoint"), c.Marshal())
	})
}

// exportTiles writes the tiles of one level that has count hashes or entries.
func exportTiles(ctx context.Context, tx *store.Tx, dir string, t tile, count, size int64) error {
	for t.n = 0; t.n*tileWidth < count; t.n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.width = int(min(tileWidth, count-t.n*tileWidth))
		data, err := readTile(ctx, tx, t, size)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(t.path()))
		have, err := os.ReadFile(path)
		switch {
		case err == nil && bytes.Equal(have, data):
			continue
		case err == nil:
			return fault.New(fault.Conflict, "ledger.export_differs", path)
		case !errors.Is(err, fs.ErrNotExist):
			return fault.Wrap(fault.Invalid, err, "ledger.export_write", path)
		}
		if err := replaceFile(path, data); err != nil {
			return err
		}
	}
	return nil
}

// replaceFile writes a file that appears whole.
func replaceFile(path string, data []byte) error {
	failed := func(err error) error { return fault.Wrap(fault.Busy, err, "ledger.export_write", path) }
	// The log is public; so are the files.
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return failed(err)
	}
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return failed(err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return failed(err)
	}
	return nil
}
