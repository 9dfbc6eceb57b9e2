package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/sheet"
	"netral/internal/store"
)

// File is what is imported.
type File struct {
	Name string
	Size int64
	Body io.ReaderAt
}

// Input says how a file is imported.
type Input struct {
	Kind string            `json:"kind"`          // one of Kinds
	Map  map[string]string `json:"map,omitempty"` // heading → column; Ignore leaves it out
	AsOf day.Day           `json:"as_of"`         // day.None means today
	Good bool              `json:"good"`          // only the good rows; else all or nothing
	// Commit goes on to write after the check, without anybody confirming it,
	// when nothing is refused or only the good rows are asked for.
	Commit bool `json:"commit,omitempty"`
}

// Stages of an import, as Progress is told.
const (
	StageKeys  = "keys"
	StageCheck = "check"
	StageWrite = "write"
)

// Progress is told how far a stage is, in bytes of the file.
type Progress func(stage string, done, total int64)

const (
	// chunk is how many rows are one change of the roster.
	chunk = 20_000
	// mostUnits bounds an import of units: the tree is seen at once.
	mostUnits = 500_000
	// mostKept bounds the bytes of the rows that are kept from one pass to the
	// next: some two hundred thousand rows. Of a larger file none are, and it is
	// read in each pass.
	mostKept = 128 << 20
	// mostNotes is how many problems of one row are told.
	mostNotes = 10
)

// importing is one run.
type importing struct {
	s    *Service
	who  actor.Actor
	file File
	in   Input
	dir  string
	salt string
	tell Progress

	h     *header
	form  sheet.Format
	total int64
	rep   Report

	refused   rowSet
	fresh     rowSet // about which nothing was held when they were checked
	cross     *conflicts
	twice     bool  // a key is there more than once, for other days
	seq       int64 // of the last change before rows were looked up, or of ours since
	resolving sync.Mutex
	moved     atomic.Bool // somebody else wrote since the check
	empty     bool        // nothing of the kind was held at the check
	clean     bool        // every row is good and new, as the first pass saw
	writing   bool
	nrks      map[string]string // NRK → person; nil until asked
	posts     map[string]bool   // known ones, as far as asked

	// kept are all rows of the file, as long as there is room for them; then
	// nothing is read twice. A row keeps what the check found about it.
	kept  []*line
	again *reader

	// after is the last row that an earlier run committed.
	after int64
	// also is written with each batch; told instead when nothing changed.
	also func(ctx context.Context, tx *store.Tx, row int64, c roster.Counts) error
}

// rowSet is a set of numbers of rows: a bit for each row of the file.
type rowSet []uint64

func (b *rowSet) set(i int64) {
	for int64(len(*b)) <= i/64 {
		*b = append(*b, make([]uint64, 1024)...)
	}
	(*b)[i/64] |= 1 << (i % 64)
}

func (b rowSet) has(i int64) bool { return i/64 < int64(len(b)) && b[i/64]&(1<<(i%64)) != 0 }

// sum is the SHA-256 of the file.
func sum(f File) (string, error) {
	h := sha256.New()
	if _, err := io.CopyBuffer(h, io.NewSectionReader(f.Body, 0, f.Size), make([]byte, 1<<20)); err != nil {
		return "", fmt.Errorf("exchange: read: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// open begins to read the file.
func (im *importing) open() (*sheet.Table, error) {
	t, err := sheet.Open(im.file.Body, im.file.Size, sheet.Options{Limits: im.s.limits(), Dir: im.dir})
	if err != nil {
		return nil, err
	}
	cells, err := t.Next()
	if err == nil && im.h == nil {
		im.form = t.Format
		im.h, err = readHeader(specOf(im.in.Kind), cells, im.in.Map)
		im.rep.Format, im.rep.Columns = t.Format, im.h.columns
	}
	if errors.Is(err, io.EOF) {
		err = fault.New(fault.Invalid, "sheet.empty")
	}
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// block is some rows on their way from the reader to the caller.
type block struct {
	lines       []*line
	done, total int64
	err         error
}

// pass gives the rows of the file once: f is called with each row after the
// heading, in order. Reading runs ahead of f by some thousand rows.
func (im *importing) pass(ctx context.Context, stage string, f func(*line) error) error {
	if im.kept != nil {
		return im.passKept(ctx, stage, f)
	}
	t, err := im.open()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	blocks := make(chan block, 4)
	var reading sync.WaitGroup
	reading.Go(func() { im.readAhead(ctx, t, blocks) })
	defer func() {
		stop()
		reading.Wait()
		_ = t.Close() // only read
	}()
	for b := range blocks {
		if b.err != nil {
			return b.err
		}
		for _, l := range b.lines {
			if err := f(l); err != nil {
				return err
			}
		}
		im.tell(stage, b.done, b.total)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	im.tell(stage, im.file.Size, im.file.Size)
	return nil
}

// passKept is pass over the rows that are in memory.
func (im *importing) passKept(ctx context.Context, stage string, f func(*line) error) error {
	n := int64(len(im.kept))
	for i, l := range im.kept {
		if err := f(l); err != nil {
			return err
		}
		if i%1000 == 999 {
			im.tell(stage, im.file.Size*int64(i+1)/n, im.file.Size)
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	im.tell(stage, im.file.Size, im.file.Size)
	return nil
}

// anew reads rows again from their cells, as if nothing had been found about
// them yet.
func (im *importing) anew(list []*line) {
	if im.again == nil {
		im.again = newReader(im.h, im.in.AsOf, im.form.Since1904)
	}
	for _, l := range list {
		*l = *im.again.read(l.row, l.cells)
	}
}

// readAhead reads rows until the end, an error, or until ctx ends.
func (im *importing) readAhead(ctx context.Context, t *sheet.Table, to chan<- block) {
	defer close(to)
	p := newReader(im.h, im.in.AsOf, t.Format.Since1904)
	for {
		var b block
		for len(b.lines) < 1000 && b.err == nil {
			cells, err := t.Next()
			if err != nil {
				b.err = err
				break
			}
			b.lines = append(b.lines, p.read(t.Row(), cells))
		}
		end := errors.Is(b.err, io.EOF)
		fail := b.err
		b.done, b.total = t.Progress()
		b.err = nil
		for _, x := range []block{b, {err: fail}} {
			if end && x.err != nil || x.err == nil && len(x.lines) == 0 {
				continue
			}
			select {
			case to <- x:
			case <-ctx.Done():
				return
			}
		}
		if fail != nil {
			return
		}
	}
}

// chunks is pass in pieces.
func (im *importing) chunks(ctx context.Context, stage string, f func([]*line) error) error {
	var list []*line
	err := im.pass(ctx, stage, func(l *line) error {
		if im.full(list, l) {
			if err := f(list); err != nil {
				return err
			}
			list = list[:0]
		}
		list = append(list, l)
		return nil
	})
	if err == nil && len(list) > 0 {
		err = f(list)
	}
	return err
}

// full says whether a piece ends before a row. It does not end between rows of
// one person.
func (im *importing) full(list []*line, next *line) bool {
	n, size := len(list), im.s.piece
	switch {
	case im.h.spec.kind == roster.KindUnit:
		return false
	case size == 0:
		size = chunk
	}
	return n >= size && (next.who == "" || next.who != list[n-1].who || n >= size+1000)
}

// keys is the first pass.
func (im *importing) keys(ctx context.Context) error {
	seq, any, err := im.s.Roster.State(ctx, specOf(im.in.Kind).kind)
	if err != nil {
		return err
	}
	im.seq, im.empty = seq, !any
	if im.cross, err = im.contradict(ctx); err != nil {
		return err
	}
	if im.total == 0 {
		return fault.New(fault.Invalid, "exchange.no_rows")
	}
	if im.h.spec.kind == roster.KindUnit && im.total > mostUnits {
		return fault.New(fault.TooLarge, "exchange.units", im.total, mostUnits)
	}
	return nil
}

// check is the second pass: every row is looked at, nothing is written.
func (im *importing) check(ctx context.Context, to *refusals) error {
	if im.clean {
		im.rep.Rows, im.rep.New = im.total, im.total
		im.tell(StageCheck, im.file.Size, im.file.Size)
		return nil
	}
	if err := im.cross.rewind(); err != nil {
		return err
	}
	return im.chunks(ctx, StageCheck, func(list []*line) error {
		good := list[:0:0]
		meet, err := im.cross.within(list)
		if err != nil {
			return err
		}
		ahead := im.kept != nil && list[0].ahead
		if ahead && meet { // it was not known yet that rows contradict each other
			im.anew(list)
			ahead = false
		}
		if !ahead {
			for _, l := range list {
				if err := im.cross.of(l, im.h); err != nil {
					return err
				}
			}
			if err := im.resolve(ctx, list); err != nil {
				return err
			}
		}
		for _, l := range list {
			im.rep.Rows++
			if len(l.bad) == 0 {
				good = append(good, l)
				if l.fresh {
					im.fresh.set(l.row)
				}
				continue
			}
			if err := im.refuse(l, to); err != nil {
				return err
			}
		}
		return im.preview(ctx, good)
	})
}

func (im *importing) refuse(l *line, to *refusals) error {
	if len(l.bad) > mostNotes {
		l.bad = l.bad[:mostNotes]
	}
	im.rep.Refused++
	im.refused.set(l.row)
	for _, p := range l.bad {
		if len(im.rep.First) < firstProblems {
			im.rep.First = append(im.rep.First, p)
		}
	}
	return to.put(l)
}

// preview counts what the good rows would do.
func (im *importing) preview(ctx context.Context, good []*line) error {
	var known []*line
	for _, l := range good {
		if l.fresh {
			im.rep.New++
		} else {
			known = append(known, l)
		}
	}
	if len(known) == 0 {
		return nil
	}
	n, err := im.s.Roster.Preview(ctx, batchOf(known))
	im.rep.New += int64(n.New)
	im.rep.Changed += int64(n.Changed)
	im.rep.Same += int64(n.Unchanged)
	return err
}
