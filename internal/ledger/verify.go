package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/text"
)

// window is how many entries are held in memory at a time.
const window = 256

// Verify recomputes the whole log from its entries and compares: each body and
// salt with its leaf, the columns with the body, the leaves with the stored
// hashes, the tree with the head and with every checkpoint that was ever
// signed, the checkpoints with their signatures. It reads one snapshot and
// holds a window of it. The error is of reading; what is wrong with the log is
// in the report.
//
// held are checkpoints that were kept outside, on papers or by witnesses: the
// log must still contain their trees. One that this log did not sign is an
// error.
func (b *Book) Verify(ctx context.Context, held ...[]byte) (Report, error) {
	w := &walk{b: b}
	for _, h := range held {
		c, err := ParseCheckpoint(h)
		if err != nil {
			return Report{}, err
		}
		if c.Origin != b.cfg.Origin {
			return Report{}, fault.New(fault.Invalid, "ledger.other_log", c.Origin, b.cfg.Origin)
		}
		if problem := b.signedByUs(c); problem != "" {
			return Report{}, fault.New(fault.Invalid, "ledger.false_signature", c.Origin)
		}
		w.held = append(w.held, c)
	}
	err := b.db.Read(ctx, w.run)
	if err != nil {
		return Report{}, fmt.Errorf("verify the ledger: %w", err)
	}
	return w.r, nil
}

// walk is one pass over the log.
type walk struct {
	b    *Book
	r    Report
	held []Signed

	erased map[int64]int64 // index → the erasure's index
	edge   edge            // of the tree as recomputed so far
	wrong  [64]bool        // by level: the edge's node is known to differ from the stored one
	lost   bool            // an entry and its hash are both gone: no tree from there on
	own    track           // our own stored checkpoints
	kept   track           // those that were held outside
	signed int64           // size of the largest genuine checkpoint
	gap    int64           // first of the missing entries before the present one, -1 none
}

// track is how a row of checkpoints compares, in the order of their size.
type track struct {
	good   int64 // size of the last one that agreed before the first that did not
	differ int64 // how many did not
}

func (w *walk) run(ctx context.Context, tx *store.Tx) (err error) {
	if w.erased, err = erasures(ctx, tx); err != nil {
		return err
	}
	size, root, err := head(ctx, tx)
	if err != nil {
		return err
	}
	leaves, hashes, err := storedLeaves(ctx, tx)
	if err != nil {
		return err
	}
	w.gap = -1
	for from := int64(0); from < leaves; from += window {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(from+window, leaves)
		p, err := w.b.readPage(ctx, tx, from, to)
		if err != nil {
			return err
		}
		for i := from; i < to; i++ {
			w.step(i, p)
		}
	}
	w.endGap(leaves)
	w.r.Size, w.r.Root = leaves, w.edge.root()
	if want := tlog.StoredHashCount(leaves); hashes > want {
		w.r.wrong(-1, "ledger.wrong.hashes_beyond", hashes-want)
	}
	if err := w.beyond(ctx, tx, leaves); err != nil {
		return err
	}
	if size != leaves {
		w.r.wrong(-1, "ledger.wrong.head_size", size, leaves)
	} else if !w.lost && root != w.r.Root {
		w.r.wrong(-1, "ledger.wrong.head_root", size)
	}
	for _, t := range []track{w.own, w.kept} {
		if t.differ > 1 {
			w.r.wrong(-1, "ledger.wrong.signed_more", t.differ-1)
		}
	}
	if leaves > 0 && w.signed < leaves {
		w.r.wrong(-1, "ledger.wrong.unsigned", leaves, w.signed)
	}
	return nil
}

// step checks entry i and the checkpoints of the tree that ends with it.
func (w *walk) step(i int64, p *page) {
	first := tlog.StoredHashIndex(0, i)
	rec, there := p.entries[i]
	stored, hashed := p.hashes[first]
	var leaf tlog.Hash
	differs := false
	switch {
	case there:
		w.endGap(i)
		w.entry(rec)
		leaf = tlog.RecordHash(rec.Leaf)
		if differs = hashed && leaf != stored; differs {
			w.r.wrong(i, "ledger.wrong.place", i)
		}
	default:
		if w.gap < 0 {
			w.gap = i
		}
		leaf = stored
		w.lost = w.lost || !hashed
	}
	if there && !hashed {
		w.r.wrong(i, "ledger.wrong.hash_missing", i)
	}
	if !w.lost {
		w.grow(i, first, leaf, differs, p)
		for _, c := range p.signed(i + 1) {
			w.checkpoint(c)
		}
		for _, c := range p.cosigs[i+1] {
			w.cosignature(c)
		}
		for _, c := range w.held {
			if c.Size == i+1 {
				w.compare(&w.kept, c)
			}
		}
	}
}

// grow adds a leaf to the tree and compares the subtrees that it completes
// with the stored hashes. What differs only because something below it does is
// not reported again.
func (w *walk) grow(i, first int64, leaf tlog.Hash, differs bool, p *page) {
	var buf [64]tlog.Hash
	nodes := w.edge.add(leaf, buf[:0])
	for l, h := range nodes[1:] {
		l++
		differs = differs || w.wrong[l-1]
		stored, ok := p.hashes[first+int64(l)]
		from := (i + 1) - 1<<l
		switch {
		case !ok:
			w.r.wrong(i, "ledger.wrong.node_missing", from, i)
		case stored == h:
			differs = false
		case !differs:
			w.r.wrong(i, "ledger.wrong.node", from, i)
			differs = true
		}
	}
	w.wrong[len(nodes)-1] = differs
}

// endGap reports the entries missing before index next.
func (w *walk) endGap(next int64) {
	switch {
	case w.gap < 0:
	case w.gap == next-1:
		w.r.wrong(w.gap, "ledger.wrong.missing", w.gap)
	default:
		w.r.wrong(w.gap, "ledger.wrong.missing_range", w.gap, next-1)
	}
	w.gap = -1
}

// entry compares what belongs to one entry.
func (w *walk) entry(e Record) {
	if e.Sealed {
		w.r.Sealed++
	}
	pub, err := ParseLeaf(e.Leaf)
	if err != nil {
		w.r.wrong(e.Index, "ledger.wrong.leaf", e.Index)
		return
	}
	if pub.Kind != e.Kind {
		w.r.wrong(e.Index, "ledger.wrong.kind", e.Index, e.Kind, pub.Kind)
	}
	if !e.At.Truncate(time.Hour).Equal(pub.Hour) {
		w.r.wrong(e.Index, "ledger.wrong.time", e.Index)
	}
	by, said := w.erased[e.Index]
	if e.Erased {
		w.r.Erased++
		if !said {
			w.r.wrong(e.Index, "ledger.wrong.vanished", e.Index)
		}
		if e.Actor != "" || e.Subject != "" || !e.At.Equal(pub.Hour) {
			w.r.wrong(e.Index, "ledger.wrong.half_erased", e.Index)
		}
		return
	}
	if said {
		w.r.wrong(e.Index, "ledger.wrong.back", e.Index, by)
	}
	if commit(e.Salt, e.Body) != pub.Commitment || len(e.Salt) != saltSize {
		w.r.wrong(e.Index, "ledger.wrong.body", e.Index)
		return
	}
	b, at, err := decodeBody(e.Body)
	if err != nil {
		w.r.wrong(e.Index, "ledger.wrong.body", e.Index)
		return
	}
	for _, c := range []struct {
		name string
		ok   bool
	}{
		{"actor", b.Actor == e.Actor},
		{"subject", b.Subject == e.Subject},
		{"at", at.Equal(e.At)},
		{"sealed", b.Sealed == e.Sealed},
	} {
		if !c.ok {
			w.r.wrong(e.Index, "ledger.wrong.column", e.Index, text.Key("ledger.column."+c.name))
		}
	}
}

// checkpoint compares one stored checkpoint with the tree.
func (w *walk) checkpoint(c *checkpointRow) {
	w.r.Checkpoints++
	if c.problem != "" {
		w.r.wrong(c.size, c.problem, c.size)
		return
	}
	w.compare(&w.own, c.c)
}

// compare wants the recomputed tree to be the one of a genuine checkpoint.
func (w *walk) compare(t *track, c Signed) {
	w.signed = max(w.signed, c.Size)
	if c.Root == w.edge.root() {
		if t.differ == 0 {
			t.good = c.Size
		}
		return
	}
	t.differ++
	if t.differ == 1 {
		w.r.wrong(c.Size, "ledger.wrong.signed_root", c.Size, t.good, c.Size-1)
	}
}

// cosignature checks one stored cosignature against the recomputed tree.
func (w *walk) cosignature(row cosignature) {
	w.r.Cosignatures++
	v, err := parseWitnessKey(row.vkey)
	if err != nil {
		w.r.wrong(row.size, "ledger.wrong.cosignature", row.size, row.vkey)
		return
	}
	s, err := parseSignature(row.line)
	text := checkpointText(w.b.cfg.Origin, row.size, w.edge.root())
	if err != nil || !s.by(v) || !v.Verify([]byte(text), s.sig) {
		w.r.wrong(row.size, "ledger.wrong.cosignature", row.size, v.name)
	}
}

// beyond looks for what is stored behind the end of the tree.
func (w *walk) beyond(ctx context.Context, tx *store.Tx, leaves int64) error {
	var n int64
	var first, last sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*), MIN(id), MAX(id) FROM ledger_entry WHERE id >= $1 OR id < 0`, leaves).Scan(&n, &first, &last)
	if err != nil {
		return err
	}
	if n > 0 {
		w.r.wrong(first.Int64, "ledger.wrong.entries_beyond", n, first.Int64, last.Int64)
	}
	var back Signed
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var row checkpointRow
		if err := rows.Scan(&row.size, &row.key, &row.text); err != nil {
			return err
		}
		w.r.Checkpoints++
		if row.open(w.b); row.problem != "" {
			w.r.wrong(row.size, row.problem, row.size)
		} else if row.size > back.Size {
			back = row.c
		}
		return nil
	}, `SELECT size, key, note FROM ledger_checkpoint WHERE size > $1 ORDER BY size`, leaves)
	if err != nil {
		return err
	}
	for _, c := range w.held {
		if c.Size > max(leaves, back.Size) {
			back = c
		}
	}
	if back.Size > 0 {
		w.signed = back.Size
		w.r.wrong(-1, "ledger.wrong.rolled_back", back.Size, leaves)
	}
	return nil
}
