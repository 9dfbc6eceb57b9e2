package ledger

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
)

// Each write inserts its own entry inside its savepoint, so that whatever
// undoes the write undoes the entry: on PostgreSQL that includes a write whose
// function swallowed a failed statement. Hashes, head and checkpoint are the
// same for all writes of a batch and are written once, in the hook before the
// commit.

// batchKey finds the batch among what the writes of one commit share.
type batchKey struct{}

// batch is what the writes of one commit have added so far.
type batch struct {
	edge   edge        // the tree before them
	leaves []tlog.Hash // of their entries, in order
}

// subjectSize is the randomness in the subject of a sealed entry.
const subjectSize = 15

// append adds an entry behind those of the batch. random is the salt and the
// randomness of a sealed subject.
func (b *Book) append(ctx context.Context, tx *store.Tx, who actor.Actor, e Entry, random []byte) (Receipt, error) {
	if err := e.check(who); err != nil {
		return Receipt{}, err
	}
	if e.Sealed {
		e.Subject = "sealed:" + strings.ToLower(base32.StdEncoding.EncodeToString(random[saltSize:]))
	}
	text, at, err := e.encode(who, tx.Now)
	if err != nil {
		return Receipt{}, err
	}
	v, err := tx.Shared(batchKey{}, func() (any, error) { return b.begin(ctx, tx) })
	if err != nil {
		return Receipt{}, err
	}
	bt := v.(*batch)
	r := Receipt{
		Index: bt.edge.size + int64(len(bt.leaves)),
		At:    at,
		Kind:  e.Kind,
		Body:  text,
		Salt:  random[:saltSize:saltSize],
	}
	r.Leaf = Leaf(r.Kind, r.At, r.Salt, r.Body)
	if err := insertEntry(ctx, tx, r, e, who); err != nil {
		if store.IsUnique(err) {
			return Receipt{}, broken(fmt.Errorf("entry %d is there already, beyond the head: %w", r.Index, err))
		}
		return Receipt{}, fmt.Errorf("append to the ledger: %w", err)
	}
	bt.leaves = append(bt.leaves, tlog.RecordHash(r.Leaf))
	return r, nil
}

// begin finds the tree that a batch continues: the one this process committed
// last, when the head is still that, else the stored one after a comparison
// with its last signature.
func (b *Book) begin(ctx context.Context, tx *store.Tx) (*batch, error) {
	size, root, err := head(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("read the head of the ledger: %w", err)
	}
	if t := b.last.Load(); t != nil && t.edge.size == size && t.root == root {
		return &batch{edge: t.edge}, nil
	}
	e, err := b.resume(ctx, tx, size, root)
	if err != nil {
		return nil, err
	}
	return &batch{edge: e}, nil
}

// resume loads the edge of the stored tree. Signing on top of it makes it
// ours, so it must be what was signed last: otherwise somebody who changed the
// tables would get our signature under the change by waiting for a write.
func (b *Book) resume(ctx context.Context, tx *store.Tx, size int64, root tlog.Hash) (edge, error) {
	var e edge
	signed, text, err := lastCheckpoint(ctx, tx)
	if err != nil {
		return e, fmt.Errorf("read the last checkpoint: %w", err)
	}
	if signed != size {
		return e, broken(fmt.Errorf("the head has size %d, the last signed tree %d", size, signed))
	}
	if size == 0 {
		return e, nil
	}
	c, err := ParseCheckpoint(text)
	if err != nil {
		return e, broken(err)
	}
	if c.Size != size || c.Root != root {
		return e, broken(fmt.Errorf("the head at size %d is not the signed one", size))
	}
	if err := b.ours(c); err != nil {
		return e, err
	}
	ids, levels := edgeIDs(size)
	hashes, err := readHashes(ctx, tx, ids)
	if err != nil {
		return e, fmt.Errorf("read the edge of the tree: %w", err)
	}
	e.size = size
	for i, l := range levels {
		e.node[l] = hashes[i]
	}
	if e.root() != root {
		return edge{}, broken(fmt.Errorf("the stored hashes do not make the root at size %d", size))
	}
	return e, nil
}

// ours wants a checkpoint that the log's present key or a retired one signed.
func (b *Book) ours(c Signed) error {
	for _, v := range b.keys() {
		if len(c.sigs) > 0 && c.sigs[0].by(v) {
			if err := c.Check(v); err != nil {
				return broken(err)
			}
			return nil
		}
	}
	return fault.New(fault.Invalid, "ledger.key_unknown", b.cfg.Key.VKey())
}

// seal runs once before each commit: it stores the hashes of the batch's
// entries, moves the head and signs it.
func (b *Book) seal(ctx context.Context, tx *store.Tx) error {
	v, err := tx.Shared(batchKey{}, func() (any, error) { return (*batch)(nil), nil })
	if err != nil {
		return err
	}
	bt := v.(*batch)
	if bt == nil || len(bt.leaves) == 0 {
		return nil
	}
	e := bt.edge
	// An entry whose savepoint was undone after it had been appended would
	// leave a hole, or another entry's hash in its place.
	n, err := countFrom(ctx, tx, e.size)
	if err != nil {
		return fmt.Errorf("count the entries of a batch: %w", err)
	}
	if n != int64(len(bt.leaves)) {
		return broken(fmt.Errorf("%d entries from %d on, want %d", n, e.size, len(bt.leaves)))
	}
	first := tlog.StoredHashIndex(0, e.size)
	hashes := make([]tlog.Hash, 0, 2*len(bt.leaves)+len(e.node))
	for _, h := range bt.leaves {
		hashes = e.add(h, hashes)
	}
	if err := insertHashes(ctx, tx, first, hashes); err != nil {
		if store.IsUnique(err) {
			return broken(err)
		}
		return fmt.Errorf("store the hashes of the tree: %w", err)
	}
	t := &tip{edge: e, root: e.root(), before: bt.edge, first: first, hashes: hashes}
	if err := setHead(ctx, tx, e.size, t.root); err != nil {
		return fmt.Errorf("move the head of the ledger: %w", err)
	}
	text, err := b.keep(ctx, tx, e.size, t.root)
	if err != nil {
		return err
	}
	if t.signed, err = ParseCheckpoint(text); err != nil {
		return broken(err)
	}
	bt.edge, bt.leaves = e, nil
	tx.After(func() {
		b.last.Store(t)
		b.recent.add(t)
	})
	return nil
}

// keep signs a tree and stores the checkpoint.
func (b *Book) keep(ctx context.Context, tx *store.Tx, size int64, root tlog.Hash) (text []byte, err error) {
	text, err = b.cfg.Key.sign(size, root)
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint: %w", err)
	}
	err = insertCheckpoint(ctx, tx, size, b.cfg.Key.verifier.KeyHash(), text)
	if store.IsUnique(err) {
		return nil, broken(fmt.Errorf("a tree of size %d was signed before: %w", size, err))
	}
	if err != nil {
		return nil, fmt.Errorf("store the checkpoint: %w", err)
	}
	return text, nil
}

// broken says that the tables are not what was signed. Nothing can be written
// until a person has looked.
func broken(err error) error {
	if err == nil {
		err = errors.New("unknown")
	}
	return fault.Wrap(fault.Internal, err, "ledger.broken")
}
