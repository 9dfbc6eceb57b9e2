package archive

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/letter"
)

// What a check may find.
const (
	Genuine = "genuine" // given out by this house, to the byte
	Sealed  = "sealed"  // the seal of this house holds; the archive does not have the file
	Altered = "altered" // something was changed or added after a seal
	Foreign = "foreign" // the seal holds, and is not of this house
	Unknown = "unknown" // no seal, and not in the archive
)

// States lists them, the best first.
func States() []string { return []string{Genuine, Sealed, Altered, Foreign, Unknown} }

// Report is what a check found.
type Report struct {
	State string
	Sum   string
	Paper Paper // of Genuine, without its Body
	Seals []letter.Seal
	Files []letter.File // carried inside, of Genuine and Sealed
}

// Check looks a file up in the archive and checks its seals. Nothing of the file
// is kept. Faults: Invalid for what is no PDF, TooLarge.
func (a *Archive) Check(ctx context.Context, who actor.Actor, pdf []byte) (Report, error) {
	if err := a.allow(who, ActCheck); err != nil {
		return Report{}, err
	}
	roots, err := a.Roots(ctx)
	if err != nil {
		return Report{}, err
	}
	pool := x509.NewCertPool()
	for _, c := range roots {
		pool.AddCert(c)
	}
	r, err := Inspect(pdf, pool)
	if err != nil {
		return Report{}, err
	}
	if r.Paper, err = a.BySum(ctx, r.Sum); err != nil {
		return Report{}, err
	}
	if r.Paper.Body != nil {
		r.State, r.Paper.Body = Genuine, nil
	}
	return r, nil
}

// Inspect checks a file without an archive.
func Inspect(pdf []byte, roots *x509.CertPool) (Report, error) {
	seals, err := letter.Seals(pdf, roots)
	if err != nil {
		return Report{}, err
	}
	sum := sha256.Sum256(pdf)
	r := Report{Sum: hex.EncodeToString(sum[:]), Seals: seals, State: Unknown}
	if len(seals) > 0 {
		r.State = Foreign
		if seals[len(seals)-1].Trusted {
			r.State = Sealed
		}
		if !seals[len(seals)-1].Whole {
			r.State = Altered
		}
	}
	for _, s := range seals {
		if s.Broken {
			r.State = Altered
		}
	}
	// What a file of another program carries is not looked for.
	if f, err := letter.Files(pdf); err == nil && r.State != Altered {
		r.Files = f
	}
	return r, nil
}

func (a *Archive) allow(who actor.Actor, action string) error {
	if a.Allow == nil {
		return fault.New(fault.Denied, "letter.denied")
	}
	return a.Allow(who, action, resource())
}
