package roster

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

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
		out = append(out, line{lane: "mark", from: m.From, until: m.Until, text: r.T("roster.value." + m.Level), about: m.What})
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
}

const (
	laneHeight = 42
	laneTop    = 24
)

// drawHistory lays lines out in a width. Bars of one lane that overlap are drawn
// below one another.
func drawHistory(r *web.Request, lines []line, on day.Day, width int, class string) drawing {
	d := drawing{class: class, width: width, today: -1}
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
			if n := int((b.w - 8) / 6.8); n >= 3 {
				b.label = shorten(l.text, n)
			}
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

// node is a box of an organisation chart.
type node struct {
	x, y         float64
	title, below string
	open         bool // nobody leads it
}

const (
	boxHeight = 46
	boxGap    = 10
	boxIndent = 34
)

// chart lays the unit above its children, one below the other: it stays
// readable on a phone and with sixty children.
func (v unitView) chart() (nodes []node, height int) {
	u := v.u
	lead := v.r.T("roster.unit.nobody")
	if len(u.HeadBy) > 0 {
		lead = tenureText(v.r, u.HeadBy[0].Tenure.Kind, u.HeadBy[0].Name)
	}
	nodes = append(nodes, node{title: u.Unit.Name, below: lead, open: len(u.HeadBy) == 0})
	y := float64(boxHeight + boxGap)
	for _, c := range u.Children {
		n := node{x: boxIndent, y: y, title: c.Unit.Name, below: tenureText(v.r, c.Kind, c.Head), open: c.Head == ""}
		if n.open {
			n.below = v.r.T("roster.unit.nobody")
		}
		nodes = append(nodes, n)
		y += boxHeight + boxGap
	}
	return nodes, int(y)
}
