package roster

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"netral/internal/fault"
	"netral/internal/web"
)

const (
	// mostOpen is how many requests that wait are looked at.
	mostOpen = 1000
	// openForms is how many forms a page has.
	openForms = 12
)

// waitingAs are the requests that the filter of an address lets through.
func (s *Service) waitingAs(r *web.Request) (v openView, err error) {
	q := r.URL.Query()
	v = openView{r: r, late: q.Get("terlambat") == "ya", sort: q.Get("urut"), after: q.Get("sesudah"), take: s.mayTake(r)}
	var c checker
	c.one("sort", v.sort, OpenSorts(), true)
	if err := c.Fields.Err(); err != nil {
		return v, err
	}
	if v.all, err = s.Open(r.Context(), r.Who, mostOpen); err != nil {
		return v, err
	}
	if v.late {
		v.all = slices.DeleteFunc(v.all, func(a Asked) bool { return !a.Late })
	}
	if v.sort == "person" {
		slices.SortStableFunc(v.all, func(a, b Asked) int { return cmp.Compare(a.Name, b.Name) })
	}
	return v, nil
}

func (s *Service) openPage(r *web.Request) (web.Response, error) {
	v, err := s.waitingAs(r)
	if err != nil {
		return nil, err
	}
	return openOf(v), nil
}

func openOf(v openView) web.Page {
	v.list, v.next = page(v.all, func(a Asked) string { return a.ID }, v.after, openForms)
	page := web.Page{Title: v.r.T("roster.open.title"), Nav: nav, Body: openBody(v), Wide: true}
	if f := v.fault; f != nil {
		page.Status, page.Keep = http.StatusUnprocessableEntity, &web.Keep{Action: "/kantor/koreksi/" + url.PathEscape(v.id), Fields: v.values}
		if f.Kind == fault.Conflict {
			page.Status = http.StatusConflict
		}
	}
	return page
}

func (s *Service) decidePost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	do := form.Get("do")
	_, _, err = s.Decide(r.Context(), r.Who, DecideInput{ID: id, Accept: do == "accept" || do == "noted", Noted: do == "noted", Answer: form.Get("answer")})
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, err
		}
		list, err := s.Open(r.Context(), r.Who, mostOpen)
		if err != nil {
			return nil, err
		}
		// The page of one: the one that was not taken comes first.
		slices.SortStableFunc(list, func(x, y Asked) int { return -cmp.Compare(btoi(x.ID == id), btoi(y.ID == id)) })
		return openOf(openView{r: r, take: s.mayTake(r), all: list, id: id, values: form, fault: f}), nil
	}
	return web.Redirect{To: "/kantor/koreksi"}, nil
}
