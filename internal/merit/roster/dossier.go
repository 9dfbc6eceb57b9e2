package roster

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/store"
)

// Sourced is a fact with the change behind it.
type Sourced[T any] struct {
	Row T
	Src int64
}

// Dossier is what stands about a person, for other slices: app turns it into
// what they declare. Whether somebody may see it is for them to ask.
type Dossier struct {
	ID        string
	Person    Sourced[Person] // as of the day, or nearest to it
	Tenures   []Sourced[Tenure]
	Ratings   []Sourced[Rating]
	Trainings []Sourced[Training]
	Marks     []Sourced[Mark]
	Leaves    []Sourced[Leave]
	Relations []Sourced[Relation] // seen from the person: Other is the relative, Kind what they are
}

// Shelves is what dossiers point to.
type Shelves struct {
	On      day.Day
	Posts   map[string]Post // as they were last
	Changes map[int64]Change
	// Loaded says of which kinds anything was ever taken in: where nothing was,
	// that somebody has none is not known.
	Loaded map[Kind]bool
	t      *tree
}

// Unit is a unit as of the day of the shelves.
func (x *Shelves) Unit(id string) (Unit, bool) {
	u := x.t.units[id]
	if u == nil {
		return Unit{}, false
	}
	return *u, true
}

// Path leads from the top to a unit.
func (x *Shelves) Path(unit string) []string { return x.t.pathIDs(unit) }

// Under lists a unit and all below it.
func (x *Shelves) Under(unit string) []string { return x.t.under(unit) }

// Shelves reads what dossiers point to.
func (s *Service) Shelves(ctx context.Context, tx *store.Tx, on day.Day) (*Shelves, error) {
	x := &Shelves{On: on, Posts: map[string]Post{}, Changes: map[int64]Change{}, Loaded: map[Kind]bool{}}
	var err error
	if x.t, err = s.tree(ctx, tx, on); err != nil {
		return nil, err
	}
	posts, err := facts(ctx, tx, KindPost, `gone = 0 ORDER BY id, from_day`)
	if err != nil {
		return nil, err
	}
	for i := range posts {
		x.Posts[posts[i].id] = posts[i].post()
	}
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var c Change
		var at int64
		if err := rows.Scan(&c.Seq, &at, &c.Actor, &c.Source.Kind, &c.Source.Name); err != nil {
			return err
		}
		c.At = time.UnixMilli(at).UTC()
		x.Changes[c.Seq] = c
		return nil
	}, `SELECT seq, at, actor, kind, name FROM merit_roster_change`)
	if err != nil {
		return nil, err
	}
	for _, k := range Kinds() {
		var one int
		err := tx.QueryRowContext(ctx, `SELECT 1 FROM `+k.table()+` LIMIT 1`).Scan(&one)
		if err != nil && err != sql.ErrNoRows {
			return nil, err
		}
		x.Loaded[k] = err == nil
	}
	return x, nil
}

// Seq is the number of the last change.
func (s *Service) Seq(ctx context.Context, tx *store.Tx) (int64, error) { return lastSeq(ctx, tx) }

// Dossier reads one person. Fault NotFound when there is none.
func (s *Service) Dossier(ctx context.Context, tx *store.Tx, id string, on day.Day) (*Dossier, error) {
	if !idOK(id) {
		return nil, s.unknownPerson(id)
	}
	var out *Dossier
	err := s.dossiers(ctx, tx, on, func(column string) (string, []any) { return column + ` = $1 AND gone = 0`, []any{id} }, func(d *Dossier) error {
		if d.ID == id {
			out = d
		}
		return nil
	})
	if err == nil && out == nil {
		return nil, s.unknownPerson(id)
	}
	return out, err
}

// dossierBlock is how many people Dossiers holds at once: about 10 MB of rows.
const dossierBlock = 1_000

// Dossiers reads everybody who is known, in the order of their ids, block after
// block: a cursor a kind would need as many connections, and all rows at once
// more memory than a machine has for 4.7 million people. What each was given may
// be kept.
func (s *Service) Dossiers(ctx context.Context, tx *store.Tx, on day.Day, each func(*Dossier) error) error {
	last := ""
	for {
		first, n := "", 0
		err := tx.Each(ctx, func(rows *sql.Rows) error {
			if err := rows.Scan(&last); err != nil {
				return err
			}
			if n == 0 {
				first = last
			}
			n++
			return nil
		}, `SELECT DISTINCT id FROM merit_roster_person WHERE id > $1 ORDER BY id LIMIT $2`, last, dossierBlock)
		if err != nil || n == 0 {
			return err
		}
		from, to := first, last
		err = s.dossiers(ctx, tx, on, func(column string) (string, []any) {
			return column + ` >= $1 AND ` + column + ` <= $2 AND gone = 0`, []any{from, to}
		}, each)
		if err != nil {
			return err
		}
	}
}

// DossiersOf reads some people; who is not known is left out.
func (s *Service) DossiersOf(ctx context.Context, tx *store.Tx, ids []string, on day.Day, each func(*Dossier) error) error {
	return many(tx, ids, func(among string, args []any) error {
		return s.dossiers(ctx, tx, on, func(column string) (string, []any) { return column + ` ` + among + ` AND gone = 0`, args }, each)
	})
}

// dossiers reads kind after kind and hands out person after person. It holds
// all their rows at once.
func (s *Service) dossiers(ctx context.Context, tx *store.Tx, on day.Day, where func(column string) (string, []any), each func(*Dossier) error) error {
	at := map[string]*Dossier{}
	var order []string
	read := func(k Kind, column string, put func(d *Dossier, f *fact)) error {
		tail, args := where(column)
		rows, err := facts(ctx, tx, k, tail, args...)
		if err != nil {
			return err
		}
		for i := range rows {
			f := &rows[i]
			id := f.owner()
			if column == "other" {
				id = f.relation().Other
			}
			d := at[id]
			if d == nil && k == KindPerson {
				d = &Dossier{ID: id}
				at[id] = d
				order = append(order, id)
			}
			if d != nil {
				put(d, f)
			}
		}
		return nil
	}
	steps := []struct {
		k      Kind
		column string
		put    func(d *Dossier, f *fact)
	}{
		{KindPerson, "id", func(d *Dossier, f *fact) { d.person(f, on) }},
		{KindTenure, "person", func(d *Dossier, f *fact) { d.Tenures = append(d.Tenures, Sourced[Tenure]{f.tenure(), f.src}) }},
		{KindRating, "person", func(d *Dossier, f *fact) { d.Ratings = append(d.Ratings, Sourced[Rating]{f.rating(), f.src}) }},
		{KindTraining, "person", func(d *Dossier, f *fact) { d.Trainings = append(d.Trainings, Sourced[Training]{f.training(), f.src}) }},
		{KindMark, "person", func(d *Dossier, f *fact) { d.Marks = append(d.Marks, Sourced[Mark]{f.mark(), f.src}) }},
		{KindLeave, "person", func(d *Dossier, f *fact) { d.Leaves = append(d.Leaves, Sourced[Leave]{f.leave(), f.src}) }},
		{KindRelation, "person", func(d *Dossier, f *fact) {
			d.Relations = append(d.Relations, Sourced[Relation]{f.relation(), f.src})
		}},
		{KindRelation, "other", func(d *Dossier, f *fact) {
			r := f.relation()
			r.Person, r.Other, r.Kind = r.Other, r.Person, reverse(r.Kind)
			d.Relations = append(d.Relations, Sourced[Relation]{r, f.src})
		}},
	}
	for _, x := range steps {
		if err := read(x.k, x.column, x.put); err != nil {
			return err
		}
	}
	slices.Sort(order)
	for _, id := range order {
		d := at[id]
		slices.SortStableFunc(d.Tenures, func(a, b Sourced[Tenure]) int {
			if c := begins(a.Row.From) - begins(b.Row.From); c != 0 {
				return int(c)
			}
			return strings.Compare(a.Row.ID, b.Row.ID)
		})
		if err := each(d); err != nil {
			return err
		}
	}
	return nil
}

// person keeps the version of the day, or the nearest one.
func (d *Dossier) person(f *fact, on day.Day) {
	was := d.Person.Row
	p := f.personRow()
	near := func(x *Person) int64 {
		switch {
		case holds(x.From, x.Until, on):
			return 0
		case begins(x.From) > int64(on):
			return begins(x.From) - int64(on)
		}
		return int64(on) - ends(x.Until) + 1
	}
	if was.ID == "" || near(&p) < near(&was) {
		d.Person = Sourced[Person]{p, f.src}
	}
}

// About is the person in questions to Allow.
func (s *Service) About(ctx context.Context, tx *store.Tx, id string, today day.Day) (Resource, error) {
	return s.resource(ctx, tx, id, today)
}

// PostOn is a post as of a day, and the units from the top to its own; ok is
// false when there is none.
func (s *Service) PostOn(ctx context.Context, tx *store.Tx, id string, on day.Day) (p Post, path []Unit, ok bool, err error) {
	if !idOK(id) {
		return Post{}, nil, false, nil
	}
	rows, err := facts(ctx, tx, KindPost, `id = $1 AND gone = 0`, id)
	if err != nil {
		return Post{}, nil, false, err
	}
	for i := range rows {
		if holds(rows[i].from, rows[i].until, on) {
			t, err := s.tree(ctx, tx, on)
			if err != nil {
				return Post{}, nil, false, err
			}
			p = rows[i].post()
			return p, t.path(p.Unit), true, nil
		}
	}
	return Post{}, nil, false, nil
}

// Free lists the posts that have fewer definitive holders than seats on a day,
// and how many seats are free.
func (s *Service) Free(ctx context.Context, tx *store.Tx, on day.Day) (map[string]int, []Post, error) {
	at := on.String()
	free := map[string]int{}
	rows, err := facts(ctx, tx, KindPost, `gone = 0 AND from_day <= $1 AND (until_day = '' OR until_day > $2) ORDER BY unit, id`, at, at)
	if err != nil {
		return nil, nil, err
	}
	posts := make([]Post, len(rows))
	for i := range rows {
		posts[i] = rows[i].post()
		free[posts[i].ID] = posts[i].Seats
	}
	err = tx.Each(ctx, func(r *sql.Rows) error {
		var post string
		var n int
		if err := r.Scan(&post, &n); err != nil {
			return err
		}
		if _, ok := free[post]; ok {
			free[post] -= n
		}
		return nil
	}, `SELECT post, COUNT(*) FROM merit_roster_tenure WHERE gone = 0 AND kind = $1 AND from_day <= $2 AND (until_day = '' OR until_day > $3) GROUP BY post`, Definitive, at, at)
	if err != nil {
		return nil, nil, err
	}
	posts = slices.DeleteFunc(posts, func(p Post) bool { return free[p.ID] <= 0 })
	return free, posts, nil
}

// Rated counts the predicates of a year of those who held a definitive post of
// a level through the whole year: good ones by is, and all.
func (s *Service) Rated(ctx context.Context, tx *store.Tx, level Level, year int, is func(predicate string) bool) (good, all int, err error) {
	first, last := day.Of(year, time.January, 1).String(), day.Of(year+1, time.January, 1).String()
	err = tx.Each(ctx, func(r *sql.Rows) error {
		var predicate string
		var n int
		if err := r.Scan(&predicate, &n); err != nil {
			return err
		}
		all += n
		if is(predicate) {
			good += n
		}
		return nil
	}, `SELECT r.predicate, COUNT(*) FROM merit_roster_rating r
WHERE r.gone = 0 AND r.year = $1 AND EXISTS (
  SELECT 1 FROM merit_roster_tenure t JOIN merit_roster_post p ON p.id = t.post AND p.gone = 0
  WHERE t.person = r.person AND t.gone = 0 AND t.kind = $2 AND p.level = $3 AND t.from_day <= $4 AND (t.until_day = '' OR t.until_day >= $5))
GROUP BY r.predicate`, year, Definitive, string(level), first, last)
	return good, all, err
}
