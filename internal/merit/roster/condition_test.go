package roster_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/store/storetest"
)

// TestConditionalRequests reads a person with their version, and changes them
// only while nothing else has changed.
func TestConditionalRequests(t *testing.T) {
	each(t, func(t *testing.T, s *roster.Service, clock *storetest.Clock) {
		load(t, s, small())
		s.Allow = func(_ actor.Actor, action string, _ roster.Resource) error {
			if action == "roster.looks.read" {
				return fault.New(fault.Denied, "access.denied", action)
			}
			return nil
		}
		h := site(t, s, clock)
		do := func(method, target, body string, header ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, target, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			for i := 0; i+1 < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		want := func(what string, w *httptest.ResponseRecorder, status int, text string) {
			t.Helper()
			if w.Code != status || !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: status %d, want %d with %q:\n%s", what, w.Code, status, text, w.Body)
			}
		}
		const person, changes = "/api/v1/roster/people/siti", "/api/v1/roster/corrections"
		change := func(name string) string {
			return `{"kind":"person","person":"siti","id":"siti","from":"2000-03-01","fields":{"name":"` + name + `"},"reason":"Akta kelahiran"}`
		}
		first := do("GET", person, "")
		tag := first.Header().Get("ETag")
		want("read", first, http.StatusOK, "Siti Nurhaliza")
		if !strings.HasPrefix(tag, `"v`) {
			t.Fatalf("the tag is %q", tag)
		}
		if w := do("GET", person, "", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
			t.Errorf("read again: status %d, tag %q, %d bytes", w.Code, w.Header().Get("ETag"), w.Body.Len())
		}
		want("another tag", do("GET", person, "", "If-None-Match", `"v999"`), http.StatusOK, "Siti")
		want("not a tag", do("POST", changes, change("A B"), "If-Match", "v1"), http.StatusUnprocessableEntity, "token.match_wrong")
		want("a stale tag", do("POST", changes, change("A B"), "If-Match", `"v999"`), http.StatusPreconditionFailed, `"kind":"stale"`)
		want("a unit", do("POST", changes, `{"kind":"unit","id":"dinkes","fields":{"name":"Dinas X"},"reason":"Perda baru"}`, "If-Match", tag), http.StatusUnprocessableEntity, "roster.correct.match_person")
		want("the right tag", do("POST", changes, change("Siti N. Haliza"), "If-Match", tag), http.StatusOK, `"seq"`)
		want("the same again", do("POST", changes, change("Siti Nur"), "If-Match", tag), http.StatusPreconditionFailed, "token.stale")
		after := do("GET", person, "", "If-None-Match", tag)
		want("read after the change", after, http.StatusOK, "Siti N. Haliza")
		if after.Header().Get("ETag") == tag {
			t.Error("the tag has not changed")
		}
		want("neither a condition nor what was seen", do("POST", changes, change("Siti Nurhaliza")), http.StatusConflict, "roster.correct.stale")
		want("any version is no version that was seen", do("POST", changes, change("Siti Nurhaliza"), "If-Match", "*"), http.StatusConflict, "roster.correct.stale")
	})
}
