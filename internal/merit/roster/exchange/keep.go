package exchange

import (
	"context"

	"netral/internal/merit/roster"
)

// keeping keeps the rows of the first pass, as long as there is room for them,
// and has those pieces looked up meanwhile that are whole.
type keeping struct {
	im     *importing
	room   int64 // bytes that are left
	rows   []*line
	from   int // where the piece begins that is not whole
	pieces chan []*line
	err    error // of looking up; after the end
}

// add keeps a row whose keys are known.
func (k *keeping) add(l *line) {
	if k.room -= l.weight(); k.room < 0 {
		k.rows, k.from = nil, 0
		return
	}
	if k.im.full(k.rows[k.from:], l) {
		k.pieces <- k.rows[k.from:]
		k.from = len(k.rows)
	}
	k.rows = append(k.rows, l)
}

// end says that there are no more rows.
func (k *keeping) end() {
	if k.from < len(k.rows) {
		k.pieces <- k.rows[k.from:]
	}
	close(k.pieces)
}

// look resolves pieces until there are no more.
func (k *keeping) look(ctx context.Context) {
	for list := range k.pieces {
		if k.err != nil || k.im.h.spec.kind == roster.KindUnit {
			continue
		}
		if k.err = k.im.resolve(ctx, list); k.err == nil {
			list[0].ahead = true
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
