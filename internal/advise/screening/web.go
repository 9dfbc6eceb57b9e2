package screening

import (
	"net/http"
	"net/url"

	"netral/internal/fault"
	"netral/internal/lex/screen"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// Fields of the form. The text is in the body only.
const (
	fieldText = "teks"
	fieldOn   = "tanggal"
)

// maxPage bounds a text on the page, in bytes. The page holds it three times and
// is to stay a page on a bad line; longer ones go through the API or the
// command line.
const maxPage = 12 << 10

// Routes puts the pages on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /saring", s.form)
	sh.Handle(mux, "POST /saring", s.screened)
}

func (s *Service) form(r *web.Request) (web.Response, error) { return formPage(r, Input{}, nil), nil }

func formPage(r *web.Request, in Input, f *fault.Error) web.Page {
	p := web.Page{Title: r.T("screening.title"), Nav: "/", Body: formBody(r, in, f)}
	if f != nil {
		p.Status, p.Keep = http.StatusUnprocessableEntity, keep(in)
	}
	return p
}

func keep(in Input) *web.Keep {
	return &web.Keep{Action: "/saring", Fields: url.Values{fieldText: {in.Text}, fieldOn: {in.On}}}
}

func (s *Service) screened(r *web.Request) (web.Response, error) {
	v, err := r.Values()
	if err != nil {
		return nil, err
	}
	in := Input{Text: v.Get(fieldText), On: v.Get(fieldOn)}
	if len(in.Text) > maxPage {
		var wrong fault.Fields
		wrong.Add(false, "text", "screening.page_long", (len(in.Text)+1023)>>10, maxPage>>10, MaxText>>10)
		return formPage(r, in, fault.Of(wrong.Err())), nil
	}
	res, err := s.Screen(r.Context(), r.Who, in)
	if err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Invalid {
			return nil, err
		}
		return formPage(r, in, f), nil
	}
	return resultPage(r, in, res), nil
}

func resultPage(r *web.Request, in Input, res *Result) web.Page {
	p := Phrase{Text: r.Shell.Text, Lang: r.Lang}
	return web.Page{Title: p.Verdict(res.Verdict), Nav: "/", Body: resultBody(resultView{r, p, res, in}), Keep: keep(in)}
}

// resultView is what the template of a reading needs.
type resultView struct {
	r   *web.Request
	p   Phrase
	res *Result
	in  Input
}

// sign is the outcome whose shape and colour the verdict has.
func (v resultView) sign() string {
	switch v.res.Verdict {
	case screen.Partisan:
		return "caution"
	case screen.Neutral:
		return "allowed"
	}
	return "undecided"
}

func (v resultView) table(ground bool) ui.Table {
	t := ui.Table{Caption: v.r.T("screening.facts"), Head: []string{v.r.T("screening.col.kind"), v.r.T("screening.col.words")}, Hidden: true}
	if ground {
		t.Caption = v.r.T("screening.grounds")
	}
	for _, row := range v.res.rows(v.p, ground) {
		t.Rows = append(t.Rows, []ui.Cell{{Text: row.Kind}, {Text: row.Words}})
	}
	return t
}

func problems(r *web.Request, f *fault.Error) []ui.Problem {
	if f == nil {
		return nil
	}
	var out []ui.Problem
	for _, x := range f.Fields {
		name := fieldText
		if x.Name == "on" {
			name = fieldOn
		}
		out = append(out, ui.Problem{Name: name, Message: r.Shell.Text.Field(r.Lang, x)})
	}
	return out
}

func fieldError(r *web.Request, f *fault.Error, name string) string {
	if f == nil {
		return ""
	}
	return r.Field(f, name)
}
