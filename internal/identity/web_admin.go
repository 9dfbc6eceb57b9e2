package identity

import (
	"context"
	"net/url"
	"strconv"

	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/web"
	"netral/internal/web/ui"
)

// listView is the list of accounts.
type listView struct {
	in       ListInput
	list     Listing
	proposed []waiting
	open     int // requests for recovery
}

// waiting is a grant that needs a second administrator.
type waiting struct {
	Grant
	Login, Name string
}

func (c *call) adminList() (web.Response, error) {
	q := c.URL.Query()
	v := listView{in: ListInput{Text: q.Get("cari"), Role: q.Get("peran"), After: q.Get("sesudah")}}
	var err error
	if v.list, err = c.s.List(c.Context(), c.got.who, v.in); err != nil {
		return nil, err
	}
	err = c.s.DB.Read(c.Context(), func(ctx context.Context, tx *store.Tx) error {
		list, err := proposed(ctx, tx)
		if err != nil {
			return err
		}
		for _, g := range list {
			a, err := account(ctx, tx, g.Account)
			if err != nil {
				return err
			}
			v.proposed = append(v.proposed, waiting{g, a.Login, a.Name})
		}
		open, err := openRecoveries(ctx, tx)
		v.open = len(open)
		return err
	})
	if err != nil {
		return nil, err
	}
	return listWeb(c.Request, v), nil
}

func listWeb(r *web.Request, v listView) web.Page {
	return web.Page{Title: r.T("identity.admin.title"), Nav: "/akun", Body: listPage(r, v), Wide: true}
}

func reasonField(c *call) ui.Field {
	return ui.Field{Name: "reason", Label: c.T("identity.field.reason"), Hint: c.T("identity.field.reason.hint"), Rows: 2, Max: maxNote, Required: true, Spell: true}
}

func (c *call) newView(v url.Values) form {
	f := form{
		title: c.T("identity.admin.new"), lead: c.T("identity.admin.new.lead"), action: "/akun/kelola/baru", submit: c.T("identity.admin.new.submit"),
		fields: []ui.Field{
			{Name: "login", Label: c.T("identity.field.login"), Hint: c.T("identity.field.login.hint"), Required: true, Max: maxLogin},
			{Name: "name", Label: c.T("identity.field.name"), Required: true, Max: maxName},
			{Name: "email", Label: c.T("identity.field.email"), Type: "email", Max: 254},
			{Name: "person", Label: c.T("identity.field.person"), Hint: c.T("identity.field.person.hint"), Max: 64},
			reasonField(c),
		},
	}
	fill(&f, v)
	return f
}

// fill puts what was typed back into a form.
func fill(f *form, v url.Values) {
	for i := range f.fields {
		if f.fields[i].Type != "password" && v.Has(f.fields[i].Name) {
			f.fields[i].Value = v.Get(f.fields[i].Name)
		}
	}
}

func (c *call) adminNew() (web.Response, error) {
	if err := c.s.may(c.got.who, ActManage, ""); err != nil {
		return nil, err
	}
	return c.page(c.newView(nil), 0), nil
}

func (c *call) adminCreate() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	if err := c.s.fresh(c.got); err != nil {
		return nil, err
	}
	made, err := c.s.Create(c.Context(), c.got.who, CreateInput{
		Login: v.Get("login"), Name: v.Get("name"), Email: v.Get("email"), Person: v.Get("person"), Reason: v.Get("reason"),
	})
	if err != nil {
		return c.again(c.newView(v), err)
	}
	return c.once(onceView{title: c.T("identity.once.created", made.Account.Login), lead: c.T("identity.once.link"), label: c.T("identity.once.link.label"), text: made.Link, back: "/akun/kelola/" + made.Account.ID}), nil
}

// onceView is something that is shown once.
type onceView struct{ title, lead, label, text, back string }

func (c *call) once(v onceView) web.Page {
	return web.Page{Title: v.title, Nav: "/akun", Body: oncePage(c.Request, v)}
}

// manageView is one account as an administrator sees it.
type manageView struct {
	account Account
	grants  []Grant
	mine    bool
}

func (c *call) manage() (manageView, error) {
	id := c.PathValue("id")
	if err := c.s.may(c.got.who, ActManage, id); err != nil { // Look lets owners in
		return manageView{}, err
	}
	a, gs, err := c.s.Look(c.Context(), c.got.who, id)
	return manageView{account: a, grants: gs, mine: id == c.got.account.ID}, err
}

func manageWeb(r *web.Request, m manageView) web.Page {
	return web.Page{Title: m.account.Name, Nav: "/akun", Body: managePage(r, m), Wide: true}
}

func (c *call) adminAccount() (web.Response, error) {
	m, err := c.manage()
	if err != nil {
		return nil, err
	}
	return manageWeb(c.Request, m), nil
}

func (a Account) path() string { return "/akun/kelola/" + a.ID }

func (c *call) changeView(a Account) form {
	status := ui.Select{Name: "status", Label: c.T("identity.field.status")}
	for _, s := range []string{Active, Disabled} {
		status.Options = append(status.Options, ui.Option{Value: s, Label: c.T("identity.status." + s), Checked: a.Status == s})
	}
	return form{
		title: c.T("identity.admin.change", a.Login), lead: c.T("identity.admin.change.lead"), action: a.path() + "/ubah", submit: c.T("identity.admin.change.submit"),
		hidden: url.Values{"version": {strconv.FormatInt(a.Version, 10)}}, back: a.path(),
		fields: []ui.Field{
			{Name: "name", Label: c.T("identity.field.name"), Value: a.Name, Required: true, Max: maxName},
			{Name: "email", Label: c.T("identity.field.email"), Type: "email", Value: a.Email, Max: 254},
			{Name: "person", Label: c.T("identity.field.person"), Hint: c.T("identity.field.person.hint"), Value: a.Person, Max: 64},
			reasonField(c),
		},
		selects: []ui.Select{status},
	}
}

func (c *call) grantView(a Account, role string) form {
	roles := ui.Select{Name: "role", Label: c.T("identity.field.role"), Hint: c.T("identity.field.role.hint")}
	for _, r := range Roles() {
		roles.Options = append(roles.Options, ui.Option{Value: r, Label: c.T("access.role." + r), Checked: role == r})
	}
	return form{
		title: c.T("identity.admin.grant", a.Name), lead: c.T("identity.admin.grant.lead"), action: a.path() + "/peran", submit: c.T("identity.admin.grant.submit"), back: a.path(),
		selects: []ui.Select{roles},
		fields: []ui.Field{
			{Name: "unit", Label: c.T("identity.field.unit"), Max: 64}, {Name: "area", Label: c.T("identity.field.area"), Max: 64},
			{Name: "acting", Label: c.T("identity.field.acting"), Hint: c.T("identity.field.acting.hint"), Max: maxName},
			{Name: "from", Label: c.T("identity.field.from"), Type: "date"},
			{Name: "until", Label: c.T("identity.field.until"), Hint: c.T("identity.field.until.hint"), Type: "date"},
			reasonField(c),
		},
	}
}

func (c *call) askForView(a Account) form {
	return form{
		title: c.T("identity.admin.recover", a.Name), lead: c.T("identity.admin.recover.lead"), action: a.path() + "/pulih",
		submit: c.T("identity.admin.recover.submit"), fields: []ui.Field{reasonField(c)}, back: a.path(),
	}
}

// settleView is the decision on one grant: what can be done depends on its
// state.
func (c *call) settleView(a Account, g Grant) form {
	f := form{
		title: c.T("identity.admin.settle", c.T("access.role."+g.Role), a.Name), lead: g.Reason, action: a.path() + "/peran/" + g.ID,
		fields: []ui.Field{reasonField(c)}, back: a.path(),
	}
	if g.Status == GrantProposed {
		f.buttons = []ui.Button{
			{Text: c.T("identity.act.confirm"), Name: "act", Value: "confirm"},
			{Text: c.T("identity.act.decline"), Name: "act", Value: "decline", Plain: true},
		}
		return f
	}
	f.buttons = []ui.Button{{Text: c.T("identity.act.end"), Name: "act", Value: "end"}}
	return f
}

// about makes a handler that shows a form about an account.
func about(view func(*call, Account) form) func(*call) (web.Response, error) {
	return func(c *call) (web.Response, error) {
		m, err := c.manage()
		if err != nil {
			return nil, err
		}
		return c.page(view(c, m.account), 0), nil
	}
}

// doing makes a handler that does what a form about an account asks, and shows
// the form again when that cannot be.
func doing(view func(*call, Account, url.Values) form, do func(*call, string, url.Values) error) func(*call) (web.Response, error) {
	return func(c *call) (web.Response, error) {
		v, err := c.Values()
		if err != nil {
			return nil, err
		}
		if err := c.s.fresh(c.got); err != nil {
			return nil, err
		}
		m, err := c.manage()
		if err != nil {
			return nil, err
		}
		if err := do(c, m.account.ID, v); err != nil {
			f := view(c, m.account, v)
			fill(&f, v)
			return c.again(f, err)
		}
		return web.Redirect{To: m.account.path()}, nil
	}
}

func doChange(c *call, id string, v url.Values) error {
	version, err := strconv.ParseInt(v.Get("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Conflict, "identity.account.moved")
	}
	_, err = c.s.Change(c.Context(), c.got.who, ChangeInput{
		ID: id, Name: v.Get("name"), Email: v.Get("email"), Person: v.Get("person"), Status: v.Get("status"), Reason: v.Get("reason"), Version: version,
	})
	return err
}

func doGrant(c *call, id string, v url.Values) error {
	_, err := c.s.Grant(c.Context(), c.got.who, GrantInput{
		Account: id, Role: v.Get("role"), Unit: v.Get("unit"), Area: v.Get("area"), ActingFor: v.Get("acting"),
		From: v.Get("from"), Until: v.Get("until"), Reason: v.Get("reason"),
	})
	return err
}

func doAsk(c *call, id string, v url.Values) error {
	_, err := c.s.AskRecoveryFor(c.Context(), c.got.who, id, v.Get("reason"))
	return err
}

// settling is the grant that the address names, of the account it names.
func (c *call) settling() (Account, Grant, error) {
	m, err := c.manage()
	if err != nil {
		return Account{}, Grant{}, err
	}
	for _, g := range m.grants {
		if g.ID == c.PathValue("grant") {
			return m.account, g, nil
		}
	}
	return Account{}, Grant{}, fault.New(fault.NotFound, "identity.grant.none")
}

func (c *call) settleForm() (web.Response, error) {
	a, g, err := c.settling()
	if err != nil {
		return nil, err
	}
	return c.page(c.settleView(a, g), 0), nil
}

func (c *call) settle() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	if err := c.s.fresh(c.got); err != nil {
		return nil, err
	}
	a, g, err := c.settling()
	if err != nil {
		return nil, err
	}
	switch v.Get("act") {
	case "confirm", "decline":
		_, err = c.s.Confirm(c.Context(), c.got.who, g.ID, v.Get("act") == "confirm", v.Get("reason"))
	case "end":
		_, err = c.s.End(c.Context(), c.got.who, g.ID, v.Get("reason"))
	default:
		err = fault.New(fault.Invalid, "identity.act.unknown", clip(v.Get("act"), 20))
	}
	if err != nil {
		f := c.settleView(a, g)
		fill(&f, v)
		return c.again(f, err)
	}
	return web.Redirect{To: a.path()}, nil
}

func (c *call) adminRecoveries() (web.Response, error) {
	list, err := c.s.Recoveries(c.Context(), c.got.who)
	if err != nil {
		return nil, err
	}
	return recoveriesWeb(c.Request, list), nil
}

func recoveriesWeb(r *web.Request, list []Recovery) web.Page {
	return web.Page{Title: r.T("identity.admin.recoveries"), Nav: "/akun", Body: recoveriesPage(r, list), Wide: true}
}

func (c *call) decideView(r Recovery) form {
	f := form{
		title: c.T("identity.admin.decide", r.Name, r.Login), lead: c.T("identity.admin.decide.lead"), action: "/akun/pemulihan/" + r.ID, back: "/akun/pemulihan",
		fields: []ui.Field{reasonField(c)},
	}
	if r.Status != recoveryApproved {
		f.buttons = append(f.buttons, ui.Button{Text: c.T("identity.act.approve"), Name: "act", Value: "approve"})
	}
	f.buttons = append(f.buttons, ui.Button{Text: c.T("identity.act.decline"), Name: "act", Value: "decline", Plain: true})
	return f
}

func (c *call) deciding() (Recovery, error) {
	list, err := c.s.Recoveries(c.Context(), c.got.who)
	if err != nil {
		return Recovery{}, err
	}
	for _, r := range list {
		if r.ID == c.PathValue("id") {
			return r, nil
		}
	}
	return Recovery{}, fault.New(fault.NotFound, "identity.recovery.none")
}

func (c *call) decideForm() (web.Response, error) {
	r, err := c.deciding()
	if err != nil {
		return nil, err
	}
	return c.page(c.decideView(r), 0), nil
}

func (c *call) decide() (web.Response, error) {
	v, err := c.Values()
	if err != nil {
		return nil, err
	}
	if err := c.s.fresh(c.got); err != nil {
		return nil, err
	}
	r, err := c.deciding()
	if err != nil {
		return nil, err
	}
	var a Approved
	switch v.Get("act") {
	case "approve":
		a, err = c.s.Approve(c.Context(), c.got.who, r.ID, v.Get("reason"))
	case "decline":
		_, err = c.s.Decline(c.Context(), c.got.who, r.ID, v.Get("reason"))
	default:
		err = fault.New(fault.Invalid, "identity.act.unknown", clip(v.Get("act"), 20))
	}
	if err != nil {
		f := c.decideView(r)
		fill(&f, v)
		return c.again(f, err)
	}
	switch {
	case a.Link != "":
		return c.once(onceView{title: c.T("identity.once.second"), lead: c.T("identity.once.second.lead"), label: c.T("identity.once.link.label"), text: a.Link, back: "/akun/pemulihan"}), nil
	case a.Code != "":
		return c.once(onceView{title: c.T("identity.once.first"), lead: c.T("identity.once.first.lead"), label: c.T("identity.once.first.label"), text: a.Code, back: "/akun/pemulihan"}), nil
	}
	return web.Redirect{To: "/akun/pemulihan"}, nil
}
