package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
	"netral/internal/sheet"
)

// An import that is cut off goes on where it was, and nothing is taken twice.
func TestResume(t *testing.T) {
	body := people(12_000, func(i int, c []string) {
		if i == 7_000 {
			c[3] = "V/x"
		}
	})
	// NIPs of so many would repeat: they are known by their NRK here.
	body = strings.ReplaceAll(body, "NIP;NRK", "Nomor lain;NRK")
	each(t, func(t *testing.T, s *exchange.Service) {
		exchange.SetPiece(s, 5000)
		in := exchange.Input{Kind: "people", AsOf: day.None, Good: true}
		ctx, cut := context.WithCancel(context.Background())
		rep, err := s.Import(ctx, officer(), file("pegawai.csv", body), in, exchange.Run{Tell: func(stage string, _, _ int64) {
			if n, err := s.Book.Size(context.Background()); stage == exchange.StageWrite && (err != nil || n > 0) {
				cut()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%v %s%s", err, counts(rep), told(rep))
		}
		half, err := s.Roster.People(context.Background(), officer(), roster.ListInput{On: day.None})
		if err != nil || half.Total != 5000 && half.Total != 9999 {
			t.Fatalf("%d people when it was cut off, %v", half.Total, err)
		}
		var refused bytes.Buffer
		rep, err = s.Import(context.Background(), officer(), file("pegawai.csv", body), in, exchange.Run{Resume: true, Refused: &refused})
		if err != nil || counts(rep) != "12000 rows: 11999 new, 0 changed, 0 same, 1 refused" || rep.From != 5001 && rep.From != 10_001 || rep.Entries != 3 {
			t.Fatalf("%v %s, from %d, %d entries%s", err, counts(rep), rep.From, rep.Entries, told(rep))
		}
		all, err := s.Roster.People(context.Background(), officer(), roster.ListInput{On: day.None})
		if err != nil || all.Total != 11_999 {
			t.Fatalf("%d people, %v", all.Total, err)
		}
		// There is nothing left to go on with: the same again says so.
		rep, err = s.Import(context.Background(), officer(), file("pegawai.csv", body), in, exchange.Run{Resume: true})
		if err != nil || counts(rep) != "12000 rows: 0 new, 0 changed, 11999 same, 1 refused" {
			t.Fatalf("%v %s", err, counts(rep))
		}
	})
}

func TestColumns(t *testing.T) {
	each(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		for name, c := range map[string]struct {
			head  string
			m     map[string]string
			field string
			key   string
		}{
			"missing":          {"nama,gol", nil, "id", "exchange.column.missing"},
			"doubled":          {"NIP,nip baru,nama", nil, "nip", "exchange.column.double"},
			"unknown field":    {"nip,x", map[string]string{"x": "salary"}, "x", "exchange.column.field"},
			"absent heading":   {"nip,x", map[string]string{"y": "name"}, "y", "exchange.column.absent"},
			"two kinds of end": {"nip,until,selesai", nil, "until", "exchange.column.ends"},
		} {
			rep, err := s.DryRun(ctx, officer(), file("x.csv", c.head+"\n1,2,3\n"), exchange.Input{Kind: "people", AsOf: day.None, Map: c.m}, nil, nil)
			wantFault(t, err, fault.Invalid, "exchange.columns")
			if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Name != c.field || f.Fields[0].Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
			if len(rep.Columns) == 0 {
				t.Errorf("%s: the columns are not told", name)
			}
		}
		// The same columns with a mapping; what is not read is told and no fault.
		rep, err := s.DryRun(ctx, officer(), file("x.csv", "Nomor;NIP lama;Siapa;Catatan;st\n"+nip(1)+";x;Ayu L;y;PNS\n"),
			exchange.Input{Kind: "people", AsOf: day.None, Map: map[string]string{"NOMOR": "nip", "nip lama": exchange.Ignore, "siapa": "name", "st": "status"}}, nil, nil)
		if err != nil || rep.New != 1 || len(rep.Unknown()) != 2 {
			t.Errorf("%v %s, not read: %v%s", err, counts(rep), rep.Unknown(), told(rep))
		}
		_, err = s.DryRun(ctx, officer(), file("x.csv", "nip\n"), exchange.Input{Kind: "people", AsOf: day.None}, nil, nil)
		wantFault(t, err, fault.Invalid, "exchange.no_rows")
		_, err = s.DryRun(ctx, officer(), file("x.csv", "nip\n"), exchange.Input{Kind: "wages", AsOf: day.None}, nil, nil)
		wantFault(t, err, fault.Invalid, "fault.fields")
		s.Allow = nil
		_, err = s.DryRun(ctx, officer(), file("x.csv", "nip\n"), exchange.Input{Kind: "people", AsOf: day.None}, nil, nil)
		wantFault(t, err, fault.Denied, "roster.denied")
	})
}

func TestXLSX(t *testing.T) {
	var b bytes.Buffer
	w, err := sheet.NewXLSX(&b, "", "pegawai")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][]string{{"NIP", "Nama", "Status", "Tanggal Lahir"}, {nip(1), "Ayu Lestari", "PNS", "27395"}, {nip(2)[:17], "Budi S", "PNS", "x"}} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, s *exchange.Service) {
		f := exchange.File{Name: "pegawai.xlsx", Size: int64(b.Len()), Body: bytes.NewReader(b.Bytes())}
		rep, err := s.Import(context.Background(), officer(), f, exchange.Input{Kind: "people", AsOf: day.None, Good: true}, exchange.Run{})
		if err != nil || counts(rep) != "2 rows: 1 new, 0 changed, 0 same, 1 refused" || told(rep) != "\n3 born exchange.cell.day" {
			t.Fatalf("%v %s%s", err, counts(rep), told(rep))
		}
		st, err := s.Roster.Stands(context.Background(), roster.KindPerson, []string{idOf(t, s, nip(1))})
		if p := st.People[idOf(t, s, nip(1))]; err != nil || len(p) != 1 || p[0].Born != on("1975-01-01") {
			t.Errorf("%+v %v", p, err)
		}
	})
}
