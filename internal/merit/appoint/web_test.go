package appoint_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/merit/appoint"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// site serves the pages to whoever the world says asks.
func (w *world) site(t *testing.T, who *actor.Actor) http.Handler {
	t.Helper()
	sh := webtest.Shell(t, nil, func(c *web.Config) {
		c.Now = w.clock.Now
		c.Who = func(*http.Request) (actor.Actor, bool) { return *who, who.Known() }
		c.Bearer = func(*http.Request) (actor.Actor, bool, error) { return *who, who.Known(), nil }
	})
	mux := http.NewServeMux()
	sh.Mount(mux)
	w.Routes(mux, sh)
	w.API(web.NewAPI(mux, sh, "1"), sh)
	return sh.Handler(mux)
}

func (w *world) kinds(t *testing.T) func() []string {
	return func() []string {
		all, err := w.Book.Latest(context.Background(), -1, 1000, ledger.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		out := make([]string, len(all))
		for i, e := range all {
			out[len(all)-1-i] = e.Kind
		}
		return out
	}
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// TestPages walks a ceremony of two through the pages, and what is refused on the
// way.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		who := office()
		h, kinds := w.site(t, &who), w.kinds(t)
		run := func(s ...webtest.Scenario) { t.Helper(); webtest.Run(t, h, kinds, s...) }
		opening := []string{"title", "Pelantikan Desember", "effective", "2023-12-27", "oath_day", "2023-12-27", "officiant", "Pj Gubernur", "authority", "acting", "signer", "Pj Gubernur", "decider", "nip-sekda"}
		run(
			webtest.Scenario{URL: "/pelantikan", Want: []string{"Belum ada keputusan yang ditandatangani"}},
			webtest.Scenario{URL: "/pelantikan/2023/1", Status: 404},
			webtest.Scenario{URL: "/pelantikan/x/1", Status: 404},
			webtest.Scenario{URL: "/kantor/pelantikan", Want: []string{"Belum ada daftar pelantikan", "Buka daftar pelantikan"}},
			webtest.Scenario{URL: "/kantor/pelantikan", Form: form("title", "x", "effective", "besok", "oath_day", "2023-12-01"), Status: 422, Want: []string{"“besok” bukan tanggal", `value="x"`}},
			webtest.Scenario{URL: "/kantor/pelantikan", Form: form(append(opening, "effective", "2023-12-01")...), Status: 422, Want: []string{"sudah lewat; hari ini"}},
			webtest.Scenario{URL: "/kantor/pelantikan", Form: form(opening...), Status: 303, Entries: []string{"merit.appoint.opened"}},
		)
		list, err := w.List(t.Context(), who)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		at := "/kantor/pelantikan/" + list[0].ID
		do := func(what, version string, pairs ...string) url.Values {
			return form(append([]string{"do", what, "version", version}, pairs...)...)
		}
		one := []string{"propose-post", "a2", "propose-person", "nip-c1", "propose-reason", "Cakap", "propose-proposer", "head", "propose-others", "nip-c2\nc3"}
		w.kin["assessor c4"] = true
		w.verdicts["c4"] = appoint.Verdict{Answer: appoint.NotYet, From: date("2024-05-01"), Reasons: []appoint.Said{{ID: "Pangkat kurang.", EN: "Grade too low."}}}
		run(
			webtest.Scenario{URL: at, Want: []string{"hal masih menghalangi", "Belum ada usulan", "Tambah usulan"}},
			webtest.Scenario{URL: at, Form: do("propose", "1", "propose-post", "a1", "propose-person", "c1", "propose-reason", "x", "propose-proposer", "head", "propose-single", "x"), Status: 422, Want: []string{"tidak kosong pada", "dipegang Pejabat a1", `value="a1"`}},
			webtest.Scenario{URL: at, Form: do("propose", "1", one...), Status: 303, Entries: []string{"merit.appoint.proposed"}},
			webtest.Scenario{URL: at, Form: do("propose", "1", append(one, "propose-post", "a4")...), Status: 409, Want: []string{"Anda melihat versi 1", "Sekarang versi 2: usulan ditambahkan", `value="a4"`, `value="2"`}},
			webtest.Scenario{URL: at, Form: do("many", "2", "many-rows", "a4; c4; ; Cakap", "many-proposer", "head"), Status: 422, Want: []string{"Usulan 1: Sebutkan paling sedikit satu calon lain"}},
			webtest.Scenario{URL: at, Form: do("many", "2", "many-rows", "a4, c4"), Status: 422, Want: []string{"Baris 1 punya 1 bagian"}},
			webtest.Scenario{URL: at, Form: do("many", "2", "many-rows", "a4; c4; ; Cakap; Hanya satu yang melamar\na1; pb1; c5; Cakap\nb4; pa1; c6; Cakap", "many-proposer", "head"), Status: 303, Entries: []string{"merit.appoint.proposed"}},
			webtest.Scenario{URL: at, Form: do("assess", "3", "assess-number", "BA-7", "assess-date", "2023-12-21", "assess-assessors", "assessor", "assess-summary", "x"), Status: 422, Want: []string{"belum tiba; hari ini"}},
			webtest.Scenario{URL: at, Form: do("assess", "3", "assess-number", "BA-7", "assess-date", "2023-12-18", "assess-assessors", "assessor", "assess-summary", "Semua dinilai"), Status: 303, Entries: []string{"merit.appoint.assessed"}},
			webtest.Scenario{URL: at, Form: do("approve", "4", "approve-kind", "bkn", "approve-number", "PT-1", "approve-date", "2023-12-19"), Status: 303, Entries: []string{"merit.appoint.approved"}},
			webtest.Scenario{URL: at, Lang: "en", Want: []string{"The written approval of the Minister of Home Affairs is not on file", "PP 49/2008", "Calon 4 is not eligible yet: Grade too low.", "Ibu assessor assesses or decides, and is a relative of Calon 4", "to them elder brother of the mother (third degree)"}},
			webtest.Scenario{URL: at + "/usulan/a4", Want: []string{"Pangkat kurang.", "1 Mei 2024", "Hanya satu yang melamar"}},
			webtest.Scenario{URL: at + "/usulan/zz", Status: 404},
			webtest.Scenario{URL: at + "/usulan/a4", Form: do("except", "5", "except-why", "Satu-satunya dokter"), Status: 403},
			webtest.Scenario{URL: at + "/usulan/a4", Form: do("recuse", "5", "recuse-person", "assessor", "recuse-substitute", "zz", "recuse-note", "sepupu"), Status: 422, Want: []string{"“zz”", `value="zz"`}},
			webtest.Scenario{URL: at + "/usulan/a4", Form: do("recuse", "5", "recuse-person", "assessor", "recuse-substitute", "assessor2", "recuse-note", "sepupu"), Status: 303, Entries: []string{"merit.appoint.recused"}},
			webtest.Scenario{URL: at, Form: do("dance", "6"), Status: 422, Want: []string{"“dance” tidak dikenal"}},
			webtest.Scenario{URL: at, Form: do("sign", "6"), Status: 403},
		)
		who = governor()
		run(
			webtest.Scenario{URL: at, Form: do("sign", "6"), Status: 422, Want: []string{"2 hal masih menghalangi tanda tangan"}},
			webtest.Scenario{URL: at + "/usulan/a4", Form: do("except", "6", "except-why", "Satu-satunya dokter"), Status: 303, Entries: []string{"merit.appoint.excepted"}},
		)
		who = office()
		run(
			webtest.Scenario{URL: at, Form: do("approve", "7", "approve-kind", "mendagri", "approve-number", "M-1", "approve-date", "2023-12-20"), Status: 303, Entries: []string{"merit.appoint.approved"}},
			webtest.Scenario{URL: at + "/usulan/b4", Form: do("drop", "8", "drop-why", ""), Status: 422, Want: []string{"perlu diisi"}},
			webtest.Scenario{URL: at, Form: do("recheck", "8"), Status: 303, Entries: []string{"merit.appoint.rechecked"}},
		)
		who = governor()
		run(
			webtest.Scenario{URL: at, Want: []string{"Tidak ada yang menghalangi", "Tandatangani dan beri nomor"}},
			webtest.Scenario{URL: at, Form: do("sign", "9", "sign-date", "2023-12-19"), Status: 422, Want: []string{"mendahului surat M-1"}},
			webtest.Scenario{URL: at, Form: do("sign", "9"), Status: 303, Entries: []string{"merit.appoint.signed"}},
		)
		w.oathDay(t, h, kinds, &who, at)
	})
}

func (w *world) oathDay(t *testing.T, h http.Handler, kinds func() []string, who *actor.Actor, at string) {
	t.Helper()
	run := func(s ...webtest.Scenario) { t.Helper(); webtest.Run(t, h, kinds, s...) }
	do := func(what, version string, pairs ...string) url.Values {
		return form(append([]string{"do", what, "version", version}, pairs...)...)
	}
	*who = citizen()
	run(
		webtest.Scenario{URL: "/pelantikan", Want: []string{"1/2023", "Pelantikan Desember"}},
		webtest.Scenario{URL: "/pelantikan/2023/1", Want: []string{"Bukti keputusan ini cocok", "4 orang", "1 orang diangkat dengan pengecualian", "Mutasi", "netral verify roster"}, NotWant: []string{"Calon 1", "nip-"}},
		webtest.Scenario{URL: "/pelantikan/2023/1/berkas", Want: []string{`"format":"netral-roster/1"`, `{"receipt":`}, NotWant: []string{"nip-"}},
		webtest.Scenario{URL: "/api/v1/appoint/decrees", Want: []string{`"decree":"1/2023"`, `"rows":4`}},
		webtest.Scenario{URL: at, Status: 403},
		webtest.Scenario{URL: at + "/petikan/a2", Status: 403},
	)
	*who = office()
	v, err := w.Work(t.Context(), *who, strings.TrimPrefix(at, "/kantor/pelantikan/"))
	if err != nil {
		t.Fatal(err)
	}
	code := map[string]string{}
	for _, l := range v.Lines {
		code[l.Post] = l.Code
	}
	run(
		webtest.Scenario{URL: at, Want: []string{"Sumpah diambil pada Rabu, 27 Desember 2023"}},
		webtest.Scenario{URL: at, Form: do("checkin", "", "checkin-code", code["a2"]), Status: 409, Want: []string{"Hari sumpah adalah"}},
		webtest.Scenario{URL: at + "/petikan/a2", Want: []string{"Petikan keputusan nomor 1/2023", "Calon 1", code["a2"][:4] + "-"}},
	)
	w.clock.Set(date("2023-12-27").Start().Add(9 * 3600e9))
	run(
		webtest.Scenario{URL: at, Form: do("checkin", "", "checkin-code", "zz"), Status: 422, Want: []string{"“zz” bukan kode petikan"}},
		webtest.Scenario{URL: at, Form: do("checkin", "", "checkin-code", code["a2"]), Want: []string{"Calon 1 tercatat tiba", "Tempat duduk nomor"}, Entries: []string{"merit.appoint.arrived"}},
		webtest.Scenario{URL: at, Form: do("checkin", "", "checkin-code", code["a2"]), Want: []string{"Calon 1 sudah tercatat tiba sebelumnya"}},
		webtest.Scenario{URL: at, Form: do("oath", "10", "oath-witness1", "Ani", "oath-witness2", "Budi"), Status: 422, Want: []string{"belum tercatat tiba", `value="Ani"`}},
		webtest.Scenario{Method: "POST", URL: "/api/v1" + strings.Replace(at, "/kantor/pelantikan/", "/appoint/batches/", 1) + "/arrivals", JSON: map[string]string{"code": code["a1"]}, Want: []string{`"again":false`}, Entries: []string{"merit.appoint.arrived"}},
		webtest.Scenario{URL: at, Form: do("oath", "10", "oath-witness1", "Ani", "oath-witness2", "Budi", "absent-a4", "sakit", "absent-b4", "tugas"), Status: 303, Entries: []string{"merit.appoint.sworn"}},
		webtest.Scenario{URL: at, Form: do("effect", "11"), Status: 409, Want: []string{"tidak ada jabatan yang beralih", "dipegang"}},
		webtest.Scenario{URL: at, Form: do("checkin", "", "checkin-code", code["b4"]), Entries: []string{"merit.appoint.arrived"}},
		webtest.Scenario{URL: at, Form: do("oath", "11", "oath-witness1", "Ani", "oath-witness2", "Budi"), Status: 303, Entries: []string{"merit.appoint.sworn"}},
		webtest.Scenario{URL: at, Form: do("effect", "12"), Status: 303, Entries: []string{"merit.appoint.effected"}},
		webtest.Scenario{URL: at, Want: []string{"tidak hadir", "sudah menjabat", "3 sudah bersumpah"}},
	)
}
