package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"netral/internal/web"
	"netral/internal/web/webtest"
)

// BenchmarkPage serves the sample of an answer: frame, verdict, strip with its
// table, QR code; plain and packed.
func BenchmarkPage(b *testing.B) {
	s := webtest.Shell(b, nil, nil)
	mux := http.NewServeMux()
	s.Gallery(mux, web.Samples())
	h := s.Handler(mux)
	for _, encoding := range []string{"identity", "gzip"} {
		b.Run(encoding, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				r := httptest.NewRequest("GET", "/galeri/web-answers", nil)
				r.Header.Set("Accept-Encoding", encoding)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				n = w.Body.Len()
			}
			b.ReportMetric(float64(n), "bytes/page")
		})
	}
}
