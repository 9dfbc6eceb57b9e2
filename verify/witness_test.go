package verify_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
	"netral/internal/ledger"
)

// litewitness is a running witness.
type litewitness struct {
	vkey string
	url  string
}

// use is how a log asks it.
func (w litewitness) use() ledger.Witness { return ledger.Witness{URL: w.url, VKey: w.vkey} }

// need finds a program of the operating system. In CI nothing may be missing.
func need(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing (Debian: openssh-client)", name)
	}
	t.Skipf("NOT TESTED: an outside witness, because %s is missing (Debian: openssh-client)", name)
	return ""
}

// run runs a program to its end and returns what it printed.
func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// start starts a program until the end of the test and returns its messages.
func start(t *testing.T, env []string, name string, args ...string) *bufio.Scanner {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt) //nolint:errcheck // Wait says whether it ended
		late := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
		cmd.Wait() //nolint:errcheck // interrupted
		late.Stop()
		r.Close() //nolint:errcheck // in memory
	})
	go func() {
		<-t.Context().Done()
		w.Close() //nolint:errcheck // in memory
	}()
	return bufio.NewScanner(r)
}

// witnessed starts litewitness with a key of its own and tells it of a log.
func witnessed(t *testing.T, logKey string) litewitness {
	t.Helper()
	keygen, agent, add := need(t, "ssh-keygen"), need(t, "ssh-agent"), need(t, "ssh-add")
	dir, err := os.MkdirTemp("", "wit") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) }) //nolint:errcheck // a temporary folder
	in := func(name string) string { return filepath.Join(dir, name) }

	run(t, nil, "go", "build", "-o", in("litewitness"), "filippo.io/torchwood/cmd/litewitness")

	run(t, nil, keygen, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", in("key"))
	start(t, nil, agent, "-D", "-a", in("agent"))
	wait(t, "the ssh-agent", func() bool { return dialable("unix", in("agent")) })
	run(t, []string{"SSH_AUTH_SOCK=" + in("agent")}, add, "-q", in("key"))
	print := strings.Fields(run(t, nil, keygen, "-lf", in("key.pub")))[1]

	w := litewitness{url: "http://" + freeAddr(t)}
	lines := start(t, nil, in("litewitness"), "-db", in("db"), "-name", "witness.example/w1", "-key", print,
		"-ssh-agent", in("agent"), "-listen", strings.TrimPrefix(w.url, "http://"))
	vkey := regexp.MustCompile(`vkey="?([^\s"]+)`)
	for w.vkey == "" && lines.Scan() {
		if m := vkey.FindStringSubmatch(lines.Text()); m != nil {
			w.vkey = m[1]
		}
	}
	if w.vkey == "" {
		t.Fatalf("litewitness did not say its key: %v", lines.Err())
	}
	go func() {
		for lines.Scan() { // or it would stop at a full pipe
		}
	}()
	wait(t, "litewitness", func() bool { return dialable("tcp", strings.TrimPrefix(w.url, "http://")) })

	// Its own tool for this does not build without a module that is not to be
	// had everywhere; two rows are what it writes.
	db, err := sql.Open("sqlite", in("db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // the rows are there or the test fails
	empty, err := tlog.TreeHash(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `INSERT INTO log VALUES (?, 0, ?)`, origin, empty.String()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `INSERT INTO key VALUES (?, ?)`, origin, logKey); err != nil {
		t.Fatal(err)
	}
	return w
}

func dialable(network, addr string) bool {
	c, err := net.DialTimeout(network, addr, time.Second)
	if err == nil {
		c.Close() //nolint:errcheck // nothing was said
	}
	return err == nil
}

func wait(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for range 600 {
		if ready() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not come up", what)
}

// freeAddr is an address on which nobody listens at the moment.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // taken only to learn the number
	return l.Addr().String()
}

func TestOutsideWitness(t *testing.T) {
	first := serve(t)
	w := witnessed(t, first.book.VKey())
	theirs, err := torchwood.NewCosignatureVerifier(w.vkey)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := ledger.NewWitnessVerifier(w.vkey)
	if err != nil {
		t.Fatal(err)
	}
	log, err := note.NewVerifier(first.book.VKey())
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, func(c *ledger.Config) { c.Witnesses = []note.Verifier{ours} })

	for i, n := range []int{5, 300, 1} {
		s.write(t, n)
		if _, err := s.book.Cosign(t.Context(), w.use()); err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
		text, err := s.book.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string]note.Verifier{"theirs": theirs, "ours": ours} {
			n, err := note.Open(text, note.VerifierList(log, v))
			if err != nil || len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 {
				t.Errorf("round %d, verifier %s: %+v, %v\n%s", i, name, n, err, text)
			}
		}
		// A proof for paper, checked by both with the witness required.
		p, err := s.book.Proof(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.book.Get(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		if err := torchwood.VerifyProof(s.policy(t, theirs), tlog.RecordHash(r.Leaf), p.Marshal()); err != nil {
			t.Errorf("round %d: torchwood: %v\n%s", i, err, p.Marshal())
		}
		if err := p.Check(r.Leaf, log, ours); err != nil {
			t.Errorf("round %d: our check: %v", i, err)
		}
	}
	if r, err := s.book.Verify(t.Context()); err != nil || !r.Clean() || r.Cosignatures != 3 {
		t.Errorf("report: %+v, %v", r, err)
	}

	// Another history under the same key: the witness does not sign it, whether
	// it is longer or shorter than what it has seen.
	first.write(t, 3)
	_, err = first.book.Cosign(t.Context(), w.use())
	if f := fault.Of(err); f == nil || f.Key != "ledger.witness_ahead" {
		t.Errorf("a shorter history: %v", err)
	}
	first.write(t, 400)
	_, err = first.book.Cosign(t.Context(), w.use())
	if f := fault.Of(err); f == nil || f.Key != "ledger.witness_refused" || fmt.Sprint(f.Args[1]) != "422" {
		t.Errorf("a longer history: %v", err)
	}
}
