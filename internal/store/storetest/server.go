package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"netral/internal/store"
)

// Server is a PostgreSQL server for tests.
type Server struct {
	dir     string // holds the data folder, the socket and the log
	bin     string
	whose   string // "own" or "shared"
	durable bool
	cred    *syscall.Credential
	hold    *os.File // while it is open, the server runs
	keeper  *exec.Cmd

	mu        sync.Mutex
	templates map[string]string // by fingerprint of the lines
	names     int
}

var errMissing = errors.New("initdb and postgres were not found")

// shared is the one server of the test binary.
var one struct {
	sync.Once
	s   *Server
	err error
}

func shared(tb testing.TB) *Server {
	tb.Helper()
	one.Do(func() {
		one.s, one.err = newServer("shared", false)
		if one.err == nil {
			one.err = one.s.Start()
		}
	})
	check(tb, one.err)
	return one.s
}

// check ends the test when there is no server.
func check(tb testing.TB, err error) {
	tb.Helper()
	if errors.Is(err, errMissing) && os.Getenv("CI") == "" {
		tb.Skip("not run on PostgreSQL: install it (Debian: apt-get install postgresql) or name its folder in NETRAL_PG_BIN")
	}
	if err != nil {
		tb.Fatalf("PostgreSQL for tests: %v", err)
	}
}

// Own starts a server for this test alone, to be stopped and started at will.
// A durable one waits for the disk at every commit, as one in production does.
func Own(tb testing.TB, durable bool) *Server {
	tb.Helper()
	s, err := newServer("own", durable)
	if err == nil {
		tb.Cleanup(func() { os.RemoveAll(s.dir) }) //nolint:errcheck // a temporary folder
		tb.Cleanup(s.Stop)
		err = s.Start()
	}
	check(tb, err)
	return s
}

// newServer makes the data folder.
func newServer(whose string, durable bool) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	// Not the test's folder: a socket's path has at most 107 bytes.
	dir, err := os.MkdirTemp("/tmp", "netral-pg")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin, whose: whose, durable: durable, templates: map[string]string{}}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			if u, err = user.Lookup("nobody"); err != nil {
				return nil, err
			}
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		s.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return nil, err
		}
	}
	c := exec.Command(filepath.Join(bin, "initdb"), "-D", "data", "-U", "netral", "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "-N", "--no-instructions")
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred}
	if out, err := c.CombinedOutput(); err != nil {
		os.RemoveAll(dir) //nolint:errcheck // the other error matters
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s, nil
}

func binaries() (string, error) {
	dirs := []string{os.Getenv("NETRAL_PG_BIN")}
	if dirs[0] == "" {
		found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
		if err != nil {
			return "", err
		}
		slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
		dirs = found
		if p, err := exec.LookPath("postgres"); err == nil {
			if p, err = filepath.EvalSymlinks(p); err == nil {
				dirs = append(dirs, filepath.Dir(p))
			}
		}
	}
	for _, d := range dirs {
		_, err1 := os.Stat(filepath.Join(d, "initdb"))
		_, err2 := os.Stat(filepath.Join(d, "postgres"))
		if err1 == nil && err2 == nil {
			return d, nil
		}
	}
	return "", errMissing
}

func version(bin string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	if err != nil {
		return 0
	}
	return n
}

// keep runs the server until its standard input is at its end. That happens
// when the test lets go of it, and also when the test binary is killed: no
// signal and no clean-up code is needed. The shared server's folder goes too,
// since nobody is left to remove it.
const keep = `bin=$1; whose=$2; shift 2
"$bin/postgres" "$@" &
server=$!
cat >/dev/null
kill -INT $server
wait $server
[ "$whose" = own ] || rm -rf "$PWD"
`

// Start starts a stopped server and waits until it answers.
func (s *Server) Start() error {
	args := []string{"-D", "data", "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=64MB"}
	if !s.durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // ours is not used
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the child has its own
	c := exec.Command("/bin/sh", append([]string{"-c", keep, "sh", s.bin, s.whose}, args...)...)
	c.Dir, c.Stdin, c.Stdout, c.Stderr = s.dir, r, log, log
	// A session of its own: Ctrl-C reaches the test and not the server, which
	// then ends because the test has.
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred, Setsid: true}
	if err := c.Start(); err != nil {
		w.Close() //nolint:errcheck // the other error matters
		return err
	}
	s.hold, s.keeper = w, c
	db, err := sql.Open("pgx", s.DSN("postgres"))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // only pinged
	for range 600 {
		if err = db.Ping(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(log.Name())
	s.Stop()
	return fmt.Errorf("the server does not answer: %w\n%s", err, text)
}

// Stop stops the server as an operator would: connections are cut, what was
// committed stays.
func (s *Server) Stop() {
	if s.hold == nil {
		return
	}
	s.hold.Close()  //nolint:errcheck // a pipe without content
	s.keeper.Wait() //nolint:errcheck // its exit code is the server's
	s.hold, s.keeper = nil, nil
}

// DSN is the address of a database of the server.
func (s *Server) DSN(name string) string {
	return "postgres://netral@/" + name + "?host=" + s.dir + "&sslmode=disable"
}

// Fresh makes a database with the tables of the lines, dropped at the end of
// the test, and returns its address.
func (s *Server) Fresh(tb testing.TB, lines ...store.Line) string {
	tb.Helper()
	return s.fresh(tb, lines)
}

func (s *Server) fresh(tb testing.TB, lines []store.Line) string {
	tb.Helper()
	template := "template1"
	if len(lines) > 0 {
		template = s.template(tb, lines)
	}
	s.mu.Lock()
	s.names++
	name := "t" + strconv.Itoa(s.names)
	s.mu.Unlock()
	how := ""
	if version(s.bin) >= 15 {
		how = " STRATEGY file_copy" // three times as quick for a small one
	}
	s.admin(tb, "CREATE DATABASE "+name+" TEMPLATE "+template+how)
	tb.Cleanup(func() {
		if s.hold != nil {
			s.admin(tb, "DROP DATABASE "+name+" WITH (FORCE)")
		}
	})
	return s.DSN(name)
}

// template makes a database once for each set of lines; copies of it are
// quicker than migrations.
func (s *Server) template(tb testing.TB, lines []store.Line) string {
	tb.Helper()
	key := fingerprint(tb, lines)
	s.mu.Lock()
	defer s.mu.Unlock()
	if name, ok := s.templates[key]; ok {
		return name
	}
	name := "tpl" + strconv.Itoa(len(s.templates)+1)
	s.admin(tb, "DROP DATABASE IF EXISTS "+name)
	s.admin(tb, "CREATE DATABASE "+name)
	migrate(tb, s.DSN(name), lines)
	s.templates[key] = name
	return name
}

// admin runs one statement beside the databases of the tests. Two tests that
// copy the same template at once may disturb each other; the loser tries again.
func (s *Server) admin(tb testing.TB, q string) {
	tb.Helper()
	db, err := sql.Open("pgx", s.DSN("postgres"))
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing to lose
	for range 100 {
		if _, err = db.ExecContext(context.Background(), q); err == nil {
			return
		}
		if !strings.Contains(err.Error(), "55006") { // object_in_use
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	tb.Fatalf("%s: %v", q, err)
}

// Give makes path the property of the account that the server runs as.
func (s *Server) Give(path string) error {
	if s.cred == nil {
		return nil
	}
	return os.Chown(path, int(s.cred.Uid), int(s.cred.Gid))
}

// Exec runs a statement as the server's superuser, outside of any database of
// a test.
func (s *Server) Exec(tb testing.TB, q string) {
	tb.Helper()
	s.admin(tb, q)
}
