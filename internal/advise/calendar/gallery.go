package calendar

import (
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/internal/web"
)

// Gallery is the pages in each of their states, drawn from the edition that
// Netral carries. Flips are made up.
func (s *Service) Gallery() []web.Sample {
	e := s.Base
	page := func(key string, draw func(*web.Request) web.Page) web.Sample {
		return web.Sample{Key: "calendar-" + key, Draw: draw}
	}
	changes := func(on day.Day, flips []Flip) func(*web.Request) web.Page {
		return func(r *web.Request) web.Page {
			v := changesView{r: r, e: e, ch: e.Changes(on), state: e.On(on), flips: true}
			v.ch.Flips = flips
			return web.Page{Title: r.T("calendar.changes.title", on), Nav: nav, Body: changesBody(v), Wide: true}
		}
	}
	of := func(y int, m time.Month, d int) day.Day { return day.Of(y, m, d) }
	out := []web.Sample{
		page("index", func(r *web.Request) web.Page { return s.indexOf(r, e, 0) }),
		page("index-year", func(r *web.Request) web.Page { return s.indexOf(r, e, 2024) }),
		page("changes", changes(of(2023, time.November, 13), sampleFlips())),
		page("changes-bodies", changes(of(2024, time.August, 24), nil)),
		page("changes-none", changes(of(2023, time.November, 12), nil)),
		page("changes-wrong", func(r *web.Request) web.Page {
			given := "31-02-2023"
			problem := &fault.Field{Name: "tanggal", Key: "calendar.date_wrong", Args: []any{given, day.First.String(), day.Last.String()}}
			return web.Page{Title: r.T("calendar.form.title"), Nav: nav, Body: changesBody(changesView{r: r, e: e, given: given, problem: problem})}
		}),
		page("editions", func(r *web.Request) web.Page {
			return web.Page{Title: r.T("calendar.editions.title"), Nav: nav, Body: editionsBody(r, s.sampleLine()), Wide: true}
		}),
		page("edition", func(r *web.Request) web.Page {
			line := s.sampleLine()
			return web.Page{Title: r.T("calendar.edition.title", line[1].ID), Nav: nav, Body: editionBody(r, line[1], e), Wide: true}
		}),
	}
	for i := range e.Contests {
		c := &e.Contests[i]
		out = append(out, page("contest-"+c.ID, func(r *web.Request) web.Page { return contestOf(r, e, c) }))
	}
	return out
}

func sampleFlips() []Flip {
	return []Flip{
		{Situation: rule.Text{ID: "PNS berfoto bersama pasangan calon presiden, tanpa gestur, tidak diunggah", EN: "a civil servant in a photo with a presidential pair, no gesture, not published"}, Contest: "president", Before: rule.Prohibited, After: rule.Prohibited,
			BeforeWhy: rule.Text{ID: "pelanggaran kode etik", EN: "breach of the code of ethics"}, AfterWhy: rule.Text{ID: "pelanggaran disiplin", EN: "breach of discipline"}},
		{Situation: rule.Text{ID: "melayani semua peserta secara sama", EN: "serving every contestant alike"}, Contest: "president", Before: rule.Caution, After: rule.Allowed},
	}
}

// sampleLine is the carried edition and one that moves a date, gains and loses
// a stage and calls a contest off.
func (s *Service) sampleLine() []Issue {
	next := *s.Base
	next.ID, next.Previous, next.Published = "2026-2", s.Base.ID, s.Base.Published+3
	next.Contests = append([]Contest(nil), s.Base.Contests...)
	if len(next.Contests) > 0 {
		c := &next.Contests[0]
		c.Status = StatusNotHeld
		c.Stages = append([]Stage(nil), c.Stages...)
		if len(c.Stages) > 2 {
			c.Stages[0].From++
			c.Stages[0].Until++
			c.Stages[1].Note = c.Title
			c.Stages = append(c.Stages[:2], c.Stages[3:]...)
		}
	}
	return []Issue{carried(s.Base), {Edition: &next, At: next.Published.Start().Add(9 * time.Hour), By: "os:petugas", Why: "Keputusan KPU 1/2026"}}
}
