package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/beacon"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/lot"
	"netral/internal/merit/appoint"
	"netral/internal/merit/callup"
	"netral/internal/merit/promote"
	"netral/internal/store/storetest"
)

// TestStories has the stories of a demonstration told, and finds for each role what
// the page promises: something waits for everybody, every draw can be recomputed,
// and so can the ceremony that is over.
func TestStories(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { storiesOn(t, "") })
	t.Run("postgres", func(t *testing.T) { storiesOn(t, storetest.Postgres(t)) })
}

func storiesOn(t *testing.T, dsn string) {
	now := time.Date(2026, time.November, 25, 10, 0, 0, 0, day.WIB)
	s, err := openStage(t.Context(), place{Data: t.TempDir(), DB: dsn, Origin: demoOrigin}, func() time.Time { return now }, slog.New(slog.DiscardHandler), testProvince, day.At(now))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is read after
	h, ctx := s.house, t.Context()
	as := func(login string) actor.Actor {
		t.Helper()
		who, err := h.identity.DemoActor(ctx, login)
		if err != nil {
			t.Fatal(login, err)
		}
		return who
	}
	for login, want := range map[string][]string{
		"demo.terpanggil": {"callup.wait.answer"}, "demo.dinilai": {"callup.wait.read"}, "demo.kepala": {"callup.wait.score"}, "demo.gubernur": {"callup.wait.random"},
		"demo.bkd": {"callup.wait.panel", "callup.wait.open", "callup.wait.file", "callup.wait.random"},
	} {
		list, err := h.callup.Waiting(ctx, as(login))
		if err != nil {
			t.Fatal(err)
		}
		for _, title := range want {
			if !slices.ContainsFunc(list, func(w callup.Wait) bool { return w.Title == title }) {
				t.Errorf("%s does not wait for %s: %+v", title, login, list)
			}
		}
	}
	everyDraw(t, h)

	v, err := h.stories(ctx)
	if err != nil || v.Staging != fillWhole || v.Batch == nil || v.Over == nil || v.Drawn == "" || v.Waits == "" || v.Trial == "" || len(v.Assessors) == 0 {
		t.Fatalf("%+v, %v", v, err)
	}
	// What followed a ceremony that is over for years waits for nobody.
	f, err := h.appoint.FollowUps(ctx, as("demo.bkd"), v.Over.ID, "")
	if err != nil || len(f.Tasks) == 0 || len(f.Open) > 0 {
		t.Errorf("%d tasks of which are open %v, %v", len(f.Tasks), f.Open, err)
	}
	w, err := h.appoint.Work(ctx, as("demo.gubernur"), v.Batch.ID)
	if err != nil || w.Rows == 0 || len(w.Obstacles) == 0 {
		t.Errorf("nothing to do for the governor: %d rows, %+v, %v", w.Rows, w.Obstacles, err)
	}
	if b, rep, err := h.appoint.Recomputed(ctx, actor.Anonymous("page", "id"), v.Over.Year, v.Over.Number); err != nil || !rep.Clean() || b.State != appoint.Done || rep.Kinds[appoint.Confirmation] != rep.Rows || rep.Rows < 20 {
		t.Errorf("%s: %+v, %v", b.State, rep, err)
	}
	calon := as("demo.calon")
	level, echelon, err := h.promote.NextLevel(ctx, calon, day.At(now))
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.promote.Check(ctx, calon, promote.CheckInput{Person: calon.Person, Level: level, Echelon: echelon, On: day.At(now)})
	if err != nil || got.Answer != promote.NotYet || got.From == day.None {
		t.Errorf("%s from %s, %v", got.Answer, got.From, err)
	}
	if report, err := h.book.Verify(ctx); err != nil || !report.Clean() {
		t.Errorf("the record: %+v, %v", report.Problems, err)
	}
	size, err := h.book.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	have, _, err := demo.Look(ctx, h.roster)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.play(ctx, have.Config); err != nil {
		t.Fatal(err)
	}
	if again, err := h.book.Size(ctx); err != nil || again != size {
		t.Errorf("told a second time, the stories write %d entries more, %v", again-size, err)
	}
}

// everyDraw checks all published draws at once, and one on the command line.
func everyDraw(t *testing.T, h *house) {
	t.Helper()
	nobody := actor.Anonymous("page", "id")
	board, err := h.callup.Board(t.Context(), nobody)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]int{}
	for _, p := range board.Programmes {
		for _, r := range p.Rounds {
			if r.State != callup.Drawn {
				continue
			}
			raw, err := h.callup.PublishedFile(t.Context(), nobody, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			f, err := lot.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			if rep := f.Check(beacon.Quicknet()); !rep.Clean() || rep.Drawn != p.Rules.Count {
				t.Errorf("%s %d: %+v", p.Rules.ID, r.Number, rep)
			}
			drawn[p.Rules.ID]++
			file := filepath.Join(t.TempDir(), "undian.json")
			if err := os.WriteFile(file, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if code := Main([]string{"--lang=id", "verify", "draw", "--data", t.TempDir(), file}, nil, &out, &out, func(string) string { return "" }); code != 0 {
				t.Errorf("%s %d: %s", p.Rules.ID, r.Number, out.String())
			}
		}
	}
	if drawn[monthly] != 4 || drawn[trial] != 1 || drawn[quarterly] != 0 {
		t.Errorf("%v", drawn)
	}
}
