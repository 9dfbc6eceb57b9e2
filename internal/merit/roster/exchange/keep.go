package exchange

import (
	"context"
	"slices"
	"sync/atomic"

	"netral/internal/merit/roster"
)

// keeping keeps the rows of the first pass, as long as there is room for them,
// and has those pieces looked up meanwhile that are whole. When there is no more
// room the pieces are looked up all the same, and forgotten: as long as each row
// is good and new there is nothing to find in them a second time.
type keeping struct {
	im     *importing
	room   int64 // bytes that are left; below 0 nothing is kept
	rows   []*line
	from   int // where the piece begins that is not whole
	pieces chan []*line
	mixed  atomic.Bool // a row is not good, or not new
	err    error       // of looking up; after the end
}

// add keeps a row whose keys are known.
func (k *keeping) add(l *line) {
	if k.room >= 0 {
		k.room -= l.weight()
	}
	if k.room < 0 && k.mixed.Load() {
		k.rows, k.from = nil, 0
		return
	}
	if k.im.full(k.rows[k.from:], l) {
		k.pieces <- k.rows[k.from:]
		k.from = len(k.rows)
		if k.room < 0 {
			k.rows, k.from = nil, 0
		}
	}
	k.rows = append(k.rows, l)
}

// end says that there are no more rows.
func (k *keeping) end() {
	if k.from < len(k.rows) {
		k.pieces <- k.rows[k.from:]
	}
	if k.room < 0 {
		k.rows = nil
	}
	close(k.pieces)
}

// clean says, after the end, whether every row is good and new.
func (k *keeping) clean() bool { return k.err == nil && !k.mixed.Load() }

// look resolves pieces until there are no more.
func (k *keeping) look(ctx context.Context) {
	units := specOf(k.im.in.Kind).kind == roster.KindUnit
	if units || k.im.after > 0 {
		k.mixed.Store(true)
	}
	for list := range k.pieces {
		if k.err != nil || units {
			continue
		}
		if k.err = k.im.resolve(ctx, list); k.err == nil {
			list[0].ahead = true
		}
		if k.err == nil && slices.ContainsFunc(list, func(l *line) bool { return len(l.bad) > 0 || !l.fresh }) {
			k.mixed.Store(true)
		}
	}
}

// weight is about how many bytes a row takes.
func (l *line) weight() int64 {
	n := 512 + 16*len(l.cells) // itself and what it says
	for _, c := range l.cells {
		n += len(c)
	}
	return int64(n)
}
