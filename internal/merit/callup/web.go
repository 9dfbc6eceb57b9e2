package callup

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/lot"
	"netral/internal/sample"
	"netral/internal/web"
)

// Addresses under which the pages stand in the navigation.
const (
	navPublic = "/undian"
	navOffice = "/kantor"
)

// Routes puts the pages on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /undian", s.boardPage)
	sh.Handle(mux, "GET /undian/hitung", s.redoForm)
	sh.Handle(mux, "POST /undian/hitung", s.redoPost)
	sh.Handle(mux, "GET /undian/keadilan", s.fairPage)
	sh.Handle(mux, "GET /undian/{programme}/{number}", s.roundPage)
	sh.Handle(mux, "GET /undian/{programme}/{number}/berkas", s.filePage)
	sh.Handle(mux, "GET /undian/{programme}/{number}/daftar", s.listPage)
	sh.Handle(mux, "GET /undian/{programme}/{number}/segel", s.receiptPage)
	sh.Handle(mux, "POST /undian/{programme}/{number}/suar", s.beaconPost)

	sh.Handle(mux, "GET /kantor/paparan", s.deskPage)
	sh.Handle(mux, "GET /kantor/paparan/saya", s.minePage)
	sh.Handle(mux, "GET /kantor/paparan/program", s.programmeForm)
	sh.Handle(mux, "POST /kantor/paparan/program", s.programmePost)
	sh.Handle(mux, "GET /kantor/paparan/segel/{programme}", s.sealForm)
	sh.Handle(mux, "POST /kantor/paparan/segel/{programme}", s.sealPost)
	sh.Handle(mux, "GET /kantor/paparan/putaran/{id}", s.workPage)
	sh.Handle(mux, "POST /kantor/paparan/putaran/{id}/dadu", s.dicePost)
	sh.Handle(mux, "POST /kantor/paparan/putaran/{id}/batal", s.voidPost)
	sh.Handle(mux, "GET /kantor/paparan/panggilan/{id}", s.callPage)
	sh.Handle(mux, "POST /kantor/paparan/panggilan/{id}", s.callPost)
}

func (s *Service) boardPage(r *web.Request) (web.Response, error) {
	b, err := s.Board(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return boardOf(r, b), nil
}

func boardOf(r *web.Request, b Board) web.Page {
	return web.Page{Title: r.T("callup.board.title"), Nav: navPublic, Body: boardBody(r, b), Wide: true}
}

// named is the round that an address names.
func (s *Service) named(r *web.Request) (RoundView, error) {
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return RoundView{}, fault.New(fault.NotFound, "callup.round.none", clip(r.PathValue("number")))
	}
	return s.View(r.Context(), r.Who, r.PathValue("programme"), n)
}

func (s *Service) roundPage(r *web.Request) (web.Response, error) {
	v, err := s.named(r)
	if err != nil {
		return nil, err
	}
	return roundOf(roundPage{r: r, v: v, number: strconv.FormatUint(v.Sealed.Beacon, 10)}, nil), nil
}

func roundOf(p roundPage, form url.Values) web.Page {
	page := web.Page{Title: p.v.Rules.Title + ", " + p.r.T("callup.round.nth", p.v.Number), Nav: navPublic, Body: roundBody(p), Wide: true}
	return page.Refused(p.fault, roundAddress(p.v.Programme, p.v.Number)+"/suar", form)
}

func (s *Service) filePage(r *web.Request) (web.Response, error) {
	v, err := s.named(r)
	if err != nil {
		return nil, err
	}
	raw, err := s.PublishedFile(r.Context(), r.Who, v.ID)
	if err != nil {
		return nil, err
	}
	return web.File{Name: "undian-" + v.Programme + "-" + strconv.Itoa(v.Number) + ".json", Type: "application/json", Body: raw, ETag: v.FileSum}, nil
}

func (s *Service) listPage(r *web.Request) (web.Response, error) {
	v, err := s.named(r)
	if err != nil {
		return nil, err
	}
	raw, err := s.SealedList(r.Context(), r.Who, v.ID)
	if err != nil {
		return nil, err
	}
	return web.File{Name: "daftar-" + v.Programme + "-" + strconv.Itoa(v.Number) + ".txt", Type: "text/plain; charset=utf-8", Body: raw, ETag: sample.Sum(raw)}, nil
}

func (s *Service) receiptPage(r *web.Request) (web.Response, error) {
	v, err := s.named(r)
	if err != nil {
		return nil, err
	}
	raw, err := s.SealProof(r.Context(), r.Who, v.ID)
	if err != nil {
		return nil, err
	}
	return web.File{Name: "segel-" + v.Programme + "-" + strconv.Itoa(v.Number) + ".json", Type: "application/json", Body: raw}, nil
}

func (s *Service) beaconPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	v, err := s.named(r)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(strings.TrimSpace(form.Get("number")), 10, 64)
	if err != nil {
		err = fault.Fields{{Name: "number", Key: "callup.check.number", Args: []any{clip(form.Get("number"))}}}.Err()
	} else {
		_, _, err = s.Beacon(r.Context(), r.Who, BeaconInput{Round: v.ID, Number: n, Signature: form.Get("signature")})
	}
	if err == nil {
		return web.Redirect{To: roundAddress(v.Programme, v.Number)}, nil
	}
	if f := web.Mendable(err); f != nil {
		return roundOf(roundPage{r: r, v: v, number: form.Get("number"), signature: form.Get("signature"), fault: f}, form), nil
	}
	return nil, err
}

func redoOf(p redoPage) web.Page {
	title := p.r.T("callup.redo.title")
	page := web.Page{Title: title, Nav: navPublic, Body: redoBody(p)}
	if p.report != nil || p.fault != nil {
		page.Keep = &web.Keep{Action: "/undian/hitung", Fields: url.Values{}}
	}
	if p.fault != nil {
		page.Status = http.StatusUnprocessableEntity
	}
	return page
}

func (s *Service) redoForm(r *web.Request) (web.Response, error) {
	return redoOf(redoPage{r: r}), nil
}

// redoPost recomputes a file that somebody has; nothing of it is kept.
func (s *Service) redoPost(r *web.Request) (web.Response, error) {
	if err := s.allow(r.Who, ActPublic, Resource{Type: "round"}); err != nil {
		return nil, err
	}
	up, err := r.Upload("file")
	if err != nil {
		return nil, err
	}
	if up == nil {
		f := fault.Of(fault.Fields{{Name: "file", Key: "callup.redo.no_file"}}.Err())
		return redoOf(redoPage{r: r, fault: f}), nil
	}
	file, err := lot.Parse(up.Body)
	if f := fault.Of(err); f != nil {
		return redoOf(redoPage{r: r, fault: f}), nil
	}
	report := file.Check(s.Chain)
	return redoOf(redoPage{r: r, report: &report, sum: sample.Sum(up.Body)}), nil
}

func (s *Service) fairPage(r *web.Request) (web.Response, error) {
	list, drawn, err := s.Fairness(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return fairOf(r, list, drawn), nil
}

func fairOf(r *web.Request, list []Test, drawn int) web.Page {
	return web.Page{Title: r.T("callup.fair.title"), Nav: navPublic, Body: fairBody(r, list, drawn), Wide: true}
}

func (s *Service) deskPage(r *web.Request) (web.Response, error) {
	d, err := s.Desk(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return deskOf(r, d), nil
}

func deskOf(r *web.Request, d Desk) web.Page {
	return web.Page{Title: r.T("callup.desk.title"), Nav: navOffice, Body: deskBody(r, d), Wide: true}
}

func (s *Service) minePage(r *web.Request) (web.Response, error) {
	m, err := s.Mine(r.Context(), r.Who)
	if err != nil {
		return nil, err
	}
	return mineOf(r, m), nil
}

func mineOf(r *web.Request, m Mine) web.Page {
	return web.Page{Title: r.T("callup.mine.title"), Nav: navOffice, Body: mineBody(mineView{r, m}), Wide: true}
}

// localLayout is what a field for day and time sends.
const localLayout = "2006-01-02T15:04"

func (s *Service) sealForm(r *web.Request) (web.Response, error) {
	if err := s.allow(r.Who, ActSeal, Resource{Type: "programme", ID: r.PathValue("programme")}); err != nil {
		return nil, err
	}
	rules, err := s.Programme(r.Context(), r.PathValue("programme"))
	if err != nil {
		return nil, err
	}
	next := s.Now().In(day.WIB).Add(2 * time.Hour).Truncate(time.Hour)
	return sealOf(sealPage{r: r, rules: rules, at: next.Format(localLayout)}, nil), nil
}

func sealOf(p sealPage, form url.Values) web.Page {
	page := web.Page{Title: p.r.T("callup.seal.title"), Nav: navOffice, Body: sealBody(p)}
	return page.Refused(p.fault, "/kantor/paparan/segel/"+url.PathEscape(p.rules.ID), form)
}

func (s *Service) sealPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("programme")
	at, err := time.ParseInLocation(localLayout, form.Get("at"), day.WIB)
	if err != nil {
		err = fault.Fields{{Name: "at", Key: "callup.check.moment", Args: []any{clip(form.Get("at"))}}}.Err()
	} else {
		var round Round
		if round, _, err = s.Seal(r.Context(), r.Who, SealInput{Programme: id, At: at}); err == nil {
			return web.Redirect{To: workAddress(round.ID)}, nil
		}
	}
	f := web.Mendable(err)
	if f == nil {
		return nil, err
	}
	rules, err := s.Programme(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return sealOf(sealPage{r: r, rules: rules, at: form.Get("at"), fault: f}, form), nil
}

func (s *Service) workPage(r *web.Request) (web.Response, error) {
	if err := s.allow(r.Who, ActRead, Resource{Type: "round", ID: r.PathValue("id")}); err != nil {
		return nil, err
	}
	v, err := s.RoundByID(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return workOf(workPage{r: r, v: v, void: s.mayVoid(r.Who, v)}, "", nil), nil
}

func (s *Service) mayVoid(who actor.Actor, v RoundView) bool {
	return s.allow(who, ActVoid, Resource{Type: "round", ID: v.ID}) == nil
}

func workOf(p workPage, action string, form url.Values) web.Page {
	page := web.Page{Title: p.v.Rules.Title + ", " + p.r.T("callup.round.nth", p.v.Number), Nav: navOffice, Body: workBody(p)}
	return page.Refused(p.fault, workAddress(p.v.ID)+action, form)
}

func (s *Service) dicePost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	_, _, err = s.RollDice(r.Context(), r.Who, DiceInput{Round: id, Digits: form.Get("digits"), Witnesses: form.Get("witnesses")})
	return s.worked(r, id, err, "/dadu", form)
}

func (s *Service) voidPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	_, _, err = s.Void(r.Context(), r.Who, VoidInput{Round: id, Why: form.Get("why"), Note: form.Get("note")})
	return s.worked(r, id, err, "/batal", form)
}

// worked goes back to the round, or shows its page with what was wrong.
func (s *Service) worked(r *web.Request, id string, err error, action string, form url.Values) (web.Response, error) {
	if err == nil {
		return web.Redirect{To: workAddress(id)}, nil
	}
	f := web.Mendable(err)
	if f == nil {
		return nil, err
	}
	v, err := s.RoundByID(r.Context(), r.Who, id)
	if err != nil {
		return nil, err
	}
	return workOf(workPage{r: r, v: v, void: s.mayVoid(r.Who, v), digits: form.Get("digits"), witnesses: form.Get("witnesses"), why: form.Get("why"), note: form.Get("note"), fault: f}, action, form), nil
}
