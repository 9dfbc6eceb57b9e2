package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"netral/internal/web/webtest"
)

func TestLanguage(t *testing.T) {
	h := site(t, nil, nil)
	webtest.Run(t, h, nil,
		webtest.Scenario{Name: "nothing said", URL: "/", Lang: "-", Want: []string{"depan id"}},
		webtest.Scenario{Name: "the browser's", URL: "/", Lang: "-", Header: map[string]string{"Accept-Language": "en-GB"}, Want: []string{"depan en", `<html lang="en"`}},
		webtest.Scenario{Name: "the cookie wins", URL: "/", Lang: "id", Header: map[string]string{"Accept-Language": "en"}, Want: []string{"depan id"}},
		webtest.Scenario{Name: "an unknown cookie", URL: "/", Lang: "fr", Want: []string{"depan id"}},
		webtest.Scenario{Name: "unknown language", URL: "/bahasa", Form: url.Values{"_lang": {"fr<b>"}}, Status: 422, Want: []string{"fr&lt;b&gt;", "id, en"}, WantHeader: map[string]string{"Set-Cookie": ""}},
		webtest.Scenario{Name: "back to the page", URL: "/bahasa", Form: url.Values{"_lang": {"en"}, "_to": {"/kalender?on=2023-10-19"}}, Status: 303, WantHeader: map[string]string{"Location": "/kalender?on=2023-10-19"}},
		webtest.Scenario{Name: "kept answers", URL: "/bahasa", Form: url.Values{"_lang": {"en"}, "_action": {"/tanya"}, "a": {"1"}}, Status: 307, WantHeader: map[string]string{"Location": "/tanya"}},
		webtest.Scenario{Name: "kept answers to elsewhere", URL: "/bahasa", Form: url.Values{"_lang": {"en"}, "_action": {"https://evil.example/"}}, Status: 422},
		webtest.Scenario{Name: "no form", URL: "/bahasa", Body: "x", Status: 422},
	)
	for _, to := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/a\r\nX: y", "javascript:x", "", "/" + strings.Repeat("x", 3000)} {
		webtest.Run(t, h, nil, webtest.Scenario{Name: "back to " + to, URL: "/bahasa", Form: url.Values{"_lang": {"en"}, "_to": {to}}, Status: 303, WantHeader: map[string]string{"Location": "/"}})
	}
}

// A person who has an answer switches the language: the form of the page sends
// everything again, and the answer comes back in the other language.
func TestLanguageKeepsAnswers(t *testing.T) {
	srv := httptest.NewServer(site(t, nil, nil))
	defer srv.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	send := func(path string, form url.Values) string {
		resp, err := c.PostForm(srv.URL+path, form)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var b strings.Builder
		if _, err := copyAll(&b, resp); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	answers := url.Values{"text": {"boleh \"like\" <foto>?"}, "fact": {"a", "b"}}
	first := send("/tanya", answers)
	if !strings.Contains(first, "<h1>id|") {
		t.Fatalf("not in Indonesian:\n%s", first)
	}
	kept := hidden(t, first)
	if kept.Get("_action") != "/tanya" || kept.Get("text") != answers.Get("text") || len(kept["fact"]) != 2 {
		t.Fatalf("the form keeps %v", kept)
	}
	kept.Set("_lang", "en")
	second := send("/bahasa", kept)
	if !strings.Contains(second, "<h1>en|") || strings.Replace(h1(first), "id|", "en|", 1) != h1(second) {
		t.Errorf("first %s, then %s", h1(first), h1(second))
	}
	u, _ := url.Parse(srv.URL)
	for _, k := range jar.Cookies(u) {
		if k.Name == "lang" && k.Value != "en" {
			t.Errorf("cookie %v", k)
		}
	}
}

func h1(page string) string {
	_, s, _ := strings.Cut(page, "<h1>")
	s, _, _ = strings.Cut(s, "</h1>")
	return s
}
