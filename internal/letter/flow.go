package letter

import (
	"strconv"
	"strings"
)

// The columns of the text.
const (
	labelWidth  = 34.0 // of a clause, with its colon
	pairWidth   = 51.0 // of a pair
	markerWidth = 7.0  // of an item
)

// blocks draws the blocks of a paper.
func (s *sheet) blocks(list []block) {
	count := 0
	for i := range list {
		b := &list[i]
		if b.marker == 0 {
			count = 0
		} else if b.shape == clause || i > 0 && list[i-1].marker != b.marker {
			count = 1
		} else {
			count++
		}
		if lead := s.lead(list, i); lead > 0 {
			s.need(lead)
		}
		switch b.shape {
		case gap:
			if s.y > marginTop {
				s.y += s.line * 0.6
			}
		case heading, centred:
			s.centre(b)
		case clause, paragraph, item:
			s.prose(b, count)
		case pair:
			s.pair(b)
		case sign:
			if i > 0 && list[i-1].shape == sign && list[i-1].side != b.side {
				continue // drawn beside the one before
			}
			beside := b
			if i+1 < len(list) && list[i+1].shape == sign && list[i+1].side != b.side {
				beside = &list[i+1]
			}
			s.signs(b, beside)
		case copies:
			s.copies(b)
		case annex:
			s.attached = true
			s.running = s.title
			s.page(b.flat)
		case crown:
			s.crown(b)
		case table:
			s.table(b, s.tail(list, i))
		}
	}
}

// tableStart is the room that a table takes for its heading and two rows.
const tableStart = 26.0

// lead is the room that a short block needs with what it leads to: the signature
// behind it, so that none stands alone on a page, or the table. 0 where neither
// follows.
func (s *sheet) lead(list []block, i int) float64 {
	b := &list[i]
	switch b.shape {
	case paragraph, item, clause, heading, centred:
	default:
		return 0
	}
	after := s.tail(list, i)
	for j := i + 1; after == 0 && j < len(list) && (list[j].shape == gap || list[j].shape == table); j++ {
		if list[j].shape == table {
			after = tableStart
		}
	}
	if after == 0 {
		return 0
	}
	s.body()
	h := float64(len(s.wrap(b.text, s.inner()-labelWidth))) * s.line
	if h > 60 {
		return 0
	}
	return h + after
}

// tail is the height of the signature that follows a block.
func (s *sheet) tail(list []block, i int) float64 {
	for j := i + 1; j < len(list); j++ {
		switch list[j].shape {
		case gap:
			continue
		case sign:
			return s.signHeight(&list[j]) + s.line
		}
		return 0
	}
	return 0
}

func (s *sheet) centre(b *block) {
	style := ""
	if b.shape == heading {
		style = "B"
	}
	s.font(style, s.size)
	lines := s.wrap(b.text, s.inner())
	s.need(float64(len(lines)) * s.line)
	s.font(style, s.size)
	for _, l := range lines {
		s.put(marginLeft, s.y, s.inner(), s.line, l, "C")
		s.y += s.line
	}
	s.body()
}

func marked(marker byte, n int) string {
	switch {
	case marker == '1':
		return strconv.Itoa(n) + "."
	case n <= 26:
		return string(rune('a'+n-1)) + "."
	}
	return string(rune('a'+(n-1)/26-1)) + string(rune('a'+(n-1)%26)) + "."
}

// prose draws a paragraph, an item or a clause.
func (s *sheet) prose(b *block, n int) {
	s.body()
	x, w := marginLeft, s.inner()
	label := ""
	if b.shape == clause {
		label = b.label
	}
	if b.shape == clause || b.inside {
		x, w = x+labelWidth, w-labelWidth
	}
	marker := ""
	if b.marker != 0 {
		marker = marked(b.marker, n)
		x, w = x+markerWidth, w-markerWidth
	}
	s.flow(x, w, s.wrap(b.text, w), "J", func() {
		if label != "" {
			s.put(marginLeft, s.y, labelWidth-4, s.line, label, "L")
			s.put(marginLeft+labelWidth-5, s.y, 3, s.line, ":", "L")
		}
		if marker != "" {
			s.put(x-markerWidth, s.y, markerWidth, s.line, marker, "L")
		}
	})
	s.y += s.line * 0.15
}

func (s *sheet) pair(b *block) {
	s.body()
	x, w := marginLeft, s.inner()
	if b.inside {
		x, w = x+labelWidth, w-labelWidth
	}
	text := s.wrap(b.text, w-pairWidth)
	s.flow(x+pairWidth, w-pairWidth, text, "L", func() {
		s.put(x, s.y, pairWidth-4, s.line, b.label, "L")
		s.put(x+pairWidth-4, s.y, 3, s.line, ":", "L")
	})
}

// room is where a signature stands, in lines; roomMark leaves it for a hand,
// sealMark says there that the paper was issued with a seal.
const (
	room     = 4.0
	roomMark = "^"
	sealMark = "^segel"
)

func (s *sheet) signHeight(b *block) float64 {
	h := 0.0
	_, w := s.signPlace(b)
	s.body()
	for _, l := range b.lines {
		if l == roomMark || l == sealMark {
			h += room * s.line
			continue
		}
		h += float64(len(s.wrap(l, w))) * s.line
	}
	return h
}

func (s *sheet) signPlace(b *block) (x, w float64) {
	w = s.inner()/2 - 5
	switch b.side {
	case "kiri":
		return marginLeft, w
	case "tengah":
		return marginLeft + s.inner()/4, w
	}
	return s.width() - marginRight - w, w
}

// signs draws a signature block, or two side by side.
func (s *sheet) signs(a, b *block) {
	s.need(max(s.signHeight(a), s.signHeight(b)))
	top, align := s.y, "L"
	if b != a || a.side == "tengah" {
		align = "C"
	}
	s.sign(a, align)
	end := s.y
	if b != a {
		s.y = top
		s.sign(b, align)
	}
	s.y = max(s.y, end)
}

func (s *sheet) sign(b *block, align string) {
	s.body()
	x, w := s.signPlace(b)
	for _, l := range b.lines {
		if l == roomMark || l == sealMark {
			if l == sealMark && s.options.Sealed {
				s.font("", 7.5)
				s.pdf.SetTextColor(60, 60, 60)
				note := s.wrapped(s.frame.notes[sealNote], w-6)
				at := s.y + (room*s.line-float64(len(note))*3.4)/2
				for _, n := range note {
					s.put(x, at, w, 3.4, n, align)
					at += 3.4
				}
				s.pdf.SetTextColor(0, 0, 0)
				s.body()
			}
			s.y += room * s.line
			continue
		}
		for _, part := range s.wrap(l, w) {
			s.put(x, s.y, w, s.line, part, align)
			s.y += s.line
		}
	}
}

// copies draws the list of who gets a copy.
func (s *sheet) copies(b *block) {
	s.y += s.line * 0.6
	size := s.size - 1.5
	step := size * pointMM * 1.25
	s.need(step * float64(len(b.lines)+1))
	s.font("", size)
	s.put(marginLeft, s.y, s.inner(), step, "Tembusan:", "L")
	s.y += step
	for i, l := range b.lines {
		for j, part := range s.wrap(l, s.inner()-6) {
			if j == 0 {
				s.put(marginLeft, s.y, 6, step, strconv.Itoa(i+1)+".", "L")
			}
			s.put(marginLeft+6, s.y, s.inner()-6, step, part, "L")
			s.y += step
		}
	}
	s.body()
}

// crown draws the heading of an attachment, at the right.
func (s *sheet) crown(b *block) {
	w := 90.0
	x := s.width() - marginRight - w
	for _, l := range b.lines {
		label, rest, two := strings.Cut(l, " : ")
		if two {
			s.put(x, s.y, 22, s.line, label, "L")
			s.put(x+22, s.y, 3, s.line, ":", "L")
			for _, part := range s.wrap(rest, w-25) {
				s.put(x+25, s.y, w-25, s.line, part, "L")
				s.y += s.line
			}
			continue
		}
		for _, part := range s.wrap(l, w) {
			s.put(x, s.y, w, s.line, part, "L")
			s.y += s.line
		}
	}
	s.y += s.line * 0.6
}
