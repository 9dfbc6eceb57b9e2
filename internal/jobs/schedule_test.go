package jobs

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"netral/internal/day"
)

func wib(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05.000", s, day.WIB)
	if err != nil {
		panic(err)
	}
	return t
}

func TestNextTimes(t *testing.T) {
	for _, c := range []struct{ after, daily, every string }{
		// Midnight in Jakarta is 17:00 the day before in UTC; no clock is
		// changed there, not even when Europe's are (29 October 2023).
		{"2023-10-18 23:59:59.999", "2023-10-19 00:00:00.000", "2023-10-19 00:00:00.000"},
		{"2023-10-19 00:00:00.000", "2023-10-20 00:00:00.000", "2023-10-19 06:00:00.000"},
		{"2023-10-19 06:59:59.999", "2023-10-20 00:00:00.000", "2023-10-19 12:00:00.000"},
		{"2023-10-19 07:00:00.000", "2023-10-20 00:00:00.000", "2023-10-19 12:00:00.000"},
		{"2023-10-28 23:00:00.000", "2023-10-29 00:00:00.000", "2023-10-29 00:00:00.000"},
		{"2023-10-29 23:00:00.000", "2023-10-30 00:00:00.000", "2023-10-30 00:00:00.000"},
		{"2024-02-28 12:00:00.000", "2024-02-29 00:00:00.000", "2024-02-28 18:00:00.000"},
		{"2023-12-31 23:59:59.000", "2024-01-01 00:00:00.000", "2024-01-01 00:00:00.000"},
	} {
		if got := nextDaily(wib(c.after), 0, 0); !got.Equal(wib(c.daily)) {
			t.Errorf("daily at midnight after %s: %s", c.after, got.In(day.WIB))
		}
		if got := nextMultiple(wib(c.after), 6*time.Hour); !got.Equal(wib(c.every)) {
			t.Errorf("every 6 hours after %s: %s", c.after, got.In(day.WIB))
		}
	}
}

func TestNextTimesAreTheFirstAfter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		after := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "after")).UTC()
		h, m := rapid.IntRange(0, 23).Draw(t, "h"), rapid.IntRange(0, 59).Draw(t, "m")
		got := nextDaily(after, h, m)
		if !got.After(after) || got.Sub(after) > 24*time.Hour || got.In(day.WIB).Hour() != h || got.In(day.WIB).Minute() != m {
			t.Errorf("daily %02d:%02d after %s: %s", h, m, after, got)
		}
		every := time.Duration(rapid.Int64Range(1, 48*3600).Draw(t, "seconds")) * time.Second
		got = nextMultiple(after, every)
		if !got.After(after) || got.Sub(after) > every {
			t.Errorf("every %s after %s: %s", every, after, got)
		}
	})
}

func TestDelays(t *testing.T) {
	w := &worker{Options: Options{Base: time.Second, Cap: time.Minute}}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "attempt")
		s := rapid.Float64Range(0, 0.999999).Draw(t, "scatter")
		d := w.delay(n, s)
		whole := min(time.Minute, time.Second<<min(n-1, 20))
		if d < whole/2 || d > whole {
			t.Errorf("after attempt %d: %s, want between %s and %s", n, d, whole/2, whole)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor{Group: 1, Due: 5, ID: 7, Now: 9}.String())
	f.Add("e30")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCursor(s)
		if err == nil && c.String() != s {
			t.Errorf("%q is read as %v, which is written %q", s, c, c.String())
		}
	})
}
