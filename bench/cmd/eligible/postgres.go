package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"netral/internal/day"
	"netral/internal/merit/promote"
)

// postgres is a server of its own in a temporary folder, spoken to with psql.
type postgres struct {
	dir, bin string
	cred     *syscall.Credential
}

func start() (*postgres, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is well formed
	if len(found) == 0 {
		return nil, fmt.Errorf("no PostgreSQL under /usr/lib/postgresql: install it, or run with -ours")
	}
	slices.Sort(found)
	dir, err := os.MkdirTemp("/tmp", "netral-eligible")
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir, bin: found[len(found)-1]}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, _ := strconv.Atoi(u.Uid) // a user's number is one
		gid, _ := strconv.Atoi(u.Gid)
		p.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
	}
	if err := p.do("initdb", "-D", "data", "-U", "netral", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"); err != nil {
		return nil, err
	}
	return p, p.do("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", "-c listen_addresses='' -c unix_socket_directories="+dir+" -c shared_buffers=1GB -c work_mem=256MB -c max_wal_size=8GB -c fsync=off", "start")
}

func (p *postgres) do(name string, args ...string) error {
	c := exec.Command(filepath.Join(p.bin, name), args...)
	c.Dir, c.SysProcAttr = p.dir, &syscall.SysProcAttr{Credential: p.cred}
	var out bytes.Buffer
	if name != "pg_ctl" { // its server would keep the pipe open
		c.Stdout, c.Stderr = &out, &out
	}
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out.String())
	}
	return nil
}

func (p *postgres) stop() {
	if err := p.do("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err := os.RemoveAll(p.dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// psql runs a script, in which data for COPY may follow.
func (p *postgres) psql(in io.Reader) (string, error) {
	c := exec.Command(filepath.Join(p.bin, "psql"), "-h", p.dir, "-U", "netral", "-d", "postgres", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-")
	c.Stdin = in
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("psql: %w\n%s", err, errs.String())
	}
	return string(out), nil
}

const tables = `
CREATE TABLE person (id int PRIMARY KEY, status text, born date, education text, grade text, examined boolean);
CREATE TABLE tenure (person int, level text, from_day date, until_day date);
CREATE TABLE rating (person int, year int, predicate text);
CREATE TABLE training (person int, kind text);
CREATE TABLE mark (person int, level text, from_day date, until_day date);
CREATE TABLE cltn (person int, from_day date, until_day date);
CREATE TABLE paper (person int, kind text, value text, from_day date, until_day date);
`

// load writes everybody, kind after kind.
func (p *postgres) load(n int) error {
	read, write := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(write, 1<<20)
		fmt.Fprint(w, tables)
		for _, k := range kinds {
			fmt.Fprintf(w, "COPY %s FROM stdin;\n", k.table)
			for i := range n {
				x := somebody(i)
				k.rows(&x, func(cells ...string) {
					for j, c := range cells {
						if j > 0 {
							w.WriteByte('\t')
						}
						if c == "" {
							c = `\N`
						}
						w.WriteString(c)
					}
					w.WriteByte('\n')
				})
			}
			fmt.Fprint(w, "\\.\n")
		}
		for _, k := range kinds[1:] {
			fmt.Fprintf(w, "CREATE INDEX ON %s (person);\n", k.table)
		}
		fmt.Fprint(w, "VACUUM ANALYZE;\n")
		write.CloseWithError(w.Flush()) //nolint:errcheck // gives none
	}()
	_, err := p.psql(read)
	return err
}

var kinds = []struct {
	table string
	rows  func(p *person, row func(...string))
}{
	{"person", func(p *person, row func(...string)) {
		row(strconv.Itoa(p.id), p.status, p.born.String(), p.education, p.grade, strconv.FormatBool(p.examined))
	}},
	{"tenure", func(p *person, row func(...string)) {
		for _, x := range p.posts {
			row(strconv.Itoa(p.id), x.level, x.from.String(), x.until.String())
		}
	}},
	{"rating", func(p *person, row func(...string)) {
		for k, x := range p.ratings {
			if x != "" {
				row(strconv.Itoa(p.id), strconv.Itoa(2022-k), x)
			}
		}
	}},
	{"training", func(p *person, row func(...string)) {
		for _, x := range p.trainings {
			row(strconv.Itoa(p.id), x)
		}
	}},
	{"mark", func(p *person, row func(...string)) {
		if p.mark != "" {
			row(strconv.Itoa(p.id), p.mark, p.markFrom.String(), p.markUntil.String())
		}
	}},
	{"cltn", func(p *person, row func(...string)) {
		if p.cltn {
			row(strconv.Itoa(p.id), (today - 100).String(), (today + 100).String())
		}
	}},
	{"paper", func(p *person, row func(...string)) {
		for _, x := range p.papers {
			row(strconv.Itoa(p.id), x.kind, x.value, (today - 200).String(), day.None.String())
		}
	}},
}

var timing = regexp.MustCompile(`Time: ([0-9.]+) ms`)

// ask runs the query and reads how long the server took.
func (p *postgres) ask(law *promote.Law) (time.Duration, map[masks]int, error) {
	out, err := p.psql(strings.NewReader("\\timing on\n" + query(law) + ";\n"))
	if err != nil {
		return 0, nil, err
	}
	got := map[masks]int{}
	for line := range strings.Lines(out) {
		var m masks
		var n int
		if _, err := fmt.Sscanf(strings.ReplaceAll(line, "|", " "), "%d %d %d %d %d", &m.bars, &m.open, &m.holds, &m.warns, &n); err == nil {
			got[m] = n
		}
	}
	t := timing.FindStringSubmatch(out)
	if t == nil {
		return 0, nil, fmt.Errorf("psql told no time:\n%s", out)
	}
	ms, err := strconv.ParseFloat(t[1], 64)
	return time.Duration(ms * float64(time.Millisecond)), got, err
}

// query is the book's requirements for an administrator post of echelon III.a
// with all approvals, as one query: per person the reasons as bits, and how
// many people have the same.
func query(law *promote.Law) string {
	bit := func(matter string) string { return strconv.Itoa(1 << slices.Index(law.Matters(), matter)) }
	q := `
WITH past AS (
  SELECT person, level, from_day, until_day,
    (extract(year FROM age(coalesce(until_day, DATE '$D'), from_day)) * 12 + extract(month FROM age(coalesce(until_day, DATE '$D'), from_day)))::int AS months,
    until_day IS NULL OR until_day > DATE '$D' AS sitting,
    lead(from_day) OVER w IS NOT NULL AS later
  FROM tenure WHERE from_day <= DATE '$D' WINDOW w AS (PARTITION BY person ORDER BY from_day)
), run AS (
  SELECT person, sum(CASE WHEN short THEN 1 ELSE 0 END) FILTER (WHERE usual = 0) AS run FROM (
    SELECT person, NOT sitting AND months < 24 AND later AS short,
      sum(CASE WHEN sitting OR months < 24 AND later THEN 0 ELSE 1 END) OVER (PARTITION BY person ORDER BY from_day DESC) AS usual
    FROM past WHERE sitting OR until_day > DATE '$D' - INTERVAL '60 months'
  ) seats GROUP BY person
), exper AS (
  SELECT person, sum(extract(year FROM age(upper(r), lower(r))) * 12 + extract(month FROM age(upper(r), lower(r))))::int AS months
  FROM (SELECT person, unnest(range_agg(daterange(from_day, least(coalesce(until_day, DATE '$D'), DATE '$D')))) AS r
        FROM past WHERE level IN ('pengawas', 'administrator', 'jpt_pratama') GROUP BY person) islands
  GROUP BY person
), now AS (
  SELECT person, count(*) AS held, max(CASE level WHEN 'pelaksana' THEN 1 WHEN 'pengawas' THEN 2 WHEN 'administrator' THEN 3 ELSE 4 END) AS step,
    min(months) AS in_post
  FROM past WHERE sitting GROUP BY person
), facts AS (
  SELECT p.*, n.held, coalesce(n.step, 0) AS step, n.in_post, coalesce(e.months, 0) AS months, coalesce(u.run, 0) AS run,
    EXISTS (SELECT 1 FROM tenure t WHERE t.person = p.id) AS known,
    extract(year FROM age(DATE '$D', p.born))::int AS age,
    r1.predicate AS r1, r2.predicate AS r2,
    EXISTS (SELECT 1 FROM training t WHERE t.person = p.id AND t.kind IN ('pka', 'pkn2', 'pkn1')) AS trained,
    (SELECT max(CASE level WHEN 'light' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END) FROM mark m WHERE m.person = p.id AND m.from_day <= DATE '$D' AND m.until_day > DATE '$D') AS mark,
    EXISTS (SELECT 1 FROM cltn c WHERE c.person = p.id AND c.from_day <= DATE '$D' AND c.until_day > DATE '$D') AS away,
    pp.competence, pp.integrity, pp.health, pp.field
  FROM person p
  LEFT JOIN now n ON n.person = p.id
  LEFT JOIN exper e ON e.person = p.id
  LEFT JOIN run u ON u.person = p.id
  LEFT JOIN rating r1 ON r1.person = p.id AND r1.year = 2022
  LEFT JOIN rating r2 ON r2.person = p.id AND r2.year = 2021
  LEFT JOIN (SELECT person, max(value) FILTER (WHERE kind = 'competence') AS competence, max(value) FILTER (WHERE kind = 'integrity') AS integrity,
               max(value) FILTER (WHERE kind = 'health') AS health, max(value) FILTER (WHERE kind = 'field') AS field
             FROM paper WHERE from_day <= DATE '$D' AND (until_day IS NULL OR until_day > DATE '$D') GROUP BY person) pp ON pp.person = p.id
), reasons AS (
  SELECT
    (CASE WHEN status <> 'pns' THEN {status} ELSE 0 END)
    + (CASE WHEN education IN ('SD', 'SMP', 'SMA', 'D-I', 'D-II', 'D-III') THEN {education} ELSE 0 END)
    + (CASE WHEN known AND step < 3 AND months < 36 THEN {experience} ELSE 0 END)
    + (CASE WHEN field = 'unrelated' THEN {field} ELSE 0 END)
    + (CASE WHEN r1 IN ('butuh_perbaikan', 'kurang', 'sangat_kurang') OR r2 IN ('butuh_perbaikan', 'kurang', 'sangat_kurang') THEN {rating} ELSE 0 END)
    + (CASE WHEN competence = 'short' THEN {competence} ELSE 0 END)
    + (CASE WHEN health = 'unfit' THEN {health} ELSE 0 END)
    + (CASE WHEN mark >= 2 AND known AND step < 3 THEN {discipline} ELSE 0 END)
    + (CASE WHEN examined AND known THEN {case} ELSE 0 END)
    + (CASE WHEN away THEN {leave} ELSE 0 END)
    + (CASE WHEN age >= 58 THEN {age} ELSE 0 END) AS bars,
    (CASE WHEN education IS NULL THEN {education} ELSE 0 END)
    + (CASE WHEN NOT known THEN {experience} ELSE 0 END)
    + (CASE WHEN (r1 IS NULL OR r2 IS NULL) AND coalesce(r1, 'baik') IN ('baik', 'sangat_baik') AND coalesce(r2, 'baik') IN ('baik', 'sangat_baik') THEN {rating} ELSE 0 END)
    + (CASE WHEN mark >= 2 AND NOT known THEN {discipline} ELSE 0 END)
    + (CASE WHEN examined AND NOT known THEN {case} ELSE 0 END)
    + (CASE WHEN age IS NULL THEN {age} ELSE 0 END) AS open,
    (CASE WHEN field IS NULL THEN {field} ELSE 0 END)
    + (CASE WHEN competence IS NULL THEN {competence} ELSE 0 END)
    + (CASE WHEN coalesce(integrity, 'doubt') = 'doubt' THEN {integrity} ELSE 0 END)
    + (CASE WHEN health IS NULL THEN {health} ELSE 0 END)
    + (CASE WHEN NOT known OR held > 1 THEN {double} ELSE 0 END) AS holds,
    (CASE WHEN grade IS NULL OR grade NOT IN ('IV/a', 'IV/b', 'IV/c', 'IV/d', 'IV/e') THEN {grade} ELSE 0 END)
    + (CASE WHEN NOT known OR in_post < 24 THEN {tenure} ELSE 0 END)
    + (CASE WHEN NOT known OR run >= 2 THEN {spin} ELSE 0 END)
    + (CASE WHEN NOT trained THEN {training} ELSE 0 END)
    + (CASE WHEN mark = 1 OR mark >= 2 AND known AND step >= 3 THEN {discipline} ELSE 0 END)
    + (CASE WHEN age = 57 THEN {age} ELSE 0 END) AS warns
  FROM facts
)
SELECT bars, open, holds, warns, count(*) FROM reasons GROUP BY bars, open, holds, warns`
	q = strings.ReplaceAll(q, "$D", today.String())
	for _, m := range law.Matters() {
		q = strings.ReplaceAll(q, "{"+m+"}", bit(m))
	}
	return q
}
