// Command search asks a roster and PostgreSQL's pg_trgm the same misspelt
// names about the same people, and prints how long each takes and how often
// the right name is among the first ten.
//
//	go run ./cmd/search -people 64135
//	go run ./cmd/search -people 4700000
//
// Ours is the whole use case: who asks, what they may see, the rows of the ten
// from the database. pg_trgm is asked the way its manual says, with a GiST
// index (ORDER BY name <-> $1) and with a GIN index (name % $1).
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"netral/bench/crowd"
	"netral/bench/throwaway"
	"netral/internal/actor"
	"netral/internal/merit/roster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

// hits is how many answers are looked at.
const hits = 10

func run(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("search", flag.ContinueOnError)
	people := f.Int("people", 64_135, "how many people")
	queries := f.Int("queries", 200, "how many misspelt names")
	seed := f.Uint64("seed", 1, "of people and names")
	alone := f.Bool("alone", false, "without PostgreSQL")
	missed := f.Bool("missed", false, "print what we do not find")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *people < 1000 || *queries < 1 {
		return errors.New("want at least 1000 people and one query")
	}
	dir, err := os.MkdirTemp(".", "search-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db, book, err := crowd.Open(ctx, dir, roster.Migrations)
	if err != nil {
		return err
	}
	defer db.Close()
	s := &roster.Service{Book: book, Now: db.Now, Rand: rand.Reader, Allow: func(actor.Actor, string, roster.Resource) error { return nil }}
	var names []string
	if err := crowd.Fill(ctx, s, *seed, *people, func(p roster.Person) { names = append(names, p.Name) }); err != nil {
		return err
	}
	asked := crowd.Misspell(*seed, names, *queries)
	ours := &side{by: "netral"}
	began := time.Now()
	find := func(q string) ([]string, error) {
		found, err := s.Search(ctx, crowd.Officer(), roster.SearchInput{Text: q, Limit: hits})
		var list []string
		for _, r := range found.People {
			list = append(list, r.Name)
		}
		return list, err
	}
	if _, err := find("siti"); err != nil {
		return err
	}
	ours.build = time.Since(began)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if err := ours.ask(asked, find); err != nil {
		return err
	}
	sides := []*side{ours}
	if !*alone {
		theirs, err := trgm(ctx, names, asked)
		if err != nil {
			return err
		}
		sides = append(sides, theirs...)
	}
	fmt.Fprintf(out, "%d people, %d different names, %d misspelt names; index of netral in memory with all else: %d MB\n\n", *people, distinct(names), len(asked), m.HeapAlloc>>20)
	fmt.Fprintln(out, "| by | index made in | median | 99 of 100 | mean | first | first ten |\n|---|---|---|---|---|---|---|")
	for _, x := range sides {
		x.print(out)
	}
	fmt.Fprintln(out, "\n| slip | asked |"+join(sides, func(x *side) string { return " " + x.by + " |" })+"\n|---|---|"+strings.Repeat("---|", len(sides)))
	for _, slip := range crowd.Slips {
		n := 0
		for _, q := range asked {
			if q.Slip == slip.Name {
				n++
			}
		}
		fmt.Fprintf(out, "| %s | %d |%s\n", slip.Name, n, join(sides, func(x *side) string { return fmt.Sprintf(" %d |", x.bySlip[slip.Name]) }))
	}
	if *missed {
		for _, q := range ours.missed {
			fmt.Fprintf(out, "%s: %q for %q\n", q.Slip, q.Text, q.Want)
		}
	}
	return nil
}

func join(sides []*side, f func(*side) string) string {
	s := ""
	for _, x := range sides {
		s += f(x)
	}
	return s
}

func distinct(names []string) int {
	all := slices.Clone(names)
	slices.Sort(all)
	return len(slices.Compact(all))
}

// side is one of those that are asked.
type side struct {
	by         string
	build      time.Duration
	took       []time.Duration
	first, ten int
	bySlip     map[string]int
	missed     []crowd.Question
}

// ask asks every question once, after a few that only warm up.
func (x *side) ask(all []crowd.Question, find func(string) ([]string, error)) error {
	x.bySlip = map[string]int{}
	for _, q := range all[:min(5, len(all))] {
		if _, err := find(q.Text); err != nil {
			return err
		}
	}
	for _, q := range all {
		began := time.Now()
		got, err := find(q.Text)
		x.took = append(x.took, time.Since(began))
		if err != nil {
			return err
		}
		switch i := slices.Index(got, q.Want); {
		case i < 0 || i >= hits:
			x.missed = append(x.missed, q)
			continue
		case i == 0:
			x.first++
		}
		x.ten++
		x.bySlip[q.Slip]++
	}
	return nil
}

func (x *side) print(out io.Writer) {
	t := slices.Clone(x.took)
	slices.SortFunc(t, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	sum := time.Duration(0)
	for _, d := range t {
		sum += d
	}
	share := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(len(t))) }
	fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %s |\n", x.by, short(x.build), short(t[len(t)/2]), short(t[min(len(t)-1, len(t)*99/100)]), short(sum/time.Duration(len(t))), share(x.first), share(x.ten))
}

func short(d time.Duration) string {
	switch {
	case d > 10*time.Second:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d > time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d > 10*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}

// trgm asks pg_trgm.
func trgm(ctx context.Context, names []string, asked []crowd.Question) ([]*side, error) {
	dsn, stop, err := throwaway.Postgres(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer c.Close(ctx) //nolint:errcheck // the server is stopped
	if _, err := c.Exec(ctx, `CREATE EXTENSION pg_trgm; CREATE TABLE person (id bigint PRIMARY KEY, name text NOT NULL)`); err != nil {
		return nil, err
	}
	if _, err := c.CopyFrom(ctx, pgx.Identifier{"person"}, []string{"id", "name"}, pgx.CopyFromSlice(len(names), func(i int) ([]any, error) {
		return []any{int64(i), names[i]}, nil
	})); err != nil {
		return nil, err
	}
	var out []*side
	for _, x := range []struct{ by, index, drop, query string }{
		{"pg_trgm, GiST", `CREATE INDEX byname ON person USING gist (name gist_trgm_ops)`, `DROP INDEX byname`,
			`SELECT name FROM person ORDER BY name <-> $1 LIMIT 10`},
		{"pg_trgm, GIN", `CREATE INDEX byname ON person USING gin (name gin_trgm_ops)`, `DROP INDEX byname`,
			`SELECT name FROM person WHERE name % $1 ORDER BY similarity(name, $1) DESC LIMIT 10`},
	} {
		fmt.Fprintf(os.Stderr, "%s\n", x.by)
		began := time.Now()
		if _, err := c.Exec(ctx, x.index); err != nil {
			return nil, err
		}
		s := &side{by: x.by, build: time.Since(began)}
		if _, err := c.Exec(ctx, `ANALYZE person`); err != nil {
			return nil, err
		}
		if err := s.ask(asked, func(q string) ([]string, error) {
			rows, err := c.Query(ctx, x.query, q)
			if err != nil {
				return nil, err
			}
			return pgx.CollectRows(rows, pgx.RowTo[string])
		}); err != nil {
			return nil, err
		}
		out = append(out, s)
		if _, err := c.Exec(ctx, x.drop); err != nil {
			return nil, err
		}
	}
	return out, nil
}
