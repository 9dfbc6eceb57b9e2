package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
)

// KindErased is the kind of the entry that an erasure leaves.
const KindErased = "ledger.entry.erased"

// erasure is its detail.
type erasure struct {
	Index  int64  `json:"index"`
	Reason string `json:"reason"`
}

// erasedSubject names the erased entry in the subject of the erasure's.
func erasedSubject(index int64) string { return "entry:" + strconv.FormatInt(index, 10) }

// maxReason bounds the reason in bytes.
const maxReason = 500

// Erase deletes the content of an entry for good: body, salt, actor, subject
// and exact time. Its leaf stays, so the tree and all proofs stay as they are,
// but nobody can tell any more what it committed to. A new entry says who
// erased it and why; that one cannot be erased. The reason must not repeat what
// is erased.
//
// Copies are not reached: backups, receipts that were handed out, and until
// the engine uses the space again, freed pages of the database's files.
func (b *Book) Erase(ctx context.Context, who actor.Actor, index int64, reason string) (Receipt, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > maxReason {
		return Receipt{}, fault.New(fault.Invalid, "ledger.erase_reason", maxReason, len(reason))
	}
	return b.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (Entry, error) {
		r, err := get(ctx, tx, index)
		if err != nil {
			return Entry{}, err
		}
		if r.Erased {
			return Entry{}, fault.New(fault.Conflict, "ledger.erased_before", index)
		}
		if r.Kind == KindErased {
			return Entry{}, fault.New(fault.Denied, "ledger.erase_erasure", index)
		}
		_, err = tx.ExecContext(ctx, `UPDATE ledger_entry
			SET body = NULL, salt = NULL, actor = NULL, subject = NULL, at = $1 WHERE id = $2`,
			r.At.Truncate(time.Hour).UnixMilli(), index)
		if err != nil {
			return Entry{}, fmt.Errorf("erase entry %d: %w", index, err)
		}
		return Entry{Kind: KindErased, Subject: erasedSubject(index), Detail: erasure{Index: index, Reason: reason}}, nil
	})
}

// erasures are the indices that an erasure names. It takes a few bytes for
// each; erasing is rare.
func erasures(ctx context.Context, tx *store.Tx) (map[int64]int64, error) {
	by := map[int64]int64{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var id int64
		var subject sql.NullString
		if err := rows.Scan(&id, &subject); err != nil {
			return err
		}
		n, ok := strings.CutPrefix(subject.String, "entry:")
		index, err := strconv.ParseInt(n, 10, 64)
		if ok && err == nil && index < id {
			by[index] = id
		}
		return nil
	}, `SELECT id, subject FROM ledger_entry WHERE kind = $1 ORDER BY id`, KindErased)
	return by, err
}
