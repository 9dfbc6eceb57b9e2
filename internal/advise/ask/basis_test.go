package ask_test

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"sync"
	"testing"

	"netral/data"
	"netral/internal/actor"
	"netral/internal/advise/ask"
	"netral/internal/advise/calendar"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/lex"
	"netral/internal/rule"
	"netral/internal/store"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/webtest"
	"netral/rules"
)

// real is the basis that Netral ships with: the tests of this slice ask the
// real book, so that a change of the law shows here.
var real = sync.OnceValues(func() (*ask.Basis, error) {
	b, err := rule.Load(rules.FS, "id-asn")
	if err != nil {
		return nil, err
	}
	e, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		return nil, err
	}
	l, err := lex.Load(data.FS, "lexicon", b)
	if err != nil {
		return nil, err
	}
	return &ask.Basis{
		Rules: b, Calendar: ask.CalendarRef{Edition: e.ID, SHA256: e.SHA256}, Timeline: e.Timeline(), Reader: l.Reader(e.Names()),
		Contestant: func(id, _ string) string { return id },
	}, nil
})

func basis(t testing.TB) *ask.Basis {
	t.Helper()
	b, err := real()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func service(t testing.TB, book *ledger.Book) *ask.Service {
	b := basis(t)
	key := ledgertest.Key(t)
	return &ask.Service{
		Basis: func() *ask.Basis { return b }, Now: webtest.Clock, Book: book, Verifier: key.Verifier(), LogKey: key.VKey(),
		Base: "https://netral.example", Rand: ledgertest.Rand(7),
	}
}

func anyone() actor.Actor { return actor.Anonymous("page", text.ID) }

func each(t *testing.T, fn func(t *testing.T, s *ask.Service, book *ledger.Book)) {
	ledgertest.Each(t, []store.Line{ask.Migrations}, func(t *testing.T, _ *store.DB, book *ledger.Book) { fn(t, service(t, book), book) })
}

func size(t *testing.T, book *ledger.Book) int64 {
	t.Helper()
	n, err := book.Size(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// kinds gives the kinds of all entries, for scenarios that count them.
func kinds(t *testing.T, book *ledger.Book) func() []string {
	return func() []string {
		found, err := book.Entries(context.Background(), 0, 1000, ledger.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		out := make([]string, len(found))
		for i, r := range found {
			out[i] = r.Kind
		}
		return out
	}
}

func site(t *testing.T, s *ask.Service, log *bytes.Buffer) http.Handler {
	sh := webtest.Shell(t, log, nil)
	mux := http.NewServeMux()
	sh.Mount(mux)
	s.Routes(mux, sh)
	s.API(web.NewAPI(mux, sh, "test"), sh)
	return sh.Handler(mux)
}

// files are those of the book, in the order of their names.
func files(t *testing.T) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(rules.FS, "id-asn", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(rules.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
