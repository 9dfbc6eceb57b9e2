package area

import (
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Bands is how many steps a map tells apart, the first being "none".
const Bands = 5

// Value is what a map and its table say about a village.
type Value struct {
	Band int    // 0 to Bands-1: the pattern and colour
	Text string // the value in words, after the name: "3 laporan"
	Href string // where the village leads; "" for nowhere
}

// View is what is drawn.
type View struct {
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

// Map draws the villages as an SVG element. It is for the eye and the mouse
// only: the table that Rows gives must stand beside it, with the same links.
// Each band has a pattern of its own, so that the bands differ without colour;
// Patterns draws them. Colours and lines come from classes: "area-map" the
// drawing, "area" a village, "area-inset" the frame of the islands, "area-name"
// the names of the areas one level below the one that is drawn. Everything that
// comes from outside is escaped. The answer is "" when nothing lies in v.Within.
func (s *Set) Map(v View) string {
	rows := s.Rows(v)
	if len(rows) == 0 {
		return ""
	}
	land, sea := s.frames(rows)
	w, h := land.size()
	w, h = w+land.x+gap, h+land.y+gap
	var b strings.Builder
	b.Grow(80 << 10)
	e := html.EscapeString
	b.WriteString(`<svg class="area-map" viewBox="0 0 ` + strconv.Itoa(w) + " " + strconv.Itoa(h) + `" aria-hidden="true" focusable="false">` + Patterns())
	if sea != land {
		iw, ih := sea.size()
		b.WriteString(`<rect class="area-inset" x="4" y="4" width="` + strconv.Itoa(iw+2*gap) + `" height="` + strconv.Itoa(ih+36) + `" rx="4"/>` +
			`<text class="area-name" x="` + strconv.Itoa(gap) + `" y="24">` + e(v.Inset) + `</text>`)
	}
	for i := range rows {
		r := &rows[i]
		f := land
		if s.Within(r.Area.Code, islands) {
			f = sea
		}
		if r.Value.Href != "" {
			b.WriteString(`<a href="` + e(r.Value.Href) + `" tabindex="-1">`)
		}
		b.WriteString(`<path class="area" fill="url(#` + pattern(r.Value.Band) + `)" d="`)
		outline(&b, f, s.shapes[r.Area.Code])
		b.WriteString(`"><title>` + e(r.Area.Name))
		if r.Value.Text != "" {
			b.WriteString(": " + e(r.Value.Text))
		}
		b.WriteString(`</title></path>`)
		if f == sea && s.Within(r.Area.Code, islands) {
			// Islands are too small to show a pattern: a disc in their middle does.
			p := f.place(s.grid.at(r.Area.Lon, r.Area.Lat))
			b.WriteString(`<circle class="area" fill="url(#` + pattern(r.Value.Band) + `)" cx="` + strconv.Itoa(p.x) + `" cy="` + strconv.Itoa(p.y) + `" r="8"/>`)
		}
		if r.Value.Href != "" {
			b.WriteString(`</a>`)
		}
	}
	var taken []box // by names, at their size on a phone
	for _, a := range s.named(v.Within) {
		f := land
		if s.Within(a.Code, islands) {
			if f = sea; sea != land {
				continue // the frame has a caption
			}
		}
		p := f.place(s.grid.at(a.Lon, a.Lat))
		half := 9 * len(a.Name)
		p.x = max(min(p.x, w-half), half) // inside the drawing, where it is wide enough
		label := box{p.x - half, p.y - 26, p.x + half, p.y + 6}
		if 2*half > w || slices.ContainsFunc(taken, label.meets) {
			continue // the table has it
		}
		taken = append(taken, label)
		b.WriteString(`<text class="area-name" text-anchor="middle" x="` + strconv.Itoa(p.x) + `" y="` + strconv.Itoa(p.y) + `">` + e(a.Name) + `</text>`)
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// named are the areas whose names stand on the map: those right below.
func (s *Set) named(within string) []Area {
	if within == "" && len(s.Below("")) > 0 {
		within = s.Below("")[0].Code
	}
	if list := s.Below(within); len(list) > 0 {
		return list
	}
	a, _ := s.Get(within)
	return []Area{a}
}

// frames are where the mainland and the islands are drawn; they are the same
// when only one of them is.
func (s *Set) frames(rows []Row) (main, inset *frame) {
	empty := box{math.MaxInt, math.MaxInt, math.MinInt, math.MinInt}
	land, sea := empty, empty
	for i := range rows {
		if s.Within(rows[i].Area.Code, islands) {
			sea.add(s.shapes[rows[i].Area.Code])
		} else {
			land.add(s.shapes[rows[i].Area.Code])
		}
	}
	switch {
	case land == empty:
		land = sea
	case sea != empty:
		return &frame{box: land, scale: fit(land, wide, high, 4), x: narrow + 3*gap, y: gap},
			&frame{box: sea, scale: fit(sea, narrow, high-60, 1), x: gap, y: gap + 22}
	}
	main = &frame{box: land, scale: fit(land, wide, high, 4), x: gap, y: gap}
	return main, main
}

func pattern(band int) string { return "pola-" + strconv.Itoa(max(0, min(band, Bands-1))) }

// Patterns are the fills of the bands, to stand inside an SVG element: none,
// dots, thin lines, thick lines, a lattice.
func Patterns() string {
	var b strings.Builder
	b.WriteString(`<defs>`)
	for band, d := range []string{"", "M2 2h2v2h-2zM6 6h2v2h-2z", "M-2 2 2-2M0 8 8 0M6 10l4-4", "M-2 2 2-2M0 8 8 0M6 10l4-4", "M0 0 8 8M8 0 0 8"} {
		n := strconv.Itoa(band)
		b.WriteString(`<pattern id="` + pattern(band) + `" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="band-` + n + `" width="8" height="8"/>`)
		if d != "" {
			b.WriteString(`<path class="hatch-` + n + `" d="` + d + `"/>`)
		}
		b.WriteString(`</pattern>`)
	}
	b.WriteString(`</defs>`)
	return b.String()
}

// Swatch is a square of a band, for a legend that stands on the page of a map.
func Swatch(band int) string {
	return `<svg class="area-swatch" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><rect class="area" x=".5" y=".5" width="23" height="23" fill="url(#` + pattern(band) + `)"/></svg>`
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
