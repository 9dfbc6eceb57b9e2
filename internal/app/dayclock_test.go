package app

import (
	"testing"
	"time"

	"netral/internal/day"
)

// The day jumps, the time of day stays; what opens without a day is today.
func TestDayClock(t *testing.T) {
	h := demoHouse(t)
	real := day.Of(2023, time.October, 19)
	if got := day.At(h.day.now()); got != real {
		t.Errorf("a house without a day of its own says it is %s", got)
	}
	h.day.set(day.Of(2024, time.February, 29))
	if got, want := h.day.now(), time.Date(2024, time.February, 29, 10, 0, 0, 0, day.WIB); !got.Equal(want) {
		t.Errorf("%s, want %s", got, want)
	}
	if got := day.At(h.db.Now()); got != real {
		t.Errorf("the record went along to %s", got)
	}
	h.day.set(day.None)
	if got := day.At(h.day.now()); got != real {
		t.Errorf("back again it is %s", got)
	}
}
