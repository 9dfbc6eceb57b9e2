package roster_test

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

func on(s string) day.Day {
	d, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func yes(actor.Actor, string, roster.Resource) error { return nil }

// sealer stands in for the vault: a hash, so that nothing can be read back.
type sealer struct{}

func (sealer) Seal(_ context.Context, _ *store.Tx, person, nik string) ([]byte, error) {
	sum := sha256.Sum256([]byte("seal " + person + nik))
	return sum[:], nil
}

func (sealer) Index(nik string) []byte {
	sum := sha256.Sum256([]byte("index " + nik))
	return sum[:]
}

func service(db *store.DB, book *ledger.Book) *roster.Service {
	return &roster.Service{Book: book, Now: func() time.Time { return db.Now() }, Rand: ledgertest.Rand(9), Allow: yes, Sealer: sealer{}}
}

// each runs fn on both engines with a roster, and verifies the ledger.
func each(t *testing.T, fn func(t *testing.T, s *roster.Service, clock *storetest.Clock)) {
	t.Helper()
	var clock *storetest.Clock
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			clock = storetest.NewClock(time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC))
			dsn := storetest.SQLite
			if engine == "postgres" {
				dsn = storetest.Postgres
			}
			db := storetest.Open(t, dsn(t, ledgertest.Lines(roster.Migrations)...), storetest.WithClock(clock))
			book := ledgertest.Open(t, db)
			defer func() {
				if !t.Failed() {
					ledgertest.Clean(t, book)
				}
			}()
			fn(t, service(db, book), clock)
		})
	}
}

func officer() actor.Actor {
	return actor.Actor{ID: "account:bkd", Lang: "id", Via: "page", Person: "officer", Grants: []actor.Grant{{Role: "personnel"}}}
}

// small is a province of three units and a few people.
func small() roster.Batch {
	since := on("2015-01-01")
	person := func(id, nip, name, grade string) roster.Person {
		n, _ := roster.ParseNIP(nip)
		return roster.Person{ID: id, NIP: nip, Name: name, Grade: grade, Education: "S-1", Born: n.Born, Sex: n.Sex, Status: roster.PNS, From: n.Appointed(), Until: day.None}
	}
	return roster.Batch{
		Units: []roster.Unit{
			{ID: "prov", Name: "Pemerintah Provinsi", Area: "31", From: day.None, Until: day.None},
			{ID: "dinkes", Parent: "prov", Name: "Dinas Kesehatan", Abbreviation: "Dinkes", Kind: "dinas", Area: "31", From: since, Until: day.None},
			{ID: "gambir", Parent: "prov", Name: "Kecamatan Gambir", Abbreviation: "Kec. Gambir", Kind: "kecamatan", Area: "31.71.01", From: since, Until: day.None},
		},
		Posts: []roster.Post{
			{ID: "kadis", Unit: "dinkes", Title: "Kepala Dinas Kesehatan", Level: roster.JPTPratama, Echelon: "II.a", Class: 15, Head: true, Duties: "Memimpin dinas.", From: since, Until: day.None},
			{ID: "kabid", Unit: "dinkes", Title: "Kepala Bidang Pelayanan", Level: roster.Administrator, Echelon: "III.b", Class: 12, From: since, Until: day.None},
			{ID: "camat", Unit: "gambir", Title: "Camat Gambir", Level: roster.Administrator, Echelon: "III.a", Class: 12, Head: true, From: since, Until: day.None},
			{ID: "staf", Unit: "gambir", Title: "Pengadministrasi Umum", Level: roster.Pelaksana, Class: 5, Seats: 3, From: since, Until: day.None},
		},
		People: []roster.Person{
			person("siti", "197501012000032001", "Siti Nurhaliza", "IV/c"),
			person("budi", "198002022005011002", "Budi Santoso", "IV/a"),
			person("ujang", "198203032008011003", "Ujang Sudrajat", "III/d"),
			person("rini", "199004042014022004", "Rini Widyastuti", "III/b"),
		},
		Tenures: []roster.Tenure{
			{Person: "siti", Post: "kadis", Kind: roster.Definitive, Decree: "SK 1/2019", DecreeDate: on("2019-02-20"), From: on("2019-03-01"), Until: day.None},
			{Person: "budi", Post: "kabid", Kind: roster.Definitive, Decree: "SK 2/2018", From: on("2018-01-01"), Until: on("2022-01-01")},
			{Person: "budi", Post: "camat", Kind: roster.Definitive, Decree: "SK 3/2022", From: on("2022-01-01"), Until: day.None},
			{Person: "rini", Post: "staf", Kind: roster.Definitive, From: on("2016-01-01"), Until: day.None},
		},
		Ratings:   []roster.Rating{{Person: "siti", Year: 2021, Predicate: "baik"}, {Person: "siti", Year: 2022, Predicate: "sangat_baik"}},
		Trainings: []roster.Training{{Person: "budi", Kind: "pka", Certificate: "PKA/17", From: on("2021-03-01"), Until: on("2021-06-30")}},
		Marks:     []roster.Mark{{Person: "ujang", Level: "light", What: "Teguran tertulis", Decree: "SK 9/2020", From: on("2020-05-01"), Until: on("2020-11-01")}},
		Leaves:    []roster.Leave{{Person: "rini", Kind: "annual", From: on("2023-10-16"), Until: on("2023-10-21")}},
		Relations: []roster.Relation{{Person: "siti", Other: "budi", Kind: "sibling", From: day.None, Until: day.None}},
	}
}

func load(t testing.TB, s *roster.Service, b roster.Batch) roster.Counts {
	t.Helper()
	c, err := s.Bulk(context.Background(), officer(), b, roster.Source{Kind: "import", Name: "pegawai.csv"})
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return c
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
	if f == nil {
		return false
	}
	for _, x := range f.Fields {
		if x.Name == name && x.Key == key {
			return true
		}
	}
	return false
}
