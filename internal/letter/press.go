package letter

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"netral/internal/fault"
)

//go:embed font/LiberationSans-Regular.ttf font/LiberationSans-Bold.ttf
var faces embed.FS

// Press makes papers. It may be used from many goroutines.
type Press struct {
	Set  *Set
	Demo bool // papers say that they are of a demonstration

	regular, bold []byte
	cover         [2]*sfnt.Font
}

// New makes a press of templates.
func New(set *Set, demo bool) (*Press, error) {
	p := &Press{Set: set, Demo: demo}
	var err error
	for i, f := range []struct {
		name string
		to   *[]byte
	}{{"font/LiberationSans-Regular.ttf", &p.regular}, {"font/LiberationSans-Bold.ttf", &p.bold}} {
		if *f.to, err = fs.ReadFile(faces, f.name); err != nil {
			return nil, err
		}
		if p.cover[i], err = sfnt.Parse(*f.to); err != nil {
			return nil, fmt.Errorf("letter: %s: %w", f.name, err)
		}
	}
	return p, nil
}

// File is carried inside a paper.
type File struct {
	Name  string
	About string
	Body  []byte
}

// Options are what a paper has beside its words.
type Options struct {
	At      time.Time // when the paper was made; the only time in it
	Address string    // where it can be checked: printed, and as QR; "" for none
	Sealed  bool      // it is going to be signed, and says so
	Files   []File
}

// Make makes the PDF of a kind. Faults: Invalid for a letter that the font does
// not have.
func (p *Press) Make(kind string, v Values, o Options) ([]byte, error) {
	t, err := p.Set.Template(kind)
	if err != nil {
		return nil, err
	}
	return p.make(t, v, o)
}

// Preview makes a PDF of a template that is being written, with the samples of
// its kind.
func (p *Press) Preview(file string, raw []byte, o Options) ([]byte, error) {
	name, problems := p.Set.Check(file, raw)
	if len(problems) > 0 {
		return nil, Fault(problems)
	}
	k, err := p.Set.Kind(name)
	if err != nil {
		return nil, err
	}
	t, problems := Read(file, raw, k, p.Set.frame.headings)
	if len(problems) > 0 {
		return nil, Fault(problems)
	}
	return p.make(t, k.Sample(), o)
}

func (p *Press) make(t *Template, v Values, o Options) ([]byte, error) {
	k := p.Set.kinds[t.Kind]
	clean, err := p.clean(k, v)
	if err != nil {
		return nil, err
	}
	blocks, err := t.fill(k, clean)
	if err != nil {
		return nil, err
	}
	s := p.begin(t, replace(t.title, clean.Text, nil), o)
	s.lists = clean.Lists
	s.values = clean.Text
	s.page(false)
	s.letterhead(p.Set.frame.heads[t.head])
	s.blocks(blocks)
	if err := s.feet(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := s.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("letter: %w", err)
	}
	return out.Bytes(), nil
}

// clean makes values printable, and refuses what the font cannot print.
func (p *Press) clean(k Kind, v Values) (Values, error) {
	var buf sfnt.Buffer
	missing := map[rune]string{}
	tidy := func(s string) string {
		s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\n' || r == '\t' || r == '\r' || r == '\u00a0' || r == '\u202f':
				return ' '
			case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
				return -1
			}
			for _, f := range p.cover {
				if g, err := f.GlyphIndex(&buf, r); err != nil || g == 0 {
					missing[r] = s
				}
			}
			return r
		}, s)
		return s
	}
	out := Values{Text: make(map[string]string, len(v.Text)), Lists: make(map[string][]map[string]string, len(v.Lists))}
	for n, s := range v.Text {
		out.Text[n] = tidy(s)
	}
	for n, rows := range v.Lists {
		list := make([]map[string]string, len(rows))
		for i, row := range rows {
			list[i] = make(map[string]string, len(row))
			for f, s := range row {
				list[i][f] = tidy(s)
			}
		}
		out.Lists[n] = list
	}
	for r, s := range missing {
		return Values{}, fault.New(fault.Invalid, "letter.glyph", fmt.Sprintf("%c (U+%04X)", r, r), clip(s), k.Name)
	}
	return out, nil
}

// The sizes of paper, in millimetres. F4 is that of Indonesian offices.
func paperSize(name string) fpdf.SizeType {
	if name == "f4" {
		return fpdf.SizeType{Wd: 215, Ht: 330}
	}
	return fpdf.SizeType{Wd: 210, Ht: 297}
}

// begin opens a document.
func (p *Press) begin(t *Template, title string, o Options) *sheet {
	size := paperSize(t.paper)
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: size})
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(o.At.UTC())
	pdf.SetModificationDate(o.At.UTC())
	pdf.SetProducer("Netral", true)
	pdf.SetTitle(title, true)
	pdf.SetLang("id")
	pdf.SetDisplayMode("fullwidth", "continuous")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.AddUTF8FontFromBytes(face, "", p.regular)
	pdf.AddUTF8FontFromBytes(face, "B", p.bold)
	files := make([]fpdf.Attachment, len(o.Files))
	for i, f := range o.Files {
		files[i] = fpdf.Attachment{Content: f.Body, Filename: f.Name, Description: f.About}
	}
	pdf.SetAttachments(files)
	return &sheet{pdf: pdf, paper: size, size: t.size, line: t.size * pointMM * 1.28, options: o, demo: p.Demo, mark: p.cover[1], frame: p.Set.frame, title: title}
}
