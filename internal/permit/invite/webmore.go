package invite

import (
	"context"
	"net/url"
	"strconv"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/web"
)

// OwnSlip is somebody's own return slip, with its letter.
func (s *Service) OwnSlip(ctx context.Context, who actor.Actor, code string) (l Letter, sl Slip, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, b, err := s.slipOf(ctx, tx, who, code)
		if err == nil {
			l, sl = *a, *b
		}
		return err
	})
	return l, sl, err
}

func (s *Service) checkPage(r *web.Request) (web.Response, error) {
	if err := s.allow(r.Who, ActPublic, Resource{Type: "letters"}); err != nil {
		return nil, err
	}
	if code := r.URL.Query().Get("kode"); code != "" {
		return web.Redirect{To: checkAddress(tidyCode(code))}, nil
	}
	return checkOf(checkView{formView: formView{r: r}}), nil
}

func checkOf(v checkView) web.Page {
	p := web.Page{Title: v.r.T("invite.check.title"), Nav: navCheck, Body: checkBody(v)}
	if v.form != nil {
		p.Keep = &web.Keep{Action: "/periksa/surat", Fields: v.form}
	}
	return p.Refused(v.fault, "/periksa/surat", v.form)
}

func (s *Service) checkPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	up, err := r.Upload("file")
	if err != nil {
		return nil, err
	}
	var f Finding
	switch {
	case up == nil && tidyCode(form.Get("code")) == "":
		err = fault.Fields{{Name: "code", Key: "invite.check.code"}}.Err()
	case up == nil:
		return web.Redirect{To: checkAddress(tidyCode(form.Get("code")))}, nil
	case len(up.Body) > MaxUpload:
		err = fault.New(fault.TooLarge, "invite.check.large", len(up.Body)>>20, MaxUpload>>20)
	default:
		f, err = s.CheckFile(r.Context(), r.Who, up.Body, form.Get("code"))
	}
	if x := web.Mendable(err); x != nil {
		return checkOf(checkView{formView: formView{r, form, x}}), nil
	}
	if err != nil {
		return nil, err
	}
	return checkOf(checkView{formView{r, form, nil}, &f}), nil
}

func (s *Service) foundPage(r *web.Request) (web.Response, error) {
	f, err := s.Check(r.Context(), r.Who, r.PathValue("code"), r.PathValue("digest"))
	if err != nil {
		return nil, err
	}
	return checkOf(checkView{formView{r: r}, &f}), nil
}

func (s *Service) organisersPage(r *web.Request) (web.Response, error) {
	return s.listed(r, url.Values{}, nil)
}

func (s *Service) listed(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	list, change, err := s.Organisers(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return organisersOf(organisersView{formView{r, form, f}, list, change}), nil
}

func organisersOf(v organisersView) web.Page {
	return web.Page{Title: v.r.T("invite.organisers.title"), Nav: navOffice, Body: organisersBody(v), Wide: true}.Refused(v.fault, "/kantor/penyelenggara", v.form)
}

func groupOf(form url.Values, id string) OrganiserInput {
	return OrganiserInput{ID: id, Version: version(form), Name: form.Get("group-name"), Kinds: form["group-kinds"], Contact: form.Get("group-contact"), Person: form.Get("group-person")}
}

func (s *Service) organisersPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	form.Set("do", "group")
	o, _, err := s.Register(r.Context(), r.Who, groupOf(form, ""))
	return s.answered(r, err, organiserAddress(o.ID), func(f *fault.Error) (web.Response, error) { return s.listed(r, form, f) })
}

func (s *Service) organiserPage(r *web.Request) (web.Response, error) {
	return s.organised(r, url.Values{}, nil)
}

func (s *Service) organised(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	v, err := s.OrganiserOf(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return organiserOf(organiserView{formView{r, form, f}, v}), nil
}

func organiserOf(v organiserView) web.Page {
	return web.Page{Title: v.v.Name, Nav: navOffice, Body: organiserBody(v)}.Refused(v.fault, organiserAddress(v.v.ID), v.form)
}

func (s *Service) organiserPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	ctx, id := r.Context(), r.PathValue("id")
	var f fault.Fields
	switch form.Get("do") {
	case "group":
		_, _, err = s.Register(ctx, r.Who, groupOf(form, id))
	case "fact":
		in := FactInput{Organiser: id, Version: version(form), Fact: form.Get("fact-fact"), Side: form.Get("fact-side"), Source: form.Get("fact-source"), From: parsed(&f, form, "fact-from", "from"), Until: parsed(&f, form, "fact-until", "until"), Confidence: form.Get("fact-confidence")}
		if err = f.Err(); err == nil {
			_, _, err = s.AddFact(ctx, r.Who, in)
		}
	case "end":
		until := parsed(&f, form, "end-until", "until")
		if err = f.Err(); err == nil {
			_, _, err = s.EndFact(ctx, r.Who, id, version(form), form.Get("end-id"), until)
		}
	default:
		err = fault.New(fault.Invalid, "invite.do", clip(form.Get("do")))
	}
	return s.answered(r, err, organiserAddress(id), func(f *fault.Error) (web.Response, error) { return s.organised(r, form, f) })
}

func (s *Service) patternsPage(r *web.Request) (web.Response, error) {
	p, err := s.Patterns(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	all, err := s.Accounts(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return patternsOf(r, p, all), nil
}

func patternsOf(r *web.Request, p Patterns, all []Register) web.Page {
	return web.Page{Title: r.T("invite.patterns.title"), Nav: navOffice, Body: patternsBody(r, p, all), Wide: true}
}

func (s *Service) deskPage(r *web.Request) (web.Response, error) {
	return s.desked(r, url.Values{}, nil)
}

func (s *Service) desked(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	d, err := s.Desk(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return deskOf(deskView{formView{r, form, f}, d}), nil
}

func deskOf(v deskView) web.Page {
	return web.Page{Title: v.r.T("invite.desk.title"), Nav: navOffice, Body: deskBody(v), Wide: true}.Refused(v.fault, "/kantor/surat", v.form)
}

func (s *Service) deskPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	ctx, to := r.Context(), "/kantor/surat"
	var f fault.Fields
	switch form.Get("do") {
	case "draw":
		n, e := strconv.Atoi(form.Get("draw-count"))
		f.Add(e == nil, "count", "invite.check.number", clip(form.Get("draw-count")))
		if err = f.Err(); err == nil {
			var x Reserve
			if x, _, err = s.Draw(ctx, r.Who, ReserveInput{Office: form.Get("office"), Count: n, Why: form.Get("draw-why")}); err == nil {
				to = reserveAddress(x.ID)
			}
		}
	case "lend":
		in := LendInput{Office: form.Get("office"), Person: form.Get("lend-person"), From: parsed(&f, form, "lend-from", "from"), Until: parsed(&f, form, "lend-until", "until"), Paper: form.Get("lend-paper")}
		if err = f.Err(); err == nil {
			_, _, err = s.Lend(ctx, r.Who, in)
		}
	case "recall":
		_, _, err = s.Recall(ctx, r.Who, form.Get("recall-id"))
	default:
		err = fault.New(fault.Invalid, "invite.do", clip(form.Get("do")))
	}
	return s.answered(r, err, to, func(f *fault.Error) (web.Response, error) { return s.desked(r, form, f) })
}

func (s *Service) reservePage(r *web.Request) (web.Response, error) {
	return s.reserving(r, url.Values{"role": {RoleAttend}, "channel": {"letter"}}, nil)
}

func (s *Service) reserving(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	sh, err := s.Reserve(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return reserveOf(reserveView{formView: formView{r, form, f}, sh: sh, base: s.Base, today: s.today()}), nil
}

func reserveOf(v reserveView) web.Page {
	return web.Page{Title: v.r.T("invite.reserve.title", v.sh.Unit.Name), Nav: navOffice, Body: reserveBody(v)}.Refused(v.fault, reserveAddress(v.sh.ID), v.form)
}

func (s *Service) reservePost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	ctx, id, to := r.Context(), r.PathValue("id"), reserveAddress(r.PathValue("id"))
	n, e := strconv.Atoi(form.Get("number"))
	var f fault.Fields
	f.Add(e == nil, "number", "invite.check.number", clip(form.Get("number")))
	switch form.Get("do") {
	case "spoil":
		if err = f.Err(); err == nil {
			_, _, err = s.Spoil(ctx, r.Who, id, n, form.Get("spoil-why"))
		}
	case "reconcile":
		in := ReconcileInput{Reserve: id, Number: n, Day: parsed(&f, form, "letter-day", "letter-day"), Signer: form.Get("signer"), People: lines(form.Get("invited")), Task: form.Get("task"), How: form.Get("how"), Invitation: form.Get("invitation")}
		event, e := inputOf(form)
		f = append(f, fieldsOf(e)...)
		in.Event = event
		if err = f.Err(); err == nil {
			var l Letter
			if l, _, err = s.Reconcile(ctx, r.Who, in); err == nil {
				to = letterAddress(l.ID)
			}
		}
	default:
		err = fault.New(fault.Invalid, "invite.do", clip(form.Get("do")))
	}
	return s.answered(r, err, to, func(f *fault.Error) (web.Response, error) { return s.reserving(r, form, f) })
}

func (s *Service) reserveFile(r *web.Request) (web.Response, error) {
	sh, err := s.Reserve(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: "cadangan-" + sh.ID + ".txt", Type: "text/plain; charset=utf-8", Body: []byte(sh.File)}, nil
}

func (s *Service) formsPage(r *web.Request) (web.Response, error) {
	sh, err := s.Reserve(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return formsOf(reserveView{formView: formView{r: r}, sh: sh, base: s.Base}), nil
}

func formsOf(v reserveView) web.Page {
	return web.Page{Title: v.r.T("invite.forms.title"), Nav: navOffice, Body: formsBody(v)}
}
