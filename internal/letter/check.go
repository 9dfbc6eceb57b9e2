package letter

import (
	"bytes"
	"compress/zlib"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"regexp"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/smallstep/pkcs7"

	"netral/internal/fault"
)

// Seal is a signature that was found in a file.
type Seal struct {
	Name    string    // of the certificate
	Issuer  string    // who issued it
	Serial  string    // in hexadecimal digits
	At      time.Time // as the signer claims; zero when it cannot be read
	Whole   bool      // it covers the file to its last byte
	Trusted bool      // its certificate leads to one of the roots
	Broken  bool      // what it covers was altered, or it is no signature
}

// MaxBytes is how large a paper may be that is checked.
const MaxBytes = 32 << 20

// maxSeals is how many signatures of a file are looked at.
const maxSeals = 20

var (
	rangeShape = regexp.MustCompile(`/ByteRange ?\[ ?(\d+) +(\d+) +(\d+) +(\d+) ?\]`)
	momentForm = regexp.MustCompile(`/M \(D:(\d{14})\+00'00'\)`)
)

// Seals checks every signature of a file, the oldest first. A file without any
// gives none. Roots are those that are trusted; nil trusts nobody.
func Seals(pdf []byte, roots *x509.CertPool) ([]Seal, error) {
	if len(pdf) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "letter.check.large", len(pdf)>>20, MaxBytes>>20)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return nil, fault.New(fault.Invalid, "letter.check.form")
	}
	var out []Seal
	for _, m := range rangeShape.FindAllSubmatchIndex(pdf, maxSeals) {
		out = append(out, sealAt(pdf, m, roots))
	}
	return out, nil
}

func sealAt(pdf []byte, m []int, roots *x509.CertPool) Seal {
	broken := Seal{Broken: true}
	var r [4]int
	for i := range r {
		n, err := strconv.Atoi(string(pdf[m[2+2*i]:m[3+2*i]]))
		if err != nil || n > len(pdf) {
			return broken
		}
		r[i] = n
	}
	// What is not covered is the signature itself, from bracket to bracket, and
	// nothing else.
	if r[0] != 0 || r[1] >= r[2] || r[2]+r[3] > len(pdf) || pdf[r[1]] != '<' || pdf[r[2]-1] != '>' || m[0] > r[1] {
		return broken
	}
	der := make([]byte, (r[2]-r[1]-2)/2)
	if _, err := hex.Decode(der, pdf[r[1]+1:r[2]-1]); err != nil {
		return broken
	}
	p7, err := pkcs7.Parse(trimDER(der))
	if err != nil || len(p7.Certificates) == 0 {
		return broken
	}
	p7.Content = append(bytes.Clone(pdf[:r[1]]), pdf[r[2]:r[2]+r[3]]...)
	signer := p7.GetOnlySigner()
	if signer == nil || p7.Verify() != nil {
		return broken
	}
	s := Seal{Name: signer.Subject.CommonName, Issuer: signer.Issuer.CommonName, Serial: signer.SerialNumber.Text(16), Whole: r[2]+r[3] == len(pdf)}
	at := time.Time{}
	if x := momentForm.FindSubmatch(pdf[max(0, m[0]-2048):m[1]]); x != nil {
		at, _ = time.Parse("20060102150405", string(x[1]))
		s.At = at
	}
	if roots != nil && !at.IsZero() {
		s.Trusted = p7.VerifyWithChainAtTime(roots, at) == nil
	}
	return s
}

// trimDER drops the zeros that fill up the room of a signature.
func trimDER(b []byte) []byte {
	if len(b) < 4 || b[0] != 0x30 || b[1] < 0x81 || b[1] > 0x83 {
		return b
	}
	n, size := int(b[1]&0x0f), 0
	for _, x := range b[2 : 2+n] {
		size = size<<8 | int(x)
	}
	if end := 2 + n + size; end <= len(b) {
		return b[:end]
	}
	return b
}

var (
	namesShape  = regexp.MustCompile(`\(Attachement\d+\) (\d+) 0 R`)
	fileShape   = regexp.MustCompile(`/EF << /F (\d+) 0 R >>`)
	lengthShape = regexp.MustCompile(`^<< /Type /EmbeddedFile /Length (\d+) `)
)

// maxFile is how large a file within a paper may be when it is unpacked.
const maxFile = 64 << 20

// Files are what a paper of this package carries.
func Files(pdf []byte) ([]File, error) {
	bad := func(err error) error { return fault.Wrap(fault.Invalid, err, "letter.check.form") }
	if len(pdf) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "letter.check.large", len(pdf)>>20, MaxBytes>>20)
	}
	d, err := parse(pdf)
	if err != nil {
		return nil, bad(err)
	}
	cat, err := d.object(d.root)
	if err != nil {
		return nil, bad(err)
	}
	var out []File
	for _, m := range namesShape.FindAllStringSubmatch(cat, maxSeals) {
		f, err := d.file(m[1])
		if err != nil {
			return nil, bad(err)
		}
		out = append(out, f)
	}
	return out, nil
}

func (d *document) file(spec string) (File, error) {
	n, err := strconv.Atoi(spec)
	if err != nil {
		return File{}, err
	}
	dict, err := d.object(n)
	if err != nil {
		return File{}, err
	}
	stream, ok := number(fileShape, []byte(dict))
	if !ok {
		return File{}, errForm
	}
	raw, err := d.raws(stream)
	if err != nil {
		return File{}, err
	}
	length, ok := number(lengthShape, raw)
	from := bytes.Index(raw, []byte("stream\n"))
	if !ok || from < 0 || length < 0 || from+7+length > len(raw) {
		return File{}, errForm
	}
	z, err := zlib.NewReader(bytes.NewReader(raw[from+7 : from+7+length]))
	if err != nil {
		return File{}, err
	}
	body, err := io.ReadAll(io.LimitReader(z, maxFile+1))
	if err != nil {
		return File{}, err
	}
	if len(body) > maxFile {
		return File{}, errors.New("letter: a file within is too large")
	}
	return File{Name: literal(dict, "/UF ("), About: literal(dict, "/Desc ("), Body: body}, nil
}

// literal reads a text in round brackets, as the library writes it: UTF-16 with
// its mark, and backslashes before what would end it.
func literal(dict, after string) string {
	at := bytes.Index([]byte(dict), []byte(after))
	if at < 0 {
		return ""
	}
	var raw []byte
	for i := at + len(after); i < len(dict) && dict[i] != ')'; i++ {
		c := dict[i]
		if c == '\\' && i+1 < len(dict) {
			i++
			if c = dict[i]; c == 'r' {
				c = '\r'
			}
		}
		raw = append(raw, c)
	}
	if len(raw) < 2 || raw[0] != 0xfe || raw[1] != 0xff {
		return string(raw)
	}
	var u []uint16
	for i := 2; i+1 < len(raw); i += 2 {
		u = append(u, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(u))
}
