package ask

import (
	"net/http"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/internal/web"
)

// Routes puts the pages of the slice on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /{$}", s.home)
	sh.Handle(mux, "GET /tanya", s.home)
	sh.Handle(mux, "POST /tanya", s.asked)
	sh.Handle(mux, "POST /slip", s.issued)
	sh.Handle(mux, "GET /slip/{number}", s.slipPage)
	sh.Handle(mux, "GET /slip/{number}/berkas", s.slipFile)
	sh.Handle(mux, "GET /periksa", s.verifyForm)
	sh.Handle(mux, "POST /periksa", s.verified)
	sh.Handle(mux, "GET /tabel", s.tablePage)
	sh.Handle(mux, "GET /aturan", s.bookPage)
	sh.Handle(mux, "GET /aturan/{id}", s.rulePage)
}

func (s *Service) phrase(r *web.Request) Phrase {
	return Phrase{Text: r.Shell.Text, Lang: r.Lang, Book: s.Basis().Rules}
}

func (s *Service) home(r *web.Request) (web.Response, error) {
	return s.homePage(r, state{}, nil), nil
}

func (s *Service) homePage(r *web.Request, st state, f *fault.Error) web.Page {
	p := web.Page{Title: r.T("ask.title"), Nav: "/", Body: homeBody(r, s, st, f), Wide: true}
	if f != nil {
		p.Status, p.Keep = http.StatusUnprocessableEntity, &web.Keep{Action: "/tanya", Fields: st.values()}
	}
	return p
}

func (s *Service) asked(r *web.Request) (web.Response, error) {
	v, err := r.Values()
	if err != nil {
		return nil, err
	}
	st := stateOf(v)
	a, err := s.Ask(r.Context(), r.Who, st.input())
	if err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Invalid {
			return nil, err
		}
		return s.homePage(r, st, f), nil
	}
	return s.answerPage(r, st, a), nil
}

// answerPage is the page for an answer, or for the question that leads to it.
func (s *Service) answerPage(r *web.Request, st state, a *Answer) web.Page {
	p := web.Page{Nav: "/", Keep: &web.Keep{Action: "/tanya", Fields: st.shown()}, Wide: true}
	v := answerView{r: r, st: st, a: a, p: s.phrase(r), s: s}
	if f := st.next(a); f != "" {
		v.fact, _ = a.basis.Rules.Fact(f)
		p.Title, p.Body = v.fact.Ask.In(r.Lang), questionBody(v)
		return p
	}
	p.Title, p.Body = v.headline(), answerBody(v)
	return p
}

func (s *Service) issued(r *web.Request) (web.Response, error) {
	v, err := r.Values()
	if err != nil {
		return nil, err
	}
	slip, err := s.Issue(r.Context(), r.Who, SlipInput{Input: stateOf(v).input(), Words: v.Get(fieldWords) != ""})
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: "/slip/" + slip.Doc.Number}, nil
}

func (s *Service) slipPage(r *web.Request) (web.Response, error) {
	slip, err := s.Find(r.Context(), r.Who, r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: r.T("ask.slip.title", slip.Doc.Number), Nav: "/periksa", Body: slipBody(r, s, slip)}, nil
}

func (s *Service) slipFile(r *web.Request) (web.Response, error) {
	slip, err := s.Find(r.Context(), r.Who, r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: "slip-" + slip.Doc.Number + ".txt", Type: "text/plain; charset=utf-8", Body: slip.Marshal()}, nil
}

func (s *Service) verifyForm(r *web.Request) (web.Response, error) {
	return web.Page{Title: r.T("ask.verify.title"), Nav: "/periksa", Body: verifyBody(r, "", nil)}, nil
}

// verified checks a slip that was pasted or uploaded, or shows one by number.
func (s *Service) verified(r *web.Request) (web.Response, error) {
	v, err := r.Values()
	if err != nil {
		return nil, err
	}
	pasted := v.Get("slip")
	up, err := r.Upload("berkas")
	if err != nil {
		return nil, err
	}
	if up != nil {
		pasted = string(up.Body)
	}
	if n, ok := cleanNumber(strings.TrimSpace(pasted)); ok {
		return web.Redirect{To: "/slip/" + n}, nil
	}
	again := func(f *fault.Error) (web.Response, error) {
		if f.Kind == fault.Internal {
			return nil, f
		}
		p := web.Page{Title: r.T("ask.verify.title"), Nav: "/periksa", Body: verifyBody(r, pasted, f), Status: http.StatusUnprocessableEntity}
		p.Keep = &web.Keep{Action: "/periksa", Fields: map[string][]string{"slip": {pasted}}}
		return p, nil
	}
	if strings.TrimSpace(pasted) == "" {
		return again(fault.Of(fault.New(fault.Invalid, "ask.verify.empty")))
	}
	check, err := s.Verify(r.Context(), r.Who, VerifyInput{File: pasted})
	if err != nil {
		return again(fault.Of(err))
	}
	p := web.Page{Title: r.T("ask.verify.good"), Nav: "/periksa", Body: verifiedBody(r, s, check)}
	p.Keep = &web.Keep{Action: "/periksa", Fields: map[string][]string{"slip": {pasted}}}
	return p, nil
}

func (s *Service) tablePage(r *web.Request) (web.Response, error) {
	q := r.URL.Query()
	in := TableInput{Person: q.Get("status"), On: q.Get("tanggal")}
	t, err := s.Table(r.Context(), r.Who, in)
	p := web.Page{Title: r.T("ask.table.title"), Nav: "/tabel", Wide: true}
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Invalid {
			return nil, err
		}
		// The page is drawn as if nothing had been asked, with what is wrong.
		t, err = s.Table(r.Context(), r.Who, TableInput{})
		if err != nil {
			return nil, err
		}
		p.Status, p.Body = http.StatusUnprocessableEntity, tableBody(r, s.phrase(r), t, in, f)
		return p, nil
	}
	p.Body = tableBody(r, s.phrase(r), t, TableInput{Person: t.Person, On: t.On.String()}, nil)
	return p, nil
}

func (s *Service) bookPage(r *web.Request) (web.Response, error) {
	return web.Page{Title: r.T("ask.book.title"), Nav: "/aturan", Body: bookBody(r, s.phrase(r)), Wide: true}, nil
}

func (s *Service) rulePage(r *web.Request) (web.Response, error) {
	b := s.Basis().Rules
	ru, ok := b.Rule(r.PathValue("id"))
	if !ok {
		return nil, fault.New(fault.NotFound, "ask.rule_unknown", clip(r.PathValue("id")))
	}
	return web.Page{Title: ru.Title.In(r.Lang), Nav: "/aturan", Body: ruleBody(r, s.phrase(r), ru)}, nil
}

// quickDays are the days that the date control offers besides today: the day
// of the programme's first order, the day after determination, voting day.
func quickDays() []day.Day {
	return []day.Day{day.Of(2023, 10, 19), day.Of(2023, 11, 20), day.Of(2024, 2, 12), day.Of(2024, 10, 10)}
}

// examples are questions for the start page, by catalogue key.
func examples() []string {
	return []string{"ask.example.photo", "ask.example.like", "ask.example.event", "ask.example.attend"}
}

// answerView is what the templates of an answer need.
type answerView struct {
	r    *web.Request
	st   state
	a    *Answer
	p    Phrase
	s    *Service
	fact rule.Fact // the question to ask, if any
}

// headline says the answer in one line: the title of the rule that decides.
func (v answerView) headline() string {
	d := v.a.Deciding()
	switch {
	case v.a.Outcome == rule.Undecided:
		return v.r.T("ask.head.undecided")
	case len(d) == 0:
		return v.r.T("ask.head.outside")
	}
	return d[0].Rule.Title.In(v.r.Lang)
}
