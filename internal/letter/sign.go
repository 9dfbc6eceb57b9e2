package letter

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Signer is a certificate with its key, and those that issued it.
type Signer struct {
	Cert  *x509.Certificate
	Chain []*x509.Certificate
	Key   crypto.Signer
}

// NewSigner checks that the parts belong together.
func NewSigner(cert *x509.Certificate, chain []*x509.Certificate, key crypto.Signer) (*Signer, error) {
	if err := fit(cert, key); err != nil {
		return nil, err
	}
	return &Signer{cert, chain, key}, nil
}

// Signing is what a signature says beside its certificate. It is a claim of the
// signer, not a time stamp of somebody else.
type Signing struct {
	At     time.Time
	Reason string
	Place  string
}

// room for a signature in the file, in bytes: two certificates and some.
const signatureRoom = 8 << 10

// Sign appends a signature to a paper. What was there before is not changed by a
// byte, so that signatures that it has hold on. Only files of Make, or of Sign,
// can be signed.
func (s *Signer) Sign(pdf []byte, what Signing) ([]byte, error) {
	d, err := parse(pdf)
	if err != nil {
		return nil, err
	}
	catalog, page := d.root, 0
	if page, err = d.firstPage(); err != nil {
		return nil, err
	}
	dict, widget := d.size, d.size+1
	cat, err := d.object(catalog)
	if err != nil {
		return nil, err
	}
	pg, err := d.object(page)
	if err != nil {
		return nil, err
	}
	member := strconv.Itoa(widget) + " 0 R"
	// Version: that of the form that the signature has.
	cat = insert(cat, "/Fields [", "/Version /1.7\n/AcroForm << /Fields ["+member+"] /SigFlags 3 >>", member)
	pg = insert(pg, "/Annots [", "/Annots ["+member+"]", member)

	var b bytes.Buffer
	b.Grow(len(pdf) + 3*signatureRoom)
	b.Write(pdf)
	if !bytes.HasSuffix(pdf, []byte("\n")) {
		b.WriteByte('\n')
	}
	at := map[int]int{}
	put := func(n int, body string) {
		at[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	put(catalog, cat)
	put(page, pg)
	put(widget, fmt.Sprintf("<< /Type /Annot /Subtype /Widget /FT /Sig /T %s /V %d 0 R /Rect [0 0 0 0] /F 132 /P %d 0 R >>", textString("Segel "+strconv.Itoa(widget)), dict, page))

	const blank = "0000000000"
	at[dict] = b.Len()
	fmt.Fprintf(&b, "%d 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:%s) /Name %s /Reason %s /Location %s\n/ByteRange [0 ",
		dict, what.At.UTC().Format("20060102150405")+"+00'00'", textString(s.Cert.Subject.CommonName), textString(what.Reason), textString(what.Place))
	ranges := b.Len()
	b.WriteString(blank + " " + blank + " " + blank + "]\n/Contents ")
	open := b.Len()
	b.WriteString("<" + strings.Repeat("0", 2*signatureRoom) + ">")
	shut := b.Len()
	b.WriteString(" >>\nendobj\n")
	d.finish(&b, at)

	out := b.Bytes()
	copy(out[ranges:], fmt.Sprintf("%010d %010d %010d", open, shut, len(out)-shut))
	h := sha256.New()
	h.Write(out[:open])
	h.Write(out[shut:])
	der, err := s.cms(h.Sum(nil))
	if err != nil {
		return nil, err
	}
	if len(der) > signatureRoom {
		return nil, fmt.Errorf("letter: a signature of %d bytes has no room: the chain of certificates is too long", len(der))
	}
	hex.Encode(out[open+1:], der)
	return out, nil
}

// insert adds to the end of a list of a dictionary, or the whole entry when there
// is none.
func insert(dict, list, entry, member string) string {
	if at := strings.Index(dict, list); at >= 0 {
		if end := strings.IndexByte(dict[at:], ']'); end > 0 {
			return dict[:at+end] + " " + member + dict[at+end:]
		}
	}
	at := strings.LastIndex(dict, ">>")
	return dict[:at] + entry + "\n" + dict[at:]
}

// textString is a text of a PDF.
func textString(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteString(">")
	return b.String()
}

// document is what an update needs to know of a file.
type document struct {
	raw  []byte
	at   map[int]int // offset of the newest version of each object
	size int         // first free number
	root int
	info int
	xref int // offset of the newest table
}

var errForm = errors.New("letter: not a file of this program")

var (
	tailShape   = regexp.MustCompile(`startxref\r?\n(\d+)\r?\n%%EOF\r?\n?$`)
	sizeShape   = regexp.MustCompile(`/Size (\d+)`)
	rootShape   = regexp.MustCompile(`/Root (\d+) 0 R`)
	infoShape   = regexp.MustCompile(`/Info (\d+) 0 R`)
	prevShape   = regexp.MustCompile(`/Prev (\d+)`)
	pagesShape  = regexp.MustCompile(`/Pages (\d+) 0 R`)
	kidsShape   = regexp.MustCompile(`/Kids \[(\d+) 0 R`)
	objectShape = regexp.MustCompile(`^(\d+) 0 obj\r?\n`)
)

func number(re *regexp.Regexp, in []byte) (int, bool) {
	m := re.FindSubmatch(in)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(string(m[1]))
	return n, err == nil
}

// parse reads the tables of a file, the newest first. It knows the form that
// this package writes, and no other.
func parse(raw []byte) (*document, error) {
	d := &document{raw: raw, at: map[int]int{}}
	xref, ok := number(tailShape, raw[max(0, len(raw)-64):])
	if !ok {
		return nil, errForm
	}
	d.xref = xref
	for depth, first := 0, true; ; depth, first = depth+1, false {
		if depth > 100 || xref < 0 || xref >= len(raw) || !bytes.HasPrefix(raw[xref:], []byte("xref\n")) {
			return nil, errForm
		}
		end := bytes.Index(raw[xref:], []byte("startxref"))
		cut := bytes.Index(raw[xref:], []byte("trailer"))
		if end < 0 || cut < 0 || cut > end {
			return nil, errForm
		}
		if err := d.table(string(raw[xref+5 : xref+cut])); err != nil {
			return nil, err
		}
		trailer := raw[xref+cut : xref+end]
		if first {
			var ok1, ok2, ok3 bool
			d.size, ok1 = number(sizeShape, trailer)
			d.root, ok2 = number(rootShape, trailer)
			d.info, ok3 = number(infoShape, trailer)
			if !ok1 || !ok2 || !ok3 {
				return nil, errForm
			}
		}
		prev, more := number(prevShape, trailer)
		if !more {
			return d, nil
		}
		if prev >= xref {
			return nil, errForm
		}
		xref = prev
	}
}

func (d *document) table(s string) error {
	lines := strings.Split(strings.TrimRight(s, "\r\n"), "\n")
	for i := 0; i < len(lines); {
		var from, n int
		if _, err := fmt.Sscanf(lines[i], "%d %d", &from, &n); err != nil || n < 0 || n > len(lines)-i-1 {
			return errForm
		}
		for j := range n {
			l := lines[i+1+j]
			if len(l) < 18 {
				return errForm
			}
			at, err := strconv.Atoi(l[:10])
			if err != nil {
				return errForm
			}
			if _, newer := d.at[from+j]; !newer && l[17] == 'n' {
				d.at[from+j] = at
			}
		}
		i += n + 1
	}
	return nil
}

// raws is an object from its first byte on.
func (d *document) raws(n int) ([]byte, error) {
	at, ok := d.at[n]
	if !ok || at < 0 || at >= len(d.raw) {
		return nil, errForm
	}
	rest := d.raw[at:]
	m := objectShape.FindSubmatch(rest[:min(len(rest), 32)])
	if m == nil || string(m[1]) != strconv.Itoa(n) {
		return nil, errForm
	}
	return rest[len(m[0]):], nil
}

// object is the dictionary of an object.
func (d *document) object(n int) (string, error) {
	rest, err := d.raws(n)
	if err != nil {
		return "", err
	}
	end := bytes.Index(rest, []byte("endobj"))
	if end < 0 || bytes.LastIndex(rest[:end], []byte(">>")) < 0 {
		return "", errForm
	}
	return strings.TrimSpace(string(rest[:end])), nil
}

func (d *document) firstPage() (int, error) {
	cat, err := d.object(d.root)
	if err != nil {
		return 0, err
	}
	pages, ok := number(pagesShape, []byte(cat))
	if !ok {
		return 0, errForm
	}
	tree, err := d.object(pages)
	if err != nil {
		return 0, err
	}
	page, ok := number(kidsShape, []byte(tree))
	if !ok {
		return 0, errForm
	}
	return page, nil
}

// finish writes the table of an update and its trailer.
func (d *document) finish(b *bytes.Buffer, at map[int]int) {
	xref := b.Len()
	b.WriteString("xref\n")
	var all []int
	top := d.size
	for n := range at {
		all = append(all, n)
		top = max(top, n+1)
	}
	slices.Sort(all)
	for i := 0; i < len(all); {
		j := i
		for j+1 < len(all) && all[j+1] == all[j]+1 {
			j++
		}
		fmt.Fprintf(b, "%d %d\n", all[i], j-i+1)
		for ; i <= j; i++ {
			fmt.Fprintf(b, "%010d 00000 n \n", at[all[i]])
		}
	}
	fmt.Fprintf(b, "trailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n", top, d.root, d.info, d.xref, xref)
}
