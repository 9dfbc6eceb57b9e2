package archive

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io"
	"sync"
	"time"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/letter"
	"netral/internal/store"
	"netral/internal/vault"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this package.
var Migrations = store.Line{Name: "letter", FS: files}

// The actions that Allow is asked about; the type of the resource is "letter".
const (
	ActCheck = "letter.check" // check a paper: everybody
	ActRead  = "letter.read"  // templates and their previews
)

// Config is what an archive needs. All but Base and Place are required.
type Config struct {
	Book  *ledger.Book
	Vault *vault.Vault
	Press *letter.Press
	Rand  io.Reader
	Now   func() time.Time // what papers are dated by
	Allow scope.Allow
	Base  string // public address without a slash at the end; "" for papers without QR
	Place string // where papers are made, in their signatures
}

// Archive makes papers and keeps them. It may be used from many goroutines.
type Archive struct {
	Config

	mu     sync.Mutex
	signer *letter.Signer // of the certificate in force; nil until it was looked for
	looked bool
}

// New makes an archive.
func New(c Config) *Archive { return &Archive{Config: c} }

// Order is what a paper is made of.
type Order struct {
	Values letter.Values
	Files  []letter.File // carried inside
	Path   string        // of the public page where it can be checked, from the slash on
	Reason string        // of the seal
}

// Paper is a paper as it was given out.
type Paper struct {
	Kind string
	Ref  string
	Path string
	Made time.Time
	Sum  string // SHA-256
	Body []byte
}

// kept is what the record says of a paper.
type kept struct {
	Kind        string `json:"kind"`
	Ref         string `json:"ref"`
	Sum         string `json:"sum"`
	Bytes       int    `json:"bytes"`
	Certificate string `json:"certificate"` // serial number, hexadecimal; "" for a paper without a seal
}

// maxRef bounds what names a paper within its kind.
const maxRef = 200

var errForm = errors.New("archive: not the one spelling")

// errKept ends a write that another was faster with.
var errKept = errors.New("archive: kept meanwhile")

// Get gives the paper of a kind that ref names, and makes it when it was never
// given out: order says then of what. Who may have the paper, the caller has
// decided. ref must change when what the paper says has.
func (a *Archive) Get(ctx context.Context, who actor.Actor, kind, ref string, order func(context.Context) (Order, error)) (Paper, error) {
	if ref == "" || len(ref) > maxRef {
		return Paper{}, fault.New(fault.Internal, "letter.ref", kind)
	}
	p, err := a.find(ctx, kind, ref)
	if err != nil || p.Body != nil {
		return p, err
	}
	signer, err := a.seal(ctx, who)
	if err != nil {
		return Paper{}, err
	}
	o, err := order(ctx)
	if err != nil {
		return Paper{}, err
	}
	p = Paper{Kind: kind, Ref: ref, Path: o.Path, Made: a.Now().UTC().Truncate(time.Second)}
	opts := letter.Options{At: p.Made, Sealed: signer != nil, Files: o.Files}
	if a.Base != "" && o.Path != "" {
		opts.Address = a.Base + o.Path
	}
	if p.Body, err = a.Press.Make(kind, o.Values, opts); err != nil {
		return Paper{}, err
	}
	detail := kept{Kind: kind, Ref: ref}
	if signer != nil {
		if p.Body, err = signer.Sign(p.Body, letter.Signing{At: p.Made, Reason: o.Reason, Place: a.Place}); err != nil {
			return Paper{}, err
		}
		detail.Certificate = signer.Cert.SerialNumber.Text(16)
	}
	sum := sha256.Sum256(p.Body)
	p.Sum = hex.EncodeToString(sum[:])
	detail.Sum, detail.Bytes = p.Sum, len(p.Body)
	_, err = a.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		had, err := paperBy(ctx, tx, `kind = $1 AND ref = $2`, kind, ref)
		if err != nil {
			return ledger.Entry{}, err
		}
		if had.Body != nil {
			p = had
			return ledger.Entry{}, errKept
		}
		return ledger.Entry{Kind: "foundation.letter.issued", Subject: "letter:" + p.Sum[:32], Detail: detail}, insertPaper(ctx, tx, &p)
	})
	if err != nil && !errors.Is(err, errKept) {
		return Paper{}, err
	}
	return p, nil
}

func (a *Archive) find(ctx context.Context, kind, ref string) (p Paper, err error) {
	err = a.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = paperBy(ctx, tx, `kind = $1 AND ref = $2`, kind, ref)
		return err
	})
	return p, err
}

// BySum finds a paper that was given out; one without a Body was not.
func (a *Archive) BySum(ctx context.Context, sum string) (p Paper, err error) {
	err = a.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = paperBy(ctx, tx, `sum = $1`, sum)
		return err
	})
	return p, err
}
