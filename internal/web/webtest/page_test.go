package webtest

import (
	"strings"
	"testing"
)

const good = `<!doctype html><html lang="id"><head><title>Judul</title><link href="/a.css"></head>` +
	`<body><main><h1>Judul</h1>@</main></body></html>`

func TestFaults(t *testing.T) {
	if got := Faults(strings.Replace(good, "@", `<label for="a">A</label><input id="a" name="a"><a href="https://jdih.example">x</a>`, 1)); got != nil {
		t.Fatalf("a good page has faults: %v", got)
	}
	for part, want := range map[string]string{
		`⟦ask.title⟧`:                                   "message is missing",
		`<p style="color:red">x</p>`:                    "style attribute",
		`<style>p{}</style>`:                            "holds <style>",
		`<script>1</script>`:                            "holds <script>",
		`<p onclick="x()">x</p>`:                        "onclick",
		`<h1>b</h1>`:                                    "2 h1",
		`<h3>c</h3>`:                                    "comes after",
		`<input name="x">`:                              "no label",
		`<label for="q">x</label>`:                      `"q", which is not there`,
		`<p id="a">x</p><p id="a">x</p>`:                "twice",
		`<img src="/x.png">`:                            "no alt",
		`<img alt="" src="https://cdn.example/x">`:      "not of this site",
		`<img alt="" src="//cdn.example/x">`:            "not of this site",
		`<form action="/x"></form>`:                     "method",
		`<form method="post" action="http://x"></form>`: "not of this site",
		`<svg></svg>`:                                   "neither hidden nor named",
		`<a href="/x"> </a>`:                            "empty <a>",
		`<button> </button>`:                            "empty <button>",
		`<a href="javascript:x()">x</a>`:                "javascript",
		`<a href="#gone">x</a>`:                         `"gone"`,
		`<div>`:                                         "opened 1 times",
	} {
		got := strings.Join(Faults(strings.Replace(good, "@", part, 1)), "\n")
		if !strings.Contains(got, want) {
			t.Errorf("%s: faults %q, want one with %q", part, got, want)
		}
	}
	for page, want := range map[string]string{
		strings.Replace(good, `lang="id"`, `lang="fr"`, 1):            "lang",
		strings.Replace(good, "<title>Judul</title>", "", 1):          "0 titles",
		strings.Replace(good, "<h1>Judul</h1>", "", 1):                "0 h1",
		strings.TrimPrefix(good, "<!doctype html>"):                   "doctype",
		strings.Replace(good, `href="/a.css"`, `href="https://x"`, 1): "not of this site",
	} {
		if got := strings.Join(Faults(page), "\n"); !strings.Contains(got, want) {
			t.Errorf("faults %q, want one with %q", got, want)
		}
	}
}
