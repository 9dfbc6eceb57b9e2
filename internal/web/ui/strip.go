package ui

import (
	"math"
	"strconv"

	"netral/internal/day"
	"netral/internal/text"
)

// Period is one stretch of a Strip, on the days [From, Until). day.None leaves
// an end open.
type Period struct {
	From, Until day.Day
	Outcome     string
	Stage       string // what the stretch is called
}

// Strip shows the answer on every date: a drawing for those who see it and a
// table for everybody. Periods are in order and without gaps.
type Strip struct {
	Title   string
	Lang    string
	Periods []Period
	Day     day.Day // the chosen day
}

// Lengths on the strip are not to scale: a voting day beside a year would be
// invisible. Each period is as long as the root of its days, and never
// shorter than its sign needs.
const (
	barTop, barHeight = 26, 34
	stripHeight       = 84
	minPeriod         = 30
	openDays          = 60 // how long a period without an end is drawn
)

type segment struct {
	Period
	x, width float64
	here     bool
}

type tick struct {
	x      float64
	text   string
	anchor string
}

type drawing struct {
	width    int
	segments []segment
	ticks    []tick
	marker   float64 // negative: the day lies outside
}

// draw lays the strip out in the given width. letter is the width of a digit
// of its labels: labels that would touch are left out, the table has them all.
func (s Strip) draw(width int, letter float64) drawing {
	d := drawing{width: width, marker: -1}
	n := len(s.Periods)
	if n == 0 {
		return d
	}
	weights, total := make([]float64, n), 0.0
	for i, p := range s.Periods {
		days := float64(openDays)
		if p.From != day.None && p.Until != day.None {
			days = math.Max(1, float64(p.Until-p.From))
		}
		weights[i] = math.Sqrt(days)
		total += weights[i]
	}
	least := math.Min(minPeriod, float64(width)/float64(n))
	spare := float64(width) - least*float64(n)
	x, free := 0.0, -1.0
	for i, p := range s.Periods {
		w := least + spare*weights[i]/total
		g := segment{Period: p, x: x, width: w}
		if g.here = s.Day != day.None && p.holds(s.Day); g.here {
			d.marker = x + w*p.share(s.Day)
		}
		d.segments = append(d.segments, g)
		if p.From != day.None && i > 0 {
			label := text.DayShort(s.Lang, p.From)
			half := float64(len(label)) * letter / 2
			if from := x - half; from > free && x+half <= float64(width) {
				d.ticks = append(d.ticks, tick{x: x, text: label, anchor: "middle"})
				free = x + half + 2.5*letter
			}
		}
		x += w
	}
	return d
}

func (p Period) holds(on day.Day) bool {
	return (p.From == day.None || on >= p.From) && (p.Until == day.None || on < p.Until)
}

// share is how far into the period a day lies, from 0 to 1. In a period
// without an end it lies in the middle.
func (p Period) share(on day.Day) float64 {
	if p.From == day.None || p.Until == day.None {
		return .5
	}
	return (float64(on-p.From) + .5) / float64(p.Until-p.From)
}

func px(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

// span are the days of a period, the last one included.
func (s Strip) span(w Words, p Period) string {
	switch {
	case p.From == day.None && p.Until == day.None:
		return w.T("ui.strip.always")
	case p.From == day.None:
		return w.T("ui.strip.until", text.DayShort(s.Lang, p.Until-1))
	case p.Until == day.None:
		return w.T("ui.strip.since", text.DayShort(s.Lang, p.From))
	case p.Until == p.From+1:
		return text.DayShort(s.Lang, p.From)
	}
	return text.DayShort(s.Lang, p.From) + " – " + text.DayShort(s.Lang, p.Until-1)
}

// about is the strip in one sentence, for those who cannot see it.
func (s Strip) about(w Words) string {
	for _, p := range s.Periods {
		if s.Day != day.None && p.holds(s.Day) {
			return w.T("ui.strip.about", s.Title, s.Day, Word(w, p.Outcome))
		}
	}
	return s.Title
}

func (s Strip) table(w Words) Table {
	t := Table{
		Caption: w.T("ui.strip.table"), Hidden: true, Tight: true,
		Head: []string{w.T("ui.strip.stage"), w.T("ui.strip.days"), w.T("ui.strip.answer")},
	}
	for i, p := range s.Periods {
		t.Rows = append(t.Rows, []Cell{{Text: p.Stage}, {Text: s.span(w, p)}, {Body: Badge(w, p.Outcome)}})
		if s.Day != day.None && p.holds(s.Day) {
			t.Strong = append(t.Strong, i)
		}
	}
	return t
}

// The label of the chosen day stays inside the drawing.
func (d drawing) at() float64 {
	switch d.side() {
	case "start":
		return 0
	case "end":
		return float64(d.width)
	}
	return d.marker
}

func (d drawing) side() string {
	switch {
	case d.marker < 50:
		return "start"
	case d.marker > float64(d.width)-50:
		return "end"
	}
	return "middle"
}
