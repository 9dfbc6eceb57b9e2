// Command fill measures how long the synthetic government of netral demo takes
// to be made and written, with history and ledger, into SQLite on the disk of
// this folder: in seconds of the clock and of the processor, for each of some
// sizes.
//
//	cd bench && go run ./cmd/fill                       64,135 and 300,000 people
//	cd bench && go run ./cmd/fill -people 4700000 -keep whole
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"netral/bench/crowd"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/merit/roster"
)

func main() {
	people := flag.String("people", "64135,300000", "sizes, with commas between them")
	keep := flag.String("keep", "", "a new folder for the database, which stays; else it is deleted")
	profile := flag.String("profile", "", "write a CPU profile of the last fill")
	flag.Parse()
	if err := run(*people, *keep, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(1)
	}
}

func run(people, keep, profile string) error {
	for s := range strings.SplitSeq(people, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("-people %q: want numbers with commas between them", people)
		}
		if err := fill(n, keep, profile); err != nil {
			return err
		}
	}
	return nil
}

func fill(people int, keep, profile string) (err error) {
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp(".", "fill-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	ctx := context.Background()
	db, book, err := crowd.Open(ctx, dir, roster.Migrations)
	if err != nil {
		return err
	}
	s := &roster.Service{Book: book, Now: db.Now, Rand: rand.Reader, Allow: func(actor.Actor, string, roster.Resource) error { return nil }}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // a profile that is not whole says so itself
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	began, used := time.Now(), processor()
	err = demo.Fill(ctx, s, crowd.Officer(), demo.Config{Seed: 1, People: people, Today: day.Of(2026, 11, 25)}, func(done, total int) {
		fmt.Fprintf(os.Stderr, "\r%d of %d people are in", done, total)
	})
	took, cpu := time.Since(began), processor()-used
	fmt.Fprintln(os.Stderr)
	pprof.StopCPUProfile()
	if err == nil {
		v, bad := book.Verify(ctx)
		if err = bad; err == nil && !v.Clean() {
			err = fmt.Errorf("the ledger does not verify: %d problems", v.Found)
		}
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	st, err := os.Stat(filepath.Join(dir, "netral.db"))
	if err != nil {
		return err
	}
	fmt.Printf("| %d people | %.1f s | %.1f CPU s | %.0f people a CPU second | %d MB on disk |\n", people, took.Seconds(), cpu.Seconds(), float64(people)/cpu.Seconds(), st.Size()>>20)
	return nil
}

// processor is the time that this process has had of the processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
