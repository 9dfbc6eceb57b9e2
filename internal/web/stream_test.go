package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"netral/internal/fault"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

func TestStreamAndRoom(t *testing.T) {
	sh := webtest.Shell(t, nil, func(c *web.Config) { c.MaxBody = 10 })
	mux := http.NewServeMux()
	sh.Handle(mux, "GET /good", func(*web.Request) (web.Response, error) {
		return web.Stream{Name: "a/b.csv", Type: "text/csv", Send: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat("x", 200_000))
			return err
		}}, nil
	})
	sh.Handle(mux, "GET /early", func(*web.Request) (web.Response, error) {
		return web.Stream{Name: "a.csv", Type: "text/csv", Send: func(context.Context, io.Writer) error { return fault.New(fault.NotFound, "web.not_found") }}, nil
	})
	sh.Handle(mux, "GET /late", func(*web.Request) (web.Response, error) {
		return web.Stream{Name: "a.csv", Type: "text/csv", Send: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat("x", 200_000))
			return errors.Join(err, errors.New("the disk is gone"))
		}}, nil
	})
	size := func(r *web.Request) (web.Response, error) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		return web.File{Type: "text/plain", Body: b}, nil
	}
	sh.Handle(mux, "POST /small", size)
	sh.Handle(mux, "POST /large", size)
	sh.Widen("POST /large", web.Room{Body: 1000, Time: time.Minute})
	srv := httptest.NewServer(sh.Handler(mux))
	defer srv.Close()

	get := func(path string) (*http.Response, []byte, error) {
		r, err := srv.Client().Get(srv.URL + path)
		if err != nil {
			return nil, nil, err
		}
		defer r.Body.Close() //nolint:errcheck // read to its end
		b, err := io.ReadAll(r.Body)
		return r, b, err
	}
	r, b, err := get("/good")
	if err != nil || len(b) != 200_000 || r.Header.Get("Content-Disposition") != `attachment; filename=a-b.csv` || r.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%v: %d bytes, %v", err, len(b), r)
	}
	if r, _, err = get("/early"); err != nil || r.StatusCode != http.StatusNotFound || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		t.Errorf("a fault before the first byte: %v %v", r, err)
	}
	if _, b, err = get("/late"); err == nil {
		t.Errorf("%d bytes of a file that broke off pass for a whole one", len(b))
	}
	for path, want := range map[string]int{"/small": http.StatusRequestEntityTooLarge, "/large": http.StatusOK} {
		r, err := srv.Client().Post(srv.URL+path, "text/plain", strings.NewReader(strings.Repeat("y", 500)))
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("500 bytes to %s: %d, want %d", path, r.StatusCode, want)
		}
	}
}
