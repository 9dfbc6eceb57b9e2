package ask_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"netral/internal/advise/ask"
	"netral/internal/ledger"
	"netral/internal/text"
	"netral/internal/web/webtest"
)

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, s *ask.Service, book *ledger.Book) {
		slip, err := s.Issue(context.Background(), anyone(), photo())
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		h := site(t, s, &log)
		none := []string{}
		photoForm := url.Values{"t": {"bolehkah ASN berfoto bersama pasangan capres-cawapres?"}, "d": {"2023-10-19"}}
		altered := strings.Replace(string(slip.Marshal()), `"outcome":"prohibited"`, `"outcome":"conditional"`, 1)
		webtest.Run(t, h, kinds(t, book),
			webtest.Scenario{URL: "/", Want: []string{"Bolehkah saya", "<textarea"}, Entries: none},
			webtest.Scenario{URL: "/", Lang: "en", Want: []string{"May I"}, Entries: none},
			webtest.Scenario{URL: "/tanya", Form: photoForm, Want: []string{"Dilarang", "19 Oktober 2023", "<mark>"}, Entries: none},
			webtest.Scenario{URL: "/tanya", Form: photoForm, Lang: "en", Want: []string{"Prohibited", "19 October 2023"}, Entries: none},
			webtest.Scenario{Name: "a wrong day keeps what was typed", URL: "/tanya", Form: url.Values{"t": {"boleh like capres?"}, "d": {"kemarin"}, "f.person": {"pppk"}},
				Status: 422, Want: []string{"boleh like capres?", "kemarin", `value="pppk"`, "2023-10-19"}, Entries: none},
			webtest.Scenario{Name: "a wrong value", URL: "/tanya", Form: url.Values{"f.act": {"tidur"}}, Status: 422, Want: []string{"tidur", "photo"}, Entries: none},
			webtest.Scenario{Name: "questions begin with the topic", URL: "/tanya", Form: url.Values{"ke": {"tanya:act"}}, Want: []string{`name="topik"`, "Media sosial"}, Entries: none},
			webtest.Scenario{Name: "then the act", URL: "/tanya", Form: url.Values{"ke": {"tanya:act"}, "topik": {"online"}}, Want: []string{`name="f.act"`, `value="like"`}, NotWant: []string{`value="vote"`}, Entries: none},
			webtest.Scenario{Name: "going back keeps the answer", URL: "/tanya",
				Form: url.Values{"f.act": {"attend_campaign"}, "f.object": {"candidate"}, "jejak": {"act,object"}, "ke": {"mundur"}},
				Want: []string{`name="f.object"`, `value="candidate" checked`, `name="f.act" value="attend_campaign"`}, Entries: none},
			webtest.Scenario{Name: "what was not read is asked, and not said to be nobody's business", URL: "/tanya", Form: url.Values{"t": {"Bolehkah memotong tumpeng kemenangan calon?"}},
				Want: []string{"belum menangkap", "tidak berarti boleh", `value="tanya:act"`}, NotWant: []string{`action="/slip"`}, Entries: none},
			webtest.Scenario{Name: "script in a question is text", URL: "/tanya", Form: url.Values{"t": {`<script>alert(1)</script> boleh like capres?`}}, Want: []string{"&lt;script&gt;"}, NotWant: []string{"<script"}, Entries: none},
			webtest.Scenario{URL: "/slip/" + slip.Doc.Number, Want: []string{slip.Doc.Number, "<svg", "Dilarang", "Berlaku jika Diunggah: diunggah atau dibagikan", "Tingkat keyakinan: sedang"}, Entries: none},
			webtest.Scenario{URL: "/slip/" + strings.ToLower(slip.Doc.Number), Want: []string{slip.Doc.Number}, Entries: none},
			webtest.Scenario{URL: "/slip/0000-0000-0000-0000", Status: 404, Entries: none},
			webtest.Scenario{URL: "/slip/" + slip.Doc.Number + "/berkas", Want: []string{"netral-slip/1\n"}, WantHeader: map[string]string{"Content-Type": "text/plain; charset=utf-8"}, Entries: none},
			webtest.Scenario{URL: "/periksa", Want: []string{"Periksa"}, Entries: none},
			webtest.Scenario{Name: "a good slip", URL: "/periksa", Form: url.Values{"slip": {string(slip.Marshal())}}, Want: []string{"Slip ini asli"}, Entries: none},
			webtest.Scenario{Name: "an altered slip", URL: "/periksa", Form: url.Values{"slip": {altered}}, Status: 422, Want: []string{"tidak asli"}, NotWant: []string{"Slip ini asli"}, Entries: none},
			webtest.Scenario{Name: "no slip at all", URL: "/periksa", Form: url.Values{"slip": {"  "}}, Status: 422, Entries: none},
			webtest.Scenario{Name: "a number leads to its slip", URL: "/periksa", Form: url.Values{"slip": {slip.Doc.Number}}, Status: 303, WantHeader: map[string]string{"Location": "/slip/" + slip.Doc.Number}, Entries: none},
			webtest.Scenario{URL: "/tabel?status=pppk&tanggal=2023-12-01", Want: []string{"PPPK", "1 Desember 2023"}, Entries: none},
			webtest.Scenario{URL: "/tabel?status=raja&tanggal=besok", Status: 422, Want: []string{"raja", "besok"}, Entries: none},
			webtest.Scenario{URL: "/aturan", Want: []string{"id-asn"}, Entries: none},
			webtest.Scenario{URL: "/aturan/" + slip.Doc.Rules[0].ID, Want: []string{slip.Doc.Rules[0].Title}, Entries: none},
			webtest.Scenario{URL: "/aturan/TIDAK-ADA", Status: 404, Entries: none},
			webtest.Scenario{Name: "a slip is made", URL: "/slip", Form: photoForm, Status: 303, Entries: []string{ask.KindSlip}},
			webtest.Scenario{Name: "no slip from another site", URL: "/slip", Form: photoForm, Header: map[string]string{"Sec-Fetch-Site": "cross-site"}, Status: 403, Entries: none},
		)
		for _, secret := range []string{"berfoto", "capres", slip.Doc.Number, "pppk", "tidur"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, log.String())
			}
		}
	})
}

func TestAPI(t *testing.T) {
	each(t, func(t *testing.T, s *ask.Service, book *ledger.Book) {
		h := site(t, s, &bytes.Buffer{})
		webtest.Run(t, h, kinds(t, book),
			webtest.Scenario{URL: "/api/v1/ask", JSON: map[string]any{"text": "bolehkah ASN berfoto bersama pasangan capres-cawapres?", "on": "2023-10-19"},
				Want: []string{`"outcome":"prohibited"`, `"stage":`, `"sha256":`, `"flips":[`, `"changes":[`}, Entries: []string{}},
			webtest.Scenario{Name: "wrong fact", URL: "/api/v1/ask", JSON: map[string]any{"facts": map[string]string{"act": "sleep"}}, Status: 422, Want: []string{"act", "sleep", "photo"}, Entries: []string{}},
			webtest.Scenario{Name: "unknown field", URL: "/api/v1/ask", JSON: map[string]any{"question": "x"}, Status: 422, Want: []string{"question"}, Entries: []string{}},
			webtest.Scenario{Name: "not JSON", URL: "/api/v1/ask", JSON: "{", Status: 400, Entries: []string{}},
			webtest.Scenario{Name: "too large", URL: "/api/v1/ask", JSON: `{"text":"` + strings.Repeat("a", 2<<20) + `"}`, Status: 413, Entries: []string{}},
			webtest.Scenario{URL: "/api/v1/ask/slips/0000-0000-0000-0000", Status: 404, Entries: []string{}},
			webtest.Scenario{URL: "/api/v1/ask/vocabulary", Want: []string{`"name":"act"`}, Entries: []string{}},
			webtest.Scenario{URL: "/api/openapi.json", Want: []string{"/ask/slips"}, Entries: []string{}},
			webtest.Scenario{URL: "/api/v1/ask/slips", JSON: map[string]any{"text": "PNS boleh nyoblos?", "on": "2024-02-14"}, Want: []string{`"file":"netral-slip/1`}, NotWant: []string{"nyoblos"}, Entries: []string{ask.KindSlip}},
		)
		// What a program gets back it can check, and find again.
		r := httptest.NewRequest(http.MethodPost, "/api/v1/ask/slips", strings.NewReader(`{"facts":{"act":"vote"},"on":"2024-02-14"}`))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var view ask.SlipView
		if err := json.Unmarshal(w.Body.Bytes(), &view); err != nil {
			t.Fatalf("%v in %s", err, w.Body)
		}
		webtest.Run(t, h, nil,
			webtest.Scenario{URL: "/api/v1/ask/slips/" + view.Number, Want: []string{view.Number}},
			webtest.Scenario{URL: "/api/v1/ask/verify", JSON: map[string]string{"file": view.File}, Want: []string{`"genuine":true`, `"redone":"same"`}},
			webtest.Scenario{Name: "altered", URL: "/api/v1/ask/verify", JSON: map[string]string{"file": strings.Replace(view.File, "allowed", "caution", 1)}, Status: 422},
		)
	})
}

func TestGallery(t *testing.T) {
	s := service(t, nil)
	webtest.Gallery(t, webtest.Shell(t, &bytes.Buffer{}, nil), s.Gallery())
}

func FuzzForm(f *testing.F) {
	f.Add("boleh like capres?", "2023-10-19", "act", "like", "tanya:act", "act")
	f.Add("\u202e\x00👍", "", "?", "?", "isi:act=;=x;;", ",,,")
	f.Add("", "", "person", "?", "mundur", "person,act")
	s := service(f, nil)
	mux := http.NewServeMux()
	sh := webtest.Shell(f, &bytes.Buffer{}, nil)
	s.Routes(mux, sh)
	f.Fuzz(func(t *testing.T, words, on, fact, value, move, trail string) {
		form := url.Values{"t": {words}, "d": {on}, "f." + fact: {value}, "ke": {move}, "jejak": {trail}}
		r := httptest.NewRequest(http.MethodPost, "/tanya", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "lang", Value: text.EN})
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("status %d for %v:\n%s", w.Code, form, w.Body)
		}
		for _, fault := range webtest.Faults(w.Body.String()) {
			t.Fatalf("%v: %s", form, fault)
		}
	})
}
