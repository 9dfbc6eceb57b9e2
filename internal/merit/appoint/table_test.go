package appoint_test

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"netral/internal/fault"
	"netral/internal/merit/appoint"
	"netral/internal/sheet"
)

const goodTable = "Kode Jabatan;NIP;Pengusul;Alasan;Calon Lain;Alasan Calon Tunggal\r\na2;nip-c1;head;Cakap;c2, nip-c3;\r\na1;nip-pb1;;Cakap;;Satu-satunya\r\nb2;nip-pa1;;Cakap;;Satu-satunya\r\n"

// asXLSX is a table of CSV with semicolons as XLSX.
func asXLSX(t *testing.T, table string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := sheet.NewXLSX(&b, t.TempDir(), "Usulan")
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.SplitSeq(strings.TrimSpace(table), "\r\n") {
		if err := w.Write(strings.Split(l, ";")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTables(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, raw := range map[string][]byte{"csv": []byte(goodTable), "xlsx": asXLSX(t, goodTable)} {
			b := w.open(t, "definitive")
			in := appoint.TableInput{Batch: b.ID, Name: "u." + name, Body: raw, Proposer: "nip-head"}
			rep, err := w.DryRun(t.Context(), office(), in)
			if err != nil || rep.Rows != 3 || rep.Refused != 0 || rep.Verdicts[appoint.Yes] != 3 {
				t.Fatalf("%s: %+v, %v", name, rep, err)
			}
			if v, err := w.Work(t.Context(), office(), b.ID); err != nil || v.Rows != 0 || v.Version != 1 {
				t.Errorf("a dry run wrote something: %d rows, %v", v.Rows, err)
			}
			if _, b, err = w.Import(t.Context(), office(), in, 1); err != nil {
				t.Fatal(err)
			}
			v, err := w.Work(t.Context(), office(), b.ID)
			if err != nil || len(v.Lines) != 3 {
				t.Fatal(v.Lines, err)
			}
			i := slices.IndexFunc(v.Lines, func(l appoint.Line) bool { return l.Post == "a2" })
			if l := v.Lines[i]; l.Person != "c1" || l.Proposer != "head" || strings.Join(l.Others, " ") != "c2 c3" || l.Reason != "Cakap" {
				t.Errorf("%s: %+v", name, l)
			}
			if _, _, err := w.Cancel(t.Context(), office(), b.ID, b.Version, "uji"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestEveryRefusedRowIsNamed: by its number in the file, all at once, and nothing
// is half done.
func TestEveryRefusedRowIsNamed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.kin["head c9"] = true
		b := w.open(t, "definitive")
		table := goodTable + strings.Join([]string{
			"\r\na4;nip-c1;;Cakap;;Satu", // row 6 of the file: row 5 is empty. A person twice
			"a2;c4;;Cakap;;Satu",         // a post twice
			"zz;c5;;Cakap;;Satu",         // no such post
			"a3;c6;;Cakap;;Satu",         // not vacant
			"b4;nobody;;Cakap;;Satu",     // nobody
			"a6;c9;;Cakap;;Satu",         // a relative of the proposer
			"b6;c7;;;;",                  // no reason, and no reason for one
		}, "\r\n")
		in := appoint.TableInput{Batch: b.ID, Name: "u.csv", Body: []byte(table), Proposer: "head"}
		rep, err := w.DryRun(t.Context(), office(), in)
		if err != nil {
			t.Fatal(err)
		}
		got := map[int64][]string{}
		for _, r := range rep.Refusals {
			got[r.Row] = append(got[r.Row], r.Problem.Key)
		}
		for row, key := range map[int64]string{6: "appoint.person.twice", 7: "appoint.post.twice", 8: "appoint.post.none", 9: "appoint.post.held", 10: "appoint.check.person", 11: "appoint.propose.relative", 12: "appoint.check.empty"} {
			if !slices.Contains(got[row], key) {
				t.Errorf("row %d: %v, want %s", row, got[row], key)
			}
		}
		if rep.Rows != 10 || rep.Refused != 7 || len(got) != 7 {
			t.Errorf("%d rows, %d refused: %v", rep.Rows, rep.Refused, got)
		}
		_, _, err = w.Import(t.Context(), office(), in, b.Version)
		want(t, err, fault.Invalid, "appoint.table.refused")
		if v, err := w.Work(t.Context(), office(), b.ID); err != nil || v.Rows != 0 || v.Version != 1 {
			t.Errorf("something was half done: %d rows, %v", v.Rows, err)
		}
	})
}

func TestTablesThatCannotBeRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.open(t, "definitive")
		for name, c := range map[string]struct {
			raw, key string
			mapping  map[string]string
		}{
			"empty":          {"", "sheet.empty", nil},
			"heading only":   {"Kode Jabatan;NIP;Alasan\r\n", "sheet.empty", nil},
			"pdf":            {"%PDF-1.7", "sheet.type", nil},
			"no headings":    {"a2;c1;Cakap\r\na4;c2;Cakap\r\n", "appoint.table.missing.post", nil},
			"column twice":   {"Jabatan;Kode Jabatan;NIP;Alasan\r\na2;a2;c1;x\r\n", "appoint.table.double", nil},
			"unknown column": {goodTable, "appoint.table.column", map[string]string{"NIP": "nama"}},
			"absent heading": {goodTable, "appoint.table.absent", map[string]string{"Nomor": "person"}},
			"left out":       {goodTable, "appoint.table.missing.person", map[string]string{"NIP": "-"}},
		} {
			_, err := w.DryRun(t.Context(), office(), appoint.TableInput{Batch: b.ID, Body: []byte(c.raw), Proposer: "head", Map: c.mapping})
			if f := fault.Of(err); f == nil || f.Key != c.key && !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == c.key }) {
				t.Errorf("%s: %v, want %s", name, err, c.key)
			}
		}
		_, err := w.DryRun(t.Context(), person("x", "employee"), appoint.TableInput{Batch: b.ID, Body: []byte(goodTable)})
		want(t, err, fault.Denied, "appoint.denied")
	})
}

// TestTablePages sends a table, puts its columns right, and takes it.
func TestTablePages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		who := office()
		h := w.site(t, &who)
		b := w.open(t, "definitive")
		at := "/kantor/pelantikan/" + b.ID
		send := func(file string) *httptest.ResponseRecorder {
			var body bytes.Buffer
			m := multipart.NewWriter(&body)
			_ = m.WriteField("table-proposer", "head")
			if file != "" {
				p, err := m.CreateFormFile("file", "usulan.csv")
				if err != nil {
					t.Fatal(err)
				}
				_, _ = p.Write([]byte(file))
			}
			_ = m.Close()
			r := httptest.NewRequest("POST", at+"/tabel", &body)
			r.Header.Set("Content-Type", m.FormDataContentType())
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			out := httptest.NewRecorder()
			h.ServeHTTP(out, r)
			return out
		}
		get := func(to string) string {
			out := httptest.NewRecorder()
			h.ServeHTTP(out, httptest.NewRequest("GET", to, nil))
			return out.Body.String()
		}
		post := func(to string, pairs ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("POST", to, strings.NewReader(form(pairs...).Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			out := httptest.NewRecorder()
			h.ServeHTTP(out, r)
			return out
		}
		if out := send(""); out.Code != 422 || !strings.Contains(out.Body.String(), "Pilih berkasnya dahulu") {
			t.Errorf("%d %s", out.Code, out.Body)
		}
		out := send(strings.Replace(goodTable, "Kode Jabatan", "Kolom Pertama", 1))
		to := out.Header().Get("Location")
		if out.Code != 303 || !strings.HasPrefix(to, at+"/tabel/") {
			t.Fatal(out.Code, to, out.Body)
		}
		if page := get(to); !strings.Contains(page, "Tidak ada kolom kode jabatan") || !strings.Contains(page, "A: Kolom Pertama") {
			t.Error(page)
		}
		if out := post(to, "do", "map", "h0", "Kolom Pertama", "k0", "post"); out.Code != 303 {
			t.Error(out.Code, out.Body)
		}
		if page := get(to); !strings.Contains(page, "Semua 3 baris dapat masuk") {
			t.Error(page)
		}
		// Somebody else changes the batch in the meantime.
		b = w.propose(t, b, row("b4", "c9"))
		if out := post(to, "do", "take", "version", "1"); out.Code != 409 {
			t.Error(out.Code, out.Body)
		}
		if out := post(to, "do", "take", "version", "2"); out.Code != 303 {
			t.Error(out.Code, out.Body)
		}
		if v, err := w.Work(t.Context(), who, b.ID); err != nil || v.Rows != 4 {
			t.Error(v.Rows, err)
		}
		if page := get(to); !strings.Contains(page, "Tabel ini tidak ada lagi") {
			t.Error(page)
		}
		// The same table again: every row is refused, and the file says why.
		to = send(goodTable).Header().Get("Location")
		if page := get(to); !strings.Contains(page, "3 dari 3 baris ditolak") || !strings.Contains(page, "sudah diusulkan untuk") {
			t.Error(page)
		}
		if file := get(to + "/ditolak.csv"); strings.Count(file, "\r\n") < 4 || !strings.Contains(file, "nip-c1") {
			t.Error(file)
		}
		if out := post(to, "do", "drop"); out.Code != 303 {
			t.Error(out.Code)
		}
		who = person("x", "employee")
		if out := send(goodTable); out.Code != 403 {
			t.Error(out.Code)
		}
	})
}

// TestRollForMany: many are excepted, advised against and checked in at once, all
// of them or none.
func TestRollForMany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.verdicts["c1"] = appoint.Verdict{Answer: appoint.NotYet, From: date("2024-05-01")}
		w.verdicts["c2"] = appoint.Verdict{Answer: appoint.Undecided}
		b := w.propose(t, w.open(t, "definitive"), row("a2", "c1"), row("a4", "c2"), row("b2", "c3"))
		_, _, err := w.Advise(ctx, office(), b.ID, b.Version, []string{"b2"}, "Wawancara kurang")
		want(t, err, fault.Conflict, "appoint.need.minutes")
		b = w.papers(t, b, appoint.BKN)
		if b, _, err = w.Advise(ctx, office(), b.ID, b.Version, []string{"b2"}, "Wawancara kurang"); err != nil {
			t.Fatal(err)
		}
		want(t, w.sign(t, governor(), b), fault.Invalid, "appoint.need.against")
		_, _, err = w.ExceptMany(ctx, governor(), b.ID, b.Version, []string{"a2", "zz"}, "Mendesak")
		want(t, err, fault.NotFound, "appoint.proposal.none")
		_, _, err = w.ExceptMany(ctx, governor(), b.ID, b.Version, nil, "Mendesak")
		want(t, err, fault.Invalid, "appoint.roll.nobody")
		if b, _, err = w.ExceptMany(ctx, governor(), b.ID, b.Version, []string{"a2", "a4", "b2"}, "Mendesak"); err != nil {
			t.Fatal(err)
		}
		if b, _, err = w.DropMany(ctx, office(), b.ID, b.Version, []string{"a4"}, "Mundur"); err != nil || b.Rows != 2 {
			t.Fatal(b.Rows, err)
		}
		if b, _, err = w.Sign(ctx, governor(), appoint.SignInput{Batch: b.ID, Version: b.Version, Date: date("2023-12-20")}); err != nil {
			t.Fatal(err)
		}
		_, err = w.CheckInMany(ctx, office(), b.ID, []string{"a2"})
		want(t, err, fault.Conflict, "appoint.oath.early")
		w.clock.Set(date("2023-12-27").Start().Add(9 * 3600e9))
		if r, err := w.AbsentMany(ctx, office(), b.ID, []string{"b2"}, "Sakit"); err != nil || r.Done != 1 {
			t.Error(r, err)
		}
		if r, err := w.CheckInMany(ctx, office(), b.ID, []string{"a2", "b2"}); err != nil || r.Done != 2 {
			t.Error(r, err)
		}
		if r, err := w.CheckInMany(ctx, office(), b.ID, []string{"a2", "b2"}); err != nil || r.Done != 0 || r.Again != 2 {
			t.Error(r, err)
		}
		_, err = w.AbsentMany(ctx, office(), b.ID, []string{"b2"}, "Sakit")
		want(t, err, fault.Invalid, "appoint.oath.both")
		_, err = w.CheckInMany(ctx, person("x", "employee"), b.ID, []string{"a2"})
		want(t, err, fault.Denied, "appoint.denied")
		if v, err := w.Work(ctx, office(), b.ID); err != nil || v.Arrived != 2 {
			t.Error(v.Arrived, err)
		}
	})
}
