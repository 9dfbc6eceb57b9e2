package promote

import (
	"slices"

	"netral/internal/day"
)

// Spin is how often somebody changed posts after a short time. It is a pointer
// for a question, and says nothing about fault: whoever moved them is not the
// person.
type Spin struct {
	Seats []Seat `json:"seats"` // definitive posts within the window, the oldest first
	Run   int    `json:"run"`   // short posts in a row that lead up to the present one, excused ones left out
	Short int    `json:"short"` // all short posts in the window, excused ones, too
	Saved int    `json:"saved"` // of them the excused
}

// Seat is one post in the run.
type Seat struct {
	Tenure  Tenure `json:"tenure"`
	Months  int    `json:"months"`
	Short   bool   `json:"short"`   // ended before the usual time
	Excused bool   `json:"excused"` // for a reason that was not the person's
	Sitting bool   `json:"sitting"` // held on the day; never short yet
}

// Spin counts short posts up to the day. The present post is not counted: how
// long it will last nobody knows, and leaving it early is what the requirement
// on time in post asks about.
func (l *Law) Spin(r *Record, on day.Day) Spin {
	var out Spin
	var all []Tenure
	for _, x := range r.Tenures.Value {
		if x.Definitive && x.From != day.None && x.From <= on {
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(a, b Tenure) int { return int(a.From - b.From) })
	since := on.AddMonths(-l.window)
	for i, x := range all {
		s := Seat{Tenure: x, Sitting: holds(x.From, x.Until, on), Excused: r.Excuses[x.ID]}
		until := on
		if !s.Sitting {
			until = x.Until
		}
		if until <= since {
			continue
		}
		s.Months = monthsBetween(x.From, until)
		// One that simply ends with nothing after it was not left for another.
		s.Short = !s.Sitting && s.Months < l.short && i+1 < len(all)
		out.Seats = append(out.Seats, s)
		switch {
		case s.Sitting:
		case s.Short && s.Excused:
			out.Short++
			out.Saved++
		case s.Short:
			out.Short++
			out.Run++
		default:
			out.Run = 0
		}
	}
	return out
}
