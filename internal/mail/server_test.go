package mail_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// server speaks SMTP as it is told to. It takes one conversation at a time.
type server struct {
	t    *testing.T
	l    net.Listener
	cert *tls.Config
	pool *x509.CertPool

	implicit bool // TLS from the first byte on
	offers   []string

	mu      sync.Mutex
	answers map[string]string // by command; what is missing goes well
	hold    map[string]chan struct{}
	heard   []string
	mails   []string // taken
	tried   []string // taken or not
	busy    sync.WaitGroup
}

func newServer(t *testing.T, change ...func(*server)) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewTLSServer(nil) // for its certificate
	h.Close()
	s := &server{t: t, l: l, cert: &tls.Config{Certificates: h.TLS.Certificates}, pool: x509.NewCertPool(), answers: map[string]string{}, hold: map[string]chan struct{}{}}
	s.pool.AddCert(h.Certificate())
	for _, f := range change {
		f(s)
	}
	s.busy.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.busy.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() {
		l.Close() //nolint:errcheck // the end
		s.busy.Wait()
	})
	return s
}

func (s *server) port() int { return s.l.Addr().(*net.TCPAddr).Port }

// answer is what a command gets; "" after the connection was cut.
func (s *server) answer(command, usual string) string {
	s.mu.Lock()
	hold := s.hold[command]
	a, ok := s.answers[command]
	s.mu.Unlock()
	if hold != nil {
		<-hold
	}
	if ok {
		return a
	}
	return usual
}

func (s *server) talk(c net.Conn) {
	defer func() { c.Close() }() //nolint:errcheck // c changes with STARTTLS
	if s.implicit {
		c = tls.Server(c, s.cert)
	}
	r := bufio.NewReader(c)
	say := func(a string) bool {
		if a == "cut" {
			return false
		}
		_, err := c.Write([]byte(a + "\r\n"))
		return err == nil
	}
	if !say(s.answer("hello", "220 server.test ESMTP")) {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		word, _, _ := strings.Cut(line, " ")
		word = strings.ToUpper(word)
		s.mu.Lock()
		s.heard = append(s.heard, line)
		s.mu.Unlock()
		switch word {
		case "EHLO":
			a := "250-server.test\r\n"
			for _, o := range s.offers {
				a += "250-" + o + "\r\n"
			}
			if !say(s.answer("EHLO", a+"250 ENHANCEDSTATUSCODES")) {
				return
			}
		case "STARTTLS":
			if !say(s.answer("STARTTLS", "220 go on")) {
				return
			}
			c = tls.Server(c, s.cert)
			r = bufio.NewReader(c)
		case "DATA":
			a := s.answer("DATA", "354 go on")
			if !say(a) {
				return
			}
			if !strings.HasPrefix(a, "354") {
				continue
			}
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			a = s.answer(".", "250 2.0.0 taken")
			s.mu.Lock()
			s.tried = append(s.tried, b.String())
			s.mu.Unlock()
			if strings.HasPrefix(a, "250") {
				s.mu.Lock()
				s.mails = append(s.mails, b.String())
				s.mu.Unlock()
			}
			if !say(a) {
				return
			}
		case "QUIT":
			say(s.answer("QUIT", "221 bye"))
			return
		default:
			if !say(s.answer(word, "250 2.0.0 fine")) {
				return
			}
		}
	}
}

func (s *server) got() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.mails...)
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, "\n")
}

func plain(user, pass string) string {
	return base64.StdEncoding.EncodeToString([]byte("\x00" + user + "\x00" + pass))
}
