package app

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/fault"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/merit/appoint"
)

type letterCmd struct {
	List        letterListCmd        `cmd:"" help:"${h_letter_list}"`
	Show        letterShowCmd        `cmd:"" help:"${h_letter_show}"`
	Check       letterCheckCmd       `cmd:"" help:"${h_letter_check}"`
	Certificate letterCertificateCmd `cmd:"" help:"${h_letter_certificate}"`
	Offline     letterOfflineCmd     `cmd:"" help:"${h_letter_offline}"`
}

type letterListCmd struct{ place }

func (c *letterListCmd) Run(r *run) error {
	set, err := templates(c.letterDir())
	if err != nil {
		return err
	}
	for _, name := range set.Kinds() {
		t, err := set.Template(name)
		if err != nil {
			return err
		}
		from := "app.letter.builtin"
		if t.Own {
			from = "app.letter.own"
		}
		r.Sayf("%s\t%s\t%s", name, r.T("letter.kind."+name), r.T(from))
	}
	return letter.Fault(set.Refused())
}

type letterShowCmd struct {
	place
	Kind string `arg:"" help:"${h_letter_kind}"`
}

func (c *letterShowCmd) Run(r *run) error {
	set, err := templates(c.letterDir())
	if err != nil {
		return err
	}
	t, err := set.Template(c.Kind)
	if err != nil {
		return err
	}
	_, err = r.Stdout.Write(t.Source)
	return err
}

type letterCheckCmd struct {
	place
	File string `arg:"" help:"${h_letter_file}"`
	PDF  string `placeholder:"FILE" help:"${h_letter_pdf}"`
}

func (c *letterCheckCmd) Run(r *run) error {
	raw, err := readFile(r, c.File, letter.MaxTemplate)
	if err != nil {
		return err
	}
	set, err := templates("")
	if err != nil {
		return err
	}
	file := filepath.ToSlash(c.File)
	if _, problems := set.Check(file, raw); len(problems) > 0 {
		return letter.Fault(problems)
	}
	if c.PDF != "" {
		press, err := letter.New(set, true)
		if err != nil {
			return err
		}
		body, err := press.Preview(file, raw, letter.Options{At: r.Now().UTC()})
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.PDF, body, 0o644); err != nil { //nolint:gosec // nothing but samples
			return fault.Wrap(fault.Invalid, err, "app.file", c.PDF)
		}
	}
	r.Say("app.letter.good", c.File)
	return nil
}

type letterCertificateCmd struct {
	place
	Certificate string `arg:"" help:"${h_letter_cert}"`
	Key         string `arg:"" help:"${h_letter_key}"`
}

func (c *letterCertificateCmd) Run(r *run) error {
	if err := c.exists(); err != nil {
		return err
	}
	certs, err := certificatesIn(r, c.Certificate)
	if err != nil {
		return err
	}
	key, err := keyIn(r, c.Key)
	if err != nil {
		return err
	}
	h, err := open(r.ctx, c.place, r.log, r.Text, r.Now, opening{})
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	if err := h.archive.Adopt(r.ctx, r.Who(), certs, key); err != nil {
		return err
	}
	r.Say("app.letter.adopted", certs[0].Subject.CommonName)
	return nil
}

// maxPEM is more than any chain of certificates takes.
const maxPEM = 256 << 10

func certificatesIn(r *run, file string) ([]*x509.Certificate, error) {
	raw, err := readFile(r, file, maxPEM)
	if err != nil {
		return nil, err
	}
	certs, err := letter.Certificates(raw)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "app.letter.pem", file)
	}
	return certs, nil
}

func keyIn(r *run, file string) (crypto.Signer, error) {
	raw, err := readFile(r, file, maxPEM)
	if err != nil {
		return nil, err
	}
	b, _ := pem.Decode(raw)
	if b == nil {
		return nil, fault.New(fault.Invalid, "app.letter.pem", file)
	}
	key, err := x509.ParsePKCS8PrivateKey(b.Bytes)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "app.letter.pem", file)
	}
	switch k := key.(type) {
	case *ecdsa.PrivateKey:
		return k, nil
	case *rsa.PrivateKey:
		return k, nil
	}
	return nil, fault.New(fault.Invalid, "app.letter.pem", file)
}

type verifyLetterCmd struct {
	keyed
	Certificate string `placeholder:"FILE" help:"${h_verify_letter_cert}"`
	JSON        bool   `help:"${h_json}"`
	File        string `arg:"" help:"${h_verify_letter_file}"`
}

// inspected is what `netral verify letter --json` prints.
type inspected struct {
	Good  bool          `json:"good"`
	State string        `json:"state"`
	Sum   string        `json:"sha256"`
	Seals []letter.Seal `json:"seals"`
	Files []carried     `json:"files"`
}

// carried is a file within a paper.
type carried struct {
	Name  string `json:"name"`
	Good  bool   `json:"good"`
	Keyed bool   `json:"key_checked"` // the record was checked, not only the file
	Index int64  `json:"index"`
}

func (c *verifyLetterCmd) Run(r *run) error {
	raw, err := readFile(r, c.File, letter.MaxBytes)
	if err != nil {
		return err
	}
	var roots *x509.CertPool
	if c.Certificate != "" {
		certs, err := certificatesIn(r, c.Certificate)
		if err != nil {
			return err
		}
		roots = x509.NewCertPool()
		for _, x := range certs {
			roots.AddCert(x)
		}
	}
	report, err := archive.Inspect(raw, roots)
	if err != nil {
		return err
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	// Without a certificate nothing is known of who sealed: the seal is whole, and
	// what is told of it says no more.
	out := inspected{State: report.State, Sum: report.Sum, Seals: report.Seals, Files: []carried{}}
	out.Good = report.State == archive.Sealed || roots == nil && report.State == archive.Foreign
	for _, f := range report.Files {
		x := checkCarried(f, v)
		out.Good = out.Good && x.Good
		out.Files = append(out.Files, x)
	}
	if c.JSON {
		err = r.JSON(out)
	} else {
		r.inspected(&out, roots == nil)
	}
	if err == nil && !out.Good {
		err = errSilent
	}
	return err
}

// checkCarried checks what a paper carries: a roster proof, or evidence of the
// record. What is neither is nothing that could be wrong.
func checkCarried(f letter.File, v note.Verifier) carried {
	out := carried{Name: f.Name}
	switch {
	case strings.HasSuffix(f.Name, ".jsonl"):
		p, err := appoint.Parse(f.Body)
		if err != nil {
			return out
		}
		report := p.Check(v)
		out.Good, out.Keyed, out.Index = report.Clean(), report.Keyed, report.Index
	case f.Name == archive.EvidenceFile:
		e, err := archive.ParseEvidence(f.Body)
		if err != nil {
			return out
		}
		n, err := e.Check(v)
		out.Good, out.Keyed, out.Index = err == nil, v != nil, n
	default:
		out.Good = true
	}
	return out
}

// inspected says what was found, in words.
func (r *run) inspected(x *inspected, blind bool) {
	state := x.State
	if blind && x.State == archive.Foreign {
		r.Say("app.letter.untrusted")
	} else {
		r.Say("letter.state." + state)
	}
	for _, s := range x.Seals {
		if !s.Broken {
			r.Say("app.letter.seal", s.Name, s.Issuer, s.Serial)
		}
	}
	for _, f := range x.Files {
		switch {
		case !f.Good:
			r.Say("app.letter.proof_bad", f.Name)
		case f.Keyed:
			r.Say("app.letter.proof_good", f.Name, f.Index)
		default:
			r.Say("app.letter.proof_unkeyed", f.Name)
		}
	}
	r.Sayf("SHA-256 %s", x.Sum)
}
