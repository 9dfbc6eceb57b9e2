package letter

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"time"
)

// Authority issues certificates for a demonstration. It is nobody's: its name
// says so, and no reader of PDFs trusts it unless it is told to.
type Authority struct {
	Cert *x509.Certificate
	Key  crypto.Signer
}

// testFrom and testUntil bound certificates of a demonstration, whose days lie
// in the past and in the future.
func testFrom() time.Time  { return time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC) }
func testUntil() time.Time { return time.Date(2049, time.December, 31, 0, 0, 0, 0, time.UTC) }

// NewAuthority makes one with a key of its own.
func NewAuthority(rand io.Reader, name string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return nil, err
	}
	serial, err := serialOf(rand)
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Country: []string{"ID"}},
		NotBefore: testFrom(), NotAfter: testUntil(), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	cert, err := created(rand, t, t, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &Authority{cert, key}, nil
}

// Issue makes a certificate that signs papers, and its key.
func (a *Authority) Issue(rand io.Reader, name, office string) (*Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return nil, err
	}
	serial, err := serialOf(rand)
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{office}, Country: []string{"ID"}},
		NotBefore: testFrom(), NotAfter: testUntil(), BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}, // what readers of PDFs ask for
	}
	cert, err := created(rand, t, a.Cert, key.Public(), a.Key)
	if err != nil {
		return nil, err
	}
	return NewSigner(cert, []*x509.Certificate{a.Cert}, key)
}

func serialOf(rand io.Reader) (*big.Int, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return nil, err
	}
	b[0] = b[0]&0x7f | 0x40 // positive, and as long as it is
	return new(big.Int).SetBytes(b[:]), nil
}

func created(rand io.Reader, t, parent *x509.Certificate, pub crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand, t, parent, pub, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// PEM writes certificates.
func PEM(certs ...*x509.Certificate) []byte {
	var out []byte
	for _, c := range certs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// Certificates reads those of a PEM file, the first first.
func Certificates(raw []byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for {
		var b *pem.Block
		if b, raw = pem.Decode(raw); b == nil {
			break
		}
		if b.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errors.New("letter: no certificate")
	}
	return out, nil
}
