package calendar_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/rule"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

func site(t *testing.T, s *calendar.Service, now time.Time) http.Handler {
	t.Helper()
	sh := webtest.Shell(t, nil, func(c *web.Config) { c.Now = func() time.Time { return now } })
	mux := http.NewServeMux()
	sh.Mount(mux)
	s.Routes(mux, sh)
	s.API(web.NewAPI(mux, sh, "1"), sh)
	return sh.Handler(mux)
}

func TestPages(t *testing.T) {
	s := &calendar.Service{Base: parse(t, carriedText(t)), Now: webtest.Clock, Address: "https://netral.example"}
	s.Flips = func(_ context.Context, _ *calendar.Edition, on day.Day) ([]calendar.Flip, error) {
		if on != day.Of(2023, time.November, 13) {
			return nil, nil
		}
		return []calendar.Flip{{Situation: rule.Text{ID: "berfoto", EN: "a photo"}, Before: rule.Caution, After: rule.Prohibited, AfterWhy: rule.Text{ID: "pelanggaran disiplin", EN: "breach of discipline"}}}, nil
	}
	webtest.Run(t, site(t, s, webtest.Clock()), nil,
		webtest.Scenario{URL: "/kalender", Want: []string{
			"ada pemilihan yang sedang berjalan", "Presiden: pendaftaran dan pencalonan", "KASN", "Gubernur DKI 2024", "Disiapkan, lalu tidak digelar.",
			"Sumber berbeda:", "1 Januari 2029", "https://netral.example/kalender.ics", "Hari ini 19 Okt 2023", `href="/kalender/perubahan?tanggal=2023-11-13"`,
		}, NotWant: []string{"style="}},
		webtest.Scenario{URL: "/kalender", Lang: "en", Want: []string{"these elections are running", "Governor of Jakarta 2024", "/kalender.ics?lang=en&amp;contest=GUB24"}},
		webtest.Scenario{URL: "/kalender?tahun=2029", Want: []string{"perkiraan", "di luar gambar", `aria-current="page">2029`}},
		webtest.Scenario{URL: "/kalender?tahun=1999", Status: 422, Want: []string{"“1999” bukan tahun", "2022, 2023, 2024, 2025, 2029"}},
		webtest.Scenario{URL: "/kalender?tahun=x", Status: 422, Want: []string{"“x” bukan tahun"}},
		webtest.Scenario{URL: "/kalender/perubahan", Want: []string{"Kamis, 19 Oktober 2023", "Pendaftaran pasangan calon", "Tahapan yang mulai", "Tidak ada jawaban yang berubah"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=2023-11-13", Want: []string{
			"Yang berubah pada Senin, 13 November 2023", "bakal calon", "berfoto", "Dilarang", "pelanggaran disiplin", "00.00 WIB", "tanggal=2023-11-09", "tanggal=2023-11-14",
		}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=2023-11-12", Want: []string{"Tidak ada yang berubah pada tanggal ini", "Perubahan berikutnya: 13 Nov 2023"}, NotWant: []string{"Dilarang"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=2024-08-24", Lang: "en", Want: []string{"Civil Service Commission (KASN)", "Transition from KASN to BKN", "Supervisor of neutrality"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=1945-08-17", NotWant: []string{"Perubahan sebelumnya"}, Want: []string{"Perubahan berikutnya"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=2199-12-31", NotWant: []string{"Perubahan berikutnya"}, Want: []string{"Perubahan sebelumnya"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=2023-02-31", Status: 422, Want: []string{"“2023-02-31” bukan tanggal yang dikenal", "1945-08-17", `aria-invalid="true"`, "f-tanggal-error"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=", Status: 422, Want: []string{"Isi tanggalnya seperti"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=%3Cscript%3E%E2%80%AE", Status: 422, NotWant: []string{"<script>"}, Want: []string{"&lt;script&gt;"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=" + strings.Repeat("9", 5000), Status: 422, Want: []string{"999…"}},
		webtest.Scenario{URL: "/kalender/PRES24", Want: []string{"Anies Baswedan – Muhaimin Iskandar", "Nomor urut 2", "sebutan: gemoy", "belum terverifikasi", "C-OKZ1", "okezone.com", "pengusung PKB"}},
		webtest.Scenario{URL: "/kalender/gub24", Lang: "en", Want: []string{"Ban on replacing officials", "22 March 2024 to 19 February 2025", "Independent.", "Sources differ: The number of parties"}},
		webtest.Scenario{URL: "/kalender/LEG24", Want: []string{"Partai Ummat", "Ditetapkan sebagai partai peserta pada 30 Desember 2022."}},
		webtest.Scenario{URL: "/kalender/GUB24R2", Want: []string{"tidak jadi digelar", "Disiapkan, lalu tidak digelar."}},
		webtest.Scenario{URL: "/kalender/NAT29", Want: []string{"perkiraan, belum ada jadwal", "rendah, dihitung dari tanggal lain"}},
		webtest.Scenario{URL: "/kalender/PRES99", Status: 404, Want: []string{"Pemilihan “PRES99” tidak ada", "PRES24, LEG24, GUB24"}},
		webtest.Scenario{URL: "/kalender/edisi", Want: []string{"2026-1", "berlaku sekarang", "edisi pertama"}},
		webtest.Scenario{URL: "/kalender/edisi/2026-1", Want: []string{s.Base.SHA256, "22 November 2026"}},
		webtest.Scenario{URL: "/kalender/edisi/2026-9", Status: 404, Want: []string{"“2026-9” tidak ada", "2026-1"}},
		webtest.Scenario{URL: "/kalender/edisi/2026-1/berkas", Want: []string{`edition: "2026-1"`}, WantHeader: map[string]string{"Content-Disposition": "attachment; filename=2026-1.yaml"}},
		webtest.Scenario{Method: http.MethodPost, URL: "/kalender", Status: 405},

		webtest.Scenario{URL: "/api/v1/calendar", Want: []string{`"id":"2026-1"`, `"PRES24-2"`, s.Base.SHA256}},
		webtest.Scenario{URL: "/api/v1/calendar/2023-11-13", Want: []string{`"day":"2023-11-13"`, `"standing":"candidate"`, `"before":"hopeful","after":"candidate"`, `"after":"prohibited"`, `"prev":"2023-11-09","next":"2023-11-14"`, `"id":"kasn"`}},
		webtest.Scenario{URL: "/api/v1/calendar/2023-13-01", Status: 422, Want: []string{`"field":"day"`, `"given":"2023-13-01"`, "1945-08-17"}},

		webtest.Scenario{URL: "/kalender.ics?contest=XX&lang=fr", Status: 422, Want: []string{"“XX” tidak ada", "GUB24", "“fr” belum tersedia"}},
	)
}

// Between the base edition and today nothing runs: the page says so.
func TestPagesToday(t *testing.T) {
	s := &calendar.Service{Base: parse(t, carriedText(t)), Now: func() time.Time { return amendDay }}
	webtest.Run(t, site(t, s, amendDay), nil,
		webtest.Scenario{URL: "/kalender", Want: []string{"tidak ada pemilihan yang sedang berjalan", "Badan Kepegawaian Negara", "di luar gambar"}, NotWant: []string{"Alamat langganan"}},
		webtest.Scenario{URL: "/kalender/perubahan?tanggal=2023-11-13", Want: []string{"bakal calon"}, NotWant: []string{"Bolehkah saya"}},
	)
}

func TestPagesAfterAmendment(t *testing.T) {
	second := dropLine(t, revise(t, carriedText(t), "2026-2", "2026-1", oath, oath2), voters)
	base := parse(t, carriedText(t))
	ledgertest.Each(t, []store.Line{calendar.Migrations}, func(t *testing.T, _ *store.DB, book *ledger.Book) {
		s := &calendar.Service{Book: book, Base: base, Now: func() time.Time { return amendDay }}
		if _, err := s.Amend(context.Background(), actor.OS("petugas", "id"), calendar.AmendInput{File: []byte(second), Note: "Keppres 15/P"}); err != nil {
			t.Fatal(err)
		}
		kinds := func() []string { // pages must record nothing
			r, err := book.Verify(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return make([]string, r.Size)
		}
		webtest.Run(t, site(t, s, amendDay), kinds,
			webtest.Scenario{URL: "/kalender/GUB24", Want: []string{"27\u00a0Feb\u00a02025", "22 Maret 2024 sampai 26 Februari 2025"}, NotWant: []string{"DP4"}},
			webtest.Scenario{URL: "/kalender/edisi", Want: []string{"Keppres 15/P", "3 perubahan", "Rabu, 25 November 2026 pukul 09.00.00 WIB"}, NotWant: []string{"petugas"}},
			webtest.Scenario{URL: "/kalender/edisi/2026-2", Want: []string{
				"Yang berubah dari edisi 2026-1", "tahapan pindah tanggal", "Kamis, 20 Februari 2025", "Kamis, 27 Februari 2025", "tahapan dihapus", "larangan penggantian pejabat berubah",
			}},
			webtest.Scenario{URL: "/kalender/edisi/2026-1", Want: []string{base.SHA256}},
		)
	}, storetest.WithClock(storetest.NewClock(amendDay)))
}

func TestGallery(t *testing.T) {
	s := &calendar.Service{Base: parse(t, carriedText(t)), Now: webtest.Clock}
	webtest.Gallery(t, webtest.Shell(t, nil, nil), s.Gallery())
}

func TestFeedCaching(t *testing.T) {
	s := &calendar.Service{Base: parse(t, carriedText(t)), Now: webtest.Clock}
	h := site(t, s, webtest.Clock())
	get := func(url, match string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, url, nil)
		r.Header.Set("If-None-Match", match)
		r.AddCookie(&http.Cookie{Name: "lang", Value: "en"}) // must not matter
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	w := get("/kalender.ics", "")
	tag := w.Header().Get("ETag")
	if w.Code != 200 || tag == "" || w.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || w.Header().Get("Cache-Control") != "public, max-age=3600" {
		t.Errorf("status %d, header %v", w.Code, w.Header())
	}
	if !strings.Contains(w.Body.String(), "Masa tenang") {
		t.Error("the feed follows the cookie")
	}
	if w := get("/kalender.ics", tag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("asked again: status %d, %d bytes", w.Code, w.Body.Len())
	}
	if w := get("/kalender.ics?lang=en", tag); w.Code != 200 || !strings.Contains(w.Body.String(), "Quiet period") {
		t.Errorf("in English: status %d", w.Code)
	}
}
