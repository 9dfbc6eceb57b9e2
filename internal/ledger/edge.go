package ledger

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// edge is the right border of a tree: the roots of the complete subtrees it
// falls into, largest first. It is all that is needed to add a leaf or to
// compute the root, so appending reads nothing. The zero edge is the empty
// tree. A copy is independent.
type edge struct {
	size int64
	node [63]tlog.Hash // node[l] counts when bit l of size is set
}

// add adds a leaf hash and appends to out the hashes to be stored: the leaf's
// and those of the subtrees that it completes, to be kept under the ids from
// tlog.StoredHashIndex(0, index of the leaf).
func (e *edge) add(h tlog.Hash, out []tlog.Hash) []tlog.Hash {
	out = append(out, h)
	l := 0
	for ; e.size>>l&1 == 1; l++ {
		h = tlog.NodeHash(e.node[l], h)
		out = append(out, h)
	}
	e.node[l] = h
	e.size++
	return out
}

// root is the hash of the whole tree.
func (e *edge) root() tlog.Hash {
	if e.size == 0 {
		return emptyRoot()
	}
	l := bits.TrailingZeros64(uint64(e.size))
	h := e.node[l]
	for l++; e.size>>l != 0; l++ {
		if e.size>>l&1 == 1 {
			h = tlog.NodeHash(e.node[l], h)
		}
	}
	return h
}

// emptyRoot is the hash of the tree without leaves, that of no bytes.
func emptyRoot() tlog.Hash {
	h, _ := tlog.TreeHash(0, nil) // reads nothing at size 0
	return h
}

// edgeIDs are the stored hashes that make up the edge of a tree, with their
// levels.
func edgeIDs(size int64) (ids []int64, levels []int) {
	for l := 0; size>>l != 0; l++ {
		if size>>l&1 == 1 {
			ids = append(ids, tlog.StoredHashIndex(l, size>>l-1))
			levels = append(levels, l)
		}
	}
	return ids, levels
}
