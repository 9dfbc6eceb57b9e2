// Package date finds the day that a text speaks of, in everyday Indonesian and
// English. Which words are months, days and units is data.
package date

import (
	"time"

	"netral/internal/day"
	"netral/internal/lex/letter"
)

// Word is a word of a text in its normal form. A span of several sentences is
// one list; Brk says that a sentence ends before the word.
type Word struct {
	Text     string
	From, To int32 // bytes of the text
	Kind     letter.Kind
	Brk      bool
}

// Vocabulary is the words of dates.
type Vocabulary struct {
	Months   map[string]time.Month
	Weekdays map[string]time.Weekday
	Rel      map[string]int // phrases of one or two words → days from today
	Units    map[string]int // "minggu" → 7
	Next     map[string]bool
	Last     map[string]bool
	Ahead    map[string]bool // "lagi": a number of units from today on
	Ago      map[string]bool
	Prep     map[string]bool // "on", "hari": before a day of the week
	Suffix   map[string]bool // "19th"
}

// New is a vocabulary without words.
func New() Vocabulary {
	return Vocabulary{
		Months: map[string]time.Month{}, Weekdays: map[string]time.Weekday{}, Rel: map[string]int{}, Units: map[string]int{},
		Next: map[string]bool{}, Last: map[string]bool{}, Ahead: map[string]bool{}, Ago: map[string]bool{}, Prep: map[string]bool{}, Suffix: map[string]bool{},
	}
}

// Knows reports whether the word is one that dates are made of.
func (d *Vocabulary) Knows(w string) bool {
	if d.Months[w] != 0 || d.Units[w] != 0 || d.Next[w] || d.Suffix[w] {
		return true
	}
	if _, ok := d.Weekdays[w]; ok {
		return true
	}
	_, ok := d.Rel[w]
	return ok
}

// At reads a day at a place of the text: how many words it took, 0 for none. A
// date that does not exist takes its words and is day.None.
func (d *Vocabulary) At(all []Word, at int, today day.Day) (day.Day, int) {
	rest := all[at:]
	word := func(i int) string {
		if i >= 0 && i < len(rest) && (i == 0 || !rest[i].Brk) {
			return rest[i].Text
		}
		return ""
	}
	num := func(i int) int {
		if i < len(rest) && rest[i].Kind == letter.Num {
			return number(rest[i].Text)
		}
		return -1
	}
	// 14/02/2024, 14-2-24, 2024-02-14
	if a := num(0); a >= 0 && len(rest) >= 5 && rest[1].Kind == letter.Punct && rest[3].Kind == letter.Punct && rest[1].Text == rest[3].Text && rest[1].Text != "," && rest[1].Text != ":" {
		b, c := num(2), num(4)
		switch {
		case len(rest[0].Text) == 4 && b >= 0 && c >= 0:
			return ymd(a, b, c), 5
		case len(rest[4].Text) == 4 && b >= 0 && c >= 0:
			return ymd(c, b, a), 5
		case len(rest[4].Text) == 2 && b >= 0 && c >= 0:
			return ymd(2000+c, b, a), 5
		}
	}
	// 19 Oktober 2023, 19th of October, tanggal 28 november
	if a := num(0); a >= 1 && a <= 31 && len(rest[0].Text) <= 2 {
		i := 1
		if d.Suffix[word(i)] {
			i++
		}
		if word(i) == "of" {
			i++
		}
		if m := d.Months[word(i)]; m != 0 {
			if y := year(rest, i+1); y > 0 {
				return ymd(y, int(m), a), i + 2
			}
			return nearest(int(m), a, today), i + 1
		}
	}
	// October 19, 2023
	if m := d.Months[word(0)]; m != 0 {
		if a := num(1); a >= 1 && a <= 31 && len(rest[1].Text) <= 2 && !rest[1].Brk {
			i := 2
			if d.Suffix[word(i)] {
				i++
			}
			if i < len(rest) && rest[i].Kind == letter.Punct {
				i++
			}
			if y := year(rest, i); y > 0 {
				return ymd(y, int(m), a), i + 1
			}
			if i > 2 && rest[i-1].Kind == letter.Punct {
				i--
			}
			return nearest(int(m), a, today), i
		}
		return day.None, 0
	}
	// besok lusa, hari ini, tomorrow
	if len(rest) > 1 {
		if off, ok := d.Rel[word(0)+" "+word(1)]; ok {
			return today + day.Day(off), 2
		}
	}
	if off, ok := d.Rel[word(0)]; ok {
		return today + day.Day(off), 1
	}
	// 3 hari lagi, seminggu lagi, in 3 days
	if a := num(0); a > 0 && a <= 400 {
		if u := d.Units[word(1)]; u > 0 {
			switch {
			case d.Ahead[word(2)]:
				return today + day.Day(a*u), 3
			case d.Ago[word(2)]:
				return today - day.Day(a*u), 3
			case at > 0 && all[at-1].Text == "in":
				return today + day.Day(a*u), 2
			}
		}
	}
	// Sabtu depan, next Saturday, on Saturday
	if w, ok := d.Weekdays[word(0)]; ok && (d.Units[word(0)] == 0 || at > 0 && !rest[0].Brk && all[at-1].Text == "hari") {
		monday := today - day.Day((int(today.Weekday())+6)%7)
		in := monday + day.Day((int(w)+6)%7)
		before := ""
		if at > 0 && !rest[0].Brk {
			before = all[at-1].Text
		}
		switch {
		case d.Next[word(1)]:
			return in + 7, 2
		case d.Next[before]:
			return in + 7, 1
		case d.Last[word(1)]:
			return lastBefore(in, today), 2
		case d.Last[before]:
			return lastBefore(in, today), 1
		case word(1) == "ini" || before == "this" || d.Prep[before]:
			n := 1
			if word(1) == "ini" {
				n = 2
			}
			if in < today {
				in += 7
			}
			return in, n
		}
	}
	return day.None, 0
}

func lastBefore(in, today day.Day) day.Day {
	if in >= today {
		return in - 7
	}
	return in
}

// year reads a year of four figures.
func year(rest []Word, i int) int {
	if i >= len(rest) || rest[i].Kind != letter.Num || len(rest[i].Text) != 4 || rest[i].Brk {
		return 0
	}
	return number(rest[i].Text)
}

// ymd is the day, or day.None if there is no such day or it is nothing that
// Netral deals with.
func ymd(y, m, d int) day.Day {
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return day.None
	}
	v := day.Of(y, time.Month(m), d)
	if t := v.Time(); t.Day() != d || v < day.First || v > day.Last {
		return day.None
	}
	return v
}

// nearest is the day of that date in the year that brings it closest to today.
func nearest(m, d int, today day.Day) day.Day {
	y := today.Time().Year()
	best := day.None
	for _, v := range [...]day.Day{ymd(y-1, m, d), ymd(y, m, d), ymd(y+1, m, d)} {
		if v != day.None && (best == day.None || away(v, today) < away(best, today)) {
			best = v
		}
	}
	return best
}

func away(a, b day.Day) day.Day { return max(a-b, b-a) }

// number reads a whole number of at most four figures, or -1.
func number(w string) int {
	if len(w) == 0 || len(w) > 4 {
		return -1
	}
	n := 0
	for i := 0; i < len(w); i++ {
		if w[i] < '0' || w[i] > '9' {
			return -1
		}
		n = n*10 + int(w[i]-'0')
	}
	return n
}
