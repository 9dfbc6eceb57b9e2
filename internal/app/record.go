package app

import (
	"net/http"
	"strconv"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/web"
)

// perPage is how many entries of the record a page shows.
const perPage = 50

// record puts the log on the mux: pages for people under /catatan, and under
// /log the files that verifying tools read.
func (h *house) record(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /catatan", h.recordPage)
	mux.Handle("GET /log/", http.StripPrefix("/log", h.book.Handler()))
}

// recordView is what the page shows.
type recordView struct {
	Size       int64
	Checkpoint string
	Key        string
	Base       string
	Page       int
	Pages      int
	Entries    []ledger.Record // newest first
}

func (h *house) recordPage(r *web.Request) (web.Response, error) {
	size, err := h.book.Size(r.Context())
	if err != nil {
		return nil, err
	}
	v := recordView{Size: size, Key: h.key.VKey(), Base: h.ask.Base, Page: 1, Pages: int((size + perPage - 1) / perPage)}
	if p := r.URL.Query().Get("halaman"); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > max(v.Pages, 1) {
			return nil, fault.New(fault.NotFound, "app.record.no_page", clip(p), max(v.Pages, 1))
		}
		v.Page = n
	}
	if size > 0 {
		cp, err := h.book.Checkpoint(r.Context())
		if err != nil {
			return nil, err
		}
		v.Checkpoint = string(cp)
		before := size - int64(v.Page-1)*perPage
		if v.Entries, err = h.book.Latest(r.Context(), before, perPage, ledger.Filter{}); err != nil {
			return nil, err
		}
	}
	return web.Page{Title: r.T("app.record.title"), Nav: "/catatan", Body: recordBody(r, v), Wide: true}, nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
