// Command eligible measures who is eligible for one post, among many made-up
// people and with the reasons for each, beside the same requirements as one SQL
// query in PostgreSQL in the same run. It also compares the answers: both must
// come to the same reasons for the same number of people.
//
//	cd bench && go run ./cmd/eligible                      64,135 people
//	cd bench && go run ./cmd/eligible -n 4700000
//	cd bench && go run ./cmd/eligible -n 4700000 -ours     without PostgreSQL
//
// Ours begins with records (dates, lists of posts and ratings), as the query
// begins with rows of dates: turning dates into facts is part of the time. What
// is not measured on either side is loading.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"netral/data"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/merit/promote"
	"netral/rules"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "eligible:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("eligible", flag.ContinueOnError)
	n := flags.Int("n", 64135, "how many people")
	ours := flags.Bool("ours", false, "without PostgreSQL")
	count := flags.Int("count", 3, "how often each is measured; the median is printed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *n < 1 || *count < 1 {
		return fmt.Errorf("-n %d -count %d: want at least 1 of each", *n, *count)
	}
	e, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		return err
	}
	law, err := promote.LoadLaw(rules.FS, "id-jabatan", e.Timeline())
	if err != nil {
		return err
	}
	var pg *postgres
	if !*ours {
		if pg, err = start(); err != nil {
			return err
		}
		defer pg.stop()
		if err := pg.load(*n); err != nil {
			return err
		}
	}
	var built, screened, asked []time.Duration
	var mine, theirs map[masks]int
	for range *count {
		b, s, got := screen(law, *n)
		built, screened, mine = append(built, b), append(screened, s), got
		if pg != nil {
			d, got, err := pg.ask(law)
			if err != nil {
				return err
			}
			asked, theirs = append(asked, d), got
		}
	}
	if pg != nil {
		if err := same(mine, theirs, law); err != nil {
			return err
		}
		fmt.Fprintf(out, "both give the same reasons to all %d people, in %d combinations\n", *n, len(mine))
	}
	all := median(built) + median(screened)
	fmt.Fprintf(out, "%s, %d CPUs, %d people\n", runtime.Version(), runtime.NumCPU(), *n)
	fmt.Fprintf(out, "facts from records  %v\nanswers and reasons %v\n", median(built).Round(time.Millisecond), median(screened).Round(time.Millisecond))
	fmt.Fprintf(out, "largest memory      %s\n", peak())
	fmt.Fprintf(out, "BenchmarkEligibleNetral 1 %d ns/op\n", all.Nanoseconds())
	if pg != nil {
		fmt.Fprintf(out, "BenchmarkEligiblePostgres 1 %d ns/op\n", median(asked).Nanoseconds())
		fmt.Fprintf(out, "ratio %.2f\n", float64(median(asked))/float64(all))
	}
	return nil
}

func median(ds []time.Duration) time.Duration {
	slices.Sort(ds)
	return ds[len(ds)/2]
}

// masks are the reasons of one person, as bits in the order of the law's
// matters.
type masks struct{ bars, open, holds, warns uint32 }

// target is the post: head of a district, approved by the Minister.
func target() promote.Target {
	given := func(k promote.PaperKind) promote.Paper {
		return promote.Paper{Kind: k, Value: "given", Number: "1", Dated: today - 10, From: today - 10, Until: day.None}
	}
	return promote.Target{Post: "camat", Unit: "kec", Level: "administrator", Echelon: "III.a", Papers: []promote.Paper{given(promote.Approval), given(promote.Consideration)}}
}

// screen takes the time of making facts out of records and of answering. The
// making of people is left out: it stands for reading.
func screen(law *promote.Law, n int) (build, answer time.Duration, got map[masks]int) {
	const batch = 8192
	c := law.NewColumns(today, n)
	records := make([]promote.Record, 0, batch)
	for from := 0; from < n; from += batch {
		records = records[:0]
		for i := from; i < min(n, from+batch); i++ {
			records = append(records, recordOf(somebody(i)))
		}
		t := time.Now()
		for i := range records {
			c.Add(&records[i])
		}
		build += time.Since(t)
	}
	t := time.Now()
	post := target()
	res := c.Screen(&post, nil)
	answer = time.Since(t)
	got = map[masks]int{}
	for i := range res.Answer {
		got[masks{res.Bars[i], res.Open[i], res.Holds[i], res.Warns[i]}]++
	}
	return build, answer, got
}

// same compares the counts of all combinations.
func same(a, b map[masks]int, law *promote.Law) error {
	for _, m := range []map[masks]int{a, b} {
		for k := range m {
			if a[k] != b[k] {
				return fmt.Errorf("the answers differ: %d here and %d there with bars %v, missing %v, holds %v, warns %v",
					a[k], b[k], law.Names(k.bars), law.Names(k.open), law.Names(k.holds), law.Names(k.warns))
			}
		}
	}
	return nil
}

// peak is the most memory that the process had, from the system.
func peak() string {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "not known here"
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "not known here"
}
