package app

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/rules"
)

// reader answers the questions of merit/promote from the roster.
type reader struct {
	roster *roster.Service
	law    func() *promote.Law

	mu      sync.Mutex
	seq     int64
	shelves *roster.Shelves // of one day, while nothing changes
}

// shelf reads posts, units and sources of a day, or takes what was read before.
func (x *reader) shelf(ctx context.Context, tx *store.Tx, on day.Day) (*roster.Shelves, error) {
	seq, err := x.roster.Seq(ctx, tx)
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	sh := x.shelves
	fits := sh != nil && sh.On == on && x.seq == seq
	x.mu.Unlock()
	if fits {
		return sh, nil
	}
	if sh, err = x.roster.Shelves(ctx, tx, on); err != nil {
		return nil, err
	}
	x.mu.Lock()
	x.seq, x.shelves = seq, sh
	x.mu.Unlock()
	return sh, nil
}

// postsID is the eligibility book that Netral carries inside.
const postsID = "id-jabatan"

// appointable reads the eligibility book with the days of a calendar.
func (h *house) appointable(e *calendar.Edition) error {
	l, err := promote.LoadLaw(rules.FS, postsID, e.Timeline())
	if err == nil {
		h.posts.Store(l)
	}
	return err
}

// merit makes the service that says who may be appointed. Discipline cases are
// kept by no slice yet, so most are asked nothing about them; of whom the roster
// knows a penalty that is not decided or not in force, it is asked.
func (h *house) merit() *promote.Service {
	s := &promote.Service{Book: h.book, Now: h.day.now, Rand: rand.Reader, Law: h.posts.Load, Without: []string{"case"}, Allow: h.guard.Check}
	(&reader{roster: h.roster}).fill(s)
	return s
}

// fill sets the function types of a service.
func (x *reader) fill(s *promote.Service) {
	x.law = s.Law
	s.Records, s.Many, s.Everybody, s.PostOf, s.Vacancies, s.Whose, s.Version = x.record, x.many, x.everybody, x.post, x.vacancies, x.whose, x.roster.Seq
	s.Appointments, s.Baseline = x.appointments, x.baseline(s.Law)
}

func (x *reader) record(ctx context.Context, tx *store.Tx, id string, on day.Day) (promote.Record, error) {
	d, err := x.roster.Dossier(ctx, tx, id, on)
	if f := fault.Of(err); f != nil && f.Kind == fault.NotFound {
		return promote.Record{}, promote.NoPerson(id)
	}
	if err != nil {
		return promote.Record{}, err
	}
	sh, err := x.shelf(ctx, tx, on)
	if err != nil {
		return promote.Record{}, err
	}
	r := recordOf(d, sh)
	for i := range r.Kin.Value {
		k := &r.Kin.Value[i]
		other, err := x.roster.Dossier(ctx, tx, k.Person, on)
		if err != nil {
			if f := fault.Of(err); f != nil && f.Kind == fault.NotFound {
				continue
			}
			return promote.Record{}, err
		}
		k.Name = other.Person.Row.FullName()
		k.Level, k.Rung = highest(other, sh)
	}
	return r, nil
}

// many reads people and posts at once: of a whole ceremony one by one would take
// minutes.
func (x *reader) many(ctx context.Context, tx *store.Tx, people, posts []string, on day.Day) (map[string]promote.Record, map[string]promote.Target, error) {
	sh, err := x.shelf(ctx, tx, on)
	if err != nil {
		return nil, nil, err
	}
	all := map[string]*roster.Dossier{}
	keep := func(d *roster.Dossier) error {
		all[d.ID] = d
		return nil
	}
	if err := x.roster.DossiersOf(ctx, tx, distinct(people), on, keep); err != nil {
		return nil, nil, err
	}
	records, kin := make(map[string]promote.Record, len(all)), []string{}
	for id, d := range all {
		r := recordOf(d, sh)
		for _, k := range r.Kin.Value {
			if all[k.Person] == nil {
				kin = append(kin, k.Person)
			}
		}
		records[id] = r
	}
	if err := x.roster.DossiersOf(ctx, tx, distinct(kin), on, keep); err != nil {
		return nil, nil, err
	}
	for _, r := range records {
		for i := range r.Kin.Value {
			if other := all[r.Kin.Value[i].Person]; other != nil {
				r.Kin.Value[i].Name = other.Person.Row.FullName()
				r.Kin.Value[i].Level, r.Kin.Value[i].Rung = highest(other, sh)
			}
		}
	}
	chairs, err := x.roster.Chairs(ctx, tx, distinct(posts), on)
	if err != nil {
		return nil, nil, err
	}
	targets := make(map[string]promote.Target, len(chairs))
	for id, c := range chairs {
		t := targetOf(c.Post)
		if u, ok := sh.Unit(c.Post.Unit); ok {
			t.UnitName = u.Name
		}
		targets[id] = t
	}
	return records, targets, nil
}

func distinct(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

// highest is the level of the post that somebody holds on the day.
func highest(d *roster.Dossier, sh *roster.Shelves) (level, rung string) {
	best := len(roster.Levels())
	for _, t := range d.Tenures {
		p, ok := sh.Posts[t.Row.Post]
		if !ok || t.Row.Kind != roster.Definitive || !within(t.Row.From, t.Row.Until, sh.On) {
			continue
		}
		if i := slices.Index(roster.Levels(), p.Level); i < best {
			best, level, rung = i, string(p.Level), p.Rung
		}
	}
	return level, rung
}

func within(from, until, on day.Day) bool {
	return (from == day.None || from <= on) && (until == day.None || on < until)
}

// everybody reads those who serve, in the units below one.
func (x *reader) everybody(ctx context.Context, tx *store.Tx, unit string, on day.Day, each func(*promote.Record) error) error {
	sh, err := x.shelf(ctx, tx, on)
	if err != nil {
		return err
	}
	var under map[string]bool
	if unit != "" {
		under = map[string]bool{}
		for _, u := range sh.Under(unit) {
			under[u] = true
		}
	}
	// Only posts high enough to matter for a relative are kept: some thousands,
	// whatever the size of the government.
	levels := map[string][2]string{}
	err = roster.Incumbents(ctx, tx, on, func(person, post string) error {
		p, ok := sh.Posts[post]
		if !ok || !x.law().High(string(p.Level), p.Rung) {
			return nil
		}
		if had, ok := levels[person]; !ok || slices.Index(roster.Levels(), p.Level) < slices.Index(roster.Levels(), roster.Level(had[0])) {
			levels[person] = [2]string{string(p.Level), p.Rung}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return x.roster.Dossiers(ctx, tx, on, func(d *roster.Dossier) error {
		if !d.Person.Row.Status.Serving() || !within(d.Person.Row.From, d.Person.Row.Until, on) {
			return nil
		}
		r := recordOf(d, sh)
		if under != nil && !under[r.Unit] {
			return nil
		}
		for i := range r.Kin.Value {
			k := &r.Kin.Value[i]
			k.Level, k.Rung = levels[k.Person][0], levels[k.Person][1]
		}
		return each(&r)
	})
}

// recordOf turns a dossier into a record. Where a kind of fact was never loaded,
// that somebody has none is not known.
func recordOf(d *roster.Dossier, sh *roster.Shelves) promote.Record {
	src := func(seq int64) (string, time.Time) {
		c := sh.Changes[seq]
		return c.Source.Name, c.At
	}
	p := d.Person.Row
	name, at := src(d.Person.Src)
	word := func(v string) promote.Datum[string] {
		if v == "" {
			return promote.Datum[string]{}
		}
		return promote.Some(v, name, at)
	}
	r := promote.Record{Person: d.ID, Name: p.FullName(), Education: word(p.Education), Grade: word(p.Grade), Status: word(string(p.Status))}
	if !p.Status.Serving() || !within(p.From, p.Until, sh.On) {
		r.Status = promote.Some("gone", name, at)
	}
	if p.Status == roster.PPPK && p.Grade != "" {
		r.Grade = promote.Some("class", name, at)
	}
	if p.Born != day.None {
		r.Born = promote.Some(p.Born, name, at)
	}
	r.Tenures = list(d.Tenures, sh.Loaded[roster.KindTenure] && len(d.Tenures) > 0, src, func(t roster.Tenure, name string, at time.Time) promote.Tenure {
		post := sh.Posts[t.Post]
		u, _ := sh.Unit(post.Unit)
		out := promote.Tenure{ID: t.ID, Post: t.Post, Title: post.Title, Unit: post.Unit, UnitName: u.Name, Level: string(post.Level), Echelon: post.Echelon, Rung: post.Rung,
			Definitive: t.Kind == roster.Definitive, From: t.From, Until: t.Until, Decree: t.Decree, Source: name, At: at}
		if t.Decree != "" {
			out.Source = t.Decree
		}
		if out.Definitive && within(t.From, t.Until, sh.On) {
			r.Unit, r.UnitName = post.Unit, u.Name
		}
		return out
	})
	for _, x := range d.Ratings {
		name, at := src(x.Src)
		r.Ratings = append(r.Ratings, promote.Rating{Year: x.Row.Year, Predicate: x.Row.Predicate, Source: name, At: at})
	}
	r.Trainings = list(d.Trainings, sh.Loaded[roster.KindTraining], src, func(t roster.Training, name string, at time.Time) promote.Training {
		return promote.Training{Kind: t.Kind, Until: t.Until, Source: name, At: at}
	})
	r.Marks = list(d.Marks, sh.Loaded[roster.KindMark], src, func(m roster.Mark, name string, at time.Time) promote.Span {
		return promote.Span{Kind: m.Level, From: m.From, Until: m.Until, Source: name, At: at}
	})
	r.CaseOpen, r.Case.Source, r.Case.At = undecided(d, sh.On, src)
	r.Leaves = list(d.Leaves, sh.Loaded[roster.KindLeave], src, func(l roster.Leave, name string, at time.Time) promote.Span {
		return promote.Span{Kind: l.Kind, From: l.From, Until: l.Until, Source: name, At: at}
	})
	r.Kin = list(d.Relations, sh.Loaded[roster.KindRelation], src, func(k roster.Relation, _ string, _ time.Time) promote.Kin {
		return promote.Kin{Person: k.Other, Kind: k.Kind, From: k.From, Until: k.Until}
	})
	return r
}

// undecided says whether the roster knows a penalty whose case is not over: one
// without a decree, or with a decree that is not in force yet, against which an
// appeal may run (PP 94/2021). How the case stands, only a slice of cases could
// say.
func undecided(d *roster.Dossier, on day.Day, src func(int64) (string, time.Time)) (open bool, name string, at time.Time) {
	for _, m := range d.Marks {
		over := m.Row.Until != day.None && m.Row.Until <= on
		if !over && (m.Row.Decree == "" || m.Row.From != day.None && m.Row.From > on) {
			name, at = src(m.Src)
			return true, name, at
		}
	}
	return false, "", time.Time{}
}

// list turns rows into a datum: known when anything was loaded.
func list[A, B any](rows []roster.Sourced[A], known bool, src func(int64) (string, time.Time), turn func(A, string, time.Time) B) promote.Datum[[]B] {
	d := promote.Datum[[]B]{Known: known}
	for _, x := range rows {
		name, at := src(x.Src)
		d.Value = append(d.Value, turn(x.Row, name, at))
		if d.Source == "" {
			d.Source, d.At = name, at
		}
	}
	return d
}

func (x *reader) post(ctx context.Context, tx *store.Tx, id string, on day.Day) (promote.Target, []string, error) {
	p, path, ok, err := x.roster.PostOn(ctx, tx, id, on)
	if err != nil {
		return promote.Target{}, nil, err
	}
	if !ok {
		return promote.Target{}, nil, promote.NoPost(id)
	}
	t := targetOf(p)
	var ids []string
	for _, u := range path {
		ids, t.UnitName = append(ids, u.ID), u.Name
	}
	return t, ids, nil
}

func targetOf(p roster.Post) promote.Target {
	return promote.Target{Post: p.ID, Title: p.Title, Unit: p.Unit, Level: string(p.Level), Echelon: p.Echelon}
}

func (x *reader) vacancies(ctx context.Context, tx *store.Tx, unit string, on day.Day) ([]promote.Target, error) {
	_, posts, err := x.roster.Free(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	sh, err := x.shelf(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	var under []string
	if unit != "" {
		under = sh.Under(unit)
	}
	var out []promote.Target
	for _, p := range posts {
		covered := p.Level == roster.JPTPratama || p.Level == roster.Administrator || p.Level == roster.Pengawas
		if !covered || unit != "" && !slices.Contains(under, p.Unit) {
			continue
		}
		t := targetOf(p)
		if u, ok := sh.Unit(p.Unit); ok {
			t.UnitName = u.Name
		}
		out = append(out, t)
	}
	return out, nil
}

func (x *reader) whose(ctx context.Context, tx *store.Tx, id string, on day.Day) (promote.Resource, error) {
	r, err := x.roster.About(ctx, tx, id, on)
	if f := fault.Of(err); f != nil && f.Kind == fault.NotFound {
		return promote.Resource{}, promote.NoPerson(id)
	}
	return promote.Resource(r), err
}

func (x *reader) baseline(law func() *promote.Law) promote.Baseline {
	return func(ctx context.Context, tx *store.Tx, level string, year int) (good, all int, err error) {
		return x.roster.Rated(ctx, tx, roster.Level(level), year, law().Good)
	}
}
