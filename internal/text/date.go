package text

import (
	"strconv"
	"time"

	"netral/internal/day"
)

// The names are a table of our own and not taken from a date library: two
// languages, nineteen words each, and they must be exactly those of official
// letters.
func weekday(lang string, w time.Weekday) string {
	if lang == EN {
		return w.String()
	}
	return [...]string{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"}[w]
}

func month(lang string, m time.Month) string {
	if lang == EN {
		return m.String()
	}
	return [...]string{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli",
		"Agustus", "September", "Oktober", "November", "Desember"}[m-1]
}

func monthShort(lang string, m time.Month) string {
	if lang == EN {
		return m.String()[:3]
	}
	return [...]string{"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"}[m-1]
}

// Day is a day in full: "Kamis, 19 Oktober 2023", "Thursday, 19 October 2023".
// day.None is the empty text.
func Day(lang string, d day.Day) string {
	if d == day.None {
		return ""
	}
	t := d.Time()
	return weekday(lang, t.Weekday()) + ", " + strconv.Itoa(t.Day()) + " " + month(lang, t.Month()) + " " + strconv.Itoa(t.Year())
}

// Date is a day without its weekday: "19 Oktober 2023", "19 October 2023".
func Date(lang string, d day.Day) string {
	if d == day.None {
		return ""
	}
	t := d.Time()
	return strconv.Itoa(t.Day()) + " " + month(lang, t.Month()) + " " + strconv.Itoa(t.Year())
}

// DayShort is a day where room is scarce: "19 Okt 2023", "19 Oct 2023".
func DayShort(lang string, d day.Day) string {
	if d == day.None {
		return ""
	}
	t := d.Time()
	return strconv.Itoa(t.Day()) + " " + monthShort(lang, t.Month()) + " " + strconv.Itoa(t.Year())
}

// Month is a month and its year: "Oktober 2023", "October 2023".
func Month(lang string, d day.Day) string {
	if d == day.None {
		return ""
	}
	t := d.Time()
	return month(lang, t.Month()) + " " + strconv.Itoa(t.Year())
}

// MonthShort is a month with two digits of its year, for axes: "Okt 23".
func MonthShort(lang string, d day.Day) string {
	if d == day.None {
		return ""
	}
	t := d.Time()
	y := t.Year() % 100
	s := monthShort(lang, t.Month()) + " "
	if y < 10 {
		s += "0"
	}
	return s + strconv.Itoa(y)
}

// Time is a moment in Jakarta, to the second: "Kamis, 19 Oktober 2023 pukul
// 14.05.09 WIB", "Thursday, 19 October 2023 at 14:05:09 WIB".
func Time(lang string, t time.Time) string {
	w := t.In(day.WIB)
	if lang == EN {
		return Day(lang, day.At(t)) + " at " + w.Format("15:04:05") + " WIB"
	}
	return Day(lang, day.At(t)) + " pukul " + w.Format("15.04.05") + " WIB"
}
