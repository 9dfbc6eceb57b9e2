package area

import (
	"html"
	"math"
	"strconv"
	"strings"
)

// Value is what a map and its table say about a village.
type Value struct {
	Class string // CSS class for the colour and pattern; one word of a–z, 0–9 and the hyphen
	Text  string // the value in words, after the name: "3 laporan"
	Href  string // where the village leads; "" for nowhere
}

// View is what is drawn.
type View struct {
	ID     string // a word that no other drawing on the page has
	Title  string // what the map shows
	About  string // more about it, for those who cannot see it
	Inset  string // caption of the frame with the islands, which lie 40 km off
	Within string // only what lies in this area; "" for everything
	Value  func(Area) Value
}

// Row is a line of the table beside the map.
type Row struct {
	Area     Area
	District string // official names
	City     string
	Value    Value
}

// Rows is the table that says in words what the map shows, in the order of the
// codes.
func (s *Set) Rows(v View) []Row {
	var out []Row
	for _, a := range s.chosen(v) {
		d, _ := s.Get(a.Parent)
		r := Row{Area: a, District: d.Official, City: s.Name(d.Parent)}
		if v.Value != nil {
			r.Value = v.Value(a)
		}
		out = append(out, r)
	}
	return out
}

func (s *Set) chosen(v View) []Area {
	var out []Area
	for _, a := range s.all {
		if a.Level == Village && (v.Within == "" || s.Within(a.Code, v.Within)) {
			out = append(out, a)
		}
	}
	return out
}

// islands lie far from the mainland and are small: they get a frame of their
// own when both are drawn.
const islands = "31.01"

// frame places a part of the grid in the drawing.
type frame struct {
	box   box
	scale float64
	x, y  int // where the upper left corner lies
}

func (f *frame) place(p point) point {
	return point{f.x + int(math.Round(float64(p.x-f.box.x0)*f.scale)), f.y + int(math.Round(float64(f.box.y1-p.y)*f.scale))}
}

func (f *frame) size() (w, h int) {
	return int(math.Ceil(float64(f.box.x1-f.box.x0) * f.scale)), int(math.Ceil(float64(f.box.y1-f.box.y0) * f.scale))
}

// Sizes of the drawing, in its own units: a page shows one as about a pixel.
const (
	wide   = 720 // what the main frame fills
	high   = 760
	narrow = 230 // what the islands fill beside it
	gap    = 14
)

func fit(b box, w, h int, most float64) float64 {
	return min(most, float64(w)/float64(max(1, b.x1-b.x0)), float64(h)/float64(max(1, b.y1-b.y0)))
}

// Map draws the villages as an SVG element. Colours, lines and letters come
// from classes: "area-map" the drawing, "area" a village, "area-inset" the
// frame of the islands and its caption. A village without a value has the
// class "area" alone. Everything that comes from outside is escaped. The
// answer is "" when nothing lies in v.Within.
func (s *Set) Map(v View) string {
	rows := s.Rows(v)
	if len(rows) == 0 {
		return ""
	}
	empty := box{math.MaxInt, math.MaxInt, math.MinInt, math.MinInt}
	land, sea, links := empty, empty, false
	for i := range rows {
		if s.Within(rows[i].Area.Code, islands) {
			sea.add(s.shapes[rows[i].Area.Code])
		} else {
			land.add(s.shapes[rows[i].Area.Code])
		}
		links = links || rows[i].Value.Href != ""
	}
	var main, inset frame
	both := land != empty && sea != empty
	switch {
	case both:
		inset = frame{box: sea, scale: fit(sea, narrow, high-60, 1), x: gap, y: gap + 22}
		main = frame{box: land, scale: fit(land, wide, high, 4), x: narrow + 3*gap, y: gap}
	case sea != empty:
		main = frame{box: sea, scale: fit(sea, wide, high, 4), x: gap, y: gap}
		inset = main
	default:
		main = frame{box: land, scale: fit(land, wide, high, 4), x: gap, y: gap}
	}
	w, h := main.size()
	var b strings.Builder
	b.Grow(80 << 10)
	e := html.EscapeString
	id := e(v.ID)
	role := "img"
	if links {
		role = "group" // an image has no links for those who cannot see it
	}
	b.WriteString(`<svg class="area-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + strconv.Itoa(main.x+w+gap) + " " + strconv.Itoa(main.y+h+gap) +
		`" role="` + role + `" aria-labelledby="` + id + `-t ` + id + `-d"><title id="` + id + `-t">` + e(v.Title) + `</title><desc id="` + id + `-d">` + e(v.About) + `</desc>`)
	if both {
		iw, ih := inset.size()
		b.WriteString(`<rect class="area-inset" x="4" y="4" width="` + strconv.Itoa(iw+2*gap) + `" height="` + strconv.Itoa(ih+36) + `" rx="4"/>` +
			`<text class="area-inset" x="` + strconv.Itoa(gap) + `" y="22">` + e(v.Inset) + `</text>`)
	}
	for i := range rows {
		r := &rows[i]
		f := &main
		if s.Within(r.Area.Code, islands) {
			f = &inset
		}
		if r.Value.Href != "" {
			b.WriteString(`<a href="` + e(r.Value.Href) + `">`)
		}
		b.WriteString(`<path class="area`)
		if c := word(r.Value.Class); c != "" {
			b.WriteString(" " + c)
		}
		b.WriteString(`" d="`)
		outline(&b, f, s.shapes[r.Area.Code])
		b.WriteString(`"><title>` + e(r.Area.Name))
		if r.Value.Text != "" {
			b.WriteString(": " + e(r.Value.Text))
		}
		b.WriteString(`</title></path>`)
		if r.Value.Href != "" {
			b.WriteString(`</a>`)
		}
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// word lets only a class name through.
func word(s string) string {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return ""
		}
	}
	return s
}

// outline writes the rings as relative steps. A ring that is smaller than the
// drawing can show becomes a dot: an island must not vanish.
func outline(b *strings.Builder, f *frame, s shape) {
	var last point
	var num [8]byte
	step := func(n int) {
		if n >= 0 && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.Write(strconv.AppendInt(num[:0], int64(n), 10))
	}
	seen := map[point]bool{}
	for _, ring := range s {
		var pts []point
		for _, p := range ring {
			p = f.place(p)
			if len(pts) == 0 || pts[len(pts)-1] != p {
				pts = append(pts, p)
			}
		}
		for len(pts) > 1 && pts[0] == pts[len(pts)-1] {
			pts = pts[:len(pts)-1]
		}
		if len(pts) < 3 {
			if seen[pts[0]] {
				continue
			}
			seen[pts[0]] = true
			b.WriteString("M" + strconv.Itoa(pts[0].x) + " " + strconv.Itoa(pts[0].y) + "h1v1h-1z")
			continue
		}
		b.WriteString("M" + strconv.Itoa(pts[0].x) + " " + strconv.Itoa(pts[0].y) + "l")
		last = pts[0]
		for i, p := range pts[1:] {
			if n := p.x - last.x; i == 0 {
				b.Write(strconv.AppendInt(num[:0], int64(n), 10))
			} else {
				step(n)
			}
			step(p.y - last.y)
			last = p
		}
		b.WriteByte('z')
	}
}
