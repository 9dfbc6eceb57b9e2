package archive_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/letter/archive/archivetest"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

var start = time.Date(2023, time.December, 21, 3, 0, 0, 0, time.UTC)

func kinds() []letter.Kind {
	return []letter.Kind{{Name: "petikan", Fields: fields()}}
}

// fields are those that the built-in template of an extract names.
func fields() (out []letter.Field) {
	for _, n := range []string{"nomor", "no", "jabatan_penetap", "nama_penetap", "tentang", "nama", "nip", "pangkat", "jabatan_lama", "jabatan_baru", "jenjang", "perangkat_daerah", "tanggal", "tanggal_berlaku", "tempat"} {
		out = append(out, letter.Field{Name: n, Sample: n})
	}
	return out
}

type world struct {
	*archive.Archive
	book  *ledger.Book
	clock *storetest.Clock
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			clock := storetest.NewClock(start)
			dsn := storetest.SQLite
			if engine == "postgres" {
				dsn = storetest.Postgres
			}
			db := storetest.Open(t, dsn(t, archivetest.Lines()...), storetest.WithClock(clock))
			book := ledgertest.Open(t, db)
			w := &world{archivetest.Open(t, book, func() time.Time { return db.Now() }, kinds()), book, clock}
			defer func() {
				if !t.Failed() {
					ledgertest.Clean(t, book)
				}
			}()
			fn(t, w)
		})
	}
}

func who() actor.Actor { return actor.Actor{ID: "account:bkd", Lang: "id", Via: "page"} }

func order(name string) func(context.Context) (archive.Order, error) {
	return func(context.Context) (archive.Order, error) {
		v := kinds()[0].Sample()
		v.Text["nama"] = name
		return archive.Order{Values: v, Path: "/pelantikan/2023/1", Reason: "uji"}, nil
	}
}

func (w *world) entries(t *testing.T, kind string) int {
	t.Helper()
	all, err := w.book.Latest(t.Context(), -1, 100, ledger.Filter{Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// TestOnce: a paper is made once, however many ask for it and whatever has become
// of what it was made of.
func TestOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var wait sync.WaitGroup
		var got [6]archive.Paper
		for i := range got {
			wait.Go(func() {
				var err error
				if got[i], err = w.Get(t.Context(), who(), "petikan", "b1/p1", order("Siti")); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		w.clock.Set(start.Add(48 * time.Hour))
		later, err := w.Get(t.Context(), who(), "petikan", "b1/p1", func(context.Context) (archive.Order, error) {
			return archive.Order{}, errors.New("asked what the paper is of, though it is there")
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if !bytes.Equal(got[i].Body, later.Body) || got[i].Sum != later.Sum {
				t.Errorf("the %dth who asked has another paper", i+1)
			}
		}
		if papers, seals := w.entries(t, "foundation.letter.issued"), w.entries(t, "foundation.letter.certified"); papers != 1 || seals != 1 {
			t.Errorf("%d papers and %d certificates in the record, want 1 and 1", papers, seals)
		}
		other, err := w.Get(t.Context(), who(), "petikan", "b1/p2", order("Siti"))
		if err != nil || other.Sum == later.Sum {
			t.Errorf("another paper: %s, %v", other.Sum, err)
		}
	})
}

// TestStates: every state of a check.
func TestStates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, err := w.Get(t.Context(), who(), "petikan", "b1/p1", order("Siti"))
		if err != nil {
			t.Fatal(err)
		}
		signer, err := w.Seal(t.Context(), who())
		if err != nil {
			t.Fatal(err)
		}
		plain, err := w.Press.Make("petikan", kinds()[0].Sample(), letter.Options{At: start})
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := signer.Sign(plain, letter.Signing{At: start})
		if err != nil {
			t.Fatal(err)
		}
		a, err := letter.NewAuthority(rand.Reader, "Otoritas lain")
		if err != nil {
			t.Fatal(err)
		}
		stranger, err := a.Issue(rand.Reader, "Kantor lain", "Lain")
		if err != nil {
			t.Fatal(err)
		}
		foreign, err := stranger.Sign(plain, letter.Signing{At: start})
		if err != nil {
			t.Fatal(err)
		}
		overlaid, err := stranger.Sign(sealed, letter.Signing{At: start})
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			pdf  []byte
			want string
		}{
			"as issued":             {p.Body, archive.Genuine},
			"sealed, not issued":    {sealed, archive.Sealed},
			"one byte changed":      {bytes.Replace(p.Body, []byte("/Title"), []byte("/Titel"), 1), archive.Altered},
			"something added":       {append(bytes.Clone(p.Body), "\n% x"...), archive.Altered},
			"sealed by another":     {foreign, archive.Foreign},
			"sealed over by others": {overlaid, archive.Foreign},
			"without a seal":        {plain, archive.Unknown},
		} {
			r, err := w.Check(t.Context(), actor.Anonymous("page", "id"), x.pdf)
			if err != nil || r.State != x.want {
				t.Errorf("%s: %q, want %q, %v", name, r.State, x.want, err)
			}
			if r.Paper.Body != nil {
				t.Errorf("%s: the paper itself is in the answer", name)
			}
		}
		if _, err := w.Check(t.Context(), who(), []byte("PK\x03\x04")); !errors.Is(err, fault.Invalid) {
			t.Errorf("no PDF: %v", err)
		}
	})
}

// TestReopened: another process over the same database seals with the same
// certificate, and one with another key of the vault does not seal at all.
func TestReopened(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, err := w.Seal(t.Context(), who())
		if err != nil {
			t.Fatal(err)
		}
		again := archive.New(w.Config)
		second, err := again.Seal(t.Context(), who())
		if err != nil || !second.Cert.Equal(first.Cert) {
			t.Errorf("another certificate: %v", err)
		}
		err = w.book.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			var key []byte
			if err := tx.QueryRowContext(ctx, `SELECT key FROM letter_certificate WHERE role = 'seal'`).Scan(&key); err != nil {
				return err
			}
			if _, err := x509.ParsePKCS8PrivateKey(key); err == nil {
				t.Error("the key lies open in the database")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestAdopt: a house that is no demonstration makes no certificate of its own, and
// takes the one that it is given.
func TestAdopt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.Config
		c.Press = archivetest.Press(t, kinds(), false)
		house := archive.New(c)
		p, err := house.Get(t.Context(), who(), "petikan", "b1/p1", order("Siti"))
		if err != nil {
			t.Fatal(err)
		}
		if seals, err := letter.Seals(p.Body, nil); err != nil || len(seals) != 0 || w.entries(t, "foundation.letter.certified") != 0 {
			t.Errorf("a seal out of nothing: %v, %v", seals, err)
		}
		a, err := letter.NewAuthority(rand.Reader, "Otoritas")
		if err != nil {
			t.Fatal(err)
		}
		s, err := a.Issue(rand.Reader, "Sekretariat Daerah", "Setda")
		if err != nil {
			t.Fatal(err)
		}
		other, err := a.Issue(rand.Reader, "Lain", "Lain")
		if err != nil {
			t.Fatal(err)
		}
		certs := []*x509.Certificate{s.Cert, a.Cert}
		for key, err := range map[string]error{
			"letter.certificate.unfit": house.Adopt(t.Context(), who(), certs, other.Key),
			"":                         house.Adopt(t.Context(), who(), certs, s.Key),
		} {
			if got := fault.Of(err); (got == nil) != (key == "") || got != nil && got.Key != key {
				t.Errorf("%q: %v", key, err)
			}
		}
		if err := house.Adopt(t.Context(), who(), certs, s.Key); fault.Of(err) == nil || fault.Of(err).Key != "letter.certificate.twice" {
			t.Errorf("twice: %v", err)
		}
		w.clock.Set(start.AddDate(30, 0, 0))
		if err := house.Adopt(t.Context(), who(), []*x509.Certificate{other.Cert, a.Cert}, other.Key); fault.Of(err) == nil || fault.Of(err).Key != "letter.certificate.expired" {
			t.Errorf("expired: %v", err)
		}
		w.clock.Set(start.Add(time.Hour))
		p, err = house.Get(t.Context(), who(), "petikan", "b1/p2", order("Siti"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := house.Check(t.Context(), who(), p.Body)
		if err != nil || len(r.Seals) != 1 || r.Seals[0].Name != "Sekretariat Daerah" || !r.Seals[0].Trusted {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// TestEvidence: evidence has one form, and speaks of one entry.
func TestEvidence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if _, err := w.Get(t.Context(), who(), "petikan", "b1/p1", order("Siti")); err != nil {
			t.Fatal(err)
		}
		f, err := archive.EvidenceOf(t.Context(), w.book, 1)
		if err != nil {
			t.Fatal(err)
		}
		e, err := archive.ParseEvidence(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := e.Check(w.book.Verifier()); err != nil || n != 1 {
			t.Errorf("entry %d, %v", n, err)
		}
		for name, raw := range map[string]string{"another spelling": strings.Replace(string(f.Body), "\n ", "\n  ", 1), "another format": strings.Replace(string(f.Body), "evidence/1", "evidence/2", 1), "a field more": strings.Replace(string(f.Body), "{", "{\n \"x\": 1,", 1), "nothing": ""} {
			if _, err := archive.ParseEvidence([]byte(raw)); !errors.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		e.Kind = "merit.appoint.signed"
		if _, err := e.Check(w.book.Verifier()); err == nil {
			t.Error("another kind is taken")
		}
	})
}
