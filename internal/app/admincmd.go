package app

import (
	"netral/internal/identity"
	"netral/internal/text"
)

type adminCmd struct {
	Create adminCreateCmd `cmd:"" help:"${h_admin_create}"`
}

// adminCreateCmd makes an administrator. It prints a link at which the person
// sets a password and a second factor: a password on a command line would stay
// in its history and in the list of processes.
type adminCreateCmd struct {
	place
	Base  string `env:"NETRAL_BASE_URL" placeholder:"URL" help:"${h_base}"`
	Login string `required:"" placeholder:"LOGIN" help:"${h_admin_login}"`
	Name  string `required:"" placeholder:"NAME" help:"${h_admin_name}"`
	Email string `placeholder:"ADDRESS" help:"${h_admin_email}"`
	JSON  bool   `help:"${h_json}"`
}

// adminMade is what `netral admin create --json` prints.
type adminMade struct {
	Account string `json:"account"`
	Login   string `json:"login"`
	Link    string `json:"link"`
	Until   string `json:"until"`
}

func (c *adminCreateCmd) Run(r *run) error {
	s := site{Addr: "127.0.0.1:8080", Base: c.Base}
	if err := s.check(); err != nil {
		return err
	}
	if err := c.exists(); err != nil {
		return err
	}
	h, err := open(r.ctx, c.place, r.log, r.Text, r.Now, opening{base: s.base()})
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	made, err := h.identity.CreateAdmin(r.ctx, r.Who(), identity.CreateInput{Login: c.Login, Name: c.Name, Email: c.Email, Lang: r.Lang, Reason: "netral admin create"})
	if err != nil {
		return err
	}
	if c.JSON {
		return r.JSON(adminMade{made.Account.ID, made.Account.Login, made.Link, made.Until.UTC().Format("2006-01-02T15:04:05Z07:00")})
	}
	r.Say("app.admin_made", made.Account.Login, text.Time(r.Lang, made.Until))
	r.Sayf("  %s", made.Link)
	return nil
}
