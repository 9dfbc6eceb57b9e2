package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/actor"
	"netral/internal/store"
)

// head is the size and root of the tree, zero and the empty root when there is
// no entry.
func head(ctx context.Context, tx *store.Tx) (int64, tlog.Hash, error) {
	var size int64
	var root []byte
	err := tx.QueryRowContext(ctx, `SELECT size, root FROM ledger_head WHERE name = 'head'`).Scan(&size, &root)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, emptyRoot(), nil
	}
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	return size, toHash(root), nil
}

func setHead(ctx context.Context, tx *store.Tx, size int64, root tlog.Hash) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO ledger_head (name, size, root) VALUES ('head', $1, $2)
		ON CONFLICT (name) DO UPDATE SET size = excluded.size, root = excluded.root`, size, root[:])
	return err
}

// toHash takes what the column's check leaves: 32 bytes. Anything else becomes
// a hash that matches nothing.
func toHash(b []byte) (h tlog.Hash) {
	if len(b) == len(h) {
		copy(h[:], b)
	}
	return h
}

func insertEntry(ctx context.Context, tx *store.Tx, r Receipt, e Entry, who actor.Actor) error {
	id := sql.NullString{String: who.ID, Valid: !e.Sealed}
	_, err := tx.ExecContext(ctx, `INSERT INTO ledger_entry (id, kind, at, sealed, actor, subject, body, salt, leaf)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.Index, r.Kind, r.At.UnixMilli(), e.Sealed, id, e.Subject, r.Body, r.Salt, r.Leaf)
	return err
}

func countFrom(ctx context.Context, tx *store.Tx, id int64) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM ledger_entry WHERE id >= $1`, id).Scan(&n)
	return n, err
}

// rowsAtOnce are the sizes of the statements that insert many rows. A few
// fixed ones stay prepared.
func rowsAtOnce() []int { return []int{128, 32, 8, 4, 3, 2, 1} }

func insertHashes(ctx context.Context, tx *store.Tx, first int64, hashes []tlog.Hash) error {
	for _, n := range rowsAtOnce() {
		for len(hashes) >= n {
			args := make([]any, 0, 2*n)
			for i := range n {
				args = append(args, first+int64(i), hashes[i][:])
			}
			if _, err := tx.ExecContext(ctx, insertHashesText(n), args...); err != nil {
				return err
			}
			first += int64(n)
			hashes = hashes[n:]
		}
	}
	return nil
}

func insertHashesText(n int) string {
	var q strings.Builder
	q.WriteString(`INSERT INTO ledger_hash (id, hash) VALUES `)
	for i := range n {
		if i > 0 {
			q.WriteString(", ")
		}
		fmt.Fprintf(&q, "($%d, $%d)", 2*i+1, 2*i+2)
	}
	return q.String()
}

// hashesAtOnce bounds the parameters of one reading statement.
const hashesAtOnce = 256

// readHashes reads stored hashes by id, in the order asked for. One that is
// missing is an error.
func readHashes(ctx context.Context, tx *store.Tx, ids []int64) ([]tlog.Hash, error) {
	found := make(map[int64]tlog.Hash, len(ids))
	keep := func(rows *sql.Rows) error {
		var id int64
		var h []byte
		if err := rows.Scan(&id, &h); err != nil {
			return err
		}
		found[id] = toHash(h)
		return nil
	}
	for at := 0; at < len(ids); at += hashesAtOnce {
		part := ids[at:min(at+hashesAtOnce, len(ids))]
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		err := tx.Each(ctx, keep, `SELECT id, hash FROM ledger_hash WHERE id IN (`+holders(len(part))+`)`, args...)
		if err != nil {
			return nil, err
		}
	}
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		h, ok := found[id]
		if !ok {
			return nil, broken(fmt.Errorf("stored hash %d is missing", id))
		}
		out[i] = h
	}
	return out, nil
}

// readHashRange is readHashes for ids in order between which not much else
// lies: one walk over the index in place of one search for each.
func readHashRange(ctx context.Context, tx *store.Tx, ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, 0, len(ids))
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var id int64
		var h sql.RawBytes
		if err := rows.Scan(&id, &h); err != nil {
			return err
		}
		if len(out) < len(ids) && id == ids[len(out)] {
			out = append(out, toHash(h))
		}
		return nil
	}, `SELECT id, hash FROM ledger_hash WHERE id >= $1 AND id <= $2 ORDER BY id`, ids[0], ids[len(ids)-1])
	if err == nil && len(out) < len(ids) {
		return nil, broken(fmt.Errorf("stored hash %d is missing", ids[len(out)]))
	}
	return out, err
}

// holders is "$1, $2, …".
func holders(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if i > 1 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i))
	}
	return b.String()
}

// reader reads the hashes of the tree inside a transaction.
func reader(ctx context.Context, tx *store.Tx) tlog.HashReaderFunc {
	return func(ids []int64) ([]tlog.Hash, error) { return readHashes(ctx, tx, ids) }
}

func insertCheckpoint(ctx context.Context, tx *store.Tx, size int64, key uint32, text []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO ledger_checkpoint (size, key, at, note) VALUES ($1, $2, $3, $4)`,
		size, int64(key), tx.Now.UnixMilli(), text)
	return err
}

// checkpointAt is the checkpoint of a size by a key, nil when there is none.
func checkpointAt(ctx context.Context, tx *store.Tx, size int64, key uint32) (text []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT note FROM ledger_checkpoint WHERE size = $1 AND key = $2`, size, int64(key)).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return text, err
}

// lastCheckpoint is the checkpoint of the largest tree, of whatever key; size
// 0 when there is none.
func lastCheckpoint(ctx context.Context, tx *store.Tx) (size int64, text []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT size, note FROM ledger_checkpoint ORDER BY size DESC, at DESC, key LIMIT 1`).Scan(&size, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return size, text, err
}

// lastOrigin is the name under which the log was signed last, as written; ""
// when that cannot be read, which is Verify's business.
func lastOrigin(ctx context.Context, tx *store.Tx) (string, error) {
	_, text, err := lastCheckpoint(ctx, tx)
	origin, _, _ := strings.Cut(string(text), "\n")
	return origin, err
}

// readLeaves reads the leaves of a range in order, without those that are
// missing.
func readLeaves(ctx context.Context, tx *store.Tx, from, to int64) (leaves [][]byte, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var l []byte
		err := rows.Scan(&l)
		leaves = append(leaves, l)
		return err
	}, `SELECT leaf FROM ledger_entry WHERE id >= $1 AND id < $2 ORDER BY id`, from, to)
	return leaves, err
}
