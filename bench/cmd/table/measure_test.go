package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	got := parse([]byte("goos: linux\nBenchmarkCheck-2   79   5290314 ns/op   22741254144000 situations\nBenchmarkA/few-missing-16 1 2.5 ns/op 0 B/op 0 allocs/op\nPASS\n"))
	if got["Check"]["ns/op"] != 5290314 || got["Check"]["situations"] != 22741254144000 || got["A/few-missing"]["ns/op"] != 2.5 || len(got) != 2 {
		t.Error(got)
	}
}

// TestRow: a row of commands, with the ratio and the median of uneven figures.
func TestRow(t *testing.T) {
	t.Parallel()
	printing := func(line string) []string { return []string{"printf", "%s\n", line} }
	r := Row{Key: "x", Work: "work", Aim: "much",
		Ours:     Measure{By: "us", Name: "X", Command: printing("BenchmarkX-2 10 25 ns/op 0 B/op 0 allocs/op 12345 things"), Metric: "things"},
		Partners: []Measure{{By: "them", Name: "Y", Command: printing("BenchmarkY 10 50000 ns/op")}}}
	got, err := r.measure(context.Background(), 2)
	want := "| work | us (12\u202f345 things) | 25 ns | 25 ns–25 ns | 0 B | 0 | 1 | much |\n|  | them | 50 µs | 50 µs–50 µs | – | – | 2\u202f000× |  |\n"
	if err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	r.Ours.Name = "Z"
	if _, err := r.measure(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "printed no BenchmarkZ") {
		t.Error(err)
	}
	r.Ours.Command = []string{"false"}
	if _, err := r.measure(context.Background(), 1); err == nil {
		t.Error("a failing command is taken for a figure")
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	rs := []result{{"u": 9}, {"u": 1}, {"u": 4}, {"u": 2}}
	if m := median(rs, "u"); m != 3 {
		t.Error(m)
	}
	if m := median(rs[:3], "u"); m != 4 {
		t.Error(m)
	}
	if low, high := spread(rs, "u"); low != 1 || high != 9 {
		t.Error(low, high)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-list"}, 0, "decision     one decision of the conduct book"},
		{[]string{"-list", "nothing"}, 2, `no row "nothing"; possible: decision, check, load, page`},
		{[]string{"-count", "0"}, 2, "-count 0: want at least 1"},
		{[]string{"-speed"}, 2, "flag provided but not defined: -speed"},
	} {
		var out bytes.Buffer
		if code := run(c.args, &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v: %d %s", c.args, code, out.String())
		}
	}
}
