package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// result is one line of benchmark output: values by unit.
type result map[string]float64

// measure runs the row's work in turns and writes its lines of the table.
func (r Row) measure(ctx context.Context, count int) (string, error) {
	all := append([]Measure{r.Ours}, r.Partners...)
	got := make([][]result, len(all))
	for range count {
		for i, m := range all {
			res, err := m.once(ctx)
			if err != nil {
				return "", fmt.Errorf("%s: %w", m.By, err)
			}
			got[i] = append(got[i], res)
		}
	}
	ours := median(got[0], "ns/op")
	var out strings.Builder
	for i, m := range all {
		work, ratio, aim := r.Work, "1", r.Aim
		if i > 0 {
			work, aim = "", ""
			ratio = times(median(got[i], "ns/op") / ours)
		}
		by := m.By
		if m.Metric != "" {
			by += fmt.Sprintf(" (%s %s)", grouped(median(got[i], m.Metric)), m.Metric)
		}
		low, high := spread(got[i], "ns/op")
		fmt.Fprintf(&out, "| %s | %s | %s | %s–%s | %s | %s | %s | %s |\n", work, by,
			duration(median(got[i], "ns/op")), duration(low), duration(high),
			optional(got[i], "B/op", " B"), optional(got[i], "allocs/op", ""), ratio, aim)
	}
	return out.String(), nil
}

// once runs the measure and picks its line.
func (m Measure) once(ctx context.Context) (result, error) {
	command := m.Command
	if command == nil {
		command = []string{"go", "test", "-run", "^$", "-bench", "^Benchmark" + m.Name + "$", "-benchmem", "-benchtime", "500ms", "."}
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = m.Dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	data, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s%s", strings.Join(command, " "), err, errs.Bytes(), data)
	}
	for name, res := range parse(data) {
		if name == m.Name {
			return res, nil
		}
	}
	return nil, fmt.Errorf("%s printed no Benchmark%s", strings.Join(command, " "), m.Name)
}

// parse reads benchmark lines: name-CPUs, runs, then value and unit in turn.
func parse(data []byte) map[string]result {
	out := map[string]result{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(f[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}
		res := result{}
		for i := 2; i+1 < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil {
				res[f[i+1]] = v
			}
		}
		out[name] = res
	}
	return out
}

func values(all []result, unit string) []float64 {
	var out []float64
	for _, r := range all {
		if v, ok := r[unit]; ok {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

func median(all []result, unit string) float64 {
	v := values(all, unit)
	if len(v) == 0 {
		return 0
	}
	if n := len(v) / 2; len(v)%2 == 0 {
		return (v[n-1] + v[n]) / 2
	} else {
		return v[n]
	}
}

func spread(all []result, unit string) (low, high float64) {
	v := values(all, unit)
	if len(v) == 0 {
		return 0, 0
	}
	return v[0], v[len(v)-1]
}

func optional(all []result, unit, suffix string) string {
	if len(values(all, unit)) == 0 {
		return "–"
	}
	return grouped(median(all, unit)) + suffix
}

func duration(ns float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if ns >= u.size {
			return strconv.FormatFloat(ns/u.size, 'g', 3, 64) + " " + u.name
		}
	}
	return strconv.FormatFloat(ns, 'g', 3, 64) + " ns"
}

func times(x float64) string {
	if x < 10 {
		return strconv.FormatFloat(x, 'f', 1, 64) + "×"
	}
	return grouped(x) + "×"
}

// grouped writes a whole number with thin spaces between thousands.
func grouped(x float64) string {
	s := strconv.FormatFloat(x, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
