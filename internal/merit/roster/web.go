package roster

import (
	"net/http"
	"net/url"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

const nav = "/kantor"

// Routes puts the pages on the mux. Names that people type travel in bodies,
// never in an address; ids, units and days may stand in one.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor/cari", s.searchForm)
	sh.Handle(mux, "POST /kantor/cari", s.searchPage)
	sh.Handle(mux, "GET /kantor/orang", s.listPage)
	sh.Handle(mux, "GET /kantor/orang/{id}", s.personPage)
	sh.Handle(mux, "POST /kantor/orang/{id}", s.reasonPost)
	sh.Handle(mux, "GET /kantor/orang/{id}/ubah", s.correctForm)
	sh.Handle(mux, "POST /kantor/orang/{id}/ubah", s.correctPost)
	sh.Handle(mux, "GET /kantor/saya", s.minePage)
	sh.Handle(mux, "GET /kantor/saya/koreksi", s.askForm)
	sh.Handle(mux, "POST /kantor/saya/koreksi", s.askPost)
	sh.Handle(mux, "GET /kantor/jabatan", s.postsPage)
	sh.Handle(mux, "GET /kantor/peta", s.mapPage)
	sh.Handle(mux, "GET /kantor/daftar-unit", s.unitsPage)
	sh.Handle(mux, "GET /kantor/unit", s.treePage)
	sh.Handle(mux, "GET /kantor/unit/{id}", s.unitPage)
	sh.Handle(mux, "GET /kantor/unit/{id}/bagan", s.chartPage)
	sh.Handle(mux, "GET /kantor/koreksi", s.openPage)
	sh.Handle(mux, "POST /kantor/koreksi/{id}", s.decidePost)
	sh.Handle(mux, "GET /kantor/mutu", s.qualityPage)
	sh.Handle(mux, "GET /kantor/ekspor/findings.csv", s.exportFindings)
	sh.Handle(mux, "GET /kantor/ekspor/corrections.csv", s.exportAsked)
}

// asOf is the day that the address names; today when it names none.
func asOf(r *web.Request) (day.Day, error) {
	given := r.URL.Query().Get("tanggal")
	if given == "" {
		return r.Today(), nil
	}
	d, err := day.Parse(given)
	if err != nil {
		return day.None, fault.Fields{{Name: "tanggal", Key: "roster.check.date", Args: []any{clip(given), day.First, day.Last}}}.Err()
	}
	return d, nil
}

// onDay adds the day to an address, where it is not today.
func onDay(r *web.Request, address string, on day.Day) string {
	if on == r.Today() || on == day.None {
		return address
	}
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return address + sep + "tanggal=" + on.String()
}

func personAddress(r *web.Request, id string, on day.Day) string {
	return onDay(r, "/kantor/orang/"+url.PathEscape(id), on)
}

func unitAddress(r *web.Request, id string, on day.Day) string {
	return onDay(r, "/kantor/unit/"+url.PathEscape(id), on)
}

func (s *Service) searchForm(r *web.Request) (web.Response, error) {
	return web.Page{Title: r.T("roster.search.title"), Nav: nav, Body: searchBody(searchView{r: r}), Wide: true}, nil
}

func (s *Service) searchPage(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	v := searchView{r: r, text: form.Get("q"), asked: true}
	status := 0
	if v.found, err = s.Search(r.Context(), r.Who, SearchInput{Text: v.text, Limit: 20}); err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Invalid {
			return nil, err
		}
		v.asked, v.problem, status = false, r.Field(f, "q"), http.StatusUnprocessableEntity
	}
	return web.Page{Title: r.T("roster.search.title"), Nav: nav, Body: searchBody(v), Status: status, Wide: true,
		Keep: &web.Keep{Action: "/kantor/cari", Fields: url.Values{"q": {v.text}}}}, nil
}

func (s *Service) personPage(r *web.Request) (web.Response, error) {
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	p, err := s.View(r.Context(), r.Who, ViewInput{ID: r.PathValue("id"), On: on})
	if f := fault.Of(err); f != nil {
		if NeedsReason(f) {
			return reasonOf(r, r.PathValue("id"), "", ""), nil
		}
		return nil, err
	}
	return personOf(r, p), nil
}

// keyReason is the key of a refusal that would be none if a reason were given.
const keyReason = "access.reason"

// NeedsReason says that a refusal would be none if a reason were given.
func NeedsReason(err error) bool {
	f := fault.Of(err)
	return f != nil && f.Key == keyReason
}

// reasonOf asks why.
func reasonOf(r *web.Request, id, given, problem string) web.Page {
	page := web.Page{Title: r.T("roster.reason.title"), Nav: nav, Body: reasonBody(r, id, given, problem), Status: http.StatusForbidden}
	if problem != "" {
		page.Status = http.StatusUnprocessableEntity
		page.Keep = &web.Keep{Action: "/kantor/orang/" + url.PathEscape(id), Fields: url.Values{"reason": {given}}}
	}
	return page
}

// reasonPost opens a person's page for a reason, which stays out of the address.
func (s *Service) reasonPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id, reason := r.PathValue("id"), strings.TrimSpace(form.Get("reason"))
	if reason == "" {
		return reasonOf(r, id, "", r.T("roster.check.empty")), nil
	}
	p, err := s.View(r.Context(), r.Who, ViewInput{ID: id, On: day.None, Reason: reason})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Invalid {
			return reasonOf(r, id, reason, r.Field(f, "reason")), nil
		}
		return nil, err
	}
	page := personOf(r, p)
	page.Keep = &web.Keep{Action: "/kantor/orang/" + url.PathEscape(id), Fields: url.Values{"reason": {reason}}}
	return page, nil
}

func personOf(r *web.Request, p Profile) web.Page {
	return web.Page{Title: p.Person.FullName(), Nav: nav, Body: personBody(personView{r: r, p: p, lines: history(r, p)}), Wide: true}
}

func (s *Service) minePage(r *web.Request) (web.Response, error) {
	if r.Who.Person == "" {
		return nil, fault.New(fault.Denied, "roster.ask.nobody")
	}
	on, err := asOf(r)
	if err != nil {
		return nil, err
	}
	p, err := s.View(r.Context(), r.Who, ViewInput{ID: r.Who.Person, On: on})
	if err != nil {
		return nil, err
	}
	return personOf(r, p), nil
}
