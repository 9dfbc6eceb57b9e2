package rule_test

import (
	"fmt"
	"os"
	"strings"

	"netral/internal/day"
	"netral/internal/rule"
)

// A reading room lends books and films; its rules are in testdata/library.
func load(dir string) *rule.Book {
	b, err := rule.Load(os.DirFS(dir), ".")
	if err != nil {
		panic(err)
	}
	return b
}

func Example() {
	book := load("testdata/library")
	on := day.Of(2024, 5, 1)

	// What is given, and what may be assumed beside it.
	facts, source := book.Complete(rule.Facts{"item": "book", "hour": "closed"}, rule.Timeline{}, on)
	fmt.Println("reader:", facts["reader"], "-", source["reader"])

	s, err := book.Situation(facts)
	if err != nil {
		panic(err)
	}
	answer := book.Answer(s, on)
	fmt.Println("answer:", answer.Outcome)
	for _, a := range answer.Rules {
		fmt.Println("because:", a.Rule.Title.EN, a.Rule.Cites, a.Because)
	}
	for _, f := range book.Flips(s, on) {
		fmt.Println("would be", f.Outcome, "with", f.Changes[0].Fact, f.Changes[0].To)
	}
	// Output:
	// reader: adult - assumed
	// answer: prohibited
	// because: Outside the hours [order/2] [hour]
	// would be allowed with reader staff
}

// With facts missing the answer says what is still possible and what to ask.
func ExampleBook_Answer() {
	book := load("testdata/library")
	s, _ := book.Situation(rule.Facts{"item": "film"})
	d := book.Answer(s, day.Of(2024, 5, 1))
	fmt.Println(d.Outcome, d.Possible)
	fmt.Println("ask", d.Missing)
	for _, a := range d.Rules {
		fmt.Println(a.Rule.ID, "if", a.Needs)
	}
	// Output:
	// undecided [allowed conditional prohibited]
	// ask [reader]
	// quiet if map[hour:closed]
	// film-child if map[hour:open reader:child]
	// open if map[]
	// night if map[hour:closed reader:staff]
}

// Decide is for many complete situations: it allocates nothing.
func ExampleBook_Decide() {
	book := load("testdata/library")
	s, _ := book.Situation(rule.Facts{"item": "film", "reader": "child", "hour": "open"})
	if v, ok := book.Decide(s, day.Of(2024, 5, 1)); ok {
		fmt.Println(v.Outcome, "by", book.Rules[v.Rules[0]].ID)
	}
	// Output: conditional by film-child
}

// Facts that follow from the day come from a timeline; Periods shows when the
// answer changes, here also because a rule begins on 1 March.
func ExampleBook_Periods() {
	book := load("testdata/library")
	nights := rule.Timeline{Tracks: []rule.Track{{
		Default: rule.Facts{"hour": "open"},
		Spans:   []rule.Span{{From: day.Of(2024, 2, 1), Until: day.Of(2024, 4, 1), Set: rule.Facts{"hour": "closed"}}},
	}}}
	periods, err := book.Periods(rule.Facts{"item": "book", "reader": "staff"}, nights, day.Of(2024, 1, 1), day.Of(2025, 1, 1))
	if err != nil {
		panic(err)
	}
	for _, p := range periods {
		fmt.Println(p.From, p.Outcome, p.Stage["hour"])
	}
	// Output:
	// 2024-01-01 allowed open
	// 2024-02-01 prohibited closed
	// 2024-03-01 allowed closed
	// 2024-04-01 allowed open
}

// Check looks at every situation there is.
func ExampleBook_Check() {
	fsys := os.DirFS("testdata/library")
	book, err := rule.Load(fsys, ".")
	if err != nil {
		panic(err)
	}
	r := book.Check(fsys, ".", rule.Timeline{})
	fmt.Println(r.Situations, "situations, clean:", r.Clean())
	for _, share := range r.Outcomes {
		fmt.Println(share.Outcome, share.Situations)
	}
	// Output:
	// 24 situations, clean: true
	// allowed 12
	// conditional 2
	// prohibited 10
}

// Diff says which situations two editions answer otherwise, and shows one.
func ExampleDiff() {
	old := load("testdata/library")
	dir, err := os.MkdirTemp("", "edition")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS("testdata/library")); err != nil {
		panic(err)
	}
	file := dir + "/rules/desk.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	edited := strings.Replace(string(data), "reader: staff, hour: closed", "reader: [staff, adult], hour: closed", 1)
	if err := os.WriteFile(file, []byte(edited), 0o600); err != nil {
		panic(err)
	}

	d, err := rule.Diff(old, load(dir))
	if err != nil {
		panic(err)
	}
	fmt.Println("written:", d.RulesChanged)
	for _, era := range d.Eras {
		fmt.Println("from", era.From, ":", era.Changed, "of", era.Situations)
		for _, s := range era.Shifts {
			fmt.Println(s.Old.Outcome, "→", s.New.Outcome, s.Situations, "as in:", s.Words.EN)
		}
	}
	// Output:
	// written: [{night [when]}]
	// from 2024-03-01 : 2 of 12
	// prohibited → allowed 2 as in: Item: a book; Reader: an adult; Hour: closed
}

// A rule can be shown with its conditions in words.
func ExampleBook_Describe() {
	book := load("testdata/library")
	r, _ := book.Rule("film-child")
	fmt.Println(book.Describe(r, "en").All)
	fmt.Println(book.Describe(r, "id").All)
	// Output:
	// [Item: a film Reader: a child Hour: open]
	// [Barang: film Pembaca: anak Jam: buka]
}
