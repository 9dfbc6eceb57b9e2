package ledger_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
)

func TestExport(t *testing.T) {
	ledgertest.Each(t, nil, func(t *testing.T, db *store.DB, book *ledger.Book) {
		dir := t.TempDir()
		ctx := t.Context()
		bulk(t, book, 300)
		if err := book.Export(ctx, dir); err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{"checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"} {
			if _, err := os.Stat(filepath.Join(dir, p)); err != nil {
				t.Error(err)
			}
		}
		b, err := os.ReadFile(filepath.Join(dir, "tile/0/000"))
		if err != nil || len(b) != 256*tlog.HashSize {
			t.Errorf("the full tile has %d bytes, %v", len(b), err)
		}
		bulk(t, book, 10)
		if err := book.Export(ctx, dir); err != nil {
			t.Fatal(err)
		}
		b[7] ^= 1
		if err := os.WriteFile(filepath.Join(dir, "tile/0/000"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := book.Export(ctx, dir); !errors.Is(err, fault.Conflict) {
			t.Errorf("a changed export: %v", err)
		}
	})
}
