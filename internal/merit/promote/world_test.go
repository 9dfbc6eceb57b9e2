package promote_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/promote"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// world stands in for the roster: what the function types read.
type world struct {
	people  map[string]promote.Record
	posts   map[string]promote.Target
	made    []promote.Appointment
	version int64
}

func newWorld() *world {
	w := &world{people: map[string]promote.Record{}, posts: map[string]promote.Target{}}
	rini := lurah()
	rini.Papers = nil
	w.people["rini"] = rini
	ujang := lurah()
	ujang.Person, ujang.Name, ujang.Papers = "ujang", "Ujang Sudrajat", nil
	ujang.Education = some("D-III")
	w.people["ujang"] = ujang
	dewi := lurah()
	dewi.Person, dewi.Name, dewi.Papers, dewi.Ratings = "dewi", "Dewi Kartika", nil, nil
	w.people["dewi"] = dewi
	gasing := lurah()
	gasing.Person, gasing.Name, gasing.Papers = "gasing", "Bambang Putar", nil
	gasing.Case = some("examined")
	gasing.Tenures = some([]promote.Tenure{
		{ID: "g0", Post: "s", Title: "Kepala Seksi A", Unit: "dinkes", Level: "pengawas", Definitive: true, From: on("2017-01-01"), Until: on("2021-01-01")},
		{ID: "g1", Post: "s1", Title: "Kepala Seksi B", Unit: "dinkes", Level: "pengawas", Definitive: true, From: on("2021-01-01"), Until: on("2022-01-01")},
		{ID: "g2", Post: "s2", Title: "Kepala Seksi C", Unit: "dinkes", Level: "pengawas", Definitive: true, From: on("2022-01-01"), Until: on("2023-01-01")},
		{ID: "g3", Post: "s3", Title: "Kepala Seksi D", Unit: "dinkes", Level: "pengawas", Definitive: true, From: on("2023-01-01"), Until: day.None},
	})
	w.people["gasing"] = gasing
	kadis := lurah()
	kadis.Person, kadis.Name, kadis.Papers = "kadis", "Siti Nurhaliza", nil
	kadis.Tenures.Value[1].Level = "jpt_pratama"
	w.people["kadis"] = kadis
	c := camat()
	c.Papers = nil
	w.posts["camat"] = c
	for i := range 12 {
		a := promote.Appointment{ID: string(rune('a' + i)), Person: "x", Name: "Pegawai " + string(rune('A'+i)), Post: "p", Title: "Kepala Seksi", Level: "pengawas", On: on("2021-03-01"), Until: day.None,
			By: map[string][]string{promote.Proposed: {"kadis"}}, Ratings: []promote.Rating{{Year: 2022, Predicate: "kurang"}}}
		w.made = append(w.made, a)
	}
	return w
}

func (w *world) missing(id string) error {
	return promote.NoPerson(id)
}

func (w *world) service(db *store.DB, book *ledger.Book, l *promote.Law, allow promote.Allow) *promote.Service {
	return &promote.Service{
		Book: book, Now: db.Now, Rand: ledgertest.Rand(7), Law: func() *promote.Law { return l }, Allow: allow,
		Records: func(_ context.Context, _ *store.Tx, id string, _ day.Day) (promote.Record, error) {
			r, ok := w.people[id]
			if !ok {
				return r, w.missing(id)
			}
			return r, nil
		},
		Many: func(_ context.Context, _ *store.Tx, people, posts []string, _ day.Day) (map[string]promote.Record, map[string]promote.Target, error) {
			records, targets := map[string]promote.Record{}, map[string]promote.Target{}
			for _, id := range people {
				if r, ok := w.people[id]; ok {
					records[id] = r
				}
			}
			for _, id := range posts {
				if t, ok := w.posts[id]; ok {
					targets[id] = t
				}
			}
			return records, targets, nil
		},
		Everybody: func(_ context.Context, _ *store.Tx, _ string, _ day.Day, each func(*promote.Record) error) error {
			for _, id := range []string{"dewi", "gasing", "kadis", "rini", "ujang"} {
				r := w.people[id]
				if err := each(&r); err != nil {
					return err
				}
			}
			return nil
		},
		PostOf: func(_ context.Context, _ *store.Tx, id string, _ day.Day) (promote.Target, []string, error) {
			p, ok := w.posts[id]
			if !ok {
				return p, nil, promote.NoPost(id)
			}
			return p, []string{"prov", p.Unit}, nil
		},
		Vacancies: func(context.Context, *store.Tx, string, day.Day) ([]promote.Target, error) {
			return []promote.Target{w.posts["camat"]}, nil
		},
		Appointments: func(_ context.Context, _ *store.Tx, promoter string) ([]promote.Appointment, error) {
			var out []promote.Appointment
			for _, a := range w.made {
				if promoter == "" || slices.Contains(a.By[promote.Proposed], promoter) {
					out = append(out, a)
				}
			}
			return out, nil
		},
		Baseline: func(context.Context, *store.Tx, string, int) (int, int, error) { return 800, 1000, nil },
		Whose: func(_ context.Context, _ *store.Tx, id string, _ day.Day) (promote.Resource, error) {
			if _, ok := w.people[id]; !ok {
				return promote.Resource{}, w.missing(id)
			}
			return promote.Resource{Attrs: map[string]any{"unit": "kec", "unitPath": []string{"prov", "kec"}}}, nil
		},
		Version: func(context.Context, *store.Tx) (int64, error) { return w.version, nil },
	}
}

// own lets everybody see and answer for themselves, and the personnel office
// everything but cases.
func own(who actor.Actor, action string, r promote.Resource) error {
	if r.Type == "person" && who.Person != "" && r.ID == who.Person && (action == promote.ActCheck || action == promote.ActReply || action == promote.ActPromoter) {
		return nil
	}
	if who.Has("personnel") && action != promote.ActCase || who.Has("inspector") {
		return nil
	}
	return fault.New(fault.Denied, "promote.denied")
}

func officer() actor.Actor {
	return actor.Actor{ID: "account:bkd", Lang: "id", Via: "page", Person: "officer", Grants: []actor.Grant{{Role: "personnel"}}}
}

func inspector() actor.Actor {
	return actor.Actor{ID: "account:insp", Lang: "id", Via: "page", Grants: []actor.Grant{{Role: "inspector"}}}
}

func rini() actor.Actor {
	return actor.Actor{ID: "account:rini", Lang: "id", Via: "page", Person: "rini", Grants: []actor.Grant{{Role: "employee"}}}
}

// each runs fn on both engines on the day of the ceremony, and verifies the
// ledger.
func each(t *testing.T, fn func(t *testing.T, s *promote.Service, w *world)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			clock := storetest.NewClock(time.Date(2023, 12, 27, 3, 0, 0, 0, time.UTC))
			dsn := storetest.SQLite
			if engine == "postgres" {
				dsn = storetest.Postgres
			}
			db := storetest.Open(t, dsn(t, ledgertest.Lines(promote.Migrations)...), storetest.WithClock(clock))
			book := ledgertest.Open(t, db)
			defer func() {
				if !t.Failed() {
					ledgertest.Clean(t, book)
				}
			}()
			w := newWorld()
			fn(t, w.service(db, book, law(t), own), w)
		})
	}
}

func kinds(t *testing.T, s *promote.Service) []string {
	t.Helper()
	all, err := s.Book.Latest(context.Background(), -1, 1000, ledger.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(all))
	for i, e := range all {
		out[len(all)-1-i] = e.Kind
	}
	return out
}

func wantFault(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != kind || f.Key != key {
		t.Errorf("got %v, want %s %s", err, kind, key)
	}
}

func hasField(err error, name, key string) bool {
	f := fault.Of(err)
	return f != nil && slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == name && x.Key == key })
}
