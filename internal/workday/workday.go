package workday

import (
	"slices"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
)

// Name is a name in both languages.
type Name struct {
	ID string `yaml:"id" json:"id"`
	EN string `yaml:"en" json:"en"`
}

// In is the name in the language, Indonesian unless lang is "en".
func (n Name) In(lang string) string {
	if lang == "en" {
		return n.EN
	}
	return n.ID
}

// Off is a day on which offices are closed by decree. It may fall on a weekend.
type Off struct {
	On     day.Day
	Name   Name
	Joint  bool // joint leave (cuti bersama), else a national holiday
	Decree Decree
}

// Decree is where a day off comes from.
type Decree struct {
	Title      Name
	Number     string
	Issued     day.Day
	Confidence string // H, M-H, M or L, as in the other data
}

// Calendar is the days off of some years. It does not change once loaded; the
// zero Calendar covers no year.
type Calendar struct {
	off   map[day.Day]Off
	years []int // covered, in order
}

// Years lists the years whose days off are known, in order. The slice must not
// be changed.
func (c *Calendar) Years() []int { return c.years }

// Covers reports whether the days off of the day's year are known.
func (c *Calendar) Covers(d day.Day) bool {
	_, ok := slices.BinarySearch(c.years, d.Time().Year())
	return ok
}

// Covered is nil when the days off of every day from the one to the other are
// known, both included; else an Invalid fault that says which year is missing.
func (c *Calendar) Covered(from, to day.Day) error {
	for y := from.Time().Year(); y <= to.Time().Year(); y++ {
		if _, ok := slices.BinarySearch(c.years, y); !ok {
			have := make([]string, len(c.years))
			for i, y := range c.years {
				have[i] = year(y)
			}
			return fault.New(fault.Invalid, "workday.not_covered", year(y), have)
		}
	}
	return nil
}

// year is written without a thousands separator, unlike other numbers.
func year(y int) string { return day.Of(y, time.January, 1).Time().Format("2006") }

// Off is the decreed day off on the day, if it is one.
func (c *Calendar) Off(d day.Day) (Off, bool) {
	o, ok := c.off[d]
	return o, ok
}

// IsWorkday reports whether offices work on the day. When sure is false, only
// the weekday was looked at.
func (c *Calendar) IsWorkday(d day.Day) (works, sure bool) {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false, true // no decree makes a weekend a working day
	}
	_, off := c.off[d]
	return !off, off || c.Covers(d)
}

// Add moves n working days on from the day, or back when n is negative; the day
// itself is not counted. Add(d, 0) is d. The way never leaves First to Last.
func (c *Calendar) Add(d day.Day, n int) (to day.Day, sure bool) {
	step, left := day.Day(1), n
	if n < 0 {
		step, left = -1, -n
	}
	sure = true
	for left > 0 && d > day.First && d < day.Last {
		d += step
		works, known := c.IsWorkday(d)
		if works {
			left--
		}
		sure = sure && known
	}
	return d, sure && left == 0
}

// Between counts the working days after from, up to and including to; when to
// lies before from, it is Between(to, from) below zero. It is the n with which
// Add leads from one working day to another.
func (c *Calendar) Between(from, to day.Day) (n int, sure bool) {
	if to < from {
		n, sure = c.Between(to, from)
		return -n, sure
	}
	sure = true
	for d := from + 1; d <= to; d++ {
		works, known := c.IsWorkday(d)
		if works {
			n++
		}
		sure = sure && known
	}
	return n, sure
}

// Counting says whether the day on which something became known is a day of
// the term.
type Counting int

// The ways to count.
const (
	Next Counting = iota // the first day is the next working day; the usual way
	Same                 // the day itself counts, when it is a working day
)

// Deadline is a term of working days, worked out.
type Deadline struct {
	First   day.Day // the first day that counts
	Last    day.Day // the last day on which it is in time, to its end in WIB
	Sure    bool    // false: some year is not covered, and Last is the earliest it can be
	Skipped []Off   // days off that fell on a weekday and pushed it back, in order
}

// Within is the deadline "within n working days from knowing". It is the day of
// knowing itself, with nothing to count, for n below one.
func (c *Calendar) Within(known day.Day, n int, how Counting) Deadline {
	out := Deadline{First: known, Last: known, Sure: true}
	if n < 1 {
		return out
	}
	start := known
	if how == Same {
		start-- // so that the day itself is the first to be looked at
	}
	var a, b bool
	out.First, a = c.Add(start, 1)
	out.Last, b = c.Add(start, n)
	out.Sure = a && b
	for d := start + 1; d < out.Last; d++ {
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			if o, ok := c.off[d]; ok {
				out.Skipped = append(out.Skipped, o)
			}
		}
	}
	return out
}

// Left is how many working days of the term remain on the day, the day itself
// included; 0 once it has passed.
func (c *Calendar) Left(d Deadline, on day.Day) int {
	if on > d.Last {
		return 0
	}
	n, _ := c.Between(max(on, d.First)-1, d.Last)
	return n
}
