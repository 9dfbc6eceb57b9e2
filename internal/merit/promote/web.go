package promote

import (
	"net/http"
	"net/url"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/internal/web"
)

const nav = "/kantor"

// Routes puts the pages on the mux. What somebody assumes about themselves
// travels in bodies; ids of people and posts, and days, may stand in an
// address.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor/saya/karier", s.careerPage)
	sh.Handle(mux, "POST /kantor/saya/karier", s.careerPost)
	sh.Handle(mux, "POST /kantor/saya/karier/tanggapan", s.replyPost)
	sh.Handle(mux, "GET /kantor/saya/karier/pengusul", s.ownPromoterPage)
	sh.Handle(mux, "GET /kantor/promosi", s.startPage)
	sh.Handle(mux, "GET /kantor/promosi/jabatan/{id}", s.listPage)
	sh.Handle(mux, "POST /kantor/promosi/jabatan/{id}/surat", s.approvalPost)
	sh.Handle(mux, "GET /kantor/promosi/orang/{id}", s.personPage)
	sh.Handle(mux, "POST /kantor/promosi/orang/{id}/surat", s.paperPost)
	sh.Handle(mux, "POST /kantor/promosi/orang/{id}/alasan", s.excusePost)
	sh.Handle(mux, "GET /kantor/promosi/kebijakan", s.policyPage)
	sh.Handle(mux, "POST /kantor/promosi/kebijakan", s.policyPost)
	sh.Handle(mux, "GET /kantor/promosi/pengusul", s.promotersPage)
	sh.Handle(mux, "GET /kantor/promosi/pengusul/{id}", s.promoterPage)
}

// dayIn reads a day that somebody typed; "" is otherwise.
func dayIn(name, given string, otherwise day.Day) (day.Day, error) {
	given = strings.TrimSpace(given)
	if given == "" {
		return otherwise, nil
	}
	d, err := day.Parse(given)
	if err != nil {
		return day.None, fault.Fields{{Name: name, Key: "promote.check.date", Args: []any{clip(given), day.First, day.Last}}}.Err()
	}
	return d, nil
}

func (s *Service) self(r *web.Request) (string, error) {
	if r.Who.Person == "" {
		return "", fault.New(fault.Denied, "promote.reply.nobody")
	}
	return r.Who.Person, nil
}

// careerPage is one's own path: the next level up, as things stand today.
func (s *Service) careerPage(r *web.Request) (web.Response, error) {
	if _, err := s.self(r); err != nil {
		return nil, err
	}
	return s.career(r, url.Values{})
}

func (s *Service) careerPost(r *web.Request) (web.Response, error) {
	if _, err := s.self(r); err != nil {
		return nil, err
	}
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	return s.career(r, form)
}

// career answers what the form asks; an empty form asks for the next level.
func (s *Service) career(r *web.Request, form url.Values) (web.Response, error) {
	l := s.Law()
	v := checkView{r: r, l: l, values: form, c: Checked{Self: true}}
	in := CheckInput{Person: r.Who.Person, Post: form.Get("post"), Level: form.Get("level"), Echelon: form.Get("echelon"), Set: rule.Facts{}}
	var err error
	if in.On, err = dayIn("on", form.Get("on"), r.Today()); err != nil {
		v.fault = fault.Of(err)
	}
	if in.Level == "" {
		if in.Level, in.Echelon, err = s.NextLevel(r.Context(), r.Who, in.On); err != nil {
			return nil, err
		}
	}
	for _, f := range trials() {
		if x := form.Get("andai_" + f); x != "" {
			in.Set[f] = x
		}
	}
	if v.fault == nil {
		v.c, err = s.Check(r.Context(), r.Who, in)
		if v.fault = web.Mendable(err); err != nil && v.fault == nil {
			return nil, err
		}
		v.asked = v.fault == nil
		v.c.Self = true
	}
	fields := url.Values{}
	for k, x := range form {
		fields[k] = x
	}
	fields.Set("level", in.Level)
	if in.Echelon != "" {
		fields.Set("echelon", in.Echelon)
	}
	if fields.Get("on") == "" {
		fields.Set("on", in.On.String())
	}
	v.values = fields
	page := careerOf(v)
	if r.Method == http.MethodPost {
		page.Keep = &web.Keep{Action: "/kantor/saya/karier", Fields: form}
	}
	return page, nil
}

func careerOf(v checkView) web.Page {
	page := web.Page{Title: v.r.T("promote.career.title"), Nav: nav, Body: checkBody(v)}
	if v.fault != nil {
		page.Status = http.StatusUnprocessableEntity
	}
	return page
}

func (s *Service) replyPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	_, _, err = s.Answer(r.Context(), r.Who, ReplyInput{About: form.Get("about"), Text: form.Get("text")})
	f := web.Mendable(err)
	if err != nil && f == nil {
		return nil, err
	}
	if form.Get("about") == AboutPromoter {
		if f == nil {
			return web.Redirect{To: "/kantor/saya/karier/pengusul"}, nil
		}
		p, err := s.Promoter(r.Context(), r.Who, PromoterInput{Promoter: r.Who.Person})
		if err != nil {
			return nil, err
		}
		page := promoterOf(promoterView{r: r, l: s.Law(), p: p, self: true, values: form, fault: f})
		page.Status, page.Keep = http.StatusUnprocessableEntity, &web.Keep{Action: "/kantor/saya/karier/tanggapan", Fields: form}
		return page, nil
	}
	if f == nil {
		return web.Redirect{To: "/kantor/saya/karier#gasing"}, nil
	}
	level, echelon, err := s.NextLevel(r.Context(), r.Who, r.Today())
	if err != nil {
		return nil, err
	}
	c, err := s.Check(r.Context(), r.Who, CheckInput{Person: r.Who.Person, Level: level, Echelon: echelon, On: day.None})
	if err != nil {
		return nil, err
	}
	form.Set("level", level)
	page := careerOf(checkView{r: r, l: s.Law(), c: c, asked: true, values: form, fault: f})
	page.Keep = &web.Keep{Action: "/kantor/saya/karier/tanggapan", Fields: form}
	return page, nil
}

func (s *Service) ownPromoterPage(r *web.Request) (web.Response, error) {
	id, err := s.self(r)
	if err != nil {
		return nil, err
	}
	p, err := s.Promoter(r.Context(), r.Who, PromoterInput{Promoter: id})
	if err != nil {
		return nil, err
	}
	return promoterOf(promoterView{r: r, l: s.Law(), p: p, self: true}), nil
}

func (s *Service) startPage(r *web.Request) (web.Response, error) {
	on, err := dayIn("tanggal", r.URL.Query().Get("tanggal"), r.Today())
	if err != nil {
		return nil, err
	}
	posts, err := s.Open(r.Context(), r.Who, r.URL.Query().Get("unit"), on)
	if err != nil {
		return nil, err
	}
	promoters := s.allow(r.Who, ActPromoter, Resource{Type: "person"}) == nil
	return startOf(startView{r: r, l: s.Law(), posts: posts, on: on, promoters: promoters}), nil
}

func startOf(v startView) web.Page {
	return web.Page{Title: v.r.T("promote.title"), Nav: nav, Body: startBody(v), Wide: true}
}

// listInput reads the address of a list.
func listInput(r *web.Request) (ListInput, error) {
	q := r.URL.Query()
	in := ListInput{Post: r.PathValue("id"), After: q.Get("sesudah")}
	var err error
	if in.On, err = dayIn("tanggal", q.Get("tanggal"), r.Today()); err != nil {
		return in, err
	}
	if a := q.Get("jawaban"); a != "" {
		in.Answers = []Answer{Answer(a)}
	}
	return in, nil
}

func (s *Service) listPage(r *web.Request) (web.Response, error) {
	in, err := listInput(r)
	if err != nil {
		return nil, err
	}
	list, err := s.List(r.Context(), r.Who, in)
	if err != nil {
		return nil, err
	}
	return listOf(listView{r: r, l: s.Law(), in: in, list: list}), nil
}

func listOf(v listView) web.Page {
	page := web.Page{Title: v.r.T("promote.list.title", targetTitle(v.l, v.r, v.list.Target)), Nav: nav, Body: listBody(v), Wide: true}
	if v.fault != nil {
		page.Status = http.StatusUnprocessableEntity
	}
	return page
}
