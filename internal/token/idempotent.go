package token

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/web"
)

const (
	keyHeader = "Idempotency-Key"
	// replayed says that an answer was given before.
	replayed = "Idempotency-Replayed"

	keepKeys   = 24 * time.Hour
	maxKeys    = 10_000   // of one actor in a day
	maxKey     = 200      // characters
	maxAnswer  = 32 << 10 // bytes of an answer that is kept
	patience   = 2 * time.Minute
	unsureMark = `"store.unsure"`
)

// keptHeaders are the headers of an answer that are given again.
var keptHeaders = [...]string{"Content-Type", "Content-Language", "Location", "ETag"}

// Idempotent does a write that has an Idempotency-Key once. It stands outside
// the shell's handler:
//
//	h := tokens.Idempotent(shell, signed, shell.Handler(mux))
//
// Requests without the header, and those that only read, pass untouched. A key
// belongs to who is signed in; two may use the same.
func (s *Service) Idempotent(sh *web.Shell, signed Signed, next http.Handler) http.Handler {
	fail := failing(sh)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Values(keyHeader)
		if len(given) == 0 || !writes(r.Method) {
			next.ServeHTTP(w, r)
			return
		}
		who, ok := signed(r)
		switch {
		case !ok && tokens(r) && r.Header.Get("Authorization") != "": // the shell says what is wrong with it
			next.ServeHTTP(w, r)
			return
		case !ok || !who.Known():
			fail(w, r, fault.New(fault.SignIn, "token.key_anonymous"))
			return
		case len(given) > 1 || !visible(given[0]):
			fail(w, r, fault.New(fault.Invalid, "token.key_wrong", maxKey))
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.MaxBody))
		if err != nil {
			if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
				err = fault.Wrap(fault.TooLarge, err, "web.too_large", int(s.MaxBody/1024))
			} else {
				err = fault.Wrap(fault.Invalid, err, "token.body_broken")
			}
			fail(w, r, err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := s.once(w, r, who, given[0], digest(r, who, body), next); err != nil {
			fail(w, r, err)
		}
	})
}

func writes(method string) bool {
	switch method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}

func visible(key string) bool {
	if key == "" || len(key) > maxKey {
		return false
	}
	for _, c := range []byte(key) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// digest is what makes two requests the same. Each part has its length, so that
// no part can pass for the end of another. What a token may do is a part: one
// that may do less must not hear what its owner, or another of their tokens,
// was answered.
func digest(r *http.Request, who actor.Actor, body []byte) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%t%q", scope.Narrowed(who), who.Only)
	for _, part := range [][]byte{
		[]byte(r.Method), []byte(r.URL.RequestURI()), []byte(r.Header.Get("Content-Type")), []byte(r.Header.Get("If-Match")), body,
	} {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write(part)
	}
	return h.Sum(nil)
}

// once does the request, or gives the answer of the time before. An error was
// not yet told.
func (s *Service) once(w http.ResponseWriter, r *http.Request, who actor.Actor, given string, request []byte, next http.Handler) error {
	sum := sha256.Sum256([]byte(given))
	key := hex.EncodeToString(sum[:])
	var before *answer
	err := s.DB.Write(r.Context(), func(ctx context.Context, tx *store.Tx) error {
		before = nil
		a, found, err := keyed(ctx, tx, who.ID, key)
		if err != nil {
			return err
		}
		if !found {
			return beginKey(ctx, tx, who.ID, key, request)
		}
		before = &a
		return a.usable(request, tx.Now)
	})
	if err != nil {
		return err
	}
	if before != nil {
		if before.body, err = s.Box.Open(who.ID, key, before.body); err != nil {
			return err
		}
		return before.replay(w)
	}
	out := &recorder{header: w.Header().Clone()}
	next.ServeHTTP(out, r)
	s.remember(r, who, key, out)
	out.send(w)
	return nil
}

// usable says what stands against giving the answer again.
func (a answer) usable(request []byte, now time.Time) error {
	switch {
	case !bytes.Equal(a.request, request):
		return fault.New(fault.Invalid, "token.key_other")
	case a.state == running && now.Sub(a.begun) < patience:
		return fault.New(fault.Conflict, "token.key_running")
	case a.state == running:
		return fault.New(fault.Conflict, "token.key_unsure")
	case a.state == large:
		return fault.New(fault.Conflict, "token.key_large", a.status)
	}
	return nil
}

// remember keeps the answer. It does not depend on the request's own time: the
// work is done, whether or not somebody still waits.
func (s *Service) remember(r *http.Request, who actor.Actor, key string, out *recorder) {
	ctx := context.WithoutCancel(r.Context())
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if out.nothingDone() {
			return dropKey(ctx, tx, who.ID, key)
		}
		a := answer{state: done, status: out.code(), body: out.body.Bytes()}
		if out.body.Len() > maxAnswer {
			a.state, a.body = large, nil
		}
		var err error
		if a.body, err = s.Box.Seal(who.ID, key, a.body); err != nil {
			return err
		}
		kept := map[string]string{}
		for _, h := range keptHeaders {
			if v := out.header.Get(h); v != "" {
				kept[h] = v
			}
		}
		b, err := json.Marshal(kept)
		if err != nil {
			return err
		}
		a.header = string(b)
		return endKey(ctx, tx, who.ID, key, a)
	})
	if err != nil {
		// The key now says "unsure", which is true for whoever asks again.
		s.Log.ErrorContext(ctx, "the answer to a key was not kept", "err", err)
	}
}

func (a answer) replay(w http.ResponseWriter) error {
	var header map[string]string
	if err := json.Unmarshal([]byte(a.header), &header); err != nil {
		return fmt.Errorf("token: read a kept answer: %w", err)
	}
	for k, v := range header {
		w.Header().Set(k, v)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set(replayed, "true")
	w.WriteHeader(a.status)
	_, err := w.Write(a.body)
	if err != nil {
		return nil //nolint:nilerr // whoever asked has gone
	}
	return nil
}

// recorder holds an answer back until it is kept.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// nothingDone says that the write left nothing behind and may be tried again:
// what is busy was undone, except when the store itself does not know.
func (w *recorder) nothingDone() bool {
	busy := w.status == http.StatusServiceUnavailable || w.status == http.StatusTooManyRequests
	return busy && !bytes.Contains(w.body.Bytes(), []byte(unsureMark))
}

func (w *recorder) send(to http.ResponseWriter) {
	h := to.Header()
	for k, v := range w.header {
		h[k] = v
	}
	to.WriteHeader(w.code())
	_, _ = to.Write(w.body.Bytes()) // whoever asked may have gone; the answer is kept
}

type faultKey struct{}

// failing sends errors the way the shell does, with its headers and its number.
func failing(sh *web.Shell) func(http.ResponseWriter, *http.Request, error) {
	mux := http.NewServeMux()
	for _, m := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		sh.Handle(mux, m+" /", func(q *web.Request) (web.Response, error) {
			err, _ := q.Context().Value(faultKey{}).(error)
			return nil, err
		})
	}
	h := sh.Handler(mux)
	return func(w http.ResponseWriter, r *http.Request, err error) {
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), faultKey{}, err)))
	}
}

// Forget drops tokens that ended more than a year ago, and answers that are
// over. It is a nightly job.
func (s *Service) Forget(ctx context.Context) (tokens int64, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var err error
		if tokens, err = dropEnded(ctx, tx, tx.Now.AddDate(-1, 0, 0)); err != nil {
			return err
		}
		return dropKeys(ctx, tx)
	})
	return tokens, err
}
