package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"netral/data"
	"netral/internal/day"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/merit/appoint"
	"netral/internal/merit/callup"
	"netral/internal/permit/invite"
	"netral/internal/store"
)

// letterDir holds the templates of papers, within the data that Netral carries
// and within the data folder of a house.
const letterDir = "letter"

// paperKinds are the kinds of papers that there are.
func paperKinds() []letter.Kind {
	return append(append(appoint.PaperKinds(), callup.PaperKinds()...), invite.PaperKinds()...)
}

// templates reads the templates that are built in, and those of the office in a
// folder; one that is not there has none.
func templates(dir string) (*letter.Set, error) {
	builtin, err := fs.Sub(data.FS, letterDir)
	if err != nil {
		return nil, err
	}
	var office fs.FS
	if dir != "" {
		if _, err := os.Stat(dir); err == nil {
			office = os.DirFS(dir)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return letter.Load(paperKinds(), builtin, office)
}

func (p place) letterDir() string { return filepath.Join(p.Data, letterDir) }

// papers makes the archive.
func (h *house) papers(base string) (*archive.Archive, error) {
	set, err := templates(h.letters)
	if err != nil {
		return nil, err
	}
	for _, p := range set.Refused() {
		h.log.Error("a template of the office was refused; the built-in one stays", "file", p.File, "line", p.Line, "key", p.Key)
	}
	press, err := letter.New(set, h.demo)
	if err != nil {
		return nil, err
	}
	return archive.New(archive.Config{Book: h.book, Vault: h.vault, Press: press, Rand: rand.Reader, Now: h.day.now, Allow: h.guard.Check, Base: base, Place: "Jakarta"}), nil
}

// chief is whom the holder of a post answers to, for the statement of taking up
// duty.
func (h *house) chief(ctx context.Context, tx *store.Tx, post string, on day.Day) (appoint.Superior, error) {
	s, p, err := h.roster.ChiefOf(ctx, tx, post, on)
	if err != nil || s == nil {
		return appoint.Superior{}, err
	}
	out := appoint.Superior{Name: s.Name, Title: s.Post.Title}
	if s.Kind != "" && s.Kind != "definitive" {
		out.Title = map[string]string{"plt": "Plt. ", "plh": "Plh. "}[s.Kind] + out.Title
	}
	if p != nil {
		out.Name, out.NIP = cmp.Or(p.FullName(), out.Name), p.NIP
	}
	return out, nil
}
