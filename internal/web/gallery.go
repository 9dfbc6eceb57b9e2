package web

import (
	"net/http"
	"slices"

	"netral/internal/fault"
)

// Sample is a page with made-up content: every state that a page can be in
// has one, so that all of them can be looked at and are checked in tests.
type Sample struct {
	Key  string // "ask-answer-prohibited": the slice, then the state; no dot, it is not a key of the catalogue
	Draw func(*Request) Page
}

// Gallery puts the samples under /galeri. Without Demo it does nothing.
func (s *Shell) Gallery(mux *http.ServeMux, samples []Sample) {
	if !s.Demo {
		return
	}
	byKey := make(map[string]Sample, len(samples))
	keys := make([]string, 0, len(samples))
	for _, x := range samples {
		byKey[x.Key] = x
		keys = append(keys, x.Key)
	}
	slices.Sort(keys)
	s.Handle(mux, "GET /galeri", func(r *Request) (Response, error) {
		return Page{Title: r.T("web.gallery.title"), Body: galleryPage(r, keys)}, nil
	})
	s.Handle(mux, "GET /galeri/{key}", func(r *Request) (Response, error) {
		x, ok := byKey[r.PathValue("key")]
		if !ok {
			return nil, fault.New(fault.NotFound, "web.gallery.none", clip(r.PathValue("key"), 60))
		}
		p := x.Draw(r)
		p.Status = 0 // a sample of an error page is itself found
		return p, nil
	})
}
