package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/store"
	"netral/internal/web/webtest"
)

// counter is a write that counts how often it was done.
type counter struct {
	n      atomic.Int64
	status int
	body   string
	inside func()
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := c.n.Add(1)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	if c.inside != nil {
		c.inside()
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", "/api/v1/things/1")
	w.Header().Set("X-Other", "not kept")
	w.WriteHeader(c.status)
	_, _ = fmt.Fprintf(w, "%s%d %s", c.body, n, body)
}

type sent struct {
	method, path, key, as, body string
	header                      map[string]string
}

func (s sent) to(h http.Handler) *httptest.ResponseRecorder {
	if s.method == "" {
		s.method = http.MethodPost
	}
	if s.path == "" {
		s.path = "/api/v1/things"
	}
	r := httptest.NewRequest(s.method, s.path, strings.NewReader(s.body))
	r.Header.Set("Content-Type", "application/json")
	if s.key != "" {
		r.Header.Set(keyHeader, s.key)
	}
	if s.as != "" {
		r.Header.Set("As", s.as)
	}
	for k, v := range s.header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestIdempotent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := &counter{status: http.StatusCreated}
		handler := h.Idempotent(webtest.Shell(t, nil, nil), signed, c)
		want := func(name string, s sent, status int, has string, done int64) {
			t.Helper()
			w := s.to(handler)
			if w.Code != status || !strings.Contains(w.Body.String(), has) {
				t.Errorf("%s: %d %s, want %d with %q", name, w.Code, w.Body, status, has)
			}
			if n := c.n.Load(); n != done {
				t.Errorf("%s: done %d times, want %d", name, n, done)
			}
			if status >= 400 && !strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json") {
				t.Errorf("%s: a refusal of type %q", name, w.Header().Get("Content-Type"))
			}
		}
		want("first", sent{key: "k1", as: "ani", body: "a"}, 201, "1 a", 1)
		want("again", sent{key: "k1", as: "ani", body: "a"}, 201, "1 a", 1)
		again := sent{key: "k1", as: "ani", body: "a"}.to(handler)
		if again.Header().Get(replayed) != "true" || again.Header().Get("Location") != "/api/v1/things/1" || again.Header().Get("X-Other") != "" {
			t.Errorf("headers of the second answer: %v", again.Header())
		}
		want("another body", sent{key: "k1", as: "ani", body: "b"}, 422, "token.key_other", 1)
		want("another address", sent{key: "k1", as: "ani", body: "a", path: "/api/v1/others"}, 422, "token.key_other", 1)
		want("another query", sent{key: "k1", as: "ani", body: "a", path: "/api/v1/things?x=1"}, 422, "token.key_other", 1)
		want("another method", sent{key: "k1", as: "ani", body: "a", method: "PUT"}, 422, "token.key_other", 1)
		want("another version", sent{key: "k1", as: "ani", body: "a", header: map[string]string{"If-Match": `"v2"`}}, 422, "token.key_other", 1)
		want("another's same key", sent{key: "k1", as: "bos", body: "b"}, 201, "2 b", 2)
		want("another key", sent{key: "k2", as: "ani", body: "a"}, 201, "3 a", 3)
		want("no key", sent{as: "ani", body: "a"}, 201, "4 a", 4)
		want("reading", sent{key: "k1", as: "ani", method: "GET"}, 201, "5 ", 5)
		want("nobody", sent{key: "k1", body: "a"}, 401, "token.key_anonymous", 5)
		want("a space in the key", sent{key: "a b", as: "ani"}, 422, "token.key_wrong", 5)
		want("a long key", sent{key: strings.Repeat("k", 201), as: "ani"}, 422, "token.key_wrong", 5)
		want("a large body", sent{key: "k3", as: "ani", body: strings.Repeat("x", 2<<20)}, 413, "web.too_large", 5)
		err := h.DB.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			var n int
			err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM token_key WHERE body = $1 OR body = $2", []byte("1 a"), []byte("2 b")).Scan(&n)
			if n > 0 {
				t.Errorf("%d answers lie open in the database", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.clock.Step(keepKeys)
		want("the day after", sent{key: "k1", as: "ani", body: "c"}, 201, "6 c", 6)
	})
}

// TestATokenHearsNoAnswerToMoreThanItMayDo: the owner's own session, and tokens
// of other breadth, have the same name.
func TestATokenHearsNoAnswerToMoreThanItMayDo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := &counter{status: http.StatusCreated}
		var who actor.Actor
		handler := h.Idempotent(webtest.Shell(t, nil, nil), func(*http.Request) (actor.Actor, bool) { return who, true }, c)
		code := func(as actor.Actor) int { who = as; return sent{key: "k1", body: "a"}.to(handler).Code }
		wide, narrow, none := scope.Narrow(ani(), []string{"ask.ask", "roster.person.read"}), scope.Narrow(ani(), []string{"ask.ask"}), scope.Narrow(ani(), nil)
		if got := code(ani()); got != 201 {
			t.Fatal(got)
		}
		for name, as := range map[string]actor.Actor{"wide": wide, "narrow": narrow, "none": none} {
			if got := code(as); got != 422 {
				t.Errorf("a token (%s) is answered %d", name, got)
			}
		}
		if got := code(ani()); got != 201 || c.n.Load() != 1 {
			t.Errorf("who asked first: %d, done %d times", got, c.n.Load())
		}
	})
}

func TestRefusedWritesKeepTheirAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			name   string
			status int
			body   string
			done   int64 // after two tries
			second int
		}{
			{"a conflict", 409, "", 1, 409},
			{"an error of ours", 500, "", 1, 500},
			{"busy", 503, "", 2, 503},
			{"busy and unsure", 503, `"key":"store.unsure" `, 1, 503},
			{"an answer too large", 200, strings.Repeat("x", maxAnswer), 1, 409},
			{"an answer just small enough", 200, strings.Repeat("x", maxAnswer-2), 1, 200},
		} {
			w := &counter{status: c.status, body: c.body}
			handler := h.Idempotent(webtest.Shell(t, nil, nil), signed, w)
			s := sent{key: strings.ReplaceAll(c.name, " ", "-"), as: "ani"}
			if got := s.to(handler); got.Code != c.status || !strings.HasPrefix(got.Body.String(), c.body) {
				t.Errorf("%s: first %d", c.name, got.Code)
			}
			if got := s.to(handler); got.Code != c.second || w.n.Load() != c.done {
				t.Errorf("%s: then %d, done %d times; want %d, %d", c.name, got.Code, w.n.Load(), c.second, c.done)
			}
		}
	})
}

func TestManyAtOnceAreDoneOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := &counter{status: 201, inside: func() { time.Sleep(20 * time.Millisecond) }}
		handler := h.Idempotent(webtest.Shell(t, nil, nil), signed, c)
		var wg sync.WaitGroup
		var mu sync.Mutex
		codes := map[int]int{}
		for range 8 {
			wg.Go(func() {
				w := sent{key: "k", as: "ani", body: "a"}.to(handler)
				mu.Lock()
				codes[w.Code]++
				mu.Unlock()
			})
		}
		wg.Wait()
		if c.n.Load() != 1 || codes[201] == 0 || codes[201]+codes[409] != 8 {
			t.Errorf("done %d times, answered %v", c.n.Load(), codes)
		}
		if w := (sent{key: "k", as: "ani", body: "a"}).to(handler); w.Code != 201 || w.Body.String() != "1 a" {
			t.Errorf("afterwards: %d %s", w.Code, w.Body)
		}
	})
}

func TestADeadProcessIsNotRepeated(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := &counter{status: 201, inside: func() { panic("killed") }}
		handler := h.Idempotent(webtest.Shell(t, nil, nil), signed, c)
		s := sent{key: "k", as: "ani", body: "a"}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			s.to(handler)
		}()
		c.inside = nil
		if w := s.to(handler); w.Code != 409 || !strings.Contains(w.Body.String(), "token.key_running") {
			t.Errorf("soon after: %d %s", w.Code, w.Body)
		}
		h.clock.Step(patience)
		if w := s.to(handler); w.Code != 409 || !strings.Contains(w.Body.String(), "token.key_unsure") {
			t.Errorf("later: %d %s", w.Code, w.Body)
		}
		if c.n.Load() != 1 {
			t.Errorf("done %d times", c.n.Load())
		}
	})
}

func TestKeysAreBounded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		err := h.DB.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for from := 0; from < maxKeys; from += 500 {
				var q strings.Builder
				q.WriteString("INSERT INTO token_key (actor, key, request, state, status, header, body, begun, until) VALUES ")
				args := []any{[]byte{}, tx.Now.UnixMilli(), tx.Now.Add(keepKeys).UnixMilli()}
				for i := range 500 {
					if i > 0 {
						q.WriteByte(',')
					}
					fmt.Fprintf(&q, "('account:ani', 'k%d', $1, 'done', 200, '{}', $1, $2, $3)", from+i)
				}
				if _, err := tx.ExecContext(ctx, q.String(), args...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		c := &counter{status: 201}
		handler := h.Idempotent(webtest.Shell(t, nil, nil), signed, c)
		if w := (sent{key: "one-more", as: "ani"}).to(handler); w.Code != 429 || c.n.Load() != 0 {
			t.Errorf("one more: %d, done %d times", w.Code, c.n.Load())
		}
		if w := (sent{key: "one-more", as: "bos"}).to(handler); w.Code != 201 {
			t.Errorf("another actor: %d", w.Code)
		}
		h.clock.Step(keepKeys)
		if w := (sent{key: "one-more", as: "ani"}).to(handler); w.Code != 201 {
			t.Errorf("the day after: %d", w.Code)
		}
		var left int
		err = h.DB.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM token_key").Scan(&left)
		})
		if err != nil || left != 1 {
			t.Errorf("%d keys are left: %v", left, err)
		}
	})
}

func TestABrokenBodyIsNoRequest(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := &counter{status: 201}
		handler := h.Idempotent(webtest.Shell(t, nil, nil), signed, c)
		r := httptest.NewRequest(http.MethodPost, "/api/v1/things", io.MultiReader(strings.NewReader("half"), broken{}))
		r.Header.Set(keyHeader, "k")
		r.Header.Set("As", "ani")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != 422 || c.n.Load() != 0 {
			t.Errorf("%d, done %d times", w.Code, c.n.Load())
		}
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("cut") }
