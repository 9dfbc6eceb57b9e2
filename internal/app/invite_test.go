package app

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"netral/internal/day"
	"netral/internal/permit/invite"
	"netral/internal/store/storetest"
)

// TestInvitationsAreReadAsInTheDemo has the demonstration's invitations vetted by
// what vets them when it is served: the party's flags in the last line of one are
// caught with its words quoted, and the prayer meeting goes through.
func TestInvitationsAreReadAsInTheDemo(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { invitationsOn(t, "") })
	t.Run("postgres", func(t *testing.T) { invitationsOn(t, storetest.Postgres(t)) })
}

func invitationsOn(t *testing.T, dsn string) {
	now := time.Date(2023, time.October, 19, 10, 0, 0, 0, day.WIB)
	s, err := openAt(t.Context(), place{Data: t.TempDir(), DB: dsn, Origin: demoOrigin}, func() time.Time { return now }, slog.New(slog.DiscardHandler), true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is read after
	h, ctx := s.house, t.Context()
	mayor, err := h.identity.DemoActor(ctx, "demo.walikota")
	if err != nil {
		t.Fatal(err)
	}
	board, err := h.invite.Board(ctx, mayor)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]invite.Invitation{}
	for _, tray := range board.Trays {
		for _, l := range tray {
			seen[l.Title] = l.Invitation
		}
	}
	hidden := seen["Jalan sehat keluarga"]
	if v := hidden.Vetting; v.Outcome != "caution" || v.Without != "caution" || v.Screened.Verdict != invite.Partisan || !v.Screened.Signs || v.Screened.Object != "party" {
		t.Errorf("flags of a party in the last line: with a letter %q, without %q, %+v", v.Outcome, v.Without, v.Screened)
	}
	// Once, the flags with the party whose they are.
	if got, want := quotes(&hidden), []string{"terpasang bendera dan spanduk PDIP"}; !slices.Equal(got, want) {
		t.Errorf("of the last line is quoted %q, want %q", got, want)
	}
	prayer := seen["Pengajian bulanan"]
	if v := prayer.Vetting; v.Outcome != "conditional" || v.Without != "caution" || v.Screened.Verdict != invite.Neutral || v.Screened.Signs || len(v.Rules) == 0 {
		t.Errorf("a prayer meeting: with a letter %q, without %q, %d conditions, %+v", v.Outcome, v.Without, len(v.Rules), v.Screened)
	}
	if got := quotes(&prayer); len(got) > 0 {
		t.Errorf("of a prayer meeting is quoted %q", got)
	}
	// What happened is there also where somebody came into their post lately.
	if seen["Kerja bakti kali"].State != invite.Lettered {
		t.Errorf("an event that has been: %+v", seen["Kerja bakti kali"])
	}
	// The day does not matter to either.
	for _, on := range []day.Day{day.Of(2023, time.December, 27), day.Of(2024, time.February, 14), day.Of(2024, time.November, 14), day.Of(2026, time.November, 25)} {
		if r := h.screened(hiddenText, on); r.Verdict != invite.Partisan || !r.Signs {
			t.Errorf("%s: the flags are %+v", on, r)
		}
		if r := h.screened(prayerText, on); r.Verdict != invite.Neutral || r.Signs || len(r.Spans) > 0 {
			t.Errorf("%s: the prayer meeting is %+v", on, r)
		}
	}
	if report, err := h.book.Verify(ctx); err != nil || !report.Clean() {
		t.Errorf("the record: %+v, %v", report.Problems, err)
	}
}

// quotes are the words of an invitation that its vetting quotes.
func quotes(x *invite.Invitation) (out []string) {
	for _, g := range x.Vetting.Grounds {
		for _, q := range g.Quotes {
			out = append(out, x.Text[q.From:q.To])
		}
	}
	return out
}
