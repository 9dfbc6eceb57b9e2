package identity

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"netral/internal/fault"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// call is a request with what this package needs beside: the writer, for
// cookies, and the session.
type call struct {
	*web.Request
	s   *Service
	w   http.ResponseWriter
	got *Signed // nil when nobody has signed in
}

// need is what a page asks of the session.
type need uint8

const (
	anybody need = iota
	halfway      // signed in, or still to set up a second factor
	signed
)

type writerKey struct{}

// handle puts a handler on the mux. Shell's handlers see no writer; this one
// comes with the request.
func (s *Service) handle(mux *http.ServeMux, sh *web.Shell, pattern string, n need, h func(*call) (web.Response, error)) {
	inner := http.NewServeMux()
	sh.Handle(inner, pattern, func(q *web.Request) (web.Response, error) {
		c := &call{Request: q, s: s}
		c.w, _ = q.Context().Value(writerKey{}).(http.ResponseWriter)
		var err error
		if c.got, err = s.Signed(q.Request, q.Lang); err != nil {
			return nil, err
		}
		if c.got != nil && !c.got.session.Limited {
			q.Who = c.got.who
		}
		switch {
		case n == anybody:
		case c.got == nil:
			return web.Redirect{To: "/masuk?ke=" + url.QueryEscape(c.here())}, nil
		case n == signed && c.got.session.Limited:
			return web.Redirect{To: "/akun/totp"}, nil
		}
		resp, err := h(c)
		if p, ok := resp.(web.Page); ok && c.got != nil {
			// What is shown here is a person's own, or is shown once, also to a
			// session that may only set up a second factor.
			p.Private = true
			resp = p
		}
		if err == errStale {
			return web.Redirect{To: "/akun/ulang?ke=" + url.QueryEscape(c.here())}, nil
		}
		return resp, err
	})
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), writerKey{}, w)))
	})
}

// here is the page to come back to after signing in.
func (c *call) here() string {
	if c.Method == http.MethodGet || c.Method == http.MethodHead {
		return Local(c.URL.RequestURI())
	}
	return "/akun"
}

// Require lets only those through who have signed in; others are sent to sign
// in and come back.
func (s *Service) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := s.Actor(r); ok {
			next.ServeHTTP(w, r)
			return
		}
		to := "/akun"
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			to = Local(r.URL.RequestURI())
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Location", "/masuk?ke="+url.QueryEscape(to))
		w.WriteHeader(http.StatusSeeOther)
	})
}

// Routes puts the pages on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	on := func(pattern string, n need, h func(*call) (web.Response, error)) { s.handle(mux, sh, pattern, n, h) }
	on("GET /masuk", anybody, (*call).signInForm)
	on("POST /masuk", anybody, (*call).signIn)
	on("GET /masuk/kode", anybody, (*call).secondForm)
	on("POST /masuk/kode", anybody, (*call).second)
	on("POST /masuk/kunci", anybody, (*call).startKeySignIn)
	on("POST /masuk/kunci/jawab", anybody, (*call).finishKeySignIn)
	on("GET /keluar", anybody, (*call).outForm)
	on("POST /keluar", anybody, (*call).out)
	on("GET /pulih", anybody, (*call).askForm)
	on("POST /pulih", anybody, (*call).ask)
	on("GET /pulih/{token}", anybody, (*call).redeemForm)
	on("POST /pulih/{token}", anybody, (*call).redeem)

	on("GET /akun", signed, (*call).account)
	on("POST /akun/bahasa", signed, (*call).setLang)
	on("POST /akun/sesi/{id}/tutup", signed, (*call).revoke)
	on("POST /akun/sesi/tutup-lain", signed, (*call).revokeOthers)
	on("GET /akun/ulang", signed, (*call).proveForm)
	on("POST /akun/ulang", signed, (*call).prove)
	on("GET /akun/sandi", signed, (*call).passwordForm)
	on("POST /akun/sandi", signed, (*call).changePassword)
	on("GET /akun/totp", halfway, (*call).totpForm)
	on("POST /akun/totp/mulai", halfway, (*call).startTOTP)
	on("POST /akun/totp", halfway, (*call).confirmTOTP)
	on("GET /akun/kode", signed, (*call).codesForm)
	on("POST /akun/kode", signed, (*call).renewCodes)
	on("GET /akun/kunci", signed, (*call).keys)
	on("POST /akun/kunci/mulai", signed, (*call).startKey)
	on("POST /akun/kunci", signed, (*call).finishKey)
	on("POST /akun/kunci/{id}/hapus", signed, (*call).removeKey)
	mux.HandleFunc("GET "+Script, s.script)

	on("GET /akun/kelola", signed, (*call).adminList)
	on("GET /akun/kelola/baru", signed, (*call).adminNew)
	on("POST /akun/kelola/baru", signed, (*call).adminCreate)
	on("GET /akun/kelola/{id}", signed, (*call).adminAccount)
	plainly := func(view func(*call, Account) form) func(*call, Account, url.Values) form {
		return func(c *call, a Account, _ url.Values) form { return view(c, a) }
	}
	on("GET /akun/kelola/{id}/ubah", signed, about((*call).changeView))
	on("POST /akun/kelola/{id}/ubah", signed, doing(plainly((*call).changeView), doChange))
	on("GET /akun/kelola/{id}/pulih", signed, about((*call).askForView))
	on("POST /akun/kelola/{id}/pulih", signed, doing(plainly((*call).askForView), doAsk))
	on("GET /akun/kelola/{id}/peran", signed, about(func(c *call, a Account) form { return c.grantView(a, "") }))
	on("POST /akun/kelola/{id}/peran", signed, doing(func(c *call, a Account, v url.Values) form { return c.grantView(a, v.Get("role")) }, doGrant))
	on("GET /akun/kelola/{id}/peran/{grant}", signed, (*call).settleForm)
	on("POST /akun/kelola/{id}/peran/{grant}", signed, (*call).settle)
	on("GET /akun/pemulihan", signed, (*call).adminRecoveries)
	on("GET /akun/pemulihan/{id}", signed, (*call).decideForm)
	on("POST /akun/pemulihan/{id}", signed, (*call).decide)

	if s.sso != nil {
		mux.HandleFunc("GET /masuk/sso", s.ssoStart(sh, false))
		mux.HandleFunc("GET /akun/sso", s.ssoStart(sh, true))
		on("GET "+ssoBack, anybody, (*call).ssoReturn)
	}
	if s.Demo {
		on("POST /masuk/demo", anybody, (*call).demo)
	}
}

// Script is the file that talks to the device about passkeys, the same for
// everybody.
const Script = "/akun/kunci.js"

// script is the one script file: see web.Page.Script.
func (s *Service) script(w http.ResponseWriter, r *http.Request) {
	body, err := files.ReadFile("static/kunci.js")
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(body)
}

// secret reads a field and takes it out of the form, so that no page, not even
// one that reports an error, sends it back.
func (c *call) secret(v url.Values, name string) string {
	x := v.Get(name)
	v.Del(name)
	return x
}

// form is a page with one form, in any of its states.
type form struct {
	title, lead string
	action      string
	fields      []ui.Field
	hidden      url.Values
	submit      string      // the one button, where there is one
	buttons     []ui.Button // instead of submit
	selects     []ui.Select // before the fields
	back        string      // link back, "" for none
	problems    []ui.Problem
}

// page is the form's page. Fields that were typed are kept, secrets are not.
func (c *call) page(f form, status int, more ...func(*web.Page)) web.Page {
	p := web.Page{Title: f.title, Nav: "/akun", Body: formPage(c.Request, f), Status: status}
	if c.Method == http.MethodPost {
		p.Keep = c.keep(c.URL.Path)
	}
	for _, m := range more {
		m(&p)
	}
	return p
}

func (c *call) keep(action string) *web.Keep {
	v, err := c.Values()
	if err != nil {
		v = url.Values{}
	}
	return &web.Keep{Action: action, Fields: v}
}

// wrong puts a fault into a form: what concerns a field stands at the field. It
// says no when the fault is not the person's to mend.
func (c *call) wrong(f *form, err error) (status int, ok bool) {
	x := fault.Of(err)
	if x == nil || x.Kind == fault.Internal || x.Kind == fault.TooLarge {
		return 0, false
	}
	for i := range f.fields {
		f.fields[i].Error = c.Field(x, f.fields[i].Name)
	}
	for i := range f.selects {
		f.selects[i].Error = c.Field(x, f.selects[i].Name)
	}
	for _, p := range x.Fields {
		f.problems = append(f.problems, ui.Problem{Name: p.Name, Message: c.Field(x, p.Name)})
	}
	if len(x.Fields) == 0 {
		f.problems = append(f.problems, ui.Problem{Message: c.Fault(x)})
	}
	status = web.Status(x.Kind)
	if c.w == nil { // a sample in the gallery
		return status, true
	}
	if x.Kind == fault.SignIn {
		c.w.Header().Set("WWW-Authenticate", `Bearer realm="netral"`) // RFC 9110 15.5.2; browsers pass it over
	}
	if x.Wait > 0 {
		c.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(x.Wait.Seconds()))))
	}
	return status, true
}

// again shows a form with what was wrong, or passes the error on.
func (c *call) again(f form, err error) (web.Response, error) {
	if err == errStale {
		return nil, err
	}
	status, ok := c.wrong(&f, err)
	if !ok {
		return nil, err
	}
	return c.page(f, status), nil
}

func passwordField(c *call, name, label, autocomplete string) ui.Field {
	return ui.Field{Name: name, Label: c.T(label), Type: "password", Required: true, Autocomplete: autocomplete, Max: maxBytes}
}
