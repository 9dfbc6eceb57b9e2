package day

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, good := range []string{"1945-08-17", "1969-12-31", "1970-01-01", "2023-10-19", "2024-02-29", "2199-12-31"} {
		d, err := Parse(good)
		if err != nil {
			t.Fatalf("Parse(%q): %v", good, err)
		}
		if d.String() != good {
			t.Errorf("Parse(%q) = %s", good, d)
		}
	}
	for _, bad := range []string{"", "2023-02-29", "19-10-2023", "2023-10-19 ", "2023-1-1", "1800-01-01", "9999-01-01", "２０２３-10-19"} {
		if d, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", bad, d)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"2024-09-22", -6, "2024-03-22"},
		{"2024-08-31", -6, "2024-02-29"},
		{"2023-08-31", -6, "2023-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-11-30", 3, "2025-02-28"},
	} {
		d, err := Parse(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s %+d months = %s, want %s", c.in, c.n, got, c.want)
		}
	}
}

// Midnight in Jakarta is five in the afternoon of the day before in
// Greenwich; the day must be Jakarta's.
func TestAtIsJakarta(t *testing.T) {
	before := time.Date(2023, 11, 27, 16, 59, 59, 0, time.UTC)
	if got := At(before).String(); got != "2023-11-27" {
		t.Errorf("one second before midnight WIB is %s", got)
	}
	if got := At(before.Add(time.Second)).String(); got != "2023-11-28" {
		t.Errorf("midnight WIB is %s", got)
	}
	if got := At(before.Add(time.Second)).Start(); !got.Equal(before.Add(time.Second)) {
		t.Errorf("Start = %s", got)
	}
}

func TestText(t *testing.T) {
	var d Day
	if err := d.UnmarshalText(nil); err != nil || d != None || d.String() != "" {
		t.Errorf("empty text: %v %v", d, err)
	}
	if err := d.UnmarshalText([]byte("2024-02-14")); err != nil || d.Weekday() != time.Wednesday {
		t.Errorf("2024-02-14 is %v, %v", d.Weekday(), err)
	}
}

// Each day is written as the library writes it, and read back.
func TestStringOfEachDay(t *testing.T) {
	for d := First; d <= Last; d += 13 {
		if got, want := d.String(), d.Time().Format("2006-01-02"); got != want {
			t.Fatalf("%d is %s, want %s", d, got, want)
		}
		if back, err := Parse(d.String()); err != nil || back != d {
			t.Fatalf("%s is read as %s, %v", d, back, err)
		}
	}
}
