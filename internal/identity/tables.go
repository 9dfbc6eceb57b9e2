package identity

import (
	"net/url"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/ui"
)

func lines(list []string) string { return strings.Join(list, "\n") }

func yesNo(r *web.Request, yes bool) string {
	if yes {
		return r.T("identity.yes")
	}
	return r.T("identity.no")
}

func timeOr(r *web.Request, t time.Time) string {
	if t.IsZero() {
		return r.T("identity.never")
	}
	return text.Time(r.Lang, t)
}

func accountFacts(r *web.Request, v accountView) []ui.Fact {
	return []ui.Fact{
		{Term: r.T("identity.field.login"), Text: v.account.Login},
		{Term: r.T("identity.field.email"), Text: orDash(v.account.Email)},
		{Term: r.T("identity.account.totp"), Text: yesNo(r, v.account.HasTOTP)},
		{Term: r.T("identity.account.codes"), Text: text.Number(r.Lang, int64(v.codes))},
		{Term: r.T("identity.account.keys"), Text: text.Number(r.Lang, int64(len(v.keys)))},
	}
}

func manageFacts(r *web.Request, a Account) []ui.Fact {
	return []ui.Fact{
		{Term: r.T("identity.field.login"), Text: a.Login},
		{Term: r.T("identity.field.status"), Text: r.T("identity.status." + a.Status)},
		{Term: r.T("identity.field.email"), Text: orDash(a.Email)},
		{Term: r.T("identity.field.person"), Text: orDash(a.Person)},
		{Term: r.T("identity.account.totp"), Text: yesNo(r, a.HasTOTP)},
		{Term: r.T("identity.admin.made"), Text: timeOr(r, a.Made)},
	}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func sessionsTable(r *web.Request, v accountView) ui.Table {
	t := ui.Table{Caption: r.T("identity.account.sessions"), Hidden: true, Head: []string{
		r.T("identity.head.browser"), r.T("identity.head.network"), r.T("identity.head.method"), r.T("identity.head.begun"), r.T("identity.head.seen"), r.T("identity.head.act"),
	}}
	for _, s := range v.sessions {
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: s.Agent}, {Text: s.Network}, {Text: r.T("identity.method." + s.Method)},
			{Text: timeOr(r, s.Made)}, {Text: timeOr(r, s.Seen)}, {Body: sessionAct(r, s, s.ID == v.here)},
		})
	}
	return t
}

func keysTable(r *web.Request, list []Passkey) ui.Table {
	t := ui.Table{Caption: r.T("identity.keys.title"), Hidden: true, Head: []string{r.T("identity.keys.name"), r.T("identity.head.begun"), r.T("identity.head.seen"), r.T("identity.head.act")}}
	for _, p := range list {
		t.Rows = append(t.Rows, []ui.Cell{{Text: p.Name}, {Text: timeOr(r, p.Made)}, {Text: timeOr(r, p.Used)}, {Body: keyAct(r, p)}})
	}
	return t
}

// place is where a grant holds.
func (g Grant) place(r *web.Request) string {
	var parts []string
	if g.Unit != "" {
		parts = append(parts, r.T("identity.place.unit", g.Unit))
	}
	if g.Area != "" {
		parts = append(parts, r.T("identity.place.area", g.Area))
	}
	if g.ActingFor != "" {
		parts = append(parts, r.T("identity.place.acting", g.ActingFor))
	}
	if parts == nil {
		return r.T("identity.place.all")
	}
	return strings.Join(parts, ", ")
}

// state is what a grant is today, in a word.
func (g Grant) state(r *web.Request) string {
	switch {
	case g.Status != GrantActive:
		return r.T("identity.grant.state." + g.Status)
	case g.On(r.Today()):
		return r.T("identity.grant.state.active")
	case g.From > r.Today() && (g.Until == day.None || g.Until > g.From):
		return r.T("identity.grant.state.later")
	}
	return r.T("identity.grant.state.ended")
}

func untilText(r *web.Request, d day.Day) string {
	if d == day.None {
		return r.T("identity.open_end")
	}
	return text.DayShort(r.Lang, d)
}

// grantsTable lists grants; with a path each that can still change leads to its
// decision.
func grantsTable(r *web.Request, list []Grant, path string) ui.Table {
	t := ui.Table{Caption: r.T("identity.account.grants"), Hidden: true, Head: []string{
		r.T("identity.field.role"), r.T("identity.head.place"), r.T("identity.field.from"), r.T("identity.field.until"), r.T("identity.head.state"), r.T("identity.field.reason"),
	}}
	for i, g := range list {
		if g.On(r.Today()) {
			t.Strong = append(t.Strong, i)
		}
		state := ui.Cell{Text: g.state(r)}
		if path != "" && (g.Status == GrantProposed || g.Status == GrantActive && (g.Until == day.None || g.Until > r.Today() && g.Until > g.From)) {
			state.Body = link(path+"/peran/"+g.ID, r.T("identity.grant.decide", g.state(r)))
		}
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: r.T("access.role." + g.Role)}, {Text: g.place(r)}, {Text: text.DayShort(r.Lang, g.From), NoWrap: true}, {Text: untilText(r, g.Until), NoWrap: true}, state, {Text: g.Reason},
		})
	}
	return t
}

func proposedTable(r *web.Request, list []waiting) ui.Table {
	t := ui.Table{Caption: r.T("identity.admin.proposed"), Head: []string{r.T("identity.field.name"), r.T("identity.field.role"), r.T("identity.field.reason"), r.T("identity.head.act")}}
	for _, g := range list {
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: g.Name}, {Text: r.T("access.role." + g.Role)}, {Text: g.Reason},
			{Body: link("/akun/kelola/"+g.Account+"/peran/"+g.ID, r.T("identity.admin.look", g.Login))},
		})
	}
	return t
}

func rolePick(r *web.Request, now string) ui.Select {
	s := ui.Select{Name: "peran", Label: r.T("identity.field.role"), Empty: r.T("identity.admin.any_role")}
	for _, role := range Roles() {
		s.Options = append(s.Options, ui.Option{Value: role, Label: r.T("access.role." + role), Checked: role == now})
	}
	return s
}

func accountsTable(r *web.Request, l Listing) ui.Table {
	t := ui.Table{Caption: r.T("identity.admin.title"), Hidden: true, Head: []string{r.T("identity.field.login"), r.T("identity.field.name"), r.T("identity.account.grants"), r.T("identity.field.status")}}
	for _, a := range l.Accounts {
		var roles []string
		for _, g := range l.Grants[a.ID] {
			name := r.T("access.role." + g.Role)
			if g.Status == GrantProposed {
				name = r.T("identity.role_proposed", name)
			}
			roles = append(roles, name)
		}
		t.Rows = append(t.Rows, []ui.Cell{{Body: link(a.path(), a.Login)}, {Text: a.Name}, {Text: orDash(strings.Join(roles, ", "))}, {Text: r.T("identity.status." + a.Status)}})
	}
	return t
}

func (v listView) more() string {
	q := url.Values{"sesudah": {v.list.Next}}
	if v.in.Text != "" {
		q.Set("cari", v.in.Text)
	}
	if v.in.Role != "" {
		q.Set("peran", v.in.Role)
	}
	return "/akun/kelola?" + q.Encode()
}

func recoveriesTable(r *web.Request, list []Recovery) ui.Table {
	t := ui.Table{Caption: r.T("identity.admin.recoveries"), Hidden: true, Head: []string{r.T("identity.field.name"), r.T("identity.field.login"), r.T("identity.recover.note"), r.T("identity.head.begun"), r.T("identity.head.state"), r.T("identity.head.act")}}
	for _, x := range list {
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: x.Name}, {Text: x.Login}, {Text: orDash(x.Note)}, {Text: timeOr(r, x.Made)}, {Text: r.T("identity.recovery.state." + x.Status)},
			{Body: link("/akun/pemulihan/"+x.ID, r.T("identity.admin.look", x.Login))},
		})
	}
	return t
}
