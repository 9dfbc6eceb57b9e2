package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"filippo.io/age"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Item is a sealed thing on a shelf.
type Item struct {
	Key    string   // where it stands on the shelf; unique, in the order of Next
	Owners []string // who may read it now, recovery not counted; Sweep believes it
	Sealed []byte
	Head   bool // Sealed is the head of a file
}

// Shelf is a slice's column of sealed things, for rewrapping. A slice that
// seals has one; values of batches need none.
type Shelf interface {
	// Name is the table and column: "watch_report.body".
	Name() string
	// Next gives at most n items behind a key, "" for the first ones, in an
	// order that stays the same; fewer when they are large; none at the end.
	Next(ctx context.Context, tx *store.Tx, after string, n int) ([]Item, error)
	// Replace stores what an item was rewrapped to, if it is still as it was
	// read, and says whether.
	Replace(ctx context.Context, tx *store.Tx, it Item, sealed []byte) (bool, error)
}

// Progress tells how far a sweep has come.
type Progress struct {
	Shelf     string
	Seen      int64 // looked at in this call
	Rewrapped int64
}

// Swept is what a sweep did.
type Swept struct {
	Rewrapped int64
	Retired   []string // pairs whose secrets are erased now
	Waiting   []string // pairs that are kept until Config.Settle has passed; sweep again
	// Damaged are shelf and key of what could not be rewrapped. It does not keep
	// the old secret alive: what is in it, if anything, opens for a quorum.
	Damaged []string
}

func (s *Swept) damaged(on Shelf, it Item) {
	if what := on.Name() + " " + it.Key; len(s.Damaged) < maxDamaged && !slices.Contains(s.Damaged, what) {
		s.Damaged = append(s.Damaged, what)
	}
}

const (
	sweepPage  = 64
	maxDamaged = 1000
)

// Sweep rewraps everything that is sealed to a pair of the holder that has been
// replaced, and, for a quorum, everything of owners whose pair was lost; then
// it erases the old secret. It can be interrupted at any place, by a killed
// process too, and goes on where it stopped the next time the holder has
// unlocked. Call it after Activate, Rotate, Recover and Renew, and after Unlock
// while Pending says that there is something to do: no key is ever stored for a
// process to do it alone.
func (v *Vault) Sweep(ctx context.Context, h *Holder, shelves []Shelf, tell func(Progress)) (Swept, error) {
	var out Swept
	if tell == nil {
		tell = func(Progress) {}
	}
	shelves = append([]Shelf{envelopes{v.keys}}, shelves...)
	var targets []pair
	err := v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		targets, err = unsettled(ctx, tx, h.owner)
		return err
	})
	if err != nil {
		return out, err
	}
	for _, t := range targets {
		if err := v.sweepPair(ctx, h, t, shelves, tell, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// Pending says for how many replaced pairs of an owner there is something to
// sweep.
func (v *Vault) Pending(ctx context.Context, owner string) (n int, err error) {
	err = v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := unsettled(ctx, tx, owner)
		n = len(all)
		return err
	})
	return n, err
}

// sweepPair passes over all shelves until a pass has found nothing. For a lost
// pair one pass is all: what it was sealed to cannot be told from outside, so a
// second one would do everything again.
func (v *Vault) sweepPair(ctx context.Context, h *Holder, t pair, shelves []Shelf, tell func(Progress), out *Swept) error {
	var ids []age.Identity
	if t.state == lost {
		all, err := h.identities()
		if err != nil {
			return explain(err)
		}
		ids = all
	} else {
		h.mu.Lock()
		k := h.by[t.id]
		h.mu.Unlock()
		if k == nil {
			return fault.New(fault.Conflict, "vault.changed") // unlock anew
		}
		ids = []age.Identity{k}
	}
	for {
		var found, total int64
		for _, s := range shelves {
			p, err := v.sweepShelf(ctx, h, t, ids, s, tell, out)
			if err != nil {
				return fmt.Errorf("rewrap %s: %w", s.Name(), err)
			}
			found, total = found+p.found, total+p.total
		}
		done, err := v.endPass(ctx, h, t, shelves, found, sweepDetail{Pair: t.id, Count: total, Damaged: len(out.Damaged)})
		if err != nil {
			return err
		}
		switch {
		case done:
			out.Retired = append(out.Retired, t.id)
			return nil
		case found == 0:
			out.Waiting = append(out.Waiting, t.id)
			return nil
		}
	}
}

// endPass retires the pair, or prepares the next pass: another one at once when
// something was found, a later one while the pair has not settled.
func (v *Vault) endPass(ctx context.Context, h *Holder, t pair, shelves []Shelf, found int64, d sweepDetail) (done bool, err error) {
	again := errors.New("another pass")
	_, err = v.book.Write(ctx, h.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		done = t.state == lost || found == 0 && !tx.Now.Before(t.changed.Add(v.settle))
		if !done {
			return ledger.Entry{}, again
		}
		return ledger.Entry{Kind: "foundation.vault.retired", Subject: "person:" + t.owner, Detail: d}, retire(ctx, tx, t.id)
	})
	if errors.Is(err, again) {
		err = v.rewind(ctx, h, t, shelves)
	}
	return done, err
}

func (v *Vault) rewind(ctx context.Context, h *Holder, t pair, shelves []Shelf) error {
	_, err := v.book.Write(ctx, h.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		for _, s := range shelves {
			p, err := sweepRow(ctx, tx, t.id, s.Name())
			if err != nil {
				return ledger.Entry{}, err
			}
			if err := putSweep(ctx, tx, t.id, s.Name(), progress{total: p.total}); err != nil {
				return ledger.Entry{}, err
			}
		}
		return ledger.Entry{Kind: "foundation.vault.passed", Subject: "person:" + t.owner, Detail: sweepDetail{Pair: t.id}}, nil
	})
	return err
}

type sweepDetail struct {
	Pair    string `json:"pair"`
	Shelf   string `json:"shelf,omitempty"`
	Count   int64  `json:"count"`
	Damaged int    `json:"damaged,omitempty"`
}

// changed is an item with what it was rewrapped to.
type changed struct {
	it     Item
	sealed []byte
	to     Readers
}

func (v *Vault) sweepShelf(ctx context.Context, h *Holder, t pair, ids []age.Identity, s Shelf, tell func(Progress), out *Swept) (progress, error) {
	var p progress
	err := v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = sweepRow(ctx, tx, t.id, s.Name())
		return err
	})
	said := Progress{Shelf: s.Name()}
	for err == nil && !p.finished {
		if err = ctx.Err(); err != nil {
			break
		}
		var work []changed
		var next progress
		work, next, err = v.sweepRead(ctx, t, ids, s, p, &said, out)
		if err != nil {
			break
		}
		p, err = v.sweepWrite(ctx, h, t, s, p, next, work, &said)
		out.Rewrapped += said.Rewrapped
		tell(said)
		said.Rewrapped = 0
	}
	return p, err
}

// sweepRead looks at a page and rewraps, outside of any transaction, what is
// sealed to the pair. The cursor it returns is behind the page.
func (v *Vault) sweepRead(ctx context.Context, t pair, ids []age.Identity, s Shelf, p progress, said *Progress, out *Swept) ([]changed, progress, error) {
	var items []Item
	readers := map[string]Readers{}
	key := func(owners []string) string { return names(slices.Sorted(slices.Values(owners))) }
	err := v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if items, err = s.Next(ctx, tx, p.place, sweepPage); err != nil {
			return err
		}
		clear(readers)
		for _, it := range items {
			if len(it.Sealed) == 0 || t.owner != Recovery && !slices.Contains(it.Owners, t.owner) {
				continue
			}
			if _, ok := readers[key(it.Owners)]; ok {
				continue
			}
			r, err := v.readers(ctx, tx, present(ctx, tx, it.Owners))
			if err != nil {
				return err
			}
			readers[key(it.Owners)] = r
		}
		return nil
	})
	if err != nil {
		return nil, p, err
	}
	if len(items) == 0 {
		p.finished = true
		return nil, p, nil
	}
	var work []changed
	for _, it := range items {
		to, ours := readers[key(it.Owners)]
		if len(it.Sealed) == 0 {
			out.damaged(s, it)
		} else if ours {
			sealed, err := rewrapItem(it, ids, to)
			var none *age.NoIdentityMatchError
			switch {
			case errors.As(err, &none): // not sealed to this pair
			case err != nil:
				out.damaged(s, it)
			default:
				work = append(work, changed{it, sealed, to})
			}
		}
		said.Seen++
		p.place = it.Key
	}
	return work, p, nil
}

// present leaves out owners who have been revoked: a thing may outlive one of
// its readers.
func present(ctx context.Context, tx *store.Tx, owners []string) []string {
	return slices.DeleteFunc(slices.Clone(owners), func(o string) bool {
		p, err := current(ctx, tx, o)
		return err == nil && p.id == ""
	})
}

func rewrapItem(it Item, ids []age.Identity, to Readers) ([]byte, error) {
	if it.Head {
		return rehead(it.Sealed, ids, to)
	}
	head, rest, err := split(it.Sealed)
	if err != nil {
		return nil, err
	}
	if head, err = rehead(head, ids, to); err != nil {
		return nil, err
	}
	return join(head, rest), nil
}

// sweepWrite stores a page and moves the cursor in one Write. When a reader's
// pair was replaced meanwhile, the page is done again.
func (v *Vault) sweepWrite(ctx context.Context, h *Holder, t pair, s Shelf, was, next progress, work []changed, said *Progress) (progress, error) {
	if len(work) == 0 && !next.finished {
		return next, nil // nothing to record; the cursor in memory moves on
	}
	var p progress
	_, err := v.book.Write(ctx, h.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		p = next
		n := int64(0)
		for _, c := range work {
			if err := c.to.Current(ctx, tx); err != nil {
				return ledger.Entry{}, err
			}
			ok, err := s.Replace(ctx, tx, c.it, c.sealed)
			if err != nil {
				return ledger.Entry{}, err
			}
			if ok {
				n++
			}
		}
		p.found, p.total = was.found+n, was.total+n
		said.Rewrapped = n
		return ledger.Entry{Kind: "foundation.vault.rewrapped", Subject: s.Name(), Detail: sweepDetail{Pair: t.id, Shelf: s.Name(), Count: n}}, putSweep(ctx, tx, t.id, s.Name(), p)
	})
	if fault.Of(err) != nil && fault.Of(err).Key == "vault.readers_changed" {
		said.Rewrapped = 0
		return was, nil
	}
	if err != nil {
		said.Rewrapped = 0
	}
	return p, err
}
