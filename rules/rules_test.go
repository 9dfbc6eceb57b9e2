package rules_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"netral/data"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/rule"
	"netral/rules"
)

const conduct = "id-asn"

func load(t *testing.T) (*rule.Book, rule.Timeline) {
	t.Helper()
	b, err := rule.Load(rules.FS, conduct)
	if err != nil {
		t.Fatal(err)
	}
	e, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return b, e.Timeline()
}

// The book ships only when nothing is wrong with it, in the whole space of
// situations and in every example, with the calendar it is used with.
func TestConductBookIsClean(t *testing.T) {
	b, line := load(t)
	r := b.Check(rules.FS, conduct, line)
	t.Logf("%d rules, %d register items, %d examples, %d near misses, %d situations, %d nodes, %d eras",
		r.Rules, len(b.Register), r.Examples.Cases, r.Examples.NearMiss, r.Situations, r.Nodes, r.Eras)
	for _, found := range [][]rule.Finding{r.Gaps, r.Conflicts, r.Dead, r.Uncited, r.Examples.Failed} {
		for _, f := range found {
			t.Errorf("%s:%d: %s", f.File, f.Line, f.Message)
		}
	}
	if r.Examples.Cases < 200 {
		t.Errorf("%d examples; the book promises 200", r.Examples.Cases)
	}
	if r.Situations < 100_000_000 {
		t.Errorf("%d situations looked at; the book promises 10⁸", r.Situations)
	}
	if r.Nodes > 200_000 {
		t.Errorf("%d nodes: the rules have become entangled", r.Nodes)
	}
}

// The annex has seven items of ethics and twelve of discipline; each is one
// rule, begins with the decree, and names its own item first.
func TestDecreeIsWhole(t *testing.T) {
	b, _ := load(t)
	want := map[string]int{"A": 7, "B": 12}
	lists := map[string]string{"A": "ethics", "B": "discipline"}
	signed := mustDay(t, "2022-09-22")
	for letter, n := range want {
		for i := 1; i <= n; i++ {
			id := letter + "-" + strconv.Itoa(i)
			r, ok := b.Rule(id)
			if !ok {
				t.Errorf("item %s has no rule", id)
				continue
			}
			if r.List != lists[letter] || r.Breach != lists[letter] || r.Outcome != rule.Prohibited {
				t.Errorf("%s: list %s, breach %s, outcome %s", id, r.List, r.Breach, r.Outcome)
			}
			if item := "SKB-" + letter + strconv.Itoa(i); r.Cites[0] != item {
				t.Errorf("%s cites %s first, want %s", id, r.Cites[0], item)
			}
			if r.From != signed {
				t.Errorf("%s is in force from %s, the decree was signed on %s", id, r.From, signed)
			}
			if len(r.Sanction) == 0 {
				t.Errorf("%s names no sanction", id)
			}
		}
	}
	for letter, list := range lists {
		n := 0
		for _, r := range b.Rules {
			if r.List == list {
				n++
			}
		}
		if n != want[letter] {
			t.Errorf("list %s has %d rules, the annex %d items", list, n, want[letter])
		}
	}
}

func mustDay(t *testing.T, s string) day.Day {
	t.Helper()
	d, err := day.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// strength orders confidences; a rule is never surer than the provision it
// rests on first.
func strength(c string) int {
	switch c {
	case "H", "BK-H", "INF-H":
		return 4
	case "M-H":
		return 3
	case "M", "BK-M", "INF-M":
		return 2
	}
	return 1
}

func TestRulesAreNotSurerThanTheirLaw(t *testing.T) {
	b, _ := load(t)
	for _, r := range b.Rules {
		item, in, ok := b.Item(r.Cites[0])
		if !ok {
			t.Fatalf("%s cites %s", r.ID, r.Cites[0])
		}
		if strength(r.Confidence) > strength(item.Confidence) {
			t.Errorf("%s is marked %s, but %s only %s", r.ID, r.Confidence, item.ID, item.Confidence)
		}
		// What is inferred or weak says so in words, too.
		weak := strength(r.Confidence) < 2 || strings.HasPrefix(r.Confidence, "INF") && r.Outcome == rule.Prohibited
		if weak && r.Outcome != rule.Allowed && r.Outcome != rule.Conditional && r.Conflict.Zero() && len(r.Opinions) == 0 {
			t.Errorf("%s is marked %s and does not say what is doubtful", r.ID, r.Confidence)
		}
		if r.Outcome != rule.Prohibited {
			continue
		}
		if in.From != day.None && (r.From == day.None || r.From < in.From) {
			t.Errorf("%s holds from %s, its instrument %s only from %s", r.ID, r.From, in.ID, in.From)
		}
		if in.Until != day.None && (r.Until == day.None || r.Until > in.Until) {
			t.Errorf("%s holds until %s, its instrument %s only until %s", r.ID, r.Until, in.ID, in.Until)
		}
	}
}

// Whoever hears no or perhaps hears what to do instead; what is unsettled has
// two opinions at least, each with a source of the book.
func TestAnswersHelp(t *testing.T) {
	b, _ := load(t)
	for _, r := range b.Rules {
		if (r.Outcome == rule.Prohibited || r.Outcome == rule.Caution) && r.Instead.Zero() {
			t.Errorf("%s says no and not what to do instead", r.ID)
		}
		if r.Outcome == rule.Prohibited && r.Breach == "" {
			t.Errorf("%s is prohibited without a class of breach", r.ID)
		}
		if len(r.Sources) == 0 {
			t.Errorf("%s names no source", r.ID)
		}
		if r.List == "unsettled" && len(r.Opinions) < 2 {
			t.Errorf("%s is unsettled and tells %d opinions", r.ID, len(r.Opinions))
		}
		for _, o := range r.Opinions {
			if b.Source(o.Source).Zero() {
				t.Errorf("%s: opinion with unknown source %q", r.ID, o.Source)
			}
		}
	}
}

// The lists of the book hold nothing that no rule uses.
func TestNothingIsListedInVain(t *testing.T) {
	b, _ := load(t)
	used := map[string]bool{}
	for _, r := range b.Rules {
		used["list "+r.List] = true
		for _, s := range r.Sources {
			used["source "+s] = true
		}
		for _, o := range r.Opinions {
			used["source "+o.Source] = true
		}
		for _, s := range r.Sanction {
			used["sanction "+s] = true
		}
		for _, c := range r.Cites {
			if _, in, ok := b.Item(c); ok {
				used["instrument "+in.ID] = true
			}
		}
	}
	var listed []string
	for _, l := range b.Lists {
		listed = append(listed, "list "+l.Key)
	}
	for _, s := range b.Sources {
		listed = append(listed, "source "+s.Key)
	}
	for _, s := range b.Sanctions {
		listed = append(listed, "sanction "+s.Code)
	}
	for _, in := range b.Instruments {
		listed = append(listed, "instrument "+in.ID)
	}
	for _, l := range listed {
		if !used[l] {
			t.Errorf("%s is in book.yaml and no rule uses it", l)
		}
	}
}

// The page about the book names every rule of it, and no other.
func TestPageNamesEveryRule(t *testing.T) {
	b, _ := load(t)
	page, err := os.ReadFile("../docs/rules-id-asn.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder // rows of "What is encoded"
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "|") {
			table.WriteString(line)
		}
	}
	words := strings.FieldsFunc(table.String(), func(r rune) bool { return strings.ContainsRune(" |;:,.()\n", r) })
	for _, r := range b.Rules {
		if !slices.Contains(words, r.ID) {
			t.Errorf("docs/rules-id-asn.md does not name %s", r.ID)
		}
	}
	for _, w := range words {
		list := strings.HasPrefix(w, "OK-") || strings.HasPrefix(w, "U-") || strings.HasPrefix(w, "SP-") || strings.HasPrefix(w, "OUT-") || strings.HasPrefix(w, "DKI-")
		if _, ok := b.Rule(w); list && !ok {
			t.Errorf("docs/rules-id-asn.md names %s, which is no rule", w)
		}
	}
}

// On every day exactly one body supervises, and the day it changes is the one
// that the register of the law gives.
func TestSupervisors(t *testing.T) {
	b, _ := load(t)
	for on, want := range map[string]string{"2023-10-19": "KASN", "2024-08-23": "KASN", "2024-09-03": "Transition after KASN", "2024-09-04": "BKN", "2026-01-01": "BKN"} {
		s, ok := b.Supervisor(mustDay(t, on))
		if !ok || s.Body.EN != want {
			t.Errorf("%s: %q supervises, want %q", on, s.Body.EN, want)
		}
	}
}

// The book never convicts: breaches are possible ones, and nobody is guilty.
func TestBookNeverConvicts(t *testing.T) {
	b, _ := load(t)
	for _, r := range b.Rules {
		for _, s := range []string{r.Title.ID, r.Title.EN, r.Text.ID, r.Text.EN, r.Instead.ID, r.Instead.EN, r.Conflict.ID, r.Conflict.EN} {
			for _, word := range []string{"bersalah", "terbukti", "pasti melanggar", "guilty", "convicted", "has breached"} {
				if strings.Contains(strings.ToLower(s), word) {
					t.Errorf("%s says %q: %s", r.ID, word, s)
				}
			}
		}
		if slices.Contains([]string{"ethics", "discipline"}, r.List) {
			hedgeID := strings.Contains(r.Text.ID, "diduga") || strings.Contains(r.Text.ID, "dapat")
			hedgeEN := strings.Contains(r.Text.EN, "possible") || strings.Contains(r.Text.EN, "can ")
			if !hedgeID || !hedgeEN {
				t.Errorf("%s speaks of a breach as a fact", r.ID)
			}
		}
	}
}

// Every word of the vocabulary is worth asking: each fact moves some answer,
// and each act has a case of its own.
func TestVocabularyIsUsed(t *testing.T) {
	b, _ := load(t)
	asked := map[string]bool{}
	for _, r := range b.Rules {
		for _, c := range r.When {
			asked[c.Fact] = true
		}
		for _, alt := range r.Any {
			for _, c := range alt {
				asked[c.Fact] = true
			}
		}
	}
	for _, f := range b.Facts() {
		if !asked[f.Name] {
			t.Errorf("no rule asks for %s", f.Name)
		}
	}
	cases, problems := rule.LoadCases(rules.FS, conduct+"/cases")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	shown := map[string]bool{}
	for _, c := range cases {
		for f, v := range c.Facts {
			shown[f+"="+v] = true
		}
	}
	for _, name := range []string{"act", "person", "object", "contest", "relation", "content", "host"} {
		f, ok := b.Fact(name)
		if !ok {
			t.Fatalf("no fact %s", name)
		}
		for _, v := range f.Values {
			if v.Name != f.Assume && !shown[name+"="+v.Name] {
				t.Errorf("no case has %s=%s", name, v.Name)
			}
		}
	}
}

// The two dates that the programme began with: the same picture falls under
// ethics before KPU's determination and under discipline after it.
func TestPictureWithPresidentialPair(t *testing.T) {
	b, line := load(t)
	for on, want := range map[string]string{"2023-10-19": "A-5", "2023-11-12": "A-5", "2023-11-13": "B-7", "2023-11-20": "B-7"} {
		d := mustDay(t, on)
		facts, _ := b.Complete(rule.Facts{"act": "photo", "person": "pns", "object": "candidate", "contest": "president"}, line, d)
		s, err := b.Situation(facts)
		if err != nil {
			t.Fatal(err)
		}
		a := b.Answer(s, d)
		if a.Outcome != rule.Prohibited || a.Rules[0].Rule.ID != want {
			t.Errorf("%s: %s under %s, want prohibited under %s", on, a.Outcome, a.Rules[0].Rule.ID, want)
		}
	}
}
