// Command table measures and prints the performance table in Markdown: each
// row a piece of work, what it costs here, and the same work by others in the
// same run, as a ratio.
//
//	cd bench && go run ./cmd/table                 all rows, medians of 5
//	cd bench && go run ./cmd/table -count 9 decision
//	cd bench && go run ./cmd/table -list
//
// A row names a Go benchmark, or any command that prints lines in the format of
// Go benchmarks; rows.go is the list. Work of one row runs in turns, one after
// another and around again, so that a noisy minute falls on all of it alike.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("table", flag.ContinueOnError)
	flags.SetOutput(errs)
	count := flags.Int("count", 5, "how often each work is measured; the median is printed")
	list := flags.Bool("list", false, "list the rows and stop")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	rows, err := choose(rows, flags.Args())
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	if *count < 1 {
		fmt.Fprintf(errs, "-count %d: want at least 1, for a figure worth telling at least 5\n", *count)
		return 2
	}
	if *list {
		for _, r := range rows {
			fmt.Fprintf(out, "%-12s %s; aim: %s\n", r.Key, r.Work, r.Aim)
		}
		return 0
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	fmt.Fprintf(out, "%s %s/%s, %d CPUs; medians of %d\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *count)
	fmt.Fprintln(out, "| work | by | median | spread | memory | allocations | ratio | aim |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|---|---|")
	failed := false
	for _, r := range rows {
		fmt.Fprintf(errs, "measuring %s\n", r.Key)
		text, err := r.measure(ctx, *count)
		if err != nil {
			fmt.Fprintf(errs, "%s: %v\n", r.Key, err)
			failed = true
			continue
		}
		fmt.Fprint(out, text)
	}
	if failed {
		return 1
	}
	return 0
}

func choose(all []Row, keys []string) ([]Row, error) {
	if len(keys) == 0 {
		return all, nil
	}
	var out []Row
	for _, k := range keys {
		i := slices.IndexFunc(all, func(r Row) bool { return r.Key == k })
		if i < 0 {
			var have []string
			for _, r := range all {
				have = append(have, r.Key)
			}
			return nil, fmt.Errorf("no row %q; possible: %s", k, strings.Join(have, ", "))
		}
		out = append(out, all[i])
	}
	return out, nil
}
