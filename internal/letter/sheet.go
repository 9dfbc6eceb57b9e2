package letter

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
	"github.com/skip2/go-qrcode"
	"golang.org/x/image/font/sfnt"
)

const (
	face    = "liberation"
	pointMM = 25.4 / 72

	marginLeft   = 25.0
	marginRight  = 20.0
	marginTop    = 18.0
	marginBottom = 31.0 // with the foot
	footTop      = 26.0 // of the foot, above the lower edge
	codeSize     = 17.0 // of the QR code
)

// sheet is a document that is being drawn. All lengths are millimetres from the
// upper left corner.
type sheet struct {
	pdf     *fpdf.Fpdf
	paper   fpdf.SizeType
	options Options
	frame   *frame
	demo    bool
	mark    *sfnt.Font // whose letters the watermark has
	title   string
	values  map[string]string
	lists   map[string][]map[string]string

	size, line float64 // of the text: points, and millimetres a line
	y          float64
	flat       bool // the page is landscape
	flats      []bool
	running    string // at the head of the pages that follow
	attached   bool
}

func (s *sheet) width() float64 {
	if s.flat {
		return s.paper.Ht
	}
	return s.paper.Wd
}

func (s *sheet) height() float64 {
	if s.flat {
		return s.paper.Wd
	}
	return s.paper.Ht
}

func (s *sheet) inner() float64  { return s.width() - marginLeft - marginRight }
func (s *sheet) bottom() float64 { return s.height() - marginBottom }

func (s *sheet) font(style string, size float64) { s.pdf.SetFont(face, style, size) }

// body is the font of the text.
func (s *sheet) body() { s.font("", s.size) }

// page begins one.
func (s *sheet) page(flat bool) {
	s.flat = flat
	s.flats = append(s.flats, flat)
	turn := "P"
	if flat {
		turn = "L"
	}
	s.pdf.AddPageFormat(turn, s.paper)
	s.y = marginTop
	if s.demo {
		s.watermark()
	}
	if s.running != "" {
		s.font("", 8)
		s.pdf.SetTextColor(90, 90, 90)
		s.put(marginLeft, marginTop-6, s.inner(), 4, s.short(s.running, s.inner()), "L")
		s.pdf.SetTextColor(0, 0, 0)
	}
	s.body()
}

// next begins the next page of the same kind.
func (s *sheet) next() { s.page(s.flat) }

// need sees to it that so much room is left.
func (s *sheet) need(h float64) {
	if s.y+h > s.bottom() && s.y > marginTop {
		s.next()
	}
}

// put writes one line of text.
func (s *sheet) put(x, y, w, h float64, t, align string) {
	s.pdf.SetXY(x, y)
	s.pdf.CellFormat(w, h, t, "", 0, align, false, 0, "")
}

// short cuts a text to a width.
func (s *sheet) short(t string, w float64) string {
	if s.pdf.GetStringWidth(t) <= w {
		return t
	}
	for t != "" && s.pdf.GetStringWidth(t+"…") > w {
		_, n := utf8.DecodeLastRuneInString(t)
		t = t[:len(t)-n]
	}
	return t + "…"
}

// watermark says on every page that nothing of it is real: before the text, so
// that it lies beneath. It is drawn as outlines, so that whoever copies the text
// of a page gets the text only.
func (s *sheet) watermark() {
	if err := s.outline("PERAGA", s.width()/2, s.height()/2, 34); err != nil {
		s.pdf.SetError(err)
	}
	s.font("B", 7.5)
	s.pdf.SetTextColor(150, 30, 30)
	s.put(marginLeft, 6, s.inner(), 4, s.short(s.frame.notes[demoNote], s.inner()), "C")
	s.pdf.SetTextColor(0, 0, 0)
}

// wrap breaks a text into lines of a width, in the font that is set. A word that
// is longer than a line is broken within.
func (s *sheet) wrap(t string, w float64) []string {
	var out []string
	for part := range strings.SplitSeq(t, "//") {
		out = append(out, s.wrapped(strings.TrimSpace(part), w)...)
	}
	return out
}

func (s *sheet) wrapped(t string, w float64) []string {
	words := strings.Fields(t)
	if len(words) == 0 {
		return []string{""}
	}
	space := s.pdf.GetStringWidth(" ")
	var out []string
	line, used := "", 0.0
	for _, word := range words {
		n := s.pdf.GetStringWidth(word)
		if line != "" && used+space+n <= w {
			line, used = line+" "+word, used+space+n
			continue
		}
		// Words of two halves, of which Indonesian has many, may part at the hyphen.
		if at := halves(word); line != "" && at > 0 && used+space+s.pdf.GetStringWidth(word[:at]) <= w {
			out = append(out, line+" "+word[:at])
			line, used = word[at:], s.pdf.GetStringWidth(word[at:])
			continue
		}
		if line != "" {
			out = append(out, line)
		}
		for n > w {
			at := 0
			for i, r := range word {
				if i > 0 && s.pdf.GetStringWidth(word[:i+utf8.RuneLen(r)]) > w {
					break
				}
				at = i + utf8.RuneLen(r)
			}
			if at >= len(word) {
				break
			}
			out = append(out, word[:at])
			word = word[at:]
			n = s.pdf.GetStringWidth(word)
		}
		line, used = word, n
	}
	return append(out, line)
}

// flow writes lines one below the other over pages; justified ones are even at
// both edges, but the last.
func (s *sheet) flow(x, w float64, lines []string, align string, first func()) {
	for i, l := range lines {
		// No single line of a paragraph at the foot or the head of a page.
		switch {
		case i == 0:
			s.need(float64(min(len(lines), 3)) * s.line)
		case i == len(lines)-2:
			s.need(2 * s.line)
		default:
			s.need(s.line)
		}
		if i == 0 && first != nil {
			first()
			s.body()
		}
		a := align
		if a == "J" && (i == len(lines)-1 || s.pdf.GetStringWidth(l) < 0.84*w) { // a line of few long words would fall apart
			a = "L"
		}
		s.put(x, s.y, w, s.line, l, a)
		s.y += s.line
	}
}

// halves is where a word of two halves parts: behind a hyphen with four letters or
// more on both sides. 0 for others.
func halves(word string) int {
	at := strings.IndexByte(word, '-')
	if at < 0 || strings.Count(word, "-") > 1 {
		return 0
	}
	letters := func(t string) int {
		n := 0
		for _, r := range t {
			if unicode.IsLetter(r) {
				n++
			} else if unicode.IsDigit(r) || r == '/' {
				return 0
			}
		}
		return n
	}
	if letters(word[:at]) < 4 || letters(word[at+1:]) < 4 {
		return 0
	}
	return at + 1
}

// device is the neutral sign of the house, in place of a coat of arms.
func (s *sheet) device(x, y, size float64) {
	s.pdf.SetFillColor(20, 60, 90)
	s.pdf.RoundedRect(x, y, size, size, size*7/32, "1234", "F")
	s.pdf.SetFillColor(255, 255, 255)
	k := size / 32
	s.pdf.Rect(x+8*k, y+10.5*k, 16*k, 4*k, "F")
	s.pdf.Rect(x+8*k, y+17.5*k, 16*k, 4*k, "F")
}

// letterhead draws the head of the first page.
func (s *sheet) letterhead(h head) {
	if len(h.lines) == 0 {
		return
	}
	s.y = 14
	x, w := marginLeft, s.inner()
	if h.centred {
		s.device(s.width()/2-8, s.y, 16)
		s.y += 19
	} else {
		s.device(x, s.y+1, 18)
		x, w = x+22, w-22
	}
	for _, l := range h.lines {
		t := replace(l.text, s.values, nil)
		if t == "" {
			continue
		}
		style, size, step := "", 9.0, 4.2
		if l.large {
			style, size, step = "B", 13.0, 6.0
		}
		s.font(style, size)
		for _, part := range s.wrapped(t, w) {
			s.put(x, s.y, w, step, part, "C")
			s.y += step
		}
	}
	if !h.centred {
		s.y = max(s.y, 14+20) + 2
		s.pdf.SetLineWidth(0.9)
		s.pdf.Line(marginLeft, s.y, s.width()-marginRight, s.y)
		s.pdf.SetLineWidth(0.25)
		s.pdf.Line(marginLeft, s.y+1, s.width()-marginRight, s.y+1)
		s.y += 1
	}
	s.y += s.line
	s.body()
}

// feet draws the foot of all pages, once it is known how many there are.
func (s *sheet) feet() error {
	note := s.frame.notes[footPlain]
	if s.options.Sealed {
		note = s.frame.notes[footSigned]
	}
	if s.options.Address != "" {
		code, err := qrcode.New(s.options.Address, qrcode.Medium)
		if err != nil {
			return fmt.Errorf("letter: QR code of %d bytes: %w", len(s.options.Address), err)
		}
		code.DisableBorder = true
		png, err := code.PNG(-4) // four pixels a module
		if err != nil {
			return fmt.Errorf("letter: QR code: %w", err)
		}
		s.pdf.RegisterImageOptionsReader("qr", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(png))
	}
	last := s.flat
	for i, flat := range s.flats {
		s.pdf.SetPage(i + 1)
		s.flat = last
		at := s.height() // what the library measures heights from
		s.flat = flat
		shift := at - s.height()
		s.foot(i+1, len(s.flats), note, s.height()-footTop+shift)
	}
	s.flat = last
	s.pdf.SetPage(len(s.flats))
	return nil
}

func (s *sheet) foot(n, of int, note string, y float64) {
	s.pdf.SetDrawColor(120, 120, 120)
	s.pdf.SetLineWidth(0.2)
	s.pdf.Line(marginLeft, y, s.width()-marginRight, y)
	s.pdf.SetDrawColor(0, 0, 0)
	x, w := marginLeft, s.inner()
	if s.options.Address != "" {
		s.pdf.ImageOptions("qr", x, y+2, codeSize, codeSize, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
		x, w = x+codeSize+4, w-codeSize-4
	}
	s.font("", 7.5)
	s.pdf.SetTextColor(60, 60, 60)
	at := y + 2
	for _, l := range s.wrapped(note, w) {
		s.put(x, at, w, 3.4, l, "L")
		at += 3.4
	}
	if s.options.Address != "" {
		s.font("B", 7.5)
		for _, l := range s.wrapped(s.options.Address, w) {
			s.put(x, at, w, 3.6, l, "L")
			at += 3.6
		}
	}
	s.font("", 7.5)
	s.put(x, y+16, w, 3.4, fmt.Sprintf("Halaman %d dari %d", n, of), "R")
	s.put(x, y+16, w-40, 3.4, s.short(s.title, w-40), "L")
	s.pdf.SetTextColor(0, 0, 0)
}
