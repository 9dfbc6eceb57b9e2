package letter

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// The identifiers of RFC 5652, 5035, 5754 and 5758 that a signature needs.
var (
	oidData        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSigned      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidCertV2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidSHA256      = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSA       = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidRSA         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
)

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

type issuerSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type signerInfo struct {
	Version   int
	SID       issuerSerial
	Digest    pkix.AlgorithmIdentifier
	Attrs     asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature []byte
}

type signedData struct {
	Version int
	Digests []pkix.AlgorithmIdentifier `asn1:"set"`
	Content struct{ Type asn1.ObjectIdentifier }
	Certs   asn1.RawValue
	Signers []signerInfo `asn1:"set"`
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue
}

// essCert is ESSCertIDv2 with the default hash, SHA-256.
type essCert struct{ Hash []byte }

type essCerts struct{ Certs []essCert }

// cms is a detached signature over a digest as PAdES baseline B asks for it (ETSI
// EN 319 142-1): it names its certificate by hash among what is signed, and has
// no signing time, which stands in the file. The library that reads such
// signatures puts a signing time of its own into those that it makes; so they
// are put together here.
func (s *Signer) cms(digest []byte) ([]byte, error) {
	hash := sha256.Sum256(s.Cert.Raw)
	var attrs [][]byte
	for _, a := range []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{{oidContentType, oidData}, {oidDigest, digest}, {oidCertV2, essCerts{[]essCert{{hash[:]}}}}} {
		v, err := asn1.Marshal(a.value)
		if err != nil {
			return nil, err
		}
		raw, err := asn1.Marshal(attribute{a.oid, []asn1.RawValue{{FullBytes: v}}})
		if err != nil {
			return nil, err
		}
		attrs = append(attrs, raw)
	}
	slices.SortFunc(attrs, bytes.Compare) // DER: a set is sorted
	set := bytes.Join(attrs, nil)
	// What is signed is the set by its own tag; what stands in the file has the
	// tag of its place.
	full, err := asn1.Marshal(asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true, Bytes: set})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(full)
	signature, err := s.Key.Sign(nil, sum[:], crypto.SHA256) // without randomness: RFC 6979, or PKCS #1 v1.5
	if err != nil {
		return nil, fmt.Errorf("letter: sign: %w", err)
	}
	algorithm := pkix.AlgorithmIdentifier{Algorithm: oidECDSA}
	if _, ok := s.Cert.PublicKey.(*rsa.PublicKey); ok {
		algorithm = pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue}
	}
	sha := pkix.AlgorithmIdentifier{Algorithm: oidSHA256}
	certs := bytes.Clone(s.Cert.Raw)
	for _, c := range s.Chain {
		certs = append(certs, c.Raw...)
	}
	d := signedData{
		Version: 1, Digests: []pkix.AlgorithmIdentifier{sha},
		Certs: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: certs},
		Signers: []signerInfo{{
			Version: 1, SID: issuerSerial{asn1.RawValue{FullBytes: s.Cert.RawIssuer}, s.Cert.SerialNumber}, Digest: sha,
			Attrs:     asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: set},
			Algorithm: algorithm, Signature: signature,
		}},
	}
	d.Content.Type = oidData
	inner, err := asn1.Marshal(d)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(contentInfo{oidSigned, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inner}})
}

// fit says whether a key and a certificate can sign a paper.
func fit(cert *x509.Certificate, key crypto.Signer) error {
	pub, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !pub.Equal(cert.PublicKey) {
		return errors.New("letter: the key is not that of the certificate")
	}
	switch k := cert.PublicKey.(type) {
	case *ecdsa.PublicKey:
		if k.Curve.Params().BitSize == 256 {
			return nil
		}
	case *rsa.PublicKey:
		if k.N.BitLen() >= 2048 {
			return nil
		}
	}
	return errors.New("letter: a signature takes RSA of 2048 bits or more, or ECDSA on P-256")
}
