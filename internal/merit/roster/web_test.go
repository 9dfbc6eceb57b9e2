package roster_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"netral/data"
	"netral/internal/actor"
	"netral/internal/area"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

func site(t *testing.T, s *roster.Service, clock *storetest.Clock) http.Handler {
	t.Helper()
	return siteOf(t, s, clock, nil)
}

// siteOf is the site for somebody who has signed in.
func siteOf(t *testing.T, s *roster.Service, clock *storetest.Clock, who *actor.Actor) http.Handler {
	t.Helper()
	sh := webtest.Shell(t, nil, func(c *web.Config) {
		c.Now = clock.Now
		if who != nil {
			c.Who = func(*http.Request) (actor.Actor, bool) { return *who, true }
		}
	})
	mux := http.NewServeMux()
	sh.Mount(mux)
	s.Routes(mux, sh)
	s.API(web.NewAPI(mux, sh, "1"), sh)
	return sh.Handler(mux)
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		load(t, s, small())
		kinds := kindsOf(t, s)
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
			webtest.Scenario{URL: "/kantor/orang/siti/ubah", Form: fix("Siti N", "1", "Akta"), Status: 409, Want: []string{"Orang lain telah mengubah", "yang berlaku sekarang: Siti Nur", `value="Siti N"`, `data-label="Yang berlaku sekarang">Siti Nur<`, `data-label="Yang Anda tulis">Siti N<`, `name="versi" value="2"`}, Entries: looked},
			webtest.Scenario{URL: "/kantor/orang/siti/ubah", Form: fix("Siti Nur", "2", "Akta"), Status: 409, Entries: looked},
			webtest.Scenario{URL: "/kantor/orang/siti/ubah", Form: fix("Siti N", "2", "Akta"), Status: 303, Entries: []string{"merit.roster.looked", "merit.roster.corrected"}},

			webtest.Scenario{URL: "/api/v1/roster/people/siti?on=2020-01-01", Want: []string{`"name":"Siti N"`, `"nip":"197501012000032001"`}, NotWant: []string{`"nik":""`}, Entries: looked},
			webtest.Scenario{URL: "/api/v1/roster/people/siti?on=x", Status: 422, Want: []string{`"field":"on"`}},
			webtest.Scenario{URL: "/api/v1/roster/people?limit=2", Want: []string{`"total":4`, `"next":`}},
			webtest.Scenario{URL: "/api/v1/roster/search", JSON: map[string]any{"text": "oedjang"}, Want: []string{`"id":"ujang"`}},
			webtest.Scenario{URL: "/api/v1/roster/units/dinkes", Want: []string{`"abbreviation":"Dinkes"`}},
			webtest.Scenario{URL: "/api/v1/roster/units?depth=1", Want: []string{`"below":2`}},
			webtest.Scenario{URL: "/api/v1/roster/quality", Want: []string{`"check":"no_tenure"`}},
			webtest.Scenario{URL: "/api/v1/roster/corrections", JSON: map[string]any{"kind": "person", "id": "siti", "from": siti.Person.From.String(), "seen": 1, "fields": map[string]string{"name": "X"}, "reason": "r"}, Status: 409, Want: []string{"Siti N"}},
		)
	})
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), append(roster.Gallery(), roster.MapGallery(places(t))...))
}

func places(t testing.TB) *area.Set {
	t.Helper()
	areas, err := area.Load(data.FS, "province")
	if err != nil {
		t.Fatal(err)
	}
	return areas
}

// kindsOf gives the kinds of all entries, the oldest first.
func kindsOf(t *testing.T, s *roster.Service) func() []string {
	return func() []string {
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
}

func TestOfficePages(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		b := small()
		since := on("2015-01-01")
		b.Units = append(b.Units, roster.Unit{ID: "kel", Parent: "gambir", Name: "Kelurahan Gambir", Kind: "kelurahan", Area: "31.71.01.1001", From: since, Until: day.None})
		b.Posts = append(b.Posts, roster.Post{ID: "lurah", Unit: "kel", Title: "Lurah Gambir", Level: roster.Pengawas, Head: true, From: since, Until: day.None})
		b.Tenures = append(b.Tenures, roster.Tenure{Person: "ujang", Post: "lurah", Kind: roster.Plt, From: on("2023-10-01"), Until: on("2023-12-01")})
		b.People[3].Education = ""
		load(t, s, b)
		s.Areas = places(t)
		took := []string{"merit.roster.exported"}
		webtest.Run(t, site(t, s, clock), kindsOf(t, s),
			webtest.Scenario{URL: "/kantor/jabatan", Want: []string{"5 jabatan dengan 7 kursi, 4 di antaranya kosong", "Camat Gambir", "Kepala Bidang Pelayanan", "/kantor/ekspor/posts.csv", `aria-sort="ascending"`}},
			webtest.Scenario{URL: "/kantor/jabatan?kosong=ya&urut=vacant", Want: []string{"3 jabatan", "Jabatan yang belum terisi penuh", `data-label="Kosong">2<`, "/kantor/ekspor/posts.csv?kosong=ya&amp;urut=vacant", "1 pelaksana tugas"}, NotWant: []string{"Camat Gambir"}},
			webtest.Scenario{URL: "/kantor/jabatan?wilayah=31.71.01.1001", Want: []string{"Lurah Gambir", "Kelurahan Gambir"}, NotWant: []string{"Camat Gambir"}},
			webtest.Scenario{URL: "/kantor/jabatan?wilayah=31.71&jenjang=pelaksana", Want: []string{"Pengadministrasi Umum", "Kota Administrasi Jakarta Pusat"}, NotWant: []string{"Lurah Gambir"}},
			webtest.Scenario{URL: "/kantor/jabatan?unit=dinkes&tanggal=2019-06-01", Lang: "en", Want: []string{"2 posts with 2 seats, 0 of them empty"}},
			webtest.Scenario{URL: "/kantor/jabatan?tanggal=2014-06-01", Want: []string{"Tidak ada jabatan dalam daftar ini"}},
			webtest.Scenario{URL: "/kantor/jabatan?urut=apa", Status: 422, Want: []string{"“apa” tidak dikenal", "vacant"}},
			webtest.Scenario{URL: "/kantor/jabatan?wilayah=Gambir", Status: 422, Want: []string{"“Gambir” bukan kode wilayah"}},
			webtest.Scenario{URL: "/kantor/jabatan?sesudah=kabid", Want: []string{"Pengadministrasi", "Halaman pertama"}, NotWant: []string{"Camat Gambir"}},
			webtest.Scenario{URL: "/kantor/daftar-unit", Want: []string{"4 unit", "tidak ada pimpinan", "Plt. atau Plh.", "/kantor/ekspor/units.csv"}},
			webtest.Scenario{URL: "/kantor/daftar-unit?tanpa=head&urut=vacant", Want: []string{"1 unit", "Pemerintah Provinsi"}},
			webtest.Scenario{URL: "/kantor/daftar-unit?jenis=kelurahan&wilayah=31.71", Lang: "en", Want: []string{"Kelurahan Gambir", "acting"}},
			webtest.Scenario{URL: "/kantor/daftar-unit?jenis=istana", Status: 422, Want: []string{"kecamatan"}},
			webtest.Scenario{URL: "/kantor/orang?wilayah=31.71.01", Want: []string{"Budi Santoso", "Ujang Sudrajat", "Kecamatan Gambir"}, NotWant: []string{"Siti"}},
			webtest.Scenario{URL: "/kantor/unit", Want: []string{"<details open", "Kelurahan Gambir", "3 unit di bawahnya"}},
			webtest.Scenario{URL: "/kantor/peta?angka=vacancies", Want: []string{"terisi semua: 266 kelurahan", "1: 1 kelurahan", "3 kosong lagi di unit kecamatan", `href="/kantor/jabatan?kosong=ya&amp;wilayah=31.71.01.1001"`, "bukan batas menurut hukum"}},
			webtest.Scenario{URL: "/kantor/peta?angka=faults&wilayah=31.71.01&tanggal=2020-01-01", Want: []string{"Peta Kecamatan Gambir", "temuan", `/kantor/mutu?wilayah=31.71.01.1001`, "Kamis, 19 Oktober 2023"}},
			webtest.Scenario{URL: "/kantor/peta", Lang: "en", Want: []string{"Map of the villages", "none: 267 villages"}},
			webtest.Scenario{URL: "/kantor/peta?wilayah=99", Status: 404, Want: []string{"Wilayah “99” tidak ada"}},
			webtest.Scenario{URL: "/kantor/peta?angka=gaji", Status: 422, Want: []string{"“gaji” tidak dikenal"}},
			webtest.Scenario{URL: "/kantor/mutu?wilayah=31.71", Want: []string{"Kota Administrasi Jakarta Pusat"}},
			webtest.Scenario{URL: "/kantor/mutu?periksa=no_head_post&unit=prov", Want: []string{"1 temuan", "Pemerintah Provinsi dan semua unit di bawahnya", "/kantor/ekspor/findings.csv?periksa=no_head_post&amp;unit=prov"}},
			webtest.Scenario{URL: "/kantor/ekspor/findings.csv?periksa=no_head_post", Want: []string{"Unit tanpa jabatan pimpinan,,,Pemerintah Provinsi"}, Entries: took},
			webtest.Scenario{URL: "/kantor/ekspor/findings.csv", Want: []string{"Unit tanpa jabatan pimpinan", "Data pokok kosong"}, Entries: took},
			webtest.Scenario{URL: "/kantor/ekspor/corrections.csv?urut=x", Status: 422},
			webtest.Scenario{URL: "/api/v1/roster/posts?vacant=true&limit=1", Want: []string{`"total":3`, `"vacant":4`, `"next":"`}},
			webtest.Scenario{URL: "/api/v1/roster/posts?on=x", Status: 422},
			webtest.Scenario{URL: "/api/v1/roster/staffing?lacks=head", Want: []string{`"total":1`, `"led":""`}},
			webtest.Scenario{URL: "/api/v1/roster/figures?figure=people&on=2020-01-01", Want: []string{`"31":2`, `"31.71.01":1`}},
			webtest.Scenario{URL: "/api/v1/roster/quality?check=no_head_post&limit=1&area=31.71", Want: []string{`"total":0`}},
		)
	})
}

// What an employee asks for, and how it is answered, on the pages of both.
func TestAskPages(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		load(t, s, small())
		rini := actor.Actor{ID: "account:rini", Person: "rini"}
		bkd := officer()
		mine, office := siteOf(t, s, clock, &rini), siteOf(t, s, clock, &bkd)
		kinds := kindsOf(t, s)
		from := view(t, s, "rini", "").Person.From.String()
		webtest.Run(t, mine, kinds,
			webtest.Scenario{URL: "/kantor/saya", Want: []string{"Ini semua yang tercatat tentang Anda", "Siapa yang membuka", "account:bkd", "/kantor/saya/koreksi?"}},
			webtest.Scenario{URL: "/kantor/saya/koreksi?jenis=person&fakta=rini&sejak=" + from, Want: []string{"Bagian mana yang keliru?", "Rini Widyastuti"}},
			webtest.Scenario{URL: "/kantor/saya/koreksi", Form: url.Values{"jenis": {"person"}, "fakta": {"rini"}, "sejak": {from}, "field": {"education"}, "note": {"=Ijazah"}}, Status: 422, Want: []string{"=Ijazah"}},
			webtest.Scenario{URL: "/kantor/saya/koreksi", Form: url.Values{"jenis": {"person"}, "fakta": {"rini"}, "sejak": {from}, "field": {"education"}, "wanted": {"S-2"}, "note": {"=Ijazah"}}, Status: 303, Entries: []string{"merit.roster.asked"}},
			webtest.Scenario{URL: "/kantor/saya", Want: []string{"Menunggu jawaban sampai"}})
		clock.Step(80 * time.Hour)
		open, err := s.Open(context.Background(), bkd, 10)
		if err != nil || len(open) != 1 {
			t.Fatalf("%v, %v", open, err)
		}
		waits, err := s.Waiting(context.Background(), bkd)
		if err != nil || len(waits) != 1 || waits[0].Who != "Rini Widyastuti" || !waits[0].Due.Before(clock.Now()) || !strings.HasSuffix(waits[0].Href, open[0].ID) {
			t.Errorf("%+v, %v", waits, err)
		}
		webtest.Run(t, office, kinds,
			webtest.Scenario{URL: "/kantor/koreksi", Want: []string{"Seharusnya dijawab paling lambat", "S-2", `id="permintaan-` + open[0].ID, "/kantor/ekspor/corrections.csv"}},
			webtest.Scenario{URL: "/kantor/koreksi?terlambat=ya&urut=person", Want: []string{"yang lewat waktu saja", "Rini"}},
			webtest.Scenario{URL: "/kantor/ekspor/corrections.csv", Want: []string{"Rini Widyastuti,", ",'=Ijazah,"}, Entries: []string{"merit.roster.exported"}},
			webtest.Scenario{URL: "/kantor/koreksi/" + open[0].ID, Form: url.Values{"do": {"refuse"}}, Status: 422, Want: []string{"Jawaban: Bagian ini perlu diisi"}},
			webtest.Scenario{URL: "/kantor/koreksi/" + open[0].ID, Form: url.Values{"do": {"accept"}}, Status: 303, Entries: []string{"merit.roster.decided"}},
			webtest.Scenario{URL: "/kantor/koreksi/" + open[0].ID, Form: url.Values{"do": {"accept"}}, Status: 409, Want: []string{"sudah dijawab", "Tidak ada yang menunggu"}},
			webtest.Scenario{URL: "/kantor/koreksi", Want: []string{"Tidak ada yang menunggu"}})
		answers, err := s.Answered(context.Background(), rini)
		if err != nil || len(answers) != 1 || answers[0].Title != "roster.inbox.done_title" {
			t.Errorf("%+v, %v", answers, err)
		}
		if none, err := s.Answered(context.Background(), bkd); err != nil || len(none) != 0 {
			t.Errorf("%+v, %v", none, err)
		}
		faults, err := s.Faulty(context.Background(), bkd)
		if err != nil || len(faults) == 0 || faults[0].Count == 0 {
			t.Errorf("%+v, %v", faults, err)
		}
		s.Allow = func(_ actor.Actor, action string, _ roster.Resource) error {
			if action == "roster.quality.read" {
				return nil
			}
			return fault.New(fault.Denied, "roster.denied")
		}
		if faults, err = s.Faulty(context.Background(), bkd); err != nil || len(faults) != 0 {
			t.Errorf("who can mend nothing: %+v, %v", faults, err)
		}
		webtest.Run(t, office, kinds,
			webtest.Scenario{URL: "/kantor/jabatan", Status: 403}, webtest.Scenario{URL: "/kantor/daftar-unit", Status: 403},
			webtest.Scenario{URL: "/kantor/ekspor/findings.csv", Status: 403}, webtest.Scenario{URL: "/kantor/ekspor/corrections.csv", Status: 403})
	})
}

// The map of everything stays a light page.
func TestMapWeight(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		load(t, s, small())
		s.Areas = places(t)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/kantor/peta", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		site(t, s, clock).ServeHTTP(w, r)
		if n := w.Body.Len(); w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" || n > webtest.MaxPage {
			t.Errorf("status %d, %q, %d bytes", w.Code, w.Header().Get("Content-Encoding"), n)
		}
	})
}
