package ask_test

import (
	"strings"
	"testing"

	"netral/data"
	"netral/internal/advise/ask"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/lex"
	"netral/internal/rule"
)

// A pair that KPU determines a week after the others is a pair of hopefuls
// until then, and the answer about it follows the ethics list as long.
func TestAnswerFollowsTheContestantsOwnDays(t *testing.T) {
	file, err := data.FS.ReadFile("calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const pair = "- id: PRES24-1\n"
	text := strings.Replace(string(file), pair, pair+"        determined: 2023-11-20\n", 1)
	e, err := calendar.Parse("own-days.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	b := *basis(t)
	l, err := lex.Load(data.FS, "lexicon", b.Rules)
	if err != nil {
		t.Fatal(err)
	}
	b.Timeline, b.Reader = e.Timeline(), l.Reader(e.Names())
	b.Of = func(who []string) rule.Timeline { return e.TimelineOf(who...) }
	for _, c := range []struct{ text, on, standing string }{
		{"bolehkah ASN berfoto bersama Anies Baswedan?", "2023-11-15", "hopeful"},
		{"bolehkah ASN berfoto bersama Anies Baswedan?", "2023-11-20", "candidate"},
		{"bolehkah ASN berfoto bersama Prabowo Subianto?", "2023-11-15", "candidate"},
		{"bolehkah ASN berfoto bersama pasangan capres-cawapres?", "2023-11-15", "candidate"},
	} {
		a, err := ask.Ask(&b, ask.Input{Text: c.text, On: c.on}, day.Of(2023, 11, 1))
		if err != nil {
			t.Fatal(err)
		}
		if a.Facts["standing"] != c.standing || a.Outcome != rule.Prohibited {
			t.Errorf("%s on %s: standing %q, %s; want %q, prohibited", c.text, c.on, a.Facts["standing"], a.Outcome, c.standing)
		}
		if c.standing != "hopeful" {
			continue
		}
		next, ok := a.Next()
		if !ok || next.On != day.Of(2023, 11, 20) {
			t.Errorf("%s on %s: changes next on %s, want the day that pair is determined", c.text, c.on, next.On)
		}
	}
}
