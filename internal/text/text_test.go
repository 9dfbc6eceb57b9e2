package text

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
)

func small(t *testing.T, id, en string) *Catalogue {
	t.Helper()
	c, err := Load(fstest.MapFS{
		"c/x.id.yaml": {Data: []byte(id)},
		"c/x.en.yaml": {Data: []byte(en)},
	}, "c")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type both struct{ id, en string }

func (b both) In(lang string) string {
	if lang == EN {
		return b.en
	}
	return b.id
}

func TestT(t *testing.T) {
	c := small(t, `
"x.plain": "Bolehkah saya?"
"x.args": "dari {1} sampai {2}, {1}"
"x.brace": "{} {0} {10} {x} {1"
"x.word": "gubernur"
`, `
"x.plain": "May I?"
"x.args": "from {1} to {2}, {1}"
"x.brace": "{} {0} {10} {x} {1"
"x.word": "governor"
`)
	for _, tc := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{ID, "x.plain", nil, "Bolehkah saya?"},
		{EN, "x.plain", nil, "May I?"},
		{"fr", "x.plain", nil, "Bolehkah saya?"},
		{ID, "x.args", []any{"a", "b"}, "dari a sampai b, a"},
		{ID, "x.args", []any{1234567, int64(-1000)}, "dari 1.234.567 sampai -1.000, 1.234.567"},
		{EN, "x.args", []any{1234567, -999}, "from 1,234,567 to -999, 1,234,567"},
		{ID, "x.args", []any{day.Of(2023, 10, 19), nil}, "dari Kamis, 19 Oktober 2023 sampai , Kamis, 19 Oktober 2023"},
		{EN, "x.args", []any{Key("x.word"), both{"satu", "one"}}, "from governor to one, governor"},
		{EN, "x.args", []any{[]string{"a", "b"}, 1.5}, "from a, b to 1.5, a, b"},
		{EN, "x.args", []any{"a"}, "from a to ⟦2⟧, a"},
		{EN, "x.brace", nil, "{} {0} {10} {x} {1"},
		{EN, "x.none", nil, "⟦x.none⟧"},
		// An argument is text, never a pattern.
		{EN, "x.args", []any{"{2}", "b"}, "from {2} to b, {2}"},
	} {
		if got := c.T(tc.lang, tc.key, tc.args...); got != tc.want {
			t.Errorf("T(%s, %s, %v) = %q, want %q", tc.lang, tc.key, tc.args, got, tc.want)
		}
	}
}

func TestN(t *testing.T) {
	c := small(t, `"x.rules": "{1} aturan di {2}"`, `
"x.rules":
  one: "{1} rule in {2}"
  other: "{1} rules in {2}"
`)
	for _, tc := range []struct {
		lang string
		n    int
		want string
	}{
		{EN, 0, "0 rules in b"}, {EN, 1, "1 rule in b"}, {EN, 2000, "2,000 rules in b"},
		{ID, 1, "1 aturan di b"}, {ID, 2000, "2.000 aturan di b"},
	} {
		if got := c.N(tc.lang, "x.rules", tc.n, "b"); got != tc.want {
			t.Errorf("N(%s, %d) = %q, want %q", tc.lang, tc.n, got, tc.want)
		}
	}
	if got := c.N(EN, "x.none", 1); got != "⟦x.none⟧" {
		t.Errorf("unknown key = %q", got)
	}
}

func TestFault(t *testing.T) {
	c := small(t, `
"x.bad": "{1} bukan tanggal"
"x.bad.hint": "Tulis seperti {1}"
`, `
"x.bad": "{1} is not a day"
"x.bad.hint": "Write it like {1}"
`)
	f := fault.Of(fault.New(fault.Invalid, "x.bad", "31-02"))
	if got := c.Fault(ID, f) + "|" + c.Hint(ID, f); got != "31-02 bukan tanggal|Tulis seperti 31-02" {
		t.Errorf("fault = %q", got)
	}
	if got := c.Fault(EN, nil) + c.Hint(EN, nil) + c.Hint(EN, &fault.Error{Key: "x.y"}); got != "" {
		t.Errorf("no fault = %q", got)
	}
	if got := c.Field(EN, fault.Field{Name: "on", Key: "x.bad", Args: []any{"x"}}); got != "x is not a day" {
		t.Errorf("field = %q", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"a language we do not have": {fstest.MapFS{"c/x.fr.yaml": {Data: []byte(`"x.a": b`)}}, "AREA.LANG.yaml"},
		"no language":               {fstest.MapFS{"c/x.yaml": {Data: []byte(`"x.a": b`)}}, "AREA.LANG.yaml"},
		"no YAML":                   {fstest.MapFS{"c/x.id.yaml": {Data: []byte("\x00\xff")}}, "x.id.yaml"},
		"twice in one file":         {fstest.MapFS{"c/x.id.yaml": {Data: []byte("\"x.a\": b\n\"x.a\": c")}}, "x.id.yaml"},
		"twice in two files":        {fstest.MapFS{"c/x.id.yaml": {Data: []byte(`"x.a": b`)}, "c/y.id.yaml": {Data: []byte(`"x.a": b`)}}, "twice"},
		"no text":                   {fstest.MapFS{"c/x.id.yaml": {Data: []byte(`"x.a": ""`)}}, "no text"},
	} {
		if _, err := Load(tc.files, "c"); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, tc.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"":                               ID,
		"en":                             EN,
		"en-GB,en;q=0.9,id;q=0.8":        EN,
		"id-ID,id;q=0.9,en;q=0.8":        ID,
		"fr-FR, en;q=0.5":                EN,
		"en;q=0.1, id;q=0.9":             ID,
		"ja":                             ID,
		"jv, en;q=0.5":                   ID,
		";;;q=x":                         ID,
		strings.Repeat("en,", 100) + "x": ID,
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%q) = %s, want %s", header, got, want)
		}
	}
}

func TestDays(t *testing.T) {
	d := day.Of(2023, time.October, 19)
	for _, tc := range []struct{ got, want string }{
		{Day(ID, d), "Kamis, 19 Oktober 2023"},
		{Day(EN, d), "Thursday, 19 October 2023"},
		{DayShort(ID, d), "19 Okt 2023"},
		{DayShort(EN, d), "19 Oct 2023"},
		{Date(ID, day.Of(2026, 8, 4)), "4 Agustus 2026"},
		{Month(ID, d), "Oktober 2023"},
		{MonthShort(EN, day.Of(2009, 5, 1)), "May 09"},
		{MonthShort(ID, day.Of(2023, 5, 1)), "Mei 23"},
		{Day(ID, day.None) + Date(ID, day.None) + DayShort(EN, day.None) + Month(ID, day.None) + MonthShort(ID, day.None), ""},
		{Time(ID, time.Date(2023, 10, 19, 17, 5, 9, 0, time.UTC)), "Jumat, 20 Oktober 2023 pukul 00.05.09 WIB"},
		{Time(EN, time.Date(2023, 10, 19, 1, 5, 9, 0, time.UTC)), "Thursday, 19 October 2023 at 08:05:09 WIB"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

// Every month and weekday has a name in both languages.
func TestDayNames(t *testing.T) {
	for _, lang := range Langs() {
		seen := map[string]bool{}
		for m := time.January; m <= time.December; m++ {
			seen[month(lang, m)], seen[monthShort(lang, m)+"."] = true, true
		}
		for w := time.Sunday; w <= time.Saturday; w++ {
			seen[weekday(lang, w)] = true
		}
		if len(seen) != 12+12+7 || seen[""] {
			t.Errorf("%s: %d names, some are missing or the same", lang, len(seen))
		}
	}
}

func BenchmarkPlain(b *testing.B) {
	c, err := New()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = c.T(ID, "fault.internal")
	}
}

func BenchmarkArgs(b *testing.B) {
	c, err := Load(fstest.MapFS{"c/x.id.yaml": {Data: []byte(`"x.a": "dari {1} sampai {2}"`)}}, "c")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = c.T(ID, "x.a", "a", "b")
	}
}
