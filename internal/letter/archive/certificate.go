package archive

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/letter"
	"netral/internal/store"
	"netral/internal/vault"
)

// The roles of certificates.
const (
	roleAuthority = "authority" // of a demonstration
	roleSeal      = "seal"
)

// The names in the certificates of a demonstration.
const (
	testAuthority = "Otoritas Uji Netral (peraga)"
	testSeal      = "Segel Elektronik (peraga)"
	testOffice    = "Pemerintah Provinsi (peraga)"
)

func keyPlace(id string) vault.Place {
	return vault.Place{Table: "letter_certificate", Column: "key", Row: id}
}

func idOf(c *x509.Certificate) string { return c.SerialNumber.Text(16) }

// seal is the signer in force, or nil. A demonstration makes its own when it has
// none.
func (a *Archive) seal(ctx context.Context, who actor.Actor) (*letter.Signer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.looked {
		return a.signer, nil
	}
	s, err := a.load(ctx)
	if err == nil && s == nil && a.Press.Demo {
		s, err = a.begin(ctx, who)
	}
	if err != nil {
		return nil, err
	}
	a.signer, a.looked = s, true
	return s, nil
}

func (a *Archive) load(ctx context.Context) (*letter.Signer, error) {
	var c *certificate
	err := a.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = current(ctx, tx, roleSeal)
		return err
	})
	if err != nil || c == nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(c.cert)
	if err != nil {
		return nil, err
	}
	chain, err := x509.ParseCertificates(c.chain)
	if err != nil {
		return nil, err
	}
	der, err := a.Vault.Kept(keyPlace(c.id), c.key)
	if err != nil {
		return nil, err
	}
	key, err := privateKey(der)
	if err != nil {
		return nil, err
	}
	return letter.NewSigner(cert, chain, key)
}

func privateKey(der []byte) (crypto.Signer, error) {
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	s, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("archive: a key that cannot sign")
	}
	return s, nil
}

// begin makes the authority of a demonstration and a seal. Another process may
// have been faster: then its certificate is taken.
func (a *Archive) begin(ctx context.Context, who actor.Actor) (*letter.Signer, error) {
	authority, err := letter.NewAuthority(a.Rand, testAuthority)
	if err != nil {
		return nil, err
	}
	s, err := authority.Issue(a.Rand, testSeal, testOffice)
	if err != nil {
		return nil, err
	}
	root, err := a.row(roleAuthority, authority.Cert, nil, authority.Key)
	if err != nil {
		return nil, err
	}
	err = a.put(ctx, who, s, func(ctx context.Context, tx *store.Tx) error {
		if had, err := current(ctx, tx, roleSeal); err != nil || had != nil {
			return errors.Join(err, errKept)
		}
		return insertCertificate(ctx, tx, root)
	})
	if errors.Is(err, errKept) {
		return a.load(ctx)
	}
	return s, err
}

func (a *Archive) row(role string, cert *x509.Certificate, chain []*x509.Certificate, key crypto.Signer) (*certificate, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	c := &certificate{id: idOf(cert), role: role, cert: cert.Raw, chain: []byte{}}
	for _, x := range chain {
		c.chain = append(c.chain, x.Raw...)
	}
	c.key, err = a.Vault.Keep(keyPlace(c.id), der)
	return c, err
}

func (a *Archive) put(ctx context.Context, who actor.Actor, s *letter.Signer, first func(context.Context, *store.Tx) error) error {
	c, err := a.row(roleSeal, s.Cert, s.Chain, s.Key)
	if err != nil {
		return err
	}
	_, err = a.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if err := first(ctx, tx); err != nil {
			return ledger.Entry{}, err
		}
		detail := map[string]any{"serial": c.id, "name": s.Cert.Subject.CommonName, "issuer": s.Cert.Issuer.CommonName, "until": s.Cert.NotAfter.UTC()}
		return ledger.Entry{Kind: "foundation.letter.certified", Subject: "certificate:" + c.id, Detail: detail}, insertCertificate(ctx, tx, c)
	})
	return err
}

// Adopt puts a certificate in force that the office was issued, for the papers
// from now on. certs are its own and those that issued it.
func (a *Archive) Adopt(ctx context.Context, who actor.Actor, certs []*x509.Certificate, key crypto.Signer) error {
	s, err := letter.NewSigner(certs[0], certs[1:], key)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "letter.certificate.unfit", certs[0].Subject.CommonName)
	}
	now := a.Now()
	if now.Before(certs[0].NotBefore) || now.After(certs[0].NotAfter) {
		return fault.New(fault.Invalid, "letter.certificate.expired", certs[0].Subject.CommonName, certs[0].NotBefore.UTC().Format("2006-01-02"), certs[0].NotAfter.UTC().Format("2006-01-02"))
	}
	err = a.put(ctx, who, s, func(ctx context.Context, tx *store.Tx) error {
		all, err := allCertificates(ctx, tx)
		for _, c := range all {
			if c.id == idOf(certs[0]) {
				return fault.New(fault.Conflict, "letter.certificate.twice", c.id)
			}
		}
		return err
	})
	if err == nil {
		a.mu.Lock()
		a.signer, a.looked = s, true
		a.mu.Unlock()
	}
	return err
}

// Seal is the signer that papers get now, or nil. Slices that sign for an office
// of their own ask their own.
func (a *Archive) Seal(ctx context.Context, who actor.Actor) (*letter.Signer, error) {
	return a.seal(ctx, who)
}

// Roots are the certificates that papers of this house are checked against: the
// last of each chain, or the certificate itself.
func (a *Archive) Roots(ctx context.Context) ([]*x509.Certificate, error) {
	var all []certificate
	err := a.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = allCertificates(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []*x509.Certificate
	for _, c := range all {
		chain, err := x509.ParseCertificates(append(append([]byte{}, c.cert...), c.chain...))
		if err != nil {
			return nil, err
		}
		last := chain[len(chain)-1]
		known := false
		for _, o := range out {
			known = known || o.Equal(last)
		}
		if !known {
			out = append(out, last)
		}
	}
	return out, nil
}
