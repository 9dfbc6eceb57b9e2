package mail

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"netral/internal/fault"
)

// Config says where the server is and who we are there.
type Config struct {
	Host string
	Port int // 465 for tls, 587 for starttls, 25 for none when 0
	// TLS is "starttls" (when empty), "tls" from the first byte on, or "none",
	// which is for a server on the same machine: everything can be read on the
	// way, so User is refused with it.
	TLS string
	// User and Pass sign in; not needed when the server knows our address.
	User, Pass string
	// From is the sender, "Netral <netral@jakarta.go.id>".
	From string
	// Timeout is for each step of a conversation; 30 seconds when 0.
	Timeout time.Duration

	Now   func() time.Time // for the date of messages; time.Now when nil
	Rand  io.Reader        // for Message-IDs; crypto/rand.Reader when nil
	Roots *x509.CertPool   // whom to trust; the machine's authorities when nil
}

// Modes are the values of Config.TLS.
func Modes() []string { return []string{"starttls", "tls", "none"} }

// Sender hands messages to one server. It is safe for concurrent use; each
// message has a connection of its own, because an office sends few.
type Sender struct {
	cfg  Config
	from *mail.Address

	rand sync.Mutex
}

// New checks the configuration. It does not call the server: one that is down
// must not keep Netral from starting.
func New(c Config) (*Sender, error) {
	if c.TLS == "" {
		c.TLS = "starttls"
	}
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Port == 0 {
		c.Port = map[string]int{"starttls": 587, "tls": 465, "none": 25}[c.TLS]
	}
	from, err := mail.ParseAddress(c.From)
	switch {
	case c.Host == "" || strings.ContainsAny(c.Host, "/ \r\n"):
		return nil, fmt.Errorf("mail: %q is not the name of a server", c.Host)
	case !slices.Contains(Modes(), c.TLS):
		return nil, fmt.Errorf("mail: TLS %q; possible are %s", c.TLS, strings.Join(Modes(), ", "))
	case c.Port < 1 || c.Port > 65535:
		return nil, fmt.Errorf("mail: port %d; possible are 1 to 65535", c.Port)
	case err != nil || !address(from.Address) || !clean(from.Name, ""):
		return nil, fmt.Errorf("mail: the sender %q is not like \"Netral <netral@example.go.id>\"", c.From)
	case c.User != "" && c.TLS == "none":
		return nil, errors.New("mail: a user and a password are not sent without TLS")
	case (c.User == "") != (c.Pass == ""):
		return nil, errors.New("mail: a user needs a password, and a password a user")
	}
	return &Sender{cfg: c, from: from}, nil
}

// Send hands over a message and returns when the server has taken it. The
// faults are those of Message.Check and of the package's list; Permanent tells
// them apart.
func (s *Sender) Send(ctx context.Context, to, subject, body string) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	return s.deliver(ctx, letter{ID: id, Message: Message{To: to, Subject: subject, Body: body}})
}

func (s *Sender) newID() (string, error) {
	s.rand.Lock()
	defer s.rand.Unlock()
	return newID(s.cfg.Rand)
}

func newID(r io.Reader) (string, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(r, b); err != nil {
		return "", fmt.Errorf("mail: no randomness: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// letter is a message with the id that it keeps through all attempts.
type letter struct {
	ID string
	Message
}

func (s *Sender) deliver(ctx context.Context, l letter) error {
	if err := l.Check(); err != nil {
		return err
	}
	m, err := s.write(l)
	if err != nil {
		return err
	}
	var line net.Conn
	c, err := s.client(func(c net.Conn) { line = c })
	if err != nil {
		return err
	}
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	conn, err := c.DialToSMTPClientWithContext(ctx)
	if line != nil {
		defer line.Close() //nolint:errcheck // after QUIT there is nothing to lose
	}
	if err != nil {
		return opening(ctx, err)
	}
	stop := context.AfterFunc(ctx, func() { line.Close() }) //nolint:errcheck // it only ends the waiting
	defer stop()
	err = c.SendWithSMTPClient(conn, m)
	if m.IsDelivered() { // what goes wrong after the server took it is nothing
		conn.Quit() //nolint:errcheck // as above
		return nil
	}
	return answered(ctx, err)
}

// write makes the message as it travels.
func (s *Sender) write(l letter) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(s.from)
	m.ToMailAddress(&mail.Address{Address: l.To})
	m.Subject(l.Subject)
	m.SetDateWithValue(s.cfg.Now())
	_, host, _ := strings.Cut(s.from.Address, "@")
	m.SetMessageIDWithValue(l.ID + "@" + host)
	// RFC 3834: absence notes must not answer a program.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, l.Body)
	return m, nil
}

// client is a client for one conversation. Tell gets the connection, so that
// it can be cut when the caller no longer waits.
func (s *Sender) client(tell func(net.Conn)) (*gomail.Client, error) {
	conf := &tls.Config{RootCAs: s.cfg.Roots, ServerName: s.cfg.Host, MinVersion: tls.VersionTLS12}
	opts := []gomail.Option{
		gomail.WithPort(s.cfg.Port), gomail.WithTimeout(s.cfg.Timeout), gomail.WithTLSConfig(conf),
		gomail.WithoutNoop(), gomail.WithoutRset(),
		gomail.WithDialContextFunc(func(ctx context.Context, network, addr string) (net.Conn, error) {
			var c net.Conn
			var err error
			if s.cfg.TLS == "tls" {
				c, err = (&tls.Dialer{Config: conf}).DialContext(ctx, network, addr)
			} else {
				c, err = (&net.Dialer{}).DialContext(ctx, network, addr)
			}
			if err == nil {
				tell(c)
			}
			return c, err
		}),
	}
	switch s.cfg.TLS {
	case "tls":
		opts = append(opts, gomail.WithSSL())
	case "starttls":
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.cfg.User != "" {
		opts = append(opts, gomail.WithUsername(s.cfg.User), gomail.WithPassword(s.cfg.Pass),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(s.cfg.Host, opts...)
}

// opening is what went wrong before the message was named: never the fault of
// the message.
func opening(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var said *textproto.Error
	if errors.As(err, &said) {
		if said.Code >= 500 {
			return fault.Wrap(fault.Busy, fmt.Errorf("the server says %d before any message", said.Code), "mail.error.closed")
		}
		return fault.Wrap(fault.Busy, fmt.Errorf("the server says %d before any message", said.Code), "mail.error.later")
	}
	var net net.Error
	if errors.As(err, &net) || errors.Is(err, io.EOF) {
		return fault.Wrap(fault.Busy, err, "mail.error.away")
	}
	// No STARTTLS, no way of signing in, a certificate of somebody else.
	return fault.Wrap(fault.Busy, err, "mail.error.closed")
}

// answered is what went wrong with the message. The library's error has the
// address in it and is left behind.
func answered(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return fault.Wrap(fault.Busy, errors.New("the conversation ended without an answer"), "mail.error.away")
	}
	cause := errors.New(strings.TrimSpace(e.Reason.String() + ": " + strconv.Itoa(e.ErrorCode()) + " " + e.EnhancedStatusCode()))
	switch code := e.ErrorCode(); {
	case code == 530 || code == 535 || code == 538: // wants us to sign in, or TLS
		return fault.Wrap(fault.Busy, cause, "mail.error.closed")
	case code >= 500:
		return fault.Wrap(fault.Invalid, cause, "mail.error.refused")
	case code >= 400:
		return fault.Wrap(fault.Busy, cause, "mail.error.later")
	}
	return fault.Wrap(fault.Busy, cause, "mail.error.away")
}

// Permanent says whether sending the same message again is of no use.
func Permanent(err error) bool { return errors.Is(err, fault.Invalid) }
