package app

import (
	"testing"

	"netral/data"
	"netral/internal/advise/calendar"
	"netral/internal/merit/appoint"
)

// TestConditionsFollowTheCalendar: the windows in which a decree needs the
// minister are written down twice, with the approvals and in the calendar. No
// contest may have one there and not here, or on other days.
func TestConditionsFollowTheCalendar(t *testing.T) {
	conditions, err := appoint.LoadConditions(data.FS, conditionsFile)
	if err != nil {
		t.Fatal(err)
	}
	edition, err := calendar.Load(data.FS, calendarFile)
	if err != nil {
		t.Fatal(err)
	}
	windows := 0
	for i := range edition.Contests {
		c := &edition.Contests[i]
		from, until, ok := c.WindowDays()
		if !ok {
			continue
		}
		windows++
		before, after := false, false
		for _, x := range conditions {
			if x.When != "window" || x.Approval != appoint.Mendagri {
				continue
			}
			before = before || x.From == from && x.Until == until
			after = after || x.From == until && x.Until == until.AddMonths(6)
		}
		if !before || !after {
			t.Errorf("%s: no condition from %s until %s, or for the six months behind it", c.ID, from, until)
		}
	}
	if windows == 0 {
		t.Error("the calendar has no window any more")
	}
}
