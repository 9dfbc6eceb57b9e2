package appoint_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/appoint"
)

func (w *world) sign(t *testing.T, who actor.Actor, b appoint.Batch) error {
	t.Helper()
	_, _, err := w.Sign(t.Context(), who, appoint.SignInput{Batch: b.ID, Version: b.Version, Date: day.None})
	return err
}

// TestWhoSignsStandsApart: not only the signer whom the batch names, also who
// really signs is no relative and has proposed nobody.
func TestWhoSignsStandsApart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.papers(t, w.propose(t, w.open(t, appoint.Definitive), row("a2", "c1", "c2")), appoint.BKN)
		acting := person("assessor2", "governor")
		w.kin["assessor2 c2"] = true
		want(t, w.sign(t, acting, b), fault.Denied, "appoint.sign.relative")
		want(t, w.sign(t, person("head", "governor"), b), fault.Denied, "appoint.sign.own")
		want(t, w.sign(t, person("c2", "governor"), b), fault.Denied, "appoint.self")
		delete(w.kin, "assessor2 c2")
		if err := w.sign(t, acting, b); err != nil {
			t.Error(err)
		}
	})
}

// TestExceptionsAreOfTheVerdictThatWasRead: what turns up later is not excepted.
func TestExceptionsAreOfTheVerdictThatWasRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.verdicts["c1"] = appoint.Verdict{Answer: appoint.Held, From: day.None, Reasons: []appoint.Said{{ID: "SKP kurang.", EN: "A rating is missing."}}}
		b := w.papers(t, w.propose(t, w.open(t, appoint.Definitive), row("a2", "c1")), appoint.BKN)
		except := func() {
			t.Helper()
			x, _, err := w.Except(t.Context(), governor(), b.ID, b.Version, "a2", "Suratnya menyusul")
			if err != nil {
				t.Fatal(err)
			}
			b = x
		}
		except()
		w.verdicts["c1"] = appoint.Verdict{Answer: appoint.NotYet, From: day.None, Reasons: []appoint.Said{{ID: "Hukuman disiplin.", EN: "A sanction."}}}
		want(t, w.sign(t, governor(), b), fault.Invalid, "appoint.need.verdict.not_yet")
		b, _, err := w.Recheck(t.Context(), office(), b.ID, b.Version)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := w.Work(t.Context(), office(), b.ID); err != nil || v.Lines[0].Exception != "" {
			t.Errorf("the exception still stands: %+v, %v", v.Lines, err)
		}
		b, _, err = w.Except(t.Context(), governor(), b.ID, b.Version, "a2", "Hukumannya hampir selesai")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.sign(t, governor(), b); err != nil {
			t.Error(err)
		}
	})
}

// TestPapersAreOfTheListThatTheySaw: who is added afterwards was neither assessed
// nor approved; who is taken out changes nothing.
func TestPapersAreOfTheListThatTheySaw(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.papers(t, w.propose(t, w.open(t, appoint.Acting), row("a2", "c1"), row("b2", "c2")), appoint.BKN, appoint.Mendagri)
		b, _, err := w.Drop(t.Context(), office(), b.ID, b.Version, "b2", "Mundur")
		if err != nil {
			t.Fatal(err)
		}
		if v, err := w.Work(t.Context(), office(), b.ID); err != nil || len(v.Obstacles) != 0 {
			t.Errorf("%+v, %v", v.Obstacles, err)
		}
		b = w.propose(t, b, row("a4", "c3"))
		for _, key := range []string{"appoint.need.minutes", "appoint.need.bkn", "appoint.need.mendagri"} {
			want(t, w.sign(t, governor(), b), fault.Invalid, key)
		}
		if err := w.sign(t, governor(), w.papers(t, b, appoint.BKN, appoint.Mendagri)); err != nil {
			t.Error(err)
		}
	})
}

// TestNoDayLeadsAroundABan: the oath counts as the effective date does, and so do
// functional posts that lead their unit.
func TestNoDayLeadsAroundABan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(date("2024-03-20").Start())
		for _, p := range []string{"b2", "b4"} {
			x := w.posts[p]
			x.Level, x.Echelon, x.Head = "fungsional", "", p == "b4"
			w.posts[p] = x
		}
		for _, c := range []struct {
			effective, oath, post string
			asks                  bool
		}{
			{"2024-03-21", "2024-03-21", "a2", false},
			{"2024-03-21", "2024-03-22", "a2", true},
			{"2025-08-20", "2025-08-19", "a2", true},
			{"2025-08-20", "2025-08-20", "a2", false},
			{"2024-04-01", "2024-04-01", "b2", false},
			{"2024-04-01", "2024-04-01", "b4", true},
			{"2025-03-01", "2025-03-01", "b4", false},
		} {
			b, _, err := w.Open(t.Context(), office(), appoint.OpenInput{Title: "x", Effective: date(c.effective), OathDay: date(c.oath), Officiant: "x", Authority: appoint.Definitive, Signer: "x"})
			if err != nil {
				t.Fatal(err)
			}
			b = w.papers(t, w.propose(t, b, row(c.post, "c1")), appoint.BKN)
			v, err := w.Work(t.Context(), office(), b.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.ContainsFunc(v.Obstacles, func(o appoint.Obstacle) bool { return o.Key == "appoint.need.mendagri" }); got != c.asks {
				t.Errorf("%+v: %v", c, got)
			}
		}
	})
}

// TestTwoDecreesGiveNothingTwice: between the signature and the day on which
// posts change hands, the roster does not know yet what is decided.
func TestTwoDecreesGiveNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.papers(t, w.propose(t, w.open(t, appoint.Definitive), row("a2", "c1"), row("a4", "c2")), appoint.BKN)
		post := w.papers(t, w.propose(t, w.open(t, appoint.Definitive), row("a2", "c3")), appoint.BKN)
		who := w.papers(t, w.propose(t, w.open(t, appoint.Definitive), row("b2", "c1")), appoint.BKN)
		if err := w.sign(t, governor(), first); err != nil {
			t.Fatal(err)
		}
		want(t, w.sign(t, governor(), post), fault.Invalid, "appoint.need.post_decided")
		want(t, w.sign(t, governor(), who), fault.Invalid, "appoint.need.person_decided")
		if _, _, err := w.Cancel(t.Context(), governor(), first.ID, first.Version+1, "salah"); err != nil {
			t.Fatal(err)
		}
		for _, b := range []appoint.Batch{post, who} {
			if err := w.sign(t, governor(), b); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestWhatIsPublishedCanBeRead: reasons of exceptions can be long, and a file
// that nobody can read back proves nothing.
func TestWhatIsPublishedCanBeRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		title := w.posts["a2"]
		title.Title = strings.Repeat("x", appoint.MaxBytes)
		w.posts["a2"] = title
		b := w.papers(t, w.propose(t, w.open(t, appoint.Definitive), row("a2", "c2")), appoint.BKN)
		want(t, w.sign(t, governor(), b), fault.TooLarge, "appoint.proof.large")
	})
}

// TestNamesThatCannotBeStored: both engines find nothing, neither fails.
func TestNamesThatCannotBeStored(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.signed(t)
		w.clock.Set(date("2023-12-27").Start())
		for _, s := range []string{"a\x00b", "\xff\xfe"} {
			_, err := w.CheckIn(t.Context(), office(), b.ID, s)
			want(t, err, fault.Invalid, "appoint.checkin.code")
			_, err = w.Work(t.Context(), office(), s)
			want(t, err, fault.NotFound, "appoint.batch.none")
			_, err = w.Extract(t.Context(), office(), b.ID, s)
			want(t, err, fault.NotFound, "appoint.proposal.none")
			_, _, err = w.Drop(t.Context(), office(), s, 1, "a2", "x")
			want(t, err, fault.NotFound, "appoint.batch.none")
		}
	})
}

func TestConditionsAreComplete(t *testing.T) {
	good := `{"about": "x", "conditions": [{"id": "a", "when": "always", "levels": ["pengawas"], "approval": "bkn", "article": {"id": "x", "en": "x"}, "confidence": "BK-M", "text": {"id": "x", "en": "x"}, "source": "x"}]}`
	load := func(text string) error {
		_, err := appoint.LoadConditions(fstest.MapFS{"c.json": {Data: []byte(text)}}, "c.json")
		return err
	}
	if err := load(good); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{`"pengawas"`, `"pengawa"`}, {`"BK-M"`, `"sure"`}, {`"always"`, `"window"`}, {`"bkn"`, `"kasn"`}, {`"id": "a", `, ``}} {
		if err := load(strings.Replace(good, change[0], change[1], 1)); err == nil {
			t.Errorf("taken with %s", change[1])
		}
	}
}
