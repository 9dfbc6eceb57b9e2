package exchange

import (
	"context"
	"errors"
	"slices"

	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store"
)

// write is the third pass. While a piece is written the next is made ready. What
// the check found about a row that was kept is still so, as long as nobody else
// wrote and no earlier row is about the same: that is seen in the transaction.
func (im *importing) write(ctx context.Context, to *refusals) error {
	im.rep.New, im.rep.Changed, im.rep.Same = 0, 0, 0
	im.nrks, im.posts = nil, nil
	im.writing = true
	refused := slices.Clone(im.refused) // more are added while we go on
	var flying chan error
	land := func() error {
		if flying == nil {
			return nil
		}
		err := <-flying
		flying = nil
		return err
	}
	err := im.chunks(ctx, StageWrite, func(list []*line) error {
		last := list[len(list)-1].row
		var good []*line
		for _, l := range list {
			if l.row > im.after && !refused.has(l.row) {
				good = append(good, l)
			}
		}
		if len(good) == 0 {
			return nil
		}
		var ready *roster.Ready
		if !im.moved.Load() { // else settle looks, when what came before is written
			var err error
			switch {
			case im.kept == nil:
				err = im.resolve(ctx, good)
			case im.twice:
				err = im.resolveAnew(ctx, good)
			}
			if err != nil {
				return err
			}
			// Rows that are not good any more are left to settle.
			if !im.twice && !slices.ContainsFunc(good, func(l *line) bool { return len(l.bad) > 0 }) {
				if ready, err = im.ready(ctx, good); err != nil {
					ready = nil // it is met again when it is written
				}
			}
		}
		if err := land(); err != nil {
			return err
		}
		done := make(chan error, 1)
		flying = done
		go func() { done <- im.settle(ctx, last, good, ready, to) }()
		if im.twice { // rows further on may be about the same
			return land()
		}
		return nil
	})
	if bad := land(); err == nil {
		err = bad
	}
	return errors.Join(err, im.complete(ctx))
}

// manyRows is from how many rows on the indexes of a first load are made at its
// end. With fewer it makes no difference.
const manyRows = 50_000

// postpone says whether indexes may wait: as long as nobody asks by them.
func (im *importing) postpone() bool {
	return im.empty && !im.twice && !im.moved.Load() && im.total >= manyRows
}

// complete makes the indexes that waited, also when the import ends before its
// time: others go on without it.
func (im *importing) complete(ctx context.Context) error {
	if !im.empty || im.total < manyRows {
		return nil
	}
	return im.s.DB.Write(context.WithoutCancel(ctx), roster.Complete)
}

// ready prepares rows for being written.
func (im *importing) ready(ctx context.Context, good []*line) (*roster.Ready, error) {
	src := roster.Source{Kind: "import", Name: clip(im.file.Name), Seen: true, Checked: true, Fresh: true, Postpone: im.postpone()}
	for _, l := range good {
		src.Fresh = src.Fresh && l.fresh
	}
	return im.s.Roster.Ready(ctx, im.who, batchOf(good), src)
}

// settle writes a piece, but for rows that are not good any more. It may be ready.
func (im *importing) settle(ctx context.Context, last int64, good []*line, ready *roster.Ready, to *refusals) error {
	if im.moved.Load() {
		ready = nil
		if err := im.catchUp(ctx, good); err != nil {
			return err
		}
	}
	good, err := im.sift(good, to)
	if err != nil {
		return err
	}
	return im.put(ctx, last, good, ready, to)
}

// catchUp looks at rows again after somebody else wrote. What it finds holds as
// of the number that it notes first: who writes after that is noticed, too.
func (im *importing) catchUp(ctx context.Context, list []*line) error {
	im.moved.Store(true)
	if err := im.complete(ctx); err != nil {
		return err
	}
	seq, _, err := im.s.Roster.State(ctx, im.h.spec.kind)
	if err != nil {
		return err
	}
	im.seq = seq
	im.resolving.Lock()
	im.nrks = nil // there may be more of them
	im.resolving.Unlock()
	return im.resolveAnew(ctx, list)
}

// errMoved says that somebody else wrote since the rows were looked up.
var errMoved = errors.New("exchange: the roster moved")

// mostTries is how often a piece is looked up again because others write.
const mostTries = 20

// isFresh reports that nothing is held about a row, as the check saw.
func (im *importing) isFresh(l *line) bool {
	if im.twice {
		return false
	}
	if im.writing {
		return !im.moved.Load() && (im.clean || im.fresh.has(l.row))
	}
	return im.empty
}

// sift takes out rows that were good when they were checked and are not any
// more, because the roster changed meanwhile, or because only the roster itself
// could see it.
func (im *importing) sift(list []*line, to *refusals) ([]*line, error) {
	var good []*line
	for _, l := range list {
		if len(l.bad) == 0 {
			good = append(good, l)
			continue
		}
		if err := im.refuse(l, to); err != nil {
			return nil, err
		}
	}
	if len(good) < len(list) && !im.in.Good {
		return nil, im.refusal()
	}
	return good, nil
}

// refusal is the error of an import of all or nothing with rows that are not
// taken. What others wrote meanwhile can make rows bad when pieces before them
// are in already.
func (im *importing) refusal() error {
	if im.after > 0 || im.writing && im.rep.Entries > 0 {
		return fault.New(fault.Invalid, "exchange.refused_rest", im.rep.Refused, im.rep.Rows)
	}
	return fault.New(fault.Invalid, "exchange.refused", im.rep.Refused, im.rep.Rows)
}

// put writes the good rows of a chunk as one change. What was found about them
// holds as long as every change since then is ours; that is seen in the
// transaction.
func (im *importing) put(ctx context.Context, last int64, good []*line, ready *roster.Ready, to *refusals) error {
	for tries := 0; len(good) > 0; tries++ {
		written, fresh := false, true
		for _, l := range good {
			fresh = fresh && l.fresh
		}
		var n roster.Counts
		var err error
		if ready == nil {
			ready, err = im.ready(ctx, good)
		}
		b := ready
		ready = nil
		if err == nil {
			n, err = b.Write(ctx, func(ctx context.Context, tx *store.Tx, c roster.Counts) error {
				if c.Seq != im.seq+1 {
					return errMoved
				}
				written = true
				return im.also(ctx, tx, last, c)
			})
		}
		f := fault.Of(err)
		switch {
		case err == nil:
			if written {
				im.rep.Entries++
				im.seq = n.Seq
			} else {
				err = im.s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return im.also(ctx, tx, last, n) })
			}
			im.rep.New += int64(n.New)
			im.rep.Changed += int64(n.Changed)
			im.rep.Same += int64(n.Unchanged)
			im.learn(b.Batch)
			return err
		case errors.Is(err, errMoved), f.Kind == fault.Conflict && fresh: // somebody else wrote
			if tries == mostTries {
				return fault.Wrap(fault.Busy, err, "exchange.crowded")
			}
			if err := im.catchUp(ctx, good); err != nil {
				return err
			}
			if good, err = im.sift(good, to); err != nil {
				return err
			}
		case f.Kind == fault.Invalid && im.blame(f, good):
			if good, err = im.sift(good, to); err != nil {
				return err
			}
		default:
			return err
		}
	}
	return nil
}
