package invite

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// Addresses under which the pages stand in the navigation.
const (
	navOffice = "/kantor"
	navCheck  = "/periksa"
)

// Routes puts the pages on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor/undangan", s.boardPage)
	sh.Handle(mux, "GET /kantor/undangan/baru", s.enterPage)
	sh.Handle(mux, "POST /kantor/undangan/baru", s.enterPost)
	sh.Handle(mux, "GET /kantor/undangan/{id}", s.workPage)
	sh.Handle(mux, "POST /kantor/undangan/{id}", s.workPost)
	sh.Handle(mux, "GET /kantor/undangan/{id}/ubah", s.amendPage)
	sh.Handle(mux, "POST /kantor/undangan/{id}/ubah", s.amendPost)

	sh.Handle(mux, "GET /kantor/surat", s.deskPage)
	sh.Handle(mux, "POST /kantor/surat", s.deskPost)
	sh.Handle(mux, "GET /kantor/surat/{code}", s.letterPage)
	sh.Handle(mux, "POST /kantor/surat/{code}", s.letterPost)
	sh.Handle(mux, "GET /kantor/surat/{code}/berkas", s.letterFile)
	sh.Handle(mux, "GET /kantor/surat/{code}/slip", s.slipPage)
	sh.Handle(mux, "POST /kantor/surat/{code}/slip", s.slipPost)
	sh.Handle(mux, "GET /kantor/cadangan/{id}", s.reservePage)
	sh.Handle(mux, "POST /kantor/cadangan/{id}", s.reservePost)
	sh.Handle(mux, "GET /kantor/cadangan/{id}/berkas", s.reserveFile)
	sh.Handle(mux, "GET /kantor/cadangan/{id}/formulir", s.formsPage)

	sh.Handle(mux, "GET /kantor/penyelenggara", s.organisersPage)
	sh.Handle(mux, "POST /kantor/penyelenggara", s.organisersPost)
	sh.Handle(mux, "GET /kantor/penyelenggara/{id}", s.organiserPage)
	sh.Handle(mux, "POST /kantor/penyelenggara/{id}", s.organiserPost)
	sh.Handle(mux, "GET /kantor/pola-undangan", s.patternsPage)

	sh.Handle(mux, "GET /periksa/surat", s.checkPage)
	sh.Handle(mux, "POST /periksa/surat", s.checkPost)
	sh.Handle(mux, "GET /periksa/surat/{code}", s.foundPage)
	sh.Handle(mux, "GET /periksa/surat/{code}/{digest}", s.foundPage)
}

func (s *Service) boardPage(r *web.Request) (web.Response, error) {
	b, err := s.Board(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return boardOf(boardView{r, b}), nil
}

func boardOf(v boardView) web.Page {
	return web.Page{Title: v.r.T("invite.board.title"), Nav: navOffice, Body: boardBody(v), Wide: true}
}

func (s *Service) enterPage(r *web.Request) (web.Response, error) {
	return s.entering(r, url.Values{"channel": {"letter"}, "role": {RoleAttend}}, nil, "", 0)
}

func (s *Service) entering(r *web.Request, form url.Values, f *fault.Error, id string, version int) (web.Response, error) {
	list, _, err := s.Organisers(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return enterOf(enterView{formView{r, form, f}, id, version, list, s.today()}), nil
}

func (v enterView) at() string {
	if v.id == "" {
		return "/kantor/undangan/baru"
	}
	return address(v.id) + "/ubah"
}

func enterOf(v enterView) web.Page {
	title := "invite.enter.title"
	if v.id != "" {
		title = "invite.amend.title"
	}
	return web.Page{Title: v.r.T(title), Nav: navOffice, Body: enterBody(v)}.Refused(v.fault, v.at(), v.form)
}

// parsed reads a day that was typed; an empty one is none, what is no day is said
// about the field.
func parsed(f *fault.Fields, form url.Values, from, name string) day.Day {
	given := strings.TrimSpace(form.Get(from))
	d, err := day.Parse(given)
	if err != nil {
		f.Add(given == "", name, "invite.check.date", clip(given))
		return day.None
	}
	return d
}

// lines are the lines of a field that are not empty.
func lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// inputOf is an invitation as a form has it.
func inputOf(form url.Values) (EnterInput, error) {
	var f fault.Fields
	in := EnterInput{Organiser: form.Get("organiser"), Kinds: form["kinds"], Contact: form.Get("contact"), Person: form.Get("person"), Title: form.Get("title"), Day: parsed(&f, form, "day", "day"), From: form.Get("from"), To: form.Get("to"),
		Venue: form.Get("venue"), Text: form.Get("text"), Role: form.Get("role"), Speakers: lines(form.Get("speakers")), Requests: form["requests"], Invited: lines(form.Get("invited")), Channel: form.Get("channel"), Ref: form.Get("ref"), Received: parsed(&f, form, "received", "received")}
	return in, f.Err()
}

func (s *Service) enterPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	in, err := inputOf(form)
	if err == nil {
		var x Invitation
		if x, _, err = s.Enter(r.Context(), r.Who, in); err == nil {
			return web.Redirect{To: address(x.ID)}, nil
		}
	}
	if f := web.Mendable(err); f != nil {
		return s.entering(r, form, f, "", 0)
	}
	return nil, err
}

func (s *Service) amendPage(r *web.Request) (web.Response, error) {
	w, err := s.Work(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.entering(r, w.Invitation.reading(w.Organiser), nil, w.ID, w.Version)
}

// version is the version that a form was shown with; a form without one is too old
// for anything.
func version(form url.Values) int {
	n, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		return -1
	}
	return n
}

func (s *Service) amendPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	in, err := inputOf(form)
	if err == nil {
		if _, _, err = s.Amend(r.Context(), r.Who, r.PathValue("id"), version(form), in); err == nil {
			return web.Redirect{To: address(r.PathValue("id"))}, nil
		}
	}
	if f := web.Mendable(err); f != nil {
		w, e := s.Work(r.Context(), r.Who, r.PathValue("id"))
		if e != nil {
			return nil, e
		}
		return s.entering(r, form, f, w.ID, w.Version)
	}
	return nil, err
}

func (s *Service) workPage(r *web.Request) (web.Response, error) { return s.worked(r, nil, nil) }

func (s *Service) worked(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	w, err := s.Work(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return workOf(workView{formView{r, form, f}, w}), nil
}

func workOf(v workView) web.Page {
	return web.Page{Title: v.w.Title, Nav: navOffice, Body: workBody(v)}.Refused(v.fault, address(v.w.ID), v.form)
}

func (s *Service) workPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	ctx, id, v := r.Context(), r.PathValue("id"), version(form)
	to := address(id)
	switch form.Get("do") {
	case "dispose":
		var f fault.Fields
		in := DisposeInput{Invitation: id, Version: v, Verdict: form.Get("dispose-verdict"), Instruction: form.Get("dispose-instruction"), People: lines(form.Get("dispose-people")), Deadline: parsed(&f, form, "dispose-deadline", "deadline"), Why: form.Get("dispose-why")}
		if err = f.Err(); err == nil {
			_, _, err = s.Dispose(ctx, r.Who, in)
		}
	case "sign", "replace":
		var l Letter
		if l, _, err = s.Sign(ctx, r.Who, SignInput{Invitation: id, Version: v, Task: cmp.Or(form.Get("sign-task"), form.Get("replace-task")), Replace: form.Get("do") == "replace"}); err == nil {
			to = letterAddress(l.ID)
		}
	case "take":
		_, _, err = s.TakeBack(ctx, r.Who, id, form.Get("take-why"))
	case "read":
		_, _, err = s.MarkRead(ctx, r.Who, id)
	case "drop":
		_, _, err = s.Drop(ctx, r.Who, id, v, form.Get("drop-why"))
	default:
		err = fault.New(fault.Invalid, "invite.do", clip(form.Get("do")))
	}
	return s.answered(r, err, to, func(f *fault.Error) (web.Response, error) { return s.worked(r, form, f) })
}

// answered leads on, or shows the form again.
func (s *Service) answered(_ *web.Request, err error, to string, again func(*fault.Error) (web.Response, error)) (web.Response, error) {
	if err == nil {
		return web.Redirect{To: to}, nil
	}
	if f := web.Mendable(err); f != nil {
		return again(f)
	}
	return nil, err
}

func (s *Service) letterPage(r *web.Request) (web.Response, error) { return s.lettered(r, nil, nil) }

func (s *Service) lettered(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	v, err := s.Letter(r.Context(), r.Who, r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	return letterOf(letterView{formView{r, form, f}, v}, s.Base), nil
}

func letterOf(v letterView, base string) web.Page {
	return web.Page{Title: v.r.T("invite.letter.title."+v.v.Kind, v.v.No), Nav: navOffice, Body: letterBody(v, base)}.Refused(v.fault, letterAddress(v.v.ID), v.form)
}

func (s *Service) letterPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	switch form.Get("do") {
	case "revoke":
		_, _, err = s.Revoke(r.Context(), r.Who, r.PathValue("code"), form.Get("revoke-why"))
	default:
		err = fault.New(fault.Invalid, "invite.do", clip(form.Get("do")))
	}
	return s.answered(r, err, letterAddress(r.PathValue("code")), func(f *fault.Error) (web.Response, error) { return s.lettered(r, form, f) })
}

func (s *Service) letterFile(r *web.Request) (web.Response, error) {
	file, err := s.Printed(r.Context(), r.Who, r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: "surat-" + r.PathValue("code") + ".pdf", Type: "application/pdf", Body: file}, nil
}

func (s *Service) slipPage(r *web.Request) (web.Response, error) { return s.slipped(r, nil, nil) }

func (s *Service) slipped(r *web.Request, form url.Values, f *fault.Error) (web.Response, error) {
	l, sl, err := s.OwnSlip(r.Context(), r.Who, r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	return slipPageOf(slipView{formView{r, form, f}, l, sl}), nil
}

func slipPageOf(v slipView) web.Page {
	return web.Page{Title: v.r.T("invite.slip.title"), Nav: navOffice, Body: slipBody(v)}.Refused(v.fault, slipAddress(v.l.ID), v.form)
}

func (s *Service) slipPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	in := ReturnInput{Letter: r.PathValue("code"), Report: Report{Result: form.Get("slip-result"), Why: form.Get("slip-why"), Time: form.Get("slip-time"), Signs: form.Get("slip-signs") == "yes", Picture: form.Get("slip-picture"), Note: form.Get("slip-note")}}
	_, _, err = s.Return(r.Context(), r.Who, in)
	return s.answered(r, err, slipAddress(r.PathValue("code")), func(f *fault.Error) (web.Response, error) { return s.slipped(r, form, f) })
}
