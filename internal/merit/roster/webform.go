package roster

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// target is the fact that a form is about, as the address or the form names it.
type target struct {
	kind Kind
	id   string
	from day.Day
	seen int64
}

func targetOf(v url.Values) target {
	t := target{kind: Kind(v.Get("jenis")), id: v.Get("fakta"), from: dayOf(v.Get("sejak"))}
	t.seen, _ = strconv.ParseInt(v.Get("versi"), 10, 64) // none is 0, which no row has
	if !slices.Contains(Kinds(), t.kind) {
		t.kind = KindPerson
	}
	return t
}

func (t target) values() url.Values {
	return url.Values{"jenis": {string(t.kind)}, "fakta": {t.id}, "sejak": {t.from.String()}, "versi": {strconv.FormatInt(t.seen, 10)}}
}

// row finds the fact among what is held about a person.
func (t *target) row(p Profile) *Held {
	for i := range p.Held {
		h := &p.Held[i]
		if h.Gone == nil && h.Kind == t.kind && h.ID == t.id && (!t.kind.versioned() || h.From == t.from) {
			return h
		}
	}
	return nil
}

// formFields are what can be changed about a kind of fact.
func formFields(k Kind) []string {
	out := k.content()
	if k.dated() {
		out = append(out, "from", "until")
	}
	return out
}

// get is a field of what is held, as text.
func (h *Held) get(field string) string {
	switch field {
	case "from":
		return h.From.String()
	case "until":
		return h.Until.String()
	}
	for _, e := range h.Fields {
		if e.Field == field {
			return e.Value
		}
	}
	return ""
}

func (s *Service) correctForm(r *web.Request) (web.Response, error) {
	p, err := s.View(r.Context(), r.Who, ViewInput{ID: r.PathValue("id"), On: day.None})
	if err != nil {
		return nil, err
	}
	t := targetOf(r.URL.Query())
	h := t.row(p)
	if h == nil || !p.Mend {
		return nil, fault.New(fault.NotFound, "roster.correct.gone")
	}
	t.seen = h.Seq
	values := url.Values{}
	for _, f := range formFields(t.kind) {
		values.Set(f, h.get(f))
	}
	return correctOf(r, p, t, values, nil), nil
}

func correctOf(r *web.Request, p Profile, t target, values url.Values, f *fault.Error) web.Page {
	v := formView{r: r, p: p, t: t, values: values, fault: f}
	status, fields := 0, t.values()
	for k, list := range values {
		fields[k] = list
	}
	page := web.Page{Title: r.T("roster.correct.title"), Nav: nav, Body: correctBody(v), Status: status}
	if f != nil {
		page.Status = http.StatusUnprocessableEntity
		if f.Kind == fault.Conflict {
			page.Status = http.StatusConflict
		}
		page.Keep = &web.Keep{Action: "/kantor/orang/" + url.PathEscape(p.ID) + "/ubah", Fields: fields}
	}
	return page
}

func (s *Service) correctPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	t := targetOf(form)
	p, err := s.View(r.Context(), r.Who, ViewInput{ID: id, On: day.None})
	if err != nil {
		return nil, err
	}
	in := CorrectInput{Kind: t.kind, Person: id, ID: t.id, From: t.from, Seen: t.seen, Fields: map[string]string{},
		Keep: form.Get("cara") == "lanjut", Remove: form.Get("cara") == "cabut", Reason: form.Get("reason"), Source: form.Get("source")}
	for _, f := range formFields(t.kind) {
		if _, ok := form[f]; ok {
			in.Fields[f] = form.Get(f)
		}
	}
	if in.Remove {
		in.Fields = nil
	}
	_, err = s.Correct(r.Context(), r.Who, in)
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, err
		}
		if h := t.row(p); h != nil && f.Key == "roster.correct.stale" {
			// Both versions are on the page now: saving once more is meant.
			t.seen = h.Seq
		}
		return correctOf(r, p, t, form, f), nil
	}
	return web.Redirect{To: "/kantor/orang/" + url.PathEscape(id)}, nil
}

func (s *Service) askForm(r *web.Request) (web.Response, error) {
	if r.Who.Person == "" {
		return nil, fault.New(fault.Denied, "roster.ask.nobody")
	}
	p, err := s.View(r.Context(), r.Who, ViewInput{ID: r.Who.Person, On: day.None})
	if err != nil {
		return nil, err
	}
	t := targetOf(r.URL.Query())
	return askOf(r, p, t, url.Values{}, nil), nil
}

func askOf(r *web.Request, p Profile, t target, values url.Values, f *fault.Error) web.Page {
	page := web.Page{Title: r.T("roster.ask.title"), Nav: nav, Body: askBody(formView{r: r, p: p, t: t, values: values, fault: f})}
	if f != nil {
		fields := t.values()
		for k, list := range values {
			fields[k] = list
		}
		page.Status, page.Keep = http.StatusUnprocessableEntity, &web.Keep{Action: "/kantor/saya/koreksi", Fields: fields}
	}
	return page
}

func (s *Service) askPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	t := targetOf(form)
	in := AskInput{Kind: t.kind, Fact: t.id, From: t.from, Field: form.Get("field"), Wanted: form.Get("wanted"), Note: form.Get("note")}
	_, _, err = s.Ask(r.Context(), r.Who, in)
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Invalid {
			return nil, err
		}
		p, err := s.View(r.Context(), r.Who, ViewInput{ID: r.Who.Person, On: day.None})
		if err != nil {
			return nil, err
		}
		return askOf(r, p, t, form, f), nil
	}
	return web.Redirect{To: "/kantor/saya#koreksi"}, nil
}

// problems are the lines of an error summary; those about one of the form's
// fields lead there.
func problems(r *web.Request, f *fault.Error, fields ...string) []ui.Problem {
	if f == nil {
		return nil
	}
	var out []ui.Problem
	if f.Key != "fault.fields" {
		out = append(out, ui.Problem{Message: r.Fault(f)})
	}
	for _, x := range f.Fields {
		p := ui.Problem{Message: fieldName(r, x.Name) + ": " + r.Shell.Text.Field(r.Lang, x)}
		if slices.Contains(fields, x.Name) {
			p.Name = x.Name
		}
		out = append(out, p)
	}
	return out
}
