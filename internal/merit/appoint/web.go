package appoint

import (
	"net/http"
	"net/url"
	"strconv"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// Addresses under which the pages stand in the navigation.
const (
	navPublic = "/pelantikan"
	navOffice = "/kantor"
)

// Routes puts the pages on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /pelantikan", s.boardPage)
	sh.Handle(mux, "GET /pelantikan/{year}/{number}", s.decreePage)
	sh.Handle(mux, "GET /pelantikan/{year}/{number}/berkas", s.filePage)

	sh.Handle(mux, "GET /kantor/pelantikan", s.listPage)
	sh.Handle(mux, "POST /kantor/pelantikan", s.openPost)
	sh.Handle(mux, "GET /kantor/pelantikan/{id}", s.workPage)
	sh.Handle(mux, "POST /kantor/pelantikan/{id}", s.workPost)
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/usulan/{post}", s.casePage)
	sh.Handle(mux, "POST /kantor/pelantikan/{id}/usulan/{post}", s.casePost)
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/petikan/{post}", s.extractPage)
	s.tableRoutes(mux, sh)
	s.rollRoutes(mux, sh)
	s.paperRoutes(mux, sh)
	s.afterRoutes(mux, sh)
	s.reconcileRoutes(mux, sh)
}

func batchAddress(id string) string { return "/kantor/pelantikan/" + url.PathEscape(id) }

func caseAddress(id, post string) string { return batchAddress(id) + "/usulan/" + url.PathEscape(post) }

func decreeAddress(b *Batch) string {
	return "/pelantikan/" + strconv.Itoa(b.Year) + "/" + strconv.Itoa(b.Number)
}

func (s *Service) boardPage(r *web.Request) (web.Response, error) {
	list, err := s.Published(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return boardOf(r, list), nil
}

func boardOf(r *web.Request, list []Batch) web.Page {
	return web.Page{Title: r.T("appoint.board.title"), Nav: navPublic, Body: boardBody(r, list), Wide: true}
}

// decreeOf is the number that an address names.
func decreeOf(r *web.Request) (year, number int, err error) {
	year, e1 := strconv.Atoi(r.PathValue("year"))
	number, e2 := strconv.Atoi(r.PathValue("number"))
	if e1 != nil || e2 != nil || year < 1 || number < 1 {
		return 0, 0, fault.New(fault.NotFound, "appoint.decree.none", clip(r.PathValue("number")+"/"+r.PathValue("year")))
	}
	return year, number, nil
}

func (s *Service) decreePage(r *web.Request) (web.Response, error) {
	year, number, err := decreeOf(r)
	if err != nil {
		return nil, err
	}
	b, rep, err := s.Recomputed(r.Context(), r.Who, year, number)
	if f := fault.Of(err); f != nil && f.Kind == fault.NotFound {
		// The number may be that of a decree about a decree.
		if of, e := s.amendmentBy(r.Context(), year, number); e == nil && of != nil {
			return web.Redirect{To: decreeAddress(of) + "#ubah-" + strconv.Itoa(number)}, nil
		}
	}
	if err != nil {
		return nil, err
	}
	list, err := s.Amendments(r.Context(), r.Who, b.ID)
	if err != nil {
		return nil, err
	}
	return decreePageOf(r, b, rep, list), nil
}

func decreePageOf(r *web.Request, b Batch, rep Report, list []Amendment) web.Page {
	return web.Page{Title: r.T("appoint.decree.title", b.Decree()), Nav: navPublic, Body: decreeBody(r, b, rep, list), Wide: true}
}

func (s *Service) filePage(r *web.Request) (web.Response, error) {
	year, number, err := decreeOf(r)
	if err != nil {
		return nil, err
	}
	raw, err := s.Proof(r.Context(), r.Who, year, number)
	if err != nil {
		return nil, err
	}
	return web.File{Name: "pelantikan-" + strconv.Itoa(year) + "-" + strconv.Itoa(number) + ".jsonl", Type: "application/jsonl; charset=utf-8", Body: raw, ETag: Sum(raw)}, nil
}

func (s *Service) listPage(r *web.Request) (web.Response, error) {
	return s.listed(r, url.Values{}, nil)
}

func (s *Service) listed(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	list, err := s.List(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	v := listView{r: r, list: list, form: form, fault: f, prepare: s.allow(r.Who, ActPrepare, Resource{Type: "batch"}) == nil}
	return listOf(v), nil
}

func listOf(v listView) web.Page {
	return web.Page{Title: v.r.T("appoint.list.title"), Nav: navOffice, Body: listBody(v), Wide: true}.Refused(v.fault, "/kantor/pelantikan", v.form)
}

// parsed reads a day that was typed; what is none is said about the field.
func parsed(f *fault.Fields, form url.Values, from, name string) day.Day {
	given := form.Get(from)
	d, err := day.Parse(given)
	if err != nil {
		*f = append(*f, fault.Field{Name: name, Key: "appoint.check.date", Args: []any{clip(given)}})
		return day.None
	}
	return d
}

func (s *Service) openPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	var f fault.Fields
	in := OpenInput{Title: form.Get("title"), Effective: parsed(&f, form, "effective", "effective"), OathDay: parsed(&f, form, "oath_day", "oath_day"), Officiant: form.Get("officiant"),
		Authority: form.Get("authority"), Signer: form.Get("signer"), Decider: form.Get("decider")}
	if err = f.Err(); err == nil {
		var b Batch
		if b, _, err = s.Open(r.Context(), r.Who, in); err == nil {
			return web.Redirect{To: batchAddress(b.ID)}, nil
		}
	}
	if x := web.Mendable(err); x != nil {
		return s.listed(r, form, x)
	}
	return nil, err
}

func (s *Service) workPage(r *web.Request) (web.Response, error) {
	return s.worked(r, url.Values{}, nil, nil)
}

func (s *Service) worked(r *web.Request, form url.Values, f *fault.Error, arrived *Arrival) (web.Response, error) {
	w, err := s.Work(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	page, err := strconv.Atoi(r.URL.Query().Get("hal"))
	if err != nil || page < 1 {
		page = 1
	}
	return workOf(workView{r: r, w: w, form: form, fault: f, page: page, arrived: arrived}), nil
}

func workOf(v workView) web.Page {
	return web.Page{Title: v.w.Title, Nav: navOffice, Body: workBody(v), Wide: true}.Refused(v.fault, batchAddress(v.w.ID), v.form)
}

func (s *Service) workPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	if form.Get("do") == "checkin" {
		a, err := s.CheckIn(r.Context(), r.Who, r.PathValue("id"), form.Get("checkin-code"))
		if f := web.Mendable(err); f != nil {
			return s.worked(r, form, f, nil)
		}
		if err != nil {
			return nil, err
		}
		return s.worked(r, url.Values{}, nil, &a)
	}
	err = s.act(r, form)
	if err == nil {
		return web.Redirect{To: batchAddress(r.PathValue("id"))}, nil
	}
	if f := web.Mendable(err); f != nil {
		return s.worked(r, form, f, nil)
	}
	return nil, err
}

func caseOf(v caseView) web.Page {
	return web.Page{Title: v.line.Name, Nav: navOffice, Body: caseBody(v), Wide: true}.Refused(v.fault, caseAddress(v.w.ID, v.line.Post), v.form)
}

func (s *Service) casePage(r *web.Request) (web.Response, error) {
	return s.cased(r, url.Values{}, nil)
}

func (s *Service) cased(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	w, err := s.Work(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	for _, l := range w.Lines {
		if l.Post == r.PathValue("post") {
			return caseOf(caseView{r: r, w: w, line: l, form: form, fault: f}), nil
		}
	}
	return nil, fault.New(fault.NotFound, "appoint.proposal.none", clip(r.PathValue("post")))
}

func (s *Service) casePost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	err = s.actCase(r, form)
	if err == nil {
		to := caseAddress(r.PathValue("id"), r.PathValue("post"))
		if form.Get("do") == "drop" {
			to = batchAddress(r.PathValue("id"))
		}
		return web.Redirect{To: to}, nil
	}
	if f := web.Mendable(err); f != nil {
		return s.cased(r, form, f)
	}
	return nil, err
}

func (s *Service) extractPage(r *web.Request) (web.Response, error) {
	x, err := s.Extract(r.Context(), r.Who, r.PathValue("id"), r.PathValue("post"))
	if err != nil {
		return nil, err
	}
	return extractOf(r, x, nil), nil
}

func extractOf(r *web.Request, x Extract, f *fault.Error) web.Page {
	return web.Page{Title: r.T("appoint.extract.title", x.Batch.Decree()), Nav: navOffice, Body: extractBody(r, x, f)}.Refused(f, batchAddress(x.Batch.ID)+"/petikan/"+url.PathEscape(x.Line.Post), url.Values{})
}
