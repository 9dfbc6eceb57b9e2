// Package day is a calendar day without a clock or a zone: what a law means
// when it says "from 31 October 2023". It is the one leaf that other leaves
// may use.
//
// A moment becomes a day in Jakarta time (WIB, UTC+7, no summer time), the
// zone in which election stages begin and end.
package day

import (
	"fmt"
	"time"
)

// Day counts days since 1 January 1970. Days compare with < and >.
type Day int32

// None is the absent day: an open beginning or an open end.
const None Day = -1 << 31

// First and Last bound what Parse accepts; nothing that Netral deals with
// lies outside.
var (
	First = Of(1945, time.August, 17)
	Last  = Of(2199, time.December, 31)
)

// WIB is Jakarta time.
var WIB = time.FixedZone("WIB", 7*60*60)

// Of makes a day from its parts; as in package time, overflowing parts roll
// over.
func Of(year int, month time.Month, d int) Day {
	return Day(time.Date(year, month, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// At is the day in Jakarta at the moment t.
func At(t time.Time) Day {
	y, m, d := t.In(WIB).Date()
	return Of(y, m, d)
}

// Parse reads YYYY-MM-DD. Anything else is refused, a date that does not
// exist too.
func Parse(s string) (Day, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return None, fmt.Errorf("%q is not a day: want YYYY-MM-DD, for example 2023-10-19", clip(s))
	}
	d := Day(t.Unix() / 86400)
	if t.Unix() < 0 {
		d = Of(t.Year(), t.Month(), t.Day())
	}
	if d < First || d > Last {
		return None, fmt.Errorf("%s is outside %s to %s", s, First, Last)
	}
	return d, nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// Time is midnight UTC of the day; its year, month and weekday are the day's.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Start is the moment the day begins in Jakarta.
func (d Day) Start() time.Time {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, WIB)
}

// AddMonths moves by whole months and stays inside the target month: 31
// August less six months is the last day of February, not early March.
func (d Day) AddMonths(n int) Day {
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	lastDay := first.AddDate(0, 1, -1).Day()
	return Of(first.Year(), first.Month(), min(t.Day(), lastDay))
}

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }

// IsZero reports that there is no day; encoding/json asks it for omitzero.
func (d Day) IsZero() bool { return d == None }

// String is YYYY-MM-DD, or "" for None.
func (d Day) String() string {
	if d == None {
		return ""
	}
	y, m, date := d.Time().Date()
	if y < 0 || y > 9999 {
		return d.Time().Format("2006-01-02")
	}
	digit := func(n int) byte { return '0' + byte(n%10) }
	return string([]byte{digit(y / 1000), digit(y / 100), digit(y / 10), digit(y), '-', digit(int(m) / 10), digit(int(m)), '-', digit(date / 10), digit(date)})
}

// MarshalText is String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes; the empty text is None.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = None
		return nil
	}
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
