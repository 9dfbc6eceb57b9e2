package mail_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/mail"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

// receiver is a running mailpit.
type receiver struct {
	t    *testing.T
	smtp int
	url  string
}

// start builds mailpit and runs it until the end of the test.
func start(t *testing.T, args ...string) *receiver {
	t.Helper()
	// The tool of go.mod; go tool keeps what it built, so only the first test of
	// a machine waits.
	out, err := exec.Command("go", "tool", "-n", "mailpit").CombinedOutput()
	if err != nil {
		t.Fatalf("build mailpit: %v\n%s", err, out)
	}
	smtp, api := free(t), free(t)
	r := &receiver{t: t, smtp: smtp, url: "http://" + address(api)}
	cmd := exec.Command(strings.TrimSpace(string(out)), append([]string{"--smtp", address(smtp), "--listen", address(api),
		"--disable-version-check", "--smtp-disable-rdns", "--database", filepath.Join(t.TempDir(), "mail.db")}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir()}
	var says bytes.Buffer
	cmd.Stdout, cmd.Stderr = &says, &says
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait() //nolint:errcheck // it is stopped by a signal
		close(ended)
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			cmd.Process.Kill() //nolint:errcheck // as above
			<-ended
		}
		if t.Failed() {
			t.Logf("mailpit says:\n%s", says.Bytes())
		}
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", address(smtp)); err == nil {
			c.Close() //nolint:errcheck // only to see whether it listens
			if c, err := net.Dial("tcp", address(api)); err == nil {
				c.Close() //nolint:errcheck // as above
				return r
			}
		}
		select {
		case <-ended:
			t.Fatalf("mailpit ended:\n%s", says.Bytes())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("mailpit does not come up")
		}
	}
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func free(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // taken only to learn the number
	return l.Addr().(*net.TCPAddr).Port
}

// message is what mailpit says of one.
type message struct {
	ID, MessageID, Subject, Text, HTML string
	From                               netmail.Address
	To, Cc, Bcc                        []netmail.Address
	Date                               time.Time
	Attachments, Inline                []struct{}
}

func (r *receiver) get(path string, v any) []byte {
	r.t.Helper()
	res, err := http.Get(r.url + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %s %v", path, res.Status, err)
	}
	if v != nil {
		if err := json.Unmarshal(b, v); err != nil {
			r.t.Fatalf("%s: %v", path, err)
		}
	}
	return b
}

// all are the messages it holds, the newest first.
func (r *receiver) all() []message {
	r.t.Helper()
	var list struct{ Messages []struct{ ID string } }
	r.get("/api/v1/messages", &list)
	out := make([]message, len(list.Messages))
	for i, m := range list.Messages {
		r.get("/api/v1/message/"+m.ID, &out[i])
	}
	return out
}

const (
	to      = "siti.aminah@jakarta.test"
	subject = "Masuk dari peramban baru — harap periksa, karena mungkin bukan Anda sendiri yang melakukannya"
	body    = "Yth. Siti Aminah,\n\nAkun Anda dipakai masuk dari “Firefox, Linux”.\n.titik di awal baris\n\n" +
		"Satu baris yang lebih panjang daripada yang boleh ada dalam surel, jadi harus dipotong di jalan dan disambung lagi di tujuan: 100 % = seratus persen.\n"
)

func now() time.Time { return time.Date(2023, 10, 19, 9, 0, 0, 0, time.FixedZone("WIB", 7*3600)) }

func sender(t *testing.T, r *receiver, change ...func(*mail.Config)) *mail.Sender {
	t.Helper()
	c := mail.Config{Host: "127.0.0.1", Port: r.smtp, TLS: "none", From: "Netral Jakarta <netral@jakarta.test>", Timeout: 20 * time.Second, Now: now}
	for _, f := range change {
		f(&c)
	}
	s, err := mail.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wantKey(t *testing.T, err error, key string, permanent bool) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || f.Key != key || mail.Permanent(err) != permanent {
		t.Errorf("%v, want %s", err, key)
	}
	if strings.Contains(fmt.Sprint(err), "siti") {
		t.Errorf("the error says who: %v", err)
	}
}

func TestAMessageArrives(t *testing.T) {
	r := start(t, "--smtp-strict-rfc-headers", "--smtp-allowed-recipients", `@jakarta\.test$`)
	s := sender(t, r)
	if err := s.Send(t.Context(), to, subject, body); err != nil {
		t.Fatal(err)
	}
	all := r.all()
	if len(all) != 1 {
		t.Fatalf("%d messages", len(all))
	}
	m := all[0]
	if m.Subject != subject || strings.ReplaceAll(m.Text, "\r\n", "\n") != body || m.HTML != "" {
		t.Errorf("subject %q\nbody %q\nHTML %q", m.Subject, m.Text, m.HTML)
	}
	if m.From != (netmail.Address{Name: "Netral Jakarta", Address: "netral@jakarta.test"}) || len(m.To) != 1 || m.To[0].Address != to || len(m.Cc)+len(m.Bcc) != 0 {
		t.Errorf("from %+v to %+v cc %+v bcc %+v", m.From, m.To, m.Cc, m.Bcc)
	}
	if !m.Date.Equal(now()) || !strings.HasSuffix(m.MessageID, "@jakarta.test") || len(m.Attachments)+len(m.Inline) != 0 {
		t.Errorf("%+v", m)
	}
	raw := r.get("/api/v1/message/"+m.ID+"/raw", nil)
	for _, line := range bytes.Split(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsFunc(line, func(c rune) bool { return c > '~' || c == '\n' || c == '\r' }) {
			t.Errorf("line %q is not fit to travel", line)
		}
	}

	// Headers cannot be smuggled in, and a receiver that is nobody is refused
	// for good.
	wantKey(t, s.Send(t.Context(), to, "Halo\r\nBcc: jahat@jakarta.test", body), "fault.fields", true)
	wantKey(t, s.Send(t.Context(), to+"\r\nBcc: jahat@jakarta.test", subject, body), "fault.fields", true)
	wantKey(t, s.Send(t.Context(), "siti@luar.test", subject, body), "mail.error.refused", true)
	if n := len(r.all()); n != 1 {
		t.Errorf("%d messages afterwards", n)
	}
}

// TestARealPassword signs in over STARTTLS.
func TestARealPassword(t *testing.T) {
	h := httptest.NewTLSServer(nil) // for its certificate
	h.Close()
	dir := t.TempDir()
	file := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := x509.MarshalPKCS8PrivateKey(h.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(h.Certificate())
	r := start(t, "--smtp-tls-cert", file("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Certificate().Raw})),
		"--smtp-tls-key", file("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
		"--smtp-require-starttls", "--smtp-auth-file", file("users", []byte("netral:rahasia-benar\n")))
	with := func(pass string, roots *x509.CertPool) *mail.Sender {
		return sender(t, r, func(c *mail.Config) { c.TLS, c.User, c.Pass, c.Roots = "starttls", "netral", pass, roots })
	}
	if err := with("rahasia-benar", pool).Send(t.Context(), to, subject, body); err != nil {
		t.Fatal(err)
	}
	wantKey(t, with("rahasia-salah", pool).Send(t.Context(), to, subject, body), "mail.error.closed", false)
	wantKey(t, with("rahasia-benar", nil).Send(t.Context(), to, subject, body), "mail.error.closed", false)
	wantKey(t, sender(t, r).Send(t.Context(), to, subject, body), "mail.error.closed", false)
	wantKey(t, sender(t, r, func(c *mail.Config) { c.TLS, c.Roots = "starttls", pool }).Send(t.Context(), to, subject, body), "mail.error.closed", false)
	if all := r.all(); len(all) != 1 || all[0].Subject != subject {
		t.Errorf("%+v", all)
	}
}

// postman hands what identity wants to say to the queue.
type postman struct{ *mail.Outbox }

func (p postman) Send(ctx context.Context, tx *store.Tx, m identity.Mail) error {
	return p.Put(ctx, tx, "", mail.Message(m))
}

// TestTheWholeWay: somebody changes a password, and the letter about it is in
// the mailbox once; while the server says "later" it waits, and nobody who was
// rolled back gets one.
func TestTheWholeWay(t *testing.T) {
	r := start(t, "--enable-chaos")
	clock := storetest.NewClock(now())
	ledgertest.Each(t, []store.Line{jobs.Migrations, identity.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		r.t = t
		clock.Set(now())
		before := len(r.all())
		run := jobstest.Runner(t, db, book)
		mail.Register(run, sender(t, r))
		cat, err := text.New()
		if err != nil {
			t.Fatal(err)
		}
		s, err := identity.New(identity.Config{DB: db, Book: book, Text: cat, Rand: rand.Reader, Base: "https://netral.test",
			Mailer: postman{mail.NewOutbox(rand.Reader, run.Wake)}})
		if err != nil {
			t.Fatal(err)
		}
		r.chaos(`{"Recipient":{"Probability":100,"ErrorCode":451}}`)
		made, err := s.CreateAdmin(t.Context(), actor.OS("root", "id"), identity.CreateInput{Login: "siti.aminah", Name: "Siti Aminah", Email: to, Reason: "admin pertama"})
		if err != nil {
			t.Fatal(err)
		}
		events := jobstest.Events(t, run)
		if len(events) != 1 || events[0].Outcome != "failed" || events[0].ErrorKey != "mail.error.later" || strings.Contains(events[0].Err.Error(), "siti") {
			t.Fatalf("%+v", events)
		}
		r.chaos(`{"Recipient":{"Probability":0,"ErrorCode":451}}`)
		clock.Step(time.Hour)
		if n := jobstest.Drain(t, run); n != 1 {
			t.Fatalf("%d jobs", n)
		}
		all := r.all()
		if len(all) != before+1 || all[0].Subject != "Akun Netral untuk Anda" || !strings.Contains(all[0].Text, "Yth. Siti Aminah,") || all[0].To[0].Address != to {
			t.Fatalf("%+v", all)
		}
		token := made.Link[strings.LastIndex(made.Link, "/")+1:]
		if strings.Contains(all[0].Text, token) {
			t.Error("the link that sets the password is in the mail")
		}

		undone := errors.New("undone")
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := (postman{mail.NewOutbox(rand.Reader, nil)}).Send(ctx, tx, identity.Mail{To: to, Subject: subject, Body: body}); err != nil {
				return err
			}
			return undone
		}); !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if n := jobstest.Drain(t, run); n != 0 || len(r.all()) != before+1 {
			t.Errorf("%d jobs of what was undone, %d messages", n, len(r.all()))
		}
	}, storetest.WithClock(clock))
}

func (r *receiver) chaos(triggers string) {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodPut, r.url+"/api/v1/chaos", strings.NewReader(triggers))
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // only the status matters
	if res.StatusCode != http.StatusOK {
		r.t.Fatalf("chaos: %s", res.Status)
	}
}
