package roster

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// What a word costs that is not the one that was typed. A name that costs more
// comes later. The steps are wide enough for the small costs beneath them.
const (
	costSound    = 10 // sounds alike
	costPrefix   = 12 // begins with what was typed
	costOne      = 20 // one edit away
	costSoundOne = 28 // one edit away in sound
	costTwo      = 40
	costMissing  = 60 // nothing like it in the name
	costOrder    = 3  // the words stand in another order
	costExtra    = 1  // a word that was not asked for
	costStatus   = 4  // does not serve any more
	costNever    = 255
)

// match is a doc and what it costs.
type match struct {
	cost int
	doc  int
}

// token is a word of a question and the words of the index that it may mean.
type token struct {
	n    int     // letters of the word
	cost []uint8 // by word; costNever for those it cannot mean
	list []uint32
	docs int
}

// edits is how many edits a word of n letters may be away.
func edits(n int) int {
	switch {
	case n <= 1:
		return 0
	case n <= 5:
		return 1
	}
	return 2
}

// token finds the words near w.
func (s *segment) token(w string) *token {
	t := &token{n: len(w), cost: bytes.Repeat([]byte{costNever}, len(s.lex))}
	put := func(word uint32, cost int) {
		if t.cost[word] == costNever {
			t.list = append(t.list, word)
			t.docs += len(s.docsOf(word))
		}
		t.cost[word] = min(t.cost[word], uint8(cost))
	}
	from, to := s.prefix(w)
	for i := from; i < to; i++ {
		if more := len(s.lex[i]) - len(w); more == 0 {
			put(uint32(i), 0)
		} else {
			put(uint32(i), costPrefix+min(more, 7))
		}
	}
	key := sound(w)
	for _, i := range s.keys[key] {
		put(i, costSound)
	}
	most := edits(len(w))
	if most == 0 {
		return t
	}
	sig, keySig := signature(w), signature(key)
	bit := 2 * most
	whole, sounding := newPattern(w), newPattern(key)
	for i := range s.lex {
		near := bits.OnesCount64(s.sig[i]^sig) <= bit && whole.within(len(s.lex[i]), most)
		alike := bits.OnesCount64(s.keySig[i]^keySig) <= 2
		if !near && !alike {
			continue
		}
		if near {
			switch d := whole.distance(s.lex[i], most); {
			case d == 1 && (len(w) > 2 || len(s.lex[i]) > len(w)): // of two letters a third was lost
				put(uint32(i), costOne+firstLetter(w, s.lex[i]))
			case d == 2 && most == 2:
				put(uint32(i), costTwo+firstLetter(w, s.lex[i]))
			}
		}
		if alike && len(key) > 3 && sounding.distance(s.key[i], 1) == 1 {
			put(uint32(i), costSoundOne+firstLetter(key, s.key[i]))
		}
	}
	return t
}

// firstLetter: people seldom get the first letter wrong.
func firstLetter(a, b string) int {
	if a[0] != b[0] {
		return 4
	}
	return 0
}

// top keeps the n cheapest matches.
type top struct {
	n    int
	list []match
}

func (t *top) full() bool { return len(t.list) == t.n }

func (t *top) put(m match) {
	i, _ := slices.BinarySearchFunc(t.list, m, compareMatch)
	if i == t.n {
		return
	}
	if t.full() {
		t.list = t.list[:t.n-1]
	}
	t.list = slices.Insert(t.list, i, m)
}

func (t *top) worst() int {
	if !t.full() {
		return 1 << 30
	}
	return t.list[t.n-1].cost
}

func compareMatch(a, b match) int {
	return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.doc, b.doc))
}

// find finds the n docs that are nearest to the words of a question among
// those that may be seen.
func (s *segment) find(question []string, n int, may func(doc int) bool) []match {
	if s.n == 0 || len(question) == 0 {
		return nil
	}
	best := &top{n: n}
	seen := map[int]bool{}
	near := map[string]*token{}
	s.run(question, 0, near, best, seen, may)
	if len(best.list) > 0 && best.list[0].cost < costSound {
		return best.list
	}
	// Words that were written together, or apart.
	for i := range question {
		if i+1 < len(question) {
			joined := slices.Concat(question[:i], []string{question[i] + question[i+1]}, question[i+2:])
			s.run(joined, 2, near, best, seen, may)
		}
		if parts := s.parted(question[i], 3); parts != nil && len(question)+len(parts) <= maxTokens+1 {
			s.run(slices.Concat(question[:i], parts, question[i+1:]), 2, near, best, seen, may)
		}
	}
	return best.list
}

// parted cuts a word into two or three that the index has; the longest first
// part wins.
func (s *segment) parted(w string, most int) []string {
	for i := len(w) - minPart; i >= minPart && most > 1; i-- {
		if !s.has(w[:i]) {
			continue
		}
		if s.has(w[i:]) {
			return []string{w[:i], w[i:]}
		}
		if rest := s.parted(w[i:], most-1); rest != nil {
			return append([]string{w[:i]}, rest...)
		}
	}
	return nil
}

const minPart = 3

func (s *segment) has(w string) bool {
	_, ok := slices.BinarySearch(s.lex, w)
	return ok
}

// run weighs the docs that have a word near the rarest of the question; when
// too few have all words, those too that lack one.
func (s *segment) run(question []string, penalty int, near map[string]*token, best *top, seen map[int]bool, may func(int) bool) {
	tokens := make([]*token, len(question))
	for i, w := range question {
		if near[w] == nil {
			near[w] = s.token(w)
		}
		tokens[i] = near[w]
	}
	order := sequence(len(tokens))
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(tokens[a].docs, tokens[b].docs) })
	from := 0
	for from < len(order)-1 && tokens[order[from]].docs == 0 {
		from++ // nobody has anything like it
	}
	lack := from
	if lack > 1 {
		return
	}
	s.weigh(tokens, tokens[order[from]], lack, penalty, best, seen, may)
	if lack == 0 && len(tokens) > 1 && !best.full() {
		for _, o := range order[:2] {
			s.weigh(tokens, tokens[o], 1, penalty, best, seen, may)
		}
	}
}

// weigh puts the docs of a token's words on the list.
func (s *segment) weigh(tokens []*token, by *token, lack, penalty int, best *top, seen map[int]bool, may func(int) bool) {
	if lack > 0 && by.n < minPart {
		return // a letter or two say too little when the rest is missing
	}
	slices.SortFunc(by.list, func(a, b uint32) int { return cmp.Compare(by.cost[a], by.cost[b]) })
	for _, w := range by.list {
		if int(by.cost[w])+penalty > best.worst() {
			return // and so are all that follow
		}
		for _, d := range s.docsOf(w) {
			doc := int(d)
			c := s.cost(tokens, doc, lack)
			if c < 0 || c+penalty > best.worst() || seen[doc] || !may(doc) {
				continue
			}
			seen[doc] = true
			best.put(match{c + penalty, doc})
		}
	}
}

// cost is what a doc costs, or -1 when more words are lacking than may be.
func (s *segment) cost(tokens []*token, doc, lack int) int {
	list := s.wordsOf(doc)
	total, used, last := 0, 0, -1
	for i := range tokens {
		cheap, at := costNever, -1
		for j, w := range list {
			if used&(1<<j) != 0 {
				continue
			}
			if c := tokens[i].cost[w]; int(c) < cheap {
				cheap, at = int(c), j
			}
		}
		if at < 0 {
			if lack--; lack < 0 {
				return -1
			}
			total += costMissing
			continue
		}
		used |= 1 << at
		total += cheap
		if at < last {
			total += costOrder
		}
		last = at
	}
	if used == 0 {
		return -1
	}
	total += costExtra * (len(list) - bits.OnesCount(uint(used)))
	if st := s.status[doc]; st >= 0 && !Statuses()[st].Serving() {
		total += costStatus
	}
	return total
}

// number finds the docs whose NIP or NRK has the digits: the whole of it, its
// beginning, anywhere; for a whole NIP that nobody has, those one digit away.
func (s *segment) number(digits string, n int, may func(int) bool) []match {
	best := &top{n: n}
	d := []byte(digits)
	seek := func(in []byte, size int) {
		for at := 0; at < len(in); {
			i := bytes.Index(in[at:], d)
			if i < 0 {
				return
			}
			at += i
			doc, off := at/size, at%size
			if off+len(d) <= size {
				cost := costPrefix
				switch {
				case len(d) == size:
					cost = 0
				case off > 0:
					cost = costOne
				}
				if cost <= best.worst() && may(doc) && !slices.ContainsFunc(best.list, func(m match) bool { return m.doc == doc }) {
					best.put(match{cost, doc})
				}
				at = (doc + 1) * size
			} else {
				at++
			}
		}
	}
	if len(d) <= nrkLen {
		seek(s.nrks, nrkLen)
	}
	if len(d) <= nipLen {
		seek(s.nips, nipLen)
	}
	if len(best.list) == 0 && len(d) == nipLen {
		for doc := range s.n {
			wrong := 0
			for i, c := range s.nips[doc*nipLen : (doc+1)*nipLen] {
				if c != d[i] {
					if wrong++; wrong > 2 {
						break
					}
				}
			}
			if wrong <= 2 && may(doc) {
				best.put(match{costOne * wrong, doc})
			}
		}
	}
	return best.list
}

// question folds what was typed into the words to look for.
func question(text string) []string {
	if len(text) > maxQuestion {
		text = strings.ToValidUTF8(text[:maxQuestion], "")
	}
	list := words(text)
	return list[:min(len(list), maxTokens)]
}
