package app

import (
	"context"
	"crypto/rand"
	"net"
	"strconv"

	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/mail"
	"netral/internal/store"
)

// post puts the messages of identity into the queue. A house without a server
// for mail keeps them there, where /antrean shows that they wait.
type post struct{ out *mail.Outbox }

func (p post) Send(ctx context.Context, tx *store.Tx, m identity.Mail) error {
	return p.out.Put(ctx, tx, "", mail.Message{To: m.To, Subject: m.Subject, Body: m.Body})
}

// relay is the server that takes our mail.
type relay struct {
	SMTPHost         string `name:"smtp-host" env:"NETRAL_SMTP_HOST" placeholder:"HOST[:PORT]" help:"${h_smtp_host}"`
	SMTPTLS          string `name:"smtp-tls" env:"NETRAL_SMTP_TLS" enum:"starttls,tls,none" default:"starttls" help:"${h_smtp_tls}"`
	SMTPUser         string `name:"smtp-user" env:"NETRAL_SMTP_USER" placeholder:"NAME" help:"${h_smtp_user}"`
	SMTPPasswordFile string `name:"smtp-password-file" env:"NETRAL_SMTP_PASSWORD_FILE" type:"path" placeholder:"FILE" help:"${h_smtp_password}"`
	MailFrom         string `name:"mail-from" env:"NETRAL_MAIL_FROM" placeholder:"ADDRESS" help:"${h_mail_from}"`
}

// sender is nil where no server is configured.
func (r relay) sender() (*mail.Sender, error) {
	if r.SMTPHost == "" {
		return nil, nil
	}
	c := mail.Config{Host: r.SMTPHost, TLS: r.SMTPTLS, User: r.SMTPUser, From: r.MailFrom, Rand: rand.Reader}
	if host, port, err := net.SplitHostPort(r.SMTPHost); err == nil {
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, fault.New(fault.Invalid, "app.smtp_host", clip(r.SMTPHost))
		}
		c.Host, c.Port = host, n
	}
	var err error
	if c.Pass, err = secretFile(r.SMTPPasswordFile); err != nil {
		return nil, err
	}
	s, err := mail.New(c)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "app.smtp")
	}
	return s, nil
}
