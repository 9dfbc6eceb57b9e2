// Command site measures the whole program from outside: it builds netral,
// serves on 127.0.0.1 from a fresh folder beside this one (the disk that
// matters, not a memory disk), asks it over HTTP, and prints lines as Go
// benchmarks do. Everything is bounded in count; what it starts it stops.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"netral/bench/load"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

const (
	pages       = 20_000 // answer pages at all connections together
	connections = 64
	slips       = 25_600
	singles     = 2_000
	firsts      = 300
)

func run() error {
	dir, err := os.MkdirTemp(".", "site-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := filepath.Abs(filepath.Join(dir, "netral"))
	if err != nil {
		return err
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./cmd/netral")
	build.Dir, build.Stderr = "..", os.Stderr
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := build.Run(); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	st, err := os.Stat(bin)
	if err != nil {
		return err
	}
	line("SiteBinary", 1, 0, float64(st.Size())/(1<<20), "MB")
	s, err := serve(bin, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer s.stop()
	time.Sleep(2 * time.Second) // at rest
	rss, err := s.rss()
	if err != nil {
		return err
	}
	line("SiteAtRest", 1, 0, rss, "MB")
	if err := s.measure(); err != nil {
		return err
	}
	return s.kill(bin)
}

func line(name string, n int, each time.Duration, extra float64, unit string) {
	fmt.Printf("Benchmark%s %d %d ns/op %.1f %s\n", name, n, each.Nanoseconds(), extra, unit)
}

type server struct {
	cmd  *exec.Cmd
	addr string
	data string
}

func serve(bin, data string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	s := &server{cmd: exec.Command(bin, "serve", "--migrate", "--data", data, "--addr", addr), addr: addr, data: data}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if c, err := net.Dial("tcp", addr); err == nil {
			return s, c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.stop()
	return nil, errors.New("the server did not come up")
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}

// rss is the memory of the server that is resident, in MB.
func (s *server) rss() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for l := range strings.SplitSeq(string(b), "\n") {
		if rest, ok := strings.CutPrefix(l, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no VmRSS")
}

func (s *server) measure() error {
	ask := []byte(post("/tanya", "application/x-www-form-urlencoded", url.Values{
		"t": {"bolehkah ASN berfoto bersama pasangan capres-cawapres?"}, "d": {"2023-10-19"}}.Encode()))
	slip := []byte(post("/api/v1/ask/slips", "application/json", `{"text":"bolehkah ASN berfoto bersama pasangan capres-cawapres?","on":"2023-10-19"}`))
	if _, err := load.Same(s.addr, ask, 4, 400); err != nil { // warm
		return err
	}
	first, err := load.Same(s.addr, ask, 1, firsts)
	if err != nil {
		return err
	}
	line("SiteFirstByte", firsts, first.Share(0.5), float64(first.Size), "bytes")
	many, err := load.Same(s.addr, ask, connections, pages)
	if err != nil {
		return err
	}
	line("SitePages", pages, many.Took/time.Duration(pages), float64(pages)/many.Took.Seconds(), "pages/s")
	one, err := load.Same(s.addr, slip, 1, singles)
	if err != nil {
		return err
	}
	line("SiteSlips1", singles, one.Took/singles, singles/one.Took.Seconds(), "slips/s")
	all, err := load.Same(s.addr, slip, connections, slips)
	if err != nil {
		return err
	}
	line("SiteSlips64", slips, all.Took/slips, slips/all.Took.Seconds(), "slips/s")
	return nil
}

// kill stops the server dead in the middle of slips, starts it again, and
// counts: every slip that was acknowledged must be in the record.
func (s *server) kill(bin string) error {
	slip := []byte(post("/api/v1/ask/slips", "application/json", `{"facts":{"act":"vote"},"on":"2024-02-14"}`))
	before, err := count(bin, s.data)
	if err != nil {
		return err
	}
	done := make(chan int, 1)
	go func() {
		r, _ := load.Same(s.addr, slip, connections, 1<<20) // until the server is gone
		done <- r.Answered
	}()
	time.Sleep(1500 * time.Millisecond)
	if err := s.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	_ = s.cmd.Wait()
	acknowledged := <-done
	after, err := count(bin, s.data)
	if err != nil {
		return err
	}
	if after-before < acknowledged {
		return fmt.Errorf("%d slips were acknowledged, %d are in the record", acknowledged, after-before)
	}
	line("SiteKilled", acknowledged, 0, float64(after-before-acknowledged), "unacknowledged")
	return nil
}

// count verifies the record and gives the number of its entries.
func count(bin, data string) (int, error) {
	cmd := exec.Command(bin, "ledger", "verify", "--json", "--data", data)
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("verify: %w: %s", err, out)
	}
	i := bytes.Index(out, []byte(`"Size": `))
	if i < 0 {
		return 0, fmt.Errorf("no size in %s", out)
	}
	n, _, _ := bytes.Cut(out[i+len(`"Size": `):], []byte(","))
	return strconv.Atoi(string(n))
}

func post(path, kind, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", path, kind, len(body), body)
}
