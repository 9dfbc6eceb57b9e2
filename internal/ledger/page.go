package ledger

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sort"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/store"
)

// page is a window of the log for Verify.
type page struct {
	entries map[int64]Record
	hashes  map[int64]tlog.Hash
	notes   []checkpointRow // by size
	cosigs  map[int64][]cosignature
}

// signed are the stored checkpoints of a size.
func (p *page) signed(size int64) (rows []*checkpointRow) {
	for i := sort.Search(len(p.notes), func(i int) bool { return p.notes[i].size >= size }); i < len(p.notes) && p.notes[i].size == size; i++ {
		rows = append(rows, &p.notes[i])
	}
	return rows
}

// checkpointRow is a stored checkpoint.
type checkpointRow struct {
	size, key int64
	text      []byte

	c       Signed // once opened
	problem string // what to report, empty when it is genuine
}

// open reads the checkpoint and checks its signature.
func (row *checkpointRow) open(b *Book) {
	c, err := ParseCheckpoint(row.text)
	if err != nil || c.Size != row.size || len(c.sigs) != 1 || int64(c.sigs[0].hash) != row.key {
		row.problem = "ledger.wrong.checkpoint"
		return
	}
	row.c, row.problem = c, b.signedByUs(c)
}

// signedByUs is empty when a key of this log signed c, else what to report.
func (b *Book) signedByUs(c Signed) string {
	if c.Origin != b.cfg.Origin {
		return "ledger.wrong.checkpoint"
	}
	for _, v := range b.keys() {
		if len(c.sigs) > 0 && c.sigs[0].by(v) {
			if v.Verify([]byte(c.text), c.sigs[0].sig) {
				return ""
			}
			return "ledger.wrong.signature"
		}
	}
	return "ledger.wrong.signer"
}

// storedLeaves is how many leaves the stored hashes speak of, and how many
// hashes there are. The number of rows bounds the first: a row with a wild id
// must not make the walk endless.
func storedLeaves(ctx context.Context, tx *store.Tx) (leaves, hashes int64, err error) {
	var last sql.NullInt64
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*), MAX(id) FROM ledger_hash`).Scan(&hashes, &last)
	if err != nil || !last.Valid || last.Int64 < 0 {
		return 0, hashes, err
	}
	level, n := tlog.SplitStoredHashIndex(last.Int64)
	return min((n+1)<<level, hashes), hashes, nil
}

// readPage reads a window and, with all processors, checks the signatures in
// it: they cost more than everything else.
func (b *Book) readPage(ctx context.Context, tx *store.Tx, from, to int64) (*page, error) {
	p := &page{
		entries: make(map[int64]Record, window), hashes: make(map[int64]tlog.Hash, 2*window),
		cosigs: map[int64][]cosignature{},
	}
	err := errors.Join(
		tx.Each(ctx, func(rows *sql.Rows) error {
			r, err := scan(rows)
			p.entries[r.Index] = r
			return err
		}, `SELECT `+columns+` FROM ledger_entry WHERE id >= $1 AND id < $2`, from, to),
		tx.Each(ctx, func(rows *sql.Rows) error {
			var id int64
			var h sql.RawBytes
			err := rows.Scan(&id, &h)
			p.hashes[id] = toHash(h)
			return err
		}, `SELECT id, hash FROM ledger_hash WHERE id >= $1 AND id < $2`,
			tlog.StoredHashIndex(0, from), tlog.StoredHashIndex(0, to)),
		tx.Each(ctx, func(rows *sql.Rows) error {
			var c checkpointRow
			err := rows.Scan(&c.size, &c.key, &c.text)
			p.notes = append(p.notes, c)
			return err
		}, `SELECT size, key, note FROM ledger_checkpoint WHERE size > $1 AND size <= $2 ORDER BY size, key`, from, to),
		tx.Each(ctx, func(rows *sql.Rows) error {
			var c cosignature
			err := rows.Scan(&c.size, &c.vkey, &c.line)
			p.cosigs[c.size] = append(p.cosigs[c.size], c)
			return err
		}, `SELECT size, vkey, line FROM ledger_cosignature WHERE size > $1 AND size <= $2 ORDER BY size, vkey`, from, to),
	)
	if err != nil {
		return nil, err
	}
	workers := min(runtime.GOMAXPROCS(0), len(p.notes))
	var wg sync.WaitGroup
	for n := range workers {
		wg.Go(func() {
			for i := n; i < len(p.notes); i += workers {
				p.notes[i].open(b)
			}
		})
	}
	wg.Wait()
	return p, nil
}
