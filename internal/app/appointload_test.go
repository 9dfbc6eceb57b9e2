package app

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/merit/appoint"
	"netral/internal/merit/roster"
	"netral/internal/sheet"
)

// BenchmarkTakeTable takes a table of 5,038 into a batch in a whole house, as the
// largest ceremony of the past had: dry run, taking, and the signature's checks.
func BenchmarkTakeTable(b *testing.B) {
	const n = 5038
	now := time.Date(2023, time.December, 20, 10, 0, 0, 0, day.WIB)
	s, err := OpenDemo(b.Context(), b.TempDir(), func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	h, ctx := s.house, b.Context()
	h.day.set(day.Of(2023, time.December, 20))
	since := day.Of(2020, time.January, 1)
	load := roster.Batch{Units: []roster.Unit{{ID: "bx-prov", Name: "Provinsi Uji", From: since, Until: day.None}}}
	var table bytes.Buffer
	w, err := sheet.NewCSV(&table)
	if err != nil {
		b.Fatal(err)
	}
	put := func(cells ...string) {
		if err := w.Write(cells); err != nil {
			b.Fatal(err)
		}
	}
	put("Kode Jabatan", "NIP", "Alasan", "Alasan Calon Tunggal")
	for i := range n {
		load.Posts = append(load.Posts, roster.Post{ID: fmt.Sprintf("bx-post-%d", i), Unit: "bx-prov", Title: "Kepala Seksi", Level: roster.Pengawas, Echelon: "IV.a", From: since, Until: day.None})
		load.People = append(load.People, roster.Person{ID: fmt.Sprintf("bx-%d", i), Name: fmt.Sprintf("Uji %d", i), Grade: "III/d", Education: "S-1", Born: day.Of(1980, 1, 1), Sex: roster.Male, Status: roster.PNS, From: since, Until: day.None})
		put(fmt.Sprintf("bx-post-%d", i), fmt.Sprintf("bx-%d", i), "Cakap", "Satu-satunya")
	}
	load.People = append(load.People, roster.Person{ID: "bx-head", NIP: "198001012005011001", Name: "Ketua", Grade: "IV/b", Education: "S-2", Born: day.Of(1980, 1, 1), Sex: roster.Male, Status: roster.PNS, From: since, Until: day.None})
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	if _, err := h.roster.Bulk(ctx, actor.System(), load, roster.Source{Kind: "system", Name: "uji"}); err != nil {
		b.Fatal(err)
	}
	bkd := actor.Actor{ID: "account:bkd", Lang: "id", Via: "page", Grants: []actor.Grant{{Role: "personnel"}}}
	for b.Loop() {
		x, _, err := h.appoint.Open(ctx, bkd, appoint.OpenInput{Title: "Uji", Effective: day.Of(2023, time.December, 27), OathDay: day.Of(2023, time.December, 27), Officiant: "Gubernur", Authority: appoint.Definitive, Signer: "Gubernur"})
		if err != nil {
			b.Fatal(err)
		}
		at := time.Now()
		rep, y, err := h.appoint.Import(ctx, bkd, appoint.TableInput{Batch: x.ID, Name: "u.csv", Body: table.Bytes(), Proposer: "bx-head"}, x.Version)
		if err != nil || rep.Rows != n {
			b.Fatal(rep.Refused, err)
		}
		b.ReportMetric(time.Since(at).Seconds(), "s-import")
		at = time.Now()
		if _, err := h.appoint.Work(ctx, bkd, y.ID); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(at).Seconds(), "s-page")
		at = time.Now()
		if _, _, err := h.appoint.Recheck(ctx, bkd, y.ID, y.Version); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(at).Seconds(), "s-recheck")
	}
}
