// Command roster measures the import of a whole government: people with two
// tenures each, out of CSV files, into the roster, with every check, the history
// and the ledger, beside the same rows put into plain tables by sqlite3 .import
// and by COPY of PostgreSQL. All work is durable, on the disk of this folder,
// and done in turns.
//
//	cd bench && go run ./cmd/roster                      64,135 people, 3 turns
//	cd bench && go run ./cmd/roster -people 4700000 -turns 1 -engine sqlite
//
// The peak of memory is that of a process of its own for each import, and so is
// the time of the processor, which a busy machine lengthens less. Of PostgreSQL
// that is the time of the clients, not of the server.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

func main() {
	people := flag.Int("people", 64_135, "how many people")
	turns := flag.Int("turns", 3, "how often each work is done; the median is told")
	engine := flag.String("engine", "both", "sqlite, postgres or both")
	child := flag.String("load", "", "load the files of this folder into -dsn, tell time and memory, and end")
	dsn := flag.String("dsn", "", "database of -load")
	profile := flag.String("profile", "", "write a CPU profile of the import, of the last when there are several")
	only := flag.String("files", "", "only write the files, into this folder")
	flag.Parse()
	err := error(nil)
	if *only != "" {
		err = files(*only, *people)
	} else if *child != "" {
		err = load(*child, *dsn, *profile)
	} else {
		err = measure(*people, *turns, *engine, *profile)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "roster:", err)
		os.Exit(1)
	}
}

// measure does all work in turns and prints the table.
func measure(people, turns int, engine, profile string) (err error) {
	dir, err := os.MkdirTemp(".", "roster-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if err := files(dir, people); err != nil {
		return err
	}
	if engine != "postgres" {
		if err := side(dir, profile, people, turns, "sqlite3 .import", "SQLite", func(i int) (func() (time.Duration, error), string, error) {
			plain := filepath.Join(dir, fmt.Sprintf("plain-%d.db", i))
			return func() (time.Duration, error) { return sqliteImport(dir, plain) }, filepath.Join(dir, fmt.Sprintf("ours-%d.db", i)), nil
		}); err != nil {
			return err
		}
	}
	if engine == "sqlite" {
		return nil
	}
	// A server of its own lives as long as a test does.
	res := testing.Benchmark(func(b *testing.B) {
		b.ReportMetric(1, "servers")
		if b.N > 1 || err != nil {
			return
		}
		s := storetest.Own(b, true)
		err = side(dir, profile, people, turns, "COPY", "PostgreSQL", func(int) (func() (time.Duration, error), string, error) {
			plain := s.Fresh(b)
			return func() (time.Duration, error) { return copyImport(dir, plain) }, s.Fresh(b), nil
		})
	})
	if res.N == 0 {
		return errors.New("no PostgreSQL server could be started")
	}
	return err
}

// side measures ours beside another on one engine.
func side(dir, profile string, people, turns int, name, engine string, turn func(i int) (other func() (time.Duration, error), dsn string, err error)) error {
	var ours, others, oursCPU, othersCPU []time.Duration
	peak := int64(0)
	for i := range turns {
		other, dsn, err := turn(i)
		if err != nil {
			return err
		}
		start := time.Now()
		cpu, err := other()
		if err != nil {
			return err
		}
		others, othersCPU = append(others, time.Since(start)), append(othersCPU, cpu)
		took, cpu, mem, err := loadApart(dir, dsn, profile)
		if err != nil {
			return err
		}
		ours, oursCPU, peak = append(ours, took), append(oursCPU, cpu), max(peak, mem)
	}
	a, b, c, d := middle(ours), middle(others), middle(oursCPU), middle(othersCPU)
	fmt.Printf("| import of %d people with 2 tenures, %s | %.2f s | %s %.2f s | %.1f× | CPU %.2f s, %.2f s, %.1f× | peak %d MB |\n", people, engine, a, name, b, a/b, c, d, c/d, peak>>20)
	return nil
}

// middle is the median in seconds.
func middle(list []time.Duration) float64 {
	slices.Sort(list)
	return list[len(list)/2].Seconds()
}

// used is the time of the processor that a process had.
func used(c *exec.Cmd) time.Duration { return c.ProcessState.UserTime() + c.ProcessState.SystemTime() }

const plainTables = `CREATE TABLE people (nip TEXT, nrk TEXT, name TEXT, front TEXT, back TEXT, grade TEXT, education TEXT, field TEXT, born TEXT, sex TEXT, status TEXT, from_day TEXT);
CREATE TABLE tenures (nip TEXT, post TEXT, kind TEXT, decree TEXT, decree_day TEXT, from_day TEXT, until_day TEXT);
`

func sqliteImport(dir, db string) (time.Duration, error) {
	c := exec.Command("sqlite3", db)
	c.Stdin = strings.NewReader("PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n" + plainTables + ".mode csv\n.import --skip 1 " + filepath.Join(dir, "people.csv") + " people\n.import --skip 1 " + filepath.Join(dir, "tenures.csv") + " tenures\n")
	if out, err := c.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("sqlite3: %w\n%s", err, out)
	}
	return used(c), nil
}

func copyImport(dir, dsn string) (time.Duration, error) {
	script := plainTables + `\copy people FROM '` + filepath.Join(dir, "people.csv") + `' CSV HEADER
\copy tenures FROM '` + filepath.Join(dir, "tenures.csv") + "' CSV HEADER\n"
	c := exec.Command("psql", "-q", "-v", "ON_ERROR_STOP=1", dsn)
	c.Stdin = strings.NewReader(script)
	if out, err := c.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("psql: %w\n%s", err, out)
	}
	return used(c), nil
}

// loadApart runs the import in a process of its own.
func loadApart(dir, dsn, profile string) (took, cpu time.Duration, peak int64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, 0, 0, err
	}
	c := exec.Command(self, "-load", dir, "-dsn", dsn, "-profile", profile)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, os.Stderr
	if err := c.Run(); err != nil {
		return 0, 0, 0, fmt.Errorf("load: %w\n%s", err, out.String())
	}
	if _, err := fmt.Sscan(out.String(), &took, &cpu, &peak); err != nil {
		return 0, 0, 0, fmt.Errorf("load said %q: %w", out.String(), err)
	}
	return took, cpu, peak, nil
}

// load imports units and posts, then people and tenures on the clock.
func load(dir, dsn, profile string) error {
	ctx := context.Background()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	db, err := store.Open(ctx, dsn, store.Options{Log: log})
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // every write was durable when it returned
	if err := db.Migrate(ctx, ledger.Migrations, roster.Migrations, exchange.Migrations); err != nil {
		return err
	}
	key, err := ledger.NewKey("netral.invalid/bench", ledgertest.Rand(1))
	if err != nil {
		return err
	}
	book, err := ledger.Open(ctx, db, ledger.Config{Key: key, Rand: ledgertest.Rand(2), Now: time.Now, Log: log})
	if err != nil {
		return err
	}
	cat, err := text.New()
	if err != nil {
		return err
	}
	yes := func(actor.Actor, string, roster.Resource) error { return nil }
	r := &roster.Service{Book: book, Now: time.Now, Rand: ledgertest.Rand(3), Allow: yes}
	s := &exchange.Service{Roster: r, DB: db, Book: book, Now: time.Now, Rand: ledgertest.Rand(4), Allow: yes, Text: cat, Dir: dir}
	for _, kind := range []string{"units", "posts"} {
		if _, err := take(ctx, s, dir, kind); err != nil {
			return err
		}
	}
	stop, err := profiled(profile)
	if err != nil {
		return err
	}
	start, before := time.Now(), processor()
	for _, kind := range []string{"people", "tenures"} {
		rep, err := take(ctx, s, dir, kind)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%s: %d rows after %.1f s, %d entries, peak %d MB\n", kind, rep.New, time.Since(start).Seconds(), rep.Entries, peak()>>20)
	}
	took, cpu := time.Since(start), processor()-before
	stop()
	v, err := book.Verify(ctx)
	if err != nil || !v.Clean() {
		return fmt.Errorf("the ledger does not verify: %d problems, %w", v.Found, err)
	}
	fmt.Println(took.Nanoseconds(), cpu.Nanoseconds(), peak())
	return nil
}

func take(ctx context.Context, s *exchange.Service, dir, kind string) (exchange.Report, error) {
	f, err := os.Open(filepath.Join(dir, kind+".csv"))
	if err != nil {
		return exchange.Report{}, err
	}
	defer f.Close() //nolint:errcheck // only read
	st, err := f.Stat()
	if err != nil {
		return exchange.Report{}, err
	}
	rep, err := s.Import(ctx, actor.System(), exchange.File{Name: kind + ".csv", Size: st.Size(), Body: f}, exchange.Input{Kind: kind, AsOf: day.None}, exchange.Run{})
	if err != nil {
		return rep, fmt.Errorf("%s: %w %+v", kind, err, rep.First)
	}
	if rep.New != rep.Rows {
		return rep, fmt.Errorf("%s: %d of %d rows are new", kind, rep.New, rep.Rows)
	}
	return rep, nil
}

// processor is the time that this process has had of the processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the most memory that the process ever had, in bytes.
func peak() int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 10, 64)
			if err == nil {
				return kb << 10
			}
		}
	}
	return 0
}

// files writes the CSV files: a government of the size, the same each time.
func files(dir string, people int) error {
	units := max(10, people/107)
	for _, f := range []struct {
		name string
		fill func(w io.Writer)
	}{
		{"units", func(w io.Writer) {
			fmt.Fprintln(w, "id,parent,name,abbreviation,from")
			for i := range units {
				parent := ""
				if i > 0 {
					parent = fmt.Sprintf("u%06d", (i-1)/8)
				}
				fmt.Fprintf(w, "u%06d,%s,Unit Kerja %d,UK%d,2010-01-01\n", i, parent, i, i)
			}
		}},
		{"posts", func(w io.Writer) {
			fmt.Fprintln(w, "id,unit,title,level,seats,from")
			for i := range units {
				fmt.Fprintf(w, "s%06d,u%06d,Pengadministrasi Umum,pelaksana,300,2010-01-01\n", i, i)
			}
		}},
		{"people", func(w io.Writer) {
			fmt.Fprintln(w, "nip,nrk,name,front,back,grade,education,field,born,sex,status,from")
			for i := range people {
				n, born := number(i)
				fmt.Fprintf(w, "%s,,Pegawai Contoh %d,,S.E.,III/%c,S-1,Manajemen,%s,%s,pns,%d-01-01\n", n, i, 'a'+i%4, born, []string{"L", "P"}[i%2], 1990+i%30)
			}
		}},
		{"tenures", func(w io.Writer) {
			fmt.Fprintln(w, "nip,post,kind,decree,decree_day,from,until")
			for i := range people {
				n, _ := number(i)
				fmt.Fprintf(w, "%s,s%06d,definitive,SK %d/2010,2009-12-20,2010-01-01,2019-01-01\n", n, (i*7)%units, i)
				fmt.Fprintf(w, "%s,s%06d,definitive,SK %d/2019,2018-12-20,2019-01-01,\n", n, (i*13)%units, i)
			}
		}},
	} {
		out, err := os.Create(filepath.Join(dir, f.name+".csv"))
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(out, 1<<20)
		f.fill(w)
		if err := errors.Join(w.Flush(), out.Close()); err != nil {
			return err
		}
	}
	return os.Chmod(dir, 0o755) // psql reads as whoever runs this
}

// number is a NIP that no other i below ten million has, and its day of birth.
func number(i int) (nip, born string) {
	serial, rest := 1+i%999, i/999
	day, rest := 1+rest%28, rest/28
	month, rest := 1+rest%12, rest/12
	year := 1960 + rest%40
	return fmt.Sprintf("%04d%02d%02d%04d%02d%d%03d", year, month, day, year+24, 1+i%12, 1+i%2, serial), fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}
