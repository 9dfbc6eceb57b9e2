package jobs_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/jobs/jobstest"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/store"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

func TestPage(t *testing.T) {
	ledgertest.Each(t, lines(), func(t *testing.T, db *store.DB, book *ledger.Book) {
		r := jobstest.Runner(t, db, book)
		jobs.Register(r, "mail", jobs.Options{NameKey: "jobs.title"}, func(context.Context, int) error { return errors.New("secret of Budi") })
		sh := webtest.Shell(t, nil, nil)
		mux := http.NewServeMux()
		sh.Mount(mux)
		may := map[string]bool{jobs.ActSee: true, jobs.ActRetry: true, jobs.ActCancel: true}
		r.Routes(mux, sh, func(_ *web.Request, act string) error {
			if !may[act] {
				return fault.New(fault.Denied, "calendar.amend_denied")
			}
			return nil
		})
		h := sh.Handler(mux)
		seen := func() []string { return kinds(t, book) }
		webtest.Run(t, h, seen,
			webtest.Scenario{Name: "empty", URL: "/antrean", Want: []string{"Antrean kosong", "Semua berjalan"}},
			webtest.Scenario{Name: "empty in English", URL: "/antrean", Lang: "en", Want: []string{"The queue is empty"}},
		)
		for i := range 60 {
			enqueue(t, db, jobs.Job{Kind: "mail", Payload: i, MaxAttempts: 1})
		}
		jobstest.Events(t, r)
		enqueue(t, db, jobs.Job{Kind: "unknown", Key: "<b>", Payload: 1})
		webtest.Run(t, h, seen,
			webtest.Scenario{Name: "failures", URL: "/antrean", Want: []string{"60 pekerjaan gagal", "Ulangi nomor 1", "Batalkan nomor 50", "Berikutnya"}, NotWant: []string{"Budi", "nomor 51"}},
			webtest.Scenario{Name: "filtered", URL: "/antrean?jenis=unknown", Want: []string{"Hanya jenis unknown", "&lt;b&gt;"}, NotWant: []string{"Ulangi nomor 1<"}},
			webtest.Scenario{Name: "retry", URL: "/antrean/3/ulangi", Method: "POST", Status: 303, WantHeader: map[string]string{"Location": "/antrean"}, Entries: []string{"foundation.jobs.retried"}},
			webtest.Scenario{Name: "cancel", URL: "/antrean/4/batalkan", Method: "POST", Status: 303, Entries: []string{"foundation.jobs.cancelled"}},
			webtest.Scenario{Name: "cancel again", URL: "/antrean/4/batalkan", Method: "POST", Status: 404, Want: []string{"pekerjaan nomor 4 "}},
			webtest.Scenario{Name: "no number", URL: "/antrean/04/ulangi", Method: "POST", Status: 404},
			webtest.Scenario{Name: "minus", URL: "/antrean/-4/ulangi", Method: "POST", Status: 404},
			webtest.Scenario{Name: "bad cursor", URL: "/antrean?sesudah=x", Status: 422, Want: []string{"Penanda halaman"}},
			webtest.Scenario{Name: "bad kind", URL: "/antrean?jenis=a%0ab", Status: 422},
			webtest.Scenario{Name: "GET changes nothing", URL: "/antrean/5/batalkan", Status: 405},
		)
		may[jobs.ActRetry], may[jobs.ActCancel] = false, false
		webtest.Run(t, h, seen,
			webtest.Scenario{Name: "only look", URL: "/antrean", NotWant: []string{"<form method=\"post\" action=\"/antrean/"}},
			webtest.Scenario{Name: "may not retry", URL: "/antrean/5/ulangi", Method: "POST", Status: 403},
			webtest.Scenario{Name: "may not cancel", URL: "/antrean/5/batalkan", Method: "POST", Status: 403},
		)
		may[jobs.ActSee] = false
		webtest.Run(t, h, seen, webtest.Scenario{Name: "may not look", URL: "/antrean", Status: 403, NotWant: []string{"mail"}})
	})
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), jobs.Samples())
}
