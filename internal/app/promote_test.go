package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/rules"
)

// What the roster holds arrives in the eligibility book, with its source; what
// it does not hold arrives as unknown.
func TestEligibilityFromRoster(t *testing.T) {
	know, err := loadKnowledge("")
	if err != nil {
		t.Fatal(err)
	}
	law, err := promote.LoadLaw(rules.FS, "id-jabatan", know.timeline)
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			clock := storetest.NewClock(time.Date(2023, 12, 27, 3, 0, 0, 0, time.UTC))
			dsn := storetest.SQLite
			if engine == "postgres" {
				dsn = storetest.Postgres
			}
			db := storetest.Open(t, dsn(t, ledgertest.Lines(roster.Migrations, promote.Migrations)...), storetest.WithClock(clock))
			book := ledgertest.Open(t, db)
			rs := &roster.Service{Book: book, Now: db.Now, Rand: ledgertest.Rand(9), Allow: func(actor.Actor, string, roster.Resource) error { return nil }}
			ps := &promote.Service{Book: book, Now: db.Now, Rand: ledgertest.Rand(8), Law: func() *promote.Law { return law }, Allow: func(actor.Actor, string, promote.Resource) error { return nil }, Without: []string{"case"}}
			(&reader{roster: rs}).fill(ps)
			testRoster(t, rs, ps)
			ledgertest.Clean(t, book)
		})
	}
}

func on(s string) day.Day {
	d, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func testRoster(t *testing.T, rs *roster.Service, ps *promote.Service) {
	ctx := context.Background()
	who := actor.Actor{ID: "account:bkd", Lang: "id", Via: "page", Person: "bkd", Grants: []actor.Grant{{Role: "personnel"}}}
	since := on("2010-01-01")
	person := func(id, nip, name, grade string) roster.Person {
		n, _ := roster.ParseNIP(nip)
		return roster.Person{ID: id, NIP: nip, Name: name, Grade: grade, Education: "S-1", Born: n.Born, Sex: n.Sex, Status: roster.PNS, From: n.Appointed(), Until: day.None}
	}
	b := roster.Batch{
		Units: []roster.Unit{{ID: "prov", Name: "Pemerintah Provinsi", From: day.None, Until: day.None}, {ID: "gambir", Parent: "prov", Name: "Kecamatan Gambir", From: since, Until: day.None}},
		Posts: []roster.Post{
			{ID: "camat", Unit: "gambir", Title: "Camat Gambir", Level: roster.Administrator, Echelon: "III.a", Head: true, From: since, Until: day.None},
			{ID: "lurah", Unit: "gambir", Title: "Lurah Gambir", Level: roster.Pengawas, Echelon: "IV.a", Seats: 3, From: since, Until: day.None},
			{ID: "kadis", Unit: "prov", Title: "Kepala Dinas", Level: roster.JPTPratama, Echelon: "II.a", From: since, Until: day.None},
		},
		People: []roster.Person{person("siti", "197501012000032001", "Siti Nurhaliza", "IV/c"), person("budi", "198002022005011002", "Budi Santoso", "III/d"), person("ujang", "198203032008011003", "Ujang Sudrajat", "III/d"),
			person("wati", "198104042006012004", "Wati", "III/d")},
		Tenures: []roster.Tenure{
			{Person: "siti", Post: "kadis", Kind: roster.Definitive, Decree: "SK 1/2019", From: on("2019-03-01"), Until: day.None},
			{Person: "budi", Post: "lurah", Kind: roster.Definitive, Decree: "SK 2/2020", From: on("2020-01-01"), Until: day.None},
			{Person: "budi", Post: "camat", Kind: roster.Plt, From: on("2023-11-01"), Until: day.None},
			{Person: "ujang", Post: "lurah", Kind: roster.Definitive, From: on("2022-06-01"), Until: day.None},
		},
		Ratings: []roster.Rating{{Person: "budi", Year: 2021, Predicate: "baik"}, {Person: "budi", Year: 2022, Predicate: "baik"}},
		Marks: []roster.Mark{{Person: "ujang", Level: "light", What: "Teguran", Decree: "SK 9", From: on("2020-05-01"), Until: on("2020-11-01")},
			// Decided and not in force on the day: whether an appeal runs is not known.
			{Person: "wati", Level: "medium", What: "Penundaan", Decree: "SK 10", From: on("2024-01-05"), Until: on("2024-07-05")},
			{Person: "budi", Level: "light", What: "Lama dan tanpa nomor", From: on("2015-01-01"), Until: on("2015-07-01")}},
		Relations: []roster.Relation{{Person: "siti", Other: "budi", Kind: "sibling", From: day.None, Until: day.None}},
	}
	if _, err := rs.Bulk(ctx, who, b, roster.Source{Kind: "import", Name: "pegawai.csv"}); err != nil {
		t.Fatal(err)
	}
	open, err := ps.Open(ctx, who, "", day.None)
	if err != nil || len(open) != 2 || !slices.ContainsFunc(open, func(p promote.Target) bool { return p.Post == "camat" && p.UnitName == "Kecamatan Gambir" }) {
		t.Errorf("vacant: %+v %v", open, err)
	}
	c, err := ps.Check(ctx, who, promote.CheckInput{Person: "budi", Post: "camat", On: day.None})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"experience": "EXP-OK", "rating": "RATE-OK", "double": "DOUBLE-OK", "kin": "KIN-HIGH", "discipline": "MARK-NONE", "grade": "RANK-ONE", "acting": "PJ-HOLD"}
	for _, q := range c.Req {
		if id, ok := want[q.Matter]; ok && !slices.Contains(q.Ids, id) {
			t.Errorf("%s is decided by %v, want %s", q.Matter, q.Ids, id)
		}
		if q.Matter == "rating" && (len(q.Read) == 0 || q.Read[0].Source != "pegawai.csv" || q.Read[0].At.IsZero()) {
			t.Errorf("ratings without a source: %+v", q.Read)
		}
		// No training and no leave was ever loaded: nobody knows of none.
		if (q.Matter == "training" || q.Matter == "leave") && len(q.Missing) == 0 {
			t.Errorf("%s: what was never loaded is taken for none: %v", q.Matter, q.Ids)
		}
	}
	if c.Answer != promote.Undecided || !slices.Contains(c.Hidden, "case") {
		t.Errorf("budi: %s, hidden %v", c.Answer, c.Hidden)
	}
	w, err := ps.Check(ctx, who, promote.CheckInput{Person: "wati", Post: "camat", On: day.None})
	if err != nil || slices.Contains(w.Hidden, "case") || !slices.ContainsFunc(w.Req, func(q promote.Requirement) bool { return q.Matter == "case" && len(q.Missing) > 0 }) {
		t.Errorf("a penalty that is not in force: %v, hidden %v", err, w.Hidden)
	}
	u, err := ps.Check(ctx, who, promote.CheckInput{Person: "ujang", Post: "camat", On: day.None})
	if err != nil || u.Answer != promote.NotYet || u.From.String() != "2025-06-01" {
		t.Errorf("ujang: %v %s from %s", err, u.Answer, u.From)
	}
	l, err := ps.List(ctx, who, promote.ListInput{Post: "camat", On: day.None, Answers: promote.Answers()})
	if err != nil || l.Total != 4 {
		t.Fatalf("list: %v %+v", err, l)
	}
	for _, row := range l.Rows {
		one, err := ps.Check(ctx, who, promote.CheckInput{Person: row.Person, Post: "camat", On: day.None})
		if err != nil || one.Answer != row.Answer {
			t.Errorf("%s: the list says %s, the person's page %s (%v)", row.Person, row.Answer, one.Answer, err)
		}
	}
	_, err = ps.Check(ctx, who, promote.CheckInput{Person: "nobody", Post: "camat", On: day.None})
	if f := fault.Of(err); f == nil || f.Key != "promote.person.unknown" {
		t.Errorf("nobody: %v", err)
	}
	_, err = ps.List(ctx, who, promote.ListInput{Post: "nowhere", On: day.None})
	if f := fault.Of(err); f == nil || f.Key != "promote.post.unknown" {
		t.Errorf("nowhere: %v", err)
	}
	var good, all int
	err = ps.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		good, all, err = ps.Baseline(ctx, tx, "pengawas", 2021)
		return err
	})
	if err != nil || good != 1 || all != 1 {
		t.Errorf("baseline: %d of %d, %v", good, all, err)
	}
}
