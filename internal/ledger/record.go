package ledger

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"netral/internal/fault"
	"netral/internal/store"
)

// Record is an entry as the database has it.
type Record struct {
	Index   int64
	Kind    string
	At      time.Time // the hour when sealed or erased
	Sealed  bool
	Erased  bool   // then Actor, Subject, Body and Salt are gone
	Actor   string // empty when sealed
	Subject string
	Body    []byte
	Salt    []byte
	Leaf    []byte
}

// Receipt is the record as its writer got it. It is of use only while the
// record is not erased.
func (r Record) Receipt() Receipt {
	return Receipt{Index: r.Index, At: r.At, Kind: r.Kind, Body: r.Body, Salt: r.Salt, Leaf: r.Leaf}
}

// Filter picks entries. The zero Filter picks all.
type Filter struct {
	// Kind is a whole kind, or the beginning of one with the dot at its end:
	// "advise.ask." for all of a slice.
	Kind string
	// Subject is a whole subject.
	Subject string
}

// columns are those of a Record, in the order of scan.
const columns = `id, kind, at, sealed, actor, subject, body, salt, leaf`

func scan(rows *sql.Rows) (Record, error) {
	var r Record
	var at int64
	var who, subject sql.NullString
	err := rows.Scan(&r.Index, &r.Kind, &at, &r.Sealed, &who, &subject, &r.Body, &r.Salt, &r.Leaf)
	r.At = time.UnixMilli(at).UTC()
	r.Actor, r.Subject = who.String, subject.String
	r.Erased = r.Body == nil && r.Salt == nil
	return r, err
}

// Get is the entry at an index, or NotFound.
func (b *Book) Get(ctx context.Context, index int64) (Record, error) {
	var r Record
	err := b.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = get(ctx, tx, index)
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return r, nil
}

func get(ctx context.Context, tx *store.Tx, index int64) (Record, error) {
	list, err := Follow(ctx, tx, index, 1, Filter{})
	if err != nil {
		return Record{}, err
	}
	if len(list) == 0 || list[0].Index != index {
		size, _, err := head(ctx, tx)
		if err != nil {
			return Record{}, err
		}
		return Record{}, fault.New(fault.NotFound, "ledger.no_entry", index, size)
	}
	return list[0], nil
}

// Entries reads at most n entries from an index on, in order.
func (b *Book) Entries(ctx context.Context, from int64, n int, f Filter) ([]Record, error) {
	var list []Record
	err := b.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = Follow(ctx, tx, from, n, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Latest reads at most n entries before an index, the newest first; before < 0
// means from the end. It is for pages.
func (b *Book) Latest(ctx context.Context, before int64, n int, f Filter) ([]Record, error) {
	var list []Record
	err := b.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		where, args := f.where("id < $1")
		if before < 0 {
			before = 1<<63 - 1
		}
		args[0] = before
		list, err = records(ctx, tx, where+` ORDER BY id DESC LIMIT $2`, n, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Follow is Entries inside a transaction: a follower reads from its own cursor,
// builds its own table and moves the cursor in one Write. The next cursor is
// the index of the last record plus one.
func Follow(ctx context.Context, tx *store.Tx, from int64, n int, f Filter) ([]Record, error) {
	where, args := f.where("id >= $1")
	args[0] = from
	return records(ctx, tx, where+` ORDER BY id LIMIT $2`, n, args)
}

// maxPage bounds what one call returns.
const maxPage = 1000

func records(ctx context.Context, tx *store.Tx, tail string, n int, args []any) ([]Record, error) {
	if n <= 0 {
		return nil, errors.New("ledger: ask for at least one entry")
	}
	args[1] = min(n, maxPage)
	var list []Record
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		r, err := scan(rows)
		list = append(list, r)
		return err
	}, `SELECT `+columns+` FROM ledger_entry WHERE `+tail, args...)
	return list, err
}

// where adds the filter to a condition. $1 and $2 are the caller's: the
// condition's and the limit.
func (f Filter) where(cond string) (string, []any) {
	args := make([]any, 2, 5)
	if f.Kind != "" {
		if strings.HasSuffix(f.Kind, ".") {
			// The slash is the byte after the dot: a range that the index serves.
			args = append(args, f.Kind, strings.TrimSuffix(f.Kind, ".")+"/")
			cond += ` AND kind >= $3 AND kind < $4`
		} else {
			args = append(args, f.Kind)
			cond += ` AND kind = $3`
		}
	}
	if f.Subject != "" {
		args = append(args, f.Subject)
		cond += ` AND subject = $` + string(rune('0'+len(args)))
	}
	return cond, args
}
