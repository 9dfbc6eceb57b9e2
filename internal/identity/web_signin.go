package identity

import (
	"net/http"
	"net/url"

	"netral/internal/fault"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// signInView is the sign-in page.
type signInView struct {
	form form
	next string
	sso  string // name of the provider, "" for none
	demo []demoWay
	bare bool // no passkeys here
}

func (c *call) signInView(next, login string) signInView {
	v := signInView{next: next, bare: c.s != nil && c.s.keys == nil}
	v.form = form{
		title: c.T("identity.signin.title"), lead: c.T("identity.signin.lead"), action: "/masuk", submit: c.T("identity.signin.submit"),
		hidden: url.Values{"ke": {next}},
		fields: []ui.Field{
			{Name: "login", Label: c.T("identity.field.login"), Value: login, Required: true, Autocomplete: "username", Max: maxLogin},
			passwordField(c, "password", "identity.field.password", "current-password"),
		},
	}
	if c.s != nil && c.s.sso != nil {
		v.sso = c.s.sso.Name
	}
	return v
}

// home is where to go after signing in.
func (s *Service) home(next string) string {
	if next == "/" && s.Home != "" {
		return s.Home
	}
	return next
}

func (c *call) showSignIn(v signInView, status int) (web.Response, error) {
	if c.s.Demo {
		var err error
		if v.demo, err = c.s.demoWays(c.Context()); err != nil {
			return nil, err
		}
	}
	p := web.Page{Title: v.form.title, Nav: "/masuk", Body: signInPage(c.Request, v), Status: status}
	if c.Method == http.MethodPost {
		p.Keep = c.keep(c.URL.Path)
	}
	return p, nil
}

func (c *call) signInForm() (web.Response, error) {
	next := Local(c.URL.Query().Get("ke"))
	if c.got != nil && !c.got.session.Limited {
		return web.Redirect{To: c.s.home(next)}, nil
	}
	return c.showSignIn(c.signInView(next, ""), 0)
}

func (c *call) signIn() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	next := Local(v.Get("ke"))
	step, err := c.s.SignIn(c.Context(), SignInInput{Login: v.Get("login"), Password: c.secret(v, "password")}, c.s.client(c.Request.Request, c.Lang))
	if err != nil {
		view := c.signInView(next, clip(v.Get("login"), maxLogin))
		status, ok := c.wrong(&view.form, err)
		if !ok {
			return nil, err
		}
		return c.showSignIn(view, status)
	}
	if step.Opened != nil {
		c.s.setOpened(c.w, *step.Opened)
		return web.Redirect{To: "/akun/totp"}, nil
	}
	c.s.setCookie(c.w, cookieStep, step.Ticket, stepTime)
	return web.Redirect{To: "/masuk/kode?ke=" + url.QueryEscape(next)}, nil
}

func (c *call) secondView(next string) form {
	return form{
		title: c.T("identity.second.title"), lead: c.T("identity.second.lead"), action: "/masuk/kode", submit: c.T("identity.second.submit"),
		hidden: url.Values{"ke": {next}},
		fields: []ui.Field{{Name: "code", Label: c.T("identity.field.code"), Hint: c.T("identity.second.hint"), Required: true, Autocomplete: "one-time-code", Max: 40}},
	}
}

func (c *call) secondForm() (web.Response, error) {
	next := Local(c.URL.Query().Get("ke"))
	if _, _, err := c.s.stepOf(c.Context(), c.s.cookie(c.Request.Request, cookieStep)); err != nil {
		if fault.Of(err).Key == "identity.step_over" {
			return web.Redirect{To: "/masuk?ke=" + url.QueryEscape(next)}, nil
		}
		return nil, err
	}
	return c.page(c.secondView(next), 0), nil
}

func (c *call) second() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	next := Local(v.Get("ke"))
	token := c.s.cookie(c.Request.Request, cookieStep)
	opened, err := c.s.Second(c.Context(), token, c.secret(v, "code"), c.s.client(c.Request.Request, c.Lang))
	if err == nil {
		c.s.setOpened(c.w, opened)
		return web.Redirect{To: c.s.home(next)}, nil
	}
	if fault.Of(err).Key != "identity.step_over" {
		return c.again(c.secondView(next), err)
	}
	c.s.setCookie(c.w, cookieStep, "", 0)
	view := c.signInView(next, "")
	status, _ := c.wrong(&view.form, err)
	return c.showSignIn(view, status)
}

func (c *call) outForm() (web.Response, error) {
	f := form{title: c.T("identity.out.title"), lead: c.T("identity.out.lead"), action: "/keluar", submit: c.T("identity.out.submit")}
	if c.got == nil {
		f = form{title: c.T("identity.out.done"), lead: c.T("identity.out.done.lead")}
	}
	return c.page(f, 0), nil
}

func (c *call) out() (web.Response, error) {
	if err := c.s.Close(c.Context(), c.s.cookie(c.Request.Request, cookieSession)); err != nil {
		return nil, err
	}
	c.s.setCookie(c.w, cookieSession, "", 0)
	c.s.setCookie(c.w, cookieStep, "", 0)
	// Pages of the person must not come back with the browser's Back.
	c.w.Header().Set("Clear-Site-Data", `"cache"`)
	return web.Redirect{To: "/keluar"}, nil
}

// ssoStart sends the browser to the provider: a redirect that leaves the site,
// to an address from the configuration only.
func (s *Service) ssoStart(sh *web.Shell, link bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		account := ""
		if link {
			got, err := s.Signed(r, "")
			if err != nil || got == nil || s.fresh(got) != nil {
				to := "/akun/ulang?ke=/akun/sso"
				if got == nil {
					to = "/masuk?ke=/akun"
				}
				http.Redirect(w, r, to, http.StatusSeeOther)
				return
			}
			account = got.account.ID
		}
		to, cookie, err := s.StartSSO(r.Context(), r.URL.Query().Get("ke"), account)
		if err != nil {
			one := http.NewServeMux()
			sh.Handle(one, "GET /", func(*web.Request) (web.Response, error) { return nil, err })
			one.ServeHTTP(w, r)
			return
		}
		s.setCookie(w, cookieSSO, cookie, tripTime)
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
}

func (c *call) ssoReturn() (web.Response, error) {
	cookie := c.s.cookie(c.Request.Request, cookieSSO)
	c.s.setCookie(c.w, cookieSSO, "", 0)
	out, err := c.s.FinishSSO(c.Context(), cookie, c.URL.Query(), c.got, c.s.client(c.Request.Request, c.Lang))
	if err != nil {
		// What the provider sent may still be good for something: the page that
		// says no, and every way that leads from it, knows nothing of it.
		c.Request.Request.URL = &url.URL{Path: "/masuk"}
		view := c.signInView("/", "")
		status, ok := c.wrong(&view.form, err)
		if !ok {
			return nil, err
		}
		return c.showSignIn(view, status)
	}
	if !out.Linked {
		c.s.setOpened(c.w, out.Opened)
	}
	return web.Redirect{To: c.s.home(out.Next)}, nil
}

// ceremonyView is the page of a passkey ceremony.
type ceremonyView struct {
	title, lead, action, kind string // kind is "create" or "get"
	ceremony                  Ceremony
	hidden                    url.Values
	back                      string
}

func (c *call) startKeySignIn() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	next := Local(v.Get("ke"))
	ceremony, err := c.s.StartPasskeySignIn(c.Context(), c.s.client(c.Request.Request, c.Lang))
	if err != nil {
		return nil, err
	}
	view := ceremonyView{
		title: c.T("identity.key.signin.title"), lead: c.T("identity.key.signin.lead"), action: "/masuk/kunci/jawab", kind: "get",
		ceremony: ceremony, hidden: url.Values{"ke": {next}}, back: "/masuk",
	}
	return web.Page{Title: view.title, Nav: "/masuk", Body: ceremonyPage(c.Request, view), Script: Script, Keep: c.keep("/masuk/kunci")}, nil
}

func (c *call) finishKeySignIn() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	next := Local(v.Get("ke"))
	opened, err := c.s.FinishPasskeySignIn(c.Context(), c.secret(v, "ticket"), c.secret(v, "answer"), c.s.client(c.Request.Request, c.Lang))
	if err != nil {
		view := c.signInView(next, "")
		status, ok := c.wrong(&view.form, err)
		if !ok {
			return nil, err
		}
		return c.showSignIn(view, status)
	}
	c.s.setOpened(c.w, opened)
	return web.Redirect{To: c.s.home(next)}, nil
}

func (c *call) demo() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	opened, err := c.s.SignInDemo(c.Context(), v.Get("account"), c.s.client(c.Request.Request, c.Lang))
	if err != nil {
		return nil, err
	}
	c.s.setOpened(c.w, opened)
	return web.Redirect{To: c.s.home(Local(v.Get("ke")))}, nil
}
