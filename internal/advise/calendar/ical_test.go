package calendar_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"netral/internal/actor"
	"netral/internal/advise/calendar"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A strict reader of RFC 5545, for the tests: it accepts only what a careful
// program may write.

type prop struct {
	name   string
	params map[string]string
	value  string // as written
}

type component struct {
	props []prop
	subs  []component
}

func (c component) get(t testing.TB, name string) prop {
	t.Helper()
	var found []prop
	for _, p := range c.props {
		if p.name == name {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d properties %s", len(found), name)
	}
	return found[0]
}

func (p prop) text(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(p.value); i++ {
		switch c := p.value[i]; c {
		case '\\':
			i++
			if i == len(p.value) {
				t.Fatalf("%s ends in a backslash", p.name)
			}
			switch p.value[i] {
			case 'n', 'N':
				b.WriteByte('\n')
			case '\\', ';', ',':
				b.WriteByte(p.value[i])
			default:
				t.Fatalf("%s: escape \\%c", p.name, p.value[i])
			}
		case ';', ',':
			t.Fatalf("%s: %c is not escaped", p.name, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func parseICal(t testing.TB, body []byte) component {
	t.Helper()
	if !bytes.HasSuffix(body, []byte("\r\n")) {
		t.Fatal("does not end in CR LF")
	}
	var lines []string
	for i, raw := range strings.Split(strings.TrimSuffix(string(body), "\r\n"), "\r\n") {
		if strings.ContainsAny(raw, "\r\n") || !utf8.ValidString(raw) || len(raw) > 75 || raw == "" {
			t.Fatalf("line %d: %q (%d octets)", i+1, raw, len(raw))
		}
		for _, r := range raw {
			if r < ' ' && r != '\t' || r == 0x7f {
				t.Fatalf("line %d has a control character: %q", i+1, raw)
			}
		}
		if raw[0] == ' ' {
			lines[len(lines)-1] += raw[1:]
		} else {
			lines = append(lines, raw)
		}
	}
	stack := []component{{}}
	var names []string
	for _, line := range lines {
		p := parseProp(t, line)
		top := &stack[len(stack)-1]
		switch p.name {
		case "BEGIN":
			stack, names = append(stack, component{}), append(names, p.value)
		case "END":
			if len(names) == 0 || names[len(names)-1] != p.value {
				t.Fatalf("END:%s", p.value)
			}
			done := stack[len(stack)-1]
			stack, names = stack[:len(stack)-1], names[:len(names)-1]
			stack[len(stack)-1].subs = append(stack[len(stack)-1].subs, done)
		default:
			if len(top.subs) > 0 {
				t.Fatalf("the property %s stands after a component", p.name)
			}
			top.props = append(top.props, p)
		}
	}
	if len(stack) != 1 || len(stack[0].subs) != 1 {
		t.Fatal("not one calendar")
	}
	return stack[0].subs[0]
}

func parseProp(t testing.TB, line string) prop {
	t.Helper()
	head, value, ok := strings.Cut(line, ":")
	parts := strings.Split(head, ";")
	p := prop{name: parts[0], params: map[string]string{}, value: value}
	for _, r := range p.name {
		if (r < 'A' || r > 'Z') && r != '-' {
			ok = false
		}
	}
	for _, s := range parts[1:] {
		k, v, is := strings.Cut(s, "=")
		ok = ok && is && k != "" && v != "" && p.params[k] == ""
		p.params[k] = v
	}
	if !ok {
		t.Fatalf("not a content line: %q", line)
	}
	return p
}

// checkFeed checks everything that calendar programs stumble over, and returns
// the events by UID.
func checkFeed(t testing.TB, body []byte) map[string]component {
	t.Helper()
	cal := parseICal(t, body)
	if cal.get(t, "VERSION").value != "2.0" || cal.get(t, "PRODID").value == "" {
		t.Fatal("VERSION or PRODID")
	}
	for _, p := range cal.props {
		if p.name == "METHOD" {
			t.Error("has a METHOD without an organizer")
		}
	}
	if p := cal.get(t, "REFRESH-INTERVAL"); p.params["VALUE"] != "DURATION" || p.value != "PT12H" {
		t.Errorf("refresh %+v", p)
	}
	events := map[string]component{}
	for _, ev := range cal.subs {
		uid := ev.get(t, "UID").value
		if _, twice := events[uid]; twice || !strings.HasSuffix(uid, "@kalender.netral") {
			t.Errorf("UID %s", uid)
		}
		events[uid] = ev
		start, end := ev.get(t, "DTSTART"), ev.get(t, "DTEND")
		from, err1 := time.Parse("20060102", start.value)
		until, err2 := time.Parse("20060102", end.value)
		if err1 != nil || err2 != nil || !until.After(from) || start.params["VALUE"] != "DATE" || end.params["VALUE"] != "DATE" || len(start.params) != 1 {
			t.Errorf("%s: %+v to %+v", uid, start, end)
		}
		for _, name := range []string{"DTSTAMP", "CREATED", "LAST-MODIFIED"} {
			if _, err := time.Parse("20060102T150405Z", ev.get(t, name).value); err != nil {
				t.Errorf("%s: %s %v", uid, name, err)
			}
		}
		if n, err := strconv.Atoi(ev.get(t, "SEQUENCE").value); err != nil || n < 0 || n > 1000 {
			t.Errorf("%s: SEQUENCE %s", uid, ev.get(t, "SEQUENCE").value)
		}
		if s := ev.get(t, "STATUS").value; s != "CONFIRMED" && s != "CANCELLED" && s != "TENTATIVE" {
			t.Errorf("%s: STATUS %s", uid, s)
		}
		if ev.get(t, "SUMMARY").text(t) == "" || ev.get(t, "DESCRIPTION").text(t) == "" {
			t.Errorf("%s says nothing", uid)
		}
	}
	return events
}

func catalogue(t testing.TB) *text.Catalogue {
	t.Helper()
	cat, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

func feed(t testing.TB, s *calendar.Service, in calendar.FeedInput) []byte {
	t.Helper()
	f, err := s.Feed(context.Background(), catalogue(t), in)
	if err != nil {
		t.Fatal(err)
	}
	return f.Body
}

func TestFeedBase(t *testing.T) {
	s := &calendar.Service{Base: parse(t, carriedText(t)), Address: "https://netral.example"}
	for _, lang := range text.Langs() {
		events := checkFeed(t, feed(t, s, calendar.FeedInput{Lang: lang}))
		want := 2 // the windows
		for _, c := range s.Base.Contests {
			want += len(c.Stages)
		}
		if len(events) != want {
			t.Errorf("%d events, want %d", len(events), want)
		}
		quiet := events["gub24.quiet@kalender.netral"]
		if quiet.get(t, "DTSTART").value != "20241124" || quiet.get(t, "DTEND").value != "20241127" || quiet.get(t, "URL").value != "https://netral.example/kalender/GUB24" {
			t.Errorf("quiet period: %+v", quiet)
		}
		if s := events["pres24.r2-voting@kalender.netral"].get(t, "STATUS").value; s != "CANCELLED" {
			t.Errorf("a second round that was not held is %s", s)
		}
		window := events["gub24.window@kalender.netral"]
		if window.get(t, "DTSTART").value != "20240322" || window.get(t, "DTEND").value != "20250220" {
			t.Errorf("window: %+v", window)
		}
	}
	only := checkFeed(t, feed(t, s, calendar.FeedInput{Contests: []string{"gub24", "GUB24R2"}}))
	if len(only) != 17+6+1 {
		t.Errorf("%d events of the governor", len(only))
	}
}

// line puts texts in force one after another, an hour apart.
func line(t *testing.T, texts []string, fn func(t *testing.T, s *calendar.Service)) {
	clock := storetest.NewClock(amendDay)
	ledgertest.Each(t, []store.Line{calendar.Migrations}, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		clock.Set(amendDay)
		s := &calendar.Service{Book: book, Base: parse(t, texts[0]), Now: clock.Now, Address: "https://netral.example"}
		fn(t, s)
		for _, next := range texts[1:] {
			clock.Step(time.Hour + 1500*time.Millisecond)
			if _, err := s.Amend(context.Background(), actor.OS("a", "id"), calendar.AmendInput{File: []byte(next), Note: "x"}); err != nil {
				t.Fatal(err)
			}
			fn(t, s)
		}
	}, storetest.WithClock(clock))
}

func sample(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The whole feed before and after an amendment that moves a date, calls off a
// second round and gives a stage another id.
func TestFeedGolden(t *testing.T) {
	n := 0
	line(t, []string{sample(t, "first.yaml"), sample(t, "second.yaml")}, func(t *testing.T, s *calendar.Service) {
		n++
		for _, lang := range text.Langs() {
			name := filepath.Join("testdata", fmt.Sprintf("feed-%d.%s.ics", (n-1)%2+1, lang))
			got := feed(t, s, calendar.FeedInput{Lang: lang})
			checkFeed(t, got)
			if *update {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

func TestFeedContinuity(t *testing.T) {
	first, second := sample(t, "first.yaml"), sample(t, "second.yaml")
	third := strings.Replace(strings.Replace(second, `edition: "t-2"`, `edition: "t-3"`, 1), `previous: "t-1"`, `previous: "t-2"`, 1)
	third = strings.Replace(third, "id: count, track: count", "id: recapitulation, track: count", 1)
	seen := map[string][]string{} // UID: sequence and status, edition by edition
	stamps := map[string][]string{}
	line(t, []string{first, second, third}, func(t *testing.T, s *calendar.Service) {
		all, err := s.Editions(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 1 {
			clear(seen)
			clear(stamps)
		}
		for uid, ev := range checkFeed(t, feed(t, s, calendar.FeedInput{})) {
			uid = strings.TrimSuffix(uid, "@kalender.netral")
			seen[uid] = append(seen[uid], ev.get(t, "SEQUENCE").value+" "+ev.get(t, "STATUS").value)
			stamps[uid] = append(stamps[uid], ev.get(t, "LAST-MODIFIED").value)
		}
		if len(all) < 3 {
			return
		}
		for uid, want := range map[string][]string{
			"gub.campaign":       {"0 CONFIRMED", "0 CONFIRMED", "0 CONFIRMED"},
			"gub.oath":           {"0 CONFIRMED", "1 CONFIRMED", "1 CONFIRMED"},
			"gub.window":         {"0 CONFIRMED", "1 CONFIRMED", "1 CONFIRMED"},
			"gubr2.voting":       {"0 TENTATIVE", "1 CANCELLED", "1 CANCELLED"},
			"gub.recapitulation": {"0 CONFIRMED", "1 CANCELLED", "2 CONFIRMED"},
			"gub.count":          {"0 CONFIRMED", "1 CANCELLED"},
		} {
			if !slices.Equal(seen[uid], want) {
				t.Errorf("%s: %v, want %v", uid, seen[uid], want)
			}
		}
		// Published on 2 January 2024 in Jakarta; amended twice.
		if got, want := stamps["gub.oath"], []string{"20240101T170000Z", "20261125T030001Z", "20261125T030001Z"}; !slices.Equal(got, want) {
			t.Errorf("oath modified %v, want %v", got, want)
		}
		if got, want := stamps["gub.recapitulation"], []string{"20240101T170000Z", "20261125T030001Z", "20261125T040003Z"}; !slices.Equal(got, want) {
			t.Errorf("recapitulation modified %v, want %v", got, want)
		}
	})
}

// Whatever the texts of an edition, the feed can be read and says the same.
func TestFeedSaysWhatTheEditionSays(t *testing.T) {
	cat := catalogue(t)
	plain := sample(t, "first.yaml")
	rapid.Check(t, func(rt *rapid.T) {
		title := rapid.StringOfN(rapid.RuneFrom([]rune("aé–“𝓃🗳️漢,;:\\\"' \u200d")), 1, 200, -1).Draw(rt, "title")
		title = "x" + title + "x"
		quoted := "'" + strings.ReplaceAll(title, "'", "''") + "'"
		e, err := calendar.Parse("t.yaml", []byte(strings.Replace(plain, `title: {id: "Masa tenang", en: "Quiet period"}`, "title: {id: "+quoted+", en: "+quoted+"}", 1)))
		if err != nil {
			rt.Skip(err)
		}
		s := &calendar.Service{Base: e}
		f, err := s.Feed(context.Background(), cat, calendar.FeedInput{})
		if err != nil {
			rt.Fatal(err)
		}
		events := checkFeed(t, f.Body)
		stage, _ := e.Contests[0].Phase(calendar.PhaseQuiet)
		want := cat.T(text.ID, "calendar.feed.summary", stage.Title, e.Contests[0].Short)
		if got := events["gub.quiet@kalender.netral"].get(t, "SUMMARY").text(t); got != want {
			rt.Fatalf("says %q, want %q", got, want)
		}
	})
}
