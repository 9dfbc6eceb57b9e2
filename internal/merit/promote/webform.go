package promote

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// paperIn reads the form of a paper.
func paperIn(form url.Values) (PaperInput, error) {
	kind, value, _ := strings.Cut(form.Get("paper"), ":")
	in := PaperInput{Kind: PaperKind(kind), Value: value, Number: form.Get("number"), Note: form.Get("note"), From: day.None}
	var err, later error
	in.Dated, err = dayIn("dated", form.Get("dated"), day.None)
	in.Until, later = dayIn("until", form.Get("until"), day.None)
	return in, errors.Join(err, later)
}

func (s *Service) approvalPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	in, err := paperIn(form)
	in.Post = r.PathValue("id")
	if err == nil {
		_, _, err = s.FilePaper(r.Context(), r.Who, in)
	}
	f := web.Mendable(err)
	if err != nil && f == nil {
		return nil, err
	}
	at := "/kantor/promosi/jabatan/" + url.PathEscape(in.Post)
	if f == nil {
		return web.Redirect{To: at + "#surat"}, nil
	}
	list := ListInput{Post: in.Post, On: r.Today()}
	l, err := s.List(r.Context(), r.Who, list)
	if err != nil {
		return nil, err
	}
	page := listOf(listView{r: r, l: s.Law(), in: list, list: l, values: form, fault: f})
	page.Keep = &web.Keep{Action: at + "/surat", Fields: form}
	return page, nil
}

// checkOf reads who and what a page about a person is about.
func (s *Service) checkOf(r *web.Request, q url.Values) (Checked, error) {
	in := CheckInput{Person: r.PathValue("id"), Post: q.Get("jabatan"), Level: q.Get("jenjang"), Echelon: q.Get("eselon")}
	var err error
	if in.On, err = dayIn("tanggal", q.Get("tanggal"), r.Today()); err != nil {
		return Checked{}, err
	}
	if in.Post == "" && in.Level == "" {
		in.Level = s.Law().Levels()[0]
	}
	return s.Check(r.Context(), r.Who, in)
}

func (s *Service) personPage(r *web.Request) (web.Response, error) {
	c, err := s.checkOf(r, r.URL.Query())
	if err != nil {
		return nil, err
	}
	return personOf(checkView{r: r, l: s.Law(), c: c, asked: true, values: url.Values{}}), nil
}

func personOf(v checkView) web.Page {
	page := web.Page{Title: v.r.T("promote.person.title", v.c.Name), Nav: nav, Body: checkBody(v)}
	if v.fault != nil {
		page.Status = http.StatusUnprocessableEntity
	}
	return page
}

// again shows a person's page with the form that was not taken, or leads to it.
func (s *Service) again(r *web.Request, form url.Values, tail, anchor string, err error) (web.Response, error) {
	f := web.Mendable(err)
	if err != nil && f == nil {
		return nil, err
	}
	at := "/kantor/promosi/orang/" + url.PathEscape(r.PathValue("id"))
	if f == nil {
		q := url.Values{}
		for _, k := range []string{"jabatan", "jenjang"} {
			if form.Get(k) != "" {
				q.Set(k, form.Get(k))
			}
		}
		return web.Redirect{To: at + "?" + q.Encode() + anchor}, nil
	}
	c, err := s.checkOf(r, form)
	if err != nil {
		return nil, err
	}
	page := personOf(checkView{r: r, l: s.Law(), c: c, asked: true, values: form, fault: f})
	page.Keep = &web.Keep{Action: at + tail, Fields: form}
	return page, nil
}

func (s *Service) paperPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	in, err := paperIn(form)
	in.Person = r.PathValue("id")
	if form.Get("khusus") != "" {
		in.Post = form.Get("jabatan")
	}
	if err == nil {
		_, _, err = s.FilePaper(r.Context(), r.Who, in)
	}
	return s.again(r, form, "/surat", "#surat", err)
}

func (s *Service) excusePost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	_, err = s.Excuse(r.Context(), r.Who, ExcuseInput{Person: r.PathValue("id"), Tenure: form.Get("tenure"), Cause: form.Get("cause"), Note: form.Get("proof")})
	return s.again(r, form, "/alasan", "#gasing", err)
}

func (s *Service) policyPage(r *web.Request) (web.Response, error) {
	return s.policies(r, url.Values{}, nil)
}

func (s *Service) policies(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	now, all, err := s.Policy(r.Context(), r.Who, r.Today())
	if err != nil {
		return nil, err
	}
	v := policyView{r: r, l: s.Law(), now: now, all: all, values: form, fault: f, set: s.allow(r.Who, ActPolicy, Resource{Type: "policy"}) == nil}
	return policyOf(v), nil
}

func policyOf(v policyView) web.Page {
	page := web.Page{Title: v.r.T("promote.policy.title"), Nav: nav, Body: policyBody(v), Wide: true}
	if v.fault != nil {
		page.Status, page.Keep = http.StatusUnprocessableEntity, &web.Keep{Action: "/kantor/promosi/kebijakan", Fields: v.values}
	}
	return page
}

func (s *Service) policyPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	fact, value, _ := strings.Cut(form.Get("policy"), ":")
	in := PolicyInput{Fact: fact, Value: value, Decree: form.Get("decree"), Reason: form.Get("reason")}
	in.Months, _ = strconv.Atoi(strings.TrimSpace(form.Get("months"))) // what is no number is 0, which is refused where one is needed
	if in.From, err = dayIn("from", form.Get("from"), day.None); err == nil {
		_, _, err = s.SetPolicy(r.Context(), r.Who, in)
	}
	f := web.Mendable(err)
	if err != nil && f == nil {
		return nil, err
	}
	if f == nil {
		return web.Redirect{To: "/kantor/promosi/kebijakan"}, nil
	}
	return s.policies(r, form, f)
}

func (s *Service) promotersPage(r *web.Request) (web.Response, error) {
	list, err := s.Promoters(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return promotersOf(promotersView{r: r, l: s.Law(), list: list}), nil
}

func promotersOf(v promotersView) web.Page {
	return web.Page{Title: v.r.T("promote.promoter.title"), Nav: nav, Body: promotersBody(v), Wide: true}
}

func (s *Service) promoterPage(r *web.Request) (web.Response, error) {
	p, err := s.Promoter(r.Context(), r.Who, PromoterInput{Promoter: r.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return promoterOf(promoterView{r: r, l: s.Law(), p: p, self: r.Who.Person == p.Promoter}), nil
}

func promoterOf(v promoterView) web.Page {
	return web.Page{Title: v.p.Name, Nav: nav, Body: promoterBody(v), Wide: true}
}
