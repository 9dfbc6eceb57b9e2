package demo

import (
	"strconv"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// bio is what the rows of a person are made from.
type bio struct {
	id, nrk         string
	born, appointed day.Day
	left            day.Day // retirement, when it has come
	sex             roster.Sex
	education       string
	field           string
	before, after   string
	name            string
	contract        bool // PPPK
	low, high       int  // grades that the post allows, indexes into roster.Grades
	nip             string
}

// serials gives sequence numbers for NIPs: one after another for all who are
// born on a day, so that no two are the same. Its size does not depend on the
// number of people.
type serials struct {
	first day.Day
	next  []uint16
}

func newSerials() *serials {
	first := day.Of(1945, 1, 1)
	return &serials{first, make([]uint16, day.Of(2090, 1, 1)-first)}
}

// room moves a birth date to the next day on which there is a number left.
func (s *serials) room(born day.Day) day.Day {
	for s.next[born-s.first] >= 999 {
		born++
	}
	return born
}

func (s *serials) take(born day.Day) int {
	n := &s.next[born-s.first]
	*n++
	return int(*n)
}

// number makes the NIP or NI PPPK.
func (b *bio) number(serial int) string {
	out := make([]byte, 0, 18)
	year, month, d := b.born.Time().Date()
	out = two(two(strconv.AppendInt(out, int64(year), 10), int(month)), d)
	year, month, _ = b.appointed.Time().Date()
	out = strconv.AppendInt(out, int64(year), 10)
	if b.contract {
		month = 21
	}
	out = two(out, int(month))
	if b.sex == roster.Male {
		out = append(out, '1')
	} else {
		out = append(out, '2')
	}
	out = append(out, byte('0'+serial/100), byte('0'+serial/10%10), byte('0'+serial%10))
	return string(out)
}

// two appends a number of two digits.
func two(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// firstGrade is the grade with which somebody begins, lastGrade the one that
// service alone leads to (PP 99/2000 and its amendment PP 12/2002).
func firstGrade(education string) (first, last int) {
	switch education {
	case "SD":
		return 0, 4
	case "SMP":
		return 2, 6
	case "SMA":
		return 4, 9
	case "D-I", "D-II":
		return 5, 9
	case "D-III":
		return 6, 10
	case "S-2":
		return 9, 12
	case "S-3":
		return 10, 13
	}
	return 8, 11
}

// rungGrades are the grades of the rungs of functional posts.
func rungGrades(rung string) (low, high int) {
	switch rung {
	case "pemula":
		return 4, 5
	case "terampil":
		return 5, 7
	case "mahir":
		return 8, 9
	case "penyelia":
		return 10, 11
	case "ahli_pertama":
		return 8, 9
	case "ahli_muda":
		return 10, 11
	case "ahli_madya":
		return 12, 14
	case "ahli_utama":
		return 15, 16
	}
	return 0, 16
}

// rankGrades are the grades of structural posts, with the one below that is
// still accepted (PP 13/2002).
func rankGrades(rank int) (low, high int) {
	switch rank {
	case rankI:
		return 15, 16
	case rankII:
		return 13, 15
	case rankIII:
		return 11, 13
	case rankIV:
		return 10, 12
	}
	return 8, 12
}

// class is the class of somebody on contract (Perpres 98/2020).
func class(education string) string {
	switch education {
	case "SD":
		return "I"
	case "SMP":
		return "IV"
	case "SMA":
		return "V"
	case "D-I", "D-II":
		return "VI"
	case "D-III":
		return "VII"
	case "S-2", "S-3":
		return "X"
	}
	return "IX"
}

// rows are the person from the appointment on: a new row for each rise in grade.
// Grades are roster.Grades.
func (b *bio) rows(to []roster.Person, grades []string, today day.Day) []roster.Person {
	p := roster.Person{
		ID: b.id, NIP: b.nip, NRK: b.nrk, Name: b.name, Before: b.before, After: b.after, Education: b.education, Field: b.field,
		Born: b.born, Sex: b.sex, Status: roster.PNS, From: b.appointed, Until: day.None,
	}
	if b.contract {
		p.Status, p.Grade = roster.PPPK, class(b.education)
		return append(to, p)
	}
	end := today
	if b.left != day.None {
		end = b.left
	}
	first, most := firstGrade(b.education)
	service := int(end-b.appointed) / 365
	last := min(first+service/4, max(most, b.low+1))
	last = max(first, min(max(last, b.low), b.high))
	if trial := b.appointed + 365; b.appointed >= day.Of(2015, 1, 1) {
		c := p
		c.Status, c.Grade = roster.CPNS, grades[first]
		if trial <= end {
			c.Until, p.From = trial, trial
			to = append(to, c)
		} else {
			return append(to, c)
		}
	}
	n := last - first
	for i := range n {
		step := float64(end-b.appointed) / (float64(n) + 0.6)
		on := risingDay(b.appointed + day.Day(step*float64(i+1)))
		if on <= p.From || on >= end {
			continue // two in one term: the higher one counts
		}
		p.Grade, p.Until = grades[first+i], on
		to = append(to, p)
		p.From, p.Until = on, day.None
	}
	p.Grade = grades[last]
	if b.left != day.None {
		p.Until = b.left
		to = append(to, p)
		p.From, p.Until, p.Status = b.left, day.None, roster.Retired
	}
	return append(to, p)
}

// risingDay is the nearest 1 April or 1 October before, on which rises are given.
func risingDay(d day.Day) day.Day {
	t := d.Time()
	switch m := t.Month(); {
	case m >= time.October:
		return day.Of(t.Year(), time.October, 1)
	case m >= time.April:
		return day.Of(t.Year(), time.April, 1)
	}
	return day.Of(t.Year()-1, time.October, 1)
}

// titles are what is written before and after a name.
func titles(education, before, after, field string) (string, string) {
	switch education {
	case "S-1", "D-IV":
		if len(after) > 4 && after[:4] == "A.Md" {
			after = "S.Tr" + after[4:]
		}
		return before, after
	case "S-2":
		return before, join(after, master(field))
	case "S-3":
		if before == "" {
			return "Dr.", join(after, master(field))
		}
		return "Dr. " + before, join(after, master(field))
	case "D-III":
		if len(after) < 4 || after[:4] != "A.Md" {
			after = "A.Md."
		}
		return before, after
	}
	return "", ""
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

func master(field string) string {
	switch {
	case strings.Contains(field, "Pendidikan"):
		return "M.Pd."
	case strings.Contains(field, "Kedokteran"), strings.Contains(field, "Kesehatan"), strings.Contains(field, "Keperawatan"), strings.Contains(field, "Farmasi"):
		return "M.Kes."
	case strings.Contains(field, "Teknik"), strings.Contains(field, "Wilayah"):
		return "M.T."
	case strings.Contains(field, "Hukum"):
		return "M.H."
	case strings.Contains(field, "Akuntansi"), strings.Contains(field, "Manajemen"), strings.Contains(field, "Ekonomi"):
		return "M.M."
	}
	return "M.Si."
}

// decree is the number of a decree; it says that nobody signed it.
func decree(kind string, n int, on day.Day) string {
	b := make([]byte, 0, 48)
	b = append(b, kind...)
	b = strconv.AppendInt(b, int64(n), 10)
	b = append(b, '/')
	b = strconv.AppendInt(b, int64(on.Time().Year()), 10)
	return string(append(b, " (peraga)"...))
}
