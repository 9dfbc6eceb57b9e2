package ask_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"netral/internal/advise/ask"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
)

func TestQuestionsOfTheProgramme(t *testing.T) {
	b := basis(t)
	photo := "bolehkah ASN berfoto bersama pasangan capres-cawapres?"
	for _, c := range []struct {
		text, on string
		facts    map[string]string
		want     rule.Outcome
		list     string // of a rule that decides
	}{
		{text: photo, on: "2023-10-19", want: rule.Prohibited, list: "ethics"},
		{text: photo, on: "2023-11-12", want: rule.Prohibited, list: "ethics"},
		{text: photo, on: "2023-11-13", want: rule.Prohibited, list: "discipline"},
		{text: photo, on: "2023-11-20", want: rule.Prohibited, list: "discipline"},
		{text: "PNS boleh nyoblos?", on: "2024-02-14", want: rule.Allowed},
		{text: "berapa gaji PNS golongan 3a?", on: "2023-10-19", want: rule.Outside},
		{text: "boleh ga like foto kampanye capres?", on: "2023-12-01", want: rule.Prohibited, list: "discipline"},
	} {
		a, err := ask.Ask(b, ask.Input{Text: c.text, On: c.on, Facts: c.facts}, day.Of(2023, 10, 19))
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if a.Outcome != c.want {
			t.Errorf("%s on %s: %s (possible %v, missing %v, facts %v), want %s", c.text, c.on, a.Outcome, a.Possible, a.Missing, a.Facts, c.want)
		}
		var lists []string
		for _, r := range a.Deciding() {
			lists = append(lists, r.Rule.List)
		}
		if c.list != "" && !slices.Contains(lists, c.list) {
			t.Errorf("%s on %s: decided by lists %v, want %s among them", c.text, c.on, lists, c.list)
		}
	}
}

func TestGivenFactsWinAndUnknownIsUnknown(t *testing.T) {
	b := basis(t)
	in := ask.Input{Text: "PNS boleh nyoblos?", On: "2024-02-14", Facts: map[string]string{"person": "military"}}
	a, err := ask.Ask(b, in, day.Of(2023, 10, 19))
	if err != nil {
		t.Fatal(err)
	}
	if a.Facts["person"] != "military" || a.From["person"] != rule.Given {
		t.Errorf("given person: %q from %q", a.Facts["person"], a.From["person"])
	}
	if a.From["act"] != rule.Read {
		t.Errorf("act comes from %q, want read", a.From["act"])
	}
	a, err = ask.Ask(b, ask.Input{Facts: map[string]string{"act": "photo", "person": ask.Unknown}}, day.Of(2023, 10, 19))
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := a.Facts["person"]; ok {
		t.Errorf("a person said to be unknown was assumed to be %q", v)
	}
}

func TestTheDayComesFromTheControlThenTheWordsThenToday(t *testing.T) {
	b := basis(t)
	today := day.Of(2023, 10, 19)
	for _, c := range []struct {
		in   ask.Input
		want string
		from string
	}{
		{ask.Input{Text: "boleh like capres tgl 28 november 2023?"}, "2023-11-28", rule.Read},
		{ask.Input{Text: "boleh like capres tgl 28 november 2023?", On: "2024-01-02"}, "2024-01-02", rule.Given},
		{ask.Input{Text: "boleh like capres?"}, "2023-10-19", ""},
	} {
		a, err := ask.Ask(b, c.in, today)
		if err != nil {
			t.Fatal(err)
		}
		if a.On.String() != c.want || a.Dated != c.from {
			t.Errorf("%v: on %s (%q), want %s (%q)", c.in, a.On, a.Dated, c.want, c.from)
		}
	}
}

func TestBadInputNamesTheFieldWhatWasGivenAndWhatIsPossible(t *testing.T) {
	b := basis(t)
	many := map[string]string{}
	for i := range 200 {
		many[strings.Repeat("x", i+1)] = "y"
	}
	for name, c := range map[string]struct {
		in    ask.Input
		field string
		key   string
	}{
		"day":         {ask.Input{On: "31-02-2023"}, "on", "ask.on_wrong"},
		"far day":     {ask.Input{On: "2999-01-01"}, "on", "ask.on_wrong"},
		"no such day": {ask.Input{On: "2023-02-30"}, "on", "ask.on_wrong"},
		"fact":        {ask.Input{Facts: map[string]string{"colour": "red"}}, "colour", "rule.fact_unknown"},
		"unknown of":  {ask.Input{Facts: map[string]string{"colour": "?"}}, "colour", "rule.fact_unknown"},
		"value":       {ask.Input{Facts: map[string]string{"act": "sleep"}}, "act", "rule.value_unknown"},
		"long":        {ask.Input{Text: strings.Repeat("a", ask.MaxText+1)}, "text", "ask.text_long"},
		"bytes":       {ask.Input{Text: "boleh \xff\xfe?"}, "text", "ask.text_utf8"},
		"many":        {ask.Input{Facts: many}, "facts", "ask.facts_many"},
	} {
		_, err := ask.Ask(b, c.in, day.Of(2023, 10, 19))
		if !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want an Invalid fault", name, err)
			continue
		}
		f := fault.Of(err).Fields
		if len(f) == 0 || f[0].Name != c.field || f[0].Key != c.key {
			t.Errorf("%s: fields %v, want %s: %s", name, f, c.field, c.key)
		}
	}
}

func TestAnAnswerIsTheSameEveryTime(t *testing.T) {
	b := basis(t)
	in := ask.Input{Text: "boleh dateng ke kampanye?"}
	first, err := ask.Ask(b, in, day.Of(2023, 12, 1))
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := ask.Ask(b, in, day.Of(2023, 12, 1))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(first.View("id"), again.View("id")); d != "" {
			t.Fatalf("the second time: %s", d)
		}
	}
}

func TestFlipsFlipAndChangesChange(t *testing.T) {
	b := basis(t)
	in := ask.Input{On: "2023-12-01", Facts: map[string]string{"act": "attend_campaign", "object": "candidate", "contest": "president", "support": "active", "attributes": "none"}}
	a, err := ask.Ask(b, in, day.Of(2023, 10, 19))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Flips) == 0 {
		t.Fatal("nothing flips an active attendance")
	}
	for _, f := range a.Flips {
		facts := map[string]string{}
		for k, v := range in.Facts {
			facts[k] = v
		}
		for _, c := range f.Changes {
			facts[c.Fact] = c.To
		}
		again, err := ask.Ask(b, ask.Input{On: in.On, Facts: facts}, day.Of(2023, 10, 19))
		if err != nil {
			t.Fatal(err)
		}
		if again.Outcome != f.Outcome {
			t.Errorf("after %v: %s, want %s", f.Changes, again.Outcome, f.Outcome)
		}
	}
	for _, c := range a.Changes() {
		again, err := ask.Ask(b, ask.Input{On: c.On.String(), Facts: in.Facts}, day.Of(2023, 10, 19))
		if err != nil {
			t.Fatal(err)
		}
		if again.Outcome != c.Outcome {
			t.Errorf("on %s: %s, want %s", c.On, again.Outcome, c.Outcome)
		}
	}
	if n, ok := a.Next(); !ok || n.On <= a.On {
		t.Errorf("next change %v, %v", n.On, ok)
	}
}

func TestTableAnswersEverySituation(t *testing.T) {
	s := service(t, nil)
	person, _ := basis(t).Rules.Fact("person")
	for _, p := range person.Values {
		for _, on := range []string{"2023-10-19", "2024-02-14", "2026-11-25"} {
			tab, err := s.Table(context.Background(), anyone(), ask.TableInput{Person: p.Name, On: on})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range tab.Rows {
				for _, c := range row.Cells {
					if len(c.Possible) == 0 {
						t.Errorf("%s on %s, %s: no answer", p.Name, on, row.Key)
					}
				}
			}
		}
	}
	_, err := s.Table(context.Background(), anyone(), ask.TableInput{Person: "king", On: "yesterday"})
	if f := fault.Of(err); f == nil || len(f.Fields) != 2 {
		t.Errorf("wrong person and day: %v, want both told", err)
	}
}

func TestEveryActHasOneTopic(t *testing.T) {
	act, _ := basis(t).Rules.Fact("act")
	seen := map[string]string{}
	for _, topic := range ask.Topics() {
		for _, a := range topic.Acts {
			if _, ok := act.Value(a); !ok {
				t.Errorf("topic %s: act %q is not in the book", topic.Key, a)
			}
			if other, twice := seen[a]; twice {
				t.Errorf("act %s is in %s and in %s", a, other, topic.Key)
			}
			seen[a] = topic.Key
		}
	}
	for _, v := range act.Values {
		if seen[v.Name] == "" {
			t.Errorf("act %s has no topic: nobody who answers by questions can find it", v.Name)
		}
	}
}

func BenchmarkAsk(b *testing.B) {
	basis := basis(b)
	in := ask.Input{Text: "bolehkah ASN berfoto bersama pasangan capres-cawapres?", On: "2023-10-19"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ask.Ask(basis, in, day.Of(2023, 10, 19)); err != nil {
			b.Fatal(err)
		}
	}
}
