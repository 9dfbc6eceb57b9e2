package promote_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/merit/promote"
	"netral/internal/rule"
)

func file(t *testing.T, s *promote.Service, k promote.PaperKind, person, post, value string) promote.Paper {
	t.Helper()
	p, _, err := s.FilePaper(context.Background(), officer(), promote.PaperInput{Kind: k, Person: person, Post: post, Value: value, Number: "7/BKD/2023", Dated: on("2023-12-01"), From: day.None, Until: day.None})
	if err != nil {
		t.Fatalf("file %s: %v", k, err)
	}
	return p
}

// From nothing on file to eligible: each paper lifts one hold.
func TestPapersLiftHolds(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		ctx := context.Background()
		check := func() promote.Checked {
			c, err := s.Check(ctx, rini(), promote.CheckInput{Person: "rini", Post: "camat", On: day.None})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		holds := func() (out []string) {
			for _, q := range check().Req {
				if q.Outcome == rule.Conditional {
					out = append(out, q.Matter)
				}
			}
			return out
		}
		if got := strings.Join(holds(), " "); got != "field competence integrity health acting bkn" {
			t.Fatalf("held by %s", got)
		}
		file(t, s, promote.Field, "rini", "camat", "related")
		competence := file(t, s, promote.Competence, "rini", "", "met")
		file(t, s, promote.Integrity, "rini", "", "clear")
		file(t, s, promote.Health, "rini", "", "fit")
		file(t, s, promote.Consideration, "", "camat", "given")
		if c := check(); c.Answer != promote.Held {
			t.Errorf("without the minister: %s", c.Answer)
		}
		file(t, s, promote.Approval, "", "camat", "given")
		if c := check(); c.Answer != promote.Eligible {
			t.Errorf("all there: %s, held by %v", c.Answer, holds())
		}
		if _, err := s.WithdrawPaper(ctx, officer(), competence.ID, "salah orang"); err != nil {
			t.Fatal(err)
		}
		if c := check(); c.Answer != promote.Held {
			t.Errorf("withdrawn: %s", c.Answer)
		}
		_, err := s.WithdrawPaper(ctx, officer(), competence.ID, "lagi")
		wantFault(t, err, fault.NotFound, "promote.paper.unknown")
		got := kinds(t, s)
		if n := len(got); n != 7 || got[n-1] != "merit.promote.paperwithdrawn" {
			t.Errorf("entries: %v", got)
		}
	})
}

func TestBadPapers(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		ctx := context.Background()
		good := promote.PaperInput{Kind: promote.Health, Person: "rini", Value: "fit", Number: "1", Dated: on("2023-12-01"), From: day.None, Until: day.None}
		for _, x := range []struct {
			name, field, key string
			change           func(*promote.PaperInput)
		}{
			{"a kind that is none", "kind", "promote.check.one", func(p *promote.PaperInput) { p.Kind = "age" }},
			{"a value of another kind", "value", "promote.check.one", func(p *promote.PaperInput) { p.Value = "given" }},
			{"none is no paper", "value", "promote.check.one", func(p *promote.PaperInput) { p.Value = "none" }},
			{"no number", "number", "promote.check.empty", func(p *promote.PaperInput) { p.Number = " " }},
			{"no date", "dated", "promote.check.empty", func(p *promote.PaperInput) { p.Dated = day.None }},
			{"a date to come", "dated", "promote.paper.ahead", func(p *promote.PaperInput) { p.Dated = on("2024-01-01") }},
			{"an end before the beginning", "until", "promote.check.order", func(p *promote.PaperInput) { p.Until = on("2023-11-01") }},
			{"an approval about a person", "post", "promote.paper.post", func(p *promote.PaperInput) { p.Kind, p.Value = promote.Approval, "given" }},
			{"a certificate about nobody", "person", "promote.check.person", func(p *promote.PaperInput) { p.Person = "" }},
			{"a note that is a book", "note", "promote.check.long", func(p *promote.PaperInput) { p.Note = strings.Repeat("x", 3000) }},
		} {
			in := good
			x.change(&in)
			_, _, err := s.FilePaper(ctx, officer(), in)
			if !hasField(err, x.field, x.key) {
				t.Errorf("%s: %v, want %s on %s", x.name, err, x.key, x.field)
			}
		}
		mine := good
		mine.Person = "rini"
		who := officer()
		who.Person = "rini"
		_, _, err := s.FilePaper(ctx, who, mine)
		wantFault(t, err, fault.Denied, "promote.paper.own")
		_, _, err = s.FilePaper(ctx, rini(), promote.PaperInput{Kind: promote.Health, Person: "dewi", Value: "fit", Number: "1", Dated: on("2023-12-01"), From: day.None, Until: day.None})
		wantFault(t, err, fault.Denied, "promote.denied")
		gone := good
		gone.Person = "nobody"
		_, _, err = s.FilePaper(ctx, officer(), gone)
		wantFault(t, err, fault.NotFound, "promote.person.unknown")
		if got := kinds(t, s); len(got) != 0 {
			t.Errorf("refused papers were written down: %v", got)
		}
	})
}

// A running case is seen by who may, and does not leak into the answer, the
// list or the count of those who may not.
func TestCasesDoNotLeak(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, w *world) {
		ctx := context.Background()
		in := promote.CheckInput{Person: "gasing", Post: "camat", On: day.None}
		blind, err := s.Check(ctx, officer(), in)
		if err != nil {
			t.Fatal(err)
		}
		clean := w.people["gasing"]
		clean.Case = some("none")
		seen, err := s.Check(ctx, inspector(), in)
		if err != nil {
			t.Fatal(err)
		}
		if seen.Answer != promote.NotYet {
			t.Errorf("who may see the case reads %s", seen.Answer)
		}
		w.people["gasing"] = clean
		without, err := s.Check(ctx, officer(), in)
		if err != nil {
			t.Fatal(err)
		}
		if blind.Answer != without.Answer || blind.From != without.From || len(blind.Req) != len(without.Req) {
			t.Errorf("with a case %s from %s, without %s from %s: it leaks", blind.Answer, blind.From, without.Answer, without.From)
		}
		if !slices.Equal(blind.Hidden, []string{"case"}) {
			t.Errorf("hidden: %v: whoever does not see something is told so", blind.Hidden)
		}
	})
}

func TestList(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, w *world) {
		ctx := context.Background()
		list := func(in promote.ListInput) promote.Listed {
			t.Helper()
			in.Post, in.On = "camat", day.None
			l, err := s.List(ctx, officer(), in)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		l := list(promote.ListInput{})
		if l.Total != 5 || l.Counts[promote.Held] != 3 || l.Counts[promote.NotYet] != 1 || l.Counts[promote.Undecided] != 1 {
			t.Errorf("counts %v of %d", l.Counts, l.Total)
		}
		if len(l.Rows) != 3 || l.Rows[0].Person != "gasing" || !slices.Contains(l.Rows[0].Holds, "health") || !slices.Contains(l.Rows[0].Warns, "spin") {
			t.Errorf("rows %+v", l.Rows)
		}
		if len(l.Why) != 2 {
			t.Errorf("why: %+v", l.Why)
		}
		no := list(promote.ListInput{Answers: []promote.Answer{promote.NotYet, promote.Undecided}})
		if len(no.Rows) != 2 || !slices.Equal(no.Rows[0].Missing, []string{"rating"}) || !slices.Equal(no.Rows[1].Bars, []string{"education"}) {
			t.Errorf("not: %+v", no.Rows)
		}
		first := list(promote.ListInput{Limit: 2})
		rest := list(promote.ListInput{Limit: 2, After: first.Next})
		if e, err := s.Book.Latest(ctx, -1, 1, ledger.Filter{}); err != nil || e[0].Kind != "merit.promote.listed" || !bytes.Contains(e[0].Body, []byte(`"after":"kadis"`)) {
			t.Errorf("a later page leaves no entry: %+v, %v", e, err)
		}
		if len(first.Rows) != 2 || first.Next != "kadis" || len(rest.Rows) != 1 || rest.Rows[0].Person != "rini" || rest.Next != "" {
			t.Errorf("pages: %+v then %+v", first.Rows, rest.Rows)
		}
		// A change of the records, or a paper, is seen at once.
		x := w.people["ujang"]
		x.Education = some("S-1")
		w.people["ujang"] = x
		w.version++
		if l := list(promote.ListInput{}); l.Counts[promote.NotYet] != 0 {
			t.Errorf("after a change: %v", l.Counts)
		}
		for _, k := range []promote.PaperKind{promote.Competence, promote.Integrity, promote.Health, promote.Field} {
			file(t, s, k, "rini", "", map[promote.PaperKind]string{promote.Competence: "met", promote.Integrity: "clear", promote.Health: "fit", promote.Field: "related"}[k])
		}
		file(t, s, promote.Approval, "", "camat", "given")
		file(t, s, promote.Consideration, "", "camat", "given")
		if l := list(promote.ListInput{}); l.Counts[promote.Eligible] != 1 || l.Rows[0].Person != "rini" {
			t.Errorf("with papers: %v %+v", l.Counts, l.Rows)
		}
		_, err := s.List(ctx, rini(), promote.ListInput{Post: "camat", On: day.None})
		wantFault(t, err, fault.Denied, "promote.denied")
		_, err = s.List(ctx, officer(), promote.ListInput{Post: "nowhere", On: day.None})
		wantFault(t, err, fault.NotFound, "promote.post.unknown")
		_, err = s.List(ctx, officer(), promote.ListInput{Post: "camat", On: day.None, Answers: []promote.Answer{"yes"}})
		if !hasField(err, "answer", "promote.check.one") {
			t.Errorf("an answer that is none: %v", err)
		}
		_, err = s.Open(ctx, rini(), "", day.None)
		wantFault(t, err, fault.Denied, "promote.denied")
	})
}

func TestPolicy(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, w *world) {
		ctx := context.Background()
		none := w.people["rini"]
		none.Trainings = some([]promote.Training{})
		w.people["rini"] = none
		set := func(value, from string) error {
			_, _, err := s.SetPolicy(ctx, officer(), promote.PolicyInput{Fact: "policy_training", Value: value, From: on(from), Decree: "Pergub 9/2024", Reason: "Arahan"})
			return err
		}
		for _, x := range [][2]string{{"before", "2024-01-15"}, {"off", "2024-03-01"}} {
			if err := set(x[0], x[1]); err != nil {
				t.Fatal(err)
			}
		}
		for at, want := range map[string]rule.Outcome{"2023-12-27": rule.Caution, "2024-01-14": rule.Caution, "2024-01-15": rule.Prohibited, "2024-02-29": rule.Prohibited, "2024-03-01": rule.Allowed} {
			c, err := s.Check(ctx, rini(), promote.CheckInput{Person: "rini", Post: "camat", On: on(at)})
			if err != nil {
				t.Fatal(err)
			}
			if q := get(t, c.Assessment, "training"); q.Outcome != want {
				t.Errorf("%s: %s, want %s", at, q.Outcome, want)
			}
		}
		err := set("before", "2023-12-26")
		if !hasField(err, "from", "promote.policy.back") {
			t.Errorf("reaching back: %v", err)
		}
		err = set("sometimes", "2024-02-01")
		if !hasField(err, "value", "promote.check.one") {
			t.Errorf("no such value: %v", err)
		}
		_, _, err = s.SetPolicy(ctx, officer(), promote.PolicyInput{Fact: "policy_training", Value: "before", Months: 3, From: on("2024-02-01"), Decree: "x", Reason: "y"})
		if !hasField(err, "months", "promote.policy.no_months") {
			t.Errorf("months for nothing: %v", err)
		}
		_, _, err = s.SetPolicy(ctx, rini(), promote.PolicyInput{Fact: "policy_training", Value: "off", From: on("2024-02-01"), Decree: "x", Reason: "y"})
		wantFault(t, err, fault.Denied, "promote.denied")
		if got := kinds(t, s); len(got) != 2 {
			t.Errorf("entries: %v", got)
		}
	})
}

// What is assumed in a simulation changes the answer and nothing else.
func TestSimulation(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		ctx := context.Background()
		who := rini()
		who.Person = "ujang"
		c, err := s.Check(ctx, who, promote.CheckInput{Person: "ujang", Post: "camat", On: day.None})
		if err != nil || c.Answer != promote.NotYet || len(c.If) == 0 || c.If[0].Fact != "education" || c.If[0].Hand != promote.HandSelf {
			t.Fatalf("%v %s if %v", err, c.Answer, c.If)
		}
		c, err = s.Check(ctx, who, promote.CheckInput{Person: "ujang", Post: "camat", On: day.None, Set: rule.Facts{"education": "S-1"}})
		if err != nil || c.Answer != promote.Held {
			t.Errorf("with a degree: %v %s", err, c.Answer)
		}
		for f, v := range map[string]string{"age": "a0", "mark": "none", "nonsense": "x", "education": "Z"} {
			_, err := s.Check(ctx, who, promote.CheckInput{Person: "ujang", Post: "camat", On: day.None, Set: rule.Facts{f: v}})
			if fault.Of(err) == nil || fault.Of(err).Kind != fault.Invalid {
				t.Errorf("assuming %s=%s: %v", f, v, err)
			}
		}
		if got := kinds(t, s); len(got) != 0 {
			t.Errorf("looking at oneself was written down: %v", got)
		}
		_, err = s.Check(ctx, rini(), promote.CheckInput{Person: "ujang", Post: "camat", On: day.None})
		wantFault(t, err, fault.Denied, "promote.denied")
		_, err = s.Check(ctx, officer(), promote.CheckInput{Person: "ujang", Level: "raja", On: day.None})
		if !hasField(err, "level", "promote.check.one") {
			t.Errorf("no such level: %v", err)
		}
	})
}

// A short post is set apart with a cause, the person answers, and both are
// shown beside the figure.
func TestSpinExcuseAndReply(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		ctx := context.Background()
		look := func() promote.Checked {
			c, err := s.Check(ctx, officer(), promote.CheckInput{Person: "gasing", Post: "camat", On: day.None})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		if c := look(); c.Spin.Run != 2 || get(t, c.Assessment, "spin").Outcome != rule.Caution {
			t.Fatalf("run %d", c.Spin.Run)
		}
		if _, err := s.Excuse(ctx, officer(), promote.ExcuseInput{Person: "gasing", Tenure: "g1", Cause: "abolished", Note: "Pergub 57/2022"}); err != nil {
			t.Fatal(err)
		}
		who := rini()
		who.Person = "gasing"
		if _, _, err := s.Answer(ctx, who, promote.ReplyInput{About: promote.AboutSpin, Text: "Saya dipindahkan, bukan meminta."}); err != nil {
			t.Fatal(err)
		}
		c := look()
		if c.Spin.Run != 1 || c.Spin.Saved != 1 || get(t, c.Assessment, "spin").Outcome != rule.Allowed || len(c.Excused) != 1 || len(c.Replies) != 1 {
			t.Errorf("run %d saved %d excused %v replies %v", c.Spin.Run, c.Spin.Saved, c.Excused, c.Replies)
		}
		_, err := s.Excuse(ctx, officer(), promote.ExcuseInput{Person: "gasing", Tenure: "t1", Cause: "illness", Note: "x"})
		wantFault(t, err, fault.NotFound, "promote.excuse.unknown")
		_, err = s.Excuse(ctx, officer(), promote.ExcuseInput{Person: "gasing", Tenure: "g1", Cause: "bored", Note: "x"})
		if !hasField(err, "cause", "promote.check.one") {
			t.Errorf("no such cause: %v", err)
		}
		_, err = s.Excuse(ctx, who, promote.ExcuseInput{Person: "gasing", Tenure: "g1", Cause: "illness", Note: "x"})
		wantFault(t, err, fault.Denied, "promote.paper.own")
		nobody := officer()
		nobody.Person = ""
		_, _, err = s.Answer(ctx, nobody, promote.ReplyInput{About: promote.AboutSpin, Text: "x"})
		wantFault(t, err, fault.Denied, "promote.reply.nobody")
	})
}

func TestPromoters(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		ctx := context.Background()
		who := rini()
		who.Person = "kadis"
		if _, _, err := s.Answer(ctx, who, promote.ReplyInput{About: promote.AboutPromoter, Text: "Mereka ditempatkan di unit yang baru dibentuk."}); err != nil {
			t.Fatal(err)
		}
		all, err := s.Promoters(ctx, officer())
		if err != nil || len(all) != 1 || !all[0].Look || all[0].Counted != 12 || len(all[0].Replies) != 1 {
			t.Fatalf("%v %+v", err, all)
		}
		r, err := s.Promoter(ctx, who, promote.PromoterInput{Promoter: "kadis"})
		if err != nil || len(r.Results) != 12 || r.Good != 0 || r.Name != "Siti Nurhaliza" {
			t.Errorf("own record: %v %+v", err, r)
		}
		_, err = s.Promoter(ctx, rini(), promote.PromoterInput{Promoter: "kadis"})
		wantFault(t, err, fault.Denied, "promote.denied")
		_, err = s.Promoters(ctx, rini())
		wantFault(t, err, fault.Denied, "promote.denied")
		_, err = s.Promoter(ctx, officer(), promote.PromoterInput{Promoter: "kadis", Part: "cheered"})
		if !hasField(err, "part", "promote.check.one") {
			t.Errorf("no such part: %v", err)
		}
	})
}

// Many officers at once: every policy has a number of its own, every paper an
// id, and a paper is withdrawn once.
func TestManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		ctx := context.Background()
		paper := file(t, s, promote.Health, "rini", "", "fit")
		const n = 8
		seqs, ids, withdrawn := make([]int64, n), make([]string, n), make([]error, n)
		var wait sync.WaitGroup
		for i := range n {
			wait.Go(func() {
				d, _, err := s.SetPolicy(ctx, officer(), promote.PolicyInput{Fact: "policy_spin", Value: "block", From: on("2024-01-01"), Decree: "P", Reason: "R"})
				if err != nil {
					t.Error(err)
				}
				seqs[i] = d.Seq
				p, _, err := s.FilePaper(ctx, officer(), promote.PaperInput{Kind: promote.Field, Person: "rini", Value: "related", Number: "1", Dated: on("2023-12-01"), From: day.None, Until: day.None})
				if err != nil {
					t.Error(err)
				}
				ids[i] = p.ID
				_, withdrawn[i] = s.WithdrawPaper(ctx, officer(), paper.ID, "keliru")
			})
		}
		wait.Wait()
		slices.Sort(seqs)
		slices.Sort(ids)
		if len(slices.Compact(seqs)) != n || len(slices.Compact(ids)) != n {
			t.Errorf("numbers %v, ids %v", seqs, ids)
		}
		done := 0
		for _, err := range withdrawn {
			if err == nil {
				done++
			} else {
				wantFault(t, err, fault.NotFound, "promote.paper.unknown")
			}
		}
		if done != 1 {
			t.Errorf("withdrawn %d times", done)
		}
		if got := kinds(t, s); len(got) != 1+2*n+1 {
			t.Errorf("%d entries, want %d", len(got), 1+2*n+1)
		}
	})
}
