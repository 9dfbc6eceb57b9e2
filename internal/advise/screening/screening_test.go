package screening_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/advise/screening"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/lex"
	"netral/internal/lex/screen"
	"netral/internal/rule"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// sides are enough of a contest to draw pages; what the reader makes of real
// ones is its own package's test.
func sides() []screen.Side {
	side := func(id, contest string, n int, names ...string) screen.Side {
		s := screen.Side{ID: id, Contest: contest, Number: n, From: day.None, Until: day.None, NumberFrom: day.None, NumberUntil: day.None}
		if contest != "" {
			s.From, s.Until = day.Of(2022, 6, 14), day.Of(2024, 10, 21)
			s.NumberFrom, s.NumberUntil = day.Of(2023, 11, 13), day.Of(2024, 3, 21)
		}
		for _, x := range names {
			s.Names = append(s.Names, screen.Name{Text: x, From: day.None, Until: day.None})
		}
		return s
	}
	return []screen.Side{
		side("PRES24-1", "PRES24", 1, "Anies"), side("PRES24-2", "PRES24", 2, "Prabowo", "Prabowo-Gibran"), side("PRES24-3", "PRES24", 3, "Ganjar"), side("pkb", "", 0, "PKB"),
	}
}

var basis = sync.OnceValues(func() (*screening.Basis, error) {
	root := os.DirFS("../../../data")
	book, err := rule.Load(os.DirFS("../../../rules"), "id-asn")
	if err != nil {
		return nil, err
	}
	words, err := lex.Load(root, "lexicon", book)
	if err != nil {
		return nil, err
	}
	l, err := screen.Load(root, "screen/2026-1.yaml", words.Words())
	if err != nil {
		return nil, err
	}
	return &screening.Basis{Reader: l.Reader(sides()), Words: l.Edition, Calendar: "2026-1", Name: func(id, _ string) string { return "Pihak " + id }}, nil
})

func service(t testing.TB) *screening.Service {
	t.Helper()
	b, err := basis()
	if err != nil {
		t.Fatal(err)
	}
	return &screening.Service{Basis: func() *screening.Basis { return b }, Now: func() time.Time { return time.Date(2024, 1, 15, 9, 0, 0, 0, day.WIB) }}
}

func site(t testing.TB, log *bytes.Buffer) http.Handler {
	t.Helper()
	s := service(t)
	sh := webtest.Shell(t, log, nil)
	mux := http.NewServeMux()
	sh.Mount(mux)
	s.Routes(mux, sh)
	s.API(web.NewAPI(mux, sh, "test"), sh)
	return sh.Handler(mux)
}

func TestPages(t *testing.T) {
	var log bytes.Buffer
	h := site(t, &log)
	form := func(text, on string) url.Values { return url.Values{"teks": {text}, "tanggal": {on}} }
	webtest.Run(t, h, nil,
		webtest.Scenario{URL: "/saring", Want: []string{"Saring teks", "<textarea", "tidak disimpan"}},
		webtest.Scenario{URL: "/saring", Lang: "en", Want: []string{"Screen a text"}},
		webtest.Scenario{URL: "/saring", Form: form("Bismillah, besok coblos Prabowo ya", ""), Want: []string{"Mungkin memihak", "Pihak PRES24-2", "<mark>", "manusia yang memutuskan", "15 Januari 2024"}},
		webtest.Scenario{URL: "/saring", Lang: "en", Form: form("Bismillah, besok coblos Prabowo ya", ""), Want: []string{"May take sides", "a person decides"}},
		webtest.Scenario{URL: "/saring", Form: form("Bismillah, besok coblos Prabowo ya", "2026-11-25"), Want: []string{"Belum jelas", "tidak berjalan"}, NotWant: []string{"Mungkin memihak"}},
		webtest.Scenario{URL: "/saring", Form: form("Hujan lagi sore ini", ""), Want: []string{"Tidak tampak memihak", "tidak ada kata"}},
		webtest.Scenario{URL: "/saring", Form: form("Kerja bakti jam tujuh", ""), Want: []string{"Tidak tampak memihak", "hal lain"}},
		webtest.Scenario{URL: "/saring", Form: form("Mengundang Bapak/Ibu di Aula Kecamatan pada 28 Januari 2024. Mohon membawa bendera PKB dan kaus partai.", ""), Want: []string{"Mungkin memihak", "28 Januari 2024", "bendera"}},
		webtest.Scenario{Name: "script in a text is text", URL: "/saring", Form: form(`<script>alert(1)</script> coblos Prabowo`, ""), Want: []string{"&lt;script&gt;"}, NotWant: []string{"<script"}},
		webtest.Scenario{Name: "a wrong day keeps what was typed", URL: "/saring", Form: form("coblos Prabowo", "kemarin"), Status: 422, Want: []string{"coblos Prabowo", "kemarin", "2024-01-15"}},
		webtest.Scenario{Name: "nothing", URL: "/saring", Form: form("  ", ""), Status: 422, Want: []string{"masih kosong"}},
		webtest.Scenario{Name: "too long", URL: "/saring", Form: form(strings.Repeat("a ", 10<<10), ""), Status: 422, Want: []string{"20 KiB", "12 KiB", "200 KiB"}},
		webtest.Scenario{Name: "never from an address", URL: "/saring?teks=coblos+Prabowo", NotWant: []string{"<mark>", "Mungkin memihak"}},
	)
	for _, secret := range []string{"coblos ", "bendera", "Kerja"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log.String())
		}
	}
}

func TestAPI(t *testing.T) {
	var log bytes.Buffer
	h := site(t, &log)
	webtest.Run(t, h, nil,
		webtest.Scenario{URL: "/api/v1/screen", JSON: map[string]any{"text": "coblos Prabowo ya"}, Want: []string{`"verdict":"partisan"`, `"id":"PRES24-2"`, `"words":"coblos"`, `"from":0`, `"on":"2024-01-15"`, `"note":"Ini bacaan mesin`}},
		webtest.Scenario{URL: "/api/v1/screen", JSON: map[string]any{"text": "hujan lagi"}, Want: []string{`"verdict":"neutral"`, `"kind":"nothing"`}},
		webtest.Scenario{URL: "/api/v1/screen", JSON: map[string]any{"text": ""}, Status: 422, Want: []string{"masih kosong"}},
		webtest.Scenario{URL: "/api/v1/screen", JSON: map[string]any{"text": "a", "on": "31-02-2024"}, Status: 422, Want: []string{"31-02-2024"}},
		webtest.Scenario{URL: "/api/v1/screen", JSON: map[string]any{"teks": "a"}, Status: 422},
		webtest.Scenario{URL: "/api/v1/screen/batch", JSON: map[string]any{"on": "2024-01-15", "texts": []map[string]string{{"id": "x", "text": "coblos Ganjar"}, {"text": "netral saja", "on": "2026-01-01"}}}, Want: []string{`"id":"x"`, `"verdict":"partisan"`, `"on":"2026-01-01"`}},
		webtest.Scenario{Name: "an empty batch", URL: "/api/v1/screen/batch", JSON: map[string]any{"texts": []string{}}, Status: 422, Want: []string{"1 sampai 500"}},
	)
	if strings.Contains(log.String(), "Ganjar") {
		t.Errorf("the log holds the text:\n%s", log.String())
	}
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, &bytes.Buffer{}, nil), service(t).Gallery())
}

// TestViewIsWhole: what a program gets adds up, whatever the text.
func TestViewIsWhole(t *testing.T) {
	s := service(t)
	for _, text := range []string{"coblos Prabowo", "a", strings.Repeat("coblos Prabowo. ", 5000), "🙂", "Undangan\r\n\r\nbawa bendera PKB"} {
		r, err := s.Screen(context.Background(), actor.Actor{}, screening.Input{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Facts) > 800 {
			t.Errorf("%.20q: %d facts", text, len(r.Facts))
		}
	}
	for _, wrong := range []string{"", "\xff\xfe", strings.Repeat("a", screening.MaxText+1)} {
		if _, err := s.Screen(context.Background(), actor.Actor{}, screening.Input{Text: wrong}); fault.Of(err) == nil || fault.Of(err).Kind != fault.Invalid {
			t.Errorf("%.10q: %v", wrong, err)
		}
	}
	if _, err := s.Screen(context.Background(), actor.Actor{}, screening.Input{Text: "a", On: "x"}); fault.Of(err) == nil || fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a wrong day: %v", err)
	}
}

func FuzzForm(f *testing.F) {
	f.Add("coblos Prabowo", "2024-01-15")
	f.Add("\u202e\x00👍", "")
	s := service(f)
	mux := http.NewServeMux()
	s.Routes(mux, webtest.Shell(f, &bytes.Buffer{}, nil))
	f.Fuzz(func(t *testing.T, text, on string) {
		r := httptest.NewRequest(http.MethodPost, "/saring", strings.NewReader(url.Values{"teks": {text}, "tanggal": {on}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("status %d for %q, %q", w.Code, text, on)
		}
		for _, fault := range webtest.Faults(w.Body.String()) {
			t.Fatalf("%q: %s", text, fault)
		}
	})
}
