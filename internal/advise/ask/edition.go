package ask

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/rule"
	"netral/internal/store"
)

// KindAdopted is the ledger kind of an edition that was put in force.
const KindAdopted = "advise.ask.adopted"

// maxEditionBytes bounds the files of an edition.
const maxEditionBytes = 16 << 20

// AdoptInput names the folder of an edition: vocabulary.yaml, book.yaml,
// rules/, cases/.
type AdoptInput struct {
	FS   fs.FS
	Dir  string
	Note string // why, for the record
}

// Adoption is an edition in force, as the ledger has it.
type Adoption struct {
	Book       BookRef `json:"book"`
	Previous   string  `json:"previous,omitempty"` // SHA-256 of the edition before
	Note       string  `json:"note,omitempty"`
	Rules      int     `json:"rules"`
	Examples   int     `json:"examples"`
	Situations string  `json:"situations"`
}

// Adopt checks an edition of the book over the whole space of situations and
// puts it in force. An edition that is not clean is refused with every problem,
// and nothing is written. Adopting what is in force changes nothing.
func (s *Service) Adopt(ctx context.Context, who actor.Actor, in AdoptInput) (*rule.Book, error) {
	b, err := rule.Load(in.FS, in.Dir)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "ask.edition_wrong", in.Dir)
	}
	report := b.Check(in.FS, in.Dir, s.Basis().Timeline)
	if !report.Clean() {
		return nil, fault.Wrap(fault.Invalid, errors.New(strings.Join(Findings(report), "\n")), "ask.edition_wrong", in.Dir)
	}
	files, err := pack(in.FS, in.Dir)
	if err != nil {
		return nil, err
	}
	a := Adoption{Book: bookRef(b), Note: in.Note, Rules: report.Rules, Examples: report.Examples.Cases, Situations: fmt.Sprint(report.Situations)}
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		now, ok, err := inForce(ctx, tx)
		if err != nil {
			return ledger.Entry{}, err
		}
		if ok && now.SHA256 == b.SHA256 {
			return ledger.Entry{}, errInForce
		}
		a.Previous = now.SHA256
		if err := insertEdition(ctx, tx, edition{SHA256: b.SHA256, ID: b.ID, Edition: b.Edition, Files: files}, now.SHA256); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindAdopted, Subject: "book:" + b.ID, Detail: a}, nil
	})
	if err != nil && !errors.Is(err, errInForce) {
		return nil, err
	}
	if s.Adopted != nil {
		s.Adopted(b)
	}
	return b, nil
}

var errInForce = errors.New("ask: this edition is in force already")

// Current loads the edition in force, or gives nil when none was adopted yet.
// Known editions (the built-in one) are not loaded again.
func (s *Service) Current(ctx context.Context, known ...*rule.Book) (*rule.Book, error) {
	var e edition
	var ok bool
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		e, ok, err = inForce(ctx, tx)
		return err
	})
	if err != nil || !ok {
		return nil, err
	}
	return e.load(known)
}

// Edition loads an edition that was in force at some time, to decide an old
// slip again.
func (s *Service) Edition(ctx context.Context, sha256 string, known ...*rule.Book) (*rule.Book, error) {
	var e edition
	var ok bool
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		e, ok, err = findEdition(ctx, tx, sha256)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.NotFound, "ask.edition_unknown", clip(sha256))
	}
	return e.load(known)
}

func (e edition) load(known []*rule.Book) (*rule.Book, error) {
	for _, b := range known {
		if b != nil && b.SHA256 == e.SHA256 {
			return b, nil
		}
	}
	z, err := zip.NewReader(bytes.NewReader(e.Files), int64(len(e.Files)))
	if err != nil {
		return nil, fmt.Errorf("unpack edition %s: %w", e.Edition, err)
	}
	b, err := rule.Load(z, ".")
	if err != nil {
		return nil, fmt.Errorf("load edition %s: %w", e.Edition, err)
	}
	if b.SHA256 != e.SHA256 {
		return nil, fmt.Errorf("edition %s: its files have SHA-256 %s, the record says %s", e.Edition, b.SHA256, e.SHA256)
	}
	return b, nil
}

// pack puts the files of an edition into one archive; the same files always
// give the same bytes.
func pack(fsys fs.FS, dir string) ([]byte, error) {
	var names []string
	for _, pattern := range []string{"vocabulary.yaml", "book.yaml", "rules/*.yaml", "cases/*.yaml"} {
		found, err := fs.Glob(fsys, path.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	total := 0
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		if total += len(data); total > maxEditionBytes {
			return nil, fault.New(fault.TooLarge, "ask.edition_large", total, maxEditionBytes)
		}
		inside := strings.TrimPrefix(strings.TrimPrefix(name, dir), "/")
		w, err := z.CreateHeader(&zip.FileHeader{Name: inside, Method: zip.Deflate, Modified: time.Unix(0, 0).UTC()})
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(w, bytes.NewReader(data)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// Findings lists everything that is wrong with a book, a line each.
func Findings(r rule.Report) []string {
	var out []string
	for _, group := range [][]rule.Finding{r.Gaps, r.Conflicts, r.Dead, r.Uncited, r.Examples.Failed} {
		for _, f := range group {
			where := f.File
			if f.Line > 0 {
				where = fmt.Sprintf("%s:%d", f.File, f.Line)
			}
			if where != "" {
				where += ": "
			}
			out = append(out, where+f.Message)
		}
	}
	return out
}
