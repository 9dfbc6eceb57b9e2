package store_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"netral/internal/store"
	"netral/internal/store/storetest"
)

// What was deleted is not in the file any more once it is closed.
func TestDeletedContentLeavesTheFile(t *testing.T) {
	path := storetest.SQLite(t, notes()...)
	db, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Repeat("rahasia-", 2000)
	if err := add(db, secret, 1); err != nil {
		t.Fatal(err)
	}
	err = db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM note`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(name)
		if os.IsNotExist(err) && name != path {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("rahasia-rahasia-")) {
			t.Errorf("%s still holds what was deleted", name)
		}
	}
}
