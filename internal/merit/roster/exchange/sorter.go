package exchange

import (
	"bufio"
	"cmp"
	"container/heap"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// entry is a key of a row, of fixed size.
type entry struct {
	hi, lo      uint64 // the key, hashed
	from, until int32  // the days on which it is held
	row, note   uint32 // note says which key of the row, or which other row
}

const entrySize = 32

func (e *entry) bytes(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, e.hi)
	b = binary.LittleEndian.AppendUint64(b, e.lo)
	b = binary.LittleEndian.AppendUint32(b, uint32(e.from))
	b = binary.LittleEndian.AppendUint32(b, uint32(e.until))
	b = binary.LittleEndian.AppendUint32(b, e.row)
	return binary.LittleEndian.AppendUint32(b, e.note)
}

func entryOf(b []byte) entry {
	le := binary.LittleEndian
	return entry{le.Uint64(b), le.Uint64(b[8:]), int32(le.Uint32(b[16:])), int32(le.Uint32(b[20:])), le.Uint32(b[24:]), le.Uint32(b[28:])}
}

func compare(a, b entry) int {
	if a.hi != b.hi { // nearly always
		return cmp.Compare(a.hi, b.hi)
	}
	return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.from, b.from), cmp.Compare(a.row, b.row))
}

// keyOf hashes a key to 128 bits: two keys of a file never meet by chance.
func keyOf(s []byte) (hi, lo uint64) {
	sum := sha256.Sum256(s)
	return binary.LittleEndian.Uint64(sum[:]), binary.LittleEndian.Uint64(sum[8:])
}

// inRun is how many entries are sorted in memory: 32 MB.
const inRun = 1 << 20

// sorter sorts any number of entries in the memory of one run; the others wait
// in one file.
type sorter struct {
	dir  string
	most int
	mem  []entry
	file *os.File
	runs []int64 // where each begins; the last is the end
}

func newSorter(dir string) *sorter { return &sorter{dir: dir, most: inRun, runs: []int64{0}} }

// empty says whether nothing was added.
func (s *sorter) empty() bool { return len(s.mem) == 0 && s.file == nil }

func (s *sorter) add(e entry) error {
	if len(s.mem) == s.most {
		if err := s.spill(); err != nil {
			return err
		}
	}
	s.mem = append(s.mem, e)
	return nil
}

func (s *sorter) spill() error {
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, "keys-")
		if err != nil {
			return fmt.Errorf("exchange: a file for keys: %w", err)
		}
		s.file = f
		if err := os.Remove(f.Name()); err != nil { // it goes when it is closed, also when we are killed
			return err
		}
	}
	slices.SortFunc(s.mem, compare)
	w := bufio.NewWriterSize(s.file, 1<<20)
	var b []byte
	for i := range s.mem {
		b = s.mem[i].bytes(b[:0])
		if _, err := w.Write(b); err != nil {
			return fmt.Errorf("exchange: write keys: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("exchange: write keys: %w", err)
	}
	s.runs = append(s.runs, s.runs[len(s.runs)-1]+int64(len(s.mem))*entrySize)
	s.mem = s.mem[:0]
	return nil
}

// each calls f with the entries in order. It may be called once more.
func (s *sorter) each(f func(entry) error) error {
	slices.SortFunc(s.mem, compare)
	var h merge
	for i := range len(s.runs) - 1 {
		r := &run{r: bufio.NewReaderSize(io.NewSectionReader(s.file, s.runs[i], s.runs[i+1]-s.runs[i]), 64<<10)}
		if ok, err := r.next(); err != nil {
			return err
		} else if ok {
			h = append(h, r)
		}
	}
	if len(s.mem) > 0 {
		h = append(h, &run{mem: s.mem[1:], head: s.mem[0]})
	}
	heap.Init(&h)
	for len(h) > 0 {
		if err := f(h[0].head); err != nil {
			return err
		}
		ok, err := h[0].next()
		if err != nil {
			return err
		}
		if ok {
			heap.Fix(&h, 0)
		} else {
			heap.Pop(&h)
		}
	}
	return nil
}

func (s *sorter) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

type run struct {
	r    io.Reader
	mem  []entry
	head entry
	buf  [entrySize]byte
}

func (r *run) next() (bool, error) {
	if r.r == nil {
		if len(r.mem) == 0 {
			return false, nil
		}
		r.head, r.mem = r.mem[0], r.mem[1:]
		return true, nil
	}
	if _, err := io.ReadFull(r.r, r.buf[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		return false, fmt.Errorf("exchange: read keys: %w", err)
	}
	r.head = entryOf(r.buf[:])
	return true, nil
}

type merge []*run

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return compare(m[i].head, m[j].head) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)        { *m = append(*m, x.(*run)) }
func (m *merge) Pop() any {
	old := *m
	last := old[len(old)-1]
	*m = old[:len(old)-1]
	return last
}
