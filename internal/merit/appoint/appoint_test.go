package appoint_test

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/appoint"
)

func conditionFiles() fs.FS { return os.DirFS("../../../data/appoint") }

func TestProposalsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.open(t, appoint.Definitive)
		b = w.propose(t, b, row("a2", "c1", "c2"))
		w.kin["head c5"] = true
		c9 := w.people["c9"]
		c9.Serving = false
		w.people["c9"] = c9
		for name, c := range map[string]struct {
			rows []appoint.ProposalRow
			key  string
		}{
			"person twice":          {[]appoint.ProposalRow{row("a4", "c1")}, "appoint.person.twice"},
			"person twice in input": {[]appoint.ProposalRow{row("a4", "c3"), row("b4", "c3")}, "appoint.person.twice"},
			"post twice":            {[]appoint.ProposalRow{row("a2", "c3")}, "appoint.post.twice"},
			"no such post":          {[]appoint.ProposalRow{row("z1", "c3")}, "appoint.post.none"},
			"held post":             {[]appoint.ProposalRow{row("a1", "c3")}, "appoint.post.held"},
			"proposer a relative":   {[]appoint.ProposalRow{row("a4", "c5")}, "appoint.propose.relative"},
			"relative of another":   {[]appoint.ProposalRow{row("a4", "c3", "c5")}, "appoint.propose.relative"},
			"oneself":               {[]appoint.ProposalRow{row("a4", "head")}, "appoint.propose.self"},
			"gone":                  {[]appoint.ProposalRow{row("a4", "c9")}, "appoint.person.gone"},
			"unknown person":        {[]appoint.ProposalRow{row("a4", "nobody")}, "appoint.check.person"},
			"one candidate":         {[]appoint.ProposalRow{{Post: "a4", Person: "c3", Proposer: "head", Reason: "x"}}, "appoint.propose.single"},
			"no reason":             {[]appoint.ProposalRow{{Post: "a4", Person: "c3", Proposer: "head", Single: "x"}}, "appoint.check.empty"},
			"same other":            {[]appoint.ProposalRow{row("a4", "c3", "c3")}, "appoint.propose.other_twice"},
			"nobody":                {nil, "appoint.propose.count"},
			"good beside bad":       {[]appoint.ProposalRow{row("a4", "c3"), row("z1", "c4")}, "appoint.post.none"},
		} {
			_, _, err := w.Propose(t.Context(), office(), appoint.ProposeInput{Batch: b.ID, Version: b.Version, Rows: c.rows})
			if f := fault.Of(err); f == nil || f.Key != c.key && !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == c.key }) {
				t.Errorf("%s: got %v, want %s", name, err, c.key)
			}
		}
		v, err := w.Work(t.Context(), office(), b.ID)
		if err != nil || v.Rows != 1 || v.Version != b.Version {
			t.Errorf("something was half done: %d rows, version %d, %v", v.Rows, v.Version, err)
		}
		_, _, err = w.Propose(t.Context(), person("x", "employee"), appoint.ProposeInput{Batch: b.ID, Version: b.Version, Rows: []appoint.ProposalRow{row("a4", "c3")}})
		want(t, err, fault.Denied, "appoint.denied")
		_, _, err = w.Propose(t.Context(), person("c2", "personnel"), appoint.ProposeInput{Batch: b.ID, Version: b.Version, Rows: []appoint.ProposalRow{row("a4", "c3")}})
		want(t, err, fault.Denied, "appoint.self")
		// A chain is proposed together: who leaves makes room.
		w.propose(t, b, row("a1", "c4"), row("a4", "pa1"))
	})
}

// TestVersionsAreNamed: also 0, which nobody has seen, is too old.
func TestVersionsAreNamed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.papers(t, w.propose(t, w.open(t, appoint.Definitive), row("a2", "c1")), appoint.BKN)
		for _, version := range []int{-1, 0, b.Version - 1, b.Version + 1} {
			for what, change := range map[string]func() error{
				"propose": func() error {
					_, _, err := w.Propose(t.Context(), office(), appoint.ProposeInput{Batch: b.ID, Version: version, Rows: []appoint.ProposalRow{row("a4", "c2")}})
					return err
				},
				"approve": func() error {
					_, _, err := w.Approve(t.Context(), office(), b.ID, version, appoint.Approval{Kind: appoint.Mendagri, Number: "M/1", Date: date("2023-12-19")})
					return err
				},
				"except": func() error {
					_, _, err := w.Except(t.Context(), governor(), b.ID, version, "a2", "x")
					return err
				},
				"sign": func() error {
					_, _, err := w.Sign(t.Context(), governor(), appoint.SignInput{Batch: b.ID, Version: version, Date: day.None})
					return err
				},
				"cancel": func() error {
					_, _, err := w.Cancel(t.Context(), office(), b.ID, version, "x")
					return err
				},
			} {
				if err := change(); fault.Of(err) == nil || fault.Of(err).Key != "appoint.batch.moved" {
					t.Errorf("%s on version %d of %d: %v", what, version, b.Version, err)
				}
			}
		}
	})
}

func TestTwoOfficersAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.open(t, appoint.Definitive)
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i, who := range []actor.Actor{office(), second()} {
			wg.Go(func() {
				_, _, errs[i] = w.Propose(t.Context(), who, appoint.ProposeInput{Batch: b.ID, Version: b.Version, Rows: []appoint.ProposalRow{row([]string{"a2", "a4"}[i], []string{"c1", "c2"}[i])}})
			})
		}
		wg.Wait()
		late := errs[0]
		if late == nil {
			late = errs[1]
		}
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("one of two must come too late: %v, %v", errs[0], errs[1])
		}
		want(t, late, fault.Conflict, "appoint.batch.moved")
		if f := fault.Of(late); f != nil && fmt.Sprint(f.Args) != "[1 2]" {
			t.Errorf("both versions: %v", f.Args)
		}
	})
}

func TestWhatStandsInTheWay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.open(t, appoint.Acting)
		w.verdicts["c1"] = appoint.Verdict{Answer: appoint.NotYet, From: date("2024-05-01"), Reasons: []appoint.Said{{ID: "Pangkat kurang.", EN: "Grade too low."}}}
		b = w.propose(t, b, row("a2", "c1", "c2"), row("a4", "c3"))
		sign := func() error {
			_, _, err := w.Sign(t.Context(), governor(), appoint.SignInput{Batch: b.ID, Version: b.Version, Date: date("2023-12-20")})
			return err
		}
		for _, key := range []string{"appoint.need.minutes", "appoint.need.bkn", "appoint.need.mendagri", "appoint.need.verdict.not_yet"} {
			want(t, sign(), fault.Invalid, key)
		}
		b = w.papers(t, b, appoint.BKN)
		want(t, sign(), fault.Invalid, "appoint.need.mendagri")
		b, _, err := w.Approve(t.Context(), office(), b.ID, b.Version, appoint.Approval{Kind: appoint.Mendagri, Number: "M/1", Date: date("2023-12-20")})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Approve(t.Context(), office(), b.ID, b.Version, appoint.Approval{Kind: appoint.Mendagri, Number: "M/2", Date: date("2023-12-21")})
		want(t, err, fault.Invalid, "appoint.check.future")
		// Dated before its approval.
		_, _, err = w.Sign(t.Context(), governor(), appoint.SignInput{Batch: b.ID, Version: b.Version, Date: date("2023-12-19")})
		want(t, err, fault.Invalid, "appoint.sign.approval")
		_, _, err = w.Sign(t.Context(), governor(), appoint.SignInput{Batch: b.ID, Version: b.Version, Date: date("2023-12-17")})
		want(t, err, fault.Invalid, "appoint.sign.minutes")

		// Only somebody else excepts, with a reason.
		_, _, err = w.Except(t.Context(), office(), b.ID, b.Version, "a2", "Satu-satunya dokter")
		want(t, err, fault.Denied, "appoint.except.own")
		if b, _, err = w.Except(t.Context(), governor(), b.ID, b.Version, "a2", "Satu-satunya dokter"); err != nil {
			t.Fatal(err)
		}
		// A relation that is declared late is found at the signature.
		w.kin["assessor c2"], w.kin["sekda c3"], w.kin["assessor2 c2"] = true, true, true
		want(t, sign(), fault.Invalid, "appoint.need.recusal")
		recuse := func(post, who, instead string) error {
			x, _, err := w.Recuse(t.Context(), office(), appoint.RecuseInput{Batch: b.ID, Version: b.Version, Post: post, Person: who, Substitute: instead, Note: "sepupu"})
			if err == nil {
				b = x
			}
			return err
		}
		want(t, recuse("a2", "assessor", "assessor2"), fault.Invalid, "appoint.recuse.relative")
		want(t, recuse("a2", "assessor", "c2"), fault.Invalid, "appoint.recuse.same")
		want(t, recuse("a2", "officer", "head"), fault.Invalid, "appoint.recuse.stranger")
		for _, x := range [][2]string{{"a2", "assessor"}, {"a4", "sekda"}} {
			if err := recuse(x[0], x[1], "head"); err != nil {
				t.Fatal(err)
			}
		}
		w.kin["head c3"] = true
		want(t, sign(), fault.Invalid, "appoint.propose.relative")
		delete(w.kin, "head c3")
		// A post that was filled elsewhere in the meantime.
		a4 := w.posts["a4"]
		a4.Holders = []string{"c8"}
		w.posts["a4"] = a4
		want(t, sign(), fault.Invalid, "appoint.post.held")
		a4.Holders = nil
		w.posts["a4"] = a4
		_, _, err = w.Sign(t.Context(), office(), appoint.SignInput{Batch: b.ID, Version: b.Version})
		want(t, err, fault.Denied, "appoint.denied")
		if err := sign(); err != nil {
			t.Fatal(err)
		}
		want(t, sign(), fault.Conflict, "appoint.batch.moved")
	})
}

// TestBan: a date in a window before an election needs the minister.
func TestBan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(date("2024-03-20").Start())
		for effective, asks := range map[string]bool{"2024-03-21": false, "2024-03-22": true, "2025-08-19": true, "2025-08-20": false} {
			b, _, err := w.Open(t.Context(), office(), appoint.OpenInput{Title: "x", Effective: date(effective), OathDay: date(effective), Officiant: "x", Authority: appoint.Definitive, Signer: "x"})
			if err != nil {
				t.Fatal(err)
			}
			b = w.propose(t, b, row("a2", "c1"))
			b = w.papers(t, b, appoint.BKN)
			v, err := w.Work(t.Context(), office(), b.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.ContainsFunc(v.Obstacles, func(o appoint.Obstacle) bool { return o.Key == "appoint.need.mendagri" }); got != asks {
				t.Errorf("%s: %v, want %v", effective, got, asks)
			}
		}
	})
}

func TestNumbersWithoutGaps(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var ready []appoint.Batch
		for i := range 4 {
			b := w.open(t, appoint.Definitive)
			b = w.propose(t, b, row([]string{"a2", "a4", "b2", "b4"}[i], fmt.Sprintf("c%d", i)))
			ready = append(ready, w.papers(t, b, appoint.BKN))
		}
		// A signature that is refused takes no number.
		w.verdicts["c3"] = appoint.Verdict{Answer: appoint.Undecided}
		var wg sync.WaitGroup
		numbers := make([]int, 4)
		for i := range ready {
			wg.Go(func() {
				b, _, err := w.Sign(t.Context(), governor(), appoint.SignInput{Batch: ready[i].ID, Version: ready[i].Version, Date: day.None})
				if (err != nil) != (i == 3) {
					t.Errorf("%d: %v", i, err)
				}
				numbers[i] = b.Number
			})
		}
		wg.Wait()
		slices.Sort(numbers)
		if !slices.Equal(numbers, []int{0, 1, 2, 3}) {
			t.Errorf("numbers %v", numbers)
		}
		delete(w.verdicts, "c3")
		// The register goes on in the order of days, and begins anew each year.
		_, _, err := w.Sign(t.Context(), governor(), appoint.SignInput{Batch: ready[3].ID, Version: ready[3].Version, Date: date("2023-12-19")})
		want(t, err, fault.Invalid, "appoint.sign.order")
	})
}

func TestCeremony(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := w.signed(t)
		if b.Decree() != "1/2023" {
			t.Errorf("decree %s", b.Decree())
		}
		raw, err := w.Proof(ctx, citizen(), 2023, 1)
		if err != nil {
			t.Fatal(err)
		}
		f, err := appoint.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if r := f.Check(ledgertest.Key(t).Verifier()); !r.Clean() || !r.Keyed || r.Rows != 5 || r.Sum != b.Sum {
			t.Errorf("%+v", r)
		}
		kinds := map[string]string{}
		for _, x := range f.Rows {
			kinds[x.Post] = x.Kind
		}
		for post, kind := range map[string]string{"a2": appoint.Rotation, "a1": appoint.First, "b5": appoint.Promotion, "b1": appoint.Demotion, "a6": appoint.Promotion} {
			if kinds[post] != kind {
				t.Errorf("%s is a %s, want %s", post, kinds[post], kind)
			}
		}
		v, err := w.Work(ctx, office(), b.ID)
		if err != nil {
			t.Fatal(err)
		}
		code := map[string]string{}
		for _, l := range v.Lines {
			code[l.Post] = l.Code
		}
		_, err = w.CheckIn(ctx, office(), b.ID, code["a2"])
		want(t, err, fault.Conflict, "appoint.oath.early")
		w.clock.Set(date("2023-12-27").Start().Add(9 * 3600e9))
		_, err = w.CheckIn(ctx, office(), b.ID, "zzzz")
		want(t, err, fault.Invalid, "appoint.checkin.code")
		_, err = w.CheckIn(ctx, person("c1", "employee"), b.ID, code["a2"])
		want(t, err, fault.Denied, "appoint.denied")
		for _, p := range []string{"a2", "a1", "b1"} {
			typed := strings.ToUpper(code[p][:4]) + "-" + code[p][4:] // as it is printed
			for again := range 2 {
				if a, err := w.CheckIn(ctx, office(), b.ID, typed); err != nil || a.Again != (again == 1) {
					t.Errorf("%s: %+v, %v", p, a, err)
				}
			}
		}
		waits := func(who actor.Actor, want ...string) {
			t.Helper()
			list, err := w.Waiting(ctx, who)
			var got []string
			for _, x := range list {
				got = append(got, x.Title)
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s waits for %v, want %v; %v", who.ID, got, want, err)
			}
		}
		waits(office(), "appoint.wait.oath")
		waits(person("c1", "employee"), "appoint.wait.mine")
		waits(person("c2", "employee"))
		oath := func(in appoint.OathInput) error {
			in.Batch, in.Version = b.ID, b.Version
			x, _, err := w.Oath(ctx, office(), in)
			if err == nil {
				b = x
			}
			return err
		}
		two := []string{"Ani, Kepala Dinas", "Budi, Kepala Badan"}
		away := []appoint.Absence{{Post: "b5", Why: "sakit"}, {Post: "a6", Why: "tugas"}}
		want(t, oath(appoint.OathInput{Witnesses: two[:1], Absent: away}), fault.Invalid, "appoint.oath.witnesses")
		want(t, oath(appoint.OathInput{Witnesses: two}), fault.Invalid, "appoint.oath.missing")
		want(t, oath(appoint.OathInput{Witnesses: two, Absent: append([]appoint.Absence{{Post: "a2", Why: "x"}}, away...)}), fault.Invalid, "appoint.oath.both")
		want(t, oath(appoint.OathInput{Witnesses: two, Absent: append([]appoint.Absence{{Post: "zz", Why: "x"}}, away...)}), fault.Invalid, "appoint.oath.unknown")
		if err := oath(appoint.OathInput{Witnesses: two, Absent: away}); err != nil {
			t.Fatal(err)
		}
		// pb1 has not taken the oath and still sits in b1, to which pb5 was to move.
		_, _, err = w.Effect(ctx, office(), b.ID, b.Version)
		want(t, err, fault.Conflict, "appoint.post.held")
		if len(w.moves) != 0 {
			t.Error("half of the posts changed hands")
		}
		for _, p := range []string{"a6", "b5"} {
			if _, err := w.CheckIn(ctx, office(), b.ID, code[p]); err != nil {
				t.Fatal(err)
			}
		}
		if err := oath(appoint.OathInput{Witnesses: two}); err != nil {
			t.Fatal(err)
		}
		waits(office(), "appoint.wait.effect")
		waits(person("c1", "employee"))
		if b, _, err = w.Effect(ctx, office(), b.ID, b.Version); err != nil || b.State != appoint.Done || len(w.moves) != 5 {
			t.Fatalf("%s, %d moves, %v", b.State, len(w.moves), err)
		}
		for post, p := range w.posts {
			if len(p.Holders) > 1 {
				t.Errorf("%s is held by %v", post, p.Holders)
			}
		}
		_, _, err = w.Effect(ctx, office(), b.ID, b.Version)
		want(t, err, fault.Conflict, "appoint.state.done")
		if x, err := w.Extract(ctx, person("c1", "employee"), b.ID, "a1"); err != nil || x.Line.Row.Name != "Calon 1" {
			t.Errorf("%+v, %v", x, err)
		}
		_, err = w.Extract(ctx, person("c1", "employee"), b.ID, "a2")
		want(t, err, fault.Denied, "appoint.denied")
	})
}

func TestOathBeforeTheEffectiveDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, _, err := w.Open(t.Context(), office(), appoint.OpenInput{Title: "x", Effective: date("2023-12-27"), OathDay: date("2023-12-22"), Officiant: "x", Authority: appoint.Definitive, Signer: "x"})
		if err != nil {
			t.Fatal(err)
		}
		b = w.papers(t, w.propose(t, b, row("a2", "c1")), appoint.BKN)
		if b, _, err = w.Sign(t.Context(), governor(), appoint.SignInput{Batch: b.ID, Version: b.Version, Date: day.None}); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(date("2023-12-22").Start())
		_, _, err = w.Effect(t.Context(), office(), b.ID, b.Version)
		want(t, err, fault.Conflict, "appoint.effect.early")
		// What was signed is cancelled by who signs only; the number stays used.
		_, _, err = w.Cancel(t.Context(), office(), b.ID, b.Version, "salah")
		want(t, err, fault.Denied, "appoint.denied")
		if b, _, err = w.Cancel(t.Context(), governor(), b.ID, b.Version, "salah"); err != nil || b.State != appoint.Cancelled || b.Number != 1 {
			t.Errorf("%+v, %v", b, err)
		}
		_, err = w.CheckIn(t.Context(), office(), b.ID, "x")
		want(t, err, fault.Conflict, "appoint.state.cancelled")
	})
}
