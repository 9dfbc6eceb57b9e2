package roster

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/web"
)

// line is one thing that happened, in words: the table beside the drawing.
type line struct {
	lane        string // key of the lane
	from, until day.Day
	text        string
	about       string
	seq         int64
}

// lanes are the rows of the timeline.
func lanes() []string { return []string{"tenure", "grade", "training", "rating", "mark", "leave"} }

// history is everything with days about a person, the oldest first.
func history(r *web.Request, p Profile) []line {
	var out []line
	for _, h := range p.Tenures {
		out = append(out, line{"tenure", h.Tenure.From, h.Tenure.Until, tenureText(r, h.Tenure.Kind, h.Post.Title), h.Unit.Name, h.Seq})
	}
	for i, v := range p.Versions {
		if i > 0 && v.Grade == p.Versions[i-1].Grade && v.Status == p.Versions[i-1].Status {
			out[len(out)-1].until = v.Until
			continue
		}
		out = append(out, line{lane: "grade", from: v.From, until: v.Until, text: v.Grade, about: r.T("roster.value." + string(v.Status))})
	}
	for _, t := range p.Trainings {
		out = append(out, line{lane: "training", from: t.From, until: t.Until, text: r.T("roster.value." + t.Kind), about: t.Name})
	}
	for _, x := range p.Ratings {
		out = append(out, line{lane: "rating", from: day.Of(x.Year, 1, 1), until: day.Of(x.Year+1, 1, 1), text: r.T("roster.value." + x.Predicate)})
	}
	for _, m := range p.Marks {
		out = append(out, line{lane: "mark", from: m.From, until: m.Until, text: m.What, about: r.T("roster.value." + m.Level)})
	}
	for _, l := range p.Leaves {
		out = append(out, line{lane: "leave", from: l.From, until: l.Until, text: r.T("roster.value." + l.Kind)})
	}
	slices.SortStableFunc(out, func(a, b line) int { return cmp.Compare(begins(a.from), begins(b.from)) })
	return out
}

// bar is a drawn line.
type bar struct {
	x, y, w float64
	label   string
	look    string // class for colour; the label says the same
}

type tick struct {
	x    float64
	text string
}

// drawing is the timeline of a person.
type drawing struct {
	class  string
	width  int
	height int
	bars   []bar
	lanes  []tick // x is the height of the text
	ticks  []tick
	today  float64 // negative: outside
	on     day.Day
}

const laneTop = 24

// pin is where the label of the day stands, inside the drawing.
func (d drawing) pin() float64 {
	switch d.side() {
	case "start":
		return 0
	case "end":
		return float64(d.width)
	}
	return d.today
}

func (d drawing) side() string {
	switch {
	case d.today < 50:
		return "start"
	case d.today > float64(d.width)-50:
		return "end"
	}
	return "middle"
}

// leastLabel is how many letters of a longer label must fit for it to say
// anything.
const leastLabel = 9

// fitting is as much of a label as there is room for; a stump is left out, since
// the table says it all.
func fitting(s string, n int) string {
	if n < leastLabel && n < utf8.RuneCountInString(s) {
		return ""
	}
	return shorten(s, n)
}

// drawHistory lays lines out in a width. Bars of one lane that overlap are drawn
// below one another.
func drawHistory(r *web.Request, lines []line, on day.Day, width int, class string) drawing {
	d := drawing{class: class, width: width, today: -1, on: on}
	first, last := on, on+365
	for _, l := range lines {
		if l.from != day.None {
			first, last = min(first, l.from), max(last, l.from+30)
		}
		if l.until != day.None {
			last = max(last, min(l.until, on+3650))
		}
	}
	scale := float64(width) / float64(last-first)
	x := func(v day.Day, open float64) float64 {
		if v == day.None {
			return open
		}
		return math.Max(0, math.Min(float64(width), float64(v-first)*scale))
	}
	y := float64(laneTop)
	for _, lane := range lanes() {
		var rows []float64 // where the last bar of each row ends
		top := y
		for _, l := range lines {
			if l.lane != lane {
				continue
			}
			b := bar{x: x(l.from, 0), look: look(lane)}
			b.w = math.Max(3, x(l.until, float64(width))-b.x)
			k := slices.IndexFunc(rows, func(end float64) bool { return end <= b.x+.5 })
			if k < 0 {
				k, rows = len(rows), append(rows, 0)
			}
			rows[k] = b.x + b.w
			b.y = top + 16 + float64(k)*26
			b.label = fitting(l.text, int((b.w-8)/6.8))
			d.bars = append(d.bars, b)
		}
		if len(rows) > 0 {
			d.lanes = append(d.lanes, tick{top + 10, r.T("roster.lane." + lane)})
			y = top + 16 + float64(len(rows))*26 + 8
		}
	}
	d.height = int(y) + 22
	step := max(1, int(math.Ceil(float64(last-first)/365.25/float64(width)*56)))
	for year := first.Time().Year() + 1; ; year++ {
		v := day.Of(year, 1, 1)
		if v >= last {
			break
		}
		if px := x(v, 0); year%step == 0 && px > 14 && px < float64(width)-14 {
			d.ticks = append(d.ticks, tick{px, strconv.Itoa(year)})
		}
	}
	d.today = x(on, 0)
	return d
}

func look(lane string) string {
	switch lane {
	case "mark":
		return "o-prohibited"
	case "training":
		return "o-allowed"
	case "rating":
		return "o-conditional"
	case "leave":
		return "o-outside"
	}
	return "o-undecided"
}

// shorten cuts a label to what fits.
func shorten(s string, n int) string {
	rs := []rune(s)
	if len(rs) <= n {
		return s
	}
	return strings.TrimSpace(string(rs[:n-1])) + "…"
}

func px(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }
