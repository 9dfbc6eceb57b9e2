package app

import (
	"bytes"
	"log/slog"
	"maps"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/identity"
	"netral/internal/merit/appoint"
	"netral/internal/merit/roster/exchange"
)

// TestPastCeremony takes the ceremony of 5,038 from its tables, imported as a
// government would, to the signature: the counts of the proof, all derived, are
// the published ones.
func TestPastCeremony(t *testing.T) {
	now := time.Date(2023, time.December, 20, 10, 0, 0, 0, day.WIB)
	s, err := openDemo(t.Context(), t.TempDir(), func() time.Time { return now }, slog.New(slog.DiscardHandler), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h, ctx := s.house, t.Context()
	on := day.Of(2023, time.December, 27)
	p, err := demo.MakePast(ctx, 5_038, 1, on)
	if err != nil {
		t.Fatal(err)
	}
	table := func(part string) []byte {
		var b bytes.Buffer
		if err := writePast(&b, &p, part); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, kind := range []string{"units", "posts", "people", "tenures", "ratings"} {
		raw := table(kind)
		rep, err := h.exchange.Import(ctx, actor.OS("uji", "id"), exchange.File{Name: kind + ".csv", Size: int64(len(raw)), Body: bytes.NewReader(raw)}, exchange.Input{Kind: kind, AsOf: day.None}, exchange.Run{Tell: func(string, int64, int64) {}})
		if err != nil || rep.Refused > 0 {
			t.Fatalf("%s: %d refused, %+v, %v", kind, rep.Refused, rep.First, err)
		}
	}
	as := func(id, role string) actor.Actor {
		return actor.Actor{ID: "account:" + id, Lang: "id", Via: "page", Grants: []actor.Grant{{Role: role}}}
	}
	bkd, governor := as("bkd", identity.RolePersonnel), as("gub", identity.RoleGovernor)
	b, _, err := h.appoint.Open(ctx, bkd, appoint.OpenInput{Title: "5.038 pejabat (peraga)", Effective: on, OathDay: on, Officiant: "Gubernur", Authority: appoint.Definitive, Signer: "Gubernur"})
	if err != nil {
		t.Fatal(err)
	}
	rep, b, err := h.appoint.Import(ctx, bkd, appoint.TableInput{Batch: b.ID, Name: "usulan.csv", Body: table("proposals")}, b.Version)
	if err != nil || rep.Refused > 0 || b.Rows != 5_038 {
		t.Fatalf("%d rows, %d refused, %v %+v", b.Rows, rep.Refused, err, rep.Refusals[:min(3, len(rep.Refusals))])
	}
	if b, _, err = h.appoint.Assess(ctx, bkd, appoint.AssessInput{Batch: b.ID, Version: b.Version, Number: "BA-1", Date: on - 7, Assessors: []string{p.Assessor}, Summary: "x"}); err != nil {
		t.Fatal(err)
	}
	if b, _, err = h.appoint.Approve(ctx, bkd, b.ID, b.Version, appoint.Approval{Kind: appoint.BKN, Number: "1", Date: on - 7}); err != nil {
		t.Fatal(err)
	}
	w, err := h.appoint.Work(ctx, governor, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	var posts []string
	for _, l := range w.Lines {
		if l.Verdict.Answer != appoint.Yes {
			posts = append(posts, l.Post)
		}
	}
	if b, _, err = h.appoint.ExceptMany(ctx, governor, b.ID, b.Version, posts, "Berkas uji beban tanpa surat-surat (peraga)."); err != nil {
		t.Fatal(err)
	}
	if b, _, err = h.appoint.Sign(ctx, governor, appoint.SignInput{Batch: b.ID, Version: b.Version, Date: day.None}); err != nil {
		t.Fatal(err)
	}
	raw, err := h.appoint.Proof(ctx, actor.Anonymous("page", "id"), b.Year, b.Number)
	if err != nil {
		t.Fatal(err)
	}
	f, err := appoint.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	r := f.Check(h.key.Verifier())
	if !r.Clean() || !r.Keyed || r.Rows != 5_038 {
		t.Errorf("%d rows, %+v", r.Rows, r.Problems)
	}
	if want := map[string]int{appoint.Promotion: 241, appoint.Rotation: 1_138, appoint.Transfer: 80, appoint.Demotion: 18, appoint.Confirmation: 3_561}; !maps.Equal(r.Kinds, want) {
		t.Errorf("%v, published %v", r.Kinds, want)
	}
	levels := map[string]int{}
	for _, c := range r.Counts {
		levels[c.Level] += c.N
	}
	if want := map[string]int{"jpt_pratama": 93, "administrator": 897, "pengawas": 4_048}; !maps.Equal(levels, want) {
		t.Errorf("%v, published %v", levels, want)
	}
	if report, err := h.book.Verify(ctx); err != nil || !report.Clean() {
		t.Errorf("the record: %+v, %v", report.Problems, err)
	}
}
