package roster

import (
	"net/url"
	"slices"

	"netral/internal/area"
	"netral/internal/fault"
	"netral/internal/web"
	"netral/internal/web/ui"
)

func (s *Service) mapPage(r *web.Request) (web.Response, error) {
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	within := q.Get("wilayah")
	if s.Areas == nil {
		return nil, fault.New(fault.NotFound, "roster.map.none")
	}
	if within != "" {
		if _, ok := s.Areas.Get(within); !ok {
			return nil, fault.New(fault.NotFound, "roster.map.unknown", clip(within))
		}
	}
	f, err := s.Figures(r.Context(), r.Who, FigureInput{Figure: q.Get("angka"), On: on})
	if err != nil {
		return nil, err
	}
	return mapOf(mapView{r: r, areas: s.Areas, f: f, within: within}), nil
}

func mapOf(v mapView) web.Page {
	v.draw()
	return web.Page{Title: v.r.T("roster.map.title"), Nav: nav, Body: mapBody(v), Wide: true}
}

// mapView is the map and what stands beside it.
type mapView struct {
	r      *web.Request
	areas  *area.Set
	f      Figures
	within string

	tops   []int // the highest value of each band
	rows   []area.Row
	svg    string
	counts [area.Bands]int // villages in each band
	lows   [area.Bands]int // the lowest value in each band
}

// draw works out the bands, the drawing and the rows beside it.
func (v *mapView) draw() {
	var values []int
	for _, x := range v.areas.Rows(area.View{Within: v.within}) {
		values = append(values, v.f.Areas[x.Area.Code])
	}
	v.tops = bands(values)
	view := area.View{Within: v.within, Inset: v.r.T("roster.map.inset"), Value: func(a area.Area) area.Value {
		n := v.f.Areas[a.Code]
		return area.Value{Band: v.band(n), Text: v.value(n), Href: v.leads(a.Code)}
	}}
	v.rows = v.areas.Rows(view)
	for i := range v.rows {
		band, n := v.rows[i].Value.Band, v.f.Areas[v.rows[i].Area.Code]
		if v.counts[band] == 0 || n < v.lows[band] {
			v.lows[band] = n
		}
		v.counts[band]++
	}
	v.svg = v.areas.Map(view)
}

// bands cuts values above zero into at most four steps that hold about as many
// each; the answer is the highest value of each step.
func bands(values []int) []int {
	var some []int
	for _, n := range values {
		if n > 0 {
			some = append(some, n)
		}
	}
	slices.Sort(some)
	var tops []int
	for i := range area.Bands - 1 {
		if len(some) == 0 {
			break
		}
		top := some[(len(some)*(i+1)-1)/(area.Bands-1)]
		if len(tops) == 0 || top > tops[len(tops)-1] {
			tops = append(tops, top)
		}
	}
	return tops
}

// band is the step of a value. Few steps use the strong patterns.
func (v *mapView) band(n int) int {
	if n == 0 {
		return 0
	}
	i, _ := slices.BinarySearch(v.tops, n)
	return v.step(i)
}

// step is the band of the i-th step: the last ones, so that the highest values
// look strong; a single one in the middle.
func (v *mapView) step(i int) int {
	if len(v.tops) == 1 {
		return area.Bands / 2
	}
	return area.Bands - len(v.tops) + i
}

// value is a figure in words.
func (v *mapView) value(n int) string { return v.r.N("roster.map.unit."+v.f.Figure, n) }

// leads is where an area of the map leads: the list behind its figure.
func (v *mapView) leads(code string) string {
	code = url.QueryEscape(code)
	switch v.f.Figure {
	case "vacancies":
		return onDay(v.r, "/kantor/jabatan?kosong=ya&wilayah="+code, v.f.On)
	case "faults":
		return "/kantor/mutu?wilayah=" + code
	}
	return onDay(v.r, "/kantor/orang?wilayah="+code, v.f.On)
}

func (v *mapView) address(figure, within string) string {
	q := url.Values{"angka": {figure}}
	if within != "" {
		q.Set("wilayah", within)
	}
	return onDay(v.r, "/kantor/peta?"+q.Encode(), v.f.On)
}

// step is a line of the legend.
type step struct {
	band int
	text string
}

func (v *mapView) legend() []step {
	out := []step{{0, v.r.T("roster.map.band", v.r.T("roster.map.zero."+v.f.Figure), v.counts[0])}}
	for i, top := range v.tops {
		band := v.step(i)
		text := v.r.T("roster.map.range", v.lows[band], top)
		if v.lows[band] == top {
			text = v.r.Shell.Text.Number(v.r.Lang, int64(top))
		}
		out = append(out, step{band, v.r.T("roster.map.band", text, v.counts[band])})
	}
	return out
}

// group is a city with its villages.
type group struct {
	city  string
	total int
	rows  []area.Row
}

func (v *mapView) groups() (out []group) {
	for _, x := range v.rows {
		if len(out) == 0 || out[len(out)-1].city != x.City {
			out = append(out, group{city: x.City})
		}
		g := &out[len(out)-1]
		g.total += v.f.Areas[x.Area.Code]
		g.rows = append(g.rows, x)
	}
	return out
}

func (v *mapView) table(g group) ui.Table {
	t := ui.Table{Caption: g.city, Hidden: true, Tight: true, Head: []string{v.r.T("area.level.village"), v.r.T("area.level.district"), v.r.T("roster.figure." + v.f.Figure)}}
	for _, x := range g.rows {
		d, _ := v.areas.Get(x.Area.Parent)
		t.Rows = append(t.Rows, []ui.Cell{{Body: link(x.Value.Href, x.Area.Name)}, {Text: d.Name}, {Text: x.Value.Text}})
	}
	return t
}

// outside counts what is no village's: district offices, the cities' and the
// province's own units.
func (v *mapView) outside() int {
	scope := v.within
	if scope == "" {
		scope = "31"
		if top := v.areas.Below(""); len(top) > 0 {
			scope = top[0].Code
		}
	}
	n := v.f.Sum(scope)
	for _, x := range v.rows {
		n -= v.f.Areas[x.Area.Code]
	}
	if v.within == "" {
		n += v.f.None
	}
	return n
}

// path are the links from the whole map to the area that is shown.
func (v *mapView) path() []ui.Link {
	out := []ui.Link{{Href: v.address(v.f.Figure, ""), Text: v.r.T("roster.map.title")}}
	for i, code := range v.areas.Path(v.within) {
		if a, ok := v.areas.Get(code); ok && i > 0 {
			out = append(out, ui.Link{Href: v.address(v.f.Figure, code), Text: a.Official})
		}
	}
	return out
}

// areaOptions are the cities and their districts, to choose from.
func areaOptions(r *web.Request, set *area.Set, now string) []ui.Option {
	if set == nil {
		return nil
	}
	var out []ui.Option
	put := func(code, label string) {
		out = append(out, ui.Option{Value: code, Label: label, Checked: code == now})
	}
	for _, top := range set.Below("") {
		for _, city := range set.Below(top.Code) {
			put(city.Code, city.Official)
			for _, d := range set.Below(city.Code) {
				put(d.Code, r.T("roster.map.in", d.Official))
				if set.Within(now, d.Code) && now != d.Code {
					put(now, set.Name(now))
				}
			}
		}
	}
	return out
}

// areaName is an area in words, where its name is known.
func areaName(set *area.Set, code string) string {
	if set == nil {
		return code
	}
	return set.Name(code)
}
