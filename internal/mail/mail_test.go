package mail_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/mail"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	to      = "siti.aminah@jakarta.test"
	subject = "Masuk dari peramban baru — harap periksa"
	body    = "Yth. Siti Aminah,\n\nAkun Anda dipakai masuk dari “Firefox, Linux” pada 19 Oktober 2023.\n.titik di awal baris\n"
)

func sender(t *testing.T, s *server, change ...func(*mail.Config)) *mail.Sender {
	t.Helper()
	c := mail.Config{Host: "127.0.0.1", Port: s.port(), TLS: "none", From: "Netral Jakarta <netral@jakarta.test>", Timeout: 5 * time.Second, Roots: s.pool,
		Now: func() time.Time { return time.Date(2023, 10, 19, 9, 0, 0, 0, time.FixedZone("WIB", 7*3600)) }, Rand: ledgertest.Rand(1)}
	for _, f := range change {
		f(&c)
	}
	out, err := mail.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAMessage reads what the server got as a mail program would.
func TestAMessage(t *testing.T) {
	s := newServer(t)
	if err := sender(t, s).Send(t.Context(), to, subject, body); err != nil {
		t.Fatal(err)
	}
	all := s.got()
	if len(all) != 1 {
		t.Fatalf("%d messages", len(all))
	}
	m, err := netmail.ReadMessage(strings.NewReader(all[0]))
	if err != nil {
		t.Fatal(err)
	}
	head, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || head != subject {
		t.Errorf("subject %q, %v", head, err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	want := strings.ReplaceAll(strings.ReplaceAll(body, "\n", "\r\n"), "\r\n.titik", "\r\n..titik") // as it travels
	if got := strings.TrimRight(string(text), "\r\n"); err != nil || got != strings.TrimRight(want, "\r\n") {
		t.Errorf("body %q, %v", text, err)
	}
	for name, want := range map[string]string{
		"From": `"Netral Jakarta" <netral@jakarta.test>`, "To": "<" + to + ">", "Date": "Thu, 19 Oct 2023 09:00:00 +0700",
		"Content-Type": "text/plain; charset=UTF-8", "Auto-Submitted": "auto-generated", "X-Mailer": "", "User-Agent": "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if id := m.Header.Get("Message-Id"); !strings.HasSuffix(id, "@jakarta.test>") || len(id) < 40 {
		t.Errorf("Message-ID %q", id)
	}
	for _, line := range strings.Split(all[0], "\r\n") {
		if len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
			t.Errorf("line %q is not fit to travel", line)
		}
	}
	if said := s.said(); !strings.Contains(said, "MAIL FROM:<netral@jakarta.test>") || !strings.Contains(said, "RCPT TO:<"+to+">") {
		t.Error(said)
	}
}

// TestWhatIsRefused: nothing of it reaches the server.
func TestWhatIsRefused(t *testing.T) {
	s := newServer(t)
	x := sender(t, s)
	for name, c := range map[string]struct{ to, subject, body, key string }{
		"no address":            {"", subject, body, "mail.error.address"},
		"a name":                {"Siti <" + to + ">", subject, body, "mail.error.address"},
		"brackets":              {"<" + to + ">", subject, body, "mail.error.address"},
		"two addresses":         {to + ",jahat@x.test", subject, body, "mail.error.address"},
		"a header in it":        {to + "\r\nBcc: jahat@x.test", subject, body, "mail.error.address"},
		"a command in it":       {to + ">\r\nRCPT TO:<jahat@x.test", subject, body, "mail.error.address"},
		"quotes":                {`"a b"@jakarta.test`, subject, body, "mail.error.address"},
		"quoted line break":     {"\"a\r\nb\"@jakarta.test", subject, body, "mail.error.address"},
		"no host":               {"siti", subject, body, "mail.error.address"},
		"another script":        {"sïti@jakarta.test", subject, body, "mail.error.address"},
		"too long":              {strings.Repeat("a", 250) + "@jakarta.test", subject, body, "mail.error.address"},
		"no subject":            {to, "", body, "mail.error.subject"},
		"a line break":          {to, "Halo\r\nBcc: jahat@x.test", body, "mail.error.subject"},
		"a bare line feed":      {to, "Halo\nBcc: jahat@x.test", body, "mail.error.subject"},
		"a bare return":         {to, "Halo\rBcc: jahat@x.test", body, "mail.error.subject"},
		"a line of Unicode":     {to, "Halo\u2028Bcc: jahat@x.test", body, "mail.error.subject"},
		"not UTF-8":             {to, "Halo \xff", body, "mail.error.subject"},
		"a long subject":        {to, strings.Repeat("é", 201), body, "mail.error.subject"},
		"no body":               {to, subject, "", "mail.error.body"},
		"a zero byte":           {to, subject, "a\x00b", "mail.error.body"},
		"an escape":             {to, subject, "a\x1b[2Jb", "mail.error.body"},
		"a body that is no job": {to, subject, strings.Repeat("a", 49<<10), "mail.error.body"},
	} {
		err := x.Send(t.Context(), c.to, c.subject, c.body)
		f := fault.Of(err)
		if f == nil || len(f.Fields) != 1 || f.Fields[0].Key != c.key || !mail.Permanent(err) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
		if err != nil && strings.Contains(err.Error(), "jahat") {
			t.Errorf("%s: the error repeats what was given: %v", name, err)
		}
	}
	if s.said() != "" {
		t.Errorf("the server heard %q", s.said())
	}
}

// TestAnswers: which answers end a message, which make it wait, and that no
// error says who it was for.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		at, answer, key string
		permanent       bool
	}{
		{"hello", "421 4.3.2 later", "mail.error.later", false},
		{"hello", "554 5.7.1 not you", "mail.error.closed", false},
		{"hello", "cut", "mail.error.away", false},
		{"MAIL", "451 4.3.0 later", "mail.error.later", false},
		{"MAIL", "550 5.1.8 no such sender", "mail.error.refused", true},
		{"MAIL", "530 5.7.0 sign in first", "mail.error.closed", false},
		{"RCPT", "450 4.2.1 " + to + " is busy", "mail.error.later", false},
		{"RCPT", "550 5.1.1 <" + to + "> is nobody", "mail.error.refused", true},
		{"RCPT", "cut", "mail.error.away", false},
		{"DATA", "452 4.3.1 full", "mail.error.later", false},
		{"DATA", "554 5.5.1 no", "mail.error.refused", true},
		{".", "451 4.7.1 greylisted", "mail.error.later", false},
		{".", "554 5.7.1 looks like spam to " + to, "mail.error.refused", true},
		{".", "cut", "mail.error.away", false},
		{"QUIT", "cut", "", false},
		{"QUIT", "421 4.4.2 in a hurry", "", false},
	} {
		t.Run(c.at+" "+c.answer[:3], func(t *testing.T) {
			s := newServer(t, func(s *server) { s.answers[c.at] = c.answer })
			err := sender(t, s).Send(t.Context(), to, subject, body)
			if c.key == "" {
				if err != nil || len(s.got()) != 1 {
					t.Fatalf("%v, %d messages", err, len(s.got()))
				}
				return
			}
			f := fault.Of(err)
			if f == nil || f.Key != c.key || mail.Permanent(err) != c.permanent || len(f.Args) != 0 {
				t.Fatalf("%v, want %s", err, c.key)
			}
			if strings.Contains(err.Error(), "siti") || strings.Contains(err.Error(), "peramban") {
				t.Errorf("the error says who or what: %v", err)
			}
			if c.answer != "cut" && !strings.Contains(err.Error(), c.answer[:3]) {
				t.Errorf("the error does not say the code: %v", err)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	s := newServer(t)
	x := sender(t, s)
	s.l.Close() //nolint:errcheck // that is the case
	if f := fault.Of(x.Send(t.Context(), to, subject, body)); f == nil || f.Key != "mail.error.away" {
		t.Error(f)
	}
}

func TestTLS(t *testing.T) {
	starttls := func(s *server) { s.offers = []string{"STARTTLS", "AUTH PLAIN LOGIN"} }
	implicit := func(s *server) { s.implicit = true; s.offers = []string{"AUTH PLAIN"} }
	login := func(c *mail.Config) { c.User, c.Pass = "netral", "rahasia benar" }
	mode := func(m string) func(*mail.Config) { return func(c *mail.Config) { c.TLS = m } }
	for name, c := range map[string]struct {
		server func(*server)
		mode   string
		key    string
	}{
		"starttls":              {starttls, "starttls", ""},
		"tls":                   {implicit, "tls", ""},
		"starttls not offered":  {func(s *server) { s.offers = []string{"AUTH PLAIN"} }, "starttls", "mail.error.closed"},
		"starttls refused":      {func(s *server) { starttls(s); s.answers["STARTTLS"] = "454 4.7.0 not now" }, "starttls", "mail.error.later"},
		"a wrong password":      {func(s *server) { starttls(s); s.answers["AUTH"] = "535 5.7.8 netral: no" }, "starttls", "mail.error.closed"},
		"nobody may sign in":    {func(s *server) { s.offers = []string{"STARTTLS"} }, "starttls", "mail.error.closed"},
		"somebody's own cert":   {func(s *server) { starttls(s); s.pool = nil }, "starttls", "mail.error.closed"},
		"somebody's own cert 2": {func(s *server) { implicit(s); s.pool = nil }, "tls", "mail.error.closed"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, c.server)
			if s.answers["AUTH"] == "" {
				s.answers["AUTH"] = "235 2.7.0 in"
			}
			err := sender(t, s, mode(c.mode), login).Send(t.Context(), to, subject, body)
			if c.key == "" {
				if err != nil || len(s.got()) != 1 || !strings.Contains(s.said(), "AUTH PLAIN "+plain("netral", "rahasia benar")) {
					t.Errorf("%v\n%s", err, s.said())
				}
				return
			}
			if f := fault.Of(err); f == nil || f.Key != c.key || mail.Permanent(err) {
				t.Errorf("%v, want %s", err, c.key)
			}
			if strings.Contains(fmt.Sprint(err), "rahasia") || len(s.got()) != 0 || strings.Contains(s.said(), "RCPT") {
				t.Errorf("%v\n%s", err, s.said())
			}
		})
	}
}

// TestWhoNoLongerWaits: the sender lets go when its caller does, wherever the
// server hangs.
func TestWhoNoLongerWaits(t *testing.T) {
	for _, at := range []string{"RCPT", "."} {
		release := make(chan struct{})
		s := newServer(t, func(s *server) { s.hold[at] = release })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			done <- sender(t, s, func(c *mail.Config) { c.Timeout = time.Hour }).Send(ctx, to, subject, body)
		}()
		for !strings.Contains(s.said(), map[string]string{"RCPT": "RCPT", ".": "DATA"}[at]) {
			time.Sleep(time.Millisecond)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("at %s: %v", at, err)
		}
		close(release)
	}
}

func TestConfig(t *testing.T) {
	good := mail.Config{Host: "surel.jakarta.test", From: "netral@jakarta.test"}
	if _, err := mail.New(good); err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(*mail.Config){
		"is not the name":     func(c *mail.Config) { c.Host = "" },
		"possible are 1 to":   func(c *mail.Config) { c.Port = 70000 },
		"starttls, tls, none": func(c *mail.Config) { c.TLS = "ssl" },
		"the sender":          func(c *mail.Config) { c.From = "a@b\r\nBcc: c@d" },
		"without TLS":         func(c *mail.Config) { c.TLS, c.User, c.Pass = "none", "a", "b" },
		"needs a password":    func(c *mail.Config) { c.User = "a" },
	} {
		c := good
		change(&c)
		if _, err := mail.New(c); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", c, err, says)
		}
	}
}

// TestOutbox walks the whole way: a transaction, the queue, the server.
func TestOutbox(t *testing.T) {
	clock := storetest.NewClock(time.Date(2023, 10, 19, 2, 0, 0, 0, time.UTC))
	ledgertest.Each(t, []store.Line{jobs.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		s := newServer(t)
		r := jobstest.Runner(t, db, book)
		mail.Register(r, sender(t, s))
		o := mail.NewOutbox(ledgertest.Rand(2), r.Wake)
		put := func(key string, m mail.Message, then error) error {
			_, err := book.Write(context.Background(), actor.System(), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
				if err := o.Put(ctx, tx, key, m); err != nil {
					return ledger.Entry{}, err
				}
				return ledger.Entry{Kind: "test.mail.put", Subject: "x"}, then
			})
			return err
		}
		m := mail.Message{To: to, Subject: subject, Body: body}
		undone := errors.New("undone")
		if err := put("", m, undone); !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if n := jobstest.Drain(t, r); n != 0 || len(s.got()) != 0 {
			t.Fatalf("%d jobs of a transaction that was undone", n)
		}
		if err := put("", mail.Message{To: to, Subject: "a\nb", Body: body}, nil); !errors.Is(err, fault.Invalid) {
			t.Fatalf("what cannot be sent is put: %v", err)
		}
		for _, key := range []string{"", "", "reset-7", "reset-7"} {
			if err := put(key, m, nil); err != nil {
				t.Fatal(err)
			}
		}
		if n := jobstest.Drain(t, r); n != 3 || len(s.got()) != 3 {
			t.Fatalf("%d jobs, %d messages; want 3", n, len(s.got()))
		}

		// Later: the job waits and keeps its Message-ID. Never: it is dead.
		s.set(".", "451 4.7.1 greylisted for "+to)
		if err := put("", m, nil); err != nil {
			t.Fatal(err)
		}
		e := jobstest.Events(t, r)
		if len(e) != 1 || e[0].Outcome != "failed" || e[0].ErrorKey != "mail.error.later" || strings.Contains(e[0].Err.Error(), to) {
			t.Fatalf("%+v", e)
		}
		s.set(".", "250 2.0.0 taken")
		clock.Step(time.Hour)
		if n := jobstest.Drain(t, r); n != 1 || len(s.got()) != 4 || s.tried[3] != s.tried[4] {
			t.Fatalf("%d jobs, %d messages; the second attempt differs from the first:\n%s\n%s", n, len(s.got()), s.tried[3], s.tried[4])
		}
		s.set("RCPT", "550 5.1.1 "+to+" is nobody")
		if err := put("", m, nil); err != nil {
			t.Fatal(err)
		}
		e = jobstest.Events(t, r)
		if len(e) != 1 || e[0].Outcome != "dead" || e[0].ErrorKey != "mail.error.refused" || strings.Contains(e[0].Err.Error(), to) {
			t.Fatalf("%+v", e)
		}
	}, storetest.WithClock(clock))
}

func (s *server) set(command, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[command] = answer
}

// FuzzMessage: whatever passes Check travels as headers that were meant, and
// nothing else.
func FuzzMessage(f *testing.F) {
	f.Add(to, subject, body)
	f.Add("a@b", "\r\nBcc: x", "\r\n.\r\nMAIL FROM:<x>")
	f.Fuzz(func(t *testing.T, to, subject, body string) {
		m := mail.Message{To: to, Subject: subject, Body: body}
		if m.Check() != nil {
			return
		}
		if strings.ContainsAny(to+subject, "\r\n") || strings.ContainsAny(to, " <>,") {
			t.Errorf("%+v passes", m)
		}
	})
}
