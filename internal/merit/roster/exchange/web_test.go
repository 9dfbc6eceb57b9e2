package exchange_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/roster"
	"netral/internal/merit/roster/exchange"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// office is pages with a queue behind them.
func office(t *testing.T, fn func(t *testing.T, s *exchange.Service, r *jobs.Runner, h http.Handler)) {
	t.Helper()
	clock := storetest.NewClock(time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC))
	ledgertest.Each(t, []store.Line{roster.Migrations, exchange.Migrations, jobs.Migrations}, func(t *testing.T, db *store.DB, book *ledger.Book) {
		s := service(t, db, book)
		r := jobstest.Runner(t, db, book)
		s.Work(r)
		sh := webtest.Shell(t, nil, func(c *web.Config) { c.Now = clock.Now })
		mux := http.NewServeMux()
		sh.Mount(mux)
		s.Routes(mux, sh)
		s.API(mux, web.NewAPI(mux, sh, "1"), sh)
		fn(t, s, r, sh.Handler(mux))
	}, storetest.WithClock(clock))
}

// form is a multipart body and its type.
func form(t *testing.T, kind, name, body string) (string, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range map[string]string{"kind": kind, "as_of": "2023-10-19"} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		p, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func upload(t *testing.T, kind, name, body string) webtest.Scenario {
	b, ct := form(t, kind, name, body)
	return webtest.Scenario{URL: "/kantor/impor", Body: b, Header: map[string]string{"Content-Type": ct}}
}

func last(t *testing.T, s *exchange.Service) exchange.Import {
	t.Helper()
	l, err := s.List(context.Background(), officer(), 1)
	if err != nil || len(l) != 1 {
		t.Fatalf("%v %v", l, err)
	}
	return l[0]
}

func TestPages(t *testing.T) {
	bad := people(500, func(i int, c []string) {
		if i == 41 || i == 200 || i == 499 {
			c[6] = "31-02-1980"
		}
	})
	office(t, func(t *testing.T, s *exchange.Service, r *jobs.Runner, h http.Handler) {
		send := upload(t, "people", "pegawai.csv", bad)
		send.Status = 303
		none := upload(t, "people", "", "")
		none.Status, none.Want = 422, []string{"Pilih berkas yang akan dikirim"}
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: "/kantor/impor", Want: []string{"Belum ada impor", "/kantor/contoh/people.csv", `enctype="multipart/form-data"`}},
			webtest.Scenario{URL: "/kantor/contoh/people.csv", Want: []string{"NIP;NRK;Nama"}},
			webtest.Scenario{URL: "/kantor/contoh/wages.csv", Status: 404},
			webtest.Scenario{URL: "/kantor/impor/zzz", Status: 404, Want: []string{"Impor ini tidak ada"}},
			none, send)
		m := last(t, s)
		page := "/kantor/impor/" + m.ID
		webtest.Run(t, h, nil, webtest.Scenario{URL: page, Want: []string{"menunggu diperiksa", "<progress"}, WantHeader: map[string]string{"Refresh": "2"}})
		if n := jobstest.Drain(t, r); n != 1 {
			t.Fatalf("%d jobs", n)
		}
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: page, Want: []string{"3 baris ditolak", "Baris 43", "31-02-1980", "Tgl. Lahir (G)", "bukan tanggal yang ada", "Muat 497 baris yang benar saja", "CSV UTF-8, pemisah titik koma"}, WantHeader: map[string]string{"Refresh": ""}},
			webtest.Scenario{URL: page, Lang: "en", Want: []string{"3 rows are refused", "Write only the 497 good rows"}},
			webtest.Scenario{URL: page + "/ditolak.csv", Want: []string{"Sebab ditolak", "31-02-1980"}},
			webtest.Scenario{URL: page + "/muat", Form: url.Values{"good": {"0"}}, Status: 422, Want: []string{"3 dari 500 baris ditolak"}},
			// Another column is looked at instead: the births are left out.
			webtest.Scenario{URL: page + "/kolom", Form: url.Values{"h0": {"Tgl. Lahir"}, "k0": {"-"}}, Status: 303},
		)
		jobstest.Drain(t, r)
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: page, Want: []string{"Muat 500 baris", "7 dibaca, 1 tidak"}, NotWant: []string{"ditolak (CSV)"}},
			webtest.Scenario{URL: page + "/muat", Form: url.Values{"good": {"0"}}, Status: 303},
			webtest.Scenario{URL: page + "/muat", Form: url.Values{"good": {"0"}}, Status: 409, Want: []string{"sudah berubah"}},
			webtest.Scenario{URL: page, Want: []string{"menunggu dimuat"}},
		)
		jobstest.Drain(t, r)
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: page, Want: []string{"selesai", "Ditambahkan", "500"}},
			webtest.Scenario{URL: "/kantor/impor", Want: []string{"pegawai.csv", "500 baru, 0 berubah, 0 sama"}},
			webtest.Scenario{URL: page + "/batal", Form: url.Values{}, Status: 409},
		)
		l, err := s.Roster.People(context.Background(), officer(), roster.ListInput{On: day.None})
		if err != nil || l.Total != 500 {
			t.Fatalf("%d people, %v", l.Total, err)
		}
		// A file that is no table, and one whose columns are not known.
		pdf := upload(t, "people", "x.pdf", "%PDF-1.4 x")
		pdf.Status = 303
		webtest.Run(t, h, nil, pdf)
		jobstest.Drain(t, r)
		webtest.Run(t, h, nil, webtest.Scenario{URL: "/kantor/impor/" + last(t, s).ID, Want: []string{"Ini berkas PDF", "tidak dapat dibaca"}})
	})
}

func TestAPI(t *testing.T) {
	office(t, func(t *testing.T, s *exchange.Service, r *jobs.Runner, h http.Handler) {
		in := map[string]any{"kind": "people", "name": "a.csv", "file": []byte("nip,nama,status\n" + nip(1) + ",Ayu L,PNS\n" + nip(2) + ",,PNS\n")}
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: "/api/v1/imports", JSON: in, Want: []string{`"state":"waiting"`}},
			webtest.Scenario{URL: "/api/v1/imports", JSON: map[string]any{"kind": "wages", "name": "a", "file": []byte("x")}, Status: 422, Want: []string{"wages"}},
			webtest.Scenario{URL: "/api/v1/imports", JSON: map[string]any{"kind": "people", "name": "a", "file": bytes.Repeat([]byte("x"), 25<<20)}, Status: 413},
		)
		jobstest.Drain(t, r)
		m := last(t, s)
		at := "/api/v1/imports/" + m.ID
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: at, Want: []string{`"state":"checked"`, `"refused":1`, `"new":1`, `"row":3`, `"column":"name"`, "Bagian ini perlu diisi"}},
			webtest.Scenario{URL: at + "/commit", JSON: map[string]any{}, Status: 422, Want: []string{"exchange.refused"}},
			webtest.Scenario{URL: at + "/commit", JSON: map[string]any{"good": true}, Want: []string{`"state":"ready"`}},
		)
		jobstest.Drain(t, r)
		in["commit"], in["good"] = true, true
		webtest.Run(t, h, nil, webtest.Scenario{URL: at, Want: []string{`"state":"done"`, `"new":1`, `"entries":1`}}, webtest.Scenario{URL: "/api/v1/imports", JSON: in})
		jobstest.Drain(t, r)
		l, err := s.List(context.Background(), officer(), 10)
		if err != nil || len(l) != 2 {
			t.Fatalf("%v %v", l, err)
		}
		for _, x := range l {
			if x.ID != m.ID && (x.State != exchange.Done || x.Same != 1 || x.New != 0) {
				t.Errorf("%+v", x)
			}
		}
	})
}

func TestExport(t *testing.T) {
	office(t, func(t *testing.T, s *exchange.Service, _ *jobs.Runner, h http.Handler) {
		ctx := context.Background()
		for _, kind := range exchange.Kinds() {
			b, err := exchange.Example(kind)
			if err != nil {
				t.Fatal(err)
			}
			rep, err := s.Import(ctx, officer(), file(kind+".csv", string(b)), exchange.Input{Kind: kind, AsOf: day.None}, exchange.Run{})
			if err != nil || rep.New != rep.Rows || len(rep.Unknown()) != 0 {
				t.Fatalf("the example of %s: %v %s, not read: %v%s", kind, err, counts(rep), rep.Unknown(), told(rep))
			}
		}
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: "/kantor/ekspor?tanggal=2023-12-27&riwayat=1", Want: []string{`/kantor/ekspor/tenures.xlsx?riwayat=1&amp;tanggal=2023-12-27`}},
			webtest.Scenario{URL: "/kantor/ekspor?tanggal=31-02-2023", Status: 422, Want: []string{"31-02-2023"}},
			webtest.Scenario{URL: "/api/v1/exports/units.csv", Want: []string{"Dinas"}},
			webtest.Scenario{URL: "/api/v1/exports/units.csv?on=kemarin", Status: 422, Want: []string{"kemarin", `"on"`}},
			webtest.Scenario{URL: "/api/v1/exports/wages.csv", Status: 422, Want: []string{"wages"}},
		)
		// What is given out is taken in again, and says nothing new.
		for _, kind := range exchange.Kinds() {
			for _, format := range exchange.Formats() {
				var b bytes.Buffer
				n, err := s.Export(ctx, officer(), exchange.ExportInput{Kind: kind, Format: format, All: true, Filter: roster.ListInput{On: day.None}}, &b, nil)
				if err != nil || n == 0 {
					t.Fatalf("%s.%s: %d rows, %v", kind, format, n, err)
				}
				rep, err := s.DryRun(ctx, officer(), exchange.File{Name: "x." + format, Size: int64(b.Len()), Body: bytes.NewReader(b.Bytes())}, exchange.Input{Kind: kind, AsOf: day.None}, nil, nil)
				if err != nil || rep.Same != n || rep.Rows != n {
					t.Errorf("%s.%s: %v %s%s", kind, format, err, counts(rep), told(rep))
				}
			}
		}
		kinds := func() []string {
			all, err := s.Book.Latest(ctx, -1, 1000, ledger.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			out := make([]string, len(all))
			for i, e := range all {
				out[len(all)-1-i] = e.Kind
			}
			return out
		}
		out := []string{"merit.roster.exported"}
		webtest.Run(t, h, kinds,
			webtest.Scenario{URL: "/kantor/ekspor/people.csv?unit=dinkes", Want: []string{"id,nip,nrk,name", "Siti Contoh"}, NotWant: []string{"Budi", "nik"}, Entries: out},
			webtest.Scenario{URL: "/kantor/ekspor/tenures.csv?tanggal=2010-01-01&riwayat=0", Want: []string{"staf-gambir,definitive"}, NotWant: []string{"camat-gambir"}, Entries: out},
			webtest.Scenario{URL: "/kantor/ekspor/people.csv?unit=nowhere", Status: 422},
			webtest.Scenario{URL: "/kantor/ekspor/wages.csv", Status: 422, Want: []string{"wages"}},
			webtest.Scenario{URL: "/kantor/ekspor/people.pdf", Status: 422, Want: []string{"pdf"}},
			webtest.Scenario{URL: "/kantor/ekspor/people.csv?tanggal=31-02-2020", Status: 422},
		)
		// Each of them can read that they were given out.
		looks, err := s.Roster.Looked(ctx, officer(), idOf(t, s, "197501012000032001"))
		if err != nil || len(looks) == 0 || looks[0].What != "export" {
			t.Errorf("%v %v", looks, err)
		}
	})
}

// Who may see only one unit is given only that, and who may not export nothing.
func TestExportGivesOnlyWhatMayBeSeen(t *testing.T) {
	each(t, func(t *testing.T, s *exchange.Service) {
		ctx := context.Background()
		for _, kind := range exchange.Kinds() {
			b, err := exchange.Example(kind)
			if err != nil {
				t.Fatal(err)
			}
			take(t, s, kind, string(b))
		}
		s.Roster.Allow = func(_ actor.Actor, action string, r roster.Resource) error {
			path, _ := r.Attrs["unitPath"].([]string)
			in := len(path) > 1 && path[1] == "kec-gambir"
			if action == "search.people" || action == "roster.export" || in && action != "roster.person.full" {
				return nil
			}
			return fault.New(fault.Denied, "roster.denied")
		}
		who := actor.Actor{ID: "account:camat", Lang: "id", Via: "page", Grants: []actor.Grant{{Role: "unit_head", Unit: "kec-gambir"}}}
		for kind, want := range map[string]string{"people": "Budi Contoh|Rini Contoh", "tenures": "SK 3/2022", "marks": "", "leaves": "", "relations": "", "posts": "camat-gambir", "units": "kec-gambir"} {
			var b bytes.Buffer
			if _, err := s.Export(ctx, who, exchange.ExportInput{Kind: kind, Format: "csv", Filter: roster.ListInput{On: day.None}}, &b, nil); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			for _, w := range strings.Split(want, "|") {
				if !strings.Contains(b.String(), w) {
					t.Errorf("%s: %q is not in\n%s", kind, w, b.String())
				}
			}
			if want == "" && strings.Count(b.String(), "\n") != 1 || regexp.MustCompile(`Siti|1975|dinkes,|1980-02-02|1990-04-04`).MatchString(b.String()) {
				t.Errorf("%s gives too much:\n%s", kind, b.String())
			}
		}
		s.Roster.Allow = func(_ actor.Actor, action string, _ roster.Resource) error {
			if action == "roster.export" {
				return fault.New(fault.Denied, "roster.denied")
			}
			return nil
		}
		var b bytes.Buffer
		_, err := s.Export(ctx, who, exchange.ExportInput{Kind: "people", Format: "csv", Filter: roster.ListInput{On: day.None}}, &b, nil)
		wantFault(t, err, fault.Denied, "roster.denied")
		if b.Len() != 0 {
			t.Errorf("%d bytes were given out", b.Len())
		}
	})
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), exchange.Gallery())
}
