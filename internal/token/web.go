package token

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/ui"
)

const nav = "/akun/token"

// Names of the form's fields.
const (
	fieldName   = "nama"
	fieldAction = "tindakan"
	fieldDays   = "hari"
	fieldReason = "alasan"
)

// terms are the lengths that the page offers, in days.
func terms() []int { return []int{7, 30, 90, 180, MaxDays} }

// Routes puts the pages of one's own tokens on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	as := func(h func(*web.Request) (web.Response, error)) web.Handler {
		return func(q *web.Request) (web.Response, error) {
			if !q.Who.Known() {
				return nil, fault.New(fault.SignIn, "token.sign_in")
			}
			return h(q)
		}
	}
	sh.Handle(mux, "GET "+nav, as(func(q *web.Request) (web.Response, error) { return s.page(q, form{days: 90}, nil) }))
	sh.Handle(mux, "POST "+nav, as(s.created))
	sh.Handle(mux, "POST "+nav+"/{id}/cabut", as(s.revoked))
}

// form is what was typed.
type form struct {
	name    string
	actions []string
	days    int
}

func formOf(v url.Values) form {
	f := form{name: v.Get(fieldName), actions: v[fieldAction]}
	f.days, _ = strconv.Atoi(v.Get(fieldDays)) // what is no number is none of the choices, and 0
	return f
}

func (f form) values() url.Values {
	return url.Values{fieldName: {f.name}, fieldAction: f.actions, fieldDays: {strconv.Itoa(f.days)}}
}

func (s *Service) page(q *web.Request, f form, wrong *fault.Error) (web.Response, error) {
	list, err := s.List(q.Context(), q.Who, ListInput{})
	if err != nil {
		return nil, err
	}
	return view{q: q, list: list, offered: s.offered, form: f, wrong: wrong, now: s.DB.Now()}.page(), nil
}

func (s *Service) created(q *web.Request) (web.Response, error) {
	v, err := q.Values()
	if err != nil {
		return nil, err
	}
	if len(v) == 0 { // the language was switched on the page that showed a token
		return web.Redirect{To: nav}, nil
	}
	f := formOf(v)
	made, err := s.Create(q.Context(), q.Who, CreateInput{Name: f.name, Actions: f.actions, Days: f.days})
	if e := fault.Of(err); e != nil {
		if e.Kind != fault.Invalid && e.Key != "token.many" {
			return nil, err
		}
		return s.page(q, f, e)
	}
	return shownPage(q, made), nil
}

// shownPage is the one page with the token itself. Its Keep has no fields, so
// that switching the language does not make a second one.
func shownPage(q *web.Request, made *Created) web.Page {
	return web.Page{Title: q.T("token.made"), Nav: nav, Body: shownBody(q, made), Keep: &web.Keep{Action: nav, Fields: url.Values{}}}
}

func (s *Service) revoked(q *web.Request) (web.Response, error) {
	v, err := q.Values()
	if err != nil {
		return nil, err
	}
	if _, err := s.Revoke(q.Context(), q.Who, RevokeInput{ID: q.PathValue("id"), Reason: v.Get(fieldReason)}); err != nil {
		return nil, err
	}
	return web.Redirect{To: nav}, nil
}

// view is the page of tokens.
type view struct {
	q       *web.Request
	list    []Token
	offered []string
	form    form
	wrong   *fault.Error
	now     time.Time
}

func (v view) page() web.Page {
	p := web.Page{Title: v.q.T("token.title"), Nav: nav, Body: listBody(v), Wide: true}
	if v.wrong != nil {
		p.Status, p.Keep = http.StatusUnprocessableEntity, &web.Keep{Action: nav, Fields: v.form.values()}
		if v.wrong.Kind == fault.Conflict {
			p.Status = http.StatusConflict
		}
	}
	return p
}

func (v view) problems() []ui.Problem {
	if v.wrong == nil {
		return nil
	}
	if len(v.wrong.Fields) == 0 {
		return []ui.Problem{{Message: v.q.Fault(v.wrong)}}
	}
	names := map[string]string{"name": fieldName, "actions": fieldAction, "days": fieldDays}
	var out []ui.Problem
	for _, f := range v.wrong.Fields {
		out = append(out, ui.Problem{Name: names[f.Name], Message: v.q.Shell.Text.Field(v.q.Lang, f)})
	}
	return out
}

func (v view) actions() ui.Choice {
	c := ui.Choice{Name: fieldAction, Legend: v.q.T("token.field.actions"), Hint: v.q.T("token.field.actions_hint"), Error: v.q.Field(v.wrong, "actions")}
	for _, a := range v.offered {
		c.Options = append(c.Options, ui.Option{Value: a, Label: actionText(v.q, a), Checked: slices.Contains(v.form.actions, a)})
	}
	return c
}

func (v view) days() ui.Select {
	c := ui.Select{Name: fieldDays, Label: v.q.T("token.field.days"), Error: v.q.Field(v.wrong, "days")}
	for _, n := range terms() {
		c.Options = append(c.Options, ui.Option{Value: strconv.Itoa(n), Label: v.q.N("token.days", n), Checked: n == v.form.days})
	}
	return c
}

// actionText is what people call an action; its name, where nobody gave it
// words.
func actionText(q *web.Request, action string) string {
	if key := "access.action." + action; q.Shell.Text.Has(q.Lang, key) {
		return q.T(key)
	}
	return action
}

func actionTexts(q *web.Request, t Token) string {
	out := make([]string, len(t.Actions))
	for i, a := range t.Actions {
		out[i] = actionText(q, a)
	}
	return strings.Join(out, "; ")
}

func (v view) table() ui.Table {
	q := v.q
	t := ui.Table{
		Caption: q.T("token.table"), Hidden: true,
		Head: []string{q.T("token.head.name"), q.T("token.head.actions"), q.T("token.head.until"), q.T("token.head.used"), q.T("token.head.act")},
	}
	for _, x := range v.list {
		used := q.T("token.never")
		if x.Used != day.None {
			used = text.DayShort(q.Lang, x.Used)
		}
		t.Rows = append(t.Rows, []ui.Cell{
			{Body: nameCell(q, x)}, {Text: actionTexts(q, x)}, {Text: v.end(x)}, {Text: used}, {Body: revokeCell(q, x, x.Live(v.now))},
		})
	}
	return t
}

// end says when the token ends, or ended: by itself after its last day, or
// before that.
func (v view) end(t Token) string {
	switch {
	case !t.Revoked.IsZero():
		return v.q.T("token.revoked", text.DayShort(v.q.Lang, day.At(t.Revoked)))
	case !t.Live(v.now):
		return v.q.T("token.over", text.DayShort(v.q.Lang, day.At(t.Until)-1))
	}
	return v.q.T("token.until", text.DayShort(v.q.Lang, day.At(t.Until)-1))
}

// Samples are the pages in each of their states, with made-up tokens.
func Samples() []web.Sample {
	now := time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC)
	actions := []string{"ask.ask", "roster.person.read", "roster.unit.read", "search.people"}
	token := func(id, name string, change func(*Token)) Token {
		t := Token{ID: id, Owner: "account:x", Name: name, Tail: "x7Qd", Actions: actions[:2], Made: now.AddDate(0, -1, 0), Until: now.AddDate(0, 2, 0), Used: day.None}
		change(&t)
		return t
	}
	list := []Token{
		token("a", "e-Kinerja", func(t *Token) { t.Used = day.At(now) - 1 }),
		token("b", "Dasbor BKD", func(*Token) {}),
		token("c", "Uji coba", func(t *Token) { t.Revoked = now.AddDate(0, 0, -3) }),
		token("d", "Impor lama", func(t *Token) { t.Until = now.AddDate(0, 0, -10) }),
	}
	draw := func(change func(*view)) func(*web.Request) web.Page {
		return func(q *web.Request) web.Page {
			v := view{q: q, list: list, offered: actions, form: form{days: 90}, now: now}
			change(&v)
			return v.page()
		}
	}
	return []web.Sample{
		{Key: "token-list", Draw: draw(func(*view) {})},
		{Key: "token-empty", Draw: draw(func(v *view) { v.list = nil })},
		{Key: "token-wrong", Draw: draw(func(v *view) {
			v.form = form{days: 30}
			var f fault.Fields
			f.Add(false, "name", "token.name_wrong", 0, maxName)
			f.Add(false, "actions", "token.actions_none", len(actions))
			v.wrong = fault.Of(f.Err())
		})},
		{Key: "token-made", Draw: func(q *web.Request) web.Page {
			return shownPage(q, &Created{Token: list[1], Secret: "nt_" + strings.Repeat("0", randomLen+checkLen)})
		}},
	}
}
