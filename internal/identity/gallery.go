package identity

import (
	"encoding/base32"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// Gallery shows every page in each of its states, with made-up people.
func (s *Service) Gallery() []web.Sample { return Samples() }

// Samples are the pages of this package with made-up content.
func Samples() []web.Sample {
	at := time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC)
	a := Account{ID: "sampleaccount", Login: "siti.aminah", Name: "Siti Aminah", Email: "siti.aminah@jakarta.test", Lang: "id", Status: Active, HasPassword: true, HasTOTP: true, Made: at, Version: 3}
	gs := []Grant{
		{ID: "g1", Account: a.ID, Role: RoleAdmin, From: day.Of(2023, 10, 19), Until: day.None, Status: GrantProposed, Reason: "pengganti selama cuti"},
		{ID: "g2", Account: a.ID, Role: RolePersonnel, Unit: "bkd", From: day.Of(2023, 1, 2), Until: day.None, Status: GrantActive, Reason: "SK 821/2023"},
		{ID: "g3", Account: a.ID, Role: RoleUnitHead, Unit: "bkd", ActingFor: "Kepala BKD", From: day.Of(2023, 12, 1), Until: day.Of(2024, 3, 1), Status: GrantActive, Reason: "Plt"},
		{ID: "g4", Account: a.ID, Role: RoleObserver, Area: "31.71", From: day.Of(2022, 1, 1), Until: day.Of(2023, 1, 1), Status: GrantActive, Reason: "pindah tugas"},
	}
	r := Recovery{ID: "r1", Account: a.ID, Status: recoveryAsked, Note: "Telepon hilang di Stasiun Gambir.", Login: a.Login, Name: a.Name, Made: at, Ends: at.Add(askedFor)}
	sample := func(key string, draw func(*call) web.Page) web.Sample {
		return web.Sample{Key: "identity-" + key, Draw: func(q *web.Request) web.Page { return draw(&call{Request: q}) }}
	}
	plainForm := func(key string, view func(*call) form) web.Sample {
		return sample(key, func(c *call) web.Page { return c.page(view(c), 0) })
	}
	wrongForm := func(key string, err error, view func(*call) form) web.Sample {
		return sample(key, func(c *call) web.Page {
			f := view(c)
			_, _ = c.wrong(&f, err) // a form takes any fault that a person can mend
			return c.page(f, 0)
		})
	}
	fields := func(add ...string) error {
		var f fault.Fields
		for i := 0; i < len(add); i += 2 {
			f.Add(false, add[i], add[i+1], "31-02-2023", 12)
		}
		return f.Err()
	}
	signIn := func(c *call, change func(*signInView)) web.Page {
		v := c.signInView("/", "siti.aminah")
		change(&v)
		return web.Page{Title: v.form.title, Body: signInPage(c.Request, v)}
	}
	enrolment := Enrolment{Ticket: "sample", Secret: "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567", URL: "otpauth://totp/Netral:siti.aminah?secret=" + base32.StdEncoding.EncodeToString([]byte("only a sample, no se"))}
	totp := func(c *call, err error) web.Page {
		v := c.totpView(enrolment)
		if err != nil {
			_, _ = c.wrong(&v.form, err)
		}
		return web.Page{Title: v.form.title, Body: totpPage(c.Request, v)}
	}
	ceremony := func(c *call, kind string) web.Page {
		v := ceremonyView{title: c.T("identity.key.signin.title"), lead: c.T("identity.key.signin.lead"), action: "/masuk/kunci/jawab", kind: kind, ceremony: Ceremony{Ticket: "sample", Options: "{}"}, back: "/masuk"}
		if kind == "create" {
			v.title, v.lead = c.T("identity.key.create.title"), c.T("identity.key.create.lead")
		}
		return web.Page{Title: v.title, Body: ceremonyPage(c.Request, v)}
	}
	keys := []Passkey{{ID: "k1", Name: "telepon kantor", Made: at, Used: at}, {ID: "k2", Name: "laptop", Made: at}}
	view := accountView{account: a, grants: gs, here: "s1", codes: 9, keys: keys, admin: true, sso: "SSO BKN", sessions: []Session{
		{ID: "s1", Method: "password", Agent: "Chrome, Android", Network: "10.1.2.0/24", Made: at, Seen: at},
		{ID: "s2", Method: "passkey", Agent: "Edge, Windows", Network: "10.7.0.0/24", Made: at, Seen: at},
	}}
	bare := accountView{account: a, here: "s1", codes: 1, sessions: view.sessions[:1]}
	return []web.Sample{
		sample("signin", func(c *call) web.Page { return signIn(c, func(*signInView) {}) }),
		sample("signin-all-ways", func(c *call) web.Page {
			return signIn(c, func(v *signInView) {
				v.sso, v.demo = "SSO BKN", []demoWay{{ID: "d1", Name: "Nani, S.Pd.", Role: RoleEmployee}, {ID: "d2", Name: "Taufik Marzuki, S.E., M.M.", Role: RoleInspector}}
			})
		}),
		sample("signin-wrong", func(c *call) web.Page {
			return signIn(c, func(v *signInView) { _, _ = c.wrong(&v.form, errWrong()) })
		}),
		plainForm("second", func(c *call) form { return c.secondView("/") }),
		wrongForm("second-wrong", fields("code", "identity.code.shape"), func(c *call) form { return c.secondView("/") }),
		sample("key-signin", func(c *call) web.Page { return ceremony(c, "get") }),
		sample("key-create", func(c *call) web.Page { return ceremony(c, "create") }),
		sample("account", func(c *call) web.Page { return accountWeb(c.Request, view) }),
		sample("account-bare", func(c *call) web.Page { return accountWeb(c.Request, bare) }),
		sample("keys", func(c *call) web.Page {
			return web.Page{Title: c.T("identity.keys.title"), Body: keysPage(c.Request, c.keysView(), keys)}
		}),
		sample("keys-empty", func(c *call) web.Page {
			return web.Page{Title: c.T("identity.keys.title"), Body: keysPage(c.Request, c.keysView(), nil)}
		}),
		sample("totp", func(c *call) web.Page { return totp(c, nil) }),
		sample("totp-wrong", func(c *call) web.Page { return totp(c, fields("code", "identity.totp.wrong")) }),
		sample("codes", func(c *call) web.Page {
			return web.Page{Title: c.T("identity.codes.shown"), Body: codesPage(c.Request, []string{"abcd-efgh-ijkl-mnop", "qrst-uvwx-yz23-4567"})}
		}),
		plainForm("password", (*call).passwordView),
		wrongForm("password-wrong", fields("new", "identity.password.easy", "old", "identity.password.old"), (*call).passwordView),
		plainForm("prove", func(c *call) form { return c.proveView("/akun/kunci") }),
		plainForm("recover", (*call).askView),
		plainForm("redeem", func(c *call) form { return c.redeemView(true) }),
		wrongForm("redeem-wrong", errLink(), func(c *call) form { return c.redeemView(true) }),
		sample("admin-list", func(c *call) web.Page {
			return listWeb(c.Request, listView{open: 2, proposed: []Waiting{{gs[0], a.Login, a.Name}}, list: Listing{Accounts: []Account{a}, Grants: map[string][]Grant{a.ID: gs[:2]}, Next: a.Login}})
		}),
		sample("admin-list-empty", func(c *call) web.Page { return listWeb(c.Request, listView{in: ListInput{Text: "xyz"}}) }),
		plainForm("admin-new", func(c *call) form { return c.newView(nil) }),
		wrongForm("admin-new-wrong", fields("login", "identity.login.taken", "name", "identity.name.shape"), func(c *call) form { return c.newView(nil) }),
		sample("admin-account", func(c *call) web.Page { return manageWeb(c.Request, manageView{account: a, grants: gs}) }),
		sample("admin-account-own", func(c *call) web.Page { return manageWeb(c.Request, manageView{account: a, mine: true}) }),
		plainForm("admin-change", func(c *call) form { return c.changeView(a) }),
		plainForm("admin-grant", func(c *call) form { return c.grantView(a, RoleObserver) }),
		wrongForm("admin-grant-wrong", fields("from", "identity.day.shape"), func(c *call) form { return c.grantView(a, RoleObserver) }),
		plainForm("admin-confirm", func(c *call) form { return c.settleView(a, gs[0]) }),
		plainForm("admin-end", func(c *call) form { return c.settleView(a, gs[1]) }),
		plainForm("admin-ask", func(c *call) form { return c.askForView(a) }),
		sample("admin-recoveries", func(c *call) web.Page { return recoveriesWeb(c.Request, []Recovery{r}) }),
		sample("admin-recoveries-empty", func(c *call) web.Page { return recoveriesWeb(c.Request, nil) }),
		plainForm("admin-decide", func(c *call) form { return c.decideView(r) }),
		sample("admin-once", func(c *call) web.Page {
			return c.once(onceView{title: c.T("identity.once.first"), lead: c.T("identity.once.first.lead"), label: c.T("identity.once.first.label"), text: "abcd-efgh-ijkl-mnop", back: "/akun/pemulihan"})
		}),
	}
}
