package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/text"
)

func yes(actor.Actor, string, roster.Resource) error { return nil }

func officer() actor.Actor {
	return actor.Actor{ID: "account:bkd", Lang: "id", Via: "page", Grants: []actor.Grant{{Role: "personnel"}}}
}

func on(s string) day.Day {
	d, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func service(tb testing.TB, db *store.DB, book *ledger.Book) *exchange.Service {
	tb.Helper()
	cat, err := text.New()
	if err != nil {
		tb.Fatal(err)
	}
	now := func() time.Time { return db.Now() }
	r := &roster.Service{Book: book, Now: now, Rand: ledgertest.Rand(9), Allow: yes}
	return &exchange.Service{Roster: r, DB: db, Book: book, Now: now, Rand: ledgertest.Rand(8), Allow: yes, Text: cat, Dir: tb.TempDir()}
}

// each runs fn on both engines; the ledger must verify in the end.
func each(t *testing.T, fn func(t *testing.T, s *exchange.Service)) {
	t.Helper()
	clock := storetest.NewClock(time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC))
	ledgertest.Each(t, []store.Line{roster.Migrations, exchange.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		fn(t, service(t, db, book))
	}, storetest.WithClock(clock))
}

func file(name, body string) exchange.File {
	return exchange.File{Name: name, Size: int64(len(body)), Body: strings.NewReader(body)}
}

// take imports and wants nothing to be refused.
func take(t testing.TB, s *exchange.Service, kind, body string) exchange.Report {
	t.Helper()
	rep, err := s.Import(context.Background(), officer(), file(kind+".csv", body), exchange.Input{Kind: kind, AsOf: day.None}, exchange.Run{})
	if err != nil {
		t.Fatalf("import %s: %v%s", kind, err, told(rep))
	}
	return rep
}

// told are the problems of a report: "12 nip roster.nip.length".
func told(r exchange.Report) string {
	var b strings.Builder
	for _, p := range r.First {
		fmt.Fprintf(&b, "\n%d %s %s", p.Row, p.Field, p.Key)
	}
	return b.String()
}

func counts(r exchange.Report) string {
	return fmt.Sprintf("%d rows: %d new, %d changed, %d same, %d refused", r.Rows, r.New, r.Changed, r.Same, r.Refused)
}

func wantFault(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Kind != kind || f.Key != key {
		t.Errorf("got %v, want %s %s", err, kind, key)
	}
}

// nip is a NIP of somebody who does not exist.
func nip(i int) string {
	return fmt.Sprintf("%04d%02d%02d%04d%02d%d%03d", 1966+i%30, 1+i%12, 1+i%28, 1990+i%30, 1+i/7%12, 1+i%2, 1+i%999)
}

// people is a file of n people.
func people(n int, change func(i int, cells []string)) string {
	var b bytes.Buffer
	b.WriteString("NIP;NRK;Nama Lengkap;Gol.;Jenis Kelamin;Status Pegawai;Tgl. Lahir;TMT\r\n")
	for i := range n {
		cells := []string{nip(i), fmt.Sprintf("%06d", 100_000+i), fmt.Sprintf("Pegawai Contoh %d", i), "III/a", []string{"L", "P"}[i%2], "PNS",
			fmt.Sprintf("%02d-%02d-%04d", 1+i%28, 1+i%12, 1966+i%30), fmt.Sprintf("01/%02d/%04d", 1+i/7%12, 1990+i%30)}
		if change != nil {
			change(i, cells)
		}
		b.WriteString(strings.Join(cells, ";") + "\r\n")
	}
	return b.String()
}
