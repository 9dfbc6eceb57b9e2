package ledger

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is a log in memory: every stored hash by its id.
type tree []tlog.Hash

func (s tree) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		out[i] = s[id]
	}
	return out, nil
}

// TestEveryEntryIsProvenFromItsOwnCommit makes commits of many sizes behind
// each other: what a commit alone proves is what the whole log proves.
func TestEveryEntryIsProvenFromItsOwnCommit(t *testing.T) {
	var all tree
	var e edge
	var r recent
	for round := range recentTips + 20 {
		before := e
		first := tlog.StoredHashIndex(0, e.size)
		var hashes []tlog.Hash
		for i := range round%9 + 1 {
			hashes = e.add(tlog.RecordHash(fmt.Appendf(nil, "%d.%d", round, i)), hashes)
		}
		all = append(all, hashes...)
		r.add(&tip{edge: e, root: e.root(), before: before, first: first, hashes: hashes, signed: Signed{Size: e.size, Root: e.root()}})
		for index := before.size; index < e.size; index++ {
			p, ok := r.proof(index)
			if !ok {
				t.Fatalf("entry %d of the commit %d–%d cannot be proven from it", index, before.size, e.size)
			}
			want, err := tlog.ProveRecord(e.size, index, all)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(p.Hashes) != fmt.Sprint(tlog.RecordProof(want)) || p.Checkpoint.Size != e.size {
				t.Fatalf("entry %d of %d: %v, want %v", index, e.size, p.Hashes, want)
			}
		}
	}
	if _, ok := r.proof(0); ok || len(r.tips) != recentTips {
		t.Errorf("%d commits are kept, the first of them still", len(r.tips))
	}
	if _, ok := r.proof(e.size); ok {
		t.Error("an entry that does not exist was proven")
	}
}

// TestCommitsThatWereUndoneProveNothing: after the database was set back, what
// was committed before is no longer proven, also where the new tree has not
// grown as far.
func TestCommitsThatWereUndoneProveNothing(t *testing.T) {
	var r recent
	commit := func(before edge, what string) edge {
		e := before
		hashes := e.add(tlog.RecordHash([]byte(what)), nil)
		r.add(&tip{edge: e, root: e.root(), before: before, first: tlog.StoredHashIndex(0, before.size), hashes: hashes, signed: Signed{Size: e.size, Root: e.root()}})
		return e
	}
	one := commit(edge{}, "0")
	commit(commit(one, "1"), "2")
	other := commit(one, "another 1")
	if p, ok := r.proof(1); !ok || p.Checkpoint.Root != other.root() {
		t.Error("the entry that took the place is not proven from its own commit")
	}
	for _, gone := range []int64{0, 2} {
		if _, ok := r.proof(gone); ok {
			t.Errorf("entry %d is proven from a commit that was undone", gone)
		}
	}
}
