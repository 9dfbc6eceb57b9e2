package roster_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"netral/data"
	"netral/internal/area"
	"netral/internal/ledger"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

func site(t *testing.T, s *roster.Service, clock *storetest.Clock) http.Handler {
	t.Helper()
	sh := webtest.Shell(t, nil, func(c *web.Config) { c.Now = clock.Now })
	mux := http.NewServeMux()
	sh.Mount(mux)
	s.Routes(mux, sh)
	s.API(web.NewAPI(mux, sh, "1"), sh)
	return sh.Handler(mux)
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		load(t, s, small())
		kinds := func() []string {
			all, err := s.Book.Latest(context.Background(), -1, 1000, ledger.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			out := make([]string, len(all))
			for i, e := range all {
				out[len(all)-1-i] = e.Kind
			}
			return out
		}
		looked := []string{"merit.roster.looked"}
		siti := view(t, s, "siti", "")
		fix := func(name, seen, reason string) url.Values {
			return url.Values{"jenis": {"person"}, "fakta": {"siti"}, "sejak": {siti.Person.From.String()}, "versi": {seen}, "name": {name}, "cara": {"salah"}, "reason": {reason}}
		}
		webtest.Run(t, site(t, s, clock), kinds,
			webtest.Scenario{URL: "/kantor/cari", Want: []string{"Cari orang, unit, jabatan"}},
			webtest.Scenario{URL: "/kantor/cari", Form: url.Values{"q": {"sitti nurhalisa"}}, Want: []string{"Siti Nurhaliza", "/kantor/orang/siti", "Kepala Dinas Kesehatan"}},
			webtest.Scenario{URL: "/kantor/cari", Form: url.Values{"q": {"dinkes"}}, Lang: "en", Want: []string{"/kantor/unit/dinkes", "Units"}},
			webtest.Scenario{URL: "/kantor/cari", Form: url.Values{"q": {"<b>zz"}}, Want: []string{"Tidak ada yang cocok", "&lt;b&gt;zz"}, NotWant: []string{"<b>zz"}},
			webtest.Scenario{URL: "/kantor/cari", Form: url.Values{"q": {"1"}}, Status: 422, Want: []string{"paling sedikit 4 angka"}},
			webtest.Scenario{URL: "/kantor/orang", Want: []string{"4 orang", "Budi Santoso", "19750101"}},
			webtest.Scenario{URL: "/kantor/orang?unit=gambir&jenjang=administrator&urut=nip", Want: []string{"Kecamatan Gambir", "Camat Gambir"}, NotWant: []string{"Rini"}},
			webtest.Scenario{URL: "/kantor/orang?tanggal=2019-06-01&unit=dinkes", Want: []string{"Kepala Bidang Pelayanan"}},
			webtest.Scenario{URL: "/kantor/orang?jenjang=raja", Status: 422, Want: []string{"“raja” tidak dikenal", "jpt_madya"}},
			webtest.Scenario{URL: "/kantor/orang?unit=nowhere", Status: 422, Want: []string{"Unit “nowhere” tidak ada"}},
			webtest.Scenario{URL: "/kantor/orang/siti", Want: []string{"Riwayat", "IV/c", "19750101\u00a0200003\u00a02\u00a0001", "Dimuat dari pegawai.csv", "/kantor/orang/siti/ubah?", "<svg"}, Entries: looked},
			webtest.Scenario{URL: "/kantor/orang/rini?tanggal=2023-10-19", Lang: "en", Want: []string{"Answers to", "Budi Santoso", "annual leave"}, Entries: looked},
			webtest.Scenario{URL: "/kantor/orang/budi?tanggal=2021-06-01", Want: []string{"Keadaan pada Selasa, 1 Juni 2021", "Kepala Bidang Pelayanan"}, Entries: looked},
			webtest.Scenario{URL: "/kantor/orang/siti?tanggal=31-02", Status: 422, Want: []string{"“31-02” bukan tanggal"}},
			webtest.Scenario{URL: "/kantor/orang/nobody", Status: 404, Want: []string{"Pegawai “nobody” tidak ada"}},
			webtest.Scenario{URL: "/kantor/orang/" + strings.Repeat("x", 500), Status: 404},
			webtest.Scenario{URL: "/kantor/unit", Want: []string{"Dinas Kesehatan", "(Dinkes)"}},
			webtest.Scenario{URL: "/kantor/unit/gambir", Want: []string{"Camat Gambir", "2 kosong", "31.71.01"}},
			webtest.Scenario{URL: "/kantor/unit/gambir?tanggal=2014-01-01", Status: 404, Want: []string{"Unit “gambir” tidak ada"}},
			webtest.Scenario{URL: "/kantor/unit/prov/bagan", Want: []string{"<svg", "tidak ada pimpinan", "Siti Nurhaliza"}},
			webtest.Scenario{URL: "/kantor/mutu", Want: []string{"Unit tanpa jabatan pimpinan", "/kantor/mutu?periksa=no_tenure", "Kelengkapan"}},
			webtest.Scenario{URL: "/kantor/mutu?periksa=no_tenure", Lang: "en", Want: []string{"Ujang Sudrajat", "personnel officer"}},
			webtest.Scenario{URL: "/kantor/mutu?periksa=x", Status: 422, Want: []string{"mutual_heads"}},
			webtest.Scenario{URL: "/kantor/saya", Status: 403, Want: []string{"tidak terhubung dengan seorang pegawai"}},
			webtest.Scenario{URL: "/kantor/koreksi", Want: []string{"Tidak ada yang menunggu"}},
			webtest.Scenario{URL: "/kantor/orang/siti/ubah?jenis=person&fakta=siti&sejak=" + siti.Person.From.String(), Want: []string{`value="Siti Nurhaliza"`, "Alasan"}, Entries: looked},
			webtest.Scenario{URL: "/kantor/orang/siti/ubah?jenis=person&fakta=budi", Status: 404, Entries: looked},
			webtest.Scenario{URL: "/kantor/orang/siti/ubah", Form: fix("Siti Nur", "1", ""), Status: 422, Want: []string{"Alasan: Bagian ini perlu diisi.", `value="Siti Nur"`}, Entries: looked},
			webtest.Scenario{URL: "/kantor/orang/siti/ubah", Form: fix("Siti Nur", "1", "Akta"), Status: 303, Entries: []string{"merit.roster.looked", "merit.roster.corrected"}},
			webtest.Scenario{URL: "/kantor/orang/siti/ubah", Form: fix("Siti N", "1", "Akta"), Status: 409, Want: []string{"Orang lain telah mengubah", "yang berlaku sekarang: Siti Nur", `value="Siti N"`}, Entries: looked},

			webtest.Scenario{URL: "/api/v1/roster/people/siti?on=2020-01-01", Want: []string{`"name":"Siti Nur"`, `"nip":"197501012000032001"`}, NotWant: []string{`"nik":""`}, Entries: looked},
			webtest.Scenario{URL: "/api/v1/roster/people/siti?on=x", Status: 422, Want: []string{`"field":"on"`}},
			webtest.Scenario{URL: "/api/v1/roster/people?limit=2", Want: []string{`"total":4`, `"next":`}},
			webtest.Scenario{URL: "/api/v1/roster/search", JSON: map[string]any{"text": "oedjang"}, Want: []string{`"id":"ujang"`}},
			webtest.Scenario{URL: "/api/v1/roster/units/dinkes", Want: []string{`"abbreviation":"Dinkes"`}},
			webtest.Scenario{URL: "/api/v1/roster/units?depth=1", Want: []string{`"below":2`}},
			webtest.Scenario{URL: "/api/v1/roster/quality", Want: []string{`"check":"no_tenure"`}},
			webtest.Scenario{URL: "/api/v1/roster/corrections", JSON: map[string]any{"kind": "person", "id": "siti", "from": siti.Person.From.String(), "seen": 1, "fields": map[string]string{"name": "X"}, "reason": "r"}, Status: 409, Want: []string{"Siti Nur"}},
		)
	})
}

func TestGallery(t *testing.T) {
	areas, err := area.Load(data.FS, "province")
	if err != nil {
		t.Fatal(err)
	}
	webtest.Gallery(t, webtest.Shell(t, nil, nil), append(roster.Gallery(), roster.MapGallery(areas)...))
}
