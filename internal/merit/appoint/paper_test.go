package appoint_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/letter/archive/archivetest"
	"netral/internal/merit/appoint"
	"netral/internal/store"
)

// shelved is the world with an archive.
func (w *world) shelved(t *testing.T) {
	w.Archive = archivetest.Open(t, w.Book, w.Now, appoint.PaperKinds())
	w.Chief = func(_ context.Context, _ *store.Tx, post string, _ day.Day) (appoint.Superior, error) {
		return appoint.Superior{Name: "Ibu Atasan", NIP: "nip-atasan", Title: "Kepala Dinas " + post[:1]}, nil
	}
}

// count of the papers that were written down.
func issued(t *testing.T, w *world) int {
	t.Helper()
	all, err := w.Book.Latest(t.Context(), -1, 100, ledger.Filter{Kind: "foundation.letter.issued"})
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestPapers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.shelved(t)
		ctx := t.Context()
		draft := w.open(t, appoint.Acting)
		_, err := w.Paper(ctx, office(), appoint.PaperDecree, draft.ID, "")
		want(t, err, fault.NotFound, "appoint.paper.unsigned")

		b := w.signed(t)
		_, err = w.Paper(ctx, citizen(), appoint.PaperDecree, b.ID, "")
		want(t, err, fault.Denied, "appoint.denied")
		_, err = w.Paper(ctx, office(), appoint.PaperOath, b.ID, "")
		want(t, err, fault.Conflict, "appoint.paper.unsworn")
		_, err = w.Paper(ctx, office(), appoint.PaperDuty, b.ID, "a1")
		want(t, err, fault.Conflict, "appoint.paper.not_in_force")
		if n := issued(t, w); n != 0 {
			t.Fatalf("%d papers were written down before there was one", n)
		}

		decree, err := w.Paper(ctx, office(), appoint.PaperDecree, b.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Paper(ctx, governor(), appoint.PaperDecree, b.ID, "")
		if err != nil || !bytes.Equal(again.Body, decree.Body) || issued(t, w) != 1 {
			t.Fatalf("the second time: %v, %d entries", err, issued(t, w))
		}
		// What it carries is the published proof, and it checks by itself.
		files, err := letter.Files(decree.Body)
		if err != nil || len(files) != 1 || files[0].Name != "pelantikan-2023-1.jsonl" {
			t.Fatalf("carried: %v, %v", files, err)
		}
		f, err := appoint.Parse(files[0].Body)
		if err != nil {
			t.Fatal(err)
		}
		if r := f.Check(w.Book.Verifier()); !r.Clean() || !r.Keyed || r.Rows != 5 {
			t.Errorf("the carried proof: %+v", r)
		}

		// Only the person and the office have an extract.
		for who, ok := range map[string]bool{"c1": true, "pa1": false} {
			_, err := w.Paper(ctx, person(who, ""), appoint.PaperExtract, b.ID, "a1")
			if (err == nil) != ok {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}

func TestPapersAfterTheOath(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.shelved(t)
		ctx := t.Context()
		b := w.signed(t)
		w.clock.Set(date("2023-12-27").Start().Add(9 * 3600e9))
		work, err := w.Work(ctx, office(), b.ID)
		if err != nil {
			t.Fatal(err)
		}
		absent := ""
		for _, l := range work.Lines {
			if l.Post == "b1" {
				absent = l.Post
				continue
			}
			if _, err := w.CheckIn(ctx, office(), b.ID, l.Code); err != nil {
				t.Fatal(err)
			}
		}
		if b, _, err = w.Oath(ctx, office(), appoint.OathInput{Batch: b.ID, Version: work.Version, Witnesses: []string{"Ani", "Budi"}, Absent: []appoint.Absence{{Post: absent, Why: "Sakit"}}}); err != nil {
			t.Fatal(err)
		}
		oath, err := w.Paper(ctx, office(), appoint.PaperOath, b.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		files, err := letter.Files(oath.Body)
		if err != nil || len(files) != 1 || files[0].Name != archive.EvidenceFile {
			t.Fatalf("carried: %v, %v", files, err)
		}
		e, err := archive.ParseEvidence(files[0].Body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Check(w.Book.Verifier()); err != nil || e.Kind != "merit.appoint.sworn" {
			t.Errorf("evidence of the oath: %s, %v", e.Kind, err)
		}
		e.Body = bytes.Replace(e.Body, []byte("Ani"), []byte("Eni"), 1)
		if _, err := e.Check(w.Book.Verifier()); err == nil {
			t.Error("evidence with another witness is taken")
		}

		// A later oath makes another record, and the first stays.
		w.clock.Set(date("2023-12-28").Start().Add(9 * 3600e9))
		for _, l := range work.Lines {
			if l.Post == absent {
				if _, err := w.CheckIn(ctx, office(), b.ID, l.Code); err != nil {
					t.Fatal(err)
				}
			}
		}
		if b, _, err = w.Oath(ctx, office(), appoint.OathInput{Batch: b.ID, Version: b.Version, Witnesses: []string{"Ani", "Budi"}}); err != nil {
			t.Fatal(err)
		}
		second, err := w.Paper(ctx, office(), appoint.PaperOath, b.ID, "")
		if err != nil || second.Sum == oath.Sum {
			t.Errorf("the record of the second oath is that of the first: %v", err)
		}

		if b, _, err = w.Effect(ctx, office(), b.ID, b.Version); err != nil {
			t.Fatal(err)
		}
		duty, err := w.Paper(ctx, person("c1", ""), appoint.PaperDuty, b.ID, "a1")
		if err != nil {
			t.Fatal(err)
		}
		rep, err := w.Archive.Check(ctx, actor.Anonymous("page", "id"), duty.Body)
		if err != nil || rep.State != archive.Genuine || rep.Paper.Kind != appoint.PaperDuty || rep.Paper.Path != "/pelantikan/2023/1" {
			t.Errorf("checked: %+v, %v", rep, err)
		}
	})
}

// TestCancelledPapers: what was published stays readable, and nobody gets a paper
// for a post that they do not get.
func TestCancelledPapers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.shelved(t)
		b := w.signed(t)
		b, _, err := w.Cancel(t.Context(), governor(), b.ID, b.Version, "Salah satu jabatan dihapus")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Paper(t.Context(), office(), appoint.PaperDecree, b.ID, ""); err != nil {
			t.Error(err)
		}
		_, err = w.Paper(t.Context(), person("c1", ""), appoint.PaperExtract, b.ID, "a1")
		want(t, err, fault.Conflict, "appoint.paper.cancelled")
	})
}

// TestNameThatCannotBePrinted: a name is never printed with a hole in it.
func TestNameThatCannotBePrinted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.shelved(t)
		p := w.people["c1"]
		p.Name = "Calon 王"
		w.people["c1"] = p
		b := w.signed(t)
		_, err := w.Paper(t.Context(), office(), appoint.PaperDecree, b.ID, "")
		want(t, err, fault.Invalid, "letter.glyph")
		if err != nil && !strings.Contains(err.Error(), "王") && fault.Of(err).Args[0] != "王 (U+738B)" {
			t.Errorf("the refusal does not name the letter: %v", fault.Of(err).Args)
		}
		if n := issued(t, w); n != 0 {
			t.Errorf("%d papers were written down", n)
		}
	})
}
