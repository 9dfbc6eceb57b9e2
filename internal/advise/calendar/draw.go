package calendar

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/text"
	"netral/internal/web"
)

// chart is the timeline laid out: lanes with bars over an axis of days. It
// knows nothing of SVG but its coordinates.
type chart struct {
	class     string // which screens it is for
	about     string
	width     int
	height    int
	lanes     []lane
	ticks     []mark
	today     float64 // negative: outside
	todayText string
}

type lane struct {
	y     float64 // top of the title
	title string
	bars  []bar
}

type bar struct {
	look       string // stage of the rules, "other", "off" or "projected"
	x, y, w, h float64
	label      string // when it fits
}

type mark struct {
	x     float64
	text  string
	major bool // a new year
}

// looks are the ways a bar can look, in the order of the legend.
var looks = []string{"preparation", "nomination", "determined", "campaign", "quiet", "voting", "counting", "concluded", "other", "off", "projected"}

const (
	laneTitle = 20.0
	barHeight = 24.0
	laneGap   = 14.0
	axisTop   = 30.0 // room for the day's label above
	minBar    = 3.0  // a voting day must be seen beside two years
	letter    = 6.7  // width of a letter at 12 px, generously
)

// frame is what a chart shows: the contests over the days [from, until).
type frame struct {
	from, until day.Day
	today       day.Day
}

func (f frame) at(d day.Day, width int) float64 {
	return float64(width) * float64(d-f.from) / float64(f.until-f.from)
}

// whole is the frame around all schedules of the contests, by whole months.
func whole(contests []*Contest, today day.Day) (frame, bool) {
	from, until := day.Last, day.First
	for _, c := range contests {
		for _, s := range c.Stages {
			from, until = min(from, s.From), max(until, s.Until)
		}
		if w, end, ok := c.WindowDays(); ok {
			from, until = min(from, w), max(until, end)
		}
	}
	if from > until {
		return frame{}, false
	}
	return frame{from: monthStart(from), until: monthStart(until.AddMonths(1)), today: today}, true
}

func monthStart(d day.Day) day.Day {
	t := d.Time()
	return day.Of(t.Year(), t.Month(), 1)
}

// overview is one lane for each contest.
func overview(r *web.Request, contests []*Contest, f frame, width int, class string) chart {
	ch := newChart(r, f, width, class)
	for _, c := range contests {
		var bars []bar
		for _, s := range c.spans() {
			if stage, ok := s.Set[FactStage]; ok {
				bars = append(bars, ch.bar(f, stage, r.T("calendar.value.stage."+stage), s.From, s.Until))
			}
		}
		if c.Status == StatusNotHeld {
			for _, s := range c.Stages {
				if s.Track == c.Stages[0].Track {
					bars = append(bars, ch.bar(f, "off", s.Title.In(r.Lang), s.From, s.Until))
				}
			}
		}
		if p := c.Projection; p != nil {
			bars = append(bars, ch.bar(f, "projected", r.T("calendar.chart.projected"), p.From, p.Until))
		}
		ch.add(c.Short.In(r.Lang), bars)
	}
	return ch.close(r.T("calendar.chart.about", f.from, f.until-1))
}

// detail is one contest, with a lane for each track of its schedule.
func detail(r *web.Request, c *Contest, f frame, width int, class string) chart {
	ch := newChart(r, f, width, class)
	var tracks []string
	for _, s := range c.Stages {
		if !slices.Contains(tracks, s.Track) {
			tracks = append(tracks, s.Track)
		}
	}
	var rules []bar
	for _, s := range c.spans() {
		if stage, ok := s.Set[FactStage]; ok {
			rules = append(rules, ch.bar(f, stage, r.T("calendar.value.stage."+stage), s.From, s.Until))
		}
	}
	if len(rules) > 0 {
		ch.add(r.T("calendar.changes.facts"), rules)
	}
	if from, until, ok := c.WindowDays(); ok {
		ch.add(r.T("calendar.window"), []bar{ch.bar(f, "other", r.T("calendar.value.replacement_window.open"), from, until)})
	}
	for _, track := range tracks {
		var bars []bar
		title := ""
		for _, s := range c.Stages {
			if s.Track != track || s.Phase != "" {
				continue
			}
			look := "other"
			if c.Cancelled(s) {
				look = "off"
			}
			if title != "" {
				title += " · "
			}
			title += s.Title.In(r.Lang)
			bars = append(bars, ch.bar(f, look, s.Title.In(r.Lang), s.From, s.Until))
		}
		if len(bars) == 1 {
			bars[0].label = "" // the title says it
		}
		ch.add(fit(title, float64(width)), bars)
	}
	return ch.close(r.T("calendar.chart.about_one", c.Title, f.from, f.until-1))
}

func newChart(r *web.Request, f frame, width int, class string) *chart {
	ch := &chart{class: class, width: width, height: int(axisTop), today: -1}
	if f.today >= f.from && f.today < f.until {
		ch.today = f.at(f.today, width)
		ch.todayText = r.T("calendar.chart.today", text.DayShort(r.Lang, f.today))
	}
	// As many months between labels as fit beside each other.
	room := letter * 9
	step := 1
	for months := float64(f.until-f.from) / 30.4; float64(width)/months*float64(step) < room; {
		step++
		for 12%step != 0 && step < 12 {
			step++
		}
		if step >= 12 {
			break
		}
	}
	for d := f.from; d < f.until; d = d.AddMonths(1) {
		m := int(d.Time().Month()) - 1
		if m%step == 0 {
			ch.ticks = append(ch.ticks, mark{x: f.at(d, width), text: text.MonthShort(r.Lang, d), major: m == 0})
		}
	}
	return ch
}

// bar lays out the days [from, until) inside the frame; its y comes later.
func (ch *chart) bar(f frame, look, name string, from, until day.Day) bar {
	a, b := max(from, f.from), min(until, f.until)
	if a >= b {
		return bar{}
	}
	x := f.at(a, ch.width)
	w := math.Max(minBar, f.at(b, ch.width)-x)
	out := bar{look: look, x: math.Min(x, float64(ch.width)-w), w: w, h: barHeight}
	if float64(utf8.RuneCountInString(name))*letter+8 <= w {
		out.label = name
	}
	return out
}

// fit shortens a text to a width.
func fit(s string, width float64) string {
	n := int(width / letter)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

func (ch *chart) add(title string, bars []bar) {
	l := lane{y: float64(ch.height), title: title}
	for _, b := range bars {
		if b.w > 0 {
			b.y = l.y + laneTitle
			l.bars = append(l.bars, b)
		}
	}
	if len(l.bars) == 0 {
		return
	}
	// Short ones last, so that a long neighbour does not cover them.
	slices.SortStableFunc(l.bars, func(a, b bar) int { return int(b.w*10) - int(a.w*10) })
	ch.lanes = append(ch.lanes, l)
	ch.height += int(laneTitle + barHeight + laneGap)
}

func (ch *chart) close(about string) chart {
	ch.about = about
	ch.height += 22 // the axis
	return *ch
}

// side keeps the day's label inside the drawing.
func (ch chart) side() string {
	switch {
	case ch.today < 70:
		return "start"
	case ch.today > float64(ch.width)-70:
		return "end"
	}
	return "middle"
}

// tickSide keeps the first and the last label inside the drawing.
func (ch chart) tickSide(m mark) string {
	switch {
	case m.x < 20:
		return "start"
	case m.x > float64(ch.width)-20:
		return "end"
	}
	return "middle"
}

// bottom is where the axis stands.
func (ch chart) bottom() float64 { return float64(ch.height) - 22 }

func (ch chart) used() []string {
	var out []string
	for _, look := range looks {
		for _, l := range ch.lanes {
			if slices.ContainsFunc(l.bars, func(b bar) bool { return b.look == look }) {
				out = append(out, look)
				break
			}
		}
	}
	return out
}

// paint is how a look is drawn. Colours are the names of the style sheet, so
// that they follow light, dark and print; the pattern says the same without
// colour.
type paint struct{ fill, stroke, pattern, dash string }

func paintOf(look string) paint {
	switch look {
	case "preparation":
		return paint{"var(--grey-soft)", "var(--grey)", "", ""}
	case "nomination":
		return paint{"var(--violet-soft)", "var(--violet)", "M4 4h.1", ""}
	case "determined":
		return paint{"var(--blue-soft)", "var(--blue)", "M0 4h8", ""}
	case "campaign":
		return paint{"var(--amber-soft)", "var(--amber)", "M-2 2l4-4M0 8l8-8M6 10l4-4", ""}
	case "quiet":
		return paint{"var(--red-soft)", "var(--red)", "M2 0v8M6 0v8", ""}
	case "voting":
		return paint{"var(--red)", "var(--red)", "", ""}
	case "counting":
		return paint{"var(--green-soft)", "var(--green)", "M-2 6l4 4M0 0l8 8M6-2l4 4", ""}
	case "concluded":
		return paint{"var(--paper)", "var(--edge)", "", ""}
	case "off":
		return paint{"none", "var(--edge)", "", "4 3"}
	case "projected":
		return paint{"none", "var(--accent)", "", "1.5 3"}
	}
	return paint{"var(--soft)", "var(--accent)", "", ""}
}

// labelWidth is how much of a bar its label covers.
func labelWidth(b bar) float64 {
	return math.Min(b.w-6, float64(utf8.RuneCountInString(b.label))*letter+4)
}

func px(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }
