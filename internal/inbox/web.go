package inbox

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"netral/internal/fault"
	"netral/internal/web"
)

const nav = "/kantor"

// perPage is how many items a page shows.
const perPage = 40

// Routes puts the page on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor", s.page)
}

func (s *Service) page(r *web.Request) (web.Response, error) {
	box, err := s.Open(r.Context(), r.Who)
	if err != nil {
		if s.Away != "" && r.Who.Known() && errors.Is(err, fault.Denied) {
			return web.Redirect{To: s.Away}, nil
		}
		return nil, err
	}
	v := view{r: r, box: box, kind: r.URL.Query().Get("jenis")}
	if s.Links != nil {
		v.links = s.Links(r.Who)
	}
	v.skip, _ = strconv.Atoi(r.URL.Query().Get("lewati")) // what is no number begins at the start
	return pageOf(v), nil
}

func pageOf(v view) web.Page {
	if !slices.ContainsFunc(v.box.kinds(), func(t tally) bool { return t.kind == v.kind }) {
		v.kind = ""
	}
	v.cut()
	return web.Page{Title: v.r.T("inbox.title"), Nav: nav, Body: body(v), Wide: true}
}
