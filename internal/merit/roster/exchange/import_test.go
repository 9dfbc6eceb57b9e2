package exchange_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
)

// The scene that must work: 500 people, three bad rows, and exactly those three
// are named.
func TestFiveHundredPeopleWithThreeBadRows(t *testing.T) {
	body := people(500, func(i int, c []string) {
		switch i {
		case 41:
			c[0] = c[0][:17]
		case 200:
			c[6] = "31-02-1980"
		case 499:
			c[0], c[1] = nip(7), "999999"
		}
	})
	each(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		var refused bytes.Buffer
		in := exchange.Input{Kind: "people", AsOf: day.None}
		rep, err := s.DryRun(ctx, officer(), file("pegawai.csv", body), in, &refused, nil)
		if err != nil {
			t.Fatal(err)
		}
		const three = "\n43 nip roster.nip.length\n202 born exchange.cell.day\n501 nip exchange.row.twice"
		if told(rep) != three || counts(rep) != "500 rows: 497 new, 0 changed, 0 same, 3 refused" {
			t.Fatalf("%s%s", counts(rep), told(rep))
		}
		if got := rep.First[1]; got.Heading != "Tgl. Lahir" || got.Letter != "G" || got.Given != "31-02-1980" {
			t.Errorf("told %+v", got)
		}
		if got := rep.First[2]; len(got.Args) != 1 || got.Args[0] != int64(9) {
			t.Errorf("the other row is %v, want 9", got.Args)
		}
		for _, want := range []string{"Baris,Sebab ditolak,NIP,", "\n43,", "berisi 17 tanda; harus 18 angka", "31-02-1980", "\n501,"} {
			if !strings.Contains(refused.String(), want) {
				t.Errorf("%q is not in:\n%s", want, refused.String())
			}
		}
		if n := strings.Count(refused.String(), "\r\n"); n != 4 {
			t.Errorf("the table of refused rows has %d lines", n)
		}

		// All or nothing: nothing.
		rep, err = s.Import(ctx, officer(), file("pegawai.csv", body), in, exchange.Run{})
		wantFault(t, err, fault.Invalid, "exchange.refused")
		if told(rep) != three || rep.Written {
			t.Errorf("%s%s", counts(rep), told(rep))
		}
		if l, err := s.Roster.People(ctx, officer(), roster.ListInput{On: day.None}); err != nil || l.Total != 0 {
			t.Fatalf("%d people are in, %v", l.Total, err)
		}

		// Only the good ones: 497.
		in.Good = true
		rep, err = s.Import(ctx, officer(), file("pegawai.csv", body), in, exchange.Run{})
		if err != nil || told(rep) != three || counts(rep) != "500 rows: 497 new, 0 changed, 0 same, 3 refused" || !rep.Written || rep.Entries != 1 {
			t.Fatalf("%v %s, %d entries%s", err, counts(rep), rep.Entries, told(rep))
		}
		if l, err := s.Roster.People(ctx, officer(), roster.ListInput{On: day.None}); err != nil || l.Total != 497 {
			t.Fatalf("%d people are in, %v", l.Total, err)
		}

		// Once more: nothing changes.
		rep, err = s.Import(ctx, officer(), file("pegawai.csv", body), in, exchange.Run{})
		if err != nil || counts(rep) != "500 rows: 0 new, 0 changed, 497 same, 3 refused" || rep.Entries != 0 {
			t.Fatalf("%v %s, %d entries", err, counts(rep), rep.Entries)
		}
		loaded, err := s.Book.Latest(ctx, -1, 10, ledger.Filter{})
		if err != nil || len(loaded) != 1 || loaded[0].Kind != "merit.roster.loaded" {
			t.Errorf("%d entries, %v", len(loaded), err)
		}

		// The table of refused rows, mended, is a file that can be imported.
		mended := strings.NewReplacer("31-02-1980", "28-02-1980", nip(41)[:17]+",", nip(41)+",", nip(7)+",999999", nip(9999)+",999999").Replace(refused.String())
		rep, err = s.Import(ctx, officer(), file("perbaikan.csv", mended), exchange.Input{Kind: "people", AsOf: day.None}, exchange.Run{})
		if err != nil || counts(rep) != "3 rows: 3 new, 0 changed, 0 same, 0 refused" || len(rep.Unknown()) != 2 {
			t.Errorf("%v %s, not read: %v%s", err, counts(rep), rep.Unknown(), told(rep))
		}
	})
}

func TestWhatDiffersBecomesANewFact(t *testing.T) {
	each(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		take(t, s, "people", "nip,name,grade,education,status,from\n"+nip(1)+",Ayu Lestari,III/a,S-1,pns,2010-01-01\n")
		// Only the grade is said: the rest stays as it is held.
		rep, err := s.Import(ctx, officer(), file("kp.csv", "NIP,Gol\n"+nip(1)+",III-B\n"), exchange.Input{Kind: "people", AsOf: on("2023-04-01")}, exchange.Run{})
		if err != nil || counts(rep) != "1 rows: 0 new, 1 changed, 0 same, 0 refused" {
			t.Fatalf("%v %s%s", err, counts(rep), told(rep))
		}
		ids, err := s.Roster.Numbers(ctx, []string{nip(1)})
		if err != nil {
			t.Fatal(err)
		}
		st, err := s.Roster.Stands(ctx, roster.KindPerson, []string{ids[nip(1)]})
		rows := st.People[ids[nip(1)]]
		if err != nil || len(rows) != 2 {
			t.Fatalf("%v %+v", err, rows)
		}
		for _, r := range rows {
			want := "III/a"
			if r.From == on("2023-04-01") {
				want = "III/b"
			} else if r.From != on("2010-01-01") || r.Until != on("2023-04-01") {
				t.Errorf("from %s to %s", r.From, r.Until)
			}
			if r.Grade != want || r.Name != "Ayu Lestari" || r.Education != "S-1" || r.Status != roster.PNS {
				t.Errorf("%+v, want the grade %s", r, want)
			}
		}
		// A later file with the same grade says nothing new.
		rep, err = s.Import(ctx, officer(), file("kp.csv", "NIP,Gol\n"+nip(1)+",III/b\n"), exchange.Input{Kind: "people", AsOf: on("2023-09-01")}, exchange.Run{})
		if err != nil || counts(rep) != "1 rows: 0 new, 0 changed, 1 same, 0 refused" {
			t.Fatalf("%v %s", err, counts(rep))
		}
	})
}

const (
	unitFile = "Kode;Induk;Nama Unit;Singkatan;Wilayah;TMT\nprov;;Pemerintah Provinsi;;31;01-01-2010\ndinkes;prov;Dinas Kesehatan;Dinkes;31;1 Januari 2015\n"
	postFile = "id,unit,title,level,class,head,seats,from\nkadis,dinkes,Kepala Dinas,Eselon II,15,ya,,2015-01-01\nstaf,dinkes,Pengadministrasi,pelaksana,5,tidak,30,2015-01-01\n"
)

func TestEveryKind(t *testing.T) {
	each(t, func(t *testing.T, s *exchange.Service) {
		take(t, s, "units", unitFile)
		take(t, s, "posts", postFile)
		take(t, s, "people", people(4, nil))
		a, b := nip(1), nip(2)
		for kind, body := range map[string]string{
			"tenures":   "NIP,Jabatan,Jenis,Nomor SK,Tgl SK,Mulai,Selesai\n" + a + ",staf,Definitif,SK 1,5 Des 2015,42370,31/12/2018\n" + a + ",kadis,Definitif,SK 2,,01/01/2019,\n" + b + ",staf,Plt.,,,2020-01-01,\n",
			"ratings":   "NIP,Tahun,Predikat\n" + a + ",2021,Sangat Baik\n" + a + ",2022,baik\n",
			"trainings": "NRK,Jenis,Sertifikat,Mulai,Selesai\n100001,PKN II,PKN/1,2020-03-01,2020-06-30\n",
			"marks":     "NIP,Tingkat,Hukuman,SK,Mulai,Selesai\n" + b + ",ringan,Teguran tertulis,SK 9,2020-05-01,2020-10-31\n",
			"leaves":    "NIP,Jenis Cuti,Mulai,Sampai\n" + b + ",tahunan,2023-10-16,2023-10-20\n",
			"relations": "NIP,Kerabat,Hubungan\n" + a + "," + b + ",istri\n",
		} {
			first := take(t, s, kind, body)
			again := take(t, s, kind, body)
			if first.New != first.Rows || again.Same != again.Rows {
				t.Errorf("%s: %s, then %s", kind, counts(first), counts(again))
			}
		}
	})
}

func TestRowsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		take(t, s, "units", unitFile)
		take(t, s, "posts", postFile)
		take(t, s, "people", people(4, nil))
		a, b, c := nip(1), nip(2), nip(3)
		take(t, s, "tenures", "nip,post,from\n"+c+",staf,2020-01-01\n")
		for name, x := range map[string]struct{ kind, body, want string }{
			"17 digits": {"people", "nip,name\n" + a[:17] + ",X Y\n", "\n2 nip roster.nip.length\n2 status roster.check.one"},
			"days that do not exist": {"tenures", "nip,post,from,until\n" + a + ",staf,31-02-2020,\n" + a + ",staf,2020-13-01,\n" + a + ",staf,1/1/20,\n",
				"\n2 from exchange.cell.day\n3 from exchange.cell.day\n4 from exchange.cell.day"},
			"cycle": {"units", "id,parent,name\na,b,A A\nb,c,B B\nc,a,C C\nd,a,D D\ne,e,E E\n",
				"\n2 parent exchange.row.cycle\n3 parent exchange.row.cycle\n4 parent exchange.row.cycle\n6 parent roster.check.itself"},
			"cycle through what is held": {"units", "id,parent\nprov,dinkes\n", "\n2 parent exchange.row.cycle"},
			"overlap in the file":        {"tenures", "nip,post,from,until\n" + a + ",staf,2020-01-01,\n" + b + ",staf,2020-01-01,2021-01-01\n" + a + ",kadis,2021-01-01,\n" + b + ",kadis,2021-01-01,\n", "\n4 from exchange.row.overlap"},
			"overlap with what is held":  {"tenures", "nip,post,from\n" + c + ",kadis,2021-01-01\n", "\n2 from exchange.row.held"},
			"the same row twice":         {"ratings", "nip,year,predicate\n" + a + ",2020,baik\n" + b + ",2020,baik\n" + a + ",2020,kurang\n", "\n4  exchange.row.twice"},
			"nobody":                     {"ratings", "nip,year,predicate\n" + nip(77) + ",2020,baik\n,2020,baik\n", "\n2 nip exchange.row.person\n3 nip exchange.row.nobody"},
			"no such post":               {"tenures", "nip,post,from\n" + a + ",zzz,2020-01-01\n", "\n2 post exchange.row.post"},
			"no such unit":               {"posts", "id,unit,title,level\nx,zzz,Judul,pelaksana\n", "\n2 unit exchange.row.unit"},
			"rounded":                    {"people", "nip,name\n1.97501E+17,X Y\n", "\n2 nip exchange.cell.rounded"},
			"formula":                    {"people", "nip,name,status\n" + nip(50) + ",#REF!,pns\n", "\n2 name exchange.cell.formula"},
			"more cells than headings":   {"ratings", "nip,year,predicate\n" + a + ",2020,baik,lebih\n", "\n2  exchange.row.wide"},
			"end before beginning":       {"leaves", "nip,kind,from,last\n" + a + ",tahunan,2023-10-20,2023-10-10\n", "\n2 last roster.check.order"},
			"NIP of another":             {"people", "id,nip,name\nlain," + a + ",X Y\n", "\n2 nip exchange.row.other_nip"},
			"NRK of another":             {"people", "nip,nrk,name\n" + nip(60) + ",100001,X Y\n", "\n2 nrk exchange.row.other_nrk"},
			"words":                      {"ratings", "nip,year,predicate\n" + a + ",dua ribu,hebat\n", "\n2 year exchange.cell.number"},
			"NIK without a vault":        {"people", "nip,nik,name,status\n" + nip(61) + ",3171010101900001,X Y,pns\n", "\n2 nik roster.nik.unsealed"},
			"one person by two names":    {"ratings", "person,nip,year,predicate\n," + a + ",2020,baik\n" + idOf(t, s, a) + ",,2020,baik\n", "\n3  exchange.row.same_person"},
		} {
			rep, err := s.Import(ctx, officer(), file("x.csv", x.body), exchange.Input{Kind: x.kind, AsOf: day.None}, exchange.Run{})
			if told(rep) != x.want {
				t.Errorf("%s: told%s\nwant%s", name, told(rep), x.want)
			}
			wantFault(t, err, fault.Invalid, "exchange.refused")
		}
	})
}

func idOf(t *testing.T, s *exchange.Service, nip string) string {
	t.Helper()
	ids, err := s.Roster.Numbers(context.Background(), []string{nip})
	if err != nil {
		t.Fatal(err)
	}
	return ids[nip]
}
