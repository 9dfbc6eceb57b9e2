package sample

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"

	"netral/internal/fault"
)

// Ticket is one draw: the number, the id, and how many times the id had been
// drawn by then, this time included.
type Ticket struct {
	Number     string
	ID         string
	Generation int
}

// All as Options.Take leaves nothing out.
const All = -1

// maxDrawn bounds draws with replacement, which have no end of their own.
const maxDrawn = 10_000_000

// Options says what to draw.
type Options struct {
	Replace bool // put each one back after it was drawn
	Drop    int  // how many first draws are not given
	Take    int  // how many are given after them at most; All for no bound
}

// check says whether the options can be, for a list of n.
func (o Options) check(n int) error {
	switch {
	case o.Drop < 0:
		return fault.New(fault.Invalid, "sample.drop", o.Drop)
	case o.Take < All:
		return fault.New(fault.Invalid, "sample.take", o.Take)
	case o.Replace && o.Take == All && n > 0:
		return fault.New(fault.Invalid, "sample.endless")
	case o.Replace && (o.Drop > maxDrawn || o.Take > maxDrawn-o.Drop):
		return fault.New(fault.Invalid, "sample.long", maxDrawn)
	}
	return nil
}

// Draw draws from ids, the smallest ticket number first. Faults: Invalid for an
// id that is there twice and for options that cannot be.
func Draw(seed string, ids []string, o Options) ([]Ticket, error) {
	if err := o.check(len(ids)); err != nil {
		return nil, err
	}
	keys, err := Keys(seed, ids)
	if err != nil {
		return nil, err
	}
	if err := distinct(ids, keys); err != nil {
		return nil, err
	}
	// Only the ids with the smallest first tickets can be among the first
	// draws, with replacement as well as without.
	want := len(ids)
	if o.Take != All && o.Take < want && o.Drop < want-o.Take {
		want = o.Drop + o.Take
	}
	first, err := smallest(seed, ids, keys, want)
	if err != nil {
		return nil, err
	}
	if o.Replace {
		return replaced(first, o), nil
	}
	first = first[min(o.Drop, len(first)):]
	if o.Take != All && o.Take < len(first) {
		first = first[:o.Take]
	}
	return first, nil
}

// Keys are the first 19 digits of the first ticket number of each id, as
// integers. Where two differ, the ids are in their order.
func Keys(seed string, ids []string) ([]uint64, error) {
	h, err := newHasher(seed)
	if err != nil {
		return nil, err
	}
	keys := make([]uint64, len(ids))
	for i, id := range ids {
		n, err := h.number(id)
		if err != nil {
			return nil, err
		}
		keys[i] = n.key()
	}
	return keys, nil
}

// distinct refuses an id that is there twice. Ids that are alike have keys
// alike, and numbers are sorted sooner than texts: first into heaps by their
// beginning, then each heap, which fits into the cache.
func distinct(ids []string, keys []uint64) error {
	const heaps, width = 4096, ten19/4096 + 1
	var ends [heaps + 1]int
	for _, k := range keys {
		ends[k/width+1]++
	}
	for i := range heaps {
		ends[i+1] += ends[i]
	}
	at, sorted := ends, make([]uint64, len(keys))
	for _, k := range keys {
		sorted[at[k/width]] = k
		at[k/width]++
	}
	for i := range heaps {
		slices.Sort(sorted[ends[i]:ends[i+1]])
	}
	var alike map[uint64][]string
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			if alike == nil {
				alike = map[uint64][]string{}
			}
			alike[sorted[i]] = nil
		}
	}
	if alike == nil {
		return nil
	}
	for i, k := range keys {
		seen, ok := alike[k]
		if !ok {
			continue
		}
		if slices.Contains(seen, ids[i]) {
			return fault.New(fault.Invalid, "sample.double", clip(ids[i]))
		}
		alike[k] = append(seen, ids[i])
	}
	return nil
}

type place struct {
	key uint64
	at  int
}

// smallest are the tickets of the want ids that come first, in order. Of the
// keys seen, those are kept that can still be among them; whenever twice as many
// are kept as are wanted, the worse half goes.
func smallest(seed string, ids []string, keys []uint64, want int) ([]Ticket, error) {
	if want == 0 {
		return nil, nil
	}
	byKey := func(a, b place) int { return cmp.Compare(a.key, b.key) }
	room := max(2*want, 1024)
	kept := make([]place, 0, min(room, len(keys)))
	bound := uint64(ten19)
	for i, k := range keys {
		if k > bound {
			continue
		}
		kept = append(kept, place{k, i})
		if len(kept) < room {
			continue
		}
		slices.SortFunc(kept, byKey)
		bound = kept[want-1].key
		n := want
		for n < len(kept) && kept[n].key == bound { // alike so far: none may go yet
			n++
		}
		kept, room = kept[:n], max(room, 2*n)
	}
	slices.SortFunc(kept, byKey)
	h, err := newHasher(seed)
	if err != nil {
		return nil, err
	}
	// Those whose keys are alike at the edge are told apart by their whole numbers.
	edge := min(want, len(kept))
	for edge < len(kept) && kept[edge].key == kept[edge-1].key {
		edge++
	}
	out := make([]Ticket, edge)
	for i := range out {
		id := ids[kept[i].at]
		n, err := h.number(id)
		if err != nil {
			return nil, err
		}
		out[i] = Ticket{Number: n.text(), ID: id, Generation: 1}
	}
	slices.SortFunc(out, Compare)
	return out[:min(want, len(out))], nil
}

// Compare says which of two tickets is drawn first.
func Compare(a, b Ticket) int {
	return cmp.Or(strings.Compare(a.Number, b.Number), strings.Compare(a.ID, b.ID), cmp.Compare(a.Generation, b.Generation))
}

type pile []Ticket

func (p pile) Len() int           { return len(p) }
func (p pile) Less(i, j int) bool { return Compare(p[i], p[j]) < 0 }
func (p pile) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *pile) Push(x any)        { *p = append(*p, x.(Ticket)) }
func (p *pile) Pop() any {
	old := *p
	x := old[len(old)-1]
	*p = old[:len(old)-1]
	return x
}

// replaced draws with replacement from first tickets in order, which are a heap.
func replaced(first []Ticket, o Options) []Ticket {
	var out []Ticket
	p := pile(first)
	for n := 0; len(p) > 0 && n < o.Drop+o.Take; n++ {
		t := p[0]
		p[0] = Ticket{Number: Next(t.Number), ID: t.ID, Generation: t.Generation + 1}
		heap.Fix(&p, 0)
		if n >= o.Drop {
			out = append(out, t)
		}
	}
	return out
}

// clip shortens what is said back.
func clip(s string) string {
	n := 0
	for i := range s {
		if n == 60 {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// Numbers makes the first ticket number of each id and hands over its digits,
// those after "0.", which are good until the next. It gives the number of digits
// of all of them together.
func Numbers(seed string, ids []string, use func(at int, number []byte)) (int, error) {
	h, err := newHasher(seed)
	if err != nil {
		return 0, err
	}
	var d digits
	all := 0
	for i, id := range ids {
		n, err := h.number(id)
		if err != nil {
			return 0, err
		}
		size := n.fraction(&d)
		use(i, d[:size])
		all += size
	}
	return all, nil
}
