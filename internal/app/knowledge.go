package app

import (
	"io/fs"
	"os"

	"netral/data"
	"netral/internal/advise/ask"
	"netral/internal/advise/calendar"
	"netral/internal/advise/screening"
	"netral/internal/lex"
	"netral/internal/lex/screen"
	"netral/internal/rule"
	"netral/rules"
)

// What Netral carries inside.
const (
	bookID       = "id-asn"
	calendarFile = "calendar/2026-1.yaml"
	lexiconDir   = "lexicon"
	screenFile   = "screen/2026-1.yaml"
)

// knowledge is the law and the dates that answers rest on.
type knowledge struct {
	book     *rule.Book
	files    fs.FS // of the book, with its examples
	dir      string
	edition  *calendar.Edition
	lexicon  *lex.Lexicon
	screen   *screen.Lexicon
	timeline rule.Timeline
}

// loadKnowledge reads what is built in, or the conduct book from a folder.
func loadKnowledge(rulesDir string) (*knowledge, error) {
	k := &knowledge{files: rules.FS, dir: bookID}
	if rulesDir != "" {
		k.files, k.dir = os.DirFS(rulesDir), "."
	}
	var err error
	if k.book, err = loadBook(k.files, k.dir, rulesDir); err != nil {
		return nil, err
	}
	if k.edition, err = calendar.Load(data.FS, calendarFile); err != nil {
		return nil, err
	}
	k.timeline = k.edition.Timeline()
	if k.lexicon, err = lex.Load(data.FS, lexiconDir, k.book); err != nil {
		return nil, err
	}
	if k.screen, err = screen.Load(data.FS, screenFile, k.lexicon.Words()); err != nil {
		return nil, err
	}
	return k, nil
}

// reading makes of the parts what texts are read with.
func (k *knowledge) reading() *screening.Basis {
	return &screening.Basis{Reader: k.screen.Reader(k.edition.Sides()), Words: k.screen.Edition, Calendar: k.edition.ID, Name: namesOf(k.edition), Contest: contestsOf(k.edition)}
}

// contestsOf says in which kind of contest somebody stands.
func contestsOf(e *calendar.Edition) func(id string) string {
	return func(id string) string {
		if c, _, ok := e.Contestant(id); ok {
			return c.Kind
		}
		return ""
	}
}

// namesOf says what a contestant or party is called.
func namesOf(e *calendar.Edition) func(id, lang string) string {
	return func(id, lang string) string {
		if _, c, ok := e.Contestant(id); ok {
			return e.Name(*c)
		}
		if p, ok := e.Party(id); ok {
			return p.Name
		}
		return id
	}
}

// basis makes of the parts what answers rest on.
func (k *knowledge) basis() *ask.Basis { return basisOf(k.book, k.edition, k.lexicon) }

func basisOf(b *rule.Book, e *calendar.Edition, l *lex.Lexicon) *ask.Basis {
	return &ask.Basis{
		Rules:      b,
		Calendar:   ask.CalendarRef{Edition: e.ID, SHA256: e.SHA256},
		Timeline:   e.Timeline(),
		Of:         func(who []string) rule.Timeline { return e.TimelineOf(who...) },
		Reader:     l.Reader(e.Names()),
		Contestant: namesOf(e),
	}
}
