package verify_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/emersion/go-ical"

	"netral/data"
	"netral/internal/actor"
	"netral/internal/advise/calendar"
	"netral/internal/ledger"
	"netral/internal/text"
	"netral/internal/web"
)

// event is what a calendar program keeps of an event.
type event struct {
	from, until time.Time // whole days, the end exclusive
	sequence    int
	modified    time.Time
	cancelled   bool
	summary     string
}

// feed serves a calendar as the product does.
func feed(t *testing.T) (s *calendar.Service, address string) {
	t.Helper()
	log := serve(t)
	if err := log.db.Migrate(t.Context(), ledger.Migrations, calendar.Migrations); err != nil {
		t.Fatal(err)
	}
	cat, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	edition, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s = &calendar.Service{Book: log.book, Base: edition, Now: time.Now, Address: "https://netral.example"}
	sh, err := web.New(web.Config{Text: cat, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	sh.Mount(mux)
	s.Routes(mux, sh)
	srv := httptest.NewServer(sh.Handler(mux))
	t.Cleanup(srv.Close)
	return s, srv.URL + "/kalender.ics"
}

// fetch gets the feed unless it is what the tag names.
func fetch(t *testing.T, address, tag string) (body []byte, newTag string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotModified {
		return nil, tag
	}
	if ct := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(ct, "text/calendar") {
		t.Fatalf("%s, %s", res.Status, ct)
	}
	if body, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return body, res.Header.Get("ETag")
}

// emersion reads a feed with go-ical.
func emersion(t *testing.T, body []byte) map[string]event {
	t.Helper()
	cal, err := ical.NewDecoder(bytes.NewReader(body)).Decode()
	if err != nil {
		t.Fatalf("go-ical: %v", err)
	}
	// What it wants of its own output: that all that must be there is there, once.
	if err := ical.NewEncoder(io.Discard).Encode(cal); err != nil {
		t.Fatalf("go-ical: %v", err)
	}
	out := map[string]event{}
	for _, e := range cal.Events() {
		uid, err := e.Props.Text(ical.PropUID)
		if err != nil {
			t.Fatal(err)
		}
		var v event
		if v.from, err = e.DateTimeStart(time.UTC); err != nil {
			t.Fatalf("%s: %v", uid, err)
		}
		if v.until, err = e.DateTimeEnd(time.UTC); err != nil {
			t.Fatalf("%s: %v", uid, err)
		}
		if e.Props.Get(ical.PropDateTimeStart).ValueType() != ical.ValueDate {
			t.Errorf("%s does not have whole days", uid)
		}
		if v.sequence, err = e.Props.Get(ical.PropSequence).Int(); err != nil {
			t.Fatalf("%s: %v", uid, err)
		}
		if v.modified, err = e.Props.DateTime(ical.PropLastModified, time.UTC); err != nil {
			t.Fatalf("%s: %v", uid, err)
		}
		status, err := e.Status()
		if err != nil {
			t.Fatalf("%s: %v", uid, err)
		}
		v.cancelled = status == ical.EventCancelled
		if v.summary, err = e.Props.Text(ical.PropSummary); err != nil {
			t.Fatalf("%s: %v", uid, err)
		}
		if _, twice := out[uid]; twice {
			t.Errorf("%s is there twice", uid)
		}
		out[uid] = v
	}
	return out
}

// arran reads a feed with golang-ical.
func arran(t *testing.T, body []byte) map[string]event {
	t.Helper()
	cal, err := ics.ParseCalendar(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("golang-ical: %v", err)
	}
	out := map[string]event{}
	for _, e := range cal.Events() {
		v := event{summary: ics.FromText(e.GetProperty(ics.ComponentPropertySummary).Value)}
		if v.sequence, err = strconv.Atoi(e.GetProperty(ics.ComponentPropertySequence).Value); err != nil {
			t.Fatalf("%s: %v", e.Id(), err)
		}
		if v.from, err = e.GetAllDayStartAt(); err != nil {
			t.Fatalf("%s: %v", e.Id(), err)
		}
		if v.until, err = e.GetAllDayEndAt(); err != nil {
			t.Fatalf("%s: %v", e.Id(), err)
		}
		if v.modified, err = e.GetLastModifiedAt(); err != nil {
			t.Fatalf("%s: %v", e.Id(), err)
		}
		v.cancelled = e.GetProperty(ics.ComponentPropertyStatus).Value == string(ics.ObjectStatusCancelled)
		out[e.Id()] = v
	}
	return out
}

// subscriber keeps a calendar as programs do: it takes an event it knows again
// only with a greater sequence.
type subscriber map[string]event

func (s subscriber) take(t *testing.T, events map[string]event) {
	t.Helper()
	for uid, e := range events {
		have, known := s[uid]
		if known && e.sequence == have.sequence && e != have {
			t.Errorf("%s says something else under the same sequence: %+v, was %+v", uid, e, have)
		}
		if !known || e.sequence > have.sequence {
			s[uid] = e
		}
	}
	for uid, have := range s {
		if _, there := events[uid]; !there && !have.cancelled {
			t.Errorf("%s has gone without being cancelled: it stays in every calendar", uid)
		}
	}
}

// shows wants what the edition in force says, and nothing more.
func (s subscriber) shows(t *testing.T, e *calendar.Edition) {
	t.Helper()
	want := map[string]bool{}
	for i := range e.Contests {
		c := &e.Contests[i]
		for _, st := range c.Stages {
			uid := strings.ToLower(c.ID+"."+st.ID) + "@kalender.netral"
			want[uid] = true
			have, ok := s[uid]
			if !ok {
				t.Errorf("%s is missing", uid)
				continue
			}
			if have.from.Format(time.DateOnly) != st.From.String() || have.until.Format(time.DateOnly) != st.Until.String() {
				t.Errorf("%s is shown from %s until %s, the edition says [%s, %s)", uid, have.from, have.until, st.From, st.Until)
			}
			if have.cancelled != c.Cancelled(st) {
				t.Errorf("%s: cancelled %t, want %t", uid, have.cancelled, c.Cancelled(st))
			}
			if !strings.Contains(have.summary, st.Title.ID) {
				t.Errorf("%s is called %q, the edition says %q", uid, have.summary, st.Title.ID)
			}
		}
	}
	for uid, have := range s {
		if !want[uid] && !have.cancelled && !strings.Contains(uid, ".window@") {
			t.Errorf("%s is shown, the edition in force does not have it", uid)
		}
	}
}

// TestCalendarInOtherPrograms reads the served feed with two iCalendar
// libraries that know nothing of us, through two editions.
func TestCalendarInOtherPrograms(t *testing.T) {
	s, address := feed(t)
	programs := []struct {
		name string
		read func(*testing.T, []byte) map[string]event
		has  subscriber
	}{{"go-ical", emersion, subscriber{}}, {"golang-ical", arran, subscriber{}}}
	body, tag := fetch(t, address, "")
	if again, _ := fetch(t, address, tag); again != nil {
		t.Error("the same feed was sent again to who has it")
	}
	for _, p := range programs {
		p.has.take(t, p.read(t, body))
		p.has.shows(t, s.Base)
	}

	file, err := os.ReadFile("../data/calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	next := string(file)
	for from, to := range map[string]string{
		`edition: "2026-1"`: `edition: "2026-2"`,
		`previous: ""`:      `previous: "2026-1"`,
		// A stage moves, and one is taken away.
		`{id: quiet, track: line, phase: quiet, from: 2024-11-24, to: 2024-11-26`:       `{id: quiet, track: line, phase: quiet, from: 2024-11-23, to: 2024-11-26`,
		`{id: campaign, track: line, phase: campaign, from: 2024-09-25, to: 2024-11-23`: `{id: campaign, track: line, phase: campaign, from: 2024-09-25, to: 2024-11-22`,
	} {
		if !strings.Contains(next, from) {
			t.Fatalf("the calendar no longer has %q", from)
		}
		next = strings.Replace(next, from, to, 1)
	}
	const line = "      - {id: dp4, track: dp4, from: 2024-04-24"
	i := strings.Index(next, line)
	if i < 0 {
		t.Fatalf("the calendar no longer has %q", line)
	}
	next = next[:i] + next[i+strings.IndexByte(next[i:], '\n')+1:]
	amended, err := s.Amend(t.Context(), actor.OS("petugas", text.ID), calendar.AmendInput{Name: "2026-2.yaml", File: []byte(next), Note: "for the test"})
	if err != nil {
		t.Fatal(err)
	}
	body, _ = fetch(t, address, tag)
	if body == nil {
		t.Fatal("a new edition, and the feed is called the same")
	}
	for _, p := range programs {
		p.has.take(t, p.read(t, body))
		p.has.shows(t, amended.Edition)
		if e := p.has["gub24.dp4@kalender.netral"]; !e.cancelled || e.sequence != 1 {
			t.Errorf("%s: what was taken away is %+v", p.name, e)
		}
		if e := p.has["gub24.quiet@kalender.netral"]; e.sequence != 1 || e.cancelled {
			t.Errorf("%s: what moved is %+v", p.name, e)
		}
	}
}
