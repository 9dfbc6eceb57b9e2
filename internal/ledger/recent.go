package ledger

import (
	"errors"
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// recentTips is how many commits stay in memory to prove their entries from.
// Whoever writes asks for the proof at once, while the next commit is on its
// way.
const recentTips = 64

// recent holds the trees that the last commits of this process made, each of
// which continued the one before. A proof from it reads nothing: an entry's
// neighbours on the left are the edge of the tree that the commit continued, all
// others came with the commit.
type recent struct {
	mu   sync.Mutex
	tips []*tip // the newest last
}

// add forgets the commits that t does not continue: the database was set back
// under the process, or another process wrote, and what it has at their places
// may be something else.
func (r *recent) add(t *tip) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.tips); n > 0 && r.tips[n-1].edge != t.before {
		clear(r.tips)
		r.tips = r.tips[:0]
	}
	if len(r.tips) == recentTips {
		r.tips = slices.Delete(r.tips, 0, 1)
	}
	r.tips = append(r.tips, t)
}

// proof is that of an entry of one of the commits.
func (r *recent) proof(index int64) (Proof, bool) {
	r.mu.Lock()
	var t *tip
	for _, have := range r.tips {
		if have.before.size <= index && index < have.edge.size {
			t = have
		}
	}
	r.mu.Unlock()
	if t == nil {
		return Proof{}, false
	}
	hashes, err := tlog.ProveRecord(t.edge.size, index, tlog.HashReaderFunc(t.read))
	if err != nil {
		return Proof{}, false
	}
	c := t.signed
	c.sigs = slices.Clip(c.sigs)
	return Proof{Index: index, Hashes: hashes, Checkpoint: c}, true
}

var errNotHere = errors.New("ledger: the hash is not of this commit")

// read gives stored hashes by id.
func (t *tip) read(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		if at := id - t.first; at >= 0 && at < int64(len(t.hashes)) {
			out[i] = t.hashes[at]
			continue
		}
		l, n := tlog.SplitStoredHashIndex(id)
		if t.before.size>>l&1 == 0 || t.before.size>>l-1 != n {
			return nil, errNotHere
		}
		out[i] = t.before.node[l]
	}
	return out, nil
}
