package exchange

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"strconv"
	"sync"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// Rows that contradict each other are found before anything else: the keys of
// all rows are sorted, on disk when there are many, and those that are held
// twice on one day lie side by side. Of two the later row of the file is the
// one that is refused.

// The keys that a row may have; the number stands in entry.note.
const (
	keySame    = iota // the row itself
	keyNIP            // of people: the NIP
	keyNRK            // of people: the NRK
	keyNIK            // of people: the NIK
	keyOverlap        // of definitive tenures: the person
)

// keys are what no other row may have on the same days.
func (l *line) keys(h *header, add func(note uint32, key string, from, until day.Day)) {
	always := func(parts ...string) {
		s := make([]byte, 0, 96)
		for _, p := range parts {
			s = strconv.AppendInt(s, int64(len(p)), 10)
			s = append(s, ':')
			s = append(s, p...)
		}
		add(keySame, string(s), day.None, day.None)
	}
	switch d := l.data.(type) {
	case *roster.Unit:
		if d.ID != "" {
			add(keySame, d.ID, d.From, d.Until)
		}
	case *roster.Post:
		if d.ID != "" {
			add(keySame, d.ID, d.From, d.Until)
		}
	case *roster.Person:
		if d.ID != "" {
			add(keySame, "id:"+d.ID, d.From, d.Until)
		}
		if d.NIP != "" {
			add(keyNIP, "nip:"+d.NIP, d.From, d.Until)
		}
		if d.NRK != "" {
			add(keyNRK, "nrk:"+d.NRK, d.From, d.Until)
		}
		if d.NIK != "" {
			add(keyNIK, "nik:"+d.NIK, d.From, d.Until)
		}
	case *roster.Tenure:
		if l.who != "" {
			always(l.who, d.Post, d.Kind, d.From.String())
			if d.Kind == roster.Definitive {
				add(keyOverlap, "overlap:"+l.who, d.From, d.Until)
			}
		}
	case *roster.Rating:
		always(l.who, strconv.Itoa(d.Year))
	case *roster.Training:
		always(l.who, d.Kind, d.Name, d.From.String())
	case *roster.Mark:
		always(l.who, d.Level, d.Decree, d.From.String())
	case *roster.Leave:
		always(l.who, d.Kind, d.From.String())
	case *roster.Relation:
		always(l.who, l.other, d.Kind)
	}
}

// conflicts are the rows that contradict an earlier one, in order of rows.
type conflicts struct {
	s    *sorter
	pull func() (entry, error, bool)
	stop func()
	head entry
	more bool
}

// contradict sorts the keys and keeps those that meet.
func (im *importing) contradict(ctx context.Context) (*conflicts, error) {
	keys := newSorter(im.dir)
	defer keys.close() //nolint:errcheck // a file that is gone already
	keep := keeping{im: im, room: cmp.Or(im.s.room, mostKept), pieces: make(chan []*line, 1)}
	var looking sync.WaitGroup
	looking.Go(func() { keep.look(ctx) })
	var salted []byte
	err := im.pass(ctx, StageKeys, func(l *line) (bad error) {
		im.total++
		defer keep.add(l)
		if len(l.bad) > 0 {
			return nil // what cannot be read contradicts nothing
		}
		l.keys(im.h, func(note uint32, key string, from, until day.Day) {
			e := entry{from: math.MinInt32, until: math.MaxInt32, row: uint32(l.row), note: note}
			salted = append(append(salted[:0], im.salt...), key...)
			e.hi, e.lo = keyOf(salted)
			if from != day.None {
				e.from = int32(from)
			}
			if until != day.None {
				e.until = int32(until)
			}
			if err := keys.add(e); err != nil {
				bad = err
			}
		})
		return bad
	})
	keep.end()
	defer looking.Wait()
	if err != nil {
		return nil, err
	}
	found := newSorter(im.dir)
	var held entry
	first, twice := true, false
	err = keys.each(func(e entry) error {
		if first || e.hi != held.hi || e.lo != held.lo {
			held, first = e, false
			return nil
		}
		twice = twice || e.note != keyOverlap
		if e.from >= held.until || e.until <= e.from {
			if e.until > held.until {
				held = e
			}
			return nil
		}
		late, early := e, held
		if late.row < early.row {
			late, early = early, late
			held = e
		}
		return found.add(entry{hi: uint64(late.row), lo: uint64(late.note), row: late.row, note: early.row})
	})
	looking.Wait() // sorting need not
	if err == nil {
		err = keep.err
	}
	if err != nil {
		return nil, err
	}
	im.kept, im.twice = keep.rows, twice
	im.clean = im.kept == nil && !twice && keep.clean() && found.empty()
	return &conflicts{s: found}, nil
}

// rewind begins with the first row again.
func (c *conflicts) rewind() error {
	if c.stop != nil {
		c.stop()
	}
	c.pull, c.stop = iter.Pull2(func(yield func(entry, error) bool) {
		err := c.s.each(func(e entry) error {
			if !yield(e, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && err != errEnough {
			yield(entry{}, err)
		}
	})
	return c.advance()
}

var errEnough = errors.New("exchange: enough")

func (c *conflicts) advance() (err error) {
	c.head, err, c.more = c.pull()
	return err
}

func (c *conflicts) close() {
	if c.stop != nil {
		c.stop()
	}
	_ = c.s.close() // a file that is gone already
}

// within says whether one of the rows has conflicts. Those before them are passed
// over.
func (c *conflicts) within(list []*line) (bool, error) {
	for c.more && int64(c.head.row) < list[0].row {
		if err := c.advance(); err != nil {
			return false, err
		}
	}
	return c.more && int64(c.head.row) <= list[len(list)-1].row, nil
}

// of adds the conflicts of a row; rows are asked about in order.
func (c *conflicts) of(l *line, h *header) error {
	for c.more && int64(c.head.row) < l.row {
		if err := c.advance(); err != nil {
			return err
		}
	}
	told := map[uint32]bool{}
	for c.more && int64(c.head.row) == l.row {
		e := c.head
		if err := c.advance(); err != nil {
			return err
		}
		if told[e.note] {
			continue // the same two rows by another key
		}
		told[e.note] = true
		field, key := "", "exchange.row.twice"
		switch e.lo {
		case keyNIP:
			field = "nip"
		case keyNRK:
			field = "nrk"
		case keyNIK:
			field = "nik"
		case keyOverlap:
			field, key = "from", "exchange.row.overlap"
		case keySame:
			if h.has("id") {
				field = "id"
			}
		}
		l.note(h, field, key, int64(e.note))
	}
	return nil
}
