package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"netral/internal/day"
)

func sscanf(run string, x, y, w, back *int) (int, error) {
	return fmt.Sscanf(run, "M%d %dh%dv1h-%d", x, y, w, back)
}

func period(from, until day.Day, outcome string) Period {
	return Period{From: from, Until: until, Outcome: outcome, Stage: outcome}
}

func TestStrip(t *testing.T) {
	a, b := day.Of(2023, time.October, 19), day.Of(2023, time.November, 13)
	s := Strip{Title: "Jawaban", Lang: "id", Day: a, Periods: []Period{
		period(day.None, a, "allowed"), period(a, b, "prohibited"), period(b, b+1, "caution"), period(b+1, day.None, "outside"),
	}}
	html := draw(t, Timeline(plain{}, s))
	wants(t, html, `aria-label="ui.strip.about|Jawaban|2023-10-19|ui.outcome.prohibited"`, "19 Okt 2023 – 12 Nov 2023",
		"ui.strip.until|18 Okt 2023", "ui.strip.since|14 Nov 2023", ">13 Nov 2023<", `<tr class="strong"><th scope="row">prohibited</th>`)
	if n := strings.Count(html, `role="img"`); n != 2 {
		t.Errorf("%d drawings, want one for phones and one for wide screens", n)
	}
	if n := strings.Count(html, `class="pin"`); n != 2 {
		t.Errorf("%d markers", n)
	}
	s.Day = day.None
	if html := draw(t, Timeline(plain{}, s)); strings.Contains(html, "pin") || strings.Contains(html, `"strong"`) {
		t.Error("a day is marked and none was chosen")
	}
	if html := draw(t, Timeline(plain{}, Strip{Title: "kosong"})); strings.Contains(html, "NaN") || !strings.Contains(html, "kosong") {
		t.Errorf("an empty strip: %s", html)
	}
	one := Strip{Title: "x", Lang: "en", Day: a, Periods: []Period{period(day.None, day.None, "allowed")}}
	wants(t, draw(t, Timeline(plain{}, one)), "ui.strip.always", `class="pin"`)
}

// However the periods lie: the strip fills its width, in order, without gap,
// every period can be seen, the marker stands in its own period, and no labels
// touch.
func TestStripLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lengths := rapid.SliceOfN(rapid.IntRange(1, 2000), 1, 40).Draw(t, "days")
		width := rapid.SampledFrom([]int{328, 720}).Draw(t, "width")
		at := day.Of(2022, time.June, 14)
		s := Strip{Lang: "en", Day: at + day.Day(rapid.IntRange(-10, 3000).Draw(t, "day"))}
		for _, n := range lengths {
			s.Periods = append(s.Periods, period(at, at+day.Day(n), "allowed"))
			at += day.Day(n)
		}
		if rapid.Bool().Draw(t, "open") {
			s.Periods[0].From, s.Periods[len(s.Periods)-1].Until = day.None, day.None
		}
		d := s.draw(width, 6.6)
		x, marked := 0.0, 0
		for i, g := range d.segments {
			if g.x < x-.01 || g.x > x+.01 || g.width < 3 {
				t.Fatalf("period %d is at %.2f with width %.2f, the one before ends at %.2f", i, g.x, g.width, x)
			}
			if g.here {
				marked++
				if d.marker < g.x || d.marker > g.x+g.width {
					t.Fatalf("the marker %.2f is not in %.2f+%.2f", d.marker, g.x, g.width)
				}
			}
			x += g.width
		}
		if x < float64(width)-.01 || x > float64(width)+.01 || len(d.segments) != len(s.Periods) {
			t.Fatalf("%d periods fill %.2f of %d", len(d.segments), x, width)
		}
		if (marked == 1) != (d.marker >= 0) || marked > 1 {
			t.Fatalf("%d periods hold the day, the marker is at %.2f", marked, d.marker)
		}
		end := -1.0
		for _, k := range d.ticks {
			half := float64(len(k.text)) * 6.6 / 2
			if k.x-half < end || k.x+half > float64(width) {
				t.Fatalf("the label %q at %.1f touches another or the edge", k.text, k.x)
			}
			end = k.x + half
		}
	})
}
