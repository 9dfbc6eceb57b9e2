package roster_test

import (
	"context"
	"slices"
	"testing"

	"netral/internal/merit/roster"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

func TestWhatOthersAsk(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, _ *storetest.Clock) {
		b := small()
		b.Tenures = append(b.Tenures, roster.Tenure{Person: "siti", Post: "camat", Kind: roster.Plh, Decree: "SK 7/2023", From: on("2023-10-19"), Until: on("2023-10-26")})
		b.Leaves = append(b.Leaves, roster.Leave{Person: "budi", Kind: "sick", Decree: "Surat dokter", From: on("2023-10-19"), Until: on("2023-10-26")})
		load(t, s, b)
		err := s.Book.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			all := []roster.Level{roster.JPTPratama, roster.Administrator}
			list, err := roster.Officials(ctx, tx, all, on("2023-10-20"))
			if err != nil {
				return err
			}
			if len(list) != 2 || list[0].Person != "budi" || list[0].Title != "Camat Gambir" || list[1].UnitName != "Dinas Kesehatan" || !list[1].Head || list[1].Sex != roster.Female {
				t.Errorf("%+v", list)
			}
			if !slices.Equal(list[1].Offices, []string{"kadis", "camat"}) || !slices.Equal(list[0].Offices, []string{"camat"}) {
				t.Errorf("offices %v and %v", list[1].Offices, list[0].Offices)
			}
			if list, err = roster.Officials(ctx, tx, all[1:], on("2021-06-01")); err != nil || len(list) != 1 || list[0].Post != "kabid" {
				t.Errorf("then %+v, %v", list, err)
			}
			away, err := roster.Away(ctx, tx, []string{"siti", "budi", "rini"}, on("2023-10-20"))
			if err != nil || len(away["siti"]) != 2 || away["siti"][0].Why != roster.AwayActing || away["siti"][1].Why != roster.AwayHeadless ||
				away["budi"][0] != (roster.Gone{Why: roster.AwayIll, Paper: "Surat dokter"}) || away["rini"][0].Why != roster.AwayLeave {
				t.Errorf("away %+v, %v", away, err)
			}
			if away, err = roster.Away(ctx, tx, []string{"rini"}, on("2023-11-20")); err != nil || len(away) != 0 {
				t.Errorf("later %+v, %v", away, err)
			}
			if d, err := roster.DutiesOf(ctx, tx, "kadis", on("2023-10-20")); err != nil || d != "Memimpin dinas." {
				t.Errorf("%q, %v", d, err)
			}
			for _, pair := range [][3]string{{"siti", "budi", "sibling"}, {"budi", "siti", "sibling"}, {"siti", "rini", ""}} {
				if kin, err := roster.KinOf(ctx, tx, pair[0], pair[1]); err != nil || kin != pair[2] {
					t.Errorf("%v: %q, %v", pair, kin, err)
				}
			}
			names, err := roster.NamesOf(ctx, tx, []string{"siti", "nobody"})
			if err != nil || len(names) != 1 || names["siti"] != "Siti Nurhaliza" {
				t.Errorf("%v, %v", names, err)
			}
			for given, want := range map[string]string{"197501012000032001": "siti", "19750101 200003 2 001": "siti", "budi": "budi", "x": ""} {
				if id, err := roster.Known(ctx, tx, given); err != nil || id != want {
					t.Errorf("%s is %q, %v", given, id, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
