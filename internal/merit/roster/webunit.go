package roster

import (
	"netral/internal/day"
	"netral/internal/web"
)

// mostLooked is how many units are looked at for the page of the tree; it shows
// some hundreds.
const mostLooked = 3000

func (s *Service) treePage(r *web.Request) (web.Response, error) {
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	root := r.URL.Query().Get("unit")
	b, err := s.treeDown(r.Context(), r.Who, root, 16, on, mostLooked)
	if err != nil {
		return nil, err
	}
	b = prune(b)
	return web.Page{Title: r.T("roster.tree.title"), Nav: nav, Body: treeBody(treeView{r: r, on: on, top: b}), Wide: true}, nil
}

func (s *Service) unitPage(r *web.Request) (web.Response, error) {
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	u, err := s.Unit(r.Context(), r.Who, UnitInput{ID: r.PathValue("id"), On: on})
	if err != nil {
		return nil, err
	}
	return unitPageOf(r, u), nil
}

func unitPageOf(r *web.Request, u UnitPage) web.Page {
	return web.Page{Title: u.Unit.Name, Nav: nav, Body: unitBody(unitView{r: r, u: u}), Wide: true}
}

func (s *Service) chartPage(r *web.Request) (web.Response, error) {
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	u, err := s.Unit(r.Context(), r.Who, UnitInput{ID: r.PathValue("id"), On: on})
	if err != nil {
		return nil, err
	}
	return chartOf(r, u), nil
}

func chartOf(r *web.Request, u UnitPage) web.Page {
	return web.Page{Title: r.T("roster.chart.title", u.Unit.Name), Nav: nav, Body: chartBody(unitView{r: r, u: u}), Wide: true}
}

func (s *Service) qualityPage(r *web.Request) (web.Response, error) {
	q := r.URL.Query()
	in := QualityInput{Check: q.Get("periksa"), Unit: q.Get("unit"), Area: q.Get("wilayah"), After: q.Get("sesudah"), Limit: usualPage}
	rep, err := s.Quality(r.Context(), r.Who, in)
	if err != nil {
		return nil, err
	}
	v := qualityView{r: r, in: in, q: rep, areas: s.Areas, take: s.mayTake(r)}
	if v.unit, err = s.unitOf(r, in.Unit, r.Today()); err != nil {
		return nil, err
	}
	return qualityOf(v), nil
}

func qualityOf(v qualityView) web.Page {
	return web.Page{Title: v.r.T("roster.quality.title"), Nav: nav, Body: qualityBody(v), Wide: true}
}

// unitOf is the unit that a list is about, by its name; nil for none.
func (s *Service) unitOf(r *web.Request, id string, on day.Day) (*Unit, error) {
	if id == "" {
		return nil, nil
	}
	u, err := s.Unit(r.Context(), r.Who, UnitInput{ID: id, On: on})
	return &u.Unit, err
}

func (s *Service) listPage(r *web.Request) (web.Response, error) {
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	in := ListInput{On: on, Unit: q.Get("unit"), Area: q.Get("wilayah"), Level: Level(q.Get("jenjang")), Status: Status(q.Get("status")), Sort: q.Get("urut"), After: q.Get("sesudah")}
	v := listView{r: r, in: in, areas: s.Areas, take: s.mayTake(r)}
	if v.list, err = s.People(r.Context(), r.Who, in); err != nil {
		return nil, err
	}
	if v.unit, err = s.unitOf(r, in.Unit, on); err != nil {
		return nil, err
	}
	return web.Page{Title: r.T("roster.list.title"), Nav: nav, Body: listBody(v), Wide: true}, nil
}

func (s *Service) postsPage(r *web.Request) (web.Response, error) {
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	in := PostsInput{On: on, Unit: q.Get("unit"), Area: q.Get("wilayah"), Level: Level(q.Get("jenjang")), Vacant: q.Get("kosong") == "ya", Sort: q.Get("urut"), After: q.Get("sesudah")}
	v := postsView{r: r, in: in, areas: s.Areas, take: s.mayTake(r)}
	if v.list, err = s.Posts(r.Context(), r.Who, in); err != nil {
		return nil, err
	}
	if v.unit, err = s.unitOf(r, in.Unit, on); err != nil {
		return nil, err
	}
	return web.Page{Title: v.title(), Nav: nav, Body: postsBody(v), Wide: true}, nil
}

func (s *Service) unitsPage(r *web.Request) (web.Response, error) {
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	in := UnitsInput{On: on, Unit: q.Get("unit"), Area: q.Get("wilayah"), Kind: q.Get("jenis"), Lacks: q.Get("tanpa"), Sort: q.Get("urut"), After: q.Get("sesudah")}
	v := unitsView{r: r, in: in, areas: s.Areas, take: s.mayTake(r)}
	if v.list, err = s.Units(r.Context(), r.Who, in); err != nil {
		return nil, err
	}
	if v.unit, err = s.unitOf(r, in.Unit, on); err != nil {
		return nil, err
	}
	return web.Page{Title: r.T("roster.units.title"), Nav: nav, Body: unitsBody(v), Wide: true}, nil
}
