package web

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"netral/internal/fault"
)

// Handler puts around a mux what every request gets: a number, a language, a
// limit of time and size, the security headers, protection against forms of
// other sites, a line in the access log, and a page when something fails.
func (s *Shell) Handler(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The wall clock, not s.Now: a demonstration's clock may stand still.
		start := time.Now()
		st, unknown := s.newState(r)
		ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), stateKey{}, st), s.Timeout)
		defer cancel()
		r = r.WithContext(ctx)
		out := &recorder{ResponseWriter: w}
		s.secure(out.Header(), r)
		out.Header().Set("X-Request-Id", st.id)
		r.Body = http.MaxBytesReader(out, r.Body, s.MaxBody)

		inner, pattern := mux.Handler(r)
		s.metrics.flying.Inc()
		defer func() {
			s.metrics.flying.Dec()
			if p := recover(); p != nil {
				s.recovered(out, r, st, pattern, p)
			}
			s.observe(r, st, route(pattern), out, time.Since(start))
		}()
		if err := s.cross.Check(r); err != nil {
			s.fail(out, s.request(r), fault.New(fault.Denied, "web.cross_origin"))
			return
		}
		if pattern == "" {
			s.unrouted(out, r, inner)
			return
		}
		if unknown != nil {
			s.fail(out, s.request(r), unknown)
			return
		}
		if s.Guard != nil {
			if err := s.Guard(pattern, st.who); err != nil {
				s.fail(out, s.request(r), err)
				return
			}
		}
		mux.ServeHTTP(out, r)
	})
}

// newID is a request number that a person can read out over the telephone.
func (s *Shell) newID() string {
	var b [10]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "00000000"
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// secure sets the headers of every response. The policy names each kind of
// content that pages have; there is no script, so none may run: see Page.Script.
func (s *Shell) secure(h http.Header, r *http.Request) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-site")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	if s.HTTPS || r.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// unrouted answers what no pattern matches. The mux knows whether the path
// exists with another method, or with another spelling.
func (s *Shell) unrouted(w http.ResponseWriter, r *http.Request, inner http.Handler) {
	probe := &probe{header: http.Header{}}
	inner.ServeHTTP(probe, r)
	switch {
	case probe.status == http.StatusMethodNotAllowed:
		allow := probe.header.Get("Allow")
		w.Header().Set("Allow", allow)
		s.failAs(w, s.request(r), http.StatusMethodNotAllowed,
			fault.New(fault.Invalid, "web.method", method(r), strings.Split(allow, ", ")))
	case probe.status >= 300 && probe.status < 400 && local(probe.header.Get("Location")):
		w.Header().Set("Location", probe.header.Get("Location"))
		w.WriteHeader(probe.status)
	default:
		s.fail(w, s.request(r), notFound())
	}
}

func notFound() error { return fault.New(fault.NotFound, "web.not_found") }

// probe takes the status and headers of a response and drops its body.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) WriteHeader(status int)      { p.status = status }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

// recovered turns a panic into an error page and one line in the log. When the
// response has begun, the connection is cut, so that nobody takes half an
// answer for a whole one.
func (s *Shell) recovered(w *recorder, r *http.Request, st *state, pattern string, p any) {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	s.Log.LogAttrs(r.Context(), levelError, "panic",
		str("id", st.id), str("route", route(pattern)), str("panic", fmt.Sprint(p)), str("stack", string(debug.Stack())))
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	s.fail(w, s.request(r), &fault.Error{Kind: fault.Internal, Key: "fault.internal"})
}

// recorder remembers what was sent.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 || w.status < 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController through.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// route is a pattern without its method, so that a HEAD counts with its GET.
func route(pattern string) string {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		return strings.TrimSpace(path)
	}
	if pattern == "" {
		return "none"
	}
	return pattern
}

// method keeps what strangers send as a method out of logs and labels.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "OTHER"
}
