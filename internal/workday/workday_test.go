package workday

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"netral/data"
	"netral/internal/day"
	"netral/internal/fault"
)

func load(t testing.TB) *Calendar {
	t.Helper()
	c, err := Load(data.FS, "holidays")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func on(t testing.TB, s string) day.Day {
	t.Helper()
	d, err := day.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestYears: as many days off as the decrees say in their own words, and no
// joint leave on a holiday (Load refuses doubles and weekends).
func TestYears(t *testing.T) {
	t.Parallel()
	c := load(t)
	if fmt.Sprint(c.Years()) != "[2023 2024 2025 2026]" {
		t.Error(c.Years())
	}
	for y, want := range map[int][2]int{
		2023: {16, 8 + 1 + 2}, // eight, one more at Eid al-Fitr, two at Eid al-Adha
		2024: {17 + 2, 10},    // and two voting days
		2025: {17, 10 + 1},    // and 18 August
		2026: {17, 8},
	} {
		var got [2]int
		for d := day.Of(y, 1, 1); d <= day.Of(y, 12, 31); d++ {
			if o, ok := c.Off(d); ok {
				if o.Joint {
					got[1]++
				} else {
					got[0]++
				}
				if o.On != d || o.Decree.Number == "" || o.Decree.Issued >= d || o.Name.In("id") == o.Name.In("en") {
					t.Errorf("%+v", o)
				}
			}
		}
		if got != want {
			t.Errorf("%d: %v holidays and joint leave, want %v", y, got, want)
		}
	}
}

func TestIsWorkday(t *testing.T) {
	t.Parallel()
	c := load(t)
	for s, want := range map[string][2]bool{
		"2024-02-13": {true, true},
		"2024-02-14": {false, true}, // voting day
		"2024-11-27": {false, true}, // voting day
		"2023-04-26": {true, true},  // joint leave in the first decree, moved by the amendment
		"2023-04-19": {false, true},
		"2025-08-18": {false, true}, // joint leave by amendment
		"2024-06-01": {false, true}, // a holiday on a Saturday
		"2026-12-31": {true, true},
		"2027-01-01": {true, false}, // surely a holiday, but not decreed yet
		"2027-01-02": {false, true}, // a Saturday whatever is decreed
		"2022-12-30": {true, false},
	} {
		works, sure := c.IsWorkday(on(t, s))
		if works != want[0] || sure != want[1] {
			t.Errorf("%s: %v %v, want %v", s, works, sure, want)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, x := range []struct {
		known       string
		n           int
		how         Counting
		first, last string
		sure        bool
		skipped     int
	}{
		{"2024-01-15", 2, Next, "2024-01-16", "2024-01-17", true, 0}, // Monday to Wednesday
		{"2024-01-15", 2, Same, "2024-01-15", "2024-01-16", true, 0},
		{"2024-01-15", 0, Next, "2024-01-15", "2024-01-15", true, 0},
		{"2024-01-15", -3, Same, "2024-01-15", "2024-01-15", true, 0},
		{"2024-01-20", 1, Next, "2024-01-22", "2024-01-22", true, 0}, // learnt on a Saturday
		{"2024-01-20", 1, Same, "2024-01-22", "2024-01-22", true, 0},
		{"2024-02-12", 7, Next, "2024-02-13", "2024-02-22", true, 1}, // over voting day
		{"2024-04-05", 3, Next, "2024-04-16", "2024-04-18", true, 6}, // over Eid al-Fitr
		{"2024-12-20", 14, Next, "2024-12-23", "2025-01-14", true, 3},
		{"2026-12-21", 14, Next, "2026-12-22", "2027-01-12", false, 2}, // into a year without data
		{"2027-03-01", 2, Next, "2027-03-02", "2027-03-03", false, 0},
	} {
		d := c.Within(on(t, x.known), x.n, x.how)
		if d.First.String() != x.first || d.Last.String() != x.last || d.Sure != x.sure || len(d.Skipped) != x.skipped {
			t.Errorf("%d from %s (%d): %+v, want %s to %s %v %d skipped", x.n, x.known, x.how, d, x.first, x.last, x.sure, x.skipped)
		}
		if x.n > 0 {
			if got := c.Left(d, d.First); got != x.n {
				t.Errorf("%d left on the first day of %d", got, x.n)
			}
			if got := c.Left(d, d.Last); got != 1 {
				t.Errorf("%d left on the last day", got)
			}
			if got := c.Left(d, d.Last+1); got != 0 {
				t.Errorf("%d left when it is over", got)
			}
			if got := c.Left(d, d.First-30); got != x.n {
				t.Errorf("%d left before it begins", got)
			}
		}
	}
}

func TestCovered(t *testing.T) {
	t.Parallel()
	c := load(t)
	if err := c.Covered(on(t, "2023-01-01"), on(t, "2026-12-31")); err != nil {
		t.Error(err)
	}
	err := c.Covered(on(t, "2026-12-01"), on(t, "2027-01-04"))
	f := fault.Of(err)
	if !errors.Is(err, fault.Invalid) || f.Key != "workday.not_covered" || fmt.Sprint(f.Args) != "[2027 [2023 2024 2025 2026]]" {
		t.Error(err)
	}
	var none Calendar
	if works, sure := none.IsWorkday(on(t, "2024-02-14")); !works || sure {
		t.Error("an empty calendar is sure")
	}
	if none.Covered(0, 0) == nil || none.Covers(0) {
		t.Error("an empty calendar covers 1970")
	}
}

// TestArithmetic: Add and Between against counting days one by one, and each
// the inverse of the other; nothing leaves the days there are.
func TestArithmetic(t *testing.T) {
	t.Parallel()
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		from := day.Of(2023, 1, 1) + day.Day(rapid.IntRange(0, 4*365).Draw(t, "from"))
		n := rapid.IntRange(-120, 120).Draw(t, "n")
		to, _ := c.Add(from, n)
		left, step := n, day.Day(1)
		if n < 0 {
			left, step = -n, -1
		}
		d := from
		for left > 0 {
			d += step
			_, off := c.Off(d)
			if w := d.Time().Weekday(); !off && w != time.Saturday && w != time.Sunday {
				left--
			}
		}
		if to != d {
			t.Fatalf("Add(%s, %d) = %s, want %s", from, n, to, d)
		}
		if works, _ := c.IsWorkday(from); works {
			if got, _ := c.Between(from, to); got != n {
				t.Fatalf("Between(%s, %s) = %d, want %d", from, to, got, n)
			}
			if back, _ := c.Add(to, -n); back != from {
				t.Fatalf("there and back from %s by %d: %s", from, n, back)
			}
		}
	})
	if d, sure := c.Add(day.Last-1, 5); d != day.Last || sure {
		t.Errorf("beyond the last day: %s %v", d, sure)
	}
	if d, sure := c.Add(day.First+1, -5); d != day.First || sure {
		t.Errorf("before the first day: %s %v", d, sure)
	}
}

const good = `year: 2024
sources:
  skb: {title: {id: a, en: b}, number: "1", issued: 2023-09-12, confidence: H}
holidays:
  - {on: 2024-01-01, source: skb, name: {id: a, en: b}}
joint:
  - {on: 2024-02-09, source: skb, name: {id: a, en: b}}
`

func TestRefusals(t *testing.T) {
	t.Parallel()
	if _, err := Load(fstest.MapFS{"h/2024.yaml": {Data: []byte(good)}}, "h"); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ old, new, want string }{
		{"year: 2024", "year: 2024\ncolour: red", "line 2: field colour not found"},
		{"year: 2024", "year: [", "h/2024.yaml: yaml: line"},
		{"year: 2024", "year: 1800", "year 1800; want one from 1945 to 2199"},
		{"year: 2024", "year: 2025", "h/2024.yaml:5: 2024-01-01 is not in 2025"},
		{"2024-01-01", "2024-13-01", `line 5: "2024-13-01" is not a day`},
		{"on: 2024-01-01, ", "", "h/2024.yaml:0: a day off without a day (on)"},
		{"2024-02-09", "2024-01-01", `h/2024.yaml:7: 2024-01-01 stands twice; first as "a"`},
		{"2024-02-09", "2024-02-10", "h/2024.yaml:7: 2024-02-10 is a Saturday: joint leave is taken on working days"},
		{"source: skb", "source: law", `h/2024.yaml:5: 2024-01-01: unknown source "law"`},
		{"source: skb, name: {id: a, en: b}}", "source: skb, name: {id: a}}", "h/2024.yaml:5: 2024-01-01: a name needs both languages"},
		{"confidence: H", "confidence: sure", `source "skb": confidence "sure"; possible: H, M-H, M, L`},
		{"number: \"1\"", "number: \"\"", `source "skb" needs a title in both languages, a number`},
		{"holidays:\n  - {on: 2024-01-01, source: skb, name: {id: a, en: b}}\n", "", "no holidays: a year without any is a mistake"},
		{"joint:", "---\njoint:", "more than one document"},
		{"joint:", strings.Repeat("# x\n", maxBytes/4) + "joint:", "at most 65536 are read"},
	} {
		text := strings.Replace(good, x.old, x.new, 1)
		if text == good {
			t.Fatalf("%q is not in the file", x.old)
		}
		_, err := Load(fstest.MapFS{"h/2024.yaml": {Data: []byte(text)}}, "h")
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s → %s: %v, want %s", x.old, x.new, err, x.want)
		}
	}
	twice := fstest.MapFS{"h/a.yaml": {Data: []byte(good)}, "h/b.yaml": {Data: []byte(good)}}
	if _, err := Load(twice, "h"); err == nil || !strings.Contains(err.Error(), "h/b.yaml: the year 2024 is in two files") {
		t.Error(err)
	}
	if _, err := Load(fstest.MapFS{}, "h"); err == nil || !strings.Contains(err.Error(), "h: no holidays") {
		t.Error(err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("year: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Load(fstest.MapFS{"h/2024.yaml": {Data: data}}, "h")
		if err == nil && len(c.Years()) != 1 {
			t.Fatalf("years %v", c.Years())
		}
	})
}

func ExampleCalendar_Within() {
	c, err := Load(data.FS, "holidays")
	if err != nil {
		panic(err)
	}
	d := c.Within(day.Of(2024, time.February, 12), 7, Next)
	fmt.Println("until", d.Last)
	for _, o := range d.Skipped {
		fmt.Println("not", o.On, o.Name.EN, "by", o.Decree.Number)
	}
	// Output:
	// until 2024-02-22
	// not 2024-02-14 Voting day of the 2024 general election by 10/2024
}
