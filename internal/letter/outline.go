package letter

import (
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// outline fills the shapes of a word in grey, slanted around a point. size is the
// height of the letters' square in millimetres.
func (s *sheet) outline(word string, cx, cy, size float64) error {
	const unit = 1000
	var buf sfnt.Buffer
	mm := func(v fixed.Int26_6) float64 { return float64(v) / 64 / unit * size }
	type glyph struct {
		segments sfnt.Segments
		x        float64
	}
	var all []glyph
	width := 0.0
	for _, r := range word {
		i, err := s.mark.GlyphIndex(&buf, r)
		if err != nil {
			return err
		}
		segments, err := s.mark.LoadGlyph(&buf, i, fixed.I(unit), nil)
		if err != nil {
			return err
		}
		all = append(all, glyph{append(sfnt.Segments(nil), segments...), width})
		step, err := s.mark.GlyphAdvance(&buf, i, fixed.I(unit), font.HintingNone)
		if err != nil {
			return err
		}
		width += mm(step)
	}
	s.pdf.SetFillColor(240, 240, 240)
	s.pdf.TransformBegin()
	s.pdf.TransformRotate(52, cx, cy)
	for _, g := range all {
		at := func(p fixed.Point26_6) (x, y float64) {
			return cx - width/2 + g.x + mm(p.X), cy + size*0.36 + mm(p.Y)
		}
		var px, py float64
		for _, seg := range g.segments {
			x, y := at(seg.Args[0])
			switch seg.Op {
			case sfnt.SegmentOpMoveTo:
				s.pdf.MoveTo(x, y)
			case sfnt.SegmentOpLineTo:
				s.pdf.LineTo(x, y)
			case sfnt.SegmentOpQuadTo: // PDF knows cubic curves only
				ex, ey := at(seg.Args[1])
				s.pdf.CurveBezierCubicTo(px+(x-px)*2/3, py+(y-py)*2/3, ex+(x-ex)*2/3, ey+(y-ey)*2/3, ex, ey)
				x, y = ex, ey
			case sfnt.SegmentOpCubeTo:
				bx, by := at(seg.Args[1])
				ex, ey := at(seg.Args[2])
				s.pdf.CurveBezierCubicTo(x, y, bx, by, ex, ey)
				x, y = ex, ey
			}
			px, py = x, y
		}
		s.pdf.DrawPath("F")
	}
	s.pdf.TransformEnd()
	return nil
}
