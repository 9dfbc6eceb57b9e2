package calendar_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/rule"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

// amendDay is after the carried edition was published.
var amendDay = time.Date(2026, time.November, 25, 9, 0, 0, 0, day.WIB)

func carriedText(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("../../../data/calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func parse(t testing.TB, text string) *calendar.Edition {
	t.Helper()
	e, err := calendar.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// revise makes the text of a later edition. Each pair is replaced once.
func revise(t testing.TB, from, id, previous string, pairs ...string) string {
	t.Helper()
	was := parse(t, from)
	pairs = append([]string{`edition: "` + was.ID + `"`, `edition: "` + id + `"`, `previous: "` + was.Previous + `"`, `previous: "` + previous + `"`}, pairs...)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(from, pairs[i]) {
			t.Fatalf("the edition no longer has %q", pairs[i])
		}
		from = strings.Replace(from, pairs[i], pairs[i+1], 1)
	}
	return from
}

const (
	oath   = `phase: oath, on: 2025-02-20, title: {id: "Pelantikan Gubernur`
	oath2  = `phase: oath, on: 2025-02-27, title: {id: "Pelantikan Gubernur`
	voters = `      - {id: dp4, track: dp4, from: 2024-04-24`
)

// dropLine removes the line that begins with the text.
func dropLine(t testing.TB, from, begin string) string {
	t.Helper()
	i := strings.Index(from, begin)
	if i < 0 {
		t.Fatalf("the edition no longer has %q", begin)
	}
	return from[:i] + from[i+strings.IndexByte(from[i:], '\n')+1:]
}

func officer() actor.Actor { return actor.OS("petugas", "id") }

func each(t *testing.T, fn func(t *testing.T, s *calendar.Service, clock *storetest.Clock)) {
	clock := storetest.NewClock(amendDay)
	base := parse(t, carriedText(t))
	ledgertest.Each(t, []store.Line{calendar.Migrations}, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		clock.Set(amendDay)
		fn(t, &calendar.Service{Book: book, Base: base, Now: clock.Now}, clock)
	}, storetest.WithClock(clock))
}

func entries(t testing.TB, book *ledger.Book) int64 {
	t.Helper()
	r, err := book.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r.Size
}

func TestAmend(t *testing.T) {
	each(t, func(t *testing.T, s *calendar.Service, clock *storetest.Clock) {
		ctx := context.Background()
		if e, err := s.Current(ctx); err != nil || e.ID != "2026-1" {
			t.Fatalf("before: %v, %v", e, err)
		}
		second := revise(t, carriedText(t), "2026-2", "2026-1", oath, oath2)
		got, err := s.Amend(ctx, officer(), calendar.AmendInput{Name: "new.yaml", File: []byte(second), Note: " Keppres 15/P Tahun 2025 "})
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		if err := calendar.WriteAmended(&said, catalogue(t), text.EN, got); err != nil || !strings.Contains(said.String(), "Edition 2026-2 is in force and replaces 2026-1. Recorded as entry 0.") ||
			!strings.Contains(said.String(), "stage moved: GUB24, Inauguration of the Governor: Thursday, 20 February 2025 → Thursday, 27 February 2025") {
			t.Errorf("%v:\n%s", err, said.String())
		}
		if got.Edition.ID != "2026-2" || got.Receipt.Kind != "advise.calendar.amended" {
			t.Errorf("amended %s, entry %s", got.Edition.ID, got.Receipt.Kind)
		}
		for _, want := range []string{`"note":"Keppres 15/P Tahun 2025"`, `"previous":"2026-1"`, `"stage_moved":1`, `"subject":"edition:2026-2"`, `"actor":"os:petugas"`, got.Edition.SHA256} {
			if !strings.Contains(string(got.Receipt.Body), want) {
				t.Errorf("the record lacks %s: %s", want, got.Receipt.Body)
			}
		}
		clock.Step(time.Hour)
		third := revise(t, second, "2026-3", "2026-2", oath2, oath)
		if _, err := s.Amend(ctx, officer(), calendar.AmendInput{File: []byte(third), Note: "kembali"}); err != nil {
			t.Fatal(err)
		}
		// A process that starts now sees the same line, and every text as it was.
		fresh := &calendar.Service{Book: s.Book, Base: parse(t, carriedText(t)), Now: clock.Now}
		for _, svc := range []*calendar.Service{s, fresh} {
			all, err := svc.Editions(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, is := range all {
				ids = append(ids, is.ID)
			}
			if strings.Join(ids, " ") != "2026-1 2026-2 2026-3" || !all[0].Carried || all[1].Carried || all[1].Why != "Keppres 15/P Tahun 2025" || all[1].By != "os:petugas" {
				t.Errorf("line %v: %+v", ids, all[1])
			}
			if string(all[0].File()) != carriedText(t) || string(all[1].File()) != second || string(all[2].File()) != third {
				t.Error("a text is not as it was given")
			}
			if e, err := svc.Current(ctx); err != nil || e.ID != "2026-3" {
				t.Errorf("in force: %v, %v", e, err)
			}
		}
		e, err := s.On(ctx, day.Of(2025, time.February, 19))
		if err != nil || e.Edition.ID != "2026-3" || e.Kinds[2].Standing != "candidate" {
			t.Errorf("state %+v, %v", e, err)
		}
	})
}

// What is refused leaves nothing: no row, no entry, and the same edition in
// force.
func TestAmendRefuses(t *testing.T) {
	text := carriedText(t)
	next := revise(t, text, "2026-2", "2026-1", oath, oath2)
	each(t, func(t *testing.T, s *calendar.Service, _ *storetest.Clock) {
		ctx := context.Background()
		for _, c := range []struct {
			name string
			who  actor.Actor
			in   calendar.AmendInput
			kind fault.Kind
			key  string
		}{
			{"nobody known", actor.Anonymous("page", "id"), calendar.AmendInput{File: []byte(next), Note: "x"}, fault.Denied, "calendar.amend_denied"},
			{"no reason", officer(), calendar.AmendInput{File: []byte(next), Note: " \n"}, fault.Invalid, "fault.fields"},
			{"endless reason", officer(), calendar.AmendInput{File: []byte(next), Note: strings.Repeat("a", 501)}, fault.Invalid, "fault.fields"},
			{"broken reason", officer(), calendar.AmendInput{File: []byte(next), Note: "a\x00\xff"}, fault.Invalid, "fault.fields"},
			{"no file", officer(), calendar.AmendInput{Note: "x"}, fault.Invalid, "calendar.file_refused"},
			{"too large", officer(), calendar.AmendInput{File: make([]byte, calendar.MaxFileBytes+1), Note: "x"}, fault.TooLarge, "calendar.file_large"},
			{"same id", officer(), calendar.AmendInput{File: []byte(text), Note: "x"}, fault.Conflict, "calendar.edition_taken"},
			{"another previous", officer(), calendar.AmendInput{File: []byte(revise(t, text, "2026-3", "2026-2")), Note: "x"}, fault.Conflict, "calendar.not_next"},
			{"no previous", officer(), calendar.AmendInput{File: []byte(revise(t, text, "2026-3", "")), Note: "x"}, fault.Conflict, "calendar.not_next"},
			{"published before", officer(), calendar.AmendInput{File: []byte(revise(t, next, "2026-2", "2026-1", "published: 2026-11-22", "published: 2026-11-21")), Note: "x"}, fault.Invalid, "fault.fields"},
			{"published tomorrow", officer(), calendar.AmendInput{File: []byte(revise(t, next, "2026-2", "2026-1", "published: 2026-11-22", "published: 2026-11-26")), Note: "x"}, fault.Invalid, "fault.fields"},
		} {
			_, err := s.Amend(ctx, c.who, c.in)
			if f := fault.Of(err); f == nil || f.Kind != c.kind || f.Key != c.key {
				t.Errorf("%s: %v, want %s %s", c.name, err, c.kind, c.key)
			}
		}
		// A wrong date is told with file and line.
		bad := strings.Replace(next, "on: 2023-11-13", "on: 2023-11-31", 1)
		_, err := s.Amend(ctx, officer(), calendar.AmendInput{Name: "new.yaml", File: []byte(bad), Note: "x"})
		line := strings.Count(bad[:strings.Index(bad, "on: 2023-11-31")], "\n") + 1
		if ps := rule.ProblemsOf(err); len(ps) != 1 || ps[0].File != "new.yaml" || ps[0].Line != line || !errors.Is(err, fault.Invalid) {
			t.Errorf("%v, want line %d", err, line)
		}
		if n := entries(t, s.Book); n != 0 {
			t.Errorf("%d entries were written", n)
		}
		all, err := s.Editions(ctx)
		if err != nil || len(all) != 1 || all[0].ID != "2026-1" {
			t.Errorf("editions %v, %v", all, err)
		}
	})
}

// In a demonstration the clock may stand years before the carried edition was
// published. Amending works, and no event is older than it was.
func TestAmendInDemonstration(t *testing.T) {
	second := revise(t, carriedText(t), "2026-2", "2026-1", oath, oath2)
	each(t, func(t *testing.T, s *calendar.Service, clock *storetest.Clock) {
		clock.Set(time.Date(2023, time.October, 19, 9, 0, 0, 0, day.WIB))
		if _, err := s.Amend(context.Background(), officer(), calendar.AmendInput{File: []byte(second), Note: "x"}); err != nil {
			t.Fatal(err)
		}
		oath := checkFeed(t, feed(t, s, calendar.FeedInput{}))["gub24.oath@kalender.netral"]
		if oath.get(t, "SEQUENCE").value != "1" || oath.get(t, "LAST-MODIFIED").value != oath.get(t, "CREATED").value {
			t.Errorf("%+v", oath)
		}
	})
}

// Of officers who start from the same edition exactly one succeeds.
func TestAmendRace(t *testing.T) {
	text := carriedText(t)
	each(t, func(t *testing.T, s *calendar.Service, _ *storetest.Clock) {
		const n = 8
		errs := make(chan error, n)
		for i := range n {
			file := []byte(revise(t, text, "2026-2"+string(rune('a'+i)), "2026-1"))
			go func() {
				_, err := s.Amend(context.Background(), officer(), calendar.AmendInput{File: file, Note: "x"})
				errs <- err
			}()
		}
		ok := 0
		for range n {
			if err := <-errs; err == nil {
				ok++
			} else if fault.Of(err).Key != "calendar.not_next" {
				t.Error(err)
			}
		}
		if size := entries(t, s.Book); ok != 1 || size != 1 {
			t.Errorf("%d succeeded, %d entries", ok, size)
		}
	})
}

// A later Netral carries an edition that follows the line, or one that does
// not know of it.
func TestCarriedEditionMovesOn(t *testing.T) {
	text := carriedText(t)
	second := revise(t, text, "2026-2", "2026-1", oath, oath2)
	each(t, func(t *testing.T, s *calendar.Service, clock *storetest.Clock) {
		ctx := context.Background()
		if _, err := s.Amend(ctx, officer(), calendar.AmendInput{File: []byte(second), Note: "x"}); err != nil {
			t.Fatal(err)
		}
		follows := &calendar.Service{Book: s.Book, Base: parse(t, revise(t, second, "2027-1", "2026-2")), Now: clock.Now}
		if e, err := follows.Current(ctx); err != nil || e.ID != "2027-1" {
			t.Errorf("one that follows: %v, %v", e, err)
		}
		if all, err := follows.Editions(ctx); err != nil || len(all) != 3 {
			t.Errorf("line: %v, %v", all, err)
		}
		stranger := &calendar.Service{Book: s.Book, Base: parse(t, revise(t, text, "2027-9", "2026-1")), Now: clock.Now}
		if e, err := stranger.Current(ctx); err != nil || e.ID != "2026-2" {
			t.Errorf("one that does not: %v, %v", e, err)
		}
		// The line goes on from the carried one, which is then kept.
		third := revise(t, second, "2027-2", "2027-1")
		if _, err := follows.Amend(ctx, officer(), calendar.AmendInput{File: []byte(third), Note: "x"}); err != nil {
			t.Fatal(err)
		}
		if all, err := s.Editions(ctx); err != nil || len(all) != 4 || all[2].ID != "2027-1" || !all[2].Carried {
			t.Errorf("line: %v, %v", all, err)
		}
	})
}

// A text that was altered in the database is never used.
func TestDamagedEdition(t *testing.T) {
	second := revise(t, carriedText(t), "2026-2", "2026-1", oath, oath2)
	base := parse(t, carriedText(t))
	ledgertest.Each(t, []store.Line{calendar.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		ctx := context.Background()
		s := &calendar.Service{Book: book, Base: base, Now: time.Now}
		if _, err := s.Amend(ctx, officer(), calendar.AmendInput{File: []byte(second), Note: "x"}); err != nil {
			t.Fatal(err)
		}
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE advise_calendar_edition SET file = $1 WHERE edition = $2`, []byte(strings.Replace(second, oath2, oath, 1)), "2026-2")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		fresh := &calendar.Service{Book: book, Base: base, Now: time.Now}
		if _, err := fresh.Current(ctx); fault.Of(err) == nil || fault.Of(err).Key != "calendar.damaged" {
			t.Errorf("got %v", err)
		}
	}, storetest.WithClock(storetest.NewClock(amendDay)))
}

func TestWriteText(t *testing.T) {
	cat, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &calendar.Service{Base: parse(t, carriedText(t)), Now: func() time.Time { return amendDay }}
	for lang, wants := range map[string][]string{
		"id": {"edisi 2026-1", "Senin, 13 November 2023", "Presiden\n  Tahap: sesudah penetapan, sebelum kampanye\n  Kedudukan peserta: calon\n", "KASN", "Presiden, Kedudukan peserta: bakal calon → calon", "Perubahan berikutnya: Selasa, 14 November 2023"},
		"en": {"edition 2026-1", "Monday, 13 November 2023", "President\n  Stage: after determination, before the campaign\n", "President, Standing of contestants: hopefuls → candidates", "Next change: Tuesday, 14 November 2023"},
	} {
		var b strings.Builder
		if err := s.WriteText(context.Background(), &b, cat, lang, day.Of(2023, time.November, 13)); err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s lacks %q:\n%s", lang, want, b.String())
			}
		}
		if strings.Contains(b.String(), "⟦") {
			t.Errorf("a message is missing:\n%s", b.String())
		}
	}
}
