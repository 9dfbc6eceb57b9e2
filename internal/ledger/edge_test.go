package ledger

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// The edge must say what tlog says, hash by hash.
func TestEdgeIsTheTree(t *testing.T) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(ids))
		for i, id := range ids {
			out[i] = stored[id]
		}
		return out, nil
	})
	var e edge
	if e.root() != emptyRoot() {
		t.Error("the empty edge has another root than the empty tree")
	}
	for n := range int64(600) {
		leaf := fmt.Appendf(nil, "leaf %d", n)
		want, err := tlog.StoredHashes(n, leaf, read)
		if err != nil {
			t.Fatal(err)
		}
		if at := tlog.StoredHashIndex(0, n); at != int64(len(stored)) {
			t.Fatalf("leaf %d goes to %d, %d are stored", n, at, len(stored))
		}
		got := e.add(tlog.RecordHash(leaf), nil)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("leaf %d: hashes differ", n)
		}
		stored = append(stored, got...)
		root, err := tlog.TreeHash(n+1, read)
		if err != nil {
			t.Fatal(err)
		}
		if e.root() != root {
			t.Fatalf("root of %d differs", n+1)
		}
		again := edge{size: n + 1}
		ids, levels := edgeIDs(n + 1)
		for i, l := range levels {
			again.node[l] = stored[ids[i]]
		}
		if again.root() != root {
			t.Fatalf("the edge of %d read again makes another root", n+1)
		}
	}
}
