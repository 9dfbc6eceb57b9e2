package letter

import "strconv"

const (
	cellPad = 1.2
	cellGap = 0.8 // above and below the lines of a cell
)

// grid is a table that is being drawn.
type grid struct {
	s      *sheet
	b      *block
	widths []float64
	size   float64
	line   float64
	heads  [][]string
	top    float64 // height of the heading
}

// table draws a table over pages, its heading again on each. tail is the height
// of the signature that follows: the last row stays with it.
func (s *sheet) table(b *block, tail float64) {
	g := &grid{s: s, b: b, size: s.size - 2.5}
	g.line = g.size * pointMM * 1.22
	sum := 0.0
	for _, c := range b.columns {
		sum += c.width
	}
	for _, c := range b.columns {
		g.widths = append(g.widths, s.inner()*c.width/sum)
	}
	s.font("B", g.size)
	n := 1
	for i, c := range b.columns {
		h := s.wrap(replace(c.head, s.values, nil), g.widths[i]-2*cellPad)
		g.heads = append(g.heads, h)
		n = max(n, len(h))
	}
	g.top = float64(n)*g.line + 2*cellGap
	s.need(g.top + g.line + 2*cellGap)
	g.head()
	rows := s.lists[b.list]
	for i, row := range rows {
		s.font("", g.size)
		cells, n := make([][]string, len(b.columns)), 1
		for j, c := range b.columns {
			cells[j] = s.wrap(replace(c.value, s.values, row), g.widths[j]-2*cellPad)
			n = max(n, len(cells[j]))
		}
		room := 0.0
		if i == len(rows)-1 {
			room = tail
		}
		g.row(cells, n, room)
	}
	s.body()
	s.y += s.line * 0.6
}

// head draws the heading and the numbers of the columns.
func (g *grid) head() {
	s := g.s
	s.font("B", g.size)
	s.pdf.SetFillColor(232, 236, 240)
	s.pdf.SetLineWidth(0.2)
	x := marginLeft
	for i, w := range g.widths {
		s.pdf.Rect(x, s.y, w, g.top, "FD")
		at := s.y + (g.top-float64(len(g.heads[i]))*g.line)/2
		for _, l := range g.heads[i] {
			s.put(x, at, w, g.line, l, "C")
			at += g.line
		}
		x += w
	}
	s.y += g.top
	small := g.line * 0.85
	s.font("", g.size-1.5)
	x = marginLeft
	for i, w := range g.widths {
		s.pdf.Rect(x, s.y, w, small+cellGap, "D")
		s.put(x, s.y+cellGap/2, w, small, strconv.Itoa(i+1), "C")
		x += w
	}
	s.y += small + cellGap
	s.font("", g.size)
}

// row draws a row; one that is higher than a page goes on on the next.
func (g *grid) row(cells [][]string, n int, tail float64) {
	s := g.s
	for from := 0; from < n; {
		left := n - from
		fits := int((s.bottom() - s.y - 2*cellGap) / g.line)
		whole := float64(left)*g.line + 2*cellGap
		fresh := s.y < marginTop+g.top+g.line+2*cellGap+1
		switch {
		case left <= fits && (fresh || s.y+whole+tail <= s.bottom()):
			fits = left
		case !fresh || fits < 1:
			s.next()
			g.head()
			if fits < 1 && fresh { // a heading that fills a page leaves no room for rows
				return
			}
			continue
		}
		g.lines(cells, from, fits)
		from += fits
	}
}

func (g *grid) lines(cells [][]string, from, n int) {
	s := g.s
	h := float64(n)*g.line + 2*cellGap
	x := marginLeft
	for i, w := range g.widths {
		s.pdf.Rect(x, s.y, w, h, "D")
		align := map[string]string{"kiri": "L", "tengah": "C", "kanan": "R"}[g.b.columns[i].align]
		for j := from; j < min(from+n, len(cells[i])); j++ {
			s.put(x+cellPad, s.y+cellGap+float64(j-from)*g.line, w-2*cellPad, g.line, cells[i][j], align)
		}
		x += w
	}
	s.y += h
}
