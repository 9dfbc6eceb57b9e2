package identity

import (
	"context"
	"net/http"
	"net/url"

	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// accountView is "my account".
type accountView struct {
	account  Account
	grants   []Grant
	sessions []Session
	here     string // id of the session that asks
	codes    int
	keys     []Passkey
	linked   int
	sso      string
	admin    bool
	bare     bool // no passkeys here
}

func (c *call) account() (web.Response, error) {
	v := accountView{here: c.got.session.ID, admin: c.s.may(c.got.who, ActManage, "") == nil, bare: c.s.keys == nil}
	if c.s.sso != nil {
		v.sso = c.s.sso.Name
	}
	err := c.s.DB.Read(c.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		id := c.got.account.ID
		if v.account, err = account(ctx, tx, id); err != nil {
			return err
		}
		if v.grants, err = grants(ctx, tx, id); err != nil {
			return err
		}
		if v.sessions, err = sessions(ctx, tx, id, tx.Now, tx.Now.Add(-c.s.Idle)); err != nil {
			return err
		}
		if v.codes, err = codesLeft(ctx, tx, id); err != nil {
			return err
		}
		if v.keys, err = passkeyList(ctx, tx, id); err != nil {
			return err
		}
		v.linked, err = links(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return accountWeb(c.Request, v), nil
}

func accountWeb(r *web.Request, v accountView) web.Page {
	return web.Page{Title: r.T("identity.account.title"), Nav: "/akun", Body: accountPage(r, v)}
}

func (c *call) setLang() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	if err := c.s.SetLang(c.Context(), c.got.who, v.Get("lang")); err != nil {
		return nil, err
	}
	c.s.langCookie(c.w, v.Get("lang"))
	return web.Redirect{To: "/akun"}, nil
}

func (c *call) revoke() (web.Response, error) {
	id := c.PathValue("id")
	if err := c.s.Revoke(c.Context(), c.got.who, id); err != nil {
		return nil, err
	}
	if id == c.got.session.ID {
		c.s.setCookie(c.w, cookieSession, "", 0)
		return web.Redirect{To: "/keluar"}, nil
	}
	return web.Redirect{To: "/akun"}, nil
}

func (c *call) revokeOthers() (web.Response, error) {
	if _, err := c.s.RevokeOthers(c.Context(), c.got.who, c.got.session.ID); err != nil {
		return nil, err
	}
	return web.Redirect{To: "/akun"}, nil
}

// ownLogin tells the person, and what keeps their passwords, whose password is
// asked for.
func (c *call) ownLogin() ui.Field {
	f := ui.Field{Name: "login", Label: c.T("identity.field.login"), Fixed: true, Autocomplete: "username", Max: maxLogin}
	if c.got != nil {
		f.Value = c.got.account.Login
	}
	return f
}

func (c *call) proveView(next string) form {
	return form{
		title: c.T("identity.prove.title"), lead: c.T("identity.prove.lead"), action: "/akun/ulang", submit: c.T("identity.prove.submit"),
		hidden: url.Values{"ke": {next}},
		fields: []ui.Field{
			c.ownLogin(), passwordField(c, "password", "identity.field.password", "current-password"),
			{Name: "code", Label: c.T("identity.field.totp"), Required: true, Autocomplete: "one-time-code", InputMode: "numeric", Max: 10},
		},
	}
}

func (c *call) proveForm() (web.Response, error) {
	f := c.proveView(Local(c.URL.Query().Get("ke")))
	if !c.got.account.HasPassword { // passkey or single sign-on only
		f = form{title: f.title, lead: c.T("identity.prove.again"), action: "/keluar", submit: c.T("identity.out.submit")}
	}
	return c.page(f, 0), nil
}

func (c *call) prove() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	next := Local(v.Get("ke"))
	if err := c.s.Prove(c.Context(), c.got, c.secret(v, "password"), c.secret(v, "code")); err != nil {
		return c.again(c.proveView(next), err)
	}
	return web.Redirect{To: next}, nil
}

func (c *call) passwordView() form {
	n := passwordField(c, "new", "identity.field.new", "new-password")
	n.Hint = c.T("identity.password.hint", minLetter)
	return form{
		title: c.T("identity.password.title"), lead: c.T("identity.password.lead"), action: "/akun/sandi", submit: c.T("identity.password.submit"),
		fields: []ui.Field{
			c.ownLogin(), passwordField(c, "old", "identity.field.old", "current-password"), n,
			passwordField(c, "new2", "identity.field.again", "new-password"),
		},
	}
}

func (c *call) passwordForm() (web.Response, error) { return c.page(c.passwordView(), 0), nil }

func (c *call) changePassword() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	opened, err := c.s.ChangePassword(c.Context(), c.got, PasswordInput{Old: c.secret(v, "old"), New: c.secret(v, "new"), Again: c.secret(v, "new2")})
	if err != nil {
		return c.again(c.passwordView(), err)
	}
	c.s.setOpened(c.w, opened)
	return web.Redirect{To: "/akun"}, nil
}

func (c *call) totpForm() (web.Response, error) {
	f := form{title: c.T("identity.totp.title"), lead: c.T("identity.totp.lead"), action: "/akun/totp/mulai", submit: c.T("identity.totp.start")}
	return c.page(f, 0), nil
}

// totpView is the page with the square code.
type totpView struct {
	form      form
	enrolment Enrolment
}

func (c *call) totpView(e Enrolment) totpView {
	return totpView{enrolment: e, form: form{
		title: c.T("identity.totp.scan"), action: "/akun/totp", submit: c.T("identity.totp.submit"),
		hidden: url.Values{"ticket": {e.Ticket}},
		fields: []ui.Field{{Name: "code", Label: c.T("identity.field.totp"), Hint: c.T("identity.totp.hint"), Required: true, Autocomplete: "one-time-code", InputMode: "numeric", Max: 10}},
	}}
}

func (c *call) startTOTP() (web.Response, error) {
	e, err := c.s.StartTOTP(c.Context(), c.got)
	if err != nil {
		return nil, err
	}
	v := c.totpView(e)
	return web.Page{Title: v.form.title, Nav: "/akun", Body: totpPage(c.Request, v), Keep: c.keep("/akun/totp/mulai")}, nil
}

func (c *call) confirmTOTP() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	token := c.secret(v, "ticket")
	r, err := c.s.ConfirmTOTP(c.Context(), c.got, token, c.secret(v, "code"))
	if err != nil {
		e, again := c.s.ResumeTOTP(c.Context(), c.got, token)
		if again != nil || fault.Of(err).Kind != fault.Invalid {
			return nil, err
		}
		view := c.totpView(e)
		status, _ := c.wrong(&view.form, err)
		// The language switch begins anew: it must not carry a secret.
		return web.Page{Title: view.form.title, Nav: "/akun", Body: totpPage(c.Request, view), Status: status, Keep: &web.Keep{Action: "/akun/totp/mulai"}}, nil
	}
	c.s.setOpened(c.w, r.Opened)
	if len(r.Codes) == 0 {
		return web.Redirect{To: "/akun"}, nil
	}
	return c.showCodes(r.Codes), nil
}

func (c *call) codesForm() (web.Response, error) {
	f := form{title: c.T("identity.codes.title"), lead: c.T("identity.codes.lead"), action: "/akun/kode", submit: c.T("identity.codes.submit")}
	return c.page(f, 0), nil
}

func (c *call) renewCodes() (web.Response, error) {
	codes, err := c.s.RenewCodes(c.Context(), c.got)
	if err != nil {
		return nil, err
	}
	return c.showCodes(codes), nil
}

// showCodes shows codes once. Nothing may keep the page, and there is no Keep:
// showing it in another language would make other codes.
func (c *call) showCodes(codes []string) web.Page {
	return web.Page{Title: c.T("identity.codes.shown"), Nav: "/akun", Body: codesPage(c.Request, codes)}
}

func (c *call) keysView() form {
	return form{
		title: c.T("identity.keys.title"), lead: c.T("identity.keys.lead"), action: "/akun/kunci/mulai", submit: c.T("identity.keys.submit"),
		fields: []ui.Field{{Name: "name", Label: c.T("identity.keys.name"), Hint: c.T("identity.keys.name.hint"), Required: true, Max: maxPasskeyName}},
	}
}

func (c *call) keys() (web.Response, error) { return c.showKeys(c.keysView(), 0) }

func (c *call) showKeys(f form, status int) (web.Response, error) {
	list, err := c.s.Passkeys(c.Context(), c.got)
	if err != nil {
		return nil, err
	}
	p := web.Page{Title: f.title, Nav: "/akun", Body: keysPage(c.Request, f, list), Status: status}
	if c.Method == http.MethodPost {
		p.Keep = c.keep("/akun/kunci/mulai")
	}
	return p, nil
}

func (c *call) startKey() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	ceremony, err := c.s.StartPasskey(c.Context(), c.got, v.Get("name"))
	if err != nil {
		f := c.keysView()
		f.fields[0].Value = clip(v.Get("name"), maxPasskeyName)
		if err == errStale {
			return nil, err
		}
		status, ok := c.wrong(&f, err)
		if !ok {
			return nil, err
		}
		return c.showKeys(f, status)
	}
	view := ceremonyView{
		title: c.T("identity.key.create.title"), lead: c.T("identity.key.create.lead"), action: "/akun/kunci", kind: "create",
		ceremony: ceremony, back: "/akun/kunci",
	}
	return web.Page{Title: view.title, Nav: "/akun", Body: ceremonyPage(c.Request, view), Script: Script, Keep: c.keep("/akun/kunci/mulai")}, nil
}

func (c *call) finishKey() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	if err := c.s.FinishPasskey(c.Context(), c.got, c.secret(v, "ticket"), c.secret(v, "answer")); err != nil {
		f := c.keysView()
		status, ok := c.wrong(&f, err)
		if !ok {
			return nil, err
		}
		return c.showKeys(f, status)
	}
	return web.Redirect{To: "/akun/kunci"}, nil
}

func (c *call) removeKey() (web.Response, error) {
	if err := c.s.RemovePasskey(c.Context(), c.got, c.PathValue("id")); err != nil {
		return nil, err
	}
	return web.Redirect{To: "/akun/kunci"}, nil
}

func (c *call) askView() form {
	return form{
		title: c.T("identity.recover.title"), lead: c.T("identity.recover.lead"), action: "/pulih", submit: c.T("identity.recover.submit"),
		fields: []ui.Field{
			{Name: "login", Label: c.T("identity.field.login"), Required: true, Autocomplete: "username", Max: maxLogin},
			{Name: "note", Label: c.T("identity.recover.note"), Hint: c.T("identity.recover.note.hint"), Rows: 3, Max: maxNote, Spell: true},
		},
	}
}

func (c *call) askForm() (web.Response, error) { return c.page(c.askView(), 0), nil }

func (c *call) ask() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	if err := c.s.AskRecovery(c.Context(), v.Get("login"), v.Get("note"), c.s.client(c.Request.Request, c.Lang)); err != nil {
		f := c.askView()
		f.fields[0].Value, f.fields[1].Value = clip(v.Get("login"), maxLogin), v.Get("note")
		return c.again(f, err)
	}
	return c.page(form{title: c.T("identity.recover.sent"), lead: c.T("identity.recover.sent.lead")}, 0), nil
}

func (c *call) redeemView(needsCode bool) form {
	n := passwordField(c, "new", "identity.field.new", "new-password")
	n.Hint = c.T("identity.password.hint", minLetter)
	f := form{
		title: c.T("identity.redeem.title"), lead: c.T("identity.redeem.lead"), action: c.URL.Path, submit: c.T("identity.redeem.submit"),
		fields: []ui.Field{n, passwordField(c, "new2", "identity.field.again", "new-password")},
	}
	if needsCode {
		f.fields = append([]ui.Field{{Name: "code", Label: c.T("identity.redeem.code"), Hint: c.T("identity.redeem.code.hint"), Required: true, Max: 40}}, f.fields...)
	}
	return f
}

func (c *call) redeemForm() (web.Response, error) {
	needsCode, err := c.s.LinkKind(c.Context(), c.PathValue("token"))
	if err != nil {
		return nil, err
	}
	return c.page(c.redeemView(needsCode), 0), nil
}

func (c *call) redeem() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	token := c.PathValue("token")
	needsCode, lookErr := c.s.LinkKind(c.Context(), token)
	in := RedeemInput{Token: token, Code: c.secret(v, "code"), New: c.secret(v, "new"), Again: c.secret(v, "new2")}
	opened, err := c.s.Redeem(c.Context(), in, c.s.client(c.Request.Request, c.Lang))
	if err != nil {
		if lookErr != nil {
			return nil, err
		}
		return c.again(c.redeemView(needsCode), err)
	}
	c.s.setOpened(c.w, opened)
	return web.Redirect{To: "/akun/totp"}, nil
}

// langs are the choices of language for messages.
func langs(r *web.Request, now string) ui.Select {
	s := ui.Select{Name: "lang", Label: r.T("identity.lang.label"), Hint: r.T("identity.lang.hint")}
	for _, l := range text.Langs() {
		s.Options = append(s.Options, ui.Option{Value: l, Label: r.T("identity.lang." + l), Checked: l == now})
	}
	return s
}
