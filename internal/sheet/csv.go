package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"netral/internal/fault"
)

// csvSource reads CSV (RFC 4180) with the library, which by itself would keep a
// line of any length in memory; the guard below it does not let one through.
type csvSource struct {
	r     *csv.Reader
	raw   *counter
	guard *guard
	extra int64 // line breaks inside of cells so far: lines that are no rows
}

func openCSV(f io.ReaderAt, size int64, l Limits) (source, Format, error) {
	if size == 0 {
		return nil, Format{}, fault.New(fault.Invalid, "sheet.empty")
	}
	enc, skip, err := encodingOf(f, size)
	if err != nil {
		return nil, Format{}, err
	}
	raw := &counter{r: io.NewSectionReader(f, skip, size-skip), n: skip}
	var text io.Reader = raw
	var e encoding.Encoding
	switch enc {
	case utf16LE:
		e = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case utf16BE:
		e = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case windows1252:
		e = charmap.Windows1252
	}
	if e != nil {
		text = e.NewDecoder().Reader(raw)
	}
	g := &guard{r: text, most: l.Row}
	buf := bufio.NewReaderSize(g, 64<<10)
	comma, skipped, err := delimiter(buf)
	if err != nil {
		return nil, Format{}, err
	}
	s := &csvSource{r: csv.NewReader(buf), raw: raw, guard: g, extra: -int64(skipped)}
	s.r.Comma, s.r.FieldsPerRecord, s.r.ReuseRecord = comma, -1, true
	return s, Format{Type: "csv", Encoding: enc, Comma: string(comma)}, nil
}

// delimiter finds what parts the cells of the first line. A first line "sep=;",
// which some programs write, says it and is no row of the table; skipped counts it.
func delimiter(b *bufio.Reader) (comma rune, skipped int, err error) {
	line, err := b.Peek(b.Size())
	if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) {
		return 0, 0, err
	}
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	first := strings.TrimRight(string(line), "\r\n")
	if len(first) == 5 && strings.EqualFold(first[:4], "sep=") && strings.ContainsAny(first[4:], ",;\t") {
		if _, err := b.Discard(min(len(line)+1, b.Buffered())); err != nil {
			return 0, 0, err
		}
		return rune(first[4]), 1, nil
	}
	best, most := ',', 0
	for _, c := range ",;\t" {
		n, quoted := 0, false
		for _, x := range first {
			switch {
			case x == '"':
				quoted = !quoted
			case x == c && !quoted:
				n++
			}
		}
		if n > most {
			best, most = c, n
		}
	}
	return best, 0, nil
}

func (s *csvSource) next() ([]string, int64, error) {
	cells, err := s.r.Read()
	if err != nil {
		return nil, 0, s.explain(err)
	}
	line, _ := s.r.FieldPos(0)
	row := int64(line) - s.extra
	for _, c := range cells {
		if strings.IndexByte(c, '\n') >= 0 {
			s.extra += int64(strings.Count(c, "\n"))
		}
	}
	return cells, row, nil
}

func (s *csvSource) explain(err error) error {
	var p *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, errLong):
		return fault.New(fault.TooLarge, "sheet.line", s.guard.row+1, s.guard.most>>10)
	case errors.As(err, &p):
		return fault.Wrap(fault.Invalid, err, "sheet.quote", int64(p.StartLine)-s.extra)
	}
	return fmt.Errorf("sheet: read: %w", err)
}

func (s *csvSource) done() int64  { return s.raw.n }
func (s *csvSource) close() error { return nil }

// counter counts what went through.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

var errLong = errors.New("sheet: the row is too long")

// guard ends the reading when a row becomes longer than most bytes. A row goes
// on over a line break while a quotation is open, which is so while the number
// of marks is odd.
type guard struct {
	r      io.Reader
	most   int
	length int
	row    int64 // how many ended
	open   bool
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p[:min(len(p), g.most)])
	for b := p[:n]; len(b) > 0; {
		i := bytes.IndexByte(b, '\n')
		part := b
		if i >= 0 {
			part = b[:i+1]
		}
		if bytes.Count(part, []byte{'"'})%2 == 1 {
			g.open = !g.open
		}
		if g.length += len(part); g.length > g.most {
			return 0, errLong
		}
		if i >= 0 && !g.open {
			g.row++
			g.length = 0
		}
		b = b[len(part):]
	}
	return n, err
}
