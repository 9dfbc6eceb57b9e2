// Command office measures what a personnel officer waits for, in rosters of
// several sizes: it loads the people, signs the officer in, starts netral on
// that database, and opens people's pages over 32 connections. Every page is a
// durable write as well: the record says who looked.
//
//	go run ./cmd/office
//	go run ./cmd/office -people 64135,4700000
//
// It prints a table and the ratio of the sizes, then what one decision of the
// policies costs.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"netral/bench/crowd"
	"netral/bench/load"
	"netral/internal/access"
	"netral/internal/actor"
	"netral/internal/identity"
	"netral/internal/merit/roster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "office:", err)
		os.Exit(1)
	}
}

const connections = 32

func run(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("office", flag.ContinueOnError)
	people := f.String("people", "64135,500000", "sizes, the first is what the others are compared with")
	pages := f.Int("pages", 6400, "how many pages are opened at each size")
	if err := f.Parse(args); err != nil {
		return err
	}
	var sizes []int
	for s := range strings.SplitSeq(*people, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1000 {
			return fmt.Errorf("-people %q: want numbers of at least 1000, with commas between them", *people)
		}
		sizes = append(sizes, n)
	}
	if *pages < connections {
		return fmt.Errorf("-pages %d: want at least %d", *pages, connections)
	}
	dir, err := os.MkdirTemp(".", "office-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := build(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "| people | page | connections | half within | 99 of 100 within | pages a second | beside the first |\n|---|---|---|---|---|---|---|")
	first := map[string]time.Duration{}
	for i, n := range sizes {
		rows, err := measure(ctx, bin, filepath.Join(dir, strconv.Itoa(i)), n, *pages)
		if err != nil {
			return fmt.Errorf("%d people: %w", n, err)
		}
		for _, r := range rows {
			key := r.page + strconv.Itoa(r.conns)
			p99 := r.Share(0.99)
			if i == 0 {
				first[key] = p99
			}
			fmt.Fprintf(out, "| %d | %s | %d | %s | %s | %.0f | %.2f× |\n", n, r.page, r.conns, ms(r.Share(0.5)), ms(p99),
				float64(r.Answered)/r.Took.Seconds(), float64(p99)/float64(first[key]))
		}
	}
	return decisions(out)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func build(ctx context.Context, dir string) (string, error) {
	bin, err := filepath.Abs(filepath.Join(dir, "netral"))
	if err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./cmd/netral")
	c.Dir, c.Stderr = "..", os.Stderr
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	return bin, c.Run()
}

type row struct {
	page  string
	conns int
	load.Result
}

// measure fills a data folder, serves it, and opens pages.
func measure(ctx context.Context, bin, data string, people, pages int) ([]row, error) {
	addr, err := free()
	if err != nil {
		return nil, err
	}
	base := "http://localhost:" + addr[strings.LastIndexByte(addr, ':')+1:] // passkeys want a name
	if out, err := exec.CommandContext(ctx, bin, "migrate", "--data", data).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("migrate: %w\n%s", err, out)
	}
	cookie, err := fill(ctx, data, base, people)
	if err != nil {
		return nil, err
	}
	server := exec.Command(bin, "serve", "--data", data, "--addr", addr, "--base", base)
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	}()
	if err := up(addr); err != nil {
		return nil, err
	}
	get := func(path string) []byte {
		return []byte("GET " + path + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(base, "http://") + "\r\nCookie: " + cookie + "; lang=id\r\n\r\n")
	}
	person := func(seed uint64) func(conn, turn int) []byte {
		return func(conn, turn int) []byte {
			r := mathrand.New(mathrand.NewPCG(seed, uint64(conn)<<32|uint64(turn)))
			return get("/kantor/orang/" + crowd.PersonID(r.IntN(people)))
		}
	}
	if _, err := load.Each(addr, connections, connections*10, person(1)); err != nil { // warm
		return nil, err
	}
	var out []row
	for _, x := range []struct {
		page  string
		conns int
		n     int
		next  func(conn, turn int) []byte
	}{
		{"a person", 1, 500, person(2)},
		{"a person", connections, pages, person(3)},
		{"the list of people", connections, 1600, func(int, int) []byte { return get("/kantor/orang") }},
	} {
		r, err := load.Each(addr, x.conns, x.n, x.next)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", x.page, err)
		}
		out = append(out, row{x.page, x.conns, r})
	}
	return out, nil
}

// fill loads the people and signs the officer in.
func fill(ctx context.Context, data, base string, people int) (cookie string, err error) {
	db, book, err := crowd.Existing(ctx, data)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	s := &roster.Service{Book: book, Now: db.Now, Rand: rand.Reader, Allow: func(actor.Actor, string, roster.Resource) error { return nil }}
	if err := crowd.Fill(ctx, s, 1, people, func(roster.Person) {}); err != nil {
		return "", err
	}
	return crowd.SignedIn(ctx, db, book, base, identity.RolePersonnel, crowd.PersonID(0))
}

func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func up(addr string) error {
	for range 600 {
		if c, err := net.Dial("tcp", addr); err == nil {
			return c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("the server did not come up")
}

// decisions prints what one decision costs: a personnel officer, an employee
// about themselves, and somebody who is refused.
func decisions(out io.Writer) error {
	g, err := access.Load(access.Policies())
	if err != nil {
		return err
	}
	path := []string{"prov", "dinkes", "puskesmas"}
	r := access.Resource{Type: "person", ID: "p1", Attrs: map[string]any{"unit": "puskesmas", "unitPath": path, "area": "31.71.01", "areaPath": []string{"31", "31.71", "31.71.01"}, "person": "p1"}}
	one := func(name string, who actor.Actor, allowed bool) {
		got := g.Check(who, "roster.person.read", r) == nil
		if got != allowed {
			err = errors.Join(err, fmt.Errorf("%s: allowed is %v", name, got))
		}
		b := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				_ = g.Check(who, "roster.person.read", r)
			}
		})
		fmt.Fprintf(out, "| %s | %.1f µs |\n", name, float64(b.NsPerOp())/1000)
	}
	fmt.Fprintln(out, "\n| one decision | takes |\n|---|---|")
	one("a personnel officer about anybody", crowd.Officer(), true)
	one("the head of a unit above about one below", actor.Actor{ID: "account:1", Person: "p9", Grants: []actor.Grant{{Role: "unit_head", Unit: "dinkes"}}}, true)
	one("an employee about themselves", actor.Actor{ID: "account:2", Person: "p1", Grants: []actor.Grant{{Role: "employee"}}}, true)
	one("an employee about another: refused", actor.Actor{ID: "account:3", Person: "p2", Grants: []actor.Grant{{Role: "employee"}}}, false)
	return err
}
