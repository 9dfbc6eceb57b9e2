package roster

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// doc is what the search index and the list know of a person, post or unit.
type doc struct {
	id     string
	name   string
	also   string // other words to be found by: an abbreviation
	nip    string
	nrk    string
	unit   string
	level  int8 // index into Levels; -1 without a post
	status int8 // index into Statuses; -1 where there is none
	grade  int8 // index into Grades, for sorting
}

// segment is an index over docs that do not change. Docs are numbered in the
// order of their folded names, so a list in that order is a walk. All is held
// in a few flat arrays: 4.7 million people take about 75 bytes each.
type segment struct {
	n       int
	ids     []byte
	idEnd   []uint32
	byID    []uint32 // docs in the order of their ids
	nips    []byte   // 18 each, all of them in one text to search in; nil when nobody has one
	nrks    []byte   // 6 each
	unit    []uint32
	units   []string
	level   []int8
	status  []int8
	grade   []int8
	start   []uint32 // of the words of a doc; one more than docs
	words   []uint32
	lex     []string // sorted
	sig     []uint64
	keys    map[string][]uint32 // sound to words
	keySig  []uint64            // by word
	key     []string
	postEnd []uint32
	post    []uint32 // docs of each word, ascending
}

// builder takes docs one by one.
type builder struct {
	s       segment
	word    map[string]uint32
	unitNum map[string]uint32
}

func newBuilder() *builder {
	return &builder{word: map[string]uint32{}, unitNum: map[string]uint32{}}
}

const (
	nipLen = 18
	nrkLen = 6
)

func padded(to []byte, s string, n int) []byte {
	if len(s) != n {
		s = strings.Repeat(" ", n)
	}
	return append(to, s...)
}

func (b *builder) add(d doc) {
	s := &b.s
	s.ids = append(s.ids, d.id...)
	s.idEnd = append(s.idEnd, uint32(len(s.ids)))
	s.nips = padded(s.nips, d.nip, nipLen)
	s.nrks = padded(s.nrks, d.nrk, nrkLen)
	u, ok := b.unitNum[d.unit]
	if !ok {
		u = uint32(len(s.units))
		b.unitNum[d.unit] = u
		s.units = append(s.units, d.unit)
	}
	s.unit = append(s.unit, u)
	s.level, s.status, s.grade = append(s.level, d.level), append(s.status, d.status), append(s.grade, d.grade)
	s.start = append(s.start, uint32(len(s.words)))
	name := d.name
	if d.also != "" {
		name += " " + d.also
	}
	for _, w := range words(name) {
		n, ok := b.word[w]
		if !ok {
			n = uint32(len(s.lex))
			w = strings.Clone(w)
			b.word[w] = n
			s.lex = append(s.lex, w)
		}
		s.words = append(s.words, n)
	}
	s.n++
}

// done sorts words and docs and inverts the index.
func (b *builder) done() *segment {
	s := &b.s
	s.start = append(s.start, uint32(len(s.words)))
	b.word = nil
	// Words in order, so that words compare as numbers.
	order := sequence(len(s.lex))
	slices.SortFunc(order, func(x, y uint32) int { return cmp.Compare(s.lex[x], s.lex[y]) })
	lex, rank := make([]string, len(order)), make([]uint32, len(order))
	for i, o := range order {
		lex[i], rank[o] = s.lex[o], uint32(i)
	}
	packed(lex)
	s.lex = lex
	for i, w := range s.words {
		s.words[i] = rank[w]
	}
	s.arrange()
	s.invert()
	s.sig, s.key, s.keySig = make([]uint64, len(lex)), make([]string, len(lex)), make([]uint64, len(lex))
	s.keys = make(map[string][]uint32, len(lex))
	for i, w := range lex {
		k := sound(w)
		s.sig[i], s.key[i], s.keySig[i] = signature(w), k, signature(k)
		s.keys[k] = append(s.keys[k], uint32(i))
	}
	packed(s.key)
	return s
}

// packed puts texts into one piece of memory, in their order: a search walks
// through all of them, and waits for memory more than it computes.
func packed(list []string) {
	all := strings.Join(list, "")
	for i, w := range list {
		list[i], all = all[:len(w)], all[len(w):]
	}
}

func sequence(n int) []uint32 {
	out := make([]uint32, n)
	for i := range out {
		out[i] = uint32(i)
	}
	return out
}

// arrange puts the docs into the order of their names, then ids.
func (s *segment) arrange() {
	order := sequence(s.n)
	slices.SortFunc(order, func(x, y uint32) int {
		return cmp.Or(slices.Compare(s.wordsOf(int(x)), s.wordsOf(int(y))), bytes.Compare(s.idBytes(int(x)), s.idBytes(int(y))))
	})
	ids, idEnd := make([]byte, 0, len(s.ids)), make([]uint32, 0, s.n)
	nips, nrks := make([]byte, 0, len(s.nips)), make([]byte, 0, len(s.nrks))
	start, list := make([]uint32, 0, s.n+1), make([]uint32, 0, len(s.words))
	for _, o := range order {
		i := int(o)
		ids = append(ids, s.idBytes(i)...)
		idEnd = append(idEnd, uint32(len(ids)))
		nips = append(nips, s.nips[i*nipLen:(i+1)*nipLen]...)
		nrks = append(nrks, s.nrks[i*nrkLen:(i+1)*nrkLen]...)
		start = append(start, uint32(len(list)))
		list = append(list, s.wordsOf(i)...)
	}
	s.unit, s.level, s.status, s.grade = permute(s.unit, order), permute(s.level, order), permute(s.status, order), permute(s.grade, order)
	// They mostly came in the order of their ids.
	s.byID = make([]uint32, s.n)
	for to, from := range order {
		s.byID[from] = uint32(to)
	}
	s.ids, s.idEnd, s.nips, s.nrks, s.start, s.words = ids, idEnd, nips, nrks, append(start, uint32(len(list))), list
	byID := func(x, y uint32) int { return bytes.Compare(s.idBytes(int(x)), s.idBytes(int(y))) }
	if !slices.IsSortedFunc(s.byID, byID) {
		slices.SortFunc(s.byID, byID)
	}
}

// seek finds the doc of an id.
func (s *segment) seek(id string) (doc int, ok bool) {
	i, ok := slices.BinarySearchFunc(s.byID, id, func(d uint32, id string) int { return strings.Compare(string(s.idBytes(int(d))), id) })
	if !ok {
		return -1, false
	}
	return int(s.byID[i]), true
}

// docSet is a set of docs.
type docSet []uint64

func newDocSet(n int) docSet { return make(docSet, (n+63)/64) }

func (b docSet) set(i int) { b[i>>6] |= 1 << (i & 63) }

func (b docSet) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

func permute[T any](list []T, order []uint32) []T {
	out := make([]T, len(order))
	for i, o := range order {
		out[i] = list[o]
	}
	return out
}

// invert lists the docs of each word.
func (s *segment) invert() {
	count := make([]uint32, len(s.lex)+1)
	for i := range s.n {
		list := s.wordsOf(i)
		for j, w := range list {
			if !slices.Contains(list[:j], w) {
				count[w+1]++
			}
		}
	}
	for i := 1; i < len(count); i++ {
		count[i] += count[i-1]
	}
	s.post = make([]uint32, count[len(count)-1])
	next := slices.Clone(count[:len(s.lex)])
	for i := range s.n {
		list := s.wordsOf(i)
		for j, w := range list {
			if !slices.Contains(list[:j], w) {
				s.post[next[w]] = uint32(i)
				next[w]++
			}
		}
	}
	s.postEnd = count[1:]
}

func (s *segment) wordsOf(i int) []uint32 { return s.words[s.start[i]:s.start[i+1]] }

func (s *segment) idBytes(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = s.idEnd[i-1]
	}
	return s.ids[from:s.idEnd[i]]
}

func (s *segment) id(i int) string { return string(s.idBytes(i)) }

func (s *segment) docsOf(word uint32) []uint32 {
	from := uint32(0)
	if word > 0 {
		from = s.postEnd[word-1]
	}
	return s.post[from:s.postEnd[word]]
}

// prefix is the range of words that begin with p.
func (s *segment) prefix(p string) (from, to int) {
	from, _ = slices.BinarySearch(s.lex, p)
	to = from
	for to < len(s.lex) && strings.HasPrefix(s.lex[to], p) {
		to++
	}
	return from, to
}
