package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
	"netral/internal/store"
)

// Size is the number of entries.
func (b *Book) Size(ctx context.Context) (size int64, err error) {
	err = b.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		size, _, err = head(ctx, tx)
		return err
	})
	return size, err
}

// Checkpoint is the signed note of the tree as it is, with the cosignatures
// that witnesses gave for just this tree.
func (b *Book) Checkpoint(ctx context.Context) ([]byte, error) {
	c, err := b.checkpoint(ctx, nil)
	if err != nil {
		return nil, err
	}
	return c.Marshal(), nil
}

// Witnessed is the newest checkpoint that at least one witness cosigned, or
// NotFound. It is usually some entries behind Checkpoint.
func (b *Book) Witnessed(ctx context.Context) ([]byte, error) {
	var c Signed
	err := b.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		size, err := lastCosigned(ctx, tx)
		if err != nil {
			return err
		}
		if size == 0 {
			return fault.New(fault.NotFound, "ledger.not_witnessed")
		}
		if c, err = b.kept(ctx, tx, size); err != nil {
			return err
		}
		return b.cosigned(ctx, tx, &c, nil)
	})
	if err != nil {
		return nil, err
	}
	return c.Marshal(), nil
}

// checkpoint reads the checkpoint of the present tree. With only not nil, it
// carries only their cosignatures.
func (b *Book) checkpoint(ctx context.Context, only func(note.Verifier) bool) (Signed, error) {
	var c Signed
	err := b.read(ctx, func(ctx context.Context, tx *store.Tx, size int64) (err error) {
		if c, err = b.kept(ctx, tx, size); err != nil {
			return err
		}
		return b.cosigned(ctx, tx, &c, only)
	})
	return c, err
}

// read runs fn on one snapshot with the size of its tree, of which there is a
// checkpoint by the present key: each commit leaves one, except that after a
// change of keys, and for the empty log, it is made here.
func (b *Book) read(ctx context.Context, fn func(context.Context, *store.Tx, int64) error) error {
	for range 2 {
		signed := true
		err := b.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			size, _, err := head(ctx, tx)
			if err != nil {
				return err
			}
			if size > 0 {
				text, err := checkpointAt(ctx, tx, size, b.cfg.Key.verifier.KeyHash())
				if err != nil {
					return err
				}
				if signed = text != nil; !signed {
					return nil
				}
			}
			return fn(ctx, tx, size)
		})
		if err != nil || signed {
			return err
		}
		if err := b.resign(ctx); err != nil {
			return err
		}
	}
	return fault.New(fault.Busy, "ledger.busy")
}

// resign signs the present tree with the present key.
func (b *Book) resign(ctx context.Context) error {
	return b.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		v, err := tx.Shared(batchKey{}, func() (any, error) { return b.begin(ctx, tx) })
		if err != nil {
			return err
		}
		bt := v.(*batch)
		size, root := bt.edge.size, bt.edge.root()
		if len(bt.leaves) > 0 || size == 0 {
			return nil // the commit signs by itself
		}
		text, err := checkpointAt(ctx, tx, size, b.cfg.Key.verifier.KeyHash())
		if err != nil || text != nil {
			return err
		}
		_, err = b.keep(ctx, tx, size, root)
		return err
	})
}

// kept reads a stored checkpoint by the present key. That of the empty tree is
// not stored.
func (b *Book) kept(ctx context.Context, tx *store.Tx, size int64) (Signed, error) {
	var text []byte
	var err error
	if size == 0 {
		text, err = b.cfg.Key.sign(0, emptyRoot())
	} else {
		text, err = checkpointAt(ctx, tx, size, b.cfg.Key.verifier.KeyHash())
	}
	if err != nil {
		return Signed{}, fmt.Errorf("read the checkpoint of size %d: %w", size, err)
	}
	c, err := ParseCheckpoint(text)
	if err != nil {
		return Signed{}, broken(err)
	}
	return c, nil
}

// cosigned adds the stored cosignatures to a checkpoint. One that does not
// check is left out; Verify reports it.
func (b *Book) cosigned(ctx context.Context, tx *store.Tx, c *Signed, only func(note.Verifier) bool) error {
	list, err := cosignatures(ctx, tx, c.Size)
	if err != nil {
		return fmt.Errorf("read the cosignatures of size %d: %w", c.Size, err)
	}
	for _, s := range list {
		v, err := NewWitnessVerifier(s.vkey)
		if err != nil || only != nil && !only(v) || len(c.sigs) >= maxSigs {
			continue
		}
		sig, err := parseSignature(s.line)
		if err != nil || !sig.by(v) || !v.Verify([]byte(c.text), sig.sig) {
			b.log.ErrorContext(ctx, "a stored cosignature does not check", "witness", v.Name(), "size", c.Size)
			continue
		}
		c.sigs = append(c.sigs, sig)
	}
	return nil
}

// Proof shows that the entry at index is in the present tree, or, right after
// its Write, in the tree that its commit made. The checkpoint in it carries our
// signature and those of Config.Witnesses, as far as they have come: nothing
// that the reader of a paper could not check.
func (b *Book) Proof(ctx context.Context, index int64) (Proof, error) {
	if len(b.cfg.Witnesses) == 0 {
		if p, ok := b.recent.proof(index); ok {
			return p, nil
		}
	}
	p := Proof{Index: index}
	err := b.read(ctx, func(ctx context.Context, tx *store.Tx, size int64) (err error) {
		if index < 0 || index >= size {
			return fault.New(fault.NotFound, "ledger.no_entry", index, size)
		}
		if p.Checkpoint, err = b.kept(ctx, tx, size); err != nil {
			return err
		}
		if len(b.cfg.Witnesses) > 0 {
			if err := b.cosigned(ctx, tx, &p.Checkpoint, b.pinned); err != nil {
				return err
			}
		}
		hashes, err := tlog.ProveRecord(size, index, reader(ctx, tx))
		if err != nil {
			return fmt.Errorf("prove entry %d: %w", index, err)
		}
		p.Hashes = hashes
		return nil
	})
	if err != nil {
		return Proof{}, err
	}
	return p, nil
}

// pinned says whether a witness is one of Config.Witnesses.
func (b *Book) pinned(v note.Verifier) bool {
	for _, w := range b.cfg.Witnesses {
		if w.Name() == v.Name() && w.KeyHash() == v.KeyHash() {
			return true
		}
	}
	return false
}
