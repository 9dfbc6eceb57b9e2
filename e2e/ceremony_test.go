package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"netral/internal/app"
	"netral/internal/day"
	"netral/internal/merit/appoint"
)

// The ceremony of 27 December 2023 in a province that is large enough for it.
const ceremonyPeople = 20_000

// stage is the demo a week before the ceremony, with its stories.
func stage(t *testing.T, dir string) *app.Site {
	t.Helper()
	now := func() time.Time { return time.Date(2023, time.December, 20, 10, 0, 0, 0, day.WIB) }
	s, err := app.OpenStage(context.Background(), dir, now, slog.New(slog.DiscardHandler), ceremonyPeople, day.Of(2023, time.December, 20))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// what is typed in both walks, so that the decrees are the same to the last byte.
const (
	minutesNumber = "BA-17/2023"
	minutesText   = "Seluruh calon dinilai tim penilai kinerja."
	bknNumber     = "PT-203/2023"
	ministry      = "100.2.2.6/9999/SJ"
	exception     = "Kebutuhan layanan; kinerjanya dievaluasi dalam enam bulan."
	absence       = "Sakit, surat dokter 27 Desember 2023."
)

// TestCeremony walks 203 officials from proposals to the oath: in the pages, on a
// phone, without script; and over the API. Both must come to the same decree.
func TestCeremony(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	if err := stage(t, first).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(second, os.DirFS(first)); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"log.key", "vault.key"} { // a copy is open to others
		if err := os.Chmod(filepath.Join(second, key), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	byAPI := byAPI(t, second)
	byPages := byPages(t, first)
	if !bytes.Equal(byAPI, byPages) || len(byPages) == 0 {
		t.Errorf("the decrees differ:\n%.3000s\n%.3000s", byAPI, byPages)
	}
}

// proof reads the published file as anybody may, has it checked, and gives all but
// the receipt.
func proof(t *testing.T, h http.Handler) []byte {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/pelantikan/2023/1/berkas", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("the proof: %d", w.Code)
	}
	f, err := appoint.Parse(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	rep := f.Check(nil)
	if !rep.Clean() || rep.Rows != 203 || rep.Excepted == 0 || rep.Excepted > 30 {
		t.Errorf("%d rows, %d excepted, %+v", rep.Rows, rep.Excepted, rep.Problems)
	}
	agencies := map[string]int{}
	for _, c := range rep.Counts {
		agencies[c.Agency] += c.N
		if c.Level != "administrator" && c.Level != "pengawas" {
			t.Errorf("somebody on level %s", c.Level)
		}
	}
	if len(agencies) != 3 || agencies["Dinas Kesehatan"] != 122 || agencies["Dinas Pendidikan"] != 65 {
		t.Errorf("%v", agencies)
	}
	return f.Lines()
}

// client is somebody who has signed in and speaks JSON.
type client struct {
	t    *testing.T
	base string
	*http.Client
}

func signedIn(t *testing.T, base, role string) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t, base, &http.Client{Jar: jar}}
	page := c.get("/masuk")
	m := regexp.MustCompile(`value="([a-z0-9]+)">` + regexp.QuoteMeta(role)).FindSubmatch(page)
	if m == nil {
		t.Fatalf("nobody is %q", role)
	}
	c.form("/masuk/demo", url.Values{"account": {string(m[1])}, "ke": {"/kantor"}})
	return c
}

func (c *client) send(method, path, kind string, body []byte) []byte {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "id")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", c.base)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := c.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		c.t.Fatalf("%s %s: %d %.2000s %v", method, path, res.StatusCode, raw, err)
	}
	return raw
}

func (c *client) get(path string) []byte { c.t.Helper(); return c.send(http.MethodGet, path, "", nil) }

func (c *client) form(path string, v url.Values) {
	c.t.Helper()
	c.send(http.MethodPost, path, "application/x-www-form-urlencoded", []byte(v.Encode()))
}

// post sends JSON and reads the batch that comes back.
func (c *client) post(path string, body map[string]any) (b batch) {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := json.Unmarshal(c.send(http.MethodPost, path, "application/json", raw), &b); err != nil {
		c.t.Fatal(err)
	}
	return b
}

// batch is what the API says of one.
type batch struct {
	State     string `json:"state"`
	Version   int    `json:"version"`
	Taken     bool   `json:"taken"`
	Proposals []struct {
		Post string `json:"post"`
	} `json:"proposals"`
	Stands []struct {
		Post string `json:"post"`
		Key  string `json:"key"`
	} `json:"stands"`
}

func byAPI(t *testing.T, dir string) []byte {
	s := stage(t, dir)
	defer s.Close() //nolint:errcheck // nothing is read after
	srv := httptest.NewServer(s.Handler)
	defer srv.Close()
	bkd, governor := signedIn(t, srv.URL, "Pejabat kepegawaian (BKD)"), signedIn(t, srv.URL, "Kantor gubernur")
	var ready struct {
		Batch     string   `json:"batch"`
		Proposals string   `json:"proposals"`
		Assessors []string `json:"assessors"`
		Ready     bool     `json:"ready"`
	}
	if err := json.Unmarshal(bkd.get("/api/v1/demo/stories"), &ready); err != nil || !ready.Ready || len(ready.Assessors) == 0 {
		t.Fatalf("%+v, %v", ready, err)
	}
	at := "/api/v1/appoint/batches/" + ready.Batch
	var b batch
	if err := json.Unmarshal(bkd.get(at), &b); err != nil {
		t.Fatal(err)
	}
	if b = bkd.post(at+"/table", map[string]any{"version": b.Version, "name": "usulan.csv", "file": bkd.get(ready.Proposals), "commit": true}); !b.Taken {
		t.Fatalf("the table is refused: %+v", b)
	}
	b = bkd.post(at+"/minutes", map[string]any{"version": b.Version, "number": minutesNumber, "date": "2023-12-20", "assessors": ready.Assessors[:1], "summary": minutesText})
	b = bkd.post(at+"/approvals", map[string]any{"version": b.Version, "kind": "bkn", "number": bknNumber, "date": "2023-12-20"})
	b = bkd.post(at+"/approvals", map[string]any{"version": b.Version, "kind": "mendagri", "number": ministry, "date": "2023-12-20"})
	var left []string
	for _, x := range b.Stands {
		if !strings.HasPrefix(x.Key, "appoint.need.verdict.") {
			t.Fatalf("%s stands in the way of %s", x.Key, x.Post)
		}
		left = append(left, x.Post)
	}
	b = governor.post(at+"/roll", map[string]any{"do": "except", "version": b.Version, "posts": left, "why": exception})
	b = governor.post(at+"/sign", map[string]any{"version": b.Version})
	bkd.form("/peragaan/hari", url.Values{"hari": {"2023-12-27"}, "ke": {"/peragaan"}})
	var posts []string
	for _, p := range b.Proposals {
		posts = append(posts, p.Post)
	}
	absent := posts[0]
	b = bkd.post(at+"/roll", map[string]any{"do": "arrive", "posts": posts[1:]})
	b = bkd.post(at+"/oath", map[string]any{"version": b.Version, "witnesses": []string{"Ani", "Budi"}, "absent": map[string]string{absent: absence}})
	if b = bkd.post(at+"/effect", map[string]any{"version": b.Version}); b.State != "signed" { // one has still to take the oath
		t.Errorf("the batch is %s", b.State)
	}
	return proof(t, s.Handler)
}

// walker is somebody on a phone without script.
type walker struct{ *Tab }

// mark finds the first thing of a kind that people can read so, and names it.
func (w walker) mark(kind, words string) string {
	w.t.Helper()
	found := eval[bool](w.Tab, fmt.Sprintf("(() => { document.querySelector('#walk')?.removeAttribute('id'); const e = [...document.querySelectorAll(%q)].find(e => e.innerText.includes(%q)); if (e) e.id = 'walk'; return !!e })()", kind, words))
	if !found {
		w.t.Fatalf("%s shows no %s with %q:\n%s", w.Path(), kind, words, w.Text())
	}
	return "#walk"
}

func (w walker) press(words string) { w.t.Helper(); w.Follow(w.mark("button, a", words)) }
func (w walker) open(words string)  { w.t.Helper(); w.Click(w.mark("summary", words)) }

// fill types into a field; into one for a day, or a file, as a finger would choose.
func (w walker) fill(name, value string) {
	w.t.Helper()
	field := fmt.Sprintf("[name=%q]", name)
	switch eval[string](w.Tab, fmt.Sprintf("document.querySelector(%q)?.type || ''", field)) {
	case "date", "select-one":
		eval[string](w.Tab, fmt.Sprintf("document.querySelector(%q).value = %q", field, value))
	case "file":
		w.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS(field), []string{value}))
	case "":
		w.t.Fatalf("%s has no field %q:\n%s", w.Path(), name, w.Text())
	default:
		w.Click(field)
		w.Type(value)
	}
}

func byPages(t *testing.T, dir string) []byte {
	s := stage(t, dir)
	defer s.Close() //nolint:errcheck // nothing is read after
	w := walker{Open(t, s.Handler).Tab(Phone, NoScript, In("id"))}
	table := filepath.Join(t.TempDir(), "usulan.csv")
	rec := httptest.NewRecorder()
	s.Handler.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/peragaan/usulan.csv", nil))
	if err := os.WriteFile(table, rec.Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}

	w.Visit("/peragaan")
	assessor := eval[string](w.Tab, "document.querySelector('ol.steps pre, ol.steps code').innerText.trim()")
	w.press("Masuk sebagai Pejabat kepegawaian (BKD)")
	w.open("Masukkan usulan dari tabel")
	w.fill("file", table)
	w.press("Periksa berkas")
	want(t, w.Tab, "203")
	w.press("Masukkan 203")
	batch := w.Path()
	want(t, w.Tab, "203 usulan")
	w.open("Catat berita acara")
	w.fill("assess-number", minutesNumber)
	w.fill("assess-date", "2023-12-20")
	w.fill("assess-assessors", assessor)
	w.fill("assess-summary", minutesText)
	w.press("Catat berita acara")
	for _, a := range [][2]string{{"bkn", bknNumber}, {"mendagri", ministry}} {
		w.open("Catat persetujuan")
		w.fill("approve-kind", a[0])
		w.fill("approve-number", a[1])
		w.fill("approve-date", "2023-12-20")
		w.press("Catat persetujuan")
	}

	w.Visit("/peragaan")
	w.press("Masuk sebagai Kantor gubernur")
	w.Visit(batch + "/centang?sisa=ya")
	ticks := eval[int](w.Tab, "document.querySelectorAll('.ticks input[type=checkbox]').length")
	for i := range ticks {
		w.Click(fmt.Sprintf(".ticks li:nth-child(%d) input[type=checkbox]", i+1))
	}
	w.fill("why", exception)
	w.press("Kecualikan")
	w.Visit(batch)
	want(t, w.Tab, "Tidak ada yang menghalangi")
	w.press("Tandatangani")

	w.Visit("/peragaan")
	w.press("27 Desember 2023")
	w.press("Masuk sebagai Pejabat kepegawaian (BKD)")
	first := ""
	for i := range 4 { // pages of sixty
		w.Visit(batch + fmt.Sprintf("/centang?hal=%d", i+1))
		if i == 0 { // all but the one who is ill
			first = eval[string](w.Tab, "document.querySelector('.ticks input[type=checkbox]').value")
			w.Click(".ticks li:nth-child(1) input[type=checkbox]")
		}
		w.fill("which", "rest")
		w.press("Catat hadir")
	}
	w.Visit(batch)
	w.open("Catat sumpah")
	w.fill("oath-witness1", "Ani")
	w.fill("oath-witness2", "Budi")
	w.fill("absent-"+first, absence)
	w.press("Catat sumpah")
	w.press("Alihkan jabatan")
	want(t, w.Tab, "202")
	return proof(t, s.Handler)
}
