package calendar

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

const nav = "/kalender"

// feedAge is how long a calendar program, or a cache before it, may keep the
// feed without asking. After that it asks with the ETag.
const feedAge = time.Hour

// Routes puts the pages and the feed on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kalender", s.indexPage)
	sh.Handle(mux, "GET /kalender/perubahan", s.changesPage)
	sh.Handle(mux, "GET /kalender/edisi", s.editionsPage)
	sh.Handle(mux, "GET /kalender/edisi/{id}", s.editionPage)
	sh.Handle(mux, "GET /kalender/edisi/{id}/berkas", s.editionFile)
	sh.Handle(mux, "GET /kalender/{contest}", s.contestPage)
	sh.Handle(mux, "GET /kalender.ics", s.feedFile)
}

func (s *Service) indexPage(r *web.Request) (web.Response, error) {
	e, err := s.Current(r.Context())
	if err != nil {
		return nil, err
	}
	year := 0
	if given := r.URL.Query().Get("tahun"); given != "" {
		years := e.years()
		if year, err = strconv.Atoi(given); err != nil || !slices.Contains(years, year) {
			names := make([]string, len(years))
			for i, y := range years {
				names[i] = strconv.Itoa(y)
			}
			return nil, fault.Fields{{Name: "tahun", Key: "calendar.year_wrong", Args: []any{clip(given), names}}}.Err()
		}
	}
	return s.indexOf(r, e, year), nil
}

func (s *Service) indexOf(r *web.Request, e *Edition, year int) web.Page {
	v := indexView{r: r, e: e, address: s.Address, years: e.years(), year: year}
	for i := range e.Contests {
		if c := &e.Contests[i]; c.Projection != nil {
			v.projected = append(v.projected, c)
		} else {
			v.contests = append(v.contests, c)
		}
	}
	shown := v.contests
	f, ok := whole(shown, r.Today())
	if year != 0 {
		shown = append(slices.Clone(shown), v.projected...)
		f, ok = frame{from: day.Of(year, time.January, 1), until: day.Of(year+1, time.January, 1), today: r.Today()}, true
	}
	if ok {
		v.charts = []chart{overview(r, shown, f, 328, "strip-small"), overview(r, shown, f, 960, "strip-large")}
		v.framed = f
	}
	return web.Page{Title: r.T("calendar.title"), Nav: nav, Body: indexBody(v), Wide: true}
}

// years are those in which something of the calendar lies.
func (e *Edition) years() []int {
	var out []int
	add := func(from, until day.Day) {
		for y := from.Time().Year(); y <= (until - 1).Time().Year(); y++ {
			if !slices.Contains(out, y) {
				out = append(out, y)
			}
		}
	}
	for _, c := range e.Contests {
		for _, s := range c.Stages {
			add(s.From, s.Until)
		}
		if c.Projection != nil {
			add(c.Projection.From, c.Projection.Until)
		}
	}
	slices.Sort(out)
	return out
}

// chosen reads the date in the address; without one it is today. What cannot
// be used is told beside the field.
func chosen(r *web.Request) (on day.Day, given string, problem *fault.Field) {
	q := r.URL.Query()
	if !q.Has("tanggal") {
		return r.Today(), "", nil
	}
	given = q.Get("tanggal")
	on, err := day.Parse(given)
	switch {
	case given == "":
		return day.None, given, &fault.Field{Name: "tanggal", Key: "calendar.date_missing", Args: []any{day.First.String(), day.Last.String()}}
	case err != nil:
		return day.None, given, &fault.Field{Name: "tanggal", Key: "calendar.date_wrong", Args: []any{clip(given), day.First.String(), day.Last.String()}}
	}
	return on, given, nil
}

func (s *Service) changesPage(r *web.Request) (web.Response, error) {
	on, given, problem := chosen(r)
	e, err := s.Current(r.Context())
	if err != nil {
		return nil, err
	}
	v := changesView{r: r, e: e, given: given, problem: problem, flips: s.Flips != nil}
	if problem != nil {
		return web.Page{Title: r.T("calendar.form.title"), Nav: nav, Body: changesBody(v), Status: http.StatusUnprocessableEntity}, nil
	}
	if v.ch, err = s.Changes(r.Context(), on); err != nil {
		return nil, err
	}
	v.state = e.On(on)
	return web.Page{Title: r.T("calendar.changes.title", on), Nav: nav, Body: changesBody(v), Wide: true}, nil
}

func (s *Service) contestPage(r *web.Request) (web.Response, error) {
	e, err := s.Current(r.Context())
	if err != nil {
		return nil, err
	}
	c, ok := e.Contest(r.PathValue("contest"))
	if !ok {
		ids := make([]string, len(e.Contests))
		for i := range e.Contests {
			ids[i] = e.Contests[i].ID
		}
		return nil, fault.New(fault.NotFound, "calendar.contest.unknown", clip(r.PathValue("contest")), ids)
	}
	return contestOf(r, e, c), nil
}

func contestOf(r *web.Request, e *Edition, c *Contest) web.Page {
	v := contestView{r: r, e: e, c: c}
	if f, ok := whole([]*Contest{c}, r.Today()); ok {
		v.charts = []chart{detail(r, c, f, 328, "strip-small"), detail(r, c, f, 960, "strip-large")}
	}
	return web.Page{Title: c.Title.In(r.Lang), Nav: nav, Body: contestBody(v), Wide: true}
}

func (s *Service) editionsPage(r *web.Request) (web.Response, error) {
	all, err := s.Editions(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: r.T("calendar.editions.title"), Nav: nav, Body: editionsBody(r, all), Wide: true}, nil
}

func (s *Service) editionPage(r *web.Request) (web.Response, error) {
	is, before, err := s.Find(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: r.T("calendar.edition.title", is.ID), Nav: nav, Body: editionBody(r, is, before), Wide: true}, nil
}

func (s *Service) editionFile(r *web.Request) (web.Response, error) {
	is, _, err := s.Find(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: is.ID + ".yaml", Type: "application/yaml; charset=utf-8", Body: is.File(), ETag: is.SHA256}, nil
}

func (s *Service) feedFile(r *web.Request) (web.Response, error) {
	q := r.URL.Query()
	// The language is in the address only: a calendar program has no cookie,
	// and a subscription must not change with a browser's.
	f, err := s.Feed(r.Context(), r.Shell.Text, FeedInput{Lang: q.Get("lang"), Contests: q["contest"]})
	if err != nil {
		return nil, err
	}
	return web.File{Name: f.Name, Type: "text/calendar; charset=utf-8", Body: f.Body, Inline: true, MaxAge: feedAge, ETag: f.ETag}, nil
}

// What pages show.

type indexView struct {
	r         *web.Request
	e         *Edition
	address   string
	contests  []*Contest // with a schedule
	projected []*Contest
	charts    []chart
	framed    frame
	years     []int
	year      int // 0 for all
}

// running are the kinds of contest that are in a stage today.
func (v indexView) running() []KindState {
	return slices.DeleteFunc(v.e.On(v.r.Today()).Kinds, func(k KindState) bool { return k.Stage == "none" })
}

// main are the lines of a schedule that the rules hang on, or, of a contest
// that did not take place, its main track.
func (c *Contest) main() []Stage {
	var out []Stage
	for _, s := range c.Stages {
		if s.Phase != "" || c.Status == StatusNotHeld && s.Track == c.Stages[0].Track {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, byDay)
	return out
}

// statusOn is the status as it was on a day: what was held later was then
// still to come.
func (c *Contest) statusOn(on day.Day) string {
	if v, ok := c.Phase(PhaseVoting); ok && c.Status == StatusHeld && on <= v.From {
		return StatusScheduled
	}
	return c.Status
}

func byDay(a, b Stage) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Until, b.Until))
}

type changesView struct {
	r       *web.Request
	e       *Edition
	given   string
	problem *fault.Field
	ch      Changes
	state   State
	flips   bool // somebody can tell
}

type contestView struct {
	r      *web.Request
	e      *Edition
	c      *Contest
	charts []chart
}

// sources are those that anything of the contest rests on, in the order of the
// edition.
func (v contestView) sources() []Source {
	used := map[string]bool{}
	add := func(ids []string) {
		for _, id := range ids {
			used[id] = true
		}
	}
	for _, s := range v.c.Stages {
		add(s.Sources)
	}
	if v.c.Window != nil {
		add(v.c.Window.Sources)
	}
	if v.c.Projection != nil {
		add(v.c.Projection.Sources)
	}
	for _, c := range v.c.Contestants {
		add(c.Sources)
		for _, b := range c.Backing {
			add(b.Sources)
		}
		for _, m := range c.Marks {
			add(m.Sources)
		}
	}
	var out []Source
	for _, s := range v.e.Sources {
		if used[s.ID] {
			out = append(out, s)
		}
	}
	return out
}
