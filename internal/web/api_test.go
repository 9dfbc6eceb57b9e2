package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

type askIn struct {
	Text  string            `json:"text" maxLength:"20" doc:"The question" example:"boleh?"`
	On    string            `json:"on,omitempty" doc:"The day" example:"2023-10-19"`
	Kind  string            `json:"kind,omitempty" enum:"pns,pppk"`
	Facts map[string]string `json:"facts,omitempty"`
	Names []askName         `json:"names,omitempty" maxItems:"2"`
	Deep  *askName          `json:"deep,omitempty"`
	Count int               `json:"count,omitempty" minimum:"1" maximum:"9"`
	Yes   bool              `json:"yes,omitempty"`
}

type askName struct {
	Name string `json:"name"`
}

type askOut struct {
	Outcome string    `json:"outcome" enum:"allowed,prohibited"`
	Who     string    `json:"who"`
	Lang    string    `json:"lang"`
	Names   []askName `json:"names"`
}

type findIn struct {
	ID    string `path:"id"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"10"`
}

func api(t testing.TB, change func(*web.Config)) http.Handler {
	s := webtest.Shell(t, nil, change)
	mux := http.NewServeMux()
	s.Mount(mux)
	a := web.NewAPI(mux, s, "1.2.3")
	web.JSON(a, s, huma.Operation{OperationID: "ask", Method: "POST", Path: "/ask", Summary: "web.api.try", Description: "Plain words."},
		func(_ context.Context, who actor.Actor, in *askIn) (*askOut, error) {
			switch in.Text {
			case "boom":
				return nil, errors.New("a secret cause")
			case "panik":
				panic("boom")
			case "busy":
				return nil, fault.New(fault.Busy, "web.timeout")
			case "salah":
				var f fault.Fields
				f.Add(false, "on", "web.lang_unknown", in.On, []string{"2023-10-19"})
				return nil, f.Err()
			}
			return &askOut{Outcome: "allowed", Who: who.ID + "/" + who.Via, Lang: who.Lang, Names: in.Names}, nil
		})
	web.JSON(a, s, huma.Operation{OperationID: "find", Method: "GET", Path: "/api/v1/ask/{id}"},
		func(_ context.Context, _ actor.Actor, in *findIn) (*askOut, error) {
			if in.ID == "none" {
				return nil, fault.New(fault.NotFound, "web.gallery.none", in.ID)
			}
			return &askOut{Outcome: in.ID}, nil
		})
	return s.Handler(mux)
}

func TestAPI(t *testing.T) {
	problem := map[string]string{"Content-Type": "application/problem+json"}
	bad := func(body string, status int, want ...string) webtest.Scenario {
		return webtest.Scenario{Name: body, URL: "/api/v1/ask", JSON: body, Lang: "-", Status: status, Want: want, WantHeader: problem}
	}
	webtest.Run(t, api(t, nil), nil,
		webtest.Scenario{URL: "/api/v1/ask", JSON: askIn{Text: "boleh?"}, Lang: "-", Want: []string{`"outcome":"allowed"`, `"who":"anonymous/api"`, `"lang":"id"`},
			WantHeader: map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store"}},
		webtest.Scenario{Name: "English", URL: "/api/v1/ask", JSON: askIn{Text: "x"}, Lang: "-", Header: map[string]string{"Accept-Language": "en"}, Want: []string{`"lang":"en"`}},
		webtest.Scenario{URL: "/api/v1/ask/7?limit=3", Want: []string{`"outcome":"7"`}},

		bad(`{"text":"x","tex":1}`, 422, `"field":"tex"`, `"given":1`, `“tex”`, "count, deep, facts, kind, names, on, text, yes", `"key":"web.api.unexpected"`),
		bad(`{"text":"x","names":[{"nama":"Ani","name":"x"}]}`, 422, `"field":"names[0].nama"`, `"given":"Ani"`, "Yang ada: name."),
		bad(`{"text":"x","deep":{"name":"a","b":null}}`, 422, `"field":"deep.b"`, "Yang ada: name."),
		bad(`{"text":7}`, 422, `"field":"text"`, `"given":7`, "bukan teks"),
		bad(`{"text":"x","yes":"ya"}`, 422, "true atau false"),
		bad(`{"text":"x","count":1.5}`, 422, "bilangan bulat"),
		bad(`{"text":"x","count":10}`, 422, "Paling banyak 9"),
		bad(`{"text":"x","names":"Ani"}`, 422, "bukan daftar"),
		bad(`{"text":"x","names":[{"name":"a"},{"name":"b"},{"name":"c"}]}`, 422, "Paling banyak 2"),
		bad(`{"text":"x","facts":[]}`, 422, "bukan objek"),
		bad(`{"text":"x","facts":{"a":1}}`, 422, `"field":"facts.a"`),
		bad(`{"text":"xxxxxxxxxxxxxxxxxxxxx"}`, 422, "Paling banyak 20 huruf"),
		bad(`{"text":"x","kind":"honorer"}`, 422, `"given":"honorer"`, "pns, pppk"),
		bad(`{"on":"x"}`, 422, `"field":"text"`, "wajib diisi"),
		bad(`[]`, 422, "bukan objek"),
		bad(`{"text":`, 400, `"field":"body"`, "bukan JSON yang utuh"),
		bad(`{"text":"x"} {}`, 400, "bukan JSON yang utuh"),
		bad("\x00\xff", 400, "bukan JSON yang utuh"),
		bad(`{"text":"boom"}`, 500, `"kind":"internal"`, "Terjadi kesalahan"),
		bad(`{"text":"panik"}`, 500, `"kind":"internal"`),
		bad(`{"text":"busy"}`, 503, `"kind":"busy"`),
		bad(`{"text":"salah","on":"31-02"}`, 422, `"field":"on"`, `"given":"31-02"`, `"type":"/api#invalid"`),
		webtest.Scenario{Name: "no cause is shown", URL: "/api/v1/ask", JSON: `{"text":"boom"}`, Status: 500, NotWant: []string{"secret"}},
		webtest.Scenario{Name: "in English", URL: "/api/v1/ask", JSON: `{"text":7}`, Lang: "-", Header: map[string]string{"Accept-Language": "en"}, Status: 422, Want: []string{"is not a text"}},
		webtest.Scenario{Name: "empty", Method: "POST", URL: "/api/v1/ask", Header: map[string]string{"Content-Type": "application/json"}, Status: 400, Want: []string{"kosong"}, WantHeader: problem},
		webtest.Scenario{Name: "a form", URL: "/api/v1/ask", Body: "text=x", Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, Status: 415, Want: []string{"application/json"}, WantHeader: problem},
		webtest.Scenario{Name: "no type", URL: "/api/v1/ask", Body: "{}", Status: 415, WantHeader: problem},
		webtest.Scenario{Name: "another charset", URL: "/api/v1/ask", Body: "{}", Header: map[string]string{"Content-Type": "application/json; charset=utf-16"}, Status: 415, WantHeader: problem},
		webtest.Scenario{Name: "XML wanted", URL: "/api/v1/ask/7", Header: map[string]string{"Accept": "application/xml"}, Want: []string{`"outcome":"7"`}},
		webtest.Scenario{Name: "from another site", URL: "/api/v1/ask", JSON: `{"text":"x"}`, Header: map[string]string{"Sec-Fetch-Site": "cross-site"}, Status: 403, Want: []string{`"kind":"denied"`}, WantHeader: problem},
		webtest.Scenario{URL: "/api/v1/ask/7?limit=0", Status: 422, Want: []string{`"field":"limit"`, "Paling sedikit 1"}, WantHeader: problem},
		webtest.Scenario{URL: "/api/v1/ask/7?limit=x", Status: 422, Want: []string{`"field":"limit"`}, WantHeader: problem},
		webtest.Scenario{URL: "/api/v1/ask/7?lmit=1", Status: 422, Want: []string{`"field":"lmit"`, "Yang ada: id, limit."}, WantHeader: problem},
		webtest.Scenario{URL: "/api/v1/ask/none", Status: 404, Want: []string{`"kind":"not_found"`, `"hint"`}, WantHeader: problem},
		webtest.Scenario{URL: "/api/v1/nothing", Status: 404, Want: []string{`"status":404`}, WantHeader: problem},
		webtest.Scenario{Method: "DELETE", URL: "/api/v1/ask", Status: 405, Want: []string{`"status":405`}, WantHeader: map[string]string{"Allow": "POST", "Content-Type": "application/problem+json"}},
	)
	webtest.Run(t, api(t, func(c *web.Config) { c.MaxBody = 1000 }), nil,
		webtest.Scenario{Name: "too large", URL: "/api/v1/ask", JSON: `{"text":"` + strings.Repeat("x", 2000) + `"}`, Status: 413, Want: []string{`"kind":"too_large"`, "1 KB"}, WantHeader: problem},
		webtest.Scenario{Name: "too large by chunks", URL: "/api/v1/ask", JSON: strings.Repeat(" ", 5000), Status: 413, WantHeader: problem},
	)
}

// Two slices may each have a type of one name.
func TestTypesOfOneName(t *testing.T) {
	s := webtest.Shell(t, nil, nil)
	a := web.NewAPI(http.NewServeMux(), s, "1")
	web.JSON(a, s, huma.Operation{OperationID: "a", Method: "GET", Path: "/a"}, func(context.Context, actor.Actor, *struct{}) (*text.Catalogue, error) { return nil, nil })
	type Catalogue struct {
		Other string `json:"other"`
	}
	web.JSON(a, s, huma.Operation{OperationID: "b", Method: "GET", Path: "/b"}, func(context.Context, actor.Actor, *struct{}) (*Catalogue, error) { return nil, nil })
	names := a.OpenAPI().Components.Schemas.Map()
	if names["TextCatalogue"] == nil || names["Web_testCatalogue"] == nil {
		t.Errorf("the description has %v", slices.Collect(maps.Keys(names)))
	}
}

func TestProblemIsWhole(t *testing.T) {
	w := httptest.NewRecorder()
	api(t, nil).ServeHTTP(w, webtest.Scenario{URL: "/api/v1/ask", JSON: `{"text":7,"x":1}`}.Request(t))
	var p web.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != 422 || p.Kind != "invalid" || len(p.Fields) != 2 || p.Request == "" || p.Request != w.Header().Get("X-Request-Id") || p.Title == "" {
		t.Errorf("problem %+v", p)
	}
	if p.Fields[0].Field != "text" || p.Fields[1].Field != "x" {
		t.Errorf("fields %+v", p.Fields)
	}
}

func TestOpenAPI(t *testing.T) {
	h := api(t, nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/api/openapi.json", nil))
	var doc struct {
		OpenAPI string
		Info    struct{ Title, Version string }
		Servers []struct{ URL string }
		Paths   map[string]map[string]struct {
			Summary   string
			Responses map[string]struct {
				Content map[string]struct {
					Schema map[string]any
				}
			}
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || doc.Info.Version != "1.2.3" || len(doc.Servers) != 1 || doc.Servers[0].URL != "/api/v1" {
		t.Errorf("document %+v", doc)
	}
	post := doc.Paths["/ask"]["post"]
	if post.Summary != "Try it" || post.Responses["default"].Content["application/problem+json"].Schema["$ref"] != "#/components/schemas/Problem" {
		t.Errorf("operation %+v", post)
	}
	if _, ok := doc.Paths["/ask/{id}"]["get"]; !ok {
		t.Errorf("paths %v", doc.Paths)
	}
	for _, gone := range []string{"ErrorModel", "ErrorDetail"} {
		if _, ok := doc.Components.Schemas[gone]; ok {
			t.Errorf("%s is described and never sent", gone)
		}
	}
	if w.Header().Get("ETag") == "" {
		t.Error("no ETag")
	}
	for lang, want := range map[string]string{"id": "Cobalah", "en": "Try it"} {
		webtest.Run(t, h, nil, webtest.Scenario{URL: "/api", Lang: lang, Want: []string{
			want, "Plain words.", "/api/v1/ask", "curl -s", "names[].name", "pns, pppk", `id="invalid"`, "422", "{&#34;on&#34;:&#34;2023-10-19&#34;,&#34;text&#34;:&#34;boleh?&#34;}", "2023-10-19",
		}, NotWant: []string{"web.api"}})
	}
}
