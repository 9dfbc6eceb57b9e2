package lex

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
)

// dates is the words of dates.
type dates struct {
	months   map[string]time.Month
	weekdays map[string]time.Weekday
	rel      map[string]int // phrases of one or two words → days from today
	units    map[string]int // "minggu" → 7
	next     map[string]bool
	last     map[string]bool
	ahead    map[string]bool // "lagi": a number of units from today on
	ago      map[string]bool
	prep     map[string]bool // "on", "hari": before a day of the week
	suffix   map[string]bool // "19th"
}

func newDates() dates {
	return dates{
		months: map[string]time.Month{}, weekdays: map[string]time.Weekday{}, rel: map[string]int{}, units: map[string]int{},
		next: map[string]bool{}, last: map[string]bool{}, ahead: map[string]bool{}, ago: map[string]bool{}, prep: map[string]bool{}, suffix: map[string]bool{},
	}
}

// read takes in the "dates" of a lexicon file. Months and weekdays are lists,
// from January and from Sunday on, each entry with all its names.
func (d *dates) read(s source, n *yaml.Node) {
	k := s.fields(n, "months", "weekdays", "days", "units", "next", "last", "ahead", "ago", "weekday_after", "ordinal")
	list := func(key string, want int, f func(i int, w string)) {
		v := k[key]
		if v == nil {
			return
		}
		if v.Kind != yaml.SequenceNode || len(v.Content) != want {
			s.bad(v, "want a list of %d", want)
			return
		}
		for i, c := range v.Content {
			for _, w := range strings.Fields(s.text(c)) {
				f(i, w)
			}
		}
	}
	list("months", 12, func(i int, w string) { d.months[w] = time.Month(i + 1) })
	list("weekdays", 7, func(i int, w string) { d.weekdays[w] = time.Weekday(i) })
	s.pairs(k["days"], func(k, v *yaml.Node) { d.rel[k.Value] = s.number(v, -400, 400, 0) })
	s.pairs(k["units"], func(k, v *yaml.Node) { d.units[k.Value] = s.number(v, 1, 7, 1) })
	for key, into := range map[string]map[string]bool{"next": d.next, "last": d.last, "ahead": d.ahead, "ago": d.ago, "weekday_after": d.prep, "ordinal": d.suffix} {
		s.texts(k[key], func(_ *yaml.Node, v string) {
			for _, w := range strings.Fields(v) {
				into[w] = true
			}
		})
	}
}

// knows reports whether the word is one that dates are made of.
func (d *dates) knows(w string) bool {
	if d.months[w] != 0 || d.units[w] != 0 || d.next[w] || d.suffix[w] {
		return true
	}
	if _, ok := d.weekdays[w]; ok {
		return true
	}
	_, ok := d.rel[w]
	return ok
}

// findDate finds the one day a text speaks of. Two different days are a span or
// a comparison: then no day is said.
func (r *Reader) findDate(items []item, today day.Day) (day.Day, Span) {
	found, at := day.None, Span{}
	for i := 0; i < len(items); i++ {
		d, n := r.dateAt(items[i:], i, items, today)
		if n == 0 {
			continue
		}
		if d != day.None {
			if found != day.None && d != found {
				return day.None, Span{}
			}
			if found == day.None {
				found = d
				at = Span{From: int(items[i].from), To: int(items[i+n-1].to), Fact: "on", Value: d.String()}
			}
		}
		i += n - 1
	}
	return found, at
}

// dateAt reads a day at the beginning of rest: how many items it took, 0 for
// none. A date that does not exist takes its items and is day.None.
func (r *Reader) dateAt(rest []item, at int, all []item, today day.Day) (day.Day, int) {
	d := &r.lex.dates
	word := func(i int) string {
		if i >= 0 && i < len(rest) && (i == 0 || !rest[i].brk) {
			return rest[i].text
		}
		return ""
	}
	num := func(i int) int {
		if i < len(rest) && rest[i].kind == kindNum {
			return number(rest[i].text)
		}
		return -1
	}
	// 14/02/2024, 14-2-24, 2024-02-14
	if a := num(0); a >= 0 && len(rest) >= 5 && rest[1].kind == kindPunct && rest[3].kind == kindPunct && rest[1].text == rest[3].text && rest[1].text != "," && rest[1].text != ":" {
		b, c := num(2), num(4)
		switch {
		case len(rest[0].text) == 4 && b >= 0 && c >= 0:
			return ymd(a, b, c), 5
		case len(rest[4].text) == 4 && b >= 0 && c >= 0:
			return ymd(c, b, a), 5
		case len(rest[4].text) == 2 && b >= 0 && c >= 0:
			return ymd(2000+c, b, a), 5
		}
	}
	// 19 Oktober 2023, 19th of October, tanggal 28 november
	if a := num(0); a >= 1 && a <= 31 && len(rest[0].text) <= 2 {
		i := 1
		if d.suffix[word(i)] {
			i++
		}
		if word(i) == "of" {
			i++
		}
		if m := d.months[word(i)]; m != 0 {
			if y := year(rest, i+1); y > 0 {
				return ymd(y, int(m), a), i + 2
			}
			return nearest(int(m), a, today), i + 1
		}
	}
	// October 19, 2023
	if m := d.months[word(0)]; m != 0 {
		if a := num(1); a >= 1 && a <= 31 && len(rest[1].text) <= 2 && !rest[1].brk {
			i := 2
			if d.suffix[word(i)] {
				i++
			}
			if i < len(rest) && rest[i].kind == kindPunct {
				i++
			}
			if y := year(rest, i); y > 0 {
				return ymd(y, int(m), a), i + 1
			}
			if i > 2 && rest[i-1].kind == kindPunct {
				i--
			}
			return nearest(int(m), a, today), i
		}
		return day.None, 0
	}
	// besok lusa, hari ini, tomorrow
	if len(rest) > 1 {
		if off, ok := d.rel[word(0)+" "+word(1)]; ok {
			return today + day.Day(off), 2
		}
	}
	if off, ok := d.rel[word(0)]; ok {
		return today + day.Day(off), 1
	}
	// 3 hari lagi, seminggu lagi, in 3 days
	if a := num(0); a > 0 && a <= 400 {
		if u := d.units[word(1)]; u > 0 {
			switch {
			case d.ahead[word(2)]:
				return today + day.Day(a*u), 3
			case d.ago[word(2)]:
				return today - day.Day(a*u), 3
			case at > 0 && all[at-1].text == "in":
				return today + day.Day(a*u), 2
			}
		}
	}
	// Sabtu depan, next Saturday, on Saturday
	if w, ok := d.weekdays[word(0)]; ok && (d.units[word(0)] == 0 || at > 0 && !rest[0].brk && all[at-1].text == "hari") {
		monday := today - day.Day((int(today.Weekday())+6)%7)
		in := monday + day.Day((int(w)+6)%7)
		before := ""
		if at > 0 && !rest[0].brk {
			before = all[at-1].text
		}
		switch {
		case d.next[word(1)]:
			return in + 7, 2
		case d.next[before]:
			return in + 7, 1
		case d.last[word(1)]:
			return lastBefore(in, today), 2
		case d.last[before]:
			return lastBefore(in, today), 1
		case word(1) == "ini" || before == "this" || d.prep[before]:
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
func year(rest []item, i int) int {
	if i >= len(rest) || rest[i].kind != kindNum || len(rest[i].text) != 4 || rest[i].brk {
		return 0
	}
	return number(rest[i].text)
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
