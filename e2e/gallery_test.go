package e2e

import (
	"net/http"
	"strings"
	"testing"

	"netral/internal/web"
	"netral/internal/web/webtest"
)

func gallery(t *testing.T) http.Handler {
	s := webtest.Shell(t, nil, func(c *web.Config) {
		c.Nav = []web.Item{{Href: "/galeri", Key: "web.gallery.title"}, {Href: "/privasi", Key: "web.foot.privacy"}, {Href: "/api", Key: "web.api.title"}}
	})
	mux := http.NewServeMux()
	s.Mount(mux)
	s.Gallery(mux, web.Samples())
	web.NewAPI(mux, s, "1")
	return s.Handler(mux)
}

// TestGallery looks at the pages of a site that has nothing but the shell. The
// samples themselves are in the gallery of the whole site: TestSite.
func TestGallery(t *testing.T) {
	Pages(t, gallery(t), []string{"/galeri", "/api", "/tidak-ada", "/galeri/web-form"})
}

// The language can be switched by keyboard alone, and what was answered on a
// page from a POST comes along.
func TestKeyboard(t *testing.T) {
	tab := Open(t, gallery(t)).Tab(Desk, In("id"))
	tab.Visit("/galeri/web-form")
	tab.Press("Tab", 1)
	if got := tab.HasFocus(); got != "Langsung ke isi" {
		t.Errorf("the first stop of the keyboard is %q", got)
	}
	tab.Press("Enter", 1)
	if got := tab.HasFocus(); got != "isi" {
		t.Errorf("the skip link leads to %q", got)
	}
	tab.To("f-text")
	tab.Type(" 123")
	if got := eval[string](tab, "document.getElementById('f-text').value"); !strings.Contains(got, " 123") {
		t.Errorf("the field holds %q", got)
	}
	tab.To("f-who")
	tab.Press("Down", 1)
	if got := tab.HasFocus(); got != "f-who-1" {
		t.Errorf("the arrow leads to %q", got)
	}
	tab.Visit("/galeri/web-form")
	tab.To("_lang")
	tab.Go("Enter")
	if got := tab.Path(); got != "/galeri/web-form" {
		t.Errorf("switching the language leads to %q", got)
	}
	if got := tab.Text(); !strings.Contains(got, "Skip to the content") || !strings.Contains(got, "Your question") {
		t.Errorf("not in English: %s", got)
	}
}

// Papers are printed without what is for the screen only.
func TestPrint(t *testing.T) {
	tab := Open(t, gallery(t)).Tab(Desk, In("id"))
	for name, most := range map[string]int{"web-slip": 1, "web-lists": 2, "web-answers": 2} {
		tab.Visit("/galeri/" + name)
		if n := tab.Printed("print-" + name); n < 1 || n > most {
			t.Errorf("%s takes %d sheets, at most %d", name, n, most)
		}
	}
	tab.Visit("/galeri/web-form")
	tab.media("print")
	if got := eval[[]string](tab, "[...document.querySelectorAll('.lang, nav, .actions, .skip')].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))"); len(got) > 0 {
		t.Errorf("on paper there is still %q", got)
	}
}
