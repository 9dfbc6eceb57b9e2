package roster_test

import (
	"context"
	"fmt"
	"testing"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// Everybody comes once and in order, whatever the size of a block, and with
// what stands in the rows of others.
func TestDossiersOfMoreThanABlock(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		const n = 1_203
		var b roster.Batch
		for i := range n {
			id := fmt.Sprintf("p%04d", i)
			b.People = append(b.People, roster.Person{ID: id, NIP: fmt.Sprintf("198001012005%02d1%03d", 1+i/900, 1+i%900), Name: "Uji " + id, Born: day.Of(1980, 1, 1), Sex: roster.Male, Status: roster.PNS, From: day.None, Until: on("2020-01-01")})
			b.People = append(b.People, roster.Person{ID: id, NIP: b.People[len(b.People)-1].NIP, Name: "Uji " + id, Grade: "III/a", Born: day.Of(1980, 1, 1), Sex: roster.Male, Status: roster.PNS, From: on("2020-01-01"), Until: day.None})
		}
		b.Relations = []roster.Relation{{Person: "p0001", Other: "p1200", Kind: "sibling", From: day.None, Until: day.None}}
		load(t, s, b)
		err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			at := 0
			err := s.Dossiers(ctx, tx, on("2023-10-19"), func(d *roster.Dossier) error {
				if want := fmt.Sprintf("p%04d", at); d.ID != want || d.Person.Row.Grade != "III/a" {
					t.Errorf("person %d is %s, %+v", at, d.ID, d.Person.Row)
				}
				if at == 1200 && (len(d.Relations) != 1 || d.Relations[0].Row.Other != "p0001") {
					t.Errorf("a relation declared in another block: %+v", d.Relations)
				}
				at++
				return nil
			})
			if at != n {
				t.Errorf("%d people of %d", at, n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestDossiers(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		ctx := context.Background()
		load(t, s, small())
		err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			x, err := s.Shelves(ctx, tx, on("2023-10-19"))
			if err != nil {
				return err
			}
			if !x.Loaded[roster.KindMark] || x.Posts["camat"].Echelon != "III.a" || x.Changes[1].Source.Name != "pegawai.csv" {
				t.Errorf("shelves: %v %+v %+v", x.Loaded, x.Posts["camat"], x.Changes)
			}
			if u, ok := x.Unit("gambir"); !ok || u.Name != "Kecamatan Gambir" || len(x.Path("gambir")) != 2 || len(x.Under("prov")) != 3 {
				t.Errorf("units: %v %v %v", u, x.Path("gambir"), x.Under("prov"))
			}
			var ids []string
			if err := s.Dossiers(ctx, tx, on("2023-10-19"), func(d *roster.Dossier) error { ids = append(ids, d.ID); return nil }); err != nil {
				return err
			}
			if len(ids) != 4 || ids[0] != "budi" || ids[3] != "ujang" {
				t.Errorf("everybody: %v", ids)
			}
			d, err := s.Dossier(ctx, tx, "budi", on("2023-10-19"))
			if err != nil {
				return err
			}
			if len(d.Tenures) != 2 || d.Tenures[1].Row.Post != "camat" || d.Tenures[1].Src != 1 || len(d.Trainings) != 1 || d.Person.Row.Grade != "IV/a" {
				t.Errorf("budi: %+v", d)
			}
			if len(d.Relations) != 1 || d.Relations[0].Row.Other != "siti" || d.Relations[0].Row.Kind != "sibling" {
				t.Errorf("a relation that the other declared: %+v", d.Relations)
			}
			_, err = s.Dossier(ctx, tx, "nobody", on("2023-10-19"))
			wantFault(t, err, fault.NotFound, "roster.person.unknown")
			p, path, ok, err := s.PostOn(ctx, tx, "camat", on("2023-10-19"))
			if err != nil || !ok || p.Level != roster.Administrator || len(path) != 2 {
				t.Errorf("post: %+v %v %v %v", p, path, ok, err)
			}
			if _, _, ok, _ := s.PostOn(ctx, tx, "camat", on("2010-01-01")); ok {
				t.Error("a post before it was")
			}
			free, posts, err := s.Free(ctx, tx, on("2023-10-19"))
			if err != nil || free["staf"] != 2 || len(posts) != 2 { // kabid, and two seats of staf
				t.Errorf("free: %v %v %v", free, posts, err)
			}
			good, all, err := s.Rated(ctx, tx, roster.JPTPratama, 2022, func(p string) bool { return p == "sangat_baik" })
			if err != nil || good != 1 || all != 1 {
				t.Errorf("rated: %d of %d, %v", good, all, err)
			}
			if _, all, _ := s.Rated(ctx, tx, roster.JPTPratama, 2023, func(string) bool { return true }); all != 0 {
				t.Errorf("rated in a year without ratings: %d", all)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
