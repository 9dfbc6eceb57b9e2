// Command draw measures a draw beside what it is made of, in one run on one
// core, and prints lines in the format of Go benchmarks:
//
//	cd bench && go run ./cmd/draw                  a list of 4.7 million
//	cd bench && go run ./cmd/draw -n 64135 -python python3
//
// Sample draws 1,000 from the list; Numbers makes the ticket number of every id;
// Bare hashes the same bytes with SHA-256 and does nothing else. Python is the
// method in plain Python (draw.py beside this file) on the beginning of the same
// list, its time stretched to the whole list. Both must draw the same ids, or
// there are no figures.
package main

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"netral/internal/sample"
)

const seed = "netral bench"

// turn is how many ids each has at a time.
const turn = 1000

func main() {
	n := flag.Int("n", 4_700_000, "ids in the list")
	take := flag.Int("take", 1000, "how many are drawn")
	python := flag.String("python", "", "the Python to measure beside; none when empty")
	part := flag.Int("part", 100_000, "how many ids Python is given")
	script := flag.String("script", "cmd/draw/draw.py", "the method in Python")
	flag.Parse()
	if err := run(*n, *take, *python, *script, *part); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n, take int, python, script string, part int) error {
	runtime.GOMAXPROCS(1)
	ids := list(n)
	say := func(name string, took time.Duration) {
		fmt.Printf("Benchmark%s\t1\t%d ns/op\n", name, took.Nanoseconds())
	}

	// In turns of a thousand, and the medians of the turns: other work on the
	// machine falls on both alike, and what interrupts one turn is left out.
	var bare, numbers []time.Duration
	digest, buf, sum, size := sample.Hex(seed), []byte(nil), byte(0), 0
	for part := range slices.Chunk(ids, turn) {
		start := time.Now()
		for _, id := range part {
			buf = append(append(buf[:0], digest...), id...)
			s := sha256.Sum256(buf)
			sum ^= s[0]
		}
		bare = append(bare, time.Since(start))
		start = time.Now()
		n, err := sample.Numbers(seed, part, func(_ int, digits []byte) { sum ^= digits[0] })
		if err != nil {
			return err
		}
		numbers = append(numbers, time.Since(start))
		size += n
	}
	if size < n*64 {
		return fmt.Errorf("%d digits of %d ids (%d)", size, n, sum)
	}
	say("Bare", whole(bare, n))
	say("Numbers", whole(numbers, n))

	start := time.Now()
	if _, err := sample.Draw(seed, ids, sample.Options{Take: take}); err != nil {
		return err
	}
	say("Sample", time.Since(start))
	if python == "" {
		return nil
	}
	return beside(ids, take, python, script, min(part, n), say)
}

// whole is the time of n ids by the median of the turns.
func whole(turns []time.Duration, n int) time.Duration {
	slices.Sort(turns)
	return turns[len(turns)/2] * time.Duration(n) / turn
}

// beside runs the method in Python over the first part of the list.
func beside(ids []string, take int, python, script string, part int, say func(string, time.Duration)) error {
	cmd := exec.Command(python, script, seed, strconv.Itoa(take))
	cmd.Stdin, cmd.Stderr = strings.NewReader(strings.Join(ids[:part], "\n")+"\n"), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s %s: %w", python, script, err)
	}
	lines := strings.Fields(string(bytes.TrimSpace(out)))
	if len(lines) != min(take, part)+1 {
		return fmt.Errorf("%s says %d lines", script, len(lines))
	}
	seconds, err := strconv.ParseFloat(lines[0], 64)
	if err != nil {
		return err
	}
	ours, err := sample.Draw(seed, ids[:part], sample.Options{Take: take})
	if err != nil {
		return err
	}
	drawn := make([]string, len(ours))
	for i, t := range ours {
		drawn[i] = t.ID
	}
	if !slices.Equal(drawn, lines[1:]) {
		return fmt.Errorf("the two do not draw the same: here %v …, there %v …", drawn[:1], lines[1:2])
	}
	say("Python", time.Duration(seconds*float64(len(ids))/float64(part)*1e9))
	return nil
}

// list is n made-up staff numbers of 18 digits.
func list(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%04d%02d%02d%04d%02d%d%03d", 1960+i/1_344_000%50, i/112_000%12+1, i/4_000%28+1, 1985+i%40, i/40%12+1, i%2+1, i/480%1000)
	}
	slices.Sort(out)
	// Numbers that fell on one another are moved up one by one.
	for i := 1; i < n; i++ {
		if out[i] <= out[i-1] {
			v, _ := strconv.ParseUint(out[i-1], 10, 64) // made above, of digits
			out[i] = strconv.FormatUint(v+1, 10)
		}
	}
	return out
}
