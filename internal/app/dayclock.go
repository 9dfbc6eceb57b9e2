package app

import (
	"sync/atomic"
	"time"

	"netral/internal/day"
)

// dayClock says which day it is for rules, roster, calendar and pages. Only a
// demonstration moves it: the day jumps, the time of day stays. It is one for
// the whole demonstration, not for a browser, since the index of the roster and
// its lists are of one day. When something happened (the record, sessions, the
// queue) is told by the clock beneath it, which nobody moves.
type dayClock struct {
	base  func() time.Time
	shift atomic.Int64 // days
}

func (c *dayClock) now() time.Time {
	t := c.base()
	if n := c.shift.Load(); n != 0 {
		return t.AddDate(0, 0, int(n))
	}
	return t
}

// set makes it be a day; day.None is the day that it is.
func (c *dayClock) set(d day.Day) {
	if d == day.None {
		c.shift.Store(0)
		return
	}
	c.shift.Store(int64(d) - int64(day.At(c.base())))
}
