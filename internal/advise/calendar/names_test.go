package calendar

import (
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
	"netral/internal/lex"
)

// meant lists who a text means on a day.
func meant(names []lex.Name, text string, on day.Day) []lex.Name {
	var out []lex.Name
	for _, n := range names {
		if strings.EqualFold(n.Text, text) && (n.From == day.None || on >= n.From) && (n.Until == day.None || on < n.Until) {
			out = append(out, n)
		}
	}
	return out
}

func TestNames(t *testing.T) {
	names := base(t).Names()
	for _, c := range []struct {
		text, on      string
		who           string // "" for nobody
		object, which string
		weak          bool
	}{
		{"Anies Baswedan", "2023-10-19", "PRES24-1", "candidate", "president", false},
		{"anies", "2026-11-25", "PRES24-1", "candidate", "president", false},
		{"AMIN", "2023-10-19", "PRES24-1", "candidate", "president", true},
		{"#AniesPresiden", "2023-10-19", "PRES24-1", "candidate", "president", false},
		{"Pongrekun", "2024-06-01", "GUB24-2", "independent", "governor", false},
		{"PDIP", "2024-06-01", "pdip", "party", "", false},
		{"Ummat", "2024-06-01", "ummat", "party", "", true},
		{"banteng moncong putih", "2020-06-01", "pdip", "party", "", false},
		// A ballot number means another pair in another contest, and nobody in between.
		{"paslon 2", "2023-11-12", "", "", "", false},
		{"paslon 2", "2023-11-13", "PRES24-2", "candidate", "president", false},
		{"paslon 02", "2024-03-20", "PRES24-2", "candidate", "president", false},
		{"paslon 02", "2024-03-21", "", "", "", false},
		{"nomor urut 2", "2024-09-22", "GUB24-2", "independent", "governor", false},
		{"nomor 2", "2024-12-16", "GUB24-2", "independent", "governor", true},
		{"nomor 2", "2024-12-17", "", "", "", false},
		{"partai nomor 24", "2022-12-29", "", "", "", false},
		{"partai nomor 24", "2022-12-30", "ummat", "party", "legislature", false},
	} {
		got := meant(names, c.text, on(t, c.on))
		if c.who == "" {
			if len(got) > 0 {
				t.Errorf("%q on %s means %v", c.text, c.on, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Who != c.who || got[0].Facts[factObject] != c.object || got[0].Facts[FactContest] != c.which || got[0].Weak != c.weak {
			t.Errorf("%q on %s: %+v, want %s", c.text, c.on, got, c.who)
		}
	}
	for i, n := range names {
		if n.Text == "" || n.Who == "" || len(n.Facts) == 0 || n.From != day.None && n.Until != day.None && n.From >= n.Until {
			t.Errorf("name %d: %+v", i, n)
		}
	}
}

// A name passes to the later contest on the day that contest begins.
func TestNamesPassOn(t *testing.T) {
	text := strings.Replace(baseText(t), `people: [{name: "Ridwan Kamil", role: governor}`, `people: [{name: "Ganjar Pranowo", role: governor, single: [Ganjar]}`, 1)
	e, err := Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ on, who string }{{"2020-01-01", "PRES24-3"}, {"2024-01-25", "PRES24-3"}, {"2024-01-26", "GUB24-1"}, {"2027-01-01", "GUB24-1"}} {
		for _, name := range []string{"Ganjar", "Ganjar Pranowo"} {
			if got := meant(e.Names(), name, on(t, c.on)); len(got) != 1 || got[0].Who != c.who {
				t.Errorf("%s on %s: %+v, want %s", name, c.on, got, c.who)
			}
		}
	}
}

// The facts and values that the calendar speaks of are in the vocabulary of
// the conduct book; and the calendar has a track for every contest there is.
func TestVocabulary(t *testing.T) {
	data, err := os.ReadFile("../../../rules/id-asn/vocabulary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Facts []struct {
			Name   string
			Values []struct{ Name string }
		}
	}
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, f := range v.Facts {
		for _, val := range f.Values {
			known[f.Name+"="+val.Name] = true
			if f.Name == FactContest && !slices.Contains(kinds, val.Name) {
				t.Errorf("the calendar has no track for the contest %q", val.Name)
			}
		}
	}
	check := func(what string, facts map[string]string) {
		for f, val := range facts {
			if !known[f+"="+val] {
				t.Errorf("%s: %s=%s is not in the vocabulary", what, f, val)
			}
		}
	}
	e := base(t)
	for _, tr := range e.Timeline().Tracks {
		check("track", tr.When)
		check("track", tr.Default)
		for _, s := range tr.Spans {
			check("span", s.Set)
		}
	}
	for _, n := range e.Names() {
		check("name "+n.Text, n.Facts)
	}
}
