package promote_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/merit/promote"
	"netral/internal/store"
)

// A filed presentation is part of the record from its day on, with its source
// and the reply, and decides nothing.
func TestPresentationsAreInTheRecord(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		ctx := context.Background()
		check := func(on day.Day) promote.Checked {
			t.Helper()
			c, err := s.Check(ctx, rini(), promote.CheckInput{Person: "rini", Post: "camat", On: on})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		filed := day.Of(2023, time.December, 20)
		before := check(filed + 1)
		p := promote.Presented{Call: "c1", Person: "rini", Title: "Lurah", Programme: "Paparan", Number: 3, Held: filed - 7, From: filed, Points: 12.5, Most: 15, Panel: 3, Reply: "Sudah saya perbaiki."}
		keep := func() error {
			_, err := s.Book.Write(ctx, officer(), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
				return ledger.Entry{Kind: "merit.callup.filed", Subject: "call:c1"}, promote.KeepPresented(ctx, tx, p)
			})
			return err
		}
		if err := keep(); err != nil {
			t.Fatal(err)
		}
		after := check(filed + 1)
		if len(after.Presented) != 1 {
			t.Fatalf("in the record: %+v", after.Presented)
		}
		got := after.Presented[0]
		if got.At.IsZero() {
			t.Error("nobody can tell when it came in")
		}
		if got.At = p.At; got != p {
			t.Errorf("kept %+v, filed %+v", got, p)
		}
		if after.Answer != before.Answer || len(after.Req) != len(before.Req) {
			t.Errorf("the answer was %s and is %s: a presentation decides nothing", before.Answer, after.Answer)
		}
		if was := check(filed - 1); len(was.Presented) != 0 {
			t.Errorf("the day before it was filed: %+v", was.Presented)
		}
		if err := keep(); err == nil {
			t.Error("the same result was filed twice")
		}
	})
}

// Where nothing is kept about cases, it is asked only about whom something says
// that one may run, and only for those who may see cases.
func TestACaseThatMayRunIsAskedAbout(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, w *world) {
		ctx := context.Background()
		s.Without = []string{"case"}
		for id, r := range w.people {
			r.Case = promote.Datum[string]{}
			w.people[id] = r
		}
		in := promote.CheckInput{Person: "rini", Post: "camat", On: day.None}
		list := promote.ListInput{Post: "camat", On: day.None, Answers: promote.Answers(), Limit: 50}
		look := func(see bool) (promote.Checked, promote.Listed) {
			t.Helper()
			who := officer()
			if see {
				who = inspector()
			}
			c, err := s.Check(ctx, who, in)
			if err != nil {
				t.Fatal(err)
			}
			l, err := s.List(ctx, who, list)
			if err != nil {
				t.Fatal(err)
			}
			return c, l
		}
		asked := func(c promote.Checked) bool {
			return slices.ContainsFunc(c.Req, func(q promote.Requirement) bool { return q.Matter == "case" })
		}
		row := func(l promote.Listed) promote.ListRow {
			return l.Rows[slices.IndexFunc(l.Rows, func(r promote.ListRow) bool { return r.Person == "rini" })]
		}
		was, wasList := look(false)
		quiet, _ := look(true)
		if asked(was) || asked(quiet) || !slices.Equal(quiet.Hidden, []string{"case"}) {
			t.Fatalf("nothing is known of a case and it is asked about: %v", quiet.Hidden)
		}
		r := w.people["rini"]
		r.CaseOpen = true
		w.people["rini"] = r
		w.version++
		blind, blindList := look(false)
		if asked(blind) || blind.Answer != was.Answer || !slices.Equal(blind.Hidden, was.Hidden) || row(blindList).Answer != row(wasList).Answer {
			t.Errorf("who may not see cases reads %s and %s, before %s and %s", blind.Answer, row(blindList).Answer, was.Answer, row(wasList).Answer)
		}
		seen, seenList := look(true)
		if !asked(seen) || slices.Contains(seen.Hidden, "case") {
			t.Errorf("who may see cases is told nothing: hidden %v", seen.Hidden)
		}
		if seen.Answer == promote.Eligible || seen.Answer == promote.Held {
			t.Errorf("with a case that may run the answer is %s", seen.Answer)
		}
		if x := row(seenList); !slices.Contains(x.Missing, "case") {
			t.Errorf("the list says %s, missing %v", x.Answer, x.Missing)
		}
		for _, x := range seenList.Rows {
			if x.Person != "rini" && slices.Contains(x.Missing, "case") {
				t.Errorf("%s is asked about a case of which nothing is known", x.Person)
			}
		}
		// What another slice asks, which decides.
		err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			rini := promote.Candidate{Person: "rini", Post: "camat"}
			all, err := s.Decide(ctx, tx, []promote.Candidate{rini}, seen.On)
			a := all[rini]
			if err == nil && (a.Answer == promote.Eligible || a.Answer == promote.Held) {
				t.Errorf("a decree is told %s", a.Answer)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
