package demo

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"netral/internal/merit/roster"
)

// stock is what a government is made of, as data/demo has it.
type stock struct {
	units    []unitRow
	parts    map[string][]partRow  // by id of a unit, else by kind
	posts    map[string][]postRow  // by kind
	heads    map[string]headRow    // by kind; "" for all others
	staffing map[string]staffing   // by id, by id without its area, else by kind
	staff    map[string][]staffRow // by family
	names    *names
}

type unitRow struct{ id, name, short, kind, parent, area, echelon string }

type partRow struct {
	name, short, kind, echelon, title string
	copies                            int
}

type postRow struct{ title, echelon, until, duties string }

type headRow struct{ title, duties string }

type staffing struct {
	people float64 // at the full size
	family string
}

// staffRow is a kind of post that many hold.
type staffRow struct {
	title     string
	level     roster.Level
	rung      string
	class     int
	share     float64
	women     int // of a hundred
	education []weighted
	field     string
	before    string
	after     string
	contract  float64 // how likely on contract (PPPK), beside the others
}

type weighted struct {
	value  string
	weight int
}

// load reads the stock; a fault in it is a fault of the program.
func load(fsys fs.FS) (*stock, error) {
	s := &stock{
		parts: map[string][]partRow{}, posts: map[string][]postRow{}, heads: map[string]headRow{},
		staffing: map[string]staffing{}, staff: map[string][]staffRow{}, names: newNames(),
	}
	for name, take := range map[string]func(row) error{
		"units.csv": func(r row) error {
			s.units = append(s.units, unitRow{r["id"], r["name"], r["abbreviation"], r["kind"], r["parent"], r["area"], r["echelon"]})
			return nil
		},
		"parts.csv": func(r row) error {
			n, err := r.number("copies")
			s.parts[r["of"]] = append(s.parts[r["of"]], partRow{r["name"], r["abbreviation"], r["kind"], r["echelon"], r["title"], int(n)})
			return err
		},
		"posts.csv": func(r row) error {
			s.posts[r["of"]] = append(s.posts[r["of"]], postRow{r["title"], r["echelon"], r["until"], r["duties"]})
			return nil
		},
		"heads.csv": func(r row) error {
			s.heads[r["of"]] = headRow{r["title"], r["duties"]}
			return nil
		},
		"staffing.csv": func(r row) error {
			n, err := r.number("people")
			s.staffing[r["of"]] = staffing{n, r["family"]}
			return err
		},
		"staff.csv": s.takeStaff,
		"names.csv": s.names.take,
		"mix.csv":   s.names.takeMix,
	} {
		if err := read(fsys, "demo/"+name, take); err != nil {
			return nil, err
		}
	}
	return s, s.names.done()
}

func (s *stock) takeStaff(r row) error {
	f := staffRow{
		title: r["title"], level: roster.Level(r["level"]), rung: r["rung"], field: r["field"], before: r["before"], after: r["after"],
	}
	for name, to := range map[string]*float64{"share": &f.share, "contract": &f.contract} {
		n, err := r.number(name)
		if err != nil {
			return err
		}
		*to = n
	}
	for name, to := range map[string]*int{"women": &f.women, "class": &f.class} {
		n, err := r.number(name)
		if err != nil {
			return err
		}
		*to = int(n)
	}
	for _, part := range strings.Fields(r["education"]) {
		what, n, _ := strings.Cut(part, ":")
		w, err := strconv.Atoi(n)
		if err != nil {
			return fmt.Errorf("education %q: %w", part, err)
		}
		f.education = append(f.education, weighted{what, w})
	}
	s.staff[r["family"]] = append(s.staff[r["family"]], f)
	return nil
}

// row is a line of a table, by the heading of the column.
type row map[string]string

func (r row) number(name string) (float64, error) {
	n, err := strconv.ParseFloat(r[name], 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return n, nil
}

func read(fsys fs.FS, name string, take func(row) error) error {
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, line := range all[1:] {
		r := make(row, len(line))
		for j, v := range line {
			r[all[0][j]] = v
		}
		if err := take(r); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, i+2, err)
		}
	}
	return nil
}
